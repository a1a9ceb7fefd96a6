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

#include "engine/foresight.h"
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

static int32_t
recoveries_of(const struct graph *g, int32_t pipeline, int32_t *list)
{
	int32_t i, n = 0;

	for (i = 0; i < g->n_recoveries; i++)
		if (g->recoveries[i].pipeline == pipeline) {
			if (list)
				list[n] = i;
			n++;
		}
	return n;
}

/* How many leaves of each kind a date has, one kind after the other. */
static void
lay_leaves(struct lane *l, int32_t n_phases)
{
	const int32_t n[LEAF_KINDS] = { [LEAF_DAY] = 1,
		[LEAF_CHECK] = l->n_checks, [LEAF_GATE] = l->n_gates,
		[LEAF_PHASE] = n_phases, [LEAF_PROOFS] = 1,
		[LEAF_RECOVERY] = l->n_recoveries,
		[LEAF_PROBE] = l->n_checks, [LEAF_LIGHT] = 1,
		[LEAF_SIGN] = n_phases,
		[LEAF_EARLY] = l->early ? l->n_checks : 0,
		[LEAF_ALARM] = l->n_gates,
		[LEAF_INCIDENTS] = 1 };
	int32_t k;

	for (k = 0; k < LEAF_KINDS; k++)
		l->leaf[k + 1] = l->leaf[k] + n[k];
	(void)wakes_shape(l->leaf[LEAF_KINDS], &l->shape);
}

static bool
any_far_edge(const struct graph *g, int32_t pipeline)
{
	const struct pipeline_def *p = &g->pipelines[pipeline];
	int32_t i, k;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		for (k = 0; k < g->phases[i].n_after; k++)
			if (g->phases[i].after[k].date_offset != 0)
				return true;
	return false;
}

static bool
any_early(const struct graph *g, int32_t pipeline)
{
	int32_t i;

	for (i = 0; i < g->n_checks; i++)
		if (g->checks[i].pipeline == pipeline &&
		    g->checks[i].early_dates > 0)
			return true;
	return false;
}

/* Without a base the pointers are NULL and only bytes are counted. */
static struct day
lay_day(struct block *b, const struct lane *l, int32_t n_phases)
{
	struct day d = { .used = false };

	d.checks = take(b, (size_t)l->n_checks, sizeof *d.checks);
	d.gates = take(b, (size_t)l->n_gates, sizeof *d.gates);
	d.phases = take(b, (size_t)n_phases, sizeof *d.phases);
	d.recoveries = take(b, (size_t)l->n_recoveries,
	    sizeof *d.recoveries);
	d.wakes = take(b, (size_t)l->shape.at[l->shape.levels],
	    sizeof *d.wakes);
	d.leaf = NONE;
	return d;
}

static void
lay_lane(struct block *b, const struct graph *g, int32_t pipeline,
    const struct engine_limits *limits, struct lane *ret)
{
	struct lane l = { .n_days = limits->dates,
		.n_checks = checks_of(g, pipeline, NULL),
		.n_gates = gates_of(g, pipeline, NULL),
		.n_recoveries = recoveries_of(g, pipeline, NULL),
		.crosses = any_far_edge(g, pipeline),
		.early = any_early(g, pipeline),
		.advance_at = INT64_MIN, .summary_at = INSTANT_NONE,
		.known = { INT32_MIN, 0 } };
	int32_t *checks = take(b, (size_t)l.n_checks, sizeof *checks);
	int32_t *gates = take(b, (size_t)l.n_gates, sizeof *gates);
	int32_t *recoveries = take(b, (size_t)l.n_recoveries,
	    sizeof *recoveries), i;

	l.met_checks = take(b, (size_t)l.n_checks, sizeof *l.met_checks);
	l.met_gates = take(b, (size_t)l.n_gates, sizeof *l.met_gates);
	l.met_phases = take(b, (size_t)g->pipelines[pipeline].n_phases,
	    sizeof *l.met_phases);
	l.walks = take(b, (size_t)g->pipelines[pipeline].n_phases,
	    sizeof *l.walks);
	l.days = take(b, (size_t)limits->dates, sizeof *l.days);
	lay_leaves(&l, g->pipelines[pipeline].n_phases);
	l.wakes = take(b, wakes_shape(limits->dates, &l.dates),
	    sizeof *l.wakes);
	for (i = 0; i < limits->dates; i++) {
		struct day d = lay_day(b, &l,
		    g->pipelines[pipeline].n_phases);

		d.lane = ret;
		if (ret)
			l.days[i] = d;
	}
	if (ret == NULL)
		return;
	checks_of(g, pipeline, checks);
	gates_of(g, pipeline, gates);
	recoveries_of(g, pipeline, recoveries);
	l.checks = checks;
	l.gates = gates;
	l.recoveries = recoveries;
	wakes_fill(&l.dates, l.wakes, WAKE_NEVER);
	*ret = l;
}

static struct table
lay_table(struct block *b, int32_t cap, size_t size)
{
	return (struct table){ .v = take(b, (size_t)cap, size),
		.size = size, .cap = cap };
}

