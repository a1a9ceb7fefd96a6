/* SPDX-License-Identifier: BSD-2-Clause
 *
 * touch.c -- what has changed is looked at again by whoever reads it.
 *
 * The other half of settling: settle_*() reads whatever it likes, and what it
 * reads is followed here the other way round. To touch too much costs a look
 * that changes nothing; to touch too little is a decision that comes late, or
 * never. So the rule is coarse where things are rare (a hold, an incident
 * that opens: all signs of the date) and exact where they are common: a
 * measurement that reads as before touches only what waits for one.
 *
 * tests/property settles everything after steps that had settled what was
 * touched: then nothing may change.
 */
#include <assert.h>

#include "engine/incidents.h"
#include "engine/whole.h"
#include "engine/work.h"

/*------------------------------------------------------------------- leaves */

static void
set_wake(struct day *d, int32_t leaf, int64_t at)
{
	struct lane *l = d->lane;
	int64_t was = wakes_first(&l->shape, d->wakes), is;

	wakes_set(&l->shape, d->wakes, leaf, at);
	is = wakes_first(&l->shape, d->wakes);
	if (is != was)
		wakes_set(&l->dates, l->wakes,
		    l->n_days - 1 - (int32_t)(d - l->days), is);
}

void
leaf_wake(struct day *d, enum leaf_kind kind, int32_t slot, int64_t at)
{
	int32_t leaf = d->lane->leaf[kind] + slot;

	if (at < d->wakes[leaf])
		set_wake(d, leaf, at);
}

void
leaf_touch(struct day *d, enum leaf_kind kind, int32_t slot)
{
	leaf_wake(d, kind, slot, WAKE_DUE);
}

void
leaf_rest(struct day *d, enum leaf_kind kind, int32_t slot)
{
	int32_t leaf = d->lane->leaf[kind] + slot;

	if (d->wakes[leaf] != WAKE_NEVER)
		set_wake(d, leaf, WAKE_NEVER);
}

void
day_wake(struct day *d, int64_t at)
{
	int32_t leaf = d->leaf == NONE ? d->lane->leaf[LEAF_DAY] : d->leaf;

	if (at != INSTANT_NONE && at < d->wakes[leaf])
		set_wake(d, leaf, at);
}

void
touch_day(struct day *d)
{
	leaf_touch(d, LEAF_DAY, 0);
}

bool
day_is_due(const struct engine *e, const struct day *d)
{
	return wakes_first(&d->lane->shape, d->wakes) <= e->now.wall;
}

void
touch_all(struct engine *e, int32_t pipeline)
{
	int32_t i, k;

	for (i = 0; i < e->graph->n_pipelines; i++)
		for (k = 0; k < e->lanes[i].n_used; k++)
			if (pipeline == NONE || pipeline == i)
				touch_day(&e->lanes[i].days[k]);
}

void
engine_touch_all(struct engine *e)
{
	int32_t i;

	touch_all(e, NONE);
	e->expire_at = INT64_MIN;
	for (i = 0; i < e->graph->n_pipelines; i++)
		e->lanes[i].advance_at = INT64_MIN;
}

void
lane_reset(struct lane *l)
{
	int32_t i;

	wakes_fill(&l->dates, l->wakes, WAKE_NEVER);
	for (i = 0; i < l->n_used; i++)
		wakes_set(&l->dates, l->wakes, l->n_days - 1 - i,
		    wakes_first(&l->shape, l->days[i].wakes));
}

void
day_reset(struct day *d)
{
	struct lane *l = d->lane;

	wakes_fill(&l->shape, d->wakes, WAKE_DUE);
	wakes_set(&l->dates, l->wakes, l->n_days - 1 -
	    (int32_t)(d - l->days), WAKE_DUE);
}

static void
touch_kind(struct day *d, enum leaf_kind kind)
{
	struct lane *l = d->lane;
	int32_t i;

	for (i = l->leaf[kind]; i < l->leaf[kind + 1]; i++)
		if (d->wakes[i] != WAKE_DUE)
			set_wake(d, i, WAKE_DUE);
}

/*------------------------------------------------------------------- phases */

static void
touch_repairs(struct engine *e, struct day *d, int32_t check)
{
	int32_t i = links_begin(e, LINK_REPAIRS, check);

	for (; i < links_end(e, LINK_REPAIRS, check); i++)
		leaf_touch(d, LEAF_RECOVERY,
		    e->slot_of_recovery[e->links[LINK_REPAIRS].to[i]]);
}

static void
touch_repairs_of_done(struct engine *e, struct day *d, int32_t phase)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t i, check;

	for (i = 0; (check = done_check(e->graph, p, i)) != NONE; i++)
		touch_repairs(e, d, check);
}

