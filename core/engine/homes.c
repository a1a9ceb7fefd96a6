/* SPDX-License-Identifier: BSD-2-Clause
 *
 * homes.c -- in which incident a new breach stands.
 *
 * In this order: where it stood before in the same episode; under what its
 * upstream follows from; under the held start, the probe or the proven root
 * that it waits for; beside an alarm about the same checks; above the phase
 * that was taken for the root so far; else in an incident of its own.
 *
 * A phase that has failed by itself follows from nothing: its edge was open.
 */
#include "engine/incidents.h"

static bool
among(const int32_t *list, int32_t n, int32_t v)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (list[i] == v)
			return true;
	return false;
}

/* Is all that fails of an alarm's inputs among these checks? Without a
 * failure, all that is less than well counts. */
static bool
speaks_of(const struct engine *e, int32_t gate, const struct day *d,
    const int32_t *checks, int32_t n)
{
	const struct gate_def *g = &e->graph->gates[gate];
	int32_t i, in[2] = { 0, 0 }, out[2] = { 0, 0 };

	for (i = 0; i < gate_inputs_on(g, d->date); i++) {
		enum result r = check_result(e, g->inputs[i], d, e->now.wall);
		bool failing = r == RESULT_FAIL;

		if (r == RESULT_PASS || r == RESULT_SKIP ||
		    r == RESULT_NOT_DUE)
			continue;
		if (among(checks, n, g->inputs[i]))
			in[failing]++;
		else
			out[failing]++;
	}
	if (in[1] + out[1] > 0)
		return out[1] == 0;
	return in[0] > 0 && out[0] == 0;
}

static bool
alarm_is_of_phase(const struct engine *e, int32_t gate, int32_t phase,
    const struct day *d)
{
	const int32_t *checks;
	int32_t n = phase_checks(e, phase, d, &checks);

	return speaks_of(e, gate, d, checks, n);
}

static bool
alarm_is_of_guards(const struct engine *e, int32_t gate, int32_t phase,
    const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t i;

	for (i = 0; i < p->n_guards; i++) {
		const struct gate_def *g = &e->graph->gates[p->guards[i]];

		if (gate_reliable(e, p->guards[i], d, e->now.wall) >
		    VERDICT_DEGRADED &&
		    speaks_of(e, gate, d, g->inputs,
		    gate_inputs_on(g, d->date)))
			return true;
	}
	return false;
}

uint64_t
stood_in(const struct engine *e, int32_t pipeline, const struct day *d,
    enum root_kind kind, int32_t subject)
{
	const struct breach_entry *b;

	(void)pipeline;
	for (b = breach_first(e, d); b; b = breach_next(e, b))
		if (b->row.kind == kind && b->row.subject == subject &&
		    !b->row.child && incident_live(e, b->row.incident))
			return b->row.incident;
	return 0;
}

/* An alarm spoke first, about the same checks. */
static struct home
beside_alarm(const struct engine *e, int32_t phase, const struct day *d,
    uint64_t but)
{
	const struct breach_entry *b;
	bool own;

	for (b = breach_first(e, d); b; b = breach_next(e, b)) {
		if (!b->row.open || b->row.kind != ROOT_ALARM ||
		    b->row.incident == but ||
		    incident_live(e, b->row.incident) == NULL)
			continue;
		own = alarm_is_of_phase(e, b->row.subject, phase, d);
		if (own || alarm_is_of_guards(e, b->row.subject, phase, d))
			return (struct home){ own && !b->row.child ?
				HOME_JOIN : HOME_CHILD, b->row.incident,
				NONE };
	}
	return (struct home){ HOME_OWN, 0, NONE };
}

/* An incident of the date is rooted at a phase that this one holds back: it
 * is the more upstream of the two. */
