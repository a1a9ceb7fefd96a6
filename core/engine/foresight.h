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
bool runs_add(struct engine *, const struct attempt_row *);

#endif
