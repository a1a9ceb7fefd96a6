/* SPDX-License-Identifier: BSD-2-Clause
 *
 * supervisor.h -- the only place where the pure engine and the world meet.
 */
#ifndef DAEMON_SUPERVISOR_H
#define DAEMON_SUPERVISOR_H

#include <jansson.h>
#include <stdbool.h>
#include <uv.h>

#include "base/clock.h"
#include "base/diag.h"
#include "config/conf.h"
#include "engine/engine.h"
#include "journal/store.h"
#include "worker/pool.h"

struct supervisor;

struct supervisor_options {
	const char *config;     /* conf.d directory or file */
	const char *state_dir;  /* NULL: as configured */
	const char *socket;     /* NULL: as configured */
	const char *plugin_dir; /* NULL: as built */
	const char *host_path;  /* NULL: as built */
	bool dry_run;           /* evaluate, and neither start nor send */
};

/* Loads, locks, restores, listens. Findings and failures have been logged
 * when it returns negative errno. Returns owned. */
int supervisor_new(const struct supervisor_options *,
    struct supervisor **ret);

/* Until it is told to stop. Returns 0, or -errno after a fault that it
 * can't go on from. */
int supervisor_run(struct supervisor *);

/* Accepts a half-built one, and NULL. */
void supervisor_free(struct supervisor *);

/*-------------------------------- what verbs use; valid until they return */

const struct conf *supervisor_conf(const struct supervisor *);
const struct engine *supervisor_engine(const struct supervisor *);
struct store *supervisor_store(struct supervisor *);
struct pool *supervisor_pool(struct supervisor *);
/* Looks at the directory again. */
const struct plugin_finder *supervisor_finder(struct supervisor *);
uv_loop_t *supervisor_loop(struct supervisor *);
void supervisor_now(struct supervisor *, struct now *ret);

/* The last answer of a check for a date, as the worker gave it (pool.h),
 * with "measurement", "ended_at" (wall) and, after a fault, "fault". NULL:
 * never measured. Borrowed. */
const json_t *supervisor_measurement(const struct supervisor *,
    int32_t check, struct date);
/* The last answer of a gate, likewise, with its "revision". */
const json_t *supervisor_evaluation(const struct supervisor *, int32_t gate,
    struct date);
/* Of an attempt: {"remark", "exit_code", "signal", "elapsed_ms", "fault",
 * "missing": [..], "failing": [..]}; NULL: not known. */
const json_t *supervisor_attempt(const struct supervisor *, uint64_t id);

/* Steps the engine with a command, journals it with its actor, performs what
 * follows; the reply is in *ret when it returns. Returns 0, or -EIO when the
 * journal can't be written. */
struct reply {
	enum reply_code code;
	enum verdict verdict;
	uint64_t id;
	int64_t until;
	int32_t n;
	struct condition conditions[CONDITIONS_MAX];
};
int supervisor_command(struct supervisor *, const struct command *,
    struct reply *ret);

/* Is evidence the only thing that is missing? */
static inline bool
reply_only_stale(const struct reply *r)
{
	int32_t i;

	for (i = 0; i < r->n; i++)
		if (r->conditions[i].why != WHY_STALE_EVIDENCE &&
		    r->conditions[i].why != WHY_UNPROVEN)
			return false;
	return r->code == REPLY_NOT_NOW && r->n > 0;
}

/* Sends a test message to a notifier (an instance's number); its number, or 0
 * when the journal can't be written. */
uint64_t supervisor_test(struct supervisor *, int32_t notifier);

/* Builds a new generation beside the running one and swaps, or keeps the
 * old one; findings in `diag`. Returns 0 or -EINVAL. The hash is that of what
 * was loaded; 0: nothing was. */
struct reload {
	const char *config;     /* rehearsed only: another one; or NULL */
	uint64_t seen;          /* refuse all but this; 0: none */
};
int supervisor_reload(struct supervisor *, const struct reload *,
    struct diag *, uint64_t *ret_hash);

/* Does it neither start nor send anything? */
bool supervisor_is_dry(const struct supervisor *);
/* From now on whatever a verb does is not done but put into words. */
void supervisor_rehearse(struct supervisor *);
/* Until now. [{"what", "sentence"}]; owned. */
json_t *supervisor_rehearsed(struct supervisor *);
/* That it was, in the journal; false: it can't be written. */
bool supervisor_note_dry(struct supervisor *, const char *verb,
    const char *actor, const json_t *params, const json_t *said);

/* Silences (silences.c): a row as tellings.h says is taken, and gets its
 * number; 0, -ENOSPC (as many stand as can) or -EIO. Undone: -ENOENT: none
 * has this number. What one mutes of what is open: [{"incident", "severity",
 * "title"}], owned. Those that stand: {"7": row}, borrowed. */
int supervisor_silence(struct supervisor *, json_t *row, uint64_t *ret_id);
int supervisor_unsilence(struct supervisor *, uint64_t id,
    const char *actor);
json_t *supervisor_mutes(struct supervisor *, const json_t *row);
const json_t *supervisor_silences(const struct supervisor *);

/* Stops the loop after the current reply has left. */
void supervisor_stop(struct supervisor *);

/* Called after each committed journal event. One watcher: control's event
 * stream. */
typedef void supervisor_watch_fn(void *arg, uint64_t seq,
    const struct store_event *);
void supervisor_watch(struct supervisor *, supervisor_watch_fn *, void *arg);

/* Owned: the databases that have a budget or have cost something, with their
 * days, the newest first: spending.c. */
json_t *supervisor_spending(const struct supervisor *);

/* The state of things that stand beside the engine, for `status`:
 * {"generation", "config", "started_at", "last_tick", "checks_run",
 * "journal": {"seq", "failed"}, "outbox": {"pending", "oldest"}}; owned. */
json_t *supervisor_report(struct supervisor *);

#endif
