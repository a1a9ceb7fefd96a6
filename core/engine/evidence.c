/* SPDX-License-Identifier: BSD-2-Clause
 *
 * evidence.c -- what the conditions of a phase rest on, and what that comes
 * to now.
 *
 * A phase has one condition per upstream phase and one per guarding gate.
 * The condition of an upstream phase is its state *and* the evidence for it:
 * a phase that is recorded as done, whose evidence has turned bad or can't
 * be read any more, opens nothing. Marks of quality travel along.
 *
 * Only reads. Whoever starts something asks here what it would rely on.
 */
#include <assert.h>

#include "engine/hash.h"
#include "engine/work.h"

static enum verdict
worse(enum verdict a, enum verdict b)
{
	return a > b ? a : b;
}

void
source_of_done(const struct engine *e, int32_t phase, const struct day *d,
    struct source *ret)
{
	const struct phase_def *p = &e->graph->phases[phase];

	*ret = (struct source){ .day = d, .gate = NONE };
	if (p->done_kind == DONE_CHECKS) {
		ret->checks = p->done_checks;
		ret->n = d ? done_checks_on(p, d->date) : p->n_done_checks;
	} else if (p->done_kind == DONE_GATE) {
		const struct gate_def *g = &e->graph->gates[p->done_gate];

		ret->checks = g->inputs;
		ret->n = d ? gate_inputs_on(g, d->date) : g->n_inputs;
		ret->gate = p->done_gate;
	}
}

/* The date that an edge speaks of; NULL where it isn't watched. */
static const struct day *
edge_day(const struct engine *e, const struct phase_def *p,
    const struct edge_def *edge, const struct day *d)
{
	const struct lane *l = &e->lanes[p->pipeline];

	if (edge->date_offset == 0)
		return d;
	assert(edge->date_offset == -1);
	while (d > l->days)
		if ((--d)->row.owed != 0)
			return d;
	return NULL;
}

bool
source_of_edge(const struct engine *e, int32_t phase, const struct day *d,
    int32_t k, struct source *ret)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct gate_def *g;

	if (k < p->n_after) {
		const struct day *there = edge_day(e, p, &p->after[k], d);

		source_of_done(e, p->after[k].phase, there, ret);
		return true;
	}
	k -= p->n_after;
	if (k >= p->n_guards)
		return false;
	g = &e->graph->gates[p->guards[k]];
	*ret = (struct source){ .day = d, .checks = g->inputs,
		.n = gate_inputs_on(g, d->date), .gate = p->guards[k] };
	return true;
}

int32_t
edge_count(const struct engine *e, int32_t phase)
{
	return e->graph->phases[phase].n_after +
	    e->graph->phases[phase].n_guards;
}

/*-------------------------------------------------------------------- done */

static enum verdict
verdict_of(enum result r)
{
	switch (r) {
	case RESULT_PASS:
	case RESULT_SKIP:
		return VERDICT_OPEN;
	case RESULT_WARN:
		return VERDICT_DEGRADED;
	case RESULT_NOT_DUE:
		return VERDICT_WAITING;
	case RESULT_UNKNOWN:
		return VERDICT_UNKNOWN;
	case RESULT_FAIL:
		break;
	}
	return VERDICT_BLOCKED;
}

static struct done
done_by_exit(const struct engine *e, int32_t phase, const struct day *d)
{
	enum phase_state s = phase_at(e, d, phase)->row.state;

	return (struct done){ .holds = s == PHASE_DONE,
		.verdict = s == PHASE_DONE ? VERDICT_OPEN :
		    s == PHASE_FAILED ? VERDICT_BLOCKED : VERDICT_WAITING };
}

struct done
phase_done(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall)
{
	struct source s;
	struct done r = { .verdict = VERDICT_OPEN, .skip = true };
	int32_t i;

	if (e->graph->phases[phase].done_kind == DONE_EXIT)
		return done_by_exit(e, phase, d);
	source_of_done(e, phase, d, &s);
	for (i = 0; i < s.n; i++) {
		enum result x = check_result(e, s.checks[i], d, wall);

		r.skip = r.skip && x == RESULT_SKIP;
		r.verdict = worse(r.verdict, verdict_of(x));
	}
	if (s.gate != NONE && !r.skip)
		r.verdict = gate_reliable(e, s.gate, d, wall);
	r.holds = !r.skip && r.verdict <= VERDICT_DEGRADED;
	return r;
}

/*------------------------------------------------------------------- edges */

static enum verdict
upstream_verdict(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall)
{
	const struct phase_row *row;
	struct done done;

	if (d == NULL)
		return VERDICT_UNKNOWN;
	row = &phase_at(e, d, phase)->row;
	done = phase_done(e, phase, d, wall);
	switch (row->state) {
	case PHASE_DONE:
		if (!done.holds)
			return done.skip ? VERDICT_OPEN : done.verdict;
		return row->marks & (MARK_DEGRADED | MARK_BYPASSED) ?
		    VERDICT_DEGRADED : done.verdict;
	case PHASE_SKIPPED:
		return d->row.owed == 0 || done.skip ? VERDICT_OPEN :
		    VERDICT_WAITING;
	case PHASE_FAILED:
		return VERDICT_BLOCKED;
	case PHASE_IN_DOUBT:
		return VERDICT_UNKNOWN;
	case PHASE_PENDING:
		return done.holds || done.skip ? VERDICT_WAITING :
		    done.verdict;
	case PHASE_STARTING:
	case PHASE_RUNNING:
	case PHASE_VERIFYING:
	case PHASE_STATES:
		break;
	}
	return VERDICT_WAITING;
}

