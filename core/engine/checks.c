/* SPDX-License-Identifier: BSD-2-Clause
 *
 * checks.c -- when a check is measured, and what its measurement means for
 * a date.
 *
 * A measurement is judged once, when it arrives (judge.c); what it comes to
 * is read anew each time, because the calendar, the season and the clock
 * take part: nothing owed is `skip`, bad before its time is `not_due`. A
 * failure asks for a second measurement at once (`confirm`).
 *
 * Old dates are measured seldom: at their own period while they are young
 * enough to be acted on, then every six hours, after two weeks once a day. A
 * hole stays visible without costing a probe every ten minutes.
 */
#include <assert.h>

#include "engine/foresight.h"
#include "engine/judge.h"
#include "engine/work.h"

static const int64_t hour = 3600000, two_weeks = 14 * 24 * 3600000LL;

/* A check's patience at least, and its period at most, when it is asked
 * whether it runs. */
static const int64_t grace_ms = 10 * 60000, most_ms = 6 * 3600000;

/* The period of a check's measurements at this age of the date. */
static int64_t
period(const struct engine *e, const struct check_def *c,
    const struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[c->pipeline];
	int64_t age = e->now.wall - d->end;
	int64_t slow = age > two_weeks ? 24 * hour : 6 * hour;

	if (age <= p->act_within_ms)
		return c->every_ms;
	return c->every_ms > slow ? c->every_ms : slow;
}

int64_t
day_turns(const struct engine *e, int32_t pipeline, const struct day *d)
{
	const int64_t at[] = { d->end, d->end + 1 +
		e->graph->pipelines[pipeline].act_within_ms,
		d->end + 1 + two_weeks };
	int64_t next = WAKE_NEVER;
	size_t i;

	for (i = 0; i < sizeof at / sizeof *at; i++)
		if (at[i] > e->now.wall && at[i] < next)
			next = at[i];
	return next;
}

/* At a fixed rate from when it was planned, not from when its answer came:
 * checks that began together stay together, and one wake-up serves them. A
 * measurement out of turn leaves the plan as it is. A slot of a schedule is
 * taken by what began at or after it: one that passes while a measurement is
 * under way comes late, once. */
static int64_t
next_measurement(const struct engine *e, const struct check_def *c,
    const struct day *d, int64_t planned, int64_t began)
{
	const struct pipeline_def *p = &e->graph->pipelines[c->pipeline];
	int64_t now = e->now.wall, every = period(e, c, d);

	if (c->schedule.kind != SCHEDULE_NONE &&
	    now - d->end <= p->act_within_ms)
		return schedule_next(&c->schedule, &p->zone, began);
	if (planned > now - every && planned <= now)
		return planned + every;
	return planned > now && planned <= now + every ? planned :
	    now + every;
}

int64_t
check_fresh_ms(const struct engine *e, int32_t check, const struct day *d)
{
	const struct check_def *c = &e->graph->checks[check];

	return c->max_age_ms ? c->max_age_ms : period(e, c, d) / 2 * 3;
}

/* Day 0 is the season's first; -1: before the first season known. */
static int32_t
season_day(const struct pipeline_def *p, struct date date)
{
	int32_t i, day = -1;

	for (i = 0; i < p->n_seasons; i++)
		if (p->seasons[i].day <= date.day)
			day = date.day - p->seasons[i].day;
	return day;
}

/* All that was expected is what nobody asks for any more. */
static bool
all_waived(const struct check_row *row)
{
	return row->waived > 0 && row->measured && !row->fault &&
	    row->expected == 0 && row->missing == 0 && row->extra <= 0;
}

static bool
remembered(const struct day *d)
{
	return d->remembered && d->anchor_then == day_anchor(d) &&
	    d->idle_then == (d->row.owed == 0);
}

/* Is anything owed of this check on this date? Unknown is not idle. */
static bool
find_owed(const struct engine *e, int32_t check, const struct day *d)
{
	const struct check_def *c = &e->graph->checks[check];
	const struct pipeline_def *p = &e->graph->pipelines[c->pipeline];

	if (c->calendar)
		return true;
	if (d->row.owed == 0 || is_retired(&c->retirement, d->date))
		return false;
	return c->from_day <= 0 || p->n_seasons == 0 ||
	    season_day(p, d->date) >= c->from_day;
}

