/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-trend.c -- when a limit will be crossed, by the dates before:
 * what rises warns in time, what only shakes doesn't.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine-world.h"

/* Errors in per cent; more than five fail. Known at noon, due at three. */
static struct world *
a_rate(int32_t days)
{
	struct world *w = world_new();
	int32_t check = world_check(w, "errors");
	int32_t phase = world_phase(w, "load", NONE);

	w->checks[check].limits = (struct limits){
		.fail_above = { LIMIT_ABSOLUTE, 5 } };
	w->checks[check].trend = (struct trend_def){ days, 7, 7 };
	world_done_checks(w, phase, &check, 1);
	w->phases[phase].due = next_day_at(15);
	return w;
}

static enum result
reads(struct world *w, int32_t n, double value)
{
	struct date date = { jan13.day + n };

	world_fact(w, 0, date, jan(14 + n, 12, 0), value, NAN);
	world_until(w, jan(14 + n, 15, 30));
	return engine_result(w->engine, 0, date, &w->now);
}

static struct trend_reading
trend(const struct world *w, int32_t n)
{
	struct trend_reading r;

	assert_true(engine_trend(w->engine, 0,
	    (struct date){ jan13.day + n }, &w->now, &r));
	return r;
}

static bool
about(double a, double b)
{
	return a - b < 1e-9 && b - a < 1e-9;
}

/* 1, 1.2, 1.4, ...: above 5 after twenty dates. It warns from the first date
 * on which that is seven ahead; three odd dates of fourteen move nothing. */
static void
what_rises_warns_in_time(void **state)
{
	struct world *w = a_rate(28);
	struct trend_reading r;
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 13; i++)
		assert_int_equal(reads(w, i, i == 3 ? 0 : i == 7 ? 4.9 :
		    i == 9 ? 0.1 : 1 + 0.2 * i), RESULT_PASS);
	r = trend(w, 12);
	assert_int_equal(r.dates, 13);
	assert_true(r.moves && !r.crosses);
	assert_true(about(r.slope, 0.2));
	assert_true(about(r.now, 3.4));
	assert_int_equal(r.in_dates, 8);
	assert_int_equal(reads(w, 13, 1 + 0.2 * 13), RESULT_WARN);
	r = trend(w, 13);
	assert_true(r.crosses);
	assert_int_equal(r.in_dates, 7);
	assert_true(about(r.limit.at, 5));
	/* it warns, and that is all */
	assert_int_equal(world_state(w, 0, (struct date){ jan13.day + 13 }),
	    PHASE_DONE);
	world_free(w);
}

static void
what_falls_is_no_danger_above(void **state)
{
	struct world *w = a_rate(28);
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 14; i++)
		assert_int_equal(reads(w, i, 4.8 - 0.2 * i), RESULT_PASS);
	assert_false(trend(w, 13).moves);
	assert_true(trend(w, 13).known);
	world_free(w);
}

/* Up and down below the limit: a slope there is, and it is chance. */
static void
noise_is_not_told_of(void **state)
{
	static const double v[] = { 4, 4.6, 3.9, 4.8, 4.1, 4.9, 4.3, 4.2,
		4.7, 4, 4.9, 4.4, 4.5, 4.8 };
	struct world *w = a_rate(28);
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 14; i++)
		assert_int_equal(reads(w, i, v[i]), RESULT_PASS);
	assert_true(trend(w, 13).slope > 0);
	assert_false(trend(w, 13).moves);
	/* all the same isn't a trend either */
	world_free(w);
	w = a_rate(28);
	world_go(w);
	for (i = 0; i < 14; i++)
		assert_int_equal(reads(w, i, 4.9), RESULT_PASS);
	assert_false(trend(w, 13).moves);
	world_free(w);
}

/* Half of the pairs differ by more than a number can be: it is not known when
 * the line crosses, and nobody is told that it does. */
static void
what_has_no_end_is_not_foreseen(void **state)
{
	struct world *w = a_rate(28);
	struct trend_reading r;
	int32_t i;

	(void)state;
	w->checks[0].limits.fail_above.at = 1.79e308;
	world_go(w);
	for (i = 0; i < 14; i++)
		assert_int_equal(reads(w, i, (i < 7 ? -1.7e308 : 1.7e308) +
		    i * 1e300), RESULT_PASS);
	r = trend(w, 13);
	assert_true(r.known);
	assert_int_equal(r.in_dates, 3650);
	assert_false(r.crosses);
	world_free(w);
}

static void
too_few_dates_say_nothing(void **state)
{
	struct world *w = a_rate(28);
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 6; i++)
		assert_int_equal(reads(w, i, 4 + 0.15 * i), RESULT_PASS);
	assert_false(trend(w, 5).known);
	assert_int_equal(trend(w, 5).dates, 6);
	assert_int_equal(reads(w, 6, 4.9), RESULT_WARN);
	world_free(w);
}

/* Coverage that melts away, in per cent of what is expected. */
static void
what_melts_warns_below(void **state)
{
	struct world *w = a_rate(28);
	struct trend_reading r;
	int32_t i;

	(void)state;
	w->checks[0].limits = (struct limits){
		.fail_below = { LIMIT_PERCENT, 90 }, .over = RESULT_WARN };
	world_go(w);
	for (i = 0; i < 10; i++) {
		struct date date = { jan13.day + i };

		world_fact(w, 0, date, jan(14 + i, 12, 0), 200 - i, 200);
		world_until(w, jan(14 + i, 14, 30));
		/* what is not due may still grow: it is in no line */
		assert_int_equal(trend(w, i).dates, i);
		world_until(w, jan(14 + i, 15, 30));
	}
	r = trend(w, 9);
	assert_true(about(r.slope, -0.5));
	assert_true(about(r.now, 95.5));
	assert_int_equal(r.in_dates, 11);
	assert_false(r.crosses);
	world_free(w);
}

/* The line is the same after a restart, and forgets what is too old. */
static void
the_line_is_made_of_rows(void **state)
{
	struct world *w = a_rate(10);
	struct trend_reading a, b;
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 20; i++)
		(void)reads(w, i, i < 10 ? 0.1 * i : 1);
	a = trend(w, 19);
	assert_int_equal(a.dates, 11);
	assert_false(a.moves);
	world_crash(w);
	world_resume(w);
	b = trend(w, 19);
	assert_int_equal(a.dates, b.dates);
	assert_true(about(a.slope, b.slope) && about(a.now, b.now));
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_rises_warns_in_time),
		cmocka_unit_test(what_falls_is_no_danger_above),
		cmocka_unit_test(noise_is_not_told_of),
		cmocka_unit_test(what_has_no_end_is_not_foreseen),
		cmocka_unit_test(too_few_dates_say_nothing),
		cmocka_unit_test(what_melts_warns_below),
		cmocka_unit_test(the_line_is_made_of_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
