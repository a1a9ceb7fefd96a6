/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-doubt.c -- the daemon died while an attempt ran: what is
 * believed of it, and whether it is made again.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "repair-help.h"

/*-------------------------------------------------------------------- starts */

/* Up to the middle of the start of predict, then another daemon. */
static uint64_t
crash_while_predicting(struct world *w)
{
	nba_good_day(w, jan13, 9);
	w->takes[RUN_PREDICTIONS] = 20 * MINUTE;
	world_go(w);
	world_until(w, jan(14, 8, 19));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_RUNNING);
	world_crash(w);
	world_resume(w);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_IN_DOUBT);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->state,
	    ATTEMPT_IN_DOUBT);
	return w->starts[0].attempt;
}

static void
what_still_runs_is_adopted(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	world_found(w, id, true, PROBE_NONE);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_RUNNING);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

static void
what_never_began_is_retried_and_charged(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	w->starts[0].over = true;
	world_found(w, id, false, PROBE_NOT);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 2);
	assert_int_equal(engine_phase(w->engine, PREDICT, jan13)->attempts,
	    2);
}

static void
doubt_is_decided_by_evidence(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	w->starts[0].over = true;
	world_fact(w, PREDICTED, jan13, jan(14, 8, 19), 150, NAN);
	world_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

static void
doubt_about_what_may_be_repeated_is_tried_again(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	w->starts[0].over = true;
	world_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 2);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

static void
doubt_about_what_may_not_is_held_for_a_person(void **state)
{
	struct world *w = *state;
	struct command reopen = world_about(COMMAND_REOPEN, PREDICT, jan13);
	uint64_t id;

	reopen.scope = HOLD_PHASE;
	w->actions[RUN_PREDICTIONS].idempotent = false;
	id = crash_while_predicting(w);
	w->starts[0].over = true;
	world_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 12, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->state,
	    ATTEMPT_HELD);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_IN_DOUBT);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 13, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	assert_int_equal(world_command(w, &reopen)->u.reply.code, REPLY_OK);
	world_until(w, jan(14, 14, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 2);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

/* Held, and then the evidence comes after all. */
/* Nobody waits for ever for evidence that can't tell; should it, it counts. */
static void
evidence_that_never_tells_asks_a_person(void **state)
{
	struct world *w = *state;
	uint64_t id;

	w->actions[RUN_PREDICTIONS].idempotent = false;
	id = crash_while_predicting(w);
	w->starts[0].over = true;
	world_untold(w, PREDICTED, jan13, jan(14, 8, 19), false);
	world_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->state,
	    ATTEMPT_IN_DOUBT);
	world_until(w, jan(14, 9, 40));
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->state,
	    ATTEMPT_HELD);
	world_fact(w, PREDICTED, jan13, jan(14, 10, 0), 150, NAN);
	world_until(w, jan(14, 11, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

static void
held_doubt_ends_with_the_evidence(void **state)
{
	struct world *w = *state;
	uint64_t id;

	w->actions[RUN_PREDICTIONS].idempotent = false;
	id = crash_while_predicting(w);
	w->starts[0].over = true;
	world_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 9, 0));
	world_fact(w, PREDICTED, jan13, jan(14, 9, 0), 150, NAN);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_DONE);
}

/*------------------------------------------------------------------- repairs */

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
a_repair_in_doubt_is_repeated_if_it_may_be(void **state)
{
	struct world *w = *state;
	struct date date;
	uint64_t id = crash_while_repairing(w, &date);

	w->starts[0].over = true;
	world_found(w, id, false, PROBE_NONE);
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
	world_found(w, id, false, PROBE_NONE);
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
	world_found(w, id, false, PROBE_NONE);
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
	world_found(w, id, false, PROBE_NOT);
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

	world_found(w, id, true, PROBE_NONE);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(what_still_runs_is_adopted),
		T(what_never_began_is_retried_and_charged),
		T(doubt_is_decided_by_evidence),
		T(doubt_about_what_may_be_repeated_is_tried_again),
		T(doubt_about_what_may_not_is_held_for_a_person),
		T(evidence_that_never_tells_asks_a_person),
		T(held_doubt_ends_with_the_evidence),
		T(a_repair_in_doubt_is_repeated_if_it_may_be),
		T(a_repair_in_doubt_is_held_if_it_may_not),
		T(a_repair_in_doubt_is_proved_by_evidence),
		T(a_repair_that_never_began_is_charged_and_repeated),
		T(a_repair_that_still_runs_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
