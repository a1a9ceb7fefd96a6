/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mail.c -- the daemon's outbox in a play, and what the far ends do.
 *
 * A far end is well, asks to wait (429 with Retry-After), fails (5xx), takes
 * a message and never says so, or is down, for up to six hours. A delivery
 * that is under way when its supervisor dies may have arrived. Each arrival
 * is counted:
 *
 *   I5      a message arrives at each of its notifiers at most once more
 *           than acknowledgements of it were lost, and at least once, unless
 *           it was given up and handed on;
 *   order   of one incident and notifier, no message arrives for the first
 *           time after a later one;
 *   I6      whoever was told of an opening is told of the end.
 *
 * One seed in eight is played with it: JSON costs more than all the rest.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "desk.h"

static const int32_t to_team[] = { TEAM }, to_boss[] = { BOSS },
    or_last[] = { LAST };

struct mail *
mail_new(void)
{
	static const char *const names[] = { "team", "boss", "last" };
	struct mail *m = calloc(1, sizeof *m);
	int32_t i;

	assert(m);
	m->desk = calloc(1, sizeof *m->desk);
	m->rules = calloc(1, sizeof *m->rules);
	assert(m->desk && m->rules);
	for (i = 0; i < NOTIFIERS; i++)
		m->instances[i] = (struct instance){
			.kind = INSTANCE_NOTIFIER, .name = names[i] };
	m->conf.instances = m->instances;
	m->conf.n_instances = NOTIFIERS;
	m->conf.routes = m->routes;
	m->conf.n_routes = 2;
	return m;
}

void
mail_free(struct mail *m)
{
	int32_t i;

	if (m == NULL)
		return;
	for (i = 0; i < P_SUPS; i++) {
		outbox_free(m->offices[i].outbox);
		mailbox_close(&m->offices[i].store);
	}
	mailbox_free(&m->box);
	free(m->receipts);
	free(m->last);
	free(m->rules->heard);
	free(m->rules);
	free(m->desk);
	free(m);
}

static bool
on(const struct play *p)
{
	return p->mail && p->mail->on;
}

static void
grow(void **v, size_t *n, uint64_t at, size_t size)
{
	size_t want = *n ? *n : 256;
	char *bytes;

	if (at < *n)
		return;
	while (at >= want)
		want *= 2;
	bytes = realloc(*v, want * size);
	assert(bytes);
	memset(bytes + *n * size, 0, (want - *n) * size);
	*v = bytes;
	*n = want;
}

struct receipt *
receipt_of(struct mail *m, uint64_t id)
{
	grow((void **)&m->receipts, &m->n_receipts, id, sizeof *m->receipts);
	return &m->receipts[id];
}

/*------------------------------------------------------------------ arrivals */

/* `unheard`: sent by one that won't hear of it; such a delivery may be under
 * way for long, and keeps no order. */
static void
one_arrives(struct play *p, const struct delivery_of *d, uint64_t id,
    bool unheard)
{
	struct mail *m = p->mail;
	struct receipt *r = receipt_of(m, id);
	const char *name = m->instances[d->notifier].name;
	uint64_t *last;

	grow((void **)&m->last, &m->n_last, d->incident, sizeof *m->last);
	last = &m->last[d->incident][d->notifier];
	if (r->arrived[d->notifier]++ == 0) {
		if (d->incident != 0 && id < *last && !unheard)
			flaw(p, "I5", "message %llu of incident %llu arrives "
			    "at '%s' after %llu", (unsigned long long)id,
			    (unsigned long long)d->incident, name,
			    (unsigned long long)*last);
		if (!unheard)
			*last = id;
		tell(p, (struct told){ .kind = TOLD_DELIVERED,
		    .attempt = id });
	}
	if (r->arrived[d->notifier] > 1 + r->lost[d->notifier])
		flaw(p, "I5", "message %llu arrives %d times at '%s', with "
		    "%d acknowledgements lost", (unsigned long long)id,
		    r->arrived[d->notifier], name, r->lost[d->notifier]);
}

