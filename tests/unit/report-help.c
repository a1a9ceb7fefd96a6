/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report-help.c -- events made by hand, and what is counted of them.
 */
#include "report-help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "config-help.h"

const char fold_text[] =
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

int64_t
utc(const char *s)
{
	struct zone zone;
	int64_t at;

	zone_utc(&zone);
	assert_int_equal(instant_parse(s, &zone, &at), 0);
	return at;
}

struct date
day(const char *s)
{
	struct date date;

	assert_int_equal(date_parse(s, &date), 0);
	return date;
}

void
fold_open(struct fold *f, const char *as_of)
{
	f->conf = load_text(fold_text);
	f->r = report_new(f->conf, utc(as_of));
	f->seq = 0;
}

void
fold_close(struct fold *f)
{
	report_free(f->r);
	conf_free(f->conf);
}

void
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
	report_event(f->r, ++f->seq, &(struct store_event){ .at = utc(at),
		.kind = kind, .pipeline = "p", .date = date,
		.subject = subject, .data = j });
}

void
phase_is(struct fold *f, const char *date, const char *phase,
    const char *state, const char *at)
{
	bool done = strcmp(state, "done") == 0;

	ev(f, at, "phase", date, phase, "{'state': '%s', 'marks': [], "
	    "'done_at': %lld}", state, done ? (long long)utc(at) : 0LL);
}

void
reading(struct fold *f, const char *date, const char *at, const char *raw,
    const char *value, const char *expected, int missing, int extra)
{
	ev(f, at, "check", date, "part", "{'raw': '%s', 'measured': %s, "
	    "'value': %s, 'expected': %s, 'missing': %d, 'extra': %d}", raw,
	    strcmp(raw, "unknown") == 0 ? "false" : "true", value, expected,
	    missing, extra);
}

void
incident(struct fold *f, const char *at, int number, const char *date,
    const char *root, const char *opened, const char *clear,
    const char *more)
{
	char res[32] = "null";

	if (clear)
		(void)snprintf(res, sizeof res, "%lld", (long long)utc(clear));
	ev(f, at, "incident", date, root, "{'number': %d, 'kind': 'phase', "
	    "'root': '%s', 'open': true, 'gave_up': false, 'clearing': %s, "
	    "'severity': 'warning', 'told_count': 1, 'opened_at': %lld, "
	    "'closed_at': null, 'clear_since': %s%s}", number, root,
	    clear ? "true" : "false", (long long)utc(opened), res, more);
}

void
opens(struct fold *f, int number, const char *date, const char *root,
    const char *at, const char *more)
{
	incident(f, at, number, date, root, at, NULL, more);
}

void
attempt(struct fold *f, int id, const char *date, const char *recovery,
    const char *outcome, const char *from, const char *to, bool by_person)
{
	ev(f, to, "attempt", date, recovery, "{'id': %d, 'recovery': '%s', "
	    "'phase': null, 'state': 'closed', 'outcome': '%s', "
	    "'intent_at': %lld, 'ended_at': %lld, 'closed_at': %lld, "
	    "'by_person': %s, 'actor': 'uid 7'}", id, recovery, outcome,
	    (long long)utc(from), (long long)utc(to), (long long)utc(to),
	    by_person ? "true" : "false");
}

void
verb(struct fold *f, const char *at, const char *date, const char *name,
    int id)
{
	ev(f, at, "command", date, "load", "{'command': '%s', 'actor': "
	    "'uid 7', 'reason': 'because', 'id': %d}", name, id);
}

void
put_right(struct fold *f, int number, int day)
{
	char date[32], from[40], to[40];

	(void)snprintf(date, sizeof date, "2026-01-%02d", day);
	(void)snprintf(from, sizeof from, "2026-01-%02d 06:00", day + 1);
	(void)snprintf(to, sizeof to, "2026-01-%02d 08:00", day + 1);
	incident(f, to, number, date, "load", from, to, "");
}

void
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
	opens(f, 6, "2026-01-15", "load", "2026-01-16 06:00", "");
}

static void
both_done(struct fold *f, const char *date, const char *load,
    const char *publish)
{
	phase_is(f, date, "load", "done", load);
	phase_is(f, date, "publish", "done", publish);
}

void
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
	incident(f, "2026-01-16 03:00", 9, "2026-01-15", "load",
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

json_t *
ask(const struct fold *f, const char *name, const char *from, const char *to)
{
	const struct report_query q = { .period = PERIOD_RANGE,
		.from = day(from), .to = day(to) };
	CLEANUP_JSON json_t *all = report_metrics(f->r, &q, name, true);
	const json_t *m = json_array_get(json_object_get(all, "metrics"), 0);

	assert_non_null(all);
	if (m == NULL)
		m = json_object_get(json_array_get(json_object_get(all,
		    "targets"), 0), "metric");
	assert_non_null(m);
	return json_incref((json_t *)m);
}

void
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

void
says_why(const json_t *x, const char *why)
{
	const char *said = json_text(x, "why", "");

	if (strstr(said, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, said);
}

void
term_is(const struct fold *f, const char *name, const char *date,
    const char *want, const char *why)
{
	CLEANUP_JSON json_t *m = ask(f, name, date, date);
	const json_t *x = json_array_get(json_object_get(m, "terms"), 0);

	assert_non_null(x);
	assert_string_equal(json_text(x, "counts", ""), want);
	says_why(x, why);
}
