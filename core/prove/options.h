/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.h -- the command line of gatewarden-prove.
 */
#ifndef PROVE_OPTIONS_H
#define PROVE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct options {
	const char *config;             /* default: the installed one */
	const char *rule;               /* NULL: all of them */
	const char *facts, *scenario;   /* NULL: not given */
	const char *plugin_dir, *host;  /* NULL: as built */
	bool json;
	bool help, version;
};

/* Returns 0; or -EINVAL, having said on `err` what is wrong and the nearest
 * option. The strings are those of argv. */
int options_parse(int argc, char *const argv[], struct options *ret,
    FILE *err);

void options_usage(FILE *);

#endif
