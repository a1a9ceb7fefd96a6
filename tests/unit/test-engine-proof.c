/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-proof.c -- what a repair is proved by, and what is made again
 * after it.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "repair-help.h"

/*----------------------------------------------------------------- the proof */

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

/*-------------------------------------------------------- what is made again */

/* When PCF is due the edge opens degraded and predictions start; the repair
 * waits for their end and brings it. */
/* From other data comes another number of predictions. */
static void
predicts_anew(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_fact(w, PREDICTED, s->date, w->now.wall, 150 +
	    world_attempts(w, PREDICT, NONE, s->date), NAN);
}

static void
predicts_the_same(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_fact(w, PREDICTED, s->date, w->now.wall, 150, NAN);
}

static struct date
repaired_after_predicting(struct world *w)
{
	const struct date date = january(14);

	nba_good_day(w, date, 6);
	lacks(w, PCF, date);
	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	w->act[RUN_PREDICTIONS] = predicts_anew;
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
where_nothing_has_changed_it_stops(void **state)
{
	struct world *w = *state;
	struct date date = repaired_after_predicting(w);

	w->act[RUN_PREDICTIONS] = predicts_the_same;
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 2);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, date), 1);
	assert_int_equal(world_marks(w, PUBLISH, date), 0);
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
}

/* What `make` was started on, where other checks stand before its own. */
static uint64_t
relied_behind(int32_t others)
{
	struct world *w = world_new();
	int32_t rows, made, load, make;
	uint64_t relied;

	for (; others > 0; others--)
		(void)world_check(w, "other");
	rows = world_check(w, "rows");
	made = world_check(w, "made");
	load = world_phase(w, "load", NONE);
	make = world_phase(w, "make", load);
	world_done_checks(w, load, &rows, 1);
	world_done_checks(w, make, &made, 1);
	w->phases[make].start = world_action(w, "maker", NULL);
	world_fact(w, rows, jan13, jan(14, 5, 0), 7, NAN);
	world_go(w);
	world_until(w, jan(14, 6, 0));
	assert_int_equal(world_attempts(w, make, NONE, jan13), 1);
	relied = engine_phase(w->engine, make, jan13)->relied;
	world_free(w);
	return relied;
}

/* A reload numbers anew, and what nothing has happened to isn't stale. */
static void
what_was_relied_on_has_no_numbers(void **state)
{
	(void)state;
	assert_true(relied_behind(0) != 0);
	assert_true(relied_behind(0) == relied_behind(1));
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
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(the_exit_code_proves_nothing),
		T(a_permanent_failure_ends_the_plan),
		T(what_makes_it_worse_stops_at_once),
		T(a_shortfall_that_grows_is_worse),
		T(without_evidence_it_is_unproven_and_waits),
		T(not_yet_is_waited_for),
		T(measurements_from_before_prove_nothing),
		T(a_proof_goes_on_after_a_crash),
		T(what_was_made_from_old_values_is_made_again),
		T(where_nothing_has_changed_it_stops),
		T(what_was_relied_on_has_no_numbers),
		T(what_has_left_the_house_waits_for_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
