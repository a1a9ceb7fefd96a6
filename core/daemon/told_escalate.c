/* SPDX-License-Identifier: BSD-2-Clause
 *
 * told_escalate.c -- incidents that nobody acknowledged go further up.
 *
 * The steps are those of the pipeline and of the routes that take the
 * incident. Each is taken once, which is a row: a restart takes none again.
 */
#include <errno.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/incident.h"
#include "daemon/inside.h"
#include "daemon/tellings.h"

struct climb {
	struct supervisor *s;
	const struct notify_world *world;
	struct view v;
	bool take, due;
	int64_t next;
};

/* A step by what it says, not by where it stands. */
static void
step_key(const struct conf *c, const struct escalation *e,
    const struct notify_case *x, struct text *t)
{
	int32_t i;

	text_addf(t, "escalated/%llu/%s-%lld",
	    (unsigned long long)x->incident, e->after_ms >= 0 ? "after" :
	    "before", (long long)(e->after_ms >= 0 ? e->after_ms :
	    e->before_ms));
	for (i = 0; i < e->n_to; i++)
		text_addf(t, "-%s", c->instances[e->to[i]].name);
	if (e->severity != SEVERITY_NONE)
		text_addf(t, "-%s", severity_name(e->severity));
}

static int
say_to(struct climb *k, struct saying *y, int32_t notifier)
{
	const struct conf *c = k->s->g.conf;
	struct telling *x = telling_of(&k->s->told, y->x->incident,
	    c->instances[notifier].name, true);
	struct notify_ruling r;

	/* named twice, or by two routes: it is one message to him */
	if (x->t.message == y->message)
		return 0;
	y->notifier = notifier;
	y->route = route_named(c, x->route);
	return told_say(k->s, x, y, &r);
}

static int
tell_step(struct climb *k, const struct escalation *e,
    const struct notify_case *x)
{
	struct saying y = { .world = k->world, .x = x,
		.kind = NOTICE_ESCALATED, .severity = e->severity !=
		SEVERITY_NONE ? e->severity : x->severity,
		.message = engine_take_message(k->s->g.engine) };
	int32_t i;
	int r = 0;

	for (i = 0; r == 0 && i < e->n_to; i++)
		r = say_to(k, &y, e->to[i]);
	if (e->n_to > 0)
		return r;
	r = say_to_routes(k->s, &y);
	return r == -ENOENT ? 0 : r;
}

static int
take_step(struct climb *k, const struct escalation *e,
    const struct notify_case *x, const char *key)
{
	CLEANUP_TEXT struct text subject = { 0 };
	json_t *data = json_object();
	int r;

	json_put_int(data, "incident", (int64_t)x->incident);
	if (e->origin.file) {
		text_addf(&subject, "%s:%d", e->origin.file, e->origin.line);
		json_put(data, "rule", text_str(&subject));
		text_clear(&subject);
	}
	text_addf(&subject, "%llu", (unsigned long long)x->incident);
	r = told_append(k->s, "escalated", key, text_str(&subject), x, data);
	if (r == 0)
		r = tell_step(k, e, x);
	if (r == 0)
		(void)json_object_set_new(k->s->told.steps, key, json_true());
	return r;
}

static int
climb(struct climb *k, const struct escalations *steps,
    const struct notify_case *x)
{
	int32_t i;
	int r = 0;

	for (i = 0; r == 0 && i < steps->n; i++) {
		const struct escalation *e = &steps->v[i];
		CLEANUP_TEXT struct text key = { 0 };
		int64_t at;

		step_key(k->s->g.conf, e, x, &key);
		if (json_object_get(k->s->told.steps, text_str(&key)))
			continue;
		if (!escalation_due(e, x, k->world->now, &at)) {
			if (at != INSTANT_NONE && (k->next == INSTANT_NONE ||
			    at < k->next))
				k->next = at;
			continue;
		}
		k->due = true;
		if (k->take)
			r = take_step(k, e, x, text_str(&key));
	}
	return r;
}

static bool
has_any(const struct conf *c)
{
	int32_t i;

	for (i = 0; i < c->n_routes; i++)
		if (c->routes[i].escalate.n > 0)
			return true;
	for (i = 0; c->ladders && i < c->graph.n_pipelines; i++)
		if (c->ladders[i].n > 0)
			return true;
	return false;
}

static int
climb_incident(struct climb *k, const struct incident_row *row,
    const struct record *where)
{
	const struct conf *c = k->s->g.conf;
	const struct route *route = NULL;
	struct case_room room;
	struct notify_case x;
	int r = 0;

	case_of(&k->v, &k->s->told, row, where, &room, &x);
	if (c->ladders && x.pipeline != NONE)
		r = climb(k, &c->ladders[x.pipeline], &x);
	while (r == 0 && (route = notify_route(c, &x, x.severity,
	    k->world->now, route)))
		r = climb(k, &route->escalate, &x);
	return r;
}

int
escalations(struct supervisor *s, const struct notify_world *world, bool take,
    int64_t *ret_next, bool *ret_due)
{
	struct climb k = { .s = s, .world = world, .take = take,
		.next = INSTANT_NONE };
	const struct incident_row *row;
	struct record where;
	int32_t i;
	int r = 0;

	if (has_any(s->g.conf)) {
		view_open(&k.v, s);
		for (i = 0; r == 0 && (row = engine_incident_at(s->g.engine,
		    i, &where)); i++)
			if (row->open && !row->clearing && row->told !=
			    SEVERITY_NONE)
				r = climb_incident(&k, row, &where);
	}
	*ret_next = k.next;
	*ret_due = k.due;
	return r;
}
