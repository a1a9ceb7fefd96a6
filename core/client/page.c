/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page.c -- a report as one HTML file: its frame, and what is seen first.
 *
 * The file asks for nothing: no script, no font, no picture from elsewhere;
 * its policy forbids what it doesn't need, so that not even data that had
 * escaped could fetch something. What is on it is what the report says, in
 * the same words; nothing is computed here but where a point is drawn.
 */
#include "config.h"

#include "client/page.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/page_private.h"

static const char *const qualities[] = { "gold", "silver", "bronze",
	"failed", "pending", "idle", "unknown", NULL };

/*-------------------------------------------------------------------- tiles */

static void
open_tile(struct text *t, const char *name)
{
	text_add(t, "<div class=\"tile\"><span>");
	html(t, name);
	text_add(t, "</span><b>");
}

static void
end_tile(struct text *t, const char *below)
{
	text_add(t, "</b><em>");
	html(t, below);
	text_add(t, "</em></div>\n");
}

static const json_t *
metric(const json_t *r, const char *name)
{
	const json_t *m;
	size_t i;

	json_array_foreach(json_object_get(r, "metrics"), i, m)
		if (strcmp(json_text(m, "metric", ""), name) == 0)
			return m;
	return NULL;
}

/* What a number comes from, or why it can't be said. */
static void
tile_metric(struct text *t, const json_t *r, const char *name,
    const char *shown)
{
	const json_t *m = metric(r, name);
	bool share = strcmp(json_text(m, "unit", ""), "share") == 0;
	CLEANUP_TEXT struct text below = { 0 };

	if (m == NULL)
		return;
	if (json_text(m, "na", NULL))
		text_add(&below, json_text(m, "na", ""));
	else if (share)
		text_addf(&below, "%.0f of %.0f", json_num(m, "numerator", 0),
		    json_num(m, "denominator", 0));
	else
		text_addf(&below, "mean of %.0f", json_num(m, "denominator",
		    0));
	if (json_int(m, "pending", 0) > 0)
		text_addf(&below, ", %lld pending", (long long)json_int(m,
		    "pending", 0));
	open_tile(t, shown);
	html_value(t, json_num(m, "value", NAN), json_text(m, "unit", ""));
	end_tile(t, text_str(&below));
}

static void
tile_targets(struct text *t, const json_t *r)
{
	const json_t *list = json_object_get(r, "targets"), *e;
	int met = 0, told = 0, none = 0;
	CLEANUP_TEXT struct text below = { 0 };
	size_t i;

	json_array_foreach(list, i, e) {
		const json_t *m = json_object_get(e, "met");

		met += json_is_true(m);
		told += json_is_boolean(m);
		none += !json_is_boolean(m);
	}
	if (json_array_size(list) == 0)
		return;
	text_addf(&below, "of %d that can be judged", told);
	if (none > 0)
		text_addf(&below, ", %d n/a", none);
	open_tile(t, "Targets met");
	text_addf(t, "%d", met);
	end_tile(t, text_str(&below));
}

static void
tile_incidents(struct text *t, const json_t *r)
{
	const json_t *list = json_object_get(r, "incidents"), *e;
	CLEANUP_TEXT struct text below = { 0 };
	int open = 0;
	size_t i;

	json_array_foreach(list, i, e)
		open += json_flag(e, "open", false);
	text_addf(&below, "%d still open", open);
	open_tile(t, "Incidents");
	text_addf(t, "%zu", json_array_size(list));
	end_tile(t, text_str(&below));
}

/* How many dates of each quality, as a bar and in words. */
static void
put_mix(struct text *t, const json_t *r)
{
	const json_t *q = json_object_get(r, "quality");
	const char *const *word;

	text_add(t, "<div class=\"mix\" aria-hidden=\"true\">");
	for (word = qualities; *word; word++) {
		const char *colour;
		int64_t n = json_int(q, *word, 0);

		(void)html_sign(*word, &colour);
		if (n > 0)
			text_addf(t, "<span class=\"%s\" style=\"flex:%lld\">"
			    "</span>", colour, (long long)n);
	}
	text_add(t, "</div>\n<ul class=\"keys\">");
	for (word = qualities; *word; word++) {
		CLEANUP_TEXT struct text shown = { 0 };

		if (json_int(q, *word, 0) == 0)
			continue;
		text_addf(&shown, "%lld %s", (long long)json_int(q, *word,
		    0), *word);
		text_add(t, "<li>");
		html_chip(t, *word, text_str(&shown));
		text_add(t, "</li>");
	}
	text_add(t, "</ul>\n");
}

