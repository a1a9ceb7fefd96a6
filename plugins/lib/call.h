/* SPDX-License-Identifier: BSD-2-Clause
 *
 * call.h -- one call of the host, and how much time there is for it.
 */
#ifndef PLUGIN_LIB_CALL_H
#define PLUGIN_LIB_CALL_H

#include <gatewarden/plugin.h>
#include <stdbool.h>

#include "lib/buf.h"

struct call {
	const struct gw_host *host;
	struct gw_ctx *ctx;
	int64_t ends;           /* monotonic ms: stop working here */
	int64_t margin_ms;      /* from there to the deadline */
	bool cancelled;         /* before it began */
};

/* Time left runs from here. */
struct call call_begin(const struct gw_host *, struct gw_ctx *);

/* ms for work; 0 when it is over or cancelled. */
int64_t call_left(const struct call *);

/* The same, cut to an int for poll(2) and its like. */
int call_left_int(const struct call *, int most);

/* Waits; false: the time is over, or somebody asked to stop. */
bool call_pause(const struct call *, int64_t ms);

/* Why call_left is 0, as the end of a sentence: "stopped at the deadline". */
const char *call_ended_why(const struct call *);

/* Ends a call: the sentence for the operator, and the code to return. */
int32_t call_unknown(const struct call *, const struct buf *why);
int32_t call_failed(const struct call *, int32_t failure_class,
    int64_t retry_after_ms, const struct buf *why);

/* In `open`: refuses the instance. */
int32_t open_failed(const struct gw_host *, struct gw_ctx *,
    const struct buf *why);

/* ms of a clock that only goes forward. */
int64_t monotonic_ms(void);

/* An option that is text and may be left out. */
const char *option_or(const struct gw_host *, struct gw_ctx *,
    const char *name, const char *otherwise);
/* The same of a parameter of the call. */
const char *param_or(const struct call *, const char *name,
    const char *otherwise);

#endif
