/* SPDX-License-Identifier: BSD-2-Clause
 *
 * desk-oracle.c -- what people hear, with silences, windows, caps and digests
 * in between: 8.
 *
 * Judged by what was queued for each, and by the windows' own hours, without
 * asking core/notify: nobody hears a thing twice, nor the end of what he
 * never heard of; nothing is said while it must not be; and when a quiet time
 * has passed everybody knows how things are.
 */
#include <stdlib.h>
#include <string.h>

#include "desk.h"

struct heard *
heard_of(struct mail *m, uint64_t incident, int32_t notifier)
{
	struct desk_rules *d = m->rules;
	size_t n = d->n_heard ? d->n_heard : 256;

	while (incident >= n)
		n *= 2;
	if (n > d->n_heard) {
		d->heard = realloc(d->heard, n * sizeof d->heard[0]);
		if (d->heard == NULL)
			abort();
		memset(d->heard + d->n_heard, 0, (n - d->n_heard) *
		    sizeof d->heard[0]);
		d->n_heard = n;
	}
	return &d->heard[incident][notifier];
}

/* By the wall clock of the pipeline's zone; of days whose clock is changed
 * nothing is said. */
static bool
inside(const struct play *p, const struct window *w)
{
	const struct zone *z = &p->pipeline.zone;
	int64_t now = p->now.wall / 1000, day = 86400;
	int64_t s = (now + zone_offset(z, now)) % day;

	if (zone_offset(z, now - day) != zone_offset(z, now + day))
		return false;
	return w->from_s < w->to_s ? s >= w->from_s && s < w->to_s :
	    s >= w->from_s || s < w->to_s;
}

static bool
is_silenced(const struct play *p, uint64_t incident, enum severity s)
{
	const struct desk *d = p->mail->desk;
	int32_t i;

	for (i = 0; i < d->n_silences; i++) {
		const struct silence *x = &d->silences[i];

		if (p->now.wall < x->until && p->now.wall >= x->from &&
		    (x->incident == 0 || x->incident == incident) &&
		    (x->severity == SEVERITY_NONE || x->severity == s))
			return true;
	}
	return false;
}

static void
judge_hours(struct play *p, const struct pad *x,
    const struct notify_ruling *r)
{
	const struct mail *m = p->mail;
	int32_t i;

	if (is_silenced(p, x->incident, r->severity))
		flaw(p, "8", "incident %llu is told in a silence",
		    (unsigned long long)x->incident);
	for (i = 0; i < m->conf.n_windows; i++) {
		const struct window *w = &m->conf.windows[i];

		if (!inside(p, w))
			continue;
		if (w->kind == WINDOW_MAINTENANCE)
			flaw(p, "8", "incident %llu is told in a maintenance",
			    (unsigned long long)x->incident);
		else if (x->notifier == TEAM && r->kind != NOTICE_RESOLVED &&
		    r->severity < SEVERITY_CRITICAL)
			flaw(p, "8", "incident %llu is told at night",
			    (unsigned long long)x->incident);
	}
}

static int32_t
queued_since(const struct mail *m, int32_t notifier, int64_t from)
{
	int32_t n = 0;
	size_t i;

	for (i = 0; i < m->box.n; i++)
		n += m->box.v[i].queued_at >= from && strcmp(m->box.v[i].
		    notifier, m->instances[notifier].name) == 0;
	return n;
}

/* By the hours that have passed since midnight, as the clock shows them. */
static void
judge_many(struct play *p, const struct pad *x, const struct heard *h,
    const struct notify_ruling *r)
{
	const struct mail *m = p->mail;
	int32_t cap = m->instances[x->notifier].cap, lately = 0, i;
	int64_t now = p->now.wall / 1000;
	int64_t today = (now + zone_offset(&p->pipeline.zone, now)) % 86400;
	bool first = r->severity == SEVERITY_CRITICAL && h->severity <
	    SEVERITY_CRITICAL && r->kind != NOTICE_RESOLVED;

	for (i = 0; i <= NOTIFY_BURST && i < h->n; i++)
		lately += h->at[i] > p->now.wall - HOUR;
	if (lately >= NOTIFY_BURST && !first && r->kind != NOTICE_RESOLVED)
		flaw(p, "8", "more than four messages of incident %llu "
		    "within an hour", (unsigned long long)x->incident);
	/* the one that is queued now is among them; where the clock was
	 * changed today, it isn't judged */
	if (cap > 0 && !first && queued_since(m, x->notifier,
	    (now - today) * 1000) > cap && zone_offset(&p->pipeline.zone,
	    now - today) == zone_offset(&p->pipeline.zone, now))
		flaw(p, "8", "more messages in a day than '%s' may have",
		    m->instances[x->notifier].name);
}

