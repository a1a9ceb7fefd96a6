/* SPDX-License-Identifier: BSD-2-Clause
 *
 * restore.c -- the journal's fold, handed back row by row.
 *
 * A date's slot must be there before its checks and gates: the caller hands
 * rows back in the order of their kinds, dates ascending within a pipeline;
 * within a kind any order of subjects is fine. What stands beside the rows
 * (what is in flight, when a check is measured next) is not restored: it is
 * asked again, which costs a measurement and assumes nothing.
 */
#include <assert.h>

#include "engine/state.h"

static struct day *
slot_for(struct engine *e, const struct record *r)
{
	const struct pipeline_def *p = &e->graph->pipelines[r->pipeline];
	struct lane *l = &e->lanes[r->pipeline];
	struct day *d = lane_find(l, r->date);

	if (d || r->u.date_row.closed || l->n_used == l->n_days)
		return d;
	assert(l->n_used == 0 ||
	    l->days[l->n_used - 1].date.day == r->date.day - 1);
	d = &l->days[l->n_used++];
	d->used = d->dirty = true;
	d->date = r->date;
	d->begin = day_begin(&p->zone, r->date);
	d->end = day_end(&p->zone, r->date, p->day_ends_s);
	return d;
}

static void
restore_check(struct engine *e, const struct record *r)
{
	struct day *d = lane_find(&e->lanes[r->pipeline], r->date);
	struct check_state *s;

	if (d == NULL)
		return;
	s = check_at(e, d, r->subject);
	s->row = r->u.check;
	s->known = true;
	s->wanted = true;       /* evidence from before: measure again */
}

static void
restore_gate(struct engine *e, const struct record *r)
{
	struct day *d = lane_find(&e->lanes[r->pipeline], r->date);
	struct gate_state *s;

	if (d == NULL)
		return;
	s = gate_at(e, d, r->subject);
	s->row = r->u.gate;
	s->known = true;
	s->revision = r->u.gate.revision + 1;   /* asked afresh */
}

void
engine_restore(struct engine *e, const struct record *r)
{
	struct day *d;

	assert(!e->resumed);
	switch (r->kind) {
	case RECORD_PIPELINE:
		e->lanes[r->pipeline].row = r->u.pipeline_row;
		break;
	case RECORD_DATE:
		d = slot_for(e, r);
		if (d)
			d->row = r->u.date_row;
		break;
	case RECORD_CHECK:
		restore_check(e, r);
		break;
	case RECORD_GATE:
		restore_gate(e, r);
		break;
	default:
		assert(r->kind == RECORD_NOTE);
	}
}
