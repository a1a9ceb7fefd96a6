/* SPDX-License-Identifier: BSD-2-Clause
 *
 * journal.c -- the rows that were written, folded by key.
 */
#include <assert.h>

#include "play.h"

static uint64_t
id_of(const struct record *r)
{
	switch (r->kind) {
	case RECORD_ATTEMPT:
		return r->u.attempt.id;
	case RECORD_INCIDENT:
		return r->u.incident.number;
	case RECORD_HOLD:
		return r->u.hold.id;
	case RECORD_OVERRIDE:
		return r->u.override.id;
	case RECORD_PERMIT:
		return r->u.permit.id;
	default:
		return 0;
	}
}

static bool
same_key(const struct record *a, const struct record *b)
{
	if (a->kind != b->kind)
		return false;
	if (id_of(a) != 0)
		return id_of(a) == id_of(b);
	if (a->pipeline != b->pipeline || a->dated != b->dated ||
	    a->date.day != b->date.day || a->subject != b->subject)
		return false;
	return a->kind != RECORD_BREACH ||
	    (a->u.breach.incident == b->u.breach.incident &&
	    a->u.breach.kind == b->u.breach.kind &&
	    a->u.breach.subject == b->u.breach.subject);
}

struct record *
row_same_key(struct play *p, const struct record *r)
{
	int32_t i;

	for (i = 0; i < p->n_rows; i++)
		if (same_key(&p->rows[i], r))
			return &p->rows[i];
	return NULL;
}

struct record *
row_find(struct play *p, enum record_kind kind, struct date date,
    int32_t subject)
{
	const struct record r = { .kind = kind, .dated = true, .date = date,
		.subject = subject };

	return row_same_key(p, &r);
}

struct record *
row_of_id(struct play *p, enum record_kind kind, uint64_t id)
{
	int32_t i;

	for (i = 0; i < p->n_rows; i++)
		if (p->rows[i].kind == kind && id_of(&p->rows[i]) == id)
			return &p->rows[i];
	return NULL;
}

void
row_fold(struct play *p, const struct record *r)
{
	struct record *was = r->kind == RECORD_NOTE ? NULL :
	    row_same_key(p, r);

	if (r->kind == RECORD_NOTE)
		return;
	assert(was || p->n_rows < P_ROWS);
	*(was ? was : &p->rows[p->n_rows++]) = *r;
}

/* Kinds in order, dates ascending within a kind; else anyhow. */
void
rows_restore(struct play *p)
{
	int32_t kind, day, i, k, from = upto(p, p->n_rows > 0 ? p->n_rows :
	    1);

	for (kind = 0; kind < RECORD_KINDS; kind++)
		for (day = FIRST_DAY - 1; day < FIRST_DAY + P_DAYS; day++)
			for (i = 0; i < p->n_rows; i++) {
				const struct record *r;

				k = (i + from) % p->n_rows;
				r = &p->rows[k];
				if ((int32_t)r->kind == kind &&
				    (r->dated ? r->date.day : FIRST_DAY - 1) ==
				    day)
					engine_restore(p->engine, r);
			}
}
