/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-judge.c -- limits, the five values that aren't each other, and
 * retry plans.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "engine/judge.h"

static struct measurement
told(double value, double expected)
{
	return (struct measurement){ .told = true, .stated = NONE,
		.value = value, .expected = expected, .missing = -1,
		.extra = -1 };
}

static const struct limits none = { .over = RESULT_WARN };
static const struct limits coverage = {
	.warn_below = { LIMIT_PERCENT, 100 },
	.fail_below = { LIMIT_PERCENT, 80 }, .over = RESULT_WARN
};
static const struct limits rows = { .fail_below = { LIMIT_ABSOLUTE, 1 } };

static void
assert_judged(const struct limits *l, double value, double expected,
    enum result want)
{
	struct measurement m = told(value, expected);

	assert_int_equal(judge(l, &m), want);
}

static void
coverage_compares_exactly(void **state)
{
	(void)state;
	assert_judged(&coverage, 9, 9, RESULT_PASS);
	assert_judged(&coverage, 8, 9, RESULT_WARN);
	assert_judged(&coverage, 4, 5, RESULT_WARN);    /* exactly 80 % */
	assert_judged(&coverage, 5, 7, RESULT_FAIL);
	assert_judged(&coverage, 0, 7, RESULT_FAIL);
	assert_judged(&none, 6, 6, RESULT_PASS);
	assert_judged(&none, 5, 6, RESULT_FAIL);        /* all is asked */
	assert_true(below_percent(89, 100, 90));
	assert_false(below_percent(90, 100, 90));
	assert_false(below_percent(0.9 * 10, 10, 90));
}

static void
a_surplus_is_over_and_never_coverage(void **state)
{
	struct measurement m = told(2, 3);

	(void)state;
	assert_judged(&coverage, 8, 3, RESULT_WARN);
	m.extra = 5;
	assert_int_equal(judge(&coverage, &m), RESULT_FAIL);
	m.value = 3;
	assert_int_equal(judge(&coverage, &m), RESULT_WARN);
}

/* Whoever counts 9 and says that one of 9 is missing has counted something
 * twice. */
static void
what_is_missing_is_not_covered(void **state)
{
	struct measurement m = told(9, 9);

	(void)state;
	m.missing = 1;
	assert_int_equal(judge(&coverage, &m), RESULT_WARN);
	m.missing = 4;
	assert_int_equal(judge(&coverage, &m), RESULT_FAIL);
	m.value = 30;
	assert_int_equal(judge(&coverage, &m), RESULT_FAIL);
	m.missing = 10;
	assert_int_equal(judge(&coverage, &m), RESULT_FAIL);
	m.missing = 0;
	m.value = 9;
	assert_int_equal(judge(&coverage, &m), RESULT_PASS);
}

static void
what_is_not_a_number_is_unknown(void **state)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY };
	struct measurement m;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		assert_judged(&coverage, odd[i], 9, RESULT_UNKNOWN);
		assert_judged(&rows, odd[i], NAN, RESULT_UNKNOWN);
		assert_judged(&coverage, 9, odd[i], RESULT_UNKNOWN);
	}
	assert_judged(&coverage, 9, -1, RESULT_UNKNOWN);
	assert_judged(&coverage, 0, 0, RESULT_UNKNOWN);
	/* nor is anything of nothing: what was expected isn't known */
	assert_judged(&coverage, 5, 0, RESULT_UNKNOWN);
	m = told(0, 0);
	m.extra = 5;
	assert_int_equal(judge(&coverage, &m), RESULT_UNKNOWN);
	assert_judged(&rows, 0, NAN, RESULT_FAIL);
	assert_judged(&rows, 1, NAN, RESULT_PASS);
	m = told(9, 9);
	m.told = false;
	assert_int_equal(judge(&coverage, &m), RESULT_UNKNOWN);
	m = told(9, 9);
	m.fault = true;
	assert_int_equal(judge(&coverage, &m), RESULT_UNKNOWN);
}

