/* SPDX-License-Identifier: BSD-2-Clause
 *
 * engine-world.c -- a world for the engine: how a test makes one, what it
 * says will happen in it, and how it looks at what did.
 *
 * What happens is in engine-world-run.c, what its gates say in
 * engine-world-gates.c, the sample's pipeline in nba-world.c.
 */
#include "engine-world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EFFECTS = 2048 };

/*------------------------------------------------------------ construction */

struct world *
world_new(void)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	w->pipeline = (struct pipeline_def){ .name = "nba",
		.day_ends_s = 4 * 3600, .mode = MODE_ENFORCE,
		.calendar = NONE, .watch_days = 4,
		.act_within_ms = 3 * DAY, .settle_ms = 6 * HOUR };
	zone_utc(&w->pipeline.zone);
	w->graph = (struct graph){ .pipelines = &w->pipeline,
		.n_pipelines = 1, .checks = w->checks, .gates = w->gates,
		.phases = w->phases, .actions = w->actions,
		.recoveries = w->recoveries, .breakers = w->breakers };
	w->now = (struct now){ jan(13, 4, 0), 1000, 1000, 1 };
	w->out.cap = EFFECTS;
	w->out.v = calloc(EFFECTS, sizeof *w->out.v);
	w->queue = calloc(W_QUEUE, sizeof *w->queue);
	w->queued_at = calloc(W_QUEUE, sizeof *w->queued_at);
	w->wake = INSTANT_NONE;
	w->expected = 1;
	assert_true(w->out.v && w->queue && w->queued_at);
	return w;
}

void
world_begin(struct world *w)
{
	w->pipeline.n_phases = w->graph.n_phases;
	if (w->limits.dates == 0)
		engine_limits_default(&w->graph, &w->limits);
	w->memory = malloc(engine_size(&w->graph, &w->limits));
	assert_non_null(w->memory);
	w->engine = engine_init(w->memory, &w->graph, &w->limits);
}

void
world_go(struct world *w)
{
	world_begin(w);
	world_resume(w);
}

void
world_free(struct world *w)
{
	free(w->memory);
	free(w->rows);
	free(w->out.v);
	free(w->queue);
	free(w->queued_at);
	free(w);
}

int
world_teardown(void **state)
{
	world_free(*state);
	return 0;
}

static int32_t *
keep_list(struct world *w, const int32_t *v, int32_t n)
{
	int32_t *list = w->lists[w->n_lists++];

	assert_true(n <= W_LIST && w->n_lists <= 64);
	memcpy(list, v, (size_t)n * sizeof *v);
	return list;
}

int32_t
world_check(struct world *w, const char *name)
{
	int32_t i = w->graph.n_checks++;

	assert_true(i < W_CHECKS);
	w->checks[i] = (struct check_def){ .name = name, .item = name,
		.limits = { .fail_below = { LIMIT_ABSOLUTE, 1 } },
		.confirm = 2, .every_ms = 10 * MINUTE,
		.patience_ms = HOUR };
	return i;
}

int32_t
world_coverage(struct world *w, const char *name)
{
	int32_t i = world_check(w, name);

	w->checks[i].limits = (struct limits){
		.fail_below = { LIMIT_PERCENT, 100 }, .over = RESULT_WARN };
	return i;
}

int32_t
world_gate(struct world *w, const char *name, enum gate_kind kind,
    const int32_t *inputs, int32_t n)
{
	int32_t i = w->graph.n_gates++;

	assert_true(i < W_GATES);
	w->gates[i] = (struct gate_def){ .name = name, .mode = MODE_ENFORCE,
		.inputs = keep_list(w, inputs, n), .n_inputs = n };
	w->answers[i].kind = (unsigned)kind;
	return i;
}

int32_t
world_phase(struct world *w, const char *name, int32_t after)
{
	int32_t i = w->graph.n_phases++;

	assert_true(i < W_PHASES);
	w->edges[i][0] = (struct edge_def){ after, 0 };
	w->phases[i] = (struct phase_def){ .name = name, .start = NONE,
		.after = w->edges[i], .n_after = after == NONE ? 0 : 1,
		.done_kind = DONE_EXIT, .severity = SEVERITY_WARNING,
		.retry = { .attempts = 1, .initial_ms = MINUTE,
		    .max_ms = HOUR, .multiplier = 2 },
		.verify_within_ms = 10 * MINUTE, .permit_ms = 15 * MINUTE };
	return i;
}