static void
arrives(struct play *p, const struct delivery_of *d, bool unheard)
{
	int32_t i;

	for (i = 0; i < d->n; i++)
		one_arrives(p, d, d->ids[i], unheard);
}

static void
receipt_lost(struct mail *m, const struct delivery_of *d)
{
	int32_t i;

	for (i = 0; i < d->n; i++)
		receipt_of(m, d->ids[i])->lost[d->notifier]++;
}

/*----------------------------------------------------------- for the outbox */

static int64_t
office_now(void *arg)
{
	return ((struct office *)arg)->p->now.wall;
}

static int
office_begin(void *arg)
{
	struct office *o = arg;

	return sup_able(o->s) ? store_begin(&o->store.base) : -EIO;
}

static int
office_fate(void *arg, bool *ret_durable)
{
	struct office *o = arg;
	struct play *p = o->p;

	if (p->shelf.absent || o->s->lock_file != p->shelf.lock_file ||
	    (has(p, F_COMMIT_FAILS) && rarely(p, p->crash_ppm / 4))) {
		*ret_durable = o->durable = false;
		return -EIO;
	}
	o->durable = true;
	o->dies = has(p, F_CRASH) && rarely(p, p->crash_ppm);
	return has(p, F_COMMIT_AMBIGUOUS) && rarely(p, p->crash_ppm / 4) ?
	    -EIO : 0;
}

static int
office_commit(void *arg)
{
	struct office *o = arg;
	int r = store_commit(&o->store.base, true);

	if (r < 0)
		sup_mute(o->p, o->s);
	return r;
}

static void
office_deliver(void *arg, int32_t notifier, const json_t *body,
    void (*done)(void *done_arg, const struct call_reply *), void *done_arg)
{
	struct office *o = arg;
	struct delivery_of *d = &o->way[o->n++];
	const json_t *merged = json_object_get(body, "merged"), *v;
	size_t i;

	assert(o->n <= UNDER_WAY);
	*d = (struct delivery_of){ .notifier = notifier,
		.incident = (uint64_t)json_int(body, "incident", 0),
		.done = done, .arg = done_arg };
	assert(json_array_size(merged) < CARRIED_MOST);
	json_array_foreach(merged, i, v)
		d->ids[d->n++] = (uint64_t)json_integer_value(v);
	d->ids[d->n++] = (uint64_t)json_int(body, "id", 0);
}

/* The supervisor may die of hearing it, and its outbox with it: not while
 * that is at work. */
static void
office_delivered(void *arg, uint64_t incident, uint64_t message)
{
	struct office *o = arg;

	o->delivered = (struct event){ .kind = EVENT_DELIVERED };
	o->delivered.u.delivered.incident = incident;
	o->delivered.u.delivered.message = message;
	o->tells = true;
}

/*--------------------------------------------------------------------- life */

void
mail_begin(struct play *p)
{
	struct mail *m = p->mail;
	bool fallback;
	int32_t i;

	if (m == NULL)
		return;
	m->on = false;          /* what the last seed left moves nothing */
	for (i = 0; i < P_SUPS; i++)
		mail_close(p, &p->sups[i]);
	m->on = p->seed % ONE_IN == 0;
	mailbox_clear(&m->box);
	if (m->receipts)
		memset(m->receipts, 0, m->n_receipts * sizeof *m->receipts);
	if (m->last)
		memset(m->last, 0, m->n_last * sizeof *m->last);
	for (i = 0; i < NOTIFIERS; i++) {
		m->until[i] = 0;
		m->instances[i].pace_ms = (int64_t)(p->seed / ONE_IN % 3) *
		    500;
	}
	m->desk->on = false;
	if (!m->on)
		return;
	fallback = chance(p, 60);
	m->routes[0] = (struct route){ .to = to_boss, .n_to = 1,
		.fallback = or_last, .n_fallback = fallback,
		.least = SEVERITY_CRITICAL, .pipeline = NONE, .phase = NONE,
		.carry_on = chance(p, 50) };
	m->routes[1] = (struct route){ .to = to_team, .n_to = 1,
		.fallback = or_last, .n_fallback = fallback && chance(p, 50),
		.least = SEVERITY_INFO, .pipeline = NONE, .phase = NONE };
	desk_begin(p, m);
}

