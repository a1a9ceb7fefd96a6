/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_lines.c -- the timeline of an incident: one line for each thing that
 * changed.
 *
 * An event carries a whole row; what was said of that row before is kept, so
 * that only what is new becomes a line. What belongs to the incident was
 * decided in story.c. Texts are plain: whoever shows them makes them fit for
 * a terminal or for Markdown.
 */
#include "daemon/story_private.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/units.h"
#include "daemon/words.h"

enum { LINES_MAX = 2000 };

const char *
story_why(const char *word)
{
	int w;

	for (w = WHY_NOTHING + 1; w < WHY_COUNT; w++)
		if (strcmp(word, why_name((enum why)w)) == 0)
			return words_why((enum why)w);
	return NULL;
}

void
story_reading(struct text *t, const char *check, const json_t *o)
{
	bool measured = json_flag(o, "measured", true);

	text_addf(t, "%s ", check);
	words_reading_long(t, measured ? json_num(o, "value", NAN) : NAN,
	    json_num(o, "expected", NAN));
}

void
story_line(struct story *s, int64_t at, const char *what, const char *text)
{
	json_t *o;

	if (json_array_size(s->lines) >= LINES_MAX) {
		s->left_out++;
		return;
	}
	o = json_object();
	json_put_int(o, "ms", at);
	put_when(o, "at", at, s->zone);
	json_put(o, "what", what);
	json_put(o, "text", text);
	(void)json_array_append_new(s->lines, o);
}

/* The row's text as it was last said is `now` too? Notes it. */
static bool
said_already(struct story *s, const char *key, const char *now)
{
	bool same = strcmp(json_text(s->last, key, ""), now) == 0;

	(void)json_object_set_new(s->last, key, json_string(now));
	return same;
}

/* Only changes, and none that came before the story begins. */
static void
tell(struct story *s, const struct store_event *e, const char *what,
    const char *text)
{
	const char *key = e->key ? e->key : what;

	if (!said_already(s, key, text) && e->at >= s->from)
		story_line(s, e->at, what, text);
}

static bool
has(const json_t *set, const char *name)
{
	return name && json_object_get(set, name);
}

void
story_words(struct text *t, const char *word)
{
	for (; *word; word++)
		text_addf(t, "%c", *word == '_' ? ' ' : *word);
}

/*---------------------------------------------------------------- evidence */

static void
see_check(struct story *s, const struct store_event *e)
{
	const json_t *said = json_object_get(e->data, "said");
	const char *raw = json_text(e->data, "raw", "?");
	int64_t missing = json_int(e->data, "missing", -1);
	CLEANUP_TEXT struct text t = { 0 };

	if (e->at <= s->opened)
		(void)json_object_set(s->before, e->subject,
		    (json_t *)(uintptr_t)e->data);
	(void)json_object_set(s->after, e->subject,
	    (json_t *)(uintptr_t)e->data);
	if (strcmp(raw, "unknown") == 0) {
		text_addf(&t, "%s could not tell", e->subject);
		if (json_text(said, "remark", NULL))
			text_addf(&t, ": %s", json_text(said, "remark", ""));
	} else {
		story_reading(&t, e->subject, e->data);
		text_addf(&t, ": %s", raw);
		if (missing > 0)
			text_addf(&t, ", %lld missing", (long long)missing);
	}
	tell(s, e, "check", text_str(&t));
}

static void
see_gate(struct story *s, const struct store_event *e)
{
	const json_t *said = json_object_get(e->data, "said");
	const json_t *reasons = json_object_get(said, "reasons"), *r;
	const char *severity = json_text(e->data, "severity", "none");
	const char *verdict = json_text(e->data, "verdict", "?");
	int32_t gate = graph_find_gate(s->v->graph, e->subject);
	bool alarm = gate == NONE ? strcmp(severity, "none") != 0 :
	    s->v->graph->gates[gate].alarm;
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	if (alarm && strcmp(severity, "none") == 0)
		severity = "silent";

	text_addf(&t, "%s: %s", e->subject, alarm ? severity : verdict);
	json_array_foreach(reasons, i, r)
		if (i < 3 && json_is_string(r))
			text_addf(&t, "%s%s", i == 0 ? " (" : "; ",
			    json_string_value(r));
	text_add(&t, json_array_size(reasons) > 0 ? ")" : "");
	tell(s, e, alarm ? "alarm" : "gate", text_str(&t));
}

