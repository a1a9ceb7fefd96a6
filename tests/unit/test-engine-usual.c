/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-usual.c -- what is usual for a date, by the dates before it:
 * who hears early that less is there than usual, and a number that isn't
 * like the others.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine-world.h"

/* One phase that is done by the check, and due at three. */
static struct world *
a_load(struct world *w, int32_t check)
{
	int32_t phase = world_phase(w, "load", NONE);

	world_done_checks(w, phase, &check, 1);
	w->phases[phase].due = next_day_at(15);
	return w;
}

/*------------------------------------------------------------ early warning */

/* One check of coverage that is due at three, of ten units: five by ten and
 * all by noon, on dates that owe so many units each. */
static struct world *
a_coverage(void)
{
	struct world *w = world_new();
	int32_t check = world_coverage(w, "rows");

	w->checks[check].early_dates = 14;
	return a_load(w, check);
}

static void
comes(struct world *w, int32_t n, int64_t half, int64_t all)
{
	struct date date = { jan13.day + n };

	world_fact(w, 0, date, jan(14 + n, 0, 0), 0, 10);
	world_fact(w, 0, date, half, 5, 10);
	world_fact(w, 0, date, all, 10, 10);
}

/* So many dates, of which every fourth comes at six, too late. */
static struct world *
after_coverage(int32_t n)
{
	struct world *w = a_coverage();
	int32_t i;

	world_go(w);
	for (i = 0; i < n; i++)
		comes(w, i, jan(14 + i, 10, 0), i % 4 == 3 ?
		    jan(14 + i, 18, 0) : jan(14 + i, 12, 0));
	world_until(w, jan(13 + n, 22, 0));
	return w;
}

static int32_t
warned(const struct world *w, int32_t n)
{
	return world_told_count(w, ROOT_EARLY, 0,
	    (struct date){ jan13.day + n });
}

/* jan13 was a Tuesday: of 28 dates 20 are weekdays, five of them late. */
static void
less_than_usual_is_told_once_with_its_odds(void **state)
{
	struct world *w = after_coverage(28);
	struct early_reading r;
	struct date date = { jan13.day + 28 };

	(void)state;
	comes(w, 28, jan(42, 10, 0), jan(42, 16, 0));
	world_until(w, jan(42, 11, 55));
	assert_int_equal(warned(w, 28), 0);
	world_until(w, jan(42, 14, 0));
	assert_true(engine_early(w->engine, 0, date, &w->now, &r));
	assert_int_equal(r.dates, 20);
	assert_int_equal(r.usual, 1000);
	assert_int_equal(r.part, 500);
	assert_int_equal(r.such, 5);
	assert_int_equal(r.such_missed, 5);
	assert_true(r.leaves);
	world_free(w);
}

static void
a_late_date_is_told_of_in_time(void **state)
{
	struct world *w = after_coverage(21);
	const struct world_told *t;

	(void)state;
	/* nobody was late so far but once: it is under all of them */
	comes(w, 21, jan(35, 14, 0), jan(35, 16, 0));
	world_until(w, jan(35, 23, 0));
	assert_int_equal(warned(w, 21), 2);
	t = world_told(w, ROOT_EARLY, 0, (struct date){ jan13.day + 21 }, 0);
	assert_int_equal(t->kind, NOTICE_OPENED);
	assert_int_equal(t->severity, SEVERITY_INFO);
	assert_true(t->at < jan(35, 15, 0));
	t = world_told(w, ROOT_EARLY, 0, (struct date){ jan13.day + 21 }, 1);
	assert_int_equal(t->kind, NOTICE_RESOLVED);
	world_free(w);
}

static void
a_usual_date_is_not_told_of(void **state)
{
	struct world *w = after_coverage(28);
	int32_t i;

	(void)state;
	comes(w, 28, jan(42, 10, 0), jan(42, 12, 0));
	world_until(w, jan(42, 23, 0));
	assert_int_equal(warned(w, 28), 0);
	for (i = 0; i < 14; i++)        /* too few were known */
		assert_int_equal(warned(w, i), 0);
	world_free(w);
}

static void
a_restart_knows_the_same_dates(void **state)
{
	struct world *w = after_coverage(28);
	struct early_reading a, b;
	struct date date = { jan13.day + 28 };

	(void)state;
	comes(w, 28, jan(42, 14, 0), jan(42, 16, 0));
	world_until(w, jan(42, 14, 30));
	assert_int_equal(warned(w, 28), 1);
	assert_true(engine_early(w->engine, 0, date, &w->now, &a));
	world_crash(w);
	world_resume(w);
	assert_true(engine_early(w->engine, 0, date, &w->now, &b));
	assert_int_equal(a.dates, b.dates);
	assert_int_equal(a.part, b.part);
	assert_int_equal(a.usual, b.usual);
	assert_int_equal(a.arrives_min, b.arrives_min);
	assert_int_equal(a.such, b.such);
	assert_int_equal(a.such_missed, b.such_missed);
	assert_true(a.leaves && b.leaves);
	world_until(w, jan(42, 14, 50));
	assert_int_equal(warned(w, 28), 1);
	world_free(w);
}

