/* SPDX-License-Identifier: BSD-2-Clause
 *
 * oracle.c -- what can't happen, checked on the stream of effects.
 *
 * Each oracle names the guarantee that it stands for, by the number that it
 * has in the design, or the invariant (I1 to I17). They see what a journal
 * and an outbox would have seen, across all restarts, and judge by the
 * world's own answers.
 *
 * A step costs what it touches: rows that it wrote, the date of its event.
 * Everything else is looked at in turn.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calendar/day.h"
#include "mail.h"
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
touch_incident(struct play *p, uint64_t number)
{
	int32_t i;

	for (i = 0; i < p->n_touched; i++)
		if (p->touched[i] == number)
			return;
	if (number != 0 && p->n_touched < 64)
		p->touched[p->n_touched++] = number;
}

static void
count_breach(struct play *p, const struct record *r,
    const struct record *was)
{
	struct conversation *t = talk_of(p, r->u.breach.incident);

	if (t)
		t->open_breaches += (int32_t)r->u.breach.open -
		    (was ? (int32_t)was->u.breach.open : 0);
	touch_incident(p, r->u.breach.incident);
}

static void
judge_write(struct play *p, const struct record *r)
{
	const struct record *was = r->kind == RECORD_NOTE ? NULL :
	    row_same_key(p, r);
	struct record before;

	if (was) {
		before = *was;
		was = &before;
	}
	if (p->s->epoch != p->shelf.epoch)
		flaw(p, "I12", "epoch %llu writes in epoch %llu",
		    (unsigned long long)p->s->epoch,
		    (unsigned long long)p->shelf.epoch);
	row_fold(p, r);
	hash_row(p, r);
	tell(p, (struct told){ .kind = TOLD_ROW, .row = r, .was = was });
	judge_row(p, r, was);
	judge_deep_row(p, r, was);
	switch (r->kind) {
	case RECORD_ATTEMPT:
		judge_attempt(p, r, was);
		attempt_seen(p, &r->u.attempt);
		break;
	case RECORD_PHASE:
		judge_arrival(p, r, was);
		break;
	case RECORD_INCIDENT:
		touch_incident(p, r->u.incident.number);
		judge_incident(p, r);
		break;
	case RECORD_BREACH:
		count_breach(p, r, was);
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
	struct slot *d = slot_of(p, x->date);

	if (d == NULL)
		return;
	if (d->in_flight[x->subject] == p->s->life)
		flaw(p, "13", "%s is asked while it is being asked",
		    p->checks[x->subject].name);
	d->in_flight[x->subject] = p->s->life;
}

/* What the engine says it may rely on, on this date. */
static void
judge_verdicts(struct play *p, struct date date)
{
	int32_t g;

	/* what isn't settled yet is asked about in a moment */
	if (p->out.more || idle(p, date) ||
	    !engine_date(p->s->engine, 0, date))
		return;
	for (g = 0; g < p->graph.n_gates; g++)
		if (here(p, OF_GATE, g) != NONE && engine_verdict(
		    p->s->engine, here(p, OF_GATE, g), date, &p->now) <=
		    VERDICT_DEGRADED && !gate_supported(p, g, date))
			flaw(p, "2", "%s of day %d is open by an answer for "
			    "other inputs", p->gates[g].name, date.day);
}

static void
judge_phase_memory(struct play *p, const struct record *r)
{
	const struct phase_row *ph = engine_phase(p->s->engine,
	    here(p, OF_PHASE, r->subject), r->date);

	if (ph && (ph->state != r->u.phase.state ||
	    ph->marks != r->u.phase.marks ||
	    ph->attempt != r->u.phase.attempt ||
	    ph->attempts != r->u.phase.attempts ||
	    ph->episode != r->u.phase.episode ||
	    ph->retry_at != r->u.phase.retry_at ||
	    ph->relied != r->u.phase.relied ||
	    strcmp(ph->run_id, r->u.phase.run_id) != 0))
		flaw(p, "7", "the row of %s isn't what was written",
		    p->phases[r->subject].name);
}

static void
judge_recovery_memory(struct play *p, const struct record *r)
{
	const struct recovery_row *x = engine_recovery(p->s->engine,
	    here(p, OF_RECOVERY, r->subject), r->date);

	if (x && (x->attempts != r->u.recovery.attempts ||
	    x->no_effect != r->u.recovery.no_effect ||
	    x->ended != r->u.recovery.ended ||
	    x->next_at != r->u.recovery.next_at))
		flaw(p, "7", "the row of %s isn't what was written",
		    p->recoveries[r->subject].name);
}

