/* SPDX-License-Identifier: BSD-2-Clause
 *
 * signs.c -- what is wrong with a date now, read from its rows.
 *
 * Each sign is read anew and comes to one of three: it stands, it is clear,
 * or it can't be told yet. The third changes nothing, which keeps a restart
 * quiet and an outage of a probe from ending or opening an incident about
 * data.
 *
 * Waiting for evidence is bounded: a late phase whose checks don't answer
 * at all is late. Only a probe that answers "could not tell" is waited for,
 * because its own incident speaks.
 */
#include <string.h>

#include "engine/incidents.h"
#include "engine/work.h"

/* So long a late phase's checks may be under way. */
static const int64_t grace_ms = 10 * 60000;

/* So long an alarm may not be able to say anything. */
static const int64_t mute_ms = 30 * 60000;

/*----------------------------------------------------------------- phases */

bool
phase_over(const struct engine *e, int32_t phase, const struct day *d)
{
	enum phase_state state = phase_at(e, d, phase)->row.state;

	return d->row.owed == 0 || state == PHASE_DONE ||
	    state == PHASE_SKIPPED;
}

/* For a phase without a due time: all that comes before it is done, and yet
 * a gate says no. */
static bool
guard_blocks(struct engine *e, int32_t phase, struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t i, untold;

	if (e->now.wall < d->end) {
		day_wake(d, d->end);
		return false;
	}
	for (i = 0; i < p->n_after; i++) {
		const struct day *u = upstream_day(e, p->pipeline, d,
		    &p->after[i]);

		if (u && !phase_over(e, p->after[i].phase, u))
			return false;
	}
	for (i = 0; i < p->n_guards; i++)
		if (guard_counts(e, p->pipeline, p->guards[i]) &&
		    gate_evidence(e, p->guards[i], d, &untold) ==
		    EVIDENCE_BAD)
			return true;
	return false;
}

static enum why
late_why(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t i;

	for (i = 0; i < p->n_after; i++) {
		const struct day *u = upstream_day(e, p->pipeline, d,
		    &p->after[i]);

		if (u && !phase_over(e, p->after[i].phase, u))
			return WHY_UPSTREAM;
	}
	for (i = 0; i < p->n_guards; i++)
		if (guard_counts(e, p->pipeline, p->guards[i]) &&
		    gate_reliable(e, p->guards[i], d, e->now.wall) >
		    VERDICT_DEGRADED)
			return WHY_GATE;
	return p->start == NONE ? WHY_NO_START : WHY_NOTHING;
}

bool
waited_enough(struct engine *e, int32_t phase, struct day *d)
{
	struct phase_slot *s = phase_at(e, d, phase);
	int64_t left;

	if (!s->waited)
		s->waited_mono = e->now.mono;
	s->waited = true;
	left = s->waited_mono + grace_ms - e->now.mono;
	if (left > 0)
		day_wake(d, e->now.wall + left);
	return left <= 0;
}

static enum standing
late_standing(struct engine *e, int32_t phase, struct day *d,
    struct sign *ret)
{
	enum evidence ev = phase_evidence(e, phase, d, &ret->untold);

	ret->why = late_why(e, phase, d);
	if (ev == EVIDENCE_NOT_IN)
		return waited_enough(e, phase, d) ? STANDS : UNCLEAR;
	if (ev != EVIDENCE_UNTOLD)
		return STANDS;
	phase_at(e, d, phase)->waited = false;
	return probe_incident(e, ret->untold) ? STANDS : UNCLEAR;
}

/* It is the root of something late, before its own time. */
static enum standing
failing(const struct engine *e, int32_t phase, const struct day *d)
{
	switch (own_trace(e, phase, d).kind) {
	case TRACE_ROOT:
		return STANDS;
	case TRACE_UNCLEAR:
	case TRACE_INCIDENT:
		return UNCLEAR;
	case TRACE_NONE:
		break;
	}
	return CLEAR;
}

