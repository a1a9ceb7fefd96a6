/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_shapes.h -- what each kind of record has: tables, words, and what a
 * table can't say.
 */
#ifndef DAEMON_ROW_SHAPES_H
#define DAEMON_ROW_SHAPES_H

#include "daemon/row_fields.h"
#include "engine/record.h"

struct shape {
	const struct field *fields;
	/* After the fields; either may be NULL. */
	void (*put)(struct row_io *, const struct record *);
	void (*get)(struct row_io *, struct record *);
	bool by_id;             /* its data carries pipeline and date */
	enum object subject;    /* of record.subject */
};

const struct shape *shape_of(enum record_kind);

/* Kind and number of what a row is about, for its event's subject; NONE:
 * nothing with a name. */
int32_t shape_subject(const struct record *, enum object *ret_kind);
/* Of a row that is known by one; 0: it isn't. */
uint64_t shape_id(const struct record *);

/* Checks that a gate, or a phase's `done`, may look at; and the place of a
 * name in a list. */
const int32_t *row_inputs(const struct graph *, int32_t gate,
    int32_t *ret_n);
const int32_t *row_done(const struct graph *, int32_t phase,
    int32_t *ret_n);
int32_t row_place(struct row_io *, const int32_t *checks, int32_t n,
    const char *name);
/* "failing", "passing" and "before". */
void put_attempt(struct row_io *, const struct record *);
void put_disabled(struct row_io *, const struct record *);
void get_disabled(struct row_io *, struct record *);
void put_breaker(struct row_io *, const struct record *);
void get_breaker(struct row_io *, struct record *);
void get_attempt(struct row_io *, struct record *);
/* "accepted" */
void put_override(struct row_io *, const struct record *);
void get_override(struct row_io *, struct record *);

/* row_arrival.c: "steps". */
void put_arrival(struct row_io *, const struct record *);
void get_arrival(struct row_io *, struct record *);

#endif