enum verdict
edge_verdict(const struct engine *e, int32_t phase, const struct day *d,
    int32_t k, int64_t wall)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct gate_def *g;

	if (k < p->n_after)
		return upstream_verdict(e, p->after[k].phase,
		    edge_day(e, p, &p->after[k], d), wall);
	g = &e->graph->gates[p->guards[k - p->n_after]];
	/* a gate that only watches closes nothing */
	if (g->mode < e->graph->pipelines[p->pipeline].mode)
		return VERDICT_OPEN;
	return gate_reliable(e, p->guards[k - p->n_after], d, wall);
}

uint32_t
edge_marks(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall)
{
	const struct phase_def *p = &e->graph->phases[phase];
	uint32_t marks = 0;
	int32_t k;

	for (k = 0; k < edge_count(e, phase); k++) {
		const struct day *there = k < p->n_after ?
		    edge_day(e, p, &p->after[k], d) : NULL;

		if (edge_verdict(e, phase, d, k, wall) == VERDICT_DEGRADED)
			marks |= MARK_DEGRADED;
		if (there)
			marks |= phase_at(e, there, p->after[k].phase)->
			    row.marks & (MARK_DEGRADED | MARK_OVERRIDDEN);
	}
	return marks;
}

/*------------------------------------------------------------ measurements */

static bool
is_owed(const struct engine *e, int32_t check, const struct day *d)
{
	return check_result(e, check, d, e->now.wall) != RESULT_SKIP;
}

bool
source_measured(const struct engine *e, const struct source *s,
    int64_t since)
{
	int32_t i;

	if (s->day == NULL)
		return false;
	for (i = 0; i < s->n; i++) {
		const struct check_state *c = check_at(e, s->day,
		    s->checks[i]);

		if (is_owed(e, s->checks[i], s->day) &&
		    !check_since(c, since))
			return false;
	}
	return s->gate == NONE || gate_settled(e, s->gate, s->day);
}

void
source_want(struct engine *e, const struct source *s, int64_t since)
{
	struct day *d;
	int32_t i;

	if (s->day == NULL || s->n == 0)
		return;
	d = lane_find(&e->lanes[e->graph->checks[s->checks[0]].pipeline],
	    s->day->date);
	for (i = 0; i < s->n; i++) {
		const struct check_state *c = check_at(e, d, s->checks[i]);

		if (!c->known || c->row.began_wall < since)
			check_want(e, s->checks[i], d);
	}
}

int32_t
source_stale(const struct engine *e, const struct source *s,
    const struct now *now)
{
	int32_t i;

	for (i = 0; s->day && i < s->n; i++)
		if (is_owed(e, s->checks[i], s->day) &&
		    !check_fresh(e, s->checks[i], s->day, now))
			return i;
	return NONE;
}

void
want_stale(struct engine *e, const struct source *s, struct day *waits)
{
	bool stale = source_stale(e, s, &e->now) != NONE;
	struct day *d;
	int32_t i;

	if (s->day == NULL || s->n == 0)
		return;
	d = lane_find(&e->lanes[e->graph->checks[s->checks[0]].pipeline],
	    s->day->date);
	for (i = 0; i < s->n; i++)
		if (stale && !check_fresh(e, s->checks[i], d, &e->now))
			check_want(e, s->checks[i], d);
		else
			wake_when_stale(e, s->checks[i], d, waits);
}

int64_t
edge_since(const struct engine *e, int32_t phase, const struct day *d)
{
	int64_t since = INSTANT_NONE;
	struct source s;
	int32_t k, i;

	for (k = 0; source_of_edge(e, phase, d, k, &s); k++)
		for (i = 0; s.day && i < s.n; i++) {
			const struct check_row *r = &check_at(e, s.day,
			    s.checks[i])->row;

			/* a clock that was set back since makes no promise */
			if (r->since > since && r->since <= e->now.wall)
				since = r->since;
		}
	return since;
}

bool
source_has(const struct source *s, int32_t check)
{
	int32_t i;

	for (i = 0; i < s->n; i++)
		if (s->checks[i] == check)
			return true;
	return false;
}

/*------------------------------------------------------------------ reliance */

/* By its name: numbers are other ones after a reload. */
static uint64_t
hash_check(const struct engine *e, int32_t check, const struct day *d)
{
	const struct check_row *r = &check_at(e, d, check)->row;
	const char *name = e->graph->checks[check].name;
	uint64_t h = HASH_START;

	for (; *name; name++)
		h = hash_word(h, (unsigned char)*name);
	h = hash_word(h, (uint64_t)r->raw);
	h = hash_number(h, r->value);
	h = hash_number(h, r->expected);
	h = hash_word(h, (uint64_t)r->missing);
	return hash_mixed(hash_word(h, r->items_hash));
}

/* In whatever order they stand. */
uint64_t
evidence_hash(const struct engine *e, int32_t phase, const struct day *d)
{
	uint64_t h = 0;
	struct source s;
	int32_t k, i;

	for (k = 0; source_of_edge(e, phase, d, k, &s); k++)
		for (i = 0; s.day && i < s.n; i++)
			h += hash_check(e, s.checks[i], s.day);
	return h ? h : 1;
}

bool
edge_uses(const struct engine *e, int32_t phase, const struct day *d,
    int32_t check)
{
	struct source s;
	int32_t k;

	for (k = 0; source_of_edge(e, phase, d, k, &s); k++)
		if (s.day == d && source_has(&s, check))
			return true;
	return false;
}

bool
done_uses(const struct engine *e, int32_t phase, const struct day *d,
    int32_t check)
{
	struct source s;

	source_of_done(e, phase, d, &s);
	return source_has(&s, check);
}
