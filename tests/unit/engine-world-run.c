/* SPDX-License-Identifier: BSD-2-Clause
 *
 * engine-world-run.c -- the other half of the engine: what a supervisor, its
 * workers and its pipeline would do, without any of them.
 *
 * Does what it is told by effects and nothing else. Whatever is written goes
 * into a journal, in order; a crash throws the engine away and folds that
 * journal into a new one, as the supervisor does.
 */
#include "engine-world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS_MAX = 200000 };

/*-------------------------------------------------------------- measurements */

static struct world_fact
read_fact(const struct world *w, int32_t check, struct date date,
    int64_t wall)
{
	struct world_fact best = { check, date, INT64_MIN, true, false,
		w->unsaid[check],
		w->checks[check].limits.fail_below.kind == LIMIT_PERCENT ?
		    w->expected : NAN };
	int32_t i;

	for (i = 0; i < w->n_facts; i++) {
		const struct world_fact *f = &w->facts[i];

		if (f->check == check && f->date.day == date.day &&
		    f->at <= wall && f->at >= best.at)
			best = *f;
	}
	return best;
}

/* Of 5 of 6 "g6" is missing. */
static void
waive(struct world *w, struct event *ev)
{
	struct measurement *m = &ev->u.measured;
	char names[32][16];
	const char *v[32];
	bool waived[32] = { false };
	size_t i;

	if (m->missing < 0 || m->missing > 32)
		return;
	for (i = 0; i < (size_t)m->missing; i++) {
		(void)snprintf(names[i], sizeof names[i], "g%d",
		    (int)m->value + 1 + (int)i);
		v[i] = names[i];
	}
	engine_waive(w->engine, ev->subject, ev->date, v,
	    (size_t)m->missing, true, waived, m);
}

static struct event
measured(struct world *w, const struct effect *x, int64_t asked)
{
	struct world_fact f = read_fact(w, x->subject, x->date, asked);
	struct event ev = { .kind = EVENT_MEASURED, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	bool counts = f.told && f.expected == f.expected;

	ev.u.measured = (struct measurement){ .told = f.told,
		.fault = f.fault, .stated = NONE, .value = f.value,
		.expected = f.expected,
		.missing = !counts ? -1 : f.value >= f.expected ? 0 :
		    (int64_t)(f.expected - f.value),
		.extra = -1, .anchor = INSTANT_NONE,
		.id = ++w->measurements, .began = w->now };
	ev.u.measured.began.wall = asked;
	ev.u.measured.began.mono -= w->now.wall - asked;
	ev.u.measured.began.boot -= w->now.wall - asked;
	waive(w, &ev);
	return ev;
}

/*------------------------------------------------------------------- steps */

static void
keep_row(struct world *w, const struct record *r)
{
	if (w->n_rows == w->cap_rows) {
		w->cap_rows = w->cap_rows ? 2 * w->cap_rows : 1024;
		w->rows = realloc(w->rows, w->cap_rows * sizeof *w->rows);
		assert_non_null(w->rows);
	}
	w->rows[w->n_rows++] = *r;
}

static void
take_start(struct world *w, const struct effect *x)
{
	const struct attempt_row *a = engine_attempt(w->engine,
	    x->u.start.attempt);
	struct world_start *s = &w->starts[w->n_starts++];

	assert_true(w->n_starts <= W_STARTS);
	assert_non_null(a);
	*s = (struct world_start){ .attempt = a->id, .at = w->now.wall, .step =
	    w->steps + 1, .ends = w->now.wall + w->takes[a->action], .row = *a,
	    .date = x->date };
}

static void
cancel_start(struct world *w, uint64_t attempt)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++)
		if (w->starts[i].attempt == attempt && !w->starts[i].over)
			w->starts[i].ends = w->now.wall;
}

