/* SPDX-License-Identifier: BSD-2-Clause
 *
 * csv.h -- records of a CSV text (RFC 4180), one after the other.
 */
#ifndef SIMULATE_CSV_H
#define SIMULATE_CSV_H

enum { CSV_FIELDS_MOST = 256 };

struct csv {
	char *rest;             /* borrowed; NULL: nothing is left */
	int line;               /* where the record began, from 1 */
	int next_line;
	char *fields[CSV_FIELDS_MOST];  /* in the text; valid as long as it */
	int n;
};

enum csv_result { CSV_RECORD, CSV_END, CSV_BAD_QUOTES, CSV_TOO_MANY };

/* Takes the text apart in place: NULs are put where fields end. */
void csv_start(struct csv *, char *text);

/* The next record. Empty lines, and lines that begin with `#`, are not
 * records. */
enum csv_result csv_next(struct csv *);

/* What is wrong, as a sentence; static. */
const char *csv_why(enum csv_result);

/* Index of a field with this text, or -1: for a header. */
int csv_find(const struct csv *, const char *name);

#endif
