/* SPDX-License-Identifier: BSD-2-Clause
 *
 * numbers.c -- between the numbers of one configuration and those of the
 * whole seed.
 *
 * What rows.c of the daemon does with names is done here with numbers: a row
 * whose object is gone is left aside, a condition of an override whose object
 * is gone is left out, the bits of an attempt's failing checks follow their
 * checks.
 */
#include <assert.h>
#include <string.h>

#include "play.h"

bool
alive(const struct play *p, enum of kind, int32_t whole)
{
	return whole != NONE && (p->alive[kind] & 1u << whole) != 0;
}

int32_t
here(const struct play *p, enum of kind, int32_t whole)
{
	return whole == NONE ? NONE : p->s->v.here[kind][whole];
}

/*-------------------------------------------------------------------- views */

static int32_t
number_all(const struct play *p, struct view *v, enum of kind, int32_t n)
{
	int32_t i, k = 0;

	for (i = 0; i < P_OBJECTS; i++)
		v->here[kind][i] = v->whole[kind][i] = NONE;
	for (i = 0; i < n; i++)
		if (alive(p, kind, i)) {
			v->whole[kind][k] = i;
			v->here[kind][i] = k++;
		}
	return k;
}

/* Those of a list that are configured; the number of them. */
static int32_t
keep(const int32_t *from, int32_t n, const int32_t *table, int32_t *to)
{
	int32_t i, k = 0;

	for (i = 0; i < n; i++)
		if (table[from[i]] != NONE)
			to[k++] = table[from[i]];
	return k;
}

static void
view_phase(const struct play *p, struct view *v, int32_t i)
{
	struct phase_def *ph = &v->phases[i];
	const struct phase_def *was = &p->phases[v->whole[OF_PHASE][i]];
	int32_t k;

	*ph = *was;
	ph->done_checks = v->done[i];
	ph->n_done_checks = keep(was->done_checks, was->n_done_checks,
	    v->here[OF_CHECK], v->done[i]);
	if (ph->done_kind == DONE_GATE)
		ph->done_gate = v->here[OF_GATE][was->done_gate];
	ph->guards = v->guards[i];
	ph->n_guards = keep(was->guards, was->n_guards, v->here[OF_GATE],
	    v->guards[i]);
	if (ph->start != NONE)
		ph->start = v->here[OF_ACTION][ph->start];
	ph->after = v->edges[i];
	ph->n_after = 0;
	for (k = 0; k < was->n_after; k++) {
		struct edge_def e = was->after[k];

		e.phase = v->here[OF_PHASE][e.phase];
		if (e.phase != NONE)
			v->edges[i][ph->n_after++] = e;
	}
}

static void
view_lists(const struct play *p, struct view *v)
{
	struct graph *g = &v->graph;
	int32_t i;

	for (i = 0; i < g->n_gates; i++) {
		v->gates[i] = p->gates[v->whole[OF_GATE][i]];
		v->gates[i].n_inputs = keep(v->gates[i].inputs,
		    v->gates[i].n_inputs, v->here[OF_CHECK], v->inputs[i]);
		v->gates[i].inputs = v->inputs[i];
	}
	for (i = 0; i < g->n_phases; i++)
		view_phase(p, v, i);
	for (i = 0; i < g->n_recoveries; i++) {
		struct recovery_def *r = &v->recoveries[i];

		*r = p->recoveries[v->whole[OF_RECOVERY][i]];
		r->n_repairs = keep(r->repairs, r->n_repairs,
		    v->here[OF_CHECK], v->repairs[i]);
		r->repairs = v->repairs[i];
		r->action = v->here[OF_ACTION][r->action];
	}
}

