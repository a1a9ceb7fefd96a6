/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build_told.c -- who is told, and when: routes, escalations, tags.
 *
 * A tag becomes a bit when it is first met; what a route asks for and
 * nothing has is a finding with the nearest tag, since nobody would ever be
 * told by it. So routes are built last.
 */
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "config/build.h"

/*-------------------------------------------------------------------- tags */

static const char *
tag_text(struct load *l, const struct object *o, const struct node *e)
{
	if (e->type == NODE_STRING && e->text[0] != '\0')
		return e->text;
	wrong(l, e, "%s: 'tags' are words, %s found", label(l, o),
	    node_seen(e, l->scratch));
	return NULL;
}

void
build_tags(struct load *l, const struct object *o, uint64_t *ret)
{
	const struct node *n = node_member(o->node, "tags");
	struct conf *c = l->conf;
	size_t i;

	for (i = 0; n && i < node_count(n); i++) {
		const struct node *e = node_element(n, i);
		const char *s = tag_text(l, o, e);

		if (s == NULL)
			continue;
		if (conf_tag(c, s) == 0 && c->n_tags == TAGS_MAX) {
			wrong(l, e, "%s: '%s' is one tag more than the %d "
			    "that there may be", label(l, o), s, TAGS_MAX);
			return;
		}
		if (conf_tag(c, s) == 0)
			c->tags[c->n_tags++] = arena_strdup(l->arena, s);
		*ret |= conf_tag(c, s);
	}
}

/* A route's: some object must have them. */
static uint64_t
wanted_tags(struct load *l, const struct object *o)
{
	const struct node *n = node_member(o->node, "tags");
	uint64_t tags = 0;
	size_t i;
	int32_t k;

	for (i = 0; n && i < node_count(n); i++) {
		const struct node *e = node_element(n, i);
		const char *s = tag_text(l, o, e);
		struct nearest near;

		if (s == NULL)
			continue;
		tags |= conf_tag(l->conf, s) ? conf_tag(l->conf, s) :
		    UINT64_MAX;         /* who knows what it meant */
		if (conf_tag(l->conf, s) || l->broken)
			continue;
		nearest_start(&near, s);
		for (k = 0; k < l->conf->n_tags; k++)
			nearest_try(&near, l->conf->tags[k]);
		wrong(l, e, "%s: nothing has the tag '%s'%s", label(l, o), s,
		    did_you_mean(l, near.best));
	}
	return tags;
}

/*-------------------------------------------------------------- escalation */

static const int32_t *
step_to(struct load *l, const struct object *o, const struct node *n,
    int32_t *ret_n)
{
	int32_t *v = room(l, node_count(n), sizeof v[0]);
	size_t i;

	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);
		struct object *to = e->type == NODE_STRING ?
		    object_named(l, KIND_NOTIFIER, e->text) : NULL;

		if (to == NULL && !l->broken)
			wrong(l, e, "%s: escalate.to names notifiers, %s is "
			    "none", label(l, o), node_seen(e, l->scratch));
		if (to)
			v[(*ret_n)++] = to->instance;
		if (to)
			to->used = true;
	}
	return v;
}

static void
step_time(struct load *l, const struct object *o, const struct node *n,
    int64_t *ret)
{
	if (n && (n->type != NODE_STRING || duration_parse(n->text, ret) < 0))
		wrong(l, n, "%s: 'escalate.%s' is a duration such as \"2h\", "
		    "%s found", label(l, o), n->name, node_seen(n,
		    l->scratch));
}

static void
step_severity(struct load *l, const struct object *o, const struct node *n,
    enum severity *ret)
{
	static const char *const names[] = { "info", "warning", "critical" };
	int i;

	for (i = 0; n && i < 3; i++)
		if (n->type == NODE_STRING && strcmp(n->text, names[i]) == 0) {
			*ret = (enum severity)(SEVERITY_INFO + i);
			return;
		}
	if (n)
		wrong(l, n, "%s: 'escalate.severity' is one of info, "
		    "warning, critical, %s found", label(l, o), node_seen(n,
		    l->scratch));
}

static void
step_unknown(struct load *l, const struct object *o, const struct node *e)
{
	static const char *const known[] = { "after", "before_due", "to",
		"severity" };
	size_t i, k;

	for (i = 0; i < e->n; i++) {
		struct nearest near;

		nearest_start(&near, e->kids[i].name);
		for (k = 0; k < 4 && strcmp(known[k], e->kids[i].name); k++)
			nearest_try(&near, known[k]);
		if (k == 4)
			wrong(l, &e->kids[i], "%s: unknown option "
			    "'escalate.%s'%s", label(l, o), e->kids[i].name,
			    did_you_mean(l, near.best));
	}
}

