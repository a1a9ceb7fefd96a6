/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_backfills.c -- what a backfill may start, and on how many dates.
 *
 * What it starts is beyond the reach of everything else, so it is held to its
 * own row: it must run, the date must be one that it has made active, and
 * what was whole isn't made again. No more dates are active than it may have
 * at once, and one alone until its canary has become whole.
 */
#include <stdlib.h>
#include <string.h>

#include "journal/laws_judge.h"

static const struct backfill_seen *
backfill_of(const struct laws *l, uint64_t id)
{
	return id ? law_map_find(&l->backfills, id) : NULL;
}

static int32_t
active(const char *dates)
{
	int32_t n = 0;

	for (; *dates; dates++)
		n += *dates == 'a';
	return n;
}

void
laws_see_backfill(struct laws *l, const struct law_fact *f)
{
	const struct law_backfill *b = &f->u.backfill;
	struct backfill_seen *x = law_map_put(&l->backfills, b->id);
	int32_t most = b->canary && !b->proven ? 1 : b->at_most;
	size_t n = b->dates ? strnlen(b->dates, sizeof x->dates - 1) : 0;

	if (!x->known)
		law_number(l, f, b->id);
	x->known = true;
	x->runs = b->runs;
	x->from = b->from;
	x->per_hour = b->per_hour;
	x->pipeline = f->pipeline;
	memset(x->dates, 0, sizeof x->dates);
	if (n > 0)
		memcpy(x->dates, b->dates, n);
	if (b->runs && active(x->dates) > most)
		law_found(l, LAW_BACKFILL_ROOM, f, "%d dates of backfill %llu "
		    "are at work, %d may be", active(x->dates),
		    (unsigned long long)b->id, most);
}

static const char *
why_not(const struct backfill_seen *x, const struct law_fact *f,
    const struct plan_seen *p)
{
	int64_t i = (int64_t)f->day - (x ? x->from : 0);

	if (x == NULL)
		return "which there isn't";
	if (!x->runs)
		return "which stands still or has ended";
	if (f->pipeline != x->pipeline || i < 0 ||
	    i >= (int64_t)strlen(x->dates))
		return "whose range doesn't have the date";
	if (x->dates[i] != 'a')
		return "in which it isn't the date's turn";
	if (f->u.attempt.by_person)
		return "and for a person";
	if (!f->u.attempt.repairs && p->known && p->state == LAW_DONE)
		return "although it was whole";
	return NULL;
}

void
laws_see_backfilled(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;
	const char *why = why_not(backfill_of(l, a->backfill), f, p);

	if (why)
		law_found(l, LAW_BACKFILL, f, "attempt %llu starts %s for "
		    "backfill %llu, %s", (unsigned long long)a->id,
		    law_word(l, f->name), (unsigned long long)a->backfill,
		    why);
}

int32_t
law_starts_per_hour(const struct laws *l, uint64_t backfill)
{
	const struct backfill_seen *x = backfill_of(l, backfill);

	return backfill == 0 ? l->starts_per_hour : x ? x->per_hour : 0;
}
