/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_backfill.c -- what a backfill would do, and how far one is.
 *
 * Dates of a plan that are alike and follow each other are one line, so that
 * a year fits on a screen.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { BAR = 24 };

/*--------------------------------------------------------------------- plan */

/* "phase4_backfill, predict": what would start for a date. */
static void
words_actions(struct text *t, const json_t *date)
{
	const json_t *actions = json_object_get(date, "actions"), *a;
	const json_t *missing = json_object_get(date, "missing"), *m;
	size_t i;

	json_array_foreach(actions, i, a)
		text_addf(t, "%s%s", t->len ? ", " : "", json_text(a,
		    "recovery", json_text(a, "phase", "?")));
	json_array_foreach(missing, i, m)
		if (!json_flag(m, "can", true))
			text_addf(t, "%s%s: %s", t->len ? "; " : "",
			    json_text(m, "phase", "?"),
			    json_text(m, "why", "nothing repairs it"));
}

static const char *
word_of(const char *state)
{
	return strcmp(state, "stuck") == 0 ? "can't be" :
	    strcmp(state, "external") == 0 ? "left" :
	    strcmp(state, "missing") == 0 ? "to do" : state;
}

static enum style
style_of_state(const char *state)
{
	return strcmp(state, "stuck") == 0 ? STYLE_BAD :
	    strcmp(state, "unknown") == 0 ? STYLE_WARN :
	    strcmp(state, "missing") == 0 ? STYLE_BOLD : STYLE_DIM;
}

static void
add_run(struct table *t, const json_t *first, const json_t *last, size_t n,
    const char *what)
{
	const char *state = json_text(first, "state", "?");

	if (n == 1)
		table_text(t, STYLE_PLAIN, json_text(first, "date", "?"));
	else
		table_cell(t, STYLE_PLAIN, "%s..%s", json_text(first, "date",
		    "?"), json_text(last, "date", "?"));
	table_cell(t, STYLE_DIM, "%zu", n);
	table_text(t, style_of_state(state), word_of(state));
	table_text(t, STYLE_PLAIN, what);
}

static void
put_dates(struct out *o, const json_t *dates)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"dates", "", "", "starts", NULL });
	size_t n = json_array_size(dates), i, first = 0;
	CLEANUP_TEXT struct text was = { 0 };

	for (i = 0; i <= n; i++) {
		const json_t *d = json_array_get(dates, i);
		const json_t *f = json_array_get(dates, first);
		CLEANUP_TEXT struct text what = { 0 };

		if (d)
			words_actions(&what, d);
		if (d && i > 0 && strcmp(text_str(&what),
		    text_str(&was)) == 0 && strcmp(json_text(d, "state", ""),
		    json_text(f, "state", "")) == 0)
			continue;
		if (i > 0)
			add_run(t, f, json_array_get(dates, i - 1),
			    i - first, text_str(&was));
		first = i;
		text_clear(&was);
		text_add(&was, text_str(&what));
	}
	table_print(t, o, 2);
}

static void
put_estimate(struct out *o, const json_t *r)
{
	const json_t *ms = json_object_get(r, "estimate_ms");
	const json_t *none = json_object_get(r, "no_history");
	CLEANUP_TEXT struct text t = { 0 };

	if (json_int(r, "starts", 0) == 0) {
		out(o, "nothing would be started\n");
		return;
	}
	words_count(&t, json_int(r, "starts", 0), "start");
	text_addf(&t, ", %lld dates at once, at most %lld starts in an hour; ",
	    (long long)json_int(r, "at_most", 0),
	    (long long)json_int(r, "starts_per_hour", 0));
	if (json_is_integer(ms)) {
		text_add(&t, "about ");
		words_span(&t, json_integer_value(ms));
		text_add(&t, " by the medians of the latest runs");
	} else {
		text_add(&t, "how long it takes can't be told: no history "
		    "of ");
		words_list(&t, none, 6, 0);
	}
	out(o, "%s\n", text_str(&t));
}

int
show_backfill_plan(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *counts = json_object_get(r, "counts");
	const char *canary = json_text(r, "canary", NULL);

	(void)params;
	out_heading(o, "backfill of %s, %s..%s: %lld to do, %lld whole, "
	    "%lld idle, %lld can't be, %lld unknown", json_text(r,
	    "pipeline", "?"), json_text(r, "from", "?"), json_text(r, "to",
	    "?"), (long long)json_int(counts, "missing", 0),
	    (long long)json_int(counts, "whole", 0),
	    (long long)json_int(counts, "idle", 0),
	    (long long)json_int(counts, "stuck", 0),
	    (long long)json_int(counts, "unknown", 0));
	put_dates(o, json_object_get(r, "dates"));
	put_estimate(o, r);
	if (json_flag(r, "with_canary", false))
		out(o, "first %s, alone; the others when that is whole\n",
		    canary ? canary : "the first date that lacks something");
	if (json_int(r, "left_out", 0) > 0)
		out_in(o, STYLE_WARN, "%lld starts of what leaves the house "
		    "are left out; --include-external makes them too\n",
		    (long long)json_int(r, "left_out", 0));
	out(o, "nothing of these dates is told above %s\n", json_text(r,
	    "severity", "info"));
	return EXIT_OPEN;
}

int
show_backfill_start(struct out *o, const json_t *r, const json_t *params)
{
	long long id = (long long)json_int(r, "id", 0);

	if (strcmp(json_text(r, "code", ""), "shown") == 0)
		return show_backfill_plan(o, r, params);
	out(o, "backfill %lld has begun; see 'gatewarden backfill status "
	    "%lld'\n", id, id);
	return EXIT_OPEN;
}

/*------------------------------------------------------------------- status */

