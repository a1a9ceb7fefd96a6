/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bench-engine.c -- engine steps per second, by the size of the graph.
 *
 * A pipeline of one chain of observed phases, each with one check of its
 * own, on one date that runs. Measurements arrive one by one, each changed
 * from the one before, so that every step judges, writes a row and settles
 * the date. Steps of a small graph are the other side of the ratio: what a
 * step costs per node of its date.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "engine/engine.h"
#include "timing.h"

static const int64_t start = 1768276800000;     /* 2026-01-13 04:00 UTC */
static const int64_t day_ms = 86400000;

struct chain {
	int32_t n;
	struct pipeline_def pipeline;
	struct phase_def *phases;
	struct edge_def *edges;
	struct check_def *checks;
	int32_t *numbers;
	struct graph graph;
	void *memory;
	struct engine *engine;
	struct effects out;
	struct now now;
	uint64_t steps;
};

static void
make_phase(struct chain *c, int32_t i)
{
	c->numbers[i] = i;
	c->edges[i] = (struct edge_def){ .phase = i - 1 };
	c->checks[i] = (struct check_def){ .name = "check", .confirm = 1,
		.limits = { .fail_below = { LIMIT_ABSOLUTE, 1 } },
		.every_ms = 600000, .patience_ms = day_ms };
	c->phases[i] = (struct phase_def){ .name = "phase",
		.after = &c->edges[i], .n_after = i > 0,
		.done_kind = DONE_CHECKS, .done_checks = &c->numbers[i],
		.n_done_checks = 1, .done_gate = NONE, .start = NONE };
}

static void
chain_make(struct chain *c, int32_t n)
{
	struct engine_limits limits;
	int32_t i;

	*c = (struct chain){ .n = n, .now = { start, 0, 0, 1 },
		.out = { .cap = 65536 } };
	c->phases = calloc((size_t)n, sizeof *c->phases);
	c->edges = calloc((size_t)n, sizeof *c->edges);
	c->checks = calloc((size_t)n, sizeof *c->checks);
	c->numbers = calloc((size_t)n, sizeof *c->numbers);
	c->out.v = calloc(c->out.cap, sizeof *c->out.v);
	assert(c->phases && c->edges && c->checks && c->numbers && c->out.v);
	for (i = 0; i < n; i++)
		make_phase(c, i);
	c->pipeline = (struct pipeline_def){ .name = "bench",
		.calendar = NONE, .watch_days = 1, .act_within_ms = day_ms,
		.n_phases = n };
	zone_utc(&c->pipeline.zone);
	c->graph = (struct graph){ .pipelines = &c->pipeline,
		.n_pipelines = 1, .phases = c->phases, .n_phases = n,
		.checks = c->checks, .n_checks = n };
	engine_limits_default(&c->graph, &limits);
	c->memory = malloc(engine_size(&c->graph, &limits));
	assert(c->memory);
	c->engine = engine_init(c->memory, &c->graph, &limits);
}

static void
chain_free(struct chain *c)
{
	free(c->phases);
	free(c->edges);
	free(c->checks);
	free(c->numbers);
	free(c->out.v);
	free(c->memory);
}

static void
step(struct chain *c, const struct event *ev)
{
	struct event tick = { .kind = EVENT_TICK };

	do {
		c->out.n = 0;
		engine_step(c->engine, ev, &c->now, &c->out);
		c->steps++;
		ev = &tick;
	} while (c->out.more);
}

/* One measurement; the check was asked for it. */
static void
measure(struct chain *c, int32_t check, struct date date, double value)
{
	struct event ev = { .kind = EVENT_MEASURED, .date = date,
		.subject = check };

	ev.u.measured = (struct measurement){ .told = true, .stated = NONE,
		.value = value, .expected = NAN, .missing = -1, .extra = -1,
		.anchor = INSTANT_NONE, .id = 1, .began = c->now };
	step(c, &ev);
}

/* All checks become due again, and are answered in turn. */
static void
round_of(struct chain *c, int round)
{
	struct event tick = { .kind = EVENT_TICK };
	struct date dates[8];
	int32_t i, j, n;

	c->now.wall += 600000;
	c->now.mono += 600000;
	c->now.boot += 600000;
	step(c, &tick);
	n = engine_dates(c->engine, 0, dates, 8);
	for (j = 0; j < n && j < 8; j++)
		for (i = 0; i < c->n; i++)
			measure(c, i, dates[j], 1 + round % 2);
}

static void
run(int32_t n)
{
	struct event resumed = { .kind = EVENT_RESUMED };
	struct chain c;
	char name[64];
	double t, cpu;
	int round = 0;

	chain_make(&c, n);
	step(&c, &resumed);
	round_of(&c, 0);
	c.steps = 0;
	t = seconds();
	cpu = cpu_seconds();
	while (seconds() - t < 1)
		round_of(&c, ++round);
	(void)snprintf(name, sizeof name, "engine step, %d phases", n);
	figure(name, (double)c.steps / (seconds() - t), "1/s");
	(void)snprintf(name, sizeof name, "per phase of the date, %d phases",
	    n);
	figure(name, (cpu_seconds() - cpu) / (double)c.steps / n * 1e9,
	    "ns");
	chain_free(&c);
}

int
main(void)
{
	run(10);
	run(100);
	run(1000);
	return 0;
}
