/* SPDX-License-Identifier: BSD-2-Clause
 *
 * index.c -- objects of a loaded configuration by name.
 *
 * The tables belong to the configuration and are made once. A graph that was
 * not made here has none and is searched in order. Phases are searched in
 * their pipeline, which has few.
 */
#include "config/index.h"

#include <stdlib.h>
#include <string.h>

#include "config/names.h"

enum table { BY_PIPELINE, BY_CHECK, BY_GATE, BY_RECOVERY, BY_ACTION,
	BY_INSTANCE, TABLES = BY_INSTANCE + 4 };

struct graph_index {
	struct names of[TABLES];
};

struct conf_index {
	struct graph_index tables;
};

/* Numbers from 1, so that none is NULL. */
static void
put(struct names *t, const char *name, int32_t i)
{
	void **slot = names_put(t, name);

	*slot = (void *)((intptr_t)i + 1);
}

static int32_t
get(const struct names *t, const char *name)
{
	return (int32_t)((intptr_t)names_get(t, name) - 1);
}

#define PUT_ALL(c, t, list, n_list) \
	do { \
		int32_t i_; \
		for (i_ = 0; i_ < (c)->graph.n_list; i_++) \
			put((t), (c)->graph.list[i_].name, i_); \
	} while (0)

void
conf_index_make(struct conf *c)
{
	struct conf_index *x = calloc(1, sizeof *x);
	struct names *t;
	int32_t i;

	if (x == NULL)
		abort();
	t = x->tables.of;
	PUT_ALL(c, t + BY_PIPELINE, pipelines, n_pipelines);
	PUT_ALL(c, t + BY_CHECK, checks, n_checks);
	PUT_ALL(c, t + BY_GATE, gates, n_gates);
	PUT_ALL(c, t + BY_RECOVERY, recoveries, n_recoveries);
	PUT_ALL(c, t + BY_ACTION, actions, n_actions);
	for (i = 0; i < c->n_instances; i++)
		put(&t[BY_INSTANCE + (int)c->instances[i].kind],
		    c->instances[i].name, i);
	c->index = x;
	c->graph.index = &x->tables;
}

void
conf_index_free(struct conf *c)
{
	int i;

	for (i = 0; c->index && i < TABLES; i++)
		names_free(&c->index->tables.of[i]);
	free(c->index);
	c->index = NULL;
}

int32_t
conf_find(const struct conf *c, enum instance_kind kind, const char *name)
{
	return get(&c->index->tables.of[BY_INSTANCE + (int)kind], name);
}

#define FIND(g, table, list, n_list, name) \
	do { \
		int32_t i_; \
		if ((g)->index) \
			return get(&(g)->index->of[table], (name)); \
		for (i_ = 0; i_ < (g)->n_list; i_++) \
			if (strcmp((g)->list[i_].name, (name)) == 0) \
				return i_; \
		return NONE; \
	} while (0)

int32_t
graph_find_pipeline(const struct graph *g, const char *name)
{
	FIND(g, BY_PIPELINE, pipelines, n_pipelines, name);
}

int32_t
graph_find_phase(const struct graph *g, int32_t pipeline, const char *name)
{
	int32_t i;

	for (i = 0; i < g->n_phases; i++)
		if ((pipeline == NONE || g->phases[i].pipeline == pipeline) &&
		    strcmp(g->phases[i].name, name) == 0)
			return i;
	return NONE;
}

int32_t
graph_find_check(const struct graph *g, const char *name)
{
	FIND(g, BY_CHECK, checks, n_checks, name);
}

int32_t
graph_find_gate(const struct graph *g, const char *name)
{
	FIND(g, BY_GATE, gates, n_gates, name);
}

int32_t
graph_find_recovery(const struct graph *g, const char *name)
{
	FIND(g, BY_RECOVERY, recoveries, n_recoveries, name);
}

int32_t
graph_find_action(const struct graph *g, const char *name)
{
	FIND(g, BY_ACTION, actions, n_actions, name);
}
