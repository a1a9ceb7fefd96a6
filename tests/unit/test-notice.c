/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-notice.c -- messages and words, as people will read them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/notice.h"
#include "daemon/words.h"

static const struct notice shop = {
	.id = 9, .kind = NOTICE_OPENED, .severity = SEVERITY_CRITICAL,
	.pipeline = "shop", .date = "2026-01-16", .incident = 41,
	.title = "publish will miss 09:00", .since = "06:12",
	.why = "marts: 0 (min 1), dwh, read 07:38", .rule = "shop.conf:15",
	.tried = "retry 2 of 3, no_effect, next 07:52",
	.held = "publish. Other dates fine.",
	.fix = "bin/backfill --date 2026-01-16"
};

static void
expect_text(const struct notice *n, const char *expected)
{
	CLEANUP_FREE char *text = notice_text(n);

	assert_string_equal(text, expected);
}

static void
opened(void **state)
{
	(void)state;
	expect_text(&shop,
	    "CRITICAL shop 2026-01-16  publish will miss 09:00        "
	    "incident 41, since 06:12\n"
	    "why    marts: 0 (min 1), dwh, read 07:38     "
	    "rule shop.conf:15\n"
	    "tried  retry 2 of 3, no_effect, next 07:52\n"
	    "held   publish. Other dates fine.\n"
	    "fix    bin/backfill --date 2026-01-16\n"
	    "look   gatewarden explain 41      "
	    "quiet  gatewarden ack 41 --until 2h\n");
}

static void
several_whys_are_indented(void **state)
{
	struct notice n = shop;

	(void)state;
	n.kind = NOTICE_GAVE_UP;
	n.why = "pdc: 0 of 120\npcf: 0 of 120";
	n.fix = "";
	n.tried = "";
	n.held = NULL;
	expect_text(&n,
	    "GAVE UP CRITICAL shop 2026-01-16  publish will miss 09:00  "
	    "incident 41, since 06:12\n"
	    "why    pdc: 0 of 120     rule shop.conf:15\n"
	    "       pcf: 0 of 120\n"
	    "look   gatewarden explain 41      "
	    "quiet  gatewarden ack 41 --until 2h\n");
}

static void
resolved_says_how_long_and_by_what(void **state)
{
	struct notice n = shop;

	(void)state;
	n.kind = NOTICE_RESOLVED;
	n.title = "publish is done";
	n.lasted = "1h 20m";
	n.why = "marts: 4211 (min 1), dwh, read 08:50";
	expect_text(&n,
	    "RESOLVED shop 2026-01-16  publish is done                "
	    "incident 41, lasted 1h 20m\n"
	    "proof  marts: 4211 (min 1), dwh, read 08:50     "
	    "rule shop.conf:15\n"
	    "tried  retry 2 of 3, no_effect, next 07:52\n"
	    "look   gatewarden explain 41\n");
}

static void
a_deadline_and_where_to_read_on(void **state)
{
	struct notice n = shop;

	(void)state;
	n.tried = n.held = n.fix = NULL;
	n.deadline = "publish is due 09:00, in 1h 22m";
	n.runbook = "https://wiki/shop#publish";
	expect_text(&n,
	    "CRITICAL shop 2026-01-16  publish will miss 09:00        "
	    "incident 41, since 06:12\n"
	    "why    marts: 0 (min 1), dwh, read 07:38     "
	    "rule shop.conf:15\n"
	    "due    publish is due 09:00, in 1h 22m\n"
	    "read   https://wiki/shop#publish\n"
	    "look   gatewarden explain 41      "
	    "quiet  gatewarden ack 41 --until 2h\n");
}

static void
watching_is_said(void **state)
{
	struct notice n = shop;
	CLEANUP_FREE char *text = NULL;

	(void)state;
	n.watching = true;
	text = notice_text(&n);
	assert_non_null(strstr(text, "note   this pipeline only watches"));
}

static void
adopted_needs_no_incident(void **state)
{
	struct notice n = { .kind = NOTICE_ADOPTED,
		.severity = SEVERITY_INFO, .pipeline = "nba",
		.title = "dates adopted",
		.why = "270 dates had ended\nraw: 268 of 270 done" };

	(void)state;
	expect_text(&n, "ADOPTED nba  dates adopted\n"
	    "why    270 dates had ended\n"
	    "       raw: 268 of 270 done\n"
	    "look   gatewarden status\n");
}

