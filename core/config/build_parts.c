/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build_parts.c -- checks, gates, actions, recoveries, and their instances.
 *
 * An instance's identity is the hash of everything that a worker of it
 * depends on: the plugin's file, the options, the files of its secrets. As
 * long as it stays the same, a reload may keep the worker.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "config/build.h"

/*--------------------------------------------------------------- instances */

static uint64_t
secrets_identity(uint64_t hash, const json_t *options)
{
	const char *key, *s;
	json_t *v;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)options, key, v) {
		s = json_text(v, "secret", NULL);
		hash = s ? secret_identity(hash, s) :
		    secrets_identity(hash, v);
	}
	json_array_foreach(options, i, v)
		hash = secrets_identity(hash, v);
	return hash;
}

static uint64_t
identity_of(const struct object *o, const json_t *options)
{
	char *text CLEANUP_FREE = json_line(options);
	uint64_t hash = o->plugin->identity;

	hash = hash_text(hash, o->plugin->name);
	hash = hash_text(hash, text);
	return secrets_identity(hash, options);
}

struct instance *
instance_make(struct load *l, const struct object *o, int64_t timeout_ms)
{
	static const enum instance_kind kinds[KINDS] = {
		[KIND_CHECK] = INSTANCE_CHECK, [KIND_GATE] = INSTANCE_GATE,
		[KIND_ACTION] = INSTANCE_ACTION,
		[KIND_NOTIFIER] = INSTANCE_NOTIFIER,
		[KIND_INVENTORY] = INSTANCE_CHECK,
	};
	struct instance *i = &l->conf->instances[o->instance];
	const struct node *was = node_member(o->node, "was");

	*i = (struct instance){ .kind = kinds[o->kind], .name = o->name,
		.origin = origin_of(o->node), .timeout_ms = timeout_ms,
		.pipeline = index_of(o->pipeline),
		.options = options_read(l, o) };
	if (was && was->type == NODE_STRING)
		i->was = arena_strdup(l->arena, was->text);
	if (o->plugin == NULL || o->plugin->error != 0)
		return i;
	i->plugin = o->plugin->name;
	i->path = o->plugin->path;
	i->identity = identity_of(o, i->options);
	return i;
}

/*------------------------------------------------------------------ checks */

/* `min` and `max` are other words for limits that fail. */
static void
merge_limits(struct load *l, const struct object *o, struct check_keys *k)
{
	struct limits *m = &k->def.limits;
	const struct node *min = node_member(o->node, "min");
	const struct node *max = node_member(o->node, "max");

	if (min && m->fail_below.kind)
		wrong(l, min, "%s: 'min' and 'fail' say the same thing: "
		    "keep one", label(l, o));
	else if (min)
		m->fail_below = k->min;
	if (max && m->fail_above.kind)
		wrong(l, max, "%s: 'max' and 'fail_above' say the same "
		    "thing: keep one", label(l, o));
	else if (max)
		m->fail_above = k->max;
	if (m->warn_below.kind != LIMIT_NONE &&
	    m->warn_below.kind == m->fail_below.kind &&
	    m->warn_below.at < m->fail_below.at)
		doubtful(l, o->node, "%s: it fails below %g%s before it "
		    "could warn below %g%s", label(l, o), m->fail_below.at,
		    m->fail_below.kind == LIMIT_PERCENT ? "%" : "",
		    m->warn_below.at,
		    m->warn_below.kind == LIMIT_PERCENT ? "%" : "");
}

/* A percentage that only warns does not mean that nothing at all is enough:
 * less than one unit fails. */
static void
imply_fail(struct load *l, const struct object *o, struct limits *m)
{
	struct node made = { .type = NODE_STRING,
		.text = "nothing at all" };

	if (m->warn_below.kind != LIMIT_PERCENT ||
	    m->fail_below.kind != LIMIT_NONE)
		return;
	m->fail_below = (struct limit){ LIMIT_ABSOLUTE, 1 };
	resolve_note(l, o, "fail", node_json(&made), &made);
}

void
limits_finish(struct load *l, const struct object *o, struct check_keys *k)
{
	merge_limits(l, o, k);
	imply_fail(l, o, &k->def.limits);
}

/* Probes of one database fail together. */
static const char *
target_of(struct load *l, const struct instance *i)
{
	const char *key;
	json_t *v;

	json_object_foreach(i->options, key, v)
		if (json_text(v, "driver", NULL))
			return arena_strdup(l->arena, json_text(v, "name",
			    NULL));
	return NULL;
}

