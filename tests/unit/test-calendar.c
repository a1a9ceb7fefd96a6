/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-calendar.c -- civil dates, days, due times, instants as text.
 *
 * The oracles compare zones with another implementation; here stand the
 * cases that a reader wants to see written down, and what is refused.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "base/zoneinfo.h"
#include "calendar/day.h"

/* A zone with its bytes. */
struct place {
	char *bytes;
	struct zone zone;
};

static void
place_open(struct place *p, const char *name)
{
	size_t len;

	assert_int_equal(zone_load(name, &p->bytes, &len), 0);
	assert_int_equal(zone_open(&p->zone, p->bytes, len), 0);
}

static void
place_close(struct place *p)
{
	free(p->bytes);
}

#define CLEANUP_PLACE CLEANUP(place_close)

static struct date
date(const char *s)
{
	struct date d;

	assert_int_equal(date_parse(s, &d), 0);
	return d;
}

static int64_t
instant(const char *s)
{
	int64_t at;

	assert_int_equal(instant_parse(s, NULL, &at), 0);
	return at;
}

static void
test_every_day(void **state)
{
	struct date d = date("0001-01-01"), parsed, last = date("9999-12-31");
	struct civil want = { 1, 1, 1 }, got;
	char buf[DATE_TEXT];
	int weekday = 1;        /* a Monday */

	(void)state;
	for (; d.day <= last.day; d.day++) {
		got = date_civil(d);
		assert_memory_equal(&got, &want, sizeof want);
		assert_int_equal(date_from_civil(want).day, d.day);
		assert_int_equal(date_weekday(d), weekday);
		assert_int_equal(date_parse(date_text(d, buf), &parsed), 0);
		assert_int_equal(parsed.day, d.day);
		weekday = (weekday + 1) % 7;
		if (++want.day > civil_month_days(want.year, want.month)) {
			want.day = 1;
			want.year += want.month / 12;
			want.month = want.month % 12 + 1;
		}
	}
}

static void
test_dates(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-1-5",
		"2026-01-32", "2026-02-29", "2100-02-29", "2026-00-10",
		"2026-13-01", "0000-01-01", "2026-01-16 ", " 2026-01-16",
		"2026/01/16", "20260116", "12026-01-16", "2026-01-016",
		"2026-01--1", "+026-01-01" };
	struct date d = { 77 };
	char buf[DATE_TEXT];
	size_t i;

	(void)state;
	assert_int_equal(date("1970-01-01").day, 0);
	assert_int_equal(date("2000-02-29").day, 11016);
	assert_int_equal(date("2024-02-29").day + 1,
	    date("2024-03-01").day);
	assert_int_equal(date_weekday(date("2026-01-16")), 5);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(date_parse(bad[i], &d), -EINVAL);
	assert_int_equal(d.day, 77);
	assert_string_equal(date_text((struct date){ INT32_MAX }, buf),
	    "5881580-07-11");
	assert_string_equal(date_text((struct date){ INT32_MIN }, buf),
	    "-5877641-06-23");
	assert_int_equal(date_weekday((struct date){ -1 }), 3);
}

static void
test_day_boundary(void **state)
{
	struct place ny CLEANUP_PLACE = { 0 };
	int32_t four = 4 * 3600;

	(void)state;
	place_open(&ny, "America/New_York");
	assert_int_equal(day_begin(&ny.zone, date("2026-01-16")),
	    instant("2026-01-16T00:00:00-05:00"));
	assert_int_equal(day_end(&ny.zone, date("2026-01-15"), four),
	    instant("2026-01-16T04:00:00-05:00"));
	assert_int_equal(day_end(&ny.zone, date("2026-01-15"), 0),
	    day_begin(&ny.zone, date("2026-01-16")));
	/* 01:30 on the 16th belongs to the 15th, 04:00 to the 16th */
	assert_int_equal(day_of(&ny.zone, four,
	    instant("2026-01-16T01:30:00-05:00")).day,
	    date("2026-01-15").day);
	assert_int_equal(day_of(&ny.zone, four,
	    instant("2026-01-16T03:59:59.999-05:00")).day,
	    date("2026-01-15").day);
	assert_int_equal(day_of(&ny.zone, four,
	    instant("2026-01-16T04:00:00-05:00")).day,
	    date("2026-01-16").day);
	/* 23 and 25 hours; and an end that falls into the gap */
	assert_int_equal(day_end(&ny.zone, date("2026-03-08"), 0) -
	    day_begin(&ny.zone, date("2026-03-08")), 23 * 3600000);
	assert_int_equal(day_end(&ny.zone, date("2026-11-01"), 0) -
	    day_begin(&ny.zone, date("2026-11-01")), 25 * 3600000);
	assert_int_equal(day_end(&ny.zone, date("2026-03-07"), 9000),
	    instant("2026-03-08T03:00:00-04:00"));
}

