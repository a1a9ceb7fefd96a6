/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_starts.c -- what must hold when something is started.
 *
 * An intent is looked at from all sides: is anything of the same still in
 * flight, was its edge open or accepted by a person, was the evidence fresh,
 * does a hold cover it, is the date within reach, is it within its plan and
 * budgets, does a repair repair what fails.
 */
#include <string.h>

#include "journal/laws_judge.h"

#define HOUR_MS INT64_C(3600000)

/*------------------------------------------------------------------ numbers */

static void
judge_number(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;
	int32_t next = a->repairs ? p->attempts : p->attempts + 1;

	if (a->id <= l->last_attempt)
		law_found(l, LAW_UNIQUE, f, "attempt %llu is not new: %llu "
		    "was before it", (unsigned long long)a->id,
		    (unsigned long long)l->last_attempt);
	if (a->number == 0 || (a->repairs && !p->known))
		return;
	if (a->number != next && !(a->by_person && a->number == 1))
		law_found(l, LAW_NUMBERED, f, "attempt %llu has number %d of "
		    "%s, expected %d", (unsigned long long)a->id, a->number,
		    law_word(l, f->name), next);
}

static void
judge_plan(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct law_def *d = law_map_find(&l->defs, f->name);
	int32_t most = d == NULL ? 0 : d->kind == FACT_DEFINE_RECOVERY ?
	    d->u.recovery.plan : d->kind == FACT_DEFINE_PHASE ?
	    d->u.phase.plan : 0;

	if (!a->by_person && most > 0 && a->number > most)
		law_found(l, LAW_PLANNED, f, "attempt %llu is number %d of "
		    "%d of %s", (unsigned long long)a->id, a->number, most,
		    law_word(l, f->name));
	if (a->by_person || !p->known)
		return;
	if (a->repairs ? p->ended : p->state == LAW_FAILED)
		law_found(l, LAW_ENDED_STAYS, f, "attempt %llu starts %s "
		    "again, whose plan had ended", (unsigned long long)a->id,
		    law_word(l, f->name));
	else if (p->last_word != 0)
		law_found(l, LAW_ENDED_STAYS, f, "attempt %llu starts %s "
		    "again, whose plan attempt %llu had ended",
		    (unsigned long long)a->id, law_word(l, f->name),
		    (unsigned long long)p->last_word);
}

/* When it may be tried again was said before; of a recovery in the row
 * before the one that counts this try. */
static void
judge_backoff(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;
	int64_t next = a->repairs ? p->was_next_at : p->next_at;

	if (!a->by_person && p->known && a->number > 1 && f->at < next)
		law_found(l, LAW_BACKOFF, f, "attempt %llu starts %s %lld ms "
		    "too early", (unsigned long long)a->id,
		    law_word(l, f->name), (long long)(next - f->at));
}

/* The one before ended in doubt, and nothing says what it did. */
static void
judge_repeat(struct laws *l, const struct law_fact *f, struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;

	if (p->undecided != 0 && !a->by_person)
		law_found(l, LAW_NOT_REPEATED, f, "attempt %llu repeats %s, "
		    "whose attempt %llu had ended in doubt",
		    (unsigned long long)a->id, law_word(l, f->name),
		    (unsigned long long)p->undecided);
	p->undecided = 0;
}

/*------------------------------------------------------------------ budgets */

static void
keep_start(struct laws *l, const struct law_fact *f)
{
	while (l->n_starts > 0 && l->starts[l->first_start].at <= f->at -
	    HOUR_MS) {
		l->first_start++;
		l->n_starts--;
	}
	if (l->first_start > 64) {
		memmove(l->starts, l->starts + l->first_start,
		    l->n_starts * sizeof *l->starts);
		l->first_start = 0;
	}
	l->starts = law_grown(l->starts, l->first_start + l->n_starts,
	    &l->cap_starts, sizeof *l->starts);
	l->starts[l->first_start + l->n_starts++] = (struct start_seen){
		f->at, l->jumps, f->u.attempt.backfill, f->u.attempt.action,
		f->name };
}

/* In the hour of a budget. That of a clock that was set is another one, and
 * what is not configured any more counts no more: an engine that was given
 * another configuration has no row of it. */
static bool
start_counts(const struct laws *l, const struct start_seen *s, int64_t at)
{
	return s->at > at - HOUR_MS && s->jumps == l->jumps &&
	    (s->plan == 0 || law_map_find(&l->defs, s->plan)) &&
	    (s->action == 0 || law_map_find(&l->defs, s->action));
}

