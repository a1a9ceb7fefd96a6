/* SPDX-License-Identifier: BSD-2-Clause
 *
 * step.c -- one event in, a list of effects out.
 *
 * Level-triggered: an event changes rows and marks a date; then every marked
 * date is settled, which recomputes from its rows what is wanted now. An
 * event that is lost or comes twice therefore changes nothing that the rows
 * don't say. A step does bounded work: when the list of effects is full, the
 * rest stays marked and the caller is told to come again.
 */
#include <assert.h>
#include <stdbool.h>

#include "engine/incidents.h"
#include "engine/work.h"

bool
has_room(struct engine *e, size_t n)
{
	/* what one measurement or verdict may add on top */
	enum { SLACK = 8 };

	if (e->out->cap - e->out->n >= n + SLACK)
		return true;
	e->out->more = true;
	return false;
}

struct effect *
emit(struct engine *e, enum effect_kind kind, int32_t pipeline,
    struct date date, int32_t subject)
{
	struct effect *x;

	assert(e->out->n < e->out->cap);
	x = &e->out->v[e->out->n++];
	*x = (struct effect){ .kind = kind, .pipeline = pipeline,
		.date = date, .subject = subject };
	return x;
}

void
emit_record(struct engine *e, enum record_kind kind, int32_t pipeline,
    const struct day *d, int32_t subject, struct record **ret)
{
	struct date date = d ? d->date : (struct date){ 0 };
	struct effect *x = emit(e, EFFECT_WRITE, pipeline, date, subject);

	x->u.record = (struct record){ .kind = kind, .pipeline = pipeline,
		.dated = d != NULL, .date = date, .subject = subject };
	*ret = &x->u.record;
}

static void
settle_day(struct engine *e, int32_t pipeline, struct day *d)
{
	d->dirty = false;
	d->wake = INT64_MAX;
	settle_checks(e, pipeline, d);
	settle_gates(e, pipeline, d);
	settle_phases(e, pipeline, d);
	settle_recoveries(e, pipeline, d);
	settle_incidents(e, pipeline, d);
	if (e->out->more)
		d->dirty = true;
}

static void
settle_lane(struct engine *e, int32_t pipeline)
{
	struct lane *l = &e->lanes[pipeline];
	int32_t i;

	/* the newest first: the live date never waits for history */
	for (i = l->n_used - 1; i >= 0 && !e->out->more; i--)
		if (l->days[i].dirty || l->days[i].wake <= e->now.wall)
			settle_day(e, pipeline, &l->days[i]);
}

static void
wake_no_later(struct effects *out, int64_t at)
{
	if (out->wake == INSTANT_NONE || at < out->wake)
		out->wake = at;
}

static void
find_wake(struct engine *e, const struct lane *l)
{
	int32_t i;

	for (i = 0; i < l->n_used; i++) {
		if (l->days[i].dirty)   /* marked by another date */
			e->out->more = true;
		if (l->days[i].wake != INT64_MAX)
			wake_no_later(e->out, l->days[i].wake);
	}
}

static void
take_event(struct engine *e, const struct event *ev)
{
	struct day *d = NULL;

	if (ev->kind == EVENT_MEASURED || ev->kind == EVENT_VERDICT)
		d = lane_find(&e->lanes[ev->pipeline], ev->date);
	switch (ev->kind) {
	case EVENT_MEASURED:
		if (d && check_at(e, d, ev->subject)->in_flight)
			check_measured(e, ev->subject, d, &ev->u.measured);
		break;
	case EVENT_VERDICT:
		if (d)
			gate_answered(e, ev->subject, d, &ev->u.verdict);
		break;
	case EVENT_RESUMED:
		e->resumed = true;
		e->resumed_mono = e->now.mono;
		e->doubting = true;
		break;
	case EVENT_TICK:
		break;
	case EVENT_CLOCK_JUMP:
		clock_jumped(e, ev->u.jump_ms);
		break;
	case EVENT_STARTED:
	case EVENT_ENDED:
	case EVENT_FOUND:
		attempt_event(e, ev);
		break;
	case EVENT_COMMAND:
		take_command(e, &ev->u.command);
		break;
	case EVENT_DELIVERED:
		incident_delivered(e, ev->u.delivered.incident,
		    ev->u.delivered.message);
		break;
	}
}

/* What ends by time alone. */
static void
expire_rows(struct engine *e)
{
	int64_t next = INSTANT_NONE;

	expire_holds(e, &next);
	expire_overrides(e, &next);
	expire_permits(e, &next);
	if (next != INSTANT_NONE)
		wake_no_later(e->out, next);
}

void
engine_step(struct engine *e, const struct event *ev, const struct now *now,
    struct effects *out)
{
	int64_t next = INSTANT_NONE;
	int32_t i;

	assert(out->n == 0 && out->cap >= EFFECTS_MIN);
	assert(e->resumed || ev->kind == EVENT_RESUMED);
	e->now = *now;
	e->out = out;
	out->more = false;
	out->wake = INSTANT_NONE;
	take_event(e, ev);
	if (e->doubting && breaches_adrift(e))
		doubt_attempts(e);
	expire_rows(e);
	for (i = 0; i < e->graph->n_pipelines; i++) {
		next = INSTANT_NONE;
		lane_advance(e, i, &next);
		settle_lane(e, i);
		settle_adoption(e, i);
		find_wake(e, &e->lanes[i]);
		if (next != INSTANT_NONE)
			wake_no_later(out, next);
	}
	if (out->more)
		out->wake = now->wall;
	e->out = NULL;
}