static bool
owed(const struct engine *e, int32_t check, const struct day *d)
{
	return remembered(d) ? check_at(e, d, check)->owed :
	    find_owed(e, check, d);
}

static int64_t
find_due(const struct engine *e, int32_t check, const struct day *d)
{
	const struct check_def *c = &e->graph->checks[check];
	const struct pipeline_def *p = &e->graph->pipelines[c->pipeline];
	int64_t anchor = day_anchor(d), due = INSTANT_NONE, at;
	int32_t i;

	if (c->due.kind != DUE_NONE)
		return due_at(&c->due, &p->zone, d->date, anchor);
	i = links_begin(e, LINK_DONE, check);
	for (; i < links_end(e, LINK_DONE, check); i++) {
		const struct phase_def *ph = &e->graph->phases[
		    e->links[LINK_DONE].to[i]];

		if (ph->due.kind == DUE_NONE ||
		    !done_uses(e, e->links[LINK_DONE].to[i], d, check))
			continue;
		at = due_at(&ph->due, &p->zone, d->date, anchor);
		if (due == INSTANT_NONE || at < due)
			due = at;
	}
	return due == INSTANT_NONE ? anchor : due;
}

int64_t
check_due_at(const struct engine *e, int32_t check, const struct day *d)
{
	return remembered(d) ? check_at(e, d, check)->due :
	    find_due(e, check, d);
}

/* Neither changes but with the calendar's answer. */
void
remember(struct engine *e, struct day *d)
{
	const struct lane *l = d->lane;
	int32_t i;

	if (remembered(d))
		return;
	for (i = 0; i < l->n_checks; i++) {
		d->checks[i].due = find_due(e, l->checks[i], d);
		d->checks[i].owed = find_owed(e, l->checks[i], d);
	}
	d->remembered = true;
	d->anchor_then = day_anchor(d);
	d->idle_then = d->row.owed == 0;
}

enum result
check_result(const struct engine *e, int32_t check, const struct day *d,
    int64_t wall)
{
	const struct check_state *s = check_at(e, d, check);

	if (!owed(e, check, d) || check_waived(e, check, d))
		return RESULT_SKIP;
	if (!s->known)
		return RESULT_UNKNOWN;
	if (all_waived(&s->row))
		return RESULT_SKIP;
	if (s->row.raw == RESULT_FAIL && wall < check_due_at(e, check, d))
		return RESULT_NOT_DUE;
	return s->row.raw;
}

static int64_t
max_age(const struct engine *e, int32_t check, const struct day *d)
{
	const struct check_def *c = &e->graph->checks[check];

	return c->max_age_ms ? c->max_age_ms : period(e, c, d) / 2 * 3;
}

bool
check_fresh(const struct engine *e, int32_t check, const struct day *d,
    const struct now *now)
{
	const struct check_state *s = check_at(e, d, check);

	return s->known && s->row.boot_id == now->boot_id &&
	    now->boot - s->row.began_boot <= max_age(e, check, d);
}

void
wake_when_stale(const struct engine *e, int32_t check, const struct day *d,
    struct day *waits)
{
	const struct check_state *s = check_at(e, d, check);

	if (waits->leaf != NONE && owed(e, check, d) &&
	    check_fresh(e, check, d, &e->now))
		day_wake(waits, e->now.wall + 1 + s->row.began_boot +
		    max_age(e, check, d) - e->now.boot);
}

/* Asked, and nobody answers, not even that it failed: when that is so. */
int64_t
check_overdue_ms(const struct check_def *c)
{
	int64_t period = c->every_ms < most_ms ? c->every_ms : most_ms;
	int64_t more = c->patience_ms > grace_ms ? c->patience_ms : grace_ms;

	return period + more;
}

static void
ask(struct engine *e, int32_t check, struct day *d)
{
	const struct check_def *c = &e->graph->checks[check];
	struct check_state *s = check_at(e, d, check);

	s->in_flight = true;
	s->asked_mono = e->now.mono;
	leaf_wake(d, LEAF_PROBE, e->slot_of_check[check], e->now.wall +
	    check_overdue_ms(c));
	(void)emit(e, EFFECT_MEASURE, c->pipeline, d->date, check);
}

/* Bad before its time, and bad: what looks at it sees another result. */
static void
pass_due(struct engine *e, int32_t check, struct day *d,
    struct check_state *s)
{
	bool past = e->now.wall >= s->due;

