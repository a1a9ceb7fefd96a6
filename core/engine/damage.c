/* SPDX-License-Identifier: BSD-2-Clause
 *
 * damage.c -- which failures ask for which recovery.
 *
 * The checks that fail, are due and confirmed, and matter to a gate that
 * isn't open, to a phase's `done` or to an alarm; of those, per recovery,
 * the ones whose turn it is: that no recovery of a lower order still tries
 * to repair. A check that could not be measured asks for nothing, and while
 * a gate has not answered for what its inputs read now, neither do they.
 *
 * Root first: behind a closed edge nothing is repaired; what closes the edge
 * is.
 */
#include "engine/backfills.h"

/*------------------------------------------------------ what asks for repair */

/* An alarm's input always, a gate's while that isn't open. A gate that can't
 * tell asks for nothing. */
static bool
gate_asks(const struct engine *e, int32_t gate, const struct day *d,
    int32_t check, int64_t wall)
{
	const struct gate_def *g = &e->graph->gates[gate];
	enum verdict v;

	if (!in_list(g->inputs, gate_inputs_on(g, d->date), check))
		return false;
	if (g->alarm)
		return !is_retired(&g->retirement, d->date);
	v = gate_reliable(e, gate, d, wall);
	return v != VERDICT_OPEN && v != VERDICT_UNKNOWN;
}

static bool
matters(const struct engine *e, int32_t check, const struct day *d,
    int64_t wall)
{
	int32_t pipeline = e->graph->checks[check].pipeline, i;
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	const struct lane *l = &e->lanes[pipeline];

	for (i = 0; i < l->n_gates; i++)
		if (gate_asks(e, l->gates[i], d, check, wall))
			return true;
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		const struct phase_def *ph = &e->graph->phases[i];

		if (ph->done_kind == DONE_CHECKS && in_list(ph->done_checks,
		    done_checks_on(ph, d->date), check))
			return true;
	}
	return false;
}

/* Have all gates that look at the check answered for what it reads? */
static bool
judged(const struct engine *e, int32_t check, const struct day *d)
{
	const struct lane *l = &e->lanes[e->graph->checks[check].pipeline];
	int32_t i;

	for (i = 0; i < l->n_gates; i++) {
		const struct gate_def *g = &e->graph->gates[l->gates[i]];

		if (!is_retired(&g->retirement, d->date) &&
		    in_list(g->inputs, gate_inputs_on(g, d->date), check) &&
		    !gate_settled(e, l->gates[i], d))
			return false;
	}
	return true;
}

/* Is the recovery in front of another one, for a check that both repair? */
static bool
goes_first(const struct engine *e, int32_t a, int32_t b)
{
	const struct recovery_def *x = &e->graph->recoveries[a];
	const struct recovery_def *y = &e->graph->recoveries[b];

	return x->order < y->order || (x->order == y->order && a < b);
}

static bool
our_turn(const struct engine *e, int32_t recovery, int32_t check,
    const struct day *d)
{
	const struct lane *l = &e->lanes[
	    e->graph->recoveries[recovery].pipeline];
	int32_t i;

	for (i = 0; i < l->n_recoveries; i++) {
		int32_t other = l->recoveries[i];
		const struct recovery_def *r = &e->graph->recoveries[other];

		if (other != recovery && r->mode == MODE_ENFORCE &&
		    !is_retired(&r->retirement, d->date) &&
		    goes_first(e, other, recovery) &&
		    in_list(r->repairs, r->n_repairs, check) &&
		    !rung_over(e, other, check, d))
			return false;
	}
	return true;
}

static void
assess(const struct engine *e, int32_t recovery, const struct day *d,
    const struct now *now, struct damage *ret)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i;

	*ret = (struct damage){ .stale = NONE };
	for (i = 0; i < repairs_of(r); i++) {
		int32_t c = r->repairs[i];
		enum result x = check_result(e, c, d, now->wall);

		if (x == RESULT_PASS || x == RESULT_WARN)
			ret->passing |= 1u << i;
		ret->unknown |= x == RESULT_UNKNOWN;
		if (x != RESULT_FAIL)
			continue;
		ret->unconfirmed |= !judged(e, c, d);
		if (!matters(e, c, d, now->wall))
			continue;
		if (check_at(e, d, c)->row.in_row <
		    e->graph->checks[c].confirm)
			ret->unconfirmed = true;
		if (!check_fresh(e, c, d, now))
			ret->stale = c;
		ret->failing |= 1u << i;
	}
}

