/* SPDX-License-Identifier: BSD-2-Clause
 *
 * told_say.c -- from what the engine says to messages in the outbox.
 *
 * The engine says a thing once, in the step in which it became so. Here it
 * meets each recipient: told now (queued in the same transaction), or kept as
 * what waits for him. What waits is looked at again when its time comes, and
 * whenever something changes that may have held it.
 *
 * Who was told, hears of the end: by what the outbox says of its messages,
 * because one that was given up went to a fallback, and by our own rows for
 * what went into digests.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/incident.h"
#include "daemon/inside.h"
#include "daemon/message.h"
#include "daemon/outbox_route.h"
#include "daemon/tellings.h"

enum { MESSAGES_LOOKED_AT = 1000 };

static const int64_t day_s = 86400;

const struct route *
route_named(const struct conf *c, const char *name)
{
	int32_t i;

	for (i = 0; name && i < c->n_routes; i++)
		if (c->routes[i].name && strcmp(c->routes[i].name, name) == 0)
			return &c->routes[i];
	return NULL;
}

/*---------------------------------------------------------------- counting */

static int64_t
midnight(const struct conf *c, const struct notify_case *x, int64_t now)
{
	const struct zone *z = x->pipeline == NONE ? NULL :
	    &c->graph.pipelines[x->pipeline].zone;
	int64_t s = now / 1000 + (z ? zone_offset(z, now / 1000) : 0);

	s -= s % day_s;
	return (z ? zone_resolve(z, s) : s) * 1000;
}

/* Messages queued for a notifier in this civil day; where it has no cap
 * nobody asks. */
static int32_t
sent_today(struct supervisor *s, const struct saying *y)
{
	const struct instance *to = &s->g.conf->instances[y->notifier];
	int64_t from = midnight(s->g.conf, y->x, y->world->now);
	CLEANUP_JSON json_t *all = NULL;
	json_t *m;
	int32_t n = 0;
	size_t i;

	if (to->cap == 0)
		return 0;
	all = store_messages(s->store, 0, MESSAGES_LOOKED_AT);
	json_array_foreach(all, i, m)
		n += json_int(m, "queued_at", 0) >= from &&
		    strcmp(json_text(m, "notifier", ""), to->name) == 0;
	return n;
}

/* He was told of another incident of the root, which flaps. */
static bool
flap_told_to(struct supervisor *s, const struct telling *x)
{
	const struct incident_row *row;
	struct record where;
	struct view v;

	view_open(&v, s);
	row = incident_find(&v, x->incident, &where);
	return row && flap_is_told(&v, &s->told, row, &where, x->notifier);
}

/*------------------------------------------------------------------ saying */

static int
queue_one(struct supervisor *s, struct telling *x, const struct saying *y,
    const struct notify_ruling *r)
{
	CLEANUP_JSON json_t *body = message_body(s, x->incident, r->kind,
	    r->severity, x->t.message);
	int32_t n = outbox_queue_to(s->outbox, &(struct outbox_notice){
		.id = x->t.message, .incident = x->incident,
		.kind = r->kind, .severity = r->severity,
		.pipeline = y->x->pipeline, .phase = y->x->phase,
		.body = body }, x->notifier, x->fallback);

	telling_handed(&x->t, n > 0);
	return n < 0 ? n : 0;
}

int
told_say(struct supervisor *s, struct telling *x, const struct saying *y,
    struct notify_ruling *r)
{
	const struct notify_recipient who = { .route = y->route,
		.notifier = y->notifier, .today = sent_today(s, y),
		.flap_told = y->x->flapping && flap_told_to(s, x) };
	int result = 0;

	if (y->again)
		telling_again(y->world, y->x, &who, &x->t, y->digest, r);
	else
		telling_asked(y->world, y->x, &who, &x->t, y->kind,
		    y->severity, y->message, r);
	if (r->outcome == NOTIFY_NOW && !y->digest)
		result = queue_one(s, x, y, r);
	if (result == 0)
		result = telling_write(s, x, y->x, r);
	if (!x->t.waits && (x->t.told.ended || (x->t.told.severity ==
	    SEVERITY_NONE && !y->x->open)))
		telling_drop(&s->told, x);
	return result;
}

