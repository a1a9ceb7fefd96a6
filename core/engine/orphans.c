/* SPDX-License-Identifier: BSD-2-Clause
 *
 * orphans.c -- attempts whose recovery, phase or pipeline a reload has taken
 * away.
 *
 * Nothing can be proved by them any more, and nobody asks for them by name.
 * But they were started: the hourly budgets count them, and what still runs
 * keeps others off its target until its end is heard of. They are kept apart
 * from the attempts of what is configured, and are never written again.
 */
#include "engine/work.h"

void
orphan_restore(struct engine *e, const struct attempt_row *row)
{
	struct attempt_entry *x;
	int32_t i;

	if (row->id > e->last_attempt)
		e->last_attempt = row->id;
	for (i = 0; e->orphans.n == e->orphans.cap && i < e->orphans.n; i++) {
		x = table_at(&e->orphans, i);
		if (!in_flight(&x->row))
			table_remove(&e->orphans, i);
	}
	x = table_add(&e->orphans);
	if (x == NULL)
		return;         /* so many can't run */
	x->at.pipeline = NONE;
	x->row = *row;
}

int32_t
orphans_in_hour(const struct engine *e, int32_t action, uint64_t backfill,
    int64_t wall, int64_t *ret_first)
{
	int32_t i, n = 0;

	for (i = 0; i < e->orphans.n; i++) {
		const struct attempt_row *a = &((const struct attempt_entry *)
		    table_at(&e->orphans, i))->row;

		if (a->intent_at <= wall - HOUR_MS || a->backfill != backfill ||
		    (action != NONE && a->action != action))
			continue;
		if (*ret_first == INSTANT_NONE || a->intent_at < *ret_first)
			*ret_first = a->intent_at;
		n++;
	}
	return n;
}

uint64_t
orphan_busy(const struct engine *e, int32_t action)
{
	int32_t i;

	for (i = 0; i < e->orphans.n; i++) {
		const struct attempt_row *a = &((const struct attempt_entry *)
		    table_at(&e->orphans, i))->row;

		if (in_flight(a) && a->action != NONE &&
		    same_action_target(e, action, a->action))
			return a->id;
	}
	return 0;
}

bool
orphan_event(struct engine *e, const struct event *ev)
{
	int32_t i;

	for (i = 0; i < e->orphans.n; i++) {
		struct attempt_entry *x = table_at(&e->orphans, i);

		if (x->row.id != ev->attempt)
			continue;
		if (ev->kind == EVENT_ENDED || (ev->kind == EVENT_FOUND &&
		    !ev->u.found.running))
			x->row.state = ATTEMPT_CLOSED;
		touch_attempt(e, x);    /* others may have their turn */
		return true;
	}
	return false;
}