static void
test_day_that_never_was(void **state)
{
	struct place apia CLEANUP_PLACE = { 0 };
	int64_t change = instant("2011-12-30T10:00:00Z");

	(void)state;
	place_open(&apia, "Pacific/Apia");
	assert_int_equal(day_begin(&apia.zone, date("2011-12-30")), change);
	assert_int_equal(day_end(&apia.zone, date("2011-12-30"), 0), change);
	assert_int_equal(day_begin(&apia.zone, date("2011-12-31")), change);
	assert_int_equal(day_of(&apia.zone, 0, change - 1).day,
	    date("2011-12-29").day);
	assert_int_equal(day_of(&apia.zone, 0, change).day,
	    date("2011-12-31").day);
}

/* Whatever the zone and the boundary: the date of an instant is the one that
 * has not ended, and the one before it has. */
static void
test_day_of_is_unique(void **state)
{
	static const char *const names[] = { "Pacific/Apia",
		"Pacific/Kwajalein", "Asia/Manila", "America/Havana",
		"Africa/Cairo", "Australia/Lord_Howe" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct place p CLEANUP_PLACE = { 0 };
		int64_t at = instant("1844-12-28T00:00:00Z");

		place_open(&p, names[i]);
		for (; at < instant("2041-01-01T00:00:00Z"); at += 77777777) {
			int32_t ends = (int32_t)(at / 1000 % 86400);
			struct date d;

			ends = ends < 0 ? 0 : ends;
			d = day_of(&p.zone, ends, at);
			assert_true(day_end(&p.zone, d, ends) > at);
			assert_true(day_end(&p.zone, date_add(d, -1), ends) <=
			    at);
		}
	}
}

static void
test_clock_times(void **state)
{
	static const char *const bad[] = { "", "4:00", "24:00", "12:60",
		"12", "12:", "12:5", "12:005", "12:00:60", "12:00 ",
		" 12:00", "-1:00", "12:00:1", "noon" };
	int32_t s = -1;
	size_t i;

	(void)state;
	assert_int_equal(clock_time_parse("04:00", &s), 0);
	assert_int_equal(s, 14400);
	assert_int_equal(clock_time_parse("23:59:59", &s), 0);
	assert_int_equal(s, 86399);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(clock_time_parse(bad[i], &s), -EINVAL);
}

static void
test_due_forms(void **state)
{
	static const char *const good[] = { "+0", "+6h", "+30h", "+1h30m",
		"+90s", "11:00", "+1d 11:00", "+366d 00:00",
		"+2d 23:59:59" };
	static const char *const text[] = { "+0", "+6h", "+30h", "+1h30m",
		"+1m30s", "11:00", "+1d 11:00", "+366d 00:00",
		"+2d 23:59:59" };
	static const char *const bad[] = { "", "+", "6h", "-6h", "+1d",
		"+1d6h", "+1d 6h", "+1w", "+6", "+6h ", "+5m1h", "+1h1h",
		"+367d 11:00", "+1d  ", "+1d 24:00", "+1d11:00", "++6h",
		"+9999999999999h", "+999999999999h", "+6h11:00", "+250ms",
		"+1 d 11:00", "tomorrow" };
	const char *why;
	struct due due, again;
	char buf[DUE_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(due_parse(good[i], &due, &why), 0);
		assert_string_equal(due_text(&due, buf), text[i]);
		assert_int_equal(due_parse(buf, &again, &why), 0);
		assert_int_equal(again.kind, due.kind);
		assert_int_equal(again.after_ms, due.after_ms);
		assert_int_equal(again.days, due.days);
		assert_int_equal(again.time_s, due.time_s);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		why = NULL;
		assert_int_equal(due_parse(bad[i], &due, &why), -EINVAL);
		assert_non_null(why);
	}
	assert_int_equal(due_parse("+1d", &due, &why), -EINVAL);
	assert_non_null(strstr(why, "ambiguous"));
	assert_string_equal(due_text(&(struct due){ 0 }, buf), "never");
}

