/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-report.c -- every definition of a number, on events made by hand.
 *
 * A date is p's, in UTC, and ends at midnight; `load` is due at 06:00 of the
 * next day, `publish` at 09:00. Each test writes down what a person would
 * count, and the number has to be that, with the same left out.
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

static const char text[] =
    "notifiers = ( { name = \"n\"; plugin = \"console\"; } );\n"
    "routes = ( { to = \"n\"; } );\n"
    "databases = ( { name = \"d\"; plugin = \"sqlite\"; path = \"/d\"; } );\n"
    "actions = ( { name = \"a\"; plugin = \"exec\"; argv = \"/bin/true\"; "
    "} );\n"
    "checks = (\n"
    "  { name = \"rows\"; plugin = \"sql\"; database = \"d\"; min = 1;\n"
    "    value = \"SELECT 1\"; },\n"
    "  { name = \"part\"; plugin = \"sql\"; database = \"d\"; "
    "fail = \"90%\";\n"
    "    value = \"SELECT 1\"; expected = \"SELECT 1\"; } );\n"
    "recoveries = (\n"
    "  { name = \"fix\"; action = \"a\"; repairs = \"rows\"; },\n"
    "  { name = \"other\"; action = \"a\"; repairs = \"part\"; } );\n"
    "pipelines = ( { name = \"p\"; timezone = \"UTC\"; mode = \"enforce\";\n"
    "  phases = (\n"
    "    { name = \"load\"; done = \"rows\"; due = \"+1d 06:00\";\n"
    "      severity = \"critical\"; },\n"
    "    { name = \"publish\"; after = \"load\"; done = \"part\";\n"
    "      due = \"+1d 09:00\"; } ); } );\n"
    "targets = (\n"
    "  { name = \"on_time\"; metric = \"sla\"; phase = \"load\";\n"
    "    at_least = \"95%\"; note = \"so\"; },\n"
    "  { name = \"there\"; metric = \"coverage\"; check = \"part\";\n"
    "    coverage = \"90%\"; by = \"+24h\"; at_least = \"90%\"; },\n"
    "  { name = \"quick\"; metric = \"mttr\"; at_most = \"2h\"; } );\n";

struct fold {
	struct conf *conf;
	struct report *r;
	uint64_t seq;
};

static int64_t
t(const char *s)
{
	struct zone utc;
	int64_t at;

	zone_utc(&utc);
	assert_int_equal(instant_parse(s, &utc, &at), 0);
	return at;
}

static struct date
d(const char *s)
{
	struct date date;

	assert_int_equal(date_parse(s, &date), 0);
	return date;
}

static void
fold_open(struct fold *f, const char *as_of)
{
	f->conf = load_text(text);
	f->r = report_new(f->conf, t(as_of));
	f->seq = 0;
}

static void
fold_close(struct fold *f)
{
	report_free(f->r);
	conf_free(f->conf);
}

/* An event; %s of the data are instants, written as in the tests. */
static void __attribute__((format(printf, 6, 7)))
ev(struct fold *f, const char *at, const char *kind, const char *date,
    const char *subject, const char *data, ...)
{
	CLEANUP_JSON json_t *j = NULL;
	char buf[1024];
	va_list ap;

	va_start(ap, data);
	(void)vsnprintf(buf, sizeof buf, data, ap);
	va_end(ap);
	for (char *s = buf; *s; s++)
		if (*s == '\'')
			*s = '"';
	j = json_loads(buf, 0, NULL);
	assert_non_null(j);
	report_event(f->r, ++f->seq, &(struct store_event){ .at = t(at),
		.kind = kind, .pipeline = "p", .date = date,
		.subject = subject, .data = j });
}

static void
phase_is(struct fold *f, const char *date, const char *phase,
    const char *state, const char *at)
{
	bool done = strcmp(state, "done") == 0;

	ev(f, at, "phase", date, phase, "{'state': '%s', 'marks': [], "
	    "'done_at': %lld}", state, done ? (long long)t(at) : 0LL);
}

