/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page_lists.c -- incidents, repairs with their proof, what comes again, what
 * ran under overrides, which alerts nobody minds, and the notes.
 */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/page_private.h"
#include "client/words.h"

static void
put_span(struct text *t, int64_t ms)
{
	CLEANUP_TEXT struct text s = { 0 };

	words_span(&s, ms);
	html(t, text_str(&s));
}

static void
put_links(struct text *t, const json_t *numbers)
{
	const json_t *n;
	size_t i;

	json_array_foreach(numbers, i, n)
		if (json_is_integer(n))
			text_addf(t, "%s<a href=\"#incident-%lld\">%lld</a>",
			    i > 0 ? ", " : "", (long long)
			    json_integer_value(n), (long long)
			    json_integer_value(n));
}

static void
put_names(struct text *t, const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		text_add(t, i > 0 ? ", " : "");
		html_data(t, json_is_string(v) ? json_string_value(v) : "?");
	}
}

/*---------------------------------------------------------------- incidents */

static void
put_fact(struct text *t, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	text_addf(t, "<div><dt>%s</dt><dd>", name);
	html_data(t, value);
	text_add(t, "</dd></div>");
}

static void
put_times(struct text *t, const json_t *i)
{
	static const struct { const char *member, *name; } times[] = {
		{ "violated_at", "due" }, { "detected_at", "detected" },
		{ "resolved_at", "resolved" }, { "closed_at", "closed" } };
	size_t k;

	text_add(t, "<dl class=\"row\">");
	for (k = 0; k < ARRAY_SIZE(times); k++) {
		if (json_text(i, times[k].member, NULL) == NULL)
			continue;
		text_addf(t, "<div><dt>%s</dt><dd>", times[k].name);
		html_when(t, json_text(i, times[k].member, NULL));
		text_add(t, "</dd></div>");
	}
	if (json_array_size(json_object_get(i, "under")) > 0) {
		text_add(t, "<div><dt>hung under it</dt><dd>");
		put_names(t, json_object_get(i, "under"));
		text_add(t, "</dd></div>");
	}
	put_fact(t, "ended by", json_text(i, "ended_by", NULL));
	put_fact(t, "acknowledged by", json_text(i, "acked_by", NULL));
	put_fact(t, "labelled", json_text(i, "label", NULL));
	put_fact(t, "because", json_text(i, "label_reason", NULL));
	text_add(t, "</dl>\n");
}

static void
put_timeline(struct text *t, const json_t *list)
{
	const json_t *e;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	text_addf(t, "<details><summary>Timeline, %zu entries</summary>"
	    "<ol class=\"line\">", json_array_size(list));
	json_array_foreach(list, i, e) {
		text_add(t, "<li>");
		html_when(t, json_text(e, "at", NULL));
		text_add(t, "<span>");
		html_data(t, json_text(e, "what", ""));
		text_add(t, "</span></li>");
	}
	text_add(t, "</ol></details>\n");
}

static void
put_incident(struct text *t, const json_t *i)
{
	long long n = (long long)json_int(i, "number", 0);
	const char *severity = json_text(i, "severity", "unknown");
	const char *ended = json_text(i, "ended", NULL);

	text_addf(t, "<article id=\"incident-%lld\"><header><h3>%lld "
	    "&middot; ", n, n);
	html_data(t, *json_text(i, "root", "") ? json_text(i, "root", "") :
	    json_text(i, "kind", "?"));
	text_add(t, "</h3>");
	html_chip(t, severity, severity);
	if (json_flag(i, "open", false))
		html_chip(t, "pending", "open");
	else
		html_chip(t, "done", "ended");
	text_add(t, "<small>");
	html(t, json_text(i, "date", "no date"));
	if (json_is_integer(json_object_get(i, "resolve_ms"))) {
		text_add(t, ", resolved after ");
		put_span(t, json_int(i, "resolve_ms", 0));
	}
	if (ended)
		text_addf(t, ", by %s", strcmp(ended, "itself") == 0 ?
		    "itself" : strcmp(ended, "hand") == 0 ? "hand" :
		    "a repair");
	text_add(t, ", ");
	words_count(t, json_int(i, "told", 0), "message");
	text_add(t, "</small></header>\n");
	put_times(t, i);
	put_timeline(t, json_object_get(i, "timeline"));
	text_addf(t, "<p class=\"small\">All of it: <code>gatewarden incident "
	    "%lld --md</code></p></article>\n", n);
}

