/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-calendar-fuzz.c -- the calendar's parsers, given what is nearly right.
 *
 * Zone files with changed, lost and repeated bytes, cron lines, due words,
 * instants and footers put together at random from their own pieces. Each is
 * refused or gives something that answers: an instant lies in its span, the
 * spans around it join, the next slot is later, and what is printed is read
 * again. All input is a copy of exactly its size, so that the sanitizer sees
 * any read beyond it; an alarm ends what doesn't come back.
 *
 * SEED is taken from the environment, and printed.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/zoneinfo.h"
#include "calendar/day.h"
#include "calendar/posix.h"
#include "calendar/schedule.h"

enum { FILES = 30000, TEXTS = 100000, PIECES_MOST = 8, ALARM_S = 300 };

struct fuzz {
	uint64_t seed;
};

static uint32_t
roll(struct fuzz *f, size_t most)
{
	/* splitmix64 */
	uint64_t x = f->seed += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((x ^ x >> 31) % most);
}

static int
setup(void **state)
{
	struct fuzz *f = calloc(1, sizeof *f);
	const char *seed = getenv("SEED");

	if (f == NULL)
		return -1;
	f->seed = seed ? strtoull(seed, NULL, 10) : 20111230;
	printf("seed %" PRIu64 "\n", f->seed);
	(void)alarm(ALARM_S);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	free(*state);
	return 0;
}

/*--------------------------------------------------------------- zone files */

static int64_t
any_second(struct fuzz *f)
{
	static const int64_t odd[] = { INT64_MIN, INT64_MAX, -62135596801,
		-62135596800, 253402300799, 253402300800, 0, -1 };

	if (roll(f, 8) == 0)
		return odd[roll(f, ARRAY_SIZE(odd))];
	return ((int64_t)roll(f, 1u << 31) - (1 << 29)) * 4;
}

/* What follows holds for every zone that was opened. */
static void
spans_hold(const struct zone *z, int64_t at)
{
	struct zone_span span, next;

	zone_span(z, at, &span);
	assert_non_null(span.name);
	assert_true(strlen(span.name) < 256);
	assert_true(at > 253402300799 || at < -62135596800 ||
	    (span.begin <= at && at < span.end));
	if (span.end == INT64_MAX)
		return;
	zone_span(z, span.end, &next);
	assert_int_equal(next.begin, span.end);
	assert_true(next.end > next.begin);
}

static void
instants_hold(const struct zone *z, int64_t local_s)
{
	int64_t at[2], first = zone_resolve(z, local_s);
	int n = zone_instants(z, local_s, at), i;

	assert_in_range(n + 1, 1, 3);
	for (i = 0; i < n; i++)
		assert_int_equal(at[i] + zone_offset(z, at[i]), local_s);
	if (n > 0)
		assert_int_equal(first, at[0]);
	if (n == 2)
		assert_true(at[0] < at[1]);
}

static void
days_hold(const struct zone *z, int64_t ms)
{
	struct date d = day_of(z, 14400, ms);

	assert_true(day_end(z, d, 14400) > ms);
	assert_true(day_end(z, date_add(d, -1), 14400) <= ms);
}

static void
slots_hold(struct fuzz *f, const struct zone *z, int64_t ms)
{
	static const char *const lines[] = { "* * * * *", "30 2 * * *",
		"*/7 */5 * * 1-5", "0 0 29 2 *", "59 23 31 12 7",
		"0 * 29 2 */6" };
	const char *why;
	struct cron c;
	int64_t next, i;

	assert_int_equal(cron_parse(lines[roll(f, ARRAY_SIZE(lines))], &c,
	    &why), 0);
	for (i = 0; i < 4 && ms != INSTANT_NONE; i++, ms = next) {
		next = cron_next(&c, z, ms);
		assert_true(next == INSTANT_NONE || next > ms);
	}
}

static void
ask_all(struct fuzz *f, const struct zone *z)
{
	int i;

	for (i = 0; i < 4; i++) {
		int64_t at = any_second(f);

		spans_hold(z, at);
		(void)zone_resolve(z, at);
		if (at < -62135500000 || at > 253402200000)
			continue;
		instants_hold(z, at);
		days_hold(z, at * 1000);
		slots_hold(f, z, at * 1000);
	}
}

