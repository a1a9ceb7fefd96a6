/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_facts.c -- what a story comes to: its times and the figures that they
 * make, the evidence at both ends, the rules, and what is left to be asked.
 *
 * Figures are those of the report: time to detect from when it was due (or
 * from the event) to the first cause, time to resolve from there to the
 * proof of the last. What can't be said is null, with the reason. A question
 * is there because of what the journal has, or doesn't have; none is
 * answered here.
 */
#include "daemon/story_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/incident.h"
#include "daemon/supervisor.h"
#include "daemon/words.h"

enum { QUESTION_BYTES = 240 };

/*-------------------------------------------------------------------- times */

/* When its phase was due; INSTANT_NONE. */
static int64_t
due_of_root(const struct story *s, const struct phase_def **ret)
{
	const struct graph *g = s->v->graph;
	const char *root = json_text(s->row, "root", NULL);
	int32_t pipeline = s->pipeline ? graph_find_pipeline(g,
	    s->pipeline) : NONE, phase;
	struct date date;
	int64_t anchor;

	*ret = NULL;
	if (pipeline == NONE || root == NULL || s->date == NULL ||
	    strcmp(json_text(s->row, "kind", ""), "phase") != 0 ||
	    date_parse(s->date, &date) < 0)
		return INSTANT_NONE;
	phase = graph_find_phase(g, pipeline, root);
	if (phase == NONE)
		return INSTANT_NONE;
	*ret = &g->phases[phase];
	anchor = engine_anchor(s->v->engine, pipeline, date);
	if (anchor == INSTANT_NONE)
		anchor = day_end(&g->pipelines[pipeline].zone, date,
		    g->pipelines[pipeline].day_ends_s);
	return due_at(&(*ret)->due, &g->pipelines[pipeline].zone, date,
	    anchor);
}

/* The proof of its last cause; INSTANT_NONE: one stands. */
static int64_t
resolved_at(const struct story *s)
{
	int64_t at = INSTANT_NONE;
	const json_t *b;
	size_t i;

	json_array_foreach(s->breaches, i, b) {
		int64_t until = json_int(b, "until", INSTANT_NONE);

		if (json_flag(b, "child", false))
			continue;
		if (json_flag(b, "open", false))
			return INSTANT_NONE;
		if (at == INSTANT_NONE || until > at)
			at = until;
	}
	return at == INSTANT_NONE ? s->ended : at;
}

static void
put_time(const struct story *s, json_t *list, const char *what, int64_t at,
    const char *how)
{
	json_t *o;

	if (at == INSTANT_NONE)
		return;
	o = json_object();
	json_put(o, "what", what);
	put_when(o, "at", at, s->zone);
	json_put(o, "how", how);
	(void)json_array_append_new(list, o);
}

static void
put_figure(json_t *list, const char *name, int64_t from, int64_t to,
    const char *formula, const char *why)
{
	json_t *o = json_object();

	json_put(o, "figure", name);
	if (from == INSTANT_NONE || to == INSTANT_NONE) {
		(void)json_object_set_new(o, "ms", json_null());
		json_put(o, "why", why);
	} else {
		json_put_int(o, "ms", to > from ? to - from : 0);
	}
	json_put(o, "formula", formula);
	(void)json_array_append_new(list, o);
}

/* The first that arrived, by its message; INSTANT_NONE. */
static int64_t
first_told(const struct story *s, const json_t *told)
{
	int64_t first = INSTANT_NONE, at;
	const json_t *m;
	size_t i;

	json_array_foreach(told, i, m) {
		at = INSTANT_NONE;
		if (json_text(m, "delivered_at", NULL) && instant_parse(
		    json_text(m, "delivered_at", ""), s->zone, &at) == 0 &&
		    (first == INSTANT_NONE || at < first))
			first = at;
	}
	return first;
}

