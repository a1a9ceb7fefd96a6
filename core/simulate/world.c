/* SPDX-License-Identifier: BSD-2-Clause
 *
 * world.c -- the engine in a world of recorded facts, under a virtual clock.
 *
 * The loop of the supervisor without the supervisor: an event is stepped,
 * its rows go to the tape, then what it asked for is done. Measurements and
 * verdicts are answered one millisecond after they were asked for, as the
 * daemon's virtual clock has it, so that "after" stays true and nothing
 * turns in one instant for ever. Otherwise time jumps to the next timer or
 * the next end of a run.
 *
 * The watch begins with the first date as if it had been going on before:
 * nothing is adopted, no summary is told. A message is delivered at once.
 *
 * Deterministic: nothing here depends on addresses, real time or chance.
 */
#include "simulate/world.h"

#include <assert.h>
#include <stdlib.h>

#include "base/json.h"
#include "simulate/answers.h"
#include "simulate/gates.h"
#include "simulate/runs.h"
#include "simulate/script.h"
#include "simulate/tape.h"

enum { EFFECTS_CAP = 4096, TIME_EVERY = 4096 };

struct queued {
	struct event event;
	int64_t asked;          /* wall */
};

struct world {
	struct world_setup setup;
	struct scenario_action *unmodelled;     /* by action */
	const struct scenario_action **models;  /* by action: as it is now */
	struct script *script;
	size_t next_stop;
	struct answers *answers;
	struct gates *gates;
	struct tape *tape;
	struct runs runs;
	void *memory;
	struct engine *engine;
	struct effects fx;
	struct now now;
	int64_t begin, wake;
	int32_t n_dates;
	json_t **said;          /* [gate][date]; owned */

	struct queued *queue;   /* a ring */
	size_t first, n, cap;
	uint64_t steps, evaluations, starts;
};

/*------------------------------------------------------------------- queue */

static void
grow(struct world *w)
{
	size_t cap = w->cap ? 2 * w->cap : 1024, i;
	struct queued *v = reallocarray(NULL, cap, sizeof *v);

	if (v == NULL)
		abort();
	for (i = 0; i < w->n; i++)
		v[i] = w->queue[(w->first + i) % w->cap];
	free(w->queue);
	w->queue = v;
	w->first = 0;
	w->cap = cap;
}

static void
put(struct world *w, const struct event *e)
{
	if (w->n == w->cap)
		grow(w);
	w->queue[(w->first + w->n++) % w->cap] = (struct queued){ *e,
		w->now.wall };
}

static bool
take(struct world *w, struct queued *ret)
{
	if (w->n == 0)
		return false;
	*ret = w->queue[w->first];
	w->first = (w->first + 1) % w->cap;
	w->n--;
	return true;
}

/*-------------------------------------------------------------- performing */

static json_t **
said_at(const struct world *w, int32_t gate, struct date date)
{
	int32_t day = date.day - w->setup.from.day;

	return day < 0 || day >= w->n_dates ? NULL :
	    &w->said[(size_t)gate * (size_t)w->n_dates + (size_t)day];
}

static void
measure(struct world *w, const struct effect *x)
{
	struct event e = { .kind = EVENT_MEASURED, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };

	e.u.measured = answers_measure(w->answers, w->engine, x->subject,
	    x->date, &w->now);
	put(w, &e);
}

