/* SPDX-License-Identifier: BSD-2-Clause
 *
 * nothing.c -- a check that measures nothing, so that only the way to it
 * and back is timed.
 */
#include <gatewarden/plugin.h>

static const struct gw_host *host;

static int32_t
nothing_open(struct gw_ctx *ctx, const struct gw_host *h, void **ret_self)
{
	(void)ctx;
	host = h;
	*ret_self = NULL;
	return GW_OK;
}

static int32_t
nothing_call(struct gw_ctx *ctx, void *self)
{
	(void)self;
	host->value(ctx, 1);
	return GW_OK;
}

static const struct gw_option options[] = { { .name = NULL } };

GW_PLUGIN(.kind = GW_CHECK, .name = "nothing", .version = "1",
    .summary = "measures nothing", .options = options,
    .open = nothing_open, .call = nothing_call);
