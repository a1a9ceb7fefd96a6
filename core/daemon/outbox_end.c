/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox_end.c -- what became of a try, and what follows.
 *
 * A try ends in exactly one of three ways: the far end has the message; it
 * is tried again later; it is given up and handed on. Which of them, and
 * what is queued because of it, is one transaction.
 *
 * Handing on keeps the promise that whoever was told of an opening is told
 * of the end: if the end is in the outbox already, the fallback gets it too.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/outbox_private.h"
#include "daemon/outbox_route.h"

enum { RECENT = 1000, REPLY_MAX = 500 };

struct verdict_on {
	bool delivered;
	bool hopeless;          /* permanent, or wrongly configured */
	bool untried;           /* nobody was asked */
	bool refused;           /* it can't be asked: a secret, quarantine */
	int64_t retry_after_ms;
	const char *reply;      /* may be NULL */
	const char *receipt;    /* may be NULL */
	struct text clean;      /* what `reply` points to */
};

/*------------------------------------------------------------- how it went */

static struct verdict_on
judge_reply(const struct call_reply *r)
{
	struct verdict_on v = { .reply = r->fault };
	const char *failure;

	v.refused = r->status == CALL_REFUSED;
	if (r->status != CALL_ANSWERED)
		return v;
	v.reply = json_text(r->result, "remark", NULL);
	v.receipt = json_text(r->result, "receipt", NULL);
	if (strcmp(json_text(r->result, "status", ""), "ok") == 0) {
		v.delivered = true;
		return v;
	}
	failure = json_text(r->result, "failure", "");
	v.hopeless = strcmp(failure, failure_name(FAILURE_PERMANENT)) == 0 ||
	    strcmp(failure, failure_name(FAILURE_CONFIG)) == 0;
	v.retry_after_ms = json_int(r->result, "retry_after_ms", 0);
	if (v.retry_after_ms < 0)
		v.retry_after_ms = 0;
	if (v.retry_after_ms > OUTBOX_ASKED_MOST_MS)
		v.retry_after_ms = OUTBOX_ASKED_MOST_MS;
	if (v.reply == NULL)
		v.reply = "the notifier did not say why";
	return v;
}

/* What a plugin or a far end wrote may be any bytes, and long. */
static void
clean_reply(struct verdict_on *v)
{
	if (v->reply == NULL)
		return;
	text_add_clean(&v->clean, v->reply, strnlen(v->reply, REPLY_MAX));
	v->reply = text_str(&v->clean);
}

/*-------------------------------------------------------------- handing on */

/* The end of the incident, if it is in the outbox already: to `notifier`
 * too. */
static int
queue_end(struct outbox *o, const json_t *messages, const struct entry *e,
    const struct store_message *handed)
{
	const json_t *m, *body;
	size_t i;
	int r = 0;

	json_array_foreach(messages, i, m) {
		struct store_message end = *handed;

		end.id = (uint64_t)json_int(m, "id", 0);
		body = json_object_get(m, "body");
		if (end.id <= e->id || strcmp(json_text(body, "kind", ""),
		    notice_kind_name(NOTICE_RESOLVED)) != 0)
			continue;
		if (r < 0 || message_to(messages, end.id, end.notifier))
			return r;
		end.body = body;
		r = queue_to(o, &end, json_object_get(handed->body,
		    "fallback"));
		return r;
	}
	return r;
}

/* Is the message with a fallback already, from another notifier that gave it
 * up, or because the end followed an opening there? */
enum have { HAS_NOT, HAS_IT, GAVE_IT_UP };

static enum have
has_message(const struct entry *e, const json_t *messages, int32_t number,
    const char *name)
{
	const json_t *m = message_to(messages, e->id,
	    e->box->options.conf->instances[number].name);

	if (m == NULL)
		m = message_to(messages, e->id, name);
	if (m == NULL)
		return HAS_NOT;
	return json_flag(m, "gave_up", false) ? GAVE_IT_UP : HAS_IT;
}

/* The first fallback that hasn't given it up; the ones behind it stay for
 * it. NULL: there is none. */