void
page_incidents(struct text *t, const json_t *r)
{
	const json_t *list = json_object_get(r, "incidents"), *i;
	size_t k;

	html_section(t, "incidents", "Incidents", "One per root cause; what "
	    "followed from it hangs under it.");
	if (json_array_size(list) == 0)
		text_add(t, "<p>There was none.</p>\n");
	json_array_foreach(list, k, i)
		put_incident(t, i);
	text_add(t, "</section>\n");
}

/*------------------------------------------------------------------ repairs */

static void
put_proof(struct text *t, const json_t *proof)
{
	const json_t *e;
	size_t i;

	json_array_foreach(proof, i, e) {
		CLEANUP_TEXT struct text s = { 0 };

		text_addf(&s, "%s ", json_text(e, "check", "?"));
		words_value(&s, json_object_get(e, "value"));
		if (isfinite(json_num(e, "expected", NAN))) {
			text_add(&s, " of ");
			words_value(&s, json_object_get(e, "expected"));
		}
		text_add(t, i > 0 ? "<br>" : "");
		html_data(t, text_str(&s));
		text_add(t, " ");
		html_chip(t, json_text(e, "result", "unknown"), json_text(e,
		    "result", "unknown"));
	}
	if (json_array_size(proof) == 0)
		text_add(t, "<small>none</small>");
}

void
page_recoveries(struct text *t, const json_t *r)
{
	static const char *const headings[] = { "attempt", "date", "repair",
		"began", "outcome", "proof", NULL };
	const json_t *list = json_object_get(r, "recoveries"), *e;
	size_t i;

	html_section(t, "repairs", "Repairs and their proof", "An outcome is "
	    "what the checks read after it had ended, not its exit code.");
	if (json_array_size(list) == 0) {
		text_add(t, "<p>Nothing was repaired.</p></section>\n");
		return;
	}
	html_table(t, "Repairs", headings);
	json_array_foreach(list, i, e) {
		text_add(t, "<tr role=\"row\">");
		html_cell(t, "attempt");
		text_addf(t, "%lld", (long long)json_int(e, "attempt", 0));
		html_cell_end(t);
		html_cell(t, "date");
		html(t, json_text(e, "date", "?"));
		html_cell_end(t);
		html_cell(t, "repair");
		html_data(t, json_text(e, "name", "?"));
		if (json_text(e, "by", NULL)) {
			text_add(t, " <small>by ");
			html_data(t, json_text(e, "by", ""));
			text_add(t, "</small>");
		}
		html_cell_end(t);
		html_cell(t, "began");
		html_when(t, json_text(e, "began_at", NULL));
		html_cell_end(t);
		html_cell(t, "outcome");
		html_chip(t, json_text(e, "outcome", "unknown"), json_text(e,
		    "outcome", "unknown"));
		html_cell_end(t);
		html_cell(t, "proof");
		put_proof(t, json_object_get(e, "proof"));
		html_cell_end(t);
		text_add(t, "</tr>\n");
	}
	html_table_end(t);
	text_add(t, "</section>\n");
}

/*----------------------------------------------- patterns, overrides, alerts */

