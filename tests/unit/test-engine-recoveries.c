/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-recoveries.c -- which repair starts, what it is proved by, and
 * where its plan ends.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nba-world.h"

/* Bits of phase4_backfill's checks. */
enum { BIT_PDC = 1, BIT_PSZA = 2, BIT_PCF = 4, BIT_MLFS = 8, BIT_TDZA = 16 };

static int
setup(void **state)
{
	*state = world_nba();
	return 0;
}

static int
teardown(void **state)
{
	world_free(*state);
	return 0;
}

static const struct recovery_row *
plan(const struct world *w, int32_t recovery, struct date date)
{
	return engine_recovery(w->engine, recovery, date);
}

static const struct attempt_row *
try_of(const struct world *w, int32_t recovery, struct date date, int32_t n)
{
	const struct attempt_row *a = world_attempt(w, NONE, recovery, date,
	    n);

	assert_non_null(a);
	return a;
}

static int32_t
tries(const struct world *w, int32_t recovery, struct date date)
{
	return world_attempts(w, NONE, recovery, date);
}

static enum why
why(const struct world *w, int32_t recovery, struct date date)
{
	return engine_read_recovery(w->engine, recovery, date, &w->now, NULL);
}

/* Of a good day: what doesn't arrive in the morning. */
static void
lacks(struct world *w, int32_t check, struct date date)
{
	world_fact(w, check, date, (date.day + 1) * DAY + 8 * HOUR, 0, NAN);
}

/*------------------------------------------------------ days of the bad week */

static void
brings_pdc_only(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	if (s->row.failing & BIT_PDC)
		world_fact(w, PDC, s->date, w->now.wall, 400, NAN);
}

static void
brings_all_that_is_missing(struct world *w, const struct world_start *s,
    struct event *ended)
{
	int32_t i;

	(void)ended;
	for (i = 0; i < 5; i++)
		if (s->row.failing & 1u << i)
			world_fact(w, PDC + i, s->date, w->now.wall, 400,
			    NAN);
}

static bool
starts_predict(const struct record *r, const void *date)
{
	return r->kind == RECORD_ATTEMPT && r->u.attempt.phase == PREDICT &&
	    r->date.day == ((const struct date *)date)->day;
}

static bool
proves_backfill(const struct record *r, const void *date)
{
	return r->kind == RECORD_ATTEMPT &&
	    r->u.attempt.recovery == PHASE4_BACKFILL &&
	    r->u.attempt.outcome == OUTCOME_IMPROVED &&
	    r->date.day == ((const struct date *)date)->day;
}

static bool
ends_plan(const struct record *r, const void *w)
{
	return r->kind == RECORD_NOTE && r->u.note.kind == NOTE_PLAN_ENDS &&
	    r->u.note.subject == *(const int32_t *)w;
}

/* PDC comes, PCF stays at 0, as it really did. */
static void
the_16th_improves_and_then_stops(void **state)
{
	const struct date date = january(16);
	const int32_t backfill = PHASE4_BACKFILL;
	struct world *w = *state;

	w->act[PROCESS_DATE] = brings_pdc_only;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	lacks(w, PCF, date);
	world_go(w);
	world_until(w, jan(17, 10, 59));
	assert_int_equal(w->n_starts, 0);
	world_until(w, jan(17, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 3);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->failing,
	    BIT_PDC | BIT_PCF);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_IMPROVED);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->failing,
	    BIT_PCF);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->outcome,
	    OUTCOME_NO_EFFECT);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 2)->outcome,
	    OUTCOME_NO_EFFECT);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->ended,
	    WHY_NO_EFFECT);
	assert_true(world_row(w, ends_plan, &backfill) != SIZE_MAX);
	/* predict: once, after the proof, marked */
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 1);
	assert_true(world_row(w, starts_predict, &date) >
	    world_row(w, proves_backfill, &date));
	assert_int_equal(world_state(w, PREDICT, date), PHASE_DONE);
	assert_int_equal(world_marks(w, PREDICT, date), MARK_DEGRADED);
}

