/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws-feed-rows.c -- the rows of a play, as the laws read them.
 *
 * What stands beside an attempt in a journal, the readings that it rests
 * on, is asked of the engine in the same step, as the daemon does.
 */
#include "calendar/day.h"
#include "laws_feed_private.h"

/*---------------------------------------------------------------- readings */

static void
add_reading(struct laws_feed *f, int32_t check, struct date date)
{
	struct play *p = f->p;
	int32_t local = here(p, OF_CHECK, check);
	const struct check_row *row;
	struct law_reading *r = &f->readings[f->n_readings];

	if (local == NONE || f->n_readings == READINGS_MAX)
		return;
	row = engine_check(p->s->engine, local, date);
	*r = (struct law_reading){ .check = CHECKS + (uint32_t)check,
		.day = date.day,
		.result = (enum law_result)engine_result(p->s->engine, local,
		    date, &f->t->now),
		.began = row ? row->began_wall : INSTANT_NONE,
		.due = engine_check_due(p->s->engine, local, date),
		.age_ms = answer_fresh(p, check, date) ? 0 : 1,
		.fresh_ms = 0 };
	f->n_readings++;
}

static void
read_done(struct laws_feed *f, int32_t phase, struct date date)
{
	const struct phase_def *p = &f->p->phases[phase];
	const struct gate_def *g = p->done_kind == DONE_GATE ?
	    &f->p->gates[p->done_gate] : NULL;
	const int32_t *v = g ? g->inputs : p->done_checks;
	int32_t i, n = g ? g->n_inputs : p->done_kind == DONE_CHECKS ?
	    p->n_done_checks : 0;

	for (i = 0; i < n; i++)
		add_reading(f, v[i], date);
}

static void
read_edge(struct laws_feed *f, int32_t phase, struct date date)
{
	const struct phase_def *p = &f->p->phases[phase];
	bool any = true;
	int32_t i, k;

	for (i = 0; i < p->n_after; i++) {
		struct date d = p->after[i].date_offset == 0 ? date :
		    date_before(f->p, date, &any);

		if (any && alive(f->p, OF_PHASE, p->after[i].phase))
			read_done(f, p->after[i].phase, d);
	}
	for (i = 0; i < p->n_guards; i++) {
		const struct gate_def *g = &f->p->gates[p->guards[i]];

		for (k = 0; k < g->n_inputs; k++)
			if (alive(f->p, OF_GATE, p->guards[i]))
				add_reading(f, g->inputs[k], date);
	}
	read_done(f, phase, date);
}

/* The bits of an attempt. */
static void
read_failing(struct laws_feed *f, const struct attempt_row *a,
    struct date date)
{
	const struct recovery_def *r = &f->p->recoveries[a->recovery];
	int32_t i;

	for (i = 0; i < r->n_repairs; i++)
		if (a->failing >> i & 1)
			add_reading(f, r->repairs[i], date);
}

static struct law_names
bits(struct laws_feed *f, int32_t recovery, uint32_t checks)
{
	const struct recovery_def *r = &f->p->recoveries[recovery];
	int32_t v[P_LIST], n = 0, i;

	for (i = 0; i < r->n_repairs; i++)
		if (checks >> i & 1)
			v[n++] = r->repairs[i];
	return feed_names(f, v, n, OF_CHECK);
}

static struct law_names
failing(struct laws_feed *f, const struct attempt_row *a)
{
	if (a->recovery == NONE)
		return (struct law_names){ 0, NULL };
	return bits(f, a->recovery, a->failing);
}

/*-------------------------------------------------------------------- rows */

static void
see_met(const struct record *r, struct law_fact *x)
{
	x->kind = FACT_MET;
	x->name = PHASES + (uint32_t)r->subject;
	x->day = r->u.met.through.day;
}

static void
see_date(const struct record *r, struct law_fact *x)
{
	x->kind = FACT_DATE;
	x->u.date = (struct law_date){ r->u.date_row.owed,
		r->u.date_row.adopted, r->u.date_row.closed };
}