static void
evaluate(struct world *w, const struct effect *x)
{
	struct event e = { .kind = EVENT_VERDICT, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	json_t **keep = said_at(w, x->subject, x->date), *said;

	w->evaluations++;
	e.u.verdict = gates_ask(w->gates, w->engine, x->subject, x->date,
	    x->u.evaluate.revision, &w->now, &said);
	if (keep) {
		json_decref(*keep);
		*keep = said;
	} else {
		json_decref(said);
	}
	put(w, &e);
}

static void
start(struct world *w, const struct effect *x)
{
	const struct conf *c = w->setup.conf;
	uint64_t id = x->u.start.attempt;
	const struct attempt_row *row = engine_attempt(w->engine, id);
	struct event e = { .kind = EVENT_STARTED, .attempt = id };
	int32_t instance;

	assert(row != NULL);
	instance = c->graph.actions[row->action].instance;
	w->starts++;
	runs_add(&w->runs, (struct run){ .attempt = id, .date = x->date,
		.phase = row->phase, .model = w->models[row->action] },
	    c->instances[instance].timeout_ms, w->now.wall);
	put(w, &e);
}

static struct event
end_of(struct world *w, const struct run *r, bool cancelled)
{
	struct event e = { .kind = EVENT_ENDED, .attempt = r->attempt };

	if (cancelled || r->overdue) {
		e.u.ended.failure = FAILURE_FAULT;
		return e;
	}
	answers_after_run(w->answers, r->model, r->phase, r->date,
	    w->now.wall);
	e.u.ended.ok = r->model->ends == RUN_DONE;
	e.u.ended.failure = r->model->ends == RUN_DONE ? FAILURE_NONE :
	    r->model->ends == RUN_TRANSIENT ? FAILURE_TRANSIENT :
	    FAILURE_PERMANENT;
	return e;
}

static void
cancel(struct world *w, uint64_t attempt)
{
	struct event e;
	struct run r;

	if (!runs_cancel(&w->runs, attempt, &r))
		return;
	e = end_of(w, &r, true);
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
	case EFFECT_CANCEL:
		cancel(w, x->u.start.attempt);
		break;
	case EFFECT_NOTIFY:
		deliver(w, x);
		break;
	case EFFECT_REPLY:
		script_replied(w->script, x, w->now.wall);
		break;
	case EFFECT_WRITE:
	case EFFECT_TOUCH:
		break;
	}
}

/*-------------------------------------------------------------------- steps */

static void
record(struct world *w)
{
	const struct record *r;
	size_t i;

	for (i = 0; i < w->fx.n; i++) {
		if (w->fx.v[i].kind != EFFECT_WRITE)
			continue;
		r = &w->fx.v[i].u.record;
		tape_write(w->tape, r, w->now.wall, r->kind == RECORD_GATE ?
		    world_said(w, r->subject, r->date) : NULL);
	}
}

static void
step(struct world *w, const struct event *e, const struct world_watch *watch)
{
	const struct event tick = { .kind = EVENT_TICK };
	size_t i;

	do {
		w->fx.n = 0;
		engine_step(w->engine, e, &w->now, &w->fx);
		w->wake = w->fx.wake;
		w->steps++;
		record(w);
		watch->step(watch->arg, w, &w->fx);
		for (i = 0; i < w->fx.n; i++)
			perform(w, &w->fx.v[i]);
		e = &tick;
	} while (w->fx.more);
}

static void
set_time(struct world *w, int64_t wall)
{
	assert(wall >= w->now.wall);
	w->now.wall = wall;
	w->now.mono = w->now.boot = wall - w->begin;
}

/* Everything that was asked is answered. */
static void
answer_all(struct world *w, const struct world_watch *watch)
{
	struct queued q;

	while (take(w, &q)) {
		if (q.asked + 1 > w->now.wall)
			set_time(w, q.asked + 1);
		if (q.event.kind == EVENT_MEASURED)
			engine_waive(w->engine, q.event.subject,
			    q.event.date, NULL, 0, true, NULL,
			    &q.event.u.measured);
		step(w, &q.event, watch);
	}
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a == INSTANT_NONE || (b != INSTANT_NONE && b < a) ? b : a;
}

/* Somebody looks, and nothing happens. */
static bool
stop_at(struct world *w, const struct world_watch *watch, int64_t next)
{
	int64_t at = watch->stop && w->next_stop < watch->n_stops ?
	    watch->stops[w->next_stop] : INSTANT_NONE;

	if (at == INSTANT_NONE || at > w->setup.until || (next !=
	    INSTANT_NONE && at >= next))
		return false;
	w->next_stop++;
	if (at > w->now.wall)
		set_time(w, at);
	watch->stop(watch->arg, w, at);
	return true;
}

/* An event of the scenario that is due. */
static bool
happen(struct world *w, const struct world_watch *watch)
{
	const struct scenario_action *model = NULL;
	struct event e;

	switch (script_take(w->script, w->engine, &w->now, &e, &model)) {
	case SCRIPT_NOTHING:
		return false;
	case SCRIPT_COMMAND:
		step(w, &e, watch);
		break;
	case SCRIPT_MODEL:
		w->models[model->action] = model;
		break;
	case SCRIPT_DONE:
		break;
	}
	return true;
}