static void
the_18th_recovers(void **state)
{
	const struct date date = january(18);
	struct world *w = *state;
	int32_t i;

	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	nba_good_day(w, date, 6);
	world_fact(w, PLAYER_SUMMARY, date, jan(19, 7, 0), 5, 6);
	for (i = PDC; i <= MLFS; i++)
		lacks(w, i, date);
	world_go(w);
	world_until(w, jan(19, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->failing,
	    BIT_PDC | BIT_PSZA | BIT_PCF | BIT_MLFS);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 1);
	assert_true(try_of(w, PHASE4_BACKFILL, date, 0)->closed_at <=
	    world_attempt(w, PREDICT, NONE, date, 0)->intent_at);
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
	assert_true(world_marks(w, PREDICT, date) & MARK_DEGRADED);
}

/* The source says "success" and has nothing. */
static void
two_without_effect_end_the_scraping(void **state)
{
	const struct date date = january(15);
	struct world *w = *state;
	const struct retry *r = &w->recoveries[BDL_RETRY].retry;
	const struct attempt_row *first, *second;

	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(16, 5, 0), 1, 9);
	world_go(w);
	world_until(w, jan(17, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 2);
	first = try_of(w, BDL_RETRY, date, 0);
	second = try_of(w, BDL_RETRY, date, 1);
	assert_true(first->intent_at >= jan(16, 6, 0));
	assert_true(second->intent_at >= first->ended_at +
	    retry_delay(r, 2, 0));
	assert_int_equal(first->outcome, OUTCOME_NO_EFFECT);
	assert_true(first->before[0] == 8);
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_NO_EFFECT);
	/* the other source was whole: nothing was held back */
	assert_int_equal(world_state(w, PREDICT, date), PHASE_DONE);
	assert_int_equal(world_marks(w, PREDICT, date), 0);
}

/*------------------------------------------------------------- what asks */

static void
not_due_unconfirmed_and_unknown_repair_nothing(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	w->checks[PDC].confirm = 4;
	w->checks[PDC].every_ms = 10 * MINUTE;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	world_untold(w, PCF, date, jan(15, 8, 0), false);
	world_go(w);
	world_until(w, jan(15, 10, 50));
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_UNKNOWN);
	assert_int_equal(w->n_starts, 0);
	world_until(w, jan(15, 11, 1));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->failing,
	    BIT_PDC);
}

static void
a_probe_that_fails_repairs_nothing(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	int32_t i;

	nba_good_day(w, date, 6);
	for (i = PDC; i <= TDZA; i++)
		world_untold(w, i, date, jan(15, 8, 0), i == PDC);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(w->n_starts, 0);
	for (i = PDC; i <= TDZA; i++)
		world_fact(w, i, date, jan(15, 20, 0), 400, NAN);
	world_until(w, jan(15, 21, 0));
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 0);
}

/* Root first: without analytics a backfill would compute nothing. */
static void
what_lies_behind_a_closed_edge_is_not_repaired(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	nba_good_day(w, date, 6);
	world_fact(w, PLAYER_SUMMARY, date, jan(15, 7, 0), 1, 6);
	lacks(w, PDC, date);
	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	world_go(w);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_UPSTREAM);
	world_fact(w, PLAYER_SUMMARY, date, jan(15, 14, 0), 6, 6);
	world_until(w, jan(15, 15, 0));
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
}

/* A day whose five are all but PDC, and a backfill that does `act`. */
static struct date
one_missing(struct world *w, world_act_fn *act)
{
	const struct date date = january(14);

	w->act[PROCESS_DATE] = act;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	world_go(w);
	return date;
}