/* A heartbeat with a period is owed from the beginning of its date. */
static bool
reports_again(const struct instance *i)
{
	return i->plugin && strcmp(i->plugin, "heartbeat") == 0 &&
	    json_int(i->options, "period", 0) > 0;
}

static void
due_at_once(struct load *l, const struct object *o, struct due *ret)
{
	struct node made = { .type = NODE_STRING, .text = "00:00" };

	*ret = (struct due){ .kind = DUE_WALL };
	resolve_note(l, o, "due", node_json(&made), &made);
}

static bool
has_limit(const struct limits *m)
{
	return m->warn_below.kind || m->fail_below.kind ||
	    m->warn_above.kind || m->fail_above.kind;
}

static void
build_check(struct load *l, const struct object *o, struct check_def *ret)
{
	struct check_keys k = { 0 };
	const struct instance *i;

	keys_read(l, o, keys_of(o), &k);
	limits_finish(l, o, &k);
	i = instance_make(l, o, k.timeout_ms);
	k.def.name = o->name;
	k.def.origin = origin_of(o->node);
	k.def.pipeline = index_of(o->pipeline);
	k.def.instance = o->instance;
	k.def.calendar = o->calendar;
	k.def.source = o->source.to ? o->source.to->name : NULL;
	k.def.retirement = o->retirement;
	k.def.retirement.by = index_of(o->stand_in.to);
	if (k.def.item == NULL)
		k.def.item = o->name;
	if (k.def.due.kind == DUE_NONE && reports_again(i))
		due_at_once(l, o, &k.def.due);
	if (k.def.target == NULL) {
		k.def.target = target_of(l, i);
		if (k.def.target)
			resolve_note(l, o, "target", json_string(
			    k.def.target), &(struct node){ .line = 0 });
	}
	if (k.def.trend.days > 0 && !has_limit(&k.def.limits))
		wrong(l, node_member(o->node, "trend"), "%s: 'trend' says "
		    "when a limit will be crossed, and there is none: add "
		    "max, min, fail, fail_above, warn or warn_above",
		    label(l, o));
	if (k.def.schedule.kind != SCHEDULE_NONE &&
	    node_member(o->node, "every"))
		wrong(l, node_member(o->node, "every"), "%s: 'every' and "
		    "'schedule' exclude each other", label(l, o));
	build_tags(l, o, &k.def.tags);
	*ret = k.def;
}

void
build_checks(struct load *l)
{
	const struct objects *list = &l->of[KIND_CHECK];
	struct check_def *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		build_check(l, list->v[i], &v[i]);
	l->conf->graph.checks = v;
}

/*------------------------------------------------------------------- gates */

static bool
read_until(struct load *l, const struct object *o, const struct node *n,
    int64_t *ret)
{
	const struct node *tz = o->pipeline == NULL ? NULL :
	    node_member(o->pipeline->node, "timezone");
	struct zone zone;
	const char *s;

	zone_utc(&zone);
	l->quiet = true;        /* the pipeline has been told */
	if (tz)
		(void)zone_read(l, o->pipeline, "timezone", tz, &zone);
	l->quiet = false;
	if (n->type != NODE_STRING)
		return false;
	s = strlen(n->text) == strlen("2026-01-16") ?
	    arena_printf(l->scratch, "%s 00:00", n->text) : n->text;
	return instant_parse(s, &zone, ret) == 0;
}

static void
read_on_unknown(struct load *l, const struct object *o,
    struct gate_keys *k)
{
	const struct node *n = node_member(o->node, "on_unknown_until");

	k->def.open_on_unknown = k->on_unknown == true;
	k->def.open_until = INSTANT_NONE;
	if (k->def.open_on_unknown && n == NULL)
		wrong(l, node_member(o->node, "on_unknown"), "%s: on_unknown "
		    "= \"open\" needs an end: on_unknown_until = "
		    "\"2026-02-01\"", label(l, o));
	if (n && !read_until(l, o, n, &k->def.open_until))
		wrong(l, n, "%s: 'on_unknown_until' is a date or an instant "
		    "such as \"2026-02-01 12:00\", %s found", label(l, o),
		    node_seen(n, l->scratch));
}

