/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_check.c -- checks: what was measured, when, and what is missing.
 *
 * One line per check. What is known only sometimes (missing items, a
 * remark, a fault, an age that is too great) stands at its end, so that the
 * columns before it can be read downwards.
 */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { ITEMS_SHOWN = 6 };

void
words_reading(struct text *t, const json_t *c)
{
	const json_t *value = json_object_get(c, "value");
	const json_t *expected = json_object_get(c, "expected");
	int64_t extra = json_int(c, "extra_count", 0);

	if (!json_is_number(value)) {
		text_add(t, "-");
		return;
	}
	words_value(t, value);
	if (!json_is_number(expected))
		return;
	text_add(t, " of ");
	words_value(t, expected);
	if (json_int(c, "waived_count", 0) > 0)
		text_addf(t, ", %lld waived",
		    (long long)json_int(c, "waived_count", 0));
	if (extra > 0)
		text_addf(t, ", %lld extra", (long long)extra);
	else if (json_number_value(value) > json_number_value(expected))
		text_add(t, ", more than expected");
}

/* "10:59, 3 min ago" */
static void
words_read(struct text *t, const json_t *c, const char *now)
{
	const char *at = json_text(c, "read_at", NULL);
	int64_t age = json_int(c, "age_ms", -1);

	if (at == NULL) {
		text_add(t, "never");
		return;
	}
	words_instant(t, at, now);
	if (age < 0)
		return;
	text_add(t, ", ");
	words_span(t, age);
	text_add(t, " ago");
}

static void
note(struct text *t, const char *before, const char *what)
{
	if (what && *what)
		text_addf(t, "%s%s%s", t->len > 0 ? "; " : "", before, what);
}

static void
note_items(struct text *t, const char *before, const json_t *list,
    int64_t total)
{
	CLEANUP_TEXT struct text items = { 0 };

	words_list(&items, list, ITEMS_SHOWN, total > 0 ? (size_t)total : 0);
	note(t, before, text_str(&items));
}

/* "bdl retired since 2026-01-28, gamebooks instead" */
static void
words_retired(struct text *t, const json_t *c)
{
	const char *since = json_text(c, "retired", NULL);
	const char *instead = json_text(c, "instead", NULL);
	CLEANUP_TEXT struct text s = { 0 };

	if (since == NULL)
		return;
	text_addf(&s, "%s retired since %s%s%s", json_text(c, "source", "?"),
	    since, instead ? ", instead " : "", instead ? instead : "");
	note(t, "", text_str(&s));
}

static void
words_notes(struct text *t, const json_t *c, const char *now)
{
	const char *result = json_text(c, "result", "");
	bool bad = strcmp(result, "pass") != 0 && strcmp(result, "skip") != 0;
	const char *limits = json_text(c, "limits", "");

	note_items(t, "missing ", json_object_get(c, "missing"),
	    json_int(c, "missing_count", 0));
	note_items(t, "extra ", json_object_get(c, "extra"),
	    json_int(c, "extra_count", 0));
	if (bad && strcmp(limits, "none given") != 0)
		note(t, "", limits);
	words_retired(t, c);
	words_waivers(t, c, now);
	note(t, "", json_text(c, "remark", NULL));
	note(t, "fault: ", json_text(c, "fault", NULL));
	if (strcmp(result, "not_due") == 0 && json_text(c, "due", NULL)) {
		CLEANUP_TEXT struct text due = { 0 };

		words_instant(&due, json_text(c, "due", NULL), now);
		note(t, "due ", text_str(&due));
	}
	if (json_text(c, "read_at", NULL) && !json_flag(c, "fresh", true) &&
	    strcmp(result, "skip") != 0)
		note(t, "", "too old to start anything on");
	if (json_flag(c, "pending", false))
		note(t, "", "no answer yet");
}

static void
words_source(struct text *t, const json_t *c)
{
	const char *target = json_text(c, "target", NULL);

	text_add(t, json_text(c, "plugin", ""));
	if (target)
		text_addf(t, "%s%s", t->len > 0 ? " " : "", target);
}

static void
add_check(struct table *t, const json_t *c, const char *now)
{
	const char *result = json_text(c, "result", "?");
	CLEANUP_TEXT struct text s = { 0 };

	table_text(t, STYLE_PLAIN, json_text(c, "check", "?"));
	words_plain(&s, result);
	table_text(t, style_of(result), text_str(&s));
	text_clear(&s);
	words_reading(&s, c);
	table_text(t, STYLE_PLAIN, text_str(&s));
	text_clear(&s);
	words_read(&s, c, now);
	table_text(t, STYLE_PLAIN, text_str(&s));
	text_clear(&s);
	words_source(&s, c);
	table_text(t, STYLE_DIM, text_str(&s));
	table_text(t, STYLE_DIM, json_text(c, "rule", NULL));
	text_clear(&s);
	words_notes(&s, c, now);
	table_text(t, STYLE_PLAIN, text_str(&s));
}

void
show_check_table(struct out *o, const json_t *checks, const char *now,
    size_t indent)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"check", "result", "value", "read", "source", "rule", "",
		NULL });
	const json_t *c;
	size_t i;

	json_array_foreach(checks, i, c)
		add_check(t, c, now);
	table_print(t, o, indent);
}

/*--------------------------------------------------------------- check run */

/* A failing one decides; then one that could not tell. */
static int
exit_of_checks(const json_t *checks)
{
	bool unknown = false;
	const json_t *c;
	size_t i;

	json_array_foreach(checks, i, c) {
		const char *result = json_text(c, "result", "unknown");

		if (strcmp(result, "fail") == 0)
			return EXIT_NO;
		unknown = unknown || strcmp(result, "unknown") == 0 ||
		    json_flag(c, "pending", false);
	}
	return unknown ? EXIT_UNKNOWN : EXIT_OPEN;
}

int
show_check_run(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *checks = json_object_get(r, "checks");
	int64_t pending = json_int(r, "pending", 0);

	(void)params;
	out_heading(o, "%s", json_text(r, "date", "?"));
	if (json_array_size(checks) == 0)
		out(o, "  no check belongs to this date\n");
	show_check_table(o, checks, NULL, 2);
	if (pending > 0) {
		CLEANUP_TEXT struct text t = { 0 };

		words_count(&t, pending, "check");
		out_in(o, STYLE_WARN, "  %s gave no answer in time; what is "
		    "shown of them is older\n", text_str(&t));
	}
	return exit_of_checks(checks);
}

int
show_recheck(struct out *o, const json_t *r, const json_t *params)
{
	const char *date = json_text(r, "date", "?");

	(void)params;
	out(o, "all checks of %s are measured again; see 'gatewarden checks "
	    "--date %s'\n", date, date);
	return EXIT_OPEN;
}
