/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox.c -- messages until the far end has them.
 *
 * Holds a copy of the journal's pending rows and decides which is tried
 * when. A try ends in one transaction: delivered, or again later, or given
 * up and queued to the next fallback. Between the far end's "ok" and that
 * commit a crash repeats the message under the same id; nothing loses one.
 *
 * It does not know what a message says, nor how a plugin is called: that is
 * `deliver`. The next fallbacks stand in the row's body ("fallback"), which
 * a notifier doesn't get to see, so that a restart or a change of the routes
 * in between loses none.
 *
 * Invariants: a notifier has at most one entry that is busy; an entry is in
 * the list exactly as long as its row is pending, and entries never move in
 * memory, because a delivery under way points to its own.
 */
#include "daemon/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/outbox_private.h"
#include "daemon/outbox_route.h"

/*----------------------------------------------------------------- entries */

static struct entry *
add_entry(struct outbox *o, const struct store_message *m, int64_t queued_at,
    int64_t next_at, int32_t tries)
{
	struct entry *e = calloc(1, sizeof *e);

	if (e == NULL)
		abort();
	if (o->n == o->cap) {
		size_t cap = o->cap ? 2 * o->cap : 16;
		struct entry **v = realloc(o->v, cap * sizeof *v);

		if (v == NULL)
			abort();
		o->v = v;
		o->cap = cap;
	}
	*e = (struct entry){ .box = o, .id = m->id, .incident = m->incident,
		.notifier = strdup(m->notifier),
		.body = json_deep_copy(m->body), .queued_at = queued_at,
		.next_at = next_at, .tries = tries };
	if (e->notifier == NULL || e->body == NULL)
		abort();
	e->number = find_notifier(o->options.conf, e->notifier);
	o->v[o->n++] = e;
	return e;
}

static void
entry_free(struct entry *e)
{
	free(e->notifier);
	json_decref(e->body);
	free(e);
}

void
drop_entry(struct outbox *o, struct entry *e)
{
	size_t i;

	for (i = 0; o->v[i] != e; i++)
		assert(i + 1 < o->n);
	memmove(&o->v[i], &o->v[i + 1], (o->n - i - 1) * sizeof o->v[0]);
	o->n--;
	entry_free(e);
}

static bool
is_held(const struct outbox *o, const struct store_message *m)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (o->v[i]->id == m->id &&
		    strcmp(o->v[i]->notifier, m->notifier) == 0)
			return true;
	return false;
}

static int
take_up(void *arg, const struct store_message *m, int64_t queued_at,
    int64_t next_at, int32_t tries)
{
	struct outbox *o = arg;

	if (m->body && !is_held(o, m))
		(void)add_entry(o, m, queued_at, next_at, tries);
	return 0;
}

/*-------------------------------------------------------------------- life */

struct outbox *
outbox_new(const struct outbox_options *options)
{
	struct outbox *o = calloc(1, sizeof *o);

	if (o == NULL)
		abort();
	o->options = *options;
	if (store_pending(options->store, take_up, o) < 0) {
		outbox_free(o);
		return NULL;
	}
	return o;
}

void
outbox_free(struct outbox *o)
{
	size_t i;

	if (o == NULL)
		return;
	for (i = 0; i < o->n; i++)
		entry_free(o->v[i]);
	free(o->v);
	targets_free(o);
	free(o);
}

void
outbox_reread(struct outbox *o)
{
	size_t i = 0;

	while (i < o->n)
		if (o->v[i]->busy)
			i++;
		else
			drop_entry(o, o->v[i]);
	(void)store_pending(o->options.store, take_up, o);
}

void
outbox_reload(struct outbox *o, const struct conf *conf)
{
	size_t i;

	o->options.conf = conf;
	for (i = 0; i < o->n; i++)
		o->v[i]->number = find_notifier(conf, o->v[i]->notifier);
}

/*---------------------------------------------------------------- queueing */

