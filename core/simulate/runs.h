/* SPDX-License-Identifier: BSD-2-Clause
 *
 * runs.h -- actions that are under way in a simulation.
 */
#ifndef SIMULATE_RUNS_H
#define SIMULATE_RUNS_H

#include "engine/engine.h"
#include "simulate/scenario.h"

struct run {
	uint64_t attempt;
	struct date date;
	int32_t phase;          /* NONE: a recovery */
	const struct scenario_action *model;    /* never NULL */
	int64_t ends_at;
	bool overdue;           /* it would take longer than it is given */
};

/* Starts as {0}. */
struct runs {
	struct run *v;
	size_t n, cap;
};

/* One that begins now: all but `ends_at` and `overdue` is filled in.
 * `timeout_ms`: what the configuration gives it; 0: for ever. */
void runs_add(struct runs *, struct run, int64_t timeout_ms, int64_t now);

/* The next end; INSTANT_NONE. */
int64_t runs_next(const struct runs *);
/* Takes out the first that has ended by then. False: none. */
bool runs_take(struct runs *, int64_t now, struct run *ret);
/* Takes out that of an attempt. */
bool runs_cancel(struct runs *, uint64_t attempt, struct run *ret);

void runs_free(struct runs *);

#endif