/* Recoveries of what the phase looks at read its edge. */
static void
touch_repairs_around(struct engine *e, struct day *d, int32_t phase)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t i, k;

	touch_repairs_of_done(e, d, phase);
	for (i = 0; i < p->n_after; i++)
		if (p->after[i].date_offset == 0)
			touch_repairs_of_done(e, d, p->after[i].phase);
	for (i = 0; i < p->n_guards; i++) {
		const struct gate_def *g = &e->graph->gates[p->guards[i]];

		for (k = 0; k < gate_inputs_on(g, d->date); k++)
			touch_repairs(e, d, g->inputs[k]);
	}
}

void
touch_phase(struct engine *e, struct day *d, int32_t phase)
{
	int32_t slot = slot_of_phase(e, phase);

	leaf_touch(d, LEAF_PHASE, slot);
	leaf_touch(d, LEAF_SIGN, slot);
	if (d->lane->n_recoveries > 0)
		touch_repairs_around(e, d, phase);
}

/* Those after it, on its date and on the later ones that look at it. */
static void
each_after(struct engine *e, struct day *d, int32_t phase,
    void (*touch)(struct engine *, struct day *, int32_t))
{
	const struct lane *l = d->lane;
	int32_t i = links_begin(e, LINK_DOWN, phase), first, end;
	struct day *u = d + 1;

	for (; i < links_end(e, LINK_DOWN, phase); i++)
		touch(e, d, e->links[LINK_DOWN].to[i]);
	first = links_begin(e, LINK_FAR, phase);
	end = links_end(e, LINK_FAR, phase);
	for (; first < end && u < l->days + l->n_used; u++) {
		for (i = first; i < end; i++)
			touch(e, u, e->links[LINK_FAR].to[i]);
		if (u->row.owed != 0)
			return;
	}
}

/* What its `done` comes to: those after it read that, too. */
static void
touch_evidence(struct engine *e, struct day *d, int32_t phase)
{
	touch_phase(e, d, phase);
	each_after(e, d, phase, touch_phase);
}

void
touch_state(struct engine *e, struct day *d, int32_t phase)
{
	touch_evidence(e, d, phase);
	leaf_touch(d, LEAF_INCIDENTS, 0);
}

static void
touch_guarded(struct engine *e, struct day *d, int32_t gate)
{
	int32_t i = links_begin(e, LINK_GUARDS, gate);

	for (; i < links_end(e, LINK_GUARDS, gate); i++)
		touch_phase(e, d, e->links[LINK_GUARDS].to[i]);
}

void
touch_later(struct engine *e, const struct day *d)
{
	struct lane *l = d->lane;
	struct day *u = l->days + (d - l->days) + 1;

	(void)e;
	for (; l->crosses && u < l->days + l->n_used; u++) {
		touch_day(u);
		if (u->row.owed != 0)
			return;
	}
}

/*------------------------------------------------------- checks and gates */

void
touch_value(struct engine *e, struct day *d, int32_t check)
{
	int32_t i = links_begin(e, LINK_GATES, check);

	for (; i < links_end(e, LINK_GATES, check); i++)
		leaf_touch(d, LEAF_GATE,
		    e->slot_of_gate[e->links[LINK_GATES].to[i]]);
}

void
touch_check(struct engine *e, struct day *d, int32_t check)
{
	int32_t i = links_begin(e, LINK_DONE, check), gate;

	if (e->graph->checks[check].calendar) {
		touch_day(d);
		return;
	}
	touch_value(e, d, check);
	for (; i < links_end(e, LINK_DONE, check); i++)
		touch_evidence(e, d, e->links[LINK_DONE].to[i]);
	i = links_begin(e, LINK_GATES, check);
	for (; i < links_end(e, LINK_GATES, check); i++) {
		gate = e->links[LINK_GATES].to[i];
		touch_guarded(e, d, gate);
		if (e->graph->gates[gate].alarm)
			leaf_touch(d, LEAF_ALARM, e->slot_of_gate[gate]);
	}
	touch_repairs(e, d, check);
	if (links_begin(e, LINK_REPAIRS, check) <
	    links_end(e, LINK_REPAIRS, check))
		leaf_touch(d, LEAF_INCIDENTS, 0);
	leaf_touch(d, LEAF_PROBE, e->slot_of_check[check]);
}

static void
wait_over(struct engine *e, struct day *d, int32_t phase)
{
	if (phase_at(e, d, phase)->waits)
		leaf_touch(d, LEAF_PHASE, slot_of_phase(e, phase));
}

