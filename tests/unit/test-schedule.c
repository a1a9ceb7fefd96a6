/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-schedule.c -- cron expressions and slots, by example.
 *
 * The oracle compares many random expressions; here stand the cases that
 * the manual promises, and what is refused.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/zoneinfo.h"
#include "calendar/day.h"
#include "calendar/schedule.h"

struct world {
	char *bytes;
	struct zone ny, utc;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	size_t len;

	if (w == NULL || zone_load("America/New_York", &w->bytes, &len) < 0 ||
	    zone_open(&w->ny, w->bytes, len) < 0)
		return -1;
	zone_utc(&w->utc);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	free(w->bytes);
	free(w);
	return 0;
}

static int64_t
instant(const char *s, const struct zone *z)
{
	int64_t at;

	assert_int_equal(instant_parse(s, z, &at), 0);
	return at;
}

/* The slots after an instant, in order, as whole texts in the zone. */
static void
expect(const struct zone *z, const char *expression, const char *after,
    const char *const *slots)
{
	int64_t at = instant(after, z);
	char buf[INSTANT_TEXT];
	const char *why = NULL;
	struct cron c;

	if (cron_parse(expression, &c, &why) < 0)
		fail_msg("'%s': %s", expression, why);
	for (; *slots != NULL; slots++) {
		at = cron_next(&c, z, at);
		assert_string_equal(instant_text(at, z, buf), *slots);
	}
}

#define EXPECT(z, expression, after, ...) \
	expect(z, expression, after, (const char *const[]){ __VA_ARGS__, \
	    NULL })

static void
test_plain(void **state)
{
	const struct world *w = *state;

	EXPECT(&w->utc, "*/15 * * * *", "2026-01-16 11:07",
	    "2026-01-16 11:15:00 +0000", "2026-01-16 11:30:00 +0000");
	EXPECT(&w->utc, "0 7 * * *", "2026-01-16 07:00",
	    "2026-01-17 07:00:00 +0000");
	EXPECT(&w->utc, "0 7 * * *", "2026-01-16T06:59:59.999Z",
	    "2026-01-16 07:00:00 +0000");
	EXPECT(&w->utc, "0 10 * * 1", "2026-01-16 11:00",
	    "2026-01-19 10:00:00 +0000");
	EXPECT(&w->utc, "*/15 22-23,0-2 * * *", "2026-01-16 02:40",
	    "2026-01-16 02:45:00 +0000", "2026-01-16 22:00:00 +0000");
	EXPECT(&w->utc, "0 9 14 apr *", "2026-05-01 00:00",
	    "2027-04-14 09:00:00 +0000");
	EXPECT(&w->utc, "59 23 31 12 *", "2026-12-31 23:58",
	    "2026-12-31 23:59:00 +0000", "2027-12-31 23:59:00 +0000");
	EXPECT(&w->utc, "0 0 29 2 *", "2096-03-01 00:00",
	    "2104-02-29 00:00:00 +0000");
	EXPECT(&w->utc, "\t 0  0 * * 7 ", "2026-01-16 00:00",
	    "2026-01-18 00:00:00 +0000");
	EXPECT(&w->utc, "0 0 * * fri-SUN", "2026-01-16 00:00",
	    "2026-01-17 00:00:00 +0000", "2026-01-18 00:00:00 +0000",
	    "2026-01-23 00:00:00 +0000");
}

static void
test_words(void **state)
{
	const struct world *w = *state;

	EXPECT(&w->utc, "@hourly", "2026-01-16 11:07",
	    "2026-01-16 12:00:00 +0000");
	EXPECT(&w->utc, "@daily", "2026-01-16 11:07",
	    "2026-01-17 00:00:00 +0000");
	EXPECT(&w->utc, "@weekly", "2026-01-16 11:07",
	    "2026-01-18 00:00:00 +0000");
	EXPECT(&w->utc, "@monthly", "2026-01-16 11:07",
	    "2026-02-01 00:00:00 +0000");
	EXPECT(&w->utc, "@yearly", "2026-01-16 11:07",
	    "2027-01-01 00:00:00 +0000");
}

/* Vixie's rule for the two day fields. */
static void
test_day_fields(void **state)
{
	const struct world *w = *state;

	/* both restricted: either. The 13th, and Fridays */
	EXPECT(&w->utc, "0 0 13 * 5", "2026-01-10 00:00",
	    "2026-01-13 00:00:00 +0000", "2026-01-16 00:00:00 +0000");
	/* a star with a step is a star: odd days that are Fridays */
	EXPECT(&w->utc, "0 0 */2 * 5", "2026-01-10 00:00",
	    "2026-01-23 00:00:00 +0000");
	EXPECT(&w->utc, "0 0 13 * */5", "2026-01-10 00:00",
	    "2026-02-13 00:00:00 +0000");
}