static void
modes_and_holds_keep_repairs_back(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PHASE4_BACKFILL,
	    january(14));
	struct date date;

	hold.scope = HOLD_RECOVERY;
	date = one_missing(w, brings_all_that_is_missing);
	(void)world_command(w, &hold);
	world_until(w, jan(15, 13, 0));
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_HELD);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 0);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
}

static void
a_recovery_that_only_advises_says_so_once(void **state)
{
	struct world *w = *state;
	struct date date;
	size_t i, notes = 0;

	w->recoveries[PHASE4_BACKFILL].mode = MODE_ADVISE;
	date = one_missing(w, brings_all_that_is_missing);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 0);
	for (i = 0; i < w->n_rows; i++)
		notes += w->rows[i].kind == RECORD_NOTE &&
		    w->rows[i].u.note.kind == NOTE_WOULD_START;
	assert_int_equal(notes, 1);
}

static void
adopted_dates_are_repaired_by_persons_only(void **state)
{
	const struct date date = january(12);
	struct world *w = *state;
	struct command recover = world_about(COMMAND_RECOVER,
	    PHASE4_BACKFILL, date);

	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	world_go(w);
	world_until(w, jan(13, 13, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_ADOPTED);
	assert_int_equal(world_command(w, &recover)->u.reply.code, REPLY_OK);
	world_pass(w, HOUR);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_true(try_of(w, PHASE4_BACKFILL, date, 0)->by_person);
	assert_int_equal(world_command(w, &recover)->u.reply.code,
	    REPLY_ALREADY);
	assert_int_equal(w->n_starts, 1);
}

/*-------------------------------------------------------------- the proof */

static void
brings_but_says_it_failed(struct world *w, const struct world_start *s,
    struct event *ended)
{
	brings_all_that_is_missing(w, s, ended);
	ended->u.ended.ok = false;
	ended->u.ended.failure = FAILURE_TRANSIENT;
}

static void
the_exit_code_proves_nothing(void **state)
{
	struct world *w = *state;
	struct date date = one_missing(w, brings_but_says_it_failed);

	world_until(w, jan(15, 13, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->failure,
	    FAILURE_TRANSIENT);
}

static void
refuses_for_good(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)w;
	(void)s;
	ended->u.ended.ok = false;
	ended->u.ended.failure = FAILURE_CONFIG;
}

static void
a_permanent_failure_ends_the_plan(void **state)
{
	struct world *w = *state;
	struct date date = one_missing(w, refuses_for_good);

	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->ended,
	    WHY_PERMANENT);
}

static void
breaks_another(struct world *w, const struct world_start *s,
    struct event *ended)
{
	brings_all_that_is_missing(w, s, ended);
	world_fact(w, MLFS, s->date, w->now.wall, 0, NAN);
}

static void
what_makes_it_worse_stops_at_once(void **state)
{
	struct world *w = *state;
	struct date date = one_missing(w, breaks_another);

	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_WORSE);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->ended, WHY_WORSE);
}

static void
loses_games(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_fact(w, BOX_SCORES, s->date, w->now.wall, 3, 9);
}

static void
a_shortfall_that_grows_is_worse(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	w->act[SCRAPE_BDL] = loses_games;
	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(15, 5, 0), 5, 9);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 1);
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_WORSE);
}

static void
blinds_the_probe(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_untold(w, PDC, s->date, w->now.wall, false);
}

static void
without_evidence_it_is_unproven_and_waits(void **state)
{
	struct world *w = *state;
	struct date date = one_missing(w, blinds_the_probe);

	world_until(w, jan(15, 14, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_UNPROVEN);
	assert_true(try_of(w, PHASE4_BACKFILL, date, 0)->closed_at >=
	    try_of(w, PHASE4_BACKFILL, date, 0)->ended_at + 20 * MINUTE);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->attempts, 1);
	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	world_fact(w, PDC, date, jan(15, 14, 0), 0, NAN);
	world_until(w, jan(15, 15, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 2);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->outcome,
	    OUTCOME_RECOVERED);
}

