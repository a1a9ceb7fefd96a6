/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules.h -- the rules of a configuration, each with what has been shown of
 * it: what fires it, what clears it, or why that can't be.
 */
#ifndef PROVE_RULES_H
#define PROVE_RULES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/conf.h"

enum rule_state {
	RULE_PROVEN,            /* something fires it, something clears it */
	RULE_FOUND,             /* it can't, or not as it is meant */
	RULE_UNPROVEN           /* nobody could tell here */
};

struct rule {
	const char *kind;       /* "limit", "gate", "step", ...; static */
	const char *object;     /* the name of what it belongs to; borrowed */
	char *title;            /* "check 'pdc': min = 1" */
	char *file;             /* as a finding names it */
	int line;
	char *fires, *clears;   /* NULL: not shown */
	char *why;              /* the finding, or why it is not proven */
	bool found;             /* `why` is a finding */
	bool told;              /* reading the configuration says it too */
};

/* Starts as {0}, but for `conf` and `config`. */
struct rules {
	const struct conf *conf;
	const char *config;     /* the path that it was read from */
	bool directory;         /* of files; found out when the first rule is
	                           added */
	struct rule **v;
	size_t n, cap;
};

/* A new rule; borrowed, valid as long as the list. `file` is that of an
 * origin: its name within the configuration. */
struct rule *rules_add(struct rules *, const char *kind, const char *object,
    const struct origin *, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void rules_free(struct rules *);

/* What fires it, what clears it: the first that is said stays. */
void rule_fires(struct rule *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void rule_clears(struct rule *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A finding, in one sentence; the first stays. */
void rule_found(struct rule *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Why it is not proven, unless something is found. */
void rule_unproven(struct rule *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

enum rule_state rule_state(const struct rule *);

/* Where a member of an object was written, as `--resolved` has it; `list` is
 * "checks", "alarms", ... False: it was not written, a default holds. */
bool rules_place(const struct rules *, const char *list, const char *object,
    const char *member, struct origin *ret);
/* The value as it was written, for people ("90%", 1): borrowed, or NULL. */
const json_t *rules_value(const struct rules *, const char *list,
    const char *object, const char *member);

/* By place. */
void rules_sort(struct rules *);
/* Leaves those whose object has this name, or whose title holds it. */
void rules_only(struct rules *, const char *name);
size_t rules_count(const struct rules *, enum rule_state);

void rules_print(const struct rules *, FILE *);
/* {"rules": [...], "proven", "findings", "unproven"}; owned. */
json_t *rules_json(const struct rules *);

#define CLEANUP_RULES __attribute__((cleanup(rules_free)))

#endif
