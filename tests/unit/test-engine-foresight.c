/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-foresight.c -- what the past says: how long things take, until
 * when they may still be started, and who is told before it is too late.
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

static struct due
next_day_at(int hour)
{
	return (struct due){ .kind = DUE_WALL, .days = 1,
		.time_s = hour * 3600 };
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_before_the_first_run),
		cmocka_unit_test(durations_are_those_of_the_latest_runs),
		cmocka_unit_test(a_run_that_failed_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