static void
empty_passes_only_where_allowed(void **state)
{
	struct limits l = coverage;

	(void)state;
	l.allow_empty = true;
	assert_judged(&l, 0, 0, RESULT_PASS);
	assert_judged(&l, 0, 1, RESULT_FAIL);
	assert_judged(&l, 5, 0, RESULT_WARN);
}

static void
the_worse_of_stated_and_measured_holds(void **state)
{
	struct measurement m = told(NAN, NAN);

	(void)state;
	m.stated = RESULT_WARN;
	assert_int_equal(judge(&none, &m), RESULT_WARN);
	assert_int_equal(judge(&rows, &m), RESULT_UNKNOWN);
	m.value = 0;
	assert_int_equal(judge(&rows, &m), RESULT_FAIL);
	m.value = 5;
	assert_int_equal(judge(&rows, &m), RESULT_WARN);
	m.stated = 17;
	assert_int_equal(judge(&rows, &m), RESULT_UNKNOWN);
}

static void
a_shortfall_is_counted_in_units(void **state)
{
	struct measurement m = told(5, 7);

	(void)state;
	assert_true(judge_shortfall(&coverage, &m) == 2);
	m = told(8, 3);
	assert_true(judge_shortfall(&coverage, &m) == 0);
	m = told(0, NAN);
	assert_true(judge_shortfall(&rows, &m) == 1);
	m = told(NAN, NAN);
	assert_true(isnan(judge_shortfall(&rows, &m)));
}

/* The seed's "multiplier 2, min 60, max 1800" waits 60 s four times; what
 * its text promised is initial 60 s. */
static void
plans_wait_as_they_say(void **state)
{
	static const struct retry seed = { .attempts = 5, .initial_ms = 2000,
		.multiplier = 2, .floor_ms = 60000, .max_ms = 1800000 };
	static const struct retry meant = { .attempts = 5,
		.initial_ms = 60000, .multiplier = 2, .max_ms = 1800000 };
	static const int64_t minutes[] = { 0, 1, 2, 4, 8, 16, 30, 30 };
	struct retry jittered = meant;
	int32_t n;

	(void)state;
	for (n = 1; n <= 5; n++)
		assert_int_equal(retry_delay(&seed, n, 0),
		    n == 1 ? 0 : 60000);
	for (n = 1; n <= 8; n++)
		assert_int_equal(retry_delay(&meant, n, 0),
		    minutes[n - 1] * 60000);
	assert_int_equal(retry_delay(&meant, INT32_MAX, 0), 1800000);
	jittered.jitter = JITTER_FULL;
	for (n = 2; n <= 8; n++) {
		int64_t d = retry_delay(&jittered, n, 42);

		assert_true(d >= 0 && d <= minutes[n - 1] * 60000);
		assert_int_equal(d, retry_delay(&jittered, n, 42));
	}
}

/* wait(1..12) of tenacity's wait_exponential, in seconds. */
static void
plans_of_tenacity_wait_as_there(void **state)
{
	static const struct {
		double multiplier, min, max;
		int wait[12];
	} t[] = {
		{ 2, 60, 1800, { 60, 60, 60, 60, 60, 64, 128, 256, 512, 1024,
		    1800, 1800 } },
		{ 60, 60, 1800, { 60, 120, 240, 480, 960, 1800, 1800, 1800,
		    1800, 1800, 1800, 1800 } },
		{ 5, 300, 3600, { 300, 300, 300, 300, 300, 300, 320, 640,
		    1280, 2560, 3600, 3600 } },
	};
	size_t i;
	int32_t n;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct retry r = { .attempts = 13, .multiplier = 2,
			.initial_ms = (int64_t)(t[i].multiplier * 1000),
			.floor_ms = (int64_t)(t[i].min * 1000),
			.max_ms = (int64_t)(t[i].max * 1000),
			.formula = FORMULA_TENACITY };

		for (n = 1; n <= 12; n++)
			assert_int_equal(retry_delay(&r, n + 1, 7),
			    t[i].wait[n - 1] * 1000);
	}
}

