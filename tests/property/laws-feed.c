/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws-feed.c -- the laws of the journal, judging a play.
 *
 * What `journal check` reads from a journal comes here from the records as
 * they are committed, and from the world: a process that begins is a fact,
 * too. What stands beside an attempt in a journal, the readings that it
 * rests on, is asked of the engine in the same step, as the daemon does.
 *
 * A finding is a flaw of the play.
 */
#include "journal/laws.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar/day.h"
#include "laws-feed.h"

enum { CHECKS = 1, GATES = 101, PHASES = 201, ACTIONS = 301,
	RECOVERIES = 401, PIPELINE = 501, NOTIFIER, TARGETS,
	BREAKERS = 601,
	NAMES_MAX = 512,
	READINGS_MAX = 64 };

struct laws_feed {
	struct play *p;
	struct laws *laws;
	uint64_t seed, seq;
	const struct told *t;           /* of this call */
	uint32_t names[NAMES_MAX];
	int32_t n_names;
	struct law_reading readings[READINGS_MAX];
	int32_t n_readings;
	struct law_basis basis;
};

static void
found(void *arg, const struct law_finding *x)
{
	struct laws_feed *f = arg;
	char number[8];

	(void)snprintf(number, sizeof number, "%d", law_guarantee(x->law));
	flaw(f->p, number, "law %s: %s", law_name(x->law), x->sentence);
}

static const char *
name(void *arg, uint32_t n)
{
	const struct laws_feed *f = arg;
	const struct play *p = f->p;

	return n == PIPELINE ? "the pipeline" : n == NOTIFIER ? "somebody" :
	    n >= BREAKERS ? p->breakers[n - BREAKERS].name :
	    n >= RECOVERIES ? p->recoveries[n - RECOVERIES].name :
	    n >= ACTIONS ? p->actions[n - ACTIONS].name :
	    n >= PHASES ? p->phases[n - PHASES].name :
	    n >= GATES ? p->gates[n - GATES].name : p->checks[n - CHECKS].name;
}

static void
see(struct laws_feed *f, struct law_fact *x)
{
	x->seq = ++f->seq;
	x->at = f->t->now.wall;
	if (x->pipeline == 0)
		x->pipeline = PIPELINE;
	laws_see(f->laws, x);
}

static uint32_t
number_of(enum of kind, int32_t i)
{
	static const uint32_t first[OF_KINDS] = { [OF_CHECK] = CHECKS,
		[OF_GATE] = GATES, [OF_PHASE] = PHASES,
		[OF_ACTION] = ACTIONS, [OF_RECOVERY] = RECOVERIES };

	return first[kind] + (uint32_t)i;
}

/* Of those that are configured. */
static struct law_names
list(struct laws_feed *f, const int32_t *v, int32_t n, enum of kind)
{
	struct law_names names = { 0, f->names + f->n_names };
	int32_t i;

	assert(f->n_names + n <= NAMES_MAX);
	for (i = 0; i < n; i++)
		if (alive(f->p, kind, v[i])) {
			f->names[f->n_names++] = number_of(kind, v[i]);
			names.n++;
		}
	return names;
}

/*------------------------------------------------------------- definitions */

static void
define(struct laws_feed *f, struct law_fact x, enum law_kind kind,
    uint32_t number)
{
	x.kind = kind;
	x.name = number;
	see(f, &x);
	f->n_names = 0;
}

static struct law_names
edges(struct laws_feed *f, const struct phase_def *p, int32_t offset)
{
	int32_t v[P_LIST], n = 0, i;

	for (i = 0; i < p->n_after; i++)
		if (p->after[i].date_offset == offset)
			v[n++] = p->after[i].phase;
	return list(f, v, n, OF_PHASE);
}

static void
define_phase(struct laws_feed *f, int32_t i)
{
	const struct phase_def *p = &f->p->phases[i];
	const struct gate_def *g = p->done_kind == DONE_GATE ?
	    &f->p->gates[p->done_gate] : NULL;
	struct law_fact x = { .u.phase_def = {
		.after = edges(f, p, 0), .before = edges(f, p, -1),
		.guards = list(f, p->guards, p->n_guards, OF_GATE),
		.done_gate = g ? GATES + (uint32_t)p->done_gate : 0,
		.done_by_exit = p->done_kind == DONE_EXIT,
		.plan = p->start == NONE ? 0 : p->retry.attempts } };

	x.u.phase_def.done = g ? list(f, g->inputs, g->n_inputs, OF_CHECK) :
	    p->done_kind == DONE_CHECKS ? list(f, p->done_checks,
	    p->n_done_checks, OF_CHECK) : (struct law_names){ 0, NULL };
	define(f, x, FACT_DEFINE_PHASE, PHASES + (uint32_t)i);
}

