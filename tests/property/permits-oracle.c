/* SPDX-License-Identifier: BSD-2-Clause
 *
 * permits-oracle.c -- one starter per phase and date, and nothing accepted
 * that was not seen; 1 and 7.
 */
#include <string.h>

#include "oracle.h"

static bool
held(struct play *p, int32_t phase, struct date date)
{
	const struct record *r;

	for (r = row_first(p, RECORD_HOLD); r; r = row_next(p, r)) {
		const struct hold_row *h = &r->u.hold;

		if (h->live && (h->until == INSTANT_NONE ||
		    p->now.wall < h->until) &&
		    (h->any_date || r->date.day == date.day) &&
		    (h->scope == HOLD_ALL || h->scope == HOLD_PIPELINE ||
		    (h->scope == HOLD_PHASE && h->subject == phase)))
			return true;
	}
	return false;
}

static bool
same_start(const struct record *r, const struct record *permit)
{
	return r->date.day == permit->date.day &&
	    r->u.permit.phase == permit->u.permit.phase;
}

static void
judge_granted(struct play *p, const struct record *r)
{
	const struct record *x;

	for (x = row_first(p, RECORD_PERMIT); x; x = row_next(p, x))
		if (x->u.permit.id != r->u.permit.id && same_start(x, r) &&
		    (x->u.permit.state == PERMIT_STARTED ||
		    (x->u.permit.state == PERMIT_GRANTED &&
		    p->now.wall < x->u.permit.valid_until)))
			flaw(p, "1", "permits %llu and %llu are for one "
			    "start", (unsigned long long)x->u.permit.id,
			    (unsigned long long)r->u.permit.id);
	for (x = row_first(p, RECORD_ATTEMPT); x; x = row_next(p, x))
		if (x->date.day == r->date.day && x->u.attempt.phase ==
		    r->u.permit.phase && x->u.attempt.state !=
		    ATTEMPT_CLOSED)
			flaw(p, "1", "a permit beside attempt %llu",
			    (unsigned long long)x->u.attempt.id);
	if (held(p, r->u.permit.phase, r->date))
		flaw(p, "7", "a permit over a hold");
}

static void
judge_redeemed(struct play *p, const struct record *r,
    const struct record *was)
{
	const struct command *c = &p->event.u.command;

	if (p->event.kind != EVENT_COMMAND)
		flaw(p, "1", "a permit is redeemed by nobody");
	else if (c->run_id == NULL || strcmp(c->run_id,
	    r->u.permit.run_id) != 0)
		flaw(p, "1", "a permit is redeemed by another run");
	else if (p->now.wall >= was->u.permit.valid_until)
		flaw(p, "1", "a permit is redeemed when its time is over");
	else if (c->kind == COMMAND_SIGNAL_START &&
	    held(p, r->u.permit.phase, r->date))
		flaw(p, "7", "a run begins over a hold");
}

void
judge_permit_row(struct play *p, const struct record *r,
    const struct record *was)
{
	enum permit_state from = was ? was->u.permit.state : PERMIT_GRANTED;

	if (was == NULL && r->u.permit.state == PERMIT_GRANTED) {
		judge_granted(p, r);
		reruns_started(p, r);
	}
	if (was && from == PERMIT_GRANTED &&
	    r->u.permit.state == PERMIT_STARTED)
		judge_redeemed(p, r, was);
	if (was && from >= PERMIT_CLOSED && r->u.permit.state != from)
		flaw(p, "1", "permit %llu was over, and lives",
		    (unsigned long long)r->u.permit.id);
}

/*---------------------------------------------------------------- overrides */

/* Is the edge from that phase closed by evidence that says no? */
static bool
is_blocked(struct play *p, int32_t phase, struct date date)
{
	const struct record *r = row_find(p, RECORD_PHASE, date, phase);

	return done_refuted(p, phase, date) && (r == NULL ||
	    r->u.phase.state == PHASE_PENDING ||
	    r->u.phase.state == PHASE_FAILED ||
	    r->u.phase.state == PHASE_DONE);
}

static bool
accepted(const struct override_row *o, int32_t upstream)
{
	int32_t i;

	for (i = 0; i < o->n; i++)
		if (o->accepted[i].why == WHY_UPSTREAM &&
		    o->accepted[i].subject == upstream &&
		    o->accepted[i].detail >= VERDICT_BLOCKED)
			return true;
	return false;
}

/* Spent by a start or a permit of this step, not by its end. */
void
judge_override_row(struct play *p, const struct record *r,
    const struct record *was)
{
	const struct override_row *o = &r->u.override;
	const struct phase_def *ph = &p->phases[o->phase];
	const struct record *phase;
	int32_t i;

	if (was && !was->u.override.live && o->live)
		flaw(p, "1", "override %llu was spent, and lives",
		    (unsigned long long)o->id);
	if (was == NULL || !was->u.override.live || o->live ||
	    here(p, OF_PHASE, o->phase) == NONE || idle(p, r->date))
		return;
	phase = row_find(p, RECORD_PHASE, r->date, o->phase);
	if (phase == NULL || phase->u.phase.state != PHASE_STARTING ||
	    phase->u.phase.since != p->now.wall)
		return;
	if (p->now.wall >= o->until)
		flaw(p, "1", "an override whose time is over is spent");
	for (i = 0; i < ph->n_after; i++)
		if (ph->after[i].date_offset == 0 &&
		    here(p, OF_PHASE, ph->after[i].phase) != NONE &&
		    is_blocked(p, ph->after[i].phase, r->date) &&
		    !accepted(o, ph->after[i].phase))
			flaw(p, "1", "%s starts by an override that didn't "
			    "accept that %s is blocked", ph->name,
			    p->phases[ph->after[i].phase].name);
}
