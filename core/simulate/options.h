/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.h -- the command line of gatewarden-simulate.
 */
#ifndef SIMULATE_OPTIONS_H
#define SIMULATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/argument.h"

struct options {
	const char *config;             /* default: the installed one */
	const char *facts;              /* NULL: not given */
	struct argument_list scenarios; /* files and directories; owned */
	const char *from, *to, *until;
	const char *plugin_dir, *host;  /* NULL: as built */
	bool timeline, messages, screen;
	bool json, jsonl;
	bool help, version;
};

/* Returns 0; or -EINVAL, having said on `err` what is wrong and the nearest
 * option. The strings are those of argv. */
int options_parse(int argc, char *const argv[], struct options *ret,
    FILE *err);

/* After a failure too. */
void options_free(struct options *);

void options_usage(FILE *);

#endif