static struct office *
office_of(struct play *p, const struct sup *s)
{
	return &p->mail->offices[s->number];
}

void
mail_open(struct play *p, struct sup *s)
{
	struct office *o;

	if (!on(p))
		return;
	mail_close(p, s);
	o = office_of(p, s);
	o->p = p;
	o->s = s;
	o->dies = false;
	mailbox_open(&o->store, &p->mail->box, office_fate, o);
	o->outbox = outbox_new(&(struct outbox_options){ .arg = o,
		.store = &o->store.base, .conf = &p->mail->conf,
		.now = office_now, .begin = office_begin,
		.commit = office_commit, .deliver = office_deliver,
		.delivered = office_delivered });
	assert(o->outbox);
}

/* What is under way may arrive all the same; nobody hears of it. */
void
mail_close(struct play *p, struct sup *s)
{
	struct office *o;
	int32_t i;

	if (p->mail == NULL)
		return;
	o = office_of(p, s);
	for (i = 0; i < o->n && on(p); i++)
		if (p->mail->moods[o->way[i].notifier] != DOWN &&
		    chance(p, 50)) {
			receipt_lost(p->mail, &o->way[i]);
			arrives(p, &o->way[i], true);
		}
	o->n = 0;
	outbox_free(o->outbox);
	o->outbox = NULL;
	mailbox_close(&o->store);
}

void
mail_reload(struct play *p, struct sup *s)
{
	if (on(p))
		outbox_reload(office_of(p, s)->outbox, &p->mail->conf);
}

/*------------------------------------------------------------------ queueing */

static json_t *
body_of(const struct effect *x)
{
	json_t *body = json_object();

	json_put_int(body, "id", (int64_t)x->u.notify.message);
	json_put_int(body, "incident", (int64_t)x->u.notify.incident);
	json_put(body, "kind", notice_kind_name(x->u.notify.kind));
	return body;
}

void
mail_queue(struct play *p, struct sup *s, const struct effect *x)
{
	CLEANUP_JSON json_t *body = NULL;
	struct office *o;
	const char *why = NULL;
	int32_t n;

	if (!on(p))
		return;
	o = office_of(p, s);
	body = body_of(x);
	if (store_failed(&o->store.base, NULL))
		return;
	n = store_begin(&o->store.base);
	if (n == 0 && p->mail->desk->on && x->u.notify.kind !=
	    NOTICE_ADOPTED)
		n = desk_notice(p, o, x);
	else if (n == 0)
		n = outbox_queue(o->outbox, &(struct outbox_notice){
			.id = x->u.notify.message,
			.incident = x->u.notify.incident,
			.kind = x->u.notify.kind,
			.severity = x->u.notify.severity, .pipeline = 0,
			.phase = NONE, .body = body });
	if (n < 0) {
		(void)store_failed(&o->store.base, &why);
		flaw(p, "9", "a message can't be queued: %s", why ? why :
		    "no reason");
		return;
	}
	/* its fate is that of the step's commit, which stands */
	o->store.fate = NULL;
	if (store_commit(&o->store.base, true) < 0)
		flaw(p, "9", "a message can't be queued");
	o->store.fate = office_fate;
}

void
mail_tick(struct play *p, struct sup *s)
{
	if (on(p) && s->up && !s->frozen && sup_able(s) &&
	    office_of(p, s)->outbox) {
		desk_tick(p, office_of(p, s));
		if (s->up && sup_able(s))
			outbox_tick(office_of(p, s)->outbox);
	}
}

