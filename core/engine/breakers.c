/* SPDX-License-Identifier: BSD-2-Clause
 *
 * breakers.c -- a target that fails again and again is left alone.
 *
 *      closed --failures within--> open --until, evidence--> half open
 *        ^                           ^                          |  |
 *        '--------- probes ----------+------------ failed ------'  |
 *                                    '-----------------------------'
 *
 * One breaker per target, shared by all actions that act on it. While it is
 * open nothing unattended starts there. It half-opens when its time is over,
 * or at once when the world says that the cause is gone: a check that failed
 * for one of the attempts that tripped it passes, measured since, or one
 * that still ran has succeeded. A person's start is a probe, too. Half open
 * lets one attempt at a time through, until `probes` of them have succeeded;
 * one that fails opens it for twice as long. After closing it ramps: two at
 * once, four, and so on.
 *
 * Closed doesn't mean without limit: never are more in the air than would
 * open it if all of them failed, so that fifty dates that fail at once start
 * three attempts and not fifty.
 *
 * What counts is what became of an attempt when it closed, never that it was
 * started; that data isn't there yet is no failure of the target. Failures
 * and state are one row, written in the step that closes the attempt: a
 * restart forgets none of them. Probes are told by their ids, because clocks
 * can be set.
 */
#include <assert.h>

#include "engine/work.h"

enum { RAMP_FIRST = 2 };

/*----------------------------------------------------------------- reading */

/* Attempts of which it isn't known what became of them: half open, of those
 * that were let through since. */
static int32_t
in_the_air(const struct engine *e, int32_t breaker)
{
	const struct breaker_row *row = &e->breakers[breaker];
	const struct attempt_entry *x;
	int32_t i = 0, n = 0;

	while ((x = attempt_live(e, &i)))
		n += x->row.state != ATTEMPT_HELD &&
		    (row->state != BREAKER_HALF_OPEN ||
		    x->row.id >= row->probe_from) &&
		    breaker_of(e, x->row.action) == breaker;
	return n;
}

/* Failures that count, and when the first of them counts no more. */
static int32_t
recent(const struct engine *e, int32_t breaker, int64_t wall,
    int64_t *ret_until)
{
	const struct breaker_row *row = &e->breakers[breaker];
	int64_t within = e->graph->breakers[breaker].within_ms;
	int32_t i, n = 0;

	for (i = row->n - 1; i >= 0; i--)
		if (row->failed[i].at > wall - within) {
			*ret_until = row->failed[i].at + within;
			n++;
		}
	return n;
}

/* So many may be in the air: all of them may fail. */
static int32_t
at_once(const struct engine *e, int32_t breaker, int64_t wall,
    int64_t *ret_until)
{
	const struct breaker_row *row = &e->breakers[breaker];
	int32_t most;

	if (row->state == BREAKER_HALF_OPEN)
		return 1;
	most = e->graph->breakers[breaker].failures - recent(e, breaker,
	    wall, ret_until);
	return row->ramp > 0 && row->ramp < most ? row->ramp : most;
}

enum why
breaker_closed(const struct engine *e, int32_t action, int64_t wall,
    enum starter by, int64_t *ret_until)
{
	int32_t b = breaker_of(e, action);
	int64_t until = INSTANT_NONE;

	*ret_until = INSTANT_NONE;
	if (b == NONE)
		return WHY_NOTHING;
	if (e->breakers[b].state == BREAKER_OPEN) {
		if (by == BY_PERSON)
			return WHY_NOTHING;
		*ret_until = e->breakers[b].until;
		return WHY_BREAKER;
	}
	if (in_the_air(e, b) < at_once(e, b, wall, &until))
		return WHY_NOTHING;
	*ret_until = until;
	return WHY_BREAKER;
}

/*------------------------------------------------------------------- moving */

static void
write(struct engine *e, int32_t breaker)
{
	struct record *r;

	emit_record(e, RECORD_BREAKER, NONE, NULL, breaker, &r);
	r->u.breaker = e->breakers[breaker];
}

static void
move(struct engine *e, int32_t breaker, enum breaker_state state)
{
	struct breaker_row *row = &e->breakers[breaker];

	e->open_breakers += (state == BREAKER_OPEN) -
	    (row->state == BREAKER_OPEN);
	row->state = state;
	row->since = e->now.wall;
	row->until = INSTANT_NONE;
	row->good = row->ramp = 0;
	row->probe_from = e->last_attempt + 1;
}

static void
half_open(struct engine *e, int32_t breaker)
{
	move(e, breaker, BREAKER_HALF_OPEN);
	write(e, breaker);
	touch_waiters(e);
}

/* The first time for as long as it says, then for twice as long each time
 * that it hasn't been well in between. */
static void
open(struct engine *e, int32_t breaker)
{
	const struct breaker_def *def = &e->graph->breakers[breaker];
	struct breaker_row *row = &e->breakers[breaker];
	bool again = row->state != BREAKER_CLOSED || row->ramp > 0;

	row->open_ms = again && row->open_ms > 0 ? 2 * row->open_ms :
	    def->open_ms;
	if (row->open_ms > def->max_ms)
		row->open_ms = def->max_ms;
	move(e, breaker, BREAKER_OPEN);
	row->until = e->now.wall + row->open_ms;
}

