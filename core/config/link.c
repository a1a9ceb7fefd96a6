/* SPDX-License-Identifier: BSD-2-Clause
 *
 * link.c -- from names to the objects that they name.
 *
 * A reference is a name, or an inline group that collect.c has made an
 * object; a list of one equals its element. What is named and isn't there is
 * a finding with the nearest name, unless a file is missing from the
 * picture: then it may well be there.
 *
 * Knows which kinds may stand where, and nothing of what that means.
 */
#include <string.h>

#include "base/nearest.h"
#include "config/keys.h"

#define CHECK KIND_BIT(KIND_CHECK)
#define GATE KIND_BIT(KIND_GATE)
#define ACTION KIND_BIT(KIND_ACTION)
#define NOTIFIER KIND_BIT(KIND_NOTIFIER)
#define PIPELINE KIND_BIT(KIND_PIPELINE)
#define SOURCE KIND_BIT(KIND_SOURCE)

/* "check or gate" */
static const char *
kinds_text(struct load *l, unsigned kinds)
{
	const char *s = NULL;
	int k;

	for (k = 0; k < KINDS; k++) {
		const char *name = kind_name((enum kind)k);

		if (kinds & KIND_BIT(k))
			s = s ? arena_printf(l->scratch, "%s or %s", s,
			    name) : name;
	}
	return s;
}

static void
say_dangling(struct load *l, const struct object *o, const struct node *n,
    unsigned kinds)
{
	struct nearest near;
	size_t i;
	int k;

	if (l->broken)
		return;
	nearest_start(&near, n->text);
	for (k = 0; k < KINDS && l->near < 1000; k++)
		for (i = 0; (kinds & KIND_BIT(k)) && i < l->of[k].n; i++)
			nearest_try(&near, l->of[k].v[i]->name);
	wrong(l, n, "%s: there is no %s '%s'%s", label(l, o),
	    kinds_text(l, kinds), n->text, did_you_mean(l, near.best));
	for (k = 0; near.best && k < KINDS; k++)
		if ((kinds & KIND_BIT(k)) && object_named(l, (enum kind)k,
		    near.best))
			object_named(l, (enum kind)k, near.best)->used =
			    true;       /* probably: don't complain of it */
}

/* What one name or inline group refers to, or NULL. */
static struct object *
refer(struct load *l, const struct object *o, const struct node *n,
    unsigned kinds)
{
	struct object *found = NULL;
	int k;

	if (n->type == NODE_GROUP)
		return n->object;       /* NULL: collecting told why */
	if (n->type != NODE_STRING) {
		wrong(l, n, "%s: the name of a %s was expected, %s found",
		    label(l, o), kinds_text(l, kinds), node_seen(n,
		    l->scratch));
		return NULL;
	}
	for (k = 0; k < KINDS && found == NULL; k++)
		if (kinds & KIND_BIT(k))
			found = object_named(l, (enum kind)k, n->text);
	if (found == NULL)
		say_dangling(l, o, n, kinds);
	return found;
}

static void
add_ref(struct refs *refs, struct object *to, const struct node *at)
{
	refs->v[refs->n++] = (struct ref){ to, at };
}

static bool
is_among(const struct refs *refs, const struct object *to)
{
	size_t i;

	for (i = 0; i < refs->n; i++)
		if (refs->v[i].to == to)
			return true;
	return false;
}

static struct refs
room_for(struct load *l, const struct node *n)
{
	return (struct refs){ .v = arena_alloc(l->scratch, node_count(n) *
	    sizeof(struct ref)) };
}

/* A member that names one or several objects. */
static struct refs
refer_all(struct load *l, const struct object *o, const char *key,
    unsigned kinds)
{
	const struct node *n = node_member(o->node, key);
	struct refs refs = { 0 };
	size_t i;

	if (n == NULL)
		return refs;
	if (node_count(n) == 0)
		wrong(l, n, "%s: '%s' is an empty list", label(l, o), key);
	refs = room_for(l, n);
	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);
		struct object *to = refer(l, o, e, kinds);

		if (to && is_among(&refs, to))
			wrong(l, e, "%s: '%s' names '%s' twice", label(l, o),
			    key, to->name);
		else if (to)
			add_ref(&refs, to, e);
	}
	return refs;
}