static void
read_step(struct load *l, const struct object *o, const struct node *e,
    struct escalation *x)
{
	const struct node *to = node_member(e, "to");

	*x = (struct escalation){ .origin = origin_of(e), .after_ms = -1,
		.before_ms = -1 };
	step_unknown(l, o, e);
	step_time(l, o, node_member(e, "after"), &x->after_ms);
	step_time(l, o, node_member(e, "before_due"), &x->before_ms);
	step_severity(l, o, node_member(e, "severity"), &x->severity);
	if (to)
		x->to = step_to(l, o, to, &x->n_to);
	if ((node_member(e, "after") != NULL) ==
	    (node_member(e, "before_due") != NULL))
		wrong(l, e, "%s: a step of 'escalate' has either 'after' or "
		    "'before_due'", label(l, o));
	if (to == NULL && node_member(e, "severity") == NULL)
		wrong(l, e, "%s: a step of 'escalate' needs 'to', 'severity' "
		    "or both", label(l, o));
}

static void
read_escalate(struct load *l, const struct object *o,
    struct escalations *ret)
{
	const struct node *n = node_member(o->node, "escalate");
	struct escalation *v;
	size_t i;

	*ret = (struct escalations){ NULL, 0 };
	if (n == NULL)
		return;
	v = room(l, node_count(n), sizeof v[0]);
	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);

		if (e->type == NODE_GROUP)
			read_step(l, o, e, &v[ret->n++]);
		else
			wrong(l, e, "%s: a step of 'escalate' is a group "
			    "{ after = ...; to = ...; }, %s found",
			    label(l, o), node_seen(e, l->scratch));
	}
	ret->v = v;
}

void
build_ladders(struct load *l)
{
	const struct objects *list = &l->of[KIND_PIPELINE];
	struct escalations *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		read_escalate(l, list->v[i], &v[i]);
	l->conf->ladders = v;
}

/*------------------------------------------------------------------ routes */

/* A route's notifiers as instances. */
static const int32_t *
instances_of(struct load *l, const struct refs *refs, int32_t *ret_n)
{
	int32_t *v = room(l, refs->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < refs->n; i++)
		v[i] = refs->v[i].to->instance;
	*ret_n = (int32_t)refs->n;
	return v;
}

static const struct window *
read_during(struct load *l, const struct object *o)
{
	const struct node *n = node_member(o->node, "during");
	const struct object *named;
	struct window *w;

	if (n == NULL)
		return NULL;
	named = n->type == NODE_STRING ? object_named(l, KIND_WINDOW,
	    n->text) : NULL;
	if (named) {
		((struct object *)(uintptr_t)named)->used = true;
		return &l->conf->windows[named->index];
	}
	w = room(l, 1, sizeof *w);
	if (n->type != NODE_STRING || !window_parse(l, n->text, w)) {
		wrong(l, n, "%s: 'during' is the name of a window, or hours "
		    "such as \"mon-fri 08:00-18:00\", %s found", label(l, o),
		    node_seen(n, l->scratch));
		return NULL;
	}
	w->origin = origin_of(n);
	return w;
}

static void
read_digest(struct load *l, const struct object *o, struct route *r)
{
	const struct node *n = node_member(o->node, "digest");

	r->digest_s = 9 * 3600;
	if (n == NULL)
		return;
	if (n->type == NODE_STRING && strcmp(n->text, "none") == 0)
		r->digest_most = SEVERITY_NONE;
	else if (n->type != NODE_STRING ||
	    clock_time_parse(n->text, &r->digest_s) < 0)
		wrong(l, n, "%s: 'digest' is a time of day such as "
		    "\"09:00\", or \"none\", %s found", label(l, o),
		    node_seen(n, l->scratch));
}

void
build_routes(struct load *l)
{
	const struct objects *list = &l->of[KIND_ROUTE];
	struct route *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];

		keys_read(l, o, keys_of(o), &v[i]);
		if (node_member(o->node, "remind") && v[i].remind_ms == 0)
			v[i].remind_ms = -1;
		v[i].name = o->name;
		v[i].origin = origin_of(o->node);
		v[i].to = instances_of(l, &o->inputs, &v[i].n_to);
		v[i].fallback = instances_of(l, &o->guards,
		    &v[i].n_fallback);
		v[i].pipeline = index_of(o->pipeline);
		v[i].phase = index_of(o->phase.to);
		v[i].tags = wanted_tags(l, o);
		v[i].during = read_during(l, o);
		read_digest(l, o, &v[i]);
		read_escalate(l, o, &v[i].escalate);
	}
	l->conf->routes = v;
	l->conf->n_routes = (int32_t)list->n;
}