static void
waits_of_gate(struct engine *e, struct day *d, int32_t gate)
{
	int32_t i = links_begin(e, LINK_GUARDS, gate);

	for (; i < links_end(e, LINK_GUARDS, gate); i++)
		wait_over(e, d, e->links[LINK_GUARDS].to[i]);
	if (gate_at(e, d, gate)->alarm_waits)
		leaf_touch(d, LEAF_ALARM, e->slot_of_gate[gate]);
}

static void
waits_of_done(struct engine *e, struct day *d, int32_t phase)
{
	wait_over(e, d, phase);
	each_after(e, d, phase, wait_over);
	if (phase_at(e, d, phase)->sign_waits)
		leaf_touch(d, LEAF_SIGN, slot_of_phase(e, phase));
}

void
touch_waiting(struct engine *e, struct day *d, int32_t check)
{
	int32_t i = links_begin(e, LINK_DONE, check);

	for (; i < links_end(e, LINK_DONE, check); i++)
		waits_of_done(e, d, e->links[LINK_DONE].to[i]);
	i = links_begin(e, LINK_GATES, check);
	for (; i < links_end(e, LINK_GATES, check); i++)
		waits_of_gate(e, d, e->links[LINK_GATES].to[i]);
	i = links_begin(e, LINK_REPAIRS, check);
	if (i < links_end(e, LINK_REPAIRS, check) && d->proofs)
		leaf_touch(d, LEAF_PROOFS, 0);
	for (; i < links_end(e, LINK_REPAIRS, check); i++) {
		int32_t r = e->links[LINK_REPAIRS].to[i];

		if (recovery_at(e, d, r)->waits)
			leaf_touch(d, LEAF_RECOVERY, e->slot_of_recovery[r]);
	}
	if (e->graph->checks[check].calendar && d->calendar_waited) {
		d->calendar_waited = false;
		touch_day(d);
	}
}

void
touch_gate(struct engine *e, struct day *d, int32_t gate)
{
	const struct gate_def *g = &e->graph->gates[gate];
	int32_t i = links_begin(e, LINK_DONE_GATE, gate);

	for (; i < links_end(e, LINK_DONE_GATE, gate); i++)
		touch_evidence(e, d, e->links[LINK_DONE_GATE].to[i]);
	touch_guarded(e, d, gate);
	for (i = 0; d->lane->n_recoveries > 0 &&
	    i < gate_inputs_on(g, d->date); i++)
		touch_repairs(e, d, g->inputs[i]);
	if (g->alarm)
		leaf_touch(d, LEAF_ALARM, e->slot_of_gate[gate]);
}

/*----------------------------------------------- attempts and recoveries */

/* Others that repair the same may have their turn. */
void
touch_recovery(struct engine *e, struct day *d, int32_t recovery)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i;

	leaf_touch(d, LEAF_RECOVERY, e->slot_of_recovery[recovery]);
	for (i = 0; i < r->n_repairs; i++)
		touch_repairs(e, d, r->repairs[i]);
	leaf_touch(d, LEAF_INCIDENTS, 0);
}

void
touch_waiters(struct engine *e)
{
	int32_t i;

	for (i = 0; i < e->n_waiters; i++) {
		const struct waiter *w = &e->waiters[i];
		struct lane *l = &e->lanes[w->pipeline];
		struct day *d = lane_find(l, w->date);

		if (d == NULL)
			continue;
		if (w->leaf < l->leaf[LEAF_PROOFS])
			d->phases[w->leaf - l->leaf[LEAF_PHASE]].queued =
			    false;
		else
			d->recoveries[w->leaf - l->leaf[LEAF_RECOVERY]].
			    queued = false;
		if (d->wakes[w->leaf] != WAKE_DUE)
			set_wake(d, w->leaf, WAKE_DUE);
	}
	e->n_waiters = 0;
	if (e->waiters_lost)
		touch_all(e, NONE);
	e->waiters_lost = false;
}

void
wait_for_attempts(struct engine *e, struct day *d, bool *queued)
{
	assert(d->leaf != NONE);
	if (*queued)
		return;
	if (e->n_waiters == WAITERS_MAX) {
		e->waiters_lost = true;
		return;
	}
	*queued = true;
	e->waiters[e->n_waiters++] = (struct waiter){
		.pipeline = (int32_t)(d->lane - e->lanes), .date = d->date,
		.leaf = d->leaf };
}

/* Of a repair: its proof, and the phase by which it goes where it is held
 * (signs.c). */
