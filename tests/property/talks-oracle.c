/* SPDX-License-Identifier: BSD-2-Clause
 *
 * talks-oracle.c -- one incident, one conversation: 8, and the ids of 9.
 */
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

/* By number: incidents are numbered from 1. */
struct conversation *
talk_of(struct play *p, uint64_t number)
{
	size_t n = p->n_talks;
	struct conversation *v;

	if (number == 0 || number > 1000000)
		return NULL;
	while (number >= n)
		n = n ? 2 * n : 256;
	if (n > p->n_talks) {
		v = realloc(p->talks, n * sizeof *v);
		if (v == NULL)
			abort();
		memset(v + p->n_talks, 0, (n - p->n_talks) * sizeof *v);
		p->talks = v;
		p->n_talks = n;
	}
	return &p->talks[number];
}

bool
is_over(struct play *p, int32_t phase, struct date date)
{
	const struct record *r = row_find(p, RECORD_PHASE, date, phase);

	return r && (r->u.phase.state == PHASE_DONE ||
	    r->u.phase.state == PHASE_SKIPPED);
}

/* By phases that are undone, all the way: one that is done holds nothing
 * back. */
static bool
upstream_of(struct play *p, int32_t above, int32_t phase, struct date date)
{
	const struct phase_def *ph = &p->phases[phase];
	int32_t i;

	for (i = 0; i < ph->n_after; i++)
		if (ph->after[i].date_offset == 0 &&
		    here(p, OF_PHASE, ph->after[i].phase) != NONE &&
		    !is_over(p, ph->after[i].phase, date) &&
		    (ph->after[i].phase == above ||
		    upstream_of(p, above, ph->after[i].phase, date)))
			return true;
	return false;
}

/* What is said must be about a root. */
static void
judge_root(struct play *p, const struct record *r)
{
	const struct record *root = row_find(p, RECORD_PHASE, r->date,
	    r->u.incident.root);
	const struct record *x, *in;
	int32_t causes = 0;

	for (x = row_first(p, RECORD_BREACH); x; x = row_next(p, x)) {
		const struct breach_row *b = &x->u.breach;

		if (!b->open)
			continue;
		causes += b->incident == r->u.incident.number && !b->child;
		if (b->kind != ROOT_PHASE || b->incident == 0 ||
		    r->u.incident.kind != ROOT_PHASE ||
		    b->incident == r->u.incident.number ||
		    (root && root->u.phase.state == PHASE_FAILED) ||
		    x->date.day != r->date.day ||
		    here(p, OF_PHASE, b->subject) == NONE ||
		    !upstream_of(p, b->subject, r->u.incident.root,
		    r->date))
			continue;
		in = row_of_id(p, RECORD_INCIDENT, b->incident);
		if (in && in->u.incident.open)
			flaw(p, "8", "%s speaks though %s, upstream of it, "
			    "stands in incident %llu",
			    p->phases[r->u.incident.root].name,
			    p->phases[b->subject].name,
			    (unsigned long long)b->incident);
	}
	if (causes == 0)
		flaw(p, "8", "incident %llu opens without a cause",
		    (unsigned long long)r->u.incident.number);
}

void
judge_notice(struct play *p, const struct effect *x)
{
	const struct record *r = row_of_id(p, RECORD_INCIDENT,
	    x->u.notify.incident);
	struct conversation *t = talk_of(p, x->u.notify.incident);
	unsigned long long n = x->u.notify.incident;

	p->count.messages++;
	if (x->u.notify.message <= p->last_message)
		flaw(p, "9", "message id %llu comes after %llu",
		    (unsigned long long)x->u.notify.message,
		    (unsigned long long)p->last_message);
	p->last_message = x->u.notify.message;
	if (r == NULL || t == NULL) {
		flaw(p, "8", "a message about no incident");
		return;
	}
	if (t->resolved)
		flaw(p, "8", "incident %llu ended, and speaks again", n);
	switch (x->u.notify.kind) {
	case NOTICE_OPENED:
		if (t->opened)
			flaw(p, "8", "incident %llu opens twice", n);
		if (r->u.incident.kind == ROOT_ACTION)
			judge_action_root(p, r);
		else
			judge_root(p, r);
		t->known = t->opened = true;
		break;
	case NOTICE_WORSE:
		if (!t->opened || x->u.notify.severity <= t->told)
			flaw(p, "8", "incident %llu: worse, from %s to %s",
			    n, severity_name(t->told),
			    severity_name(x->u.notify.severity));
		break;
	case NOTICE_GAVE_UP:
		if (!t->opened)
			flaw(p, "8", "incident %llu gave up unopened", n);
		break;
	case NOTICE_REMINDER:
		if (!t->opened || p->now.wall - t->last_at <
		    p->pipeline.remind_ms)
			flaw(p, "8", "a reminder of %llu too early", n);
		break;
	case NOTICE_RESOLVED:
		if (!t->opened || r->u.incident.open)
			flaw(p, "8", "incident %llu: an end without a "
			    "beginning", n);
		t->resolved = true;
		p->count.resolved++;
		break;
	case NOTICE_ADOPTED:
		t->known = t->resolved = true;
		break;
	case NOTICE_ESCALATED:
	case NOTICE_FLAPPING:
	case NOTICE_DIGEST:
		flaw(p, "8", "incident %llu: the engine says %s", n,
		    notice_kind_name(x->u.notify.kind));
		break;
	}
	if (x->u.notify.severity > t->told)
		t->told = x->u.notify.severity;
	t->last_at = p->now.wall;
}

void
judge_incident(struct play *p, const struct record *r)
{
	const struct incident_row *a = &r->u.incident;
	const struct record *date = row_find(p, RECORD_DATE, r->date, NONE);
	const struct record *x;

	if (a->open && r->dated && date && date->u.date_row.adopted &&
	    a->kind != ROOT_ATTEMPT)
		flaw(p, "15", "an incident of an adopted date");
	if (!a->open)
		return;
	for (x = row_first(p, RECORD_INCIDENT); x; x = row_next(p, x)) {
		const struct incident_row *b = &x->u.incident;

		if (b->open && a->number != b->number &&
		    a->kind == b->kind && a->root == b->root &&
		    a->kind != ROOT_ADOPTION &&
		    x->date.day == r->date.day)
			flaw(p, "8", "incidents %llu and %llu are one",
			    (unsigned long long)a->number,
			    (unsigned long long)b->number);
	}
}

/* What stands in it, of objects that are configured: the rest is left
 * aside by whoever restores it. */
static bool
holds_open(struct play *p, uint64_t incident)
{
	const struct record *r;
	struct record one;

	for (r = row_first(p, RECORD_BREACH); r; r = row_next(p, r)) {
		one = *r;
		if (r->u.breach.incident == incident && r->u.breach.open &&
		    record_here(p, &p->s->v, &one))
			return true;
	}
	return false;
}

/* After a step: what is closed has said so, and holds nothing open. */
void
judge_closed(struct play *p)
{
	int32_t i;

	for (i = 0; i < p->n_touched && !p->failed; i++) {
		unsigned long long n = p->touched[i];
		const struct record *r = row_of_id(p, RECORD_INCIDENT, n);
		const struct conversation *t = talk_of(p, n);

		if (r && r->u.incident.open)
			continue;
		if (t->known && !t->resolved)
			flaw(p, "8", "incident %llu has ended, and nobody "
			    "was told", n);
		if (t->open_breaches > 0 && p->event.kind !=
		    EVENT_RESUMED && !p->out.more && holds_open(p, n))
			flaw(p, "8", "incident %llu has ended with a breach "
			    "open in it", n);
	}
}
