/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-journal-check.c -- `journal check`, on a store and on an export.
 *
 * Every kind of damage that the check promises to see is done once, on a
 * journal that was clean before: to events, to rows, to the outbox, and by a
 * daemon that would break its own rules about attempts and incidents. Each
 * must give a finding that names the place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "journal-help.h"
#include "journal/chain.h"

/* A small journal with a bit of everything; clean. */
static char *
sample(void)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);

	append(s, "attempt", "attempt/1",
	    "{\"id\":1,\"state\":\"intent\",\"before\":[0.1,3e22]}");
	append(s, "attempt", "attempt/1", "{\"id\":1,\"state\":\"running\"}");
	append(s, "incident", "incident/41",
	    "{\"number\":41,\"open\":true,\"told\":\"warning\"}");
	tell(s, 7, 41, "opened", true);
	append(s, "attempt", "attempt/1",
	    "{\"id\":1,\"state\":\"verifying\"}");
	append(s, "attempt", "attempt/1", "{\"id\":1,\"state\":\"closed\"}");
	append(s, "incident", "incident/41",
	    "{\"number\":41,\"open\":false,\"why\":\"\\u2026 \\\"x\\\"\"}");
	tell(s, 8, 41, "resolved", false);
	append(s, "note", NULL, "{\"nothing\":null}");
	must_be_clean(s);
	store_close(s);
	return dir;
}

/* Damage, and the words of what must be found. */
static void
damaged(const char *sql, const char *words)
{
	char *dir = sample(), *why CLEANUP_FREE = NULL;
	struct store *s;

	tamper(dir, sql);
	if (store_open_readonly(dir, &s, &why) < 0)
		fail_msg("%s", why);
	must_find(s, words);
	store_close(s);
	remove_dir(dir);
}