static void
brings_later(struct world *w, const struct world_start *s,
    struct event *ended)
{
	world_fact(w, PDC, s->date, w->now.wall + 10 * MINUTE, 400, NAN);
	ended->u.ended.ok = false;
	ended->u.ended.failure = FAILURE_NOT_YET;
}

static void
not_yet_is_waited_for(void **state)
{
	struct world *w = *state;
	struct date date = one_missing(w, brings_later);

	world_until(w, jan(15, 13, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
}

/* Only what began after the end and `after` counts. */
static void
measurements_from_before_prove_nothing(void **state)
{
	struct world *w = *state;
	const struct attempt_row *a;
	struct date date;

	w->checks[PDC].every_ms = 10000;
	date = one_missing(w, brings_all_that_is_missing);
	world_until(w, jan(15, 13, 0));
	a = try_of(w, PHASE4_BACKFILL, date, 0);
	assert_int_equal(a->outcome, OUTCOME_RECOVERED);
	assert_true(a->closed_at >= a->ended_at + MINUTE);
}

static void
a_proof_goes_on_after_a_crash(void **state)
{
	struct world *w = *state;
	const struct attempt_row *a;
	struct date date = one_missing(w, brings_all_that_is_missing);

	world_until(w, jan(15, 11, 1));
	a = try_of(w, PHASE4_BACKFILL, date, 0);
	assert_int_equal(a->state, ATTEMPT_VERIFYING);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(15, 13, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
}

/*----------------------------------------------------- plans and their ends */

static void
brings_one_game(struct world *w, const struct world_start *s,
    struct event *ended)
{
	double missing = s->row.before[0];

	(void)ended;
	world_fact(w, BOX_SCORES, s->date, w->now.wall, 9 - missing + 1, 9);
}

static void
a_plan_waits_as_it_was_printed_and_ends(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	const struct retry *r = &w->recoveries[BDL_RETRY].retry;
	int32_t i;

	w->act[SCRAPE_BDL] = brings_one_game;
	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(15, 5, 0), 0, 9);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 5);
	for (i = 1; i < 5; i++)
		assert_true(try_of(w, BDL_RETRY, date, i)->intent_at >=
		    try_of(w, BDL_RETRY, date, i - 1)->ended_at +
		    retry_delay(r, i + 1, 0));
	assert_int_equal(try_of(w, BDL_RETRY, date, 4)->outcome,
	    OUTCOME_IMPROVED);
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_ATTEMPTS);
}

static void
what_has_ended_stays_so_until_a_person(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	struct command reopen = world_about(COMMAND_REOPEN, BDL_RETRY, date);

	reopen.scope = HOLD_RECOVERY;
	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(15, 5, 0), 1, 9);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 2);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(16, 6, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 2);
	assert_int_equal(world_command(w, &reopen)->u.reply.code, REPLY_OK);
	world_until(w, jan(16, 8, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 4);
	assert_int_equal(plan(w, BDL_RETRY, date)->episode, 1);
}

static void
a_person_starts_an_ended_plan_again(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	struct command recover = world_about(COMMAND_RECOVER, BDL_RETRY,
	    date);

	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(15, 5, 0), 1, 9);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(world_command(w, &recover)->u.reply.code, REPLY_OK);
	assert_int_equal(world_command(w, &recover)->u.reply.code,
	    REPLY_CONFLICT);
	assert_int_equal(tries(w, BDL_RETRY, date), 3);
	assert_int_equal(plan(w, BDL_RETRY, date)->attempts, 1);
}

/* Fails again right after it was repaired: the same episode. After an hour
 * of health it is a new one. */