/* Those of a backfill are counted by themselves. */
static int32_t
count_on_date(struct plan_seen *p, uint64_t backfill)
{
	if (backfill == 0)
		return ++p->in_all;
	if (p->backfill != backfill)
		p->in_backfill = 0;
	p->backfill = backfill;
	return ++p->in_backfill;
}

static void
judge_budget(struct laws *l, const struct law_fact *f, struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct law_def *d = law_def_of(l, a->action,
	    FACT_DEFINE_ACTION);
	const struct law_def *r = law_def_of(l, f->name,
	    FACT_DEFINE_RECOVERY);
	int32_t most = law_starts_per_hour(l, a->backfill);
	int32_t all = 0, action = 0, on_date;
	uint32_t i;

	keep_start(l, f);
	for (i = l->first_start; i < l->first_start + l->n_starts; i++) {
		if (!start_counts(l, &l->starts[i], f->at) ||
		    l->starts[i].backfill != a->backfill)
			continue;
		all++;
		action += l->starts[i].action == a->action;
	}
	if (l->defined && most > 0 && all > most)
		law_found(l, LAW_BUDGET, f, "%d starts within an hour, %d "
		    "are allowed", all, most);
	if (d && d->u.action.per_hour > 0 && action > d->u.action.per_hour)
		law_found(l, LAW_BUDGET, f, "%d starts of %s within an hour, "
		    "%d are allowed", action, law_word(l, a->action),
		    d->u.action.per_hour);
	on_date = count_on_date(p, a->backfill);
	if (r && r->u.recovery.per_date > 0 &&
	    on_date > r->u.recovery.per_date)
		law_found(l, LAW_BUDGET, f, "%d attempts of %s on one date, "
		    "%d are allowed", on_date, law_word(l, f->name),
		    r->u.recovery.per_date);
}

/*------------------------------------------------------------ who and when */

static bool
covers(const struct hold_seen *h, const struct law_fact *f)
{
	if (h->hold.until != INSTANT_NONE && f->at >= h->hold.until)
		return false;
	if (!h->hold.any_date && h->day != f->day)
		return false;
	switch (h->hold.scope) {
	case LAW_HOLD_ALL:
		return true;
	case LAW_HOLD_PIPELINE:
		return h->pipeline == f->pipeline;
	case LAW_HOLD_PHASE:
	case LAW_HOLD_RECOVERY:
	case LAW_SCOPES:
		break;
	}
	return h->name == f->name;
}

static void
judge_holds(struct laws *l, const struct law_fact *f)
{
	uint32_t i;

	for (i = 0; i < l->n_holds; i++)
		if (covers(&l->holds[i], f))
			law_found(l, LAW_NOT_HELD, f, "attempt %llu starts "
			    "%s under hold %llu",
			    (unsigned long long)f->u.attempt.id,
			    law_word(l, f->name),
			    (unsigned long long)l->holds[i].hold.id);
}

/* Why nobody may start it unasked; NULL: it is within reach. */
static const char *
beyond_reach(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct date_seen *d = law_date_of(l, f->pipeline, f->day);
	const struct law_def *p = law_def_of(l, f->pipeline,
	    FACT_DEFINE_PIPELINE);
	struct { uint64_t key; int64_t day; } *met = law_map_find(&l->met,
	    f->name);

	if (d && d->adopted)
		return "an adopted date";
	if (!a->repairs && met && f->day <= met->day)
		return "a date that had ended when it was met";
	if (p && a->basis && a->basis->date_ended != INSTANT_NONE &&
	    f->at - a->basis->date_ended > p->u.pipeline.act_within_ms)
		return "a date that is too old";
	return NULL;
}

static void
judge_reach(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct date_seen *d = law_date_of(l, f->pipeline, f->day);
	/* a backfill is for what is beyond reach, and has its own law */
	const char *why = a->by_person || a->backfill ? NULL :
	    beyond_reach(l, f);

	if (d && d->owed == 0 && !a->by_person)
		law_found(l, LAW_IDLE, f, "attempt %llu starts %s on a date "
		    "that owes nothing", (unsigned long long)a->id,
		    law_word(l, f->name));
	if (why && a->repairs)
		law_found(l, LAW_REACH, f, "attempt %llu repairs, unasked, "
		    "%s", (unsigned long long)a->id, why);
	else if (why)
		law_expect(l, LAW_REACH, f, 3, "attempt %llu starts %s, "
		    "unasked, on %s", (unsigned long long)a->id,
		    law_word(l, f->name), why);
}

static bool
has_permit(const struct plan_seen *p, int64_t at)
{
	return p->permit != 0 && (p->permit_state == LAW_STARTED ||
	    (p->permit_state == LAW_GRANTED && at < p->permit_until));
}

