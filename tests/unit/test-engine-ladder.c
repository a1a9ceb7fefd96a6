/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-ladder.c -- one recovery after the other, what ends each for
 * good, and what is told of an action that does harm or never succeeds.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "repair-help.h"

static const int32_t box[] = { BOX_SCORES };

/* Two days whose box scores lack one game, and stay so. */
static void
lacking(struct world *w, int32_t from, int32_t to)
{
	int32_t i;

	for (i = from; i <= to; i++) {
		nba_good_day(w, january(i), 9);
		world_fact(w, BOX_SCORES, january(i), jan(i + 1, 5, 0), 6, 9);
	}
}

static void
loses_a_game(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_fact(w, BOX_SCORES, s->date, w->now.wall,
	    9 - s->row.before[0] - 1, 9);
}

static void
brings_all(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)ended;
	world_fact(w, BOX_SCORES, s->date, w->now.wall, 9, 9);
}

/*------------------------------------------------------------------- worse */

/* Exit 0 both times: what the checks say decides. */
static void
exit_0_proves_nothing(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	lacking(w, 14, 14);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(try_of(w, BDL_RETRY, date, 0)->failure,
	    FAILURE_NONE);
	assert_int_equal(try_of(w, BDL_RETRY, date, 0)->outcome,
	    OUTCOME_NO_EFFECT);
	assert_false(engine_disabled(w->engine, BDL_RETRY)->live);
}

static void
what_made_it_worse_is_disabled_for_every_date(void **state)
{
	struct world *w = *state;
	struct command reopen = world_about(COMMAND_REOPEN, BDL_RETRY,
	    january(15));
	struct command recover = world_about(COMMAND_RECOVER, BDL_RETRY,
	    january(15));
	const struct disabled_row *d;

	reopen.scope = HOLD_RECOVERY;
	w->act[SCRAPE_BDL] = loses_a_game;
	lacking(w, 14, 15);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, january(14)), 1);
	assert_int_equal(try_of(w, BDL_RETRY, january(14), 0)->outcome,
	    OUTCOME_WORSE);
	d = engine_disabled(w->engine, BDL_RETRY);
	assert_true(d->live);
	assert_int_equal(d->checks, 1);
	assert_int_equal(d->attempt, try_of(w, BDL_RETRY, january(14),
	    0)->id);
	/* it pages, once, in a conversation of its own */
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL,
	    (struct date){ 0 }), 1);
	assert_int_equal(world_told(w, ROOT_ACTION, SCRAPE_BDL,
	    (struct date){ 0 }, 0)->severity, SEVERITY_CRITICAL);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(16, 12, 0));
	assert_int_equal(tries(w, BDL_RETRY, january(15)), 0);
	assert_int_equal(why(w, BDL_RETRY, january(15)), WHY_DISABLED);
	/* no person starts it either, before saying so */
	assert_int_equal(world_command(w, &recover)->u.reply.code,
	    REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.conditions[0].why, WHY_DISABLED);
	w->act[SCRAPE_BDL] = brings_all;
	assert_int_equal(world_command(w, &reopen)->u.reply.code, REPLY_OK);
	assert_false(engine_disabled(w->engine, BDL_RETRY)->live);
	assert_string_equal(engine_disabled(w->engine, BDL_RETRY)->
	    reopened_by, "tester");
	world_pass(w, HOUR);
	assert_int_equal(try_of(w, BDL_RETRY, january(15), 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(world_told(w, ROOT_ACTION, SCRAPE_BDL,
	    (struct date){ 0 }, 1)->kind, NOTICE_RESOLVED);
	assert_int_equal(engine_track(w->engine, SCRAPE_BDL)->incident, 0);
}

static void
the_next_in_order_follows_one_that_is_disabled(void **state)
{
	struct world *w = *state;
	int32_t second = world_recovery(w, "second", PROCESS_DATE, box, 1);

	w->recoveries[second].order = 2;
	w->act[SCRAPE_BDL] = loses_a_game;
	w->act[PROCESS_DATE] = brings_all;
	lacking(w, 14, 15);
	world_go(w);
	world_until(w, jan(16, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, january(14)), 1);
	assert_int_equal(try_of(w, second, january(14), 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(tries(w, BDL_RETRY, january(15)), 0);
	assert_int_equal(try_of(w, second, january(15), 0)->outcome,
	    OUTCOME_RECOVERED);
}

/*------------------------------------------------------------------- ladder */

/* Retry, another source, a partial backfill, a full one, a person: each with
 * a plan of its own, none before the one before it is over. */
static void
each_rung_has_its_turn_and_the_last_is_a_person(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	static const char *const names[] = { "other_source", "partial",
		"full" };
	int32_t rung[5] = { BDL_RETRY }, i;
	const struct incident_row *x;

	for (i = 1; i <= 3; i++) {
		rung[i] = world_recovery(w, names[i - 1], i == 1 ?
		    SCRAPE_BDL : PROCESS_DATE, box, 1);
		w->recoveries[rung[i]].order = i + 1;
		w->recoveries[rung[i]].retry.attempts = i;
		w->recoveries[rung[i]].no_effect_limit = 5;
	}
	rung[4] = world_recovery(w, "ask", NONE, box, 1);
	w->recoveries[rung[4]].order = 9;
	w->recoveries[rung[4]].fix = "call the league";
	w->recoveries[BDL_RETRY].no_effect_limit = 5;
	w->act[SCRAPE_BDL] = fails;
	lacking(w, 14, 14);
	world_go(w);
	world_until(w, jan(16, 4, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 5);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(tries(w, rung[i], date), i);
		assert_true(try_of(w, rung[i], date, 0)->intent_at >=
		    try_of(w, rung[i - 1], date, tries(w, rung[i - 1],
		    date) - 1)->closed_at);
		assert_int_equal(plan(w, rung[i], date)->ended,
		    WHY_ATTEMPTS);
	}
	assert_int_equal(plan(w, rung[4], date)->ended, WHY_PERSON);
	assert_int_equal(tries(w, rung[4], date), 0);
	x = world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, date);
	assert_non_null(x);
	assert_true(x->gave_up);
}

static void
a_person_is_not_asked_while_something_is_tried(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	int32_t ask = world_recovery(w, "ask", NONE, box, 1);

	w->recoveries[ask].order = 2;
	lacking(w, 14, 14);
	w->act[SCRAPE_BDL] = brings_all;
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 1);
	assert_true(plan(w, ask, date) == NULL ||
	    plan(w, ask, date)->ended == WHY_NOTHING);
}

/* Of five checks each has its share; when that is over the next one goes on
 * with it, and this one with the others. */
static void
a_check_has_its_share_of_repairs(void **state)
{
	static const int32_t pdc[] = { PDC };
	const struct date date = january(14);
	struct world *w = *state;
	int32_t i, n = 0, other = world_recovery(w, "other", SCRAPE_BDL, pdc,
	    1);

	w->recoveries[other].order = 2;
	w->recoveries[other].retry.attempts = 1;
	w->recoveries[PHASE4_BACKFILL].per_item = 1;
	w->recoveries[PHASE4_BACKFILL].no_effect_limit = 9;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	world_fact(w, PCF, date, jan(15, 13, 0), 0, NAN);
	world_go(w);
	world_until(w, jan(15, 12, 50));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_BUDGET_ITEM);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->ended, WHY_NOTHING);
	assert_int_equal(tries(w, other, date), 1);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(15, 20, 0));
	for (i = 0; i < tries(w, PHASE4_BACKFILL, date); i++)
		n += (try_of(w, PHASE4_BACKFILL, date, i)->failing &
		    BIT_PDC) != 0;
	assert_int_equal(n, 1);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 2);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->failing,
	    BIT_PCF);
}

