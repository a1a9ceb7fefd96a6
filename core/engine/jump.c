/* SPDX-License-Identifier: BSD-2-Clause
 *
 * jump.c -- somebody has set the clock.
 *
 * A clock that is set forward makes things due, which is like having been
 * away. One that is set back leaves instants behind that lie ahead: plans
 * that would have to wait for them again, and evidence that looks as if it
 * had been read after what has yet to happen. Plans of measurements move with
 * the clock; evidence moves too, so that it stays before whatever comes now;
 * an attempt that waits for its proof, or a try of a phase, ended now at the
 * latest, so that the proof can come. After a restart nobody says by how much
 * the clock was set meanwhile: what lies ahead is taken back alike.
 *
 * Ages don't come in here: they are of another clock, which nobody sets.
 * Dates, due times and backoffs stay where they are: those are promises in
 * terms of the clock on the wall.
 */
#include "engine/work.h"

static void
note(struct engine *e, int64_t ms)
{
	struct record *r;

	emit_record(e, RECORD_NOTE, NONE, NULL, NONE, &r);
	r->u.note = (struct note_row){ .kind = NOTE_CLOCK_JUMP,
		.subject = NONE, .detail = ms };
}

static void
move_checks(struct engine *e, const struct lane *l, int64_t ms)
{
	int32_t i, k;

	for (k = 0; k < l->n_used; k++)
		for (i = 0; i < l->n_checks; i++)
			check_moved(e, l->checks[i], &l->days[k], ms);
}

static void
move_attempts(struct engine *e)
{
	struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i))) {
		int64_t ahead;

		/* INSTANT_NONE is the smallest */
		if (x->row.ended_at <= e->now.wall || !has_room(e, 1))
			continue;
		ahead = x->row.ended_at - e->now.wall;
		x->row.ended_at -= ahead;
		if (x->row.verify_until != INSTANT_NONE)
			x->row.verify_until -= ahead;
		attempt_write(e, x);
	}
}

/* Of outside runs too, which have no attempt. */
static void
move_phases(struct engine *e, const struct pipeline_def *p, struct day *d)
{
	int32_t i;

	for (i = 0; i < p->n_phases; i++) {
		struct phase_row *row = &d->phases[i].row;

		if (row->ended_at <= e->now.wall &&
		    row->since <= e->now.wall)
			continue;
		if (row->ended_at > e->now.wall)
			row->ended_at = e->now.wall;
		if (row->since > e->now.wall)
			row->since = e->now.wall;
		if (has_room(e, 1))
			phase_write(e, p->first_phase + i, d);
		else            /* when it is settled */
			d->phases[i].unwritten = true;
	}
}

static void
move_tries(struct engine *e)
{
	int32_t p, k;

	move_attempts(e);
	for (p = 0; p < e->graph->n_pipelines; p++)
		for (k = 0; k < e->lanes[p].n_used; k++)
			move_phases(e, &e->graph->pipelines[p],
			    &e->lanes[p].days[k]);
}

void
clock_found(struct engine *e)
{
	int32_t p, i, k;

	for (p = 0; p < e->graph->n_pipelines; p++) {
		const struct lane *l = &e->lanes[p];

		for (k = 0; k < l->n_used; k++)
			for (i = 0; i < l->n_checks; i++)
				check_past(e, l->checks[i], &l->days[k]);
	}
	move_tries(e);
}

void
clock_jumped(struct engine *e, int64_t ms)
{
	int32_t i;

	note(e, ms);
	/* what is due, or over, by the clock is read anew */
	touch_all(e, NONE);
	if (ms >= 0)
		return;
	for (i = 0; i < e->graph->n_pipelines; i++)
		move_checks(e, &e->lanes[i], ms);
	move_tries(e);
}
