/* SPDX-License-Identifier: BSD-2-Clause
 *
 * retire.c -- what a source takes along when it is given up.
 *
 *      sources = ( { name = "bdl"; retired = "2026-01-28";
 *                    instead = "gamebooks"; } );
 *
 * From that data date on its checks owe nothing, its recoveries don't start,
 * its alarms are silent. Whatever else looks at one of its checks needs the
 * check that takes its place (named there as `instead`, or the one of the
 * other source that is about the same item, or its only one), which joins
 * the inputs from that date on; or is a gate that has enough without. What
 * can do neither is a finding at the source's line: one line retires a
 * source everywhere, or nowhere.
 *
 * Sources are taken in the order of their dates, so that what took a place
 * may be retired later. Knows of plugins only that `any` needs one input,
 * and that `need` says how many.
 */
#include <string.h>

#include "base/text.h"
#include "config/build.h"

/* One source being retired. */
struct leaving {
	struct load *l;
	const struct object *source;
	const struct node *at;          /* where it says when */
	struct date from;
};

/* A finding at the source's line. */
static void
can_not(const struct leaving *r, const struct object *user,
    const struct object *check, const char *what)
{
	char day[DATE_TEXT];

	wrong(r->l, r->at, "%s is retired from %s on, but %s (%s) can't do "
	    "without %s (%s): %s", label(r->l, r->source),
	    date_text(r->from, day), label(r->l, user), place(r->l,
	    user->node), label(r->l, check), place(r->l, check->node), what);
}

/*------------------------------------------------------------------ sources */

static void
read_source(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "retired");
	const struct node *instead = node_member(o->node, "instead");
	struct date from;

	if (n == NULL && instead)
		doubtful(l, instead, "%s: 'instead' has no effect until it "
		    "says since when it is 'retired'", label(l, o));
	if (n == NULL)
		return;
	if (n->type != NODE_STRING || date_parse(n->text, &from) < 0) {
		wrong(l, n, "%s: 'retired' is a data date such as "
		    "\"2026-01-28\", %s found", label(l, o), node_seen(n,
		    l->scratch));
		return;
	}
	o->retirement = (struct retirement){ .source = o->name,
		.instead = o->source.to ? o->source.to->name : NULL,
		.from = from, .by = NONE };
}

/* What takes over has to be there by then. */
static void
check_successor(struct load *l, const struct object *o)
{
	const struct object *to = o->source.to;
	char day[DATE_TEXT];

	if (o->retirement.source == NULL || to == NULL)
		return;
	if (to == o)
		wrong(l, o->source.at, "%s: 'instead' names itself",
		    label(l, o));
	else if (is_retired(&to->retirement, o->retirement.from))
		wrong(l, o->source.at, "%s: 'instead' names '%s', which is "
		    "retired itself since %s", label(l, o), to->name,
		    date_text(to->retirement.from, day));
}

/*------------------------------------------------------------------ stand-in */

static const char *
item_of(const struct object *check)
{
	const struct node *n = node_member(check->node, "item");

	return n && n->type == NODE_STRING ? n->text : check->name;
}

/* The check of a source in a pipeline, about an item (NULL: any); NULL:
 * none, or several. */
static struct object *
only_check(const struct load *l, const struct object *source,
    const struct object *pipeline, const char *item)
{
	const struct objects *list = &l->of[KIND_CHECK];
	struct object *found = NULL;
	size_t i;

	for (i = 0; source && i < list->n; i++) {
		struct object *o = list->v[i];

		if (o->source.to != source || o->pipeline != pipeline ||
		    (item && strcmp(item_of(o), item) != 0))
			continue;
		if (found)
			return NULL;
		found = o;
	}
	return found;
}

/* Said, or about the same item, or the one of the only one. */
static void
find_stand_in(const struct leaving *r, struct object *check)
{
	const struct object *to = r->source->source.to;
	struct object *o = check->stand_in.to;

	if (o == NULL && (o = only_check(r->l, to, check->pipeline,
	    item_of(check))) == NULL && only_check(r->l, r->source,
	    check->pipeline, NULL) == check)
		o = only_check(r->l, to, check->pipeline, NULL);
	if (o == NULL)
		return;
	if (check->stand_in.to == NULL)
		check->stand_in = (struct ref){ o, check->node };
	if (o == check || o->calendar || o->pipeline != check->pipeline ||
	    is_retired(&o->retirement, r->from)) {
		wrong(r->l, check->stand_in.at, "%s: '%s' can't take its "
		    "place: it is %s", label(r->l, check), o->name, o ==
		    check ? "this one" : o->calendar ? "a calendar" :
		    o->pipeline != check->pipeline ? "of another pipeline" :
		    "retired then, too");
		check->stand_in.to = NULL;
	}
}