/*--------------------------------------------------------------- definition */

static void
reload(struct world *w, uint64_t definition)
{
	w->actions[SCRAPE_BDL].definition = definition;
	w->actions[RUN_PREDICTIONS].definition = definition;
	world_crash(w);
	world_resume(w);
	world_pass(w, 2 * HOUR);
}

static void
another_definition_is_another_chance(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	w->actions[SCRAPE_BDL].definition = 7;
	w->actions[RUN_PREDICTIONS].definition = 7;
	w->act[SCRAPE_BDL] = fails_for_good;
	w->act[RUN_PREDICTIONS] = fails_for_good;
	lacking(w, 14, 14);
	world_go(w);
	world_until(w, jan(15, 12, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 1);
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_PERMANENT);
	assert_int_equal(world_state(w, PREDICT, date), PHASE_FAILED);
	reload(w, 7);
	assert_int_equal(tries(w, BDL_RETRY, date), 1);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 1);
	w->act[SCRAPE_BDL] = brings_all;
	reload(w, 8);
	assert_int_equal(tries(w, BDL_RETRY, date), 2);
	assert_true(plan(w, BDL_RETRY, date)->episode >= 1);
	assert_int_equal(plan(w, BDL_RETRY, date)->last, OUTCOME_RECOVERED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 2);
	assert_int_equal(world_state(w, PREDICT, date), PHASE_FAILED);
	reload(w, 8);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 2);
}

