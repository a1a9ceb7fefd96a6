/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-foresight.c -- what the past says: how long things take, until
 * when they may still be started, and who is told before it is too late.
 * What is usual for a date is told by test-engine-usual.c.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine-world.h"

/* What arrives, what is made of it by noon, what is published by three. */
enum { ARRIVE, MAKE, PUBLISH };

static void
made(struct world *w, const struct world_start *s, struct event *ended)
{
	ended->u.ended.ok = true;
	world_fact(w, MAKE, s->date, w->now.wall, 1, NAN);
}

static void
published(struct world *w, const struct world_start *s, struct event *ended)
{
	ended->u.ended.ok = true;
	world_fact(w, PUBLISH, s->date, w->now.wall, 1, NAN);
}

static struct world *
three_phases(void)
{
	static const char *const names[] = { "arrive", "make", "publish" };
	struct world *w = world_new();
	int32_t check[3], i, phase;

	for (i = 0; i < 3; i++)
		check[i] = world_check(w, names[i]);
	for (i = 0; i < 3; i++) {
		phase = world_phase(w, names[i], i - 1);
		world_done_checks(w, phase, &check[i], 1);
	}
	w->phases[MAKE].start = world_action(w, "make", made);
	w->phases[PUBLISH].start = world_action(w, "publish", published);
	w->phases[MAKE].due = next_day_at(12);
	w->phases[PUBLISH].due = next_day_at(15);
	for (i = 0; i < 3; i++)
		w->phases[i].no_return_runs = 5;
	return w;
}

/* Date n from jan13 on runs through: make takes so many minutes. */
static void
a_good_date(struct world *w, int32_t n, int64_t minutes)
{
	struct date date = { jan13.day + n };

	w->takes[0] = minutes * MINUTE;
	w->takes[1] = 5 * MINUTE;
	world_fact(w, ARRIVE, date, jan(14 + n, 8, 0), 1, NAN);
	world_until(w, jan(14 + n, 16, 0));
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
}

static struct world *
after_dates(int32_t n)
{
	struct world *w = three_phases();
	int32_t i;

	world_go(w);
	for (i = 0; i < n; i++)
		a_good_date(w, i, 20 + i);
	return w;
}

/*--------------------------------------------------------------- durations */

static struct durations
takes(const struct world *w, int32_t phase)
{
	struct durations d;

	engine_durations(w->engine, RUNS_PHASE, phase, &d);
	return d;
}

static void
nothing_is_known_before_the_first_run(void **state)
{
	struct world *w = after_dates(0);

	(void)state;
	assert_int_equal(takes(w, MAKE).n, 0);
	world_free(w);
}

static void
durations_are_those_of_the_latest_runs(void **state)
{
	struct world *w = after_dates(10);
	struct durations d = takes(w, MAKE), again;

	(void)state;
	assert_int_equal(d.n, 10);
	assert_int_equal(d.action_median, 24 * MINUTE);
	assert_int_equal(d.action_p90, 28 * MINUTE);
	engine_durations(w->engine, RUNS_ACTION, w->phases[MAKE].start,
	    &again);
	assert_memory_equal(&d, &again, sizeof d);
	world_crash(w);         /* rows are all that it needs */
	again = takes(w, MAKE);
	assert_memory_equal(&d, &again, sizeof d);
	world_free(w);
}

static void
fails(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)w;
	(void)s;
	ended->u.ended.ok = false;
	ended->u.ended.failure = FAILURE_TRANSIENT;
}

static void
a_run_that_failed_says_nothing(void **state)
{
	struct world *w = after_dates(3);
	struct date date = { jan13.day + 3 };

	(void)state;
	w->act[0] = fails;
	world_fact(w, ARRIVE, date, jan(17, 8, 0), 1, NAN);
	world_until(w, jan(17, 16, 0));
	assert_int_equal(world_state(w, MAKE, date), PHASE_FAILED);
	assert_int_equal(takes(w, MAKE).n, 3);
	world_free(w);
}

