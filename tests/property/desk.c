/* SPDX-License-Identifier: BSD-2-Clause
 *
 * desk.c -- core/notify in a play, as core/daemon's tellings ask it.
 *
 * The desk is rows: what each notifier was told of each incident, and what
 * waits for him. It changes in the transaction of the step that speaks, or in
 * one of its own when time has come; one that isn't committed leaves it as it
 * was. A supervisor that takes over goes on with it.
 *
 * Two windows of each day, silences by a person, a cap and a digest for one
 * notifier are drawn for every second seed that has the outbox.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/outbox_route.h"
#include "desk.h"

static struct window
make_window(struct play *p, enum window_kind kind, int32_t hours)
{
	static const int32_t everybody[] = { TEAM };
	int32_t from = upto(p, 24) * 3600;

	return (struct window){ .name = "window", .kind = kind,
		.when = WHEN_DAILY, .from_s = from, .days = 0x7f,
		.to_s = (from + (1 + upto(p, hours)) * 3600) % 86400,
		.notifiers = everybody,
		.n_notifiers = kind == WINDOW_QUIET };
}

void
desk_begin(struct play *p, struct mail *m)
{
	m->desk->on = m->on && p->seed % (2 * ONE_IN) == ONE_IN;
	m->conf.windows = NULL;
	m->conf.n_windows = 0;
	m->instances[TEAM].cap = 0;
	if (!m->desk->on)
		return;
	*m->desk = (struct desk){ .on = true };
	if (m->rules->heard)
		memset(m->rules->heard, 0, m->rules->n_heard *
		    sizeof m->rules->heard[0]);
	m->rules->windows[0] = make_window(p, WINDOW_QUIET, 10);
	m->rules->windows[1] = make_window(p, WINDOW_MAINTENANCE, 2);
	m->conf.graph = p->graph;
	m->conf.windows = m->rules->windows;
	m->conf.n_windows = upto(p, DESK_WINDOWS + 1);
	m->instances[TEAM].cap = chance(p, 60) ? 3 + upto(p, 10) : 0;
	m->routes[1].digest_most = (enum severity)upto(p, 3);
	m->routes[1].digest_s = upto(p, 24) * 3600;
}

void
desk_silence(struct play *p)
{
	struct desk *d = p->mail->desk;
	struct silence *s;
	int32_t i, n = 0;

	if (!d->on)
		return;
	for (i = 0; i < d->n_silences; i++)
		if (d->silences[i].until > p->now.wall)
			d->silences[n++] = d->silences[i];
	d->n_silences = n;
	if (n == DESK_SILENCES || chance(p, 20)) {
		d->n_silences -= n > 0;         /* taken back */
		return;
	}
	s = &d->silences[d->n_silences++];
	*s = (struct silence){ .id = ++d->said, .from = p->now.wall,
		.until = p->now.wall + (1 + upto(p, 8)) * HOUR };
	if (chance(p, 40))
		s->severity = SEVERITY_INFO + (enum severity)upto(p, 3);
	else if (chance(p, 50))
		s->incident = p->shelf.ids.incident;
}

/*---------------------------------------------------------------------- case */

static bool
case_of(struct play *p, uint64_t incident, struct notify_case *ret)
{
	const struct record *r = row_of_id(p, RECORD_INCIDENT, incident);
	const struct incident_row *x;

	if (r == NULL)
		return false;
	x = &r->u.incident;
	*ret = (struct notify_case){ .incident = incident, .pipeline = 0,
		.phase = x->kind == ROOT_PHASE ? x->root : NONE,
		.dated = r->dated, .date = r->date, .severity = x->severity,
		.open = x->open, .gave_up = x->gave_up,
		.opened_at = x->opened_at, .acked_until = x->acked_until,
		.deadline = INSTANT_NONE };
	return true;
}

static struct notify_world
world_of(const struct play *p)
{
	return (struct notify_world){ .conf = &p->mail->conf,
		.silences = p->mail->desk->silences,
		.n_silences = p->mail->desk->n_silences,
		.now = p->now.wall };
}

/*---------------------------------------------------------------------- pads */

static struct pad *
pad_of(struct play *p, uint64_t incident, int32_t notifier)
{
	struct desk *d = p->mail->desk;
	struct pad *free = NULL;
	int32_t i;

	for (i = 0; i < DESK_PADS; i++)
		if (d->pads[i].incident == incident &&
		    d->pads[i].notifier == notifier)
			return &d->pads[i];
		else if (d->pads[i].incident == 0 && free == NULL)
			free = &d->pads[i];
	if (free == NULL)
		abort();        /* more at once than any seed has */
	*free = (struct pad){ .incident = incident, .notifier = notifier };
	telling_init(&free->t);
	return free;
}