void
view_build(const struct play *p, struct view *v)
{
	struct graph *g = &v->graph;
	int32_t i;

	*g = p->graph;
	g->n_checks = number_all(p, v, OF_CHECK, p->graph.n_checks);
	g->n_gates = number_all(p, v, OF_GATE, p->graph.n_gates);
	g->n_phases = number_all(p, v, OF_PHASE, p->graph.n_phases);
	g->n_actions = number_all(p, v, OF_ACTION, p->graph.n_actions);
	g->n_recoveries = number_all(p, v, OF_RECOVERY,
	    p->graph.n_recoveries);
	v->pipeline = p->pipeline;
	if (v->pipeline.calendar != NONE)
		v->pipeline.calendar = v->here[OF_CHECK][
		    v->pipeline.calendar];
	v->pipeline.n_phases = g->n_phases;
	for (i = 0; i < g->n_checks; i++)
		v->checks[i] = p->checks[v->whole[OF_CHECK][i]];
	for (i = 0; i < g->n_actions; i++)
		v->actions[i] = p->actions[v->whole[OF_ACTION][i]];
	view_lists(p, v);
	g->pipelines = &v->pipeline;
	g->phases = v->phases;
	g->checks = v->checks;
	g->gates = v->gates;
	g->actions = v->actions;
	g->recoveries = v->recoveries;
	engine_limits_default(g, &v->limits);
	/* room for what a seed can come to; a table that is full is the
	 * engine's own matter */
	v->limits.attempts = v->limits.breaches = 512;
	v->limits.incidents = v->limits.permits = 256;
	v->limits.holds = v->limits.overrides = 64;
}

/*--------------------------------------------------------------------- rows */

typedef int32_t table[OF_KINDS][P_OBJECTS];

static bool
move(const table *t, enum of kind, int32_t *n)
{
	if (*n != NONE)
		*n = (*t)[kind][*n];
	else
		return true;
	return *n != NONE;
}

static bool
move_root(const table *t, enum root_kind kind, int32_t *n)
{
	switch (kind) {
	case ROOT_PHASE:
	case ROOT_BYPASS:
	case ROOT_ATTEMPT:
		return move(t, OF_PHASE, n);
	case ROOT_ALARM:
		return move(t, OF_GATE, n);
	case ROOT_PROBE:
	case ROOT_EARLY:
		return move(t, OF_CHECK, n);
	case ROOT_ACTION:
		return move(t, OF_ACTION, n);
	case ROOT_ADOPTION:
		break;
	}
	return true;
}

static bool
move_condition(const table *t, struct condition *c)
{
	switch (c->why) {
	case WHY_UPSTREAM:
		return move(t, OF_PHASE, &c->subject);
	case WHY_GATE:
		return move(t, OF_GATE, &c->subject);
	case WHY_CHECK:
	case WHY_STALE_EVIDENCE:
		return move(t, OF_CHECK, &c->subject);
	default:
		return true;
	}
}

static void
move_override(const table *t, struct override_row *o)
{
	int32_t i, n = 0;

	for (i = 0; i < o->n; i++) {
		struct condition c = o->accepted[i];

		if (move_condition(t, &c))
			o->accepted[n++] = c;
	}
	o->n = n;
}

static bool
move_subject(const table *t, struct record *r)
{
	switch (r->kind) {
	case RECORD_MET_CHECK:
	case RECORD_CHECK:
	case RECORD_ARRIVAL:
		return move(t, OF_CHECK, &r->subject);
	case RECORD_MET_GATE:
	case RECORD_GATE:
		return move(t, OF_GATE, &r->subject);
	case RECORD_MET_PHASE:
	case RECORD_PHASE:
		return move(t, OF_PHASE, &r->subject);
	case RECORD_RECOVERY:
	case RECORD_DISABLED:
		return move(t, OF_RECOVERY, &r->subject);
	case RECORD_TRACK:
		return move(t, OF_ACTION, &r->subject);
	default:
		return true;
	}
}

static bool
move_members(const table *t, struct record *r)
{
	struct hold_row *h = &r->u.hold;

	switch (r->kind) {
	case RECORD_ATTEMPT:
		return move(t, OF_ACTION, &r->u.attempt.action) &&
		    move(t, OF_PHASE, &r->u.attempt.phase) &&
		    move(t, OF_RECOVERY, &r->u.attempt.recovery);
	case RECORD_INCIDENT:
		return move_root(t, r->u.incident.kind, &r->u.incident.root);
	case RECORD_BREACH:
		return move_root(t, r->u.breach.kind, &r->u.breach.subject);
	case RECORD_HOLD:
		return h->scope == HOLD_PHASE ? move(t, OF_PHASE,
		    &h->subject) : h->scope != HOLD_RECOVERY ||
		    move(t, OF_RECOVERY, &h->subject);
	case RECORD_OVERRIDE:
		move_override(t, &r->u.override);
		return move(t, OF_PHASE, &r->u.override.phase);
	case RECORD_PERMIT:
		return move(t, OF_PHASE, &r->u.permit.phase);
	case RECORD_BACKFILL:
		return move(t, OF_PHASE, &r->u.backfill.phase);
	case RECORD_WAIVER:
		return move(t, OF_CHECK, &r->u.waiver.check);
	default:
		return true;
	}
}

