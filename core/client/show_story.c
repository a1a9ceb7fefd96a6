/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_story.c -- an incident from its beginning to its end, on a terminal.
 *
 * The same content as the Markdown of story_md.c, which is for a document.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"
#include "client/story_md.h"

static void
put_head(struct out *o, const json_t *r)
{
	bool open = json_flag(r, "open", false);
	const char *severity = json_text(r, "severity", "?");

	out_in(o, STYLE_BOLD, "incident %lld  %s%s%s  %s\n",
	    (long long)json_int(r, "number", 0), json_text(r, "pipeline",
	    ""), json_text(r, "date", NULL) ? " " : "", json_text(r, "date",
	    ""), json_text(r, "title", ""));
	out(o, "  ");
	out_in(o, open ? style_of(severity) : STYLE_DIM, "%s, %s", severity,
	    open ? "open" : "ended");
	out(o, ", root %s %s; times are %s\n", json_text(r, "kind", "?"),
	    json_text(r, "root", "of no object"), json_text(r, "zone",
	    "UTC"));
	if (json_text(r, "label", NULL))
		out(o, "  labelled %s by %s: %s\n", json_text(r, "label",
		    ""), json_text(r, "labelled_by", "?"), json_text(r,
		    "label_reason", ""));
}

static void
put_times(struct out *o, const json_t *r)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *list = json_object_get(r, "times"), *e;
	size_t i;

	json_array_foreach(list, i, e) {
		CLEANUP_TEXT struct text at = { 0 };

		words_full(&at, json_text(e, "at", NULL));
		table_text(t, STYLE_DIM, json_text(e, "what", "?"));
		table_text(t, STYLE_PLAIN, text_str(&at));
		table_text(t, STYLE_DIM, json_text(e, "how", ""));
	}
	json_array_foreach(json_object_get(r, "figures"), i, e) {
		CLEANUP_TEXT struct text span = { 0 };

		story_figure(&span, e);
		table_text(t, STYLE_DIM, json_text(e, "figure", "?"));
		table_text(t, STYLE_BOLD, text_str(&span));
		table_text(t, STYLE_DIM, json_text(e, "formula", ""));
	}
	table_print(t, o, 2);
}

static void
put_follows(struct out *o, const json_t *r)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", "", NULL });
	const json_t *b;
	size_t i;

	json_array_foreach(json_object_get(r, "breaches"), i, b) {
		CLEANUP_TEXT struct text s = { 0 };

		table_text(t, STYLE_DIM, json_flag(b, "follows", false) ?
		    "follows" : "cause");
		table_cell(t, STYLE_PLAIN, "%s %s", json_text(b, "kind",
		    "?"), json_text(b, "subject", "?"));
		table_text(t, style_of(json_text(b, "severity", "")),
		    json_text(b, "severity", ""));
		story_span(&s, b, json_text(r, "now", NULL));
		table_text(t, STYLE_PLAIN, text_str(&s));
	}
	if (table_rows(t) == 0)
		return;
	out_heading(o, "what stood in it");
	table_print(t, o, 2);
}

static void
put_timeline(struct out *o, const json_t *r)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const char *now = json_text(r, "now", NULL);
	const json_t *e;
	size_t i;

	json_array_foreach(json_object_get(r, "timeline"), i, e) {
		CLEANUP_TEXT struct text at = { 0 };
		CLEANUP_TEXT struct text what = { 0 };

		words_instant(&at, json_text(e, "at", NULL), now);
		words_plain(&what, json_text(e, "what", ""));
		table_text(t, STYLE_PLAIN, text_str(&at));
		table_text(t, STYLE_DIM, text_str(&what));
		table_text(t, STYLE_PLAIN, json_text(e, "text", ""));
	}
	out_heading(o, "timeline");
	table_print(t, o, 2);
	if (json_int(r, "left_out", 0) > 0)
		out(o, "  %lld more: see 'gatewarden events --date %s'\n",
		    (long long)json_int(r, "left_out", 0), json_text(r,
		    "date", "DATE"));
}

static void
put_evidence(struct out *o, const json_t *r)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"check", "when it opened", json_flag(r, "open", false) ?
		"now" : "when it ended", "rule", NULL });
	const json_t *e;
	size_t i;

	json_array_foreach(json_object_get(r, "evidence"), i, e) {
		CLEANUP_TEXT struct text open = { 0 };
		CLEANUP_TEXT struct text end = { 0 };

		story_evidence(&open, json_object_get(e, "at_open"));
		story_evidence(&end, json_object_get(e, "at_end"));
		table_text(t, STYLE_PLAIN, json_text(e, "check", "?"));
		table_text(t, STYLE_PLAIN, text_str(&open));
		table_text(t, STYLE_PLAIN, text_str(&end));
		table_text(t, STYLE_DIM, json_text(e, "rule", ""));
	}
	if (table_rows(t) == 0)
		return;
	out_heading(o, "evidence");
	table_print(t, o, 2);
}

static void
put_rules(struct out *o, const json_t *r)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *e;
	size_t i;

	json_array_foreach(json_object_get(r, "rules"), i, e) {
		table_text(t, STYLE_PLAIN, json_text(e, "object", "?"));
		table_text(t, STYLE_PLAIN, json_text(e, "name", "?"));
		table_text(t, STYLE_DIM, json_text(e, "rule", ""));
	}
	if (table_rows(t) > 0)
		out_heading(o, "rules");
	table_print(t, o, 2);
	if (json_array_size(json_object_get(r, "fix")) > 0)
		out_heading(o, "commands to repair it by hand");
	json_array_foreach(json_object_get(r, "fix"), i, e)
		out(o, "  %s\n", json_is_string(e) ? json_string_value(e) :
		    "");
}

int
show_story(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *q;
	size_t i;

	if (json_flag(params, "md", false)) {
		story_md(o, r);
		return EXIT_OPEN;
	}
	put_head(o, r);
	put_times(o, r);
	put_follows(o, r);
	put_timeline(o, r);
	put_evidence(o, r);
	put_rules(o, r);
	if (json_array_size(json_object_get(r, "questions")) > 0)
		out_heading(o, "questions that are left");
	json_array_foreach(json_object_get(r, "questions"), i, q) {
		out(o, "  ");
		out_wrapped(o, STYLE_PLAIN, 2, 4, json_is_string(q) ?
		    json_string_value(q) : "");
	}
	out_in(o, STYLE_DIM, "\nas a document: gatewarden incident %lld "
	    "--md\n", (long long)json_int(r, "number", 0));
	return EXIT_OPEN;
}
