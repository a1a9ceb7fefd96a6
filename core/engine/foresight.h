/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresight.h -- what the past says about today. Private to core/engine.
 */
#ifndef ENGINE_FORESIGHT_H
#define ENGINE_FORESIGHT_H

#include "engine/state.h"

/*------------------------------------------------------------------ runs.c */

enum { RUNS_KEPT = 20 };

struct run {
	int64_t closed_at;
	int32_t action_ms, proof_ms;
};

/* The latest, ascending by when they were closed. */
struct runs {
	int32_t n;
	struct run v[RUNS_KEPT];
};

/* Of an attempt that is closed: when it has just been, or when its row is
 * handed back. False: it isn't one that counts. */
bool durations_add(struct engine *, const struct attempt_row *);

/*------------------------------------------------------------- no_return.c */

/* Does the last start that still makes it come near, or has it passed, while
 * nothing works on what keeps the phase from being done? */
bool no_return_near(struct engine *, int32_t phase, struct day *,
    const struct trace *upstream);
/* Of its breach in an incident (0: its own), when it would be `own` alone. */
enum severity no_return_severity(const struct engine *, uint64_t incident,
    enum severity own);

#endif