/* Flips, sets, swaps and cuts; returns the new length. */
static size_t
damage(struct fuzz *f, char *bytes, size_t len)
{
	uint32_t n = 1 + roll(f, 4);

	for (; n > 0 && len > 0; n--) {
		size_t at = roll(f, len);
		size_t from = roll(f, len);
		size_t most = len - (at > from ? at : from);

		switch (roll(f, 8)) {
		case 0:
			bytes[at] = (char)roll(f, 256);
			break;
		case 1:         /* a length, often */
			bytes[at % 88] = (char)roll(f, 8);
			break;
		case 2:
			memmove(bytes + at, bytes + from, roll(f, most + 1));
			break;
		case 3:
			len -= roll(f, 4) == 0 ? at : 0;
			break;
		case 4:         /* the footer */
			at = len - 1 - roll(f, len < 24 ? len : 24);
			bytes[at] = "0123456789MJ,./<>-+:\n"[roll(f, 21)];
			break;
		default:
			bytes[at] = (char)(bytes[at] ^ 1 << roll(f, 8));
		}
	}
	return len;
}

static void
test_damaged_files(void **state)
{
	static const char *const names[] = { "America/New_York", "UTC",
		"Africa/Casablanca", "Asia/Kolkata", "Pacific/Apia",
		"Europe/Dublin", "America/Nuuk", "Asia/Gaza",
		"Australia/Lord_Howe" };
	struct fuzz *f = *state;
	int opened = 0, i;

	for (i = 0; i < FILES; i++) {
		char *whole CLEANUP_FREE = NULL;
		char *part CLEANUP_FREE = NULL;
		struct zone z;
		size_t len;

		assert_int_equal(zone_load(names[roll(f,
		    ARRAY_SIZE(names))], &whole, &len), 0);
		len = damage(f, whole, len);
		part = malloc(len > 0 ? len : 1);
		assert_non_null(part);
		memcpy(part, whole, len);
		if (zone_open(&z, part, len) < 0)
			continue;
		ask_all(f, &z);
		opened++;
	}
	assert_in_range(opened, FILES / 20, FILES - FILES / 20);
}

/*-------------------------------------------------------------------- words */

/* Pieces in a row, each a small mistake away from sense; owned. */
static char *
compose(struct fuzz *f, const char *const *pieces, size_t n)
{
	char text[PIECES_MOST * 16] = "", *copy;
	uint32_t left = roll(f, PIECES_MOST);

	for (; left > 0; left--)
		(void)strncat(text, pieces[roll(f, n)],
		    sizeof text - strlen(text) - 1);
	if (*text != '\0' && roll(f, 8) == 0)
		text[roll(f, strlen(text))] = (char)(1 + roll(f, 255));
	copy = strdup(text);
	assert_non_null(copy);
	return copy;
}

/* Five fields, each valid for itself mostly; owned. */
static char *
compose_cron(struct fuzz *f)
{
	static const char *const pieces[] = { "*", "0", "5", "12", "1-5",
		"*/2", "1,2", "31", "0-23", "7", "59", "feb", "sun", "mon-fri",
		"1-31/3", "", "/", "-", ",", "60", "99999999999999999999",
		" ", "*/0", "8-2" };
	char text[256] = "", *copy;
	uint32_t good = roll(f, 4) ? 15 : ARRAY_SIZE(pieces), i;

	for (i = 0; i < 5; i++) {
		(void)strcat(text, pieces[roll(f, good)]);
		if (roll(f, 6) == 0)
			(void)strcat(text, ",3");
		(void)strcat(text, i < 4 ? " " : "");
	}
	if (roll(f, 16) == 0)
		text[roll(f, strlen(text))] = (char)(1 + roll(f, 255));
	copy = strdup(text);
	assert_non_null(copy);
	return copy;
}

static void
test_cron_lines(void **state)
{
	struct fuzz *f = *state;
	int taken = 0, i;
	struct zone utc;

	zone_utc(&utc);
	for (i = 0; i < TEXTS; i++) {
		char *text CLEANUP_FREE = compose_cron(f);
		int64_t after = any_second(f) % 200000000000 * 1000, next;
		const char *why = NULL;
		struct cron c;

		if (cron_parse(text, &c, &why) < 0) {
			assert_non_null(why);
			continue;
		}
		/* what is taken fires, within the 400 years in which the
		 * calendar repeats */
		next = cron_next(&c, &utc, after);
		if (next <= after || next - after >
		    INT64_C(146097) * 86400000)
			fail_msg("'%s' after %" PRId64, text, after);
		taken++;
	}
	assert_in_range(taken, TEXTS / 20, TEXTS - TEXTS / 20);
}

