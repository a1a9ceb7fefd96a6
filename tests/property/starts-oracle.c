/* SPDX-License-Identifier: BSD-2-Clause
 *
 * starts-oracle.c -- what must hold of every start of an action: 1, 3, 5, 7,
 * 13 and 15.
 */
#include <string.h>

#include "calendar/day.h"
#include "oracle.h"

/* A person has asked for a start in this step. */
static bool
asked_for(const struct play *p)
{
	return p->event.kind == EVENT_COMMAND &&
	    (p->event.u.command.kind == COMMAND_RUN ||
	    p->event.u.command.kind == COMMAND_RECOVER);
}

static bool
held(struct play *p, const struct attempt_row *a, struct date date)
{
	const struct record *r;

	for (r = row_first(p, RECORD_HOLD); r; r = row_next(p, r)) {
		const struct hold_row *h = &r->u.hold;

		if (!h->live ||
		    (h->until != INSTANT_NONE && p->now.wall >= h->until) ||
		    (!h->any_date && r->date.day != date.day))
			continue;
		if (h->scope == HOLD_ALL || h->scope == HOLD_PIPELINE ||
		    (h->scope == HOLD_PHASE && a->phase != NONE &&
		    h->subject == a->phase) || (h->scope == HOLD_RECOVERY &&
		    a->recovery != NONE && h->subject == a->recovery))
			return true;
	}
	return false;
}

/* An override of this phase that this step has spent. */
bool
overridden(struct play *p, int32_t phase, struct date date)
{
	size_t i;

	for (i = 0; i < p->out.n; i++) {
		const struct record *r = &p->out.v[i].u.record;

		if (p->out.v[i].kind == EFFECT_WRITE &&
		    r->kind == RECORD_OVERRIDE && !r->u.override.live &&
		    r->u.override.phase == phase &&
		    r->date.day == date.day)
			return true;
	}
	return false;
}

static void
judge_budgets(struct play *p, const struct attempt_row *a, struct date date)
{
	int32_t hour = 0, action = 0, of_date = 0;
	const struct record *r;

	if (a->backfill != 0)
		return;         /* it has a budget of its own */
	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r)) {
		const struct attempt_row *x = &r->u.attempt;
		struct record one = *r;

		/* known: what is not configured any more counts no more */
		if (!record_here(p, &p->s->v, &one) || x->backfill != 0)
			continue;
		of_date += a->recovery != NONE && x->recovery ==
		    a->recovery && r->date.day == date.day;
		if (x->intent_at <= p->now.wall - HOUR)
			continue;
		hour++;
		action += x->action == a->action;
	}
	if (p->graph.starts_per_hour > 0 && hour > p->graph.starts_per_hour)
		flaw(p, "7", "%d starts within an hour", hour);
	if (p->actions[a->action].per_hour > 0 &&
	    action > p->actions[a->action].per_hour)
		flaw(p, "7", "%d starts of an action within an hour",
		    action);
	if (a->recovery != NONE &&
	    of_date > p->recoveries[a->recovery].per_date)
		flaw(p, "7", "%d repairs of one date", of_date);
}

static void
judge_reach(struct play *p, const struct attempt_row *a, struct date date)
{
	const struct record *r = row_find(p, RECORD_DATE, date, NONE);

	if (a->by_person && !asked_for(p))
		flaw(p, "1", "attempt %llu names the wrong starter",
		    (unsigned long long)a->id);
	if (held(p, a, date))
		flaw(p, "7", "attempt %llu starts over a hold",
		    (unsigned long long)a->id);
	if (p->pipeline.mode != MODE_ENFORCE && a->phase != NONE)
		flaw(p, "1", "a start in a pipeline that only watches");
	if (a->by_person || (a->phase != NONE && overridden(p, a->phase,
	    date)) || backfilled(p, a, date))
		return;
	if (r == NULL || r->u.date_row.adopted)
		flaw(p, "15", "a start on an adopted date");
	if (p->now.wall - day_end(&p->pipeline.zone, date,
	    p->pipeline.day_ends_s) > p->pipeline.act_within_ms)
		flaw(p, "15", "a start on a date that is too old");
}

