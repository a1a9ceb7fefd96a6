/* SPDX-License-Identifier: BSD-2-Clause
 *
 * restore.c -- the journal's fold, handed back row by row.
 *
 * A date's slot must be there before its checks and gates: the caller hands
 * rows back in the order of their kinds, dates ascending within a pipeline;
 * within a kind any order of subjects is fine. What stands beside the rows
 * (what is in flight, when a check is measured next) is not restored: it is
 * asked again, which costs a measurement and assumes nothing.
 */
#include <assert.h>

#include "engine/backfills.h"
#include "engine/foresight.h"
#include "engine/incidents.h"
#include "engine/work.h"

static struct day *
slot_for(struct engine *e, const struct record *r)
{
	const struct pipeline_def *p = &e->graph->pipelines[r->pipeline];
	struct lane *l = &e->lanes[r->pipeline];
	struct day *d = lane_find(l, r->date);

	if (d || r->u.date_row.closed || l->n_used == l->n_days)
		return d;
	assert(l->n_used == 0 ||
	    l->days[l->n_used - 1].date.day == r->date.day - 1);
	d = &l->days[l->n_used++];
	day_blank(e, r->pipeline, d);
	d->used = true;
	d->date = r->date;
	d->begin = day_begin(&p->zone, r->date);
	d->end = day_end(&p->zone, r->date, p->day_ends_s);
	return d;
}

static void
restore_check(struct engine *e, const struct record *r)
{
	struct day *d = lane_find(&e->lanes[r->pipeline], r->date);
	struct check_state *s;

	if (d == NULL)
		return;
	s = check_at(e, d, r->subject);
	s->row = r->u.check;
	s->known = true;
	s->wanted = true;       /* evidence from before: measure again */
}

static void
restore_gate(struct engine *e, const struct record *r)
{
	struct day *d = lane_find(&e->lanes[r->pipeline], r->date);
	struct gate_state *s;

	if (d == NULL)
		return;
	s = gate_at(e, d, r->subject);
	s->row = r->u.gate;
	s->known = true;
	s->revision = r->u.gate.revision + 1;   /* asked afresh */
}

/* A row that has an id of its own. Where its table is full, what is over
 * makes room; a hold that stands is not forgotten for a hundred that
 * don't. */
static void *
keep(struct engine *e, struct table *t, const struct record *r)
{
	struct where *w;

	if (t == &e->attempts)
		attempt_room(e);
	else if (t == &e->incidents)
		(void)incident_room(e);
	else if (t == &e->breaches)
		(void)breach_room(e);
	else if (t == &e->holds)
		hold_room(e);
	else if (t == &e->overrides)
		override_room(e);
	else if (t == &e->permits)
		permit_room(e);
	else if (t == &e->waivers)
		waiver_room(e);
	else
		backfill_room(e);
	if (t->n == t->cap)
		table_remove(t, 0);
	w = table_add(t);
	*w = (struct where){ .pipeline = r->pipeline, .dated = r->dated,
		.date = r->date };
	return w;
}

static void
raise_to(uint64_t *last, uint64_t id)
{
	if (id > *last)
		*last = id;
}

void
engine_taken(struct engine *e, const struct engine_ids *ids)
{
	assert(!e->resumed);
	raise_to(&e->last_attempt, ids->attempt);
	raise_to(&e->last_incident, ids->incident);
	raise_to(&e->last_message, ids->message);
	raise_to(&e->last_hold, ids->hold);
	raise_to(&e->last_override, ids->override);
	raise_to(&e->last_permit, ids->permit);
	raise_to(&e->last_backfill, ids->backfill);
	raise_to(&e->last_waiver, ids->waiver);
}

/* Attempts lie in the order of their ids, whatever the order in which the
 * dates that they belong to are handed back. */
static void
restore_attempt(struct engine *e, const struct record *r)
{
	struct table *t = &e->attempts;
	struct attempt_entry *x, one;
	int32_t i;

	if (r->pipeline == NONE) {
		orphan_restore(e, &r->u.attempt);
		return;
	}
	x = keep(e, t, r);
	x->row = r->u.attempt;
	(void)durations_add(e, &x->row);
	raise_to(&e->last_attempt, x->row.id);
	one = *x;
	for (i = t->n - 1; i > 0; i--) {
		struct attempt_entry *before = table_at(t, i - 1);

		if (before->row.id < one.row.id)
			break;
		*(struct attempt_entry *)table_at(t, i) = *before;
	}
	*(struct attempt_entry *)table_at(t, i) = one;
}

