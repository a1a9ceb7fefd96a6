/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-simulate.c -- what a simulation is made of: records, expressions,
 * scenarios, facts; and that what is wrong with them is said.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "simulate-help.h"
#include "simulate/csv.h"
#include "simulate/expr.h"

/*--------------------------------------------------------------------- csv */

static void
csv_fields(void **state)
{
	char text[] = "# a remark\n\na,\"b,\"\"c\"\"\",\r\n\"two\nlines\",x\n"
	    "last";
	struct csv c;

	(void)state;
	csv_start(&c, text);
	assert_int_equal(csv_next(&c), CSV_RECORD);
	assert_int_equal(c.line, 3);
	assert_int_equal(c.n, 3);
	assert_string_equal(c.fields[0], "a");
	assert_string_equal(c.fields[1], "b,\"c\"");
	assert_string_equal(c.fields[2], "");
	assert_int_equal(csv_find(&c, "a"), 0);
	assert_int_equal(csv_find(&c, "b"), -1);
	assert_int_equal(csv_next(&c), CSV_RECORD);
	assert_int_equal(c.line, 4);
	assert_string_equal(c.fields[0], "two\nlines");
	assert_string_equal(c.fields[1], "x");
	assert_int_equal(csv_next(&c), CSV_RECORD);
	assert_int_equal(c.line, 6);
	assert_string_equal(c.fields[0], "last");
	assert_int_equal(csv_next(&c), CSV_END);
	assert_int_equal(csv_next(&c), CSV_END);
}

static void
csv_is_refused(void **state)
{
	static const char *const bad[] = { "\"", "\"a\"b,c\n", "a,\"b\n\n" };
	char text[2048] = "";
	struct csv c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		(void)strcpy(text, bad[i]);
		csv_start(&c, text);
		assert_int_equal(csv_next(&c), CSV_BAD_QUOTES);
	}
	memset(text, ',', CSV_FIELDS_MOST);
	text[CSV_FIELDS_MOST] = '\0';
	csv_start(&c, text);
	assert_int_equal(csv_next(&c), CSV_TOO_MANY);
	memset(text, ',', CSV_FIELDS_MOST - 1);
	text[CSV_FIELDS_MOST - 1] = '\0';
	csv_start(&c, text);
	assert_int_equal(csv_next(&c), CSV_RECORD);
	assert_int_equal(c.n, CSV_FIELDS_MOST);
}

/*-------------------------------------------------------------- expressions */

static int
column(void *arg, const char *name, size_t len)
{
	(void)arg;
	return len != 1 || *name < 'a' || *name > 'd' ? -1 : *name - 'a';
}

static double
value(const char *text)
{
	const double columns[] = { 7, 2, NAN, 0 };
	struct expr_fault fault;
	struct expr e;

	if (expr_parse(text, column, NULL, &e, &fault) < 0) {
		fail_msg("%s: %s at '%s'", text, fault.why, fault.at);
		return NAN;
	}
	return expr_value(&e, columns);
}

static void
expressions(void **state)
{
	(void)state;
	assert_true(value("1") == 1);
	assert_true(value("1.5e1") == 15);
	assert_true(value("a + b * 2 - 1") == 10);
	assert_true(value("(a + b) * 2") == 18);
	assert_true(value("a - b - 1") == 4);
	assert_true(value("a / b / 2") == 1.75);
	assert_true(value("-a + - -b") == -5);
	assert_true(value("min(a, b)") == 2);
	assert_true(value("max(1, a, b) * 2") == 14);
	assert_true(value("floor(a / b)") == 3);
	assert_true(value(" min( a ,21*b ) ") == 7);
}

static void
blanks_stay_blank(void **state)
{
	(void)state;
	assert_true(isnan(value("c")));
	assert_true(isnan(value("c * d")));
	assert_true(isnan(value("min(a, c)")));
	assert_true(isnan(value("max(c, a)")));
	assert_true(isnan(value("floor(c)")));
	assert_true(isnan(value("a / d")));
}