static void
test_due_words(void **state)
{
	static const char *const pieces[] = { "+", "1", "0", "12", "366",
		"h", "m", "s", "d", "d ", " ", ":", "00", "11:00", "+6h",
		"+1d ", "30m", "-", "99999999999999999", "ms", "w" };
	struct fuzz *f = *state;
	int taken = 0, i;

	for (i = 0; i < TEXTS; i++) {
		char *text CLEANUP_FREE = compose(f, pieces, i % 3 == 0 ?
		    ARRAY_SIZE(pieces) : ARRAY_SIZE(pieces) - 4);
		char buf[DUE_TEXT];
		const char *why = NULL;
		struct due due, again;

		if (due_parse(text, &due, &why) < 0) {
			assert_non_null(why);
			continue;
		}
		assert_int_equal(due_parse(due_text(&due, buf), &again,
		    &why), 0);
		assert_int_equal(again.kind, due.kind);
		assert_true(again.after_ms == due.after_ms &&
		    again.days == due.days && again.time_s == due.time_s);
		assert_true(due.after_ms >= 0 && due.days >= 0 &&
		    due.days <= 366);
		taken++;
	}
	assert_in_range(taken, 100, TEXTS - 100);
}

/* A date, a time and an offset, or two of them; owned. */
static char *
compose_instant(struct fuzz *f)
{
	static const char *const dates[] = { "2026-01-16", "9999-12-31",
		"0001-01-01", "2026-02-30", "2024-02-29", "2026-1-16", "" };
	static const char *const times[] = { "T11:00", " 11:00:00",
		"t23:59:60", "T24:00", " 00:00:00.5", "T1:00", "11:00", "" };
	static const char *const offsets[] = { "Z", "", " -0500", "+05:30",
		"-045602", "+23:59", "z", "+5", "-", " Z " };
	char text[64] = "", *copy;

	(void)strcat(text, dates[roll(f, ARRAY_SIZE(dates))]);
	(void)strcat(text, times[roll(f, ARRAY_SIZE(times))]);
	(void)strcat(text, offsets[roll(f, ARRAY_SIZE(offsets))]);
	if (*text != '\0' && roll(f, 4) == 0)
		text[roll(f, strlen(text))] = (char)(1 + roll(f, 255));
	copy = strdup(text);
	assert_non_null(copy);
	return copy;
}

static void
test_instants_and_dates(void **state)
{
	struct fuzz *f = *state;
	struct zone utc;
	int taken = 0, i;

	zone_utc(&utc);
	for (i = 0; i < TEXTS; i++) {
		char *text CLEANUP_FREE = compose_instant(f);
		char buf[INSTANT_TEXT];
		int64_t at, again;
		struct date d;
		int32_t s;

		(void)date_parse(text, &d);
		(void)clock_time_parse(text, &s);
		if (instant_parse(text, &utc, &at) < 0 ||
		    strcmp(instant_utc(at, buf), "never") == 0)
			continue;
		if (instant_parse(buf, NULL, &again) < 0 || again != at)
			fail_msg("'%s' is '%s'", text, buf);
		taken++;
	}
	assert_in_range(taken, TEXTS / 20, TEXTS - TEXTS / 20);
}

static void
test_footers(void **state)
{
	static const char *const pieces[] = { "EST", "5", "EDT", ",M3.2.0",
		",M11.1.0", "/", "2", "<-03>", "3", ",J60", ",59", ":30", "-1",
		"167", ",M10.5.0", "<+0330>", "-", "24", ",", "M13.2.0" };
	struct fuzz *f = *state;
	int taken = 0, i;

	for (i = 0; i < TEXTS; i++) {
		char *text CLEANUP_FREE = compose(f, pieces,
		    ARRAY_SIZE(pieces) - (i % 2 ? 5 : 0));
		size_t len = strlen(text);
		char *exact CLEANUP_FREE = malloc(len > 0 ? len : 1);
		struct zone z = { .has_footer = true };

		assert_non_null(exact);
		memcpy(exact, text, len);
		if (posix_parse(exact, len, &z) < 0)
			continue;
		ask_all(f, &z);
		taken++;
	}
	assert_in_range(taken, 50, TEXTS - 50);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_cron_lines),
		cmocka_unit_test(test_due_words),
		cmocka_unit_test(test_instants_and_dates),
		cmocka_unit_test(test_footers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
