/* SPDX-License-Identifier: BSD-2-Clause
 *
 * memory.c -- lays the engine out in one block of memory.
 *
 * The same walk counts the bytes (base NULL) and hands them out, so that the
 * size that was asked for is the size that is used. Nothing is allocated
 * later: a date that is opened takes a slot, one that is closed gives it
 * back.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "engine/state.h"

struct block {
	char *base;             /* NULL: only counting */
	size_t used;
};

static void *
take(struct block *b, size_t n, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	size_t at = b->used;

	b->used += (n * size + align - 1) / align * align;
	return b->base ? b->base + at : NULL;
}

/* How many objects belong to a pipeline; their numbers into `list`. */
static int32_t
checks_of(const struct graph *g, int32_t pipeline, int32_t *list)
{
	int32_t i, n = 0;

	for (i = 0; i < g->n_checks; i++)
		if (g->checks[i].pipeline == pipeline) {
			if (list)
				list[n] = i;
			n++;
		}
	return n;
}

static int32_t
gates_of(const struct graph *g, int32_t pipeline, int32_t *list)
{
	int32_t i, n = 0;

	for (i = 0; i < g->n_gates; i++)
		if (g->gates[i].pipeline == pipeline) {
			if (list)
				list[n] = i;
			n++;
		}
	return n;
}

static void
lay_lane(struct block *b, const struct graph *g, int32_t pipeline,
    const struct engine_limits *limits, struct lane *ret)
{
	int32_t n_checks = checks_of(g, pipeline, NULL);
	int32_t n_gates = gates_of(g, pipeline, NULL), i;
	int32_t *checks = take(b, (size_t)n_checks, sizeof *checks);
	int32_t *gates = take(b, (size_t)n_gates, sizeof *gates);
	struct day *days = take(b, (size_t)limits->dates, sizeof *days);

	for (i = 0; i < limits->dates; i++) {
		void *c = take(b, (size_t)n_checks,
		    sizeof(struct check_state));
		void *s = take(b, (size_t)n_gates,
		    sizeof(struct gate_state));

		if (days) {
			days[i].checks = c;
			days[i].gates = s;
		}
	}
	if (ret == NULL)
		return;
	checks_of(g, pipeline, checks);
	gates_of(g, pipeline, gates);
	*ret = (struct lane){ .days = days, .n_days = limits->dates,
		.checks = checks, .n_checks = n_checks,
		.gates = gates, .n_gates = n_gates };
}

static struct engine *
lay(struct block *b, const struct graph *g,
    const struct engine_limits *limits)
{
	struct engine *e = take(b, 1, sizeof *e);
	struct lane *lanes = take(b, (size_t)g->n_pipelines, sizeof *lanes);
	int32_t *c = take(b, (size_t)g->n_checks, sizeof *c);
	int32_t *s = take(b, (size_t)g->n_gates, sizeof *s);
	int32_t i, j;

	for (i = 0; i < g->n_pipelines; i++)
		lay_lane(b, g, i, limits, lanes ? &lanes[i] : NULL);
	if (e == NULL)
		return NULL;
	*e = (struct engine){ .graph = g, .limits = *limits, .lanes = lanes,
		.slot_of_check = c, .slot_of_gate = s };
	for (i = 0; i < g->n_pipelines; i++) {
		for (j = 0; j < lanes[i].n_checks; j++)
			c[lanes[i].checks[j]] = j;
		for (j = 0; j < lanes[i].n_gates; j++)
			s[lanes[i].gates[j]] = j;
	}
	return e;
}

void
engine_limits_default(const struct graph *g, struct engine_limits *ret)
{
	int32_t i, days = 1;

	for (i = 0; i < g->n_pipelines; i++)
		if (g->pipelines[i].watch_days > days)
			days = g->pipelines[i].watch_days;
	*ret = (struct engine_limits){
		.dates = days + 3,      /* the running one, and zones apart */
	};
}

size_t
engine_size(const struct graph *g, const struct engine_limits *limits)
{
	struct block b = { NULL, 0 };

	(void)lay(&b, g, limits);
	return b.used;
}

struct engine *
engine_init(void *memory, const struct graph *g,
    const struct engine_limits *limits)
{
	struct block b = { memory, 0 };

	assert(limits->dates >= 2);
	memset(memory, 0, engine_size(g, limits));
	return lay(&b, g, limits);
}