/* Does the check take the place of an input of that name? */
static bool
stands_in_for(const struct object *gate, const struct object *check,
    const char *name)
{
	const struct refs *lists[] = { &gate->inputs, &gate->later };
	size_t i, k;

	for (k = 0; name && k < 2; k++)
		for (i = 0; i < lists[k]->n; i++)
			if (lists[k]->v[i].to->stand_in.to == check &&
			    strcmp(lists[k]->v[i].to->name, name) == 0)
				return true;
	return false;
}

/* What takes the place of a required input is required, too: before its time
 * it owes nothing. */
static void
require_later(const struct object *o, struct instance *in)
{
	json_t *list = json_object_get(in->options, "require");
	const json_t *v;
	size_t i, k;

	for (i = 0; json_is_array(list) && i < o->later.n; i++)
		json_array_foreach(list, k, v) {
			const struct ref *r = &o->later.v[i];

			if (!stands_in_for(o, r->to, json_string_value(v)))
				continue;
			(void)json_array_append_new(list, json_string(
			    r->to->name));
			break;
		}
	if (o->later.n > 0 && in->plugin)
		in->identity = identity_of(o, in->options);
}

static void
build_gate(struct load *l, const struct object *o, struct gate_def *ret)
{
	struct gate_keys k = { 0 };

	keys_read(l, o, keys_of(o), &k);
	require_later(o, instance_make(l, o, k.timeout_ms));
	k.def.name = o->name;
	k.def.origin = origin_of(o->node);
	k.def.pipeline = index_of(o->pipeline);
	k.def.instance = o->instance;
	k.def.alarm = o->alarm;
	k.def.inputs = indexes_with_later(l, o, &k.def.n_inputs);
	k.def.joiners = joiners_of(o);
	k.def.retirement = o->retirement;
	read_on_unknown(l, o, &k);
	build_tags(l, o, &k.def.tags);
	*ret = k.def;
}

void
build_gates(struct load *l)
{
	const struct objects *list = &l->of[KIND_GATE];
	struct gate_def *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		build_gate(l, list->v[i], &v[i]);
	l->conf->graph.gates = v;
}

/*----------------------------------------------------- actions, recoveries */

/* Another definition is another chance for what failed for good. */
static uint64_t
definition_of(const struct instance *i)
{
	uint64_t d = i->identity ^ (uint64_t)i->timeout_ms;

	return d == 0 ? 1 : d;
}

static void
build_action(struct load *l, const struct object *o, struct action_def *ret,
    struct breaker_def *ret_breaker)
{
	struct action_keys k = { 0 };

	keys_read(l, o, keys_of(o), &k);
	k.def.definition = definition_of(instance_make(l, o, k.timeout_ms));
	k.def.name = o->name;
	k.def.origin = origin_of(o->node);
	k.def.instance = o->instance;
	if (k.def.exclusive && k.def.target == NULL)
		wrong(l, o->node, "%s: 'exclusive' needs a 'target' to be "
		    "exclusive on", label(l, o));
	*ret = k.def;
	*ret_breaker = k.breaker;
}

void
build_actions(struct load *l)
{
	const struct objects *list = &l->of[KIND_ACTION];
	struct action_def *v = room(l, list->n, sizeof v[0]);
	struct breaker_def *b = room(l, list->n, sizeof b[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		build_action(l, list->v[i], &v[i], &b[i]);
	build_breakers(l, v, b);
	l->conf->graph.actions = v;
}

static void
build_recovery(struct load *l, const struct object *o,
    struct recovery_def *d)
{
	keys_read(l, o, keys_of(o), d);
	retry_finish(l, o, &d->retry);
	d->name = o->name;
	d->origin = origin_of(o->node);
	d->pipeline = index_of(o->pipeline);
	d->action = index_of(o->action.to);
	d->repairs = indexes(l, &o->inputs, &d->n_repairs);
	if (node_member(o->node, "action") == NULL && d->fix == NULL)
		wrong(l, o->node, "%s has no 'action', and no 'fix' for the "
		    "person who is asked instead", label(l, o));
	build_tags(l, o, &d->tags);
	d->retirement = o->retirement;
	if (d->per_date == 0)
		d->per_date = d->retry.attempts;
	if (d->per_date < d->retry.attempts)
		wrong(l, node_member(o->node, "per_date"), "%s: 'per_date' "
		    "is %d, fewer than the %d attempts of its plan",
		    label(l, o), d->per_date, d->retry.attempts);
}

void
build_recoveries(struct load *l)
{
	const struct objects *list = &l->of[KIND_RECOVERY];
	struct recovery_def *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		build_recovery(l, list->v[i], &v[i]);
	l->conf->graph.recoveries = v;
}
