/* SPDX-License-Identifier: BSD-2-Clause
 *
 * deep-oracle.c -- breakers, shares, what is disabled or given up, backfills:
 * 6, 7, 8 and 15.
 *
 * Judged by rows of attempts, counted here anew, wherever that can be; the
 * rows of breakers and backfills are held against them.
 */
#include <string.h>

#include "oracle.h"

static int32_t
breaker_of(const struct play *p, int32_t action)
{
	return p->graph.n_breakers > 0 && action != NONE ?
	    p->actions[action].breaker : NONE;
}

static bool
proved_well(enum outcome o)
{
	return o == OUTCOME_DONE || o == OUTCOME_RECOVERED ||
	    o == OUTCOME_IMPROVED;
}

/*----------------------------------------------------------------- breakers */

static const struct breaker_row *
breaker_row_of(struct play *p, int32_t breaker)
{
	const struct record *r;

	for (r = row_first(p, RECORD_BREAKER); r; r = row_next(p, r))
		if (r->subject == breaker)
			return &r->u.breaker;
	return NULL;
}

/* Under way, of actions behind this breaker, numbered from `from` on. */
static int32_t
in_the_air(struct play *p, int32_t breaker, uint64_t from)
{
	const struct record *r;
	int32_t n = 0;

	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r)) {
		const struct attempt_row *a = &r->u.attempt;
		struct record one = *r;

		n += a->id >= from && a->state != ATTEMPT_CLOSED &&
		    a->state != ATTEMPT_HELD &&
		    breaker_of(p, a->action) == breaker &&
		    record_here(p, &p->s->v, &one);
	}
	return n;
}

static void
judge_breaker(struct play *p, const struct attempt_row *a)
{
	int32_t b = breaker_of(p, a->action), n;
	const struct breaker_row *row = b == NONE ? NULL :
	    breaker_row_of(p, b);

	if (b == NONE)
		return;
	if (row && row->state == BREAKER_OPEN)
		flaw(p, "7", "attempt %llu starts on a target that is left "
		    "alone", (unsigned long long)a->id);
	n = in_the_air(p, b, row && row->state == BREAKER_HALF_OPEN ?
	    row->probe_from : 0);
	if (row && row->state == BREAKER_HALF_OPEN && n > 1)
		flaw(p, "7", "%d at once probe a target", n);
	if (n > p->breakers[b].failures && (row == NULL || row->state ==
	    BREAKER_CLOSED))
		flaw(p, "7", "%d at once on a target that %d failures close",
		    n, p->breakers[b].failures);
}

/* Failures since it was closed last, and young enough, by the attempts: has
 * it opened by them? */
static void
judge_tripped(struct play *p, int32_t b)
{
	const struct breaker_row *row = breaker_row_of(p, b);
	const struct breaker_def *def = &p->breakers[b];
	const struct record *r;
	int32_t n = 0;

	if (row && row->state != BREAKER_CLOSED)
		return;
	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r)) {
		const struct attempt_row *a = &r->u.attempt;

		n += breaker_of(p, a->action) == b &&
		    a->state == ATTEMPT_CLOSED &&
		    a->closed_at > p->now.wall - def->within_ms &&
		    (row == NULL || a->closed_at > row->since) &&
		    (a->outcome == OUTCOME_NO_EFFECT ||
		    a->outcome == OUTCOME_WORSE ||
		    a->outcome == OUTCOME_NOT_DONE) &&
		    a->failure != FAILURE_NOT_YET &&
		    p->failed_here[a->id % P_FAILED] == a->id;
	}
	if (n >= def->failures)
		flaw(p, "7", "%d failures, and %s is still tried", n,
		    def->name);
}

/*----------------------------------------------------------------- repairs */

/* Repairs of its i-th check on a date, but for those of backfills. */
static int32_t
repairs_of_item(struct play *p, int32_t recovery, int32_t i,
    struct date date)
{
	const struct record *r;
	int32_t n = 0;

	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r))
		n += r->u.attempt.recovery == recovery &&
		    r->u.attempt.backfill == 0 && r->date.day == date.day &&
		    (r->u.attempt.failing & 1u << i) != 0;
	return n;
}