static void
incident(struct fold *f, const char *at, int number, const char *date,
    const char *kind, const char *root, const char *opened,
    const char *clear, const char *more)
{
	char res[32] = "null";

	if (clear)
		(void)snprintf(res, sizeof res, "%lld", (long long)t(clear));
	ev(f, at, "incident", date, root, "{'number': %d, 'kind': '%s', "
	    "'root': '%s', 'open': true, 'gave_up': false, 'clearing': %s, "
	    "'severity': 'warning', 'told_count': 1, 'opened_at': %lld, "
	    "'closed_at': null, 'clear_since': %s%s}", number, kind, root,
	    clear ? "true" : "false", (long long)t(opened), res, more);
}

static void
attempt(struct fold *f, int id, const char *date, const char *recovery,
    const char *outcome, const char *from, const char *to, bool by_person)
{
	ev(f, to, "attempt", date, recovery, "{'id': %d, 'recovery': '%s', "
	    "'phase': null, 'state': 'closed', 'outcome': '%s', "
	    "'intent_at': %lld, 'ended_at': %lld, 'closed_at': %lld, "
	    "'by_person': %s, 'actor': 'uid 7'}", id, recovery, outcome,
	    (long long)t(from), (long long)t(to), (long long)t(to),
	    by_person ? "true" : "false");
}

static void
verb(struct fold *f, const char *at, const char *date, const char *name,
    int id)
{
	ev(f, at, "command", date, "load", "{'command': '%s', 'actor': "
	    "'uid 7', 'reason': 'because', 'id': %d}", name, id);
}

/* The metric of that name, with terms; of `load` where it is of a phase. */
static json_t *
ask(const struct fold *f, const char *name, const char *from, const char *to)
{
	const struct report_query q = { .period = PERIOD_RANGE,
		.from = d(from), .to = d(to) };
	CLEANUP_JSON json_t *all = report_metrics(f->r, &q, name, true);
	const json_t *m = json_array_get(json_object_get(all, "metrics"), 0);

	assert_non_null(all);
	if (m == NULL)
		m = json_object_get(json_array_get(json_object_get(all,
		    "targets"), 0), "metric");
	assert_non_null(m);
	return json_incref((json_t *)m);
}

/* Numerator, denominator, pending, left out. */
static void
counts(const struct fold *f, const char *name, const char *from,
    const char *to, int numerator, int denominator, int pending, int out)
{
	CLEANUP_JSON json_t *m = ask(f, name, from, to);

	assert_int_equal(json_int(m, "numerator", -1), numerator);
	assert_int_equal(json_int(m, "denominator", -1), denominator);
	assert_int_equal(json_int(m, "pending", -1), pending);
	assert_int_equal(json_array_size(json_object_get(m, "excluded")),
	    out);
	assert_true(denominator == 0 ? json_text(m, "na", NULL) != NULL :
	    json_text(m, "na", NULL) == NULL);
}

/* The term of a date: what it counts for, and a word of why. */
static void
term_is(const struct fold *f, const char *name, const char *date,
    const char *want, const char *why)
{
	CLEANUP_JSON json_t *m = ask(f, name, date, date);
	const json_t *x = json_array_get(json_object_get(m, "terms"), 0);

	assert_non_null(x);
	assert_string_equal(json_text(x, "counts", ""), want);
	if (strstr(json_text(x, "why", ""), why) == NULL)
		fail_msg("'%s' is not in '%s'", why, json_text(x, "why",
		    ""));
}

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

/*-------------------------------------------------------------- coverage */

static void
reading(struct fold *f, const char *date, const char *at, const char *raw,
    const char *value, const char *expected, int missing, int extra)
{
	ev(f, at, "check", date, "part", "{'raw': '%s', 'measured': %s, "
	    "'value': %s, 'expected': %s, 'missing': %d, 'extra': %d}", raw,
	    strcmp(raw, "unknown") == 0 ? "false" : "true", value, expected,
	    missing, extra);
}

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

/*------------------------------------------------------------- incidents */

