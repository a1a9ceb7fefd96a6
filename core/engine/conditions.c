/* SPDX-License-Identifier: BSD-2-Clause
 *
 * conditions.c -- everything that stands between a phase and its start.
 *
 * The one list that start_phase() demands to be empty, that permits are
 * refused with, that `explain` prints and that an override accepts. Nothing
 * here is stored: it is computed from rows on each reading, so that a block
 * is never a latch and time alone opens only what was waiting for time.
 *
 * Stale evidence is added last and only where nothing else is closed: what
 * can't start anyway need not be measured for it.
 */
#include "engine/backfills.h"

static int32_t
rank(const struct condition *c)
{
	switch (c->why) {
	case WHY_UPSTREAM:
	case WHY_GATE:
		return c->detail == VERDICT_BLOCKED ? 9 :
		    c->detail == VERDICT_UNKNOWN ? 7 :
		    c->why == WHY_UPSTREAM ? 5 : 4;
	case WHY_HELD:
		return 8;
	case WHY_CALENDAR:
		return 7;
	case WHY_IN_DOUBT:
	case WHY_PERMIT:
	case WHY_IN_FLIGHT:
		return 6;
	default:
		return 3;
	}
}

static void
closed_put(struct closed *c, const struct condition *x)
{
	int32_t i = c->n;

	if (c->n == CONDITIONS_MAX) {
		c->more = true;
		return;
	}
	for (; i > 0 && rank(&c->v[i - 1]) < rank(x); i--)
		c->v[i] = c->v[i - 1];
	c->v[i] = *x;
	c->n++;
}

void
closed_add(struct closed *c, enum why why, int32_t subject, int32_t detail)
{
	closed_put(c, &(struct condition){ .why = why, .subject = subject,
		.detail = detail });
}

void
closed_until(struct closed *c, enum why why, int32_t subject, int64_t at)
{
	closed_add(c, why, subject, 0);
	if (at == INSTANT_NONE)
		return;
	if (c->first_at == INSTANT_NONE || at < c->first_at)
		c->first_at = at;
	if (at > c->last_at)    /* INSTANT_NONE is the smallest */
		c->last_at = at;
}

int64_t
phase_not_before(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];

	if (p->at.kind != DUE_NONE)
		return due_at(&p->at, &e->graph->pipelines[p->pipeline].zone,
		    d->date, day_anchor(d));
	return p->n_after == 0 ? d->end : INSTANT_NONE;
}

/* What an edge's verdict came from, so that a worse one can be told. */
static void
add_reasons(const struct engine *e, const struct source *s, int64_t wall,
    struct condition *c)
{
	enum { BITS = 62 };     /* as many as JSON's integers keep */
	int32_t i;

	for (i = 0; s->day && i < s->n; i++) {
		enum result r = check_result(e, s->checks[i], s->day, wall);
		double lacks;

		if (r == RESULT_PASS || r == RESULT_WARN || r == RESULT_SKIP)
			continue;
		c->bad |= (uint64_t)1 << (i % BITS);
		lacks = shortfall(e, s->checks[i], s->day);
		if (lacks > 0)
			c->lacking += lacks;
	}
}

static void
add_edges(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall, struct closed *c)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct source s;
	int32_t k;

	for (k = 0; source_of_edge(e, phase, d, k, &s); k++) {
		enum verdict v = edge_verdict(e, phase, d, k, wall);
		struct condition x = { .why = WHY_UPSTREAM,
			.detail = (int32_t)v };

		if (v <= VERDICT_DEGRADED)
			continue;
		if (k >= p->n_after)
			x.why = WHY_GATE;
		x.subject = k < p->n_after ? p->after[k].phase :
		    p->guards[k - p->n_after];
		add_reasons(e, &s, wall, &x);
		closed_put(c, &x);
	}
}

static void
add_time(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall, struct closed *c)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int64_t at = phase_not_before(e, phase, d);

	if (at != INSTANT_NONE && wall < at)
		closed_until(c, p->at.kind == DUE_NONE ? WHY_NOT_ENDED :
		    WHY_NOT_BEFORE, NONE, at);
}

static void
add_hold(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall, struct closed *c)
{
	uint64_t id = held_by(e, HOLD_PHASE, phase,
	    e->graph->phases[phase].pipeline, d, wall);

	if (id)
		closed_add(c, WHY_HELD, (int32_t)id, 0);
}

