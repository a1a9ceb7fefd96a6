/* SPDX-License-Identifier: BSD-2-Clause
 *
 * oracle.c -- what can't happen, checked on the stream of effects.
 *
 * Each oracle names the guarantee that it stands for, by the number that it
 * has in the design. They see what a journal and an outbox would have seen,
 * across all restarts, and judge by the world's own answers.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calendar/day.h"
#include "play.h"

void
flaw(struct play *p, const char *guarantee, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (p->failed)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	p->failed = true;
	(void)snprintf(p->flaw, sizeof p->flaw, "guarantee %s: seed %llu "
	    "step %d: %s", guarantee, (unsigned long long)p->seed, p->step,
	    text);
}

/* A person has asked for a start in this step. */
static bool
asked_for(const struct play *p)
{
	return p->event.kind == EVENT_COMMAND &&
	    (p->event.u.command.kind == COMMAND_RUN ||
	    p->event.u.command.kind == COMMAND_RECOVER);
}

/*------------------------------------------------------------------- starts */

static bool
held(struct play *p, const struct attempt_row *a, struct date date)
{
	int32_t i;

	for (i = 0; i < p->n_rows; i++) {
		const struct hold_row *h = &p->rows[i].u.hold;

		if (p->rows[i].kind != RECORD_HOLD || !h->live ||
		    (h->until != INSTANT_NONE && p->now.wall >= h->until) ||
		    (!h->any_date && p->rows[i].date.day != date.day))
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
static bool
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
	int32_t hour = 0, action = 0, of_date = 0, i;

	for (i = 0; i < p->n_rows; i++) {
		const struct attempt_row *x = &p->rows[i].u.attempt;

		if (p->rows[i].kind != RECORD_ATTEMPT)
			continue;
		of_date += a->recovery != NONE && x->recovery ==
		    a->recovery && p->rows[i].date.day == date.day;
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
	    date)))
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
	int32_t i;

	for (i = 0; i < p->n_rows; i++) {
		const struct record *r = &p->rows[i];

		if (r->date.day != date.day)
			continue;
		if (r->kind == RECORD_ATTEMPT && r->u.attempt.id != a->id &&
		    r->u.attempt.state != ATTEMPT_CLOSED &&
		    r->u.attempt.phase == a->phase &&
		    r->u.attempt.recovery == a->recovery)
			flaw(p, "5", "attempt %llu starts beside %llu",
			    (unsigned long long)a->id,
			    (unsigned long long)r->u.attempt.id);
		if (r->kind == RECORD_PERMIT && a->phase != NONE &&
		    r->u.permit.phase == a->phase &&
		    (r->u.permit.state == PERMIT_STARTED ||
		    (r->u.permit.state == PERMIT_GRANTED &&
		    p->now.wall < r->u.permit.valid_until)))
			flaw(p, "1", "a start beside a permit");
	}
}

static void
judge_phase_start(struct play *p, const struct attempt_row *a,
    struct date date)
{
	const struct record *r = row_find(p, RECORD_PHASE, date, a->phase);
	const char *bad = bad_evidence(p, a->phase, date);