static void
test_gap(void **state)
{
	const struct world *w = *state;

	EXPECT(&w->ny, "30 2 * * *", "2026-03-07 12:00",
	    "2026-03-08 03:00:00 -0400", "2026-03-09 02:30:00 -0400");
	/* several slots in the gap are one instant */
	EXPECT(&w->ny, "*/20 2 * * *", "2026-03-08 01:00",
	    "2026-03-08 03:00:00 -0400", "2026-03-09 02:00:00 -0400");
	EXPECT(&w->ny, "30 * * * *", "2026-03-08 01:00",
	    "2026-03-08 01:30:00 -0500", "2026-03-08 03:30:00 -0400");
	EXPECT(&w->ny, "*/30 * * * *", "2026-03-08 01:00",
	    "2026-03-08 01:30:00 -0500", "2026-03-08 03:00:00 -0400");
	EXPECT(&w->ny, "0 */2 * * *", "2026-03-08 00:00",
	    "2026-03-08 04:00:00 -0400");
	EXPECT(&w->ny, "0 12 * * *", "2026-03-07 00:00",
	    "2026-03-07 12:00:00 -0500", "2026-03-08 12:00:00 -0400");
}

static void
test_overlap(void **state)
{
	const struct world *w = *state;

	EXPECT(&w->ny, "30 1 * * *", "2026-10-31 12:00",
	    "2026-11-01 01:30:00 -0400", "2026-11-02 01:30:00 -0500");
	/* asked within the second pass: not again */
	EXPECT(&w->ny, "30 1 * * *", "2026-11-01 01:15:00 -0500",
	    "2026-11-02 01:30:00 -0500");
	EXPECT(&w->ny, "30 * * * *", "2026-11-01 01:00",
	    "2026-11-01 01:30:00 -0400", "2026-11-01 01:30:00 -0500",
	    "2026-11-01 02:30:00 -0500");
	/* "0-23" is a star that was written out */
	EXPECT(&w->ny, "5 0-23 * * *", "2026-11-01 01:00",
	    "2026-11-01 01:05:00 -0400", "2026-11-01 01:05:00 -0500");
	EXPECT(&w->ny, "*/30 0-1 * * *", "2026-11-01 01:00",
	    "2026-11-01 01:30:00 -0400", "2026-11-02 00:00:00 -0500");
}

static void
test_refused(void **state)
{
	static const char *const bad[] = { "", "   ", "* * * *",
		"* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
		"* * 32 * *", "* * * 0 *", "* * * 13 *", "* * * * 8",
		"*/0 * * * *", "*/61 * * * *", "5/15 * * * *", "1- * * * *",
		"-1 * * * *", "1,,2 * * * *", ",1 * * * *", "1, * * * *",
		"20-10 * * * *", "* * * foo *", "* * * * mo", "a * * * *",
		"* * * january *", "*5 * * * *", "** * * * *", "1.5 * * * *",
		"+1 * * * *", "100 * * * *", "* 1-2-3 * * *", "*/ * * * *",
		"@reboot", "@", "@daily 5", "0 0 30 2 *", "0 0 31 4,6 *",
		"0 0 31 2,4,6,9,11 */2", "? * * * *", "0 0 L * *" };
	const char *why;
	struct cron c;
	char longer[600];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		why = NULL;
		if (cron_parse(bad[i], &c, &why) != -EINVAL)
			fail_msg("'%s' was accepted", bad[i]);
		assert_non_null(why);
	}
	memset(longer, ' ', sizeof longer);
	memcpy(longer + sizeof longer - 10, "* * * * *", 10);
	longer[0] = '1';
	assert_int_equal(cron_parse(longer, &c, &why), -EINVAL);
	/* possible after all: by the weekday, or in another month */
	assert_int_equal(cron_parse("0 0 30 2 1", &c, &why), 0);
	assert_int_equal(cron_parse("0 0 31 2,3 *", &c, &why), 0);
	assert_int_equal(cron_parse("0 0 29 2 */6", &c, &why), 0);
}

static void
test_extremes(void **state)
{
	static const int64_t at[] = { INT64_MIN, INT64_MIN + 1, -1, 0,
		253402300799000 - 90000000, 253402300799000, INT64_MAX };
	static const char *const expressions[] = { "* * * * *",
		"0 0 29 2 */6", "59 23 31 12 *", "0 * 29 2 */6" };
	const struct world *w = *state;
	const char *why;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(expressions); i++) {
		struct cron c;

		assert_int_equal(cron_parse(expressions[i], &c, &why), 0);
		for (j = 0; j < ARRAY_SIZE(at); j++) {
			int64_t next = cron_next(&c, &w->ny, at[j]);

			assert_true(next == INSTANT_NONE || next > at[j]);
		}
		assert_int_equal(cron_next(&c, &w->ny, INT64_MAX),
		    INSTANT_NONE);
	}
}

static void
test_every(void **state)
{
	const struct world *w = *state;
	struct schedule s = { .kind = SCHEDULE_EVERY, .every_ms = 600000 };

	assert_int_equal(schedule_next(&s, &w->utc, 0), 600000);
	assert_int_equal(schedule_next(&s, &w->utc, 599999), 600000);
	assert_int_equal(schedule_next(&s, &w->utc, -1), 0);
	assert_int_equal(schedule_next(&s, &w->utc, -600000), 0);
	assert_int_equal(schedule_next(&s, &w->utc, -600001), -600000);
	s.kind = SCHEDULE_NONE;
	assert_int_equal(schedule_next(&s, &w->utc, 0), INSTANT_NONE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_day_fields),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_every),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
