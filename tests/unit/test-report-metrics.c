/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-report-metrics.c -- every definition of a number, on events made by
 * hand.
 *
 * Each test writes down what a person would count, and the number has to be
 * that, with the same left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report-help.h"

/*--------------------------------------------------------------- of phases */

static void
fill_phases(struct fold *f)
{
	fold_open(f, "2026-01-22 12:00");
	phase_is(f, "2026-01-10", "load", "done", "2026-01-11 06:00");
	phase_is(f, "2026-01-11", "load", "done", "2026-01-12 06:01");
	phase_is(f, "2026-01-12", "load", "failed", "2026-01-13 05:00");
	ev(f, "2026-01-14 01:00", "date", "2026-01-13", NULL,
	    "{'owed': 0, 'anchor': null, 'adopted': false}");
	phase_is(f, "2026-01-14", "load", "pending", "2026-01-15 00:00");
	ev(f, "2026-01-15 05:00", "hold", "2026-01-14", "load",
	    "{'id': 1, 'scope': 'phase', 'subject': 'load', 'any_date': "
	    "false, 'live': true, 'until': null, 'actor': 'x', "
	    "'reason': 'wait'}");
	phase_is(f, "2026-01-15", "load", "pending", "2026-01-16 00:00");
	ev(f, "2026-01-16 06:30", "hold", "2026-01-15", "load",
	    "{'id': 2, 'scope': 'phase', 'subject': 'load', 'any_date': "
	    "false, 'live': true, 'until': null, 'actor': 'x', "
	    "'reason': 'too late'}");
	ev(f, "2026-01-17 01:00", "date", "2026-01-16", NULL,
	    "{'owed': 1, 'anchor': null, 'adopted': true}");
	phase_is(f, "2026-01-16", "load", "done", "2026-01-17 05:00");
	phase_is(f, "2026-01-18", "load", "skipped", "2026-01-19 00:00");
	phase_is(f, "2026-01-22", "load", "done", "2026-01-22 11:00");
}

static void
test_sla(void **state)
{
	struct fold f;

	(void)state;
	fill_phases(&f);
	term_is(&f, "sla", "2026-01-10", "yes", "in time");
	term_is(&f, "sla", "2026-01-11", "no", "1m after");
	term_is(&f, "sla", "2026-01-12", "no", "not done");
	term_is(&f, "sla", "2026-01-13", "excluded", "nothing was owed");
	term_is(&f, "sla", "2026-01-14", "excluded", "held by x: wait");
	term_is(&f, "sla", "2026-01-15", "no", "not done");
	term_is(&f, "sla", "2026-01-16", "excluded", "before anybody");
	term_is(&f, "sla", "2026-01-17", "excluded", "in the journal");
	term_is(&f, "sla", "2026-01-18", "excluded", "nothing was owed");
	/* done before it is due can't be missed any more, but isn't due */
	term_is(&f, "sla", "2026-01-22", "pending", "not yet due");
	counts(&f, "sla", "2026-01-10", "2026-01-22", 1, 4, 1, 8);
	counts(&f, "sla", "2026-01-13", "2026-01-14", 0, 0, 0, 2);
	fold_close(&f);
}

static void
test_success(void **state)
{
	struct fold f;

	(void)state;
	fill_phases(&f);
	term_is(&f, "success", "2026-01-11", "yes", "after its due");
	term_is(&f, "success", "2026-01-12", "no", "not done");
	counts(&f, "success", "2026-01-10", "2026-01-12", 2, 3, 0, 0);
	fold_close(&f);
}

/* What happened after the instant that is asked about hasn't happened. */
static void
test_as_of(void **state)
{
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-11 07:00");
	phase_is(&f, "2026-01-10", "load", "pending", "2026-01-11 01:00");
	phase_is(&f, "2026-01-10", "load", "done", "2026-01-11 08:00");
	term_is(&f, "sla", "2026-01-10", "no", "not done");
	term_is(&f, "success", "2026-01-10", "no", "not done");
	fold_close(&f);
}

static void
test_lateness(void **state)
{
	CLEANUP_JSON json_t *m = NULL;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-02-01 00:00");
	phase_is(&f, "2026-01-10", "load", "done", "2026-01-11 05:00");
	phase_is(&f, "2026-01-11", "load", "done", "2026-01-12 08:00");
	/* a backfill, a week later, counts here */
	phase_is(&f, "2026-01-12", "load", "done", "2026-01-20 06:00");
	phase_is(&f, "2026-01-13", "load", "pending", "2026-01-14 06:00");
	m = ask(&f, "lateness", "2026-01-10", "2026-01-13");
	assert_int_equal(json_int(m, "denominator", 0), 2);
	assert_true(json_num(m, "value", 0) == (2 + 7 * 24) * 3600e3 / 2);
	assert_true(json_num(m, "median", 0) == 2 * 3600e3);
	/* publish of four dates, and load of the 13th */
	assert_int_equal(json_int(m, "pending", 0), 5);
	counts(&f, "lateness", "2026-01-14", "2026-01-14", 0, 0, 0, 0);
	fold_close(&f);
}