static const char *
next_fallback(const struct entry *e, const json_t *messages,
    json_t *ret_rest, bool *ret_has_it)
{
	const struct conf *c = e->box->options.conf;
	const json_t *list = json_object_get(e->body, "fallback"), *v;
	const char *found = NULL;
	size_t i;

	json_array_foreach(list, i, v) {
		const char *name = json_string_value(v);
		int32_t n = name ? find_notifier(c, name) : NONE;
		enum have have;

		if (found) {
			(void)json_array_append(ret_rest, (json_t *)v);
			continue;
		}
		have = n == NONE ? GAVE_IT_UP : has_message(e, messages, n,
		    name);
		if (have == GAVE_IT_UP)
			continue;
		found = c->instances[n].name;
		*ret_has_it = have == HAS_IT;
	}
	return found;
}

/* It has later news of the incident already, its end or what another notifier
 * handed on: this would come after it. */
static bool
knows_later(const struct entry *e, const json_t *messages,
    const char *notifier)
{
	const json_t *m;
	size_t i;

	if (e->incident == 0)
		return false;
	json_array_foreach(messages, i, m)
		if ((uint64_t)json_int(m, "id", 0) > e->id &&
		    !json_flag(m, "gave_up", false) &&
		    strcmp(json_text(m, "notifier", ""), notifier) == 0)
			return true;
	return false;
}

static int
hand_on(struct entry *e, const char **ret_next)
{
	struct outbox *o = e->box;
	CLEANUP_JSON json_t *messages = store_messages(o->options.store,
	    e->incident, e->incident ? 0 : RECENT);
	CLEANUP_JSON json_t *rest = json_array();
	CLEANUP_JSON json_t *body = NULL;
	struct store_message m = { .id = e->id, .incident = e->incident };
	bool has_it = false;
	int r;

	if (messages == NULL)
		return -EIO;
	m.notifier = next_fallback(e, messages, rest, &has_it);
	*ret_next = m.notifier;
	if (m.notifier == NULL || has_it ||
	    knows_later(e, messages, m.notifier))
		return 0;
	body = json_copy(e->body);
	(void)json_object_set(body, "fallback", rest);
	m.body = body;
	r = queue_to(o, &m, rest);
	if (r == 0 && e->incident != 0)
		r = queue_end(o, messages, e, &m);
	return r;
}

/*----------------------------------------------------------------- the end */

bool
has_fallback(const struct entry *e)
{
	return json_array_size(json_object_get(e->body, "fallback")) > 0;
}

/* A notifier that is known to be down isn't waited for: its failures count
 * like this message's own. Nor one that hangs, or asks for patience. */
static bool
is_for_fallback(const struct entry *e, const struct verdict_on *v,
    int64_t now)
{
	return has_fallback(e) && (e->tries + 1 >= OUTBOX_HANDON_TRIES ||
	    e->target->failures >= OUTBOX_HANDON_TRIES ||
	    v->retry_after_ms > OUTBOX_POLITE_MS || (e->tries > 0 &&
	    now - e->queued_at >= OUTBOX_HANDON_MS));
}

/* When it is tried again; INSTANT_NONE: not any more. */
static int64_t
try_again_at(const struct entry *e, const struct verdict_on *v, int64_t now)
{
	int64_t expires = e->kept_until;
	int64_t delay = outbox_delay(e->tries + 1, entry_seed(e));

	if (v->hopeless || now >= expires || is_for_fallback(e, v, now))
		return INSTANT_NONE;
	if (delay < v->retry_after_ms)
		delay = v->retry_after_ms;
	return delay < expires - now ? now + delay : expires;
}

static void
log_given_up(const struct entry *e, const char *reply, const char *next)
{
	log_error("message %llu of incident %llu: given up to '%s' after %d "
	    "%s (%s), %s%s%s", (unsigned long long)e->id,
	    (unsigned long long)e->incident, e->notifier, e->tries + 1,
	    e->tries == 0 ? "try" : "tries", reply ? reply : "no reason",
	    next ? "handed on to '" : "nobody else would get it",
	    next ? next : "", next ? "'" : "");
}

/* Those that share the fate of a try. What no try will ever help, and that
 * nobody else would get, may be one message's fault alone. */
static int32_t
sharers(struct entry *e, const struct verdict_on *v,
    struct entry *ret[CARRY_MOST])
{
	int32_t n = chain_group(e, ret), i;

	for (i = 0; i < n; i++)
		ret[i]->carrier = NULL;
	if (!v->hopeless || has_fallback(e) || e->number == NONE)
		return n;
	ret[0] = e;
	return 1;
}

/* What its row says of the try. */
static const char *
words_for(const struct entry *x, const struct entry *carrier,
    const struct verdict_on *v, struct text *t)
{
	if (x == carrier)
		return v->reply;
	text_clear(t);
	text_addf(t, "with message %llu%s%s", (unsigned long long)carrier->id,
	    v->reply ? ": " : "", v->reply ? v->reply : "");
	return text_str(t);
}

