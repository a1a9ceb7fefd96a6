/* SPDX-License-Identifier: BSD-2-Clause
 *
 * attempts.c -- the attempts: which are in flight, which count for a budget.
 */
#include "engine/work.h"

void
attempt_event(struct engine *e, const struct event *ev)
{
	(void)e; (void)ev;
}

struct attempt_entry *
attempt_find(const struct engine *e, uint64_t id)
{
	int32_t i;

	for (i = e->attempts.n - 1; id != 0 && i >= 0; i--) {
		struct attempt_entry *x = table_at(&e->attempts, i);

		if (x->row.id == id)
			return x;
		if (x->row.id < id)
			break;
	}
	return NULL;
}

struct attempt_entry *
attempt_live(const struct engine *e, int32_t *i)
{
	while (*i < e->attempts.n) {
		struct attempt_entry *x = table_at(&e->attempts, (*i)++);

		if (in_flight(&x->row))
			return x;
	}
	return NULL;
}

int32_t
attempts_in_hour(const struct engine *e, int32_t action, int64_t wall,
    int64_t *ret_first)
{
	int32_t i, n = 0;

	*ret_first = INSTANT_NONE;
	for (i = e->attempts.n - 1; i >= 0; i--) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		if (x->row.intent_at <= wall - HOUR_MS)
			break;
		if (action != NONE && x->row.action != action)
			continue;
		*ret_first = x->row.intent_at;
		n++;
	}
	return n;
}

int32_t
attempts_of_recovery(const struct engine *e, int32_t recovery,
    const struct day *d)
{
	int32_t i, n = 0;

	for (i = 0; i < e->attempts.n; i++) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		n += x->row.recovery == recovery && where_is(&x->at,
		    e->graph->recoveries[recovery].pipeline, d);
	}
	return n;
}

enum why
budget_spent(const struct engine *e, int32_t action, int64_t wall,
    int64_t *ret_until)
{
	const struct action_def *a = &e->graph->actions[action];
	int64_t first;

	if (e->graph->starts_per_hour > 0 && attempts_in_hour(e, NONE, wall,
	    &first) >= e->graph->starts_per_hour) {
		*ret_until = first + HOUR_MS;
		return WHY_BUDGET_GLOBAL;
	}
	if (a->per_hour > 0 && attempts_in_hour(e, action, wall,
	    &first) >= a->per_hour) {
		*ret_until = first + HOUR_MS;
		return WHY_BUDGET_ACTION;
	}
	return WHY_NOTHING;
}

static bool
same_text(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* Without a target an exclusive action excludes itself. */
static bool
same_target(const struct engine *e, int32_t action, int32_t other)
{
	const struct action_def *a = &e->graph->actions[action];
	const struct action_def *b = &e->graph->actions[other];

	if (!a->exclusive && !b->exclusive)
		return false;
	if (a->target == NULL || b->target == NULL)
		return action == other;
	return same_text(a->target, b->target);
}

uint64_t
target_busy(const struct engine *e, int32_t action)
{
	const struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i)))
		if (x->row.state != ATTEMPT_VERIFYING &&
		    same_target(e, action, x->row.action))
			return x->row.id;
	return 0;
}