enum standing
phase_standing(struct engine *e, int32_t phase, struct day *d, bool stood,
    struct sign *ret)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct phase_row *row = &phase_at(e, d, phase)->row;
	int64_t due = due_at(&p->due, &e->graph->pipelines[p->pipeline].zone,
	    d->date, day_anchor(d));

	*ret = (struct sign){ ROOT_PHASE, phase, p->severity ==
		SEVERITY_NONE ? SEVERITY_WARNING : p->severity, WHY_NOTHING,
		NONE };
	if (phase_over(e, phase, d))
		return CLEAR;
	ret->why = row->failed_why;
	if (row->state == PHASE_FAILED)
		return STANDS;
	if (due == INSTANT_NONE) {
		ret->why = late_why(e, phase, d);
		return stood || guard_blocks(e, phase, d) ? STANDS : CLEAR;
	}
	if (e->now.wall < due) {
		day_wake(d, due);
		phase_at(e, d, phase)->waited = false;
		return stood ? failing(e, phase, d) : CLEAR;
	}
	/* it was done, and is done again: only the root of what is late */
	if (row->marks & MARK_STALE)
		return stood ? failing(e, phase, d) : CLEAR;
	return late_standing(e, phase, d, ret);
}

/*---------------------------------------------------------------- the rest */

/* May its date speak of an alarm that is mute? A young one does, and one is
 * enough; an alarm that stood before does so still. */
static bool
may_be_mute(const struct engine *e, const struct gate_def *g, int32_t gate,
    const struct day *d)
{
	int32_t i;

	if (d->row.adopted || e->now.wall - d->end >
	    e->graph->pipelines[g->pipeline].act_within_ms)
		return false;
	for (i = 0; i < e->breaches.n; i++) {
		const struct breach_entry *b = table_at(&e->breaches, i);
		bool here = where_is(&b->at, g->pipeline, d);

		if (b->row.open && b->row.kind == ROOT_ALARM &&
		    b->row.subject == gate && here ==
		    (b->row.why != WHY_UNKNOWN))
			return false;
	}
	return true;
}

/* An alarm that crashes whenever it is asked leaves us in the dark about what
 * it watches. */
static enum standing
mute_standing(struct engine *e, int32_t gate, struct day *d,
    struct sign *ret)
{
	const struct gate_def *g = &e->graph->gates[gate];
	const struct gate_state *s = gate_at(e, d, gate);
	int64_t left = s->mute_mono + mute_ms - e->now.mono;
	int32_t i;

	ret->severity = SEVERITY_WARNING;
	ret->why = WHY_UNKNOWN;
	if (!s->mute || !may_be_mute(e, g, gate, d))
		return UNCLEAR;
	for (i = 0; i < gate_inputs_on(g, d->date); i++)
		if (check_evidence(e, g->inputs[i], d) == EVIDENCE_UNTOLD)
			return UNCLEAR; /* its probe speaks */
	if (left > 0)
		day_wake(d, e->now.wall + left);
	return left > 0 ? UNCLEAR : STANDS;
}

enum standing
alarm_standing(struct engine *e, int32_t gate, struct day *d,
    struct sign *ret)
{
	const struct gate_def *g = &e->graph->gates[gate];
	const struct gate_row *row = &gate_at(e, d, gate)->row;
	int64_t at = due_at(&g->at, &e->graph->pipelines[g->pipeline].zone,
	    d->date, day_anchor(d));
	int32_t untold;

	*ret = (struct sign){ ROOT_ALARM, gate, row->severity, WHY_GATE,
		NONE };
	if (d->row.owed == 0 || is_retired(&g->retirement, d->date))
		return CLEAR;
	if (at != INSTANT_NONE && e->now.wall < at) {
		day_wake(d, at);
		return CLEAR;
	}
	if (calendar_evidence(e, g->pipeline, d, &untold) ==
	    EVIDENCE_NOT_IN || !gate_settled(e, gate, d) ||
	    input_not_in(e, g, d))
		return UNCLEAR;
	if (row->verdict == VERDICT_UNKNOWN)
		return mute_standing(e, gate, d, ret);
	return row->severity == SEVERITY_NONE ? CLEAR : STANDS;
}

/* One condition that is known to be closed is enough, whatever can't be told
 * of the others: by it the phase was marked. */
static bool
surely_closed(const struct engine *e, int32_t phase, const struct day *d)
{
	int32_t k;

	for (k = 0; k < edge_count(e, phase); k++) {
		enum verdict v = edge_verdict(e, phase, d, k, e->now.wall);

		if (v > VERDICT_DEGRADED && v != VERDICT_UNKNOWN)
			return true;
	}
	return false;
}