/*-------------------------------------------------------------- recipients */

/* The first that brings it there. */
static const struct route *
route_to(const struct conf *c, const struct saying *y)
{
	const struct route *r = NULL;
	int32_t i;

	while ((r = notify_route(c, y->x, y->severity, y->world->now, r)))
		for (i = 0; i < r->n_to; i++)
			if (r->to[i] == y->notifier)
				return r;
	return NULL;
}

static void
set_route(struct telling *x, const struct route *route, json_t *fallback)
{
	free(x->route);
	x->route = strdup(route->name ? route->name : "");
	if (x->route == NULL)
		abort();
	json_decref(x->fallback);
	x->fallback = json_incref(fallback);
}

int
say_to_routes(struct supervisor *s, struct saying *y)
{
	const struct conf *c = s->g.conf;
	CLEANUP_JSON json_t *picked = route_now(c, y->x, y->severity,
	    y->world->now);
	struct notify_ruling r;
	const char *name;
	json_t *fallback;
	int result = 0;

	if (json_object_size(picked) == 0)
		return -ENOENT;
	json_object_foreach(picked, name, fallback) {
		struct telling *x = telling_of(&s->told, y->x->incident,
		    name, true);

		y->notifier = find_notifier(c, name);
		y->route = route_to(c, y);
		set_route(x, y->route, fallback);
		result = told_say(s, x, y, &r);
		if (result < 0)
			break;
	}
	return result;
}

/* Told before by the outbox's own account, whoever wrote it. */
static void
adopt_told(struct telling *x, const struct incident_row *row,
    const json_t *fallback)
{
	if (x->t.told.severity == SEVERITY_NONE) {
		x->t.told.severity = row->told;
		x->t.told.at = row->told_at;
	}
	json_decref(x->fallback);
	x->fallback = json_deep_copy(fallback);
}

static int
say_to_told(struct supervisor *s, struct saying *y,
    const struct incident_row *row)
{
	const struct conf *c = s->g.conf;
	CLEANUP_JSON json_t *messages = store_messages(s->store,
	    row->number, 0);
	CLEANUP_JSON json_t *picked = NULL;
	struct notify_ruling r;
	const char *name;
	json_t *fallback;
	size_t i;
	int result = 0;

	if (messages == NULL)
		return -EIO;
	picked = route_to_told(c, messages);
	json_object_foreach(picked, name, fallback)
		adopt_told(telling_of(&s->told, row->number, name, true),
		    row, fallback);
	for (i = s->told.n; result == 0 && i > 0; i--) {
		struct telling *x = s->told.v[i - 1];

		if (x->incident != row->number)
			continue;
		y->notifier = find_notifier(c, x->notifier);
		/* what was given up went to a fallback, which is picked */
		if (y->notifier == NONE || (!telling_owes(&x->t) &&
		    json_object_get(picked, x->notifier) == NULL)) {
			telling_drop(&s->told, x);
			continue;
		}
		y->route = route_named(c, x->route);
		result = told_say(s, x, y, &r);
	}
	return result;
}

static void
world_of(struct supervisor *s, const struct view *v, struct silence *silences,
    struct notify_world *ret)
{
	*ret = (struct notify_world){ .conf = s->g.conf,
		.silences = silences, .now = v->now.wall,
		.n_silences = told_silences(s, v->now.wall, silences,
		SILENCES_MOST) };
}

/* As it was before there were tellings: of what isn't kept, or is nobody's. */
static int
say_by_outbox(struct supervisor *s, const struct effect *x, int32_t phase,
    uint64_t tags)
{
	CLEANUP_JSON json_t *body = message_body(s, x->u.notify.incident,
	    x->u.notify.kind, x->u.notify.severity, x->u.notify.message);
	int32_t n = outbox_queue(s->outbox, &(struct outbox_notice){
		.id = x->u.notify.message, .incident = x->u.notify.incident,
		.kind = x->u.notify.kind, .severity = x->u.notify.severity,
		.pipeline = x->pipeline, .phase = phase, .tags = tags,
		.body = body });

	return n < 0 ? n : 0;
}

