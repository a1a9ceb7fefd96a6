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
#include "oracle.h"

void
reruns_started(struct play *p, const struct record *a)
{
	struct slot *d = slot_of(p, a->date);
	struct reliance *x;
	int32_t i;

	if (d == NULL || a->u.attempt.phase == NONE)
		return;
	x = &d->relied[a->u.attempt.phase];
	x->attempt = a->u.attempt.id;
	for (i = 0; i < p->graph.n_checks; i++) {
		x->told[i] = d->answers[i].known && d->answers[i].told;
		x->value[i] = d->answers[i].value;
	}
}

/* It reads otherwise than when this start was made, and since then. */
static bool
has_changed(struct play *p, const struct slot *d, const struct reliance *x,
    int32_t check, int64_t start)
{
	const struct record *c = row_find(p, RECORD_CHECK,
	    (struct date){ d->day }, check);
	const struct answer *now = &d->answers[check];

	return x->told[check] && now->known && now->told &&
	    (now->value < x->value[check] || now->value > x->value[check]) &&
	    c && c->u.check.changed_at >= start;
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
	    phase), *start;
	struct slot *slot = slot_of(p, proof->date);
	int32_t i;

	if (r == NULL || slot == NULL || !is_made(r->u.phase.state) ||
	    r->u.phase.marks & MARK_STALE || r->u.phase.attempt == 0 ||
	    r->u.phase.attempt != slot->relied[phase].attempt)
		return;
	start = row_of_id(p, RECORD_ATTEMPT, r->u.phase.attempt);
	for (i = 0; i < d->n_repairs && start; i++)
		if (proof->u.attempt.failing & 1u << i &&
		    phase_reads(p, phase, d->repairs[i]) &&
		    has_changed(p, slot, &slot->relied[phase], d->repairs[i],
		    start->u.attempt.intent_at))
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

	for (i = 0; i < p->out.n && !p->failed && !p->out.more; i++) {
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
