/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-retired.c -- a source that is given up: from its date on its
 * checks owe nothing, its repairs don't start, and what looked at it looks
 * at what took its place. Earlier dates are as they were.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "repair-help.h"

static const struct date from = { 20466 + 2 };  /* January 15 */

/* As config builds it: gamebooks joins the alarm; the gate has it already. */
static void
retire(struct world *w)
{
	static const int32_t inputs[] = { BOX_SCORES, GAMEBOOKS };
	const struct retirement r = { "bdl", "gamebooks", from, GAMEBOOKS };

	w->checks[BOX_SCORES].retirement = r;
	w->recoveries[BDL_RETRY].retirement = r;
	w->gates[BOX_SCORE_ALARM].inputs = inputs;
	w->gates[BOX_SCORE_ALARM].joiners = (struct joiners){ &from, 1 };
}

static int64_t
morning(struct date d)
{
	return (int64_t)(d.day + 1) * DAY + 5 * HOUR;
}

/* A day without box scores. */
static void
no_box_scores(struct world *w, struct date date)
{
	nba_good_day(w, date, 6);
	world_fact(w, BOX_SCORES, date, morning(date), 0, 6);
}

static void
no_gamebooks(struct world *w, struct date date)
{
	nba_good_day(w, date, 6);
	world_fact(w, BOX_SCORES, date, morning(date), 0, 6);
	world_fact(w, GAMEBOOKS, date, morning(date), 3, 6);
}

static enum result
result_of(const struct world *w, int32_t check, struct date date)
{
	return engine_result(w->engine, check, date, &w->now);
}

static int32_t
alarms_told(const struct world *w, struct date date)
{
	return world_told_count(w, ROOT_ALARM, BOX_SCORE_ALARM, date);
}

static void
earlier_dates_are_judged_as_ever(void **state)
{
	const struct date before = january(14);
	struct world *w = *state;

	retire(w);
	no_box_scores(w, before);
	world_go(w);
	world_until(w, jan(15, 18, 0));
	assert_int_equal(result_of(w, BOX_SCORES, before), RESULT_FAIL);
	assert_true(alarms_told(w, before) > 0);
	assert_int_equal(tries(w, BDL_RETRY, before), 2);
	assert_int_equal(why(w, BDL_RETRY, before), WHY_NO_EFFECT);
	assert_int_equal(world_state(w, RAW, before), PHASE_DONE);
}

static void
from_its_date_on_it_owes_nothing(void **state)
{
	struct world *w = *state;

	retire(w);
	no_box_scores(w, from);
	world_go(w);
	world_until(w, jan(16, 18, 0));
	assert_int_equal(result_of(w, BOX_SCORES, from), RESULT_SKIP);
	assert_null(engine_check(w->engine, BOX_SCORES, from));
	assert_int_equal(alarms_told(w, from), 0);
	assert_int_equal(tries(w, BDL_RETRY, from), 0);
	assert_int_equal(why(w, BDL_RETRY, from), WHY_RETIRED);
	assert_int_equal(world_state(w, RAW, from), PHASE_DONE);
	assert_int_equal(world_marks(w, RAW, from) & MARK_DEGRADED, 0);
}

/* With the other source still in it the gate would be open. */
static void
what_takes_its_place_decides(void **state)
{
	struct world *w = *state;
	struct command recover = world_about(COMMAND_RECOVER, BDL_RETRY,
	    from);

	retire(w);
	no_gamebooks(w, from);
	world_fact(w, BOX_SCORES, from, 0, 6, 6);
	world_go(w);
	world_until(w, jan(16, 18, 0));
	assert_int_not_equal(world_state(w, RAW, from), PHASE_DONE);
	assert_true(alarms_told(w, from) + world_told_count(w, ROOT_PHASE,
	    RAW, from) > 0);
	assert_int_equal(tries(w, BDL_RETRY, from), 0);
	assert_int_not_equal(world_command(w, &recover)->u.reply.code,
	    REPLY_OK);
}

/* The line is written on the day after: what stood ends, and is told. */
static void
a_reload_ends_what_stood(void **state)
{
	const struct date before = january(14);
	struct world *w = *state;
	int32_t told;

	no_box_scores(w, before);
	no_box_scores(w, from);
	world_go(w);
	world_until(w, jan(16, 18, 0));
	told = alarms_told(w, from);
	assert_true(told > 0);
	assert_true(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, from)->
	    open);
	retire(w);
	world_crash(w);
	world_resume(w);
	world_pass(w, 10 * MINUTE);
	assert_false(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, from)->
	    open);
	assert_int_equal(alarms_told(w, from), told + 1);
	assert_int_equal(world_told(w, ROOT_ALARM, BOX_SCORE_ALARM, from,
	    told)->kind, NOTICE_RESOLVED);
	assert_true(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, before)->
	    open);
}

