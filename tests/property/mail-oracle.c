/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mail-oracle.c -- after a quiet time: every message has arrived, or went on
 * to somebody else, or was too old; and whoever was told of an opening knows
 * the end (I5, I6, I16).
 */
#include <string.h>

#include "base/json.h"
#include "desk.h"

static int32_t
notifier_of(const struct mail *m, const char *name)
{
	int32_t i = 0;

	while (strcmp(m->instances[i].name, name) != 0)
		i++;
	return i;
}

static bool
is_kind(const struct parcel *x, enum notice_kind kind)
{
	return strcmp(json_text(x->body, "kind", ""),
	    notice_kind_name(kind)) == 0;
}

/* Down for longer than a message is kept. */
static bool
expired(const struct parcel *x)
{
	return x->gave_up_at != INSTANT_NONE &&
	    x->gave_up_at >= x->queued_at + OUTBOX_EXPIRY_MS;
}

static bool
expired_anywhere(const struct mail *m, uint64_t id)
{
	size_t i;

	for (i = 0; i < m->box.n; i++)
		if (m->box.v[i].id == id && expired(&m->box.v[i]))
			return true;
	return false;
}

/* Somebody behind it got it instead. */
static bool
arrived_anywhere(struct mail *m, uint64_t id)
{
	const struct receipt *r = receipt_of(m, id);
	int32_t i;

	for (i = 0; i < NOTIFIERS; i++)
		if (r->arrived[i] > 0)
			return true;
	return false;
}

static bool
has_row(const struct mail *m, uint64_t id, int32_t n)
{
	size_t i;

	for (i = 0; i < m->box.n; i++)
		if (m->box.v[i].id == id && notifier_of(m,
		    m->box.v[i].notifier) == n)
			return true;
	return false;
}

/* Somebody has later news of it: older news is dropped. */
static bool
later_arrived(struct mail *m, const struct parcel *x)
{
	size_t i;

	for (i = 0; i < m->box.n; i++)
		if (m->box.v[i].incident == x->incident &&
		    m->box.v[i].id > x->id &&
		    (arrived_anywhere(m, m->box.v[i].id) ||
		    expired(&m->box.v[i])))
			return true;
	return false;
}

/* The end that belongs to an opening which arrived at n. */
static void
judge_ending(struct play *p, const struct parcel *open, int32_t n)
{
	const struct mail *m = p->mail;
	const struct conversation *t = &p->talks[open->incident];
	size_t i;

	/* the line of a digest is no row; the desk's oracle knows of it */
	if (!t->resolved || m->desk->on)
		return;
	for (i = 0; i < m->box.n; i++) {
		const struct parcel *x = &m->box.v[i];

		if (x->incident == open->incident &&
		    is_kind(x, NOTICE_RESOLVED) &&
		    notifier_of(m, x->notifier) == n &&
		    (x->delivered_at != INSTANT_NONE ||
		    expired_anywhere(m, x->id) ||
		    x->queued_at > p->now.wall - HOUR ||
		    arrived_anywhere(p->mail, x->id)))
			return;
	}
	flaw(p, "I6", "'%s' was told that incident %llu opens, and never "
	    "that it ended", m->instances[n].name,
	    (unsigned long long)open->incident);
}

void
mail_judge_end(struct play *p)
{
	struct mail *m = p->mail;
	size_t i;

	for (i = 0; m && m->on && i < m->box.n && !p->failed; i++) {
		const struct parcel *x = &m->box.v[i];
		int32_t n = notifier_of(m, x->notifier);
		bool over = x->gave_up_at != INSTANT_NONE;

		if (!over && x->delivered_at == INSTANT_NONE &&
		    x->queued_at < p->now.wall - HOUR)
			flaw(p, "I16", "message %llu waits for ever",
			    (unsigned long long)x->id);
		if (x->delivered_at != INSTANT_NONE &&
		    receipt_of(m, x->id)->arrived[n] == 0)
			flaw(p, "9", "message %llu is delivered, and never "
			    "arrived", (unsigned long long)x->id);
		if (over && !arrived_anywhere(m, x->id) && !expired(x) &&
		    (n == LAST || !has_row(m, x->id, LAST)) &&
		    !later_arrived(m, x))
			flaw(p, "I5", "message %llu is given up before its "
			    "time", (unsigned long long)x->id);
		/* what was taken in silence was never delivered */
		if (is_kind(x, NOTICE_OPENED) &&
		    x->delivered_at != INSTANT_NONE)
			judge_ending(p, x, n);
	}
	if (m && m->desk->on)
		desk_judge_end(p);
}
