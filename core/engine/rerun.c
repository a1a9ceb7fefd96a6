/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rerun.c -- what was made from a value that has changed since is stale.
 *
 * After a proven repair the phases whose start relied on the repaired values
 * are marked; after a phase has been made again, those that were made from
 * it before are, unless its evidence reads as it did when they were started:
 * there it stops, nothing has changed for them. Of a phase without evidence
 * nobody can tell that. Whether they run again unasked is said by `rerun`, but
 * never from the first external phase on: what has left the house isn't sent
 * again without a person. A phase that runs is never stopped; the mark waits
 * for its end.
 */
#include "engine/backfills.h"

/* When it was last started; INSTANT_NONE: never, that we know of. */
static int64_t
start_of(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;
	const struct attempt_entry *x = attempt_find(e, row->attempt);
	int32_t i;

	if (x)
		return x->row.intent_at;
	if (row->attempt != 0)
		return row->ended_at;
	for (i = e->permits.n - 1; i >= 0 && row->run_id[0]; i--) {
		const struct permit_entry *permit = table_at(&e->permits, i);

		if (permit->row.phase == phase && where_is(&permit->at,
		    e->graph->phases[phase].pipeline, d) &&
		    same_text(permit->row.run_id, row->run_id))
			return permit->row.at;
	}
	return row->run_id[0] ? row->ended_at : INSTANT_NONE;
}

static bool
has_made(enum phase_state s)
{
	return s == PHASE_DONE || s == PHASE_STARTING || s == PHASE_RUNNING ||
	    s == PHASE_VERIFYING || s == PHASE_IN_DOUBT;
}

static void
set_marks(struct engine *e, int32_t phase, struct day *d, uint32_t marks)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;

	if (row->marks == marks)
		return;
	row->marks = marks;
	if (has_room(e, 1))
		phase_write(e, phase, d);
	else
		phase_at(e, d, phase)->unwritten = true;
	touch_state(e, d, phase);
}

static void
mark_stale(struct engine *e, int32_t phase, struct day *d)
{
	set_marks(e, phase, d, phase_at(e, d, phase)->row.marks |
	    MARK_STALE);
}

/* What it was made from was degraded, is whole now, and reads the same: so is
 * it. */
static bool
lifted(struct engine *e, int32_t phase, struct day *d)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;

	if (row->state != PHASE_DONE || row->marks & MARK_STALE ||
	    !(row->marks & MARK_DEGRADED) ||
	    edge_marks(e, phase, d, e->now.wall) & MARK_DEGRADED ||
	    phase_done(e, phase, d, e->now.wall).verdict != VERDICT_OPEN)
		return false;
	set_marks(e, phase, d, row->marks & ~(uint32_t)MARK_DEGRADED);
	return true;
}

/* And what was made from it. */
static void
lift_degraded(struct engine *e, int32_t phase, struct day *d)
{
	struct walk_slot *of = d->lane->walks;
	int32_t at = lifted(e, phase, d) ? phase : NONE, next;

	walk_to(of, slot_of_phase(e, phase), links_begin(e, LINK_DOWN,
	    phase), NONE);
	while (at != NONE) {
		struct walk_slot *s = &of[slot_of_phase(e, at)];

		if (s->link == links_end(e, LINK_DOWN, at)) {
			at = s->from;
			continue;
		}
		next = e->links[LINK_DOWN].to[s->link++];
		if (!lifted(e, next, d))
			continue;
		walk_to(of, slot_of_phase(e, next), links_begin(e, LINK_DOWN,
		    next), at);
		at = next;
	}
}

void
rerun_after_proof(struct engine *e, int32_t pipeline, struct day *d,
    int32_t check)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	int64_t changed = check_at(e, d, check)->row.changed_at;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		const struct phase_row *row = &phase_at(e, d, i)->row;
		int64_t start = start_of(e, i, d);

		if (start != INSTANT_NONE && start <= changed &&
		    has_made(row->state) && edge_uses(e, i, d, check) &&
		    row->relied != evidence_hash(e, i, d))
			mark_stale(e, i, d);
	}
}

/* Does all that its start relied on read as it did then? */
static bool
unchanged(const struct engine *e, int32_t made, int32_t phase,
    const struct day *d)
{
	struct source s;

	source_of_done(e, made, d, &s);
	return s.n > 0 && phase_at(e, d, phase)->row.relied ==
	    evidence_hash(e, phase, d);
}

void
rerun_after_done(struct engine *e, int32_t phase, struct day *d)
{
	int64_t made = start_of(e, phase, d);
	int32_t i = links_begin(e, LINK_DOWN, phase);

	for (; i < links_end(e, LINK_DOWN, phase); i++) {
		int32_t next = e->links[LINK_DOWN].to[i];
		int64_t start = start_of(e, next, d);

		if (start == INSTANT_NONE || start > made ||
		    !has_made(phase_at(e, d, next)->row.state))
			continue;
		if (unchanged(e, phase, next, d))
			lift_degraded(e, next, d);
		else
			mark_stale(e, next, d);
	}
}

bool
rerun_unasked(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct pipeline_def *def = &e->graph->pipelines[p->pipeline];
	const struct phase_slot *s = phase_at(e, d, phase);
	const struct backfill_row *b;

	if (!(s->row.marks & MARK_STALE) || p->start == NONE ||
	    p->rerun != RERUN_AUTO || def->mode != MODE_ENFORCE ||
	    phase_reach(e, phase, d, e->now.wall, &b) != WHY_NOTHING)
		return false;
	return !s->external || (b && b->external);
}
