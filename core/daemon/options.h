/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.h -- the command line of gatewardend.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/argument.h"

struct options {
	const char *config;     /* default: GW_SYSCONFDIR/gatewarden/conf.d */
	const char *state_dir, *socket; /* NULL: as configured */
	const char *plugin_dir, *host;  /* NULL: as built */
	const char *facts, *scenario;   /* of --check; NULL: none */
	const char *date, *only, *skip; /* of --verify; NULL: none */
	bool check, resolved, json, coverage;
	bool verify, elsewhere, dry_run;
	bool debug, quiet;
	bool help, version;
};

/* What drives parsing, --help and the manual page. */
extern const struct argument option_table[];

/* Returns 0; or -EINVAL, having said on `err` what is wrong and the nearest
 * option. One positional argument is taken as the directory of --check. The
 * strings are those of argv. */
int options_parse(int argc, char *const argv[], struct options *ret,
    FILE *err);

void options_usage(FILE *);

#endif