/*------------------------------------------------------- point of no return */

static struct no_return
last_start(const struct world *w, int32_t phase, struct date date)
{
	struct no_return r;

	assert_true(engine_no_return(w->engine, phase, date, &r));
	return r;
}

/* Six dates are known; this is the next one. */
static const struct date today = { 20466 + 6 };

static struct world *
after_six(void)
{
	struct world *w = after_dates(6);

	w->takes[0] = 20 * MINUTE;
	return w;
}

static void
arrives_at(struct world *w, int64_t at)
{
	world_fact(w, ARRIVE, today, at, 1, NAN);
}

static int32_t
told(const struct world *w)
{
	return world_told_count(w, ROOT_PHASE, NONE, today);
}

static void
the_last_start_leaves_time_for_run_and_proof(void **state)
{
	struct world *w = after_six();
	struct durations d = takes(w, MAKE);
	struct no_return r = last_start(w, MAKE, today);

	(void)state;
	assert_int_equal(d.action_p90, 25 * MINUTE);
	assert_int_equal(r.runs, 6);
	assert_int_equal(r.deadline_phase, MAKE);
	assert_int_equal(r.takes_ms, d.action_p90 + d.proof_p90);
	assert_int_equal(r.last_start, jan(20, 12, 0) - r.takes_ms);
	assert_int_equal(r.chain_ms, 0);
	r = last_start(w, ARRIVE, today);       /* others bring it */
	assert_false(r.startable);
	assert_int_equal(r.last_start, INSTANT_NONE);
	world_free(w);
}

static void
what_runs_after_it_counts(void **state)
{
	struct world *w = after_six();
	struct durations d = takes(w, PUBLISH);
	struct no_return r;

	(void)state;
	w->phases[PUBLISH].due = next_day_at(12);
	r = last_start(w, MAKE, today);
	assert_int_equal(r.deadline_phase, PUBLISH);
	assert_int_equal(r.chain_ms, d.action_p90 + d.proof_p90);
	assert_int_equal(r.last_start, jan(20, 12, 0) - r.chain_ms -
	    r.takes_ms);
	w->phases[PUBLISH].no_return_runs = 7;  /* too few are known */
	r = last_start(w, MAKE, today);
	assert_int_equal(r.deadline_phase, MAKE);
	world_free(w);
}

static void
it_is_not_said_without_enough_runs(void **state)
{
	struct world *w = after_six();

	(void)state;
	w->phases[MAKE].no_return_runs = 7;
	w->act[0] = fails;
	w->phases[MAKE].retry.attempts = 99;
	w->phases[MAKE].retry.initial_ms = 2 * HOUR;
	w->phases[MAKE].retry.max_ms = 2 * HOUR;
	arrives_at(w, jan(20, 8, 0));
	assert_int_equal(last_start(w, MAKE, today).last_start,
	    INSTANT_NONE);
	assert_int_equal(last_start(w, MAKE, today).runs, 6);
	world_until(w, jan(20, 11, 59));
	assert_int_equal(told(w), 0);
	world_free(w);
}

/* One try has failed, and the next comes too late. */
static struct world *
waiting_for_its_next_try(void)
{
	struct world *w = after_six();

	w->act[0] = fails;
	w->phases[MAKE].retry.attempts = 99;
	w->phases[MAKE].retry.initial_ms = 9 * HOUR;
	w->phases[MAKE].retry.max_ms = 9 * HOUR;
	arrives_at(w, jan(20, 8, 0));
	return w;
}

