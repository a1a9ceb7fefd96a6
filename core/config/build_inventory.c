/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build_inventory.c -- what a deployment has to have.
 *
 * An entry is one of three: a check of its own, by its plugin; a check of
 * the graph, by its name; or a name that several objects have to share. What
 * it says beside that must mean something to it: a limit at a check that has
 * its own would be believed and never applied.
 *
 * An entry's own check is an instance, so that it has options, secrets and a
 * worker like any other; it is in no graph, so that no date measures it.
 */
#include <string.h>

#include "config/build.h"

enum form { FORM_PLUGIN, FORM_CHECK, FORM_NAMES, FORMS };

static const char *const form_keys[FORMS] = { "plugin", "check", "names" };

/* What each form doesn't take. */
static bool
is_taken(enum form f, const char *key)
{
	static const char *const limits[] = { "warn", "fail", "min", "max",
		"warn_above", "fail_above", "over", "allow_empty", "timeout" };
	size_t i;

	if (strcmp(key, "in") == 0)
		return f == FORM_NAMES;
	for (i = 0; i < sizeof limits / sizeof limits[0]; i++)
		if (strcmp(limits[i], key) == 0)
			return f == FORM_PLUGIN;
	return true;
}

static const char *
why_not_taken(enum form f, const char *key)
{
	if (strcmp(key, "in") == 0)
		return "it goes with 'names'";
	return f == FORM_CHECK ? "the check has its own" :
	    "nothing is measured";
}

/* An unknown member was probably one of them, and has been told of. */
static bool
was_meant(const struct load *l)
{
	size_t i;
	int f;

	for (i = 0; i < l->n_guess; i++)
		for (f = 0; f < FORMS; f++)
			if (strcmp(l->guess[i], form_keys[f]) == 0)
				return true;
	return false;
}

/* False after a finding: none of them, or several. */
static bool
read_form(struct load *l, const struct object *o, enum form *ret)
{
	const struct node *first = NULL;
	int f;

	for (f = 0; f < FORMS; f++) {
		const struct node *n = node_member(o->node, form_keys[f]);

		if (n && first) {
			wrong(l, n, "%s: '%s' and '%s' exclude each other",
			    label(l, o), form_keys[*ret], form_keys[f]);
			return false;
		}
		if (n == NULL)
			continue;
		first = n;
		*ret = (enum form)f;
	}
	if (first == NULL && !was_meant(l))
		wrong(l, o->node, "%s: says nothing to look at: expected "
		    "'plugin', 'check', or 'names' with 'in'", label(l, o));
	return first != NULL;
}

static void
review_members(struct load *l, const struct object *o, enum form f)
{
	size_t i;

	for (i = 0; i < o->node->n; i++) {
		const struct node *n = &o->node->kids[i];

		if (!is_taken(f, n->name))
			wrong(l, n, "%s: '%s' means nothing here: %s",
			    label(l, o), n->name, why_not_taken(f, n->name));
	}
	if (f == FORM_NAMES && node_member(o->node, "in") == NULL)
		wrong(l, o->node, "%s: 'in' is missing: whose options have "
		    "to have this name", label(l, o));
}

static void
set_users(struct load *l, const struct object *o, struct inventory_def *d)
{
	int32_t *in = room(l, o->inputs.n, sizeof in[0]);
	size_t i;

	for (i = 0; i < o->inputs.n; i++)
		in[i] = o->inputs.v[i].to->instance;
	d->in = in;
	d->n_in = (int32_t)o->inputs.n;
}

/* Its name among the checks, of which workers and quarantines know. */
static void
set_own(struct load *l, const struct object *o, struct inventory_keys *k,
    struct inventory_def *d)
{
	const char *name = arena_printf(l->arena, "inventory.%s", o->name);
	struct instance *in;

	limits_finish(l, o, &k->check);
	d->limits = k->check.def.limits;
	if (o->instance == NONE)
		return;         /* its plugin has been told of */
	in = instance_make(l, o, k->check.timeout_ms);
	in->name = name;
	d->instance = o->instance;
	if (object_named(l, KIND_CHECK, name))
		wrong(l, o->node, "%s: a check is called '%s', which is what "
		    "this one's is called", label(l, o), name);
}

static void
set_named(const struct load *l, const struct object *o,
    struct inventory_def *d)
{
	const struct check_def *c;

	if (o->check.to == NULL || o->check.to->index == NONE)
		return;
	c = &l->conf->graph.checks[o->check.to->index];
	d->instance = c->instance;
	d->limits = c->limits;
	d->pipeline = c->pipeline;
}

static void
build_entry(struct load *l, struct object *o, struct inventory_def *d)
{
	struct inventory_keys k = { .offline = true };
	enum form f = FORM_PLUGIN;

	/* dates are a pipeline's, and the database that it says */
	if (o->pipeline == NULL && l->of[KIND_PIPELINE].n == 1)
		o->pipeline = l->of[KIND_PIPELINE].v[0];
	keys_read(l, o, keys_of(o), &k);
	*d = (struct inventory_def){ .name = o->name,
		.origin = origin_of(o->node), .what = k.what,
		.instance = NONE, .names = k.names,
		.pipeline = index_of(o->pipeline), .offline = k.offline };
	if (!read_form(l, o, &f))
		return;
	review_members(l, o, f);
	if (f == FORM_PLUGIN)
		set_own(l, o, &k, d);
	else if (f == FORM_CHECK)
		set_named(l, o, d);
	else
		set_users(l, o, d);
}

void
build_inventory(struct load *l)
{
	const struct objects *list = &l->of[KIND_INVENTORY];
	struct inventory_def *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		build_entry(l, list->v[i], &v[i]);
	l->conf->inventory = v;
	l->conf->n_inventory = (int32_t)list->n;
}
