/* SPDX-License-Identifier: BSD-2-Clause
 *
 * play.c -- one date lived through by the engine.
 *
 * The loop of the supervisor with nothing around it, for one date of one
 * pipeline: its checks read what they are told to, its gates are asked as
 * they are, a run takes a minute and ends well. What a run brings about is
 * the question, so only the healer's does anything: from its end on
 * everything passes. Other dates are idle, or all is well on them; other
 * pipelines are not answered.
 *
 * Everything enforces, because a pipeline that observes today is meant to
 * enforce one day, and what it will do then is what is proven.
 *
 * Deterministic; bounded by `until`, and by the work that all such dates
 * together may take.
 */
#include "prove/play.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "simulate/gates.h"

enum { EFFECTS_CAP = 4096, RUN_MS = MINUTE_MS, MANY_CHECKS = 24,
	VERY_MANY = 200 };

struct run {
	uint64_t attempt;
	int64_t ends_at;
	bool heals;
};

struct world {
	const struct play_setup *setup;
	struct graph graph;     /* a copy that enforces */
	void *copies[5];        /* owned: its arrays */
	struct gates *gates;
	void *memory;
	struct engine *engine;
	struct effects fx;
	struct now now;
	struct date date;
	bool before;            /* the date before matters, too */
	int64_t healed_at;      /* INSTANT_NONE: not yet */
	uint64_t measurement;
	struct event *queue;
	size_t n, cap;
	struct run *runs;
	size_t n_runs, cap_runs;
	struct play *ret;
};

/*--------------------------------------------------------- what is enforced */

static void *
copy(const void *v, int32_t n, size_t size)
{
	void *c = calloc((size_t)n + 1, size);

	if (c == NULL)
		abort();
	if (n > 0)
		memcpy(c, v, (size_t)n * size);
	return c;
}

/* So that a date of many checks stays affordable: they are looked at when
 * something asks for them, and seldom otherwise. */
static void
slow_down(struct check_def *checks, int32_t n)
{
	const int64_t least = n > VERY_MANY ? DAY_MS : 6 * HOUR_MS;
	int32_t i;

	for (i = 0; n > MANY_CHECKS && i < n; i++)
		if (checks[i].every_ms < least)
			checks[i].every_ms = least;
}

static void
copy_graph(struct world *w, const struct graph *g)
{
	struct pipeline_def *p = copy(g->pipelines, g->n_pipelines, sizeof *p);
	struct gate_def *gates = copy(g->gates, g->n_gates, sizeof *gates);
	struct recovery_def *r = copy(g->recoveries, g->n_recoveries,
	    sizeof *r);
	struct check_def *checks = copy(g->checks, g->n_checks,
	    sizeof *checks);
	const struct stage *s = w->setup->prover->stages;
	int32_t i, days;

	for (i = 0; i < g->n_pipelines; i++) {
		days = (int32_t)((w->setup->until - s[i].begin) / DAY_MS) + 2;
		p[i].mode = MODE_ENFORCE;
		if (p[i].watch_days > days)
			p[i].watch_days = days;
	}
	for (i = 0; i < g->n_gates; i++)
		gates[i].mode = MODE_ENFORCE;
	for (i = 0; i < g->n_recoveries; i++)
		r[i].mode = MODE_ENFORCE;
	slow_down(checks, g->n_checks);
	w->graph = *g;
	w->graph.pipelines = w->copies[0] = p;
	w->graph.gates = w->copies[1] = gates;
	w->graph.recoveries = w->copies[2] = r;
	w->graph.checks = w->copies[3] = checks;
}

/*-------------------------------------------------------------- answering */

static void
put(struct world *w, const struct event *e)
{
	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 256;
		w->queue = reallocarray(w->queue, w->cap, sizeof *w->queue);
		if (w->queue == NULL)
			abort();
	}
	w->queue[w->n++] = *e;
}

static bool
is_ours(const struct world *w, int32_t pipeline, struct date date)
{
	return pipeline == w->setup->pipeline && date.day == w->date.day;
}

static struct measurement
reads(const struct world *w, int32_t check, struct date date)
{
	const struct prover *p = w->setup->prover;
	const struct witness *c = &p->checks[check];
	bool ours = is_ours(w, w->setup->pipeline, date);
	bool calendar = p->graph->checks[check].calendar;
	bool owes = ours || (w->before && date.day == w->date.day - 1);
	struct reading r = c->good;

	if (calendar)
		r.m = (struct measurement){ .told = true, .stated = NONE,
			.value = owes ? 9 : 0, .expected = (double)NAN,
			.missing = -1, .extra = -1 };
	else if (ours && w->setup->fails && w->setup->fails[check] &&
	    w->healed_at == INSTANT_NONE)
		r = c->bad;
	r.m.anchor = INSTANT_NONE;
	return r.m;
}

