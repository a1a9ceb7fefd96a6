/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_plans.c -- phases and recoveries of a date, and what people decide
 * about them: holds, overrides, permits.
 *
 * A plan's counter only grows within an episode, and a plan that has ended
 * stays so until a new one; a phase is under way only by an attempt or by
 * the run that has the permit; one that ran although its edge was closed is
 * told of.
 */
#include "journal/laws_judge.h"

enum { GRACE_MS = 60000 };

struct plan_seen *
law_plan(struct laws *l, const struct law_fact *f)
{
	struct plan_seen *p = law_map_put(&l->plans, key_of_fact(f));

	p->name = f->name;
	p->day = f->day;
	p->pipeline = f->pipeline;
	return p;
}

static void
judge_counter(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p, int32_t attempts, int32_t episode)
{
	if (!p->known)
		return;
	if (episode < p->episode)
		law_found(l, LAW_NO_REFUND, f, "%s goes back from episode %d "
		    "to %d", law_word(l, f->name), p->episode, episode);
	else if (episode == p->episode && attempts < p->attempts)
		law_found(l, LAW_NO_REFUND, f, "%s had %d attempts, and has "
		    "%d", law_word(l, f->name), p->attempts, attempts);
}

static void
keep_counter(struct plan_seen *p, int32_t attempts, int32_t episode,
    int64_t next_at)
{
	if (episode != p->episode) {
		p->last_word = p->undecided = 0;
		p->no_effect = 0;
	}
	p->known = true;
	p->attempts = attempts;
	p->episode = episode;
	p->was_next_at = p->next_at;
	p->next_at = next_at;
}

/*------------------------------------------------------------------ phases */

static bool
under_way(enum law_phase_state s)
{
	return s == LAW_STARTING || s == LAW_PHASE_RUNS ||
	    s == LAW_PHASE_VERIFYING || s == LAW_PHASE_IN_DOUBT;
}

static const char *
phase_word(enum law_phase_state s)
{
	return s == LAW_STARTING ? "starting" : s == LAW_PHASE_RUNS ?
	    "running" : "under way";
}

static void
judge_starter(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_phase *ph = &f->u.phase;
	const struct attempt_seen *x = law_map_find(&l->attempts,
	    ph->attempt);

	if (ph->outside) {
		if (p->permit == 0 || p->permit_state != LAW_STARTED)
			law_found(l, LAW_ONE_STARTER, f, "%s is %s by a run "
			    "without a permit", law_word(l, f->name),
			    phase_word(ph->state));
		return;
	}
	if (ph->attempt == 0 || x == NULL || x->plan != key_of_fact(f) ||
	    x->state == LAW_CLOSED)
		law_found(l, LAW_INTENT_FIRST, f, "%s is %s without an "
		    "attempt of it", law_word(l, f->name),
		    phase_word(ph->state));
}

static void
judge_phase(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_phase *ph = &f->u.phase;

	judge_counter(l, f, p, ph->attempts, ph->episode);
	if (p->known && p->state == LAW_FAILED &&
	    ph->episode == p->episode && (ph->state == LAW_PENDING ||
	    under_way(ph->state)))
		law_found(l, LAW_ENDED_STAYS, f, "%s had failed for good and "
		    "goes on in the same episode", law_word(l, f->name));
	if ((ph->state == LAW_STARTING || ph->state == LAW_PHASE_RUNS) &&
	    !(p->known && under_way((enum law_phase_state)p->state)))
		judge_starter(l, f, p);
}

void
laws_look_for_bypass(struct laws *l, const struct plan_seen *p,
    const struct law_fact *f)
{
	const struct law_fact there = { .seq = p->bypass_seq };

	if (!p->bypassed || p->bypass_told ||
	    l->last_at < p->bypass_at + GRACE_MS)
		return;
	law_found(l, LAW_FOUND, f ? f : &there, "%s ran although its edge "
	    "was closed, and there is no incident of it",
	    law_word(l, p->name));
}

void
laws_excuse_bypasses(struct laws *l)
{
	struct plan_seen *p;
	uint32_t i = 0;

	while ((p = law_map_next(&l->plans, &i)))
		if (p->bypassed && l->before_at < p->bypass_at + GRACE_MS)
			p->bypass_told = true;
}

static bool
merely_met(const struct laws *l, const struct law_fact *f)
{
	const struct date_seen *d = law_date_of(l, f->pipeline, f->day);
	struct { uint64_t key; int64_t day; } *met = law_map_find(&l->met,
	    f->name);

	return (d && (d->adopted || d->owed == 0)) ||
	    (met && f->day <= met->day);
}

static void
keep_bypass(struct laws *l, const struct law_fact *f, struct plan_seen *p)
{
	bool marked = f->u.phase.bypassed && f->u.phase.state == LAW_DONE &&
	    !merely_met(l, f);

	if (marked && !p->bypassed) {
		p->bypass_seq = f->seq;
		p->bypass_at = f->at;
		p->bypass_told = false;
	}
	p->bypassed = marked;
}