static void
take_notice(struct world *w, const struct effect *x)
{
	const struct incident_row *row;
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_incident_at(w->engine, i, &where)); i++)
		if (row->number == x->u.notify.incident)
			break;
	assert_non_null(row);
	assert_true(w->n_told < W_STARTS);
	w->told[w->n_told++] = (struct world_told){ x->u.notify.message,
		x->u.notify.incident, x->u.notify.kind,
		x->u.notify.severity, w->now.wall, row->kind, row->root,
		where.date };
}

static void
take_effect(struct world *w, const struct effect *x)
{
	switch (x->kind) {
	case EFFECT_WRITE:
		keep_row(w, &x->u.record);
		break;
	case EFFECT_MEASURE:
	case EFFECT_EVALUATE:
		assert_true(w->tail < W_QUEUE);
		w->queued_at[w->tail] = w->now.wall;
		w->queue[w->tail++] = *x;
		break;
	case EFFECT_START:
		if (w->on_start)
			w->on_start(w, x);
		take_start(w, x);
		break;
	case EFFECT_CANCEL:
		cancel_start(w, x->u.start.attempt);
		break;
	case EFFECT_REPLY:
		w->reply = *x;
		w->n_replies++;
		break;
	case EFFECT_NOTIFY:
		take_notice(w, x);
		break;
	case EFFECT_TOUCH:
		break;
	}
}

static void
step(struct world *w, const struct event *ev)
{
	size_t i;

	w->out.n = 0;
	engine_step(w->engine, ev, &w->now, &w->out);
	w->wake = w->out.wake;
	for (i = 0; i < w->out.n; i++)
		take_effect(w, &w->out.v[i]);
	w->steps++;
}

/* The next thing that comes by itself at this instant. */
static bool
next_answer(struct world *w, struct event *ret)
{
	const struct effect *x;

	if (w->head == w->tail) {
		w->head = w->tail = 0;
		return false;
	}
	x = &w->queue[w->head];
	if (x->kind == EFFECT_MEASURE &&
	    w->now.wall < w->queued_at[w->head] + w->measuring_takes)
		return false;
	*ret = x->kind == EFFECT_MEASURE ?
	    measured(w, x, w->queued_at[w->head]) : world_evaluated(w, x);
	w->head++;
	return true;
}

static bool
next_of_start(struct world *w, struct event *ret)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++) {
		struct world_start *s = &w->starts[i];

		*ret = (struct event){ .attempt = s->attempt };
		if (!s->begun) {
			s->begun = true;
			ret->kind = EVENT_STARTED;
			return true;
		}
		if (s->over || w->now.wall < s->ends)
			continue;
		s->over = true;
		ret->kind = EVENT_ENDED;
		ret->u.ended.ok = true;
		if (w->act[s->row.action])
			w->act[s->row.action](w, s, ret);
		return true;
	}
	return false;
}

static bool
next_event(struct world *w, struct event *ret)
{
	if (next_answer(w, ret) || next_of_start(w, ret))
		return true;
	if (w->wake == INSTANT_NONE || w->wake > w->now.wall)
		return false;
	*ret = (struct event){ .kind = EVENT_TICK };
	return true;
}

void
world_event(struct world *w, const struct event *ev)
{
	struct event next = *ev;
	int32_t n = 0;

	do {
		step(w, &next);
		assert_true(n++ < STEPS_MAX);
		if (w->die_at > 0 && w->steps == w->die_at) {
			world_die(w);
			return;
		}
	} while (next_event(w, &next));
}

void
world_resume(struct world *w)
{
	world_event(w, &(struct event){ .kind = EVENT_RESUMED });
}

static int64_t
next_instant(const struct world *w, int64_t limit)
{
	int64_t at = limit;
	int32_t i;

	if (w->wake != INSTANT_NONE && w->wake < at)
		at = w->wake;
	if (w->head < w->tail && w->queue[w->head].kind == EFFECT_MEASURE &&
	    w->queued_at[w->head] + w->measuring_takes < at)
		at = w->queued_at[w->head] + w->measuring_takes;
	for (i = 0; i < w->n_starts; i++)
		if (!w->starts[i].over && w->starts[i].ends < at)
			at = w->starts[i].ends;
	return at > w->now.wall ? at : w->now.wall + 1;
}

