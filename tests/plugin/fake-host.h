/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fake-host.h -- a host for pure plugins: options in, verdict out.
 */
#ifndef TESTS_PLUGIN_FAKE_HOST_H
#define TESTS_PLUGIN_FAKE_HOST_H

#include <gatewarden/plugin.h>
#include <stdbool.h>

enum { FAKE_LINES = 32, FAKE_INPUTS = 16, FAKE_OPTIONS = 16 };

struct fake_option {
	const char *name;       /* "need", "require.0", "steps.0.at" */
	const char *text;
};

struct gw_ctx {
	struct fake_option options[FAKE_OPTIONS];
	struct gw_input inputs[FAKE_INPUTS];
	uint32_t n_inputs;
	int64_t now, anchor;
	bool in_call;

	/* what the plugin said */
	int32_t verdict, severity;      /* -1: nothing */
	int64_t next_change;            /* INT64_MIN: nothing */
	char *reasons, *opens_with, *remark;    /* joined by '|' and ',' */
};

extern const struct gw_host fake_host;

/* Nothing set; now 0, anchor 0. */
void fake_init(struct gw_ctx *);
void fake_option(struct gw_ctx *, const char *name, const char *text);
void fake_input(struct gw_ctx *, const char *name, int32_t result,
    double value, double expected);

/* open, call, close. Returns what the first that failed returned. */
int32_t fake_run(struct gw_ctx *, const struct gw_plugin *);

/* Forgets what was said; inputs and options stay. */
void fake_clear(struct gw_ctx *);
void fake_free(struct gw_ctx *);

#endif
