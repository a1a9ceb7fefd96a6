/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-notify-window.c -- when a window is open, also on the days whose
 * clock is changed. New York 2026: from 02:00 to 03:00 on 8 March, back from
 * 02:00 to 01:00 on 1 November.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "notify/notify.h"

#define MINUTE ((int64_t)60000)

static struct zone
new_york(void)
{
	static char bytes[8192];
	struct zone z;
	FILE *f = fopen("/usr/share/zoneinfo/America/New_York", "rb");

	assert_non_null(f);
	assert_int_equal(zone_open(&z, bytes, fread(bytes, 1, sizeof bytes,
	    f)), 0);
	(void)fclose(f);
	return z;
}

static int64_t
utc(const char *s)
{
	int64_t at;

	assert_int_equal(instant_parse(s, NULL, &at), 0);
	return at;
}

struct row {
	int32_t from_m, to_m;           /* minutes of the day */
	const char *inside;             /* any instant of it */
	const char *start, *end;
};

/* What the wall shows, and what that comes to in UTC. */
static const struct row rows[] = {
	/* an ordinary night: 23:00 to 07:00 */
	{ 23 * 60, 7 * 60, "2026-01-16T08:00:00Z",
	    "2026-01-16T04:00:00Z", "2026-01-16T12:00:00Z" },
	/* the short one: seven hours */
	{ 23 * 60, 7 * 60, "2026-03-08T08:00:00Z",
	    "2026-03-08T04:00:00Z", "2026-03-08T11:00:00Z" },
	/* the long one: nine */
	{ 23 * 60, 7 * 60, "2026-11-01T08:00:00Z",
	    "2026-11-01T03:00:00Z", "2026-11-01T12:00:00Z" },
	/* begins in the gap: when it is over */
	{ 2 * 60 + 30, 4 * 60, "2026-03-08T07:30:00Z",
	    "2026-03-08T07:00:00Z", "2026-03-08T08:00:00Z" },
	/* ends in the gap */
	{ 60, 2 * 60 + 30, "2026-03-08T06:30:00Z",
	    "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z" },
	/* begins in the overlap: at the first 01:30 */
	{ 90, 4 * 60, "2026-11-01T07:00:00Z",
	    "2026-11-01T05:30:00Z", "2026-11-01T09:00:00Z" },
	/* ends in the overlap: at the second 01:30 */
	{ 0, 90, "2026-11-01T05:45:00Z",
	    "2026-11-01T04:00:00Z", "2026-11-01T06:30:00Z" },
};

static void
test_changed_clocks(void **state)
{
	struct zone z = new_york();
	int64_t start, end;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		struct window w = { .when = WHEN_DAILY, .days = 0x7f,
			.from_s = r->from_m * 60, .to_s = r->to_m * 60 };

		assert_true(window_open(&w, &z, utc(r->inside), &start,
		    &end));
		assert_int_equal(start, utc(r->start));
		assert_int_equal(end, utc(r->end));
		assert_false(window_open(&w, &z, start - 1, NULL, NULL));
		assert_true(window_open(&w, &z, start, NULL, NULL));
		assert_true(window_open(&w, &z, end - 1, NULL, NULL));
		assert_false(window_open(&w, &z, end, NULL, NULL));
		assert_int_equal(window_turn(&w, &z, start - 1), start);
		assert_int_equal(window_turn(&w, &z, start), end);
	}
}

/* A window of the gap alone is never open on that day. */
static void
test_only_the_gap(void **state)
{
	struct window w = { .when = WHEN_DAILY, .days = 0x7f,
		.from_s = 2 * 3600, .to_s = 3 * 3600 };
	struct zone z = new_york();
	int64_t at = utc("2026-03-08T05:00:00Z");

	(void)state;
	for (; at < utc("2026-03-08T12:00:00Z"); at += MINUTE)
		assert_false(window_open(&w, &z, at, NULL, NULL));
	assert_int_equal(window_turn(&w, &z, utc("2026-03-08T05:00:00Z")),
	    utc("2026-03-09T06:00:00Z"));
}

