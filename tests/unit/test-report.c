/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-report.c -- what a report says beside its numbers, on events made by
 * hand: targets and how fast they burn, the quality of a date, periods, the
 * story; and that the guide has every definition. The numbers themselves are
 * in test-report-metrics.c.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "report/definitions.h"
#include "report/report.h"
#include "config-help.h"
#include "report-help.h"

/*-------------------------------------------------------- targets and burn */

static json_t *
target(const struct fold *f, const char *to, const char *name)
{
	struct report_query q = report_period(0, PERIOD_WEEK, day(to));
	CLEANUP_JSON json_t *all = report_make(f->r, &q);
	const json_t *x;
	size_t i;

	json_array_foreach(json_object_get(all, "targets"), i, x)
		if (strcmp(json_text(x, "target", ""), name) == 0)
			return json_incref((json_t *)x);
	fail();
	return NULL;
}

/* Marks of `load` from the 10th on: + in time, - not, . idle. */
static void
burn_is(const char *marks, const char *to, const char *level, double rate)
{
	CLEANUP_JSON json_t *x = NULL;
	const json_t *burn;
	struct fold f;
	int i;

	fold_open(&f, "2026-02-10 00:00");
	for (i = 0; marks[i]; i++) {
		char date[32], at[40];

		(void)snprintf(date, sizeof date, "2026-01-%02d", 10 + i);
		(void)snprintf(at, sizeof at, "2026-01-%02d 0%d:00", 11 + i,
		    marks[i] == '+' ? 5 : 7);
		phase_is(&f, date, "load", marks[i] == '.' ? "skipped" :
		    "done", at);
	}
	x = target(&f, to, "on_time");
	burn = json_object_get(x, "burn");
	assert_string_equal(json_text(burn, "level", ""), level);
	assert_true(fabs(json_num(burn, "rate", 0) - rate) < 0.05);
	fold_close(&f);
}

static void
test_burn(void **state)
{
	(void)state;
	burn_is("+++++++", "2026-01-16", "none", 0);
	burn_is("+++-+++", "2026-01-16", "ticket", 2.9);
	burn_is("-+++++-", "2026-01-16", "ticket", 5.7);
	burn_is("+++--++", "2026-01-16", "page", 5.7);
	burn_is("+++-+-+", "2026-01-16", "page", 5.7);
	/* one after the other, with idle dates between */
	burn_is("++-...-", "2026-01-16", "page", 10);
	burn_is("-++++-++++-+++", "2026-01-23", "chronic", 4.3);
}

static void
test_targets(void **state)
{
	CLEANUP_JSON json_t *missed = NULL;
	CLEANUP_JSON json_t *met = NULL;
	CLEANUP_JSON json_t *na = NULL;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	phase_is(&f, "2026-01-10", "load", "done", "2026-01-11 07:00");
	put_right(&f, 1, 10);
	missed = target(&f, "2026-01-10", "on_time");
	met = target(&f, "2026-01-10", "quick");
	na = target(&f, "2026-01-20", "quick");
	assert_true(json_is_false(json_object_get(missed, "met")));
	assert_string_equal(json_text(missed, "note", ""), "so");
	/* 2 h is at most 2 h */
	assert_true(json_is_true(json_object_get(met, "met")));
	assert_true(json_is_null(json_object_get(na, "met")));
	fold_close(&f);
}

/*----------------------------------------------------------------- quality */

static void
quality_is(const struct fold *f, const char *date, const char *want,
    const char *why)
{
	struct report_query q = report_period(0, PERIOD_DAY, day(date));
	CLEANUP_JSON json_t *all = report_make(f->r, &q);
	const json_t *x = json_array_get(json_object_get(all, "dates"), 0);

	assert_string_equal(json_text(x, "quality", ""), want);
	says_why(x, why);
}

static void
test_quality(void **state)
{
	struct fold f;

	(void)state;
	fill_days(&f);
	quality_is(&f, "2026-01-10", "gold", "all in time");
	quality_is(&f, "2026-01-11", "silver", "publish was 1h late");
	/* publish is not required, load is critical */
	quality_is(&f, "2026-01-16", "bronze", "publish is missing");
	quality_is(&f, "2026-01-17", "idle", "nothing was owed");
	quality_is(&f, "2026-01-18", "unknown", "journal");
	quality_is(&f, "2026-01-20", "pending", "not yet due");
	phase_is(&f, "2026-01-19", "load", "failed", "2026-01-20 05:00");
	quality_is(&f, "2026-01-19", "failed", "load is missing");
	reading(&f, "2026-01-10", "2026-01-11 01:00", "fail", "5", "10", 5,
	    0);
	quality_is(&f, "2026-01-10", "silver", "part does not pass");
	ev(&f, "2026-01-13 08:01", "phase", "2026-01-12", "publish",
	    "{'state': 'done', 'marks': ['degraded'], 'done_at': %lld}",
	    (long long)utc("2026-01-13 08:00"));
	quality_is(&f, "2026-01-12", "silver", "degraded");
	ev(&f, "2026-01-15 08:01", "phase", "2026-01-14", "publish",
	    "{'state': 'done', 'marks': ['overridden'], 'done_at': %lld}",
	    (long long)utc("2026-01-15 08:00"));
	quality_is(&f, "2026-01-14", "bronze", "override");
	fold_close(&f);
}

