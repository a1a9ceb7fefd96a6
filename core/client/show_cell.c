/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_cell.c -- a phase of a date in a word, and why it doesn't start.
 *
 * Cells are the smallest picture of a phase on a date: one word, the number
 * that decides, and a sign where it is late, held or overridden; the signs
 * are explained below whatever uses them.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

/*------------------------------------------------------------------- cells */

static bool
has_mark(const json_t *cell, const char *mark)
{
	const json_t *m;
	size_t i;

	json_array_foreach(json_object_get(cell, "marks"), i, m)
		if (json_is_string(m) &&
		    strcmp(json_string_value(m), mark) == 0)
			return true;
	return false;
}

const char *
cell_word(const json_t *cell, enum style *ret_style)
{
	static const char *const marks[] = { "stale", "bypassed",
		"degraded" };
	const char *view = json_text(cell, "view", "?");
	size_t i;

	*ret_style = style_of(view);
	if (strcmp(view, "not_watched") == 0)
		return "-";
	for (i = 0; strcmp(view, "done") == 0 && i < ARRAY_SIZE(marks); i++)
		if (has_mark(cell, marks[i])) {
			*ret_style = style_of(marks[i]);
			return marks[i];
		}
	return view;
}

static bool
settled(const json_t *cell)
{
	const char *view = json_text(cell, "view", "");

	return strcmp(view, "done") == 0 || strcmp(view, "skipped") == 0;
}

void
cell_add(struct table *t, const json_t *cell)
{
	const char *number = json_text(cell, "number", "");
	CLEANUP_TEXT struct text s = { 0 };
	enum style style;

	words_plain(&s, cell_word(cell, &style));
	if (*number && strcmp(number, "-") != 0 &&
	    strcmp(json_text(cell, "view", ""), "skipped") != 0)
		text_addf(&s, " %s", number);
	if (json_flag(cell, "late", false) && !settled(cell))
		text_add(&s, "!");
	if (json_flag(cell, "held", false))
		text_add(&s, "#");
	if (has_mark(cell, "overridden"))
		text_add(&s, "*");
	table_text(t, style, text_str(&s));
}

void
cell_legend(struct out *o, const json_t *dates)
{
	bool late = false, held = false, overridden = false;
	const json_t *d, *c;
	size_t i, k;

	json_array_foreach(dates, i, d)
		json_array_foreach(json_object_get(d, "cells"), k, c) {
			late = late || (json_flag(c, "late", false) &&
			    !settled(c));
			held = held || json_flag(c, "held", false);
			overridden = overridden || has_mark(c, "overridden");
		}
	if (late)
		out_in(o, STYLE_DIM, "  ! past its due time");
	if (held)
		out_in(o, STYLE_DIM, "  # held");
	if (overridden)
		out_in(o, STYLE_DIM, "  * overridden");
	if (late || held || overridden)
		out(o, "\n");
}

/*-------------------------------------------------------------- conditions */

void
show_conditions(struct out *o, const json_t *conditions, size_t indent)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *c;
	size_t i;

	json_array_foreach(conditions, i, c) {
		CLEANUP_TEXT struct text why = { 0 };

		words_plain(&why, json_text(c, "why", ""));
		table_text(t, STYLE_BAD, text_str(&why));
		table_text(t, STYLE_DIM, json_text(c, "rule", NULL));
		table_text(t, STYLE_PLAIN, json_text(c, "sentence", NULL));
	}
	table_print(t, o, indent);
}