static void
define_gate(struct laws_feed *f, int32_t i)
{
	const struct gate_def *g = &f->p->gates[i];

	define(f, (struct law_fact){ .u.gate_def = {
		.inputs = list(f, g->inputs, g->n_inputs, OF_CHECK),
		.watches = g->mode < f->p->pipeline.mode,
		.unknown_opens_until = g->open_on_unknown ? g->open_until :
		    INSTANT_NONE } }, FACT_DEFINE_GATE, GATES + (uint32_t)i);
}

static void
define_recovery(struct laws_feed *f, int32_t i)
{
	const struct recovery_def *r = &f->p->recoveries[i];

	define(f, (struct law_fact){ .u.recovery_def = {
		.repairs = list(f, r->repairs, r->n_repairs, OF_CHECK),
		.plan = r->retry.attempts, .per_date = r->per_date,
		.per_item = r->per_item,
		.retires = r->retirement.source != NULL,
		.retired_from = r->retirement.from.day,
		.no_effect_limit = r->no_effect_limit, .order = r->order,
		.enforces = r->mode == MODE_ENFORCE } },
	    FACT_DEFINE_RECOVERY, RECOVERIES + (uint32_t)i);
}

/* The number of the first action that has it. */
static uint32_t
target(const struct play *p, const char *name)
{
	int32_t i;

	for (i = 0; name && i < p->graph.n_actions; i++)
		if (p->actions[i].target && strcmp(p->actions[i].target,
		    name) == 0)
			return TARGETS + (uint32_t)i;
	return 0;
}

static uint32_t
breaker(const struct play *p, int32_t action)
{
	int32_t b = p->actions[action].breaker;

	return p->graph.n_breakers == 0 || b == NONE ? 0 :
	    BREAKERS + (uint32_t)b;
}

