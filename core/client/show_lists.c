/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_lists.c -- phases, checks and gates of a date, and what is due: one
 * thing per line.
 *
 * A list of a date is per pipeline, each with its own "now": the zone is
 * said there, and times below are in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

static void
heading(struct out *o, const json_t *p)
{
	CLEANUP_TEXT struct text now = { 0 };

	words_instant(&now, json_text(p, "now", NULL), NULL);
	out_heading(o, "%s %s", json_text(p, "pipeline", "?"),
	    json_text(p, "date", "?"));
	out_in(o, STYLE_DIM, "  now %s (%s)\n", text_str(&now),
	    json_text(p, "zone", "?"));
}

static void
add_instant(struct table *t, const json_t *o, const char *key,
    const char *now)
{
	const char *at = json_text(o, key, NULL);
	CLEANUP_TEXT struct text s = { 0 };

	if (at)
		words_instant(&s, at, now);
	table_text(t, STYLE_PLAIN, text_str(&s));
}

/*------------------------------------------------------------------ phases */

static void
fill_phases(struct out *o, const json_t *phases, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"phase", "state", "due", "next try", "rule", "why", NULL });
	const json_t *c;
	size_t i;

	json_array_foreach(phases, i, c) {
		table_text(t, STYLE_PLAIN, json_text(c, "phase", "?"));
		cell_add(t, c);
		add_instant(t, c, "due", now);
		add_instant(t, c, "next_try", now);
		table_text(t, STYLE_DIM, json_text(c, "rule", NULL));
		table_text(t, STYLE_PLAIN, json_text(c, "why", NULL));
	}
	table_print(t, o, 2);
}

/* The cells of one list, as cell_legend() wants them. */
static void
legend_of(struct out *o, const json_t *cells)
{
	CLEANUP_JSON json_t *dates = json_array();
	json_t *d = json_object();

	(void)json_object_set(d, "cells", (json_t *)cells);
	(void)json_array_append_new(dates, d);
	cell_legend(o, dates);
}

static void
put_phases(struct out *o, const json_t *p)
{
	const json_t *phases = json_object_get(p, "phases");

	heading(o, p);
	if (json_array_size(phases) == 0)
		out(o, "  no phases\n");
	fill_phases(o, phases, json_text(p, "now", NULL));
	legend_of(o, phases);
}

static void
put_checks(struct out *o, const json_t *p)
{
	const json_t *checks = json_object_get(p, "checks");

	heading(o, p);
	if (json_array_size(checks) == 0)
		out(o, "  no checks\n");
	show_check_table(o, checks, json_text(p, "now", NULL), 2);
}

/*------------------------------------------------------------------- gates */

static void
add_gate(struct table *t, const json_t *g, const char *now)
{
	bool alarm = json_flag(g, "alarm", false);
	bool idle = json_flag(g, "idle", false);
	const char *word = json_text(g, alarm ? "severity" : "verdict", "?");
	const json_t *reason;
	CLEANUP_TEXT struct text why = { 0 };
	CLEANUP_TEXT struct text opens = { 0 };
	size_t i;

	table_text(t, STYLE_PLAIN, json_text(g, "gate", "?"));
	table_text(t, STYLE_DIM, alarm ? "alarm" : "gate");
	table_text(t, style_of(word), idle ? "idle" :
	    strcmp(word, "none") == 0 ? "silent" : word);
	add_instant(t, g, "at", now);
	add_instant(t, g, "next_change", now);
	table_text(t, STYLE_DIM, json_text(g, "rule", NULL));
	json_array_foreach(json_object_get(g, "reasons"), i, reason)
		text_addf(&why, "%s%s", i > 0 ? "; " : "",
		    json_is_string(reason) ? json_string_value(reason) : "");
	if (json_text(g, "fault", NULL))
		text_addf(&why, "%sfault: %s", why.len > 0 ? "; " : "",
		    json_text(g, "fault", ""));
	words_list(&opens, json_object_get(g, "opens_with"), 6, 0);
	if (opens.len > 0 && !alarm)
		text_addf(&why, "%sopens with %s", why.len > 0 ? "; " : "",
		    text_str(&opens));
	table_text(t, STYLE_PLAIN, idle ? NULL : text_str(&why));
}

static void
put_gates(struct out *o, const json_t *p)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"gate", "kind", "says", "since", "changes", "rule", "",
		NULL });
	const json_t *gates = json_object_get(p, "gates"), *g;
	size_t i;

	heading(o, p);
	if (json_array_size(gates) == 0)
		out(o, "  no gates and no alarms\n");
	json_array_foreach(gates, i, g)
		add_gate(t, g, json_text(p, "now", NULL));
	table_print(t, o, 2);
}

/*------------------------------------------------------------- per pipeline */

static int
each(struct out *o, const json_t *r,
    void (*put)(struct out *, const json_t *))
{
	const json_t *pipelines = json_object_get(r, "pipelines"), *p;
	size_t i;

	if (json_array_size(pipelines) == 0)
		out(o, "no date is watched yet\n");
	json_array_foreach(pipelines, i, p)
		put(o, p);
	return EXIT_OPEN;
}

int
show_phases(struct out *o, const json_t *r, const json_t *params)
{
	(void)params;
	return each(o, r, put_phases);
}

int
show_checks(struct out *o, const json_t *r, const json_t *params)
{
	(void)params;
	return each(o, r, put_checks);
}

int
show_gates(struct out *o, const json_t *r, const json_t *params)
{
	(void)params;
	return each(o, r, put_gates);
}

/*--------------------------------------------------------------------- due */

static void
add_due(struct table *t, const json_t *d)
{
	int64_t in = json_int(d, "in_ms", 0);
	bool late = json_flag(d, "late", in < 0);
	const char *view = json_text(d, "view", "?");
	CLEANUP_TEXT struct text s = { 0 };

	words_instant(&s, json_text(d, "at", NULL), NULL);
	table_text(t, STYLE_PLAIN, text_str(&s));
	text_clear(&s);
	text_add(&s, late ? "late by " : "in ");
	words_span(&s, llabs(in));
	table_text(t, late ? STYLE_BAD : STYLE_PLAIN, text_str(&s));
	table_cell(t, STYLE_PLAIN, "%s %s", json_text(d, "pipeline", "?"),
	    json_text(d, "date", "?"));
	table_text(t, STYLE_BOLD, json_text(d, "phase", "?"));
	text_clear(&s);
	words_plain(&s, view);
	table_text(t, style_of(view), text_str(&s));
	table_text(t, STYLE_DIM, strcmp(json_text(d, "what", "due"),
	    "due") == 0 ? "" : late ? "the last start that makes it is over" :
	    "last start that still makes it");
}

int
show_due(struct out *o, const json_t *r, const json_t *params)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"due", "", "date", "phase", "state", "", NULL });
	const json_t *due = json_object_get(r, "due"), *d;
	CLEANUP_TEXT struct text within = { 0 };
	size_t i;

	(void)params;
	words_span(&within, json_int(r, "within_ms", 0));
	if (json_array_size(due) == 0)
		out(o, "nothing is late, and nothing is due within %s\n",
		    text_str(&within));
	json_array_foreach(due, i, d)
		add_due(t, d);
	table_print(t, o, 0);
	return EXIT_OPEN;
}
