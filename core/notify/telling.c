/* SPDX-License-Identifier: BSD-2-Clause
 *
 * telling.c -- between one incident and one recipient.
 *
 * A telling says what the recipient knows and what waits for him. At most
 * one thing waits: it is not a queue of messages but the difference between
 * how things are and what he knows, so it is looked at again rather than
 * sent as it was. A later message of the incident takes the place of an
 * earlier one that waits, id included.
 *
 * Invariants: what was sent is in `told`; as long as the incident and `told`
 * differ for a recipient, something waits or a ruling said why not.
 */
#include "notify/notify.h"

static const int64_t hour_ms = 3600000;

void
telling_init(struct notify_telling *t)
{
	int32_t i;

	*t = (struct notify_telling){ .told.at = INSTANT_NONE,
		.until = INSTANT_NONE };
	for (i = 0; i < NOTIFY_BURST; i++)
		t->sent[i] = INSTANT_NONE;
}

static struct notify_recipient
recipient_of(const struct notify_recipient *who,
    const struct notify_telling *t, int64_t now)
{
	struct notify_recipient to = *who;
	int32_t i;

	to.told = t->told;
	to.flap_told = who->flap_told || t->flap_told;
	to.collected = t->waits && t->collected ? COLLECTED_WAITS :
	    COLLECTED_NOT;
	to.lately = 0;
	to.lately_over = INSTANT_NONE;
	for (i = 0; i < NOTIFY_BURST; i++) {
		if (t->sent[i] == INSTANT_NONE || now - t->sent[i] >= hour_ms)
			continue;
		to.lately++;
		if (to.lately_over == INSTANT_NONE ||
		    t->sent[i] + hour_ms < to.lately_over)
			to.lately_over = t->sent[i] + hour_ms;
	}
	return to;
}

/* In the place of the oldest. */
static void
note_sent(struct notify_telling *t, int64_t now)
{
	int32_t i, oldest = 0;

	for (i = 0; i < NOTIFY_BURST; i++) {
		if (t->sent[i] == INSTANT_NONE) {
			oldest = i;
			break;
		}
		if (t->sent[i] < t->sent[oldest])
			oldest = i;
	}
	t->sent[oldest] = now;
}

static void
apply(struct notify_telling *t, const struct notify_case *x,
    const struct notify_ruling *r, int64_t now, bool digest)
{
	bool held = r->outcome == NOTIFY_HELD;

	t->waits = held || r->outcome == NOTIFY_COLLECTED;
	t->collected = r->outcome == NOTIFY_COLLECTED || (held &&
	    t->collected);
	t->until = r->until;
	t->kind = r->kind;
	t->severity = r->severity;
	if (r->outcome != NOTIFY_NOW)
		return;
	t->collected = false;
	t->flap_told = x->open && (r->kind == NOTICE_FLAPPING ||
	    t->flap_told);
	notify_told_now(&t->told, x, r, now);
	if (digest)
		t->by_digest = true;
	else
		note_sent(t, now);
}

void
telling_handed(struct notify_telling *t, bool queued)
{
	t->by_digest = t->by_digest && !queued;
}

bool
telling_owes(const struct notify_telling *t)
{
	return t->waits || t->by_digest;
}

void
telling_asked(const struct notify_world *w, const struct notify_case *x,
    const struct notify_recipient *who, struct notify_telling *t,
    enum notice_kind kind, enum severity severity, uint64_t message,
    struct notify_ruling *ret)
{
	struct notify_recipient to = recipient_of(who, t, w->now);

	if (t->waits && t->kind == NOTICE_ESCALATED &&
	    kind == NOTICE_REMINDER)
		kind = t->kind;
	t->message = message;
	notify_rule(w, x, &to, kind, severity, ret);
	apply(t, x, ret, w->now, false);
}

/* As bad as it is by now, unless a step says more. */
static enum severity
severity_now(const struct notify_telling *t, const struct notify_case *x)
{
	return x->severity > t->severity ? x->severity : t->severity;
}

void
telling_again(const struct notify_world *w, const struct notify_case *x,
    const struct notify_recipient *who, struct notify_telling *t, bool digest,
    struct notify_ruling *ret)
{
	struct notify_recipient to = recipient_of(who, t, w->now);

	if (digest && t->collected)
		to.collected = COLLECTED_NOW;
	notify_rule(w, x, &to, t->kind, severity_now(t, x), ret);
	apply(t, x, ret, w->now, to.collected == COLLECTED_NOW);
}
