/* SPDX-License-Identifier: BSD-2-Clause
 *
 * page_numbers.c -- targets with what they burn, and all numbers with the
 * formula of each.
 *
 * A number that can't be said is n/a with the reason; one that can stands
 * with numerator and denominator, and with what was left out of it.
 */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/page_private.h"
#include "client/words.h"

/*------------------------------------------------------------------- values */

/* "85 % (6 of 7), 1 pending", or "n/a (why)". */
static void
put_value(struct text *t, const json_t *m)
{
	const char *unit = json_text(m, "unit", "count");
	bool share = strcmp(unit, "share") == 0;

	text_add(t, "<b>");
	html_value(t, json_num(m, "value", NAN), unit);
	text_add(t, "</b> <small>");
	if (json_text(m, "na", NULL)) {
		html(t, json_text(m, "na", ""));
	} else if (share) {
		text_addf(t, "%.0f of %.0f", json_num(m, "numerator", 0),
		    json_num(m, "denominator", 0));
	} else {
		text_addf(t, "mean of %.0f", json_num(m, "denominator", 0));
	}
	if (json_int(m, "pending", 0) > 0)
		text_addf(t, ", %lld pending", (long long)json_int(m,
		    "pending", 0));
	if (json_int(m, "unknown", 0) > 0)
		text_addf(t, ", %lld unknown", (long long)json_int(m,
		    "unknown", 0));
	text_add(t, "</small>");
}

static void
put_spread(struct text *t, const json_t *m)
{
	static const char *const members[] = { "median", "p90", "p95" };
	const char *unit = json_text(m, "unit", "count");
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		double v = json_num(m, members[i], NAN);

		if (!isfinite(v))
			continue;
		text_addf(t, "%s%s ", n++ ? ", " : "", members[i]);
		html_value(t, v, unit);
	}
	if (isfinite(json_num(m, "outside", NAN))) {
		text_add(t, n ? ", " : "");
		html_value(t, json_num(m, "outside", 0), "share");
		text_add(t, " outside of working hours");
	}
}

/*------------------------------------------------------------------ targets */

static void
put_burn(struct text *t, const json_t *burn)
{
	const char *level = json_text(burn, "level", NULL);
	double rate = json_num(burn, "rate", NAN);
	double width = isfinite(rate) ? fmin(rate, 10) * 10 : 0;

	if (level == NULL) {
		text_add(t, "<small>no budget is counted</small>");
		return;
	}
	text_add(t, "<span class=\"burn ");
	html(t, level);
	text_addf(t, "\" aria-hidden=\"true\"><span style=\"width:%.0f%%\">"
	    "</span></span>%.1f&times; ", width, isfinite(rate) ? rate : 0);
	if (strcmp(level, "none") != 0)
		html_chip(t, level, level);
	text_addf(t, "<br><small>%lld missed of %lld lately</small>",
	    (long long)json_int(burn, "misses", 0),
	    (long long)json_int(burn, "days", 0));
}

/* One that says nothing has no line on a narrow screen. */
static void
put_note(struct text *t, const char *note)
{
	if (*note == '\0') {
		text_add(t, "<td role=\"cell\" class=\"e\"></td>");
		return;
	}
	html_cell(t, "note");
	text_add(t, "<small>");
	html_data(t, note);
	text_add(t, "</small>");
	html_cell_end(t);
}