void
world_done_checks(struct world *w, int32_t phase, const int32_t *checks,
    int32_t n)
{
	w->phases[phase].done_kind = DONE_CHECKS;
	w->phases[phase].done_checks = keep_list(w, checks, n);
	w->phases[phase].n_done_checks = n;
}

void
world_done_gate(struct world *w, int32_t phase, int32_t gate)
{
	w->phases[phase].done_kind = DONE_GATE;
	w->phases[phase].done_gate = gate;
}

void
world_guard(struct world *w, int32_t phase, int32_t gate)
{
	w->phases[phase].guards = keep_list(w, &gate, 1);
	w->phases[phase].n_guards = 1;
}

int32_t
world_action(struct world *w, const char *name, world_act_fn *act)
{
	int32_t i = w->graph.n_actions++;

	assert_true(i < W_ACTIONS);
	w->actions[i] = (struct action_def){ .name = name,
		.idempotent = true, .breaker = NONE };
	w->act[i] = act;
	w->takes[i] = 30000;
	return i;
}

int32_t
world_recovery(struct world *w, const char *name, int32_t action,
    const int32_t *repairs, int32_t n)
{
	int32_t i = w->graph.n_recoveries++;

	assert_true(i < W_RECOVERIES);
	w->recoveries[i] = (struct recovery_def){ .name = name,
		.action = action, .repairs = keep_list(w, repairs, n),
		.n_repairs = n, .no_effect_limit = 2, .mode = MODE_ENFORCE,
		.retry = { .attempts = 4, .initial_ms = 5 * MINUTE,
		    .max_ms = HOUR, .multiplier = 2 },
		.verify_after_ms = MINUTE, .verify_every_ms = MINUTE,
		.verify_within_ms = 20 * MINUTE };
	return i;
}

/*------------------------------------------------------------------- facts */

static void
add_fact(struct world *w, struct world_fact f)
{
	assert_true(w->n_facts < W_FACTS);
	w->facts[w->n_facts++] = f;
}

void
world_fact(struct world *w, int32_t check, struct date date, int64_t at,
    double value, double expected)
{
	add_fact(w, (struct world_fact){ check, date, at, true, false, value,
	    expected });
}

void
world_untold(struct world *w, int32_t check, struct date date, int64_t at,
    bool fault)
{
	add_fact(w, (struct world_fact){ check, date, at, false, fault, NAN,
	    NAN });
}

/*----------------------------------------------------------------- looking */

const struct attempt_row *
world_attempt(const struct world *w, int32_t phase, int32_t recovery,
    struct date date, int32_t n)
{
	const struct attempt_row *a;
	struct record where;
	int32_t i;

	for (i = 0; (a = engine_attempt_at(w->engine, i, &where)); i++)
		if (a->phase == phase && a->recovery == recovery &&
		    where.date.day == date.day && n-- == 0)
			return a;
	return NULL;
}

int32_t
world_attempts(const struct world *w, int32_t phase, int32_t recovery,
    struct date date)
{
	int32_t n = 0;

	while (world_attempt(w, phase, recovery, date, n))
		n++;
	return n;
}

enum phase_state
world_state(const struct world *w, int32_t phase, struct date date)
{
	const struct phase_row *row = engine_phase(w->engine, phase, date);

	return row ? row->state : PHASE_PENDING;
}

uint32_t
world_marks(const struct world *w, int32_t phase, struct date date)
{
	const struct phase_row *row = engine_phase(w->engine, phase, date);

	return row ? row->marks : 0;
}

struct phase_reading
world_reading(const struct world *w, int32_t phase, struct date date)
{
	struct phase_reading r;

	assert_true(engine_read_phase(w->engine, phase, date, &w->now, &r));
	return r;
}

size_t
world_row(const struct world *w, bool fits(const struct record *,
    const void *), const void *arg)
{
	size_t i;

	for (i = w->n_rows; i > 0; i--)
		if (fits(&w->rows[i - 1], arg))
			return i - 1;
	return SIZE_MAX;
}

static bool
about(const struct world_told *t, enum root_kind kind, int32_t root,
    struct date date)
{
	return t->root_kind == kind && (root == NONE || t->root == root) &&
	    (kind == ROOT_ADOPTION || t->date.day == date.day);
}

const struct world_told *
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