static void
put_patterns(struct text *t, const json_t *list)
{
	const json_t *e;
	size_t i;

	text_add(t, "<h3>What comes again</h3>\n");
	if (json_array_size(list) == 0) {
		text_add(t, "<p class=\"small\">Nothing did.</p>\n");
		return;
	}
	text_add(t, "<ul>");
	json_array_foreach(list, i, e) {
		text_add(t, "<li>");
		html_data(t, json_text(e, "root", "?"));
		text_addf(t, ", %lld times: incidents ", (long long)json_int(
		    e, "times", 0));
		put_links(t, json_object_get(e, "incidents"));
		text_add(t, "</li>");
	}
	text_add(t, "</ul>\n");
}

static void
put_overrides(struct text *t, const json_t *list)
{
	const json_t *e;
	size_t i;

	text_add(t, "<h3>What ran under an override</h3>\n");
	if (json_array_size(list) == 0) {
		text_add(t, "<p class=\"small\">Nothing did.</p>\n");
		return;
	}
	text_add(t, "<ul>");
	json_array_foreach(list, i, e) {
		text_addf(t, "<li>override %lld of ", (long long)json_int(e,
		    "id", 0));
		html_data(t, json_text(e, "phase", "?"));
		text_add(t, " ");
		html(t, json_text(e, "date", ""));
		text_add(t, " by ");
		html_data(t, json_text(e, "actor", "?"));
		text_add(t, ": ");
		html_data(t, json_text(e, "reason", ""));
		text_add(t, ". Shipped under it: ");
		put_names(t, json_object_get(e, "shipped"));
		text_add(t, json_array_size(json_object_get(e, "shipped")) ==
		    0 ? "nothing</li>" : "</li>");
	}
	text_add(t, "</ul>\n");
}

static void
put_alert(struct text *t, const json_t *e)
{
	static const struct { const char *member, *heading; } counts[] = {
		{ "fired", "fired" }, { "messages", "messages" },
		{ "acked", "acknowledged" }, { "by_hand", "ended by hand" },
		{ "by_itself", "by itself" }, { "false", "false" } };
	size_t i;

	text_add(t, "<tr role=\"row\">");
	html_cell(t, "rule");
	html_data(t, json_text(e, "rule", "?"));
	html_cell_end(t);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		html_cell(t, counts[i].heading);
		text_addf(t, "%lld", (long long)json_int(e, counts[i].member,
		    0));
		html_cell_end(t);
	}
	html_cell(t, "");
	if (json_flag(e, "never_acked", false))
		text_add(t, "<small>never acknowledged: remove it, or "
		    "another limit?</small>");
	html_cell_end(t);
	text_add(t, "</tr>\n");
}

void
page_rest(struct text *t, const json_t *r)
{
	static const char *const headings[] = { "rule", "fired", "messages",
		"acknowledged", "ended by hand", "by itself", "false", "",
		NULL };
	const json_t *alerts = json_object_get(r, "alerts"), *e;
	size_t i;

	html_section(t, "alerts", "Patterns, overrides, alert noise", NULL);
	put_patterns(t, json_object_get(r, "patterns"));
	put_overrides(t, json_object_get(r, "overrides"));
	text_add(t, "<h3>Which alerts were worth it</h3>\n");
	if (json_array_size(alerts) == 0) {
		text_add(t, "<p class=\"small\">None fired.</p></section>\n");
		return;
	}
	html_table(t, "Alerts", headings);
	json_array_foreach(alerts, i, e)
		put_alert(t, e);
	html_table_end(t);
	text_add(t, "</section>\n");
}

void
page_notes(struct text *t, const json_t *r)
{
	const json_t *list = json_object_get(r, "notes"), *e;
	size_t i;

	html_section(t, "notes", "Notes", NULL);
	if (json_array_size(list) == 0)
		text_add(t, "<p>None.</p>\n");
	text_add(t, "<ul>");
	json_array_foreach(list, i, e) {
		text_add(t, "<li>");
		html_data(t, json_is_string(e) ? json_string_value(e) : "");
		text_add(t, "</li>");
	}
	text_add(t, "</ul></section>\n");
}