static void
put_times(const struct story *s, json_t *o, const json_t *told)
{
	json_t *times = json_array(), *figures = json_array();
	const struct phase_def *phase;
	int64_t due = due_of_root(s, &phase);
	int64_t resolved = resolved_at(s);
	int64_t violated = phase ? due : s->opened;
	char buf[DUE_TEXT];

	put_time(s, times, "due", due, phase ? due_text(&phase->due, buf) :
	    NULL);
	put_time(s, times, "detected", s->opened, "its first cause stood");
	put_time(s, times, "told", first_told(s, told),
	    "the first message that arrived");
	put_time(s, times, "acknowledged", s->acked_at, s->acked_by);
	put_time(s, times, "resolved", resolved,
	    "its last cause was proven over");
	put_time(s, times, "closed", s->ended, "nothing in it stood");
	put_time(s, times, "labelled", json_int(s->row, "labelled_at",
	    INSTANT_NONE), json_text(s->row, "label", NULL));
	put_figure(figures, "time to detect", violated, s->opened, phase ?
	    "detected - due" : "detected - the event itself",
	    "its phase has no due time");
	put_figure(figures, "time to resolve", s->opened, resolved,
	    "resolved - detected", "it is not resolved");
	(void)json_object_set_new(o, "times", times);
	(void)json_object_set_new(o, "figures", figures);
}

/*----------------------------------------------------------------- evidence */

static json_t *
reading(const struct story *s, const json_t *row, int64_t at)
{
	const json_t *said = json_object_get(row, "said"), *v;
	int64_t read = json_int(row, "ended_wall", INSTANT_NONE);
	CLEANUP_TEXT struct text t = { 0 };
	json_t *o;
	const char *key;

	if (row == NULL)
		return json_null();
	o = json_object();
	json_put(o, "result", json_text(row, "raw", NULL));
	words_reading_long(&t, json_flag(row, "measured", false) ?
	    json_num(row, "value", NAN) : NAN, json_num(row, "expected",
	    NAN));
	json_put(o, "reading", text_str(&t));
	text_clear(&t);
	json_object_foreach(json_object_get(said, "evidence"), key, v)
		if (json_is_string(v))
			text_addf(&t, "%s%s", t.len > 0 ? ", " : "",
			    json_string_value(v));
	json_put(o, "source", t.len > 0 ? text_str(&t) : NULL);
	put_when(o, "read_at", read, s->zone);
	if (read != INSTANT_NONE && read <= at)
		json_put_int(o, "age_ms", at - read);
	return o;
}

/* By check, as it was when the incident opened and when it ended. A row
 * changes when its reading does: it held until the next one. */
static void
put_evidence(const struct story *s, json_t *o)
{
	int64_t end = s->ended == INSTANT_NONE ? s->v->now.wall : s->ended;
	json_t *list = json_array();
	const char *name;
	const json_t *v;

	json_object_foreach(s->checks, name, v) {
		int32_t check = graph_find_check(s->v->graph, name);
		json_t *e;

		if (!json_object_get(s->after, name))
			continue;
		e = json_object();
		json_put(e, "check", name);
		if (check != NONE)
			put_origin(e, &s->v->graph->checks[check].origin);
		(void)json_object_set_new(e, "at_open", reading(s,
		    json_object_get(s->before, name), s->opened));
		(void)json_object_set_new(e, "at_end", reading(s,
		    json_object_get(s->after, name), end));
		(void)json_array_append_new(list, e);
	}
	(void)json_object_set_new(o, "evidence", list);
}

/* What was offered to be run by hand, as it stood in the messages. */
static void
put_fixes(json_t *o, const json_t *messages)
{
	json_t *list = json_array();
	const json_t *m, *known;
	size_t i, k;

	json_array_foreach(messages, i, m) {
		const char *fix = json_text(json_object_get(m, "body"),
		    "fix", "");
		bool there = *fix == '\0';

		json_array_foreach(list, k, known)
			there |= strcmp(json_string_value(known), fix) == 0;
		if (!there)
			(void)json_array_append_new(list, json_string(fix));
	}
	(void)json_object_set_new(o, "fix", list);
}