	if (bad && !overridden(p, a->phase, date))
		flaw(p, strncmp(bad, "stale", 5) == 0 ||
		    strncmp(bad, "a stale", 7) == 0 ? "13" : "1",
		    "%s starts on %s", p->phases[a->phase].name, bad);
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
			flaw(p, "3", "a repair of what doesn't fail");
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

static void
judge_start(struct play *p, const struct effect *x)
{
	const struct record *r = row_of_id(p, RECORD_ATTEMPT,
	    x->u.start.attempt);
	int32_t i;

	if (r == NULL || r->u.attempt.state != ATTEMPT_INTENT) {
		flaw(p, "5", "a start without an intent before it");
		return;
	}
	for (i = 0; i < p->n_runs; i++)
		if (p->runs[i].attempt == x->u.start.attempt)
			flaw(p, "5", "attempt %llu is started twice",
			    (unsigned long long)x->u.start.attempt);
	judge_budgets(p, &r->u.attempt, r->date);
	judge_reach(p, &r->u.attempt, r->date);
	judge_alone(p, &r->u.attempt, r->date);
	if (r->u.attempt.phase != NONE)
		judge_phase_start(p, &r->u.attempt, r->date);
	else
		judge_repair_start(p, &r->u.attempt, r->date);
	p->intents++;
}

/*-------------------------------------------------------------------- proofs */

static bool
proven(const struct play *p, int32_t check, struct date date, int64_t since)
{
	const struct answer *a = answer_of(p, check, date);

	return a->known && a->told && a->began_wall > since &&
	    (a->raw == RESULT_PASS || a->raw == RESULT_WARN);
}

static bool
idle(struct play *p, struct date date)
{
	const struct record *r = row_find(p, RECORD_DATE, date, NONE);

	return r && r->u.date_row.owed == 0;
}

static void
judge_outcome(struct play *p, const struct record *r)
{
	const struct attempt_row *a = &r->u.attempt;
	int32_t i;

	if (a->state != ATTEMPT_CLOSED || idle(p, r->date))
		return;
	if (a->outcome == OUTCOME_RECOVERED) {
		const struct recovery_def *d = &p->recoveries[a->recovery];

		for (i = 0; i < d->n_repairs; i++)
			if (a->failing & 1u << i && !proven(p,
			    d->repairs[i], r->date, a->ended_at))
				flaw(p, "6", "recovered without the proof "
				    "of %s", p->checks[d->repairs[i]].name);
	}
	if (a->outcome == OUTCOME_DONE &&
	    p->phases[a->phase].done_kind == DONE_CHECKS) {
		const struct phase_def *ph = &p->phases[a->phase];

		for (i = 0; i < ph->n_done_checks; i++)
			if (!proven(p, ph->done_checks[i], r->date,
			    a->ended_at))
				flaw(p, "6", "%s is done without a "
				    "measurement after its end", ph->name);
	}
}

/* Held is held: only a person, or its proof, ends it. */
static void
judge_attempt(struct play *p, const struct record *r,
    const struct record *was)
{
	const struct attempt_row *a = &r->u.attempt;

	if (was == NULL && a->state != ATTEMPT_INTENT)
		flaw(p, "5", "attempt %llu begins without an intent",
		    (unsigned long long)a->id);
	if (was && was->u.attempt.state == ATTEMPT_CLOSED)
		flaw(p, "6", "attempt %llu is over and changes",
		    (unsigned long long)a->id);
	if (was && was->u.attempt.state != ATTEMPT_INTENT &&
	    a->state == ATTEMPT_INTENT)
		flaw(p, "5", "a second intent of attempt %llu",
		    (unsigned long long)a->id);
	judge_outcome(p, r);
}

/*-------------------------------------------------------------------- bypass */

static void
judge_arrival(struct play *p, const struct record *r,
    const struct record *was)
{
	const struct phase_def *ph = &p->phases[r->subject];
	const struct record *date = row_find(p, RECORD_DATE, r->date, NONE);
	int32_t i;

	if (r->u.phase.state != PHASE_DONE ||
	    (was && was->u.phase.state == PHASE_DONE))
		return;
	p->done_phases++;
	p->bypasses += (r->u.phase.marks & MARK_BYPASSED) != 0;
	if (r->u.phase.attempt != 0 || r->u.phase.run_id[0] ||
	    r->u.phase.marks & (MARK_BYPASSED | MARK_OVERRIDDEN) ||
	    (date && date->u.date_row.adopted))
		return;
	for (i = 0; i < p->n_rows; i++)
		if (p->rows[i].kind == RECORD_PERMIT &&
		    p->rows[i].u.permit.phase == r->subject &&
		    p->rows[i].date.day == r->date.day)
			return;
	for (i = 0; i < ph->n_after; i++) {
		int32_t up = ph->after[i].phase;
		const struct record *u = row_find(p, RECORD_PHASE, r->date,
		    up);

		if (ph->after[i].date_offset != 0 || (u &&
		    (u->u.phase.state == PHASE_DONE ||
		    u->u.phase.state == PHASE_IN_DOUBT ||
		    u->u.phase.state == PHASE_SKIPPED)))
			continue;       /* in doubt accuses nobody */
		if (done_refuted(p, up, r->date))
			flaw(p, "14", "%s is done though %s isn't, and "
			    "nobody notices", ph->name, p->phases[up].name);
	}
}

/*------------------------------------------------------------- conversations */

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

static bool
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

static void
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

static void
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
static void
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

/*------------------------------------------------------------------ the step */

static void
judge_write(struct play *p, const struct record *r)
{
	const struct record *was = row_same_key(p, r);
	struct record before = { .kind = RECORD_NOTE };

	if (was)
		before = *was;
	row_fold(p, r);
	switch (r->kind) {
	case RECORD_ATTEMPT:
		judge_attempt(p, r, was ? &before : NULL);
		break;
	case RECORD_PHASE:
		judge_arrival(p, r, was ? &before : NULL);
		break;
	case RECORD_INCIDENT:
		judge_incident(p, r);
		break;
	default:
		break;
	}
}

static void
judge_measure(struct play *p, const struct effect *x)
{
	bool *flight = &p->in_flight[x->subject][day_slot(x->date)];

	if (*flight)
		flaw(p, "13", "%s is asked while it is being asked",
		    p->checks[x->subject].name);
	*flight = true;
}

/* What the engine says it may rely on, somewhere. */
static void
judge_verdicts(struct play *p)
{
	struct date dates[P_DAYS];
	int32_t n = engine_dates(p->engine, 0, dates, P_DAYS), i, g;

	for (i = 0; i < n; i++)
		for (g = 0; g < p->graph.n_gates; g++)
			if (!idle(p, dates[i]) && engine_verdict(p->engine,
			    g, dates[i], &p->now) <= VERDICT_DEGRADED &&
			    !gate_supported(p, g, dates[i]))
				flaw(p, "2", "%s of day %d is open by an "
				    "answer for other inputs",
				    p->gates[g].name, dates[i].day -
				    BEGIN_DAY);
}

/* Whatever the engine remembers, it has written. */
static void
judge_memory(struct play *p)
{
	int32_t i;

	for (i = 0; i < p->n_rows && !p->failed; i++) {
		const struct record *r = &p->rows[i];
		const struct phase_row *ph;
		const struct recovery_row *rec;
		const struct attempt_row *at;

		if (r->kind == RECORD_PHASE && (ph = engine_phase(p->engine,
		    r->subject, r->date)) &&
		    (ph->state != r->u.phase.state ||
		    ph->marks != r->u.phase.marks ||
		    ph->attempt != r->u.phase.attempt ||
		    ph->attempts != r->u.phase.attempts ||
		    ph->episode != r->u.phase.episode ||
		    ph->retry_at != r->u.phase.retry_at ||
		    ph->relied != r->u.phase.relied ||
		    strcmp(ph->run_id, r->u.phase.run_id) != 0))
			flaw(p, "7", "the row of %s isn't what was written",
			    p->phases[r->subject].name);
		if (r->kind == RECORD_RECOVERY &&
		    (rec = engine_recovery(p->engine, r->subject,
		    r->date)) && (rec->attempts != r->u.recovery.attempts ||
		    rec->no_effect != r->u.recovery.no_effect ||
		    rec->ended != r->u.recovery.ended ||
		    rec->next_at != r->u.recovery.next_at))
			flaw(p, "7", "the row of %s isn't what was written",
			    p->recoveries[r->subject].name);
		if (r->kind == RECORD_ATTEMPT &&
		    (at = engine_attempt(p->engine, r->u.attempt.id)) &&
		    (at->state != r->u.attempt.state ||
		    at->outcome != r->u.attempt.outcome))
			flaw(p, "7", "the row of an attempt isn't what was "
			    "written");
	}
}

void
oracle_step(struct play *p)
{
	int32_t replies = 0;
	size_t i;

	for (i = 0; i < p->out.n && !p->failed; i++) {
		const struct effect *x = &p->out.v[i];

		switch (x->kind) {
		case EFFECT_WRITE:
			judge_write(p, &x->u.record);
			break;
		case EFFECT_START:
			judge_start(p, x);
			break;
		case EFFECT_MEASURE:
			judge_measure(p, x);
			break;
		case EFFECT_REPLY:
			replies++;
			if (x->u.reply.code == REPLY_GRANTED &&
			    p->event.u.command.kind == COMMAND_PERMIT &&
			    x->u.reply.until == p->now.wall + 15 * MINUTE &&
			    bad_evidence(p, p->event.u.command.subject,
			    p->event.u.command.date) &&
			    !overridden(p, p->event.u.command.subject,
			    p->event.u.command.date))
				flaw(p, "1", "a permit on %s",
				    bad_evidence(p,
				    p->event.u.command.subject,
				    p->event.u.command.date));
			break;
		case EFFECT_TOUCH:
		case EFFECT_EVALUATE:
		case EFFECT_CANCEL:
		case EFFECT_NOTIFY:
			break;
		}
	}
	for (i = 0; i < p->out.n && !p->failed; i++)
		if (p->out.v[i].kind == EFFECT_NOTIFY)
			judge_notice(p, &p->out.v[i]);
	if (replies != (p->event.kind == EVENT_COMMAND))
		flaw(p, "1", "%d replies to one event", replies);
	judge_closed(p);
	if (p->step % 8 == 0) {
		judge_verdicts(p);
		judge_memory(p);
	}
}

/*------------------------------------------------------------------- the end */

static const struct breach_row *
open_breach(struct play *p, enum root_kind kind, int32_t subject,
    struct date date)
{
	int32_t i;

