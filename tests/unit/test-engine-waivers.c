/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-waivers.c -- what is waived is not owed, stays in sight, and
 * comes back when its waiver ends.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "repair-help.h"

static const struct date day = { 20466 + 1 };   /* January 14 */

/* Box scores of five games of six, for good. */
static void
lacks_one(struct world *w)
{
	nba_good_day(w, day, 6);
	world_fact(w, BOX_SCORES, day, jan(15, 5, 0), 5, 6);
	world_go(w);
}

static struct command
waive(int32_t check, const char *items)
{
	struct command c = world_about(COMMAND_WAIVE, check, day);

	c.until = INSTANT_NONE;
	c.items = items;
	c.actor = "anna";
	c.reason = "never recorded";
	return c;
}

static uint64_t
waived(struct world *w, int32_t check, const char *items)
{
	struct command c = waive(check, items);
	const struct effect *r = world_command(w, &c);

	assert_int_equal(r->u.reply.code, REPLY_OK);
	assert_true(r->u.reply.id > 0);
	return r->u.reply.id;
}

static enum reply_code
refused(struct world *w, const struct command *c)
{
	return world_command(w, c)->u.reply.code;
}

static enum reply_code
undo(struct world *w, uint64_t id)
{
	struct command c = { .kind = COMMAND_UNDO, .pipeline = NONE,
		.subject = NONE, .id = id, .until = INSTANT_NONE };

	return world_command(w, &c)->u.reply.code;
}

static const struct waiver_row *
waiver(const struct world *w, uint64_t id)
{
	const struct waiver_row *x;
	int32_t i;

	for (i = 0; (x = engine_waiver_at(w->engine, i, NULL)); i++)
		if (x->id == id)
			return x;
	fail();
	return NULL;
}

static enum result
result_of(const struct world *w, int32_t check)
{
	return engine_result(w->engine, check, day, &w->now);
}

static const struct check_row *
box(const struct world *w)
{
	return engine_check(w->engine, BOX_SCORES, day);
}

static void
an_item_leaves_what_is_owed(void **state)
{
	struct world *w = *state;
	uint64_t id;

	lacks_one(w);
	world_until(w, jan(15, 12, 0));
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_FAIL);
	assert_true(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, day)->
	    open);
	id = waived(w, BOX_SCORES, "g6");
	world_pass(w, MINUTE);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_PASS);
	assert_true(box(w)->expected == 5 && box(w)->value == 5);
	assert_int_equal(box(w)->missing, 0);
	assert_int_equal(box(w)->waived, 1);
	assert_false(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, day)->
	    open);
	assert_string_equal(waiver(w, id)->items, "g6");
	assert_string_equal(waiver(w, id)->actor, "anna");
	assert_int_equal(waiver(w, id)->until - waiver(w, id)->at, 30 * DAY);
}

/* Waived before its time, it makes no incident and starts no repair. */
static void
what_is_waived_ahead_is_never_told(void **state)
{
	struct world *w = *state;
	struct command c = waive(BOX_SCORES, "g6");

	lacks_one(w);
	world_until(w, jan(15, 3, 0));
	c.ahead = true;
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_until(w, jan(16, 12, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    day), 0);
	assert_null(world_breach(w, ROOT_ALARM, BOX_SCORE_ALARM, day));
	assert_int_equal(tries(w, BDL_RETRY, day), 0);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_PASS);
}

static void
only_what_is_named_is_waived(void **state)
{
	struct world *w = *state;

	nba_good_day(w, day, 6);
	world_fact(w, BOX_SCORES, day, jan(15, 5, 0), 4, 6);
	world_go(w);
	world_until(w, jan(15, 12, 0));
	(void)waived(w, BOX_SCORES, "g6,g7");
	world_pass(w, MINUTE);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_FAIL);
	assert_int_equal(box(w)->missing, 1);
	assert_true(box(w)->expected == 5);
	(void)waived(w, BOX_SCORES, "g5");
	world_pass(w, MINUTE);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_PASS);
	assert_int_equal(box(w)->waived, 2);
}

static void
all_of_a_date_that_is_waived_owes_nothing(void **state)
{
	struct world *w = *state;

	nba_good_day(w, day, 1);
	world_fact(w, BOX_SCORES, day, jan(15, 5, 0), 0, 1);
	world_go(w);
	world_until(w, jan(15, 12, 0));
	(void)waived(w, BOX_SCORES, "g1");
	world_pass(w, MINUTE);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_SKIP);
	assert_false(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, day)->
	    open);
}

static void
a_whole_check_is_measured_on_and_owes_nothing(void **state)
{
	struct world *w = *state;
	uint64_t id, before;

	lacks_one(w);
	world_until(w, jan(15, 12, 0));
	id = waived(w, BOX_SCORES, NULL);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_SKIP);
	before = box(w)->measurement;
	world_pass(w, 2 * HOUR);
	assert_true(w->measurements > before);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_SKIP);
	assert_int_equal(waiver(w, id)->state, WAIVER_LIVE);
	assert_false(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM, day)->
	    open);
}