static void
put_target(struct text *t, const json_t *e)
{
	const json_t *m = json_object_get(e, "metric");
	const json_t *met = json_object_get(e, "met");

	text_add(t, "<tr role=\"row\">");
	html_cell(t, "target");
	html_data(t, json_text(e, "target", "?"));
	text_add(t, "<br><small>");
	html_data(t, json_text(m, "name", ""));
	text_add(t, "</small>");
	html_cell_end(t);
	html_cell(t, "result");
	if (json_is_boolean(met))
		html_chip(t, json_is_true(met) ? "met" : "missed",
		    json_is_true(met) ? "met" : "missed");
	else
		html_chip(t, "unknown", "n/a");
	html_cell_end(t);
	html_cell(t, "value");
	put_value(t, m);
	html_cell_end(t);
	html_cell(t, "bound");
	text_add(t, strcmp(json_text(e, "bound", ""), "at_most") == 0 ?
	    "at most " : "at least ");
	html_value(t, json_num(e, "at", NAN), json_text(m, "unit", "count"));
	text_add(t, ", <span class=\"n\">per ");
	html(t, json_text(e, "over", "?"));
	text_add(t, "</span>");
	html_cell_end(t);
	html_cell(t, "burn");
	put_burn(t, json_object_get(e, "burn"));
	html_cell_end(t);
	put_note(t, json_text(e, "note", ""));
	text_add(t, "</tr>\n");
}

void
page_targets(struct text *t, const json_t *r)
{
	static const char *const headings[] = { "target", "result", "value",
		"bound", "budget burnt", "note", NULL };
	const json_t *list = json_object_get(r, "targets"), *e;
	size_t i;

	html_section(t, "targets", "Targets", "What was promised, what came of "
	    "it, and how fast the budget for misses is used: 1\xc3\x97 is as "
	    "fast as the target allows.");
	if (json_array_size(list) == 0) {
		text_add(t, "<p>No targets are configured.</p></section>\n");
		return;
	}
	html_table(t, "Targets", headings);
	json_array_foreach(list, i, e)
		put_target(t, e);
	html_table_end(t);
	text_add(t, "</section>\n");
}

/*-------------------------------------------------------------- all numbers */

static void
put_before(struct text *t, const json_t *m)
{
	const json_t *before = json_object_get(m, "before");
	const char *trend = json_text(m, "trend", "unknown");

	if (strcmp(trend, "unknown") == 0) {
		text_add(t, "<small>");
		html(t, json_text(before, "na", "nothing to compare with"));
		text_add(t, "</small>");
		return;
	}
	html_value(t, json_num(before, "value", NAN), json_text(m, "unit",
	    "count"));
	text_add(t, " ");
	html_chip(t, trend, trend);
}

static void
put_excluded(struct text *t, const json_t *list)
{
	const json_t *e;
	size_t i;

	json_array_foreach(list, i, e) {
		text_add(t, i == 0 ? "<br>Left out: " : "; ");
		html(t, json_text(e, "date", "?"));
		text_add(t, " (");
		html_data(t, json_text(e, "why", "?"));
		text_add(t, ")");
	}
}

static void
put_metric(struct text *t, const json_t *m)
{
	text_add(t, "<tr role=\"row\">");
	html_cell(t, "number");
	html_data(t, json_text(m, "name", "?"));
	text_add(t, "<details><summary>what it is</summary><small>");
	html(t, json_text(m, "title", ""));
	text_add(t, ". ");
	html(t, json_text(m, "formula", ""));
	text_add(t, " Reads ");
	html(t, json_text(m, "reads", "the journal"));
	text_add(t, ".");
	put_excluded(t, json_object_get(m, "excluded"));
	text_add(t, "</small></details>");
	html_cell_end(t);
	html_cell(t, "value");
	put_value(t, m);
	html_cell_end(t);
	html_cell(t, "spread");
	text_add(t, "<small>");
	put_spread(t, m);
	text_add(t, "</small>");
	html_cell_end(t);
	html_cell(t, "before");
	put_before(t, m);
	html_cell_end(t);
	text_add(t, "</tr>\n");
}

void
page_numbers(struct text *t, const json_t *r)
{
	static const char *const headings[] = { "number", "value", "spread",
		"period before", NULL };
	const json_t *m;
	size_t i;

	html_section(t, "numbers", "All numbers", "Each with its numerator "
	    "and denominator; n/a with the reason where it can't be said.");
	html_table(t, "All numbers", headings);
	json_array_foreach(json_object_get(r, "metrics"), i, m)
		put_metric(t, m);
	html_table_end(t);
	text_add(t, "</section>\n");
}
