/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_events.c -- events of the journal, one line each.
 *
 * An event carries a whole row; shown is what a person reads of a row of
 * that kind, in the order of a sentence. Kinds that aren't known here show
 * every plain member: a newer daemon's events are told clumsily, never left
 * out.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { KIND_WIDTH = 9, ITEMS_SHOWN = 6 };

/* Members by kind. "=" shows the name too, and the value as it is; "+" the
 * same, but nothing for zero and words as people read them; others are words
 * of the protocol. "?" is said only when it is so, "!" either way. */
static const struct {
	const char *kind;
	const char *members[10];
} rows[] = {
	{ "check", { "raw", "=value", "=expected", "=missing", "=extra",
	    "?fault" } },
	{ "gate", { "verdict", "severity", "?fault" } },
	{ "phase", { "state", "marks", "+attempts", "failed_why",
	    "=run_id" } },
	{ "attempt", { "=id", "=number", "state", "outcome", "failure",
	    "=failing", "=actor" } },
	{ "recovery", { "+attempts", "+last", "+ended", "+no_effect" } },
	{ "incident", { "=number", "kind", "severity", "!open", "?clearing",
	    "?gave_up", "=acked_by" } },
	{ "breach", { "kind", "severity", "!open", "?child", "why",
	    "=incident" } },
	{ "hold", { "=id", "scope", "!live", "=actor", "=reason" } },
	{ "override", { "=id", "!live", "=actor", "=reason" } },
	{ "permit", { "=id", "state", "verdict", "=run_id", "=actor" } },
	{ "arrival", { "=value", "=expected", "?counts" } },
	{ "met_check", { "through" } }, { "met_gate", { "through" } },
	{ "met_phase", { "through" } },
	{ "date", { "=owed", "?adopted", "?closed" } },
	{ "signal", { "event", "=run", "=remark", "=actor" } },
	{ "dry", { "verb", "sentence", "=actor" } },
	{ "note", { "kind", "+detail", "why" } }
};

static bool
says_nothing(const json_t *v)
{
	const char *s = json_string_value(v);

	return v == NULL || json_is_null(v) || json_is_object(v) ||
	    (s && (*s == '\0' || strcmp(s, "none") == 0 ||
	    strcmp(s, "nothing") == 0)) ||
	    (json_is_array(v) && json_array_size(v) == 0);
}

static void
add_value(struct text *t, const json_t *v)
{
	if (json_is_string(v))
		text_add(t, json_string_value(v));
	else if (json_is_boolean(v))
		text_add(t, json_is_true(v) ? "yes" : "no");
	else if (json_is_array(v))
		words_list(t, v, ITEMS_SHOWN, 0);
	else
		words_value(t, v);
}

static void
add_flag(struct text *t, const char *key, bool set, bool always)
{
	if (!set && !always)
		return;
	text_add(t, t->len > 0 ? ", " : "");
	if (set)
		words_plain(t, key);
	else
		text_add(t, "over");
}

static void
add_member(struct text *t, const json_t *data, const char *member)
{
	size_t mark = strspn(member, "=?!+");
	const char *key = member + mark;
	const json_t *v = json_object_get(data, key);

	/* -1 is a count that wasn't told */
	if (says_nothing(v) || (json_is_integer(v) &&
	    json_integer_value(v) < (*member == '+')))
		return;
	if (json_is_boolean(v)) {
		add_flag(t, key, json_is_true(v), *member == '!');
		return;
	}
	text_add(t, t->len > 0 ? ", " : "");
	if (mark > 0) {
		words_plain(t, key);
		text_add(t, " ");
	}
	if ((mark == 0 || *member == '+') && json_is_string(v))
		words_plain(t, json_string_value(v));
	else
		add_value(t, v);
}

static void
add_all(struct text *t, const json_t *data)
{
	const json_t *v;
	const char *key;

	json_object_foreach((json_t *)data, key, v) {
		if (says_nothing(v))
			continue;
		text_add(t, t->len > 0 ? ", " : "");
		text_add_clean(t, key, strlen(key));
		text_add(t, " ");
		add_value(t, v);
	}
}

/* A number that says of what kind the subject of a note is. */
static bool
only_kind(const json_t *data, const char *member)
{
	return strcmp(member, "+detail") == 0 &&
	    strcmp(json_text(data, "kind", ""), "would_start") == 0;
}

static void
words_data(struct text *t, const char *kind, const json_t *data)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].kind, kind) != 0)
			continue;
		for (k = 0; k < ARRAY_SIZE(rows[i].members) &&
		    rows[i].members[k]; k++)
			if (!only_kind(data, rows[i].members[k]))
				add_member(t, data, rows[i].members[k]);
		return;
	}
	add_all(t, data);
}

/* The word whose colour an event has. */
static const char *
telling(const json_t *data)
{
	static const char *const members[] = { "outcome", "raw", "verdict",
		"state", "severity" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		const char *s = json_text(data, members[i], NULL);

		if (s && strcmp(s, "none") != 0)
			return s;
	}
	return NULL;
}

void
show_event(struct out *o, const json_t *e, const char *now)
{
	const char *kind = json_text(e, "kind", "?");
	const json_t *data = json_object_get(e, "data");
	static const char *const where[] = { "pipeline", "date", "subject" };
	CLEANUP_TEXT struct text s = { 0 };
	CLEANUP_TEXT struct text head = { 0 };
	bool named;
	size_t i;

	if (now)
		words_instant(&head, json_text(e, "at", NULL), now);
	else
		words_full(&head, json_text(e, "at", NULL));
	out(o, "%s  %-*s", text_str(&head), KIND_WIDTH, kind);
	text_addf(&head, "  %-*s", KIND_WIDTH, kind);
	for (i = 0; i < ARRAY_SIZE(where); i++)
		if (json_text(e, where[i], NULL))
			text_addf(&s, " %s", json_text(e, where[i], ""));
	out(o, "%s%s", s.len > 0 ? " " : "", text_str(&s));
	text_addf(&head, " %s", text_str(&s));
	named = s.len > 0;
	text_clear(&s);
	words_data(&s, kind, data);
	if (s.len > 0)
		out(o, named ? ": " : "  ");
	out_wrapped(o, style_of(telling(data)), columns(text_str(&head)) + 2,
	    8, text_str(&s));
}

int
show_events(struct out *o, const json_t *r, const json_t *params)
{
	const json_t *events = json_object_get(r, "events"), *e;
	size_t i;

	if (json_array_size(events) == 0)
		out(o, json_object_size(params) > 0 ?
		    "no events of that kind\n" : "no events yet\n");
	else if (json_flag(r, "more", false))
		out_in(o, STYLE_DIM, "the newest %zu; --limit shows more, "
		    "'gatewarden journal export' all\n",
		    json_array_size(events));
	json_array_foreach(events, i, e)
		show_event(o, e, NULL);
	return EXIT_OPEN;
}