/* A member that names one object. */
static struct ref
refer_one(struct load *l, const struct object *o, const char *key,
    unsigned kinds)
{
	const struct node *n = node_member(o->node, key);

	if (n == NULL)
		return (struct ref){ 0 };
	if (n->type == NODE_LIST && n->n == 1)
		n = node_element(n, 0);
	return (struct ref){ refer(l, o, n, kinds), n };
}

static void
use_all(const struct refs *refs)
{
	size_t i;

	for (i = 0; i < refs->n; i++)
		refs->v[i].to->used = true;
}

static void
link_pipeline_key(struct load *l, struct object *o)
{
	struct ref r = refer_one(l, o, "pipeline", PIPELINE);

	if (r.to) {
		o->pipeline = r.to;
		o->claim = r.at;
	}
}

/*------------------------------------------------------------------ phases */

/* "x" or "x[-1]": the length of the name and the offset. */
static bool
split_offset(const char *s, size_t *ret_len, int32_t *ret_offset)
{
	const char *bracket = strchr(s, '[');

	*ret_len = bracket ? (size_t)(bracket - s) : strlen(s);
	*ret_offset = bracket ? -1 : 0;
	return bracket == NULL || strcmp(bracket, "[-1]") == 0;
}

static void
say_no_phase(struct load *l, const struct object *o,
    const struct object *pipeline, const char *name, const struct node *at)
{
	struct nearest near;
	size_t i;

	if (l->broken)
		return;
	nearest_start(&near, name);
	for (i = 0; i < pipeline->n_phases; i++)
		nearest_try(&near, pipeline->phases[i]->name);
	wrong(l, at, "%s: there is no phase '%s' in pipeline '%s'%s",
	    label(l, o), name, pipeline->name, did_you_mean(l, near.best));
}

static void
link_after(struct load *l, struct object *o, const struct node *n)
{
	struct object *to;
	int32_t offset;
	size_t len;
	char *name;

	if (n->type != NODE_STRING) {
		wrong(l, n, "%s: 'after' names phases, %s found", label(l, o),
		    node_seen(n, l->scratch));
		return;
	}
	if (!split_offset(n->text, &len, &offset)) {
		wrong(l, n, "%s: %s: only the previous date can be named, as "
		    "\"%.*s[-1]\"", label(l, o), node_seen(n, l->scratch),
		    (int)(len > 64 ? 64 : len), n->text);
		return;
	}
	name = arena_strndup(l->scratch, n->text, len);
	to = phase_named(l, o->owner, name);
	if (to == NULL) {
		say_no_phase(l, o, o->owner, name, n);
		return;
	}
	o->offsets[o->after.n] = offset;
	add_ref(&o->after, to, n);
}

static void
link_start(struct load *l, struct object *o)
{
	const struct node *n = member_or_inherited(o, "start");
	bool own = n && node_member(o->node, "start") == n;

	if (n == NULL || (n->type == NODE_STRING &&
	    strcmp(n->text, "none") == 0))
		return;
	l->quiet = !own;        /* the pipeline has been told */
	o->action = (struct ref){ refer(l, o, n, ACTION), n };
	l->quiet = false;
}

