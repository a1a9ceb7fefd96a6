/* SPDX-License-Identifier: BSD-2-Clause
 *
 * proof.c -- what a repair has brought about.
 *
 * A repair is proved by its checks and never by its exit code. Only
 * measurements count that began after the attempt's end and the time that
 * `verify` gives the effect. As soon as all that failed at the intent passes,
 * it is recovered. Otherwise one full round decides: something is worse,
 * something has shrunk, or nothing has changed; where the action said "not
 * yet", the rest of the time is waited for. Without evidence by then it is
 * unproven: charged, and not repeated until it has been measured.
 *
 * Waivers come and go while a repair is under way: what is compared is what
 * is lacking in all, waived or not.
 *
 * An attempt in doubt is proved alike, from the instant on at which the
 * supervisor found nothing of it. If that shows no effect, only an action
 * that may be repeated goes on; another one is held for a person.
 */
#include "engine/judge.h"
#include "engine/work.h"

double
shortfall(const struct engine *e, int32_t check, const struct day *d)
{
	const struct check_row *r = &check_at(e, d, check)->row;
	const struct measurement m = { .told = r->measured,
		.stated = NONE, .value = r->value, .expected = r->expected,
		.missing = r->missing, .extra = r->extra };

	if (!check_at(e, d, check)->known || r->raw == RESULT_UNKNOWN)
		return __builtin_nan("");
	if (r->missing >= 0)
		return (double)r->missing;
	return judge_shortfall(&e->graph->checks[check].limits, &m);
}

double
lacking(const struct engine *e, int32_t check, const struct day *d)
{
	return shortfall(e, check, d) +
	    (double)check_at(e, d, check)->row.waived;
}

/* What one round of measurements shows. */
struct round {
	int32_t failing, told, well;    /* of those that failed: how many */
	int32_t moot;           /* ... which nobody asks for any more */
	bool shrunk, grown;
	bool unseen;            /* one that passed isn't measured yet, or its
	                           failure seen only once */
	bool broken;            /* one that passed fails */
};

static void
look_at_failing(const struct engine *e, int32_t check, const struct day *d,
    double before, int64_t since, struct round *x)
{
	const struct check_row *r = &check_at(e, d, check)->row;
	enum result now = check_result(e, check, d, e->now.wall);
	double after = lacking(e, check, d);

	if (is_retired(&e->graph->checks[check].retirement, d->date) ||
	    check_waived(e, check, d) || (r->waived > 0 && r->raw !=
	    RESULT_FAIL && after >= before)) {
		x->moot++;
		return;
	}
	x->failing++;
	if (now == RESULT_SKIP) {
		x->told++;
		x->well++;
		return;
	}
	if (!check_since(check_at(e, d, check), since) ||
	    r->raw == RESULT_UNKNOWN)
		return;
	x->told++;
	if (r->raw != RESULT_FAIL) {
		x->well++;
		x->shrunk = true;
	}
	x->shrunk = x->shrunk || after < before;        /* NaN: neither */
	x->grown = x->grown || after > before;
}

/* It passed because something was waived, and lacks no more than then. */
static bool
was_excused(const struct engine *e, int32_t check, const struct day *d,
    double before, int64_t intent)
{
	return waiver_ended(e, check, d, intent) &&
	    lacking(e, check, d) <= before;
}

static void
look_at_passing(const struct engine *e, int32_t check, const struct day *d,
    double before, int64_t intent, int64_t since, struct round *x)
{
	const struct check_row *r = &check_at(e, d, check)->row;

	if (check_result(e, check, d, e->now.wall) == RESULT_SKIP)
		return;
	if (!check_since(check_at(e, d, check), since))
		x->unseen = true;
	else if (r->raw != RESULT_FAIL)
		return;
	else if (r->in_row < e->graph->checks[check].confirm)
		x->unseen = true;
	else if (!was_excused(e, check, d, before, intent))
		x->broken = true;
}

static struct round
look(const struct engine *e, const struct attempt_row *a,
    const struct day *d, int64_t since)
{
	const struct recovery_def *r = &e->graph->recoveries[a->recovery];
	struct round x = { .failing = 0 };
	int32_t i;

	for (i = 0; i < repairs_of(r); i++)
		if (a->failing & 1u << i)
			look_at_failing(e, r->repairs[i], d, a->before[i],
			    since, &x);
		else if (a->passing & 1u << i)
			look_at_passing(e, r->repairs[i], d, a->before[i],
			    a->intent_at, since, &x);
	return x;
}

