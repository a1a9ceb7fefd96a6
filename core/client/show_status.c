/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_status.c -- the morning in one screen.
 *
 * From the top: is the watcher itself well, what is the state of each date,
 * what needs a person, what comes next. No line says that something is fine
 * without the numbers that it rests on, and nothing that needs somebody is
 * below what doesn't.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { RANKS = 5, FIXED = 3, PHASES_MAX = TABLE_COLUMNS - FIXED };

/*--------------------------------------------------- the watcher, in a line */

static void
add_checked(struct out *o, const json_t *r)
{
	const json_t *ago = json_object_get(r, "checked_ms_ago");
	int64_t ran = json_int(r, "checks_ran", 0);
	int64_t owed = json_int(r, "checks_owed", 0);
	CLEANUP_TEXT struct text t = { 0 };

	if (!json_is_integer(ago)) {
		out_in(o, STYLE_BAD, "nothing has been measured yet");
	} else {
		words_span(&t, json_integer_value(ago));
		out(o, "checked %s ago", text_str(&t));
	}
	out(o, ", ");
	out_in(o, ran < owed || owed == 0 ? STYLE_BAD : STYLE_GOOD,
	    "%lld of %lld checks ran", (long long)ran, (long long)owed);
}

static void
add_route(struct out *o, const json_t *r, const char *now)
{
	const char *at = json_text(r, "route_proven_at", NULL);
	CLEANUP_TEXT struct text t = { 0 };

	if (at == NULL) {
		out(o, ", no message has been delivered yet");
		return;
	}
	words_instant(&t, at, now);
	out(o, ", route proven %s", text_str(&t));
}

/* Notifiers whose last try failed: who would hear of anything? */
static void
add_silent(struct out *o, const json_t *outbox)
{
	const json_t *list = json_object_get(outbox, "notifiers"), *n;
	size_t i;

	json_array_foreach(list, i, n) {
		int64_t failures = json_int(n, "failures", 0);
		CLEANUP_TEXT struct text t = { 0 };

		if (failures == 0)
			continue;
		words_count(&t, failures, "time");
		out_in(o, STYLE_BAD, "notifier '%s' does not deliver, %s in a "
		    "row: %s\n", json_text(n, "notifier", "?"),
		    text_str(&t), json_text(n, "error", "no reason"));
	}
}

/* Words for what stands beside the engine, where it isn't as it should be. */
static void
add_daemon(struct out *o, const json_t *r)
{
	const json_t *daemon = json_object_get(r, "daemon");
	const json_t *journal = json_object_get(daemon, "journal");
	const json_t *outbox = json_object_get(daemon, "outbox");
	int64_t pending = json_int(outbox, "pending", 0);

	if (json_flag(journal, "failed", false))
		out_in(o, STYLE_BAD, "the journal can't be written: %s; "
		    "nothing is started\n", json_text(journal, "why",
		    "no reason"));
	if (pending > 0) {
		CLEANUP_TEXT struct text t = { 0 };

		words_count(&t, pending, "message");
		out_in(o, STYLE_WARN, "%s not delivered yet\n",
		    text_str(&t));
	}
	add_silent(o, outbox);
	if (json_flag(r, "clock_virtual", false))
		out_in(o, STYLE_DIM, "on a virtual clock\n");
}

static void
add_head(struct out *o, const json_t *r, const char *now)
{
	if (json_flag(json_object_get(r, "daemon"), "dry_run", false))
		out_in(o, STYLE_WARN, "dry run: nothing is started, nothing "
		    "is sent\n");
	add_checked(o, r);
	add_route(o, r, now);
	out(o, "\n");
	add_daemon(o, r);
}

/*-------------------------------------------------------------- the dates */

static const char *
date_note(const json_t *d)
{
	const json_t *owed = json_object_get(d, "owed");

	if (json_is_integer(owed) && json_integer_value(owed) == 0)
		return "idle";
	if (json_flag(d, "adopted", false))
		return "adopted";
	if (!json_flag(d, "ended", true))
		return "not over";
	return "";
}

static size_t
phases_shown(const json_t *p)
{
	size_t n = json_array_size(json_object_get(p, "phases"));

	return n < PHASES_MAX ? n : PHASES_MAX;
}

static void
add_date(struct table *t, const json_t *d, size_t phases)
{
	const json_t *owed = json_object_get(d, "owed");
	const json_t *cells = json_object_get(d, "cells");
	size_t i;

	table_text(t, STYLE_PLAIN, json_text(d, "date", "?"));
	table_text(t, STYLE_DIM, date_note(d));
	if (json_is_integer(owed))
		table_cell(t, STYLE_PLAIN, "%lld",
		    (long long)json_integer_value(owed));
	else
		table_text(t, STYLE_DIM, "?");
	for (i = 0; i < phases; i++)
		cell_add(t, json_array_get(cells, i));
}

