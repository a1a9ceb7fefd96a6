/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-retry.c -- a start that has failed, or has brought nothing: how
 * often it is tried again, when, and what is taken for success.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "nba-world.h"

static void
asks_for_patience(struct world *w, const struct world_start *s,
    struct event *ended)
{
	fails(w, s, ended);
	ended->u.ended.retry_after_ms = 7 * MINUTE;
}

static void
does_nothing(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)w;
	(void)s;
	(void)ended;
}

static void
a_failed_start_is_tried_again_as_planned(void **state)
{
	struct world *w = *state;
	int32_t i;

	w->act[RUN_PREDICTIONS] = fails;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 3);
	for (i = 1; i < 3; i++)
		assert_true(w->starts[i].at >= w->starts[i - 1].ends +
		    retry_delay(&w->phases[PREDICT].retry, i + 1, 0));
	assert_int_equal(w->starts[2].row.number, 3);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(engine_phase(w->engine, PREDICT, jan13)->failed_why,
	    WHY_ATTEMPTS);
}

static void
a_permanent_failure_is_final(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = fails_for_good;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(engine_phase(w->engine, PREDICT, jan13)->failed_why,
	    WHY_PERMANENT);
}

static void
retry_after_is_honoured(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = asks_for_patience;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 3);
	assert_true(w->starts[1].at - w->starts[0].ends >= 7 * MINUTE);
}

/* It said that it succeeded; its `done` never held. */
static void
success_without_evidence_is_no_success(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = does_nothing;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 5));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_VERIFYING);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 3);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_NOT_DONE);
	assert_true(w->starts[1].at >= w->starts[0].ends + 10 * MINUTE);
	/* its backoff had run out by then: nothing else is waited for */
	assert_true(w->starts[1].at < w->starts[0].ends + 11 * MINUTE);
	/* what comes later is evidence too */
	world_fact(w, PREDICTED, jan13, jan(14, 20, 0), 9, NAN);
	world_until(w, jan(14, 21, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(w->n_starts, 4);       /* publish */
}

/* While its evidence can't be read, a start isn't repeated. */
static void
an_unproven_start_waits_for_a_measurement(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = does_nothing;
	nba_good_day(w, jan13, 9);
	world_untold(w, PREDICTED, jan13, jan(14, 8, 1), false);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_UNPROVEN);
	assert_int_equal(world_reading(w, PREDICT, jan13).closed[0].why,
	    WHY_UNPROVEN);
	world_fact(w, PREDICTED, jan13, jan(14, 20, 0), 0, NAN);
	world_until(w, jan(14, 21, 0));
	assert_int_equal(w->n_starts, 3);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(a_failed_start_is_tried_again_as_planned),
		T(a_permanent_failure_is_final),
		T(retry_after_is_honoured),
		T(success_without_evidence_is_no_success),
		T(an_unproven_start_waits_for_a_measurement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
