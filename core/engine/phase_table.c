/* SPDX-License-Identifier: BSD-2-Clause
 *
 * phase_table.c -- the moves of a phase.
 *
 * The one table by which the stored state of a phase changes. A move that it
 * doesn't have never happens: whoever would cause it asks phase_may() first
 * or is wrong. What is derived (waiting, gated, blocked) isn't here.
 */
#include <assert.h>

#include "engine/work.h"

/* A state plus one; 0: no such move. */
#define TO(state) (PHASE_##state + 1)

static const unsigned char moves[PHASE_STATES][PHASE_EVENTS] = {
	[PHASE_PENDING] = {
		[PHASE_EVENT_START] = TO(STARTING),
		[PHASE_EVENT_SIGNAL] = TO(RUNNING),
		[PHASE_EVENT_GAVE_UP] = TO(FAILED),
		[PHASE_EVENT_DONE] = TO(DONE),
		[PHASE_EVENT_IDLE] = TO(SKIPPED),
	},
	[PHASE_STARTING] = {
		[PHASE_EVENT_RUNS] = TO(RUNNING),
		[PHASE_EVENT_ENDED] = TO(VERIFYING),
		[PHASE_EVENT_AGAIN] = TO(PENDING),
		[PHASE_EVENT_GAVE_UP] = TO(FAILED),
		[PHASE_EVENT_DOUBT] = TO(IN_DOUBT),
	},
	[PHASE_RUNNING] = {
		[PHASE_EVENT_ENDED] = TO(VERIFYING),
		[PHASE_EVENT_AGAIN] = TO(PENDING),
		[PHASE_EVENT_GAVE_UP] = TO(FAILED),
		[PHASE_EVENT_DOUBT] = TO(IN_DOUBT),
		/* an outside run: its end is only known by its evidence */
		[PHASE_EVENT_DONE] = TO(DONE),
		[PHASE_EVENT_REOPEN] = TO(PENDING),
	},
	[PHASE_VERIFYING] = {
		[PHASE_EVENT_DONE] = TO(DONE),
		[PHASE_EVENT_AGAIN] = TO(PENDING),
		[PHASE_EVENT_GAVE_UP] = TO(FAILED),
	},
	[PHASE_IN_DOUBT] = {
		[PHASE_EVENT_RUNS] = TO(RUNNING),
		[PHASE_EVENT_ENDED] = TO(VERIFYING),
		[PHASE_EVENT_AGAIN] = TO(PENDING),
		[PHASE_EVENT_GAVE_UP] = TO(FAILED),
		[PHASE_EVENT_DONE] = TO(DONE),
		[PHASE_EVENT_REOPEN] = TO(PENDING),
	},
	[PHASE_DONE] = {
		[PHASE_EVENT_SIGNAL] = TO(RUNNING),     /* a stale one */
		[PHASE_EVENT_REFUTED] = TO(PENDING),
		[PHASE_EVENT_RERUN] = TO(PENDING),
		[PHASE_EVENT_IDLE] = TO(SKIPPED),
	},
	[PHASE_FAILED] = {
		[PHASE_EVENT_SIGNAL] = TO(RUNNING),
		[PHASE_EVENT_DONE] = TO(DONE),
		[PHASE_EVENT_REOPEN] = TO(PENDING),
		[PHASE_EVENT_IDLE] = TO(SKIPPED),
	},
	[PHASE_SKIPPED] = {
		[PHASE_EVENT_OWED] = TO(PENDING),
	},
};

bool
phase_may(enum phase_state state, enum phase_event event)
{
	return moves[state][event] != 0;
}

/* What is before it has a deadline more: each that it goes back to, once in a
 * walk. */
static void
touch_above(struct engine *e, int32_t phase, struct day *d)
{
	struct walk_slot *of = d->lane->walks;
	int32_t at = phase;

	e->walk++;
	walk_to(of, slot_of_phase(e, phase), 0, NONE);
	while (at != NONE) {
		const struct phase_def *p = &e->graph->phases[at];
		struct walk_slot *s = &of[slot_of_phase(e, at)];
		const struct edge_def *edge;

		if (s->link == p->n_after) {
			at = s->from;
			continue;
		}
		edge = &p->after[s->link++];
		if (edge->date_offset != 0 ||
		    phase_at(e, d, edge->phase)->walked == e->walk)
			continue;
		phase_at(e, d, edge->phase)->walked = e->walk;
		leaf_touch(d, LEAF_SIGN, slot_of_phase(e, edge->phase));
		walk_to(of, slot_of_phase(e, edge->phase), 0, at);
		at = edge->phase;
	}
}

struct phase_row *
phase_move(struct engine *e, int32_t phase, struct day *d,
    enum phase_event event)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;

	assert(phase_may(row->state, event));
	row->state = (enum phase_state)(moves[row->state][event] - 1);
	row->since = e->now.wall;
	if (row->state == PHASE_PENDING)
		touch_above(e, phase, d);
	return row;
}

void
phase_write(struct engine *e, int32_t phase, struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct phase_slot *s = phase_at(e, d, phase);
	struct record *r;

	s->known = true;
	s->unwritten = false;
	emit_record(e, RECORD_PHASE, p->pipeline, d, phase, &r);
	r->u.phase = s->row;
	touch_state(e, d, phase);
}
