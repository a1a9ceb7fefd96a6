/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-operators.c -- what persons may do to starts: hold them, let
 * one pass over what is closed, ask for one.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "nba-world.h"

/*--------------------------------------------------------------------- holds */

static void
hold_all_stops_starts_until_it_ends(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, NONE, jan13), undo;
	uint64_t id;

	hold.dated = false;
	hold.pipeline = NONE;
	hold.scope = HOLD_ALL;
	hold.until = jan(14, 12, 0);
	nba_good_day(w, jan13, 9);
	world_go(w);
	id = world_command(w, &hold)->u.reply.id;
	assert_int_equal(w->reply.u.reply.code, REPLY_OK);
	assert_int_equal(world_command(w, &hold)->u.reply.code,
	    REPLY_ALREADY);
	world_until(w, jan(14, 11, 59));
	assert_int_equal(w->n_starts, 0);
	assert_true(world_reading(w, PREDICT, jan13).held);
	world_until(w, jan(14, 12, 0) + 10000);
	assert_int_equal(w->n_starts, 1);
	undo = (struct command){ .kind = COMMAND_UNDO, .id = id,
		.pipeline = NONE };
	assert_int_equal(world_command(w, &undo)->u.reply.code,
	    REPLY_NO_SUCH);
}

/* A hold from long ago outlives any number of those that are over. */
static void
full_tables_forget_nothing_alive(void **state)
{
	struct world *w = *state;
	struct command old = world_about(COMMAND_HOLD, PREDICT, jan13), c;
	int32_t i;

	engine_limits_default(&w->graph, &w->limits);
	w->limits.holds = w->limits.overrides = 3;
	w->limits.attempts = 2;
	old.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &old);
	c = old;
	c.subject = RAW;
	for (i = 0; i < 10; i++) {
		c.kind = COMMAND_HOLD;
		assert_int_equal(world_command(w, &c)->u.reply.code,
		    REPLY_OK);
		c.kind = COMMAND_RELEASE;
		assert_int_equal(world_command(w, &c)->u.reply.code,
		    REPLY_OK);
	}
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 9, 0));
	assert_true(world_reading(w, PREDICT, jan13).held);
	assert_int_equal(w->n_starts, 0);
}

/*----------------------------------------------------------------- overrides */

/* Blocked: pdc is required and isn't there. */
static void
blocked_day(struct world *w)
{
	nba_good_day(w, jan13, 9);
	world_fact(w, PDC, jan13, jan(14, 8, 0), 0, NAN);
	w->graph.n_recoveries = 0;
	world_go(w);
	world_until(w, jan(14, 11, 30));
	assert_int_equal(world_reading(w, PREDICT, jan13).view, VIEW_BLOCKED);
}

static struct command
override_as_seen(const struct world *w)
{
	struct command c = world_about(COMMAND_OVERRIDE, PREDICT, jan13);
	struct phase_reading r = world_reading(w, PREDICT, jan13);

	c.n_conditions = r.n;
	memcpy(c.conditions, r.closed, sizeof r.closed);
	return c;
}

static void
an_override_lets_one_start_pass(void **state)
{
	struct world *w = *state;
	struct command c;

	w->act[RUN_PREDICTIONS] = fails;
	blocked_day(w);
	c = override_as_seen(w);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 1);
	assert_true(world_marks(w, PREDICT, jan13) & MARK_OVERRIDDEN);
	assert_false(engine_override_at(w->engine, 0, NULL)->live);
	world_pass(w, 2 * HOUR);
	assert_int_equal(w->n_starts, 1);       /* spent by one */
}

static void
the_mark_of_an_override_travels(void **state)
{
	struct world *w = *state;
	struct command c;

	blocked_day(w);
	c = override_as_seen(w);
	(void)world_command(w, &c);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(world_state(w, PUBLISH, jan13), PHASE_DONE);
	assert_true(world_marks(w, PUBLISH, jan13) & MARK_OVERRIDDEN);
}

static void
an_override_covers_only_what_was_seen(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13), c;

	hold.scope = HOLD_PHASE;
	blocked_day(w);
	c = override_as_seen(w);
	c.conditions[0].detail = VERDICT_UNKNOWN;       /* seen less bad */
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 0);
	c = override_as_seen(w);
	(void)world_command(w, &hold);                  /* something new */
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 0);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	assert_int_equal(w->n_starts, 1);
}

static void
a_new_reason_for_the_same_verdict_blocks_again(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13), c;

	hold.scope = HOLD_PHASE;
	blocked_day(w);
	c = override_as_seen(w);
	(void)world_command(w, &hold);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_fact(w, MLFS, jan13, w->now.wall, 0, NAN);
	world_pass(w, HOUR);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 0);       /* blocked before, too */
	world_fact(w, MLFS, jan13, w->now.wall, 170, NAN);
	world_pass(w, 40 * MINUTE);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

static void
an_override_ends_and_can_be_undone(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13), c;
	struct command undo = { .kind = COMMAND_UNDO };

	hold.scope = HOLD_PHASE;
	blocked_day(w);
	c = override_as_seen(w);
	(void)world_command(w, &hold);
	undo.id = world_command(w, &c)->u.reply.id;
	assert_int_equal(w->reply.u.reply.until, w->now.wall + 2 * HOUR);
	assert_int_equal(world_command(w, &undo)->u.reply.code, REPLY_OK);
	(void)world_command(w, &c);
	world_pass(w, 2 * HOUR);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	world_pass(w, HOUR);
	assert_int_equal(w->n_starts, 0);
}

static void
nothing_closed_is_nothing_to_override(void **state)
{
	struct world *w = *state;
	struct command c = world_about(COMMAND_OVERRIDE, PREDICT, jan13);

	nba_good_day(w, jan13, 9);
	world_go(w);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_REFUSED);
	c.date = january(1);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_NO_SUCH);
}

/*---------------------------------------------------------------------- runs */

static void
a_person_runs_what_has_failed(void **state)
{
	struct world *w = *state;
	struct command run = world_about(COMMAND_RUN, PREDICT, jan13);

	w->act[RUN_PREDICTIONS] = fails_for_good;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(world_command(w, &run)->u.reply.code, REPLY_OK);
	assert_int_equal(w->starts[1].row.number, 1);
	world_pass(w, HOUR);
	assert_int_equal(w->n_starts, 2);
	run.subject = ANALYTICS;
	assert_int_equal(world_command(w, &run)->u.reply.code,
	    REPLY_REFUSED);
}

static void
run_obeys_the_same_conditions(void **state)
{
	struct world *w = *state;
	struct command run = world_about(COMMAND_RUN, PREDICT, jan13);

	blocked_day(w);
	assert_int_equal(world_command(w, &run)->u.reply.code,
	    REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.verdict, VERDICT_BLOCKED);
	assert_int_equal(w->reply.u.reply.conditions[0].why, WHY_UPSTREAM);
	assert_int_equal(w->n_starts, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(hold_all_stops_starts_until_it_ends),
		T(full_tables_forget_nothing_alive),
		T(an_override_lets_one_start_pass),
		T(the_mark_of_an_override_travels),
		T(an_override_covers_only_what_was_seen),
		T(a_new_reason_for_the_same_verdict_blocks_again),
		T(an_override_ends_and_can_be_undone),
		T(nothing_closed_is_nothing_to_override),
		T(a_person_runs_what_has_failed),
		T(run_obeys_the_same_conditions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