static void
see_attempt(struct laws_feed *f, const struct record *r, struct law_fact *x)
{
	const struct attempt_row *a = &r->u.attempt;
	const struct pipeline_def *p = &f->p->pipeline;
	struct law_attempt *y = &x->u.attempt;

	x->kind = FACT_ATTEMPT;
	x->name = a->recovery != NONE ? RECOVERIES + (uint32_t)a->recovery :
	    PHASES + (uint32_t)a->phase;
	*y = (struct law_attempt){ .id = a->id,
		.repairs = a->recovery != NONE,
		.action = ACTIONS + (uint32_t)a->action, .number = a->number,
		.state = (enum law_attempt_state)a->state,
		.outcome = (enum law_outcome)a->outcome,
		.failed = a->failure != FAILURE_NONE,
		.for_good = a->failure == FAILURE_PERMANENT ||
		    a->failure == FAILURE_CONFIG,
		.intent_at = a->intent_at, .ended_at = a->ended_at,
		.by_person = a->by_person, .backfill = a->backfill,
		.failing = failing(f, a),
		.n_proof = -1 };
	if (a->state != ATTEMPT_INTENT && a->state != ATTEMPT_CLOSED)
		return;
	if (a->recovery != NONE)
		read_failing(f, a, r->date);
	else if (a->state == ATTEMPT_INTENT)
		read_edge(f, a->phase, r->date);
	else
		read_done(f, a->phase, r->date);
	f->basis = (struct law_basis){ day_end(&p->zone, r->date,
	    p->day_ends_s), f->n_readings, f->readings };
	if (a->state == ATTEMPT_INTENT) {
		y->basis = &f->basis;
	} else {
		y->n_proof = f->n_readings;
		y->proof = f->readings;
	}
}

static void
see_gate(const struct record *r, struct law_fact *x)
{
	x->kind = FACT_GATE;
	x->name = GATES + (uint32_t)r->subject;
	x->u.gate = (struct law_gate){ (enum law_verdict)
		r->u.gate.verdict, r->u.gate.revision };
}

static void
see_phase(const struct record *r, struct law_fact *x)
{
	const struct phase_row *ph = &r->u.phase;

	x->kind = FACT_PHASE;
	x->name = PHASES + (uint32_t)r->subject;
	x->u.phase = (struct law_phase){
		.state = (enum law_phase_state)ph->state,
		.bypassed = ph->marks & MARK_BYPASSED,
		.attempt = ph->attempt, .attempts = ph->attempts,
		.episode = ph->episode, .outside = ph->run_id[0] != '\0',
		.next_at = ph->retry_at };
}

static void
see_check(const struct record *r, struct law_fact *x)
{
	const struct check_row *c = &r->u.check;

	x->kind = FACT_CHECK;
	x->name = CHECKS + (uint32_t)r->subject;
	x->u.check = (struct law_check){ .raw = (enum law_result)c->raw,
		.measured = c->measured, .fault = c->fault,
		.value = c->value, .expected = c->expected,
		.extra = c->extra, .waived = c->waived, .measurement = c->measurement,
		.began = c->began_wall, .ended = c->ended_wall,
		.in_row = c->in_row };
}

static uint32_t
root(enum root_kind kind, int32_t subject)
{
	return subject == NONE ? 0 : (uint32_t)subject + (kind == ROOT_ALARM ?
	    GATES : kind == ROOT_PROBE || kind == ROOT_EARLY ? CHECKS : PHASES);
}

static void
see_incident(const struct record *r, struct law_fact *x)
{
	const struct incident_row *i = &r->u.incident;

	x->kind = FACT_INCIDENT;
	x->name = root(i->kind, i->root);
	x->u.incident = (struct law_incident){ i->number,
		(enum law_root)i->kind, i->open, (int32_t)i->severity,
		(int32_t)i->told, i->gave_up, i->message, i->told_at,
		i->acked_until };
}

static void
see_breach(const struct record *r, struct law_fact *x)
{
	x->kind = FACT_BREACH;
	x->name = root(r->u.breach.kind, r->u.breach.subject);
	x->u.breach = (struct law_breach){ r->u.breach.incident,
		(enum law_root)r->u.breach.kind, r->u.breach.open };
}

static void
see_hold(const struct record *r, struct law_fact *x)
{
	const struct hold_row *h = &r->u.hold;

	x->kind = FACT_HOLD;
	x->name = h->scope == HOLD_PHASE ? PHASES + (uint32_t)h->subject :
	    h->scope == HOLD_RECOVERY ? RECOVERIES + (uint32_t)h->subject :
	    0;
	x->u.hold = (struct law_hold){ h->id, (enum law_scope)h->scope,
		h->any_date, h->live, h->until };
}

/* Which gate's answer was late is known from the event. */
static void
see_note(const struct laws_feed *f, const struct record *r,
    struct law_fact *x)
{
	x->kind = r->u.note.kind == NOTE_CLOCK_JUMP ? FACT_CLOCK_JUMP :
	    r->u.note.kind == NOTE_LATE_VERDICT ? FACT_LATE : FACT_OTHER;
	if (x->kind == FACT_LATE)
		x->name = GATES + (uint32_t)f->t->event->subject;
}