/* The game comes after all. */
static void
what_arrives_ends_its_waiver(void **state)
{
	struct world *w = *state;
	uint64_t item, whole;

	lacks_one(w);
	world_fact(w, BOX_SCORES, day, jan(15, 15, 0), 6, 6);
	world_until(w, jan(15, 12, 0));
	whole = waived(w, BOX_SCORES, NULL);
	item = waived(w, BOX_SCORES, "g6");
	world_until(w, jan(15, 14, 0));
	assert_int_equal(waiver(w, item)->state, WAIVER_LIVE);
	world_until(w, jan(15, 16, 0));
	assert_int_equal(waiver(w, item)->state, WAIVER_NEEDLESS);
	assert_int_equal(waiver(w, whole)->state, WAIVER_NEEDLESS);
	assert_true(waiver(w, item)->ended_at >= jan(15, 15, 0));
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_PASS);
	assert_true(box(w)->expected == 6);
	assert_int_equal(undo(w, item), REPLY_NO_SUCH);
}

static void
it_comes_back_when_the_waiver_ends(void **state)
{
	struct world *w = *state;
	struct command c = waive(BOX_SCORES, "g6");
	uint64_t id;

	lacks_one(w);
	world_until(w, jan(15, 12, 0));
	c.until = jan(15, 18, 0);
	id = world_command(w, &c)->u.reply.id;
	world_until(w, jan(15, 17, 59));
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_PASS);
	world_crash(w);
	world_resume(w);
	world_pass(w, 2 * MINUTE);
	assert_int_equal(waiver(w, id)->state, WAIVER_EXPIRED);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_FAIL);
	id = waived(w, BOX_SCORES, NULL);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_SKIP);
	assert_int_equal(undo(w, id), REPLY_OK);
	world_pass(w, MINUTE);
	assert_int_equal(waiver(w, id)->state, WAIVER_UNDONE);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_FAIL);
}

static void
a_restart_forgets_none(void **state)
{
	struct world *w = *state;
	struct command more = waive(GAMEBOOKS, "g1");
	uint64_t id;

	lacks_one(w);
	world_until(w, jan(15, 12, 0));
	id = waived(w, BOX_SCORES, "g6");
	world_pass(w, HOUR);
	world_crash(w);
	world_resume(w);
	world_pass(w, HOUR);
	assert_int_equal(waiver(w, id)->state, WAIVER_LIVE);
	assert_true(waiver(w, id)->seen);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_PASS);
	more.ahead = true;
	assert_true(world_command(w, &more)->u.reply.id > id);
}

static void
what_can_not_be_waived_is_refused(void **state)
{
	struct world *w = *state;
	struct command c = waive(GAMEBOOKS, NULL);

	lacks_one(w);
	world_until(w, jan(15, 12, 0));
	assert_int_equal(refused(w, &c), REPLY_REFUSED);        /* passes */
	c = waive(GAMES, NULL);
	c.ahead = true;
	assert_int_equal(refused(w, &c), REPLY_REFUSED);
	c = waive(BOX_SCORES, "g6");
	c.until = jan(15, 11, 0);
	assert_int_equal(refused(w, &c), REPLY_REFUSED);
	c.until = jan(15, 13, 0);
	assert_int_equal(refused(w, &c), REPLY_OK);
	assert_int_equal(refused(w, &c), REPLY_ALREADY);
	c.date = january(2);
	assert_int_equal(refused(w, &c), REPLY_NO_SUCH);
	c = waive(NBA_CHECKS, NULL);
	assert_int_equal(refused(w, &c), REPLY_NO_SUCH);
}

/* A repair that was under way is no success because nobody asks for its
 * effect any more. */
static void
a_waiver_proves_no_repair(void **state)
{
	struct world *w = *state;

	lacks_one(w);
	world_until(w, jan(15, 3, 0));
	while (w->n_starts == 0)
		world_pass(w, MINUTE / 4);
	(void)waived(w, BOX_SCORES, "g6");
	world_pass(w, HOUR);
	assert_int_equal(try_of(w, BDL_RETRY, day, 0)->state,
	    ATTEMPT_CLOSED);
	assert_int_equal(try_of(w, BDL_RETRY, day, 0)->outcome,
	    OUTCOME_UNPROVEN);
	assert_int_equal(tries(w, BDL_RETRY, day), 1);
}

/* Of nine games g1 to g3 are there; those are waived. */
static void
lacks_six_and_waives(struct world *w, const char *items, world_act_fn *act)
{
	struct command c = waive(BOX_SCORES, items);

	w->act[SCRAPE_BDL] = act;
	nba_good_day(w, day, 9);
	world_fact(w, BOX_SCORES, day, jan(15, 5, 0), 3, 9);
	world_go(w);
	world_until(w, jan(15, 3, 0));
	c.ahead = true;
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
}

