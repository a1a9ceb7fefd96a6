/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident-world.c -- see incident-world.h. Plays the supervisor: performs
 * what the engine asks, in order, and keeps the fold of what it wrote.
 */
#include "incident-world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE = 65536, ROWS = 65536 };

/*------------------------------------------------------------------- answers */

static double
value_of(const struct world *w, int32_t check, struct date date)
{
	double value = check == GAMES ? w->games : 0;
	int64_t at = INT64_MIN;
	int32_t i;

	for (i = 0; i < w->n_facts; i++) {
		const struct fact *f = &w->facts[i];

		if (f->check == check && f->date.day == date.day &&
		    f->at <= w->now.wall && f->at >= at) {
			at = f->at;
			value = f->value;
		}
	}
	return value;
}

static struct event
measured(struct world *w, const struct effect *x)
{
	struct event ev = { .kind = EVENT_MEASURED, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	double value = value_of(w, x->subject, x->date);
	double games = value_of(w, GAMES, x->date);

	if (w->blink == x->subject) {
		value = NAN;
		w->blink = NONE;
	}
	w->measures++;
	ev.u.measured = (struct measurement){ .told = !isnan(value),
		.stated = NONE, .value = value, .expected = NAN,
		.missing = -1, .extra = -1, .anchor = INSTANT_NONE,
		.id = (uint64_t)w->measures, .began = w->now };
	if (x->subject != GAMES)
		ev.u.measured.expected = isnan(games) ? 9 : games;
	return ev;
}

struct inputs {
	int32_t pass, fail, unknown, due;
};

static struct inputs
inputs_of(const struct world *w, const struct gate_def *g, struct date date)
{
	struct inputs n = { 0, 0, 0, 0 };
	int32_t i;

	for (i = 0; i < g->n_inputs; i++)
		switch (engine_result(w->engine, g->inputs[i], date,
		    &w->now)) {
		case RESULT_PASS:
		case RESULT_WARN:
		case RESULT_SKIP:
			n.pass++;
			break;
		case RESULT_FAIL:
			n.fail++;
			break;
		case RESULT_UNKNOWN:
			n.unknown++;
			break;
		case RESULT_NOT_DUE:
			n.due++;
			break;
		}
	return n;
}

static bool
passes(const struct world *w, int32_t check, struct date date)
{
	return engine_result(w->engine, check, date, &w->now) <= RESULT_WARN;
}

static void
answer_quorum(struct world *w, const struct gate_def *g, struct date date,
    struct gate_answer *a)
{
	struct inputs n = inputs_of(w, g, date);
	bool met = n.pass >= 2 && passes(w, PDC, date);

	if (n.pass == g->n_inputs)
		a->verdict = VERDICT_OPEN;
	else if (n.unknown > 0)
		a->verdict = VERDICT_UNKNOWN;
	else if (n.due > 0)
		a->verdict = VERDICT_WAITING;
	else
		a->verdict = met ? VERDICT_DEGRADED : VERDICT_BLOCKED;
	if (g->alarm && n.fail > 0)
		a->severity = met ? SEVERITY_WARNING : SEVERITY_CRITICAL;
}

/* Info after 6 h below all, warning after 12 below 90 %, critical after 24
 * below half. */
static void
answer_ladder(struct world *w, struct date date, struct gate_answer *a)
{
	static const int64_t steps[] = { 6 * (int64_t)HOUR, 12 *
		(int64_t)HOUR, 24 * (int64_t)HOUR };
	static const double below[] = { 1.0, 0.9, 0.5 };
	const struct check_row *row = engine_check(w->engine, BOX, date);
	int64_t anchor = engine_anchor(w->engine, 0, date);
	int32_t i;

	a->verdict = VERDICT_OPEN;
	if (row == NULL || !row->measured)
		a->verdict = VERDICT_UNKNOWN;
	for (i = 0; i < 3 && row && row->measured; i++) {
		if (w->now.wall < anchor + steps[i]) {
			a->next_change = anchor + steps[i];
			return;
		}
		if (row->value < below[i] * row->expected)
			a->severity = SEVERITY_INFO + (enum severity)i;
	}
}

static struct event
evaluated(struct world *w, const struct effect *x)
{
	struct event ev = { .kind = EVENT_VERDICT, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	struct gate_answer *a = &ev.u.verdict;
	struct inputs n = inputs_of(w, &w->gates[x->subject], x->date);

	*a = (struct gate_answer){ .told = true, .next_change = INSTANT_NONE,
		.revision = x->u.evaluate.revision };
	if (x->subject == LADDER)
		answer_ladder(w, x->date, a);
	else if (x->subject != SOURCES)
		answer_quorum(w, &w->gates[x->subject], x->date, a);
	else if (n.pass == 0)
		a->verdict = n.unknown ? VERDICT_UNKNOWN : n.due ?
		    VERDICT_WAITING : VERDICT_BLOCKED;
	return ev;
}

/*--------------------------------------------------------------------- fold */

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
	default:
		return true;
	}
}