void
laws_see_phase(struct laws *l, const struct law_fact *f)
{
	struct plan_seen *p = law_plan(l, f);

	judge_phase(l, f, p);
	p->state = (uint8_t)f->u.phase.state;
	if (p->state == LAW_DONE)
		p->last_word = p->undecided = 0;
	keep_counter(p, f->u.phase.attempts, f->u.phase.episode,
	    f->u.phase.next_at);
	keep_bypass(l, f, p);
}

void
laws_see_recovery(struct laws *l, const struct law_fact *f)
{
	const struct law_recovery *r = &f->u.recovery;
	struct plan_seen *p = law_plan(l, f);

	judge_counter(l, f, p, r->attempts, r->episode);
	if (p->known && p->ended && !r->ended && r->episode == p->episode)
		law_found(l, LAW_ENDED_STAYS, f, "the plan of %s had ended "
		    "and goes on in the same episode", law_word(l, f->name));
	keep_counter(p, r->attempts, r->episode, r->next_at);
	p->ended = r->ended;
}

/*------------------------------------------------------------------- people */

static void
drop_hold(struct laws *l, uint64_t id)
{
	uint32_t i = 0;

	while (i < l->n_holds)
		if (l->holds[i].hold.id == id)
			l->holds[i] = l->holds[--l->n_holds];
		else
			i++;
}

void
laws_see_hold(struct laws *l, const struct law_fact *f)
{
	law_number(l, f, f->u.hold.id);
	drop_hold(l, f->u.hold.id);
	if (!f->u.hold.live)
		return;
	l->holds = law_grown(l->holds, l->n_holds, &l->cap_holds,
	    sizeof *l->holds);
	l->holds[l->n_holds++] = (struct hold_seen){ f->u.hold, f->pipeline,
		f->name, f->day };
}

/* Is it the override that a start behind a closed edge owes? */
static void
spend(struct laws *l, const struct law_fact *f, struct plan_seen *p)
{
	struct owed_override *x = &l->expected;

	if (x->owed && x->plan == key_of_fact(f) && p->override ==
	    f->u.override.id && x->at < p->override_until)
		x->owed = false;
	if (p->override == f->u.override.id)
		p->override = 0;
}

void
laws_see_override(struct laws *l, const struct law_fact *f)
{
	struct plan_seen *p = law_plan(l, f);

	law_number(l, f, f->u.override.id);
	if (!f->u.override.live) {
		spend(l, f, p);
		return;
	}
	p->override = f->u.override.id;
	p->override_until = f->u.override.until;
}

static void
judge_grant(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_permit *x = &f->u.permit;
	bool other = p->permit != 0 && p->permit != x->id &&
	    (p->permit_state == LAW_STARTED ||
	    (p->permit_state == LAW_GRANTED && f->at < p->permit_until));
	char why[200];

	if (other)
		law_found(l, LAW_ONE_STARTER, f, "permit %llu for %s is "
		    "granted beside permit %llu", (unsigned long long)x->id,
		    law_word(l, f->name), (unsigned long long)p->permit);
	if (p->live != 0)
		law_found(l, LAW_ONE_STARTER, f, "permit %llu for %s is "
		    "granted beside attempt %llu", (unsigned long long)x->id,
		    law_word(l, f->name), (unsigned long long)p->live);
	if (x->verdict > LAW_DEGRADED)
		law_expect(l, LAW_PERMIT_OPEN, f, 1, "permit %llu for %s is "
		    "granted on a closed edge, and no override was spent",
		    (unsigned long long)x->id, law_word(l, f->name));
	else if (law_edge_closed(l, f, why, sizeof why))
		law_expect(l, LAW_PERMIT_OPEN, f, 1, "permit %llu for %s is "
		    "granted behind %s, and no override was spent",
		    (unsigned long long)x->id, law_word(l, f->name), why);
}

void
laws_see_permit(struct laws *l, const struct law_fact *f)
{
	const struct law_permit *x = &f->u.permit;
	struct plan_seen *p = law_plan(l, f);
	bool live = x->state == LAW_GRANTED || x->state == LAW_STARTED;

	law_number(l, f, x->id);
	if (x->state == LAW_GRANTED && p->permit != x->id)
		judge_grant(l, f, p);
	if (!live && p->permit != x->id)
		return;         /* another one has followed it */
	if (x->state == LAW_STARTED && p->permit == x->id &&
	    p->permit_state == LAW_GRANTED && f->at >= p->permit_until)
		law_found(l, LAW_PERMIT_OPEN, f, "permit %llu for %s is "
		    "redeemed after its time", (unsigned long long)x->id,
		    law_word(l, f->name));
	p->permit = x->id;
	p->permit_state = (uint8_t)x->state;
	p->permit_until = x->valid_until;
}
