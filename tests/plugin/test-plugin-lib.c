/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-plugin-lib.c -- the pure parts of plugins/lib.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/base64.h"
#include "lib/bq_params.h"
#include "lib/buf.h"
#include "lib/csv.h"
#include "lib/instant.h"
#include "lib/nagios.h"
#include "lib/number.h"
#include "lib/pg_params.h"

static void
assert_number(const char *s, double want)
{
	double v = -1;

	assert_true(number_parse(s, strlen(s), &v));
	assert_true(v == want);
}

/* What is asked of BigQuery; NULL: refused. */
static void
assert_bq(const char *sql, const char *want, bool date, bool now)
{
	struct buf out CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };
	struct bq_params p;

	assert_true(bq_params(sql, &p, &out, &why) == (want != NULL));
	assert_true((why.len > 0) == (want == NULL));
	if (want == NULL)
		return;
	assert_string_equal(buf_str(&out), want);
	assert_int_equal(p.date, date);
	assert_int_equal(p.now, now);
}

static void
parameters_are_found_where_bigquery_sees_them(void **state)
{
	static const char *const same[] = { "", ":", "SELECT ':date'",
		"SELECT \":x\", `:y`, '''it's :z''', \"\"\"a\":b\"\"\"",
		"SELECT 'a\\':x', r'\\':x', b'\\\\'", "-- :x ' \" `",
		"# ' :x\n", "/* :x /* ' */ ", "SELECT @@time_zone, a[1]",
		"SELECT '', \"\", '' ':x'", "'''\n:x\n'''" };
	static const char *const bad[] = { ":x", "@x", "?", "'", "'a\nb'",
		"\"", "`", "'''a''", "/* :date", "'a\\'", "/*/", ":dates",
		":date1", "@date_" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(same); i++)
		assert_bq(same[i], same[i], false, false);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_bq(bad[i], NULL, false, false);
	assert_bq("d=:date AND t<@now", "d=@date AND t<@now", true, true);
	assert_bq(":DATE,@Date", "@date,@date", true, false);
	assert_bq("'':now", "''@now", false, true);
	assert_bq("--x\n:date", "--x\n@date", true, false);
}

/* Whatever is read, it ends, and what is no parameter stays as it is. */
static void
any_text_is_read_to_its_end_for_bigquery(void **state)
{
	static const char letters[] = "'\"`\\-#/*:@\n r1";
	uint32_t seed = 7;
	int round, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		struct buf out CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };
		struct bq_params p;
		char text[17] = "";

		for (i = 0; i < 16; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = letters[(seed >> 16) %
			    (sizeof letters - 1)];
		}
		if (bq_params(text, &p, &out, &why))
			assert_string_equal(buf_str(&out), text);
		else
			assert_true(why.len > 0);
	}
}

/* RFC 4648, section 10, and bytes in which the alphabets differ. */
static void
bytes_as_text(void **state)
{
	static const struct {
		const char *bytes, *usual, *of_urls;
	} t[] = { { "", "", "" }, { "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" }, { "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "\xfb\xff\xfe", "+//+", "-__-" } };
	static const char *const bad[] = { "A", "A=", "Zg=a", "Zm9v\n",
		"Zm 9v", ("\xc3\xbc" "aa"), "Zm9vY" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf a CLEANUP_BUF = { 0 }, b CLEANUP_BUF = { 0 };
		struct buf back CLEANUP_BUF = { 0 };

		base64_add(&a, t[i].bytes, strlen(t[i].bytes));
		base64url_add(&b, t[i].bytes, strlen(t[i].bytes));
		assert_string_equal(buf_str(&a), t[i].usual);
		assert_string_equal(buf_str(&b), t[i].of_urls);
		assert_true(base64_read(buf_str(&a), a.len, &back));
		assert_string_equal(buf_str(&back), t[i].bytes);
		buf_clear(&back);
		assert_true(base64_read(buf_str(&b), b.len, &back));
		assert_string_equal(buf_str(&back), t[i].bytes);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct buf b CLEANUP_BUF = { 0 };

		assert_false(base64_read(bad[i], strlen(bad[i]), &b));
	}
}

static void
numbers_have_one_form(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "+", "-", ".",
		"e5", "1e", "1e+", "nan", "NaN", "inf", "0x10", "1,5", "1.2.3",
		"1_000", "--1", "1-", "1e999", "\xd9\xa1" };
	double v;
	size_t i;

	(void)state;
	assert_number("0", 0);
	assert_number("-12", -12);
	assert_number("+3.25", 3.25);
	assert_number(".5", 0.5);
	assert_number("5.", 5);
	assert_number("1e3", 1000);
	assert_number("25E-2", 0.25);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (number_parse(bad[i], strlen(bad[i]), &v))
			fail_msg("'%s' is taken as %g", bad[i], v);
	assert_false(number_parse("1\0", 2, &v));
}

static void
numbers_print_as_short_as_they_are(void **state)
{
	char t[NUMBER_TEXT];

	(void)state;
	assert_string_equal(number_text(9, t), "9");
	assert_string_equal(number_text(-0.5, t), "-0.5");
	assert_string_equal(number_text(99.5, t), "99.5");
	assert_string_equal(number_text(1234567890, t), "1234567890");
	assert_string_equal(number_text(0.1, t), "0.1");
	assert_string_equal(number_text(1.0 / 3, t), "0.3333333333333333");
}

static void
instants_agree_with_libc(void **state)
{
	int64_t s, back;
	char ours[INSTANT_TEXT], theirs[INSTANT_TEXT];
	struct tm tm;
	time_t t;

	(void)state;
	/* every 9 h 13 min 7 s from 1900 to 2200 */
	for (s = -2208988800; s < 7258118400; s += 33187) {
		t = (time_t)s;
		assert_non_null(gmtime_r(&t, &tm));
		(void)strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%SZ",
		    &tm);
		assert_string_equal(instant_format(s * 1000 + 999, ours),
		    theirs);
		assert_true(instant_read(ours, &back));
		assert_true(back == s * 1000);
	}
	assert_string_equal(instant_format(-1, ours), "1969-12-31T23:59:59Z");
	assert_string_equal(instant_format(INT64_MIN, ours),
	    "0001-01-01T00:00:00Z");
	assert_string_equal(instant_format(INT64_MAX, ours),
	    "9999-12-31T23:59:59Z");
}