static void
define_all(struct laws_feed *f)
{
	const struct play *p = f->p;
	int32_t i;

	define(f, (struct law_fact){ .u.generation = {
		p->graph.starts_per_hour } }, FACT_GENERATION, 0);
	define(f, (struct law_fact){ .u.pipeline_def = {
		p->pipeline.mode == MODE_ENFORCE,
		p->pipeline.act_within_ms, p->pipeline.remind_ms } },
	    FACT_DEFINE_PIPELINE, PIPELINE);
	for (i = 0; i < p->graph.n_checks; i++)
		if (alive(p, OF_CHECK, i))
			define(f, (struct law_fact){ .u.check_def = {
				p->checks[i].confirm,
				p->checks[i].limits.allow_empty,
				p->checks[i].calendar } }, FACT_DEFINE_CHECK,
			    CHECKS + (uint32_t)i);
	for (i = 0; i < p->graph.n_gates; i++)
		if (alive(p, OF_GATE, i))
			define_gate(f, i);
	for (i = 0; i < p->graph.n_phases; i++)
		if (alive(p, OF_PHASE, i))
			define_phase(f, i);
	for (i = 0; i < p->graph.n_recoveries; i++)
		if (alive(p, OF_RECOVERY, i))
			define_recovery(f, i);
	for (i = 0; i < p->graph.n_actions; i++)
		if (alive(p, OF_ACTION, i))
			define(f, (struct law_fact){ .u.action_def = {
				p->actions[i].idempotent,
				p->actions[i].exclusive,
				p->actions[i].per_hour,
				target(p, p->actions[i].target),
				breaker(p, i) } },
			    FACT_DEFINE_ACTION, ACTIONS + (uint32_t)i);
}

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
	return list(f, v, n, OF_CHECK);
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
		.extra = c->extra, .measurement = c->measurement,
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
see_decision(const struct record *r, struct law_fact *x)
{
	const struct override_row *o = &r->u.override;
	const struct permit_row *m = &r->u.permit;

	if (r->kind == RECORD_OVERRIDE) {
		x->kind = FACT_OVERRIDE;
		x->name = PHASES + (uint32_t)o->phase;
		x->u.override = (struct law_override){ o->id, o->live,
			o->until };
	} else {
		x->kind = FACT_PERMIT;
		x->name = PHASES + (uint32_t)m->phase;
		x->u.permit = (struct law_permit){ m->id,
			(enum law_permit_state)m->state,
			(enum law_verdict)m->verdict, m->valid_until };
	}
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

static void
see_row(struct laws_feed *f, const struct record *r)
{
	struct law_fact x = { .kind = FACT_OTHER, .epoch = f->t->epoch,
		.dated = r->dated, .day = r->date.day };

	f->n_names = f->n_readings = 0;
	switch (r->kind) {
	case RECORD_MET_PHASE:
		x.kind = FACT_MET;
		x.name = PHASES + (uint32_t)r->subject;
		x.day = r->u.met.through.day;
		break;
	case RECORD_DATE:
		x.kind = FACT_DATE;
		x.u.date = (struct law_date){ r->u.date_row.owed,
			r->u.date_row.adopted, r->u.date_row.closed };
		break;
	case RECORD_CHECK:
		see_check(r, &x);
		break;
	case RECORD_GATE:
		x.kind = FACT_GATE;
		x.name = GATES + (uint32_t)r->subject;
		x.u.gate = (struct law_gate){ (enum law_verdict)
			r->u.gate.verdict, r->u.gate.revision };
		break;
	case RECORD_PHASE:
		see_phase(r, &x);
		break;
	case RECORD_ATTEMPT:
		see_attempt(f, r, &x);
		break;
	case RECORD_RECOVERY:
		x.kind = FACT_RECOVERY;
		x.name = RECOVERIES + (uint32_t)r->subject;
		x.u.recovery = (struct law_recovery){ r->u.recovery.attempts,
			r->u.recovery.episode,
			r->u.recovery.ended != WHY_NOTHING,
			r->u.recovery.next_at };
		break;
	case RECORD_BACKFILL:
		see_backfill(r, &x);
		break;
	case RECORD_INCIDENT:
		see_incident(r, &x);
		break;
	case RECORD_BREACH:
		x.kind = FACT_BREACH;
		x.name = root(r->u.breach.kind, r->u.breach.subject);
		x.u.breach = (struct law_breach){ r->u.breach.incident,
			(enum law_root)r->u.breach.kind, r->u.breach.open };
		break;
	case RECORD_HOLD:
		see_hold(r, &x);
		break;
	case RECORD_OVERRIDE:
	case RECORD_PERMIT:
		see_decision(r, &x);
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
	see(f, &x);
}

/*--------------------------------------------------------------------- told */

static void
see_message(struct laws_feed *f, const struct effect *e)
{
	struct law_fact x = { .kind = FACT_MESSAGE, .name = NOTIFIER };

	x.u.message = (struct law_message){ .id = e->u.notify.message,
		.incident = e->u.notify.incident,
		.kind = (enum law_notice)e->u.notify.kind,
		.queued_at = f->t->now.wall, .delivered_at = INSTANT_NONE,
		.gave_up_at = INSTANT_NONE };
	see(f, &x);
}

static void
begin(struct laws_feed *f)
{
	laws_free(f->laws);
	f->laws = laws_new(&(struct laws_options){ .arg = f, .found = found,
		.name = name });
	f->seed = f->t->seed;
	f->seq = 0;
}

static void
told(void *arg, const struct told *t)
{
	struct laws_feed *f = arg;
	struct law_fact x = { .kind = FACT_OTHER };

	f->t = t;
	if (f->laws == NULL || (t->kind == TOLD_GRAPH && f->p->step == 0))
		begin(f);
	switch (t->kind) {
	case TOLD_GRAPH:
		define_all(f);
		break;
	case TOLD_TAKEN:
		x.kind = FACT_DAEMON;
		x.u.daemon = (struct law_daemon){ t->epoch, true };
		see(f, &x);
		break;
	case TOLD_ROW:
		see_row(f, t->row);
		break;
	case TOLD_MESSAGE:
		see_message(f, t->effect);
		break;
	case TOLD_START:
		x.kind = FACT_BEGUN;
		x.u.begun.attempt = t->effect->u.start.attempt;
		see(f, &x);
		break;
	case TOLD_OVER:
		laws_end(f->laws);
		break;
	case TOLD_ENDED:
	case TOLD_DELIVERED:
		break;
	}
}

struct laws_feed *
laws_feed_new(struct play *p)
{
	struct laws_feed *f = calloc(1, sizeof *f);

	if (f == NULL)
		abort();
	f->p = p;
	p->told = told;
	p->told_arg = f;
	return f;
}

void
laws_feed_free(struct laws_feed *f)
{
	if (f == NULL)
		return;
	laws_free(f->laws);
	free(f);
}
