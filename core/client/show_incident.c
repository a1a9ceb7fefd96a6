/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_incident.c -- incidents: what is wrong, what follows from it, who
 * was told.
 *
 * One entry per root cause. What hangs under it is listed with it, because
 * it is not another thing to do. A message that did not arrive is said, with
 * what the far end answered.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { HOLES_SHOWN = 20 };

static void
words_life(struct text *t, const json_t *i, const char *now)
{
	const char *acked = json_text(i, "acked_until", NULL);
	int64_t told = json_int(i, "told", -1);

	text_add(t, json_flag(i, "open", true) ? "open since " :
	    "opened ");
	words_instant(t, json_text(i, "opened_at", NULL), now);
	if (!json_flag(i, "open", true)) {
		text_add(t, ", ended ");
		words_instant(t, json_text(i, "closed_at", NULL), now);
	}
	text_add(t, " (");
	words_span(t, json_int(i, "lasted_ms", 0));
	text_add(t, ")");
	if (json_flag(i, "open", true) && json_flag(i, "clearing", false))
		text_add(t, ", clearing: its root is proven");
	if (json_flag(i, "gave_up", false))
		text_add(t, ", automation has given up");
	if (acked) {
		text_addf(t, ", acked by %s until ", json_text(i, "acked_by",
		    "?"));
		words_instant(t, acked, now);
	}
	if (json_text(i, "label", NULL))
		text_addf(t, ", labelled %s by %s (%s)", json_text(i, "label",
		    ""), json_text(i, "labelled_by", "?"), json_text(i,
		    "label_reason", ""));
	if (told == 0) {
		text_add(t, ", nobody was told");
	} else if (told > 0) {
		text_add(t, ", ");
		words_count(t, told, "message");
	}
}

static void
add_breach(struct table *t, const json_t *b, const char *now)
{
	const char *severity = json_text(b, "severity", "none");
	const char *why = json_text(b, "why_text", NULL);
	CLEANUP_TEXT struct text s = { 0 };

	table_text(t, STYLE_DIM, json_flag(b, "follows", false) ?
	    "follows" : "cause");
	table_cell(t, STYLE_PLAIN, "%s %s", json_text(b, "kind", "?"),
	    json_text(b, "subject", ""));
	table_text(t, style_of(severity), severity);
	text_add(&s, json_flag(b, "open", true) ? "since " : "over; since ");
	words_instant(&s, json_text(b, "since", NULL), now);
	if (why)
		text_addf(&s, ": %s", why);
	table_text(t, STYLE_PLAIN, text_str(&s));
}

static void
put_breaches(struct out *o, const json_t *breaches, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", "", NULL });
	const json_t *b;
	size_t i;

	json_array_foreach(breaches, i, b)
		add_breach(t, b, now);
	table_print(t, o, 4);
}

static void
add_told(struct table *t, const json_t *m, const char *now)
{
	const char *delivered = json_text(m, "delivered_at", NULL);
	CLEANUP_TEXT struct text s = { 0 };

	words_instant(&s, json_text(m, "at", NULL), now);
	table_text(t, STYLE_PLAIN, text_str(&s));
	table_text(t, STYLE_PLAIN, json_text(m, "notifier", "?"));
	text_clear(&s);
	words_plain(&s, json_text(m, "kind", ""));
	text_addf(&s, " %s", json_text(m, "severity", ""));
	table_text(t, STYLE_PLAIN, text_str(&s));
	text_clear(&s);
	if (delivered) {
		text_add(&s, "delivered ");
		words_instant(&s, delivered, now);
	} else {
		text_add(&s, json_flag(m, "gave_up", false) ? "given up" :
		    "not delivered yet");
		text_add(&s, " after ");
		words_count(&s, json_int(m, "tries", 0), "try");
		if (json_text(m, "reply", NULL))
			text_addf(&s, ": %s", json_text(m, "reply", ""));
	}
	table_text(t, delivered ? STYLE_PLAIN : STYLE_BAD, text_str(&s));
	table_text(t, STYLE_PLAIN, json_text(m, "title", NULL));
}

/* A text of several lines. */
static void
put_lines(struct out *o, const char *s, int indent)
{
	size_t n;

	for (; s && *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		out(o, "%*s%.*s\n", indent, "", (int)n, s);
	}
}

static void
put_told(struct out *o, const json_t *told, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", "", "", NULL });
	const json_t *m;
	size_t i;

	if (json_array_size(told) == 0)
		return;
	out(o, "    told\n");
	json_array_foreach(told, i, m)
		add_told(t, m, now);
	table_print(t, o, 6);
	json_array_foreach(told, i, m)
		put_lines(o, json_text(m, "why", NULL), 8);
}

void
show_incident(struct out *o, const json_t *i, const json_t *told,
    const char *now)
{
	const char *severity = json_text(i, "severity", "?");
	bool open = json_flag(i, "open", true);
	CLEANUP_TEXT struct text head = { 0 };
	CLEANUP_TEXT struct text life = { 0 };
	const char *word = open ? severity : "ended";

	text_addf(&head, " incident %lld  %s%s%s  %s",
	    (long long)json_int(i, "incident", 0),
	    json_text(i, "pipeline", ""), json_text(i, "date", NULL) ? " " :
	    "", json_text(i, "date", ""), json_text(i, "title", ""));
	out_in(o, open ? style_of(severity) : STYLE_DIM, "%s", word);
	out_wrapped(o, STYLE_BOLD, strlen(word), 4, text_str(&head));
	words_life(&life, i, now);
	out(o, "    ");
	out_wrapped(o, STYLE_PLAIN, 4, 4, text_str(&life));
	put_breaches(o, json_object_get(i, "breaches"), now);
	put_told(o, told, now);
}

/* Holes of dates that had ended before anybody watched. */
static void
put_holes(struct out *o, const json_t *holes)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	size_t n = json_array_size(holes), i;
	size_t first = n > HOLES_SHOWN ? n - HOLES_SHOWN : 0;

	if (n == 0)
		return;
	out_heading(o, "adopted with holes (%zu): shown, told to nobody", n);
	for (i = first; i < n; i++) {
		const json_t *h = json_array_get(holes, i);

		table_cell(t, STYLE_PLAIN, "%s %s", json_text(h, "pipeline",
		    "?"), json_text(h, "date", "?"));
		table_cell(t, STYLE_PLAIN, "%s %s", json_text(h, "kind", "?"),
		    json_text(h, "subject", "?"));
		table_text(t, STYLE_DIM, json_text(h, "severity", ""));
	}
	if (first > 0)
		out(o, "  %zu older ones: see 'gatewarden due'\n", first);
	table_print(t, o, 2);
}

int
show_incidents(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *incidents = json_object_get(r, "incidents"), *i;
	const char *now = json_text(r, "now", NULL);
	int64_t ended = json_int(r, "ended", 0);
	bool all = json_flag(params, "all", false);
	CLEANUP_TEXT struct text n = { 0 };
	size_t k;

	words_count(&n, ended, "incident");
	if (json_array_size(incidents) == 0)
		out(o, all ? "no incidents\n" : "no open incidents\n");
	json_array_foreach(incidents, k, i) {
		out(o, k > 0 ? "\n" : "");
		show_incident(o, i, NULL, now);
	}
	put_holes(o, json_object_get(r, "holes"));
	if (!all && ended > 0)
		out_in(o, STYLE_DIM, "%s ended: see 'gatewarden incidents "
		    "--all'\n", text_str(&n));
	return EXIT_OPEN;
}
