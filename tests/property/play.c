/* SPDX-License-Identifier: BSD-2-Clause
 *
 * play.c -- one seed, played to its end.
 *
 * Each round either something happens in the world (time passes, data
 * arrives, a probe breaks), or one thing that was asked is answered: in
 * time, late, twice, not at all, by a fault. Between any two steps the
 * supervisor may be killed, before or after the step's rows are durable; the
 * processes that it started go on or don't. At the end comes a quiet time,
 * after which nothing may be left open that isn't.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"

/*-------------------------------------------------------------------- crash */

static void
engine_anew(struct play *p)
{
	free(p->memory);
	p->memory = malloc(engine_size(&p->graph, &p->limits));
	assert(p->memory);
	p->engine = engine_init(p->memory, &p->graph, &p->limits);
}

/* What the supervisor finds of attempts that were in flight. */
static void
find_runs(struct play *p)
{
	int32_t i, k, n = p->n_rows;

	for (i = 0; i < n && !p->failed; i++) {
		const struct attempt_row *a = &p->rows[i].u.attempt;
		struct event ev = { .kind = EVENT_FOUND };

		if (p->rows[i].kind != RECORD_ATTEMPT ||
		    a->state != ATTEMPT_IN_DOUBT)
			continue;
		ev.attempt = a->id;
		for (k = 0; k < p->n_runs; k++)
			if (p->runs[k].attempt == a->id &&
			    !p->runs[k].over) {
				ev.u.found.running = chance(p, 50);
				p->runs[k].over = !ev.u.found.running;
			}
		if (!ev.u.found.running && chance(p, 30))
			ev.u.found.probe = chance(p, 50) ? PROBE_HAPPENED :
			    PROBE_NOT;
		step(p, &ev);
	}
}

static void
crash(struct play *p)
{
	static const struct event resumed = { .kind = EVENT_RESUMED };
	int32_t i;

	p->crashes++;
	p->n_calls = 0;
	memset(p->in_flight, 0, sizeof p->in_flight);
	memset(p->n_shown, 0, sizeof p->n_shown);
	for (i = 0; i < p->n_runs; i++)
		if (!p->runs[i].over && chance(p, 50))
			p->runs[i].over = true;
	if (chance(p, 20)) {            /* the machine, too */
		p->now.boot_id++;
		p->now.boot = 1000;
	}
	p->now.wall += upto(p, 60) * MINUTE;
	p->now.mono = p->now.boot;
	engine_anew(p);
	rows_restore(p);
	step(p, &resumed);
	find_runs(p);
}

/*--------------------------------------------------------------------- steps */

static void
forget_answer(struct play *p)
{
	if (p->event.kind == EVENT_MEASURED)
		p->answers[p->event.subject][day_slot(p->event.date)] =
		    p->before;
}

static void
perform(struct play *p)
{
	size_t i;

	for (i = 0; i < p->out.n; i++) {
		const struct effect *x = &p->out.v[i];
		const struct record *r;

		if (x->kind == EFFECT_MEASURE || x->kind == EFFECT_EVALUATE) {
			struct call *c = &p->calls[p->n_calls++];

			assert(p->n_calls < P_CALLS);
			*c = (struct call){ .x = *x, .began = p->now };
			if (x->kind == EFFECT_EVALUATE)
				show(p, x->subject, x->date, &c->shown);
		} else if (x->kind == EFFECT_START) {
			r = row_of_id(p, RECORD_ATTEMPT, x->u.start.attempt);
			assert(r && p->n_runs < P_RUNS);
			p->runs[p->n_runs++] = (struct run){
				.attempt = r->u.attempt.id, .date = r->date,
				.action = r->u.attempt.action,
				.phase = r->u.attempt.phase,
				.recovery = r->u.attempt.recovery };
		}
	}
}

void
step(struct play *p, const struct event *ev)
{
	int32_t again = 0;

	p->event = *ev;
	for (;;) {
		if (p->failed)
			return;
		p->out.n = 0;
		p->step++;
		engine_step(p->engine, &p->event, &p->now, &p->out);
		if (p->trace)
			trace_step(p);
		if (!p->quiet && p->event.kind != EVENT_RESUMED &&
		    chance(p, 1) && chance(p, 40)) {
			forget_answer(p);       /* nothing of it was durable */
			crash(p);
			return;
		}
		oracle_step(p);
		oracle_whole(p);
		if (p->failed)
			return;
		if (!p->quiet && chance(p, 1) && chance(p, 40)) {
			crash(p);       /* durable, not performed */
			return;
		}
		perform(p);
		if (!p->out.more)
			return;
		if (++again > 500) {
			flaw(p, "12", "it is never content");
			return;
		}
		p->event = (struct event){ .kind = EVENT_TICK };
	}
}

