/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-bypass.c -- phases that are done without us: in order, over a
 * closed edge, and not any more.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "nba-world.h"

/* Analytics is there, and raw isn't and doesn't come. */
static void
a_bypass_is_found_and_marks_downstream(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, BOX_SCORES, jan13, jan(14, 5, 0), 5, 9);
	world_fact(w, GAMEBOOKS, jan13, jan(14, 5, 0), 5, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, RAW, jan13), PHASE_PENDING);
	assert_int_equal(world_marks(w, ANALYTICS, jan13), MARK_BYPASSED);
	assert_int_equal(world_marks(w, PRECOMPUTE, jan13), MARK_DEGRADED);
	assert_int_equal(world_marks(w, PREDICT, jan13), MARK_DEGRADED);
}

/* The same, and a gate of which nothing can be told guards it too: what is
 * known is enough to say so. */
static void
a_bypass_is_told_whatever_else_is_unknown(void **state)
{
	struct world *w = *state;
	const int32_t audit = world_check(w, "audit");
	const int32_t audited = world_gate(w, "audited", QUORUM, &audit, 1);

	world_guard(w, ANALYTICS, audited);
	w->answers[audited].fault = true;
	w->phases[RAW].due = w->phases[GRADE].due;
	nba_good_day(w, jan13, 9);
	world_fact(w, BOX_SCORES, jan13, jan(14, 5, 0), 5, 9);
	world_fact(w, GAMEBOOKS, jan13, jan(14, 5, 0), 5, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_reading(w, ANALYTICS, jan13).edge,
	    VERDICT_UNKNOWN);
	assert_int_equal(world_marks(w, ANALYTICS, jan13), MARK_BYPASSED);
	assert_int_equal(world_told_count(w, ROOT_BYPASS, ANALYTICS, jan13),
	    1);
}

/* The calendar says that nothing was owed, and then that something is: what
 * has yet to come again isn't what ran. */
static void
what_was_not_owed_is_not_bypassed(void **state)
{
	struct world *w = *state;
	size_t i;

	nba_good_day(w, jan13, 9);
	world_fact(w, PLAYER_SUMMARY, jan13, jan(14, 7, 0), 0, 9);
	world_fact(w, GAMES, jan13, jan(14, 9, 0), 0, NAN);
	world_fact(w, GAMES, jan13, jan(14, 11, 0), 9, NAN);
	world_go(w);
	world_until(w, jan(14, 8, 50));
	assert_true(world_marks(w, PRECOMPUTE, jan13) & MARK_BYPASSED);
	world_until(w, jan(14, 10, 30));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_SKIPPED);
	world_until(w, jan(14, 12, 0));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_DONE);
	for (i = 0; i < w->n_rows; i++)
		assert_false(w->rows[i].kind == RECORD_PHASE &&
		    w->rows[i].u.phase.state != PHASE_DONE &&
		    w->rows[i].u.phase.marks & MARK_BYPASSED);
}

/* Raw comes and goes: what ran over its edge and stands again while its
 * incident isn't over is the same. */
static void
a_bypass_that_stands_again_is_the_same(void **state)
{
	struct world *w = *state;
	int32_t h;

	nba_good_day(w, jan13, 9);
	world_fact(w, BOX_SCORES, jan13, jan(14, 5, 0), 5, 9);
	for (h = 5; h < 13; h++)
		world_fact(w, GAMEBOOKS, jan13, jan(14, h, 0),
		    h < 9 || h % 2 == 0 ? 5 : 9, 9);
	world_go(w);
	world_until(w, jan(14, 11, 30));
	assert_false(world_breach(w, ROOT_BYPASS, ANALYTICS, jan13)->open);
	assert_true(world_incident(w, ROOT_BYPASS, ANALYTICS, jan13)->open);
	world_until(w, jan(14, 12, 30));
	assert_true(world_breach(w, ROOT_BYPASS, ANALYTICS, jan13)->open);
	/* it opened, had ended, and opened again */
	assert_int_equal(world_told_count(w, ROOT_BYPASS, ANALYTICS, jan13),
	    3);
}

/* Raw is measured an hour before it comes, analytics right after: polling
 * alone must not accuse anybody. */
static void
polling_order_is_no_bypass(void **state)
{
	struct world *w = *state;

	w->checks[BOX_SCORES].every_ms = 2 * HOUR;
	w->checks[GAMEBOOKS].every_ms = 2 * HOUR;
	nba_good_day(w, jan13, 9);
	world_fact(w, BOX_SCORES, jan13, jan(14, 5, 0), 5, 9);
	world_fact(w, GAMEBOOKS, jan13, jan(14, 5, 0), 5, 9);
	world_fact(w, GAMEBOOKS, jan13, jan(14, 6, 59), 9, 9);
	world_go(w);
	world_until(w, jan(14, 7, 30));
	assert_int_equal(world_state(w, RAW, jan13), PHASE_DONE);
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, ANALYTICS, jan13), 0);
}

static void
done_before_it_was_started_is_done_from_outside(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, PREDICTED, jan13, jan(14, 8, 0), 150, NAN);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, PREDICT, jan13), MARK_OUTSIDE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
}

static void
an_observed_phase_follows_its_evidence(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13);

	hold.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &hold);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_DONE);
	world_fact(w, PLAYER_SUMMARY, jan13, jan(14, 9, 0), 1, 9);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_PENDING);
	world_fact(w, PLAYER_SUMMARY, jan13, jan(14, 9, 30), 9, 9);
	world_until(w, jan(14, 10, 0));
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_DONE);
}

/* What we started and proved isn't run again because its evidence ages. */
static void
what_was_proved_is_not_run_for_ever(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, PUBLISHED, jan13, jan(14, 20, 0), 0, NAN);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(world_state(w, PUBLISH, jan13), PHASE_DONE);
	assert_false(world_reading(w, PUBLISH, jan13).done_holds);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, jan13), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(a_bypass_is_found_and_marks_downstream),
		T(a_bypass_is_told_whatever_else_is_unknown),
		T(what_was_not_owed_is_not_bypassed),
		T(a_bypass_that_stands_again_is_the_same),
		T(polling_order_is_no_bypass),
		T(done_before_it_was_started_is_done_from_outside),
		T(an_observed_phase_follows_its_evidence),
		T(what_was_proved_is_not_run_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