/* I10: whatever the engine remembers of a date, it has written. */
static void
judge_memory(struct play *p, struct date date)
{
	const struct record *r;
	int32_t i;

	if (!engine_date(p->s->engine, 0, date))
		return;
	for (i = 0; i < p->graph.n_phases; i++)
		if (here(p, OF_PHASE, i) != NONE &&
		    (r = row_find(p, RECORD_PHASE, date, i)))
			judge_phase_memory(p, r);
	for (i = 0; i < p->graph.n_recoveries; i++)
		if (here(p, OF_RECOVERY, i) != NONE &&
		    (r = row_find(p, RECORD_RECOVERY, date, i)))
			judge_recovery_memory(p, r);
}

static void
judge_attempts_memory(struct play *p)
{
	const struct record *r;
	const struct attempt_row *at;

	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r)) {
		at = engine_attempt(p->s->engine, r->u.attempt.id);
		if (at && (at->state != r->u.attempt.state ||
		    at->outcome != r->u.attempt.outcome))
			flaw(p, "7", "the row of an attempt isn't what was "
			    "written");
	}
}

static void
judge_between(struct play *p)
{
	struct date dates[P_SLOTS];
	int32_t n;

	if ((p->event.kind == EVENT_MEASURED ||
	    p->event.kind == EVENT_VERDICT) && (!p->checks30 ||
	    p->step % 4 == 0)) {
		judge_verdicts(p, p->event.date);
		judge_memory(p, p->event.date);
	}
	if (p->step % 16 != 0)
		return;
	n = engine_dates(p->s->engine, 0, dates, P_SLOTS);
	if (n > 0) {
		struct date one = dates[p->step / 16 % n];

		judge_verdicts(p, one);
		judge_memory(p, one);
	}
	if (p->step % 128 == 0)
		judge_attempts_memory(p);
}

static void
judge_effect(struct play *p, const struct effect *x, int32_t *replies)
{
	switch (x->kind) {
	case EFFECT_WRITE:
		judge_write(p, &x->u.record);
		break;
	case EFFECT_START:
		judge_start(p, x);
		judge_plan(p, x);
		break;
	case EFFECT_MEASURE:
		judge_measure(p, x);
		break;
	case EFFECT_REPLY:
		++*replies;
		judge_permit(p, x);
		break;
	case EFFECT_TOUCH:
	case EFFECT_EVALUATE:
	case EFFECT_CANCEL:
	case EFFECT_NOTIFY:
		break;
	}
}

void
oracle_step(struct play *p)
{
	int32_t replies = 0;
	size_t i;

	p->shelf.commits++;
	p->n_touched = 0;
	for (i = 0; i < p->out.n && !p->failed; i++)
		judge_effect(p, &p->out.v[i], &replies);
	for (i = 0; i < p->out.n && !p->failed; i++)
		if (p->out.v[i].kind == EFFECT_NOTIFY) {
			tell(p, (struct told){ .kind = TOLD_MESSAGE,
			    .effect = &p->out.v[i] });
			hash_message(p, &p->out.v[i]);
			judge_notice(p, &p->out.v[i]);
			judge_deep_notice(p, &p->out.v[i]);
			p->shelf.ids.message = p->last_message;
			mail_queue(p, p->s, &p->out.v[i]);
		}
	if (replies != (p->event.kind == EVENT_COMMAND))
		flaw(p, "1", "%d replies to one event", replies);
	judge_closed(p);
	judge_whole_step(p);
	judge_deep_step(p);
	judge_between(p);
}

/*------------------------------------------------------------------- the end */

static const struct breach_row *
open_breach(struct play *p, enum root_kind kind, int32_t subject,
    struct date date)
{
	const struct record *r;

	for (r = row_first(p, RECORD_BREACH); r; r = row_next(p, r))
		if (r->u.breach.open && r->u.breach.kind == kind &&
		    r->u.breach.subject == subject &&
		    r->date.day == date.day)
			return &r->u.breach;
	return NULL;
}

/* Dates that had ended when a part was met owe nothing to it. */
static bool
met_late(struct play *p, enum record_kind kind, enum of of, int32_t whole,
    struct date date)
{
	struct met_row met;
	int32_t n = here(p, of, whole);

	return n != NONE && engine_met(p->s->engine, kind, n, &met) &&
	    date.day <= met.through.day;
}

static bool
any_met_late(struct play *p, const int32_t *checks, int32_t n,
    struct date date)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (met_late(p, RECORD_MET_CHECK, OF_CHECK, checks[i], date))
			return true;
	return false;
}