/* So do incidents, by their numbers. */
static void
restore_incident(struct engine *e, const struct record *r)
{
	struct table *t = &e->incidents;
	struct incident_entry *x = keep(e, t, r), one;
	int32_t i = t->n - 1;

	x->row = r->u.incident;
	raise_to(&e->last_incident, x->row.number);
	raise_to(&e->last_message, x->row.message);
	one = *x;
	for (; i > 0; i--) {
		struct incident_entry *before = table_at(t, i - 1);

		if (before->row.number < one.row.number)
			break;
		*(struct incident_entry *)table_at(t, i) = *before;
	}
	*(struct incident_entry *)table_at(t, i) = one;
}

static void
restore_kept(struct engine *e, const struct record *r)
{
	switch (r->kind) {
	case RECORD_BREACH:
		((struct breach_entry *)keep(e, &e->breaches, r))->row =
		    r->u.breach;
		break;
	case RECORD_HOLD:
		((struct hold_entry *)keep(e, &e->holds, r))->row = r->u.hold;
		raise_to(&e->last_hold, r->u.hold.id);
		break;
	case RECORD_OVERRIDE:
		((struct override_entry *)keep(e, &e->overrides, r))->row =
		    r->u.override;
		raise_to(&e->last_override, r->u.override.id);
		break;
	case RECORD_WAIVER:
		((struct waiver_entry *)keep(e, &e->waivers, r))->row =
		    r->u.waiver;
		raise_to(&e->last_waiver, r->u.waiver.id);
		break;
	case RECORD_BACKFILL:
		((struct backfill_entry *)keep(e, &e->backfills, r))->row =
		    r->u.backfill;
		raise_to(&e->last_backfill, r->u.backfill.id);
		break;
	default:
		assert(r->kind == RECORD_PERMIT);
		((struct permit_entry *)keep(e, &e->permits, r))->row =
		    r->u.permit;
		raise_to(&e->last_permit, r->u.permit.id);
	}
}

static void
restore_phase(struct engine *e, const struct record *r)
{
	struct day *d = lane_find(&e->lanes[r->pipeline], r->date);

	if (d)
		*phase_at(e, d, r->subject) = (struct phase_slot){
			.row = r->u.phase, .known = true };
}

static void
restore_recovery(struct engine *e, const struct record *r)
{
	struct day *d = lane_find(&e->lanes[r->pipeline], r->date);

	if (d)
		*recovery_at(e, d, r->subject) = (struct recovery_slot){
			.row = r->u.recovery, .known = true };
}

void
engine_restore(struct engine *e, const struct record *r)
{
	struct day *d;

	assert(!e->resumed);
	switch (r->kind) {
	case RECORD_PIPELINE:
		e->lanes[r->pipeline].row = r->u.pipeline_row;
		break;
	case RECORD_MET_CHECK:
	case RECORD_MET_GATE:
	case RECORD_MET_PHASE:
		met_restore(e, r);
		break;
	case RECORD_DATE:
		d = slot_for(e, r);
		if (d)
			d->row = r->u.date_row;
		break;
	case RECORD_CHECK:
		restore_check(e, r);
		break;
	case RECORD_GATE:
		restore_gate(e, r);
		break;
	case RECORD_PHASE:
		restore_phase(e, r);
		break;
	case RECORD_RECOVERY:
		restore_recovery(e, r);
		break;
	case RECORD_ATTEMPT:
		restore_attempt(e, r);
		break;
	case RECORD_INCIDENT:
		restore_incident(e, r);
		break;
	case RECORD_BREACH:
	case RECORD_HOLD:
	case RECORD_OVERRIDE:
	case RECORD_PERMIT:
	case RECORD_BACKFILL:
	case RECORD_WAIVER:
		restore_kept(e, r);
		break;
	case RECORD_BREAKER:
		e->breakers[r->subject] = r->u.breaker;
		break;
	case RECORD_TRACK:
		e->tracks[r->subject] = r->u.track;
		break;
	case RECORD_DISABLED:
		e->disabled[r->subject] = r->u.disabled;
		break;
	case RECORD_ARRIVAL:
		arrival_restore(e, r);
		break;
	case RECORD_NOTE:
	case RECORD_KINDS:
		break;
	}
}