/* To the next thing that happens; false: nothing does before the end. */
static bool
advance(struct world *w, const struct world_watch *watch)
{
	const struct event tick = { .kind = EVENT_TICK };
	int64_t next = sooner(sooner(w->wake, runs_next(&w->runs)),
	    script_next(w->script));
	struct event e;
	struct run r;

	if (stop_at(w, watch, next))
		return true;
	if (next == INSTANT_NONE || next > w->setup.until)
		return false;
	if (next > w->now.wall)
		set_time(w, next);
	if (happen(w, watch))
		return true;
	if (!runs_take(&w->runs, w->now.wall, &r)) {
		step(w, &tick, watch);
		return true;
	}
	e = end_of(w, &r, false);
	step(w, &e, watch);
	return true;
}

static void
restore_met(struct world *w, enum record_kind kind, int32_t pipeline,
    int32_t subject)
{
	struct record r = { .kind = kind, .pipeline = pipeline,
		.subject = subject };

	r.u.met = (struct met_row){ .meeting = 1,
		.through = date_add(w->setup.from, -1) };
	engine_restore(w->engine, &r);
}

/* Everything in them has been met before. */
static void
restore_parts(struct world *w)
{
	const struct graph *g = &w->setup.conf->graph;
	int32_t i;

	for (i = 0; i < g->n_checks; i++)
		restore_met(w, RECORD_MET_CHECK, g->checks[i].pipeline, i);
	for (i = 0; i < g->n_gates; i++)
		restore_met(w, RECORD_MET_GATE, g->gates[i].pipeline, i);
	for (i = 0; i < g->n_phases; i++)
		restore_met(w, RECORD_MET_PHASE, g->phases[i].pipeline, i);
}

/* The pipelines are known, and their first date is the first watched. */
static void
restore(struct world *w)
{
	const struct graph *g = &w->setup.conf->graph;
	struct record r;
	int32_t i;

	for (i = 0; i < g->n_pipelines; i++) {
		r = (struct record){ .kind = RECORD_PIPELINE, .pipeline = i,
			.subject = NONE };
		r.u.pipeline_row = (struct pipeline_row){ .known = true,
			.adopted_through = date_add(w->setup.from, -1),
			.summary_told = true, .meeting = 1 };
		engine_restore(w->engine, &r);
	}
	restore_parts(w);
	for (i = 0; i < g->n_pipelines; i++) {
		r = (struct record){ .kind = RECORD_DATE, .pipeline = i,
			.dated = true, .date = w->setup.from,
			.subject = NONE };
		r.u.date_row = (struct date_row){
			.owed = g->pipelines[i].calendar == NONE ? 1 : -1,
			.anchor = INSTANT_NONE };
		engine_restore(w->engine, &r);
	}
}

void
world_run(struct world *w, const struct world_watch *watch)
{
	const struct event resumed = { .kind = EVENT_RESUMED };
	uint64_t shown = 0;

	restore(w);
	step(w, &resumed, watch);
	do {
		answer_all(w, watch);
		if (watch->time && w->steps - shown >= TIME_EVERY) {
			watch->time(watch->time_arg, w->now.wall);
			shown = w->steps;
		}
	} while (advance(w, watch));
	if (w->setup.until > w->now.wall)
		set_time(w, w->setup.until);
}

/*-------------------------------------------------------------------- life */

static void
make_models(struct world *w)
{
	const struct graph *g = &w->setup.conf->graph;
	const struct scenario_action *a;
	int32_t i;

	w->models = calloc((size_t)g->n_actions + 1, sizeof *w->models);
	w->unmodelled = calloc((size_t)g->n_actions + 1,
	    sizeof *w->unmodelled);
	if (w->models == NULL || w->unmodelled == NULL)
		abort();
	for (i = 0; i < g->n_actions; i++) {
		a = scenario_action(w->setup.scenario, i);
		w->unmodelled[i] = (struct scenario_action){ .action = i,
			.takes_ms = 60000 };
		w->models[i] = a ? a : &w->unmodelled[i];
	}
}

