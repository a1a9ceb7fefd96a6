/* SPDX-License-Identifier: BSD-2-Clause
 *
 * proofs-oracle.c -- what became of attempts and phases: 5, 6 and 14.
 */
#include "oracle.h"

static bool
proven(struct play *p, int32_t check, struct date date, int64_t since)
{
	const struct answer *a = answer_of(p, check, date);

	return a->known && a->told && a->began_wall > since &&
	    (a->raw == RESULT_PASS || a->raw == RESULT_WARN);
}

bool
idle(struct play *p, struct date date)
{
	const struct record *r = row_find(p, RECORD_DATE, date, NONE);

	return r && r->u.date_row.owed == 0;
}

static void
judge_outcome(struct play *p, const struct record *r)
{
	const struct attempt_row *a = &r->u.attempt;
	int32_t i;

	if (a->state != ATTEMPT_CLOSED || idle(p, r->date))
		return;
	if (a->outcome == OUTCOME_RECOVERED) {
		const struct recovery_def *d = &p->recoveries[a->recovery];

		for (i = 0; i < d->n_repairs; i++)
			if (a->failing & 1u << i &&
			    here(p, OF_CHECK, d->repairs[i]) != NONE &&
			    !excused(p, d->repairs[i], r->date) &&
			    !proven(p,
			    d->repairs[i], r->date, a->ended_at))
				flaw(p, "6", "recovered without the proof "
				    "of %s", p->checks[d->repairs[i]].name);
	}
	if (a->outcome == OUTCOME_DONE &&
	    p->phases[a->phase].done_kind == DONE_CHECKS) {
		const struct phase_def *ph = &p->phases[a->phase];

		for (i = 0; i < ph->n_done_checks; i++)
			if (here(p, OF_CHECK, ph->done_checks[i]) != NONE &&
			    !excused(p, ph->done_checks[i], r->date) &&
			    !proven(p, ph->done_checks[i], r->date,
			    a->ended_at))
				flaw(p, "6", "%s is done without a "
				    "measurement after its end", ph->name);
	}
}

/* Held is held: only a person, or its proof, ends it. */
void
judge_attempt(struct play *p, const struct record *r,
    const struct record *was)
{
	const struct attempt_row *a = &r->u.attempt;

	if (was == NULL && a->state != ATTEMPT_INTENT)
		flaw(p, "5", "attempt %llu begins without an intent",
		    (unsigned long long)a->id);
	if (was && was->u.attempt.state == ATTEMPT_CLOSED)
		flaw(p, "6", "attempt %llu is over and changes",
		    (unsigned long long)a->id);
	if (was && was->u.attempt.state != ATTEMPT_INTENT &&
	    a->state == ATTEMPT_INTENT)
		flaw(p, "5", "a second intent of attempt %llu",
		    (unsigned long long)a->id);
	judge_outcome(p, r);
}

void
judge_arrival(struct play *p, const struct record *r,
    const struct record *was)
{
	const struct phase_def *ph = &p->phases[r->subject];
	const struct record *date = row_find(p, RECORD_DATE, r->date, NONE);
	const struct record *x;
	int32_t i;

	if (r->u.phase.state != PHASE_DONE ||
	    (was && was->u.phase.state == PHASE_DONE))
		return;
	p->count.done++;
	p->count.bypasses += (r->u.phase.marks & MARK_BYPASSED) != 0;
	if (r->u.phase.attempt != 0 || r->u.phase.run_id[0] ||
	    r->u.phase.marks & (MARK_BYPASSED | MARK_OVERRIDDEN) ||
	    (date && date->u.date_row.adopted) ||
	    adopted_part(p, RECORD_MET_PHASE, r->subject, r->date))
		return;
	for (x = row_first(p, RECORD_PERMIT); x; x = row_next(p, x))
		if (x->u.permit.phase == r->subject &&
		    x->date.day == r->date.day)
			return;
	for (i = 0; i < ph->n_after; i++) {
		int32_t up = ph->after[i].phase;
		const struct record *u = row_find(p, RECORD_PHASE, r->date,
		    up);

		if (ph->after[i].date_offset != 0 ||
		    here(p, OF_PHASE, up) == NONE || (u &&
		    (u->u.phase.state == PHASE_DONE ||
		    u->u.phase.state == PHASE_IN_DOUBT ||
		    u->u.phase.state == PHASE_SKIPPED)))
			continue;       /* in doubt accuses nobody */
		if (done_refuted(p, up, r->date))
			flaw(p, "14", "%s is done though %s isn't, and "
			    "nobody notices", ph->name, p->phases[up].name);
	}
}