/* Does an attempt of a recovery touch what the phase reads or makes? */
static bool
overlaps(const struct engine *e, int32_t phase, const struct day *d,
    const struct attempt_row *a)
{
	const struct recovery_def *r;
	int32_t i;

	if (a->recovery == NONE)
		return false;
	r = &e->graph->recoveries[a->recovery];
	for (i = 0; i < r->n_repairs; i++)
		if (done_uses(e, phase, d, r->repairs[i]) ||
		    edge_uses(e, phase, d, r->repairs[i]))
			return true;
	return false;
}

static void
add_flight(const struct engine *e, int32_t phase, const struct day *d,
    struct closed *c)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i))) {
		if (!where_is(&x->at, p->pipeline, d))
			continue;
		if (x->row.phase == phase || overlaps(e, phase, d, &x->row))
			closed_add(c, x->row.state == ATTEMPT_HELD ?
			    WHY_IN_DOUBT : WHY_IN_FLIGHT,
			    (int32_t)x->row.id, 0);
	}
}

/* Whether we may act on this date at all, unasked; returns the backfill by
 * which we may, or NULL. */
static const struct backfill_row *
add_reach(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall, enum starter by, struct closed *c)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct pipeline_def *def = &e->graph->pipelines[p->pipeline];
	const struct backfill_row *b;
	enum why why;

	if (p->start == NONE)
		closed_add(c, WHY_NO_START, NONE, 0);
	if (def->mode != MODE_ENFORCE)
		closed_add(c, WHY_MODE, NONE, 0);
	if (by == BY_PERSON)
		return NULL;
	why = phase_reach(e, phase, d, wall, &b);
	if (why != WHY_NOTHING)
		closed_add(c, why, NONE, 0);
	if (b && !b->external && phase_at(e, d, phase)->external)
		closed_add(c, WHY_EXTERNAL, NONE, 0);
	return b;
}

/* The plan of our own starts, and the budgets. */
static void
add_plan(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall, enum starter by, const struct backfill_row *backfill,
    struct closed *c)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct phase_row *row = &phase_at(e, d, phase)->row;
	const struct attempt_entry *last = attempt_find(e, row->attempt);
	int64_t until = INSTANT_NONE;
	uint64_t busy;
	enum why why;

	if (by == BY_ENGINE && row->attempts > 0 && wall < row->retry_at)
		closed_until(c, WHY_BACKOFF, NONE, row->retry_at);
	if (by == BY_ENGINE && row->attempts >= p->retry.attempts)
		closed_add(c, WHY_ATTEMPTS, NONE, 0);
	if (by == BY_ENGINE && last && row->attempts > 0 &&
	    last->row.outcome == OUTCOME_UNPROVEN &&
	    phase_done(e, phase, d, wall).verdict == VERDICT_UNKNOWN)
		closed_add(c, WHY_UNPROVEN, NONE, 0);
	if (p->start == NONE)
		return;
	why = budget_spent(e, p->start, backfill, wall, &until);
	if (why != WHY_NOTHING)
		closed_until(c, why, NONE, until);
	why = breaker_closed(e, p->start, wall, by, &until);
	if (why != WHY_NOTHING)
		closed_until(c, why, breaker_of(e, p->start), until);
	busy = target_busy(e, p->start);
	if (busy)
		closed_add(c, WHY_IN_FLIGHT, (int32_t)busy, 0);
}

void
phase_conditions(const struct engine *e, int32_t phase, const struct day *d,
    const struct now *now, enum starter by, struct closed *ret)
{
	const struct backfill_row *backfill;
	const struct permit_entry *permit = permit_live(e, phase, d,
	    now->wall);

	*ret = (struct closed){ .first_at = INSTANT_NONE,
		.last_at = INSTANT_NONE };
	if (d->row.owed < 0)
		closed_add(ret, WHY_CALENDAR, NONE, 0);
	add_edges(e, phase, d, now->wall, ret);
	add_time(e, phase, d, now->wall, ret);
	add_hold(e, phase, d, now->wall, ret);
	add_flight(e, phase, d, ret);
	if (permit)
		closed_add(ret, WHY_PERMIT, NONE, 0);
	if (by == BY_RUN)
		return;
	backfill = add_reach(e, phase, d, now->wall, by, ret);
	add_plan(e, phase, d, now->wall, by, backfill, ret);
}

