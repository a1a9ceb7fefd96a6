/* SPDX-License-Identifier: BSD-2-Clause
 *
 * compare.c -- what differs between two backtests over one history.
 *
 * Things are the same thing on both sides when they have the same kind, name
 * and date; what one side calls otherwise since a renaming says so itself
 * ("theirs"). A finding of both is compared in its severity and in when it
 * was found; numbers are subtracted. Knows only what side_json() says, so
 * that what is printed is all that there is to compare.
 */
#include "simulate/compare.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "calendar/day.h"

/*------------------------------------------------------------------ pairing */

static bool
same_text(const json_t *a, const json_t *b, const char *key)
{
	return strcmp(json_text(a, key, ""), json_text(b, key, "")) == 0;
}

/* The other one's name for it, else its own. */
static bool
same_name(const json_t *mine, const json_t *theirs, const char *key)
{
	const char *name = json_text(mine, "theirs", json_text(mine, key,
	    ""));

	return strcmp(name, json_text(theirs, key, "")) == 0;
}

/* By kind, name, and the date where there is one; the i-th of those that
 * are alike. NULL: not there. */
static const json_t *
find(const json_t *list, const json_t *x, const char *name, size_t nth)
{
	const json_t *o;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, o)
		if (same_text(x, o, "kind") && same_text(x, o, "date") &&
		    same_name(x, o, name) && nth-- == 0)
			return o;
	return NULL;
}

/* How many before it are alike. */
static size_t
rank(const json_t *list, const json_t *x, const char *name)
{
	const json_t *o;
	size_t i, n = 0;

	json_array_foreach((json_t *)(uintptr_t)list, i, o) {
		if (o == x)
			break;
		n += same_text(x, o, "kind") && same_text(x, o, "date") &&
		    same_text(x, o, name);
	}
	return n;
}

/*---------------------------------------------------------------- findings */

/* Milliseconds from one's opening to the other's. */
static int64_t
apart(const json_t *a, const json_t *b)
{
	int64_t x, y;

	if (instant_parse(json_text(a, "since", ""), NULL, &x) < 0 ||
	    instant_parse(json_text(b, "since", ""), NULL, &y) < 0)
		return 0;
	return x - y;
}

static json_t *
brief(const json_t *f)
{
	static const char *const keys[] = { "pipeline", "date", "kind",
		"root", "severity", "since", "title", "rule", "label",
		"because", "historical_ms" };
	json_t *o = json_object(), *v;
	size_t i;

	for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if ((v = json_object_get(f, keys[i])) != NULL)
			(void)json_object_set(o, keys[i], v);
	return o;
}

static void
add(json_t *lists, const char *list, json_t *o)
{
	(void)json_array_append_new(json_object_get(lists, list), o);
}

static void
compare_finding(json_t *lists, const json_t *f, const json_t *was)
{
	int64_t by = apart(f, was);
	json_t *o;

	if (!same_text(f, was, "severity")) {
		o = brief(f);
		json_put(o, "was", json_text(was, "severity", NULL));
		add(lists, "severity", o);
	}
	if (by != 0) {
		o = brief(f);
		json_put_int(o, "by_ms", by < 0 ? -by : by);
		add(lists, by < 0 ? "sooner" : "later", o);
	}
}

static json_t *
compare_findings(const json_t *new, const json_t *old)
{
	json_t *lists = json_object(), *seen = json_array();
	const json_t *f, *was;
	size_t i, k;

	(void)json_object_set_new(lists, "appear", json_array());
	(void)json_object_set_new(lists, "disappear", json_array());
	(void)json_object_set_new(lists, "severity", json_array());
	(void)json_object_set_new(lists, "sooner", json_array());
	(void)json_object_set_new(lists, "later", json_array());
	json_array_foreach((json_t *)(uintptr_t)new, i, f) {
		was = find(old, f, "root", rank(new, f, "root"));
		if (was == NULL) {
			add(lists, "appear", brief(f));
			continue;
		}
		compare_finding(lists, f, was);
		(void)json_array_append(seen, (json_t *)(uintptr_t)was);
	}
	json_array_foreach((json_t *)(uintptr_t)old, i, f) {
		for (k = 0; k < json_array_size(seen); k++)
			if (json_array_get(seen, k) == f)
				break;
		if (k == json_array_size(seen))
			add(lists, "disappear", brief(f));
	}
	json_decref(seen);
	return lists;
}

