/* SPDX-License-Identifier: BSD-2-Clause
 *
 * csv.h -- records of a CSV text (RFC 4180), one after the other. Pure.
 */
#ifndef PLUGIN_LIB_CSV_H
#define PLUGIN_LIB_CSV_H

#include <stdbool.h>
#include <stddef.h>

enum { CSV_FIELDS_MOST = 64 };

/* Starts with `rest` at the text, `line` 0; lives until csv_free. */
struct csv {
	const char *rest;       /* borrowed */
	int line;               /* where the record began, from 1 */
	int next_line;
	char *fields[CSV_FIELDS_MOST];  /* owned, until the next record */
	int n;
};

enum csv_result { CSV_RECORD, CSV_END, CSV_BAD_QUOTES, CSV_TOO_MANY };

/* The next record. Empty lines, and lines that begin with `#`, are not
 * records. */
enum csv_result csv_next(struct csv *);
void csv_free(struct csv *);

/* Index of a field with this text, or -1: for a header. */
int csv_find(const struct csv *, const char *name);

#endif
