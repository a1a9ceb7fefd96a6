/* SPDX-License-Identifier: BSD-2-Clause
 *
 * defined.c -- what the generation defines, for whoever judges the journal.
 *
 * `journal check` knows no configuration: it judges a start by the edges,
 * limits and budgets that held when it was made, and those are events as
 * everything else is. They are written when a generation differs in them
 * from the one before. A graph that would make an event of unreasonable
 * size is left out, and then nothing is judged by it.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/inside.h"

#define BYTES_MAX ((size_t)64 << 10)

static json_t *
named(const struct graph *g, int32_t pipeline, const char *name)
{
	json_t *o = json_object();

	json_put(o, "name", name);
	if (pipeline != NONE)
		json_put(o, "pipeline", g->pipelines[pipeline].name);
	return o;
}

static json_t *
checks(const struct graph *g, const int32_t *v, int32_t n)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list,
		    json_string(g->checks[v[i]].name));
	return list;
}

static json_t *
pipeline_json(const struct graph *g, int32_t i)
{
	const struct pipeline_def *p = &g->pipelines[i];
	json_t *o = named(g, NONE, p->name);

	json_put(o, "mode", mode_name(p->mode));
	json_put_int(o, "act_within_ms", p->act_within_ms);
	json_put_int(o, "remind_ms", p->remind_ms);
	return o;
}

static json_t *
check_json(const struct graph *g, int32_t i)
{
	const struct check_def *c = &g->checks[i];
	json_t *o = named(g, c->pipeline, c->name);

	json_put_int(o, "confirm", c->confirm);
	(void)json_object_set_new(o, "allow_empty",
	    json_boolean(c->limits.allow_empty));
	(void)json_object_set_new(o, "calendar", json_boolean(c->calendar));
	return o;
}

static json_t *
gate_json(const struct graph *g, int32_t i)
{
	const struct gate_def *d = &g->gates[i];
	json_t *o = named(g, d->pipeline, d->name);

	(void)json_object_set_new(o, "inputs", checks(g, d->inputs,
	    d->n_inputs));
	(void)json_object_set_new(o, "watches", json_boolean(d->mode <
	    g->pipelines[d->pipeline].mode));
	if (d->open_on_unknown)
		json_put_int(o, "unknown_opens_until", d->open_until);
	return o;
}

static json_t *
edges(const struct graph *g, const struct phase_def *p, bool before)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < p->n_after; i++)
		if ((p->after[i].date_offset != 0) == before)
			(void)json_array_append_new(list, json_string(
			    g->phases[p->after[i].phase].name));
	return list;
}

static json_t *
guards(const struct graph *g, const struct phase_def *p)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < p->n_guards; i++)
		(void)json_array_append_new(list, json_string(
		    g->gates[p->guards[i]].name));
	return list;
}

static void
put_done(json_t *o, const struct graph *g, const struct phase_def *p)
{
	const struct gate_def *d = p->done_kind == DONE_GATE ?
	    &g->gates[p->done_gate] : NULL;

	if (d)
		json_put(o, "done_gate", d->name);
	else if (p->done_kind == DONE_EXIT)
		(void)json_object_set_new(o, "done_by_exit", json_true());
	(void)json_object_set_new(o, "done", d ? checks(g, d->inputs,
	    d->n_inputs) : checks(g, p->done_checks, p->n_done_checks));
}

static json_t *
phase_json(const struct graph *g, int32_t i)
{
	const struct phase_def *p = &g->phases[i];
	json_t *o = named(g, p->pipeline, p->name);

	(void)json_object_set_new(o, "after", edges(g, p, false));
	(void)json_object_set_new(o, "before", edges(g, p, true));
	(void)json_object_set_new(o, "guards", guards(g, p));
	put_done(o, g, p);
	if (p->start != NONE)
		json_put_int(o, "attempts", p->retry.attempts);
	return o;
}

static json_t *
recovery_json(const struct graph *g, int32_t i)
{
	const struct recovery_def *r = &g->recoveries[i];
	json_t *o = named(g, r->pipeline, r->name);
	char from[DATE_TEXT];

	(void)json_object_set_new(o, "repairs", checks(g, r->repairs,
	    r->n_repairs));
	json_put_int(o, "attempts", r->retry.attempts);
	json_put_int(o, "per_date", r->per_date);
	if (r->per_item > 0)
		json_put_int(o, "per_item", r->per_item);
	json_put_int(o, "no_effect_limit", r->no_effect_limit);
	json_put_int(o, "order", r->order);
	json_put(o, "mode", mode_name(r->mode));
	if (r->retirement.source)
		json_put(o, "retired_from", date_text(r->retirement.from,
		    from));
	return o;
}

static json_t *
action_json(const struct graph *g, int32_t i)
{
	const struct action_def *a = &g->actions[i];
	json_t *o = named(g, NONE, a->name);

	(void)json_object_set_new(o, "idempotent",
	    json_boolean(a->idempotent));
	(void)json_object_set_new(o, "exclusive", json_boolean(a->exclusive));
	json_put(o, "target", a->target);
	if (g->n_breakers > 0 && a->breaker != NONE)
		json_put(o, "breaker", g->breakers[a->breaker].name);
	json_put_int(o, "per_hour", a->per_hour);
	return o;
}

static void
put_all(json_t *o, const char *member, const struct graph *g, int32_t n,
    json_t *(*one)(const struct graph *, int32_t))
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, one(g, i));
	(void)json_object_set_new(o, member, list);
}

/* Returns owned. */
static json_t *
graph_json(const struct graph *g)
{
	json_t *o = json_object();
	CLEANUP_FREE char *line = NULL;

	json_put_int(o, "starts_per_hour", g->starts_per_hour);
	put_all(o, "pipelines", g, g->n_pipelines, pipeline_json);
	put_all(o, "checks", g, g->n_checks, check_json);
	put_all(o, "gates", g, g->n_gates, gate_json);
	put_all(o, "phases", g, g->n_phases, phase_json);
	put_all(o, "recoveries", g, g->n_recoveries, recovery_json);
	put_all(o, "actions", g, g->n_actions, action_json);
	line = json_line(o);
	if (line && strlen(line) <= BYTES_MAX)
		return o;
	json_object_clear(o);
	(void)json_object_set_new(o, "left_out", json_true());
	return o;
}

static int
same(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	(void)key;
	(void)at;
	(void)last_seen;
	return json_equal((json_t *)data, arg);
}

void
defined_note(struct supervisor *s)
{
	json_t *data = graph_json(&s->g.conf->graph);

	if (able(s) && store_rows(s->store, "graph", same, data) == 1)
		json_decref(data);
	else
		(void)commit_note(s, "graph", NULL, "graph", data);
}