static void
attempts_are_forgiven_after_health_has_lasted(void **state)
{
	struct world *w = *state;
	struct date date = one_missing(w, brings_all_that_is_missing);

	world_until(w, jan(15, 11, 10));
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->last,
	    OUTCOME_RECOVERED);
	world_fact(w, PDC, date, w->now.wall + MINUTE, 0, NAN);
	world_until(w, jan(15, 11, 50));
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->attempts, 2);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->episode, 0);
	world_until(w, jan(15, 13, 30));
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->attempts, 0);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->episode, 1);
}

static void
the_next_in_order_waits_for_the_end_of_the_first(void **state)
{
	static const int32_t box[] = { BOX_SCORES };
	const struct date date = january(14);
	struct world *w = *state;
	int32_t second = world_recovery(w, "second", PROCESS_DATE, box, 1);

	w->recoveries[second].order = 2;
	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(15, 5, 0), 1, 9);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 2);
	assert_int_equal(tries(w, second, date), 2);
	assert_true(try_of(w, second, date, 0)->intent_at >=
	    try_of(w, BDL_RETRY, date, 1)->closed_at);
}

/*----------------------------------------------------------------- budgets */

static void
the_budget_of_a_date_ends_the_plan(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	struct command reopen = world_about(COMMAND_REOPEN, BDL_RETRY, date);

	reopen.scope = HOLD_RECOVERY;
	w->recoveries[BDL_RETRY].per_date = 3;
	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(15, 5, 0), 1, 9);
	world_go(w);
	world_until(w, jan(15, 12, 0));
	(void)world_command(w, &reopen);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 3);
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_BUDGET_DATE);
}

static void
the_budget_of_an_action_is_per_hour_over_dates(void **state)
{
	struct world *w = *state;
	int32_t i, n = 0;

	w->actions[SCRAPE_BDL].per_hour = 2;
	for (i = 13; i <= 15; i++) {
		nba_good_day(w, january(i), 9);
		world_fact(w, BOX_SCORES, january(i), 0, 1, 9);
		world_fact(w, BOX_SCORES, january(i), jan(16, 5, 0), 1, 9);
		w->checks[BOX_SCORES].due = (struct due){ .kind = DUE_WALL,
			.days = 16 - 13, .time_s = 6 * 3600 };
	}
	world_go(w);
	world_until(w, jan(18, 20, 0));
	for (i = 0; i < w->n_starts; i++) {
		int32_t k;

		if (w->starts[i].row.action != SCRAPE_BDL)
			continue;
		n++;
		for (k = i + 1; k < w->n_starts; k++)
			if (w->starts[k].row.action == SCRAPE_BDL &&
			    w->starts[k].at - w->starts[i].at < HOUR)
				break;
		for (k++; k < w->n_starts; k++)
			assert_false(w->starts[k].row.action == SCRAPE_BDL &&
			    w->starts[k].at - w->starts[i].at < HOUR);
	}
	assert_int_equal(n, 6);
}

static void
exclusive_actions_take_turns_over_dates(void **state)
{
	struct world *w = *state;
	int32_t i, k;

	w->actions[PROCESS_DATE].exclusive = true;
	w->takes[PROCESS_DATE] = 10 * MINUTE;
	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	for (i = 13; i <= 14; i++) {
		nba_good_day(w, january(i), 6);
		world_fact(w, PDC, january(i), jan(15, 8, 0), 0, NAN);
		if (i == 13)
			lacks(w, PDC, january(i));
	}
	w->checks[PDC].due = (struct due){ .kind = DUE_WALL, .days = 1,
		.time_s = 12 * 3600 };
	w->phases[PRECOMPUTE].due = w->checks[PDC].due;
	world_go(w);
	world_until(w, jan(15, 20, 0));
	for (i = 0; i < w->n_starts; i++)
		for (k = i + 1; k < w->n_starts; k++)
			if (w->starts[i].row.action == PROCESS_DATE &&
			    w->starts[k].row.action == PROCESS_DATE)
				assert_true(w->starts[k].at >=
				    w->starts[i].ends);
	assert_int_equal(tries(w, PHASE4_BACKFILL, january(14)), 1);
}