static void
see_phase(struct story *s, const struct store_event *e)
{
	const json_t *marks = json_object_get(e->data, "marks"), *m;
	const char *why = story_why(json_text(e->data, "failed_why", ""));
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	text_addf(&t, "%s: ", e->subject);
	story_words(&t, json_text(e->data, "state", "?"));
	json_array_foreach(marks, i, m)
		text_addf(&t, ", %s", json_is_string(m) ?
		    json_string_value(m) : "?");
	if (why && strcmp(json_text(e->data, "state", ""), "failed") == 0)
		text_addf(&t, ": %s", why);
	tell(s, e, "phase", text_str(&t));
}

/*---------------------------------------------------------------- attempts */

static void
add_list(struct text *t, const char *before, const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		text_addf(t, "%s%s", i == 0 ? before : ", ",
		    json_is_string(v) ? json_string_value(v) : "?");
}

static void
add_proof(struct text *t, const json_t *proof)
{
	const json_t *r;
	size_t i;

	json_array_foreach(proof, i, r) {
		text_add(t, i == 0 ? "; proof: " : ", ");
		story_reading(t, json_text(r, "check", "?"), r);
		text_addf(t, " %s", json_text(r, "result", "?"));
	}
}

static void
words_attempt(struct story *s, struct text *t, const json_t *a,
    const char *of)
{
	const json_t *said = json_object_get(a, "said");
	const char *state = json_text(a, "state", "?");
	const char *outcome = json_text(a, "outcome", "none");
	bool over = strcmp(state, "closed") == 0;

	text_addf(t, "%s, try %lld (attempt %lld)", of,
	    (long long)json_int(a, "number", 0),
	    (long long)json_int(a, "id", 0));
	if (strcmp(state, "intent") == 0) {
		s->tries++;
		add_list(t, " for ", json_object_get(a, "failing"));
		if (json_flag(a, "by_person", false))
			text_addf(t, ", asked for by %s", json_text(a,
			    "actor", "a person"));
		return;
	}
	text_add(t, over ? ": " : " is ");
	story_words(t, over ? outcome : state);
	if (over && strcmp(json_text(a, "failure", "none"), "none") != 0)
		text_addf(t, " (%s failure)", json_text(a, "failure", ""));
	if (over && json_is_integer(json_object_get(said, "exit_code")))
		text_addf(t, "; exit %lld", (long long)json_int(said,
		    "exit_code", 0));
	if (over)
		add_proof(t, json_object_get(said, "proof"));
	s->useless += over && (strcmp(outcome, "no_effect") == 0 ||
	    strcmp(outcome, "worse") == 0 ||
	    strcmp(outcome, "unproven") == 0);
}

static void
see_attempt(struct story *s, const struct store_event *e)
{
	const char *phase = json_text(e->data, "phase", NULL);
	const char *recovery = json_text(e->data, "recovery", NULL);
	const char *state = json_text(e->data, "state", "");
	CLEANUP_TEXT struct text t = { 0 };

	if (!has(s->phases, phase) && !has(s->recoveries, recovery))
		return;
	/* its start and its end; what lies between says nothing new */
	if (strcmp(state, "running") == 0 || strcmp(state, "verifying") == 0)
		return;
	words_attempt(s, &t, e->data, recovery ? recovery : phase);
	tell(s, e, "attempt", text_str(&t));
}

static void
see_recovery(struct story *s, const struct store_event *e)
{
	const char *why = story_why(json_text(e->data, "ended", ""));
	CLEANUP_TEXT struct text t = { 0 };

	if (why == NULL) {
		(void)said_already(s, e->key, "");
		return;
	}
	text_addf(&t, "the plan of %s has ended: %s", e->subject, why);
	tell(s, e, "recovery", text_str(&t));
}

/*---------------------------------------------------------- the incident */

static bool
turned(struct story *s, const char *member, const json_t *data)
{
	CLEANUP_TEXT struct text key = { 0 };
	const json_t *v = json_object_get(data, member);
	CLEANUP_FREE char *now = v ? json_dumps(v, JSON_ENCODE_ANY) : NULL;

	text_addf(&key, "incident %s", member);
	return !said_already(s, text_str(&key), now ? now : "");
}

static void
see_ack(struct story *s, const struct store_event *e, struct text *t)
{
	const char *by = json_text(e->data, "acked_by", "");

	if (*by == '\0') {
		text_add(t, ", no longer acknowledged");
		return;
	}
	text_addf(t, ", acknowledged by %s", by);
	if (s->acks++ > 0)
		return;
	s->acked_at = e->at;
	(void)snprintf(s->acked_by, sizeof s->acked_by, "%s", by);
}

