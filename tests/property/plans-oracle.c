/* SPDX-License-Identifier: BSD-2-Clause
 *
 * plans-oracle.c -- what must hold between one start and those before it: a
 * plan waits, looks again, takes its turn, and ends; 5, 6 and 7.
 *
 * Judged by the rows of attempts alone. What an attempt was the k-th of is
 * told by the row of its phase or recovery, which was written with it; the
 * k - 1 before it are the youngest others of the same.
 */
#include "oracle.h"

enum { TRIES = 8 };

static bool
same_plan(const struct record *r, const struct record *a)
{
	return r->date.day == a->date.day && r->u.attempt.id <
	    a->u.attempt.id && r->u.attempt.phase == a->u.attempt.phase &&
	    r->u.attempt.recovery == a->u.attempt.recovery;
}

/* Up to `n` attempts of the same before this one, the youngest first. */
static int32_t
tries_before(struct play *p, const struct record *a, int32_t n,
    const struct record *ret[TRIES])
{
	const struct record *r;
	int32_t got = 0, i;

	n = n < TRIES ? n : TRIES;
	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r)) {
		if (!same_plan(r, a))
			continue;
		for (i = got; i > 0 && ret[i - 1]->u.attempt.id <
		    r->u.attempt.id; i--)
			if (i < n)
				ret[i] = ret[i - 1];
		if (i < n)
			ret[i] = r;
		got += got < n;
	}
	return got;
}

/* min(max(floor, initial * multiplier^(n-2)), max); with jitter a part of it,
 * or of three times the wait before, and never less than the floor. */
static int64_t
least_delay(const struct retry *r, int32_t n)
{
	double d = (double)r->initial_ms;

	while (n-- > 2 && r->jitter != JITTER_DECORRELATED)
		d *= r->multiplier;
	if (d > (double)r->max_ms)
		d = (double)r->max_ms;
	if (r->jitter == JITTER_FULL)
		d = 0;
	else if (r->jitter == JITTER_EQUAL)
		d /= 2;
	if (d < (double)r->floor_ms)
		d = (double)r->floor_ms;
	return (int64_t)(d > (double)r->max_ms ? (double)r->max_ms : d);
}

static void
judge_backoff(struct play *p, const struct record *a,
    const struct record *last, const struct retry *plan, int32_t n)
{
	int64_t wait = least_delay(plan, n), from;

	/* one that did it is no reason to wait, should it be needed again */
	if (a->u.attempt.by_person || last->u.attempt.ended_at ==
	    INSTANT_NONE || last->u.attempt.outcome == OUTCOME_DONE)
		return;
	if (wait < last->u.attempt.retry_after_ms)
		wait = last->u.attempt.retry_after_ms;
	from = last->u.attempt.ended_at + wait;
	if (p->now.wall < from)
		flaw(p, "7", "start %d of a plan, %lld s too early", n,
		    (long long)(from - p->now.wall) / 1000);
}

void
attempt_seen(struct play *p, const struct attempt_row *a)
{
	size_t i = a->id % P_ENDS;

	if (a->ended_at == INSTANT_NONE || p->ends[i].id == a->id)
		return;
	p->ends[i].id = a->id;
	p->ends[i].elapsed = p->elapsed;
}

/* By the clocks on the wall or, since those may be set back, by what passed:
 * a measurement of this boot. */
static bool
measured_since(const struct play *p, const struct answer *m,
    const struct attempt_row *last)
{
	size_t i = last->id % P_ENDS;

	return m->began_wall > last->ended_at || (p->ends[i].id == last->id &&
	    m->boot_id == p->now.boot_id && m->began_boot + p->elapsed -
	    p->now.boot > p->ends[i].elapsed);
}

/* Nothing is started again on what was measured before the last try ended. */
static void
judge_look_again(struct play *p, const struct record *a,
    const struct record *last, const int32_t *checks, int32_t n,
    uint32_t which)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (which & 1u << i && here(p, OF_CHECK, checks[i]) != NONE &&
		    !measured_since(p, answer_of(p, checks[i], a->date),
		    &last->u.attempt))
			flaw(p, "5", "a start after another one, and %s "
			    "wasn't measured between",
			    p->checks[checks[i]].name);
}

/*------------------------------------------------------------------- phases */

static void
judge_phase_plan(struct play *p, const struct record *a)
{
	const struct phase_def *ph = &p->phases[a->u.attempt.phase];
	const struct record *r = row_find(p, RECORD_PHASE, a->date,
	    a->u.attempt.phase), *tries[TRIES];

	if (r == NULL || r->u.phase.attempts < 2 ||
	    tries_before(p, a, 1, tries) == 0)
		return;
	judge_backoff(p, a, tries[0], &ph->retry, r->u.phase.attempts);
	if (ph->done_kind == DONE_CHECKS)
		judge_look_again(p, a, tries[0], ph->done_checks,
		    ph->n_done_checks, UINT32_MAX);
}

