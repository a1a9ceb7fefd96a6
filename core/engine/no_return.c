/* SPDX-License-Identifier: BSD-2-Clause
 *
 * no_return.c -- until when something may still be started and meet its
 * deadline, and who is told before that has passed.
 *
 * A phase must be done by its own due time, and early enough for whatever
 * comes after it: what follows needs the 90th percentile of its own runs and
 * of their proof, one after the other along the chain. Undone phases of
 * which too few runs are known, and those that others start, count as
 * nothing: the instant is one after which it can't be met, not a promise
 * that it can.
 *
 * The sign: a phase that isn't done, is in trouble (a try has failed, its
 * edge is shut, or what it waits for has an incident) and on which nothing
 * works at the moment, shortly before the last start; where it merely waits,
 * when the last start has come. It opens an incident, or takes one
 * that is open a step up, once; and it stands until the phase is done,
 * because what was told was true. Held, adopted, idle and old dates have
 * none: nobody would start anything there.
 */
#include "engine/foresight.h"
#include "engine/incidents.h"
#include "engine/work.h"

static const int64_t minute_ms = 60000, lead_ms = 15 * 60000;

/*----------------------------------------------------------------- reading */

static bool
is_enough(const struct phase_def *p, const struct durations *d)
{
	return p->no_return_runs > 0 && d->n >= p->no_return_runs;
}

/* Is it to be asked before the other one? What has ended is left to people,
 * who need as long for it. */
static bool
comes_first(const struct engine *e, const struct day *d, int32_t recovery,
    int32_t other)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery], *o;
	bool ended = recovery_at(e, d, recovery)->row.ended != WHY_NOTHING;
	bool other_ended;

	if (other == NONE)
		return true;
	o = &e->graph->recoveries[other];
	other_ended = recovery_at(e, d, other)->row.ended != WHY_NOTHING;
	if (ended != other_ended)
		return other_ended;
	return r->order < o->order || (r->order == o->order &&
	    recovery < other);
}

/* The first of its recoveries that hasn't ended, or the first; NONE: it has
 * none. */
static int32_t
next_recovery(const struct engine *e, int32_t phase, const struct day *d)
{
	const int32_t *checks;
	int32_t n = phase_checks(e, phase, d, &checks), i, k, best = NONE;

	for (k = 0; k < n; k++) {
		i = links_begin(e, LINK_REPAIRS, checks[k]);
		for (; i < links_end(e, LINK_REPAIRS, checks[k]); i++) {
			int32_t r = e->links[LINK_REPAIRS].to[i];

			if (comes_first(e, d, r, best))
				best = r;
		}
	}
	return best;
}

/* What a run of the phase takes; false: nothing of ours runs it. */
static bool
run_takes(const struct engine *e, int32_t phase, const struct day *d,
    struct durations *ret)
{
	int32_t r;

	if (e->graph->phases[phase].start != NONE) {
		engine_durations(e, RUNS_PHASE, phase, ret);
		return true;
	}
	r = next_recovery(e, phase, d);
	if (r != NONE)
		engine_durations(e, RUNS_RECOVERY, r, ret);
	return r != NONE;
}

static struct finish
own_finish(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];

	return (struct finish){ .phase = phase, .by = due_at(&p->due,
		&e->graph->pipelines[p->pipeline].zone, d->date,
		day_anchor(d)) };
}

/* By when the phase before it must be done. */
static struct finish
finish_before(const struct engine *e, int32_t phase, struct finish f)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct durations t;

	if (f.by == INSTANT_NONE || p->start == NONE)
		return f;
	engine_durations(e, RUNS_PHASE, phase, &t);
	if (!is_enough(p, &t)) {
		f.unknown++;
		return f;
	}
	f.by -= t.action_p90 + t.proof_p90;
	f.chain_ms += t.action_p90 + t.proof_p90;
	return f;
}

