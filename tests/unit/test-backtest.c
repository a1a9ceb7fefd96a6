/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-backtest.c -- labels, and what differs between two backtests. What a
 * backtest itself comes to: tests/scenario/backtest_test.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "config-help.h"
#include "simulate/backtest_labels.h"
#include "simulate/compare.h"

/*------------------------------------------------------------------- labels */

/* Of a file with that text; `expected`: what is said about it. */
static struct labels
labels(const char *text, const char *expected)
{
	const char *dir = dir_make();
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_DIAG struct diag d;
	CLEANUP_FREE char *said = NULL;
	struct labels l;

	dir_put(dir, "labels.csv", text);
	text_addf(&path, "%s/labels.csv", dir);
	diag_init(&d);
	labels_load(text_str(&path), &l, &d);
	said = findings_text(&d, dir);
	assert_string_equal(said, expected);
	dir_remove(dir);
	return l;
}

static const struct label *
label_of(const struct labels *l, const char *date, const char *rule)
{
	struct date d;

	assert_int_equal(date_parse(date, &d), 0);
	return labels_find(l, d, rule);
}

static void
test_labels(void **state)
{
	struct labels l = labels("# who said so\n"
	    "rule,date,delay,label\n"
	    "*,2026-01-13,,false\n"
	    "a,2026-01-13,1h30m,true\n"
	    ",2026-01-14,,unknown\n", "");

	(void)state;
	assert_int_equal(l.n, 3);
	assert_int_equal(label_of(&l, "2026-01-13", "a")->truth, TRUTH_TRUE);
	assert_int_equal(label_of(&l, "2026-01-13", "a")->delay_ms, 5400000);
	assert_int_equal(label_of(&l, "2026-01-13", "b")->truth,
	    TRUTH_FALSE);
	assert_int_equal(label_of(&l, "2026-01-13", "b")->delay_ms, -1);
	assert_string_equal(label_of(&l, "2026-01-14", "a")->rule, "*");
	assert_string_equal(label_of(&l, "2026-01-14", "a")->note, "");
	assert_null(label_of(&l, "2026-01-15", "a"));
	labels_free(&l);
}

static void
test_labels_without_header(void **state)
{
	struct labels l = labels("2026-01-13,a,true,\"one, two\",2d\n", "");

	(void)state;
	assert_string_equal(label_of(&l, "2026-01-13", "a")->note,
	    "one, two");
	assert_int_equal(label_of(&l, "2026-01-13", "a")->delay_ms,
	    172800000);
	labels_free(&l);
}

static void
test_wrong_labels(void **state)
{
	struct labels l = labels("date,label,delay\n2026-13-01,true,\n"
	    "2026-01-13,yes,soon\n",
	    "labels.csv:2: '2026-13-01' is no date; expected YYYY-MM-DD\n"
	    "labels.csv:3: 'yes' is no label; expected true, false or "
	    "unknown\n"
	    "labels.csv:3: 'soon' is no delay; expected a duration such as "
	    "48h\n");

	(void)state;
	labels_free(&l);
	l = labels("date,verdict\n2026-01-13,true\n", "labels.csv:1: has no "
	    "column 'label'; expected date,rule,label,note,delay\n");
	labels_free(&l);
	l = labels("", "");
	assert_int_equal(l.n, 0);
	labels_free(&l);
}

/*--------------------------------------------------------------- comparison */

/* A side with these findings and rules, and so many messages. Owned. */
static json_t *
side(const char *findings, const char *rules, int messages)
{
	json_t *o = json_pack("{s:o, s:o, s:{s:i}, s:{s:{s:i}}, s:[], s:[]}",
	    "findings", json_loads(findings, 0, NULL), "rules",
	    json_loads(rules, 0, NULL), "messages", "all", messages,
	    "totals", "critical", "all", messages, "phases", "starts");

	assert_non_null(o);
	return o;
}

#define FINDING(date, root, severity, more) \
	"{\"date\":\"" date "\",\"kind\":\"alarm\",\"root\":\"" root \
	"\",\"severity\":\"" severity "\"" more "}"
#define SINCE(time) ",\"since\":\"2026-01-14T" time ":00-05:00\""

/* How many are in each list, in the order appear, disappear, severity,
 * sooner, later. */
