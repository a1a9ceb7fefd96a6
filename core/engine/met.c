/* SPDX-License-Identifier: BSD-2-Clause
 *
 * met.c -- since when the parts of a pipeline are known.
 *
 * A check, gate or phase that is new in a reload meets dates that have ended
 * already, and adopts them as a pipeline does that is new itself: it is
 * measured and shown for them, but nothing is started, repaired or told on
 * its account; one summary of the meeting is (adoption.c). For the dates to
 * come it is like any other.
 *
 * Each part is met once, and that is a row. Parts that are met before the
 * summary of a meeting was told belong to that meeting.
 *
 * Invariant: no date of a pipeline is settled before all of its parts have
 * been met.
 */
#include "engine/state.h"
#include "engine/work.h"

static struct met *
met_of(const struct engine *e, enum record_kind kind, int32_t subject)
{
	const struct graph *g = e->graph;
	const struct lane *l;

	switch (kind) {
	case RECORD_MET_CHECK:
		l = &e->lanes[g->checks[subject].pipeline];
		return &l->met_checks[e->slot_of_check[subject]];
	case RECORD_MET_GATE:
		l = &e->lanes[g->gates[subject].pipeline];
		return &l->met_gates[e->slot_of_gate[subject]];
	default:
		l = &e->lanes[g->phases[subject].pipeline];
		return &l->met_phases[subject - g->pipelines[
		    g->phases[subject].pipeline].first_phase];
	}
}

static void
take(struct engine *e, int32_t pipeline, struct met *m,
    const struct met_row *row)
{
	struct lane *l = &e->lanes[pipeline];

	*m = (struct met){ *row, true };
	if (row->through.day > l->met_through.day)
		l->met_through = row->through;
}

void
met_restore(struct engine *e, const struct record *r)
{
	take(e, r->pipeline, met_of(e, r->kind, r->subject), &r->u.met);
}

/*----------------------------------------------------------------- meeting */

static void
write_pipeline(struct engine *e, int32_t pipeline)
{
	struct record *r;

	emit_record(e, RECORD_PIPELINE, pipeline, NULL, NONE, &r);
	r->u.pipeline_row = e->lanes[pipeline].row;
}

/* Opens a meeting, unless one is under way. */
static void
begin_meeting(struct engine *e, int32_t pipeline)
{
	struct pipeline_row *row = &e->lanes[pipeline].row;

	if (!row->summary_told)
		return;
	row->summary_told = false;
	row->meeting++;
	write_pipeline(e, pipeline);
}

/* False: no room for it now. */
static bool
meet(struct engine *e, int32_t pipeline, enum record_kind kind,
    int32_t subject, struct date running)
{
	struct met *m = met_of(e, kind, subject);
	struct record *r;

	if (m->known)
		return true;
	if (!has_room(e, 2))
		return false;
	begin_meeting(e, pipeline);
	take(e, pipeline, m, &(struct met_row){
		.through = date_add(running, -1),
		.meeting = e->lanes[pipeline].row.meeting });
	emit_record(e, kind, pipeline, NULL, subject, &r);
	r->u.met = m->row;
	return true;
}

bool
meet_all(struct engine *e, int32_t pipeline, struct date running)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	struct lane *l = &e->lanes[pipeline];
	int32_t i;

	if (l->all_met)
		return true;
	for (i = 0; i < l->n_checks; i++)
		if (!meet(e, pipeline, RECORD_MET_CHECK, l->checks[i],
		    running))
			return false;
	for (i = 0; i < l->n_gates; i++)
		if (!meet(e, pipeline, RECORD_MET_GATE, l->gates[i],
		    running))
			return false;
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		if (!meet(e, pipeline, RECORD_MET_PHASE, i, running))
			return false;
	l->all_met = true;
	return true;
}

/*----------------------------------------------------------------- reading */

static bool
adopts(const struct engine *e, enum record_kind kind, int32_t subject,
    const struct day *d)
{
	const struct met *m = met_of(e, kind, subject);

	return d->row.adopted || (m->known &&
	    d->date.day <= m->row.through.day);
}

bool
check_adopted(const struct engine *e, int32_t check, const struct day *d)
{
	return adopts(e, RECORD_MET_CHECK, check, d);
}

bool
phase_adopted(const struct engine *e, int32_t phase, const struct day *d)
{
	return adopts(e, RECORD_MET_PHASE, phase, d);
}

/* Of the inputs that read so: is there one, and are all of them adopted? */
static bool
only_adopted(const struct engine *e, const struct gate_def *g,
    const struct day *d, bool warn, bool *ret_any)
{
	int32_t i;

	*ret_any = false;
	for (i = 0; i < gate_inputs_on(g, d->date); i++) {
		enum result x = check_result(e, g->inputs[i], d,
		    e->now.wall);

		if (warn ? x != RESULT_WARN :
		    x != RESULT_FAIL && x != RESULT_UNKNOWN)
			continue;
		*ret_any = true;
		if (!check_adopted(e, g->inputs[i], d))
			return false;
	}
	return *ret_any;
}

bool
alarm_adopted(const struct engine *e, int32_t gate, const struct day *d)
{
	const struct gate_def *g = &e->graph->gates[gate];
	bool any, only;

	if (adopts(e, RECORD_MET_GATE, gate, d))
		return true;
	only = only_adopted(e, g, d, false, &any);
	return any ? only : only_adopted(e, g, d, true, &any);
}

bool
engine_met(const struct engine *e, enum record_kind kind, int32_t subject,
    struct met_row *ret)
{
	const struct met *m = met_of(e, kind, subject);

	*ret = m->row;
	return m->known;
}

const struct pipeline_row *
engine_pipeline(const struct engine *e, int32_t pipeline)
{
	return &e->lanes[pipeline].row;
}
