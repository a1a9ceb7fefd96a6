/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_names.c -- objects of a graph by name, former names too.
 *
 * Rows are read by the hundred thousand at start, so a name is looked up in
 * a hash table, one per kind. Phases are unique within their pipeline only
 * and stand there as "pipeline/phase".
 *
 * Invariant: a name that exists always leads to its own object; a former
 * name only where nothing bears it now.
 */
#include "daemon/row_names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const words[OBJECTS] = {
	[OBJECT_PIPELINE] = "pipeline", [OBJECT_PHASE] = "phase",
	[OBJECT_CHECK] = "check", [OBJECT_GATE] = "gate",
	[OBJECT_RECOVERY] = "recovery", [OBJECT_ACTION] = "action",
	[OBJECT_BREAKER] = "breaker"
};

const char *
object_word(enum object o)
{
	assert(o < OBJECTS);
	return words[o];
}

static int32_t
count(const struct graph *g, enum object o)
{
	switch (o) {
	case OBJECT_PIPELINE:
		return g->n_pipelines;
	case OBJECT_PHASE:
		return g->n_phases;
	case OBJECT_CHECK:
		return g->n_checks;
	case OBJECT_GATE:
		return g->n_gates;
	case OBJECT_RECOVERY:
		return g->n_recoveries;
	case OBJECT_ACTION:
		return g->n_actions;
	case OBJECT_BREAKER:
		return g->n_breakers;
	case OBJECTS:
		break;
	}
	return 0;
}

const char *
object_name(const struct graph *g, enum object o, int32_t number)
{
	assert(number >= 0 && number < count(g, o));
	switch (o) {
	case OBJECT_PIPELINE:
		return g->pipelines[number].name;
	case OBJECT_PHASE:
		return g->phases[number].name;
	case OBJECT_CHECK:
		return g->checks[number].name;
	case OBJECT_GATE:
		return g->gates[number].name;
	case OBJECT_RECOVERY:
		return g->recoveries[number].name;
	case OBJECT_ACTION:
		return g->actions[number].name;
	case OBJECT_BREAKER:
		return g->breakers[number].name;
	case OBJECTS:
		break;
	}
	return NULL;
}

/*---------------------------------------------------------------- building */

static void
set_number(json_t *numbers, const char *name, int32_t number)
{
	if (json_object_set_new(numbers, name, json_integer(number)) < 0)
		abort();
}

static void
add_phase(json_t *numbers, const struct graph *g, int32_t i)
{
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "%s/%s", g->pipelines[g->phases[i].pipeline].name,
	    g->phases[i].name);
	set_number(numbers, text_str(&t), i);
}

static void
add_present(struct row_names *n, enum object o)
{
	int32_t i;

	for (i = 0; i < count(n->graph, o); i++)
		if (o == OBJECT_PHASE)
			add_phase(n->numbers[o], n->graph, i);
		else
			set_number(n->numbers[o],
			    object_name(n->graph, o, i), i);
}

/* A phase's former name, bare: wherever the new one is and the old one
 * isn't. */
static void
add_former_phase(struct row_names *n, const char *was, const char *name)
{
	const char *slash = strchr(was, '/');
	const char *bare = strrchr(name, '/');
	int32_t p, i;

	for (p = 0; p < n->graph->n_pipelines; p++) {
		CLEANUP_TEXT struct text t = { 0 };
		const char *in = n->graph->pipelines[p].name;

		if (slash && (strncmp(was, in, (size_t)(slash - was)) != 0 ||
		    in[slash - was] != '\0'))
			continue;
		i = row_names_find(n, OBJECT_PHASE, p, bare ? bare + 1 :
		    name);
		text_addf(&t, "%s/%s", in, slash ? slash + 1 : was);
		if (i != NONE && json_object_get(n->numbers[OBJECT_PHASE],
		    text_str(&t)) == NULL)
			set_number(n->numbers[OBJECT_PHASE], text_str(&t),
			    i);
	}
}

static void
add_former(struct row_names *n, const char *const rename[3])
{
	const char *kind = rename[0], *was = rename[1], *name = rename[2];
	int o;
	int32_t i;

	if (strcmp(kind, "alarm") == 0)
		kind = words[OBJECT_GATE];
	for (o = 0; o < OBJECTS && strcmp(words[o], kind) != 0; o++)
		;
	if (o == OBJECTS)
		return;         /* of no row: a notifier */
	if (o == OBJECT_PHASE) {
		add_former_phase(n, was, name);
		return;
	}
	i = row_names_find(n, (enum object)o, NONE, name);
	if (i != NONE && json_object_get(n->numbers[o], was) == NULL)
		set_number(n->numbers[o], was, i);
	/* the breaker of an action without a target bears its name */
	i = o == OBJECT_ACTION ? row_names_find(n, OBJECT_BREAKER, NONE,
	    name) : NONE;
	if (i != NONE && json_object_get(n->numbers[OBJECT_BREAKER], was) ==
	    NULL)
		set_number(n->numbers[OBJECT_BREAKER], was, i);
}

void
row_names_init(struct row_names *n, const struct graph *g,
    const char *const (*renames)[3], int32_t n_renames)
{
	int32_t i;
	int o;

	n->graph = g;
	for (o = 0; o < OBJECTS; o++) {
		n->numbers[o] = json_object();
		if (n->numbers[o] == NULL)
			abort();
		add_present(n, (enum object)o);
	}
	for (i = 0; i < n_renames; i++)
		add_former(n, renames[i]);
}

void
row_names_free(struct row_names *n)
{
	int o;

	for (o = 0; o < OBJECTS; o++)
		json_decref(n->numbers[o]);
}

/*--------------------------------------------------------------- looking up */

static int32_t
find_phase(const struct row_names *n, int32_t pipeline, const char *name)
{
	CLEANUP_TEXT struct text in = { 0 };
	CLEANUP_TEXT struct text t = { 0 };
	const char *slash = strchr(name, '/');
	const json_t *v;

	if (slash) {
		text_addn(&in, name, (size_t)(slash - name));
		pipeline = row_names_find(n, OBJECT_PIPELINE, NONE,
		    text_str(&in));
		name = slash + 1;
	}
	if (pipeline == NONE)
		return NONE;
	text_addf(&t, "%s/%s", n->graph->pipelines[pipeline].name, name);
	v = json_object_get(n->numbers[OBJECT_PHASE], text_str(&t));
	return v ? (int32_t)json_integer_value(v) : NONE;
}

int32_t
row_names_find(const struct row_names *n, enum object o, int32_t pipeline,
    const char *name)
{
	const json_t *v;

	if (o == OBJECT_PHASE)
		return find_phase(n, pipeline, name);
	assert(o < OBJECTS);
	v = json_object_get(n->numbers[o], name);
	return v ? (int32_t)json_integer_value(v) : NONE;
}
