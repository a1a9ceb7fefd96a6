/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bench-engine.c -- what an engine step costs, by the size of the graph.
 *
 * A pipeline of observed phases, each with one check of its own, on one date
 * that runs: chains of ten, all of them beside each other (wide), or one
 * chain (long). Measurements arrive one by one. Those that read as before
 * are the commonest event there is; those that read otherwise, while they
 * come to the same, write a row; those that turn from bad to good move the
 * phase of the check, and what comes after it looks.
 *
 * The figure is a measurement's step, with its share of the one that asked
 * for it. What an event doesn't touch must cost nothing: those of 10 and of
 * 10 000 phases are two sides of a ratio. The part that grows with the
 * memory that a graph takes (a step of it is not in the cache) is in it.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "engine/engine.h"
#include "timing.h"

static const int64_t start = 1768276800000;     /* 2026-01-13 04:00 UTC */
static const int64_t day_ms = 86400000;

enum { EVERY_MS = 600000, GROUP = 10, DATES = 8 };

enum event_sort { SAME, VALUE, TURNS };

struct bench {
	int32_t n, chain;       /* phases; so many after each other */
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
	uint64_t measured;
};

static void
make_phase(struct bench *b, int32_t i)
{
	b->numbers[i] = i;
	b->edges[i] = (struct edge_def){ .phase = i - 1 };
	b->checks[i] = (struct check_def){ .name = "check", .confirm = 1,
		.limits = { .fail_below = { LIMIT_ABSOLUTE, 1 } },
		.every_ms = EVERY_MS, .patience_ms = day_ms };
	b->phases[i] = (struct phase_def){ .name = "phase",
		.after = &b->edges[i], .n_after = i % b->chain != 0,
		.done_kind = DONE_CHECKS, .done_checks = &b->numbers[i],
		.n_done_checks = 1, .done_gate = NONE, .start = NONE,
		.no_return_runs = 5 };
}

static void
bench_make(struct bench *b, int32_t n, int32_t chain)
{
	struct engine_limits limits;
	int32_t i;

	*b = (struct bench){ .n = n, .chain = chain,
		.now = { start, 0, 0, 1 }, .out = { .cap = 65536 } };
	b->phases = calloc((size_t)n, sizeof *b->phases);
	b->edges = calloc((size_t)n, sizeof *b->edges);
	b->checks = calloc((size_t)n, sizeof *b->checks);
	b->numbers = calloc((size_t)n, sizeof *b->numbers);
	b->out.v = calloc(b->out.cap, sizeof *b->out.v);
	assert(b->phases && b->edges && b->checks && b->numbers && b->out.v);
	for (i = 0; i < n; i++)
		make_phase(b, i);
	b->pipeline = (struct pipeline_def){ .name = "bench",
		.calendar = NONE, .watch_days = 1, .act_within_ms = day_ms,
		.n_phases = n };
	zone_utc(&b->pipeline.zone);
	b->graph = (struct graph){ .pipelines = &b->pipeline,
		.n_pipelines = 1, .phases = b->phases, .n_phases = n,
		.checks = b->checks, .n_checks = n };
	engine_limits_default(&b->graph, &limits);
	b->memory = malloc(engine_size(&b->graph, &limits));
	assert(b->memory);
	b->engine = engine_init(b->memory, &b->graph, &limits);
}

static void
bench_free(struct bench *b)
{
	free(b->phases);
	free(b->edges);
	free(b->checks);
	free(b->numbers);
	free(b->out.v);
	free(b->memory);
}

static void
step(struct bench *b, const struct event *ev)
{
	struct event tick = { .kind = EVENT_TICK };

	do {
		b->out.n = 0;
		engine_step(b->engine, ev, &b->now, &b->out);
		ev = &tick;
	} while (b->out.more);
}

/* One measurement; the check was asked for it. */
static void
measure(struct bench *b, int32_t check, struct date date, double value)
{
	struct event ev = { .kind = EVENT_MEASURED, .date = date,
		.subject = check };

	ev.u.measured = (struct measurement){ .told = true, .stated = NONE,
		.value = value, .expected = NAN, .missing = -1, .extra = -1,
		.anchor = INSTANT_NONE, .id = 1, .began = b->now };
	step(b, &ev);
	b->measured++;
}

/* All checks become due again, and are answered in turn. */
static void
round_of(struct bench *b, enum event_sort sort, int round)
{
	static const double values[][2] = { [SAME] = { 2, 2 },
		[VALUE] = { 1, 2 }, [TURNS] = { 0, 2 } };
	struct event tick = { .kind = EVENT_TICK };
	struct date dates[DATES];
	int32_t i, j, n;

	b->now.wall += EVERY_MS;
	b->now.mono += EVERY_MS;
	b->now.boot += EVERY_MS;
	step(b, &tick);
	n = engine_dates(b->engine, 0, dates, DATES);
	for (j = 0; j < n && j < DATES; j++)
		for (i = 0; i < b->n; i++)
			measure(b, i, dates[j], values[sort][round % 2]);
}

static void
run(const char *shape, int32_t n, int32_t chain, enum event_sort sort)
{
	static const char *const sorts[] = { "same", "value", "turns" };
	struct event resumed = { .kind = EVENT_RESUMED };
	struct bench b;
	char name[64];
	double cpu, t;
	int round = 0;

	bench_make(&b, n, chain);
	step(&b, &resumed);
	while (round < 2)
		round_of(&b, sort, round++);
	b.measured = 0;
	t = seconds();
	cpu = cpu_seconds();
	while (round < 4 || seconds() - t < 0.4)
		round_of(&b, sort, round++);
	cpu = cpu_seconds() - cpu;
	(void)snprintf(name, sizeof name, "engine step, %s, %s, %d phases",
	    sorts[sort], shape, n);
	figure(name, cpu / (double)b.measured * 1e9, "ns");
	bench_free(&b);
}

/* Of each phase in turn, as a page that shows all of them asks. */
static void
last_starts(int32_t n)
{
	struct event resumed = { .kind = EVENT_RESUMED };
	struct no_return r;
	struct date dates[DATES];
	int64_t asked = 0;
	struct bench b;
	char name[64];
	double cpu;
	int32_t i;

	bench_make(&b, n, GROUP);
	step(&b, &resumed);
	assert(engine_dates(b.engine, 0, dates, DATES) > 0);
	cpu = cpu_seconds();
	while (asked < 100000)
		for (i = 0; i < n; i++, asked++)
			(void)engine_no_return(b.engine, i, dates[0], &r);
	cpu = cpu_seconds() - cpu;
	(void)snprintf(name, sizeof name, "last start, chains of ten, "
	    "%d phases", n);
	figure(name, cpu / (double)asked * 1e9, "ns");
	bench_free(&b);
}

int
main(void)
{
	static const int32_t sizes[] = { 10, 100, 1000, 10000 };
	size_t i, k;

	for (k = SAME; k <= TURNS; k++)
		for (i = 0; i < sizeof sizes / sizeof *sizes; i++)
			run("chains of ten", sizes[i], GROUP,
			    (enum event_sort)k);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++)
		last_starts(sizes[i]);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		run("wide", sizes[i], 1, SAME);
		run("one chain", sizes[i], sizes[i], VALUE);
	}
	return 0;
}