static void
link_done(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "done");
	size_t i;

	if (n == NULL) {
		wrong(l, o->node, "%s has no 'done': name the check or gate "
		    "that proves it%s", label(l, o), o->action.at ?
		    ", or say done = \"exit\" to believe the action" : "");
		return;
	}
	if (n->type == NODE_STRING && strcmp(n->text, "exit") == 0) {
		o->done_exit = true;
		if (o->action.at == NULL)
			wrong(l, n, "%s: done = \"exit\" believes the action, "
			    "but there is no 'start'", label(l, o));
		return;
	}
	o->inputs = refer_all(l, o, "done", CHECK | GATE);
	for (i = 0; i < o->inputs.n; i++) {
		const struct ref *r = &o->inputs.v[i];

		if (r->to->alarm)
			wrong(l, r->at, "%s: '%s' is an alarm, which guards "
			    "nothing; a gate was expected", label(l, o),
			    r->to->name);
		else if (r->to->kind == KIND_GATE && o->inputs.n > 1)
			wrong(l, r->at, "%s: '%s' is a gate; a list names "
			    "checks only", label(l, o), r->to->name);
	}
	use_all(&o->inputs);
	if (o->inputs.n == 1 && o->inputs.v[0].to->kind == KIND_GATE) {
		o->gate = o->inputs.v[0];
		o->inputs.n = 0;
	}
}

static void
link_phase(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "after");
	size_t i;

	if (n) {
		o->after = room_for(l, n);
		o->offsets = arena_alloc(l->scratch, node_count(n) *
		    sizeof o->offsets[0]);
		for (i = 0; i < node_count(n); i++)
			link_after(l, o, node_element(n, i));
	}
	link_start(l, o);
	link_done(l, o);
}

/*------------------------------------------------------------------- gates */

/* The phase of that name, in the gate's pipeline or the only one that has
 * it. */
static struct object *
guarded(struct load *l, struct object *gate, const struct node *n)
{
	const struct objects *pipelines = &l->of[KIND_PIPELINE];
	struct object *found = NULL, *p;
	size_t i;

	if (gate->pipeline || pipelines->n == 1) {
		p = gate->pipeline ? gate->pipeline : pipelines->v[0];
		found = phase_named(l, p, n->text);
		if (found == NULL)
			say_no_phase(l, gate, p, n->text, n);
		return found;
	}
	for (i = 0; i < pipelines->n; i++) {
		struct object *o = phase_named(l, pipelines->v[i], n->text);

		if (o && found) {
			wrong(l, n, "%s: pipelines '%s' and '%s' have a phase "
			    "'%s': say which with pipeline = \"...\"",
			    label(l, gate), found->owner->name,
			    o->owner->name, n->text);
			return NULL;
		}
		found = o ? o : found;
	}
	if (found == NULL)
		say_dangling(l, gate, n, KIND_BIT(KIND_PHASE));
	return found;
}

static void
link_guards(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "guards");
	size_t i;

	if (n == NULL)
		return;
	o->guards = room_for(l, n);
	o->used = true;
	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);
		struct object *to = NULL;

		if (e->type != NODE_STRING)
			wrong(l, e, "%s: 'guards' names phases, %s found",
			    label(l, o), node_seen(e, l->scratch));
		else
			to = guarded(l, o, e);
		if (to)
			add_ref(&o->guards, to, e);
	}
}

/* A gate's list "require" names some of its inputs. */
static void
check_require(struct load *l, const struct object *o)
{
	const struct node *n = node_member(o->node, "require");
	size_t i, k;

	if (n == NULL || l->broken)
		return;
	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);
		bool found = false;
		struct nearest near;

		if (e->type != NODE_STRING)
			return; /* the plugin's table says what it must be */
		nearest_start(&near, e->text);
		for (k = 0; k < o->inputs.n; k++) {
			nearest_try(&near, o->inputs.v[k].to->name);
			found |= strcmp(o->inputs.v[k].to->name, e->text)
			    == 0;
		}
		if (!found)
			wrong(l, e, "%s: 'require' names '%s', which is not "
			    "one of its inputs%s", label(l, o), e->text,
			    did_you_mean(l, near.best));
	}
}

static void
link_gate(struct load *l, struct object *o)
{
	link_pipeline_key(l, o);
	if (o->alarm)
		o->source = refer_one(l, o, "source", SOURCE);
	o->inputs = refer_all(l, o, "inputs", CHECK);
	use_all(&o->inputs);
	if (o->alarm)
		o->used = true;
	else
		link_guards(l, o);
	check_require(l, o);
}

/*------------------------------------------------------------------ others */