static struct home
below_root(struct engine *e, int32_t phase, struct day *d, uint64_t but)
{
	int32_t pipeline = e->graph->phases[phase].pipeline;
	const struct incident_entry *x;

	for (x = incident_first(e, d); x; x = incident_next(e, x)) {
		if (!x->row.open || x->row.kind != ROOT_PHASE ||
		    x->row.number == but || x->row.root == phase ||
		    stands_in(e, pipeline, d, ROOT_PHASE, x->row.root) !=
		    x->row.number)
			continue;
		mark_none(e, pipeline, d);
		phase_at(e, d, x->row.root)->above = true;
		mark_up(e, pipeline, d);
		if (phase_at(e, d, phase)->above)
			return (struct home){ HOME_JOIN, x->row.number,
				phase };
	}
	return (struct home){ HOME_OWN, 0, NONE };
}

/* What a late phase follows from, as a child; 0: from nothing. */
static uint64_t
parent_of(struct engine *e, const struct sign *s, struct day *d,
    uint64_t but)
{
	int32_t pipeline = e->graph->phases[s->subject].pipeline;
	uint64_t number = stands_in(e, pipeline, d, ROOT_ATTEMPT, s->subject);
	struct trace t;

	if (number == 0 && s->untold != NONE)
		number = probe_incident(e, s->untold);
	t = own_trace(e, s->subject, d);
	if (number == 0 && t.kind == TRACE_INCIDENT)
		number = t.incident;
	if (number == 0 || number == but)
		number = incident_above(e, s->subject, d, but);
	return number;
}

struct home
phase_home(struct engine *e, const struct sign *s, struct day *d,
    struct trace upstream, uint64_t but)
{
	int32_t pipeline = e->graph->phases[s->subject].pipeline;
	bool failed = phase_at(e, d, s->subject)->row.state == PHASE_FAILED;
	uint64_t number = stood_in(e, pipeline, d, s->kind, s->subject);
	struct home h;

	if (number && number != but)
		return (struct home){ HOME_JOIN, number, NONE };
	/* what has failed by itself follows from nothing */
	if (!failed && upstream.kind == TRACE_INCIDENT)
		return (struct home){ HOME_CHILD, upstream.incident, NONE };
	if (!failed && upstream.kind == TRACE_ROOT)
		return (struct home){ HOME_ROOT, 0, upstream.root };
	if (!failed && upstream.kind == TRACE_UNCLEAR &&
	    !waited_enough(e, s->subject, d))
		return (struct home){ HOME_LATER, 0, NONE };
	number = failed ? 0 : parent_of(e, s, d, but);
	if (number)
		return (struct home){ HOME_CHILD, number, NONE };
	h = beside_alarm(e, s->subject, d, but);
	return h.kind != HOME_OWN ? h : below_root(e, s->subject, d, but);
}

struct home
alarm_home(struct engine *e, int32_t gate, struct day *d, uint64_t but)
{
	int32_t pipeline = e->graph->gates[gate].pipeline, i;
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	uint64_t number = stood_in(e, pipeline, d, ROOT_ALARM, gate);
	const struct breach_entry *b;

	if (number && number != but)
		return (struct home){ HOME_JOIN, number, NONE };
	for (b = breach_first(e, d); b; b = breach_next(e, b)) {
		if (b->row.kind != ROOT_PHASE || b->row.incident == but ||
		    !(owns_still(e, b) || (b->row.child && b->row.open &&
		    incident_live(e, b->row.incident))) ||
		    !alarm_is_of_phase(e, gate, b->row.subject, d))
			continue;
		return (struct home){ b->row.child ? HOME_CHILD : HOME_JOIN,
			b->row.incident, NONE };
	}
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		const struct trace *t = &phase_at(e, d, i)->trace;

		if (t->kind == TRACE_INCIDENT && t->incident != but &&
		    !phase_over(e, i, d) && incident_live(e, t->incident) &&
		    alarm_is_of_phase(e, gate, i, d))
			return (struct home){ HOME_CHILD, t->incident, NONE };
	}
	return (struct home){ HOME_OWN, 0, NONE };
}

uint64_t
probe_incident(const struct engine *e, int32_t check)
{
	int32_t i, left = e->open_probes;

	for (i = e->incidents.n - 1; i >= 0 && left > 0; i--) {
		const struct incident_entry *x = table_at(&e->incidents, i);

		if (!x->row.open || x->row.kind != ROOT_PROBE)
			continue;
		if (same_target(e->graph, x->row.root, check))
			return x->row.number;
		left--;
	}
	return 0;
}
