/* SPDX-License-Identifier: BSD-2-Clause
 *
 * misfit.c -- plugins that can't be loaded, one for each reason (MISFIT).
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gatewarden/plugin.h"

enum { WRONG_ABI = 1, SHORT_STRUCT, CONSTRUCTOR_EXITS, CONSTRUCTOR_HANGS,
	CONSTRUCTOR_PRINTS, NO_SYMBOL, NO_CALL, LYING_SIZE };

static int32_t
misfit_open(struct gw_ctx *c, const struct gw_host *h, void **ret_self)
{
	(void)c;
	*ret_self = (void *)(uintptr_t)h;
	return GW_OK;
}

static int32_t
misfit_call(struct gw_ctx *c, void *self)
{
	const struct gw_host *h = self;

	h->value(c, 1);
	return GW_OK;
}

static void __attribute__((constructor))
start(void)
{
	if (MISFIT == CONSTRUCTOR_EXITS)
		_exit(42);
	while (MISFIT == CONSTRUCTOR_HANGS)
		(void)pause();
	if (MISFIT == CONSTRUCTOR_PRINTS) {
		(void)puts("{\"hello\": \"from a constructor\"}");
		(void)fflush(stdout);
	}
}


extern GW_EXPORT const struct gw_plugin MISFIT_SYMBOL;
const struct gw_plugin MISFIT_SYMBOL = {
	.abi = MISFIT == WRONG_ABI ? 7 : GW_ABI,
	.size = MISFIT == SHORT_STRUCT ? 40 :
	    sizeof(struct gw_plugin) + (MISFIT == LYING_SIZE ? 64 : 0),
	.option_size = sizeof(struct gw_option),
	.kind = GW_CHECK, .name = "misfit", .version = "1",
	.summary = "Can't be loaded.", .open = misfit_open,
	.call = MISFIT == NO_CALL ? NULL : misfit_call,
};
