/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-zone.c -- TZif bytes, good and bad; names of zones.
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
#include "base/zoneinfo.h"
#include "calendar/posix.h"
#include "calendar/zone.h"

static char *
load(const char *name, size_t *ret_len)
{
	char *bytes;

	assert_int_equal(zone_load(name, &bytes, ret_len), 0);
	return bytes;
}

static void
test_names(void **state)
{
	static const char *const bad[] = { "", "/etc/passwd", "../etc/passwd",
		"America/../../../etc/passwd", "./UTC", "America//New_York",
		"America/", "America/New York", "America/New_York\n",
		"zone.tab" };
	char *bytes = NULL, longer[80] = { 0 };
	size_t len, i;

	(void)state;
	memset(longer, 'a', 65);
	assert_int_equal(zone_load(longer, &bytes, &len), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(zone_load(bad[i], &bytes, &len), -EINVAL);
	assert_int_equal(zone_load("America/NewYork", &bytes, &len),
	    -ENOENT);
	assert_int_equal(zone_load("America", &bytes, &len), -EISDIR);
	assert_null(bytes);
}

static void
test_tzdir_is_ignored(void **state)
{
	char *bytes CLEANUP_FREE = NULL;
	size_t len;

	(void)state;
	assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
	bytes = load("Europe/Berlin", &len);
	assert_int_equal(unsetenv("TZDIR"), 0);
}

static void
test_utc(void **state)
{
	struct zone z;
	const char *name;
	int64_t at[2];

	(void)state;
	zone_utc(&z);
	assert_int_equal(zone_offset_name(&z, 0, &name), 0);
	assert_string_equal(name, "UTC");
	assert_int_equal(zone_instants(&z, 12345, at), 1);
	assert_int_equal(at[0], 12345);
	assert_int_equal(zone_resolve(&z, -12345), -12345);
}

static void
test_spans(void **state)
{
	char *bytes CLEANUP_FREE = NULL;
	struct zone_span span, next;
	struct zone z;
	size_t len;

	(void)state;
	bytes = load("America/New_York", &len);
	assert_int_equal(zone_open(&z, bytes, len), 0);
	zone_span(&z, 1768579200, &span);       /* 2026-01-16 11:00 EST */
	assert_int_equal(span.begin, 1762063200);
	assert_int_equal(span.end, 1772953200);
	assert_int_equal(span.offset, -18000);
	assert_false(span.dst);
	assert_string_equal(span.name, "EST");
	/* the spans of all time join without a hole, by the file and by the
	 * footer alike */
	for (zone_span(&z, INT64_MIN, &span); span.end != INT64_MAX;
	    span = next) {
		zone_span(&z, span.end, &next);
		assert_int_equal(next.begin, span.end);
		assert_true(next.end > next.begin);
	}
	assert_true(span.begin > 253370764800 - 366 * 86400);
}

/* Far ends of time: an answer, and an end to every loop. */
static void
test_extremes(void **state)
{
	static const char *const names[] = { "America/New_York",
		"Europe/Dublin", "Africa/Casablanca", "America/Nuuk", "EST",
		"Factory" };
	static const int64_t at[] = { INT64_MIN, -(INT64_C(1) << 59),
		-62135596801, -62135596800, 253402300799, 253402300800,
		INT64_MAX };
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		char *bytes CLEANUP_FREE = NULL;
		struct zone z;
		int64_t found[2];
		size_t len;

		bytes = load(names[i], &len);
		assert_int_equal(zone_open(&z, bytes, len), 0);
		for (j = 0; j < ARRAY_SIZE(at); j++) {
			(void)zone_resolve(&z, at[j]);
			assert_in_range(zone_instants(&z, at[j], found) + 1,
			    1, 3);
		}
	}
}

static void
test_footers(void **state)
{
	static const char *const good[] = { "EST5EDT,M3.2.0,M11.1.0",
		"<-03>3", "UTC0", "IST-1GMT0,M10.5.0,M3.5.0/1",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
		"EET-2EEST,M3.4.4/50,M10.4.4/50", "CET-1CEST,J60/0,300/-1:30",
		"AAA-9:30:15BBB-10:00:01,0/0,J365/25",
		"EST5EDT,M3.2.0/-167,M11.1.0/167:59:59" };
	static const char *const bad[] = { "", "EST", "5", "ES5", "EST5EDT",
		"EST5EDT,M3.2.0", "EST5EDT,M3.2.0,", "EST5EDT,M13.2.0,M1.1.0",
		"EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.0.0,M11.1.0",
		"EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J365",
		"EST5EDT,366,J1", "EST25", "EST5:60", "<-03>", "<-033",
		"EST5 ", "EST5EDT,M3.2.0,M11.1.0,", "<>5",
		"EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0/,M11.1.0",
		"ABCDEFGHIJKLMNOP5", "EST--5", "EST5EDT,M3.2.0,M11.1.0x" };
	struct zone z;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(posix_parse(good[i], strlen(good[i]), &z),
		    0);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(posix_parse(bad[i], strlen(bad[i]), &z),
		    -EINVAL);
}