static void
touch_repair(struct engine *e, struct day *d, const struct attempt_row *a)
{
	const struct recovery_def *r = &e->graph->recoveries[a->recovery];
	int32_t i, k;

	d->proofs = true;
	leaf_touch(d, LEAF_PROOFS, 0);
	leaf_touch(d, LEAF_RECOVERY, e->slot_of_recovery[a->recovery]);
	if (a->state != ATTEMPT_HELD && a->state != ATTEMPT_CLOSED)
		return;
	for (i = 0; i < r->n_repairs; i++) {
		k = links_begin(e, LINK_DONE, r->repairs[i]);
		for (; k < links_end(e, LINK_DONE, r->repairs[i]); k++)
			leaf_touch(d, LEAF_SIGN, slot_of_phase(e,
			    e->links[LINK_DONE].to[k]));
	}
	if (e->graph->pipelines[r->pipeline].n_phases > 0)
		leaf_touch(d, LEAF_SIGN, 0);
}

void
touch_attempt(struct engine *e, const struct attempt_entry *x)
{
	struct day *d = attempt_day(e, x);

	touch_waiters(e);
	if (d == NULL)
		return;
	if (x->row.phase != NONE)
		touch_phase(e, d, x->row.phase);
	else if (x->row.recovery != NONE)
		touch_repair(e, d, &x->row);
}

/*---------------------------------------------------------------- incidents */

void
touch_signs(struct day *d)
{
	touch_kind(d, LEAF_SIGN);
	touch_kind(d, LEAF_ALARM);
	leaf_touch(d, LEAF_INCIDENTS, 0);
}

void
touch_runs(struct engine *e, int32_t pipeline)
{
	const struct lane *l = &e->lanes[pipeline];
	int64_t young = e->graph->pipelines[pipeline].act_within_ms;
	int32_t i;

	for (i = l->n_used - 1; i >= 0; i--) {
		if (e->now.wall - l->days[i].end > young)
			return;
		touch_kind(&l->days[i], LEAF_SIGN);
	}
}

void
touch_far_signs(struct engine *e, const struct day *d)
{
	const struct lane *l = d->lane;
	const struct pipeline_def *p = &e->graph->pipelines[l - e->lanes];
	struct day *u = l->days + (d - l->days) + 1;
	int32_t first, end, i;

	if (p->n_phases == 0)
		return;
	first = links_begin(e, LINK_FAR, p->first_phase);
	end = links_end(e, LINK_FAR, p->first_phase + p->n_phases - 1);
	for (; first < end && u < l->days + l->n_used; u++) {
		for (i = first; i < end; i++)
			leaf_touch(u, LEAF_SIGN, slot_of_phase(e,
			    e->links[LINK_FAR].to[i]));
		if (u->row.owed != 0)
			return;
	}
}

void
touch_incident(const struct engine *e, const struct incident_entry *x)
{
	struct day *d = x->at.dated ?
	    lane_find(&e->lanes[x->at.pipeline], x->at.date) : NULL;

	if (d)
		leaf_touch(d, LEAF_INCIDENTS, 0);
}

/* What can't be told of one target is one incident, of whatever dates. */
void
touch_opening(const struct engine *e, const struct incident_entry *x)
{
	struct lane *l = &e->lanes[x->at.pipeline];
	struct day *d = x->at.dated ? lane_find(l, x->at.date) : NULL;
	int32_t i;

	if (x->row.kind == ROOT_PROBE)
		for (i = 0; i < l->n_used; i++)
			touch_signs(&l->days[i]);
	else if (l->crosses && d)
		for (; d < l->days + l->n_used; d++)
			touch_signs(d);
	else if (d)
		touch_signs(d);
}

/* An alarm that can't speak does so on one date only. */
static void
touch_alarm(const struct engine *e, struct lane *l, int32_t gate)
{
	int32_t i;

	for (i = 0; i < l->n_used; i++)
		leaf_touch(&l->days[i], LEAF_ALARM, e->slot_of_gate[gate]);
}

void
touch_breach(const struct engine *e, const struct breach_entry *b)
{
	struct lane *l = &e->lanes[b->at.pipeline];
	struct day *d = lane_find(l, b->at.date);
	const struct incident_entry *x = incident_of(e, b->row.incident);

	if (x)
		touch_incident(e, x);
	if (b->row.kind == ROOT_ALARM)
		touch_alarm(e, l, b->row.subject);
	if (d == NULL)
		return;
	leaf_touch(d, LEAF_INCIDENTS, 0);
	/* one that ends with its incident may be another's of the target */
	if (b->row.kind == ROOT_PROBE && !b->row.open)
		touch_kind(d, LEAF_PROBE);
	if (b->row.kind == ROOT_PROBE)
		leaf_touch(d, LEAF_LIGHT, 0);
	else if (b->row.kind == ROOT_EARLY)
		leaf_touch(d, LEAF_EARLY, e->slot_of_check[b->row.subject]);
	else if (b->row.kind != ROOT_ALARM && b->row.kind != ROOT_ADOPTION)
		leaf_touch(d, LEAF_SIGN, slot_of_phase(e, b->row.subject));
}
