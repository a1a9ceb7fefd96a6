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
 * Invariants: a notifier has at most one entry that is busy (which may carry
 * others: outbox_chain.c), and no two tries closer than its pace; an entry is
 * in
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

/* How many failures what is critical is forgiven in the order of things. */
enum { HEAD_START = 3 };

/*----------------------------------------------------------------- entries */

/* At the notifier that has the name now. */
static void
aim(struct entry *e)
{
	struct target *was = e->target;

	e->number = find_notifier(e->box->options.conf, e->notifier);
	e->target = target_get(e);
	if (e->busy && e->target != was) {
		was->busy = false;
		e->target->busy = true;
	}
}

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
		.body = json_deep_copy(m->body),
		.receipt = m->receipt ? strdup(m->receipt) : NULL,
		.queued_at = queued_at,
		.next_at = next_at, .tries = tries };
	if (e->notifier == NULL || e->body == NULL)
		abort();
	e->test = strcmp(json_text(e->body, "kind", ""), "test") == 0;
	e->kept_until = queued_at + (e->test ? OUTBOX_TEST_MS :
	    OUTBOX_EXPIRY_MS);
	o->v[o->n++] = e;
	aim(e);
	chain_in(e);
	return e;
}

static void
entry_free(struct entry *e)
{
	free(e->notifier);
	json_decref(e->body);
	free(e->receipt);
	free(e);
}

void
drop_entry(struct outbox *o, struct entry *e)
{
	size_t i;

	chain_out(e);
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

/* The last life may have tried just now: a restart is no way round a pace. */
static void
hold_back(struct outbox *o)
{
	struct target *t;

	for (t = o->targets; t; t = t->next)
		t->began_at = o->options.now(o->options.arg);
}

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
	hold_back(o);
	targets_recall(o);
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
		if (o->v[i]->busy || o->v[i]->carrier)
			i++;
		else
			drop_entry(o, o->v[i]);
	(void)store_pending(o->options.store, take_up, o);
}

static void
shift(int64_t *at, int64_t ms)
{
	if (*at != INSTANT_NONE)
		*at += ms;
}

void
outbox_clock_set(struct outbox *o, int64_t ms)
{
	struct target *t;
	size_t i;

	for (t = o->targets; t; t = t->next) {
		shift(&t->began_at, ms);
		shift(&t->next_at, ms);
		shift(&t->asked_until, ms);
	}
	for (i = 0; i < o->n; i++) {
		shift(&o->v[i]->next_at, ms);
		shift(&o->v[i]->kept_until, ms);
	}
}

void
outbox_reload(struct outbox *o, const struct conf *conf)
{
	size_t i;

	o->options.conf = conf;
	for (i = 0; i < o->n; i++)
		aim(o->v[i]);
	for (i = 0; i < o->n; i++)
		chain_in(o->v[i]);
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
	const struct notify_case x = { .pipeline = n->pipeline,
		.phase = n->phase, .tags = n->tags };
	CLEANUP_JSON json_t *messages = NULL;

	if (n->kind != NOTICE_RESOLVED || n->incident == 0)
		return route_now(o->options.conf, &x, n->severity,
		    o->options.now(o->options.arg));
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
outbox_queue_to(struct outbox *o, const struct outbox_notice *n,
    const char *notifier, const json_t *fallback)
{
	const struct store_message m = { .id = n->id,
		.incident = n->incident, .notifier = notifier,
		.body = n->body };
	int r;

	if (is_needless(o, n, notifier))
		return 0;
	r = queue_to(o, &m, fallback);
	return r < 0 ? r : 1;
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

int
outbox_tell(struct outbox *o, uint64_t id, const json_t *body,
    const json_t *picked)
{
	struct store_message m = { .id = id, .body = body };
	json_t *v;
	int r = 0;

	json_object_foreach((json_t *)picked, m.notifier, v) {
		r = queue_to(o, &m, v);
		if (r < 0)
			return r;
	}
	return r;
}

/*----------------------------------------------------------------- sending */

/* Of the same incident and notifier, and earlier: then it goes along. */
static bool
waits_for_another(const struct entry *e)
{
	return e->target->busy || e->before != NULL;
}

/* A far end that asked to wait for longer than what can go elsewhere
 * should. */
static bool
is_asked_too_much(const struct entry *e, int64_t now)
{
	const struct target *t = e->target;

	return has_fallback(e) && t->asked_until != INSTANT_NONE &&
	    t->asked_until > now &&
	    t->asked_until - e->queued_at > OUTBOX_POLITE_MS;
}

/* The first try of a message is due at once, whatever its notifier's past,
 * unless that asked to wait; later ones wait for both. One that has expired
 * waits for nothing. */
static int64_t
entry_due(const struct entry *e, int64_t now)
{
	const struct target *t = e->target;
	int64_t at = e->next_at, paced = target_paced(e);

	if (is_asked_too_much(e, now))
		return at;      /* it is handed on */
	if (t->asked_until != INSTANT_NONE && t->asked_until > at)
		at = t->asked_until;
	if (e->tries > 0 && t->failures > 0 && t->next_at > at)
		at = t->next_at;
	if (e->tries > 0 && at > e->kept_until)
		at = e->kept_until;
	return paced != INSTANT_NONE && paced > at ? paced : at;
}

/* Those with the fewest tries first, so that one message that a notifier
 * can't take doesn't stand in the way of the others; what is critical has a
 * start of some tries before what isn't. */
static int32_t
rank(const struct entry *e)
{
	enum severity s = chain_severity(e);

	return 4 * (e->tries - (s == SEVERITY_CRITICAL ? HEAD_START : 0)) -
	    (int32_t)s;
}

static struct entry *
first_due(const struct outbox *o, int64_t now)
{
	struct entry *first = NULL;
	int32_t best = 0, r;
	size_t i;

	for (i = 0; i < o->n; i++) {
		struct entry *e = o->v[i];

		if (waits_for_another(e) || entry_due(e, now) > now)
			continue;
		r = rank(e);
		if (first == NULL || r < best) {
			first = e;
			best = r;
		}
	}
	return first;
}

/* Its time is over, and its notifier is still down. */
static bool
has_expired(const struct entry *e, int64_t now)
{
	return e->tries > 0 && e->target->failures > 0 &&
	    now >= e->kept_until;
}

static void
send_one(struct outbox *o, struct entry *first, int64_t now)
{
	struct entry *e = first->number == NONE || has_expired(first, now) ||
	    is_asked_too_much(first, now) ? first : chain_carrier(first);
	CLEANUP_JSON json_t *body = chain_body(e);

	e->busy = e->target->busy = true;
	if (e->number == NONE) {
		delivery_impossible(e, "this notifier is not configured any "
		    "more");
		return;
	}
	if (has_expired(first, now)) {
		delivery_impossible(e, e->target->error);
		return;
	}
	if (is_asked_too_much(first, now)) {
		delivery_impossible(e, "it asked to wait for longer than "
		    "this should");
		return;
	}
	e->target->began_at = now;
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
	int64_t now = o->options.now(o->options.arg);
	int64_t wake = INSTANT_NONE, due;
	size_t i;

	for (i = 0; i < o->n && !o->stopped; i++) {
		if (waits_for_another(o->v[i]))
			continue;
		due = entry_due(o->v[i], now);
		if (wake == INSTANT_NONE || due < wake)
			wake = due;
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
	    json_words(t->error) : json_null());
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