	for (i = 0; i < p->n_rows; i++)
		if (p->rows[i].kind == RECORD_BREACH &&
		    p->rows[i].u.breach.open &&
		    p->rows[i].u.breach.kind == kind &&
		    p->rows[i].u.breach.subject == subject &&
		    p->rows[i].date.day == date.day)
			return &p->rows[i].u.breach;
	return NULL;
}

static void
judge_late(struct play *p, int32_t phase, const struct record *date)
{
	const struct phase_def *ph = &p->phases[phase];
	const struct record *r = row_find(p, RECORD_PHASE, date->date,
	    phase);
	int64_t due = due_at(&ph->due, &p->pipeline.zone, date->date,
	    engine_anchor(p->engine, 0, date->date));

	if (due == INSTANT_NONE || p->now.wall < due + 12 * HOUR ||
	    is_over(p, phase, date->date) ||
	    (r && r->u.phase.marks & MARK_STALE))
		return;
	if (open_breach(p, ROOT_PHASE, phase, date->date) == NULL)
		flaw(p, "8", "%s of day %d is late by half a day, and "
		    "nothing says so", ph->name, date->date.day - BEGIN_DAY);
}

void
oracle_end(struct play *p)
{
	int32_t i, k;

	for (i = 0; i < p->n_rows && !p->failed; i++) {
		const struct record *r = &p->rows[i];

		if (r->kind == RECORD_DATE && !r->u.date_row.closed &&
		    !r->u.date_row.adopted && r->u.date_row.owed != 0)
			for (k = 0; k < p->graph.n_phases; k++)
				judge_late(p, k, r);
		if (r->kind == RECORD_GATE && p->gates[r->subject].alarm &&
		    r->u.gate.severity > SEVERITY_NONE && !idle(p, r->date) &&
		    row_find(p, RECORD_DATE, r->date, NONE) &&
		    !row_find(p, RECORD_DATE, r->date,
		    NONE)->u.date_row.adopted &&
		    !row_find(p, RECORD_DATE, r->date,
		    NONE)->u.date_row.closed &&
		    !open_breach(p, ROOT_ALARM, r->subject, r->date))
			flaw(p, "8", "an alarm stands, and no incident");
		if (r->kind == RECORD_ATTEMPT &&
		    r->u.attempt.intent_at < p->now.wall - 6 * HOUR &&
		    r->u.attempt.state != ATTEMPT_CLOSED &&
		    r->u.attempt.state != ATTEMPT_HELD)
			flaw(p, "5", "attempt %llu is '%s' for ever",
			    (unsigned long long)r->u.attempt.id,
			    attempt_state_name(r->u.attempt.state));
	}
}
