/* SPDX-License-Identifier: BSD-2-Clause
 *
 * costs.c -- a check that costs what a file says, and knows it before: as a
 * query has a dry run. The file: a number of bytes, and what becomes of the
 * call ("bills", "waits" until it says otherwise, "crashes", "lies": bills
 * whatever it was given).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gatewarden/plugin.h"

static int32_t
costs_open(struct gw_ctx *c, const struct gw_host *h, void **ret_self)
{
	(void)c;
	*ret_self = (void *)(uintptr_t)h;
	return GW_OK;
}

static int
read_file(const struct gw_host *h, struct gw_ctx *c, long *ret_bytes,
    char how[16])
{
	FILE *f = fopen(h->text(c, "file"), "r");
	int n = f ? fscanf(f, "%ld %15s", ret_bytes, how) : 0;

	if (f)
		(void)fclose(f);
	return n == 2;
}

static int32_t
costs_call(struct gw_ctx *c, void *self)
{
	const struct gw_host *h = self;
	const char *budget = h->param(c, "budget_bytes");
	struct timespec pause = { .tv_nsec = 20000000 };
	char how[16] = "waits", text[32];
	long bytes = 0;

	while (strcmp(how, "waits") == 0 && h->remaining_ms(c) > 0) {
		if (!read_file(h, c, &bytes, how))
			(void)strcpy(how, "waits");
		(void)nanosleep(&pause, NULL);
	}
	if (strcmp(how, "lies") != 0 &&
	    (budget == NULL || bytes > atol(budget))) {
		h->remark(c, "budget: would cost %ld of %s", bytes,
		    budget ? budget : "none");
		return GW_UNKNOWN;
	}
	if (strcmp(how, "crashes") == 0)
		(void)raise(SIGKILL);
	(void)snprintf(text, sizeof text, "%ld", bytes);
	h->evidence(c, "bytes_billed", text);
	h->value(c, 1);
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "database", .type = GW_T_DATABASE, .flags = GW_REQUIRED,
	  .help = "what has the budget" },
	{ .name = "file", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "what it costs" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "costs", .version = "1",
	.summary = "costs what a file says", .options = options,
	.open = costs_open, .call = costs_call
);
