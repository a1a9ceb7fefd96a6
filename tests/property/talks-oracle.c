/* SPDX-License-Identifier: BSD-2-Clause
 *
 * talks-oracle.c -- one incident, one conversation: 8, and the ids of 9.
 */
#include <string.h>

#include "oracle.h"

static struct conversation *
talk_of(struct play *p, uint64_t number)
{
	int32_t i;

	for (i = 0; i < p->n_talks; i++)
		if (p->talks[i].number == number)
			return &p->talks[i];
	if (p->n_talks == (int32_t)(sizeof p->talks / sizeof p->talks[0]))
		return NULL;
	p->talks[p->n_talks] = (struct conversation){ .number = number };
	return &p->talks[p->n_talks++];
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
	int32_t i, causes = 0;

	for (i = 0; i < p->n_rows; i++) {
		const struct breach_row *b = &p->rows[i].u.breach;
		const struct record *in;

		if (p->rows[i].kind != RECORD_BREACH || !b->open)
			continue;
		causes += b->incident == r->u.incident.number && !b->child;
		if (b->kind != ROOT_PHASE || b->incident == 0 ||
		    r->u.incident.kind != ROOT_PHASE ||
		    b->incident == r->u.incident.number ||
		    (root && root->u.phase.state == PHASE_FAILED) ||
		    p->rows[i].date.day != r->date.day ||
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

	p->messages++;
	if (x->u.notify.message <= p->last_message)
		flaw(p, "9", "message id %llu comes after %llu",
		    (unsigned long long)x->u.notify.message,
		    (unsigned long long)p->last_message);
	p->last_message = x->u.notify.message;
	if (r == NULL || t == NULL) {
		if (r == NULL)
			flaw(p, "8", "a message about no incident");
		return;
	}
	if (t->resolved)
		flaw(p, "8", "incident %llu ended, and speaks again", n);
	switch (x->u.notify.kind) {
	case NOTICE_OPENED:
		if (t->opened)
			flaw(p, "8", "incident %llu opens twice", n);
		judge_root(p, r);
		t->opened = true;
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
		break;
	case NOTICE_ADOPTED:
		t->resolved = true;
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
	int32_t i;

	if (a->open && date && date->u.date_row.adopted &&
	    a->kind != ROOT_ATTEMPT)
		flaw(p, "15", "an incident of an adopted date");
	for (i = 0; i < p->n_rows; i++) {
		const struct incident_row *b = &p->rows[i].u.incident;

		if (p->rows[i].kind == RECORD_INCIDENT && a->open &&
		    b->open && a->number != b->number &&
		    a->kind == b->kind && a->root == b->root &&
		    a->kind != ROOT_ADOPTION &&
		    p->rows[i].date.day == r->date.day)
			flaw(p, "8", "incidents %llu and %llu are one",
			    (unsigned long long)a->number,
			    (unsigned long long)b->number);
	}
}

/* After a step: what is closed has said so, and holds nothing open. */
void
judge_closed(struct play *p)
{
	int32_t i;

	for (i = 0; i < p->n_talks && !p->failed; i++) {
		const struct record *r = row_of_id(p, RECORD_INCIDENT,
		    p->talks[i].number);

		if (r && !r->u.incident.open && !p->talks[i].resolved)
			flaw(p, "8", "incident %llu has ended, and nobody "
			    "was told", (unsigned long long)
			    p->talks[i].number);
	}
	for (i = 0; i < p->n_rows && !p->failed; i++) {
		const struct record *r = &p->rows[i], *in;

		if (r->kind != RECORD_BREACH || !r->u.breach.open ||
		    r->u.breach.incident == 0)
			continue;
		in = row_of_id(p, RECORD_INCIDENT, r->u.breach.incident);
		if (in == NULL || !in->u.incident.open)
			flaw(p, "8", "incident %llu has ended with a breach "
			    "open in it", (unsigned long long)
			    r->u.breach.incident);
	}
}
