/* SPDX-License-Identifier: BSD-2-Clause
 *
 * overlaps-oracle.c -- what may not run at the same time, and what becomes of
 * an attempt that nobody saw the end of; 5.
 *
 * A start excludes the repairs of what the phase reads or makes, and the
 * reverse; an exclusive action excludes others on its target. An attempt in
 * doubt that may not be repeated is decided by evidence or by a person.
 */
#include <string.h>

#include "calendar/day.h"
#include "oracle.h"

static bool
listed(const int32_t *list, int32_t n, int32_t v)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (list[i] == v)
			return true;
	return false;
}

static bool
gate_uses(struct play *p, int32_t gate, int32_t check)
{
	return here(p, OF_GATE, gate) != NONE && listed(p->gates[gate].inputs,
	    p->gates[gate].n_inputs, check);
}

static bool
makes(struct play *p, int32_t phase, int32_t check)
{
	const struct phase_def *ph = &p->phases[phase];

	if (ph->done_kind == DONE_CHECKS)
		return listed(ph->done_checks, ph->n_done_checks, check);
	return ph->done_kind == DONE_GATE && gate_uses(p, ph->done_gate,
	    check);
}

bool
phase_reads(struct play *p, int32_t phase, int32_t check)
{
	const struct phase_def *ph = &p->phases[phase];
	int32_t i;

	for (i = 0; i < ph->n_after; i++)
		if (ph->after[i].date_offset == 0 && here(p, OF_PHASE,
		    ph->after[i].phase) != NONE && makes(p,
		    ph->after[i].phase, check))
			return true;
	for (i = 0; i < ph->n_guards; i++)
		if (gate_uses(p, ph->guards[i], check))
			return true;
	return false;
}

/* Does the repair touch what the phase reads or makes? */
static bool
touches(struct play *p, int32_t recovery, int32_t phase)
{
	const struct recovery_def *d = &p->recoveries[recovery];
	int32_t i;

	for (i = 0; i < d->n_repairs; i++)
		if (here(p, OF_CHECK, d->repairs[i]) != NONE &&
		    (makes(p, phase, d->repairs[i]) ||
		    phase_reads(p, phase, d->repairs[i])))
			return true;
	return false;
}

static bool
share(struct play *p, int32_t one, int32_t other)
{
	const struct recovery_def *d = &p->recoveries[one];
	const struct recovery_def *x = &p->recoveries[other];
	int32_t i;

	for (i = 0; i < d->n_repairs; i++)
		if (here(p, OF_CHECK, d->repairs[i]) != NONE &&
		    listed(x->repairs, x->n_repairs, d->repairs[i]))
			return true;
	return false;
}

static bool
in_the_way(struct play *p, const struct attempt_row *a,
    const struct attempt_row *x)
{
	if (a->phase != NONE)
		return x->recovery != NONE && here(p, OF_RECOVERY,
		    x->recovery) != NONE && touches(p, x->recovery, a->phase);
	if (x->recovery != NONE)
		return here(p, OF_RECOVERY, x->recovery) != NONE &&
		    share(p, a->recovery, x->recovery);
	return here(p, OF_PHASE, x->phase) != NONE &&
	    touches(p, a->recovery, x->phase);
}

static bool
same_target(const struct play *p, int32_t one, int32_t other)
{
	const struct action_def *a = &p->actions[one];
	const struct action_def *b = &p->actions[other];

	if (!a->exclusive && !b->exclusive)
		return false;
	if (a->target == NULL || b->target == NULL)
		return one == other;
	return strcmp(a->target, b->target) == 0;
}

/* Of an object that is gone nobody knows what it would touch. */
static bool
configured(struct play *p, const struct attempt_row *a)
{
	return a->phase != NONE ? here(p, OF_PHASE, a->phase) != NONE :
	    here(p, OF_RECOVERY, a->recovery) != NONE;
}

void
judge_overlap(struct play *p, const struct record *a)
{
	const struct record *r;

	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r)) {
		const struct attempt_row *x = &r->u.attempt;

		if (x->state == ATTEMPT_CLOSED || x->id == a->u.attempt.id ||
		    !configured(p, x))
			continue;
		if (r->date.day == a->date.day &&
		    in_the_way(p, &a->u.attempt, x))
			flaw(p, "5", "attempt %llu starts on what attempt "
			    "%llu works at",
			    (unsigned long long)a->u.attempt.id,
			    (unsigned long long)x->id);
		if (x->state != ATTEMPT_VERIFYING &&
		    same_target(p, a->u.attempt.action, x->action))
			flaw(p, "5", "attempt %llu starts on the target of "
			    "attempt %llu",
			    (unsigned long long)a->u.attempt.id,
			    (unsigned long long)x->id);
	}
}

/*-------------------------------------------------------------------- doubt */

/* What lies beyond the watch is given up, whatever it was. */
static bool
watched(const struct play *p, struct date date)
{
	const struct pipeline_def *d = &p->pipeline;

	return date.day >= day_of(&d->zone, d->day_ends_s, p->now.wall).day -
	    d->watch_days;
}

/* Was it undecided, and may not be repeated? */
static bool
is_delicate(const struct play *p, const struct record *was)
{
	return !p->actions[was->u.attempt.action].idempotent &&
	    (was->u.attempt.state == ATTEMPT_IN_DOUBT ||
	    was->u.attempt.state == ATTEMPT_HELD);
}

void
judge_doubt(struct play *p, const struct record *r, const struct record *was)
{
	const struct attempt_row *a = &r->u.attempt;

	if (was == NULL || a->state != ATTEMPT_CLOSED ||
	    !is_delicate(p, was) || p->event.kind == EVENT_COMMAND ||
	    a->failure != FAILURE_NONE || !watched(p, r->date) ||
	    !configured(p, a))
		return;
	if (a->outcome == OUTCOME_NOT_DONE || (a->recovery != NONE &&
	    (a->outcome == OUTCOME_NO_EFFECT ||
	    a->outcome == OUTCOME_UNPROVEN)))
		flaw(p, "5", "attempt %llu was in doubt, may not be "
		    "repeated, and is given up unasked",
		    (unsigned long long)a->id);
	if (was->u.attempt.state == ATTEMPT_HELD &&
	    a->outcome != OUTCOME_RECOVERED && a->outcome != OUTCOME_DONE)
		flaw(p, "5", "attempt %llu is held, and ends unproven",
		    (unsigned long long)a->id);
}