/* Nothing of an attempt that is being proved can be proved any more. */
static void
what_is_retired_proves_nothing(void **state)
{
	struct world *w = *state;

	no_box_scores(w, from);
	world_go(w);
	world_until(w, jan(16, 3, 0));
	while (w->n_starts == 0)
		world_pass(w, MINUTE / 4);
	retire(w);
	world_crash(w);
	world_resume(w);
	world_found(w, w->starts[0].attempt, false, PROBE_HAPPENED);
	world_pass(w, HOUR);
	assert_int_equal(try_of(w, BDL_RETRY, from, 0)->state,
	    ATTEMPT_CLOSED);
	assert_int_equal(try_of(w, BDL_RETRY, from, 0)->outcome,
	    OUTCOME_UNPROVEN);
	assert_int_equal(tries(w, BDL_RETRY, from), 1);
}

/* An alarm of that source itself. */
static void
its_alarms_are_silent(void **state)
{
	struct world *w = *state;

	retire(w);
	w->gates[BOX_SCORE_ALARM].retirement =
	    w->checks[BOX_SCORES].retirement;
	no_gamebooks(w, from);
	world_go(w);
	world_until(w, jan(16, 18, 0));
	assert_int_equal(alarms_told(w, from), 0);
	assert_null(world_breach(w, ROOT_ALARM, BOX_SCORE_ALARM, from));
	assert_null(engine_gate(w->engine, BOX_SCORE_ALARM, from));
	assert_true(world_told_count(w, ROOT_PHASE, RAW, from) > 0);
}

/*------------------------------------------ what a reload has taken away */

/* An attempt of a recovery that is configured no more. */
static void
was_started(struct world *w, int32_t action, int64_t at,
    enum attempt_state state)
{
	struct record r = { .kind = RECORD_ATTEMPT, .pipeline = NONE,
		.subject = NONE };

	r.u.attempt = (struct attempt_row){ .id = 900, .action = action,
		.phase = NONE, .recovery = NONE, .state = state,
		.intent_at = at };
	world_crash(w);
	engine_restore(w->engine, &r);
	world_resume(w);
}

static void
a_budget_counts_what_is_gone(void **state)
{
	struct world *w = *state;

	w->actions[SCRAPE_BDL].per_hour = 1;
	no_box_scores(w, from);
	world_go(w);
	world_until(w, jan(16, 5, 59));
	assert_int_equal(tries(w, BDL_RETRY, from), 0);
	was_started(w, SCRAPE_BDL, jan(16, 5, 58), ATTEMPT_CLOSED);
	world_until(w, jan(16, 6, 57));
	assert_int_equal(tries(w, BDL_RETRY, from), 0);
	assert_int_equal(why(w, BDL_RETRY, from), WHY_BUDGET_ACTION);
	world_until(w, jan(16, 7, 5));
	assert_int_equal(tries(w, BDL_RETRY, from), 1);
	assert_true(try_of(w, BDL_RETRY, from, 0)->id > 900);
}

static void
what_still_runs_keeps_others_off(void **state)
{
	struct world *w = *state;
	struct event ended = { .kind = EVENT_ENDED, .attempt = 900 };

	w->actions[SCRAPE_BDL].exclusive = true;
	no_box_scores(w, from);
	world_go(w);
	world_until(w, jan(16, 5, 59));
	was_started(w, SCRAPE_BDL, jan(16, 5, 58), ATTEMPT_RUNNING);
	world_until(w, jan(16, 9, 0));
	assert_int_equal(tries(w, BDL_RETRY, from), 0);
	assert_int_equal(why(w, BDL_RETRY, from), WHY_IN_FLIGHT);
	world_event(w, &ended);
	world_pass(w, MINUTE);
	assert_int_equal(tries(w, BDL_RETRY, from), 1);
}

/* More of them than are kept apart: their numbers are taken all the same. */
static void
no_number_comes_twice(void **state)
{
	struct world *w = *state;
	struct record r = { .kind = RECORD_ATTEMPT, .pipeline = NONE,
		.subject = NONE };
	int32_t i;

	no_box_scores(w, from);
	world_begin(w);
	r.u.attempt = (struct attempt_row){ .action = PROCESS_DATE,
		.phase = NONE, .recovery = NONE, .state = ATTEMPT_RUNNING,
		.intent_at = jan(13, 3, 0) };
	for (i = 0; i < 1000; i++) {
		r.u.attempt.id = 100 + (uint64_t)i;
		engine_restore(w->engine, &r);
	}
	world_resume(w);
	world_until(w, jan(16, 7, 5));
	assert_true(try_of(w, BDL_RETRY, from, 0)->id > 1099);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(earlier_dates_are_judged_as_ever),
		T(from_its_date_on_it_owes_nothing),
		T(what_takes_its_place_decides),
		T(a_reload_ends_what_stood),
		T(what_is_retired_proves_nothing),
		T(its_alarms_are_silent),
		T(a_budget_counts_what_is_gone),
		T(what_still_runs_keeps_others_off),
		T(no_number_comes_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