static void
instants_without_an_offset_are_refused(void **state)
{
	static const char *const bad[] = { "", "2026-01-16", "now",
		"2026-01-16T11:00:00", "2026-02-30T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-01-16T24:00:00Z",
		"2026-01-16T11:60:00Z", "2026-01-16T11:00Z",
		"2026-01-16T11:00:00.Z", "2026-01-16T11:00:00Zx",
		"2026-01-16T11:00:00+24:00", "2026-1-16T11:00:00Z" };
	int64_t a, b;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (instant_read(bad[i], &a))
			fail_msg("'%s' is taken", bad[i]);
	assert_true(instant_read("2026-01-17T06:00:00.25-05:00", &a));
	assert_true(instant_read("2026-01-17 11:00:00.250Z", &b));
	assert_true(a == b && a == 1768647600250);
	assert_true(instant_read("2026-01-17 16:30:00 +0530", &a));
	assert_true(a == 1768647600000);
}

static void
assert_perfdata(const char *output, const char *label, double want)
{
	double v = -1;

	assert_int_equal(nagios_value(output, label, &v), NAGIOS_FOUND);
	assert_true(v == want);
}

static void
perfdata_as_plugins_write_it(void **state)
{
	static const char disk[] = "DISK OK - free space: / 3326 MB (56%);"
	    " | /=2643MB;5948;5958;0;5968\n/ 15272 MB (77%);\n"
	    "/boot 68 MB (69%) | /boot=68MB;88;93;0;98\n/home=69357MB;1;2";
	double v;

	(void)state;
	assert_perfdata(disk, NULL, 2643);
	assert_perfdata(disk, "/boot", 68);
	assert_perfdata(disk, "/home", 69357);
	assert_perfdata("x |'it''s a=b'=7%;@10:20", "it's a=b", 7);
	assert_perfdata("x|a=1 b=-2.5e3s c=3", "b", -2500);
	assert_perfdata("x|  time=0.012e2s ", NULL, 1.2);
	assert_perfdata("x|size=5EB", "size", 5);
	assert_int_equal(nagios_value("x|a=U b=2", "a", &v),
	    NAGIOS_NO_NUMBER);
	assert_int_equal(nagios_value("x|a=;1;2", "a", &v),
	    NAGIOS_NO_NUMBER);
	assert_int_equal(nagios_value("no perfdata", NULL, &v),
	    NAGIOS_ABSENT);
	assert_int_equal(nagios_value("x|", NULL, &v), NAGIOS_ABSENT);
	assert_int_equal(nagios_value("x|'open=1", NULL, &v), NAGIOS_ABSENT);
	assert_int_equal(nagios_value("x|words only", NULL, &v),
	    NAGIOS_ABSENT);
}

static void
csv_as_rfc_4180_has_it(void **state)
{
	struct csv c CLEANUP(csv_free) = { .rest =
	    "a,b\r\n# no record\n\n\"x, \"\"y\"\"\nz\",\nlast" };

	(void)state;
	assert_int_equal(csv_next(&c), CSV_RECORD);
	assert_int_equal(c.n, 2);
	assert_int_equal(csv_find(&c, "b"), 1);
	assert_int_equal(csv_find(&c, "c"), -1);
	assert_int_equal(csv_next(&c), CSV_RECORD);
	assert_int_equal(c.line, 4);
	assert_string_equal(c.fields[0], "x, \"y\"\nz");
	assert_string_equal(c.fields[1], "");
	assert_int_equal(csv_next(&c), CSV_RECORD);
	assert_int_equal(c.line, 6);
	assert_string_equal(c.fields[0], "last");
	assert_int_equal(csv_next(&c), CSV_END);
}