bool
rung_is_over(struct play *p, int32_t recovery, int32_t check,
    struct date date)
{
	const struct recovery_def *d = &p->recoveries[recovery];
	int32_t i;

	if (is_retired(&d->retirement, date))
		return true;
	for (i = 0; i < d->n_repairs; i++)
		if (d->repairs[i] == check)
			return (p->harmed[recovery] & 1u << i) != 0 ||
			    (d->per_item > 0 && repairs_of_item(p, recovery,
			    i, date) >= d->per_item);
	return true;
}

static void
judge_share(struct play *p, const struct attempt_row *a, struct date date)
{
	const struct recovery_def *d = &p->recoveries[a->recovery];
	int32_t i, n;

	for (i = 0; i < d->n_repairs && d->per_item > 0; i++) {
		if ((a->failing & 1u << i) == 0)
			continue;
		n = repairs_of_item(p, a->recovery, i, date);
		if (n > d->per_item)
			flaw(p, "7", "%d repairs of %s on one date", n,
			    p->checks[d->repairs[i]].name);
	}
}

/* What it has made worse it repairs no more, on whatever date. */
static void
judge_disabled(struct play *p, const struct attempt_row *a)
{
	uint32_t again = a->failing & p->harmed[a->recovery];

	if (again != 0)
		flaw(p, "6", "%s repairs again what it made worse",
		    p->recoveries[a->recovery].name);
}

static void
judge_retired(struct play *p, const struct attempt_row *a,
    struct date date)
{
	if (is_retired(&p->recoveries[a->recovery].retirement, date))
		flaw(p, "15", "%s starts for a date on which it is given up",
		    p->recoveries[a->recovery].name);
}

/* An action speaks where a recovery by it has done harm, or where it has not
 * succeeded for so often or so long. Tries in a row without success are
 * counted by the attempts as they ended: its row says no more than these. */
void
judge_action_root(struct play *p, const struct record *r)
{
	const struct record *x;
	int32_t action = r->u.incident.root, i;
	const struct action_def *a = &p->actions[action];
	int64_t vain = 0;

	for (i = 0; i < p->graph.n_recoveries; i++)
		if (p->recoveries[i].action == action && p->harmed[i] != 0)
			return;
	for (x = row_first(p, RECORD_TRACK); x; x = row_next(p, x))
		if (x->subject == action)
			vain = x->u.track.in_vain;
	if (vain > p->vain[action])
		flaw(p, "10", "%s: %lld in vain, and %lld were", a->name,
		    (long long)vain, (long long)p->vain[action]);
	if ((a->vain_tries == 0 || vain < a->vain_tries) &&
	    a->vain_ms == 0)
		flaw(p, "8", "an incident of %s without a reason", a->name);
}

/*---------------------------------------------------------------- backfills */

static int32_t
active_dates(const struct backfill_row *b)
{
	int32_t n = 0;
	const char *s;

	for (s = b->dates; *s; s++)
		n += *s == BACKFILL_ACTIVE;
	return n;
}

/* May it act on this date? */
static bool
reaches(const struct backfill_row *b, struct date date)
{
	return b->state == BACKFILL_RUNNING && date.day >= b->from.day &&
	    date.day <= b->to.day &&
	    b->dates[date.day - b->from.day] == BACKFILL_ACTIVE;
}

bool
backfilled(struct play *p, const struct attempt_row *a, struct date date)
{
	const struct record *r = a->backfill == 0 ? NULL :
	    row_of_id(p, RECORD_BACKFILL, a->backfill);

	return r && reaches(&r->u.backfill, date);
}

static void
judge_backfill_start(struct play *p, const struct attempt_row *a,
    struct date date)
{
	const struct record *r, *b = row_of_id(p, RECORD_BACKFILL,
	    a->backfill);
	int32_t n = 0;