/* Date, note and owed, then one column per phase. */
static struct table *
matrix(const json_t *p)
{
	const char *headings[TABLE_COLUMNS + 1] = { "date", "", "owes" };
	const json_t *phases = json_object_get(p, "phases");
	size_t n = phases_shown(p), i;

	for (i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(phases,
		    i));

		headings[FIXED + i] = name ? name : "?";
	}
	headings[FIXED + n] = NULL;
	return table_new(headings);
}

static void
add_matrix(struct out *o, const json_t *p)
{
	const json_t *older = json_object_get(p, "older"), *d;
	int64_t left = json_int(p, "older_holes", 0) -
	    (int64_t)json_array_size(older);
	CLEANUP_JSON json_t *dates = json_array();
	size_t all = json_array_size(json_object_get(p, "phases"));
	CLEANUP_TABLE struct table *t = matrix(p);
	size_t i;

	(void)json_array_extend(dates, (json_t *)older);
	(void)json_array_extend(dates, json_object_get(p, "dates"));
	json_array_foreach(dates, i, d)
		add_date(t, d, phases_shown(p));
	table_print_bands(t, o, 2, FIXED);
	if (left > 0)
		out(o, "  and %lld older dates with holes: see 'gatewarden "
		    "due'\n", (long long)left);
	if (all > PHASES_MAX)
		out(o, "  and %zu more phases: see 'gatewarden phases'\n",
		    all - PHASES_MAX);
	cell_legend(o, dates);
}

static void
add_pipeline(struct out *o, const json_t *p)
{
	const json_t *dates = json_object_get(p, "dates");
	const char *mode = json_text(p, "mode", "?");
	CLEANUP_TEXT struct text now = { 0 };

	words_full(&now, json_text(p, "now", NULL));
	out_heading(o, "%s", json_text(p, "pipeline", "?"));
	out(o, "  %s (%s), mode %s%s\n", text_str(&now),
	    json_text(p, "zone", "?"), mode,
	    strcmp(mode, "observe") == 0 ?
	    ": measures and tells, starts nothing" :
	    strcmp(mode, "advise") == 0 ?
	    ": tells what it would do, starts nothing" : "");
	if (json_array_size(dates) == 0)
		out(o, "  no date is watched yet\n");
	else
		add_matrix(o, p);
}

/*------------------------------------------------------------------- needs */

static void
add_need(struct table *t, const json_t *n, const char *now)
{
	const char *severity = json_text(n, "severity", NULL);
	const char *at = json_text(n, "opened_at", NULL);
	const char *acked = json_text(n, "acked_by", NULL);
	CLEANUP_TEXT struct text kind = { 0 };
	CLEANUP_TEXT struct text what = { 0 };

	words_plain(&kind, severity ? severity : json_text(n, "kind", "?"));
	table_text(t, severity ? style_of(severity) : STYLE_WARN,
	    text_str(&kind));
	table_cell(t, STYLE_PLAIN, "%s%s%s", json_text(n, "pipeline", ""),
	    json_text(n, "date", NULL) ? " " : "", json_text(n, "date", ""));
	table_text(t, STYLE_BOLD, json_text(n, "look", NULL));
	text_add(&what, json_text(n, "title", json_text(n, "sentence", "")));
	if (at) {
		text_add(&what, ", since ");
		words_instant(&what, at, now);
	}
	if (json_flag(n, "clearing", false))
		text_add(&what, ", clearing");
	if (json_flag(n, "gave_up", false))
		text_add(&what, ", automation has given up");
	if (acked)
		text_addf(&what, ", acked by %s", acked);
	table_text(t, STYLE_PLAIN, text_str(&what));
}

/* Worst first; what has no severity waits for a decision. */
static int
rank(const json_t *n)
{
	static const char *const ranks[] = { "critical", "", "warning",
		"info" };
	const char *severity = json_text(n, "severity", "");
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(ranks); i++)
		if (strcmp(severity, ranks[i]) == 0)
			break;
	return i;
}

/* Would it notice if something were wrong, and could it tell? */
static bool
watcher_well(const json_t *r)
{
	const json_t *daemon = json_object_get(r, "daemon");
	const json_t *outbox = json_object_get(daemon, "outbox"), *n;
	int64_t owed = json_int(r, "checks_owed", 0);
	size_t i;

	json_array_foreach(json_object_get(outbox, "notifiers"), i, n)
		if (json_int(n, "failures", 0) > 0)
			return false;
	return !json_flag(json_object_get(daemon, "journal"), "failed",
	    false) && owed > 0 && json_int(r, "checks_ran", 0) >= owed;
}

