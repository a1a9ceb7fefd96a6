/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-page.c -- the page of a report: nothing in its data is markup, nothing
 * that is missing breaks it. With a file it prints the page of that report.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/page_private.h"

static void
data_is_no_markup(void **state)
{
	CLEANUP_TEXT struct text t = { 0 };

	(void)state;
	html(&t, "<script>&\"' \x01\x7f a\xe2\x80\xae" "b\xe2\x81\xa6 "
	    "caf\xc3\xa9");
	assert_string_equal(text_str(&t), "&lt;script&gt;&amp;&quot;&#39; "
	    "\\x01\\x7f a\\u202eb\\u2066 caf\xc3\xa9");
}

static void
shares_are_cut_off(void **state)
{
	CLEANUP_TEXT struct text t = { 0 };

	(void)state;
	html_value(&t, 0.9999, "share");
	text_add(&t, " ");
	html_value(&t, 0.29, "share");  /* 28.999999999999996 */
	text_add(&t, " ");
	html_value(&t, 4.0, "count");
	text_add(&t, " ");
	html_value(&t, 4.25, "count");
	text_add(&t, " ");
	html_value(&t, 93600000, "ms");
	assert_string_equal(text_str(&t), "99&nbsp;% 29&nbsp;% 4 4.2 26 h");
}

/*------------------------------------------------------------ whole pages */

static const char hostile[] = "<script>alert(1)</script>\"'><img src=x "
    "onerror=alert(1)>\xe2\x80\xae&";

/* Puts hostile text in the place of every text that isn't an instant, and
 * of every name of a member's value that the page picks words by. */
static void
spoil(json_t *j)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_object(j)) {
		json_object_foreach(j, key, v) {
			if (json_is_string(v))
				(void)json_object_set_new(j, key,
				    json_string(hostile));
			else
				spoil(v);
		}
	} else if (json_is_array(j)) {
		json_array_foreach(j, i, v) {
			if (json_is_string(v))
				(void)json_array_set_new(j, i,
				    json_string(hostile));
			else
				spoil(v);
		}
	}
}

static json_t *
report(void)
{
	static const char s[] = "{\"report\":\"week\",\"pipeline\":\"nba\","
	    "\"timezone\":\"America/New_York\",\"from\":\"2026-01-13\","
	    "\"to\":\"2026-01-14\",\"as_of\":\"2026-01-15T13:00:00-05:00\","
	    "\"title\":\"nba\",\"quality\":{\"silver\":1,\"failed\":1},"
	    "\"rules\":[{\"quality\":\"gold\",\"rule\":\"all\"}],"
	    "\"phases\":[\"raw\",\"grade\"],\"dates\":[{\"date\":"
	    "\"2026-01-13\",\"quality\":\"silver\",\"why\":\"grade late\","
	    "\"phases\":[{\"phase\":\"raw\",\"stand\":\"met\",\"marks\":[]},"
	    "{\"phase\":\"grade\",\"stand\":\"late\",\"late_ms\":7200000,"
	    "\"marks\":[\"degraded\"]}],\"checks\":[{\"check\":\"box\","
	    "\"result\":\"fail\",\"value\":5,\"expected\":7,\"share\":0.7142,"
	    "\"over\":false}]},{\"date\":\"2026-01-14\",\"quality\":"
	    "\"failed\",\"why\":\"x\",\"phases\":[],\"checks\":[]}],"
	    "\"metrics\":[{\"metric\":\"mttr\",\"name\":\"mttr\",\"title\":"
	    "\"t\",\"unit\":\"ms\",\"value\":7200000,\"denominator\":1,"
	    "\"formula\":\"f\",\"reads\":\"r\",\"trend\":\"better\","
	    "\"before\":{\"value\":1},\"excluded\":[{\"date\":\"d\",\"why\":"
	    "\"w\"}]},{\"metric\":\"false_positives\",\"name\":\"fp\","
	    "\"unit\":\"share\",\"value\":null,\"na\":\"no label\"}],"
	    "\"targets\":[{\"target\":\"sla\",\"over\":\"week\",\"bound\":"
	    "\"at_least\",\"at\":0.95,\"met\":false,\"burn\":{\"level\":"
	    "\"page\",\"misses\":1,\"days\":2,\"rate\":10.0},\"note\":\"n\","
	    "\"metric\":{\"name\":\"sla grade\",\"unit\":\"share\",\"value\":"
	    "0.5,\"numerator\":1,\"denominator\":2}}],\"incidents\":["
	    "{\"number\":9,\"date\":\"2026-01-13\",\"root\":\"grade\","
	    "\"severity\":\"warning\",\"open\":false,\"detect_ms\":0,"
	    "\"resolve_ms\":7200000,\"ended\":\"recovery\",\"ended_by\":\"a\","
	    "\"told\":2,\"label\":\"false\",\"label_reason\":\"l\",\"under\":"
	    "[\"u\"],\"timeline\":[{\"at\":\"2026-01-14T11:00:00-05:00\","
	    "\"what\":\"opened\"}]}],\"recoveries\":[{\"attempt\":7,\"date\":"
	    "\"2026-01-13\",\"name\":\"r\",\"outcome\":\"recovered\",\"by\":"
	    "\"ann\",\"proof\":[{\"check\":\"box\",\"value\":7,\"expected\":"
	    "7,\"result\":\"pass\"}]}],\"patterns\":[{\"root\":\"p\","
	    "\"times\":2,\"incidents\":[9]}],\"overrides\":[{\"id\":2,"
	    "\"date\":\"2026-01-13\",\"phase\":\"x\",\"actor\":\"ann\","
	    "\"reason\":\"y\",\"shipped\":[\"x\"]}],\"alerts\":[{\"rule\":"
	    "\"a\",\"fired\":1,\"never_acked\":true}],\"notes\":[\"note\"]}";
	json_t *j = json_loads(s, 0, NULL);

	assert_non_null(j);
	return j;
}