/* OUTCOME_NONE: not yet decided. `last`: there is no more time. */
static enum outcome
decide(const struct round *x, bool last, bool not_yet)
{
	bool whole = x->told == x->failing;

	if (x->failing == 0)
		return OUTCOME_UNPROVEN;
	if (!last && (x->unseen || !whole))
		return OUTCOME_NONE;
	if (x->broken || x->grown)
		return OUTCOME_WORSE;
	if (whole && x->well == x->failing)
		return OUTCOME_RECOVERED;
	if (!last && not_yet)
		return OUTCOME_NONE;
	if (x->shrunk)
		return OUTCOME_IMPROVED;
	return whole ? OUTCOME_NO_EFFECT : OUTCOME_UNPROVEN;
}

/*---------------------------------------------------------------- measuring */

/* Measures what has not been since `since`, and all of it each `every`. */
static void
want_round(struct engine *e, const struct attempt_row *a, struct day *d,
    int64_t since)
{
	const struct recovery_def *r = &e->graph->recoveries[a->recovery];
	int64_t every = r->verify_every_ms > 1000 ? r->verify_every_ms : 1000;
	int64_t from = e->now.wall - every + 1 > since ?
	    e->now.wall - every + 1 : since;
	int32_t i;

	for (i = 0; i < repairs_of(r); i++) {
		int32_t c = r->repairs[i];
		const struct check_row *row = &check_at(e, d, c)->row;

		if (((a->failing | a->passing) & 1u << i) == 0)
			continue;
		if (row->began_wall < from)
			check_want(e, c, d);
		else
			day_wake(d, row->began_wall + every);
	}
}

/*---------------------------------------------------------------- settling */

/* Phases that were made from what the repair has changed. */
static void
spread(struct engine *e, const struct attempt_row *a, struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[a->recovery];
	int32_t i;

	for (i = 0; i < repairs_of(r); i++)
		if (a->failing & 1u << i)
			rerun_after_proof(e, r->pipeline, d, r->repairs[i]);
}

/* In doubt, and the evidence shows nothing of it. */
static bool
must_be_held(const struct engine *e, const struct attempt_row *a,
    enum outcome outcome)
{
	return a->state == ATTEMPT_IN_DOUBT &&
	    !e->graph->actions[a->action].idempotent &&
	    (outcome == OUTCOME_NO_EFFECT || outcome == OUTCOME_UNPROVEN);
}

static void
conclude(struct engine *e, struct attempt_entry *x, struct day *d,
    enum outcome outcome)
{
	if (x->row.state == ATTEMPT_HELD && outcome != OUTCOME_RECOVERED)
		return;
	if (must_be_held(e, &x->row, outcome)) {
		x->row.state = ATTEMPT_HELD;
		attempt_write(e, x);
		return;
	}
	recovery_proved(e, x, d, outcome);
	if (outcome == OUTCOME_RECOVERED || outcome == OUTCOME_IMPROVED)
		spread(e, &x->row, d);
}

/* From when on measurements count. */
static int64_t
counts_from(const struct recovery_def *r, const struct attempt_row *a)
{
	return a->ended_at + (r->verify_after_ms > 0 ? r->verify_after_ms :
	    1);
}

static void
settle_proof(struct engine *e, struct attempt_entry *x, struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[x->row.recovery];
	int64_t since = counts_from(r, &x->row);
	struct round round;
	enum outcome outcome;
	bool last = e->now.wall >= x->row.verify_until;

	if (e->now.wall < since) {
		day_wake(d, since);
		return;
	}
	round = look(e, &x->row, d, since);
	outcome = decide(&round, last, x->row.failure == FAILURE_NOT_YET);
	if (outcome != OUTCOME_NONE) {
		conclude(e, x, d, outcome);
		return;
	}
	want_round(e, &x->row, d, since);
	day_wake(d, x->row.verify_until);
}

static bool
awaits_proof(const struct attempt_row *a)
{
	return a->recovery != NONE && a->ended_at != INSTANT_NONE &&
	    in_flight(a);
}

void
settle_proofs(struct engine *e, int32_t pipeline, struct day *d)
{
	int32_t n = e->graph->pipelines[pipeline].n_phases, i = 0;
	struct attempt_entry *x;

	d->proofs = false;
	while ((x = attempt_live(e, &i)))
		if (where_is(&x->at, pipeline, d) && awaits_proof(&x->row)) {
			d->proofs = true;
			if (!has_room(e, 8 + (size_t)(n < 100 ? n : 100)))
				return;
			settle_proof(e, x, d);
		}
}