void
world_until(struct world *w, int64_t wall)
{
	while (w->now.wall < wall) {
		int64_t ms = next_instant(w, wall) - w->now.wall;

		w->now.wall += ms;
		w->now.mono += ms;
		w->now.boot += ms;
		world_event(w, &(struct event){ .kind = EVENT_TICK });
	}
}

void
world_pass(struct world *w, int64_t ms)
{
	world_until(w, w->now.wall + ms);
}

const struct effect *
world_command(struct world *w, const struct command *c)
{
	struct event ev = { .kind = EVENT_COMMAND, .pipeline = c->pipeline,
		.date = c->date };
	int32_t before = w->n_replies;

	ev.u.command = *c;
	world_event(w, &ev);
	assert_int_equal(w->n_replies, before + 1);
	return &w->reply;
}

struct command
world_about(enum command_kind kind, int32_t subject, struct date date)
{
	return (struct command){ .kind = kind, .dated = true, .date = date,
		.subject = subject, .until = INSTANT_NONE,
		.actor = "tester", .reason = "because" };
}

/*------------------------------------------------------------------- crash */

static bool
same_key(const struct record *a, const struct record *b)
{
	if (a->kind != b->kind || a->pipeline != b->pipeline ||
	    a->dated != b->dated || a->date.day != b->date.day ||
	    a->subject != b->subject)
		return false;
	switch (a->kind) {
	case RECORD_ATTEMPT:
		return a->u.attempt.id == b->u.attempt.id;
	case RECORD_INCIDENT:
		return a->u.incident.number == b->u.incident.number;
	case RECORD_BREACH:
		return a->u.breach.incident == b->u.breach.incident &&
		    a->u.breach.kind == b->u.breach.kind &&
		    a->u.breach.subject == b->u.breach.subject;
	case RECORD_HOLD:
		return a->u.hold.id == b->u.hold.id;
	case RECORD_OVERRIDE:
		return a->u.override.id == b->u.override.id;
	case RECORD_PERMIT:
		return a->u.permit.id == b->u.permit.id;
	case RECORD_BACKFILL:
		return a->u.backfill.id == b->u.backfill.id;
	case RECORD_WAIVER:
		return a->u.waiver.id == b->u.waiver.id;
	default:
		return true;
	}
}

/* Replaces what it replaces, at its place: the fold. */
static void
fold(struct record *rows, size_t *n, const struct record *r)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (same_key(&rows[i], r)) {
			rows[i] = *r;
			return;
		}
	rows[(*n)++] = *r;
}

void
world_crash(struct world *w)
{
	struct record *rows = calloc(w->n_rows + 1, sizeof *rows);
	size_t n = 0, i;
	int kind;

	assert_non_null(rows);
	for (i = 0; i < w->n_rows; i++)
		if (w->rows[i].kind != RECORD_NOTE)
			fold(rows, &n, &w->rows[i]);
	free(w->memory);
	world_begin(w);
	w->head = w->tail = 0;
	w->wake = INSTANT_NONE;
	for (kind = 0; kind < RECORD_KINDS; kind++)
		for (i = 0; i < n; i++)
			if ((int)rows[i].kind == kind)
				engine_restore(w->engine, &rows[i]);
	free(rows);
}

void
world_found(struct world *w, uint64_t attempt, bool running,
    enum probed probe)
{
	struct event ev = { .kind = EVENT_FOUND, .attempt = attempt };

	ev.u.found.running = running;
	ev.u.found.probe = (unsigned)probe;
	world_event(w, &ev);
}

void
world_die(struct world *w)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++)
		w->starts[i].begun = w->starts[i].over = true;
	w->die_at = 0;
	world_crash(w);
	world_resume(w);
	for (i = 0; i < w->n_starts; i++) {
		const struct attempt_row *a = engine_attempt(w->engine,
		    w->starts[i].attempt);

		if (a && a->state == ATTEMPT_IN_DOUBT)
			world_found(w, a->id, false, PROBE_NONE);
	}
}