static void
expressions_are_refused(void **state)
{
	static const struct { const char *text, *why, *at; } bad[] = {
		{ "", "expected a number, a column or '('", "" },
		{ "a +", "expected a number, a column or '('", "" },
		{ "a b", "expected an operator", "b" },
		{ "(a", "expected ')'", "" },
		{ "min(a)", "takes two values or more", "min(a)" },
		{ "floor(a, b)", "takes one value", "floor(a, b)" },
		{ "med(a, b)", "expected min, max or floor", "med(a, b)" },
		{ "min(a b)", "expected ',' or ')'", "b)" },
	};
	char deep[256];
	struct expr_fault fault;
	struct expr e;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(expr_parse(bad[i].text, column, NULL, &e,
		    &fault), -EINVAL);
		assert_string_equal(fault.why, bad[i].why);
		assert_string_equal(fault.at, bad[i].at);
	}
	assert_int_equal(expr_parse("a + games", column, NULL, &e, &fault),
	    -ENOENT);
	assert_string_equal(fault.at, "games");
	memset(deep, '(', 100);
	(void)strcpy(deep + 100, "a");
	assert_int_equal(expr_parse(deep, column, NULL, &e, &fault),
	    -EINVAL);
	memset(deep, '-', 100);
	assert_int_equal(expr_parse(deep, column, NULL, &e, &fault),
	    -EINVAL);
	for (i = 0; i < 100; i++)
		memcpy(deep + 2 * i, "a+", 2);
	(void)strcpy(deep + 200, "a");
	assert_int_equal(expr_parse(deep, column, NULL, &e, &fault),
	    -EINVAL);
	assert_string_equal(fault.why, "is too long");
	/* a+(a+(a+...: the stack grows with the brackets */
	for (i = 0; i < 40; i++)
		memcpy(deep + 3 * i, "a+(", 3);
	(void)strcpy(deep + 120, "a");
	assert_int_equal(expr_parse(deep, column, NULL, &e, &fault),
	    -EINVAL);
	assert_string_equal(fault.why, "is nested too deeply");
}

/*------------------------------------------------------------------- facts */

#define WIDE "date,owed,rows\n"
#define LONG "date,check,value,expected,missing,arrived_at\n"

static const char mapping[] =
    "facts = ( { check = \"games\"; value = \"owed\"; },\n"
    "  { check = \"raw\"; value = \"rows\"; expected = \"2 * owed\";\n"
    "    missing = \"2 * owed - rows\"; arrives = \"+1d 05:00\"; } );\n"
    "unmeasured = (\"made\", \"seen\");\n";

static struct date
date_of(const char *s)
{
	struct date d;

	assert_int_equal(date_parse(s, &d), 0);
	return d;
}

static int64_t
at(const struct trial *t, const char *s)
{
	int64_t v;

	assert_int_equal(instant_parse(s, &t->conf->graph.pipelines[0].zone,
	    &v), 0);
	return v;
}

static void
wide_facts(void **state)
{
	struct date date = date_of("2026-01-16");
	const struct fact *f;
	struct trial t;
	int32_t raw;
	size_t n;

	(void)state;
	trial_begin(&t, NULL, mapping, WIDE "2026-01-16,4,7\n"
	    "2026-01-17,0,\n");
	assert_non_null(t.facts);
	raw = graph_find_check(&t.conf->graph, "raw");
	f = facts_of(t.facts, raw, date, &n);
	assert_int_equal(n, 1);
	assert_true(f->value == 7 && f->expected == 8);
	assert_int_equal(f->missing, 1);
	assert_true(f->arrived == at(&t, "2026-01-17 05:00"));
	assert_null(facts_at(t.facts, raw, date, f->arrived - 1));
	assert_ptr_equal(facts_at(t.facts, raw, date, f->arrived), f);
	/* a blank one has never arrived */
	f = facts_of(t.facts, raw, date_add(date, 1), &n);
	assert_int_equal(n, 1);
	assert_true(isnan(f->value) && f->arrived == INSTANT_NONE);
	assert_null(facts_at(t.facts, raw, date_add(date, 1), INT64_MAX));
	assert_true(facts_has_date(t.facts, date_add(date, 1)));
	assert_false(facts_has_date(t.facts, date_add(date, 2)));
	trial_end(&t);
}

static void
long_facts(void **state)
{
	struct date date = date_of("2026-01-16");
	struct trial t;
	int32_t raw;
	size_t n;

	(void)state;
	trial_begin(&t, NULL, "unmeasured = (\"made\", \"seen\");",
	    LONG "2026-01-16,raw,8,9,1,2026-01-17 12:00\n"
	    "2026-01-16,raw,3,9,,2026-01-17T06:00:00Z\n"
	    "2026-01-16,games,9,,,\n2026-01-16,raw,,9,,\n");
	assert_non_null(t.facts);
	raw = graph_find_check(&t.conf->graph, "raw");
	(void)facts_of(t.facts, raw, date, &n);
	assert_int_equal(n, 3);
	assert_null(facts_at(t.facts, raw, date,
	    at(&t, "2026-01-17 00:59")));
	assert_true(facts_at(t.facts, raw, date, at(&t,
	    "2026-01-17 01:00"))->value == 3);
	assert_true(facts_at(t.facts, raw, date, at(&t,
	    "2026-01-17 12:00"))->value == 8);
	/* without an arrival: with the date */
	assert_true(facts_at(t.facts, graph_find_check(&t.conf->graph,
	    "games"), date, at(&t, "2026-01-16 00:00"))->value == 9);
	trial_end(&t);
}