/* PDC comes by itself while its repair still writes: nothing is made from it
 * before the repair has been proved. */
static void
nothing_starts_on_what_is_being_repaired(void **state)
{
	struct world *w = *state;
	const struct attempt_row *a;
	struct date date;

	w->takes[PROCESS_DATE] = 40 * MINUTE;
	date = one_missing(w, brings_all_that_is_missing);
	world_fact(w, PDC, date, jan(15, 11, 10), 100, NAN);
	world_until(w, jan(15, 11, 39));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(w->n_starts, 1);
	world_until(w, jan(15, 13, 0));
	a = try_of(w, PHASE4_BACKFILL, date, 0);
	assert_int_equal(a->outcome, OUTCOME_RECOVERED);
	assert_true(world_attempt(w, PREDICT, NONE, date, 0)->intent_at >=
	    a->closed_at);
}

/*------------------------------------------------------------------- doubt */

static uint64_t
crash_while_repairing(struct world *w, struct date *ret_date)
{
	w->takes[PROCESS_DATE] = 20 * MINUTE;
	*ret_date = one_missing(w, brings_all_that_is_missing);
	world_until(w, jan(15, 11, 10));
	assert_int_equal(tries(w, PHASE4_BACKFILL, *ret_date), 1);
	world_crash(w);
	world_resume(w);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, *ret_date, 0)->state,
	    ATTEMPT_IN_DOUBT);
	w->takes[PROCESS_DATE] = MINUTE;
	return w->starts[0].attempt;
}

static void
answer_found(struct world *w, uint64_t attempt, bool running,
    enum probed probe)
{
	struct event ev = { .kind = EVENT_FOUND, .attempt = attempt };

	ev.u.found.running = running;
	ev.u.found.probe = (unsigned)probe;
	world_event(w, &ev);
}

static void
a_repair_in_doubt_is_repeated_if_it_may_be(void **state)
{
	struct world *w = *state;
	struct date date;
	uint64_t id = crash_while_repairing(w, &date);

	w->starts[0].over = true;
	answer_found(w, id, false, PROBE_NONE);
	world_until(w, jan(15, 13, 0));
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_NO_EFFECT);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 2);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->outcome,
	    OUTCOME_RECOVERED);
}

static void
a_repair_in_doubt_is_held_if_it_may_not(void **state)
{
	struct world *w = *state;
	struct command reopen;
	struct date date;
	uint64_t id;

	w->actions[PROCESS_DATE].idempotent = false;
	id = crash_while_repairing(w, &date);
	w->starts[0].over = true;
	answer_found(w, id, false, PROBE_NONE);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->state,
	    ATTEMPT_HELD);
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_IN_DOUBT);
	reopen = world_about(COMMAND_REOPEN, PHASE4_BACKFILL, date);
	reopen.scope = HOLD_RECOVERY;
	assert_int_equal(world_command(w, &reopen)->u.reply.code, REPLY_OK);
	world_until(w, jan(15, 15, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 2);
}

static void
a_repair_in_doubt_is_proved_by_evidence(void **state)
{
	struct world *w = *state;
	struct date date;
	uint64_t id;

	w->actions[PROCESS_DATE].idempotent = false;
	id = crash_while_repairing(w, &date);
	w->starts[0].over = true;
	world_fact(w, PDC, date, w->now.wall, 400, NAN);
	answer_found(w, id, false, PROBE_NONE);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
}

static void
a_repair_that_never_began_is_charged_and_repeated(void **state)
{
	struct world *w = *state;
	struct date date;
	uint64_t id;

	w->actions[PROCESS_DATE].idempotent = false;
	id = crash_while_repairing(w, &date);
	w->starts[0].over = true;
	answer_found(w, id, false, PROBE_NOT);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_UNPROVEN);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 2);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->number, 2);
}