/* Where the first date begins, in the zone that is furthest ahead. */
static int64_t
beginning(const struct graph *g, struct date from)
{
	int64_t first = INSTANT_NONE, at;
	int32_t i;

	for (i = 0; i < g->n_pipelines; i++) {
		at = day_begin(&g->pipelines[i].zone, from);
		if (first == INSTANT_NONE || at < first)
			first = at;
	}
	return first == INSTANT_NONE ? 0 : first;
}

static void
make_engine(struct world *w)
{
	const struct graph *g = &w->setup.conf->graph;
	struct engine_limits limits;

	engine_limits_default(g, &limits);
	w->memory = malloc(engine_size(g, &limits));
	w->fx = (struct effects){ .cap = EFFECTS_CAP,
		.v = calloc(EFFECTS_CAP, sizeof *w->fx.v) };
	if (w->memory == NULL || w->fx.v == NULL)
		abort();
	w->engine = engine_init(w->memory, g, &limits);
}

struct world *
world_new(const struct world_setup *setup, struct diag *diag)
{
	enum { DAY_MS = 86400000 };
	const struct graph *g = &setup->conf->graph;
	struct world *w = calloc(1, sizeof *w);
	size_t errors = diag->errors;

	if (w == NULL)
		abort();
	w->setup = *setup;
	w->begin = beginning(g, setup->from);
	if (setup->begin != INSTANT_NONE && setup->begin > w->begin)
		w->begin = setup->begin;
	w->n_dates = setup->until <= w->begin ? 1 :
	    (int32_t)((setup->until - beginning(g, setup->from)) /
	    DAY_MS) + 3;
	w->now = (struct now){ .wall = w->begin, .boot_id = 1 };
	w->wake = INSTANT_NONE;
	w->said = calloc((size_t)g->n_gates * (size_t)w->n_dates + 1,
	    sizeof(json_t *));
	if (w->said == NULL)
		abort();
	make_models(w);
	w->script = script_new(setup->conf, setup->scenario, w->begin);
	make_engine(w);
	w->tape = tape_new(g);
	w->answers = answers_new(setup->conf, setup->scenario, setup->facts,
	    setup->from, w->n_dates, diag);
	w->gates = gates_new(setup->conf, diag);
	if (diag->errors > errors) {
		world_free(w);
		return NULL;
	}
	return w;
}

void
world_free(struct world *w)
{
	size_t n, i;

	if (w == NULL)
		return;
	n = (size_t)w->setup.conf->graph.n_gates * (size_t)w->n_dates;
	for (i = 0; i < n; i++)
		json_decref(w->said[i]);
	free(w->said);
	answers_free(w->answers);
	gates_free(w->gates);
	tape_free(w->tape);
	runs_free(&w->runs);
	free(w->models);
	free(w->unmodelled);
	script_free(w->script);
	free(w->queue);
	free(w->fx.v);
	free(w->memory);
	free(w);
}

/*----------------------------------------------------------------- looking */

const struct conf *
world_conf(const struct world *w)
{
	return w->setup.conf;
}

const struct engine *
world_engine(const struct world *w)
{
	return w->engine;
}

const struct now *
world_now(const struct world *w)
{
	return &w->now;
}

const json_t *
world_said(const struct world *w, int32_t gate, struct date date)
{
	json_t **at = said_at(w, gate, date);

	return at ? *at : NULL;
}

bool
world_models(const struct world *w, int32_t action)
{
	return w->models[action] != &w->unmodelled[action];
}

bool
world_reply(const struct world *w, int32_t event, enum reply_code *ret)
{
	return script_reply(w->script, event, ret);
}

void
world_counts(const struct world *w, struct world_counts *ret)
{
	*ret = (struct world_counts){ .steps = w->steps,
		.measurements = answers_given(w->answers),
		.evaluations = w->evaluations, .starts = w->starts,
		.events = tape_events(w->tape), .hash = tape_hash(w->tape),
		.gates_unknown = gates_unknown(w->gates) };
}

uint64_t
world_assumed(const struct world *w, int32_t check)
{
	return answers_assumed(w->answers, check);
}