static void
judge_news(struct play *p, const struct pad *x, const struct heard *h,
    const struct notify_ruling *r)
{
	unsigned long long n = (unsigned long long)x->incident;

	if (h->ended)
		flaw(p, "8", "incident %llu is told after its end", n);
	switch (r->kind) {
	case NOTICE_OPENED:
		if (h->severity != SEVERITY_NONE)
			flaw(p, "8", "incident %llu opens twice for one", n);
		break;
	case NOTICE_WORSE:
		if (h->severity != SEVERITY_NONE && r->severity <=
		    h->severity)
			flaw(p, "8", "incident %llu is as bad as was told",
			    n);
		break;
	case NOTICE_RESOLVED:
		if (h->severity == SEVERITY_NONE)
			flaw(p, "8", "incident %llu ends for one who never "
			    "heard of it", n);
		break;
	default:
		break;
	}
}

void
desk_judge(struct play *p, const struct pad *x,
    const struct notify_ruling *r, bool digest)
{
	const struct heard *h = heard_of(p->mail, x->incident, x->notifier);

	/* a fallback hears what others couldn't be told */
	if (x->notifier == LAST)
		return;
	judge_hours(p, x, r);
	if (digest)
		return;
	judge_news(p, x, h, r);
	judge_many(p, x, h, r);
}

void
desk_heard(struct play *p, const struct telling_kept *k)
{
	struct heard *h = heard_of(p->mail, k->incident, k->notifier);

	if (k->severity > h->severity)
		h->severity = k->severity;
	h->ended = h->ended || k->ended;
	if (k->digest)
		return;
	memmove(&h->at[1], &h->at[0], sizeof h->at - sizeof h->at[0]);
	h->at[0] = k->at;
	h->n++;
}

/*-------------------------------------------------------------------- the end */

/* Longer than any window, silence or digest holds a thing. */
static const int64_t settled_ms = 36 * HOUR;

/* What was given up went to somebody else, who hears of the end instead. */
static bool
was_given_up(const struct mail *m, uint64_t incident, int32_t notifier)
{
	size_t i;

	for (i = 0; i < m->box.n; i++)
		if (m->box.v[i].incident == incident &&
		    m->box.v[i].gave_up_at != INSTANT_NONE &&
		    strcmp(m->box.v[i].notifier,
		    m->instances[notifier].name) == 0)
			return true;
	return false;
}

static void
judge_knows(struct play *p, uint64_t incident, int32_t notifier,
    enum severity least)
{
	const struct conversation *t = &p->talks[incident];
	const struct heard *h = heard_of(p->mail, incident, notifier);

	if (h->severity != SEVERITY_NONE && t->resolved && !h->ended &&
	    !was_given_up(p->mail, incident, notifier))
		flaw(p, "8", "'%s' waits for the end of incident %llu",
		    p->mail->instances[notifier].name,
		    (unsigned long long)incident);
	if (t->opened && !t->resolved && t->told >= least &&
	    h->severity < t->told)
		flaw(p, "8", "'%s' doesn't know how bad incident %llu is",
		    p->mail->instances[notifier].name,
		    (unsigned long long)incident);
}

void
desk_judge_end(struct play *p)
{
	const struct mail *m = p->mail;
	bool goes_on = m->routes[0].carry_on;
	uint64_t i;

	for (i = 1; i < p->n_talks && !p->failed; i++) {
		const struct conversation *t = &p->talks[i];

		if (!t->known || p->now.wall - t->last_at < settled_ms)
			continue;
		judge_knows(p, i, BOSS, SEVERITY_CRITICAL);
		if (goes_on || t->told < SEVERITY_CRITICAL)
			judge_knows(p, i, TEAM, SEVERITY_INFO);
	}
}
