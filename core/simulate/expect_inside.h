/* SPDX-License-Identifier: BSD-2-Clause
 *
 * expect_inside.h -- what the parts of expect*.c share. Internal to them.
 */
#ifndef SIMULATE_EXPECT_INSIDE_H
#define SIMULATE_EXPECT_INSIDE_H

#include "simulate/expect.h"

enum { HISTORY = 12, LOOK_MS = 1000 };

/* What an expected state was over time. */
struct watched {
	int64_t first;          /* when it was first what is expected */
	int64_t never;          /* when it was what it never should be */
	int32_t then;           /* at the instant that is asked for; NONE */
	int32_t last;           /* NONE: nothing to be seen */
	int n;                  /* changes, of which the first are kept */
	struct { int64_t at; int32_t word; } history[HISTORY];
};

/* A row of an incident, as it was written. */
struct logged {
	int64_t at;
	struct incident_row row;
};

struct expects {
	const struct conf *conf;
	const struct scenario *scenario;
	struct watched *v;      /* by expectation */
	int64_t *stops;
	size_t n_stops;
	struct logged *log;
	size_t n_log, cap_log;
	struct expect_result *results;
	size_t n_results;
};

/* For expect_judge.c: is it met? What was there instead goes to `t`. */
struct judging {
	const struct expects *x;
	const struct story *story;
	const struct world *world;
	const struct scenario_expect *e;
	const struct watched *w;
	const struct zone *zone;
};
bool judge_expect(const struct judging *, struct text *t);

/* The word for a state, a result, a verdict. */
const char *expect_word(const struct scenario_expect *, int32_t word);

#endif