/* What would have to be said, with the checks that there are. */
static const char *
advice(const struct leaving *r, const struct object *user,
    const struct object *check)
{
	const struct objects *list = &r->l->of[KIND_CHECK];
	const struct object *to = r->source->source.to;
	CLEANUP_TEXT struct text t = { 0 };
	const char *sep = " (there are ";
	size_t i;

	if (to == NULL)
		text_add(&t, "say with 'instead' which source takes over");
	else
		text_addf(&t, "say on check '%s' which check of '%s' takes "
		    "its place: instead = \"...\"", check->name, to->name);
	for (i = 0; to && i < list->n; i++)
		if (list->v[i]->source.to == to &&
		    list->v[i]->pipeline == check->pipeline) {
			text_addf(&t, "%s'%s'", sep, list->v[i]->name);
			sep = ", ";
		}
	if (strcmp(sep, ", ") == 0)
		text_add(&t, ")");
	else if (to)
		text_addf(&t, " (no check says source = \"%s\")", to->name);
	if (user->alarm)
		text_addf(&t, "; or give the alarm source = \"%s\": it falls "
		    "silent then", r->source->name);
	return arena_strdup(r->l->scratch, text_str(&t));
}

/*--------------------------------------------------------------------- users */

static bool
has_input(const struct object *user, const struct object *check)
{
	size_t i;

	for (i = 0; i < user->inputs.n; i++)
		if (user->inputs.v[i].to == check)
			return true;
	for (i = 0; i < user->later.n; i++)
		if (user->later.v[i].to == check)
			return true;
	return false;
}

static void
join(const struct leaving *r, struct object *user, struct object *check)
{
	size_t n = user->later.n;
	struct ref *v = arena_alloc(r->l->scratch, (n + 1) * sizeof v[0]);
	struct date *from = arena_alloc(r->l->arena, (n + 1) *
	    sizeof from[0]);

	if (n > 0) {
		memcpy(v, user->later.v, n * sizeof v[0]);
		memcpy(from, user->later_from, n * sizeof from[0]);
	}
	v[n] = (struct ref){ check, r->at };
	from[n] = r->from;
	user->later = (struct refs){ v, n + 1 };
	user->later_from = from;
	check->used = true;
}

static bool
is_required(const struct object *user, const char *name)
{
	const struct node *n = node_member(user->node, "require");
	size_t i;

	for (i = 0; n && i < node_count(n); i++)
		if (node_element(n, i)->type == NODE_STRING &&
		    strcmp(node_element(n, i)->text, name) == 0)
			return true;
	return false;
}

/* How many inputs a gate is content with; 0: with no fewer than all. */
static int64_t
needs(const struct object *user)
{
	const struct node *need = node_member(user->node, "need");
	const struct node *plugin = node_member(user->node, "plugin");

	if (user->kind != KIND_GATE)
		return 0;
	if (need && need->type == NODE_INT)
		return need->integer;
	return plugin && plugin->type == NODE_STRING &&
	    strcmp(plugin->text, "any") == 0 ? 1 : 0;
}

static int64_t
inputs_left(const struct object *user, struct date d)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < user->inputs.n; i++)
		n += !is_retired(&user->inputs.v[i].to->retirement, d);
	for (i = 0; i < user->later.n; i++)
		n += !is_retired(&user->later.v[i].to->retirement, d);
	return n;
}

/* One check that a gate, alarm or phase looks at. */
static void
replace(const struct leaving *r, struct object *user, struct object *check)
{
	struct object *by = check->stand_in.to;
	bool required = is_required(user, check->name);
	int64_t need = needs(user);

	if (by && !has_input(user, by))
		join(r, user, by);
	else if (by && required && !is_required(user, by->name))
		can_not(r, user, check, arena_printf(r->l->scratch,
		    "it requires it, and '%s' in its place is an input that "
		    "it doesn't require", by->name));
	else if (by == NULL && (need == 0 || required))
		can_not(r, user, check, advice(r, user, check));
	else if (inputs_left(user, r->from) < need)
		can_not(r, user, check, arena_printf(r->l->scratch,
		    "it needs %lld of its inputs, and only %lld would be "
		    "left",
		    (long long)need, (long long)inputs_left(user, r->from)));
}

static void
replace_in(const struct leaving *r, struct object *user)
{
	size_t i, n = user->later.n;

	if (is_retired(&user->retirement, r->from))
		return;
	for (i = 0; i < user->inputs.n; i++)
		if (user->inputs.v[i].to->source.to == r->source)
			replace(r, user, user->inputs.v[i].to);
	for (i = 0; i < n; i++)
		if (user->later.v[i].to->source.to == r->source)
			replace(r, user, user->later.v[i].to);
}

