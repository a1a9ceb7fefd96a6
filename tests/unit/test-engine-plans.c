/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-plans.c -- where the plan of a repair ends: attempts, order,
 * budgets, and who may begin it again.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "repair-help.h"

/*------------------------------------------------------ plans and their ends */

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

/*------------------------------------------------------------------- budgets */

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
	w->checks[PDC].due = next_day_at(12);
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

/* It failed for good; a calendar that is revised twice starts it no more. */
static void
a_revised_calendar_refunds_nothing(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = fails_for_good;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 30));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	world_fact(w, GAMES, jan13, w->now.wall, 0, NAN);
	world_pass(w, HOUR);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_SKIPPED);
	world_fact(w, GAMES, jan13, w->now.wall, 9, NAN);
	world_pass(w, HOUR);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(a_revised_calendar_refunds_nothing),
		T(a_plan_waits_as_it_was_printed_and_ends),
		T(what_has_ended_stays_so_until_a_person),
		T(a_person_starts_an_ended_plan_again),
		T(attempts_are_forgiven_after_health_has_lasted),
		T(the_next_in_order_waits_for_the_end_of_the_first),
		T(the_budget_of_a_date_ends_the_plan),
		T(the_budget_of_an_action_is_per_hour_over_dates),
		T(exclusive_actions_take_turns_over_dates),
		T(nothing_starts_on_what_is_being_repaired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