static void
held_and_adopted_dates_are_no_history(void **state)
{
	struct world *w = a_coverage();
	struct command c = world_about(COMMAND_HOLD, NONE, jan13);
	struct early_reading r;
	int32_t i;

	(void)state;
	world_go(w);            /* those before jan13 are adopted */
	c.scope = HOLD_PIPELINE;
	c.subject = 0;
	world_command(w, &c);
	for (i = 0; i < 7; i++)
		comes(w, i, jan(14 + i, 10, 0), jan(14 + i, 12, 0));
	world_until(w, jan(20, 14, 0));
	assert_true(engine_early(w->engine, 0, (struct date){ jan13.day + 6 },
	    &w->now, &r));
	assert_int_equal(r.dates, 3);   /* Wednesday to Friday */
	world_free(w);
}

/*------------------------------------------------------------------- bands */

static struct world *
a_volume(int32_t days)
{
	struct world *w = world_new();
	int32_t check = world_check(w, "rows");

	w->checks[check].band = (struct band_def){ days, 6, 5.0, false };
	return a_load(w, check);
}

/* It reads so at noon of the date's next day. */
static enum result
reads(struct world *w, int32_t n, double value)
{
	struct date date = { jan13.day + n };

	world_fact(w, 0, date, jan(14 + n, 12, 0), value, NAN);
	world_until(w, jan(14 + n, 15, 30));
	return engine_result(w->engine, 0, date, &w->now);
}

static struct band_reading
band(const struct world *w, int32_t n)
{
	struct band_reading b;

	assert_true(engine_band(w->engine, 0,
	    (struct date){ jan13.day + n }, &w->now, &b));
	return b;
}

static void
what_is_not_like_the_dates_before_warns(void **state)
{
	struct world *w = a_volume(28);
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 14; i++)
		assert_int_equal(reads(w, i, 439 + i % 5), RESULT_PASS);
	assert_int_equal(reads(w, 14, 12), RESULT_WARN);
	assert_true(band(w, 14).outside);
	assert_int_equal(band(w, 14).median, 441);
	assert_int_equal(band(w, 14).dates, 10);
	assert_int_equal(reads(w, 15, 900), RESULT_WARN);
	assert_int_equal(reads(w, 16, 445), RESULT_PASS);
	/* it warns, and that is all */
	assert_int_equal(world_state(w, 0, (struct date){ jan13.day + 14 }),
	    PHASE_DONE);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE,
	    (struct date){ jan13.day + 14 }), 0);
	world_free(w);
}

/* Twice as much of twice as many isn't unusual. */
static void
what_is_owed_may_be_divided_by(void **state)
{
	struct world *w = a_volume(28);
	int32_t i, calendar = world_check(w, "games");

	(void)state;
	w->checks[calendar].calendar = true;
	w->pipeline.calendar = calendar;
	w->checks[0].band.per_unit = true;
	for (i = 0; i < 16; i++)
		world_fact(w, calendar, (struct date){ jan13.day + i },
		    jan(13, 0, 0), i == 14 ? 7 : 4, NAN);
	world_go(w);
	for (i = 0; i < 14; i++)
		assert_int_equal(reads(w, i, 400), RESULT_PASS);
	assert_int_equal(reads(w, 14, 700), RESULT_PASS);
	assert_int_equal(band(w, 14).median, 100);
	assert_int_equal(reads(w, 15, 700), RESULT_WARN);
	world_free(w);
}

/* All the same: the spread is a hundredth of the median. */
static void
a_mad_of_zero_leaves_room(void **state)
{
	struct world *w = a_volume(28);
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 14; i++)
		assert_int_equal(reads(w, i, 100), RESULT_PASS);
	assert_int_equal(reads(w, 14, 104), RESULT_PASS);
	assert_int_equal(band(w, 14).mad, 0);
	assert_int_equal(reads(w, 15, 106), RESULT_WARN);
	world_free(w);
}

/* Half of the volume, for good: it warns while the window holds more of the
 * past than of the present. */
static void
a_change_for_good_becomes_usual(void **state)
{
	struct world *w = a_volume(14);
	int32_t i, warned_of = 0;

	(void)state;
	world_go(w);
	for (i = 0; i < 14; i++)
		(void)reads(w, i, 180 + i % 3);
	for (i = 14; i < 42; i++)
		warned_of += reads(w, i, 75 + i % 3) == RESULT_WARN;
	assert_in_range(warned_of, 3, 9);
	for (i = 42; i < 49; i++)
		assert_int_equal(reads(w, i, 75), RESULT_PASS);
	world_free(w);
}

static void
what_may_still_grow_is_not_judged(void **state)
{
	struct world *w = a_volume(28);
	struct date date = { jan13.day + 14 };
	int32_t i;

	(void)state;
	world_go(w);
	for (i = 0; i < 14; i++)
		(void)reads(w, i, 441);
	world_fact(w, 0, date, jan(28, 12, 0), 12, NAN);
	world_until(w, jan(28, 14, 50));
	assert_int_equal(engine_result(w->engine, 0, date, &w->now),
	    RESULT_PASS);
	world_until(w, jan(28, 15, 30));
	assert_int_equal(engine_result(w->engine, 0, date, &w->now),
	    RESULT_WARN);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(less_than_usual_is_told_once_with_its_odds),
		cmocka_unit_test(a_late_date_is_told_of_in_time),
		cmocka_unit_test(a_usual_date_is_not_told_of),
		cmocka_unit_test(a_restart_knows_the_same_dates),
		cmocka_unit_test(held_and_adopted_dates_are_no_history),
		cmocka_unit_test(what_is_not_like_the_dates_before_warns),
		cmocka_unit_test(what_is_owed_may_be_divided_by),
		cmocka_unit_test(a_mad_of_zero_leaves_room),
		cmocka_unit_test(a_change_for_good_becomes_usual),
		cmocka_unit_test(what_may_still_grow_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
