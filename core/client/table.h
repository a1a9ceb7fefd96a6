/* SPDX-License-Identifier: BSD-2-Clause
 *
 * table.h -- columns that stand under each other.
 */
#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

#include "client/out.h"

enum { TABLE_COLUMNS = 128 };

struct table;

/* Headings end with NULL and are borrowed; "" for a column without one. All
 * "": no heading line. Returns owned. */
struct table *table_new(const char *const *headings);
void table_free(struct table **);

/* The next cell of the row, empty for "". A row ends by itself. */
void table_cell(struct table *, enum style, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, without a format; NULL is empty. */
void table_text(struct table *, enum style, const char *);

size_t table_rows(const struct table *);

/* Columns in which no cell says anything are left out. Where a line is too
 * long for the terminal, the last column is broken, or goes below. */
void table_print(const struct table *, struct out *, size_t indent);

/* For many narrow columns: what doesn't fit comes in another table below,
 * with the first `fixed` columns again. */
void table_print_bands(const struct table *, struct out *, size_t indent,
    size_t fixed);

#define CLEANUP_TABLE __attribute__((cleanup(table_free)))

#endif
