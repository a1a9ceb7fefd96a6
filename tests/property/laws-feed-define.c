/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws-feed-define.c -- what is configured in a play, as the laws are told.
 *
 * Everything is defined anew with each graph, and only what the graph has
 * now: what a reload took away counts no more, as in a journal.
 */
#include <string.h>

#include "laws_feed_private.h"

static void
define(struct laws_feed *f, struct law_fact x, enum law_kind kind,
    uint32_t number)
{
	x.kind = kind;
	x.name = number;
	feed_see(f, &x);
	f->n_names = 0;
}

static struct law_names
edges(struct laws_feed *f, const struct phase_def *p, int32_t offset)
{
	int32_t v[P_LIST], n = 0, i;

	for (i = 0; i < p->n_after; i++)
		if (p->after[i].date_offset == offset)
			v[n++] = p->after[i].phase;
	return feed_names(f, v, n, OF_PHASE);
}

static void
define_phase(struct laws_feed *f, int32_t i)
{
	const struct phase_def *p = &f->p->phases[i];
	const struct gate_def *g = p->done_kind == DONE_GATE ?
	    &f->p->gates[p->done_gate] : NULL;
	struct law_fact x = { .u.phase_def = {
		.after = edges(f, p, 0), .before = edges(f, p, -1),
		.guards = feed_names(f, p->guards, p->n_guards, OF_GATE),
		.done_gate = g ? GATES + (uint32_t)p->done_gate : 0,
		.done_by_exit = p->done_kind == DONE_EXIT,
		.plan = p->start == NONE ? 0 : p->retry.attempts } };

	x.u.phase_def.done = g ? feed_names(f, g->inputs, g->n_inputs, OF_CHECK) :
	    p->done_kind == DONE_CHECKS ? feed_names(f, p->done_checks,
	    p->n_done_checks, OF_CHECK) : (struct law_names){ 0, NULL };
	define(f, x, FACT_DEFINE_PHASE, PHASES + (uint32_t)i);
}

static void
define_gate(struct laws_feed *f, int32_t i)
{
	const struct gate_def *g = &f->p->gates[i];

	define(f, (struct law_fact){ .u.gate_def = {
		.inputs = feed_names(f, g->inputs, g->n_inputs, OF_CHECK),
		.watches = g->mode < f->p->pipeline.mode,
		.unknown_opens_until = g->open_on_unknown ? g->open_until :
		    INSTANT_NONE } }, FACT_DEFINE_GATE, GATES + (uint32_t)i);
}

static void
define_recovery(struct laws_feed *f, int32_t i)
{
	const struct recovery_def *r = &f->p->recoveries[i];

	define(f, (struct law_fact){ .u.recovery_def = {
		.repairs = feed_names(f, r->repairs, r->n_repairs, OF_CHECK),
		.plan = r->retry.attempts, .per_date = r->per_date,
		.per_item = r->per_item,
		.retires = r->retirement.source != NULL,
		.retired_from = r->retirement.from.day,
		.no_effect_limit = r->no_effect_limit, .order = r->order,
		.enforces = r->mode == MODE_ENFORCE } },
	    FACT_DEFINE_RECOVERY, RECOVERIES + (uint32_t)i);
}

/* The number of the first action that has it. */
static uint32_t
target(const struct play *p, const char *name)
{
	int32_t i;

	for (i = 0; name && i < p->graph.n_actions; i++)
		if (p->actions[i].target && strcmp(p->actions[i].target,
		    name) == 0)
			return TARGETS + (uint32_t)i;
	return 0;
}

static uint32_t
breaker(const struct play *p, int32_t action)
{
	int32_t b = p->actions[action].breaker;

	return p->graph.n_breakers == 0 || b == NONE ? 0 :
	    BREAKERS + (uint32_t)b;
}

void
feed_graph(struct laws_feed *f)
{
	const struct play *p = f->p;
	int32_t i;

	define(f, (struct law_fact){ .u.generation = {
		p->graph.starts_per_hour } }, FACT_GENERATION, 0);
	define(f, (struct law_fact){ .u.pipeline_def = {
		p->pipeline.mode == MODE_ENFORCE,
		p->pipeline.act_within_ms, p->pipeline.remind_ms } },
	    FACT_DEFINE_PIPELINE, PIPELINE);
	for (i = 0; i < p->graph.n_checks; i++)
		if (alive(p, OF_CHECK, i))
			define(f, (struct law_fact){ .u.check_def = {
				p->checks[i].confirm,
				p->checks[i].limits.allow_empty,
				p->checks[i].calendar } }, FACT_DEFINE_CHECK,
			    CHECKS + (uint32_t)i);
	for (i = 0; i < p->graph.n_gates; i++)
		if (alive(p, OF_GATE, i))
			define_gate(f, i);
	for (i = 0; i < p->graph.n_phases; i++)
		if (alive(p, OF_PHASE, i))
			define_phase(f, i);
	for (i = 0; i < p->graph.n_recoveries; i++)
		if (alive(p, OF_RECOVERY, i))
			define_recovery(f, i);
	for (i = 0; i < p->graph.n_actions; i++)
		if (alive(p, OF_ACTION, i))
			define(f, (struct law_fact){ .u.action_def = {
				p->actions[i].idempotent,
				p->actions[i].exclusive,
				p->actions[i].per_hour,
				target(p, p->actions[i].target),
				breaker(p, i) } },
			    FACT_DEFINE_ACTION, ACTIONS + (uint32_t)i);
}