static void
lacks_six_and_waives_four(struct world *w, world_act_fn *act)
{
	lacks_six_and_waives(w, "g6,g7,g8,g9", act);
	world_until(w, jan(15, 11, 0));
}

static void
brings_the_rest(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_fact(w, BOX_SCORES, s->date, w->now.wall, 5, 9);
}

static void
brings_one(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_fact(w, BOX_SCORES, s->date, w->now.wall, 4, 9);
}

/* What was waived before is nothing that a repair has brought about. */
static void
what_stays_waived_is_in_no_proof(void **state)
{
	struct world *w = *state;

	lacks_six_and_waives_four(w, brings_the_rest);
	assert_int_equal(tries(w, BDL_RETRY, day), 1);
	assert_int_equal(try_of(w, BDL_RETRY, day, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(result_of(w, BOX_SCORES), RESULT_PASS);
}

static void
a_part_of_what_is_not_waived_is_improved(void **state)
{
	struct world *w = *state;

	lacks_six_and_waives_four(w, brings_one);
	assert_int_equal(try_of(w, BDL_RETRY, day, 0)->outcome,
	    OUTCOME_IMPROVED);
	assert_false(engine_disabled(w->engine, BDL_RETRY)->live);
}

static void
nothing_of_what_is_not_waived_is_no_effect(void **state)
{
	struct world *w = *state;

	lacks_six_and_waives_four(w, NULL);
	assert_int_equal(try_of(w, BDL_RETRY, day, 0)->outcome,
	    OUTCOME_NO_EFFECT);
	assert_int_not_equal(plan(w, BDL_RETRY, day)->ended, WHY_WORSE);
	assert_false(engine_disabled(w->engine, BDL_RETRY)->live);
}

/* What nobody asked for is asked for again while a repair is under way. */
static void
the_end_of_a_waiver_makes_no_repair_worse(void **state)
{
	struct world *w = *state;

	lacks_six_and_waives(w, "g8,g9", brings_one);
	while (w->n_starts == 0)
		world_pass(w, MINUTE / 4);
	assert_int_equal(undo(w, w->reply.u.reply.id), REPLY_OK);
	world_pass(w, HOUR);
	assert_true(box(w)->expected == 9);
	assert_int_equal(try_of(w, BDL_RETRY, day, 0)->outcome,
	    OUTCOME_IMPROVED);
	assert_false(engine_disabled(w->engine, BDL_RETRY)->live);
}

/* Of two checks of one repair: what passed only because of a waiver. */
static void
what_a_waiver_let_pass_is_not_broken(void **state)
{
	struct world *w = *state;
	struct command c = waive(GAMEBOOKS, "g9");
	uint64_t id;

	w->lists[63][0] = BOX_SCORES;
	w->lists[63][1] = GAMEBOOKS;
	w->recoveries[BDL_RETRY].repairs = w->lists[63];
	w->recoveries[BDL_RETRY].n_repairs = 2;
	w->act[SCRAPE_BDL] = brings_one;
	nba_good_day(w, day, 9);
	world_fact(w, BOX_SCORES, day, jan(15, 5, 0), 3, 9);
	world_fact(w, GAMEBOOKS, day, jan(15, 5, 0), 8, 9);
	world_go(w);
	world_until(w, jan(15, 3, 0));
	c.ahead = true;
	id = world_command(w, &c)->u.reply.id;
	while (w->n_starts == 0)
		world_pass(w, MINUTE / 4);
	assert_int_equal(w->starts[0].row.passing, 2);
	assert_int_equal(undo(w, id), REPLY_OK);
	world_pass(w, HOUR);
	assert_int_equal(result_of(w, GAMEBOOKS), RESULT_FAIL);
	assert_int_equal(try_of(w, BDL_RETRY, day, 0)->outcome,
	    OUTCOME_IMPROVED);
	assert_false(engine_disabled(w->engine, BDL_RETRY)->live);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(an_item_leaves_what_is_owed),
		T(what_is_waived_ahead_is_never_told),
		T(only_what_is_named_is_waived),
		T(all_of_a_date_that_is_waived_owes_nothing),
		T(a_whole_check_is_measured_on_and_owes_nothing),
		T(what_arrives_ends_its_waiver),
		T(it_comes_back_when_the_waiver_ends),
		T(a_restart_forgets_none),
		T(what_can_not_be_waived_is_refused),
		T(a_waiver_proves_no_repair),
		T(what_stays_waived_is_in_no_proof),
		T(a_part_of_what_is_not_waived_is_improved),
		T(nothing_of_what_is_not_waived_is_no_effect),
		T(the_end_of_a_waiver_makes_no_repair_worse),
		T(what_a_waiver_let_pass_is_not_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
