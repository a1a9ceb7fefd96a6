/* SPDX-License-Identifier: BSD-2-Clause
 *
 * walk.c -- the rows that have ids, one after the other, for whoever shows
 * them.
 */
#include "engine/state.h"

static void *
walk(const struct table *t, int32_t i, struct record *ret_where)
{
	struct where *w;

	if (i < 0 || i >= t->n)
		return NULL;
	w = table_at(t, i);
	if (ret_where)
		*ret_where = (struct record){ .pipeline = w->pipeline,
			.dated = w->dated, .date = w->date,
			.subject = NONE };
	return w;
}

const struct attempt_row *
engine_attempt_at(const struct engine *e, int32_t i, struct record *ret_where)
{
	const struct attempt_entry *x = walk(&e->attempts, i, ret_where);

	return x ? &x->row : NULL;
}

const struct incident_row *
engine_incident_at(const struct engine *e, int32_t i,
    struct record *ret_where)
{
	const struct incident_entry *x = walk(&e->incidents, i, ret_where);

	return x ? &x->row : NULL;
}

const struct breach_row *
engine_breach_at(const struct engine *e, int32_t i, struct record *ret_where)
{
	const struct breach_entry *x = walk(&e->breaches, i, ret_where);

	return x ? &x->row : NULL;
}

const struct hold_row *
engine_hold_at(const struct engine *e, int32_t i, struct record *ret_where)
{
	const struct hold_entry *x = walk(&e->holds, i, ret_where);

	return x ? &x->row : NULL;
}

const struct override_row *
engine_override_at(const struct engine *e, int32_t i,
    struct record *ret_where)
{
	const struct override_entry *x = walk(&e->overrides, i, ret_where);

	return x ? &x->row : NULL;
}

const struct permit_row *
engine_permit_at(const struct engine *e, int32_t i, struct record *ret_where)
{
	const struct permit_entry *x = walk(&e->permits, i, ret_where);

	return x ? &x->row : NULL;
}

const struct waiver_row *
engine_waiver_at(const struct engine *e, int32_t i, struct record *ret_where)
{
	const struct waiver_entry *x = walk(&e->waivers, i, ret_where);

	return x ? &x->row : NULL;
}

const struct attempt_row *
engine_attempt(const struct engine *e, uint64_t attempt)
{
	int32_t i;

	for (i = e->attempts.n - 1; i >= 0; i--) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		if (x->row.id == attempt)
			return &x->row;
	}
	return NULL;
}

const struct backfill_row *
engine_backfill_at(const struct engine *e, int32_t i,
    struct record *ret_where)
{
	const struct backfill_entry *x = walk(&e->backfills, i, ret_where);

	return x ? &x->row : NULL;
}