static void
measure(struct world *w, const struct effect *x)
{
	struct event e = { .kind = EVENT_MEASURED, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };

	if (x->pipeline != w->setup->pipeline)
		return;
	e.u.measured = reads(w, x->subject, x->date);
	e.u.measured.id = ++w->measurement;
	e.u.measured.began = w->now;
	put(w, &e);
}

static void
evaluate(struct world *w, const struct effect *x)
{
	struct event e = { .kind = EVENT_VERDICT, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	CLEANUP_JSON json_t *said = NULL;

	if (x->pipeline != w->setup->pipeline)
		return;
	e.u.verdict = gates_ask(w->gates, w->engine, x->subject, x->date,
	    x->u.evaluate.revision, &w->now, &said);
	put(w, &e);
}

static void
start(struct world *w, const struct effect *x)
{
	struct event e = { .kind = EVENT_STARTED,
		.attempt = x->u.start.attempt };
	const struct attempt_row *row = engine_attempt(w->engine, e.attempt);

	assert(row != NULL);
	if (w->n_runs == w->cap_runs) {
		w->cap_runs = w->cap_runs ? 2 * w->cap_runs : 16;
		w->runs = reallocarray(w->runs, w->cap_runs,
		    sizeof *w->runs);
		if (w->runs == NULL)
			abort();
	}
	w->runs[w->n_runs++] = (struct run){ e.attempt, w->now.wall + RUN_MS,
		row->recovery != NONE && row->recovery == w->setup->healer &&
		is_ours(w, x->pipeline, x->date) };
	put(w, &e);
}

static void
deliver(struct world *w, const struct effect *x)
{
	struct event e = { .kind = EVENT_DELIVERED };

	e.u.delivered.incident = x->u.notify.incident;
	e.u.delivered.message = x->u.notify.message;
	put(w, &e);
}

static void
perform(struct world *w, const struct effect *x)
{
	switch (x->kind) {
	case EFFECT_MEASURE:
		measure(w, x);
		break;
	case EFFECT_EVALUATE:
		evaluate(w, x);
		break;
	case EFFECT_START:
		start(w, x);
		break;
	case EFFECT_NOTIFY:
		deliver(w, x);
		break;
	case EFFECT_CANCEL:     /* nobody commands */
	case EFFECT_WRITE:
	case EFFECT_TOUCH:
	case EFFECT_REPLY:
		break;
	}
}

/*---------------------------------------------------------------- watching */

static void
first(int64_t *at, int64_t now)
{
	if (*at == INSTANT_NONE)
		*at = now;
}

static void
on_breach(struct world *w, const struct breach_row *b)
{
	if (!b->open)
		return;
	if (b->kind == ROOT_PHASE) {
		if (w->ret->phases[b->subject].late_at == INSTANT_NONE)
			w->ret->phases[b->subject].severity = b->severity;
		first(&w->ret->phases[b->subject].late_at, w->now.wall);
	} else if (b->kind == ROOT_ALARM) {
		first(&w->ret->alarms[b->subject], w->now.wall);
	}
}

static void
on_attempt(struct world *w, const struct attempt_row *a)
{
	struct played_recovery *r;

	if (a->recovery == NONE)
		return;
	r = &w->ret->recoveries[a->recovery];
	first(&r->began_at, a->intent_at);
	if (a->number > r->starts)
		r->starts = a->number;
	if (a->outcome == OUTCOME_RECOVERED)
		first(&r->recovered_at, w->now.wall);
}

static void
watch(struct world *w, const struct record *r)
{
	if (!r->dated || !is_ours(w, r->pipeline, r->date))
		return;
	switch (r->kind) {
	case RECORD_BREACH:
		on_breach(w, &r->u.breach);
		break;
	case RECORD_ATTEMPT:
		on_attempt(w, &r->u.attempt);
		break;
	case RECORD_PHASE:
		if (r->u.phase.state == PHASE_DONE)
			first(&w->ret->phases[r->subject].done_at,
			    w->now.wall);
		break;
	case RECORD_RECOVERY:
		w->ret->recoveries[r->subject].ended = r->u.recovery.ended;
		break;
	default:
		break;
	}
}

/*-------------------------------------------------------------------- steps */

static void
step(struct world *w, const struct event *e)
{
	const struct event tick = { .kind = EVENT_TICK };
	size_t i;

	/* a step looks at all of a date's checks */
	w->setup->prover->work_left -= w->graph.n_checks + 1;
	do {
		w->fx.n = 0;
		engine_step(w->engine, e, &w->now, &w->fx);
		for (i = 0; i < w->fx.n; i++)
			if (w->fx.v[i].kind == EFFECT_WRITE)
				watch(w, &w->fx.v[i].u.record);
		for (i = 0; i < w->fx.n; i++)
			perform(w, &w->fx.v[i]);
		e = &tick;
	} while (w->fx.more);
}

static void
set_time(struct world *w, int64_t wall)
{
	assert(wall >= w->now.wall);
	w->now.mono += wall - w->now.wall;
	w->now.boot = w->now.mono;
	w->now.wall = wall;
}

/* In the order in which it was asked, a millisecond later. */
static void
answer_all(struct world *w)
{
	while (w->n > 0 && w->setup->prover->work_left > 0) {
		struct event *asked = w->queue;
		size_t n = w->n, i;

		w->queue = NULL;
		w->n = w->cap = 0;
		set_time(w, w->now.wall + 1);
		for (i = 0; i < n; i++)
			step(w, &asked[i]);
		free(asked);
	}
}

static const struct run *
next_run(const struct world *w)
{
	const struct run *next = NULL;
	size_t i;

	for (i = 0; i < w->n_runs; i++)
		if (next == NULL || w->runs[i].ends_at < next->ends_at)
			next = &w->runs[i];
	return next;
}

static void
end_run(struct world *w, const struct run *r)
{
	struct event e = { .kind = EVENT_ENDED, .attempt = r->attempt };
	size_t at = (size_t)(r - w->runs);

	if (r->heals)
		first(&w->healed_at, w->now.wall);
	w->runs[at] = w->runs[--w->n_runs];
	e.u.ended.ok = true;
	step(w, &e);
}

/* To the next thing that happens; false: nothing does before the end. */
static bool
advance(struct world *w)
{
	const struct event tick = { .kind = EVENT_TICK };
	const struct run *r = next_run(w);
	int64_t next = w->fx.wake;

	if (r && (next == INSTANT_NONE || r->ends_at < next))
		next = r->ends_at;
	if (next == INSTANT_NONE || next > w->setup->until)
		return false;
	if (next > w->now.wall)
		set_time(w, next);
	if (r && r->ends_at <= w->now.wall)
		end_run(w, r);
	else
		step(w, &tick);
	return true;
}

/*--------------------------------------------------------------------- life */

/* Does a phase wait for one of the date before? */
static bool
looks_back(const struct graph *g, int32_t pipeline)
{
	int32_t i, k;

	for (i = 0; i < g->n_phases; i++)
		for (k = 0; k < g->phases[i].n_after; k++)
			if (g->phases[i].pipeline == pipeline &&
			    g->phases[i].after[k].date_offset != 0)
				return true;
	return false;
}

/* Everything has been met before, and the watch begins with the date, or the
 * one before it. */
static void
restore_met(struct world *w, enum record_kind kind, int32_t pipeline,
    int32_t subject)
{
	struct record r = { .kind = kind, .pipeline = pipeline,
		.subject = subject };

	r.u.met = (struct met_row){ .meeting = 1,
		.through = date_add(w->date, -2) };
	engine_restore(w->engine, &r);
}

static void
restore_date(struct world *w, int32_t pipeline, struct date date)
{
	struct record r = { .kind = RECORD_DATE, .pipeline = pipeline,
		.dated = true, .date = date, .subject = NONE };

	r.u.date_row = (struct date_row){ .anchor = INSTANT_NONE,
		.owed = w->graph.pipelines[pipeline].calendar == NONE ? 1 :
		    -1 };
	engine_restore(w->engine, &r);
}

static void
restore(struct world *w)
{
	const struct graph *g = &w->graph;
	struct record r;
	int32_t i;

	for (i = 0; i < g->n_pipelines; i++) {
		r = (struct record){ .kind = RECORD_PIPELINE, .pipeline = i,
			.subject = NONE };
		r.u.pipeline_row = (struct pipeline_row){ .known = true,
			.adopted_through = date_add(w->date, -2),
			.summary_told = true, .meeting = 1 };
		engine_restore(w->engine, &r);
	}
	for (i = 0; i < g->n_checks; i++)
		restore_met(w, RECORD_MET_CHECK, g->checks[i].pipeline, i);
	for (i = 0; i < g->n_gates; i++)
		restore_met(w, RECORD_MET_GATE, g->gates[i].pipeline, i);
	for (i = 0; i < g->n_phases; i++)
		restore_met(w, RECORD_MET_PHASE, g->phases[i].pipeline, i);
	for (i = 0; i < g->n_pipelines; i++) {
		if (w->before)
			restore_date(w, i, date_add(w->date, -1));
		restore_date(w, i, w->date);
	}
}

static void
begin(struct world *w)
{
	const struct event resumed = { .kind = EVENT_RESUMED };
	const struct prover *p = w->setup->prover;
	struct engine_limits limits;
	struct diag told;

	w->date = p->stages[w->setup->pipeline].date;
	w->before = looks_back(p->graph, w->setup->pipeline);
	copy_graph(w, p->graph);
	diag_init(&told);       /* gates.c speaks of those it can't ask */
	w->gates = gates_new(p->conf, &told);
	diag_free(&told);
	engine_limits_default(&w->graph, &limits);
	w->memory = malloc(engine_size(&w->graph, &limits));
	w->fx = (struct effects){ .cap = EFFECTS_CAP,
		.v = calloc(EFFECTS_CAP, sizeof *w->fx.v) };
	if (w->memory == NULL || w->fx.v == NULL)
		abort();
	w->engine = engine_init(w->memory, &w->graph, &limits);
	w->now = (struct now){ .boot_id = 1,
		.wall = p->stages[w->setup->pipeline].begin };
	if (w->setup->from > w->now.wall)
		w->now.wall = w->setup->from;
	w->healed_at = INSTANT_NONE;
	restore(w);
	step(w, &resumed);
}

static void
end(struct world *w)
{
	size_t i;

	gates_free(w->gates);
	for (i = 0; i < ARRAY_SIZE(w->copies); i++)
		free(w->copies[i]);
	free(w->memory);
	free(w->fx.v);
	free(w->queue);
	free(w->runs);
}

static void
make_room(struct play *ret, const struct graph *g)
{
	int32_t i;

	*ret = (struct play){
		.phases = calloc((size_t)g->n_phases + 1,
		    sizeof *ret->phases),
		.recoveries = calloc((size_t)g->n_recoveries + 1,
		    sizeof *ret->recoveries),
		.alarms = calloc((size_t)g->n_gates + 1,
		    sizeof *ret->alarms) };
	if (ret->phases == NULL || ret->recoveries == NULL ||
	    ret->alarms == NULL)
		abort();
	for (i = 0; i < g->n_phases; i++)
		ret->phases[i] = (struct played_phase){
			.late_at = INSTANT_NONE, .done_at = INSTANT_NONE };
	for (i = 0; i < g->n_recoveries; i++)
		ret->recoveries[i].began_at =
		    ret->recoveries[i].recovered_at = INSTANT_NONE;
	for (i = 0; i < g->n_gates; i++)
		ret->alarms[i] = INSTANT_NONE;
}

bool
play(struct play *ret, const struct play_setup *setup)
{
	const struct graph *g = setup->prover->graph;
	struct world w = { .setup = setup, .ret = ret };
	int32_t healer = setup->healer;

	make_room(ret, g);
	/* each check is measured twice at least */
	if (setup->prover->work_left < 2 * (int64_t)g->n_checks *
	    g->n_checks)
		return false;
	begin(&w);
	do {
		answer_all(&w);
		if (healer != NONE && ret->recoveries[healer].recovered_at !=
		    INSTANT_NONE)
			break;
	} while (setup->prover->work_left > 0 && advance(&w));
	if (healer != NONE)
		ret->recoveries[healer].why = engine_read_recovery(w.engine,
		    healer, w.date, &w.now, NULL);
	end(&w);
	return setup->prover->work_left > 0;
}

void
play_free(struct play *p)
{
	free(p->phases);
	free(p->recoveries);
	free(p->alarms);
	*p = (struct play){ 0 };
}

void
play_dues(struct prover *p, int32_t pipeline)
{
	const struct stage *s = &p->stages[pipeline];
	const struct play_setup setup = { .prover = p, .pipeline = pipeline,
		.healer = NONE, .from = s->begin, .until = s->begin };
	struct play none;
	struct world w = { .setup = &setup, .ret = &none };
	int32_t i;

	make_room(&none, p->graph);
	begin(&w);
	for (i = 0; i < p->graph->n_checks; i++)
		if (p->graph->checks[i].pipeline == pipeline)
			p->checks[i].due = engine_check_due(w.engine, i,
			    s->date);
	end(&w);
	play_free(&none);
}