#define HEADING "{\"export\": \"gatewarden journal\", \"format\": 1}\n"
#define CHECK(at, name, data) "{\"seq\": 1, \"at\": " at ", \"kind\": " \
    "\"check\", \"date\": \"2026-01-16\", \"subject\": \"" name \
    "\", \"data\": {" data "}}\n"

/* What is there is used, and that it isn't all is said. */
static void
an_export_that_was_cut_short(void **state)
{
	struct trial t;

	(void)state;
	trial_begin(&t, NULL, "unmeasured = (\"games\", \"made\", \"seen\");",
	    HEADING CHECK("1768600000001", "raw", "\"measured\": true, "
	    "\"value\": 3"));
	assert_non_null(t.facts);
	assert_int_equal(t.diag.n, 1);
	assert_int_equal(t.diag.v[0].level, DIAG_WARNING);
	assert_non_null(strstr(t.diag.v[0].sentence, "was cut short"));
	trial_end(&t);
}

/* 1768600000000 is 2026-01-16 21:46:40 UTC. */
static void
exported_facts(void **state)
{
	struct date date = date_of("2026-01-16"), first, last;
	int64_t begin, end;
	const struct fact *f;
	struct trial t;
	int32_t raw, games;
	size_t n;

	(void)state;
	trial_begin(&t, NULL, "unmeasured = (\"made\", \"seen\");", HEADING
	    "{\"seq\": 1, \"at\": 1768500000000, \"kind\": "
	    "\"pipeline\", \"data\": {\"adopted_through\": \"2026-01-15\"}}\n"
	    "{\"seq\": 2, \"at\": 1768500000000, \"kind\": \"check\", "
	    "\"date\": \"2026-01-15\", \"subject\": \"raw\", \"data\": "
	    "{\"measured\": true, \"value\": 1}}\n"
	    CHECK("1768600000000", "games", "\"measured\": true, "
	    "\"value\": 4")
	    "{\"seq\": 2, \"at\": 1768600000000, \"kind\": \"date\", \"date\": "
	    "\"2026-01-16\", \"data\": {\"owed\": 4, \"anchor\": "
	    "1768630000000}}\n"
	    CHECK("1768600000001", "raw", "\"measured\": false, "
	    "\"value\": null")
	    CHECK("1768600000005", "raw", "\"measured\": true, "
	    "\"value\": 3, \"expected\": 4, \"missing\": 1")
	    CHECK("1768600000005", "raw", "\"measured\": true, "
	    "\"value\": 4, \"expected\": 4, \"missing\": 0")
	    CHECK("1768600000009", "old", "\"measured\": true")
	    "{\"row\": true, \"kind\": \"check\", \"date\": "
	    "\"2026-01-16\", \"subject\": \"raw\", \"last_seen\": "
	    "1768700000000}\n{\"end\": true}\n");
	assert_non_null(t.facts);
	/* adopted dates are left out */
	assert_true(facts_range(t.facts, &first, &last));
	assert_int_equal(first.day, date.day);
	assert_int_equal(last.day, date.day);
	facts_span(t.facts, &begin, &end);
	assert_true(begin == INT64_C(1768500000000));
	assert_true(end == INT64_C(1768700000000));
	assert_int_equal(t.diag.n, 1);
	assert_non_null(strstr(t.diag.v[0].sentence, "check 'old' is not"));
	games = graph_find_check(&t.conf->graph, "games");
	raw = graph_find_check(&t.conf->graph, "raw");
	f = facts_at(t.facts, games, date, INT64_C(1768600000000));
	assert_true(f->value == 4 && f->anchor == INT64_C(1768630000000));
	(void)facts_of(t.facts, raw, date, &n);
	assert_int_equal(n, 3);
	assert_true(facts_at(t.facts, raw, date, INT64_C(1768600000004))->
	    dark);
	/* the last one of an instant counts */
	f = facts_at(t.facts, raw, date, INT64_C(1768600000005));
	assert_true(!f->dark && f->value == 4);
	assert_int_equal(f->missing, 0);
	trial_end(&t);
}

static void
expect_finding(const char *scenario, const char *facts, const char *finding)
{
	CLEANUP_FREE char *found = NULL;
	struct trial t;

	trial_begin(&t, NULL, scenario, facts);
	found = trial_findings(&t);
	if (t.facts != NULL || strstr(found, finding) == NULL)
		fail_msg("expected: %s\nfound: %s", finding, found);
	trial_end(&t);
}