static void
test_mttd(void **state)
{
	CLEANUP_JSON json_t *m = NULL;
	struct fold f;

	(void)state;
	fold_open(&f, "2026-01-30 00:00");
	/* the daemon was away when it was due: 06:00 seen at 07:00 */
	incident(&f, "2026-01-11 07:00", 1, "2026-01-10", "phase", "load",
	    "2026-01-11 07:00", NULL, "");
	/* it failed before it was due: that is the event */
	incident(&f, "2026-01-12 03:00", 2, "2026-01-11", "phase", "load",
	    "2026-01-12 03:00", NULL, "");
	/* publish hung under load at 09:10 and spoke for itself at noon */
	ev(&f, "2026-01-13 09:10", "breach", "2026-01-12", "publish",
	    "{'incident': 3, 'kind': 'phase', 'subject': 'publish', 'child': "
	    "true, 'open': true, 'since': %lld, 'until': null}",
	    (long long)t("2026-01-13 09:10"));
	incident(&f, "2026-01-13 12:00", 4, "2026-01-12", "phase", "publish",
	    "2026-01-13 12:00", NULL, "");
	/* nothing was wrong */
	incident(&f, "2026-01-14 20:00", 5, "2026-01-13", "phase", "load",
	    "2026-01-14 20:00", NULL, ", 'label': 'false'");
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
	incident(&f, "2026-01-11 06:00", 1, "2026-01-10", "phase", "load",
	    "2026-01-11 06:00", NULL, "");
	incident(&f, "2026-01-11 08:00", 1, "2026-01-10", "phase", "load",
	    "2026-01-11 06:00", "2026-01-11 08:00", "");
	/* proven, then bad again: it is open */
	incident(&f, "2026-01-12 08:00", 2, "2026-01-11", "phase", "load",
	    "2026-01-12 06:00", "2026-01-12 08:00", "");
	incident(&f, "2026-01-12 09:00", 2, "2026-01-11", "phase", "load",
	    "2026-01-12 06:00", NULL, "");
	m = ask(&f, "mttr", "2026-01-10", "2026-01-13");
	assert_int_equal(json_int(m, "denominator", 0), 1);
	assert_int_equal(json_int(m, "pending", 0), 1);
	assert_true(json_num(m, "value", 0) == 2 * 3600e3);
	fold_close(&f);
}

/* An incident of `load` that is put right between 06:00 and 08:00. */
static void
put_right(struct fold *f, int number, int day)
{
	char date[32], from[40], to[40];

	(void)snprintf(date, sizeof date, "2026-01-%02d", day);
	(void)snprintf(from, sizeof from, "2026-01-%02d 06:00", day + 1);
	(void)snprintf(to, sizeof to, "2026-01-%02d 08:00", day + 1);
	incident(f, to, number, date, "phase", "load", from, to, "");
}

