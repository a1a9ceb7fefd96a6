/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_attempt.c -- what was tried, what came of it, and what is planned.
 *
 * Attempts are told with the words of the journal (state, outcome, class of
 * failure) and the last lines of what they wrote. A plan is printed as what
 * it is: an upper bound, with the instant before which each try does not
 * come, and each of the ends that may come before.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

enum { LINES_SHOWN = 5, ITEMS_SHOWN = 6 };

/*----------------------------------------------------------------- attempts */

static void
words_times(struct text *t, const json_t *a, const char *now)
{
	const char *start = json_text(a, "started_at", NULL);
	const char *end = json_text(a, "ended_at", NULL);
	int64_t ms = start && end ? words_between(start, end) : INT64_MIN;

	words_instant(t, start ? start : json_text(a, "intent_at", NULL),
	    now);
	if (start == NULL) {
		text_add(t, ", not started yet");
	} else if (end == NULL) {
		text_add(t, ", runs");
	} else if (ms != INT64_MIN) {
		text_add(t, ", took ");
		words_span(t, ms);
	}
}

static void
add_part(struct text *t, const char *before, const char *what)
{
	if (what && *what)
		text_addf(t, "%s%s%s", t->len > 0 ? ", " : "", before, what);
}

static void
words_end(struct text *t, const json_t *a, const char *now)
{
	CLEANUP_TEXT struct text s = { 0 };

	if (json_object_get(a, "exit_code") &&
	    json_int(a, "exit_code", -1) >= 0) {
		text_addf(&s, "%lld", (long long)json_int(a, "exit_code", 0));
		add_part(t, "exit ", text_str(&s));
	}
	if (json_int(a, "signal", 0) > 0) {
		text_clear(&s);
		text_addf(&s, "%lld", (long long)json_int(a, "signal", 0));
		add_part(t, "signal ", text_str(&s));
	}
	add_part(t, "failure: ", json_text(a, "failure", NULL));
	add_part(t, "", json_text(a, "remark", NULL));
	add_part(t, "fault: ", json_text(a, "fault", NULL));
	if (json_text(a, "verify_until", NULL)) {
		text_clear(&s);
		words_instant(&s, json_text(a, "verify_until", NULL), now);
		add_part(t, "proof awaited until ", text_str(&s));
	}
	if (strcmp(json_text(a, "by", "gatewarden"), "gatewarden") != 0)
		add_part(t, "by ", json_text(a, "by", NULL));
}

/* What it was handed, and by how much it was short. */
static void
words_for(struct text *t, const json_t *a)
{
	const json_t *before = json_object_get(a, "failed_before"), *b;
	CLEANUP_TEXT struct text s = { 0 };
	size_t i;

	words_list(&s, json_object_get(a, "failing"), ITEMS_SHOWN, 0);
	add_part(t, "for ", text_str(&s));
	text_clear(&s);
	words_list(&s, json_object_get(a, "missing"), ITEMS_SHOWN, 0);
	add_part(t, "missing ", text_str(&s));
	text_clear(&s);
	json_array_foreach(before, i, b) {
		text_addf(&s, "%s%s", i > 0 ? ", " : "",
		    json_text(b, "check", "?"));
		if (json_is_number(json_object_get(b, "short_by"))) {
			text_add(&s, " short by ");
			words_value(&s, json_object_get(b, "short_by"));
		}
	}
	add_part(t, "failed before: ", text_str(&s));
}

/* The last lines, each behind a bar. */
static void
put_tail(struct out *o, const char *output, size_t indent)
{
	size_t len = output ? strlen(output) : 0, from, lines = 0;

	while (len > 0 && output[len - 1] == '\n')
		len--;
	for (from = len; from > 0; from--)
		if (output[from - 1] == '\n' && ++lines == LINES_SHOWN)
			break;
	while (from < len) {
		size_t n = strcspn(output + from, "\n");

		if (from + n > len)
			n = len - from;
		out_in(o, STYLE_DIM, "%*s| %.*s\n", (int)indent, "", (int)n,
		    output + from);
		from += n + 1;
	}
}

