/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build.c -- from linked objects to the graph: the order of it.
 *
 * First every object gets its number, so that a definition can name any
 * other; then the definitions are made, kind by kind, each by its table and
 * by what link.c has found. What is missing after a finding is left out or
 * NONE: the result is then thrown away, but it must not crash before that.
 */
#include "config/build.h"

void *
room(struct load *l, size_t n, size_t size)
{
	return arena_alloc(l->arena, (n > 0 ? n : 1) * size);
}

const int32_t *
indexes(struct load *l, const struct refs *refs, int32_t *ret_n)
{
	int32_t *v = room(l, refs->n, sizeof v[0]);
	int32_t n = 0;
	size_t i;

	for (i = 0; i < refs->n; i++)
		if (refs->v[i].to->index != NONE)
			v[n++] = refs->v[i].to->index;
	*ret_n = n;
	return v;
}

const int32_t *
indexes_with_later(struct load *l, const struct object *o, int32_t *ret_n)
{
	int32_t *v = room(l, o->inputs.n + o->later.n, sizeof v[0]);
	const int32_t *first = indexes(l, &o->inputs, ret_n);
	int32_t n;
	size_t i;

	for (n = 0; n < *ret_n; n++)
		v[n] = first[n];
	for (i = 0; i < o->later.n; i++)
		v[n++] = o->later.v[i].to->index;
	return v;
}

struct joiners
joiners_of(const struct object *o)
{
	return (struct joiners){ o->later_from, (int32_t)o->later.n };
}

/* Phases have theirs from order.c. */
static int32_t
number(struct load *l, enum kind kind)
{
	struct objects *list = &l->of[kind];
	size_t i;

	for (i = 0; i < list->n; i++)
		list->v[i]->index = (int32_t)i;
	return (int32_t)list->n;
}

static void
number_instances(struct load *l, enum kind kind)
{
	struct objects *list = &l->of[kind];
	size_t i;

	for (i = 0; i < list->n; i++)
		if (kind != KIND_INVENTORY || list->v[i]->plugin)
			list->v[i]->instance = l->conf->n_instances++;
}

static void
number_all(struct load *l)
{
	struct graph *g = &l->conf->graph;

	g->n_pipelines = number(l, KIND_PIPELINE);
	g->n_phases = (int32_t)l->of[KIND_PHASE].n;
	g->n_checks = number(l, KIND_CHECK);
	g->n_gates = number(l, KIND_GATE);
	g->n_actions = number(l, KIND_ACTION);
	g->n_recoveries = number(l, KIND_RECOVERY);
	(void)number(l, KIND_NOTIFIER);
	(void)number(l, KIND_WINDOW);
	number_instances(l, KIND_CHECK);
	number_instances(l, KIND_GATE);
	number_instances(l, KIND_ACTION);
	number_instances(l, KIND_NOTIFIER);
	number_instances(l, KIND_INVENTORY);
	l->conf->instances = room(l, (size_t)l->conf->n_instances,
	    sizeof l->conf->instances[0]);
}

/* What an object did not say itself, and why it is so. */
static void
note_pipelines(struct load *l, enum kind kind)
{
	const struct objects *list = &l->of[kind];
	struct node none = { .type = NODE_STRING };
	size_t i;

	for (i = 0; l->resolved && i < list->n; i++) {
		const struct object *o = list->v[i];

		if (o->pipeline && !node_member(o->node, "pipeline"))
			resolve_note(l, o, "pipeline", json_string(
			    o->pipeline->name), o->claim ? o->claim : &none);
	}
}

void
build_graph(struct load *l)
{
	number_all(l);
	build_settings(l);
	build_databases(l);
	build_notifiers(l);
	build_actions(l);
	build_checks(l);
	build_gates(l);
	build_pipelines(l);
	build_phases(l);
	build_recoveries(l);
	build_windows(l);
	build_routes(l);
	build_targets(l);
	build_reports(l);
	build_inventory(l);
	build_ladders(l);
	build_renames(l);
	build_sources(l);
	note_pipelines(l, KIND_CHECK);
	note_pipelines(l, KIND_GATE);
	note_pipelines(l, KIND_RECOVERY);
}