static int32_t
sent_today(struct play *p, int32_t notifier)
{
	const struct mail *m = p->mail;
	int64_t s = p->now.wall / 1000 + zone_offset(&p->pipeline.zone,
	    p->now.wall / 1000);
	int64_t from = zone_resolve(&p->pipeline.zone, s - s % 86400) * 1000;
	int32_t n = 0;
	size_t i;

	for (i = 0; i < m->box.n; i++)
		n += m->box.v[i].queued_at >= from &&
		    strcmp(m->box.v[i].notifier,
		    m->instances[notifier].name) == 0;
	return n;
}

static json_t *
body_of(const struct pad *x, const struct notify_ruling *r)
{
	json_t *body = json_object();

	json_put_int(body, "id", (int64_t)x->t.message);
	json_put_int(body, "incident", (int64_t)x->incident);
	json_put(body, "kind", notice_kind_name(r->kind));
	return body;
}

static json_t *
fallback_of(const struct pad *x)
{
	json_t *list = json_array();

	if (x->route && x->route->n_fallback > 0 && x->notifier != LAST)
		(void)json_array_append_new(list, json_string("last"));
	return list;
}

static void
keep(struct play *p, const struct pad *x, const struct notify_ruling *r,
    bool digest)
{
	struct desk_rules *d = p->mail->rules;

	desk_judge(p, x, r, digest);
	if (d->n_kept == DESK_PADS)
		abort();        /* each pad speaks once in a transaction */
	d->kept[d->n_kept++] = (struct telling_kept){ x->incident,
		x->notifier, x->t.told.severity, x->t.told.ended, digest,
		p->now.wall };
}

/* The transaction is over. */
static void
settle(struct play *p, bool durable)
{
	struct desk_rules *d = p->mail->rules;
	int32_t i;

	for (i = 0; durable && i < d->n_kept; i++)
		desk_heard(p, &d->kept[i]);
	d->n_kept = 0;
}

static int
queue_one(struct play *p, struct office *o, struct pad *x,
    const struct notify_ruling *r)
{
	CLEANUP_JSON json_t *body = body_of(x, r);
	CLEANUP_JSON json_t *fallback = fallback_of(x);
	int32_t n = outbox_queue_to(o->outbox, &(struct outbox_notice){
		.id = x->t.message, .incident = x->incident, .kind = r->kind,
		.severity = r->severity, .pipeline = 0, .phase = NONE,
		.body = body }, p->mail->instances[x->notifier].name,
	    fallback);

	telling_handed(&x->t, n > 0);
	if (n > 0)
		keep(p, x, r, false);
	return n < 0 ? n : 0;
}

/* `again`: what waits is looked at; `digest`: it is being written. */
struct saying {
	const struct notify_case *x;
	enum notice_kind kind;
	enum severity severity;
	uint64_t message;
	bool again, digest;
};

static int
say(struct play *p, struct office *o, struct pad *x, const struct saying *y)
{
	struct notify_world w = world_of(p);
	const struct notify_recipient who = { .route = x->route,
		.notifier = x->notifier,
		.today = sent_today(p, x->notifier) };
	struct notify_ruling r;
	int n = 0;

	if (y->again)
		telling_again(&w, y->x, &who, &x->t, y->digest, &r);
	else
		telling_asked(&w, y->x, &who, &x->t, y->kind, y->severity,
		    y->message, &r);
	if (r.outcome == NOTIFY_NOW && y->digest)
		keep(p, x, &r, true);
	else if (r.outcome == NOTIFY_NOW)
		n = queue_one(p, o, x, &r);
	if (!x->t.waits && (x->t.told.ended ||
	    (x->t.told.severity == SEVERITY_NONE && !y->x->open)))
		x->incident = 0;
	return n;
}

/*------------------------------------------------------------------- notices */

static int32_t
number_of(const struct mail *m, const char *name)
{
	return find_notifier(&m->conf, name);
}

static const struct route *
route_to(const struct mail *m, const struct saying *y, int32_t notifier,
    int64_t now)
{
	const struct route *r = NULL;

	while ((r = notify_route(&m->conf, y->x, y->severity, now, r)))
		if (r->to[0] == notifier)
			return r;
	return NULL;
}

