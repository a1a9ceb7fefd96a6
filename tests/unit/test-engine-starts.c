/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-starts.c -- what starts, when, on what, and what must not.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "nba-world.h"

/*-------------------------------------------------------------- a normal day */

static void
a_good_day_runs_through(void **state)
{
	struct world *w = *state;
	int32_t i;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	for (i = RAW; i <= GRADE; i++)
		assert_int_equal(world_state(w, i, jan13), PHASE_DONE);
	for (i = RAW; i <= GRADE; i++)
		assert_int_equal(world_marks(w, i, jan13), 0);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, jan13), 1);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_DONE);
	assert_int_equal(w->n_starts, 2);
}

static void
nothing_starts_before_its_edge_opens(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 7, 59));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(world_reading(w, PREDICT, jan13).view, VIEW_WAITING);
	assert_int_equal(world_reading(w, PREDICT, jan13).closed[0].why,
	    WHY_UPSTREAM);
	world_until(w, jan(14, 8, 15));
	assert_int_equal(w->n_starts, 2);
	assert_int_equal(w->starts[0].row.phase, PREDICT);
	assert_true(w->starts[0].at >= jan(14, 8, 0));
	assert_true(w->starts[1].at >= w->starts[0].ends);
}

/* 8 of 9 games: warn. The mark travels to what is made from it. */
static void
degraded_travels(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, PLAYER_SUMMARY, jan13, jan(14, 7, 0), 8, 9);
	world_go(w);
	world_until(w, jan(14, 10, 0));
	assert_int_equal(world_state(w, PUBLISH, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, ANALYTICS, jan13), MARK_DEGRADED);
	assert_int_equal(world_marks(w, PREDICT, jan13), MARK_DEGRADED);
	assert_int_equal(world_marks(w, PUBLISH, jan13), MARK_DEGRADED);
}

static void
an_idle_date_is_skipped_and_comes_back(void **state)
{
	struct world *w = *state;

	world_go(w);
	world_until(w, jan(14, 5, 0));
	assert_int_equal(world_state(w, RAW, jan13), PHASE_SKIPPED);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_SKIPPED);
	assert_int_equal(w->n_starts, 0);
	nba_good_day(w, jan13, 3);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

/* Warm-up: nothing of it is owed, and the phase is skipped, not done. */
static void
a_phase_of_which_nothing_is_owed_is_skipped(void **state)
{
	static const struct date seasons[] = { { 20466 - 2 } };
	struct world *w = *state;

	w->pipeline.seasons = seasons;
	w->pipeline.n_seasons = 1;
	w->checks[PREDICTED].from_day = 14;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_SKIPPED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, jan13), 1);
}

/*---------------------------------------------------------- what must not be */

