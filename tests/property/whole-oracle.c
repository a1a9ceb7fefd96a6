/* SPDX-License-Identifier: BSD-2-Clause
 *
 * whole-oracle.c -- a step settles all that its event has touched.
 *
 * The engine looks again only at what may have changed. After a step with
 * which it is content, everything is marked and settled once more, at the
 * same instant: that must bring out no effect, and no instant at which it
 * wants to be woken earlier. Otherwise something was touched and not looked
 * at, and would have been at another time, for another reason, or never.
 *
 * Asked after each step of one seed in eight, of the others after one step in
 * sixty-four, so that what is forgotten early and bites late is found as well;
 * where no place is given for its effects, never.
 */
#include "engine/whole.h"

#include "play.h"

enum { ROUNDS = 50 };

/* A running backfill looks at its dates every few minutes, not whenever
 * anything changes. */
static bool
backfills(struct play *p)
{
	const struct record *r;

	for (r = row_first(p, RECORD_BACKFILL); r; r = row_next(p, r))
		if (r->u.backfill.state == BACKFILL_RUNNING)
			return true;
	return false;
}

static bool
asks(struct play *p)
{
	/* where the wall clock drifts, what waits by the other one is a few
	 * milliseconds early or late */
	if (p->whole.v == NULL || (p->faults & F_DRIFT) != 0 ||
	    backfills(p))
		return false;
	if (p->checks30)
		return p->step % 256 == 0;
	return p->seed % 8 == 0 || p->step % 64 == 0;
}

static bool
earlier(int64_t a, int64_t b)
{
	return a != INSTANT_NONE && (b == INSTANT_NONE || a < b);
}

/* A budget that another start has spent is one more instant at which nothing
 * can begin yet; nobody has to be woken for it. */
static bool
has_budgets(const struct play *p)
{
	int32_t i;

	for (i = 0; i < P_ACTIONS; i++)
		if (p->actions[i].per_hour > 0)
			return true;
	return p->graph.starts_per_hour > 0;
}

/* A date that reads an earlier one waits until that has been looked at, so
 * that it takes some steps. */
static int32_t
settle_whole(struct play *p, struct effects *out)
{
	static const struct event tick = { .kind = EVENT_TICK };
	int32_t rounds = 0;

	engine_touch_all(p->s->engine);
	do {
		out->n = 0;
		engine_step(p->s->engine, &tick, &p->now, out);
	} while (out->n == 0 && out->more && ++rounds < ROUNDS);
	return rounds;
}

void
oracle_whole(struct play *p)
{
	int64_t wake = p->out.wake;
	struct effects *out = &p->whole;
	const struct effect *x = out->v;
	int kind = (int)p->event.kind;

	if (p->failed || p->out.more || !asks(p))
		return;
	if (settle_whole(p, out) == ROUNDS)
		flaw(p, "whole", "event %d: not content with nothing", kind);
	else if (out->n > 0)
		flaw(p, "whole", "event %d: %zu effects more, the first of "
		    "kind %d, record %d, subject %d, on date %d", kind,
		    out->n, (int)x->kind, x->kind == EFFECT_WRITE ?
		    (int)x->u.record.kind : -1, (int)x->subject,
		    (int)x->date.day);
	else if (earlier(out->wake, wake) && !has_budgets(p))
		flaw(p, "whole", "event %d: wakes %lld ms too late", kind,
		    (long long)(wake == INSTANT_NONE ? -1 :
		    wake - out->wake));
}
