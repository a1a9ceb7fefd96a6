/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_md.c -- an incident as Markdown, ready to be completed by people.
 *
 * All of it but the headings is data: names, reasons that somebody typed,
 * what a plugin said. So each piece is escaped for where it stands. In text
 * and in cells of tables every character with a meaning there gets a
 * backslash or becomes an entity, so that no data makes a link, a tag, a
 * cell or a heading; a command stands in a fence that is longer than any run
 * of backticks in it.
 */
#include "client/story_md.h"

#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/words.h"

/*----------------------------------------------------------------- escaping */

static void
md(struct out *o, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			out(o, "&amp;");
			break;
		case '<':
			out(o, "&lt;");
			break;
		case '>':
			out(o, "&gt;");
			break;
		case '\n':
		case '\r':
		case '\t':
			out(o, " ");
			break;
		case '\\': case '`': case '*': case '_': case '{': case '}':
		case '[': case ']': case '#': case '|': case '~': case '!':
		case '$': case '@':
			out(o, "\\%c", *s);
			break;
		default:
			out(o, "%c", *s);
		}
}

static void
cell(struct out *o, const char *s)
{
	out(o, " ");
	md(o, s);
	out(o, " |");
}

/* A block of code, as it is. */
static void
fenced(struct out *o, const char *s)
{
	size_t longest = 2, run = 0, i;

	for (i = 0; s[i]; i++) {
		run = s[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (i = 0; i <= longest; i++)
		out(o, "`");
	out(o, "\n%s\n", s);
	for (i = 0; i <= longest; i++)
		out(o, "`");
	out(o, "\n");
}

/*-------------------------------------------------------------------- words */

void
story_figure(struct text *t, const json_t *f)
{
	const json_t *ms = json_object_get(f, "ms");

	if (json_is_integer(ms))
		words_span(t, json_integer_value(ms));
	else
		text_addf(t, "n/a (%s)", json_text(f, "why", "not told"));
}

void
story_span(struct text *t, const json_t *b, const char *now)
{
	words_instant(t, json_text(b, "since", NULL), now);
	text_add(t, " .. ");
	if (json_flag(b, "open", false))
		text_add(t, "still");
	else
		words_instant(t, json_text(b, "until", NULL), now);
	if (json_text(b, "why_text", NULL) &&
	    strcmp(json_text(b, "kind", ""), "alarm") != 0)
		text_addf(t, ": %s", json_text(b, "why_text", ""));
}

void
story_evidence(struct text *t, const json_t *r)
{
	int64_t age = json_int(r, "age_ms", INT64_MIN);

	if (!json_is_object(r)) {
		text_add(t, "not measured yet");
		return;
	}
	text_addf(t, "%s, %s", json_text(r, "reading", "?"), json_text(r,
	    "result", "?"));
	if (json_text(r, "source", NULL))
		text_addf(t, "; %s", json_text(r, "source", ""));
	if (age == INT64_MIN)
		return;
	text_add(t, ", so since ");
	words_span(t, age);
	text_add(t, " before");
}

static void
words_at(struct text *t, const char *at)
{
	words_full(t, at);
	/* "2026-01-16 11:00:00 -05:00": seconds and offset are in the head */
	if (t->len >= 16) {
		CLEANUP_TEXT struct text cut = { 0 };

		text_addn(&cut, text_str(t), 16);
		text_clear(t);
		text_add(t, text_str(&cut));
	}
}

/*-------------------------------------------------------------------- parts */

static void
put_row(struct out *o, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	out(o, "|");
	cell(o, name);
	cell(o, value);
	out(o, "\n");
}

static void
put_summary(struct out *o, const json_t *r)
{
	CLEANUP_TEXT struct text s = { 0 };
	const json_t *e;
	size_t i;

	out(o, "| | |\n|---|---|\n");
	text_addf(&s, "%s %s", json_text(r, "kind", "?"), json_text(r,
	    "root", "of no object"));
	put_row(o, "Pipeline", json_text(r, "pipeline", NULL));
	put_row(o, "Date", json_text(r, "date", NULL));
	put_row(o, "Root", text_str(&s));
	put_row(o, "Severity", json_text(r, "severity", NULL));
	put_row(o, "State", json_flag(r, "open", false) ? "open" : "ended");
	text_clear(&s);
	if (json_text(r, "label", NULL))
		text_addf(&s, "%s, by %s: %s", json_text(r, "label", ""),
		    json_text(r, "labelled_by", "?"), json_text(r,
		    "label_reason", ""));
	put_row(o, "Label", text_str(&s));
	json_array_foreach(json_object_get(r, "times"), i, e) {
		text_clear(&s);
		words_full(&s, json_text(e, "at", NULL));
		if (*json_text(e, "how", ""))
			text_addf(&s, " (%s)", json_text(e, "how", ""));
		put_row(o, json_text(e, "what", "?"), text_str(&s));
	}
	json_array_foreach(json_object_get(r, "figures"), i, e) {
		text_clear(&s);
		story_figure(&s, e);
		text_addf(&s, "; %s", json_text(e, "formula", ""));
		put_row(o, json_text(e, "figure", "?"), text_str(&s));
	}
}

static void
put_follows(struct out *o, const json_t *r)
{
	const json_t *list = json_object_get(r, "breaches"), *b;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	out(o, "\n## What stood in it\n\n| | what | severity | when |\n"
	    "|---|---|---|---|\n");
	json_array_foreach(list, i, b) {
		CLEANUP_TEXT struct text what = { 0 };
		CLEANUP_TEXT struct text span = { 0 };

		text_addf(&what, "%s %s", json_text(b, "kind", "?"),
		    json_text(b, "subject", "?"));
		story_span(&span, b, NULL);
		out(o, "|");
		cell(o, json_flag(b, "follows", false) ? "follows" : "cause");
		cell(o, text_str(&what));
		cell(o, json_text(b, "severity", ""));
		cell(o, text_str(&span));
		out(o, "\n");
	}
}

static void
put_timeline(struct out *o, const json_t *r)
{
	const json_t *e;
	size_t i;

	out(o, "\n## Timeline\n\n| when | | what |\n|---|---|---|\n");
	json_array_foreach(json_object_get(r, "timeline"), i, e) {
		CLEANUP_TEXT struct text at = { 0 };
		CLEANUP_TEXT struct text what = { 0 };

		words_at(&at, json_text(e, "at", NULL));
		words_plain(&what, json_text(e, "what", ""));
		out(o, "|");
		cell(o, text_str(&at));
		cell(o, text_str(&what));
		cell(o, json_text(e, "text", ""));
		out(o, "\n");
	}
	if (json_int(r, "left_out", 0) > 0)
		out(o, "\n%lld more lines are in the journal.\n",
		    (long long)json_int(r, "left_out", 0));
}

static void
put_evidence(struct out *o, const json_t *r)
{
	const json_t *list = json_object_get(r, "evidence"), *e;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	out(o, "\n## Evidence\n\n| check | when it opened | %s | rule |\n"
	    "|---|---|---|---|\n", json_flag(r, "open", false) ? "now" :
	    "when it ended");
	json_array_foreach(list, i, e) {
		CLEANUP_TEXT struct text open = { 0 };
		CLEANUP_TEXT struct text end = { 0 };

		story_evidence(&open, json_object_get(e, "at_open"));
		story_evidence(&end, json_object_get(e, "at_end"));
		out(o, "|");
		cell(o, json_text(e, "check", "?"));
		cell(o, text_str(&open));
		cell(o, text_str(&end));
		cell(o, json_text(e, "rule", ""));
		out(o, "\n");
	}
}

static void
put_rules(struct out *o, const json_t *r)
{
	const json_t *fix = json_object_get(r, "fix"), *e;
	size_t i;

	if (json_array_size(json_object_get(r, "rules")) > 0)
		out(o, "\n## Rules\n\n");
	json_array_foreach(json_object_get(r, "rules"), i, e) {
		out(o, "- %s ", json_text(e, "object", "?"));
		md(o, json_text(e, "name", "?"));
		out(o, ": ");
		md(o, json_text(e, "rule", ""));
		out(o, "\n");
	}
	if (json_array_size(fix) > 0)
		out(o, "\n## Repair by hand\n\n");
	json_array_foreach(fix, i, e)
		fenced(o, json_is_string(e) ? json_string_value(e) : "");
}

void
story_md(struct out *o, const json_t *r)
{
	const json_t *q;
	size_t i;

	out(o, "# Incident %lld: ", (long long)json_int(r, "number", 0));
	md(o, json_text(r, "title", ""));
	out(o, "\n\nWritten from the journal as of ");
	md(o, json_text(r, "now", "?"));
	out(o, "; times are ");
	md(o, json_text(r, "zone", "UTC"));
	out(o, ".\n\n");
	put_summary(o, r);
	put_follows(o, r);
	put_timeline(o, r);
	put_evidence(o, r);
	put_rules(o, r);
	out(o, "\n## Open questions\n\n");
	json_array_foreach(json_object_get(r, "questions"), i, q) {
		out(o, "- [ ] ");
		md(o, json_is_string(q) ? json_string_value(q) : "");
		out(o, "\n");
	}
	out(o, "\n## What we change\n\n- [ ] (what, by whom, until when)\n");
}