static const char *
attempt_word(const json_t *a)
{
	const char *outcome = json_text(a, "outcome", "none");

	return strcmp(outcome, "none") == 0 ? json_text(a, "state", "?") :
	    outcome;
}

static void
put_attempt(struct out *o, const json_t *a, const char *now, size_t indent)
{
	const char *word = attempt_word(a);
	CLEANUP_TEXT struct text s = { 0 };
	CLEANUP_TEXT struct text plain = { 0 };
	size_t at = indent;

	text_addf(&s, "try %lld  ", (long long)json_int(a, "number", 0));
	out(o, "%*s%s", (int)indent, "", text_str(&s));
	at += s.len;
	words_plain(&plain, word);
	out_in(o, style_of(word), "%s", text_str(&plain));
	at += plain.len;
	text_clear(&s);
	text_addf(&s, "  attempt %lld, ",
	    (long long)json_int(a, "attempt", 0));
	words_times(&s, a, now);
	words_end(&s, a, now);
	out_wrapped(o, STYLE_PLAIN, at, indent + 4, text_str(&s));
	text_clear(&s);
	words_for(&s, a);
	if (s.len > 0) {
		out(o, "%*s", (int)indent + 4, "");
		out_wrapped(o, STYLE_PLAIN, indent + 4, indent + 4,
		    text_str(&s));
	}
	put_tail(o, json_text(a, "output", NULL), indent + 4);
}

void
show_attempts(struct out *o, const json_t *attempts, const char *now,
    size_t indent)
{
	const json_t *a;
	size_t i;

	json_array_foreach(attempts, i, a)
		put_attempt(o, a, now, indent);
}

int
show_log(struct out *o, const json_t *r, const json_t *params)
{
	const char *output = json_text(r, "output", "");
	int64_t total = json_int(r, "output_total", 0);
	CLEANUP_JSON json_t *head = json_copy((json_t *)r);

	(void)params;
	(void)json_object_del(head, "output");
	out(o, "%s %s, action %s\n", json_text(r, "recovery", NULL) ?
	    "recovery" : "phase", json_text(r, "recovery", json_text(r,
	    "phase", "?")), json_text(r, "action", "none"));
	put_attempt(o, head, NULL, 0);
	if (*output == '\0') {
		out(o, "it wrote nothing%s\n", json_text(r, "ended_at",
		    NULL) ? "" : " so far, or it isn't kept yet");
		return EXIT_OPEN;
	}
	out_in(o, STYLE_DIM, "output, %lld bytes%s:\n", (long long)total,
	    total > (int64_t)strlen(output) ?
	    "; the first 16 and the last 48 KiB are kept" : "");
	out(o, "%s%s", output,
	    output[strlen(output) - 1] == '\n' ? "" : "\n");
	return EXIT_OPEN;
}

/*-------------------------------------------------------------------- plans */

void
show_plan(struct out *o, const json_t *owner, const char *now, size_t indent)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *plan = json_object_get(owner, "plan"), *p;
	CLEANUP_TEXT struct text s = { 0 };
	size_t i;

	json_array_foreach(plan, i, p) {
		int64_t wait = json_int(p, "wait_ms", 0);

		table_cell(t, STYLE_PLAIN, "try %lld",
		    (long long)json_int(p, "n", 0));
		text_clear(&s);
		words_instant(&s, json_text(p, "not_before", NULL), now);
		table_cell(t, STYLE_PLAIN, "not before %s", text_str(&s));
		text_clear(&s);
		words_span(&s, wait);
		text_add(&s, " after the one before");
		table_text(t, STYLE_PLAIN, wait > 0 ? text_str(&s) : "");
	}
	table_print(t, o, indent);
	text_clear(&s);
	json_array_foreach(json_object_get(owner, "ends"), i, p)
		text_addf(&s, "%s%s", i > 0 ? "; " : "",
		    json_is_string(p) ? json_string_value(p) : "");
	if (s.len == 0)
		return;
	out(o, "%*sends with: ", (int)indent, "");
	out_wrapped(o, STYLE_PLAIN, indent + 11, indent + 4, text_str(&s));
}