int64_t
mail_wake(struct play *p, const struct sup *s)
{
	int64_t at, desk;

	if (!on(p) || !s->up || office_of(p, s)->outbox == NULL)
		return INSTANT_NONE;
	at = outbox_wake(office_of(p, s)->outbox);
	desk = desk_wake(p->mail);
	return at == INSTANT_NONE || (desk != INSTANT_NONE && desk < at) ?
	    desk : at;
}

/*----------------------------------------------------------------- answering */

/* Does it arrive, and what is said of it? */
static bool
far_end(struct play *p, int32_t notifier, json_t *result,
    struct call_reply *ret)
{
	enum mood mood = p->elapsed < p->mail->until[notifier] ?
	    p->mail->moods[notifier] : WELL;

	*ret = (struct call_reply){ .status = CALL_ANSWERED,
		.result = result, .exit_code = -1 };
	if (mood == SILENT && chance(p, 30))
		mood = WELL;
	switch (mood) {
	case WELL:
		json_put(result, "status", "ok");
		return true;
	case BUSY:
		json_put(result, "status", "failed");
		json_put(result, "failure", "transient");
		json_put_int(result, "retry_after_ms", (1 + upto(p, 40)) *
		    MINUTE);
		return false;
	case BROKEN:
		json_put(result, "status", "failed");
		json_put(result, "failure", "transient");
		return false;
	case SILENT:
	case DOWN:
	case MOODS:
		break;
	}
	ret->status = CALL_FAULT;
	ret->result = NULL;
	ret->fault = "timed out";
	return mood == SILENT;
}

/* What the row says after all. */
static bool
row_delivered(const struct mail *m, const struct delivery_of *d)
{
	size_t i;

	for (i = m->box.n; i > 0; i--) {
		const struct parcel *x = &m->box.v[i - 1];

		if (x->id == d->ids[d->n - 1] && strcmp(x->notifier,
		    m->instances[d->notifier].name) == 0)
			return x->delivered_at != INSTANT_NONE;
	}
	return false;
}

static void
end_delivery(struct play *p, struct office *o, int32_t i)
{
	CLEANUP_JSON json_t *result = json_object();
	struct delivery_of d = o->way[i];
	struct call_reply reply;
	bool arrived = far_end(p, d.notifier, result, &reply);
	bool unheard = !sup_able(o->s) || o->s->lock_file !=
	    p->shelf.lock_file || p->shelf.absent;

	o->way[i] = o->way[--o->n];
	if (arrived && unheard)
		receipt_lost(p->mail, &d);
	if (arrived)
		arrives(p, &d, unheard);
	o->dies = false;
	/* counted before the outbox goes on: it may send it again at once */
	if (arrived && !unheard && reply.status != CALL_ANSWERED)
		receipt_lost(p->mail, &d);
	d.done(d.arg, &reply);
	if (arrived && !unheard && reply.status == CALL_ANSWERED &&
	    !row_delivered(p->mail, &d))
		receipt_lost(p->mail, &d);
	if (o->tells && o->s->up && !o->dies)
		sup_step(p, o->s, &o->delivered);
	o->tells = false;
	if (o->dies && o->s->up)
		sup_die(p, o->s);
}

bool
mail_answer(struct play *p)
{
	int32_t i;

	if (!on(p))
		return false;
	for (i = 0; i < P_SUPS; i++) {
		struct office *o = &p->mail->offices[i];

		if (o->n > 0 && p->sups[i].up && !p->sups[i].frozen) {
			end_delivery(p, o, upto(p, o->n));
			return true;
		}
	}
	return false;
}

/*------------------------------------------------------------------- trouble */

void
mail_trouble(struct play *p)
{
	int32_t n = upto(p, NOTIFIERS);

	if (!on(p))
		return;
	desk_silence(p);
	p->mail->moods[n] = chance(p, 30) ? WELL : (enum mood)upto(p, MOODS);
	p->mail->until[n] = p->elapsed + (1 + upto(p, 12)) * HOUR / 2;
}

void
mail_mended(struct play *p)
{
	int32_t i;

	for (i = 0; on(p) && i < NOTIFIERS; i++)
		p->mail->moods[i] = WELL;
}