static void
fold(struct world *w, const struct record *r)
{
	size_t i;

	if (r->kind == RECORD_NOTE)
		return;
	for (i = 0; i < w->n_rows; i++)
		if (same_key(&w->rows[i], r)) {
			w->rows[i] = *r;
			return;
		}
	assert(w->n_rows < ROWS);
	w->rows[w->n_rows++] = *r;
}

static void
keep_message(struct world *w, const struct effect *x)
{
	const struct incident_row *row;
	struct record where;
	int32_t i;

	assert(w->n_told < (int32_t)(sizeof w->told / sizeof w->told[0]));
	for (i = 0; (row = engine_incident_at(w->engine, i, &where)); i++)
		if (row->number == x->u.notify.incident)
			break;
	assert(row);
	w->told[w->n_told++] = (struct told){ x->u.notify.message,
		x->u.notify.incident, x->u.notify.kind,
		x->u.notify.severity, w->now.wall, row->kind, row->root,
		where.date };
}

/*--------------------------------------------------------------------- steps */

static void
take(struct world *w, const struct effect *x)
{
	switch (x->kind) {
	case EFFECT_WRITE:
		fold(w, &x->u.record);
		break;
	case EFFECT_NOTIFY:
		keep_message(w, x);
		break;
	case EFFECT_REPLY:
		w->reply = *x;
		break;
	case EFFECT_START:
		if (w->starts++ == 0)
			w->started_at = w->steps + 1;
		__attribute__((fallthrough));
	case EFFECT_MEASURE:
	case EFFECT_EVALUATE:
		assert(w->tail < QUEUE);
		w->queue[w->tail++] = *x;
		break;
	case EFFECT_TOUCH:
	case EFFECT_CANCEL:
		break;
	}
}

static void
step(struct world *w, const struct event *ev)
{
	size_t i;

	w->out.n = 0;
	engine_step(w->engine, ev, &w->now, &w->out);
	for (i = 0; i < w->out.n; i++)
		take(w, &w->out.v[i]);
	w->steps++;
}

/* The action runs and ends at once, and says that it went well. */
static struct event
run(struct world *w, const struct effect *x)
{
	struct event ev = { .kind = EVENT_STARTED,
		.attempt = x->u.start.attempt };
	const struct attempt_row *row = engine_attempt(w->engine,
	    ev.attempt);

	assert(row);
	step(w, &ev);
	if (w->ended)
		w->ended(w, row, x->date);
	ev.kind = EVENT_ENDED;
	ev.u.ended.ok = true;
	return ev;
}

static struct event
next_event(struct world *w)
{
	struct effect x;

	if (w->out.more || w->head == w->tail)
		return (struct event){ .kind = EVENT_TICK };
	x = w->queue[w->head++];
	if (w->head == w->tail)
		w->head = w->tail = 0;
	return x.kind == EFFECT_MEASURE ? measured(w, &x) :
	    x.kind == EFFECT_EVALUATE ? evaluated(w, &x) : run(w, &x);
}

/* Answers everything that was asked until nothing is. */
static void
serve(struct world *w, struct event ev)
{
	for (;;) {
		step(w, &ev);
		if (w->crash_at > 0 && w->steps == w->crash_at) {
			world_crash(w);
			return;
		}
		if (!w->out.more && w->head == w->tail)
			return;
		ev = next_event(w);
	}
}

void
world_resume(struct world *w)
{
	serve(w, (struct event){ .kind = EVENT_RESUMED });
}

void
world_until(struct world *w, int64_t wall)
{
	for (;;) {
		int64_t next = w->out.wake == INSTANT_NONE ||
		    w->out.wake > wall ? wall : w->out.wake;

		if (next > w->now.wall) {
			w->now.mono += next - w->now.wall;
			w->now.boot += next - w->now.wall;
			w->now.wall = next;
		}
		serve(w, (struct event){ .kind = EVENT_TICK });
		if (w->now.wall >= wall && (w->out.wake == INSTANT_NONE ||
		    w->out.wake > wall))
			return;
	}
}

void
world_command(struct world *w, const struct command *c)
{
	struct event ev = { .kind = EVENT_COMMAND, .u.command = *c };

	w->reply = (struct effect){ .kind = EFFECT_WRITE };
	serve(w, ev);
	assert(w->reply.kind == EFFECT_REPLY);
}

void
world_build(struct world *w)
{
	free(w->memory);
	w->memory = malloc(engine_size(&w->graph, &w->limits));
	assert(w->memory);
	w->engine = engine_init(w->memory, &w->graph, &w->limits);
	w->head = w->tail = 0;
}