static void
body_is_all_text(void **state)
{
	CLEANUP_JSON json_t *o = notice_body(&shop);
	static const char *const members[] = { "id", "kind", "severity",
		"pipeline", "date", "incident", "title", "text", "why",
		"tried", "last_start", "held", "deadline", "runbook", "fix",
		"look", "quiet", "since" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(members); i++)
		assert_non_null(json_text(o, members[i], NULL));
	assert_int_equal(json_object_size(o), ARRAY_SIZE(members));
	assert_string_equal(json_text(o, "id", ""), "9");
	assert_string_equal(json_text(o, "kind", ""), "opened");
	assert_string_equal(json_text(o, "incident", ""), "41");
	assert_string_equal(json_text(o, "quiet", ""),
	    "gatewarden ack 41 --until 2h");
}

/*------------------------------------------------------------------- words */

static void
expect_reading(double value, double expected, const char *brief,
    const char *full)
{
	CLEANUP_TEXT struct text t = { 0 };

	words_reading(&t, value, expected);
	assert_string_equal(text_str(&t), brief);
	text_clear(&t);
	words_reading_long(&t, value, expected);
	assert_string_equal(text_str(&t), full);
}

static void
readings(void **state)
{
	(void)state;
	expect_reading(1, 9, "1/9", "1 of 9 (11 %)");
	expect_reading(8, 3, "8/3", "8 of 3, more than expected");
	expect_reading(0, 0, "0/0", "0 of 0");
	expect_reading(0, 120, "0/120", "0 of 120 (0 %)");
	expect_reading(7, NAN, "7", "7");
	expect_reading(NAN, 9, "-", "not measured");
	expect_reading(999, 1000, "999/1000", "999 of 1000 (99 %)");
	expect_reading(1, 1000, "1/1000", "1 of 1000 (1 %)");
	expect_reading(0.25, NAN, "0.25", "0.25");
}

static void
limits(void **state)
{
	CLEANUP_TEXT struct text t = { 0 };
	struct limits l = { .warn_below = { LIMIT_PERCENT, 100 },
		.fail_below = { LIMIT_PERCENT, 90 }, .over = RESULT_WARN };

	(void)state;
	words_limits(&t, &l);
	assert_string_equal(text_str(&t),
	    "warn below 100 %, fail below 90 %");
	text_clear(&t);
	l = (struct limits){ .fail_above = { LIMIT_ABSOLUTE, 7 },
		.over = RESULT_FAIL };
	words_limits(&t, &l);
	assert_string_equal(text_str(&t), "fail above 7, over fails");
	text_clear(&t);
	l = (struct limits){ .over = RESULT_WARN };
	words_limits(&t, &l);
	assert_string_equal(text_str(&t), "none given");
}

static void
fixes(void **state)
{
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_JSON json_t *missing = json_pack("[ss]", "g1", "g2");
	const struct fix_facts f = { "2026-01-16", "stage", missing, NULL };

	(void)state;
	words_fix(&t, "bin/x --date {date} --games {missing} {failing} {no} {",
	    &f);
	assert_string_equal(text_str(&t),
	    "bin/x --date 2026-01-16 --games g1 g2 {failing} {no} {");
}

static void
instants(void **state)
{
	CLEANUP_TEXT struct text t = { 0 };
	struct zone utc;
	const int64_t noon = 1768564800000;     /* 2026-01-16 12:00 UTC */

	(void)state;
	zone_utc(&utc);
	words_when(&t, noon, &utc);
	assert_string_equal(text_str(&t), "2026-01-16T12:00:00+00:00");
	text_clear(&t);
	words_when(&t, noon, NULL);
	assert_string_equal(text_str(&t), "2026-01-16T12:00:00Z");
	text_clear(&t);
	words_clock(&t, noon, noon + 60000, &utc);
	assert_string_equal(text_str(&t), "12:00");
	text_clear(&t);
	words_clock(&t, noon, noon + 86400000, &utc);
	assert_string_equal(text_str(&t), "01-16 12:00");
	text_clear(&t);
	words_clock(&t, INSTANT_NONE, noon, &utc);
	assert_string_equal(text_str(&t), "never");
}

static void
places_and_marks(void **state)
{
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_JSON json_t *marks = marks_json(MARK_STALE | MARK_DEGRADED);

	(void)state;
	words_origin(&t, &(struct origin){ "/etc/gatewarden/nba.conf", 31 });
	assert_string_equal(text_str(&t), "nba.conf:31");
	assert_int_equal(json_array_size(marks), 2);
	assert_string_equal(json_string_value(json_array_get(marks, 0)),
	    "degraded");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opened),
		cmocka_unit_test(several_whys_are_indented),
		cmocka_unit_test(resolved_says_how_long_and_by_what),
		cmocka_unit_test(a_deadline_and_where_to_read_on),
		cmocka_unit_test(watching_is_said),
		cmocka_unit_test(adopted_needs_no_incident),
		cmocka_unit_test(body_is_all_text),
		cmocka_unit_test(readings),
		cmocka_unit_test(limits), cmocka_unit_test(fixes),
		cmocka_unit_test(instants),
		cmocka_unit_test(places_and_marks)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