/* It ends when its edge is open after all. */
enum standing
bypass_standing(const struct engine *e, int32_t phase, const struct day *d,
    struct sign *ret)
{
	const struct phase_def *p = &e->graph->phases[phase];
	enum verdict edge = phase_edge(e, phase, d, e->now.wall);

	*ret = (struct sign){ ROOT_BYPASS, phase, p->severity >
		SEVERITY_WARNING ? p->severity : SEVERITY_WARNING,
		WHY_OBSERVED, NONE };
	if (d->row.owed == 0 || !(phase_at(e, d, phase)->row.marks &
	    MARK_BYPASSED) || edge <= VERDICT_DEGRADED)
		return CLEAR;
	return edge != VERDICT_UNKNOWN || surely_closed(e, phase, d) ?
	    STANDS : UNCLEAR;
}

/* The phase by which an attempt goes: its own, or the first that rests on
 * what it repairs. */
static int32_t
attempt_phase(const struct engine *e, int32_t pipeline,
    const struct day *d, const struct attempt_row *a)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	const int32_t *checks;
	int32_t i, n;

	if (a->phase != NONE)
		return a->phase;
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		n = phase_checks(e, i, d, &checks);
		if (a->recovery != NONE && recovery_is_for(
		    &e->graph->recoveries[a->recovery], checks, n))
			return i;
	}
	return p->first_phase;
}

enum standing
held_standing(const struct engine *e, int32_t phase, const struct day *d,
    struct sign *ret)
{
	int32_t pipeline = e->graph->phases[phase].pipeline, i = 0;
	const struct attempt_entry *x;

	*ret = (struct sign){ ROOT_ATTEMPT, phase, SEVERITY_CRITICAL,
		WHY_IN_DOUBT, NONE };
	while ((x = attempt_live(e, &i)))
		if (x->row.state == ATTEMPT_HELD &&
		    where_is(&x->at, pipeline, d) &&
		    attempt_phase(e, pipeline, d, &x->row) == phase)
			return STANDS;
	return CLEAR;
}

bool
same_target(const struct graph *g, int32_t check, int32_t other)
{
	const struct check_def *a = &g->checks[check], *b = &g->checks[other];

	if (check == other)
		return true;
	return a->pipeline == b->pipeline && a->target && b->target &&
	    strcmp(a->target, b->target) == 0;
}

/* Asked, and nobody answers, not even that it failed: it waits for a place to
 * run in, or for ever. A slow one is given the time until it would be asked
 * again. */
static bool
is_overdue(struct engine *e, const struct check_def *c,
    const struct check_state *s, struct day *d)
{
	int64_t left = s->asked_mono + check_overdue_ms(c) - e->now.mono;

	if (!s->in_flight)
		return false;
	if (left > 0)
		day_wake(d, e->now.wall + left);
	return left <= 0;
}

/* Only young dates speak of a probe: what fails there is asked often, and
 * the same target serves the old ones. */
enum standing
probe_standing(struct engine *e, int32_t check, struct day *d,
    struct sign *ret)
{
	const struct check_def *c = &e->graph->checks[check];
	const struct check_state *s = check_at(e, d, check);
	int64_t left;

	*ret = (struct sign){ ROOT_PROBE, check, SEVERITY_WARNING,
		WHY_UNKNOWN, check };
	if (d->row.adopted || e->now.wall - d->end >
	    e->graph->pipelines[c->pipeline].act_within_ms ||
	    check_result(e, check, d, e->now.wall) == RESULT_SKIP)
		return CLEAR;
	if (is_overdue(e, c, s, d)) {
		ret->why = WHY_STALE_EVIDENCE;
		return STANDS;
	}
	if (!s->seen)
		return UNCLEAR;
	if (s->untold_n == 0)
		return CLEAR;
	left = s->untold_mono + c->patience_ms - e->now.mono;
	if (left > 0) {
		day_wake(d, e->now.wall + left);
		return UNCLEAR;
	}
	if (s->untold_n > 1)
		return STANDS;
	check_want(e, check, d);        /* once is not "stays unknown" */
	return UNCLEAR;
}