/*-------------------------------------------------------------------- frame */

static void
put_head(struct text *t, const json_t *r)
{
	const char *const *css;

	text_add(t, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none';style-src 'unsafe-inline';img-src data:\">\n"
	    "<meta name=\"generator\" content=\"Gatewarden " PACKAGE_VERSION
	    "\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<link rel=\"icon\" href=\"data:,\">\n<title>");
	html(t, json_text(r, "title", "report"));
	text_add(t, "</title>\n<style>\n");
	for (css = page_style; *css; css++)
		text_add(t, *css);
	text_add(t, "</style></head>\n<body>\n");
}

static void
put_period(struct text *t, const json_t *r)
{
	const char *from = json_text(r, "from", "?");
	const char *to = json_text(r, "to", "?");

	text_add(t, "<span class=\"n\">");
	html(t, from);
	if (strcmp(from, to) != 0) {
		text_add(t, " &ndash;</span> <span class=\"n\">");
		html(t, to);
	}
	text_add(t, "</span>");
}

static void
put_title(struct text *t, const json_t *r)
{
	static const struct { const char *id, *name; } links[] = {
		{ "dates", "Dates" }, { "targets", "Targets" },
		{ "coverage", "Coverage" }, { "times", "Times" },
		{ "incidents", "Incidents" }, { "repairs", "Repairs" },
		{ "alerts", "Alerts" }, { "numbers", "All numbers" },
		{ "notes", "Notes" } };
	size_t i;

	text_add(t, "<header><p class=\"kicker\">Gatewarden &middot; ");
	html(t, json_text(r, "report", "report"));
	text_add(t, "</p>\n<h1>");
	html_data(t, json_text(r, "pipeline", "?"));
	text_add(t, " ");
	put_period(t, r);
	text_add(t, "</h1>\n<p class=\"sub\">As of ");
	html_when(t, json_text(r, "as_of", NULL));
	text_add(t, ", times are ");
	html(t, json_text(r, "timezone", "UTC"));
	text_add(t, ".</p>\n");
	put_mix(t, r);
	text_add(t, "<div class=\"tiles\">\n");
	tile_targets(t, r);
	tile_incidents(t, r);
	tile_metric(t, r, "mttd", "Time to detect");
	tile_metric(t, r, "mttr", "Time to resolve");
	tile_metric(t, r, "auto_recovery", "Repaired by itself");
	tile_metric(t, r, "zero_touch", "Untouched dates");
	text_add(t, "</div>\n<nav aria-label=\"Parts of this page\">");
	for (i = 0; i < ARRAY_SIZE(links); i++)
		text_addf(t, "<a href=\"#%s\">%s</a>", links[i].id,
		    links[i].name);
	text_add(t, "</nav></header>\n<main>\n");
}

static void
put_foot(struct text *t, const json_t *r)
{
	const json_t *j = json_object_get(r, "journal");

	text_addf(t, "</main>\n<footer>Folded from %lld events of the journal, "
	    "the last of ", (long long)json_int(j, "events", 0));
	html_when(t, json_text(j, "at", NULL));
	text_add(t, ". Every number can be counted again: <code>gatewarden "
	    "metric why NAME</code>. Made by Gatewarden " PACKAGE_VERSION
	    "; this file needs nothing else.</footer>\n</body></html>\n");
}

void
page(struct text *t, const json_t *r)
{
	put_head(t, r);
	put_title(t, r);
	page_dates(t, r);
	page_targets(t, r);
	page_coverage(t, r);
	page_durations(t, r);
	page_incidents(t, r);
	page_recoveries(t, r);
	page_rest(t, r);
	page_numbers(t, r);
	page_notes(t, r);
	put_foot(t, r);
}