/*--------------------------------------------------------------- recoveries */

static void
words_now(struct text *t, const json_t *r, const char *now)
{
	const char *why = json_text(r, "why", NULL);
	const char *next = json_text(r, "next_at", NULL);

	text_addf(t, "%lld of %lld attempts used",
	    (long long)json_int(r, "attempts", 0),
	    (long long)json_int(r, "of", 0));
	if (json_text(r, "last", NULL)) {
		text_add(t, ", last ");
		words_plain(t, json_text(r, "last", NULL));
	}
	if (json_text(r, "ended", NULL)) {
		text_add(t, "; ended: ");
		text_add(t, json_text(r, "ended_text", json_text(r,
		    "ended", "")));
		return;
	}
	if (why == NULL) {
		text_add(t, "; it may start now");
		return;
	}
	text_add(t, "; doesn't start now: ");
	text_add(t, json_text(r, "why_text", why));
	if (next) {
		text_add(t, ", next try at ");
		words_instant(t, next, now);
	}
}

static void
show_line(struct out *o, enum style style, const char *s)
{
	out(o, "  ");
	out_wrapped(o, style, 2, 2, s);
}

/* What holds for every date: its breaker, what it is disabled for, and how
 * often its action has succeeded. */
static void
show_service(struct out *o, const json_t *r, const char *now)
{
	const json_t *breaker = json_object_get(r, "breaker");
	const json_t *track = json_object_get(r, "track");
	const char *state = json_text(breaker, "state", "closed");
	const char *disabled = json_text(json_object_get(r, "disabled"),
	    "text", NULL);
	CLEANUP_TEXT struct text s = { 0 };

	if (breaker && (strcmp(state, "closed") != 0 ||
	    json_int(breaker, "at_once", 0) > 0))
		show_line(o, STYLE_WARN, json_text(breaker, "text", ""));
	if (disabled)
		show_line(o, STYLE_BAD, disabled);
	if (json_int(track, "tries", 0) == 0)
		return;
	text_addf(&s, "of %s on all dates: %lld of %lld tries succeeded",
	    json_text(track, "action", "its action"),
	    (long long)json_int(track, "succeeded", 0),
	    (long long)json_int(track, "tries", 0));
	if (json_int(track, "in_vain", 0) > 1) {
		text_addf(&s, ", the last %lld in vain, since ",
		    (long long)json_int(track, "in_vain", 0));
		words_instant(&s, json_text(track, "in_vain_since", NULL),
		    now);
	}
	show_line(o, STYLE_PLAIN, text_str(&s));
}

void
show_recovery(struct out *o, const json_t *r, const char *now)
{
	CLEANUP_TEXT struct text s = { 0 };
	const json_t *tries = json_object_get(r, "tries");

	out_heading(o, "recovery %s", json_text(r, "recovery", "?"));
	text_add(&s, "repairs ");
	words_list(&s, json_object_get(r, "repairs"), 16, 0);
	if (json_text(r, "action", NULL))
		text_addf(&s, " with %s", json_text(r, "action", "?"));
	else
		text_add(&s, " by asking a person");
	text_addf(&s, ", order %lld", (long long)json_int(r, "order", 0));
	if (strcmp(json_text(r, "mode", "enforce"), "enforce") != 0)
		text_addf(&s, ", mode %s", json_text(r, "mode", "?"));
	if (json_text(r, "rule", NULL))
		text_addf(&s, ", rule %s", json_text(r, "rule", ""));
	out(o, "  ");
	out_wrapped(o, STYLE_PLAIN, 2, 2, text_str(&s));
	text_clear(&s);
	words_now(&s, r, now);
	out(o, "  ");
	out_wrapped(o, STYLE_PLAIN, 2, 2, text_str(&s));
	show_service(o, r, now);
	if (json_array_size(tries) == 0)
		out(o, "  nothing was tried yet\n");
	show_attempts(o, tries, now, 2);
	if (json_array_size(json_object_get(r, "plan")) == 0)
		return;
	out(o, "  plan\n");
	show_plan(o, r, now, 4);
}