static void
damage_is_named(void **state)
{
	static const struct { const char *sql, *words; } cases[] = {
		{ "UPDATE rows SET data = replace(data, 'closed', 'running') "
		  "WHERE key = 'attempt/1'", "row 'attempt/1' is not what "
		  "event 5 says: 'state' is \"running\", the event has "
		  "\"closed\"" },
		{ "UPDATE rows SET data = '{}' WHERE key = 'attempt/1'",
		  "is nothing, the event has" },
		{ "UPDATE rows SET seq = 3 WHERE key = 'attempt/1'",
		  "row 'attempt/1' is of event 3, its newest event is 5" },
		{ "UPDATE rows SET at = 5 WHERE key = 'attempt/1'",
		  "another kind or time than event 5" },
		{ "UPDATE rows SET data = 'x' WHERE key = 'attempt/1'",
		  "row 'attempt/1' (event 5) has unreadable data" },
		{ "DELETE FROM rows WHERE key = 'attempt/1'",
		  "row 'attempt/1' is missing: event 5 is its newest" },
		{ "INSERT INTO rows VALUES ('x/y', 'x', 1, 0, '{}', 0)",
		  "row 'x/y' (event 1) has no event" },
		{ "UPDATE events SET data = '{\"id\":1,\"state\":\"held\"}' "
		  "WHERE seq = 4", "event 4 (attempt) does not continue the "
		  "chain" },
		{ "UPDATE events SET at = at + 1 WHERE seq = 7",
		  "event 7 (note) does not continue the chain" },
		{ "UPDATE events SET date = NULL WHERE seq = 7",
		  "event 7 (note) does not continue the chain" },
		{ "UPDATE events SET data = 'x' WHERE seq = 7",
		  "event 7 (note) has unreadable data" },
		{ "DELETE FROM events WHERE seq = 4",
		  "event 5 follows event 3" },
		{ "DELETE FROM events WHERE seq = 1",
		  "event 2 follows event 0" },
		{ "DELETE FROM events WHERE seq = 6",
		  "refers to a missing row of events" },
		{ "UPDATE outbox SET incident = 42 WHERE message = 8",
		  "message 8 to 'team' is about incident 42, which does not "
		  "exist" },
		{ "UPDATE outbox SET body = '[]' WHERE message = 8",
		  "message 8 to 'team' is unreadable" },
		{ "UPDATE outbox SET tries = 0 WHERE message = 7",
		  "message 7 to 'team' was delivered without a try" },
		{ "DELETE FROM outbox WHERE message = 8",
		  "incident 41 is closed and message 7 of it was delivered to "
		  "'team', but its end was never queued there" },
		{ "DELETE FROM outbox WHERE message = 7",
		  "refers to a missing row of outbox" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		damaged(cases[i].sql, cases[i].words);
}

/* What a daemon might write, step by step, and what is found. */
static void
attempts_only_go_forward(void **state)
{
	static const struct { const char *states, *words; } cases[] = {
		{ "intent running verifying closed closed", NULL },
		{ "intent closed", NULL },
		{ "intent in_doubt running verifying closed", NULL },
		{ "intent running running in_doubt held held closed", NULL },
		{ "running", "event 1: attempt 9 is 'running' without an "
		  "intent before it" },
		{ "closed", "without an intent" },
		{ "intent intent", "event 2: attempt 9 has a second intent" },
		{ "intent running closed intent", "event 4: attempt 9 has a "
		  "second intent" },
		{ "intent running closed running", "event 4: attempt 9 goes "
		  "back from 'closed' to 'running'" },
		{ "intent verifying running", "goes back from 'verifying'" },
		{ "intent verifying in_doubt", "goes back" },
		{ "intent started", "no known state: 'started'" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *dir = fresh_dir(), json[64];
		const char *p = cases[i].states;
		struct store *s = must_open(dir);

		while (*p) {
			size_t n = strcspn(p, " ");

			(void)snprintf(json, sizeof json,
			    "{\"id\":9,\"state\":\"%.*s\"}", (int)n, p);
			append(s, "attempt", "attempt/9", json);
			p += n + strspn(p + n, " ");
		}
		if (cases[i].words)
			must_find(s, cases[i].words);
		else
			must_be_clean(s);
		store_close(s);
		remove_dir(dir);
	}
}

static void
what_was_announced_ends(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);

	(void)state;
	append(s, "incident", "i/1", "{\"number\":1,\"open\":true}");
	tell(s, 1, 1, "opened", true);
	must_be_clean(s);               /* still open */
	append(s, "incident", "i/1", "{\"number\":1,\"open\":false}");
	must_find(s, "incident 1 is closed");
	tell(s, 2, 1, "resolved", false);
	must_be_clean(s);
	append(s, "incident", "i/2", "{\"number\":2,\"open\":false}");
	tell(s, 3, 2, "opened", false); /* never delivered */
	append(s, "incident", "i/4", "{\"number\":4,\"open\":false}");
	tell(s, 4, 4, "adopted", true);
	must_be_clean(s);
	append(s, "incident", "i/3", "{\"number\":3,\"open\":false}");
	tell(s, 5, 3, "gave_up", true);
	must_find(s, "incident 3 is closed");
	store_close(s);
	remove_dir(dir);
}

/* The rows of a start, as the daemon writes them; `upstream` is the state of
 * the phase before it, `age` that of its evidence. */
static void
start_of(struct store *s, const char *upstream, int age)
{
	static const char graph[] = "{\"starts_per_hour\":4,"
	    "\"pipelines\":[{\"name\":\"shop\",\"mode\":\"enforce\","
	    "\"act_within_ms\":259200000,\"remind_ms\":0}],"
	    "\"checks\":[{\"name\":\"rows\",\"pipeline\":\"shop\","
	    "\"confirm\":2}],\"phases\":[{\"name\":\"extract\","
	    "\"pipeline\":\"shop\",\"done_by_exit\":true},"
	    "{\"name\":\"stage\",\"pipeline\":\"shop\","
	    "\"after\":[\"extract\"],\"done\":[\"rows\"],"
	    "\"attempts\":3}],\"actions\":[{\"name\":\"etl\"}]}";
	char up[80], intent[400];
	struct store_event v[] = {
		{ .kind = "graph", .key = "graph" },
		{ .kind = "date", .pipeline = "shop", .date = "2026-01-16" },
		{ .kind = "phase", .subject = "extract" },
		{ .kind = "check", .subject = "rows" },
		{ .kind = "attempt", .subject = "stage" },
		{ .kind = "note" }, { .kind = "note" }, { .kind = "note" },
	};
	const char *data[] = { graph, "{\"owed\":1}", up,
		"{\"raw\":\"fail\",\"measured\":true,\"value\":0.0,"
		"\"in_row\":2}", intent, "{}", "{}", "{}" };
	uint64_t seq;
	size_t i;

	(void)snprintf(up, sizeof up, "{\"state\":\"%s\"}", upstream);
	(void)snprintf(intent, sizeof intent, "{\"id\":1,\"number\":1,"
	    "\"state\":\"intent\",\"phase\":\"stage\","
	    "\"action\":\"etl\",\"said\":{\"evidence\":[{\"check\":"
	    "\"rows\",\"result\":\"fail\",\"age_ms\":%d,"
	    "\"fresh_ms\":900000}],\"date_ended_at\":0,\"epoch\":1}}",
	    age);
	assert_int_equal(store_begin(s), 0);
	for (i = 0; i < ARRAY_SIZE(v); i++) {
		json_t *j CLEANUP_JSON = json_loads(data[i], 0, NULL);

		assert_non_null(j);
		v[i].at = 1000 + (int64_t)i;
		v[i].data = j;
		v[i].pipeline = "shop";
		v[i].date = i == 0 ? NULL : "2026-01-16";
		assert_int_equal(store_append(s, &v[i], &seq), 0);
	}
	assert_int_equal(store_commit(s, true), 0);
}

/* What the daemon writes is what the laws read. */
static void
starts_are_judged(void **state)
{
	static const struct { const char *upstream; int age;
		const char *words; } cases[] = {
		{ "done", 900000, NULL },
		{ "pending", 900000, "event 5: attempt 1 starts stage behind "
		  "extract, which isn't done, and no override was spent" },
		{ "done", 900001, "event 5: attempt 1 rests on rows, which "
		  "is 900001 ms old and fresh for 900000" },
		{ "ended", 900000, "event 3: phase/extract has no known "
		  "state: 'ended'" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *dir = fresh_dir();
		struct store *s = must_open(dir);

		start_of(s, cases[i].upstream, cases[i].age);
		if (cases[i].words)
			must_find(s, cases[i].words);
		else
			must_be_clean(s);
		store_close(s);
		remove_dir(dir);
	}
}

static void
findings_are_capped(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	struct diag d CLEANUP_DIAG;
	int i;

	(void)state;
	assert_int_equal(store_begin(s), 0);
	for (i = 0; i < 300; i++)
		assert_int_equal(append_in(s, "attempt", NULL,
		    "{\"id\":1,\"state\":\"intent\"}"), 0);
	assert_int_equal(store_commit(s, true), 0);
	diag_init(&d);
	assert_int_equal(store_check(s, &d), 300);
	assert_int_equal(d.n, 100);
	assert_int_equal(d.errors, 299);
	store_close(s);
	remove_dir(dir);
}

/*---------------------------------------------------------------- exports */

static int
add_line(void *arg, const char *line)
{
	text_addf(arg, "%s\n", line);
	return 0;
}

static char *
exported(void)
{
	struct text t = { 0 };
	char *dir = sample();
	struct store *s = must_open(dir);

	assert_int_equal(store_export(s, add_line, &t), 0);
	store_close(s);
	remove_dir(dir);
	return text_take(&t);
}

/* Checks `text`; "": clean, else what some finding must say. */
static void
check_text(char *text, const char *words)
{
	FILE *f CLEANUP_FCLOSE = fmemopen(text, strlen(text), "r");
	struct diag d CLEANUP_DIAG;
	size_t i;

	assert_non_null(f);
	diag_init(&d);
	assert_true(export_check(f, &d) >= 0);
	if (*words == '\0') {
		if (d.n > 0)
			diag_print(&d, stderr);
		assert_int_equal(d.n, 0);
		return;
	}
	for (i = 0; i < d.n; i++)
		if (strstr(d.v[i].sentence, words))
			return;
	diag_print(&d, stderr);
	fail_msg("no finding says '%s'", words);
}

/* The n-th line, from 0, without (drop) or with `was` replaced. */
static char *
edit(const char *text, const char *was, const char *is)
{
	const char *p = strstr(text, was);
	struct text t = { 0 };

	assert_non_null(p);
	text_addn(&t, text, (size_t)(p - text));
	text_add(&t, is);
	text_add(&t, p + strlen(was));
	return text_take(&t);
}

static void
an_export_checks_itself(void **state)
{
	static const struct { const char *was, *is, *words; } cases[] = {
		{ "\"seq\":4,\"at\":1000", "\"seq\":4,\"at\":1001",
		  "event 4 (attempt) does not continue the chain" },
		{ "3e22", "3e23", "event 1 (attempt) does not continue" },
		{ "\"row\":true,\"key\":\"attempt/1\"",
		  "\"row\":true,\"key\":\"attempt/2\"",
		  "row 'attempt/2' (event 5) has no event" },
		{ "{\"message\":true,\"id\":8", "{\"message\":true,\"id\":0",
		  "not a message" },
		{ "\"end\":true,\"events\":7", "\"end\":true,\"events\":8",
		  "the export says 8 events" },
		{ "{\"end\":true", "{\"end\":fals", "not an object of JSON" },
		{ "{\"end\":true", "{\"end\":false", "the last line is "
		  "missing" },
		{ "{\"export\":", "{\"exports\":", "the heading is missing" },
		{ "\"chain\":\"", "\"chain\":\"x", "not an event" },
	};
	char *text CLEANUP_FREE = exported();
	size_t i;

	(void)state;
	check_text(text, "");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *bad CLEANUP_FREE = edit(text, cases[i].was,
		    cases[i].is);

		check_text(bad, cases[i].words);
	}
	for (i = strlen(text) - 1; i > 1; i -= i > 40 ? 37 : 1) {
		text[i - 1] = '\0';     /* cut short anywhere */
		check_text(text, "the last line is missing");
	}
}

static void
findings_have_their_line(void **state)
{
	char *text CLEANUP_FREE = exported();
	char *bad CLEANUP_FREE = edit(text, "{\"seq\":3", "{\"seq\":33");
	FILE *f CLEANUP_FCLOSE = fmemopen(bad, strlen(bad), "r");
	struct diag d CLEANUP_DIAG;

	(void)state;
	diag_init(&d);
	assert_int_equal(export_check(f, &d), 7);
	assert_true(d.n >= 1);
	assert_string_equal(d.v[0].file, "export");
	assert_int_equal(d.v[0].line, 4);
}

static int
stop(void *arg, const char *line)
{
	(void)line;
	return ++*(int *)arg == 3 ? -5 : 0;
}

static void
an_export_can_be_stopped(void **state)
{
	char *dir = sample();
	struct store *s = must_open(dir);
	int n = 0;

	(void)state;
	assert_int_equal(store_export(s, stop, &n), -5);
	assert_int_equal(n, 3);
	store_close(s);
	remove_dir(dir);
}

/*------------------------------------------------------------------ chain */

static void
every_field_is_in_the_chain(void **state)
{
	const struct store_event e = { .at = 1, .kind = "k" };
	struct store_event x;
	uint64_t h = chain_next(CHAIN_START, 1, &e, "{}"), v;
	char buf[CHAIN_TEXT];

	(void)state;
	assert_int_equal(h, chain_next(CHAIN_START, 1, &e, "{}"));
	assert_int_not_equal(h, chain_next(CHAIN_START + 1, 1, &e, "{}"));
	assert_int_not_equal(h, chain_next(CHAIN_START, 2, &e, "{}"));
	assert_int_not_equal(h, chain_next(CHAIN_START, 1, &e, "{ }"));
	x = e;
	x.at = 2;
	assert_int_not_equal(h, chain_next(CHAIN_START, 1, &x, "{}"));
	x = e;
	x.pipeline = "";
	assert_int_not_equal(h, chain_next(CHAIN_START, 1, &x, "{}"));
	x = e;
	x.date = "";
	v = chain_next(CHAIN_START, 1, &x, "{}");
	x = e;
	x.subject = "";
	assert_int_not_equal(v, chain_next(CHAIN_START, 1, &x, "{}"));
	x = e;
	x.key = "a";
	assert_int_not_equal(h, chain_next(CHAIN_START, 1, &x, "{}"));
	assert_int_equal(chain_parse(chain_text(h, buf), &v), 0);
	assert_int_equal(v, h);
	assert_true(chain_parse("0123", &v) < 0);
	assert_true(chain_parse("0123456789abcdeX", &v) < 0);
	assert_true(chain_parse(NULL, &v) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(attempts_only_go_forward),
		cmocka_unit_test(what_was_announced_ends),
		cmocka_unit_test(starts_are_judged),
		cmocka_unit_test(findings_are_capped),
		cmocka_unit_test(an_export_checks_itself),
		cmocka_unit_test(findings_have_their_line),
		cmocka_unit_test(an_export_can_be_stopped),
		cmocka_unit_test(every_field_is_in_the_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