static void
test_due_instants(void **state)
{
	struct place ny CLEANUP_PLACE = { 0 };
	struct due due;
	const char *why;
	int64_t end;

	(void)state;
	place_open(&ny, "America/New_York");
	end = day_end(&ny.zone, date("2026-01-15"), 14400);
	assert_int_equal(due_parse("+6h", &due, &why), 0);
	assert_int_equal(due_at(&due, &ny.zone, date("2026-01-15"), end),
	    instant("2026-01-16T10:00:00-05:00"));
	assert_int_equal(due_at(&due, &ny.zone, date("2026-01-15"),
	    INSTANT_NONE), INSTANT_NONE);
	assert_int_equal(due_parse("+1d 15:00", &due, &why), 0);
	assert_int_equal(due_at(&due, &ny.zone, date("2026-01-13"), end),
	    instant("2026-01-14T15:00:00-05:00"));
	/* wall clock, not 24 hours: over the change to summer time */
	assert_int_equal(due_at(&due, &ny.zone, date("2026-03-07"), end),
	    instant("2026-03-08T15:00:00-04:00"));
	assert_int_equal(due_at(&(struct due){ 0 }, &ny.zone,
	    date("2026-01-13"), end), INSTANT_NONE);
}

static void
test_instant_text(void **state)
{
	struct place ny CLEANUP_PLACE = { 0 };
	char buf[INSTANT_TEXT];
	int64_t at = instant("2026-01-16T16:00:00Z");

	(void)state;
	place_open(&ny, "America/New_York");
	assert_string_equal(instant_text(at, &ny.zone, buf),
	    "2026-01-16 11:00:00 -0500");
	assert_string_equal(instant_short(at, &ny.zone, buf),
	    "2026-01-16 11:00");
	assert_string_equal(instant_utc(at, buf), "2026-01-16T16:00:00Z");
	assert_string_equal(instant_utc(at + 7, buf),
	    "2026-01-16T16:00:00.007Z");
	assert_string_equal(instant_utc(-1, buf),
	    "1969-12-31T23:59:59.999Z");
	assert_string_equal(instant_text(instant("1883-01-01T00:00:00Z"),
	    &ny.zone, buf), "1882-12-31 19:03:58 -045602");
	assert_string_equal(instant_utc(INSTANT_NONE, buf), "never");
	assert_string_equal(instant_text(INT64_MAX, &ny.zone, buf), "never");
	assert_string_equal(instant_short(INSTANT_NONE, &ny.zone, buf),
	    "never");
}

static void
test_instant_parse(void **state)
{
	static const char *const same[] = { "2026-01-16T16:00:00Z",
		"2026-01-16t16:00:00z", "2026-01-16 11:00:00 -0500",
		"2026-01-16T11:00-05:00", "2026-01-16 21:30+05:30",
		"2026-01-16T16:00:00.0Z", "2026-01-16T15:59:60Z",
		"2026-01-16 11:03:58 -045602", "2026-01-16 11:00",
		"2026-01-16T11:00:00" };
	static const char *const bad[] = { "", "2026-01-16", "11:00",
		"2026-01-16 11", "2026-01-16T11:00:61Z",
		"2026-01-16T11:00:00 EST", "2026-01-16T11:00:00+5",
		"2026-01-16T11:00:00+05:60", "2026-01-16T11:00:00.Z",
		"2026-01-16T25:00:00Z", "2026-02-30T11:00:00Z",
		"2026-01-16x11:00:00Z", "2026-01-16T11:00:00Z ",
		"2026-01-16T11:00:00+2400", "2026-01-16T11:00:00-05:00:",
		"2026-01-16T11:00:00+12345" };
	struct place ny CLEANUP_PLACE = { 0 };
	int64_t at, want = instant("2026-01-16T16:00:00Z");
	size_t i;

	(void)state;
	assert_int_equal(want, 1768579200000);
	place_open(&ny, "America/New_York");
	for (i = 0; i < ARRAY_SIZE(same); i++) {
		assert_int_equal(instant_parse(same[i], &ny.zone, &at), 0);
		assert_int_equal(at, want);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(instant_parse(bad[i], &ny.zone, &at),
		    -EINVAL);
	assert_int_equal(instant_parse("2026-01-16 11:00", NULL, &at),
	    -EINVAL);
	assert_int_equal(instant("2026-01-16T16:00:00.5Z"), want + 500);
	assert_int_equal(instant("2026-01-16T16:00:00.1239Z"), want + 123);
	/* in the gap: the first instant after it */
	assert_int_equal(instant_parse("2026-03-08 02:30", &ny.zone, &at),
	    0);
	assert_int_equal(at, instant("2026-03-08T07:00:00Z"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_day_boundary),
		cmocka_unit_test(test_day_that_never_was),
		cmocka_unit_test(test_day_of_is_unique),
		cmocka_unit_test(test_clock_times),
		cmocka_unit_test(test_due_forms),
		cmocka_unit_test(test_due_instants),
		cmocka_unit_test(test_instant_text),
		cmocka_unit_test(test_instant_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