static void
fill_endings(struct fold *f)
{
	fold_open(f, "2026-01-30 00:00");
	/* 10: by a recovery, acknowledged meanwhile */
	attempt(f, 1, "2026-01-10", "fix", "recovered", "2026-01-11 07:00",
	    "2026-01-11 08:00", false);
	verb(f, "2026-01-11 07:30", NULL, "ack", 1);
	put_right(f, 1, 10);
	/* 11: the recovery worked, but a person was at it, too */
	attempt(f, 2, "2026-01-11", "fix", "recovered", "2026-01-12 07:00",
	    "2026-01-12 08:00", false);
	verb(f, "2026-01-12 07:30", "2026-01-11", "run", 0);
	put_right(f, 2, 11);
	/* 12: only something else was repaired */
	attempt(f, 3, "2026-01-12", "other", "recovered", "2026-01-13 07:00",
	    "2026-01-13 08:00", false);
	put_right(f, 3, 12);
	/* 13: tried without effect, then the data came */
	attempt(f, 4, "2026-01-13", "fix", "no_effect", "2026-01-14 07:00",
	    "2026-01-14 07:10", false);
	put_right(f, 4, 13);
	/* 14: a person started the recovery */
	attempt(f, 5, "2026-01-14", "fix", "recovered", "2026-01-15 07:00",
	    "2026-01-15 08:00", true);
	put_right(f, 5, 14);
	/* 15: still open */
	incident(f, "2026-01-16 06:00", 6, "2026-01-15", "phase", "load",
	    "2026-01-16 06:00", NULL, "");
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
	incident(&f, "2026-01-11 06:00", 1, "2026-01-10", "phase", "load",
	    "2026-01-11 06:00", NULL, "");
	incident(&f, "2026-01-12 06:00", 2, "2026-01-11", "phase", "load",
	    "2026-01-12 06:00", NULL, ", 'label': 'none'");
	/* nobody has said anything: no number, rather than 0 % */
	none = ask(&f, "false_positives", "2026-01-10", "2026-01-15");
	assert_true(json_is_null(json_object_get(none, "value")));
	assert_string_equal(json_text(none, "na", ""),
	    "no incident is labelled");
	assert_int_equal(json_int(none, "unknown", 0), 2);
	incident(&f, "2026-01-13 06:00", 3, "2026-01-12", "phase", "load",
	    "2026-01-13 06:00", NULL, ", 'label': 'false', 'labelled_by': "
	    "'uid 7', 'label_reason': 'announced'");
	incident(&f, "2026-01-14 06:00", 4, "2026-01-13", "phase", "load",
	    "2026-01-14 06:00", NULL, ", 'label': 'true'");
	incident(&f, "2026-01-15 06:00", 5, "2026-01-14", "phase", "load",
	    "2026-01-15 06:00", NULL, ", 'label': 'false', "
	    "'told_count': 0");
	term_is(&f, "false_positives", "2026-01-12", "yes", "announced");
	term_is(&f, "false_positives", "2026-01-14", "excluded",
	    "nobody was told");
	counts(&f, "false_positives", "2026-01-10", "2026-01-14", 1, 4, 0,
	    1);
	fold_close(&f);
}

/*------------------------------------------------------- without a person */

static void
both_done(struct fold *f, const char *date, const char *load,
    const char *publish)
{
	phase_is(f, date, "load", "done", load);
	phase_is(f, date, "publish", "done", publish);
}

static void
fill_days(struct fold *f)
{
	fold_open(f, "2026-01-20 12:00");
	both_done(f, "2026-01-10", "2026-01-11 05:00", "2026-01-11 08:00");
	/* late, but alone */
	both_done(f, "2026-01-11", "2026-01-12 05:00", "2026-01-12 10:00");
	/* in time with a recovery */
	both_done(f, "2026-01-12", "2026-01-13 05:00", "2026-01-13 08:00");
	attempt(f, 1, "2026-01-12", "fix", "recovered", "2026-01-13 04:00",
	    "2026-01-13 05:00", false);
	/* a person's verb; measuring by hand and permits are none */
	both_done(f, "2026-01-13", "2026-01-14 05:00", "2026-01-14 08:00");
	verb(f, "2026-01-14 04:00", "2026-01-13", "run", 0);
	both_done(f, "2026-01-14", "2026-01-15 05:00", "2026-01-15 08:00");
	verb(f, "2026-01-15 04:00", "2026-01-14", "check run", 0);
	verb(f, "2026-01-15 04:00", "2026-01-14", "permit", 0);
	/* one that names its incident, which is the 15th's */
	both_done(f, "2026-01-15", "2026-01-16 05:00", "2026-01-16 08:00");
	incident(f, "2026-01-16 03:00", 9, "2026-01-15", "phase", "load",
	    "2026-01-16 03:00", "2026-01-16 05:00", "");
	verb(f, "2026-01-16 04:00", NULL, "ack", 9);
	/* a backfill from the 8th to the 9th */
	both_done(f, "2026-01-09", "2026-01-10 05:00", "2026-01-10 08:00");
	ev(f, "2026-01-19 10:00", "command", NULL, NULL, "{'command': "
	    "'backfill start', 'actor': 'uid 7', 'from': '2026-01-08', "
	    "'to': '2026-01-09'}");
	/* not all of it came */
	phase_is(f, "2026-01-16", "load", "done", "2026-01-17 05:00");
	phase_is(f, "2026-01-16", "publish", "pending", "2026-01-17 05:00");
	/* nothing was owed; nothing is known; not over */
	ev(f, "2026-01-18 00:00", "date", "2026-01-17", NULL,
	    "{'owed': 0, 'anchor': null, 'adopted': false}");
	phase_is(f, "2026-01-20", "load", "pending", "2026-01-20 01:00");
}

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

