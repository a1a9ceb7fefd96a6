/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_verify.c -- verify: what is declared, against what exists.
 *
 * For people by kind, differences first; for a CI as JUnit or TAP, one case
 * an entry, in the same order and with the same words. Exit: something is
 * absent or wrong, then something that couldn't be told, then a warning; and
 * what verified nothing at all has not passed.
 */
#include <string.h>

#include "base/json.h"
#include "client/show.h"
#include "client/verify_ci.h"

enum { ITEMS_SHOWN = 20, NAME_WIDTH = 24 };

static enum style
result_style(const char *result)
{
	return strcmp(result, "pass") == 0 ? STYLE_GOOD :
	    strcmp(result, "warn") == 0 ? STYLE_WARN :
	    strcmp(result, "skip") == 0 ? STYLE_DIM :
	    strcmp(result, "fail") == 0 ? STYLE_BAD : STYLE_OTHER;
}

static void
show_items(struct out *o, const json_t *entry, const char *list,
    const char *count, const char *word)
{
	const json_t *items = json_object_get(entry, list), *x;
	int64_t n = json_int(entry, count, (int64_t)json_array_size(items));
	size_t i;

	json_array_foreach(items, i, x) {
		if (i == ITEMS_SHOWN)
			break;
		out(o, "    %-10s %s\n", word, json_is_string(x) ?
		    json_string_value(x) : "?");
	}
	if (n > (int64_t)i)
		out(o, "    %-10s %s%lld more\n", word, i > 0 ? "and " :
		    "", (long long)(n - (int64_t)i));
}

static void
show_entry(struct out *o, const json_t *e)
{
	const char *result = json_text(e, "result", "unknown");
	const char *why = json_text(e, "fault", json_text(e, "remark",
	    NULL));
	double value = json_num(e, "value", -1);
	double expected = json_num(e, "expected", -1);

	out(o, "  ");
	out_in(o, result_style(result), "%-8s", result);
	out(o, " %-*s", NAME_WIDTH, json_text(e, "name", "?"));
	if (value >= 0 && expected >= 0)
		out(o, " %g of %g", value, expected);
	else if (value >= 0)
		out(o, " %g", value);
	out(o, "  %s", json_text(e, "looks_at", ""));
	if (json_text(e, "date", NULL))
		out(o, ", %s", json_text(e, "date", NULL));
	out(o, "\n");
	if (why)
		out(o, "    %s\n", why);
	show_items(o, e, "missing", "missing_count", "absent");
	show_items(o, e, "extra", "extra_count", "undeclared");
	if (strcmp(result, "pass") != 0 && json_text(e, "rule", NULL))
		out_in(o, STYLE_DIM, "    %-10s %s\n", "rule", json_text(e,
		    "rule", NULL));
}

static bool
is_of(const json_t *entry, const json_t *what)
{
	return strcmp(json_text(entry, "what", ""), what ?
	    json_string_value(what) : "") == 0;
}

/* Those of one kind; true if there were any. */
static void
show_kind(struct out *o, const json_t *entries, const json_t *what)
{
	const json_t *e;
	size_t i;
	bool any = false;

	json_array_foreach(entries, i, e) {
		if (!is_of(e, what))
			continue;
		if (!any)
			out_heading(o, "%s", what ? json_string_value(what) :
			    "deployment");
		any = true;
		show_entry(o, e);
	}
}

static void
show_kinds(struct out *o, const json_t *entries)
{
	const json_t *e, *what;
	size_t i, k;

	json_array_foreach(entries, i, e) {
		bool seen = false;

		what = json_object_get(e, "what");
		for (k = 0; k < i; k++)
			seen = seen || (what && is_of(json_array_get(entries,
			    k), what));
		if (json_is_string(what) && !seen)
			show_kind(o, entries, what);
	}
	show_kind(o, entries, NULL);
}

static int64_t
count(const json_t *result, const char *word)
{
	return json_int(json_object_get(result, "counts"), word, 0);
}

static void
show_sum(struct out *o, const json_t *result)
{
	const json_t *x;
	size_t i;

	out(o, "\n%lld entries: %lld pass, %lld warn, %lld fail, %lld "
	    "unknown, %lld left out; %lld absent, %lld undeclared\n",
	    (long long)json_array_size(json_object_get(result, "entries")),
	    (long long)count(result, "pass"),
	    (long long)count(result, "warn"),
	    (long long)count(result, "fail"),
	    (long long)count(result, "unknown"),
	    (long long)count(result, "skip"),
	    (long long)json_int(result, "absent", 0),
	    (long long)json_int(result, "undeclared", 0));
	json_array_foreach(json_object_get(result, "unmatched"), i, x)
		out_in(o, STYLE_BAD, "there is no entry '%s', and none of "
		    "that kind\n", json_is_string(x) ? json_string_value(x) :
		    "?");
}

static int
exit_of(const json_t *result)
{
	if (json_array_size(json_object_get(result, "unmatched")) > 0)
		return EXIT_USAGE;
	if (count(result, "fail") > 0)
		return EXIT_NO;
	if (count(result, "unknown") > 0 || (count(result, "pass") == 0 &&
	    count(result, "warn") == 0))
		return EXIT_UNKNOWN;
	return count(result, "warn") > 0 ? EXIT_DEGRADED : EXIT_OPEN;
}

int
show_verify(struct out *o, const json_t *result, const json_t *params)
{
	if (json_flag(params, "junit", false)) {
		verify_junit(o, result);
	} else if (json_flag(params, "tap", false)) {
		verify_tap(o, result);
	} else {
		show_kinds(o, json_object_get(result, "entries"));
		show_sum(o, result);
	}
	return exit_of(result);
}