static void
unknown_opens_nothing(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_untold(w, PDC, jan13, jan(14, 7, 30), false);
	world_untold(w, PDC, jan13, jan(14, 8, 0), false);
	world_go(w);
	world_until(w, jan(14, 14, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(world_reading(w, PREDICT, jan13).edge,
	    VERDICT_UNKNOWN);
	assert_int_equal(world_reading(w, PREDICT, jan13).view, VIEW_UNKNOWN);
	world_fact(w, PDC, jan13, jan(14, 14, 0), 400, NAN);
	world_until(w, jan(14, 15, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

static void
an_unknown_calendar_starts_nothing(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_untold(w, GAMES, jan13, 1, false);
	world_go(w);
	world_until(w, jan(14, 14, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(world_reading(w, PREDICT, jan13).closed[0].why,
	    WHY_CALENDAR);
	world_fact(w, GAMES, jan13, jan(14, 14, 0), 9, NAN);
	world_until(w, jan(14, 16, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

/* A done phase whose evidence can't be read any more opens no edge. */
static void
an_edge_closes_with_its_evidence(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13);

	hold.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &hold);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_DONE);
	assert_int_equal(world_reading(w, PREDICT, jan13).edge, VERDICT_OPEN);
	world_untold(w, MLFS, jan13, jan(14, 9, 0), true);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_DONE);
	assert_int_equal(world_reading(w, PREDICT, jan13).edge,
	    VERDICT_UNKNOWN);
}

static void
modes_below_enforce_only_say_so(void **state)
{
	struct world *w = *state;
	size_t i, notes = 0;

	w->pipeline.mode = MODE_ADVISE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 0);
	for (i = 0; i < w->n_rows; i++)
		notes += w->rows[i].kind == RECORD_NOTE &&
		    w->rows[i].u.note.kind == NOTE_WOULD_START;
	assert_int_equal(notes, 1);
}

static void
an_adopted_date_starts_nothing_but_a_person_may(void **state)
{
	struct world *w = *state;
	struct command run = world_about(COMMAND_RUN, PREDICT, january(12));

	nba_good_day(w, january(12), 9);
	world_go(w);
	world_until(w, jan(13, 12, 0));
	assert_int_equal(world_state(w, PRECOMPUTE, january(12)),
	    PHASE_DONE);
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(world_reading(w, PREDICT, january(12)).closed[0].why,
	    WHY_ADOPTED);
	assert_int_equal(world_command(w, &run)->u.reply.code, REPLY_OK);
	world_pass(w, MINUTE);
	assert_int_equal(world_state(w, PREDICT, january(12)), PHASE_DONE);
	assert_true(world_attempt(w, PREDICT, NONE, january(12),
	    0)->by_person);
}

static void
old_dates_are_left_alone(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	w->n_facts -= 6;        /* the five and the grades */
	w->pipeline.watch_days = 8;
	world_go(w);
	world_until(w, jan(17, 5, 0));
	world_fact(w, PDC, jan13, jan(17, 5, 0), 400, NAN);
	world_fact(w, MLFS, jan13, jan(17, 5, 0), 400, NAN);
	world_fact(w, PCF, jan13, jan(17, 5, 0), 400, NAN);
	world_until(w, jan(18, 12, 0));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
	assert_int_equal(world_reading(w, PREDICT, jan13).closed[0].why,
	    WHY_TOO_OLD);
}

/*------------------------------------------------------------ stale evidence */

static void
nothing_starts_on_stale_evidence(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13);
	const struct check_row *row;

	hold.scope = HOLD_PHASE;
	w->checks[PDC].every_ms = 6 * HOUR;
	w->checks[PDC].max_age_ms = 10 * MINUTE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &hold);
	world_until(w, jan(14, 15, 30));
	row = engine_check(w->engine, PDC, jan13);
	assert_true(row->began_wall < jan(14, 15, 30) - 10 * MINUTE);
	w->measuring_takes = 3 * MINUTE;
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(world_reading(w, PREDICT, jan13).closed[0].why,
	    WHY_STALE_EVIDENCE);
	world_pass(w, 4 * MINUTE);
	assert_int_equal(w->n_starts, 1);
	assert_true(row->began_wall >= jan(14, 15, 30));
}

/*------------------------------------------------------------------- budgets */

static void
the_global_budget_of_an_hour_holds(void **state)
{
	struct world *w = *state;

	w->graph.starts_per_hour = 1;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 59));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(world_reading(w, PUBLISH, jan13).closed[0].why,
	    WHY_BUDGET_GLOBAL);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(w->n_starts, 2);
	assert_true(w->starts[1].at - w->starts[0].at >= HOUR);
}

static void
a_restart_refunds_no_budget(void **state)
{
	struct world *w = *state;

	w->graph.starts_per_hour = 1;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 30));
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 8, 59));
	assert_int_equal(w->n_starts, 1);
}

/* Where no attempt may be forgotten, none is made. */
static void
a_full_table_of_attempts_starts_nothing(void **state)
{
	struct world *w = *state;

	engine_limits_default(&w->graph, &w->limits);
	w->limits.attempts = 1;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(world_reading(w, PUBLISH, jan13).closed[0].why,
	    WHY_BUDGET_GLOBAL);
}

/*---------------------------------------------------------------- cross-date */

static void
a_phase_may_wait_for_the_date_before(void **state)
{
	struct world *w = *state;

	w->edges[PREDICT][1] = (struct edge_def){ GRADE, -1 };
	w->phases[PREDICT].n_after = 2;
	nba_good_day(w, jan13, 9);
	nba_good_day(w, january(15), 9);        /* the 14th is idle */
	w->facts[w->n_facts - 1].at = jan(30, 0, 0);
	world_go(w);
	world_until(w, jan(14, 12, 30));
	/* before the 13th lies nothing that owes: nobody can tell */
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
	world_fact(w, PREDICTED, jan13, jan(14, 13, 0), 150, NAN);
	world_until(w, jan(16, 7, 0));
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_DONE);
	world_until(w, jan(16, 9, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, january(15)), 1);
}

/* The calendar says that nothing was owed, and then that something is: that
 * is no reason to try again what had failed for good. */
static void
what_failed_for_good_stays_so_over_an_idle_hour(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = fails_for_good;
	nba_good_day(w, jan13, 9);
	world_fact(w, GAMES, jan13, jan(14, 9, 0), 0, NAN);
	world_fact(w, GAMES, jan13, jan(14, 11, 0), 9, NAN);
	world_go(w);
	world_until(w, jan(14, 8, 50));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	world_until(w, jan(14, 10, 30));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_SKIPPED);
	world_until(w, jan(14, 14, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(a_good_day_runs_through),
		T(what_failed_for_good_stays_so_over_an_idle_hour),
		T(nothing_starts_before_its_edge_opens),
		T(degraded_travels),
		T(an_idle_date_is_skipped_and_comes_back),
		T(a_phase_of_which_nothing_is_owed_is_skipped),
		T(unknown_opens_nothing),
		T(an_unknown_calendar_starts_nothing),
		T(an_edge_closes_with_its_evidence),
		T(modes_below_enforce_only_say_so),
		T(an_adopted_date_starts_nothing_but_a_person_may),
		T(old_dates_are_left_alone),
		T(nothing_starts_on_stale_evidence),
		T(the_global_budget_of_an_hour_holds),
		T(a_restart_refunds_no_budget),
		T(a_full_table_of_attempts_starts_nothing),
		T(a_phase_may_wait_for_the_date_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