/* It, or what it rests on. */
bool
adopted_part(struct play *p, enum record_kind kind, int32_t whole,
    struct date date)
{
	const struct gate_def *g = &p->gates[whole];
	const struct phase_def *ph = &p->phases[whole];

	if (kind == RECORD_MET_GATE)
		return met_late(p, kind, OF_GATE, whole, date) ||
		    any_met_late(p, g->inputs, g->n_inputs, date);
	if (met_late(p, kind, OF_PHASE, whole, date))
		return true;
	if (ph->done_kind == DONE_GATE)
		return adopted_part(p, RECORD_MET_GATE, ph->done_gate, date);
	return ph->done_kind == DONE_CHECKS && any_met_late(p,
	    ph->done_checks, ph->n_done_checks, date);
}

/* Something that was only met holds it back: nobody is told. */
static bool
untold(struct play *p, struct date date)
{
	const struct record *r;

	for (r = row_first(p, RECORD_BREACH); r; r = row_next(p, r))
		if (r->u.breach.open && r->u.breach.incident == 0 &&
		    r->date.day == date.day)
			return true;
	return false;
}

static void
judge_late(struct play *p, int32_t phase, const struct record *date)
{
	const struct phase_def *ph = &p->phases[phase];
	const struct record *r = row_find(p, RECORD_PHASE, date->date,
	    phase);
	int64_t due = due_at(&ph->due, &p->pipeline.zone, date->date,
	    engine_anchor(p->s->engine, 0, date->date));

	if (due == INSTANT_NONE || p->now.wall < due + 12 * HOUR ||
	    is_over(p, phase, date->date) || here(p, OF_PHASE, phase) ==
	    NONE || (r && r->u.phase.marks & MARK_STALE) ||
	    adopted_part(p, RECORD_MET_PHASE, phase, date->date))
		return;
	if (open_breach(p, ROOT_PHASE, phase, date->date) == NULL &&
	    !untold(p, date->date))
		flaw(p, "8", "%s of day %d is late by half a day, and "
		    "nothing says so", ph->name, date->date.day);
}

static void
judge_alarm(struct play *p, const struct record *r)
{
	const struct record *date = row_find(p, RECORD_DATE, r->date, NONE);

	if (here(p, OF_GATE, r->subject) == NONE ||
	    !p->gates[r->subject].alarm ||
	    r->u.gate.severity == SEVERITY_NONE ||
	    r->u.gate.verdict == VERDICT_UNKNOWN || idle(p, r->date) ||
	    date == NULL || date->u.date_row.adopted ||
	    date->u.date_row.closed ||
	    adopted_part(p, RECORD_MET_GATE, r->subject, r->date) ||
	    is_retired(&p->gates[r->subject].retirement, r->date) ||
	    p->now.wall < due_at(&p->gates[r->subject].at,
	    &p->pipeline.zone, r->date, engine_anchor(p->s->engine, 0,
	    r->date)) + HOUR)
		return;
	if (!open_breach(p, ROOT_ALARM, r->subject, r->date))
		flaw(p, "8", "an alarm stands, and no incident");
}

void
oracle_end(struct play *p)
{
	const struct record *r;
	int32_t k;

	p->s = owner(p);
	if (p->s == NULL || p->s->mute) {
		flaw(p, "I16", "nobody has taken the store");
		return;
	}
	for (r = row_first(p, RECORD_DATE); r; r = row_next(p, r))
		for (k = 0; k < p->graph.n_phases; k++)
			if (!r->u.date_row.closed && !r->u.date_row.adopted &&
			    r->u.date_row.owed != 0)
				judge_late(p, k, r);
	for (r = row_first(p, RECORD_GATE); r; r = row_next(p, r))
		judge_alarm(p, r);
	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r))
		if (r->u.attempt.intent_at < p->now.wall - 6 * HOUR &&
		    r->u.attempt.state != ATTEMPT_CLOSED &&
		    r->u.attempt.state != ATTEMPT_HELD && engine_attempt(
		    p->s->engine, r->u.attempt.id))
			flaw(p, "5", "attempt %llu is '%s' for ever",
			    (unsigned long long)r->u.attempt.id,
			    attempt_state_name(r->u.attempt.state));
	if (p->s->n_calls > 0)
		flaw(p, "I16", "%d calls are never answered",
		    p->s->n_calls);
	judge_forgiven(p);
	judge_waivers_end(p);
	mail_judge_end(p);
}