/*--------------------------------------------------------------------- world */

static void
pass(struct play *p, int64_t ms)
{
	static const struct event tick = { .kind = EVENT_TICK };

	p->now.wall += ms;
	p->now.mono += ms;
	p->now.boot += ms;
	step(p, &tick);
}

static void
time_passes(struct play *p)
{
	int64_t ms = p->out.wake == INSTANT_NONE ? HOUR :
	    p->out.wake - p->now.wall;

	if (ms < 0)
		ms = 0;
	if (!p->quiet && chance(p, 20))
		ms = upto(p, 90) * MINUTE;      /* late, or early */
	pass(p, ms > 3 * HOUR ? 3 * HOUR : ms);
}

static void
clock_jumps(struct play *p)
{
	struct event ev = { .kind = EVENT_CLOCK_JUMP };

	ev.u.jump_ms = (upto(p, 70) - 10) * MINUTE;
	p->now.wall += ev.u.jump_ms;
	step(p, &ev);
}

static void
world_changes(struct play *p)
{
	int32_t c = upto(p, p->graph.n_checks), what = upto(p, 100);
	struct date date = some_date(p);
	int32_t d = day_slot(date);

	if (what < 6)
		p->dark[c] = !p->dark[c] && chance(p, 50);
	else if (d >= 0 && d < P_DAYS && p->checks[c].calendar)
		p->truth[c][d] = chance(p, 15) ? 0 : 5;
	else if (d >= 0 && d < P_DAYS)
		p->truth[c][d] = what < 30 ? 0 : what < 45 ? 1 : 2;
}

static int32_t
live_runs(const struct play *p)
{
	int32_t i, n = 0;

	for (i = 0; i < p->n_runs; i++)
		n += !p->runs[i].over;
	return n;
}

static void
run_any(struct play *p)
{
	int32_t n = live_runs(p), i, k;

	if (n == 0)
		return;
	k = upto(p, n);
	for (i = 0; i < p->n_runs; i++)
		if (!p->runs[i].over && k-- == 0) {
			run_one(p, i);
			return;
		}
}

static void
round_of(struct play *p)
{
	int32_t what = upto(p, 100);

	if (p->n_calls > P_CALLS / 2)
		what = 0;
	if (what < 62 && p->n_calls > 0)
		answer_one(p, upto(p, p->n_calls));
	else if (what < 70)
		run_any(p);
	else if (what < 78)
		world_changes(p);
	else if (what < 83)
		say_something(p);
	else if (what < 84)
		clock_jumps(p);
	else
		time_passes(p);
}

/* Every answer comes, every process ends, and nobody interferes. */
static void
quiet_time(struct play *p)
{
	int64_t until = p->now.wall + 30 * HOUR;
	int32_t i;

	p->quiet = true;
	memset(p->dark, 0, sizeof p->dark);
	while (p->now.wall < until && !p->failed) {
		if (p->n_calls > 0)
			answer_one(p, 0);
		else if (live_runs(p) > 0)
			run_any(p);
		else
			time_passes(p);
	}
	for (i = 0; i < 4 && !p->failed && p->n_calls > 0;)
		answer_one(p, 0);
}

static void
begin(struct play *p, uint64_t seed)
{
	static const struct event resumed = { .kind = EVENT_RESUMED };
	struct effect *v = p->out.v, *more = p->whole.v;
	void *memory = p->memory;
	bool trace = p->trace;
	int32_t c, d;

	memset(p, 0, sizeof *p);
	p->out.v = v;
	p->whole.v = more;
	p->memory = memory;
	p->trace = trace;
	p->out.cap = p->whole.cap = EFFECTS_MIN + 64;
	p->seed = p->rng = seed;
	make_graph(p);
	if (p->trace)
		trace_graph(p);
	p->now = (struct now){ BEGIN, 5000, 5000, 1 };
	for (c = 0; c < P_CHECKS; c++)
		for (d = 0; d < P_DAYS; d++)
			p->truth[c][d] = p->checks[c].calendar ? 5 :
			    chance(p, 50) ? 2 : 0;
	engine_anew(p);
	step(p, &resumed);
}

bool
play(struct play *p, uint64_t seed, int32_t steps)
{
	begin(p, seed);
	/* as many days as there is room for */
	while (p->step < steps && !p->failed &&
	    p->now.wall < BEGIN + (P_DAYS - 14) * DAY)
		round_of(p);
	if (!p->failed)
		quiet_time(p);
	if (!p->failed)
		oracle_end(p);
	return !p->failed;
}