static int64_t
delay_of(struct retry r, enum jitter jitter, int32_t n, uint64_t seed)
{
	r.jitter = jitter;
	return retry_delay(&r, n, seed);
}

static void
jitter_keeps_its_bounds(void **state)
{
	static const struct retry r = { .attempts = 9, .initial_ms = 60000,
		.multiplier = 2, .floor_ms = 40000, .max_ms = 1800000 };
	bool spread[4] = { false, false, false, false };
	uint64_t seed;
	int32_t n;

	(void)state;
	for (seed = 0; seed < 500; seed++)
		for (n = 2; n <= 9; n++) {
			int64_t w = delay_of(r, JITTER_NONE, n, seed);
			int64_t full = delay_of(r, JITTER_FULL, n, seed);
			int64_t equal = delay_of(r, JITTER_EQUAL, n, seed);
			int64_t loose = delay_of(r, JITTER_DECORRELATED, n,
			    seed);
			int64_t before = n == 2 ? 60000 : delay_of(r,
			    JITTER_DECORRELATED, n - 1, seed);

			assert_true(full >= 40000 && full <= w);
			assert_true(equal >= 40000 && equal >= w / 2 &&
			    equal <= w);
			assert_true(loose >= 60000 && loose <= 1800000 &&
			    loose <= 3 * before);
			spread[1] |= full < w / 3;
			spread[2] |= equal > w * 9 / 10;
			spread[3] |= loose > 2 * before;
		}
	assert_true(spread[1] && spread[2] && spread[3]);
}

static void
a_plan_has_a_seed_of_its_own(void **state)
{
	const struct date a = { 20466 }, b = { 20467 };

	(void)state;
	assert_true(retry_seed("x", a, 0) == retry_seed("x", a, 0));
	assert_true(retry_seed("x", a, 0) != retry_seed("x", b, 0));
	assert_true(retry_seed("x", a, 0) != retry_seed("x", a, 1));
	assert_true(retry_seed("x", a, 0) != retry_seed("y", a, 0));
}

/* Every enum value has a word, and no two the same. */
static void
every_value_has_a_word_of_its_own(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < WHY_COUNT; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(why_name((enum why)i),
			    why_name((enum why)j));
	for (i = 0; i < RECORD_KINDS; i++)
		assert_non_null(record_kind_name((enum record_kind)i));
	for (i = 0; i < PHASE_STATES; i++)
		assert_non_null(phase_state_name((enum phase_state)i));
	for (i = VIEW_PENDING; i <= VIEW_SKIPPED; i++)
		assert_non_null(phase_view_name((enum phase_view)i));
	for (i = RESULT_PASS; i <= RESULT_NOT_DUE; i++)
		assert_non_null(result_name((enum result)i));
	for (i = OUTCOME_NONE; i <= OUTCOME_NOT_DONE; i++)
		assert_non_null(outcome_name((enum outcome)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coverage_compares_exactly),
		cmocka_unit_test(a_surplus_is_over_and_never_coverage),
		cmocka_unit_test(what_is_missing_is_not_covered),
		cmocka_unit_test(what_is_not_a_number_is_unknown),
		cmocka_unit_test(empty_passes_only_where_allowed),
		cmocka_unit_test(the_worse_of_stated_and_measured_holds),
		cmocka_unit_test(a_shortfall_is_counted_in_units),
		cmocka_unit_test(plans_wait_as_they_say),
		cmocka_unit_test(plans_of_tenacity_wait_as_there),
		cmocka_unit_test(jitter_keeps_its_bounds),
		cmocka_unit_test(a_plan_has_a_seed_of_its_own),
		cmocka_unit_test(every_value_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