static void
put_rule(json_t *list, const char *kind, const char *name,
    const struct origin *origin)
{
	json_t *o = json_object();

	json_put(o, "object", kind);
	json_put(o, "name", name);
	put_origin(o, origin);
	(void)json_array_append_new(list, o);
}

static void
put_rules(const struct story *s, json_t *o)
{
	const struct graph *g = s->v->graph;
	int32_t pipeline = s->pipeline ? graph_find_pipeline(g,
	    s->pipeline) : NONE, i;
	json_t *list = json_array();
	const json_t *v;
	const char *name;

	json_object_foreach(s->phases, name, v) {
		i = pipeline == NONE ? NONE : graph_find_phase(g, pipeline,
		    name);
		if (i != NONE)
			put_rule(list, "phase", name, &g->phases[i].origin);
	}
	json_object_foreach(s->gates, name, v) {
		i = graph_find_gate(g, name);
		if (i != NONE)
			put_rule(list, g->gates[i].alarm ? "alarm" : "gate",
			    name, &g->gates[i].origin);
	}
	json_object_foreach(s->recoveries, name, v) {
		i = graph_find_recovery(g, name);
		if (i != NONE)
			put_rule(list, "recovery", name,
			    &g->recoveries[i].origin);
	}
	(void)json_object_set_new(o, "rules", list);
}

/*---------------------------------------------------------------- questions */

