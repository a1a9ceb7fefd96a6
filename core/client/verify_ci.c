/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verify_ci.c -- what verify found, for a CI: JUnit's XML, and TAP 14.
 *
 * One case an entry. What couldn't be told is an error in JUnit and not ok
 * in TAP, so that nobody takes it for a pass; a warning is a pass that says
 * what it warns of, because neither has a word for it: the exit code does.
 * Names and items come from outside and are escaped for where they stand.
 */
#include "client/verify_ci.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"

static const char *
result_of(const json_t *e)
{
	return json_text(e, "result", "unknown");
}

static bool
is(const json_t *e, const char *result)
{
	return strcmp(result_of(e), result) == 0;
}

static int64_t
count(const json_t *result, const char *word)
{
	return json_int(json_object_get(result, "counts"), word, 0);
}

/* Absent and undeclared items, a line each, and why nothing is known. */
static void
add_details(struct text *t, const json_t *e)
{
	static const struct { const char *list, *word; } lists[] = {
		{ "missing", "absent" }, { "extra", "undeclared" } };
	const char *why = json_text(e, "fault", json_text(e, "remark",
	    NULL));
	const json_t *x;
	size_t i, k;

	if (why)
		text_addf(t, "%s\n", why);
	for (k = 0; k < ARRAY_SIZE(lists); k++)
		json_array_foreach(json_object_get(e, lists[k].list), i, x)
			text_addf(t, "%s: %s\n", lists[k].word,
			    json_is_string(x) ? json_string_value(x) : "?");
	if (json_text(e, "rule", NULL))
		text_addf(t, "rule: %s\n", json_text(e, "rule", NULL));
}

/* In a line: "4 of 5, 1 absent, 2 undeclared". */
static void
add_summary(struct text *t, const json_t *e)
{
	int64_t absent = json_int(e, "missing_count", 0);
	int64_t extra = json_int(e, "extra_count", 0);
	double value = json_num(e, "value", -1);
	double expected = json_num(e, "expected", -1);

	if (value >= 0 && expected >= 0)
		text_addf(t, "%g of %g", value, expected);
	else if (value >= 0)
		text_addf(t, "%g", value);
	else
		text_add(t, json_text(e, "fault", json_text(e, "remark",
		    result_of(e))));
	if (absent > 0)
		text_addf(t, ", %lld absent", (long long)absent);
	if (extra > 0)
		text_addf(t, ", %lld undeclared", (long long)extra);
}

/*------------------------------------------------------------------ JUnit */

/* Control characters have become \xNN before (out_clean). */
static void
xml(struct out *o, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			text_add(&o->t, "&amp;");
			break;
		case '<':
			text_add(&o->t, "&lt;");
			break;
		case '>':
			text_add(&o->t, "&gt;");
			break;
		case '"':
			text_add(&o->t, "&quot;");
			break;
		default:
			text_addn(&o->t, s, 1);
			break;
		}
}

static void
attribute(struct out *o, const char *name, const char *value)
{
	out(o, " %s=\"", name);
	xml(o, value);
	out(o, "\"");
}

static void
junit_outcome(struct out *o, const json_t *e)
{
	CLEANUP_TEXT struct text details = { 0 }, summary = { 0 };
	const char *tag = is(e, "fail") ? "failure" : is(e, "skip") ?
	    "skipped" : is(e, "warn") ? "system-out" : "error";

	add_details(&details, e);
	add_summary(&summary, e);
	out(o, "    <%s", tag);
	if (!is(e, "warn"))
		attribute(o, "message", text_str(&summary));
	if (is(e, "skip")) {
		out(o, "/>\n");
		return;
	}
	out(o, ">");
	if (is(e, "warn")) {
		out(o, "warning: ");
		xml(o, text_str(&summary));
		out(o, "\n");
	}
	xml(o, text_str(&details));
	out(o, "</%s>\n", tag);
}

static void
junit_case(struct out *o, const json_t *e)
{
	char seconds[32];

	(void)snprintf(seconds, sizeof seconds, "%.3f",
	    (double)json_int(e, "elapsed_ms", 0) / 1000);
	out(o, "  <testcase");
	attribute(o, "classname", json_text(e, "what", "deployment"));
	attribute(o, "name", json_text(e, "name", "?"));
	attribute(o, "time", seconds);
	if (is(e, "pass")) {
		out(o, "/>\n");
		return;
	}
	out(o, ">\n");
	junit_outcome(o, e);
	out(o, "  </testcase>\n");
}

void
verify_junit(struct out *o, const json_t *result)
{
	const json_t *entries = json_object_get(result, "entries"), *e;
	size_t i;

	out(o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites>\n<testsuite name=\"gatewarden verify\" "
	    "tests=\"%zu\" failures=\"%lld\" errors=\"%lld\" "
	    "skipped=\"%lld\">\n", json_array_size(entries),
	    (long long)count(result, "fail"),
	    (long long)count(result, "unknown"),
	    (long long)count(result, "skip"));
	json_array_foreach(entries, i, e)
		junit_case(o, e);
	out(o, "</testsuite>\n</testsuites>\n");
}

/*--------------------------------------------------------------------- TAP */

/* "#" begins a directive, and "\" escapes it. */
static void
tap_text(struct out *o, const char *s)
{
	for (; *s; s++)
		out(o, *s == '#' || *s == '\\' ? "\\%c" : "%c", *s);
}

/* A line of YAML between double quotes. */
static void
yaml_line(struct out *o, const char *s, size_t len)
{
	size_t i;

	out(o, "    - \"");
	for (i = 0; i < len; i++)
		out(o, s[i] == '"' || s[i] == '\\' ? "\\%c" : "%c", s[i]);
	out(o, "\"\n");
}

static void
tap_details(struct out *o, const json_t *e)
{
	CLEANUP_TEXT struct text t = { 0 };
	const char *s, *end;

	add_details(&t, e);
	if (t.len == 0)
		return;
	out(o, "  ---\n  result: %s\n  details:\n", result_of(e));
	for (s = text_str(&t); (end = strchr(s, '\n')); s = end + 1)
		yaml_line(o, s, (size_t)(end - s));
	out(o, "  ...\n");
}

static void
tap_line(struct out *o, const json_t *e, size_t number)
{
	CLEANUP_TEXT struct text summary = { 0 };
	bool ok = is(e, "pass") || is(e, "warn") || is(e, "skip");

	add_summary(&summary, e);
	out(o, "%s %zu - ", ok ? "ok" : "not ok", number);
	if (json_text(e, "what", NULL)) {
		tap_text(o, json_text(e, "what", ""));
		out(o, ": ");
	}
	tap_text(o, json_text(e, "name", "?"));
	if (is(e, "skip")) {
		out(o, " # SKIP ");
		tap_text(o, text_str(&summary));
	} else if (!is(e, "pass")) {
		out(o, ", %s, ", result_of(e));
		tap_text(o, text_str(&summary));
	}
	out(o, "\n");
	if (!is(e, "pass") && !is(e, "skip"))
		tap_details(o, e);
}

void
verify_tap(struct out *o, const json_t *result)
{
	const json_t *entries = json_object_get(result, "entries"), *e;
	size_t i;

	out(o, "TAP version 14\n1..%zu\n", json_array_size(entries));
	json_array_foreach(entries, i, e)
		tap_line(o, e, i + 1);
}