static void
an_incident_opens_before_and_not_after(void **state)
{
	struct world *w = waiting_for_its_next_try();
	int64_t at;
	const struct breach_row *b;

	(void)state;
	world_until(w, jan(20, 9, 0));
	assert_int_equal(world_attempts(w, MAKE, NONE, today), 1);
	at = last_start(w, MAKE, today).last_start -
	    last_start(w, MAKE, today).lead_ms;
	world_until(w, at - 1);
	assert_int_equal(told(w), 0);
	world_until(w, at);
	assert_int_equal(told(w), 1);
	b = world_breach(w, ROOT_PHASE, MAKE, today);
	assert_int_equal(b->why, WHY_NO_RETURN);
	assert_int_equal(b->severity, SEVERITY_WARNING);
	world_until(w, jan(20, 14, 0));         /* due has passed meanwhile */
	assert_int_equal(told(w), 1);
	world_fact(w, MAKE, today, jan(20, 14, 1), 1, NAN);
	world_until(w, jan(20, 23, 0));
	assert_int_equal(world_told(w, ROOT_PHASE, MAKE, today, 1)->kind,
	    NOTICE_RESOLVED);
	assert_int_equal(told(w), 2);
	world_free(w);
}

static void
a_restart_says_it_once(void **state)
{
	struct world *w = waiting_for_its_next_try();
	int64_t at;

	(void)state;
	world_until(w, jan(20, 9, 0));
	at = last_start(w, MAKE, today).last_start;
	world_crash(w);
	world_resume(w);
	assert_int_equal(last_start(w, MAKE, today).last_start, at);
	world_until(w, at);
	assert_int_equal(told(w), 1);
	world_crash(w);
	world_resume(w);
	world_until(w, at + 10 * MINUTE);
	assert_int_equal(told(w), 1);
	world_free(w);
}

static void
what_is_open_goes_a_step_up_once(void **state)
{
	struct world *w = after_six();
	int64_t at;

	(void)state;
	w->act[0] = fails;
	arrives_at(w, jan(20, 8, 0));
	world_until(w, jan(20, 10, 0));
	assert_int_equal(world_state(w, MAKE, today), PHASE_FAILED);
	assert_int_equal(told(w), 1);
	assert_int_equal(world_told(w, ROOT_PHASE, MAKE, today, 0)->severity,
	    SEVERITY_WARNING);
	at = last_start(w, MAKE, today).last_start -
	    last_start(w, MAKE, today).lead_ms;
	world_until(w, at - 1);
	assert_int_equal(told(w), 1);
	world_until(w, at);
	assert_int_equal(told(w), 2);
	assert_int_equal(world_told(w, ROOT_PHASE, MAKE, today, 1)->kind,
	    NOTICE_WORSE);
	assert_int_equal(world_told(w, ROOT_PHASE, MAKE, today, 1)->severity,
	    SEVERITY_CRITICAL);
	world_until(w, jan(20, 23, 0));
	assert_int_equal(told(w), 2);
	world_free(w);
}

/* What it waits for fails: the incident of that goes up, once, although two
 * phases wait. */
static void
what_waits_takes_its_root_up(void **state)
{
	struct world *w = after_six();
	const struct world_told *t;
	int64_t at;

	(void)state;
	w->phases[ARRIVE].due = next_day_at(9);
	world_until(w, jan(20, 9, 30));
	assert_int_equal(told(w), 1);
	at = last_start(w, MAKE, today).last_start -
	    last_start(w, MAKE, today).lead_ms;
	world_until(w, at - 1);
	assert_int_equal(told(w), 1);
	world_until(w, at);
	assert_int_equal(told(w), 2);
	t = world_told(w, ROOT_PHASE, ARRIVE, today, 1);
	assert_int_equal(t->kind, NOTICE_WORSE);
	assert_int_equal(t->severity, SEVERITY_CRITICAL);
	world_until(w, jan(20, 23, 0));
	assert_int_equal(told(w), 2);
	world_free(w);
}

static void
what_runs_is_not_told_of(void **state)
{
	struct world *w = after_six();

	(void)state;
	w->takes[0] = 5 * HOUR;
	arrives_at(w, jan(20, 8, 0));
	world_until(w, jan(20, 11, 59));
	assert_int_equal(world_state(w, MAKE, today), PHASE_RUNNING);
	assert_int_equal(told(w), 0);
	world_free(w);
}