/*---------------------------------------------------------------- coverage */

static void
test_coverage(void **state)
{
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-18 12:00");
	reading(&f, "2026-01-10", "2026-01-11 01:00", "fail", "5", "10", 5,
	    0);
	reading(&f, "2026-01-10", "2026-01-11 23:00", "pass", "9", "10", 1,
	    0);
	/* too late: at midnight it was 5 of 10 */
	reading(&f, "2026-01-11", "2026-01-12 01:00", "fail", "5", "10", 5,
	    0);
	reading(&f, "2026-01-11", "2026-01-13 00:01", "pass", "10", "10", 0,
	    0);
	/* 8 of 3 */
	reading(&f, "2026-01-12", "2026-01-13 01:00", "warn", "3", "3", 0,
	    5);
	reading(&f, "2026-01-13", "2026-01-14 01:00", "unknown", "null",
	    "null", -1, -1);
	reading(&f, "2026-01-14", "2026-01-15 01:00", "pass", "0", "0", 0,
	    0);
	reading(&f, "2026-01-17", "2026-01-18 01:00", "pass", "10", "10", 0,
	    0);
	term_is(&f, "there", "2026-01-10", "yes", "9 of 10");
	term_is(&f, "there", "2026-01-11", "no", "5 of 10");
	term_is(&f, "there", "2026-01-12", "no", "over-complete: 8 of 3");
	term_is(&f, "there", "2026-01-13", "excluded", "could not be told");
	term_is(&f, "there", "2026-01-14", "excluded", "nothing was exp");
	term_is(&f, "there", "2026-01-15", "excluded", "not measured");
	term_is(&f, "there", "2026-01-17", "pending", "not yet due");
	counts(&f, "there", "2026-01-10", "2026-01-17", 1, 3, 1, 4);
	fold_close(&f);
}

static void
waiver(struct fold *f, const char *at, const char *date, const char *check,
    const char *items)
{
	ev(f, at, "waiver", date, check, "{'id': %d, 'check': '%s', "
	    "'state': 'live', 'seen': false, 'at': 0, 'until': null, "
	    "'ended_at': null, 'items': '%s', 'actor': 'x', "
	    "'reason': 'never there'}", (int)f->seq + 1, check, items);
}

static void
test_waivers(void **state)
{
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-18 12:00");
	/* as a whole, in time; too late; of one item */
	waiver(&f, "2026-01-11 10:00", "2026-01-10", "part", "");
	reading(&f, "2026-01-11", "2026-01-12 01:00", "fail", "5", "10", 5,
	    0);
	waiver(&f, "2026-01-13 10:00", "2026-01-11", "part", "");
	reading(&f, "2026-01-12", "2026-01-13 01:00", "fail", "5", "9", 4,
	    0);
	waiver(&f, "2026-01-13 01:00", "2026-01-12", "part", "a");
	term_is(&f, "there", "2026-01-10", "excluded", "waived by x: never");
	term_is(&f, "there", "2026-01-11", "no", "5 of 10");
	term_is(&f, "there", "2026-01-12", "no", "5 of 9");
	/* all that `load` stands on */
	phase_is(&f, "2026-01-13", "load", "pending", "2026-01-14 01:00");
	waiver(&f, "2026-01-14 02:00", "2026-01-13", "rows", "");
	term_is(&f, "sla", "2026-01-13", "excluded", "waived by x: never");
	fold_close(&f);
}

/*--------------------------------------------------------------- incidents */

