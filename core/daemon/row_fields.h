/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_fields.h -- members of a struct as members of a JSON object, from one
 * table for both directions.
 */
#ifndef DAEMON_ROW_FIELDS_H
#define DAEMON_ROW_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/row_names.h"

enum field_type {
	FIELD_BOOL,
	FIELD_INT,              /* int32_t */
	FIELD_LONG,             /* int64_t */
	FIELD_COUNT,            /* int64_t; null: -1, not told */
	FIELD_INSTANT,          /* int64_t; null: INSTANT_NONE */
	FIELD_ID,               /* uint64_t, as an integer */
	FIELD_HASH,             /* uint64_t, as 16 hexadecimal digits */
	FIELD_REAL,             /* double; null: NaN */
	FIELD_TEXT,             /* char[size] */
	FIELD_WORD,             /* enum, by `words` */
	FIELD_MARKS,            /* uint32_t: MARK_*, as a list */
	FIELD_DATE,             /* struct date */
	FIELD_OBJECT            /* int32_t, by `object`; null: NONE */
};

struct words {
	const char *(*name)(unsigned int);
	unsigned int n;
};

struct field {
	const char *name;       /* NULL ends a table */
	enum field_type type;
	size_t offset, size;
	const struct words *words;
	enum object object;
	bool later;             /* rows of older versions lack it; see below */
};

/* One row being written or read. */
struct row_io {
	const struct row_names *names;
	int32_t pipeline;       /* of the row, for names of phases */
	json_t *data;           /* borrowed */

	/* The first thing that is wrong while reading; 0: nothing so far. */
	int error;              /* -ENOENT, -EINVAL */
	const char *member;     /* -EINVAL: where; static */
	enum object gone;       /* -ENOENT: of which kind */
	const char *gone_name;  /* borrowed from the data; may be NULL */
};

/* A `later` member that a row doesn't have is read as unset: nothing, zero,
 * the first word, INSTANT_NONE, NONE, -1 of a count, NaN. */
void fields_put(struct row_io *, const struct field *, const void *row);
void fields_get(struct row_io *, const struct field *, void *row);

/* Pieces of the same, for what a table can't say. OBJECT_NONE: the number
 * itself. */
void io_put_object(struct row_io *, json_t *to, const char *member,
    enum object, int32_t number);
int32_t io_get_object(struct row_io *, const json_t *from,
    const char *member, enum object);
void io_put_text(json_t *to, const char *member, const char *s);
/* Null and absent are not the same. */
const json_t *io_member(struct row_io *, const json_t *from,
    const char *member);
/* -1: no such word. */
int words_find(const struct words *, const char *word);
unsigned int io_get_word(struct row_io *, const json_t *from,
    const char *member, const struct words *);

void io_wrong(struct row_io *, const char *member);
void io_gone(struct row_io *, enum object, const char *name);

#endif
