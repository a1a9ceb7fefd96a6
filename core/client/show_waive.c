/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_waive.c -- waive: what it affects, until when, how to take it back;
 * and what is waived, in lists.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { ITEMS_SHOWN = 6 };

/* "box_scores 2026-01-16: 1 date, 2 items" */
static void
put_affected(struct out *o, const json_t *r, const json_t *params)
{
	CLEANUP_TEXT struct text t = { 0 };
	int64_t items = json_int(r, "items", 0);

	words_count(&t, json_int(r, "dates", 1), "date");
	if (items > 0) {
		text_add(&t, ", ");
		words_count(&t, items, "item");
	} else {
		text_add(&t, ", all of it");
	}
	if (json_int(r, "missing", -1) > 0)
		text_addf(&t, " (%lld missing now)",
		    (long long)json_int(r, "missing", 0));
	out(o, "%s %s: affects %s", json_text(r, "check", json_text(params,
	    "check", "?")), json_text(r, "date", json_text(params, "date",
	    "?")), text_str(&t));
}

int
show_waive(struct out *o, const json_t *r, const json_t *params)
{
	const char *code = json_text(r, "code", "");
	const char *until = json_text(r, "until", NULL);
	long long id = (long long)json_int(r, "id", 0);

	put_affected(o, r, params);
	if (strcmp(code, "shown") == 0) {
		out(o, "; nothing was waived\n");
		return EXIT_OPEN;
	}
	if (strcmp(code, "already") == 0) {
		out(o, "; waived already, waiver %lld\n", id);
		return EXIT_OPEN;
	}
	out(o, "; waiver %lld", id);
	if (until) {
		CLEANUP_TEXT struct text t = { 0 };

		words_instant(&t, until, NULL);
		out(o, ", until %s", text_str(&t));
	}
	out(o, "\nit is measured again then, and ends before if it arrives "
	    "after all\ntake it back with: gatewarden undo %lld\n", id);
	return EXIT_OPEN;
}

/* "a, b", or "all of it". */
static void
words_items(struct text *t, const json_t *w)
{
	const json_t *items = json_object_get(w, "items");

	if (json_array_size(items) > 0)
		words_list(t, items, ITEMS_SHOWN, json_array_size(items));
	else
		text_add(t, "all of it");
}

static void
words_one(struct text *t, const json_t *w, const char *now)
{
	const char *state = json_text(w, "state", "?");
	long long id = (long long)json_int(w, "waiver", 0);

	text_add(t, t->len > 0 ? "; waived " : "waived ");
	words_items(t, w);
	if (strcmp(state, "live") == 0) {
		text_add(t, " until ");
		words_instant(t, json_text(w, "until", "?"), now);
		text_addf(t, " by %s: %s (undo %lld)", json_text(w, "by",
		    "?"), json_text(w, "reason", "?"), id);
	} else if (strcmp(state, "needless") == 0) {
		text_addf(t, ": waiver %lld has ended, it arrived after all",
		    id);
	} else {
		text_addf(t, ": waiver %lld has ended, %s", id, state);
	}
}

void
words_waivers(struct text *t, const json_t *c, const char *now)
{
	const json_t *list = json_object_get(c, "waivers"), *w;
	size_t i;

	json_array_foreach(list, i, w)
		words_one(t, w, now);
}

void
show_waivers(struct out *o, const json_t *list, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *w;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	out_heading(o, "waived (%zu)", json_array_size(list));
	json_array_foreach(list, i, w) {
		CLEANUP_TEXT struct text s = { 0 };

		table_cell(t, STYLE_WARN, "%s %s", json_text(w, "check",
		    "?"), json_text(w, "date", "?"));
		table_cell(t, STYLE_BOLD, "gatewarden undo %lld",
		    (long long)json_int(w, "waiver", 0));
		words_items(&s, w);
		text_add(&s, ", until ");
		words_instant(&s, json_text(w, "until", "?"), now);
		text_addf(&s, ", by %s: %s", json_text(w, "by", "?"),
		    json_text(w, "reason", "?"));
		table_text(t, STYLE_PLAIN, text_str(&s));
	}
	table_print(t, o, 2);
}