/* "[#########...............]". */
static void
words_bar(struct text *t, int64_t done, int64_t all)
{
	int64_t full = all > 0 ? done * BAR / all : 0, i;

	text_add(t, "[");
	for (i = 0; i < BAR; i++)
		text_add(t, i < full ? "#" : ".");
	text_add(t, "]");
}

static void
words_progress(struct text *t, const json_t *b)
{
	const json_t *ms = json_object_get(b, "estimate_ms");
	int64_t all = json_int(b, "dates", 0), gave_up = json_int(b,
	    "gave_up", 0);

	text_addf(t, "%lld of %lld dates", (long long)json_int(b, "ended", 0),
	    (long long)all);
	if (gave_up > 0)
		text_addf(t, ", %lld given up", (long long)gave_up);
	if (json_int(b, "active", 0) > 0)
		text_addf(t, ", %lld at work", (long long)json_int(b,
		    "active", 0));
	if (!json_is_integer(ms))
		return;
	text_addf(t, ", %.1f in an hour, about ", json_number_value(
	    json_object_get(b, "per_hour")));
	words_span(t, json_integer_value(ms));
	text_add(t, " left");
}

/* Why it stands still, as a clause; NULL: it doesn't. */
static const char *
why_still(const json_t *b)
{
	const char *stop = json_text(b, "stop", "");

	if (strcmp(json_text(b, "state", ""), "paused") != 0)
		return NULL;
	return strcmp(stop, "canary") == 0 ?
	    "the canary did not become whole" :
	    strcmp(stop, "in_row") == 0 ?
	    "several dates in a row did not become whole" :
	    "by a person";
}

static enum style
style_of_backfill(const json_t *b)
{
	const char *state = json_text(b, "state", "");
	const char *stop = json_text(b, "stop", "");

	return strcmp(state, "failed") == 0 || (strcmp(state, "paused") == 0 &&
	    strcmp(stop, "person") != 0) ? STYLE_BAD :
	    strcmp(state, "paused") == 0 ? STYLE_WARN :
	    strcmp(state, "done") == 0 ? STYLE_GOOD : STYLE_PLAIN;
}

static void
put_line(struct out *o, const json_t *b, const char *now)
{
	CLEANUP_TEXT struct text t = { 0 };
	const char *why = why_still(b);

	(void)now;
	if (o->width > 0)
		words_bar(&t, json_int(b, "ended", 0), json_int(b, "dates",
		    0));
	if (t.len)
		text_add(&t, " ");
	words_progress(&t, b);
	out(o, "backfill %lld of %s %s..%s: ", (long long)json_int(b,
	    "backfill", 0), json_text(b, "pipeline", "?"), json_text(b,
	    "from", "?"), json_text(b, "to", "?"));
	out_in(o, style_of_backfill(b), "%s", json_text(b, "state", "?"));
	if (why)
		out(o, " (%s)", why);
	out(o, ", %s\n", text_str(&t));
}

void
show_backfills_line(struct out *o, const json_t *list, const char *now)
{
	const json_t *b;
	size_t i;

	if (json_array_size(list) > 0)
		out(o, "\n");
	json_array_foreach(list, i, b)
		put_line(o, b, now);
}

static void
put_each(struct out *o, const json_t *b)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", NULL });
	const json_t *list = json_object_get(b, "each"), *d;
	size_t i;

	json_array_foreach(list, i, d) {
		const char *state = json_text(d, "state", "?");

		table_text(t, STYLE_PLAIN, json_text(d, "date", "?"));
		table_text(t, strcmp(state, "gave up") == 0 ? STYLE_BAD :
		    strcmp(state, "active") == 0 ? STYLE_BOLD : STYLE_DIM,
		    state);
	}
	table_print(t, o, 2);
}

/* What a person can do about it. */
static void
put_more(struct out *o, const json_t *b, const char *now)
{
	const char *state = json_text(b, "state", "");
	long long id = (long long)json_int(b, "backfill", 0);
	CLEANUP_TEXT struct text t = { 0 };

	words_instant(&t, json_text(b, "at", NULL), now);
	out(o, "  since %s, by %s%s%s; at most %lld dates at once, %lld "
	    "starts in an hour\n", text_str(&t), json_text(b, "by", "?"),
	    json_text(b, "reason", "")[0] ? ": " : "", json_text(b, "reason",
	    ""), (long long)json_int(b, "at_most", 0),
	    (long long)json_int(b, "starts_per_hour", 0));
	if (json_int(b, "gave_up", 0) > 0)
		out(o, "  the last one that was given up: %s\n", json_text(b,
		    "why", "no reason is known"));
	if (strcmp(state, "paused") == 0)
		out(o, "  gatewarden backfill resume %lld   or: gatewarden "
		    "backfill cancel %lld\n", id, id);
	else if (strcmp(state, "running") == 0)
		out(o, "  gatewarden backfill pause %lld\n", id);
}

int
show_backfill_status(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *list = json_object_get(r, "backfills"), *b;
	const char *now = json_text(r, "now", NULL);
	size_t i;

	(void)params;
	if (json_array_size(list) == 0)
		out(o, "there is no backfill; 'gatewarden backfill plan "
		    "FROM..TO' says what one would do\n");
	json_array_foreach(list, i, b) {
		put_line(o, b, now);
		put_more(o, b, now);
		if (json_object_get(b, "each"))
			put_each(o, b);
	}
	return EXIT_OPEN;
}

int
show_backfill_turn(struct out *o, const json_t *r, const json_t *params)
{
	long long id = (long long)json_int(params, "id", 0);

	if (strcmp(json_text(r, "code", ""), "already") == 0)
		out(o, "backfill %lld: it is so already\n", id);
	else
		out(o, "backfill %lld: done; see 'gatewarden backfill status "
		    "%lld'\n", id, id);
	return EXIT_OPEN;
}