static void
a_repair_that_still_runs_goes_on(void **state)
{
	struct world *w = *state;
	struct date date;
	uint64_t id = crash_while_repairing(w, &date);

	answer_found(w, id, true, PROBE_NONE);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
}

/*------------------------------------------------------- what is made again */

/* When PCF is due the edge opens degraded and predictions start; the repair
 * waits for their end and brings it. */
static struct date
repaired_after_predicting(struct world *w)
{
	const struct date date = january(14);

	nba_good_day(w, date, 6);
	lacks(w, PCF, date);
	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	return date;
}

static void
what_was_made_from_old_values_is_made_again(void **state)
{
	struct world *w = *state;
	struct date date = repaired_after_predicting(w);
	const struct attempt_row *repair;

	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	repair = try_of(w, PHASE4_BACKFILL, date, 0);
	assert_int_equal(repair->outcome, OUTCOME_RECOVERED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 2);
	assert_true(world_attempt(w, PREDICT, NONE, date, 0)->intent_at <
	    repair->intent_at);
	assert_true(world_attempt(w, PREDICT, NONE, date, 1)->intent_at >=
	    repair->closed_at);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, date), 2);
	assert_int_equal(world_marks(w, PREDICT, date), 0);
	assert_int_equal(world_marks(w, PUBLISH, date), 0);
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
	assert_int_equal(engine_phase(w->engine, PREDICT, date)->episode, 1);
}

static void
what_has_left_the_house_waits_for_a_person(void **state)
{
	struct world *w = *state;
	struct date date = repaired_after_predicting(w);
	struct command run = world_about(COMMAND_RUN, PUBLISH, date);

	w->phases[PUBLISH].external = true;
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 2);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, date), 1);
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
	assert_true(world_marks(w, PUBLISH, date) & MARK_STALE);
	assert_int_equal(world_command(w, &run)->u.reply.code, REPLY_OK);
	world_pass(w, HOUR);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, date), 2);
	assert_int_equal(world_marks(w, PUBLISH, date), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_16th_improves_and_then_stops),
		T(the_18th_recovers),
		T(two_without_effect_end_the_scraping),
		T(not_due_unconfirmed_and_unknown_repair_nothing),
		T(a_probe_that_fails_repairs_nothing),
		T(what_lies_behind_a_closed_edge_is_not_repaired),
		T(modes_and_holds_keep_repairs_back),
		T(a_recovery_that_only_advises_says_so_once),
		T(adopted_dates_are_repaired_by_persons_only),
		T(the_exit_code_proves_nothing),
		T(a_permanent_failure_ends_the_plan),
		T(what_makes_it_worse_stops_at_once),
		T(a_shortfall_that_grows_is_worse),
		T(without_evidence_it_is_unproven_and_waits),
		T(not_yet_is_waited_for),
		T(measurements_from_before_prove_nothing),
		T(a_proof_goes_on_after_a_crash),
		T(a_plan_waits_as_it_was_printed_and_ends),
		T(what_has_ended_stays_so_until_a_person),
		T(a_person_starts_an_ended_plan_again),
		T(attempts_are_forgiven_after_health_has_lasted),
		T(the_next_in_order_waits_for_the_end_of_the_first),
		T(the_budget_of_a_date_ends_the_plan),
		T(the_budget_of_an_action_is_per_hour_over_dates),
		T(exclusive_actions_take_turns_over_dates),
		T(nothing_starts_on_what_is_being_repaired),
		T(a_repair_in_doubt_is_repeated_if_it_may_be),
		T(a_repair_in_doubt_is_held_if_it_may_not),
		T(a_repair_in_doubt_is_proved_by_evidence),
		T(a_repair_that_never_began_is_charged_and_repeated),
		T(a_repair_that_still_runs_goes_on),
		T(what_was_made_from_old_values_is_made_again),
		T(what_has_left_the_house_waits_for_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