static void
lines_of_strangers_are_cut_and_cleaned(void **state)
{
	static const char *const bad[] = { "\x80", "\xc0\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff" };
	struct buf b CLEANUP_BUF = { 0 };
	size_t i;

	(void)state;
	buf_add_line(&b, "a\tb\x1b[2J\xc3\xa9", 9, 100);
	assert_string_equal(buf_str(&b), "a b [2J\xc3\xa9");
	buf_clear(&b);
	buf_add_line(&b, "ab\xc3\xa9z", 5, 3);
	assert_string_equal(buf_str(&b), "ab...");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(utf8_length(bad[i], strlen(bad[i])), 0);
	assert_int_equal(utf8_length("\xf0\x9f\x8f\x80", 4), 4);
}

static void
parameters_are_found_where_postgresql_sees_them(void **state)
{
	static const struct {
		const char *sql, *want; /* NULL: refused */
	} t[] = {
		{ "day = :date", "day = $1" },
		{ ":now > :date + :now", "$1 > $2 + $1" },
		{ "x::date = :date::date", "x::date = $1::date" },
		{ "x :: date", "x :: date" },
		{ "':date' ':x''y' || :date", "':date' ':x''y' || $1" },
		{ "E'\\':x' || :now", "E'\\':x' || $1" },
		{ "'\\' || :now", "'\\' || $1" },
		{ "name'\\' || :now", "name'\\' || $1" },
		{ "\":x\"\":y\" = :now", "\":x\"\":y\" = $1" },
		{ "$$ :x ' $$ || :now", "$$ :x ' $$ || $1" },
		{ "$a$ :x $b$ $a$ || :now", "$a$ :x $b$ $a$ || $1" },
		{ "a$b$ || :now", "a$b$ || $1" },
		{ "-- :x '\n:now", "-- :x '\n$1" },
		{ "/* :x /* */ ' */ :now", "/* :x /* */ ' */ $1" },
		{ "a[1 : 2], b := 1", "a[1 : 2], b := 1" },
		{ "", "" },
		{ ":day", NULL }, { ":dates", NULL }, { "$1", NULL },
		{ "a[1:n]", NULL }, { "'open", NULL }, { "\"open", NULL },
		{ "/* /* */ open", NULL }, { "$x$ open $$", NULL },
		{ "E'open\\'", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf out CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };
		struct pg_params x;
		bool ok = pg_params(t[i].sql, &x, &out, &why);

		if (ok != (t[i].want != NULL))
			fail_msg("%s: %s", t[i].sql, buf_str(&why));
		if (ok)
			assert_string_equal(buf_str(&out), t[i].want);
		else
			assert_true(why.len > 0);
	}
}

static void
marks_are_the_only_parameters(void **state)
{
	static const struct {
		const char *sql, *want;
	} t[] = {
		{ "a = :date AND b < :now AND c = :date",
		    "a = ? AND b < ? AND c = ?" },
		{ "':date ?' \"?\" -- ?\n :date::date", "':date ?' \"?\"  \n "
		    "?::date" },
		{ "a/* ; ? */b--c", "a b " },
		{ "SELECT 1; ", "SELECT 1" },
		{ "SELECT 1; -- x\n /* ; */", "SELECT 1" },
		{ "SELECT ';'", "SELECT ';'" },
		{ "SELECT 1; COMMIT", NULL }, { "SELECT 1;;", NULL },
		{ "SELECT 1; /* x", NULL }, { "a ? b", NULL },
		{ "a = $1", NULL }, { "a = :day", NULL },
	};
	char many[(PG_MARKS + 1) * 5 + 1] = "";
	struct pg_params x;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf out CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };
		bool ok = mark_params(t[i].sql, &x, &out, &why);

		if (ok != (t[i].want != NULL))
			fail_msg("%s: %s", t[i].sql, buf_str(&why));
		if (ok)
			assert_string_equal(buf_str(&out), t[i].want);
		else
			assert_true(why.len > 0);
	}
	for (i = 0; i <= PG_MARKS; i++) {
		struct buf out CLEANUP_BUF = { 0 }, why CLEANUP_BUF = { 0 };

		(void)strcpy(many + i * 5, ":now ");
		assert_true(mark_params(many, &x, &out, &why) ==
		    (i < PG_MARKS));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_as_text),
		cmocka_unit_test(parameters_are_found_where_bigquery_sees_them),
		cmocka_unit_test(any_text_is_read_to_its_end_for_bigquery),
		cmocka_unit_test(numbers_have_one_form),
		cmocka_unit_test(numbers_print_as_short_as_they_are),
		cmocka_unit_test(instants_agree_with_libc),
		cmocka_unit_test(instants_without_an_offset_are_refused),
		cmocka_unit_test(perfdata_as_plugins_write_it),
		cmocka_unit_test(csv_as_rfc_4180_has_it),
		cmocka_unit_test(lines_of_strangers_are_cut_and_cleaned),
		cmocka_unit_test(
		    parameters_are_found_where_postgresql_sees_them),
		cmocka_unit_test(marks_are_the_only_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
