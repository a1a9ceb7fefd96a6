/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page_dates.c -- the map of dates by phases, each with its sign and word.
 *
 * A row per date: its quality, where each phase stood, why it is not better,
 * and the incidents of the date. On a narrow screen the signs remain, and the
 * words are read by who can't see.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/page_private.h"
#include "client/words.h"

static const json_t *
phase_of(const json_t *date, const char *name)
{
	const json_t *p;
	size_t i;

	json_array_foreach(json_object_get(date, "phases"), i, p)
		if (strcmp(json_text(p, "phase", ""), name) == 0)
			return p;
	return NULL;
}

static void
put_cell(struct text *t, const json_t *p)
{
	const json_t *marks = json_object_get(p, "marks"), *m;
	const char *stand = json_text(p, "stand", "unknown");
	const char *colour, *sign = html_sign(stand, &colour);
	int64_t late = json_int(p, "late_ms", 0);
	CLEANUP_TEXT struct text word = { 0 };
	CLEANUP_TEXT struct text span = { 0 };
	size_t i;

	words_plain(&word, stand);
	text_addf(t, "<td class=\"c %s\"><i aria-hidden=\"true\">%s</i><span>",
	    colour, sign);
	html(t, text_str(&word));
	text_add(t, "</span>");
	if (late > 0) {
		words_span(&span, late);
		text_add(t, "<small>by ");
		html(t, text_str(&span));
		text_add(t, "</small>");
	}
	json_array_foreach(marks, i, m)
		if (json_is_string(m) && strcmp(json_string_value(m),
		    "outside") != 0) {
			text_add(t, "<small>");
			html(t, json_string_value(m));
			text_add(t, "</small>");
		}
	text_add(t, "</td>");
}

static void
put_incidents(struct text *t, const json_t *r, const char *date)
{
	const json_t *i;
	int n = 0;
	size_t k;

	json_array_foreach(json_object_get(r, "incidents"), k, i) {
		long long number = (long long)json_int(i, "number", 0);

		if (strcmp(json_text(i, "date", ""), date) != 0)
			continue;
		text_addf(t, "%s<a href=\"#incident-%lld\">%lld</a>",
		    n++ == 0 ? " &middot; incident " : ", ", number, number);
	}
}

static void
put_row(struct text *t, const json_t *r, const json_t *date)
{
	const json_t *phases = json_object_get(r, "phases"), *p;
	const char *day = json_text(date, "date", "?");
	const char *quality = json_text(date, "quality", "unknown");
	const char *colour, *sign = html_sign(quality, &colour);
	size_t i;

	text_add(t, "<tr><th scope=\"row\">");
	html(t, strlen(day) == 10 ? day + 5 : day);
	text_addf(t, "</th><td class=\"c %s\"><i aria-hidden=\"true\">%s</i>"
	    "<span>", colour, sign);
	html(t, quality);
	text_add(t, "</span></td>");
	json_array_foreach(phases, i, p)
		put_cell(t, phase_of(date, json_is_string(p) ?
		    json_string_value(p) : ""));
	text_add(t, "<td class=\"why\">");
	html_data(t, json_text(date, "why", ""));
	put_incidents(t, r, day);
	text_add(t, "</td></tr>\n");
}

/* What stands for what, and the rule of each quality. */
static void
put_rules(struct text *t, const json_t *r)
{
	static const char *const stands[] = { "met", "late", "missing",
		"pending", "held", "idle", "unknown" };
	const json_t *e;
	size_t i;

	text_add(t, "<ul class=\"keys small\" aria-label=\"Signs\">");
	for (i = 0; i < ARRAY_SIZE(stands); i++) {
		text_add(t, "<li>");
		html_chip(t, stands[i], stands[i]);
		text_add(t, "</li>");
	}
	text_add(t, "</ul>\n<details><summary>How a date is "
	    "judged</summary><dl>");
	json_array_foreach(json_object_get(r, "rules"), i, e) {
		text_add(t, "<dt>");
		html_chip(t, json_text(e, "quality", "?"), json_text(e,
		    "quality", "?"));
		text_add(t, "</dt><dd>");
		html(t, json_text(e, "rule", ""));
		text_add(t, "</dd>");
	}
	text_add(t, "</dl></details>\n");
}

void
page_dates(struct text *t, const json_t *r)
{
	const json_t *phases = json_object_get(r, "phases"), *e;
	size_t i;

	html_section(t, "dates", "Dates", "Each date of the period, and where "
	    "each phase stood at its due time.");
	text_add(t, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Dates by phases\"><table class=\"map\"><caption>"
	    "Dates by phases</caption><thead><tr><th scope=\"col\">date</th>"
	    "<th scope=\"col\">quality</th>");
	json_array_foreach(phases, i, e) {
		text_add(t, "<th scope=\"col\">");
		html_data(t, json_is_string(e) ? json_string_value(e) : "?");
		text_add(t, "</th>");
	}
	text_add(t, "<th scope=\"col\" class=\"l\">why</th></tr></thead>"
	    "<tbody>\n");
	json_array_foreach(json_object_get(r, "dates"), i, e)
		put_row(t, r, e);
	text_add(t, "</tbody></table></div>\n");
	put_rules(t, r);
	text_add(t, "</section>\n");
}
