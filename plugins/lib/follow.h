/* SPDX-License-Identifier: BSD-2-Clause
 *
 * follow.h -- waiting for something that runs elsewhere.
 */
#ifndef PLUGIN_LIB_FOLLOW_H
#define PLUGIN_LIB_FOLLOW_H

#include "lib/call.h"

enum follow {
	FOLLOW_RUNS,            /* and there is no more time */
	FOLLOW_DONE,
	FOLLOW_FAILED,
	FOLLOW_GONE,            /* taken away: how it ended is not known */
	FOLLOW_LOST,            /* it can't be asked about any more */
	FOLLOW_NO_ANSWER        /* for the moment */
};

/* One look. Fills in `state`, a few words; and `why`, a sentence, unless it
 * runs or is done. `ret_wait_ms`: how long the far end asks to wait. */
typedef enum follow follow_look(void *arg, struct buf *state,
    int64_t *ret_wait_ms, struct buf *why);

/* Looks every `every_ms` until it has ended, cannot be asked about, or there
 * is no more time. What it sees goes to the log whenever it is something
 * new, and every few minutes. `what` is its name in there. Returns anything
 * but FOLLOW_NO_ANSWER; `why` is a whole sentence, also when it is done. */
enum follow follow(const struct call *, const char *what, int64_t every_ms,
    follow_look *, void *arg, struct buf *why);

/* Ends a call, or a probe: done, failed with this class, or can't tell. What
 * somebody took away is not started again unattended. */
int32_t follow_end(const struct call *, enum follow, int32_t failure_class,
    const struct buf *why);

#endif