/*----------------------------------------------------------------- periods */

static void
query_is(const struct report_query *q, const char *from, const char *to)
{
	char buf[DATE_TEXT];

	assert_string_equal(date_text(q->from, buf), from);
	assert_string_equal(date_text(q->to, buf), to);
}

static void
test_periods(void **state)
{
	struct conf *conf = load_text(fold_text);
	struct report_query q;
	char buf[DATE_TEXT];

	(void)state;
	q = report_period(0, PERIOD_WEEK, day("2026-03-03"));
	query_is(&q, "2026-02-25", "2026-03-03");
	q = report_before(&q);
	query_is(&q, "2026-02-18", "2026-02-24");
	q = report_period(0, PERIOD_MONTH, day("2028-03-05"));
	query_is(&q, "2028-03-01", "2028-03-31");
	q = report_before(&q);
	query_is(&q, "2028-02-01", "2028-02-29");
	q = report_period(0, PERIOD_DAY, day("2026-01-01"));
	q = report_before(&q);
	query_is(&q, "2025-12-31", "2025-12-31");
	/* the 9th ends as the 10th begins */
	assert_string_equal(date_text(report_last(conf, 0,
	    utc("2026-01-10 00:00")), buf), "2026-01-09");
	assert_string_equal(date_text(report_last(conf, 0,
	    utc("2026-01-10 00:00") - 1), buf), "2026-01-08");
	conf_free(conf);
}

/*--------------------------------------------------------------- the story */

static void
test_story(void **state)
{
	struct report_query q = report_period(0, PERIOD_WEEK,
	    day("2026-01-16"));
	CLEANUP_JSON json_t *all = NULL;
	CLEANUP_JSON json_t *slack = NULL;
	CLEANUP_FREE char *words = NULL;
	const json_t *x;
	struct fold f;

	(void)state;
	fill_endings(&f);
	ev(&f, "2026-01-12 05:00", "override", "2026-01-11", "publish",
	    "{'id': 3, 'phase': 'publish', 'live': true, 'until': null, "
	    "'actor': 'uid 7', 'reason': 'must <go>'}");
	ev(&f, "2026-01-12 05:10", "phase", "2026-01-11", "publish",
	    "{'state': 'done', 'marks': ['overridden'], 'done_at': %lld}",
	    (long long)utc("2026-01-12 05:10"));
	all = report_make(f.r, &q);
	assert_int_equal(json_array_size(json_object_get(all, "incidents")),
	    6);
	x = json_array_get(json_object_get(all, "incidents"), 0);
	assert_string_equal(json_text(x, "ended", ""), "recovery");
	assert_int_equal(json_int(x, "resolve_ms", 0), 2 * 3600000);
	x = json_array_get(json_object_get(all, "patterns"), 0);
	assert_int_equal(json_int(x, "times", 0), 6);
	x = json_array_get(json_object_get(all, "overrides"), 0);
	assert_string_equal(json_string_value(json_array_get(json_object_get(
	    x, "shipped"), 0)), "publish");
	x = json_array_get(json_object_get(all, "alerts"), 0);
	assert_int_equal(json_int(x, "fired", 0), 6);
	assert_int_equal(json_int(x, "by_hand", 0), 2);
	assert_int_equal(json_int(x, "by_itself", 0), 2);
	assert_int_equal(json_array_size(json_object_get(all,
	    "recoveries")), 5);
	words = report_text(all);
	assert_non_null(strstr(words, "attempt 1, fix: recovered"));
	assert_non_null(strstr(words, "must <go>"));
	slack = report_slack(all);
	assert_non_null(json_object_get(slack, "blocks"));
	fold_close(&f);
}