static void
judge_alone(struct laws *l, const struct law_fact *f,
    const struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;

	if (p->live != 0)
		law_found(l, LAW_ALONE, f, "attempt %llu starts %s beside "
		    "attempt %llu", (unsigned long long)a->id,
		    law_word(l, f->name), (unsigned long long)p->live);
	if (!a->repairs && has_permit(p, f->at))
		law_found(l, LAW_ONE_STARTER, f, "attempt %llu starts %s, "
		    "for which a run has permit %llu",
		    (unsigned long long)a->id, law_word(l, f->name),
		    (unsigned long long)p->permit);
}

/*------------------------------------------------------------------ evidence */

static bool
is_listed(const struct law_names *names, uint32_t name)
{
	int32_t i;

	for (i = 0; i < names->n; i++)
		if (names->v[i] == name)
			return true;
	return false;
}

static void
judge_fresh(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	int32_t i;

	for (i = 0; a->basis && i < a->basis->n_readings; i++) {
		const struct law_reading *r = &a->basis->readings[i];

		if (r->result == LAW_SKIP || r->fresh_ms < 0 ||
		    (a->repairs && !is_listed(&a->failing, r->check)))
			continue;
		if (r->age_ms < 0 || r->age_ms > r->fresh_ms)
			law_found(l, LAW_FRESH, f, "attempt %llu rests on "
			    "%s, which is %lld ms old and fresh for %lld",
			    (unsigned long long)a->id,
			    law_word(l, r->check), (long long)r->age_ms,
			    (long long)r->fresh_ms);
	}
}

static void
judge_edge(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct law_def *p = law_def_of(l, f->pipeline,
	    FACT_DEFINE_PIPELINE);
	char why[200];

	if (p && !p->u.pipeline.enforces)
		law_found(l, LAW_ENFORCED, f, "attempt %llu starts %s in a "
		    "pipeline that only watches", (unsigned long long)a->id,
		    law_word(l, f->name));
	if (law_edge_closed(l, f, why, sizeof why))
		law_expect(l, LAW_EDGE_OPEN, f, 3, "attempt %llu starts %s "
		    "behind %s, and no override was spent",
		    (unsigned long long)a->id, law_word(l, f->name), why);
}

static bool
repairs_it(const struct laws *l, const struct law_def *d, uint32_t check)
{
	uint32_t i;

	for (i = 0; i < d->repairs.n; i++)
		if (l->ints[d->repairs.first + i] == check)
			return true;
	return false;
}

static const char *
not_to_repair(const struct laws *l, const struct law_fact *f,
    uint32_t check)
{
	const struct check_seen *c = law_check_of(l, check, f->day);
	const struct law_def *d = law_def_of(l, check, FACT_DEFINE_CHECK);
	const struct law_def *r = law_def_of(l, f->name,
	    FACT_DEFINE_RECOVERY);

	if (c == NULL)
		return "was never measured";
	if (!c->measured || c->raw == LAW_UNKNOWN)
		return "could not tell";
	if (c->raw != LAW_FAIL)
		return "doesn't fail";
	if (d && c->in_row < d->u.check.confirm)
		return "has not been confirmed to fail";
	if (r && !repairs_it(l, r, check))
		return "is not its to repair";
	return NULL;
}

static void
judge_repair(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	const char *why;
	int32_t i;

	if (a->failing.n == 0)
		law_found(l, LAW_REPAIRS_FAILING, f, "attempt %llu of %s "
		    "repairs nothing", (unsigned long long)a->id,
		    law_word(l, f->name));
	for (i = 0; i < a->failing.n; i++) {
		why = not_to_repair(l, f, a->failing.v[i]);
		if (why)
			law_found(l, LAW_REPAIRS_FAILING, f, "attempt %llu "
			    "of %s repairs %s, which %s",
			    (unsigned long long)a->id, law_word(l, f->name),
			    law_word(l, a->failing.v[i]), why);
	}
}

void
laws_see_intent(struct laws *l, const struct law_fact *f,
    struct plan_seen *p)
{
	const struct law_attempt *a = &f->u.attempt;

	judge_number(l, f, p);
	if (f->name == 0)
		return;         /* it doesn't say of what */
	judge_plan(l, f, p);
	judge_backoff(l, f, p);
	judge_repeat(l, f, p);
	laws_see_others(l, f);
	judge_budget(l, f, p);
	laws_see_service(l, f);
	judge_alone(l, f, p);
	judge_holds(l, f);
	judge_reach(l, f);
	if (a->backfill != 0)
		laws_see_backfilled(l, f, p);
	judge_fresh(l, f);
	laws_see_readings(l, f);
	if (a->repairs)
		judge_repair(l, f);
	else
		judge_edge(l, f);
}
