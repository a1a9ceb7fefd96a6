/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-permits.c -- others ask whether they may start a phase, and say
 * what became of it.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "nba-world.h"

static struct command
permit_for(const char *run)
{
	struct command c = world_about(COMMAND_PERMIT, GRADE, jan13);

	c.run_id = run;
	return c;
}

static struct command
signal_of(enum command_kind kind, const char *run)
{
	struct command c = permit_for(run);

	c.kind = kind;
	return c;
}

static enum reply_code
tell(struct world *w, struct command c)
{
	return world_command(w, &c)->u.reply.code;
}

static void
one_permit_per_phase_and_date(void **state)
{
	struct world *w = *state;
	uint64_t id;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 7, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.verdict, VERDICT_WAITING);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	id = w->reply.u.reply.id;
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	assert_int_equal(w->reply.u.reply.id, id);
	assert_int_equal(tell(w, permit_for("b")), REPLY_CONFLICT);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "b")),
	    REPLY_CONFLICT);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "a")),
	    REPLY_OK);
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_RUNNING);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 11, 0));
	assert_int_equal(tell(w, permit_for("b")), REPLY_CONFLICT);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_DONE, "a")),
	    REPLY_OK);
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_VERIFYING);
	world_until(w, jan(14, 12, 30));
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, GRADE, jan13), 0);
	assert_int_equal(tell(w, permit_for("b")), REPLY_ALREADY);
}

static void
a_permit_expires_and_another_may_come(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	world_pass(w, 15 * MINUTE);
	assert_int_equal(engine_permit_at(w->engine, 0, NULL)->state,
	    PERMIT_EXPIRED);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "a")),
	    REPLY_REFUSED);
	assert_int_equal(tell(w, permit_for("b")), REPLY_GRANTED);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "b")),
	    REPLY_OK);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_FAILED, "b")),
	    REPLY_OK);
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_PENDING);
	assert_int_equal(tell(w, permit_for("c")), REPLY_GRANTED);
}

/* One starter: while a run has the permit, our own next try waits. */
static void
a_permit_keeps_our_own_start_back(void **state)
{
	struct world *w = *state;
	struct command c = permit_for("backstop");

	c.subject = PREDICT;
	w->phases[PREDICT].retry.initial_ms = 10 * MINUTE;
	w->act[RUN_PREDICTIONS] = fails;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 5));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(tell(w, c), REPLY_GRANTED);
	world_pass(w, 14 * MINUTE);
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(world_reading(w, PREDICT, jan13).closed[0].why,
	    WHY_PERMIT);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 2);
}

/* It said that it failed, and has brought the data: that is seen before we
 * start the phase once more. */
static void
a_run_that_failed_is_looked_after(void **state)
{
	struct world *w = *state;
	struct command c = permit_for("backstop");

	c.subject = PREDICT;
	w->phases[PREDICT].retry.initial_ms = 20 * MINUTE;
	w->checks[PREDICTED].every_ms = 2 * HOUR;
	w->act[RUN_PREDICTIONS] = fails;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 5));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(tell(w, c), REPLY_GRANTED);
	c.kind = COMMAND_SIGNAL_START;
	assert_int_equal(tell(w, c), REPLY_OK);
	world_pass(w, 40 * MINUTE);
	world_fact(w, PREDICTED, jan13, w->now.wall, 150, NAN);
	c.kind = COMMAND_SIGNAL_FAILED;
	assert_int_equal(tell(w, c), REPLY_OK);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

static void
a_hold_refuses_permits(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, GRADE, jan13);

	hold.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	(void)world_command(w, &hold);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "a")),
	    REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.conditions[0].why, WHY_HELD);
	assert_int_equal(w->reply.u.reply.verdict, VERDICT_BLOCKED);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(one_permit_per_phase_and_date),
		T(a_permit_expires_and_another_may_come),
		T(a_permit_keeps_our_own_start_back),
		T(a_run_that_failed_is_looked_after),
		T(a_hold_refuses_permits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