static size_t
count(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)); s += strlen(what))
		n++;
	return n;
}

static void
the_page_says_it(void **state)
{
	static const char *const said[] = { "<!DOCTYPE html>", "2 h",
		"71 %", "5 of 7", "50&nbsp;%", "id=\"incident-9\"",
		"href=\"#incident-9\"", "10.0&times;", "no label",
		"<title>2026-01-13: 5 of 7 (71 %), fail</title>",
		"by 2 h", "degraded", "2026-01-14: no reading" };
	CLEANUP_JSON json_t *r = report();
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	(void)state;
	page(&t, r);
	for (i = 0; i < ARRAY_SIZE(said); i++)
		if (strstr(text_str(&t), said[i]) == NULL)
			fail_msg("not said: %s", said[i]);
	assert_null(strstr(text_str(&t), "<script"));
	assert_null(strstr(text_str(&t), "http://"));
	assert_null(strstr(text_str(&t), "https://"));
	assert_null(strstr(text_str(&t), "url("));
}

static void
hostile_data_stays_data(void **state)
{
	CLEANUP_JSON json_t *r = report();
	CLEANUP_TEXT struct text good = { 0 };
	CLEANUP_TEXT struct text t = { 0 };

	(void)state;
	page(&good, r);
	spoil(r);
	page(&t, r);
	assert_null(strstr(text_str(&t), "<script"));
	assert_null(strstr(text_str(&t), "<img"));
	assert_null(strstr(text_str(&t), "\xe2\x80\xae"));
	assert_true(count(text_str(&t), "&lt;script&gt;") > 20);
	/* no quote ends an attribute: they stay in pairs of ours */
	assert_int_equal(count(text_str(&t), "\"") % 2, 0);
	assert_int_equal(count(text_str(&t), "<section"), count(text_str(
	    &good), "<section"));
}

/* A newer or older daemon says more or less. */
static void
what_is_missing_breaks_nothing(void **state)
{
	CLEANUP_JSON json_t *r = report();
	const char *key;
	json_t *v;

	(void)state;
	json_object_foreach(r, key, v) {
		json_t *others[] = { json_null(), json_integer(7),
			json_string("x"), json_array(), json_object(),
			json_loads("[7, {}, null, \"x\"]", 0, NULL) };
		size_t i;

		for (i = 0; i < ARRAY_SIZE(others); i++) {
			CLEANUP_JSON json_t *copy = json_deep_copy(r);
			CLEANUP_TEXT struct text t = { 0 };

			(void)json_object_set_new(copy, key, others[i]);
			page(&t, copy);
			assert_non_null(strstr(text_str(&t), "</html>"));
		}
	}
}

static int
print(const char *path)
{
	CLEANUP_JSON json_t *r = json_load_file(path, 0, NULL);
	CLEANUP_TEXT struct text t = { 0 };

	page(&t, r);
	(void)fputs(text_str(&t), stdout);
	return 0;
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_is_no_markup),
		cmocka_unit_test(shares_are_cut_off),
		cmocka_unit_test(the_page_says_it),
		cmocka_unit_test(hostile_data_stays_data),
		cmocka_unit_test(what_is_missing_breaks_nothing)
	};

	if (argc > 1)
		return print(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