static void
restore_day(struct world *w, enum record_kind kind, int32_t day)
{
	size_t i;

	for (i = 0; i < w->n_rows; i++)
		if (w->rows[i].kind == kind && w->rows[i].date.day == day)
			engine_restore(w->engine, &w->rows[i]);
}

static void
restore(struct world *w, enum record_kind kind)
{
	int32_t day, first = INT32_MAX, last = 0;
	size_t i;

	for (i = 0; i < w->n_rows; i++) {
		if (w->rows[i].dated && w->rows[i].date.day < first)
			first = w->rows[i].date.day;
		if (w->rows[i].date.day > last)
			last = w->rows[i].date.day;
	}
	restore_day(w, kind, 0);        /* of no date */
	for (day = first; day <= last; day++)
		restore_day(w, kind, day);
}

/* None of them runs any more, and nobody knows how far they came. */
static void
find_attempts(struct world *w)
{
	size_t i, n = w->n_rows;

	for (i = 0; i < n; i++) {
		const struct attempt_row *a = &w->rows[i].u.attempt;
		struct event ev = { .kind = EVENT_FOUND };

		if (w->rows[i].kind != RECORD_ATTEMPT ||
		    a->state != ATTEMPT_IN_DOUBT)
			continue;
		ev.attempt = a->id;
		serve(w, ev);
	}
}

void
world_crash(struct world *w)
{
	int kind;

	world_build(w);
	w->crash_at = 0;
	for (kind = 0; kind < RECORD_KINDS; kind++)
		restore(w, (enum record_kind)kind);
	world_resume(w);
	find_attempts(w);
}

/*-------------------------------------------------------------------- making */

struct world *
world_new(void)
{
	struct world *w = calloc(1, sizeof *w);

	assert(w);
	world_define(w);
	engine_limits_default(&w->graph, &w->limits);
	w->out.cap = 1024;
	w->out.v = calloc(w->out.cap, sizeof *w->out.v);
	w->queue = calloc(QUEUE, sizeof *w->queue);
	w->rows = calloc(ROWS, sizeof *w->rows);
	assert(w->out.v && w->queue && w->rows);
	w->now = (struct now){ START, 1000000, 1000000, 1 };
	w->games = 9;
	w->blink = NONE;
	world_build(w);
	return w;
}

void
world_free(struct world *w)
{
	free(w->rows);
	free(w->queue);
	free(w->out.v);
	free(w->memory);
	free(w);
}

void
world_fact(struct world *w, int32_t check, struct date date, int64_t at,
    double value)
{
	assert(w->n_facts < (int32_t)(sizeof w->facts / sizeof w->facts[0]));
	w->facts[w->n_facts++] = (struct fact){ check, date, at, value };
}

void
world_whole(struct world *w, struct date date, int64_t at)
{
	int32_t i;

	for (i = BOX; i < CHECKS; i++)
		world_fact(w, i, date, at, w->games);
}

/*------------------------------------------------------------------- looking */

static bool
about(const struct told *t, enum root_kind kind, int32_t root,
    struct date date)
{
	return t->root_kind == kind && (root == NONE || t->root == root) &&
	    (kind == ROOT_ADOPTION || t->date.day == date.day);
}

const struct told *
world_told(const struct world *w, enum root_kind kind, int32_t root,
    struct date date, int32_t n)
{
	int32_t i;

	for (i = 0; i < w->n_told; i++)
		if (about(&w->told[i], kind, root, date) && n-- == 0)
			return &w->told[i];
	return NULL;
}

int32_t
world_told_count(const struct world *w, enum root_kind kind, int32_t root,
    struct date date)
{
	int32_t i, n = 0;

	for (i = 0; i < w->n_told; i++)
		n += about(&w->told[i], kind, root, date);
	return n;
}

const struct incident_row *
world_incident(const struct world *w, enum root_kind kind, int32_t root,
    struct date date)
{
	const struct incident_row *row, *found = NULL;
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_incident_at(w->engine, i, &where)); i++)
		if (row->kind == kind && row->root == root &&
		    where.date.day == date.day)
			found = row;
	return found;
}

const struct breach_row *
world_breach(const struct world *w, enum root_kind kind, int32_t subject,
    struct date date)
{
	const struct breach_row *row, *found = NULL;
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_breach_at(w->engine, i, &where)); i++)
		if (row->kind == kind && row->subject == subject &&
		    where.date.day == date.day && (row->open ||
		    found == NULL))
			found = row;
	return found;
}

int32_t
world_open_incidents(const struct world *w)
{
	const struct incident_row *row;
	int32_t i, n = 0;

	for (i = 0; (row = engine_incident_at(w->engine, i, NULL)); i++)
		n += row->open;
	return n;
}