/* What nothing can take the place of. */
static void
refuse(const struct leaving *r)
{
	const struct objects *pipelines = &r->l->of[KIND_PIPELINE];
	const struct objects *phases = &r->l->of[KIND_PHASE];
	const char *other = "nothing can take its place; give it another, or "
	    "take 'source' from that one";
	size_t i;

	for (i = 0; i < pipelines->n; i++)
		if (pipelines->v[i]->check.to &&
		    pipelines->v[i]->check.to->source.to == r->source)
			can_not(r, pipelines->v[i],
			    pipelines->v[i]->check.to, other);
	for (i = 0; i < phases->n; i++)
		if (phases->v[i]->action.to &&
		    phases->v[i]->action.to->source.to == r->source)
			can_not(r, phases->v[i], phases->v[i]->action.to,
			    other);
}

static void
retire(const struct leaving *r)
{
	static const enum kind users[] = { KIND_GATE, KIND_PHASE };
	size_t i, k;

	refuse(r);
	for (i = 0; i < r->l->of[KIND_CHECK].n; i++)
		if (r->l->of[KIND_CHECK].v[i]->source.to == r->source)
			find_stand_in(r, r->l->of[KIND_CHECK].v[i]);
	for (k = 0; k < sizeof users / sizeof *users; k++)
		for (i = 0; i < r->l->of[users[k]].n; i++)
			replace_in(r, r->l->of[users[k]].v[i]);
}

/*---------------------------------------------------------------- recoveries */

/* When the last of what it repairs is out of use: before that it has
 * something to do. */
static const struct retirement *
last_repaired(const struct object *o)
{
	const struct retirement *last = NULL;
	size_t i;

	for (i = 0; i < o->inputs.n; i++) {
		const struct retirement *r = &o->inputs.v[i].to->retirement;

		if (r->source == NULL)
			return NULL;
		if (last == NULL || r->from.day > last->from.day)
			last = r;
	}
	return last;
}

static void
retire_with(struct object *o, const struct retirement *r)
{
	if (r && r->source && (o->retirement.source == NULL ||
	    r->from.day < o->retirement.from.day))
		o->retirement = *r;
}

static void
mark(struct load *l, enum kind kind)
{
	size_t i;

	for (i = 0; i < l->of[kind].n; i++) {
		struct object *o = l->of[kind].v[i];

		if (o->source.to)
			retire_with(o, &o->source.to->retirement);
		if (kind != KIND_RECOVERY)
			continue;
		if (o->action.to && o->action.to->source.to)
			retire_with(o, &o->action.to->source.to->retirement);
		retire_with(o, last_repaired(o));
	}
}

/*----------------------------------------------------------------- resolved */

static void
note(struct load *l, enum kind kind)
{
	char day[DATE_TEXT];
	size_t i;

	for (i = 0; l->resolved && i < l->of[kind].n; i++) {
		const struct object *o = l->of[kind].v[i];
		const struct retirement *r = &o->retirement;
		const struct object *source = r->source == NULL ? NULL :
		    object_named(l, KIND_SOURCE, r->source);
		size_t k;

		if (source)
			resolve_note(l, o, "retired", json_string(date_text(
			    r->from, day)), node_member(source->node,
			    "retired"));
		if (source && o->stand_in.to)
			resolve_note(l, o, "instead", json_string(
			    o->stand_in.to->name), o->stand_in.at);
		for (k = 0; k < o->later.n; k++)
			resolve_note(l, o, arena_printf(l->scratch, "%s from "
			    "%s", kind == KIND_PHASE ? "done" : "inputs",
			    date_text(o->later_from[k], day)), json_string(
			    o->later.v[k].to->name), o->later.v[k].at);
	}
}

/* The one that leaves next, after `done` of them. */
static struct object *
next_source(const struct load *l)
{
	const struct objects *list = &l->of[KIND_SOURCE];
	struct object *next = NULL;
	size_t i;

	for (i = 0; i < list->n; i++) {
		struct object *o = list->v[i];

		if (o->retirement.source && o->mark == UNSEEN &&
		    (next == NULL || o->retirement.from.day <
		    next->retirement.from.day))
			next = o;
	}
	return next;
}

void
retire_sources(struct load *l)
{
	const struct objects *list = &l->of[KIND_SOURCE];
	struct object *o;
	size_t i;

	for (i = 0; i < list->n; i++)
		read_source(l, list->v[i]);
	for (i = 0; i < list->n; i++)
		check_successor(l, list->v[i]);
	mark(l, KIND_CHECK);
	mark(l, KIND_GATE);
	mark(l, KIND_RECOVERY);
	while (!l->broken && (o = next_source(l))) {
		o->mark = SEEN;
		retire(&(struct leaving){ l, o, node_member(o->node,
		    "retired"), o->retirement.from });
	}
}

void
build_sources(struct load *l)
{
	const struct objects *list = &l->of[KIND_SOURCE];
	size_t i;

	for (i = 0; i < list->n; i++)
		keys_read(l, list->v[i], keys_of(list->v[i]), NULL);
	note(l, KIND_CHECK);
	note(l, KIND_GATE);
	note(l, KIND_RECOVERY);
	note(l, KIND_PHASE);
}
