/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_apart.c -- what may not be in flight at once, and whose turn it is.
 *
 * A repair writes what phases read: of one date, nothing starts beside a
 * repair of the data that it reads or makes, and no repair beside what reads
 * or makes its data. Of several repairs for one check the lowest order tries
 * until its plan has ended.
 */
#include "journal/laws_judge.h"

static bool
lists(const struct laws *l, struct law_list list, uint32_t name)
{
	uint32_t i;

	for (i = 0; i < list.n; i++)
		if (l->ints[list.first + i] == name)
			return true;
	return false;
}

/* Does a phase make it, or read it by an edge of its own date? */
static bool
phase_uses(const struct laws *l, const struct law_def *p, uint32_t check)
{
	const struct law_def *d;
	uint32_t i;

	if (lists(l, p->done, check))
		return true;
	for (i = 0; i < p->after.n; i++) {
		d = law_def_of(l, l->ints[p->after.first + i],
		    FACT_DEFINE_PHASE);
		if (d && lists(l, d->done, check))
			return true;
	}
	for (i = 0; i < p->guards.n; i++) {
		d = law_def_of(l, l->ints[p->guards.first + i],
		    FACT_DEFINE_GATE);
		if (d && lists(l, d->inputs, check))
			return true;
	}
	return false;
}

static bool
uses(const struct laws *l, const struct law_def *d, uint32_t check)
{
	return d->kind == FACT_DEFINE_RECOVERY ? lists(l, d->repairs,
	    check) : phase_uses(l, d, check);
}

static bool
overlap(const struct laws *l, const struct law_def *recovery,
    const struct law_def *other)
{
	uint32_t i;

	for (i = 0; i < recovery->repairs.n; i++)
		if (uses(l, other, l->ints[recovery->repairs.first + i]))
			return true;
	return false;
}

static const struct law_def *
def_of(const struct laws *l, uint32_t name)
{
	const struct law_def *d = law_def_of(l, name, FACT_DEFINE_RECOVERY);

	return d ? d : law_def_of(l, name, FACT_DEFINE_PHASE);
}

static bool
same_target(const struct laws *l, uint32_t action, uint32_t other)
{
	const struct law_def *a = law_def_of(l, action, FACT_DEFINE_ACTION);
	const struct law_def *b = law_def_of(l, other, FACT_DEFINE_ACTION);

	if (!a || !b || (!a->u.action.exclusive && !b->u.action.exclusive))
		return false;
	if (a->u.action.target == 0 || b->u.action.target == 0)
		return a == b;
	return a->u.action.target == b->u.action.target;
}

/* On whatever date; one that has ended disturbs nobody, and of one whose
 * phase or recovery isn't configured any more nothing is known. */
static void
judge_target(struct laws *l, const struct law_fact *f,
    const struct attempt_seen *x)
{
	if (x->state != LAW_VERIFYING && x->state != LAW_CLOSED &&
	    def_of(l, x->name) != NULL &&
	    same_target(l, f->u.attempt.action, x->action))
		law_found(l, LAW_APART, f, "attempt %llu starts %s beside "
		    "attempt %llu, on a target that excludes it",
		    (unsigned long long)f->u.attempt.id,
		    law_word(l, f->name),
		    (unsigned long long)law_map_key(x));
}

static void
judge_apart(struct laws *l, const struct law_fact *f,
    const struct law_def *d, const struct attempt_seen *x)
{
	const struct law_def *other = def_of(l, x->name);

	if (other == NULL || other == d || x->day != f->day ||
	    x->pipeline != f->pipeline || x->state == LAW_CLOSED)
		return;
	if ((d->kind == FACT_DEFINE_RECOVERY && overlap(l, d, other)) ||
	    (other->kind == FACT_DEFINE_RECOVERY && overlap(l, other, d)))
		law_found(l, LAW_APART, f, "attempt %llu starts %s beside "
		    "attempt %llu of %s, which uses the same data",
		    (unsigned long long)f->u.attempt.id,
		    law_word(l, f->name),
		    (unsigned long long)law_map_key(x),
		    law_word(l, x->name));
}

/*-------------------------------------------------------------------- turns */

/* Something of that, which it may still repair? */
static bool
repairs_any(const struct laws *l, const struct law_def *d, int32_t day,
    const struct law_names *failing)
{
	uint32_t name = (uint32_t)law_map_key(d);
	int32_t i;

	for (i = 0; i < failing->n; i++)
		if (lists(l, d->repairs, failing->v[i]) &&
		    !law_rung_over(l, name, day, failing->v[i]))
			return true;
	return false;
}

static void
judge_turn(struct laws *l, const struct law_fact *f, const struct law_def *d,
    const struct law_def *other)
{
	uint32_t name = (uint32_t)law_map_key(other);
	const struct plan_seen *p = law_map_find(&l->plans,
	    law_key(f->day, name));

	if (other->kind != FACT_DEFINE_RECOVERY || other == d ||
	    !other->u.recovery.enforces ||
	    other->u.recovery.order >= d->u.recovery.order ||
	    (p && p->ended) || !repairs_any(l, other, f->day,
	    &f->u.attempt.failing))
		return;
	law_found(l, LAW_TURN, f, "attempt %llu starts %s, and it is the "
	    "turn of %s", (unsigned long long)f->u.attempt.id,
	    law_word(l, f->name), law_word(l, name));
}

void
laws_see_others(struct laws *l, const struct law_fact *f)
{
	const struct law_def *d = def_of(l, f->name), *other;
	uint32_t i;

	if (d == NULL)
		return;
	for (i = 0; i < l->n_live; i++) {
		const struct attempt_seen *x = law_map_find(&l->attempts,
		    l->live[i]);

		if (x == NULL || l->live[i] == f->u.attempt.id)
			continue;
		judge_target(l, f, x);
		judge_apart(l, f, d, x);
	}
	if (d->kind != FACT_DEFINE_RECOVERY || f->u.attempt.by_person)
		return;
	i = 0;
	while ((other = law_map_next(&l->defs, &i)))
		judge_turn(l, f, d, other);
}