static struct walk_slot *
slot_of(const struct engine *e, int32_t phase, const struct day *d)
{
	return &d->lane->walks[slot_of_phase(e, phase)];
}

/* The narrowest of its own due time and of what follows, which has been found
 * already. */
static struct finish
finish_of(const struct engine *e, int32_t phase, const struct day *d)
{
	struct finish best = own_finish(e, phase, d), f;
	int32_t i = links_begin(e, LINK_DOWN, phase);

	for (; i < links_end(e, LINK_DOWN, phase); i++) {
		int32_t next = e->links[LINK_DOWN].to[i];

		if (phase_over(e, next, d))
			continue;
		f = finish_before(e, next, slot_of(e, next, d)->finish);
		if (f.by != INSTANT_NONE &&
		    (best.by == INSTANT_NONE || f.by < best.by))
			best = f;
	}
	return best;
}

static void
come_to(const struct engine *e, int32_t phase, const struct day *d,
    int32_t from)
{
	slot_of(e, phase, d)->found = d->lane->finding;
	walk_to(d->lane->walks, slot_of_phase(e, phase),
	    links_begin(e, LINK_DOWN, phase), from);
}

/* Of what follows a phase, the next that isn't found; NONE: all are. */
static int32_t
next_below(const struct engine *e, int32_t phase, const struct day *d)
{
	struct walk_slot *s = slot_of(e, phase, d);

	while (s->link < links_end(e, LINK_DOWN, phase)) {
		int32_t next = e->links[LINK_DOWN].to[s->link++];

		if (slot_of(e, next, d)->found != d->lane->finding &&
		    !phase_over(e, next, d))
			return next;
	}
	return NONE;
}

/* What follows comes first, each of it once, and nothing else. */
static struct finish
find_finish(const struct engine *e, int32_t phase, const struct day *d)
{
	int32_t at = phase, next;

	if (d->lane->finish_of.day != d->date.day)
		finishes_forget(d);
	if (slot_of(e, phase, d)->found == d->lane->finding)
		return slot_of(e, phase, d)->finish;
	come_to(e, phase, d, NONE);
	while (at != NONE) {
		next = next_below(e, at, d);
		if (next != NONE) {
			come_to(e, next, d, at);
			at = next;
			continue;
		}
		slot_of(e, at, d)->finish = finish_of(e, at, d);
		at = slot_of(e, at, d)->from;
	}
	return slot_of(e, phase, d)->finish;
}

void
finishes_forget(const struct day *d)
{
	d->lane->finding++;
	d->lane->finish_of = d->date;
}

static void
find_no_return(const struct engine *e, int32_t phase, const struct day *d,
    struct no_return *ret)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct finish f = find_finish(e, phase, d);
	struct durations t = { .n = 0 };

	*ret = (struct no_return){ .last_start = INSTANT_NONE,
		.deadline = f.by == INSTANT_NONE ? INSTANT_NONE :
		    f.by + f.chain_ms,
		.deadline_phase = f.phase, .chain_ms = f.chain_ms,
		.unknown = f.unknown, .wanted = p->no_return_runs };
	ret->startable = run_takes(e, phase, d, &t);
	ret->runs = t.n;
	if (!ret->startable || !is_enough(p, &t) || f.by == INSTANT_NONE)
		return;
	ret->takes_ms = t.action_p90 + t.proof_p90;
	ret->last_start = f.by - ret->takes_ms;
	ret->lead_ms = p->no_return_lead_ms > 0 ? p->no_return_lead_ms :
	    ret->takes_ms / 2 > lead_ms ? ret->takes_ms / 2 : lead_ms;
}

bool
engine_no_return(const struct engine *e, int32_t phase, struct date date,
    struct no_return *ret)
{
	const struct day *d = lane_find(&e->lanes[
	    e->graph->phases[phase].pipeline], date);

	if (d == NULL || phase_over(e, phase, d))
		return false;
	finishes_forget(d);
	find_no_return(e, phase, d, ret);
	return true;
}

