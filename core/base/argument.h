/* SPDX-License-Identifier: BSD-2-Clause
 *
 * argument.h -- a program's command line, read by one table.
 */
#ifndef BASE_ARGUMENT_H
#define BASE_ARGUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One option; a table of them ends with name NULL. It drives parsing and
 * --help. */
struct argument {
	const char *name;       /* "config" for --config */
	const char *arg;        /* "DIR"; NULL: takes none */
	const char *help;       /* one sentence without full stop */
	size_t offset;          /* of a bool; with arg, of a const char *, or
	                           of a struct argument_list */
	bool list;              /* it may be given again */
	char letter;            /* 0: none */
};

/* Has room for as many as argv has; the caller's. */
struct argument_list {
	const char **v;
	size_t n;
};

/* Sets members of `into`. At most one word is no option: *ret_place, NULL
 * where there is none. Returns 0; or -EINVAL, having said on `err`, for
 * `program`, what is wrong and the nearest option. All strings are those of
 * argv. */
int arguments_parse(const char *program, const struct argument *table,
    int argc, char *const argv[], void *into, const char **ret_place,
    FILE *err);

/* A line for each, the help from column `at` on. */
void arguments_help(const struct argument *table, int at, FILE *);

#endif