static void
link_recovery(struct load *l, struct object *o)
{
	link_pipeline_key(l, o);
	o->source = refer_one(l, o, "source", SOURCE);
	o->action = refer_one(l, o, "action", ACTION);
	o->inputs = refer_all(l, o, "repairs", CHECK);
}

static void
link_route(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "phase");

	link_pipeline_key(l, o);
	o->inputs = refer_all(l, o, "to", NOTIFIER);
	o->guards = refer_all(l, o, "fallback", NOTIFIER);
	use_all(&o->inputs);
	use_all(&o->guards);
	if (n && n->type != NODE_STRING)
		wrong(l, n, "route: 'phase' is the name of a phase, %s found",
		    node_seen(n, l->scratch));
	else if (n)
		o->phase = (struct ref){ guarded(l, o, n), n };
}

static void
link_target(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "phase");

	link_pipeline_key(l, o);
	o->check = refer_one(l, o, "check", CHECK);
	if (n && n->type != NODE_STRING)
		wrong(l, n, "%s: 'phase' is the name of a phase, %s found",
		    label(l, o), node_seen(n, l->scratch));
	else if (n)
		o->phase = (struct ref){ guarded(l, o, n), n };
}

static void
link_report(struct load *l, struct object *o)
{
	link_pipeline_key(l, o);
	o->inputs = refer_all(l, o, "to", NOTIFIER);
	use_all(&o->inputs);
}

/* A check by its name: an inline group would be one of every date. */
static void
link_inventory(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "check");

	link_pipeline_key(l, o);
	if (n && n->type == NODE_GROUP)
		wrong(l, n, "%s: 'check' names a check; what is measured for "
		    "this alone has its 'plugin' here", label(l, o));
	else
		o->check = refer_one(l, o, "check", CHECK);
	o->inputs = refer_all(l, o, "in", CHECK | GATE | ACTION | NOTIFIER);
}

static void
link_window(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "phases");
	size_t i;

	o->inputs = refer_all(l, o, "notifiers", NOTIFIER);
	o->after = refer_all(l, o, "pipelines", PIPELINE);
	if (n == NULL)
		return;
	o->guards = room_for(l, n);
	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);
		struct object *to = NULL;

		if (e->type != NODE_STRING)
			wrong(l, e, "%s: 'phases' names phases, %s found",
			    label(l, o), node_seen(e, l->scratch));
		else
			to = guarded(l, o, e);
		if (to)
			add_ref(&o->guards, to, e);
	}
}

static void
link_pipeline(struct load *l, struct object *o)
{
	o->pipeline = o;
	o->check = refer_one(l, o, "calendar", CHECK);
	if (o->check.to) {
		o->check.to->used = true;
		o->check.to->calendar = true;
	}
	o->action = refer_one(l, o, "start", ACTION);
}

static void
link_check(struct load *l, struct object *o)
{
	link_pipeline_key(l, o);
	o->source = refer_one(l, o, "source", SOURCE);
	o->stand_in = refer_one(l, o, "instead", CHECK);
}

static void
link_action(struct load *l, struct object *o)
{
	o->source = refer_one(l, o, "source", SOURCE);
}

static void
link_source(struct load *l, struct object *o)
{
	o->source = refer_one(l, o, "instead", SOURCE);
}

void
link_objects(struct load *l)
{
	static void (*const linkers[KINDS])(struct load *, struct object *) =
	{
		[KIND_PIPELINE] = link_pipeline, [KIND_PHASE] = link_phase,
		[KIND_CHECK] = link_check, [KIND_GATE] = link_gate,
		[KIND_RECOVERY] = link_recovery, [KIND_ROUTE] = link_route,
		[KIND_TARGET] = link_target, [KIND_REPORT] = link_report,
		[KIND_WINDOW] = link_window,
		[KIND_INVENTORY] = link_inventory,
		[KIND_ACTION] = link_action, [KIND_SOURCE] = link_source,
	};
	size_t i;
	int k;

	for (k = 0; k < KINDS; k++)
		for (i = 0; linkers[k] && i < l->of[k].n; i++)
			linkers[k](l, l->of[k].v[i]);
}