/*-------------------------------------------------------------------- sign */

/* Is something of ours at work on it? */
static bool
is_worked_on(const struct engine *e, int32_t phase, const struct day *d)
{
	const int32_t *checks;
	int32_t n = phase_checks(e, phase, d, &checks), i = 0, k;
	const struct attempt_entry *x;

	while ((x = attempt_live(e, &i))) {
		const struct recovery_def *r;

		if (!where_is(&x->at, e->graph->phases[phase].pipeline, d))
			continue;
		if (x->row.phase == phase)
			return true;
		r = x->row.recovery == NONE ? NULL :
		    &e->graph->recoveries[x->row.recovery];
		for (k = 0; r && k < r->n_repairs; k++)
			if (in_list(checks, n, r->repairs[k]))
				return true;
	}
	return false;
}

static bool
is_shut(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t i, untold;

	for (i = 0; i < p->n_guards; i++)
		if (guard_counts(e, p->pipeline, p->guards[i]) &&
		    gate_evidence(e, p->guards[i], d, &untold) ==
		    EVIDENCE_BAD)
			return true;
	return false;
}

/* What it waits for may be late every day: that is no trouble before the
 * last start has come. */
enum trouble { TROUBLE_NONE, TROUBLE_WAITS, TROUBLE_FAILS };

static enum trouble
trouble_of(const struct engine *e, int32_t phase, const struct day *d,
    const struct trace *upstream)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;
	int32_t untold;

	if (row->state != PHASE_PENDING && row->state != PHASE_FAILED)
		return TROUBLE_NONE;
	if (row->state == PHASE_FAILED || row->attempts > 0 ||
	    upstream->kind == TRACE_INCIDENT || is_shut(e, phase, d))
		return TROUBLE_FAILS;
	if (upstream->kind == TRACE_ROOT)
		return TROUBLE_WAITS;
	return e->graph->phases[phase].start == NONE &&
	    phase_evidence(e, phase, d, &untold) == EVIDENCE_BAD ?
	    TROUBLE_FAILS : TROUBLE_NONE;
}

bool
no_return_near(struct engine *e, int32_t phase, struct day *d,
    const struct trace *upstream)
{
	const struct phase_def *p = &e->graph->phases[phase];
	enum trouble trouble;
	struct no_return r;
	int64_t at;

	if (p->no_return_runs <= 0 || phase_over(e, phase, d) ||
	    phase_adopted(e, phase, d) || e->now.wall - d->end >
	    e->graph->pipelines[p->pipeline].act_within_ms ||
	    (trouble = trouble_of(e, phase, d, upstream)) == TROUBLE_NONE ||
	    held_by(e, HOLD_PHASE, phase, p->pipeline, d, e->now.wall))
		return false;
	find_no_return(e, phase, d, &r);
	if (r.last_start == INSTANT_NONE || e->now.wall >= r.deadline)
		return false;
	at = r.last_start - (trouble == TROUBLE_FAILS ? r.lead_ms : 0);
	if (e->now.wall < at) {
		day_wake(d, at);
		return false;
	}
	return !is_worked_on(e, phase, d);
}

/* One step up from what was told of the incident, once. One that has opened
 * for this very reason is as bad as it is. */
enum severity
no_return_severity(const struct engine *e, uint64_t incident,
    enum severity own)
{
	const struct incident_entry *x = incident_live(e, incident);
	const struct breach_entry *b;

	if (x == NULL || x->row.told == SEVERITY_NONE ||
	    e->now.wall - x->row.opened_at < minute_ms)
		return own;
	for (b = breach_first_in(e, x); b; b = breach_next_in(e, b))
		if (b->row.open && b->row.why == WHY_NO_RETURN)
			return own;
	if (x->row.severity >= SEVERITY_CRITICAL)
		return SEVERITY_CRITICAL;
	return x->row.severity + 1 > own ? x->row.severity + 1 : own;
}