	if (!past)
		day_wake(d, s->due);
	if (past == s->past_due)
		return;
	s->past_due = past;
	touch_check(e, d, check);
}

void
settle_check(struct engine *e, int32_t check, struct day *d)
{
	struct check_state *s = check_at(e, d, check);

	remember(e, d);
	pass_due(e, check, d, s);
	if (!s->owed || s->in_flight)
		return;
	if (s->wanted || s->next_at <= e->now.wall)
		ask(e, check, d);
	else
		day_wake(d, s->next_at);
}

void
check_want(struct engine *e, int32_t check, struct day *d)
{
	struct check_state *s = check_at(e, d, check);

	if (s->in_flight || !owed(e, check, d))
		return;
	if (!has_room(e, 1)) {
		s->wanted = true;
		leaf_touch(d, LEAF_CHECK, e->slot_of_check[check]);
		return;
	}
	ask(e, check, d);
}

static bool
same_number(double a, double b)
{
	return a == b || (a != a && b != b);
}

/* -1: can't tell. Half a unit isn't none. */
static int64_t
units_of(const struct check_row *row)
{
	int64_t units;

	if (row->raw == RESULT_UNKNOWN || !(row->value >= 0) ||
	    row->value > 1e15)
		return -1;
	units = (int64_t)row->value;
	return same_number((double)units, row->value) ? units : -1;
}

/* What the calendar said changes what the whole date owes. */
static void
calendar_measured(struct engine *e, int32_t pipeline, struct day *d,
    const struct check_state *s, int64_t anchor)
{
	int64_t units = units_of(&s->row);
	struct record *r;

	if (s->row.fault || s->row.raw == RESULT_UNKNOWN)
		anchor = d->row.anchor; /* could not tell: keep the last */
	if (units == d->row.owed && anchor == d->row.anchor)
		return;
	d->row.owed = units;
	d->row.anchor = anchor;
	emit_record(e, RECORD_DATE, pipeline, d, NONE, &r);
	r->u.date_row = d->row;
	touch_day(d);
	touch_later(e, d);
}

void
check_past(const struct engine *e, int32_t check, struct day *d)
{
	struct check_row *row = &check_at(e, d, check)->row;

	if (row->began_wall > e->now.wall)
		row->began_wall = e->now.wall;
	if (row->since > e->now.wall)
		row->since = e->now.wall;
	if (row->changed_at > e->now.wall)
		row->changed_at = e->now.wall;
}

void
check_moved(struct engine *e, int32_t check, struct day *d, int64_t ms)
{
	struct check_state *s = check_at(e, d, check);

	if (!s->known)
		return;
	s->row.began_wall += ms;
	check_past(e, check, d);
	s->next_at = next_measurement(e, &e->graph->checks[check], d,
	    s->next_at + ms, s->row.began_wall);
}

static bool
reads_the_same(const struct check_row *a, const struct check_row *b)
{
	return a->raw == b->raw && a->fault == b->fault &&
	    a->waived == b->waived &&
	    same_number(a->value, b->value) &&
	    same_number(a->expected, b->expected) &&
	    a->missing == b->missing && a->extra == b->extra &&
	    a->items_hash == b->items_hash;
}

static struct check_row
judged(const struct engine *e, int32_t check, const struct measurement *m)
{
	const struct check_def *c = &e->graph->checks[check];
	/* by the clock that nobody sets */
	int64_t took = e->now.mono - m->began.mono;
	struct check_row row = {
		/* a calendar measures what is owed: zero is an answer */
		.raw = c->calendar && m->told && !m->fault &&
		    m->value >= 0 ? RESULT_PASS : judge(&c->limits, m),
		.measured = m->told && !m->fault,
		.value = m->value, .expected = m->expected,
		.missing = m->missing, .extra = m->extra,
		.items_hash = m->items_hash, .measurement = m->id,
		.changed_at = e->now.wall, .since = e->now.wall,
		.began_wall = e->now.wall - took, .ended_wall = e->now.wall,
		.began_boot = m->began.boot, .boot_id = m->began.boot_id,
		.in_row = 1, .fault = m->fault, .waived = m->waived,
	};

	if (all_waived(&row))
		row.raw = RESULT_PASS;
	return row;
}

/* What passes, and isn't like the dates before or won't be for long, warns. */
static enum result
with_history(const struct engine *e, int32_t check, const struct day *d,
    const struct check_row *row)
{
	enum result r = row->raw;

	if (r == RESULT_PASS && row->measured)
		r = band_result(e, check, d, row->value);
	if (r == RESULT_PASS && row->measured)
		r = trend_result(e, check, d, row->value, row->expected);
	return r;
}