static void
close_it(struct engine *e, int32_t breaker)
{
	move(e, breaker, BREAKER_CLOSED);
	e->breakers[breaker].ramp = RAMP_FIRST;
	e->breakers[breaker].n = 0;
}

void
breaker_intent(struct engine *e, int32_t action, enum starter by)
{
	int32_t b = breaker_of(e, action);

	if (b == NONE || e->breakers[b].state != BREAKER_OPEN)
		return;
	assert(by == BY_PERSON);        /* breaker_closed() has looked */
	half_open(e, b);
}

/*------------------------------------------------------- what became of it */

/* Those that lie within; the oldest go where there are too many. */
static void
add_failure(struct engine *e, int32_t breaker, uint64_t attempt)
{
	struct breaker_row *row = &e->breakers[breaker];
	int64_t from = e->now.wall - e->graph->breakers[breaker].within_ms;
	int32_t i, n = 0;

	for (i = 0; i < row->n; i++)
		if (row->failed[i].at > from &&
		    !(n == 0 && row->n - i == BREAKER_FAILURES_MAX))
			row->failed[n++] = row->failed[i];
	row->failed[n++] = (struct breaker_failure){ e->now.wall, attempt };
	for (i = n; i < BREAKER_FAILURES_MAX; i++)
		row->failed[i] = (struct breaker_failure){ 0, 0 };
	row->n = n;
}

static void
failed(struct engine *e, int32_t b, const struct attempt_row *a)
{
	struct breaker_row *row = &e->breakers[b];
	bool probe = a->id >= row->probe_from;

	add_failure(e, b, a->id);
	if (row->state == BREAKER_HALF_OPEN ? probe : row->state ==
	    BREAKER_CLOSED && row->n >= e->graph->breakers[b].failures)
		open(e, b);
	write(e, b);
}

static void
succeeded(struct engine *e, int32_t b, const struct attempt_row *a)
{
	struct breaker_row *row = &e->breakers[b];

	if (row->state == BREAKER_OPEN) {
		half_open(e, b);
		return;
	}
	if (a->id < row->probe_from ||
	    (row->state == BREAKER_CLOSED && row->ramp == 0))
		return;
	if (row->state == BREAKER_CLOSED)
		row->ramp = 2 * row->ramp >= e->graph->breakers[b].failures ?
		    0 : 2 * row->ramp;
	else if (++row->good >= e->graph->breakers[b].probes)
		close_it(e, b);
	write(e, b);
	touch_waiters(e);
}

void
breaker_saw(struct engine *e, const struct attempt_row *a, bool held)
{
	int32_t b = breaker_of(e, a->action);

	/* what a person has decided says nothing of the target, nor does a
	 * start of which nobody looks at the end */
	if (b == NONE || held || (a->phase != NONE && a->outcome ==
	    OUTCOME_UNPROVEN))
		return;
	if (attempt_succeeded(a))
		succeeded(e, b, a);
	else if (a->failure != FAILURE_NOT_YET)
		failed(e, b, a);
}

/*----------------------------------------------------------------- evidence */

static bool
passes_since(const struct engine *e, int32_t check, const struct day *d,
    int64_t since)
{
	enum result x = check_result(e, check, d, e->now.wall);

	return (x == RESULT_PASS || x == RESULT_WARN) &&
	    check_since(check_at(e, d, check), since);
}

static bool
cause_is_gone(const struct engine *e, uint64_t attempt, int64_t since)
{
	const struct attempt_entry *x = attempt_find(e, attempt);
	const struct day *d = x ? attempt_day(e, x) : NULL;
	const struct recovery_def *r;
	struct source s;
	int32_t i;

	if (d == NULL)
		return false;
	if (x->row.recovery == NONE) {
		source_of_done(e, x->row.phase, d, &s);
		return s.n > 0 && source_measured(e, &s, since) &&
		    phase_done(e, x->row.phase, d, e->now.wall).holds;
	}
	r = &e->graph->recoveries[x->row.recovery];
	for (i = 0; i < repairs_of(r); i++)
		if (x->row.failing & 1u << i && passes_since(e,
		    r->repairs[i], d, since))
			return true;
	return false;
}

static bool
may_half_open(const struct engine *e, const struct breaker_row *row)
{
	int32_t i;

	if (e->now.wall >= row->until)
		return true;
	for (i = 0; i < row->n; i++)
		if (cause_is_gone(e, row->failed[i].attempt, row->since))
			return true;
	return false;
}

void
breakers_count(struct engine *e)
{
	int32_t i;

	e->open_breakers = 0;
	for (i = 0; i < e->graph->n_breakers; i++)
		e->open_breakers += e->breakers[i].state == BREAKER_OPEN;
}

void
breakers_settle(struct engine *e, int64_t *ret_wake)
{
	int32_t i;

	for (i = 0; i < e->graph->n_breakers && e->open_breakers > 0; i++) {
		struct breaker_row *row = &e->breakers[i];

		if (row->state != BREAKER_OPEN)
			continue;
		if (may_half_open(e, row) && has_room(e, 1))
			half_open(e, i);
		else if (*ret_wake == INSTANT_NONE || row->until < *ret_wake)
			*ret_wake = row->until;
	}
}