int
tellings_notice(struct supervisor *s, const struct effect *e)
{
	struct silence silences[SILENCES_MOST];
	const struct incident_row *row;
	struct notify_world world;
	struct case_room room;
	struct notify_case x;
	struct record where;
	struct saying y;
	struct view v;
	int r;

	view_open(&v, s);
	row = incident_find(&v, e->u.notify.incident, &where);
	if (row == NULL || e->u.notify.kind == NOTICE_ADOPTED)
		return say_by_outbox(s, e, NONE, tags_of(v.graph, e->pipeline,
		    NULL, 0));
	world_of(s, &v, silences, &world);
	case_of(&v, &s->told, row, &where, &room, &x);
	y = (struct saying){ .world = &world, .x = &x,
		.kind = e->u.notify.kind, .severity = e->u.notify.severity,
		.message = e->u.notify.message };
	if (e->u.notify.kind == NOTICE_RESOLVED)
		return say_to_told(s, &y, row);
	r = say_to_routes(s, &y);
	/* says in the log that it leads nowhere */
	return r == -ENOENT ? say_by_outbox(s, e, x.phase, x.tags) :
	    r;
}

/*-------------------------------------------------------------------- time */

static int
again(struct supervisor *s, const struct view *v, struct telling *x,
    const struct notify_world *world)
{
	const struct incident_row *row;
	struct notify_ruling r;
	struct case_room room;
	struct notify_case c;
	struct record where;
	struct saying y = { .world = world, .x = &c, .again = true,
		.notifier = find_notifier(s->g.conf, x->notifier),
		.route = route_named(s->g.conf, x->route) };

	row = incident_find(v, x->incident, &where);
	if (row == NULL || y.notifier == NONE) {
		telling_drop(&s->told, x);
		return 0;
	}
	case_of(v, &s->told, row, &where, &room, &c);
	return told_say(s, x, &y, &r);
}

static int
look_again(struct supervisor *s, const struct view *v,
    const struct notify_world *world, bool all)
{
	size_t i;
	int r = 0;

	for (i = s->told.n; r == 0 && i > 0; i--) {
		struct telling *x = s->told.v[i - 1];

		if (x->t.waits && !(x->t.collected && x->t.until <=
		    world->now) && (all || x->t.until <= world->now))
			r = again(s, v, x, world);
	}
	return r;
}

static bool
anything_due(struct supervisor *s, const struct notify_world *world,
    bool all)
{
	int64_t next;
	bool due;
	size_t i;

	for (i = 0; i < s->told.n; i++)
		if (s->told.v[i]->t.waits && (all ||
		    s->told.v[i]->t.until <= world->now))
			return true;
	(void)escalations(s, world, false, &next, &due);
	return due;
}

void
tellings_tick(struct supervisor *s, bool all)
{
	struct silence silences[SILENCES_MOST];
	struct notify_world world;
	struct view v;
	int64_t next;
	bool due;
	int r;

	if (!able(s) || store_failed(s->store, NULL))
		return;
	view_open(&v, s);
	world_of(s, &v, silences, &world);
	s->told.stale = true;
	if (!anything_due(s, &world, all))
		return;
	r = store_begin(s->store);
	if (r == 0)
		r = look_again(s, &v, &world, all);
	if (r == 0)
		r = digests_write(s, &world);
	if (r == 0)
		r = escalations(s, &world, true, &next, &due);
	if (r == 0)
		r = store_commit(s->store, true);
	told_publish(s, r == 0);
	if (r < 0)
		commit_failed(s);
	else
		outbox_tick(s->outbox);
}

int64_t
tellings_wake(struct supervisor *s)
{
	struct silence silences[SILENCES_MOST];
	struct notify_world world;
	struct view v;
	int64_t at;
	size_t i;
	bool due;

	if (!able(s) || store_failed(s->store, NULL))
		return INSTANT_NONE;
	if (!s->told.stale)
		return s->told.wake;
	view_open(&v, s);
	world_of(s, &v, silences, &world);
	(void)escalations(s, &world, false, &at, &due);
	if (due)
		at = world.now;
	for (i = 0; i < s->told.n; i++)
		if (s->told.v[i]->t.waits && (at == INSTANT_NONE ||
		    s->told.v[i]->t.until < at))
			at = s->told.v[i]->t.until;
	s->told.wake = at;
	s->told.stale = false;
	return at;
}