/*--------------------------------------------------------------- messages */

static void
sent(struct fold *f, uint64_t id, const char *notifier, const char *kind,
    const char *at)
{
	CLEANUP_JSON json_t *body = json_pack("{s:s}", "kind", kind);

	report_message(f->r, &(struct report_message){ .id = id,
		.notifier = notifier, .queued_at = t("2026-01-10 00:00"),
		.delivered_at = at ? t(at) : INSTANT_NONE, .body = body });
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

/*------------------------------------------------------- targets and burn */

static json_t *
target(const struct fold *f, const char *to, const char *name)
{
	struct report_query q = report_period(0, PERIOD_WEEK, d(to));
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
	struct report_query q = report_period(0, PERIOD_DAY, d(date));
	CLEANUP_JSON json_t *all = report_make(f->r, &q);
	const json_t *x = json_array_get(json_object_get(all, "dates"), 0);

	assert_string_equal(json_text(x, "quality", ""), want);
	if (strstr(json_text(x, "why", ""), why) == NULL)
		fail_msg("'%s' is not in '%s'", why, json_text(x, "why",
		    ""));
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
	    (long long)t("2026-01-13 08:00"));
	quality_is(&f, "2026-01-12", "silver", "degraded");
	ev(&f, "2026-01-15 08:01", "phase", "2026-01-14", "publish",
	    "{'state': 'done', 'marks': ['overridden'], 'done_at': %lld}",
	    (long long)t("2026-01-15 08:00"));
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
	struct conf *conf = load_text(text);
	struct report_query q;
	char buf[DATE_TEXT];

	(void)state;
	q = report_period(0, PERIOD_WEEK, d("2026-03-03"));
	query_is(&q, "2026-02-25", "2026-03-03");
	q = report_before(&q);
	query_is(&q, "2026-02-18", "2026-02-24");
	q = report_period(0, PERIOD_MONTH, d("2028-03-05"));
	query_is(&q, "2028-03-01", "2028-03-31");
	q = report_before(&q);
	query_is(&q, "2028-02-01", "2028-02-29");
	q = report_period(0, PERIOD_DAY, d("2026-01-01"));
	q = report_before(&q);
	query_is(&q, "2025-12-31", "2025-12-31");
	/* the 9th ends as the 10th begins */
	assert_string_equal(date_text(report_last(conf, 0,
	    t("2026-01-10 00:00")), buf), "2026-01-09");
	assert_string_equal(date_text(report_last(conf, 0,
	    t("2026-01-10 00:00") - 1), buf), "2026-01-08");
	conf_free(conf);
}

/*-------------------------------------------------------------- the story */

static void
test_story(void **state)
{
	struct report_query q = report_period(0, PERIOD_WEEK,
	    d("2026-01-16"));
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
	    (long long)t("2026-01-12 05:10"));
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
	    d("2026-01-16"));
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
		cmocka_unit_test(test_sla),
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_as_of),
		cmocka_unit_test(test_lateness),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_waivers),
		cmocka_unit_test(test_mttd),
		cmocka_unit_test(test_mttr),
		cmocka_unit_test(test_auto_recovery),
		cmocka_unit_test(test_transient),
		cmocka_unit_test(test_false_positives),
		cmocka_unit_test(test_zero_touch),
		cmocka_unit_test(test_perfect),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_burn),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_quality),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_guide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