static void
add_stale(const struct engine *e, const struct source *s,
    const struct now *now, struct closed *c)
{
	int32_t i = source_stale(e, s, now);

	if (i != NONE)
		closed_add(c, WHY_STALE_EVIDENCE, s->checks[i],
		    (int32_t)check_result(e, s->checks[i], s->day,
		    now->wall));
}

int64_t
tried_until(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;
	const struct attempt_entry *last = attempt_find(e, row->attempt);

	if (row->attempt == 0)
		return row->run_id[0] ? row->ended_at : INSTANT_NONE;
	if (last == NULL || row->attempts == 0)
		return INSTANT_NONE;
	/* the phase's row goes back with a clock that is set back */
	return row->ended_at != INSTANT_NONE && row->ended_at <
	    last->row.ended_at ? row->ended_at : last->row.ended_at;
}

/* Evidence of `done` begun before the end of the last try says nothing about
 * whether another one is needed. */
static void
add_since_try(const struct engine *e, int32_t phase, const struct day *d,
    struct closed *c)
{
	int64_t until = tried_until(e, phase, d);
	struct source s;

	if (until == INSTANT_NONE)
		return;
	source_of_done(e, phase, d, &s);
	if (s.n > 0 && !source_measured(e, &s, until + 1))
		closed_add(c, WHY_STALE_EVIDENCE, s.checks[0], 0);
}

/* Evidence of `done` from before its edge opened says nothing either: others
 * may have made the phase together with what opened it. */
static void
add_since_edge(const struct engine *e, int32_t phase, const struct day *d,
    struct closed *c)
{
	int64_t since = edge_since(e, phase, d);
	struct source s;

	source_of_done(e, phase, d, &s);
	if (s.n > 0 && since != INSTANT_NONE &&
	    !source_measured(e, &s, since))
		closed_add(c, WHY_STALE_EVIDENCE, s.checks[0], 0);
}

void
phase_stale(const struct engine *e, int32_t phase, const struct day *d,
    const struct now *now, enum starter by, struct closed *ret)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t calendar = e->graph->pipelines[p->pipeline].calendar, k;
	struct source s = { .day = d, .checks = &calendar, .n = 1,
		.gate = NONE };

	if (calendar != NONE)
		add_stale(e, &s, now, ret);
	for (k = 0; source_of_edge(e, phase, d, k, &s); k++)
		add_stale(e, &s, now, ret);
	if (by == BY_RUN)
		return;
	source_of_done(e, phase, d, &s);
	add_stale(e, &s, now, ret);
	if (s.gate != NONE && s.n > 0 && !gate_settled(e, s.gate, d))
		closed_add(ret, WHY_STALE_EVIDENCE, s.checks[0], 0);
	add_since_try(e, phase, d, ret);
	add_since_edge(e, phase, d, ret);
}

enum verdict
phase_edge(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall)
{
	enum verdict worst = d->row.owed < 0 ? VERDICT_UNKNOWN :
	    VERDICT_OPEN;
	int64_t at = phase_not_before(e, phase, d);
	int32_t k;

	if (at != INSTANT_NONE && wall < at && worst < VERDICT_WAITING)
		worst = VERDICT_WAITING;
	for (k = 0; k < edge_count(e, phase); k++) {
		enum verdict v = edge_verdict(e, phase, d, k, wall);

		if (v > worst)
			worst = v;
	}
	return worst;
}

static enum verdict
closed_verdict(const struct closed *c, enum verdict edge)
{
	enum verdict v = edge;
	int32_t i;

	for (i = 0; i < c->n; i++) {
		if (c->v[i].why == WHY_HELD || c->v[i].why == WHY_IN_DOUBT)
			return VERDICT_BLOCKED;
		if (v < VERDICT_WAITING)
			v = VERDICT_WAITING;
	}
	return v;
}

void
reply_closed(struct effect *reply, const struct closed *c, enum verdict edge)
{
	int32_t i;

	reply->u.reply.code = REPLY_NOT_NOW;
	reply->u.reply.verdict = closed_verdict(c, edge);
	reply->u.reply.n = c->n;
	for (i = 0; i < c->n; i++)
		reply->u.reply.conditions[i] = c->v[i];
}
