/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outlook.c -- what is still to be expected of a date in a backfill.
 *
 * Read from the same conditions by which things start: as long as one phase
 * or recovery waits for nothing but time, budget, another attempt or fresh
 * evidence, the date is at work. When none does, it is whole, or stuck: then
 * only a person or other data move it. What stands behind a closed edge says
 * nothing by itself, what closes the edge does.
 *
 * Nothing counts that was read before the date was made active.
 */
#include "engine/backfills.h"
#include "engine/incidents.h"

/* So often is asked again what could not be told. */
static const int64_t again_ms = 5 * 60000;

/* What one condition comes to. */
static enum outlook
outlook_of(enum why why, int32_t detail)
{
	switch (why) {
	case WHY_NOTHING:
	case WHY_NOT_BEFORE:
	case WHY_NOT_ENDED:
	case WHY_HELD:
	case WHY_PERMIT:
	case WHY_IN_FLIGHT:
	case WHY_BACKOFF:
	case WHY_BREAKER:
	case WHY_BUDGET_ACTION:
	case WHY_BUDGET_GLOBAL:
	case WHY_BUDGET_BACKFILL:
		return OUTLOOK_WORKING;
	case WHY_CALENDAR:
	case WHY_STALE_EVIDENCE:
	case WHY_UNPROVEN:
	case WHY_UNKNOWN:
		return OUTLOOK_UNTOLD;
	case WHY_UPSTREAM:
	case WHY_GATE:
		return detail == VERDICT_UNKNOWN ? OUTLOOK_UNTOLD :
		    OUTLOOK_STUCK;
	case WHY_EXTERNAL:
		return OUTLOOK_EXTERNAL;
	default:
		return OUTLOOK_STUCK;
	}
}

/* What leaves the house isn't waited for; what is stuck is so, whatever else
 * is in its way; and what can't be told comes before what is to come. */
static enum outlook
conditions_outlook(const struct engine *e, int32_t phase,
    const struct day *d, enum why *ret_why)
{
	enum outlook all = OUTLOOK_WORKING;
	struct closed c;
	int32_t i;

	phase_conditions(e, phase, d, &e->now, BY_ENGINE, &c);
	if (c.n == 0)
		return OUTLOOK_UNTOLD;  /* its evidence is being measured */
	for (i = 0; i < c.n; i++) {
		enum outlook x = outlook_of(c.v[i].why, c.v[i].detail);

		if (x == OUTLOOK_EXTERNAL)
			return x;
		if (x == OUTLOOK_STUCK && all != OUTLOOK_STUCK)
			*ret_why = c.v[i].why;
		if (x == OUTLOOK_STUCK || (x == OUTLOOK_UNTOLD &&
		    all == OUTLOOK_WORKING))
			all = x;
	}
	return all;
}

/* By us, or by an outside run of which nobody knows when it ends. */
static enum outlook
under_way(const struct engine *e, const struct phase_row *row,
    enum why *ret_why)
{
	const struct attempt_entry *x = attempt_find(e, row->attempt);

	if (x && x->row.state == ATTEMPT_HELD) {
		*ret_why = WHY_IN_DOUBT;
		return OUTLOOK_STUCK;
	}
	return row->run_id[0] ? OUTLOOK_UNTOLD : OUTLOOK_WORKING;
}

/* Somebody else may still start it in time. */
static bool
is_awaited(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int64_t due = due_at(&p->due, &e->graph->pipelines[p->pipeline].zone,
	    d->date, day_anchor(d));

	return p->start == NONE && due != INSTANT_NONE && e->now.wall < due;
}

static enum outlook
phase_outlook(const struct engine *e, int32_t phase, const struct day *d,
    enum why *ret_why)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;

	switch (row->state) {
	case PHASE_DONE:
	case PHASE_SKIPPED:
		return rerun_unasked(e, phase, d) ? OUTLOOK_WORKING :
		    OUTLOOK_WHOLE;
	case PHASE_FAILED:
		*ret_why = row->failed_why;
		return OUTLOOK_STUCK;
	case PHASE_PENDING:
		break;
	default:
		return under_way(e, row, ret_why);
	}
	if (phase_done(e, phase, d, e->now.wall).holds &&
	    (row->marks & MARK_STALE) == 0)
		return OUTLOOK_UNTOLD;  /* how it came is being measured */
	return is_awaited(e, phase, d) ? OUTLOOK_WORKING :
	    conditions_outlook(e, phase, d, ret_why);
}