/* The first notifier never took it, the next one did. */
static void
test_delivered_in_the_end(void **state)
{
	struct report_query q = report_period(0, PERIOD_WEEK,
	    day("2026-01-16"));
	CLEANUP_JSON json_t *all = NULL;
	const json_t *x;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	opens(&f, 1, "2026-01-15", "load", "2026-01-15 10:00", "");
	report_message(f.r, &(struct report_message){ .id = 4, .incident = 1,
	    .notifier = "down", .queued_at = utc("2026-01-15 10:00"),
	    .delivered_at = INSTANT_NONE });
	report_message(f.r, &(struct report_message){ .id = 4, .incident = 1,
	    .notifier = "n", .queued_at = utc("2026-01-15 10:00"),
	    .delivered_at = utc("2026-01-15 10:05") });
	report_message(f.r, &(struct report_message){ .id = 4, .incident = 1,
	    .notifier = "o", .queued_at = utc("2026-01-15 10:00"),
	    .delivered_at = utc("2026-01-15 10:06") });
	all = report_make(f.r, &q);
	x = json_array_get(json_object_get(all, "alerts"), 0);
	assert_int_equal(json_int(x, "messages", 0), 1);
	assert_true(json_flag(x, "never_acked", false));
	fold_close(&f);
}

/* Early warnings, and what is said of an action, were told to people. */
static void
test_all_kinds(void **state)
{
	static const char *const kinds[] = { "phase", "alarm", "probe",
		"bypass", "attempt", "adoption", "action", "early" };
	struct report_query q = report_period(0, PERIOD_WEEK,
	    day("2026-01-16"));
	CLEANUP_JSON json_t *all = NULL;
	CLEANUP_JSON json_t *mttd = NULL;
	const json_t *x;
	struct fold f;
	size_t i;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		ev(&f, "2026-01-15 10:00", "incident", "2026-01-15", "rows",
		    "{'number': %d, 'kind': '%s', 'root': 'rows', 'open': "
		    "true, 'severity': 'info', 'told_count': 1, "
		    "'opened_at': %lld}", (int)i + 1, kinds[i],
		    (long long)utc("2026-01-15 10:00"));
	ev(&f, "2026-01-15 10:00", "breach", "2026-01-15", "rows",
	    "{'incident': 8, 'kind': 'early', 'subject': 'part', 'child': "
	    "true, 'open': true}");
	all = report_make(f.r, &q);
	assert_int_equal(json_array_size(json_object_get(all, "incidents")),
	    ARRAY_SIZE(kinds));
	x = json_array_get(json_object_get(all, "incidents"), 7);
	assert_string_equal(json_text(x, "kind", ""), "early");
	assert_string_equal(json_string_value(json_array_get(json_object_get(
	    x, "under"), 0)), "part");
	/* an adoption is no rule that fired */
	assert_int_equal(json_array_size(json_object_get(all, "alerts")),
	    ARRAY_SIZE(kinds) - 1);
	/* and these two were late for nothing */
	mttd = ask(&f, "mttd", "2026-01-10", "2026-01-16");
	assert_int_equal(json_int(mttd, "denominator", 0), 5);
	assert_int_equal(json_array_size(json_object_get(mttd, "excluded")),
	    2);
	counts(&f, "auto_recovery", "2026-01-10", "2026-01-16", 0, 0, 5, 2);
	fold_close(&f);
}

/* `rows` is retired from the 12th on, and `rows2` stands where it was. */
static const char retired_text[] =
    "notifiers = ( { name = \"n\"; plugin = \"console\"; } );\n"
    "routes = ( { to = \"n\"; } );\n"
    "sources = ( { name = \"old\"; retired = \"2026-01-12\";\n"
    "  instead = \"new\"; }, { name = \"new\"; } );\n"
    "databases = ( { name = \"d\"; plugin = \"sqlite\"; path = \"/d\"; "
    "} );\n"
    "actions = ( { name = \"a\"; plugin = \"exec\"; argv = "
    "\"/bin/true\"; } );\n"
    "checks = (\n"
    "  { name = \"rows\"; plugin = \"sql\"; database = \"d\"; min = 1;\n"
    "    source = \"old\"; value = \"SELECT 1\"; },\n"
    "  { name = \"rows2\"; plugin = \"sql\"; database = \"d\"; min = 1;\n"
    "    source = \"new\"; value = \"SELECT 1\"; pipeline = \"p\"; } );\n"
    "recoveries = ( { name = \"fix2\"; action = \"a\";\n"
    "  repairs = \"rows2\"; } );\n"
    "pipelines = ( { name = \"p\"; timezone = \"UTC\";\n"
    "  mode = \"enforce\"; phases = ( { name = \"load\";\n"
    "    done = \"rows\"; due = \"+1d 06:00\"; } ); } );\n";

