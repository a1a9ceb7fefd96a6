/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dates.c -- which dates of a pipeline are open.
 *
 * A date is opened when its civil midnight has come and closed when it lies
 * beyond the watch. The first time that a pipeline is met, all dates that
 * have ended are adopted: measured like any other, but nothing is started
 * or repaired for them unattended. What is adopted is decided once, and the
 * decision is a row: a restart doesn't adopt again, and a date that ended
 * while the supervisor was down is not adopted at all.
 */
#include <assert.h>
#include <string.h>

#include "engine/work.h"

struct day *
lane_find(const struct lane *l, struct date date)
{
	int32_t low = 0, high = l->n_used;

	while (low < high) {
		int32_t mid = low + (high - low) / 2;

		if (l->days[mid].date.day < date.day)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->n_used && l->days[low].date.day == date.day ?
	    &l->days[low] : NULL;
}

int64_t
day_anchor(const struct day *d)
{
	return d->row.anchor == INSTANT_NONE ? d->end : d->row.anchor;
}

static void
write_day(struct engine *e, int32_t pipeline, const struct day *d)
{
	struct record *r;

	emit_record(e, RECORD_DATE, pipeline, d, NONE, &r);
	r->u.date_row = d->row;
}

void
day_blank(const struct engine *e, int32_t pipeline, struct day *d)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t n_phases = e->graph->pipelines[pipeline].n_phases, i;

	day_reset(d);
	d->far_asked = d->remembered = false;
	d->proofs = d->dark = true;     /* until it has been looked */
	d->calendar_waited = true;
	d->backfill = 0;
	d->backfill_since = INSTANT_NONE;
	d->backfill_look = INT64_MIN;
	d->looked = false;
	d->told_at_most = SEVERITY_NONE;
	d->incidents = d->breaches = (struct chain){ NONE, NONE };
	memset(d->checks, 0, (size_t)l->n_checks * sizeof *d->checks);
	memset(d->gates, 0, (size_t)l->n_gates * sizeof *d->gates);
	for (i = 0; i < n_phases; i++)
		d->phases[i] = (struct phase_slot){ .row = {
			.since = INSTANT_NONE, .done_at = INSTANT_NONE,
			.ended_at = INSTANT_NONE, .retry_at = INSTANT_NONE } };
	for (i = 0; i < l->n_recoveries; i++)
		d->recoveries[i] = (struct recovery_slot){ .row = {
			.next_at = INSTANT_NONE, .since = INSTANT_NONE } };
}

/* An empty slot at the end of the list, its states zeroed. */
static struct day *
open_slot(struct engine *e, int32_t pipeline, struct date date)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	struct lane *l = &e->lanes[pipeline];
	struct day *d;

	assert(l->n_used < l->n_days);
	assert(l->n_used == 0 ||
	    l->days[l->n_used - 1].date.day < date.day);
	d = &l->days[l->n_used++];
	day_blank(e, pipeline, d);
	d->used = true;
	d->date = date;
	d->begin = day_begin(&p->zone, date);
	d->end = day_end(&p->zone, date, p->day_ends_s);
	d->row = (struct date_row){ .owed = p->calendar == NONE ? 1 : -1,
		.anchor = INSTANT_NONE,
		.adopted = date.day <= l->row.adopted_through.day };
	return d;
}

/* Gives back the oldest slot: the arrays that it owned move to the end. */
static void
close_oldest(struct engine *e, int32_t pipeline)
{
	struct lane *l = &e->lanes[pipeline];
	struct day first = l->days[0];

	first.row.closed = true;
	write_day(e, pipeline, &first);
	memmove(&l->days[0], &l->days[1],
	    (size_t)(l->n_used - 1) * sizeof l->days[0]);
	l->n_used--;
	l->days[l->n_used] = (struct day){ .checks = first.checks,
		.gates = first.gates, .phases = first.phases,
		.recoveries = first.recoveries, .wakes = first.wakes,
		.lane = l, .leaf = NONE };
	lane_reset(l);
	if (l->n_used > 0) {    /* what it had before it is gone */
		touch_day(&l->days[0]);
		touch_later(e, &l->days[0]);
	}
}

/* The first meeting: adopts every date that has ended. */
static void
adopt(struct engine *e, int32_t pipeline, struct date running)
{
	struct lane *l = &e->lanes[pipeline];
	struct record *r;

	l->row = (struct pipeline_row){ .known = true, .meeting = 1,
		.adopted_through = date_add(running, -1) };
	emit_record(e, RECORD_PIPELINE, pipeline, NULL, NONE, &r);
	r->u.pipeline_row = l->row;
}

/* False: there was no room for all of it. */
static bool
advance(struct engine *e, int32_t pipeline, struct date running)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	struct lane *l = &e->lanes[pipeline];
	struct date oldest = date_add(running, -p->watch_days), next;

	if (!has_room(e, 2))
		return false;
	if (!l->row.known)
		adopt(e, pipeline, running);
	if (!meet_all(e, pipeline, running))
		return false;
	while (l->n_used > 0 && l->days[0].date.day < oldest.day) {
		if (!has_room(e, 1))
			return false;
		close_oldest(e, pipeline);
	}
	next = l->n_used > 0 ? date_add(l->days[l->n_used - 1].date, 1) :
	    oldest;
	/* the next civil day has begun before the running date has ended */
	while (day_begin(&p->zone, next) <= e->now.wall) {
		if (!has_room(e, 1))
			return false;
		write_day(e, pipeline, open_slot(e, pipeline, next));
		next = date_add(next, 1);
	}
	l->next_begin = day_begin(&p->zone, next);
	return true;
}

void
lane_advance(struct engine *e, int32_t pipeline)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	struct lane *l = &e->lanes[pipeline];
	struct date running;
	int64_t end;

	if (e->now.wall < l->advance_at)
		return;
	running = day_of(&p->zone, p->day_ends_s, e->now.wall);
	if (!advance(e, pipeline, running))
		return;
	end = day_end(&p->zone, running, p->day_ends_s);
	l->advance_at = end < l->next_begin ? end : l->next_begin;
}
