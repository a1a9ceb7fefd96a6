/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rungs.c -- the ladder of recoveries that one check has.
 *
 * Recoveries that repair the same check are rungs, by their order: retry,
 * another source, a partial backfill, a full one, and a person. Each has a
 * plan and budgets of its own, and the next one's turn comes when the one
 * before is over for that check: its plan has ended, it may no more for this
 * check (it has made it worse), or the check has had its share.
 *
 * A rung without an action is a person: when its turn comes, its plan ends
 * at once, and with it automation; what its `fix` says is then what the
 * message says.
 */
#include "engine/work.h"

/* The place of a check among those that it repairs; NONE. */
static int32_t
bit_of(const struct recovery_def *r, int32_t check)
{
	int32_t i;

	for (i = 0; i < repairs_of(r); i++)
		if (r->repairs[i] == check)
			return i;
	return NONE;
}

static bool
item_spent(const struct engine *e, int32_t recovery, int32_t bit,
    const struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i, n = 0;

	if (r->per_item <= 0)
		return false;
	for (i = 0; i < e->attempts.n; i++) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		n += x->row.recovery == recovery && x->row.backfill == 0 &&
		    x->row.failing & 1u << bit &&
		    where_is(&x->at, r->pipeline, d);
	}
	return n >= r->per_item;
}

static bool
disabled_for(const struct engine *e, int32_t recovery, int32_t bit)
{
	return e->disabled[recovery].live &&
	    e->disabled[recovery].checks & 1u << bit;
}

bool
rung_over(const struct engine *e, int32_t recovery, int32_t check,
    const struct day *d)
{
	int32_t bit = bit_of(&e->graph->recoveries[recovery], check);

	return recovery_at(e, d, recovery)->row.ended != WHY_NOTHING ||
	    bit == NONE || disabled_for(e, recovery, bit) ||
	    item_spent(e, recovery, bit, d);
}

enum why
rung_closed(const struct engine *e, int32_t recovery, const struct day *d,
    uint32_t *failing)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	enum why why = WHY_NOTHING;
	int32_t i;

	for (i = 0; i < repairs_of(r); i++) {
		if ((*failing & 1u << i) == 0)
			continue;
		if (disabled_for(e, recovery, i))
			why = WHY_DISABLED;
		else if (!item_spent(e, recovery, i, d))
			continue;
		else if (why == WHY_NOTHING)
			why = WHY_BUDGET_ITEM;
		*failing &= ~(1u << i);
	}
	return *failing == 0 ? why : WHY_NOTHING;
}
