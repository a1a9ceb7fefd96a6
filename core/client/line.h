/* SPDX-License-Identifier: BSD-2-Clause
 *
 * line.h -- the command line, understood by the verb table.
 */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include <jansson.h>
#include <stdbool.h>

#include "control/verbs.h"

/* Strings are borrowed from argv. */
struct line {
	const struct verb *verb;
	json_t *params;         /* owned; checked against the table */
	const char *socket;     /* NULL: not given */
	bool json, yes;
	bool help, version;     /* asked for instead */
};

/* 0, or -EINVAL with a sentence in *ret_why (owned, free()); `verb` is set
 * as far as it was understood. line_free() in any case. */
int line_parse(struct line *, int argc, char **argv, char **ret_why);
void line_free(struct line *);

/* Options that every verb takes: what stands in help, completion and
 * manual. NULL past the end. */
struct line_option {
	const char *name;       /* "socket" */
	const char *shown;      /* "PATH"; NULL for flags */
	const char *help;
};
const struct line_option *line_option_at(size_t i);

/* "dry_run" is --dry-run. `buf` holds any name of the table. */
enum { OPTION_TEXT = 40 };
const char *option_name(const char *param, char buf[OPTION_TEXT]);

#define CLEANUP_LINE __attribute__((cleanup(line_free)))

#endif
