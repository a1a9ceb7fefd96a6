/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wait.h -- calls that are answered later.
 */
#ifndef DAEMON_WAIT_H
#define DAEMON_WAIT_H

#include <uv.h>

#include "control/control.h"

struct wait;

struct waits {
	struct wait *first;
	uv_timer_t *timer;      /* its own allocation: outlives us a moment */
	/* Around each try; NULL: nothing is. */
	void (*enter)(void *arg, const struct request *);
	void (*leave)(void *arg);
	void *arg;
};

void waits_init(struct waits *, uv_loop_t *);
void waits_free(struct waits *);

/* Tries now and again whenever something may have changed, until `try_fn`
 * returns true: then it has answered the request. `state` is taken (free())
 * and goes when the call is answered or its client has left. */
void wait_for(struct waits *, struct request *,
    bool (*try_fn)(void *state, struct request *), void *state);

/* The same with a state that isn't only memory: `free_state` takes it. */
void wait_for_owned(struct waits *, struct request *,
    bool (*try_fn)(void *state, struct request *), void *state,
    void (*free_state)(void *state));

/* Something happened: all are tried soon, not from within this call. */
void waits_stir(struct waits *);

#endif
