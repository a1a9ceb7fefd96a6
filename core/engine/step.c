/* SPDX-License-Identifier: BSD-2-Clause
 *
 * step.c -- one event in, a list of effects out.
 *
 * Level-triggered: an event changes rows and touches what reads them; then
 * everything that was touched, or whose time has come, is settled, which
 * recomputes from the rows what is wanted now. An event that is lost or comes
 * twice therefore changes nothing that the rows don't say. What nothing has
 * touched is not looked at: a step costs by what it changes, not by the size
 * of the graph. When the list of effects is full, the rest stays touched and
 * the caller is told to come again.
 */
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "engine/backfills.h"
#include "engine/foresight.h"
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
	x->kind = kind;
	x->pipeline = pipeline;
	x->date = date;
	x->subject = subject;
	if (kind == EFFECT_REPLY)       /* the rest is whole in itself */
		memset(&x->u, 0, sizeof x->u);
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

/*---------------------------------------------------------------- settling */

/* What the whole date looks at, in order. */
static void
settle_whole(struct engine *e, int32_t pipeline, struct day *d)
{
	remember(e, d);
	day_reset(d);
	leaf_rest(d, LEAF_DAY, 0);
	day_wake(d, day_turns(e, pipeline, d));
}

static enum leaf_kind
kind_of(const struct lane *l, int32_t leaf)
{
	enum leaf_kind k = LEAF_DAY;

	while (leaf >= l->leaf[k + 1])
		k++;
	return k;
}

/* What the settling of one may need. What needs more asks itself. */
static size_t
room_for(const struct engine *e, int32_t pipeline, enum leaf_kind kind)
{
	switch (kind) {
	case LEAF_PHASE:
		return phase_room(e, e->graph->pipelines[pipeline].first_phase);
	case LEAF_SIGN:
		return 3 * SIGN_ROWS;
	case LEAF_EARLY:
	case LEAF_PROBE:
	case LEAF_ALARM:
		return SIGN_ROWS;
	default:
		break;
	}
	return 1;
}

static void
settle_leaf(struct engine *e, int32_t pipeline, struct day *d,
    enum leaf_kind kind, int32_t slot)
{
	const struct lane *l = d->lane;
	int32_t phase = e->graph->pipelines[pipeline].first_phase + slot;

	switch (kind) {
	case LEAF_DAY:
		settle_whole(e, pipeline, d);
		break;
	case LEAF_CHECK:
		settle_check(e, l->checks[slot], d);
		break;
	case LEAF_GATE:
		settle_gate(e, l->gates[slot], d);
		break;
	case LEAF_PHASE:
		settle_phase(e, phase, d);
		break;
	case LEAF_PROOFS:
		settle_proofs(e, pipeline, d);
		break;
	case LEAF_RECOVERY:
		settle_recovery(e, l->recoveries[slot], d);
		break;
	case LEAF_PROBE:
		settle_probe(e, l->checks[slot], d);
		break;
	case LEAF_LIGHT:
		settle_light(e, pipeline, d);
		break;
	case LEAF_SIGN:
		settle_sign(e, phase, d);
		break;
	case LEAF_EARLY:
		settle_early(e, l->checks[slot], d);
		break;
	case LEAF_ALARM:
		if (e->graph->gates[l->gates[slot]].alarm)
			settle_alarm(e, l->gates[slot], d);
		break;
	case LEAF_INCIDENTS:
		settle_incidents(e, pipeline, d);
		break;
	case LEAF_KINDS:
		break;
	}
}

/* Once from the first leaf to the one before `end`. What is touched behind,
 * and what found no room, stays due. */
static void
settle_leaves(struct engine *e, int32_t pipeline, struct day *d, int32_t end)
{
	const struct lane *l = d->lane;
	enum leaf_kind kind;
	int32_t i = 0;

	finishes_forget(d);
	for (;; i++) {
		i = wakes_next(&l->shape, d->wakes, i, e->now.wall);
		if (i == NONE || i >= end)
			return;
		kind = kind_of(l, i);
		if (!has_room(e, room_for(e, pipeline, kind)))
			return;
		leaf_rest(d, LEAF_DAY, i);
		d->looked = d->backfill != 0;
		d->leaf = i;
		settle_leaf(e, pipeline, d, kind, i - l->leaf[kind]);
		d->leaf = NONE;
		if (e->out->more) {
			leaf_touch(d, LEAF_DAY, i);
			return;
		}
	}
}