/* The bits follow their checks; `recovery` is its number in the whole. */
static void
move_bits(const struct play *p, const struct view *v, struct attempt_row *a,
    int32_t recovery, bool to_whole)
{
	const struct recovery_def *d = &p->recoveries[recovery];
	struct attempt_row was = *a;
	int32_t k, j = 0;

	a->failing = a->passing = 0;
	for (k = 0; k < d->n_repairs; k++) {
		int32_t from = to_whole ? j : k, to = to_whole ? k : j;

		if (v->here[OF_CHECK][d->repairs[k]] == NONE)
			continue;
		a->failing |= (was.failing >> from & 1) << to;
		a->passing |= (was.passing >> from & 1) << to;
		a->before[to] = was.before[from];
		j++;
	}
}

static void
move_disabled(const struct play *p, const struct view *v,
    struct disabled_row *d, int32_t recovery, bool to_whole)
{
	struct attempt_row a = { .failing = d->checks };

	move_bits(p, v, &a, recovery, to_whole);
	d->checks = a.failing;
}

void
record_whole(const struct play *p, const struct view *v, struct record *r)
{
	if (!move_subject(&v->whole, r) || !move_members(&v->whole, r))
		assert(!"an engine knows what isn't configured");
	if (r->kind == RECORD_ATTEMPT && r->u.attempt.recovery != NONE)
		move_bits(p, v, &r->u.attempt, r->u.attempt.recovery, true);
	if (r->kind == RECORD_DISABLED)
		move_disabled(p, v, &r->u.disabled, r->subject, true);
}

bool
record_here(const struct play *p, const struct view *v, struct record *r)
{
	int32_t recovery = r->u.attempt.recovery;

	if (r->kind == RECORD_ATTEMPT && recovery != NONE)
		move_bits(p, v, &r->u.attempt, recovery, false);
	if (r->kind == RECORD_DISABLED)
		move_disabled(p, v, &r->u.disabled, r->subject, false);
	return move_subject(&v->here, r) && move_members(&v->here, r);
}

void
effect_whole(const struct play *p, const struct view *v, struct effect *x)
{
	switch (x->kind) {
	case EFFECT_WRITE:
		record_whole(p, v, &x->u.record);
		break;
	case EFFECT_TOUCH:
	case EFFECT_MEASURE:
		(void)move(&v->whole, OF_CHECK, &x->subject);
		break;
	case EFFECT_EVALUATE:
		(void)move(&v->whole, OF_GATE, &x->subject);
		break;
	default:
		break;
	}
}

static bool
command_here(const struct view *v, struct command *c)
{
	switch (c->kind) {
	case COMMAND_CHECK_RUN:
	case COMMAND_WAIVE:
		return move(&v->here, OF_CHECK, &c->subject);
	case COMMAND_RECOVER:
		return move(&v->here, OF_RECOVERY, &c->subject);
	case COMMAND_RUN:
	case COMMAND_OVERRIDE:
	case COMMAND_PERMIT:
	case COMMAND_SIGNAL_START:
	case COMMAND_SIGNAL_DONE:
	case COMMAND_SIGNAL_FAILED:
		return move(&v->here, OF_PHASE, &c->subject);
	case COMMAND_HOLD:
	case COMMAND_RELEASE:
	case COMMAND_REOPEN:
		if (c->scope == HOLD_PHASE)
			return move(&v->here, OF_PHASE, &c->subject);
		return c->scope != HOLD_RECOVERY || move(&v->here,
		    OF_RECOVERY, &c->subject);
	default:
		return true;
	}
}

bool
event_here(const struct play *p, const struct view *v, struct event *e)
{
	(void)p;
	switch (e->kind) {
	case EVENT_MEASURED:
		return move(&v->here, OF_CHECK, &e->subject);
	case EVENT_VERDICT:
		return move(&v->here, OF_GATE, &e->subject);
	case EVENT_COMMAND:
		return command_here(v, &e->u.command);
	default:
		return true;
	}
}
