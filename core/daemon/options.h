/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.h -- the command line of gatewardend.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct options {
	const char *config;     /* default: GW_SYSCONFDIR/gatewarden/conf.d */
	const char *state_dir, *socket; /* NULL: as configured */
	const char *plugin_dir, *host;  /* NULL: as built */
	const char *facts, *scenario;   /* of --check; NULL: none */
	bool check, resolved, json;
	bool debug, quiet;
	bool help, version;
};

/* One line of the table that drives parsing, --help and the manual page. */
struct option_def {
	const char *name;       /* "config" for --config */
	char letter;            /* 0: none */
	const char *arg;        /* "DIR"; NULL: takes none */
	const char *help;       /* one sentence without full stop */
	size_t offset;          /* of a const char * or a bool in options */
};

/* Ends with name NULL. */
extern const struct option_def option_table[];

/* Returns 0; or -EINVAL, having said on `err` what is wrong and the nearest
 * option. One positional argument is taken as the directory of --check. The
 * strings are those of argv. */
int options_parse(int argc, char *const argv[], struct options *ret,
    FILE *err);

void options_usage(FILE *);

#endif