/* A rule may say that summer time never ends. */
static void
test_summer_all_year(void **state)
{
	static const char rule[] = "XXX3EDT4,0/0,J365/23";
	struct zone z = { .has_footer = true };
	int64_t at;

	(void)state;
	assert_int_equal(posix_parse(rule, strlen(rule), &z), 0);
	for (at = 1735689600 - 86400; at < 1735689600 + 86400; at += 600)
		assert_int_equal(zone_offset(&z, at), -14400);
}

/* J60 is March 1 in every year, 59 counts February 29 when there is one. */
static void
test_days_of_the_year(void **state)
{
	static const char rule[] = "XXX0YYY,J60/0,59/0";
	struct zone z = { .has_footer = true };
	struct zone_span span;

	(void)state;
	assert_int_equal(posix_parse(rule, strlen(rule), &z), 0);
	zone_span(&z, 1709251200 - 1, &span);   /* before 2024-03-01 */
	assert_int_equal(span.end, 1709251200);
	zone_span(&z, 1709251200, &span);       /* until 2025-03-01, 0 h */
	assert_true(span.dst);
	assert_int_equal(span.end, 1740787200 - 3600);
}

/* Changes beyond the year 9999 do not hold up whoever walks there. */
static void
test_last_change(void **state)
{
	static const char rule[] = "XXX10YYY9,J1/0,J365/167";
	struct zone z = { .has_footer = true };
	struct zone_span span;

	(void)state;
	assert_int_equal(posix_parse(rule, strlen(rule), &z), 0);
	zone_span(&z, INT64_MAX, &span);
	assert_int_equal(span.end, INT64_MAX);
	assert_true(zone_resolve(&z, INT64_MAX) >= 253402300799);
}

static void
ask_around(const struct zone *z)
{
	int64_t at, found[2];

	for (at = -3000000000; at < 5000000000; at += 777777777) {
		const char *name;

		(void)zone_offset_name(z, at, &name);
		assert_true(strlen(name) < 256);
		(void)zone_resolve(z, at);
		(void)zone_instants(z, at, found);
	}
}

/* Every truncation is refused; a changed byte is refused or gives a zone
 * that answers. The copy has exactly the size, so that the sanitizer sees
 * any read beyond it. */
static void
test_damaged_bytes(void **state)
{
	static const char *const names[] = { "America/New_York", "UTC",
		"Africa/Casablanca", "Asia/Kolkata" };
	size_t i, n, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		char *whole CLEANUP_FREE = load(names[i], &len);
		struct zone z;

		for (n = 0; n < len; n++) {
			char *part CLEANUP_FREE = malloc(n + 1);

			assert_non_null(part);
			memcpy(part, whole, n);
			part = realloc(part, n > 0 ? n : 1);
			assert_non_null(part);
			assert_int_equal(zone_open(&z, part, n), -EINVAL);
		}
		for (n = 0; n < len; n++) {
			char *copy CLEANUP_FREE = malloc(len);

			assert_non_null(copy);
			memcpy(copy, whole, len);
			copy[n] = (char)(copy[n] ^ (1 << n % 8));
			if (zone_open(&z, copy, len) == 0)
				ask_around(&z);
		}
	}
}

static void
test_refused(void **state)
{
	char *bytes CLEANUP_FREE = NULL;
	struct zone z;
	size_t len;

	(void)state;
	assert_int_equal(zone_open(&z, "", 0), -EINVAL);
	assert_int_equal(zone_open(&z, "hello, world", 12), -EINVAL);
	bytes = load("UTC", &len);
	bytes[4] = '\0';        /* version 1 */
	assert_int_equal(zone_open(&z, bytes, len), -EINVAL);
	free(TAKE(bytes));
	/* leap seconds counted: not the time that we keep */
	if (zone_load("right/UTC", &bytes, &len) == 0)
		assert_int_equal(zone_open(&z, bytes, len), -EINVAL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_tzdir_is_ignored),
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_footers),
		cmocka_unit_test(test_summer_all_year),
		cmocka_unit_test(test_days_of_the_year),
		cmocka_unit_test(test_last_change),
		cmocka_unit_test(test_damaged_bytes),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