static void
wrong_facts(void **state)
{
	static const char few[] = "unmeasured = (\"games\", \"raw\", "
	    "\"made\", \"seen\");";

	(void)state;
	expect_finding(mapping, "", "facts.csv: is empty");
	expect_finding(mapping, WIDE, "has no records");
	expect_finding(mapping, "day,owed,rows\n", "has no column 'date'");
	expect_finding(mapping, WIDE "2026-02-30,1,1\n",
	    "facts.csv:2: '2026-02-30' is no date");
	expect_finding(mapping, WIDE "2026-01-16,4,many\n",
	    "facts.csv:2: rows = 'many' is no number");
	expect_finding(mapping, "date,owed,rowz\n2026-01-16,4,7\n",
	    "'rows' is no column");
	expect_finding(mapping, "date,owed,rowz\n2026-01-16,4,7\n",
	    "did you mean 'rowz'?");
	expect_finding(few, WIDE, "nothing says which column");
	expect_finding(mapping, WIDE "2026-01-16,4,7\n2026-01-16,4,8\n",
	    "facts.csv:3: check 'games' of 2026-01-16 arrives at the same "
	    "instant as in line 2");
	expect_finding(few, LONG "2026-01-16,row,7,,,\n",
	    "there is no check 'row'; did you mean 'raw'?");
	expect_finding(few, LONG "2026-01-16,raw,7,,,yesterday\n",
	    "arrived_at = 'yesterday' is no instant");
	expect_finding("unmeasured = (\"made\", \"seen\");",
	    LONG "2026-01-16,raw,7,,,\n",
	    "nothing in the facts answers check 'games'");
	expect_finding(mapping, "date,\"owed\n", "isn't closed");
	expect_finding(few, "{\"seq\": 1}\n", "doesn't begin as a journal "
	    "export does");
	expect_finding(few, HEADING "{\"seq\": \n",
	    "facts.csv:2: is no line of a journal export");
	expect_finding(few, HEADING, "has no records");
}

static void
wrong_scenarios(void **state)
{
	static const struct { const char *text, *finding; } bad[] = {
		{ "fact = ();", "a scenario has no 'fact'; did you mean "
		    "'facts'?" },
		{ "facts = ( { check = \"rwa\"; } );",
		    "there is no check 'rwa'; did you mean 'raw'?" },
		{ "facts = ( { value = \"rows\"; } );",
		    "a fact names its check" },
		{ "facts = ( { check = \"raw\"; vale = \"rows\"; } );",
		    "a fact has no 'vale'; did you mean 'value'?" },
		{ "facts = ( { check = \"raw\"; arrives = \"+1d\"; } );",
		    "arrives = \"+1d\"" },
		{ "facts = ( { check = \"raw\"; before = \"zero\"; } );",
		    "expected \"nothing\" or \"unknown\"" },
		{ "facts = ( { check = \"raw\"; }, { check = \"raw\"; } );",
		    "check 'raw' has facts already" },
		{ "facts = ( { check = \"raw\"; value = \"rows +\"; } );",
		    "expected a number, a column or '(' at its end" },
		{ "facts = ( { check = \"raw\"; } );\n"
		    "unmeasured = \"raw\";", "is listed as unmeasured" },
		{ "unmeasured = (\"seem\");", "did you mean 'seen'?" },
		{ "actions = ( { name = \"mak\"; } );",
		    "there is no action 'mak'; did you mean 'make'?" },
		{ "actions = ( { name = \"make\"; takes = \"soon\"; } );",
		    "takes = \"soon\": expected a duration" },
		{ "actions = ( { name = \"make\"; ends = \"badly\"; } );",
		    "expected \"done\", \"fails\" or \"fails for good\"" },
		{ "actions = ( { name = \"make\"; }, { name = \"make\"; } );",
		    "has a model already" },
		{ "facts = ( \"raw\" );", "expected a group such as" },
		{ "facts = (", "a.scenario:" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect_finding(bad[i].text, WIDE "2026-01-16,4,7\n",
		    bad[i].finding);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_fields),
		cmocka_unit_test(csv_is_refused),
		cmocka_unit_test(expressions),
		cmocka_unit_test(blanks_stay_blank),
		cmocka_unit_test(expressions_are_refused),
		cmocka_unit_test(wide_facts),
		cmocka_unit_test(long_facts),
		cmocka_unit_test(exported_facts),
		cmocka_unit_test(an_export_that_was_cut_short),
		cmocka_unit_test(wrong_facts),
		cmocka_unit_test(wrong_scenarios),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
