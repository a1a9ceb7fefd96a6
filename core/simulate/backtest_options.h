/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_options.h -- the command line of gatewarden-backtest.
 */
#ifndef SIMULATE_BACKTEST_OPTIONS_H
#define SIMULATE_BACKTEST_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

enum backtest_task { TASK_BACKTEST, TASK_DIFF, TASK_PLAN };

struct backtest_options {
	enum backtest_task task;
	const char *conf;               /* the candidate */
	const char *against;            /* default: the installed one */
	const char *facts, *facts_name;
	const char *scenario, *against_scenario, *labels;
	const char *from, *to, *until, *last;   /* NULL: not given */
	const char *plugin_dir, *host;  /* NULL: as built */
	bool json, jsonl;
	bool help, version;
};

/* Returns 0; or -EINVAL, having said on `err` what is wrong and the nearest
 * option. The strings are those of argv. */
int backtest_options_parse(int argc, char *const argv[],
    struct backtest_options *ret, FILE *err);

void backtest_options_usage(FILE *);

#endif
