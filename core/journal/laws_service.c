/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_service.c -- what outlives a date: breakers, what is disabled, and the
 * share of repairs that a check has.
 *
 * A target whose breaker is open sees no start, a half open one sees one at a
 * time; what has made its checks worse repairs them no more, whoever asks,
 * until a person has re-opened it; and no check takes part in more attempts
 * of a recovery than its share. A breaker's state and what is disabled are
 * rows of the journal in front of the intent, so they are taken as they stand
 * there.
 */
#include "journal/laws_judge.h"

/* A check of a recovery on a date. */
static uint64_t
item_key(int32_t day, uint32_t recovery, uint32_t check)
{
	return (law_key(day, recovery) ^ ((uint64_t)check + 1) *
	    0xff51afd7ed558ccdu) * 0xc4ceb9fe1a85ec53u;
}

void
laws_see_breaker(struct laws *l, const struct law_fact *f)
{
	struct breaker_seen *b = law_map_put(&l->breakers, f->name);

	b->state = (uint8_t)f->u.breaker.state;
	b->probe_from = f->u.breaker.probe_from;
}

void
laws_see_disabled(struct laws *l, const struct law_fact *f)
{
	struct disabled_seen *d = law_map_put(&l->disabled, f->name);
	const struct law_names *checks = &f->u.disabled.checks;

	for (d->n = 0; f->u.disabled.live && d->n < checks->n &&
	    d->n < LAW_FAILING_MAX; d->n++)
		d->checks[d->n] = checks->v[d->n];
}

static bool
disabled_for(const struct laws *l, uint32_t recovery, uint32_t check)
{
	const struct disabled_seen *d = law_map_find(&l->disabled, recovery);
	int32_t i;

	for (i = 0; d && i < d->n; i++)
		if (d->checks[i] == check)
			return true;
	return false;
}

static bool
is_retired(const struct law_def *d, int32_t day)
{
	return d && d->u.recovery.retires &&
	    day >= d->u.recovery.retired_from;
}

bool
law_rung_over(const struct laws *l, uint32_t recovery, int32_t day,
    uint32_t check)
{
	const struct law_def *d = law_def_of(l, recovery,
	    FACT_DEFINE_RECOVERY);
	const struct item_seen *x = law_map_find(&l->items, item_key(day,
	    recovery, check));

	return is_retired(d, day) || disabled_for(l, recovery, check) ||
	    (d && x && d->u.recovery.per_item > 0 &&
	    x->n >= d->u.recovery.per_item);
}

/*----------------------------------------------------------------- judging */

static uint32_t
breaker_of(const struct laws *l, uint32_t action)
{
	const struct law_def *d = law_def_of(l, action, FACT_DEFINE_ACTION);

	return d ? d->u.action.breaker : 0;
}

/* What a reload has taken away no engine counts any more. */
static bool
is_defined(const struct laws *l, uint32_t name)
{
	return law_def_of(l, name, FACT_DEFINE_RECOVERY) ||
	    law_def_of(l, name, FACT_DEFINE_PHASE);
}

static bool
probes_already(const struct laws *l, uint32_t breaker,
    const struct breaker_seen *b, uint64_t but)
{
	uint32_t i;

	for (i = 0; i < l->n_live; i++) {
		const struct attempt_seen *x = law_map_find(&l->attempts,
		    l->live[i]);

		if (x && l->live[i] != but && l->live[i] >= b->probe_from &&
		    x->state != LAW_HELD && is_defined(l, x->name) &&
		    breaker_of(l, x->action) == breaker)
			return true;
	}
	return false;
}

static void
judge_breaker(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	uint32_t name = breaker_of(l, a->action);
	const struct breaker_seen *b = name ? law_map_find(&l->breakers,
	    name) : NULL;

	if (b && b->state == LAW_BREAKER_OPEN)
		law_found(l, LAW_BREAKER, f, "attempt %llu starts %s on %s, "
		    "whose breaker is open", (unsigned long long)a->id,
		    law_word(l, f->name), law_word(l, name));
	else if (b && b->state == LAW_BREAKER_HALF_OPEN &&
	    probes_already(l, name, b, a->id))
		law_found(l, LAW_BREAKER, f, "attempt %llu starts %s on %s "
		    "beside another probe of its breaker",
		    (unsigned long long)a->id, law_word(l, f->name),
		    law_word(l, name));
}

static void
judge_item(struct laws *l, const struct law_fact *f, uint32_t check)
{
	const struct law_attempt *a = &f->u.attempt;
	const struct law_def *d = law_def_of(l, f->name,
	    FACT_DEFINE_RECOVERY);
	struct item_seen *x = law_map_put(&l->items, item_key(f->day,
	    f->name, check));

	x->day = f->day;
	x->pipeline = f->pipeline;
	x->n++;
	if (d && d->u.recovery.per_item > 0 &&
	    x->n > d->u.recovery.per_item)
		law_found(l, LAW_BUDGET, f, "attempt %llu of %s is number %d "
		    "for %s on its date, %d are allowed",
		    (unsigned long long)a->id, law_word(l, f->name), x->n,
		    law_word(l, check), d->u.recovery.per_item);
}

void
laws_see_service(struct laws *l, const struct law_fact *f)
{
	const struct law_attempt *a = &f->u.attempt;
	int32_t i;

	judge_breaker(l, f);
	if (a->repairs && is_retired(law_def_of(l, f->name,
	    FACT_DEFINE_RECOVERY), f->day))
		law_found(l, LAW_RETIRED, f, "attempt %llu of %s is for a "
		    "date on which its source is given up",
		    (unsigned long long)a->id, law_word(l, f->name));
	for (i = 0; a->repairs && i < a->failing.n; i++) {
		if (disabled_for(l, f->name, a->failing.v[i]))
			law_found(l, LAW_DISABLED, f, "attempt %llu of %s "
			    "repairs %s, which it had made worse",
			    (unsigned long long)a->id, law_word(l, f->name),
			    law_word(l, a->failing.v[i]));
		if (a->backfill == 0)
			judge_item(l, f, a->failing.v[i]);
	}
}