static void
test_mttd(void **state)
{
	CLEANUP_JSON json_t *m = NULL;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	/* the daemon was away when it was due: 06:00 seen at 07:00 */
	opens(&f, 1, "2026-01-10", "load", "2026-01-11 07:00", "");
	/* it failed before it was due: that is the event */
	opens(&f, 2, "2026-01-11", "load", "2026-01-12 03:00", "");
	/* publish hung under load at 09:10 and spoke for itself at noon */
	ev(&f, "2026-01-13 09:10", "breach", "2026-01-12", "publish",
	    "{'incident': 3, 'kind': 'phase', 'subject': 'publish', 'child': "
	    "true, 'open': true, 'since': %lld, 'until': null}",
	    (long long)utc("2026-01-13 09:10"));
	opens(&f, 4, "2026-01-12", "publish", "2026-01-13 12:00", "");
	/* nothing was wrong */
	opens(&f, 5, "2026-01-13", "load", "2026-01-14 20:00",
	    ", 'label': 'false'");
	m = ask(&f, "mttd", "2026-01-10", "2026-01-13");
	assert_int_equal(json_int(m, "denominator", 0), 3);
	assert_true(json_num(m, "value", 0) == (60 + 0 + 10) * 60e3 / 3);
	assert_int_equal(json_array_size(json_object_get(m, "excluded")), 1);
	counts(&f, "mttd", "2026-01-20", "2026-01-21", 0, 0, 0, 0);
	fold_close(&f);
}

static void
test_mttr(void **state)
{
	CLEANUP_JSON json_t *m = NULL;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	opens(&f, 1, "2026-01-10", "load", "2026-01-11 06:00", "");
	incident(&f, "2026-01-11 08:00", 1, "2026-01-10", "load",
	    "2026-01-11 06:00", "2026-01-11 08:00", "");
	/* proven, then bad again: it is open */
	incident(&f, "2026-01-12 08:00", 2, "2026-01-11", "load",
	    "2026-01-12 06:00", "2026-01-12 08:00", "");
	incident(&f, "2026-01-12 09:00", 2, "2026-01-11", "load",
	    "2026-01-12 06:00", NULL, "");
	m = ask(&f, "mttr", "2026-01-10", "2026-01-13");
	assert_int_equal(json_int(m, "denominator", 0), 1);
	assert_int_equal(json_int(m, "pending", 0), 1);
	assert_true(json_num(m, "value", 0) == 2 * 3600e3);
	fold_close(&f);
}

/* Its date has left the watch, or a reload has taken its rule away. */
static void
test_given_up(void **state)
{
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	put_right(&f, 1, 10);
	ev(&f, "2026-01-20 04:00", "incident", "2026-01-11", "load",
	    "{'number': 2, 'kind': 'phase', 'root': 'load', 'open': false, "
	    "'clearing': false, 'severity': 'warning', 'told_count': 2, "
	    "'opened_at': %lld, 'closed_at': %lld, 'clear_since': null}",
	    (long long)utc("2026-01-12 06:00"),
	    (long long)utc("2026-01-20 04:00"));
	term_is(&f, "mttr", "2026-01-11", "excluded", "without a proof");
	counts(&f, "mttr", "2026-01-10", "2026-01-12", 2 * 3600000, 1, 0, 1);
	counts(&f, "transient", "2026-01-10", "2026-01-12", 1, 1, 0, 1);
	fold_close(&f);
}

static void
test_auto_recovery(void **state)
{
	struct fold f;

	(void)state;
	fill_endings(&f);
	term_is(&f, "auto_recovery", "2026-01-10", "yes", "attempt 1, fix");
	term_is(&f, "auto_recovery", "2026-01-11", "no", "run by uid 7");
	term_is(&f, "auto_recovery", "2026-01-12", "no", "nothing of ours");
	term_is(&f, "auto_recovery", "2026-01-13", "no", "nothing of ours");
	term_is(&f, "auto_recovery", "2026-01-14", "no", "by uid 7");
	term_is(&f, "auto_recovery", "2026-01-15", "pending", "still open");
	counts(&f, "auto_recovery", "2026-01-10", "2026-01-15", 1, 5, 1, 0);
	counts(&f, "auto_recovery", "2026-01-15", "2026-01-15", 0, 0, 1, 0);
	fold_close(&f);
}

static void
test_transient(void **state)
{
	struct fold f;

	(void)state;
	fill_endings(&f);
	term_is(&f, "transient", "2026-01-12", "yes", "by itself");
	term_is(&f, "transient", "2026-01-10", "no", "attempt 1");
	counts(&f, "transient", "2026-01-10", "2026-01-15", 2, 5, 1, 0);
	fold_close(&f);
}