/* What has ended in another way stays so. */
static void
a_definition_refunds_no_attempts(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	w->actions[SCRAPE_BDL].definition = 7;
	lacking(w, 14, 14);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_NO_EFFECT);
	reload(w, 8);
	assert_int_equal(tries(w, BDL_RETRY, date), 2);
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_NO_EFFECT);
}

/*---------------------------------------------------------- never succeeded */

static void
what_never_succeeds_is_told_once_and_ends_with_a_success(void **state)
{
	const struct date none = { 0 };
	struct world *w = *state;
	const struct track_row *t;

	w->actions[SCRAPE_BDL].vain_tries = 5;
	lacking(w, 14, 17);
	world_go(w);
	world_until(w, jan(16, 20, 0));
	t = engine_track(w->engine, SCRAPE_BDL);
	assert_int_equal(t->in_vain, 4);
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    0);
	world_until(w, jan(17, 20, 0));
	world_crash(w);
	world_resume(w);
	world_until(w, jan(18, 4, 0));
	t = engine_track(w->engine, SCRAPE_BDL);
	assert_int_equal(t->tries, 6);
	assert_int_equal(t->succeeded, 0);
	assert_true(t->incident != 0);
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    1);
	assert_int_equal(world_told(w, ROOT_ACTION, SCRAPE_BDL, none,
	    0)->severity, SEVERITY_WARNING);
	w->act[SCRAPE_BDL] = brings_all;
	world_until(w, jan(18, 20, 0));
	t = engine_track(w->engine, SCRAPE_BDL);
	assert_int_equal(t->in_vain, 0);
	assert_int_equal(t->succeeded, 1);
	assert_int_equal(t->incident, 0);
	assert_int_equal(world_told(w, ROOT_ACTION, SCRAPE_BDL, none,
	    1)->kind, NOTICE_RESOLVED);
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    2);
}

/* By time: from the first try in vain on. */
static void
no_success_for_so_long_is_told_by_time_alone(void **state)
{
	const struct date none = { 0 };
	struct world *w = *state;

	w->actions[SCRAPE_BDL].vain_ms = 2 * DAY;
	lacking(w, 14, 14);
	world_go(w);
	world_until(w, jan(17, 5, 0));
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    0);
	world_until(w, jan(17, 12, 0));
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    1);
}

/* It has no date that would look at it. */
static void
what_is_of_no_date_is_reminded_of(void **state)
{
	const struct date none = { 0 };
	struct world *w = *state;
	struct command c = { .kind = COMMAND_ACK, .pipeline = NONE,
		.subject = NONE, .until = jan(16, 12, 0), .actor = "anna" };

	w->pipeline.remind_ms = 6 * HOUR;
	w->act[SCRAPE_BDL] = loses_a_game;
	lacking(w, 14, 14);
	world_go(w);
	world_until(w, jan(15, 9, 0));
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    1);
	world_until(w, jan(15, 13, 0));
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    2);
	assert_int_equal(world_told(w, ROOT_ACTION, SCRAPE_BDL, none,
	    1)->kind, NOTICE_REMINDER);
	c.id = engine_track(w->engine, SCRAPE_BDL)->incident;
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_until(w, jan(16, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    2);
	c.kind = COMMAND_UNDO;
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    3);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(16, 18, 0));
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    4);
}

/* All places are taken by what is open; then one of them is free. */
static void
what_found_no_place_is_told_when_there_is_one(void **state)
{
	const struct date none = { 0 };
	struct world *w = *state;

	engine_limits_default(&w->graph, &w->limits);
	w->limits.incidents = 1;
	w->act[SCRAPE_BDL] = loses_a_game;
	w->takes[SCRAPE_BDL] = 8 * HOUR;        /* the alarm is before it */
	lacking(w, 14, 14);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_true(engine_disabled(w->engine, BDL_RETRY)->live);
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    0);
	world_fact(w, BOX_SCORES, january(14), jan(15, 20, 0), 9, 9);
	world_until(w, jan(16, 3, 0));
	assert_int_equal(world_told_count(w, ROOT_ACTION, SCRAPE_BDL, none),
	    1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(exit_0_proves_nothing),
		T(what_made_it_worse_is_disabled_for_every_date),
		T(the_next_in_order_follows_one_that_is_disabled),
		T(each_rung_has_its_turn_and_the_last_is_a_person),
		T(a_person_is_not_asked_while_something_is_tried),
		T(a_check_has_its_share_of_repairs),
		T(another_definition_is_another_chance),
		T(a_definition_refunds_no_attempts),
		T(what_never_succeeds_is_told_once_and_ends_with_a_success),
		T(no_success_for_so_long_is_told_by_time_alone),
		T(what_is_of_no_date_is_reminded_of),
		T(what_found_no_place_is_told_when_there_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
