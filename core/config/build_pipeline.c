/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build_pipeline.c -- pipelines with their zones and seasons, and phases.
 *
 * A phase's edges, guards and proof come from link.c; here they become
 * numbers. What a pipeline's table only carries as a default for others is
 * checked here, at the pipeline, and read again where it is inherited.
 */
#include <string.h>

#include "config/build.h"

/*--------------------------------------------------------------- pipelines */

static int
by_day(const void *a, const void *b)
{
	const struct date *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

static void
read_seasons(struct load *l, const struct object *o, struct pipeline_def *p)
{
	const struct node *n = node_member(o->node, "seasons");
	struct date *v;
	size_t i;

	if (n == NULL)
		return;
	v = room(l, node_count(n), sizeof v[0]);
	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);

		if (e->type == NODE_STRING &&
		    date_parse(e->text, &v[p->n_seasons]) == 0)
			p->n_seasons++;
		else
			wrong(l, e, "%s: 'seasons' are dates such as "
			    "\"2025-10-21\", %s found", label(l, o),
			    node_seen(e, l->scratch));
	}
	qsort(v, (size_t)p->n_seasons, sizeof v[0], by_day);
	p->seasons = v;
}

static void
read_timezone(struct load *l, const struct object *o,
    struct pipeline_def *p)
{
	const struct node *n = node_member(o->node, "timezone");

	zone_utc(&p->zone);
	p->zone_name = "UTC";
	if (n && zone_read(l, o, "timezone", n, &p->zone))
		p->zone_name = arena_strdup(l->arena, n->text);
}

/* A database that a pipeline names for its checks. */
static void
check_database(struct load *l, const struct object *o)
{
	const struct node *n = node_member(o->node, "database");

	if (n)
		(void)database_value(l, o, n);
}

static void
build_pipeline(struct load *l, const struct object *o,
    struct pipeline_def *p)
{
	keys_read(l, o, keys_of(o), p);
	p->name = o->name;
	p->origin = origin_of(o->node);
	p->calendar = index_of(o->check.to);
	p->n_phases = (int32_t)o->n_phases;
	p->first_phase = o->n_phases > 0 ? o->phases[0]->index : 0;
	read_timezone(l, o, p);
	read_seasons(l, o, p);
	build_tags(l, o, &p->tags);
	check_database(l, o);
	if (node_member(o->node, "phases") && o->n_phases == 0)
		wrong(l, o->node, "%s has no phases", label(l, o));
}

void
build_pipelines(struct load *l)
{
	const struct objects *list = &l->of[KIND_PIPELINE];
	struct pipeline_def *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		build_pipeline(l, list->v[i], &v[i]);
	l->conf->graph.pipelines = v;
}

/*------------------------------------------------------------------ phases */

static void
set_after(struct load *l, const struct object *o, struct phase_def *p)
{
	struct edge_def *v = room(l, o->after.n, sizeof v[0]);
	size_t i;

	for (i = 0; i < o->after.n; i++)
		v[i] = (struct edge_def){ o->after.v[i].to->index,
			o->offsets[i] };
	p->after = v;
	p->n_after = (int32_t)o->after.n;
}

static void
set_done(struct load *l, const struct object *o, struct phase_def *p)
{
	p->done_gate = index_of(o->gate.to);
	p->done_kind = o->done_exit ? DONE_EXIT :
	    o->gate.to ? DONE_GATE : DONE_CHECKS;
	p->done_checks = indexes_with_later(l, o, &p->n_done_checks);
	p->done_joiners = joiners_of(o);
}

/* `ask` from the first phase on whose effect leaves the house. */
static void
set_rerun(struct load *l, const struct object *o, struct phase_def *all)
{
	struct phase_def *p = &all[o->index];
	struct node none = { .type = NODE_STRING };
	size_t i;

	if (node_member(o->node, "rerun"))
		return;
	p->rerun = p->external ? RERUN_ASK : RERUN_AUTO;
	for (i = 0; i < o->after.n; i++) {
		const struct object *up = o->after.v[i].to;

		if (o->offsets[i] == 0 && up->index < o->index &&
		    all[up->index].rerun == RERUN_ASK)
			p->rerun = RERUN_ASK;
	}
	resolve_note(l, o, "rerun", json_string(p->rerun == RERUN_ASK ?
	    "ask" : "auto"), &none);
}

/* The gates that guard each phase: the gates say it, phases list it. */
static void
set_guards(struct load *l, struct phase_def *all)
{
	const struct objects *gates = &l->of[KIND_GATE];
	int32_t *at, **lists;
	size_t i, k, n = l->of[KIND_PHASE].n;

	at = arena_alloc(l->scratch, (n + 1) * sizeof at[0]);
	lists = arena_alloc(l->scratch, (n + 1) * sizeof lists[0]);
	for (i = 0; i < gates->n; i++)
		for (k = 0; k < gates->v[i]->guards.n; k++)
			at[gates->v[i]->guards.v[k].to->index]++;
	for (i = 0; i < n; i++) {
		lists[i] = room(l, (size_t)at[i], sizeof lists[i][0]);
		all[i].guards = lists[i];
	}
	for (i = 0; i < gates->n; i++)
		for (k = 0; k < gates->v[i]->guards.n; k++) {
			int32_t p = gates->v[i]->guards.v[k].to->index;

			lists[p][all[p].n_guards++] = (int32_t)i;
		}
}

static void
build_phase(struct load *l, const struct object *o, struct phase_def *all)
{
	struct phase_def *p = &all[o->index];

	keys_read(l, o, keys_of(o), p);
	retry_finish(l, o, &p->retry);
	p->name = o->name;
	p->origin = origin_of(o->node);
	p->pipeline = o->owner->index;
	p->start = index_of(o->action.to);
	set_after(l, o, p);
	set_done(l, o, p);
	set_rerun(l, o, all);
	build_tags(l, o, &p->tags);
}

void
build_phases(struct load *l)
{
	const struct objects *pipelines = &l->of[KIND_PIPELINE];
	struct phase_def *v = room(l, l->of[KIND_PHASE].n, sizeof v[0]);
	size_t i, k;

	for (i = 0; i < pipelines->n; i++)
		for (k = 0; k < pipelines->v[i]->n_phases; k++)
			build_phase(l, pipelines->v[i]->phases[k], v);
	set_guards(l, v);
	l->conf->graph.phases = v;
}