int
queue_to(struct outbox *o, const struct store_message *m,
    const json_t *fallback)
{
	int64_t now = o->options.now(o->options.arg);
	CLEANUP_JSON json_t *body = json_copy((json_t *)m->body);
	struct store_message row = *m;
	int r;

	(void)json_object_set_new(body, "fallback",
	    json_copy((json_t *)fallback));
	row.body = body;
	r = store_queue(o->options.store, &row, now);
	if (r == 0)
		(void)add_entry(o, &row, now, now, 0);
	return r;
}

static json_t *
recipients(struct outbox *o, const struct outbox_notice *n)
{
	CLEANUP_JSON json_t *messages = NULL;

	if (n->kind != NOTICE_RESOLVED || n->incident == 0)
		return route_by_severity(o->options.conf, n->severity,
		    n->pipeline, n->phase);
	messages = store_messages(o->options.store, n->incident, 0);
	return messages ? route_to_told(o->options.conf, messages) : NULL;
}

/* Nobody is reminded of what hasn't arrived yet: a notifier that was down
 * for a night delivers an incident once. What will be given up before long
 * doesn't count: the reminder may arrive in its place. */
static bool
is_needless(const struct outbox *o, const struct outbox_notice *n,
    const char *notifier)
{
	int64_t since = o->options.now(o->options.arg) -
	    OUTBOX_EXPIRY_MS / 2;
	size_t i;

	if (n->kind != NOTICE_REMINDER)
		return false;
	for (i = 0; i < o->n; i++)
		if (o->v[i]->incident == n->incident &&
		    o->v[i]->queued_at > since &&
		    strcmp(o->v[i]->notifier, notifier) == 0)
			return true;
	return false;
}

int32_t
outbox_queue(struct outbox *o, const struct outbox_notice *n)
{
	CLEANUP_JSON json_t *picked = recipients(o, n);
	struct store_message m = { .id = n->id, .incident = n->incident,
		.body = n->body };
	int32_t queued = 0;
	json_t *v;
	int r;

	if (picked == NULL)
		return -EIO;
	json_object_foreach(picked, m.notifier, v) {
		if (is_needless(o, n, m.notifier))
			continue;
		r = queue_to(o, &m, v);
		if (r < 0)
			return r;
		queued++;
	}
	if (json_object_size(picked) == 0 && n->kind != NOTICE_RESOLVED)
		log_warning("message %llu (%s, %s): no route leads to "
		    "anybody", (unsigned long long)n->id,
		    notice_kind_name(n->kind), severity_name(n->severity));
	return queued;
}

/*----------------------------------------------------------------- sending */

/* Of the same incident and notifier, and earlier. */
static bool
waits_for_another(const struct outbox *o, const struct entry *e)
{
	size_t i;

	for (i = 0; i < o->n; i++) {
		const struct entry *x = o->v[i];

		if (strcmp(x->notifier, e->notifier) != 0 || x == e)
			continue;
		if (x->busy)
			return true;
		if (e->incident != 0 && x->incident == e->incident &&
		    x->id < e->id)
			return true;
	}
	return false;
}

/* A far end that asked to wait isn't asked for each new message; but news
 * doesn't wait for ever, and what can go elsewhere hardly at all. */
static int64_t
first_due_at(const struct entry *e, const struct target *t)
{
	int64_t most = e->queued_at + (has_fallback(e) ? OUTBOX_POLITE_MS :
	    OUTBOX_LONGEST_MS);
	int64_t at = e->next_at;

	if (t && t->asked_until > at)
		at = t->asked_until < most ? t->asked_until : most;
	return at;
}

/* The first try of a message is due at once, whatever its notifier's past,
 * unless that asked to wait; later ones wait for both. One that has expired
 * waits for nothing. */
static int64_t
entry_due(const struct entry *e)
{
	const struct target *t = target_of(e);
	int64_t expires = e->queued_at + OUTBOX_EXPIRY_MS;
	int64_t at = e->next_at;

	if (e->tries == 0)
		return first_due_at(e, t);
	if (t && t->failures > 0 && t->next_at > at)
		at = t->next_at;
	return at > expires ? expires : at;
}

/* Those with the fewest tries first, so that one message that a notifier
 * can't take doesn't stand in the way of the others. */