/*------------------------------------------------------------------ repairs */

static void
judge_ends(struct play *p, const struct record *const *tries, int32_t n,
    const struct recovery_def *d)
{
	const struct attempt_row *last = &tries[0]->u.attempt;
	int32_t i, none = 0;

	if (last->outcome == OUTCOME_WORSE)
		flaw(p, "6", "a repair that made it worse goes on");
	if (last->outcome != OUTCOME_RECOVERED &&
	    (last->failure == FAILURE_PERMANENT ||
	    last->failure == FAILURE_CONFIG))
		flaw(p, "6", "a repair goes on that can't work");
	for (i = 0; i < n; i++) {
		enum outcome o = tries[i]->u.attempt.outcome;

		if (o == OUTCOME_NO_EFFECT)
			none++;
		else if (o != OUTCOME_UNPROVEN)
			break;
	}
	if (none >= d->no_effect_limit)
		flaw(p, "7", "a repair goes on after %d without effect",
		    none);
}

static bool
repairs(const struct recovery_def *d, int32_t check)
{
	int32_t i;

	for (i = 0; i < d->n_repairs; i++)
		if (d->repairs[i] == check)
			return true;
	return false;
}

/* Is another one in front, for one of the checks that it repairs now? */
static void
judge_turn(struct play *p, const struct record *a)
{
	int32_t mine = a->u.attempt.recovery, i, k;
	const struct recovery_def *d = &p->recoveries[mine];

	for (i = 0; i < p->graph.n_recoveries; i++) {
		const struct recovery_def *x = &p->recoveries[i];
		const struct record *r = row_find(p, RECORD_RECOVERY,
		    a->date, i);

		if (i == mine || here(p, OF_RECOVERY, i) == NONE ||
		    x->mode != MODE_ENFORCE || (r && r->u.recovery.ended !=
		    WHY_NOTHING) || x->order > d->order ||
		    (x->order == d->order && i > mine))
			continue;
		for (k = 0; k < d->n_repairs; k++)
			if (a->u.attempt.failing & 1u << k &&
			    repairs(x, d->repairs[k]) &&
			    !rung_is_over(p, i, d->repairs[k], a->date))
				flaw(p, "6", "%s repairs %s, and it is the "
				    "turn of %s", d->name,
				    p->checks[d->repairs[k]].name, x->name);
	}
}

static void
judge_repair_plan(struct play *p, const struct record *a)
{
	const struct recovery_def *d =
	    &p->recoveries[a->u.attempt.recovery];
	const struct record *r = row_find(p, RECORD_RECOVERY, a->date,
	    a->u.attempt.recovery), *tries[TRIES];
	int32_t n;

	if (!a->u.attempt.by_person)
		judge_turn(p, a);
	if (r == NULL || r->u.recovery.attempts < 2)
		return;
	n = tries_before(p, a, r->u.recovery.attempts - 1, tries);
	if (n == 0)
		return;
	judge_backoff(p, a, tries[0], &d->retry, r->u.recovery.attempts);
	judge_look_again(p, a, tries[0], d->repairs, d->n_repairs,
	    a->u.attempt.failing);
	judge_ends(p, tries, n, d);
}

void
judge_plan(struct play *p, const struct effect *x)
{
	const struct record *a = row_of_id(p, RECORD_ATTEMPT,
	    x->u.start.attempt);

	if (a == NULL || p->failed)
		return;
	if (a->u.attempt.phase != NONE)
		judge_phase_plan(p, a);
	else
		judge_repair_plan(p, a);
	judge_overlap(p, a);
	reruns_started(p, a);
}

/*------------------------------------------------------------------ the end */

/* What has been well for long may fail again, and is repaired again. */
void
judge_forgiven(struct play *p)
{
	const struct record *r;

	for (r = row_first(p, RECORD_RECOVERY); r; r = row_next(p, r)) {
		const struct recovery_def *d = &p->recoveries[r->subject];
		const struct record *date = row_find(p, RECORD_DATE, r->date,
		    NONE);
		int64_t lasting = d->retry.max_ms > HOUR ? d->retry.max_ms :
		    HOUR;
		bool well = date && !date->u.date_row.closed &&
		    date->u.date_row.owed > 0 &&
		    here(p, OF_RECOVERY, r->subject) != NONE;
		int32_t i;

		for (i = 0; i < d->n_repairs && well; i++) {
			const struct record *c = row_find(p, RECORD_CHECK,
			    r->date, d->repairs[i]);

			well = c && here(p, OF_CHECK, d->repairs[i]) != NONE &&
			    c->u.check.raw <= RESULT_WARN &&
			    c->u.check.since + lasting + HOUR < p->now.wall;
		}
		if (well && (r->u.recovery.attempts > 0 ||
		    r->u.recovery.ended != WHY_NOTHING))
			flaw(p, "6", "all that %s repairs is well, and its "
			    "plan isn't forgiven", d->name);
	}
}