static void
lay_tables(struct block *b, const struct engine_limits *l, struct engine *e)
{
	struct engine counting;

	if (e == NULL)
		e = &counting;
	e->attempts = lay_table(b, l->attempts, sizeof(struct attempt_entry));
	e->live = take(b, (size_t)l->attempts, sizeof *e->live);
	e->incidents = lay_table(b, l->incidents,
	    sizeof(struct incident_entry));
	e->breaches = lay_table(b, l->breaches, sizeof(struct breach_entry));
	e->holds = lay_table(b, l->holds, sizeof(struct hold_entry));
	e->overrides = lay_table(b, l->overrides,
	    sizeof(struct override_entry));
	e->permits = lay_table(b, l->permits, sizeof(struct permit_entry));
	e->backfills = lay_table(b, BACKFILLS_MAX,
	    sizeof(struct backfill_entry));
	e->orphans = lay_table(b, ORPHANS_MAX, sizeof(struct attempt_entry));
	e->waivers = lay_table(b, WAIVERS_MAX, sizeof(struct waiver_entry));
}

static void
number_slots(struct engine *e)
{
	int32_t i, j;

	for (i = 0; i < e->graph->n_pipelines; i++) {
		const struct lane *l = &e->lanes[i];

		for (j = 0; j < l->n_checks; j++)
			e->slot_of_check[l->checks[j]] = j;
		for (j = 0; j < l->n_gates; j++)
			e->slot_of_gate[l->gates[j]] = j;
		for (j = 0; j < l->n_recoveries; j++)
			e->slot_of_recovery[l->recoveries[j]] = j;
	}
}

/* The links of one kind, from all objects that may have some. */
static struct links
lay_links(struct block *b, const struct graph *g, enum link_kind kind)
{
	size_t from = (size_t)links_from(g, kind) + 1;
	struct links l;

	l.first = take(b, from, sizeof *l.first);
	l.to = take(b, links_count(g, kind), sizeof *l.to);
	return l;
}

static struct runs *
lay_runs(struct block *b, int32_t n)
{
	return take(b, (size_t)n, sizeof(struct runs));
}

static void
blank_service(struct engine *e)
{
	int32_t i;

	for (i = 0; i < e->graph->n_breakers; i++)
		e->breakers[i] = (struct breaker_row){
			.since = INSTANT_NONE, .until = INSTANT_NONE };
	for (i = 0; i < e->graph->n_actions; i++)
		e->tracks[i] = (struct track_row){
			.vain_since = INSTANT_NONE,
			.succeeded_at = INSTANT_NONE };
	for (i = 0; i < e->graph->n_recoveries; i++)
		e->disabled[i] = (struct disabled_row){ .at = INSTANT_NONE };
}

/* Of the checks that look back; `of`: which is whose, or NULL. */
static struct arrivals *
lay_arrivals(struct block *b, const struct graph *g, int32_t *of)
{
	int32_t i, n = 0;

	for (i = 0; i < g->n_checks; i++) {
		if (of)
			of[i] = looks_back(&g->checks[i]) ? n : NONE;
		n += looks_back(&g->checks[i]);
	}
	return take(b, (size_t)n, sizeof(struct arrivals));
}

static struct engine *
lay(struct block *b, const struct graph *g,
    const struct engine_limits *limits)
{
	struct engine *e = take(b, 1, sizeof *e);
	struct lane *lanes = take(b, (size_t)g->n_pipelines, sizeof *lanes);
	int32_t *c = take(b, (size_t)g->n_checks, sizeof *c);
	int32_t *s = take(b, (size_t)g->n_gates, sizeof *s);
	int32_t *r = take(b, (size_t)g->n_recoveries, sizeof *r), i;
	struct waiter *w = take(b, WAITERS_MAX, sizeof *w);
	struct breaker_row *br = take(b, (size_t)g->n_breakers, sizeof *br);
	struct track_row *tr = take(b, (size_t)g->n_actions, sizeof *tr);
	struct disabled_row *ds = take(b, (size_t)g->n_recoveries,
	    sizeof *ds);
	int32_t *of = take(b, (size_t)g->n_checks, sizeof *of);
	struct arrivals *arrivals = lay_arrivals(b, g, of);
	struct links links[LINK_KINDS];
	struct runs *runs[RUNS_KINDS] = {
		[RUNS_PHASE] = lay_runs(b, g->n_phases),
		[RUNS_RECOVERY] = lay_runs(b, g->n_recoveries),
		[RUNS_ACTION] = lay_runs(b, g->n_actions) };
	enum link_kind kind;

	for (kind = 0; kind < LINK_KINDS; kind++)
		links[kind] = lay_links(b, g, kind);
	for (i = 0; i < g->n_pipelines; i++)
		lay_lane(b, g, i, limits, lanes ? &lanes[i] : NULL);
	if (e)
		*e = (struct engine){ .graph = g, .limits = *limits,
			.lanes = lanes, .slot_of_check = c,
			.slot_of_gate = s, .slot_of_recovery = r,
			.breakers = br, .tracks = tr, .disabled = ds,
			.slot_of_arrivals = of, .arrivals = arrivals,
			.waiters = w, .expire_at = INT64_MIN,
			.tracks_turn = INT64_MIN };
	lay_tables(b, limits, e);
	if (e) {
		blank_service(e);
		number_slots(e);
		memcpy(e->runs, runs, sizeof runs);
		for (kind = 0; kind < LINK_KINDS; kind++) {
			e->links[kind] = links[kind];
			links_make(g, kind, &e->links[kind]);
		}
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
		.attempts = 4096, .incidents = 1024, .breaches = 4096,
		.holds = 256, .overrides = 256, .permits = 1024,
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