static uint32_t
our_part(const struct engine *e, int32_t recovery, const struct day *d,
    uint32_t failing)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i;

	for (i = 0; i < repairs_of(r); i++)
		if (failing & 1u << i &&
		    !our_turn(e, recovery, r->repairs[i], d))
			failing &= ~(1u << i);
	return failing;
}

/*------------------------------------------------------------- root first */

static bool
guarded_by(const struct engine *e, const struct phase_def *p,
    const struct day *d, int32_t check)
{
	int32_t i;

	for (i = 0; i < p->n_guards; i++) {
		const struct gate_def *g = &e->graph->gates[p->guards[i]];

		if (in_list(g->inputs, gate_inputs_on(g, d->date), check))
			return true;
	}
	return false;
}

/* The worst of a phase's upstreams, or of all its conditions. */
static enum verdict
edges(const struct engine *e, int32_t phase, const struct day *d,
    bool guards, int64_t wall)
{
	int32_t n = guards ? edge_count(e, phase) :
	    e->graph->phases[phase].n_after, k;
	enum verdict worst = VERDICT_OPEN;

	for (k = 0; k < n; k++) {
		enum verdict v = edge_verdict(e, phase, d, k, wall);

		if (v > worst)
			worst = v;
	}
	return worst;
}

/* May the phases that use the check use it? One that may is enough; a check
 * that no phase uses is repaired for its own sake. */
static bool
upstream_healthy(const struct engine *e, int32_t check, const struct day *d,
    int64_t wall)
{
	const struct pipeline_def *p = &e->graph->pipelines[
	    e->graph->checks[check].pipeline];
	bool used = false;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		bool makes = done_uses(e, i, d, check);

		if (!makes && !guarded_by(e, &e->graph->phases[i],
		    d, check))
			continue;
		used = true;
		if (edges(e, i, d, makes, wall) <= VERDICT_DEGRADED)
			return true;
	}
	return !used;
}

static uint32_t
healthy_part(const struct engine *e, int32_t recovery, const struct day *d,
    uint32_t failing, int64_t wall)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i;

	for (i = 0; i < repairs_of(r); i++)
		if (failing & 1u << i &&
		    !upstream_healthy(e, r->repairs[i], d, wall))
			failing &= ~(1u << i);
	return failing;
}

/* What was met too late is a person's to repair. */
static uint32_t
watched_part(const struct engine *e, int32_t recovery, const struct day *d,
    uint32_t failing)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i;

	for (i = 0; i < repairs_of(r); i++)
		if (failing & 1u << i && check_adopted(e, r->repairs[i], d))
			failing &= ~(1u << i);
	return failing;
}

/*------------------------------------------------------------------ in all */

/* Is there something that this recovery is for, and is it its turn? */
enum why
damage_closed(const struct engine *e, int32_t recovery, const struct day *d,
    const struct now *now, enum starter by, struct damage *ret)
{
	enum why why;
	const struct backfill_row *b;
	uint32_t watched;

	assess(e, recovery, d, now, ret);
	if (ret->unconfirmed)
		return WHY_UNKNOWN;
	if (ret->failing == 0)
		return ret->unknown ? WHY_UNKNOWN : WHY_CHECK;
	if (by == BY_ENGINE && !d->row.adopted) {
		watched = watched_part(e, recovery, d, ret->failing);
		(void)recovery_reach(e, recovery, d, now->wall, &b);
		if (watched == 0 && b == NULL)
			return WHY_ADOPTED;
		ret->met_too_late = watched == 0;
		if (watched != 0)
			ret->failing = watched;
	}
	if (by == BY_ENGINE)
		ret->failing = our_part(e, recovery, d, ret->failing);
	if (ret->failing == 0)
		return WHY_IN_FLIGHT;
	why = rung_closed(e, recovery, d, &ret->failing);
	if (why != WHY_NOTHING)
		return why;
	ret->failing = healthy_part(e, recovery, d, ret->failing, now->wall);
	return ret->failing == 0 ? WHY_UPSTREAM : WHY_NOTHING;
}