static int
write_one(struct entry *e, const struct verdict_on *v, int64_t now,
    const char *reply, const char *receipt)
{
	const struct outbox_options *p = &e->box->options;
	int64_t again = v->delivered ? INSTANT_NONE : try_again_at(e, v, now);
	bool over = !v->delivered && again == INSTANT_NONE;
	const char *next = NULL;
	int r = store_delivery(p->store, e->id, e->notifier, v->delivered,
	    now, again, reply, receipt);

	if (r == 0 && over)
		r = hand_on(e, &next);
	if (r == 0 && over)
		log_given_up(e, reply, next);
	e->next_at = again;
	return r;
}

static int
write_end(struct entry *const *group, int32_t n, struct entry *carrier,
    const struct verdict_on *v, int64_t now)
{
	const struct outbox_options *p = &carrier->box->options;
	CLEANUP_TEXT struct text t = { 0 };
	int r = p->begin(p->arg), i;

	for (i = 0; i < n && r == 0; i++)
		r = write_one(group[i], v, now, words_for(group[i], carrier,
		    v, &t), group[i] == carrier ? v->receipt : NULL);
	return r < 0 ? r : p->commit(p->arg);
}

/* The outbox may go on, or end, within: nothing is touched after it. */
static void
tell_delivered(struct outbox *o, const uint64_t (*told)[2], int32_t n)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (told[i][0] != 0)
			o->options.delivered(o->options.arg, told[i][0],
			    told[i][1]);
}

static struct outbox_turn
turn_of(const struct entry *e, const struct verdict_on *v)
{
	const struct target *t = e->target;

	return (struct outbox_turn){ .notifier = e->number,
		.delivered = v->delivered, .failures = t->failures,
		.hopeless = (v->hopeless && !v->untried) || v->refused,
		.since = t->failing_since != INSTANT_NONE ?
		t->failing_since : e->box->options.now(e->box->options.arg),
		.why = v->reply ? v->reply : "no reason" };
}

/* How the notifier is, for whoever minds. */
static void
tell_turned(struct outbox *o, const struct outbox_turn *t)
{
	if (o->options.turned && t->notifier != NONE)
		o->options.turned(o->options.arg, t);
}

static void
finish(struct entry *e, const struct verdict_on *v)
{
	struct outbox *o = e->box;
	struct outbox_turn turn = turn_of(e, v);
	bool test = e->test, over_test = false;
	int64_t now = o->options.now(o->options.arg);
	struct entry *group[CARRY_MOST];
	uint64_t told[CARRY_MOST][2];
	int32_t n = sharers(e, v, group), i;
	int r;

	assert(e->busy);
	e->busy = e->target->busy = false;
	r = write_end(group, n, e, v, now);
	if (r < 0) {
		o->stopped = true;
		log_error("outbox: nothing is delivered any more, because "
		    "the journal can't be written (%s)", strerror(-r));
		return;
	}
	if (v->receipt) {
		free(e->receipt);
		e->receipt = strdup(v->receipt);
	}
	for (i = 0; i < n; i++) {
		told[i][0] = group[i]->incident;
		told[i][1] = group[i]->id;
		group[i]->tries++;
		over_test = test && group[i]->next_at == INSTANT_NONE &&
		    !v->delivered;
		if (group[i]->next_at == INSTANT_NONE)
			drop_entry(o, group[i]);
	}
	if (v->delivered)
		tell_delivered(o, told, n);
	if (v->untried && !test)
		return;
	turn.hopeless = turn.hopeless || over_test;
	tell_turned(o, &turn);
}

void
delivery_impossible(struct entry *e, const char *why)
{
	struct verdict_on v = { .hopeless = true, .untried = true,
		.reply = why };

	finish(e, &v);
}

void
delivery_ended(void *arg, const struct call_reply *reply)
{
	struct entry *e = arg;
	struct outbox *o = e->box;
	struct verdict_on v = judge_reply(reply);
	int64_t now = o->options.now(o->options.arg);

	clean_reply(&v);
	if (v.delivered)
		target_delivered(e, now);
	else
		target_failed(e, now, v.retry_after_ms, v.reply ? v.reply :
		    "no reason was given");
	finish(e, &v);
	text_free(&v.clean);
	outbox_tick(o);
}
