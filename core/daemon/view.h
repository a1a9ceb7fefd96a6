/* SPDX-License-Identifier: BSD-2-Clause
 *
 * view.h -- things as they are now, as JSON: what status, explain and the
 * lists are made of.
 */
#ifndef DAEMON_VIEW_H
#define DAEMON_VIEW_H

#include <jansson.h>

#include "base/text.h"
#include "config/conf.h"
#include "engine/engine.h"

struct supervisor;

/* What plugins said, besides what the engine made of it; borrowed, or NULL.
 * The supervisor keeps that, a simulation what it has of it. */
struct view_said {
	const json_t *(*measurement)(void *arg, int32_t check, struct date);
	const json_t *(*evaluation)(void *arg, int32_t gate, struct date);
	const json_t *(*attempt)(void *arg, uint64_t attempt);
	/* The output of an attempt, owned, and of how many bytes it is what is
	 * kept. 0, or -errno: there is none. */
	int (*output)(void *arg, uint64_t attempt, char **ret,
	    size_t *ret_len, uint64_t *ret_total);
};

/* One look at everything: all members are borrowed and of one instant. */
struct view {
	struct supervisor *s;   /* NULL: there is none */
	const struct view_said *said;
	void *said_arg;
	const struct conf *conf;
	const struct graph *graph;
	const struct engine *engine;
	struct now now;
};

/* A look at what the supervisor has (view_open.c). */
void view_open(struct view *, struct supervisor *);

static inline const json_t *
view_measurement(const struct view *v, int32_t check, struct date date)
{
	return v->said->measurement(v->said_arg, check, date);
}

static inline const json_t *
view_evaluation(const struct view *v, int32_t gate, struct date date)
{
	return v->said->evaluation(v->said_arg, gate, date);
}

const struct zone *view_zone(const struct view *, int32_t pipeline);

enum { VIEW_DATES = 1024 };
/* Watched dates, ascending. */
int32_t view_dates(const struct view *, int32_t pipeline,
    struct date ret[VIEW_DATES]);
/* The newest date that has ended, else the newest. False: none yet. */
bool view_last(const struct view *, int32_t pipeline, struct date *ret);

/* All returned owned. */

/* {"check", "rule", "result", "raw", "value", "expected", "reading",
 * "missing", "missing_count", "extra_count", "limits", "item", "target",
 * "source", "evidence", "remark", "fault", "read_at", "age_ms", "fresh",
 * "due", "since", "in_row", "next"} */
/* Of a check on a date: "waivers", those that have ended too. */
void put_waivers(json_t *, const struct view *, int32_t check, struct date);
/* All that stand; pipeline NONE: of all. Owned. */
json_t *view_waivers(const struct view *, int32_t pipeline);
json_t *view_check(const struct view *, int32_t check, struct date);
/* {"gate", "rule", "alarm", "verdict", "severity", "reasons", "opens_with",
 * "next_change", "at", "current", "inputs": [check]} */
json_t *view_gate(const struct view *, int32_t gate, struct date);
/* {"attempt", "of", "number", "state", "outcome", "failure", times, "remark",
 * "exit_code", "output", "by"}; `tail`: bytes of output to show. */
json_t *view_attempt(const struct view *, const struct attempt_row *,
    const struct zone *, size_t tail);
/* {"recovery", "rule", "repairs", "state", "why", "next_at", "attempts",
 * "plan": [..], "ends": [..], "mode", "fix", "tries": [attempt]} */
json_t *view_recovery(const struct view *, int32_t recovery, struct date);
/* {"phase", "rule", "view", "edge", "marks", ..., "closed": [condition],
 * "done": {...}, "tries": [attempt], "plan"} */
json_t *view_phase(const struct view *, int32_t phase, struct date);
json_t *view_override(const struct view *, const struct override_row *,
    const struct record *where);
/* The short of it: {"phase", "view", "edge", "marks", "number", "held",
 * "late", "why", "due"} */
json_t *view_cell(const struct view *, int32_t phase, struct date);

/* {"why", "subject", "detail", "sentence", "rule"} */
json_t *view_condition(const struct view *, const struct condition *,
    int32_t pipeline, struct date);
json_t *view_conditions(const struct view *, const struct condition *,
    int32_t n, int32_t pipeline, struct date);

/* The number that decides a phase: "8/9", or "3/5" inputs of a gate. */
void view_number(const struct view *, int32_t phase, struct date,
    struct text *);

/* Failing checks among some; for {failing} and {missing}. */
bool view_bad(const struct view *, int32_t check, struct date);

#endif