/* Is it an input of alarms only? What phases and their gates rest on speaks
 * for itself, by what is late. */
static bool
is_for_alarms(const struct engine *e, int32_t check)
{
	int32_t i = links_begin(e, LINK_GATES, check);

	if (links_begin(e, LINK_DONE, check) < links_end(e, LINK_DONE, check))
		return false;
	for (; i < links_end(e, LINK_GATES, check); i++)
		if (!e->graph->gates[e->links[LINK_GATES].to[i]].alarm)
			return false;
	return true;
}

/* An answer that proves nothing (0 of 0) is one, unless an alarm waits for
 * it and its time has come: then it leaves that in the dark. */
static bool
tells(const struct engine *e, int32_t check, const struct day *d,
    const struct check_row *row)
{
	return row->measured && (row->raw != RESULT_UNKNOWN ||
	    e->now.wall < check_due_at(e, check, d) ||
	    !is_for_alarms(e, check));
}

/* Who looks at a row that replaces another one? */
static void
touch_readers(struct engine *e, int32_t check, struct day *d,
    const struct check_row *was, bool first, bool turned)
{
	const struct check_state *s = check_at(e, d, check);
	const struct check_row *row = &s->row;
	int32_t slot = e->slot_of_check[check];
	bool counts = row->raw == RESULT_FAIL && row->in_row <=
	    e->graph->checks[check].confirm;

	if (first || turned || counts || row->raw != was->raw ||
	    row->measured != was->measured || row->fault != was->fault ||
	    all_waived(row) != all_waived(was))
		touch_check(e, d, check);
	else if (!reads_the_same(row, was) && row->raw <= RESULT_WARN)
		touch_value(e, d, check);
	else if (!reads_the_same(row, was))
		touch_check(e, d, check);
	touch_waiting(e, d, check);
	leaf_wake(d, LEAF_CHECK, slot, s->wanted ? WAKE_DUE : s->next_at);
	/* while nothing is wrong with it, only to be asked is looked at */
	if (s->untold_n == 0 && !first && !turned)
		leaf_rest(d, LEAF_PROBE, slot);
	else
		leaf_touch(d, LEAF_PROBE, slot);
	if (d->dark)
		leaf_touch(d, LEAF_LIGHT, 0);
}

void
check_measured(struct engine *e, int32_t check, struct day *d,
    const struct measurement *m)
{
	const struct check_def *c = &e->graph->checks[check];
	struct check_state *s = check_at(e, d, check);
	struct check_row row = judged(e, check, m), was = s->row;
	struct record *r;
	struct effect *x;
	bool same;
	bool told = tells(e, check, d, &row), first = !s->seen;
	bool again = told && s->untold_n > 0;

	row.raw = with_history(e, check, d, &row);
	same = s->known && reads_the_same(&row, &was);
	if (s->known && row.raw == was.raw) {
		row.since = was.since;
		row.in_row = was.in_row < INT32_MAX ? was.in_row + 1 :
		    was.in_row;
	}
	if (same)
		row.changed_at = was.changed_at;
	if (told)
		s->untold_n = 0;
	else if (s->untold_n++ == 0)
		s->untold_mono = e->now.mono;
	s->row = row;
	s->known = s->seen = true;
	s->in_flight = false;
	s->next_at = next_measurement(e, c, d, s->next_at, row.began_wall);
	s->wanted = row.raw == RESULT_FAIL && row.in_row < c->confirm;
	/* a failure's confirmation changes what may be done: it is a row */
	if (same && (row.raw != RESULT_FAIL || row.in_row != c->confirm)) {
		x = emit(e, EFFECT_TOUCH, c->pipeline, d->date, check);
		x->u.touch.seen = e->now;
		x->u.touch.measurement = m->id;
	} else {
		emit_record(e, RECORD_CHECK, c->pipeline, d, check, &r);
		r->u.check = row;
	}
	if (c->calendar)
		calendar_measured(e, c->pipeline, d, s, m->anchor);
	waivers_measured(e, check, d, m, &row);
	arrival_note(e, check, d);
	early_note(e, check, d);
	touch_readers(e, check, d, &was, first, again || !told);
	if (again)
		probe_answers(e, check);
}