/* Of a recovery for which nothing fails, or whose turn it isn't, nothing is
 * expected. */
static enum outlook
recovery_outlook(const struct engine *e, int32_t recovery,
    const struct day *d, enum why *ret_why)
{
	struct damage damage;
	int64_t at;
	enum why why = damage_closed(e, recovery, d, &e->now, BY_ENGINE,
	    &damage);
	enum outlook x;

	if (why == WHY_UNKNOWN)
		return OUTLOOK_UNTOLD;
	if (why != WHY_NOTHING)
		return OUTLOOK_WHOLE;
	why = recovery_closed(e, recovery, d, &e->now, BY_ENGINE, &damage,
	    &at);
	if (why == WHY_MODE || why == WHY_ADOPTED || why == WHY_TOO_OLD ||
	    why == WHY_RETIRED)
		return OUTLOOK_WHOLE;   /* it isn't for this */
	x = outlook_of(why, 0);
	if (x == OUTLOOK_STUCK)
		*ret_why = why;
	return x;
}

/*---------------------------------------------------------------- evidence */

/* All that is owed has been measured since it was made active, and judged.
 * Asks for what hasn't. */
static bool
evidence_is_in(struct engine *e, struct day *d)
{
	const struct lane *l = d->lane;
	bool all = true;
	int32_t i;

	for (i = 0; i < l->n_checks; i++) {
		const struct check_state *s = &d->checks[i];
		enum result r = check_result(e, l->checks[i], d, e->now.wall);
		bool again = r == RESULT_UNKNOWN && s->known &&
		    e->now.wall >= s->row.began_wall + again_ms;

		if (r == RESULT_SKIP)
			continue;
		if (!check_since(s, d->backfill_since))
			all = false;
		if (!check_since(s, d->backfill_since) || again)
			check_want(e, l->checks[i], d);
	}
	for (i = 0; all && i < l->n_gates; i++)
		all = gate_settled(e, l->gates[i], d);
	return all;
}

/* A process that runs or waits for its proof; one that waits for a person is
 * not waited for. */
static bool
at_work(const struct engine *e, const struct day *d, bool *ret_held)
{
	const struct attempt_entry *x;
	int32_t i = 0;

	*ret_held = false;
	while ((x = attempt_live(e, &i))) {
		if (!where_is(&x->at, (int32_t)(d->lane - e->lanes), d))
			continue;
		if (x->row.state != ATTEMPT_HELD)
			return true;
		*ret_held = true;
	}
	return false;
}

/* Of several, the root of it: not what waits behind an edge, nor what
 * something else was to repair. */
static int
depth(enum why why)
{
	return why == WHY_NOTHING ? 0 : why == WHY_UPSTREAM ||
	    why == WHY_GATE ? 1 : why == WHY_NO_START ? 2 : 3;
}

static void
take(enum outlook x, enum why why, enum outlook *all, enum why *ret_why)
{
	if (x == OUTLOOK_STUCK && depth(why) > depth(*ret_why))
		*ret_why = why;
	if (x < *all)
		*all = x;
}

enum outlook
backfill_outlook(struct engine *e, const struct backfill_row *b,
    struct day *d, enum why *ret_why)
{
	const struct pipeline_def *p = &e->graph->pipelines[d->lane -
	    e->lanes];
	enum outlook all = OUTLOOK_WHOLE, x;
	enum why why = WHY_NOTHING;
	bool held;
	int32_t i;

	*ret_why = WHY_NOTHING;
	if (at_work(e, d, &held))
		return OUTLOOK_WORKING;
	if (d->row.owed == 0)
		return OUTLOOK_WHOLE;
	if (!evidence_is_in(e, d) || d->row.owed < 0)
		return OUTLOOK_UNTOLD;
	if (held)
		take(OUTLOOK_STUCK, WHY_IN_DOUBT, &all, ret_why);
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		if (backfill_covers(b, i)) {
			x = phase_outlook(e, i, d, &why);
			take(x, why, &all, ret_why);
		}
	for (i = 0; i < d->lane->n_recoveries; i++) {
		x = recovery_outlook(e, d->lane->recoveries[i], d, &why);
		take(x, why, &all, ret_why);
	}
	return all;
}