	if (b == NULL || !reaches(&b->u.backfill, date)) {
		flaw(p, "15", "attempt %llu of a backfill that isn't for "
		    "this date, or stands", (unsigned long long)a->id);
		return;
	}
	for (r = row_first(p, RECORD_ATTEMPT); r; r = row_next(p, r))
		n += r->u.attempt.backfill == a->backfill &&
		    r->u.attempt.intent_at > p->now.wall - HOUR;
	if (n > b->u.backfill.starts_per_hour)
		flaw(p, "7", "%d starts of a backfill within an hour", n);
	if (a->phase != NONE && p->phases[a->phase].external &&
	    !b->u.backfill.external)
		flaw(p, "15", "a backfill publishes unasked");
}

static void
judge_backfill_row(struct play *p, const struct backfill_row *b,
    const struct backfill_row *was)
{
	size_t i;

	if (b->state == BACKFILL_RUNNING && active_dates(b) > b->at_most)
		flaw(p, "7", "%d dates of a backfill at once",
		    active_dates(b));
	if (was && was->state >= BACKFILL_DONE && b->state != was->state)
		flaw(p, "6", "a backfill that had ended goes on");
	for (i = 0; was && was->dates[i]; i++)
		if (was->dates[i] != b->dates[i] &&
		    was->dates[i] != BACKFILL_WAITS &&
		    was->dates[i] != BACKFILL_ACTIVE)
			flaw(p, "6", "a date that a backfill was through "
			    "with turns from %c to %c", was->dates[i],
			    b->dates[i]);
	if (b->canary && !b->proven && active_dates(b) > 1)
		flaw(p, "7", "%d dates at once before the first is proven",
		    active_dates(b));
}

/*------------------------------------------------------------------- hooks */

void
judge_deep_start(struct play *p, const struct attempt_row *a,
    struct date date)
{
	if (a->backfill != 0)
		judge_backfill_start(p, a, date);
	if (a->recovery != NONE)
		judge_retired(p, a, date);
	if (a->by_person)
		return;
	judge_breaker(p, a);
	if (a->recovery == NONE)
		return;
	judge_waived_repair(p, a, date);
	judge_disabled(p, a);
	if (a->backfill == 0)
		judge_share(p, a, date);
}

/* It was seen to end in this configuration, by evidence and no person. */
static void
note_end(struct play *p, const struct record *r, const struct record *was)
{
	const struct attempt_row *a = &r->u.attempt;

	if (a->state != ATTEMPT_CLOSED || was == NULL ||
	    was->u.attempt.state == ATTEMPT_CLOSED)
		return;
	p->vain[a->action] = proved_well(a->outcome) ? 0 :
	    p->vain[a->action] + 1;
	if (was->u.attempt.state != ATTEMPT_HELD &&
	    !proved_well(a->outcome))
		p->failed_here[a->id % P_FAILED] = a->id;
	if (a->outcome == OUTCOME_WORSE && a->recovery != NONE)
		p->harmed[a->recovery] |= a->failing;
}

void
judge_deep_row(struct play *p, const struct record *r,
    const struct record *was)
{
	if (r->kind == RECORD_ATTEMPT)
		note_end(p, r, was);
	else if (r->kind == RECORD_DISABLED && !r->u.disabled.live)
		p->harmed[r->subject] = 0;
	else if (r->kind == RECORD_BACKFILL)
		judge_backfill_row(p, &r->u.backfill, was ?
		    &was->u.backfill : NULL);
	else if (r->kind == RECORD_BREACH && r->u.breach.open &&
	    r->u.breach.kind == ROOT_ALARM && is_retired(
	    &p->gates[r->u.breach.subject].retirement, r->date) &&
	    !(was && was->u.breach.open))
		flaw(p, "4", "%s speaks of a date on which it is given up",
		    p->gates[r->u.breach.subject].name);
}

void
judge_deep_notice(struct play *p, const struct effect *x)
{
	const struct record *r = row_of_id(p, RECORD_INCIDENT,
	    x->u.notify.incident);

	if (r && r->u.incident.label == LABEL_FALSE &&
	    x->u.notify.kind == NOTICE_REMINDER)
		flaw(p, "8", "a reminder of what was said to be nothing");
}

void
judge_deep_step(struct play *p)
{
	int32_t i;

	for (i = 0; i < p->graph.n_breakers; i++)
		judge_tripped(p, i);
}