/*----------------------------------------------------------------- numbers */

/* Numbers of `keys` (NULL ends), new minus old; a side may be NULL. Returns
 * whether any differs. */
static bool
subtract(json_t *o, const json_t *new, const json_t *old,
    const char *const *keys)
{
	bool differs = false;

	for (; *keys; keys++) {
		double by = json_num(new, *keys, 0) - json_num(old, *keys,
		    0);

		differs = differs || fabs(by) > 0.001;
		if (fabs(by - round(by)) < 1e-9)
			json_put_int(o, *keys, (int64_t)round(by));
		else
			json_put_num(o, *keys, round(100 * by) / 100);
	}
	return differs;
}

static json_t *
compare_totals(const json_t *new, const json_t *old)
{
	static const char *const keys[] = { "all", "false", "true",
		"unknown", NULL };
	json_t *result = json_object();
	const char *severity;
	const json_t *v;

	json_object_foreach((json_t *)(uintptr_t)new, severity, v) {
		json_t *o = json_object();

		(void)subtract(o, v, json_object_get(old, severity), keys);
		(void)json_object_set_new(result, severity, o);
	}
	return result;
}

static void
compare_one(json_t *result, const json_t *x, const char *name,
    const json_t *new, const json_t *old, const char *const *keys)
{
	json_t *o = json_object();

	json_put(o, "kind", json_text(x, "kind", NULL));
	json_put(o, name, json_text(x, name, NULL));
	if (subtract(o, new, old, keys))
		(void)json_array_append_new(result, o);
	else
		json_decref(o);
}

/* What differs between two lists of things by name. */
static json_t *
compare_lists(const json_t *new, const json_t *old, const char *name,
    const char *const *keys)
{
	json_t *result = json_array();
	const json_t *x;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)new, i, x)
		compare_one(result, x, name, x, find(old, x, name, 0), keys);
	json_array_foreach((json_t *)(uintptr_t)old, i, x)
		if (find(new, x, name, 0) == NULL)
			compare_one(result, x, name, NULL, x, keys);
	return result;
}

json_t *
compare(const json_t *new, const json_t *old)
{
	static const char *const messages[] = { "all", "per_day", "most",
		NULL };
	static const char *const rules[] = { "fired", "critical", "warning",
		"info", "false", "true", "unknown", NULL };
	static const char *const phases[] = { "dates", "total_ms",
		"longest_ms", NULL };
	static const char *const starts[] = { "attempts", "dates", NULL };
	json_t *o = json_object(), *m = json_object();

#define BOTH(key) json_object_get(new, key), json_object_get(old, key)
	(void)json_object_set_new(o, "findings", compare_findings(
	    BOTH("findings")));
	(void)json_object_set_new(o, "totals", compare_totals(
	    BOTH("totals")));
	(void)subtract(m, BOTH("messages"), messages);
	(void)json_object_set_new(o, "messages", m);
	(void)json_object_set_new(o, "rules", compare_lists(BOTH("rules"),
	    "name", rules));
	(void)json_object_set_new(o, "phases", compare_lists(BOTH("phases"),
	    "phase", phases));
	(void)json_object_set_new(o, "starts", compare_lists(BOTH("starts"),
	    "name", starts));
#undef BOTH
	return o;
}

bool
compare_differs(const json_t *c)
{
	const json_t *findings = json_object_get(c, "findings"), *list;
	const char *key;
	bool differs = json_int(json_object_get(c, "messages"), "all", 0) !=
	    0 || json_array_size(json_object_get(c, "rules")) > 0 ||
	    json_array_size(json_object_get(c, "phases")) > 0 ||
	    json_array_size(json_object_get(c, "starts")) > 0;

	json_object_foreach((json_t *)(uintptr_t)findings, key, list)
		differs = differs || json_array_size(list) > 0;
	return differs;
}
