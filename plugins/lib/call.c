/* SPDX-License-Identifier: BSD-2-Clause
 *
 * call.c -- one call of the host, and how much time there is for it.
 *
 * An answer that comes after the deadline is worth nothing, and the process
 * is killed for it. So a plugin plans with a little less than the host has
 * left: a tenth, at most half a second, in which it ends what it began and
 * says what it knows. A call that begins without any time was cancelled
 * while it was on its way.
 */
#include "lib/call.h"

#include <poll.h>
#include <time.h>

enum { MARGIN_LEAST_MS = 20, MARGIN_MOST_MS = 500, LOOK_MS = 100 };

int64_t
monotonic_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct call
call_begin(const struct gw_host *host, struct gw_ctx *ctx)
{
	int64_t left = host->remaining_ms(ctx), margin = left / 10;

	if (margin < MARGIN_LEAST_MS)
		margin = MARGIN_LEAST_MS;
	if (margin > MARGIN_MOST_MS)
		margin = MARGIN_MOST_MS;
	return (struct call){ host, ctx, monotonic_ms() + left - margin,
		margin, left <= 0 };
}

int64_t
call_left(const struct call *c)
{
	int64_t left = c->ends - monotonic_ms();

	return left <= 0 || c->host->cancelled(c->ctx) ? 0 : left;
}

int
call_left_int(const struct call *c, int most)
{
	int64_t left = call_left(c);

	return left < most ? (int)left : most;
}

bool
call_pause(const struct call *c, int64_t ms)
{
	int64_t until = monotonic_ms() + ms, left;

	while ((left = until - monotonic_ms()) > 0) {
		int step = call_left_int(c, left < LOOK_MS ? (int)left :
		    LOOK_MS);

		if (step == 0)
			return false;
		(void)poll(NULL, 0, step);
	}
	return call_left(c) > 0;
}

const char *
call_ended_why(const struct call *c)
{
	/* a clock that is a little ahead of ours cancels nothing */
	return c->cancelled || (monotonic_ms() < c->ends &&
	    c->host->cancelled(c->ctx)) ?
	    "stopped: the call was cancelled" : "stopped at the deadline";
}

int32_t
call_unknown(const struct call *c, const struct buf *why)
{
	c->host->remark(c->ctx, "%s", buf_str(why));
	return GW_UNKNOWN;
}

int32_t
call_failed(const struct call *c, int32_t failure_class,
    int64_t retry_after_ms, const struct buf *why)
{
	c->host->remark(c->ctx, "%s", buf_str(why));
	c->host->failure(c->ctx, failure_class, retry_after_ms);
	return GW_FAILED;
}

int32_t
open_failed(const struct gw_host *host, struct gw_ctx *ctx,
    const struct buf *why)
{
	host->remark(ctx, "%s", buf_str(why));
	return GW_FAILED;
}

const char *
option_or(const struct gw_host *host, struct gw_ctx *ctx, const char *name,
    const char *otherwise)
{
	const char *s = host->text(ctx, name);

	return s && *s ? s : otherwise;
}

const char *
param_or(const struct call *c, const char *name, const char *otherwise)
{
	const char *s = c->host->param(c->ctx, name);

	return s && *s ? s : otherwise;
}