static void
ask(json_t *list, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
ask(json_t *list, const char *fmt, ...)
{
	char s[QUESTION_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(s, sizeof s, fmt, ap);
	va_end(ap);
	(void)json_array_append_new(list, json_words(s));
}

static void
ask_told(json_t *list, const json_t *told)
{
	size_t n = json_array_size(told), lost = 0, i;
	const json_t *m;

	json_array_foreach(told, i, m)
		lost += json_text(m, "delivered_at", NULL) == NULL;
	if (n == 0)
		ask(list, "Nobody was told. Is that as it should be?");
	else if (lost > 0)
		ask(list, "%zu of %zu messages did not arrive. Which route "
		    "needs a fallback?", lost, n);
}

/* Only people know; each is there because of what the journal has. */
static void
put_questions(const struct story *s, json_t *o, const json_t *told)
{
	json_t *list = json_array();
	unsigned long long n = s->number;

	(void)json_object_set_new(o, "questions", list);
	if (strcmp(json_text(s->row, "kind", ""), "adoption") == 0)
		return;         /* nothing was wrong */
	if (s->ended == INSTANT_NONE)
		ask(list, "It is still open. What will end it?");
	ask(list, "What was the cause outside of the pipeline, and since "
	    "when was it there?");
	if (strcmp(json_text(s->row, "label", "none"), "none") == 0)
		ask(list, "Was something wrong? It has no label: gatewarden "
		    "resolve %llu --true (or --false) --reason TEXT", n);
	ask_told(list, told);
	if (s->acks == 0 && s->gave_up)
		ask(list, "Automation gave up and nobody acknowledged it. "
		    "Who should have?");
	if (s->tries == 0 && json_object_size(s->recoveries) == 0)
		ask(list, "No recovery repairs what failed. Could one?");
	if (s->useless > 0)
		ask(list, "%d of %d tries had no effect. Is it the right "
		    "action, and was it tried too early?", s->useless,
		    s->tries);
	if (s->overrides > 0)
		ask(list, "%d override%s let something run. Was that right, "
		    "and what ran on it?", s->overrides, s->overrides == 1 ?
		    "" : "s");
	if (json_array_size(json_object_get(o, "fix")) == 0)
		ask(list, "No command to repair it by hand is configured "
		    "(fix). What was run?");
}

/*------------------------------------------------------------------- answer */

static void
put_follows(const struct story *s, json_t *o)
{
	json_t *list = json_array();
	const json_t *b;
	size_t i;

	json_array_foreach(s->breaches, i, b) {
		const char *why = story_why(json_text(b, "why", ""));
		json_t *e = json_object();

		json_put(e, "kind", json_text(b, "kind", NULL));
		json_put(e, "subject", json_text(b, "subject", NULL));
		(void)json_object_set_new(e, "follows", json_boolean(
		    json_flag(b, "child", false)));
		(void)json_object_set_new(e, "open", json_boolean(
		    json_flag(b, "open", false)));
		json_put(e, "severity", json_text(b, "severity", NULL));
		json_put(e, "why_text", why);
		put_when(e, "since", json_int(b, "since", INSTANT_NONE),
		    s->zone);
		put_when(e, "until", json_int(b, "until", INSTANT_NONE),
		    s->zone);
		(void)json_array_append_new(list, e);
	}
	(void)json_object_set_new(o, "breaches", list);
}

/* What people were told first; else what it is called now. */
static void
put_title(const struct story *s, json_t *o, const json_t *messages)
{
	const json_t *body = json_object_get(json_array_get(messages, 0),
	    "body");
	const struct incident_row *row;
	CLEANUP_TEXT struct text t = { 0 };
	struct record where;

	row = incident_find(s->v, s->number, &where);
	if (json_text(body, "title", NULL))
		text_add(&t, json_text(body, "title", ""));
	else if (row)
		incident_title(s->v, row, &where, &t);
	else
		text_addf(&t, "%s %s", json_text(s->row, "kind", "?"),
		    json_text(s->row, "root", "that isn't configured"));
	json_put(o, "title", text_str(&t));
}

static void
put_head(const struct story *s, json_t *o, const json_t *messages)
{
	static const char *const members[] = { "pipeline", "date", "kind",
		"root", "severity" };
	const char *label = json_text(s->row, "label", "none");
	size_t i;

	put_when(o, "now", s->v->now.wall, s->zone);
	json_put_int(o, "number", (int64_t)s->number);
	put_title(s, o, messages);
	for (i = 0; i < ARRAY_SIZE(members); i++)
		json_put(o, members[i], json_text(s->row, members[i], NULL));
	(void)json_object_set_new(o, "open", json_boolean(
	    s->ended == INSTANT_NONE));
	if (strcmp(label, "none") != 0) {
		json_put(o, "label", label);
		json_put(o, "labelled_by", json_text(s->row, "labelled_by",
		    NULL));
		json_put(o, "label_reason", json_text(s->row, "label_reason",
		    NULL));
	}
}

static void
put_zone(const struct story *s, json_t *o)
{
	int32_t pipeline = s->pipeline ? graph_find_pipeline(s->v->graph,
	    s->pipeline) : NONE;

	json_put(o, "zone", pipeline == NONE ? "UTC" :
	    s->v->graph->pipelines[pipeline].zone_name);
}

static json_t *
told_of(const struct story *s)
{
	return incident_told(s->v, s->number, s->pipeline ?
	    graph_find_pipeline(s->v->graph, s->pipeline) : NONE);
}

json_t *
story_answer(const struct story *s)
{
	CLEANUP_JSON json_t *messages = store_messages(supervisor_store(
	    s->v->s), s->number, STORY_MESSAGES);
	json_t *o = json_object(), *told = told_of(s);

	put_head(s, o, messages);
	put_zone(s, o);
	put_times(s, o, told);
	put_follows(s, o);
	put_evidence(s, o);
	put_fixes(o, messages);
	put_rules(s, o);
	(void)json_object_set_new(o, "told", told);
	(void)json_object_set(o, "timeline", s->lines);
	json_put_int(o, "left_out", s->left_out);
	put_questions(s, o, told);
	return o;
}
