/* SPDX-License-Identifier: BSD-2-Clause
 *
 * reruns-oracle.c -- what was made from data that has been repaired since is
 * marked, so that it is made again; 6.
 *
 * What each start could read is kept when it starts. When a repair is proved,
 * every phase of that date that was made by that start, and reads what was
 * repaired, must be marked stale by the end of the step, or be on its way
 * again.
 */
#include <string.h>

#include "oracle.h"

static void
keep(struct play *p, int32_t phase, struct date date, uint64_t id,
    bool outside)
{
	struct slot *d = slot_of(p, date);
	struct reliance *x;
	int32_t i;

	if (d == NULL || phase == NONE)
		return;
	x = &d->relied[phase];
	x->id = id;
	x->outside = outside;
	for (i = 0; i < p->graph.n_checks; i++) {
		x->told[i] = d->answers[i].known && d->answers[i].told;
		x->value[i] = d->answers[i].value;
	}
}

void
reruns_started(struct play *p, const struct record *r)
{
	if (r->kind == RECORD_PERMIT)
		keep(p, r->u.permit.phase, r->date, r->u.permit.id, true);
	else
		keep(p, r->u.attempt.phase, r->date, r->u.attempt.id, false);
}

/* It reads otherwise than when this start was made, and since then. */
static bool
has_changed(struct play *p, const struct slot *d, const struct reliance *x,
    int32_t check, int64_t start)
{
	const struct record *c = row_find(p, RECORD_CHECK,
	    (struct date){ d->day }, check);
	const struct answer *now = &d->answers[check];

	return now->known && now->told && c &&
	    c->u.check.changed_at >= start && (!x->told[check] ||
	    now->value < x->value[check] || now->value > x->value[check]);
}

/* When the start was made by which the phase is what it is; INSTANT_NONE: by
 * another one than what was kept. */
static int64_t
made_at(struct play *p, const struct phase_row *ph, const struct reliance *x)
{
	const struct record *r = row_of_id(p, x->outside ? RECORD_PERMIT :
	    RECORD_ATTEMPT, x->id);

	if (r == NULL)
		return INSTANT_NONE;
	if (!x->outside)
		return ph->attempt == x->id ? r->u.attempt.intent_at :
		    INSTANT_NONE;
	return ph->attempt == 0 && ph->run_id[0] &&
	    strcmp(ph->run_id, r->u.permit.run_id) == 0 ? r->u.permit.at :
	    INSTANT_NONE;
}

static bool
is_made(enum phase_state s)
{
	return s == PHASE_DONE || s == PHASE_STARTING || s == PHASE_RUNNING ||
	    s == PHASE_VERIFYING || s == PHASE_IN_DOUBT;
}

static void
judge_reader(struct play *p, const struct record *proof, int32_t phase)
{
	const struct recovery_def *d =
	    &p->recoveries[proof->u.attempt.recovery];
	const struct record *r = row_find(p, RECORD_PHASE, proof->date,
	    phase);
	struct slot *slot = slot_of(p, proof->date);
	int64_t start;
	int32_t i;

	if (r == NULL || slot == NULL || !is_made(r->u.phase.state) ||
	    r->u.phase.marks & MARK_STALE)
		return;
	start = made_at(p, &r->u.phase, &slot->relied[phase]);
	for (i = 0; i < d->n_repairs && start != INSTANT_NONE; i++)
		if (proof->u.attempt.failing & 1u << i &&
		    phase_reads(p, phase, d->repairs[i]) &&
		    has_changed(p, slot, &slot->relied[phase], d->repairs[i],
		    start))
			flaw(p, "6", "%s was made from %s, which is "
			    "repaired since, and isn't marked",
			    p->phases[phase].name,
			    p->checks[d->repairs[i]].name);
}

void
judge_reruns(struct play *p)
{
	size_t i;
	int32_t k;

	if (p->out.cap - p->out.n < 16)
		return;         /* there may have been no room for a mark */
	for (i = 0; i < p->out.n && !p->failed; i++) {
		const struct record *r = &p->out.v[i].u.record;

		if (p->out.v[i].kind != EFFECT_WRITE ||
		    r->kind != RECORD_ATTEMPT || r->u.attempt.recovery ==
		    NONE || r->u.attempt.state != ATTEMPT_CLOSED ||
		    (r->u.attempt.outcome != OUTCOME_RECOVERED &&
		    r->u.attempt.outcome != OUTCOME_IMPROVED))
			continue;
		for (k = 0; k < p->graph.n_phases; k++)
			if (here(p, OF_PHASE, k) != NONE)
				judge_reader(p, r, k);
	}
}