static void
see_override(const struct record *r, struct law_fact *x)
{
	const struct override_row *o = &r->u.override;

	x->kind = FACT_OVERRIDE;
	x->name = PHASES + (uint32_t)o->phase;
	x->u.override = (struct law_override){ o->id, o->live, o->until };
}

static void
see_permit(struct laws_feed *f, const struct record *r, struct law_fact *x)
{
	const struct permit_row *m = &r->u.permit;

	x->kind = FACT_PERMIT;
	x->name = PHASES + (uint32_t)m->phase;
	x->u.permit = (struct law_permit){ m->id,
		(enum law_permit_state)m->state,
		(enum law_verdict)m->verdict, m->valid_until, NULL };
	if (m->state != PERMIT_GRANTED)
		return;
	read_edge(f, m->phase, r->date);
	f->basis = (struct law_basis){ INSTANT_NONE, f->n_readings,
		f->readings };
	x->u.permit.basis = &f->basis;
}

static void
see_recovery(const struct record *r, struct law_fact *x)
{
	x->kind = FACT_RECOVERY;
	x->name = RECOVERIES + (uint32_t)r->subject;
	x->u.recovery = (struct law_recovery){ r->u.recovery.attempts,
		r->u.recovery.episode,
		r->u.recovery.ended != WHY_NOTHING,
		r->u.recovery.next_at };
}

static void
see_backfill(const struct record *r, struct law_fact *x)
{
	const struct backfill_row *b = &r->u.backfill;

	x->kind = FACT_BACKFILL;
	x->u.backfill = (struct law_backfill){ .id = b->id,
		.runs = b->state == BACKFILL_RUNNING, .canary = b->canary,
		.proven = b->proven, .from = b->from.day,
		.at_most = b->at_most, .per_hour = b->starts_per_hour,
		.dates = b->dates };
}

static void
see_disabled(struct laws_feed *f, const struct record *r, struct law_fact *x)
{
	x->kind = FACT_DISABLED;
	x->name = RECOVERIES + (uint32_t)r->subject;
	x->u.disabled = (struct law_disabled){ r->u.disabled.live, bits(f,
	    r->subject, r->u.disabled.checks) };
}

static void
see_breaker(const struct record *r, struct law_fact *x)
{
	x->kind = FACT_BREAKER;
	x->name = BREAKERS + (uint32_t)r->subject;
	x->u.breaker = (struct law_breaker){
		(enum law_breaker_state)r->u.breaker.state,
		r->u.breaker.probe_from };
}

static void
see_waiver(const struct record *r, struct law_fact *x)
{
	x->kind = FACT_WAIVER;
	x->name = CHECKS + (uint32_t)r->u.waiver.check;
	x->u.waiver = (struct law_waiver){ r->u.waiver.id,
		r->u.waiver.state == WAIVER_LIVE,
		r->u.waiver.items[0] == '\0' };
}

void
feed_row(struct laws_feed *f, const struct record *r)
{
	struct law_fact x = { .kind = FACT_OTHER, .epoch = f->t->epoch,
		.dated = r->dated, .day = r->date.day };

	f->n_names = f->n_readings = 0;
	switch (r->kind) {
	case RECORD_MET_PHASE:
		see_met(r, &x);
		break;
	case RECORD_DATE:
		see_date(r, &x);
		break;
	case RECORD_CHECK:
		see_check(r, &x);
		break;
	case RECORD_GATE:
		see_gate(r, &x);
		break;
	case RECORD_PHASE:
		see_phase(r, &x);
		break;
	case RECORD_ATTEMPT:
		see_attempt(f, r, &x);
		break;
	case RECORD_RECOVERY:
		see_recovery(r, &x);
		break;
	case RECORD_BACKFILL:
		see_backfill(r, &x);
		break;
	case RECORD_INCIDENT:
		see_incident(r, &x);
		break;
	case RECORD_BREACH:
		see_breach(r, &x);
		break;
	case RECORD_HOLD:
		see_hold(r, &x);
		break;
	case RECORD_OVERRIDE:
		see_override(r, &x);
		break;
	case RECORD_PERMIT:
		see_permit(f, r, &x);
		break;
	case RECORD_BREAKER:
		see_breaker(r, &x);
		break;
	case RECORD_DISABLED:
		see_disabled(f, r, &x);
		break;
	case RECORD_NOTE:
		see_note(f, r, &x);
		break;
	case RECORD_WAIVER:
		see_waiver(r, &x);
		break;
	case RECORD_PIPELINE:
	case RECORD_MET_CHECK:
	case RECORD_MET_GATE:
	case RECORD_TRACK:
	case RECORD_ARRIVAL:
	case RECORD_KINDS:
		break;
	}
	feed_see(f, &x);
}
