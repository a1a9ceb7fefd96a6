/* SPDX-License-Identifier: BSD-2-Clause
 *
 * roots.c -- what follows from what.
 *
 * The phases of a date are traced upstream first. An undone phase follows
 * from what its upstream follows from; else from the incident in which it
 * stands itself; else it is a root, if its own evidence fails. So the root
 * is the most upstream failing phase, also where that one has no due time
 * and would never have spoken.
 *
 * What isn't known is no cause: while an upstream phase's evidence is still
 * to come, what is downstream waits with its breach, for a bounded time.
 *
 * Invariant: when a date is settled, a phase's trace is taken after those of
 * everything before it on that date, and after its own breach has opened.
 */
#include "engine/incidents.h"

static const struct trace nothing = { TRACE_NONE, NONE, 0 };

struct day *
upstream_day(const struct engine *e, int32_t pipeline, const struct day *d,
    const struct edge_def *edge)
{
	const struct lane *l = &e->lanes[pipeline];
	struct day *u = l->days + (d - l->days);

	if (edge->date_offset == 0)
		return u;
	while (u > l->days)
		if ((--u)->row.owed != 0)
			return u;
	return NULL;
}

/*------------------------------------------------------------------ traces */

/* Of a phase on an earlier date. What is wrong there without an incident of
 * its own is no root of ours. */
static struct trace
far_trace(const struct engine *e, int32_t phase, const struct day *u)
{
	const struct trace *t = &phase_at(e, u, phase)->trace;

	return t->kind == TRACE_ROOT || phase_adopted(e, phase, u) ?
	    nothing : *t;
}

bool
far_unsettled(struct engine *e, int32_t phase, struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	bool unsettled = false;
	int32_t i;

	for (i = 0; i < p->n_after; i++) {
		struct day *u = upstream_day(e, p->pipeline, d, &p->after[i]);
		int32_t up = p->after[i].phase;

		if (u == NULL || u == d || phase_over(e, up, u) ||
		    phase_adopted(e, up, u) || !day_is_due(e, u))
			continue;
		u->far_asked = true;
		unsettled = true;
	}
	return unsettled;
}

struct trace
upstream_trace(struct engine *e, int32_t phase, struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct trace best = nothing, t;
	int32_t i;

	for (i = 0; i < p->n_after; i++) {
		struct day *u = upstream_day(e, p->pipeline, d, &p->after[i]);

		if (u == NULL || phase_over(e, p->after[i].phase, u))
			continue;
		t = u == d ? phase_at(e, d, p->after[i].phase)->trace :
		    far_trace(e, p->after[i].phase, u);
		if (t.kind == TRACE_INCIDENT &&
		    incident_live(e, t.incident) == NULL)
			t.kind = TRACE_UNCLEAR;
		if (t.kind > best.kind)
			best = t;
	}
	return best;
}

static struct trace
untold_trace(const struct engine *e, int32_t check)
{
	uint64_t number = probe_incident(e, check);

	return (struct trace){ number ? TRACE_INCIDENT : TRACE_UNCLEAR, NONE,
		number };
}

static struct trace
evidence_trace(const struct engine *e, int32_t phase, enum evidence ev,
    int32_t untold)
{
	switch (ev) {
	case EVIDENCE_BAD:
		return (struct trace){ TRACE_ROOT, phase, 0 };
	case EVIDENCE_UNTOLD:
		return untold_trace(e, untold);
	case EVIDENCE_NOT_IN:
		return (struct trace){ TRACE_UNCLEAR, NONE, 0 };
	case EVIDENCE_GOOD:
	case EVIDENCE_NOT_DUE:
		break;
	}
	return nothing;
}

struct trace
own_trace(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	enum evidence ev;
	struct trace t;
	int32_t i, untold;

	if (phase_at(e, d, phase)->row.state == PHASE_FAILED)
		return (struct trace){ TRACE_ROOT, phase, 0 };
	for (i = 0; i < p->n_guards; i++) {
		if (!guard_counts(e, p->pipeline, p->guards[i]))
			continue;
		ev = gate_evidence(e, p->guards[i], d, &untold);
		t = evidence_trace(e, phase, ev, untold);
		if (t.kind != TRACE_NONE)
			return t;
	}
	ev = phase_evidence(e, phase, d, &untold);
	return evidence_trace(e, phase, ev, untold);
}

uint64_t
stands_in(const struct engine *e, int32_t pipeline, const struct day *d,
    enum root_kind kind, int32_t subject)
{
	const struct breach_entry *b = breach_of(e, pipeline, d, kind,
	    subject);

	return b && incident_live(e, b->row.incident) ? b->row.incident : 0;
}

struct trace
phase_trace(struct engine *e, int32_t phase, struct day *d,
    struct trace upstream)
{
	int32_t pipeline = e->graph->phases[phase].pipeline;
	uint64_t number;

	if (phase_over(e, phase, d))
		return nothing;
	if (upstream.kind == TRACE_INCIDENT)
		return upstream;
	number = stands_in(e, pipeline, d, ROOT_PHASE, phase);
	if (number == 0)
		number = stands_in(e, pipeline, d, ROOT_ATTEMPT, phase);
	if (number)
		return (struct trace){ TRACE_INCIDENT, NONE, number };
	return upstream.kind != TRACE_NONE ? upstream :
	    own_trace(e, phase, d);
}