/* It belongs to the day on which it begins. */
static void
test_days(void **state)
{
	struct window w = { .when = WHEN_DAILY, .days = 1u << 5,
		.from_s = 22 * 3600, .to_s = 6 * 3600 };        /* fridays */
	struct zone z = new_york();
	int64_t end;

	(void)state;
	assert_true(window_open(&w, &z, utc("2026-01-17T10:00:00Z"), NULL,
	    &end));     /* saturday 05:00 */
	assert_int_equal(end, utc("2026-01-17T11:00:00Z"));
	assert_false(window_open(&w, &z, utc("2026-01-16T10:00:00Z"), NULL,
	    NULL));     /* friday 05:00 */
	assert_false(window_open(&w, &z, utc("2026-01-18T04:00:00Z"), NULL,
	    NULL));     /* saturday 23:00 */
	assert_int_equal(window_turn(&w, &z, utc("2026-01-17T11:00:00Z")),
	    utc("2026-01-24T03:00:00Z"));
}

static void
test_cron_and_once(void **state)
{
	struct window w = { .when = WHEN_CRON, .for_ms = 90 * MINUTE };
	struct zone z = new_york();
	int64_t start, end;
	const char *why;

	(void)state;
	assert_int_equal(cron_parse("0 2 * * sun", &w.cron, &why), 0);
	assert_true(window_open(&w, &z, utc("2026-01-18T08:29:59Z"), &start,
	    &end));
	assert_int_equal(start, utc("2026-01-18T07:00:00Z"));
	assert_int_equal(end, utc("2026-01-18T08:30:00Z"));
	assert_false(window_open(&w, &z, end, NULL, NULL));
	/* its slot lies in the gap: right after it, for as long */
	assert_true(window_open(&w, &z, utc("2026-03-08T08:00:00Z"), &start,
	    &end));
	assert_int_equal(end - start, 90 * MINUTE);
	w = (struct window){ .when = WHEN_ONCE, .start = 1000, .end = 2000 };
	assert_int_equal(window_turn(&w, &z, 0), 1000);
	assert_int_equal(window_turn(&w, &z, 1000), 2000);
	assert_int_equal(window_turn(&w, &z, 2000), INSTANT_NONE);
}

/* A window of its own zone doesn't ask the pipeline's. */
static void
test_own_zone(void **state)
{
	struct window w = { .when = WHEN_DAILY, .days = 0x7f, .zoned = true,
		.from_s = 0, .to_s = 3600 };
	struct zone z = new_york();

	(void)state;
	zone_utc(&w.zone);
	assert_true(window_open(&w, &z, utc("2026-01-16T00:30:00Z"), NULL,
	    NULL));
	w.zoned = false;
	assert_false(window_open(&w, &z, utc("2026-01-16T00:30:00Z"), NULL,
	    NULL));
}

static void
test_digest_time(void **state)
{
	struct zone z = new_york();

	(void)state;
	assert_int_equal(digest_at(&z, 9 * 3600,
	    utc("2026-01-16T13:59:59Z")), utc("2026-01-16T14:00:00Z"));
	assert_int_equal(digest_at(&z, 9 * 3600,
	    utc("2026-01-16T14:00:00Z")), utc("2026-01-17T14:00:00Z"));
	assert_int_equal(digest_at(&z, 9 * 3600,
	    utc("2026-03-08T00:00:00Z")), utc("2026-03-08T13:00:00Z"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changed_clocks),
		cmocka_unit_test(test_only_the_gap),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_cron_and_once),
		cmocka_unit_test(test_own_zone),
		cmocka_unit_test(test_digest_time),
	};

	return cmocka_run_group_tests_name("windows", tests, NULL, NULL);
}
