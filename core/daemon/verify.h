/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verify.h -- what a deployment has to have, against what there is.
 */
#ifndef DAEMON_VERIFY_H
#define DAEMON_VERIFY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/conf.h"
#include "worker/pool.h"

struct verify;

struct verify_options {
	const struct conf *conf;        /* borrowed for verify_new */
	struct pool *pool;
	const struct plugin_finder *finder;     /* for verify_new */
	int64_t now;            /* wall */
	bool dated;             /* else each for its newest ended date */
	struct date date;
	const json_t *only, *skip;      /* lists of names, or of what an entry
	                                   says it is; NULL */
	/* Of a daemon: its notifiers, as outbox_report() has them. NULL: none
	 * runs. */
	const json_t *notifiers;
	struct verify **all;    /* the list that it enters, or NULL */
};

/* Asks for everything at once. The configuration may go meanwhile. Returns
 * owned, for verify_release. */
struct verify *verify_new(const struct verify_options *);

/* NULL: something hasn't answered yet. Else owned:
 *
 * {"live", "entries": [{"name", "what", "rule", "looks_at", "date",
 * "result": "pass"|"warn"|"fail"|"unknown"|"skip", "value", "expected",
 * "missing": [..], "missing_count", "extra": [..], "extra_count", "remark",
 * "fault", "elapsed_ms"}], "counts": {"pass": n, ...}, "absent": n,
 * "undeclared": n, "unmatched": [names of `only` and `skip` that are none]}
 *
 * A member that isn't known is absent. */
json_t *verify_result(const struct verify *);

/* Nobody waits any more: what is under way is ended. NULL is fine. */
void verify_release(struct verify *);

/* Those that are left when the pool is gone. */
void verify_free_all(struct verify **);

/* What needs no plugin (verify_builtin.c): each fills an entry. */
void verify_names(const struct conf *, const struct inventory_def *,
    json_t *entry);
void verify_plugins(const struct conf *, const struct plugin_finder *,
    json_t *entry);
void verify_secrets(const struct conf *, json_t *entry);
void verify_routes(const struct conf *, const json_t *notifiers,
    int64_t now, json_t *entry);

/* `missing`, "expected" and "value", and the result that follows from
 * them. */
void verify_count(json_t *entry, int64_t expected);
void verify_lack(json_t *entry, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