static void
judge_alone(struct play *p, const struct attempt_row *a, struct date date)
{
	const struct record *r;

	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r))
		if (r->date.day == date.day && r->u.attempt.id != a->id &&
		    r->u.attempt.state != ATTEMPT_CLOSED &&
		    r->u.attempt.phase == a->phase &&
		    r->u.attempt.recovery == a->recovery)
			flaw(p, "5", "attempt %llu starts beside %llu",
			    (unsigned long long)a->id,
			    (unsigned long long)r->u.attempt.id);
	for (r = row_first(p, RECORD_PERMIT); r; r = row_next(p, r))
		if (r->date.day == date.day && a->phase != NONE &&
		    r->u.permit.phase == a->phase &&
		    (r->u.permit.state == PERMIT_STARTED ||
		    (r->u.permit.state == PERMIT_GRANTED &&
		    p->now.wall < r->u.permit.valid_until)))
			flaw(p, "1", "a start beside a permit");
}

static void
judge_phase_start(struct play *p, const struct attempt_row *a,
    struct date date)
{
	const struct record *r = row_find(p, RECORD_PHASE, date, a->phase);
	const char *bad = bad_evidence(p, a->phase, date);

	if (bad && !overridden(p, a->phase, date))
		flaw(p, strstr(bad, "stale") ? "13" : "1", "%s starts on %s",
		    p->phases[a->phase].name, bad);
	if (r == NULL || r->u.phase.state != PHASE_STARTING ||
	    r->u.phase.attempt != a->id)
		flaw(p, "5", "a start whose phase doesn't know of it");
	else if (!a->by_person && r->u.phase.attempts >
	    p->phases[a->phase].retry.attempts)
		flaw(p, "7", "start %d of a plan of %d",
		    r->u.phase.attempts,
		    p->phases[a->phase].retry.attempts);
}

static void
judge_repair_start(struct play *p, const struct attempt_row *a,
    struct date date)
{
	const struct recovery_def *d = &p->recoveries[a->recovery];
	const struct record *r = row_find(p, RECORD_RECOVERY, date,
	    a->recovery);
	int32_t i;

	if (a->failing == 0)
		flaw(p, "3", "a repair of nothing");
	for (i = 0; i < d->n_repairs; i++) {
		const struct answer *x = answer_of(p, d->repairs[i], date);

		if ((a->failing & 1u << i) == 0)
			continue;
		if (!x->known || !x->told)
			flaw(p, "3", "a repair of what could not tell");
		else if (x->raw != RESULT_FAIL)
			flaw(p, "3", "a repair of what doesn't fail: %s is %s",
			    p->checks[d->repairs[i]].name, result_name(x->raw));
		else if (x->in_row < p->checks[d->repairs[i]].confirm)
			flaw(p, "3", "a repair of an unconfirmed failure");
		else if (!answer_fresh(p, d->repairs[i], date))
			flaw(p, "13", "a repair on stale evidence");
	}
	if (d->mode != MODE_ENFORCE)
		flaw(p, "1", "a repair that only watches has started");
	if (r == NULL || r->u.recovery.ended != WHY_NOTHING)
		flaw(p, "6", "a repair that had ended starts again");
	else if (!a->by_person && r->u.recovery.attempts >
	    d->retry.attempts)
		flaw(p, "7", "repair %d of a plan of %d",
		    r->u.recovery.attempts, d->retry.attempts);
}

void
judge_start(struct play *p, const struct effect *x)
{
	const struct record *r = row_of_id(p, RECORD_ATTEMPT,
	    x->u.start.attempt);

	if (r == NULL || r->u.attempt.state != ATTEMPT_INTENT) {
		flaw(p, "5", "a start without an intent before it");
		return;
	}
	if (run_of(p, x->u.start.attempt))
		flaw(p, "5", "attempt %llu is started twice",
		    (unsigned long long)x->u.start.attempt);
	judge_budgets(p, &r->u.attempt, r->date);
	judge_reach(p, &r->u.attempt, r->date);
	judge_alone(p, &r->u.attempt, r->date);
	if (r->u.attempt.phase != NONE)
		judge_phase_start(p, &r->u.attempt, r->date);
	else
		judge_repair_start(p, &r->u.attempt, r->date);
	judge_deep_start(p, &r->u.attempt, r->date);
	p->count.starts++;
}