static void
see_label(const json_t *d, struct text *t)
{
	const char *label = json_text(d, "label", "none");

	if (strcmp(label, "none") == 0)
		text_add(t, ", its label was taken back");
	else
		text_addf(t, ", labelled %s by %s: %s", label, json_text(d,
		    "labelled_by", "?"), json_text(d, "label_reason", ""));
}

static void
see_incident(struct story *s, const struct store_event *e)
{
	const json_t *d = e->data;
	bool first = !json_object_get(s->last, "incident open");
	const char *severity = json_text(d, "severity", "?");
	CLEANUP_TEXT struct text t = { 0 };

	if (turned(s, "open", d) && first)
		text_addf(&t, ", opened, %s", severity);
	else if (!json_flag(d, "open", false) && !s->closed)
		text_add(&t, ", closed");
	s->closed = !json_flag(d, "open", false);
	if (turned(s, "severity", d) && !first)
		text_addf(&t, ", now %s", severity);
	if (turned(s, "gave_up", d) && json_flag(d, "gave_up", false)) {
		text_add(&t, ", automation has given up");
		s->gave_up = true;
	}
	if (turned(s, "clearing", d) && !first &&
	    json_flag(d, "open", false))
		text_add(&t, json_flag(d, "clearing", false) ?
		    ", its root is proven: clearing" :
		    ", it is not over after all");
	if (turned(s, "acked_by", d) && !first)
		see_ack(s, e, &t);
	if (turned(s, "label", d) && !first)
		see_label(d, &t);
	if (t.len > 0)
		story_line(s, e->at, "incident", text_str(&t) + 2);
}

static void
see_breach(struct story *s, const struct store_event *e)
{
	const json_t *d = e->data;
	const char *why = story_why(json_text(d, "why", ""));
	bool alarm = strcmp(json_text(d, "kind", ""), "alarm") == 0;
	CLEANUP_TEXT struct text t = { 0 };

	if (json_flag(d, "open", false)) {
		text_addf(&t, "%s: %s %s, %s", json_flag(d, "child", false) ?
		    "follows" : "cause", json_text(d, "kind", "?"),
		    json_text(d, "subject", "?"), json_text(d, "severity",
		    "?"));
		if (why && !alarm)
			text_addf(&t, ": %s", why);
	} else {
		text_addf(&t, "over: %s %s", json_text(d, "kind", "?"),
		    json_text(d, "subject", "?"));
	}
	tell(s, e, "breach", text_str(&t));
}

/*------------------------------------------------------------------ people */

static void
see_command(struct story *s, const struct store_event *e)
{
	const json_t *d = e->data;
	int64_t id = json_int(d, "id", 0);
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "%s: %s", json_text(d, "actor", "somebody"),
	    json_text(d, "command", "?"));
	if (e->subject)
		text_addf(&t, " %s", e->subject);
	if (id != 0)
		text_addf(&t, " %lld", (long long)id);
	if (json_text(d, "label", NULL))
		text_addf(&t, " --%s", json_text(d, "label", ""));
	if (json_text(d, "run_id", NULL))
		text_addf(&t, " for %s", json_text(d, "run_id", ""));
	if (*json_text(d, "reason", ""))
		text_addf(&t, ": %s", json_text(d, "reason", ""));
	story_line(s, e->at, "command", text_str(&t));
}

static void
see_override(struct story *s, const struct store_event *e)
{
	const json_t *d = e->data;
	CLEANUP_TEXT struct text t = { 0 };

	if (!json_flag(d, "live", false)) {
		text_addf(&t, "override %lld is spent, taken back or over",
		    (long long)json_int(d, "id", 0));
	} else {
		s->overrides++;
		text_addf(&t, "override %lld of %s by %s, %zu conditions "
		    "accepted: %s", (long long)json_int(d, "id", 0),
		    json_text(d, "phase", "?"), json_text(d, "actor", "?"),
		    json_array_size(json_object_get(d, "accepted")),
		    json_text(d, "reason", ""));
	}
	tell(s, e, "override", text_str(&t));
}

static void
see_hold(struct story *s, const struct store_event *e)
{
	const json_t *d = e->data;
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "hold %lld of %s%s%s by %s", (long long)json_int(d,
	    "id", 0), json_text(d, "scope", "?"), e->subject ? " " : "",
	    e->subject ? e->subject : "", json_text(d, "actor", "?"));
	if (!json_flag(d, "live", false))
		text_add(&t, " is over");
	else if (*json_text(d, "reason", ""))
		text_addf(&t, ": %s", json_text(d, "reason", ""));
	tell(s, e, "hold", text_str(&t));
}