static void
lists_are(const json_t *c, size_t a, size_t d, size_t s, size_t x, size_t y)
{
	const json_t *lists = json_object_get(c, "findings");

	assert_int_equal(json_array_size(json_object_get(lists, "appear")),
	    a);
	assert_int_equal(json_array_size(json_object_get(lists,
	    "disappear")), d);
	assert_int_equal(json_array_size(json_object_get(lists,
	    "severity")), s);
	assert_int_equal(json_array_size(json_object_get(lists, "sooner")),
	    x);
	assert_int_equal(json_array_size(json_object_get(lists, "later")),
	    y);
}

static void
compare_is(const char *new, const char *old, size_t a, size_t d, size_t s,
    size_t x, size_t y)
{
	CLEANUP_JSON json_t *mine = side(new, "[]", 1);
	CLEANUP_JSON json_t *theirs = side(old, "[]", 1);
	CLEANUP_JSON json_t *c = compare(mine, theirs);

	lists_are(c, a, d, s, x, y);
	assert_int_equal(compare_differs(c), a + d + s + x + y > 0);
}

static void
test_findings(void **state)
{
	const char *one = "[" FINDING("2026-01-13", "x", "info",
	    SINCE("09:00")) "]";

	(void)state;
	compare_is("[]", "[]", 0, 0, 0, 0, 0);
	compare_is(one, one, 0, 0, 0, 0, 0);
	compare_is(one, "[]", 1, 0, 0, 0, 0);
	compare_is("[]", one, 0, 1, 0, 0, 0);
	compare_is("[" FINDING("2026-01-14", "x", "info", SINCE("09:00"))
	    "]", one, 1, 1, 0, 0, 0);
	compare_is("[" FINDING("2026-01-13", "x", "critical", SINCE("08:00"))
	    "]", one, 0, 0, 1, 1, 0);
	compare_is("[" FINDING("2026-01-13", "x", "info", SINCE("09:01"))
	    "]", one, 0, 0, 0, 0, 1);
}

/* Twice on one date are two; the first is compared with the first. */
static void
test_twice(void **state)
{
	const char *two = "[" FINDING("2026-01-13", "x", "info",
	    SINCE("09:00")) "," FINDING("2026-01-13", "x", "info",
	    SINCE("11:00")) "]";
	const char *one = "[" FINDING("2026-01-13", "x", "info",
	    SINCE("09:00")) "]";

	(void)state;
	compare_is(two, two, 0, 0, 0, 0, 0);
	compare_is(two, one, 1, 0, 0, 0, 0);
	compare_is(one, two, 0, 1, 0, 0, 0);
}

/* Since a renaming each says what the other calls it. */
static void
test_renamed(void **state)
{
	(void)state;
	compare_is("[" FINDING("2026-01-13", "y", "info", SINCE("09:00")
	    ",\"theirs\":\"x\"") "]", "[" FINDING("2026-01-13", "x", "info",
	    SINCE("09:00") ",\"theirs\":\"y\"") "]", 0, 0, 0, 0, 0);
}

static void
test_numbers(void **state)
{
	CLEANUP_JSON json_t *mine = side("[]", "[{\"kind\":\"alarm\","
	    "\"name\":\"x\",\"fired\":5,\"false\":1},{\"kind\":\"alarm\","
	    "\"name\":\"y\",\"fired\":1},{\"kind\":\"alarm\",\"name\":\"z\","
	    "\"fired\":0}]", 7);
	CLEANUP_JSON json_t *theirs = side("[]", "[{\"kind\":\"alarm\","
	    "\"name\":\"x\",\"fired\":7},{\"kind\":\"phase\",\"name\":"
	    "\"y\",\"fired\":1}]", 9);
	CLEANUP_JSON json_t *c = compare(mine, theirs);
	const json_t *rules = json_object_get(c, "rules");

	(void)state;
	assert_int_equal(json_int(json_object_get(c, "messages"), "all", 0),
	    -2);
	assert_int_equal(json_int(json_object_get(json_object_get(c,
	    "totals"), "critical"), "all", 0), -2);
	assert_int_equal(json_array_size(rules), 3);
	assert_int_equal(json_int(json_array_get(rules, 0), "fired", 0), -2);
	assert_int_equal(json_int(json_array_get(rules, 0), "false", 0), 1);
	assert_int_equal(json_int(json_array_get(rules, 1), "fired", 0), 1);
	assert_int_equal(json_int(json_array_get(rules, 2), "fired", 0), -1);
	assert_true(compare_differs(c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_labels_without_header),
		cmocka_unit_test(test_wrong_labels),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_numbers)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
