/* SPDX-License-Identifier: BSD-2-Clause
 *
 * collect.c -- from the values of all files to objects with names.
 *
 * Lists of the same name are one list over all files; a name stands for one
 * object of its kind, and for phases within their pipeline. A check and a
 * gate can't share a name, because a phase's `done` may be either.
 *
 * An inline group becomes an object like any other, named after its place
 * ("stage.done"), so that it can be asked about and repaired; the node
 * remembers the object. The name must not depend on what else is configured,
 * except where two pipelines have a phase of the same name: then the later
 * one's is "shop.stage.done".
 *
 * A top-level setting that isn't known may have been a misspelt list, whose
 * objects are then missing everywhere: the picture counts as broken.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "config/keys.h"

enum { NAME_MOST = 64, SETTINGS_MOST = 32 };

/* What a group is to become. */
struct plan {
	enum kind kind;
	bool alarm;
	struct object *owner;   /* NULL: stands at the top */
	const char *made_up;    /* name where it gives none; NULL: it must */
};

static struct object *declare(struct load *, const struct plan *,
    const struct node *);

/*------------------------------------------------------------------- names */

static bool
name_valid(const char *s)
{
	size_t i;

	for (i = 0; s[i] != '\0'; i++) {
		char c = s[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		    || (c >= '0' && c <= '9') || c == '_';

		if (!word && (i == 0 || (c != '-' && c != '.')))
			return false;
	}
	return i > 0 && i <= NAME_MOST && strcmp(s, "exit") != 0 &&
	    strcmp(s, "none") != 0;
}

/* The name that a group gives itself; NULL: none, or a finding. */
static const char *
own_name(struct load *l, enum kind kind, const struct node *group)
{
	const struct node *n = node_member(group, "name");

	if (n == NULL)
		return NULL;
	if (n->type != NODE_STRING) {
		wrong(l, n, "the name of a %s is text, %s found",
		    kind_name(kind), node_seen(n, l->scratch));
		return NULL;
	}
	if (!name_valid(n->text)) {
		wrong(l, n, "%s can't be a name: expected up to %d letters, "
		    "digits, '_', '-' and '.', and not 'exit' or 'none'",
		    node_seen(n, l->scratch), NAME_MOST);
		return NULL;
	}
	return n->text;
}

struct object *
object_named(const struct load *l, enum kind kind, const char *name)
{
	return names_get(&l->of[kind].names, name);
}

static const char *
phase_key(struct arena *arena, const struct object *pipeline,
    const char *name)
{
	return arena_printf(arena, "%s/%s", pipeline->name, name);
}

struct object *
phase_named(const struct load *l, const struct object *pipeline,
    const char *name)
{
	return names_get(&l->of[KIND_PHASE].names,
	    phase_key(l->scratch, pipeline, name));
}

static void
append(struct objects *list, struct object *o)
{
	if (list->n == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 64;
		list->v = realloc(list->v, list->cap * sizeof list->v[0]);
		if (list->v == NULL)
			abort();
	}
	list->v[list->n++] = o;
}

/* An object that already has the name, of this kind or one that it would be
 * confused with. */
static struct object *
taken_by(const struct load *l, enum kind kind, const char *key)
{
	struct object *o = object_named(l, kind, key);

	if (o == NULL && kind == KIND_CHECK)
		o = object_named(l, KIND_GATE, key);
	if (o == NULL && kind == KIND_GATE)
		o = object_named(l, KIND_CHECK, key);
	return o;
}

/*----------------------------------------------------------------- objects */

/* Is a group a check or a gate? Its plugin knows. */
static enum kind
kind_of_inline(struct load *l, unsigned kinds, const struct node *group)
{
	const struct node *n = node_member(group, "plugin");
	enum kind kind = KIND_PIPELINE;

	while ((kinds & KIND_BIT(kind)) == 0)
		kind++;
	if ((kinds & KIND_BIT(KIND_GATE)) == 0 || kind == KIND_GATE ||
	    n == NULL || n->type != NODE_STRING)
		return kind;
	if (plugin_get(l, INSTANCE_CHECK, n->text)->error == -ENOENT &&
	    plugin_get(l, INSTANCE_GATE, n->text)->error != -ENOENT)
		return KIND_GATE;
	return kind;
}

static void
inline_group(struct load *l, struct object *owner, const struct key *key,
    struct node *group, size_t place_in_list)
{
	const char *name = place_in_list == 0 ?
	    arena_printf(l->arena, "%s.%s", owner->name, key->name) :
	    arena_printf(l->arena, "%s.%s.%zu", owner->name, key->name,
	    place_in_list);

	if (group->type == NODE_GROUP)
		group->object = declare(l, &(struct plan){
		    .kind = kind_of_inline(l, key->kinds, group),
		    .owner = owner, .made_up = name }, group);
}

/* Nodes are const to everyone else; collecting marks them. */
static struct node *
own(const struct node *n)
{
	return (struct node *)(uintptr_t)n;
}

static void
collect_inline(struct load *l, struct object *o)
{
	const struct key *key;
	size_t i;

	for (key = keys_of(o); key->name; key++) {
		struct node *n;

		if (key->type != KEY_REFERENCE)
			continue;
		n = own(node_member(o->node, key->name));
		if (n == NULL)
			continue;
		if (n->type != NODE_LIST)
			inline_group(l, o, key, n, 0);
		for (i = 0; n->type == NODE_LIST && i < n->n; i++)
			inline_group(l, o, key, &n->kids[i], i + 1);
	}
}

static void
collect_phases(struct load *l, struct object *pipeline)
{
	const struct node *n = node_member(pipeline->node, "phases"), *e;
	size_t i;

	if (n == NULL)
		return;
	pipeline->phases = arena_alloc(l->scratch,
	    node_count(n) * sizeof pipeline->phases[0]);
	for (i = 0; i < node_count(n); i++) {
		struct object *o;

		e = node_element(n, i);
		if (e->type != NODE_GROUP) {
			wrong(l, e, "a phase is a group { name = ...; }, %s "
			    "found", node_seen(e, l->scratch));
			continue;
		}
		o = declare(l, &(struct plan){ .kind = KIND_PHASE,
		    .owner = pipeline }, e);
		if (o)
			pipeline->phases[pipeline->n_phases++] = o;
	}
}

static void
say_duplicate(struct load *l, enum kind kind, const struct node *group,
    const char *name, const struct object *other)
{
	const struct node *n = node_member(group, "name");

	wrong(l, n ? n : group, "the name '%s' of this %s is taken: by the "
	    "%s at %s", name, kind_name(kind), object_kind(other),
	    place(l, other->node));
}

/* Puts the object into its kind's names; false: the name is taken. */
static bool
enter(struct load *l, struct object *o, bool made_up)
{
	const char *key = o->kind == KIND_PHASE ?
	    phase_key(l->scratch, o->owner, o->name) : o->name;
	struct object *other = taken_by(l, o->kind, key);

	if (other && made_up && o->pipeline) {
		key = o->name = arena_printf(l->arena, "%s.%s",
		    o->pipeline->name, o->name);
		other = taken_by(l, o->kind, key);
	}
	if (other) {
		say_duplicate(l, o->kind, o->node, o->name, other);
		return false;
	}
	*names_put(&l->of[o->kind].names, key) = o;
	append(&l->of[o->kind], o);
	return true;
}

/* The name of an object to be; NULL after a finding. */
static const char *
name_for(struct load *l, const struct plan *plan, const struct node *group)
{
	const char *name = own_name(l, plan->kind, group);
	bool said = node_member(group, "name") != NULL;

	if (name || (plan->made_up && !said))
		return arena_strdup(l->arena, name ? name : plan->made_up);
	if (!said)
		wrong(l, group, "this %s has no name", plan->alarm ? "alarm" :
		    kind_name(plan->kind));
	l->broken = true;
	return NULL;
}

static struct object *
declare(struct load *l, const struct plan *plan, const struct node *group)
{
	struct object *o, *owner = plan->owner;
	const char *name = name_for(l, plan, group);

	if (name == NULL)
		return NULL;
	o = arena_alloc(l->scratch, sizeof *o);
	*o = (struct object){ .kind = plan->kind, .node = group,
		.owner = owner, .index = NONE, .instance = NONE,
		.alarm = plan->alarm, .name = name };
	if (owner) {
		o->pipeline = owner->kind == KIND_PIPELINE ? owner :
		    owner->pipeline;
		o->claim = group;
	}
	if (!enter(l, o, node_member(group, "name") == NULL))
		return NULL;
	if (o->kind == KIND_PIPELINE)
		collect_phases(l, o);
	collect_inline(l, o);
	return o;
}

/*--------------------------------------------------------------- top level */

static void
collect_list(struct load *l, enum kind kind, bool alarm,
    const struct node *list)
{
	size_t i;

	for (i = 0; i < node_count(list); i++) {
		const struct node *e = node_element(list, i);
		const char *made_up = kind != KIND_ROUTE ? NULL :
		    arena_printf(l->scratch, "route.%zu", l->of[kind].n + 1);

		if (e->type != NODE_GROUP) {
			wrong(l, e, "an element of '%s' is a group "
			    "{ name = ...; }, %s found", list->name,
			    node_seen(e, l->scratch));
			l->broken = true;
			continue;
		}
		(void)declare(l, &(struct plan){ .kind = kind,
		    .alarm = alarm, .made_up = made_up }, e);
	}
}

static void
collect_setting(struct load *l, const struct node *n)
{
	const struct node *twice = node_member(&l->settings, n->name);

	if (twice) {
		wrong(l, n, "'%s' is set twice: also at %s", n->name,
		    place(l, twice));
		return;
	}
	if (l->settings.kids == NULL)
		l->settings.kids = arena_alloc(l->scratch,
		    SETTINGS_MOST * sizeof l->settings.kids[0]);
	assert(l->settings.n < SETTINGS_MOST);
	l->settings.kids[l->settings.n++] = *n;
}

static void
unknown_setting(struct load *l, const struct node *n)
{
	struct nearest near;
	const struct key *key;
	int kind;

	nearest_start(&near, n->name);
	nearest_try(&near, "alarms");
	for (kind = 0; kind < KINDS; kind++)
		if (kind != KIND_PHASE)
			nearest_try(&near, kind_list((enum kind)kind));
	for (key = top_table; key->name; key++)
		nearest_try(&near, key->name);
	wrong(l, n, "unknown setting '%s'%s", n->name,
	    did_you_mean(l, near.best));
	l->broken = true;
}

static void
collect_member(struct load *l, const struct node *n)
{
	int kind;

	if (strcmp(n->name, "alarms") == 0) {
		collect_list(l, KIND_GATE, true, n);
		return;
	}
	for (kind = 0; kind < KINDS; kind++)
		if (kind != KIND_PHASE &&
		    strcmp(n->name, kind_list((enum kind)kind)) == 0) {
			collect_list(l, (enum kind)kind, false, n);
			return;
		}
	if (key_find(top_table, n->name))
		collect_setting(l, n);
	else
		unknown_setting(l, n);
}

void
collect(struct load *l, const struct node *root)
{
	size_t i;

	for (i = 0; i < root->n; i++)
		collect_member(l, &root->kids[i]);
}