/* Signs of later dates that had to wait for it look now. */
static void
day_is_settled(struct engine *e, struct day *d)
{
	if (!d->far_asked || day_is_due(e, d))
		return;
	touch_far_signs(e, d);
	d->far_asked = false;
}

static void
wake_no_later(struct effects *out, int64_t at)
{
	if (at != INSTANT_NONE && at != WAKE_NEVER &&
	    (out->wake == INSTANT_NONE || at < out->wake))
		out->wake = at;
}

/* Of a pipeline, up to a leaf: its live dates, or those that only a backfill
 * acts upon. */
static void
settle_dates(struct engine *e, int32_t pipeline, int32_t end, bool past)
{
	struct lane *l = &e->lanes[pipeline];
	int32_t i;

	for (i = 0; !e->out->more; i++) {
		struct day *d;

		i = wakes_next(&l->dates, l->wakes, i, e->now.wall);
		if (i == NONE)
			return;
		d = &l->days[l->n_days - 1 - i];
		if (day_is_past(e, d) != past)
			continue;
		settle_leaves(e, pipeline, d, end);
		day_is_settled(e, d);
	}
}

/* What a date's phases read of another one is what its gates say of it, so
 * gates come first, on all dates. The newest first: the live date never
 * waits for history. */
static void
settle_lane(struct engine *e, int32_t pipeline)
{
	struct lane *l = &e->lanes[pipeline];

	settle_dates(e, pipeline, l->leaf[LEAF_PHASE], false);
	if (e->open_backfills > 0)
		settle_dates(e, pipeline, l->leaf[LEAF_PHASE], true);
	settle_dates(e, pipeline, l->leaf[LEAF_KINDS], false);
}

/* Backfills last, when all live dates of all pipelines have had their turn:
 * what both want is theirs. */
static void
settle_past(struct engine *e)
{
	int32_t i;

	if (e->open_backfills == 0)
		return;
	for (i = 0; i < e->graph->n_pipelines; i++)
		settle_dates(e, i, e->lanes[i].leaf[LEAF_KINDS], true);
	wake_no_later(e->out, settle_backfills(e));
}

static void
find_wake(struct engine *e, const struct lane *l)
{
	int64_t first = wakes_first(&l->dates, l->wakes);

	if (first <= e->now.wall)       /* touched by another one */
		e->out->more = true;
	else
		wake_no_later(e->out, first);
	wake_no_later(e->out, l->summary_at);
	wake_no_later(e->out, l->next_begin);
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
		index_all(e);
		attempts_index(e);
		holds_count(e);
		overrides_count(e);
		permits_count(e);
		waivers_count(e);
		breakers_count(e);
		backfills_index(e);
		clock_found(e);
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

	if (e->now.wall >= e->expire_at) {
		expire_holds(e, &next);
		expire_overrides(e, &next);
		expire_permits(e, &next);
		expire_waivers(e, &next);
		e->expire_at = e->out->more ? INT64_MIN :
		    next == INSTANT_NONE ? WAKE_NEVER : next;
	}
	wake_no_later(e->out, e->expire_at);
}

/* What is of no date. */
static void
settle_service(struct engine *e)
{
	int64_t next = INSTANT_NONE;

	breakers_settle(e, &next);
	tracks_settle(e, &next);
	wake_no_later(e->out, next);
}

void
engine_step(struct engine *e, const struct event *ev, const struct now *now,
    struct effects *out)
{
	int32_t i;

	assert(out->n == 0 && out->cap >= EFFECTS_MIN);
	assert(e->resumed || ev->kind == EVENT_RESUMED);
	e->now = *now;
	e->out = out;
	out->more = false;
	out->wake = INSTANT_NONE;
	attempts_settle(e);
	take_event(e, ev);
	if (ev->kind == EVENT_COMMAND &&
	    ev->u.command.kind == COMMAND_WITHDRAW) {
		/* what it is about still looks bad here: nobody looks */
		out->wake = now->wall;
		e->out = NULL;
		return;
	}
	if (e->doubting && breaches_adrift(e))
		doubt_attempts(e);
	expire_rows(e);
	settle_service(e);
	for (i = 0; i < e->graph->n_pipelines; i++) {
		lane_advance(e, i);
		settle_lane(e, i);
	}
	settle_past(e);
	for (i = 0; i < e->graph->n_pipelines; i++) {
		settle_adoption(e, i);
		find_wake(e, &e->lanes[i]);
	}
	if (out->more)
		out->wake = now->wall;
	e->out = NULL;
}