static void
add_needs(struct out *o, const json_t *r, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", "", NULL });
	const json_t *needs = json_object_get(r, "needs"), *n;
	size_t i;
	int k;

	if (json_array_size(needs) == 0) {
		out_heading(o, watcher_well(r) ? "needs a person: nothing" :
		    "needs a person: the watcher itself, see the top");
		return;
	}
	out_heading(o, "needs a person (%zu)", json_array_size(needs));
	for (k = 0; k < RANKS; k++)
		json_array_foreach(needs, i, n)
			if (rank(n) == k)
				add_need(t, n, now);
	table_print(t, o, 2);
}

static void
add_hold(struct table *t, const json_t *h, const char *now)
{
	const char *scope = json_text(h, "scope", "?");
	const char *name = json_text(h, "name", NULL);
	const char *until = json_text(h, "until", NULL);
	CLEANUP_TEXT struct text s = { 0 };

	text_add(&s, scope);
	if (name)
		text_addf(&s, " %s", name);
	if (json_text(h, "date", NULL))
		text_addf(&s, " %s", json_text(h, "date", ""));
	table_text(t, STYLE_WARN, text_str(&s));
	table_cell(t, STYLE_BOLD, "gatewarden release %lld",
	    (long long)json_int(h, "hold", 0));
	text_clear(&s);
	text_addf(&s, "by %s", json_text(h, "by", "?"));
	if (json_text(h, "reason", NULL))
		text_addf(&s, ": %s", json_text(h, "reason", ""));
	if (until) {
		text_add(&s, ", until ");
		words_instant(&s, until, now);
	}
	table_text(t, STYLE_PLAIN, text_str(&s));
}

static void
add_holds(struct out *o, const json_t *r, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *holds = json_object_get(r, "holds"), *h;
	size_t i;

	if (json_array_size(holds) == 0)
		return;
	out_heading(o, "held (%zu)", json_array_size(holds));
	json_array_foreach(holds, i, h)
		add_hold(t, h, now);
	table_print(t, o, 2);
}

static void
add_override(struct table *t, const json_t *x, const char *now)
{
	CLEANUP_TEXT struct text s = { 0 };

	table_cell(t, STYLE_WARN, "%s %s %s", json_text(x, "pipeline", "?"),
	    json_text(x, "date", "?"), json_text(x, "phase", "?"));
	table_cell(t, STYLE_BOLD, "gatewarden undo %lld",
	    (long long)json_int(x, "override", 0));
	text_addf(&s, "by %s: %s, until ", json_text(x, "by", "?"),
	    json_text(x, "reason", ""));
	words_instant(&s, json_text(x, "until", NULL), now);
	table_text(t, STYLE_PLAIN, text_str(&s));
}

static void
add_overrides(struct out *o, const json_t *r, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *list = json_object_get(r, "overrides"), *x;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	out_heading(o, "overridden (%zu)", json_array_size(list));
	json_array_foreach(list, i, x)
		add_override(t, x, now);
	table_print(t, o, 2);
}

/*-------------------------------------------------------------------- next */

static void
add_next(struct out *o, const json_t *r, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", "", NULL });
	const json_t *next = json_object_get(r, "next"), *n;
	size_t i;

	if (json_array_size(next) == 0) {
		out_heading(o, "next: nothing is due and no try is planned");
		return;
	}
	out_heading(o, "next");
	json_array_foreach(next, i, n) {
		CLEANUP_TEXT struct text at = { 0 };
		CLEANUP_TEXT struct text in = { 0 };

		words_instant(&at, json_text(n, "at", NULL), now);
		words_span(&in, json_int(n, "in_ms", 0));
		table_text(t, STYLE_PLAIN, text_str(&at));
		table_cell(t, STYLE_DIM, "in %s", text_str(&in));
		table_text(t, STYLE_PLAIN, json_text(n, "what", "?"));
		table_cell(t, STYLE_PLAIN, "%s %s %s",
		    json_text(n, "pipeline", "?"), json_text(n, "date", "?"),
		    json_text(n, "subject", "?"));
	}
	table_print(t, o, 2);
}

int
show_status(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *pipelines = json_object_get(r, "pipelines"), *p;
	const char *now = json_text(r, "now", NULL);
	size_t i;

	(void)params;
	/* one pipeline: its zone is that of the screen */
	if (json_array_size(pipelines) == 1)
		now = json_text(json_array_get(pipelines, 0), "now", now);
	else
		now = NULL;
	add_head(o, r, now);
	if (json_array_size(pipelines) == 0)
		out_heading(o, "no pipeline is configured");
	json_array_foreach(pipelines, i, p)
		add_pipeline(o, p);
	show_backfills_line(o, json_object_get(r, "backfills"), now);
	add_needs(o, r, now);
	add_holds(o, r, now);
	show_waivers(o, json_object_get(r, "waivers"), now);
	add_overrides(o, r, now);
	add_next(o, r, now);
	return EXIT_OPEN;
}