static struct entry *
first_due(const struct outbox *o, int64_t now)
{
	struct entry *first = NULL;
	size_t i;

	for (i = 0; i < o->n; i++) {
		struct entry *e = o->v[i];

		if ((first == NULL || e->tries < first->tries) && !e->busy &&
		    entry_due(e) <= now && !waits_for_another(o, e))
			first = e;
	}
	return first;
}

/* Its time is over, and its notifier is still down. */
static bool
has_expired(const struct entry *e, int64_t now)
{
	const struct target *t = target_of(e);

	return e->tries > 0 && t && t->failures > 0 &&
	    now >= e->queued_at + OUTBOX_EXPIRY_MS;
}

static void
send_one(struct outbox *o, struct entry *e, int64_t now)
{
	CLEANUP_JSON json_t *body = json_copy(e->body);

	e->busy = true;
	if (e->number == NONE) {
		delivery_impossible(e, "this notifier is not configured any "
		    "more");
		return;
	}
	if (has_expired(e, now)) {
		delivery_impossible(e, target_of(e)->error);
		return;
	}
	(void)json_object_del(body, "fallback");
	o->options.deliver(o->options.arg, e->number, body, delivery_ended,
	    e);
}

void
outbox_tick(struct outbox *o)
{
	struct entry *e;
	int64_t now;

	if (o->ticking)
		return;
	o->ticking = true;
	while (!o->stopped) {
		now = o->options.now(o->options.arg);
		e = first_due(o, now);
		if (e == NULL)
			break;
		send_one(o, e, now);
	}
	o->ticking = false;
}

int64_t
outbox_wake(const struct outbox *o)
{
	int64_t wake = INSTANT_NONE;
	size_t i;

	for (i = 0; i < o->n && !o->stopped; i++) {
		const struct entry *e = o->v[i];

		if (!e->busy && !waits_for_another(o, e) &&
		    (wake == INSTANT_NONE || entry_due(e) < wake))
			wake = entry_due(e);
	}
	return wake;
}

/*----------------------------------------------------------------- reading */

int32_t
outbox_busy(const struct outbox *o)
{
	int32_t n = 0;
	size_t i;

	for (i = 0; i < o->n; i++)
		n += o->v[i]->busy;
	return n;
}

static int64_t
pending_to(const struct outbox *o, const char *notifier)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < o->n; i++)
		n += strcmp(o->v[i]->notifier, notifier) == 0;
	return n;
}

static void
put_instant(json_t *o, const char *key, int64_t at)
{
	(void)json_object_set_new(o, key, at == INSTANT_NONE ? json_null() :
	    json_integer(at));
}

static json_t *
notifier_report(const struct outbox *o, const char *name)
{
	const struct target *t = target_find(o, name);
	json_t *r = json_object();

	json_put(r, "notifier", name);
	json_put_int(r, "pending", pending_to(o, name));
	put_instant(r, "delivered_at", t ? t->delivered_at : INSTANT_NONE);
	put_instant(r, "failing_since", t ? t->failing_since : INSTANT_NONE);
	json_put_int(r, "failures", t ? t->failures : 0);
	(void)json_object_set_new(r, "error", t && t->error ?
	    json_string(t->error) : json_null());
	return r;
}

json_t *
outbox_report(const struct outbox *o)
{
	const struct conf *c = o->options.conf;
	json_t *report = json_object(), *list = json_array();
	int64_t oldest = INSTANT_NONE;
	size_t i;
	int32_t k;

	for (i = 0; i < o->n; i++)
		if (oldest == INSTANT_NONE || o->v[i]->queued_at < oldest)
			oldest = o->v[i]->queued_at;
	for (k = 0; k < c->n_instances; k++)
		if (c->instances[k].kind == INSTANCE_NOTIFIER)
			(void)json_array_append_new(list,
			    notifier_report(o, c->instances[k].name));
	json_put_int(report, "pending", (int64_t)o->n);
	put_instant(report, "oldest", oldest);
	json_put_int(report, "under_way", outbox_busy(o));
	(void)json_object_set_new(report, "notifiers", list);
	return report;
}
