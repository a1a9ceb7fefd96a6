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
#include "oracle.h"

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

/*------------------------------------------------------------------ the step */

static void
judge_write(struct play *p, const struct record *r)
{
	const struct record *was = row_same_key(p, r);
	struct record before = { .kind = RECORD_NOTE };

	if (was)
		before = *was;
	row_fold(p, r);
	tell(p, (struct told){ .kind = TOLD_ROW, .row = r,
	    .was = was ? &before : NULL });
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

/* A new one; the same run gets the same again. */
static void
judge_permit(struct play *p, const struct effect *x)
{
	const struct command *c = &p->event.u.command;
	const char *bad;

	if (x->u.reply.code != REPLY_GRANTED || c->kind != COMMAND_PERMIT ||
	    x->u.reply.until != p->now.wall + 15 * MINUTE)
		return;
	bad = bad_evidence(p, c->subject, c->date);
	if (bad && !overridden(p, c->subject, c->date))
		flaw(p, strstr(bad, "stale") ? "13" : "1", "a permit on %s",
		    bad);
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

	p->commit++;
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
			judge_permit(p, x);
			break;
		case EFFECT_TOUCH:
		case EFFECT_EVALUATE:
		case EFFECT_CANCEL:
		case EFFECT_NOTIFY:
			break;
		}
	}
	for (i = 0; i < p->out.n && !p->failed; i++)
		if (p->out.v[i].kind == EFFECT_NOTIFY) {
			tell(p, (struct told){ .kind = TOLD_MESSAGE,
			    .effect = &p->out.v[i] });
			judge_notice(p, &p->out.v[i]);
		}
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
