/* SPDX-License-Identifier: BSD-2-Clause
 *
 * reading.c -- phases and recoveries as people read them.
 *
 * The stored states are few; `waiting`, `gated`, `blocked`, `unknown` and
 * `ready` are what the conditions of a pending phase come to now. Reading
 * changes nothing, and it asks the same functions that a start asks.
 */
#include <string.h>

#include "engine/work.h"

static enum phase_view
stored_view(enum phase_state s)
{
	static const enum phase_view views[PHASE_STATES] = {
		[PHASE_PENDING] = VIEW_PENDING,
		[PHASE_STARTING] = VIEW_STARTING,
		[PHASE_RUNNING] = VIEW_RUNNING,
		[PHASE_VERIFYING] = VIEW_VERIFYING,
		[PHASE_IN_DOUBT] = VIEW_IN_DOUBT,
		[PHASE_DONE] = VIEW_DONE,
		[PHASE_FAILED] = VIEW_FAILED,
		[PHASE_SKIPPED] = VIEW_SKIPPED,
	};

	return views[s];
}

static enum phase_view
derived_view(const struct phase_def *p, const struct closed *c,
    enum verdict edge)
{
	int32_t i;

	switch (edge) {
	case VERDICT_BLOCKED:
		return VIEW_BLOCKED;
	case VERDICT_UNKNOWN:
		return VIEW_UNKNOWN;
	case VERDICT_WAITING:
		for (i = 0; i < c->n; i++)
			if (c->v[i].why == WHY_UPSTREAM)
				return VIEW_WAITING;
		return VIEW_GATED;
	case VERDICT_OPEN:
	case VERDICT_DEGRADED:
		break;
	}
	return c->n == 0 && p->start != NONE ? VIEW_READY : VIEW_PENDING;
}

static enum phase_view
view_of(const struct phase_def *p, const struct day *d,
    enum phase_state state, const struct closed *c,
    const struct phase_reading *r, bool skip)
{
	if (state != PHASE_PENDING)
		return stored_view(state);
	if (d->row.owed == 0 || skip)
		return VIEW_SKIPPED;
	return derived_view(p, c, r->edge);
}

static int64_t
phase_due(const struct engine *e, const struct phase_def *p,
    const struct day *d)
{
	return due_at(&p->due, &e->graph->pipelines[p->pipeline].zone,
	    d->date, day_anchor(d));
}

void
read_phase(const struct engine *e, int32_t phase, const struct day *d,
    const struct now *now, struct phase_reading *ret)
{
	const struct phase_def *p = &e->graph->phases[phase];
	enum phase_state state = phase_at(e, d, phase)->row.state;
	enum starter by = p->start == NONE ? BY_RUN : BY_ENGINE;
	struct done done = phase_done(e, phase, d, now->wall);
	struct closed c;

	phase_conditions(e, phase, d, now, by, &c);
	if (c.n == 0 && state == PHASE_PENDING)
		phase_stale(e, phase, d, now, by, &c);
	*ret = (struct phase_reading){
		.edge = phase_edge(e, phase, d, now->wall),
		.done_holds = done.holds, .done = done.verdict,
		.held = held_by(e, HOLD_PHASE, phase, p->pipeline, d,
		    now->wall) != 0,
		.due = phase_due(e, p, d),
		.at = phase_not_before(e, phase, d),
		.next_try = state == PHASE_PENDING && p->start != NONE ?
		    c.last_at : INSTANT_NONE,
		.n = c.n,
	};
	memcpy(ret->closed, c.v, sizeof ret->closed);
	ret->view = view_of(p, d, state, &c, ret, done.skip);
	ret->late = ret->due != INSTANT_NONE && now->wall >= ret->due &&
	    ret->view != VIEW_DONE && ret->view != VIEW_SKIPPED;
}

bool
engine_read_phase(const struct engine *e, int32_t phase, struct date date,
    const struct now *now, struct phase_reading *ret)
{
	const struct day *d = lane_find(
	    &e->lanes[e->graph->phases[phase].pipeline], date);

	if (d == NULL)
		return false;
	read_phase(e, phase, d, now, ret);
	return true;
}