static int
say_to_routes(struct play *p, struct office *o, const struct saying *y)
{
	CLEANUP_JSON json_t *picked = route_now(&p->mail->conf, y->x,
	    y->severity, p->now.wall);
	const char *name;
	json_t *fallback;
	int r;

	json_object_foreach(picked, name, fallback) {
		struct pad *x = pad_of(p, y->x->incident, number_of(p->mail,
		    name));

		x->route = route_to(p->mail, y, x->notifier, p->now.wall);
		r = say(p, o, x, y);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Whoever was told by the outbox's own account, too: a fallback. */
static int
say_to_told(struct play *p, struct office *o, const struct saying *y,
    const struct record *row)
{
	CLEANUP_JSON json_t *messages = store_messages(&o->store.base,
	    y->x->incident, 0);
	CLEANUP_JSON json_t *picked = route_to_told(&p->mail->conf, messages);
	const char *name;
	json_t *fallback;
	int32_t i;
	int r = 0;

	json_object_foreach(picked, name, fallback) {
		struct pad *x = pad_of(p, y->x->incident, number_of(p->mail,
		    name));

		if (x->t.told.severity != SEVERITY_NONE)
			continue;
		x->t.told.severity = row->u.incident.told;
		x->t.told.at = row->u.incident.told_at;
	}
	for (i = 0; r == 0 && i < DESK_PADS; i++) {
		struct pad *x = &p->mail->desk->pads[i];

		if (x->incident != y->x->incident)
			continue;
		if (!telling_owes(&x->t) && json_object_get(picked,
		    p->mail->instances[x->notifier].name) == NULL)
			x->incident = 0;
		else
			r = say(p, o, x, y);
	}
	return r;
}

int
desk_notice(struct play *p, struct office *o, const struct effect *e)
{
	struct notify_case x;
	int r;
	struct saying y = { .x = &x, .kind = e->u.notify.kind,
		.severity = e->u.notify.severity,
		.message = e->u.notify.message };

	if (!case_of(p, e->u.notify.incident, &x))
		return -ENOENT;
	if (y.kind == NOTICE_RESOLVED)
		r = say_to_told(p, o, &y, row_of_id(p, RECORD_INCIDENT,
		    x.incident));
	else
		r = say_to_routes(p, o, &y);
	settle(p, r == 0);      /* the commit of this step stands */
	return r;
}

/*---------------------------------------------------------------------- time */

static bool
is_due(const struct play *p, const struct pad *x)
{
	return x->incident != 0 && x->t.waits && x->t.until <= p->now.wall;
}

static int
again(struct play *p, struct office *o, struct pad *x, bool digest)
{
	struct notify_case c;
	struct saying y = { .x = &c, .again = true, .digest = digest };

	if (case_of(p, x->incident, &c))
		return say(p, o, x, &y);
	/* retention has taken it: there is nothing left to say */
	heard_of(p->mail, x->incident, x->notifier)->ended = true;
	x->incident = 0;
	return 0;
}

static int
look_again(struct play *p, struct office *o)
{
	struct desk *d = p->mail->desk;
	int32_t i;
	int r = 0;

	for (i = 0; r == 0 && i < DESK_PADS; i++)
		if (is_due(p, &d->pads[i]))
			r = again(p, o, &d->pads[i], d->pads[i].t.collected);
	return r;
}

int64_t
desk_wake(const struct mail *m)
{
	int64_t at = INSTANT_NONE;
	int32_t i;

	for (i = 0; m->desk->on && i < DESK_PADS; i++) {
		const struct pad *x = &m->desk->pads[i];

		if (x->incident != 0 && x->t.waits && (at == INSTANT_NONE ||
		    x->t.until < at))
			at = x->t.until;
	}
	return at;
}

void
desk_tick(struct play *p, struct office *o)
{
	struct mail *m = p->mail;
	struct desk *before;
	int64_t at = desk_wake(m);
	int r;

	if (at == INSTANT_NONE || at > p->now.wall ||
	    store_failed(&o->store.base, NULL))
		return;
	before = malloc(sizeof *before);
	if (before == NULL)
		abort();
	*before = *m->desk;
	o->dies = false;
	o->durable = false;
	r = store_begin(&o->store.base);
	if (r == 0)
		r = look_again(p, o);
	if (r == 0)
		r = store_commit(&o->store.base, true);
	if (!o->durable)
		*m->desk = *before;
	settle(p, o->durable);
	free(before);
	if (r < 0)
		sup_mute(p, o->s);
	else if (o->dies)
		sup_die(p, o->s);
}