static void
see_permit(struct story *s, const struct store_event *e)
{
	CLEANUP_TEXT struct text t = { 0 };

	if (!has(s->phases, json_text(e->data, "phase", NULL)))
		return;
	text_addf(&t, "permit %lld of %s for %s: %s", (long long)json_int(
	    e->data, "id", 0), json_text(e->data, "phase", "?"),
	    json_text(e->data, "run_id", "?"), json_text(e->data, "state",
	    "?"));
	tell(s, e, "permit", text_str(&t));
}

/* A judgement that came too late says nothing to people. */
static void
see_note(struct story *s, const struct store_event *e)
{
	const char *kind = json_text(e->data, "kind", "?");
	const char *why = story_why(json_text(e->data, "why", ""));
	CLEANUP_TEXT struct text t = { 0 };

	/* the end of a plan is told from its row */
	if (strcmp(kind, "late_verdict") == 0 ||
	    strcmp(kind, "plan_ends") == 0)
		return;
	if (e->subject && !has(s->phases, e->subject) &&
	    !has(s->checks, e->subject) && !has(s->recoveries, e->subject))
		return;
	text_addf(&t, "%s%s", e->subject ? e->subject : "",
	    e->subject ? ": " : "");
	story_words(&t, kind);
	if (why)
		text_addf(&t, ": %s", why);
	if (e->at >= s->from)
		story_line(s, e->at, "note", text_str(&t));
}

/* Of a kind that this file doesn't know, but about this incident. */
static void
see_other(struct story *s, const struct store_event *e)
{
	CLEANUP_TEXT struct text t = { 0 };
	const char *key;
	const json_t *v;

	text_add(&t, e->subject ? e->subject : "");
	json_object_foreach((json_t *)(uintptr_t)e->data, key, v)
		if (json_is_string(v) && *json_string_value(v)) {
			text_addf(&t, "%s", t.len > 0 ? ", " : "");
			story_words(&t, key);
			text_addf(&t, " %s", json_string_value(v));
		}
	story_line(s, e->at, e->kind, text_str(&t));
}

/*---------------------------------------------------------------- dispatch */

static const struct {
	const char *kind;
	void (*see)(struct story *, const struct store_event *);
	size_t set;             /* of names, 0: it looks itself */
} kinds[] = {
	{ "check", see_check, offsetof(struct story, checks) },
	{ "gate", see_gate, offsetof(struct story, gates) },
	{ "phase", see_phase, offsetof(struct story, phases) },
	{ "recovery", see_recovery, offsetof(struct story, recoveries) },
	{ "override", see_override, offsetof(struct story, phases) },
	{ "attempt", see_attempt, 0 }, { "permit", see_permit, 0 },
	{ "note", see_note, 0 }
};

/* What concerns people: it may carry no date. */
static bool
see_people(struct story *s, const struct store_event *e)
{
	int64_t id = json_int(e->data, "id", 0);
	bool here = e->date && s->date && strcmp(e->date, s->date) == 0;

	if (e->at < s->from)
		return strcmp(e->kind, "command") == 0 ||
		    strcmp(e->kind, "hold") == 0;
	if (strcmp(e->kind, "command") == 0) {
		if (here || (e->date == NULL && (e->subject ||
		    (uint64_t)id == s->number)))
			see_command(s, e);
		return true;
	}
	if (strcmp(e->kind, "hold") == 0) {
		if (here || e->date == NULL)
			see_hold(s, e);
		return true;
	}
	return false;
}

void
story_event(struct story *s, const struct store_event *e)
{
	uint64_t incident = (uint64_t)json_int(e->data, "incident", 0);
	json_t *const *set;
	size_t i;

	if (e->kind == NULL || see_people(s, e))
		return;
	if (strcmp(e->kind, "incident") == 0) {
		if ((uint64_t)json_int(e->data, "number", 0) == s->number)
			see_incident(s, e);
		return;
	}
	if (strcmp(e->kind, "breach") == 0) {
		if (incident == s->number)
			see_breach(s, e);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].kind, e->kind) != 0)
			continue;
		if (e->date == NULL || s->date == NULL ||
		    strcmp(e->date, s->date) != 0)
			return;
		set = (json_t *const *)(const void *)((const char *)s +
		    kinds[i].set);
		if (kinds[i].set == 0 || has(*set, e->subject))
			kinds[i].see(s, e);
		return;
	}
	if (incident == s->number)
		see_other(s, e);
}