static void
test_false_positives(void **state)
{
	CLEANUP_JSON json_t *none = NULL;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	opens(&f, 1, "2026-01-10", "load", "2026-01-11 06:00", "");
	opens(&f, 2, "2026-01-11", "load", "2026-01-12 06:00",
	    ", 'label': 'none'");
	/* nobody has said anything: no number, rather than 0 % */
	none = ask(&f, "false_positives", "2026-01-10", "2026-01-15");
	assert_true(json_is_null(json_object_get(none, "value")));
	assert_string_equal(json_text(none, "na", ""),
	    "no incident is labelled");
	assert_int_equal(json_int(none, "unknown", 0), 2);
	opens(&f, 3, "2026-01-12", "load", "2026-01-13 06:00",
	    ", 'label': 'false', 'labelled_by': 'uid 7', "
	    "'label_reason': 'announced'");
	opens(&f, 4, "2026-01-13", "load", "2026-01-14 06:00",
	    ", 'label': 'true'");
	opens(&f, 5, "2026-01-14", "load", "2026-01-15 06:00",
	    ", 'label': 'false', 'told_count': 0");
	term_is(&f, "false_positives", "2026-01-12", "yes", "announced");
	term_is(&f, "false_positives", "2026-01-14", "excluded",
	    "nobody was told");
	counts(&f, "false_positives", "2026-01-10", "2026-01-14", 1, 4, 0,
	    1);
	fold_close(&f);
}

/*-------------------------------------------------------- without a person */

static void
test_zero_touch(void **state)
{
	struct fold f;

	(void)state;
	fill_days(&f);
	term_is(&f, "zero_touch", "2026-01-09", "no", "backfill start");
	term_is(&f, "zero_touch", "2026-01-11", "yes", "nobody");
	term_is(&f, "zero_touch", "2026-01-12", "yes", "nobody");
	term_is(&f, "zero_touch", "2026-01-13", "no", "run by uid 7");
	term_is(&f, "zero_touch", "2026-01-14", "yes", "nobody");
	term_is(&f, "zero_touch", "2026-01-15", "no", "ack by uid 7");
	term_is(&f, "zero_touch", "2026-01-16", "no", "1 of 2");
	term_is(&f, "zero_touch", "2026-01-17", "excluded", "owed");
	term_is(&f, "zero_touch", "2026-01-18", "excluded", "journal");
	term_is(&f, "zero_touch", "2026-01-20", "pending", "due");
	counts(&f, "zero_touch", "2026-01-10", "2026-01-20", 4, 7, 1, 3);
	fold_close(&f);
}

static void
test_perfect(void **state)
{
	struct fold f;

	(void)state;
	fill_days(&f);
	term_is(&f, "perfect", "2026-01-10", "yes", "in time");
	term_is(&f, "perfect", "2026-01-11", "no", "1 of 2 phases late");
	term_is(&f, "perfect", "2026-01-12", "no", "attempt 1, fix");
	counts(&f, "perfect", "2026-01-10", "2026-01-20", 2, 7, 1, 3);
	fold_close(&f);
}

/*---------------------------------------------------------------- messages */

static void
sent(struct fold *f, uint64_t id, const char *notifier, const char *kind,
    const char *at)
{
	CLEANUP_JSON json_t *body = json_pack("{s:s}", "kind", kind);

	report_message(f->r, &(struct report_message){ .id = id,
		.notifier = notifier, .queued_at = utc("2026-01-10 00:00"),
		.delivered_at = at ? utc(at) : INSTANT_NONE, .body = body });
}

static void
test_messages(void **state)
{
	CLEANUP_JSON json_t *m = NULL;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-12 12:00");
	phase_is(&f, "2026-01-10", "load", "done", "2026-01-10 01:00");
	sent(&f, 1, "a", "opened", "2026-01-10 08:59");
	sent(&f, 1, "b", "opened", "2026-01-10 09:00");
	sent(&f, 2, "a", "opened", "2026-01-10 17:59");
	sent(&f, 3, "a", "resolved", "2026-01-10 18:00");
	sent(&f, 4, "a", "report", "2026-01-10 08:00");
	sent(&f, 5, "a", "canary", "2026-01-10 06:00");
	sent(&f, 6, "a", "opened", NULL);
	sent(&f, 7, "a", "opened", "2026-01-12 10:00");
	m = ask(&f, "messages", "2026-01-09", "2026-01-13");
	/* 3, 0 and 1 on three days; the 9th isn't in the journal */
	assert_int_equal(json_int(m, "numerator", 0), 4);
	assert_int_equal(json_int(m, "denominator", 0), 3);
	assert_int_equal(json_int(m, "pending", 0), 1);
	assert_true(json_num(m, "p95", 0) == 3);
	assert_true(json_num(m, "outside", 0) == 0.5);
	fold_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sla),
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_as_of),
		cmocka_unit_test(test_lateness),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_waivers),
		cmocka_unit_test(test_mttd),
		cmocka_unit_test(test_mttr),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_auto_recovery),
		cmocka_unit_test(test_transient),
		cmocka_unit_test(test_false_positives),
		cmocka_unit_test(test_zero_touch),
		cmocka_unit_test(test_perfect),
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
