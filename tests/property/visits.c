/* SPDX-License-Identifier: BSD-2-Clause
 *
 * visits.c -- people and runs from outside that know what they want.
 *
 * Chance alone asks for the wrong phase nearly always. A run looks for one
 * that waits for somebody: most of all one that the engine would start itself
 * and can't just now. It asks for a permit, says that it begins, in time or
 * exactly when its time is over, and how it ended. An operator overrides what
 * is closed, as seen, and then the data turns out to be worse than that.
 */
#include "play.h"

static void
say(struct play *p, struct sup *s, enum command_kind kind, int32_t phase,
    struct date date, const char *run)
{
	struct event ev = { .kind = EVENT_COMMAND };

	ev.u.command = (struct command){ .kind = kind, .dated = true,
		.date = date, .subject = phase, .run_id = run,
		.actor = "airflow", .reason = "scheduled", .token = 8 };
	p->count.commands++;
	sup_step(p, s, &ev);
}

/* One that was granted begins, at the last moment or just after it; one that
 * runs comes to its end. False: there is none. */
static bool
go_on(struct play *p, struct sup *s)
{
	const struct record *r;
	struct permit_row permit;

	for (r = row_first(p, RECORD_PERMIT); r; r = row_next(p, r)) {
		permit = r->u.permit;
		if (permit.state > PERMIT_STARTED || here(p, OF_PHASE,
		    permit.phase) == NONE || !chance(p, 50))
			continue;
		if (permit.state == PERMIT_GRANTED && chance(p, 40) &&
		    permit.valid_until > p->now.wall)
			clocks_pass(p, permit.valid_until - p->now.wall -
			    upto(p, 2));
		say(p, s, permit.state == PERMIT_GRANTED ?
		    COMMAND_SIGNAL_START : chance(p, 70) ?
		    COMMAND_SIGNAL_DONE : COMMAND_SIGNAL_FAILED,
		    permit.phase, r->date, permit.run_id);
		return true;
	}
	return false;
}

/* Its conditions are open, as far as an outside run is concerned. */
static bool
waits(struct play *p, struct sup *s, int32_t phase, struct date date)
{
	struct phase_reading r;
	int32_t local = s->v.here[OF_PHASE][phase];

	return local != NONE && engine_read_phase(s->engine, local, date,
	    &p->now, &r) && r.edge <= VERDICT_DEGRADED &&
	    (r.view == VIEW_PENDING || r.view == VIEW_READY ||
	    r.view == VIEW_FAILED);
}

static bool
may_accept(const struct phase_reading *r)
{
	int32_t i;

	for (i = 0; i < r->n; i++)
		if (!engine_overridable(r->closed[i].why))
			return false;
	return r->n > 0 && r->edge > VERDICT_DEGRADED &&
	    r->edge < VERDICT_BLOCKED;
}

/* What its upstream phases made is gone. */
static void
spoil_upstream(struct play *p, int32_t phase, struct date date)
{
	const struct phase_def *ph = &p->phases[phase];
	struct slot *d = slot_of(p, date);
	int32_t i, k;

	for (i = 0; i < ph->n_after && d; i++) {
		const struct phase_def *up = &p->phases[ph->after[i].phase];

		for (k = 0; k < up->n_done_checks; k++)
			d->truth[up->done_checks[k]] = 0;
	}
}

static void
insist(struct play *p, struct sup *s)
{
	struct event ev = { .kind = EVENT_COMMAND };
	int32_t phase = upto(p, p->graph.n_phases), i;
	struct phase_reading r;
	struct date date;

	if (!has(p, F_OPERATOR) || here(p, OF_PHASE, phase) == NONE ||
	    !some_date(p, s, &date) || !engine_read_phase(s->engine,
	    here(p, OF_PHASE, phase), date, &p->now, &r) ||
	    p->phases[phase].start == NONE || !may_accept(&r))
		return;
	ev.u.command = (struct command){ .kind = COMMAND_OVERRIDE,
		.dated = true, .date = date, .subject = phase,
		.until = p->now.wall + 6 * HOUR, .actor = "ann",
		.reason = "it is late", .token = 9 };
	for (i = 0; i < r.n; i++)
		ev.u.command.conditions[ev.u.command.n_conditions++] =
		    r.closed[i];
	if (chance(p, 70))
		spoil_upstream(p, phase, date);
	p->count.commands++;
	sup_step(p, s, &ev);
}

void
visit(struct play *p, struct sup *s)
{
	static const char *const runs[] = { "run-a", "run-b" };
	int32_t i, from = upto(p, p->graph.n_phases);
	struct date date;

	if (!sup_able(s) || s->frozen)
		return;
	p->s = s;
	if (chance(p, 30)) {
		insist(p, s);
		return;
	}
	if (!has(p, F_OUTSIDE) || (chance(p, 50) && go_on(p, s)) ||
	    !some_date(p, s, &date))
		return;
	for (i = 0; i < p->graph.n_phases; i++) {
		int32_t phase = (from + i) % p->graph.n_phases;

		if (!waits(p, s, phase, date))
			continue;
		say(p, s, COMMAND_PERMIT, phase, date, runs[upto(p, 2)]);
		if (chance(p, 50))
			say(p, s, COMMAND_PERMIT, phase, date,
			    runs[upto(p, 2)]);
		return;
	}
}