static void
test_stand_in(void **state)
{
	struct report_query q = report_period(0, PERIOD_WEEK,
	    day("2026-01-16"));
	CLEANUP_JSON json_t *all = NULL;
	struct fold f = { .conf = load_text(retired_text) };
	const json_t *x;

	(void)state;
	f.r = report_new(f.conf, utc("2026-01-30 00:00"));
	attempt(&f, 1, "2026-01-13", "fix2", "recovered", "2026-01-14 07:00",
	    "2026-01-14 08:00", false);
	put_right(&f, 1, 13);
	/* not yet its stand-in */
	attempt(&f, 2, "2026-01-10", "fix2", "recovered", "2026-01-11 07:00",
	    "2026-01-11 08:00", false);
	put_right(&f, 2, 10);
	ev(&f, "2026-01-15 05:00", "date", "2026-01-14", NULL,
	    "{'owed': 1, 'adopted': false}");
	ev(&f, "2026-01-15 05:00", "waiver", "2026-01-14", NULL, "{'id': 9, "
	    "'check': 'rows2', 'items': '', 'actor': 'uid 7', 'reason': "
	    "'none came'}");
	all = report_make(f.r, &q);
	x = json_object_get(all, "incidents");
	assert_string_equal(json_text(json_array_get(x, 0), "ended", ""),
	    "recovery");
	assert_string_equal(json_text(json_array_get(x, 1), "ended", ""),
	    "itself");
	x = json_array_get(json_object_get(all, "dates"), 4);
	assert_string_equal(json_text(x, "date", ""), "2026-01-14");
	assert_string_equal(json_text(x, "quality", ""), "bronze");
	says_why(x, "held or waived");
	fold_close(&f);
}

/* Nothing of a foreign journal makes it fall. */
static void
test_nonsense(void **state)
{
	static const char *const lines[] = { "{\"seq\": 1}",
		"{\"seq\": 2, \"at\": 3, \"kind\": \"phase\"}",
		"{\"seq\": 2, \"at\": 3, \"kind\": \"phase\", \"data\": 7}",
		"{\"seq\": 2, \"at\": 3, \"kind\": \"incident\", \"data\": "
		"{\"number\": -1, \"kind\": \"x\"}}",
		"{\"seq\": 2, \"at\": 3, \"kind\": \"hold\", \"pipeline\": "
		"\"p\", \"date\": \"soon\", \"data\": {\"id\": 1, \"scope\": "
		"\"pipeline\", \"subject\": \"q\"}}",
		"{\"seq\": 2, \"at\": 3, \"kind\": \"override\", \"date\": "
		"\"2026-01-10\", \"data\": {\"id\": 1, \"phase\": \"q/x\"}}",
		"{\"message\": true}", "{\"row\": true}", "{}" };
	struct report_query q = report_period(0, PERIOD_WEEK,
	    day("2026-01-16"));
	CLEANUP_JSON json_t *all = NULL;
	struct fold f;
	size_t i;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		CLEANUP_JSON json_t *j = json_loads(lines[i], 0, NULL);

		assert_int_equal(report_line(f.r, j), 0);
	}
	assert_true(report_line(f.r, NULL) < 0);
	all = report_make(f.r, &q);
	assert_non_null(all);
	fold_close(&f);
}

/*----------------------------------------------------------- the documents */

/* Text with each stretch of blanks as one. */
static char *
flat(const char *s)
{
	struct text out = { 0 };
	bool blank = false;

	for (; *s; s++) {
		if (*s == ' ' || *s == '\n') {
			blank = true;
			continue;
		}
		if (blank && out.len > 0)
			text_add(&out, " ");
		blank = false;
		text_addn(&out, s, 1);
	}
	return text_take(&out);
}

static void
stands_in(const char *page, const char *words)
{
	if (strstr(page, words) == NULL)
		fail_msg("docs/guide.md lacks '%s'", words);
}

static void
test_guide(void **state)
{
	CLEANUP_FREE char *path = source_path("docs/guide.md");
	CLEANUP_FREE char *bytes = NULL;
	CLEANUP_FREE char *page = NULL;
	size_t len, i;
	int m;

	(void)state;
	assert_int_equal(file_read(path, 1 << 20, &bytes, &len), 0);
	page = flat(bytes);
	for (m = 0; m < METRICS; m++) {
		const struct definition *x = definition_of((enum metric)m);
		CLEANUP_TEXT struct text head = { 0 };

		assert_non_null(x);
		text_addf(&head, "**%s**, %s: %s", x->name, x->title,
		    x->formula);
		stands_in(page, text_str(&head));
		stands_in(page, x->reads);
		stands_in(page, x->unknown);
		assert_ptr_equal(definition_find(x->name), x);
	}
	for (i = 0; quality_rule_at(i); i++)
		stands_in(page, quality_rule_at(i)->rule);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burn),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_quality),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_stand_in),
		cmocka_unit_test(test_delivered_in_the_end),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_guide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