static void
fetched(struct world *w, const struct world_start *s, struct event *ended)
{
	ended->u.ended.ok = true;
	world_fact(w, ARRIVE, s->date, w->now.wall, 1, NAN);
}

/* What others bring, and a recovery fetches when it isn't there at nine. Until
 * noon there is time for one more. */
static struct world *
after_six_repairs(void)
{
	struct world *w = three_phases();
	static const int32_t arrived = ARRIVE;
	int32_t i, action = world_action(w, "fetch", fetched);

	(void)world_recovery(w, "fetch", action, &arrived, 1);
	w->checks[ARRIVE].due = next_day_at(9);
	w->phases[ARRIVE].due = next_day_at(12);
	w->phases[MAKE].due = w->phases[PUBLISH].due = (struct due){
		.kind = DUE_NONE };
	w->takes[action] = 20 * MINUTE;
	world_go(w);
	for (i = 0; i < 6; i++) {
		world_until(w, jan(14 + i, 16, 0));
		assert_int_equal(world_state(w, ARRIVE, (struct date){
		    jan13.day + i }), PHASE_DONE);
	}
	return w;
}

static void
what_is_being_repaired_is_not_told_of(void **state)
{
	struct world *w = after_six_repairs();

	(void)state;
	w->takes[2] = 5 * HOUR;
	world_until(w, jan(20, 11, 59));
	assert_int_equal(world_attempts(w, NONE, 0, today), 1);
	assert_true(last_start(w, ARRIVE, today).last_start <
	    w->now.wall);
	assert_int_equal(told(w), 0);
	world_free(w);
}

static void
what_could_not_be_repaired_is_told_of_before_it_is_late(void **state)
{
	struct world *w = after_six_repairs();

	(void)state;
	w->act[2] = fails;
	world_until(w, jan(20, 11, 59));
	assert_int_equal(told(w), 1);
	assert_int_equal(world_breach(w, ROOT_PHASE, ARRIVE, today)->why,
	    WHY_NO_RETURN);
	world_free(w);
}

/* Nothing has gone wrong but that its upstream comes late. */
static void
what_merely_waits_is_told_of_at_the_last_start(void **state)
{
	struct world *w = after_six();
	int64_t at = last_start(w, MAKE, today).last_start;

	(void)state;
	world_until(w, at - 1);
	assert_int_equal(told(w), 0);
	world_until(w, at + 10 * MINUTE);
	assert_int_equal(told(w), 1);
	assert_non_null(world_incident(w, ROOT_PHASE, ARRIVE, today));
	world_free(w);
}

static void
what_is_held_is_not_told_of(void **state)
{
	struct world *w = waiting_for_its_next_try();
	struct command c = world_about(COMMAND_HOLD, MAKE, today);

	(void)state;
	world_until(w, jan(20, 9, 0));
	c.scope = HOLD_PHASE;
	world_command(w, &c);
	world_until(w, jan(20, 11, 59));
	assert_int_equal(told(w), 0);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_before_the_first_run),
		cmocka_unit_test(durations_are_those_of_the_latest_runs),
		cmocka_unit_test(a_run_that_failed_says_nothing),
		cmocka_unit_test(the_last_start_leaves_time_for_run_and_proof),
		cmocka_unit_test(what_runs_after_it_counts),
		cmocka_unit_test(it_is_not_said_without_enough_runs),
		cmocka_unit_test(an_incident_opens_before_and_not_after),
		cmocka_unit_test(a_restart_says_it_once),
		cmocka_unit_test(what_is_open_goes_a_step_up_once),
		cmocka_unit_test(what_waits_takes_its_root_up),
		cmocka_unit_test(what_runs_is_not_told_of),
		cmocka_unit_test(what_is_being_repaired_is_not_told_of),
		cmocka_unit_test(
		    what_could_not_be_repaired_is_told_of_before_it_is_late),
		cmocka_unit_test(
		    what_merely_waits_is_told_of_at_the_last_start),
		cmocka_unit_test(what_is_held_is_not_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
