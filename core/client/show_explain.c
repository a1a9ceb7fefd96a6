/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_explain.c -- the evidence chain, to be read from the top.
 *
 * The first line is the answer. Below it what it rests on, each thing with
 * value, source, age and the place of its rule; then what was tried and is
 * planned, who was told, what would open it; last, what the reader can do
 * now, as commands. A part that has nothing to say is left out.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/show.h"

/*-------------------------------------------------------------------- head */

static void
put_now(struct out *o, const json_t *r)
{
	CLEANUP_TEXT struct text t = { 0 };

	words_full(&t, json_text(r, "now", NULL));
	out_in(o, STYLE_DIM, "  now %s", text_str(&t));
	if (json_text(r, "zone", NULL))
		out_in(o, STYLE_DIM, " (%s)", json_text(r, "zone", ""));
	if (json_text(r, "pipeline", NULL))
		out_in(o, STYLE_DIM, ", pipeline %s, mode %s",
		    json_text(r, "pipeline", ""), json_text(r, "mode", "?"));
	out(o, "\n");
}

static void
put_head(struct out *o, const json_t *r, const char *name, const char *word,
    enum style style, const char *rule)
{
	CLEANUP_TEXT struct text plain = { 0 };

	words_plain(&plain, word);
	out_in(o, STYLE_BOLD, "%s %s", name, json_text(r, "date", ""));
	out(o, ": ");
	out_in(o, style, "%s", text_str(&plain));
	if (rule)
		out_in(o, STYLE_DIM, "  rule %s", rule);
	out(o, "\n");
	put_now(o, r);
}

static void
add_fact(struct text *t, const json_t *o, const char *key,
    const char *before, const char *now)
{
	if (json_text(o, key, NULL) == NULL)
		return;
	text_addf(t, "%s%s ", t->len > 0 ? ", " : "", before);
	words_instant(t, json_text(o, key, NULL), now);
}

/*-------------------------------------------------------------------- gates */

/* An alarm has a severity where a gate has a verdict. */
static const char *
gate_word(const json_t *g)
{
	const char *word;

	if (json_flag(g, "idle", false))
		return "idle";
	if (!json_flag(g, "alarm", false))
		return json_text(g, "verdict", "?");
	word = json_text(g, "severity", "?");
	return strcmp(word, "none") == 0 ? "silent" : word;
}

void
show_gate(struct out *o, const json_t *g, const char *now)
{
	bool alarm = json_flag(g, "alarm", false);
	const char *word = gate_word(g);
	const json_t *reasons = json_object_get(g, "reasons"), *reason;
	CLEANUP_TEXT struct text s = { 0 };
	size_t i;

	out_heading(o, "%s %s", alarm ? "alarm" : "gate",
	    json_text(g, "gate", "?"));
	out(o, "  ");
	out_in(o, style_of(word), "%s", word);
	text_addf(&s, "plugin %s", json_text(g, "plugin", "?"));
	add_fact(&s, g, "at", "since", now);
	add_fact(&s, g, "next_change", "changes by time at", now);
	if (json_text(g, "rule", NULL))
		text_addf(&s, ", rule %s", json_text(g, "rule", ""));
	out(o, ", ");
	out_wrapped(o, STYLE_PLAIN, strlen(word) + 4, 4, text_str(&s));
	json_array_foreach(reasons, i, reason) {
		if (json_flag(g, "idle", false))
			break;
		out(o, "  ");
		out_wrapped(o, STYLE_PLAIN, 2, 4, json_is_string(reason) ?
		    json_string_value(reason) : "");
	}
	if (json_text(g, "fault", NULL)) {
		out(o, "  fault: ");
		out_wrapped(o, STYLE_BAD, 9, 4, json_text(g, "fault", ""));
	}
	show_check_table(o, json_object_get(g, "inputs"), now, 4);
}

/*------------------------------------------------------------------- phases */

static void
put_done(struct out *o, const json_t *done, const char *phase,
    const char *now)
{
	const char *kind = json_text(done, "kind", "");

	if (strcmp(kind, "gate") == 0) {
		show_gate(o, json_object_get(done, "gate"), now);
	} else if (strcmp(kind, "checks") == 0) {
		out_heading(o, "%s is done when these pass", phase);
		show_check_table(o, json_object_get(done, "checks"), now, 4);
	} else if (strcmp(kind, "exit") == 0) {
		out_heading(o, "%s is done when its command says so", phase);
	}
}

/* Does evidence speak against what was done? That its date is old, or held,
 * says nothing about it. */
static bool
reopened(const json_t *closed)
{
	const json_t *c;
	size_t i;

	json_array_foreach(closed, i, c) {
		const char *why = json_text(c, "why", "");

		if (strcmp(why, "upstream") == 0 ||
		    strcmp(why, "gate") == 0 || strcmp(why, "check") == 0)
			return true;
	}
	return false;
}

static void
put_closed(struct out *o, const json_t *p)
{
	const json_t *closed = json_object_get(p, "closed");
	const char *view = json_text(p, "view", "");
	bool done = strcmp(view, "done") == 0;

	if (json_array_size(closed) == 0 || (done && !reopened(closed)) ||
	    strcmp(view, "starting") == 0 || strcmp(view, "running") == 0 ||
	    strcmp(view, "verifying") == 0)
		return;
	if (done)
		out_heading(o, "closed now, although it is done");
	else
		out_heading(o, "why it doesn't start");
	show_conditions(o, closed, 2);
}

static void
put_override(struct out *o, const json_t *x, const char *now)
{
	bool live = json_flag(x, "live", false);
	CLEANUP_TEXT struct text s = { 0 };

	if (x == NULL)
		return;
	out_heading(o, live ? "overridden" : "an override let it start");
	text_addf(&s, "override %lld by %s ", (long long)json_int(x,
	    "override", 0), json_text(x, "by", "?"));
	words_instant(&s, json_text(x, "at", NULL), now);
	text_addf(&s, ": %s", json_text(x, "reason", ""));
	if (live) {
		text_add(&s, "; until ");
		words_instant(&s, json_text(x, "until", NULL), now);
		text_addf(&s, ", take it back with: gatewarden undo %lld",
		    (long long)json_int(x, "override", 0));
	}
	out(o, "  ");
	out_wrapped(o, STYLE_PLAIN, 2, 4, text_str(&s));
}

static void
put_upstream(struct out *o, const json_t *upstream)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"", "", "", NULL });
	const json_t *c;
	size_t i;

	if (json_array_size(upstream) == 0)
		return;
	json_array_foreach(upstream, i, c) {
		table_text(t, STYLE_PLAIN, json_text(c, "phase", "?"));
		cell_add(t, c);
		table_text(t, STYLE_PLAIN, json_text(c, "why", NULL));
	}
	out_heading(o, "after");
	table_print(t, o, 2);
}

static void
put_tries(struct out *o, const json_t *p, const char *now)
{
	const json_t *tries = json_object_get(p, "tries");

	if (json_text(p, "start", NULL) == NULL &&
	    json_array_size(tries) == 0)
		return;
	out_heading(o, "starts of %s", json_text(p, "phase", "?"));
	if (json_array_size(tries) == 0)
		out(o, "  none yet\n");
	show_attempts(o, tries, now, 2);
	if (json_array_size(json_object_get(p, "plan")) > 0 &&
	    strcmp(json_text(p, "view", ""), "done") != 0) {
		out(o, "  plan, once it may start\n");
		show_plan(o, p, now, 4);
	}
}

/* Times, marks and who starts it. */
static void
put_phase_facts(struct out *o, const json_t *p, const char *now)
{
	const json_t *marks = json_object_get(p, "marks"), *last;
	CLEANUP_TEXT struct text s = { 0 };

	add_fact(&s, p, "due", json_flag(p, "late", false) ? "was due" :
	    "due", now);
	add_fact(&s, p, "not_before", "not before", now);
	add_fact(&s, p, "done_at", "done", now);
	add_fact(&s, p, "next_try", "next try at", now);
	last = json_object_get(p, "no_return");
	add_fact(&s, last, "last_start", "last start that makes it", now);
	text_addf(&s, "%s%s", s.len > 0 ? ", " : "",
	    json_text(p, "start", NULL) ? "started by " :
	    "started by others");
	text_add(&s, json_text(p, "start", ""));
	if (json_array_size(marks) > 0) {
		text_add(&s, ", marked ");
		words_list(&s, marks, 8, 0);
	}
	if (json_text(p, "failed_why", NULL)) {
		text_add(&s, ", failed: ");
		words_plain(&s, json_text(p, "failed_why", NULL));
	}
	if (json_text(p, "run_id", NULL))
		text_addf(&s, ", run %s", json_text(p, "run_id", ""));
	out(o, "  ");
	out_wrapped(o, STYLE_PLAIN, 2, 2, text_str(&s));
	if (last == NULL)
		return;
	out(o, "  ");
	out_wrapped(o, STYLE_DIM, 2, 2, json_text(last, "sentence", ""));
}

/* Phases further up that aren't done, and what they wait for. */
static void
put_because(struct out *o, const json_t *r, const char *now)
{
	const json_t *list = json_object_get(r, "because"), *p, *g;
	size_t i, k;

	json_array_foreach(list, i, p) {
		const char *name = json_text(p, "phase", "?");
		CLEANUP_TEXT struct text word = { 0 };
		enum style style;

		words_plain(&word, cell_word(p, &style));
		out_heading(o, "%s is %s", name, text_str(&word));
		put_phase_facts(o, p, now);
		show_conditions(o, json_object_get(p, "closed"), 2);
		json_array_foreach(json_object_get(p, "guards"), k, g)
			show_gate(o, g, now);
		put_done(o, json_object_get(p, "done"), name, now);
		if (json_array_size(json_object_get(p, "tries")) > 0)
			put_tries(o, p, now);
	}
}

static void
put_phase(struct out *o, const json_t *r, const char *now)
{
	const json_t *p = json_object_get(r, "phase"), *g;
	const char *name = json_text(p, "phase", "?");
	enum style style;
	const char *word = cell_word(p, &style);
	size_t i;

	if (strcmp(word, "-") == 0)
		word = "not watched";
	put_head(o, r, name, word, style, json_text(p, "rule", NULL));
	if (strcmp(word, "not watched") == 0)
		return;
	put_phase_facts(o, p, now);
	if (strcmp(word, "skipped") == 0) {
		out(o, "  nothing is owed on this date\n");
		return;
	}
	put_closed(o, p);
	put_override(o, json_object_get(p, "override"), now);
	put_upstream(o, json_object_get(p, "upstream"));
	put_because(o, r, now);
	json_array_foreach(json_object_get(p, "guards"), i, g)
		show_gate(o, g, now);
	put_done(o, json_object_get(p, "done"), name, now);
	put_tries(o, p, now);
}

/*-------------------------------------------- gates, checks and recoveries */

static void
put_gate(struct out *o, const json_t *r, const char *now)
{
	const json_t *g = json_object_get(r, "gate");
	const json_t *used = json_object_get(r, "used_by");
	const char *word = gate_word(g);

	put_head(o, r, json_text(g, "gate", "?"), word, style_of(word),
	    json_text(g, "rule", NULL));
	if (json_array_size(used) > 0) {
		CLEANUP_TEXT struct text s = { 0 };

		words_list(&s, used, 16, 0);
		out(o, "  used by %s\n", text_str(&s));
	}
	show_gate(o, g, now);
}

static void
put_evidence(struct out *o, const json_t *evidence)
{
	const char *key;
	json_t *v;

	if (json_object_size(evidence) == 0)
		return;
	out_heading(o, "evidence");
	json_object_foreach((json_t *)evidence, key, v) {
		CLEANUP_TEXT struct text s = { 0 };

		text_add_clean(&s, key, strlen(key));
		text_add(&s, ": ");
		if (json_is_string(v))
			text_add(&s, json_string_value(v));
		else
			words_value(&s, v);
		out(o, "  ");
		out_wrapped(o, STYLE_PLAIN, 2, 4, text_str(&s));
	}
}

/* What it read on past dates. */
static void
put_history(struct out *o, const json_t *c)
{
	static const char *const of[] = { "early", "band", "trend" };
	static const char *const words[] = { "at this time", "usual",
		"trend" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(of); i++) {
		CLEANUP_TEXT struct text s = { 0 };
		const char *said = json_text(json_object_get(c, of[i]),
		    "sentence", NULL);

		if (said == NULL)
			continue;
		text_addf(&s, "%s: %s", words[i], said);
		out(o, "  ");
		out_wrapped(o, STYLE_DIM, 2, 2, text_str(&s));
	}
}

static void
put_check(struct out *o, const json_t *r, const char *now)
{
	const json_t *c = json_object_get(r, "check");
	CLEANUP_JSON json_t *list = json_array();
	CLEANUP_TEXT struct text s = { 0 };
	const char *result = json_text(c, "result", "?");

	put_head(o, r, json_text(c, "check", "?"), result, style_of(result),
	    json_text(c, "rule", NULL));
	text_addf(&s, "limits: %s", json_text(c, "limits", "none given"));
	add_fact(&s, c, "due", "due", now);
	add_fact(&s, c, "since", "so since", now);
	add_fact(&s, c, "next", "measured again at", now);
	if (json_int(c, "in_row", 0) > 0)
		text_addf(&s, ", %lld in a row",
		    (long long)json_int(c, "in_row", 0));
	out(o, "  ");
	out_wrapped(o, STYLE_PLAIN, 2, 2, text_str(&s));
	put_history(o, c);
	(void)json_array_append(list, (json_t *)c);
	out(o, "\n");
	show_check_table(o, list, now, 2);
	put_evidence(o, json_object_get(c, "evidence"));
}

static void
put_one_recovery(struct out *o, const json_t *r, const char *now)
{
	const json_t *v = json_object_get(r, "recovery");
	const char *word = json_text(v, "ended", NULL) ? "over" :
	    json_text(v, "why", NULL) ? "waiting" : "ready";

	put_head(o, r, json_text(v, "recovery", "?"), word, style_of(word),
	    json_text(v, "rule", NULL));
	show_recovery(o, v, now);
	out_heading(o, "what it repairs");
	show_check_table(o, json_object_get(r, "checks"), now, 4);
}

/*-------------------------------------------------------------------- dates */

static void
put_cells(struct out *o, const json_t *d, const char *now)
{
	CLEANUP_TABLE struct table *t = table_new((const char *const[]){
		"phase", "state", "due", "", NULL });
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(d, "cells"), i, c) {
		CLEANUP_TEXT struct text due = { 0 };

		table_text(t, STYLE_PLAIN, json_text(c, "phase", "?"));
		cell_add(t, c);
		if (json_text(c, "due", NULL))
			words_instant(&due, json_text(c, "due", NULL), now);
		table_text(t, STYLE_PLAIN, text_str(&due));
		table_text(t, STYLE_PLAIN, json_text(c, "why", NULL));
	}
	table_print(t, o, 2);
}

/* Those that speak with their evidence, the others in a line. */
static void
put_alarms(struct out *o, const json_t *alarms, const char *now)
{
	CLEANUP_TEXT struct text silent = { 0 };
	const json_t *g;
	size_t i;

	json_array_foreach(alarms, i, g)
		if (strcmp(gate_word(g), "silent") == 0)
			text_addf(&silent, "%s%s", silent.len > 0 ? ", " : "",
			    json_text(g, "gate", "?"));
		else
			show_gate(o, g, now);
	if (silent.len > 0)
		out_heading(o, "silent alarms: %s", text_str(&silent));
}

static void
put_date_of_pipeline(struct out *o, const json_t *d)
{
	const char *now = json_text(d, "now", NULL);
	const json_t *incidents = json_object_get(d, "incidents"), *x;
	CLEANUP_TEXT struct text s = { 0 };
	CLEANUP_JSON json_t *dates = json_pack("[O]", d);
	size_t i;

	out_heading(o, "%s %s", json_text(d, "pipeline", "?"),
	    json_text(d, "date", "?"));
	put_now(o, d);
	if (!json_flag(d, "watched", true)) {
		out(o, "  this date is not watched\n");
		return;
	}
	if (json_is_integer(json_object_get(d, "owed")))
		text_addf(&s, json_int(d, "owed", 0) == 0 ?
		    "owes nothing: idle" : "owes %lld",
		    (long long)json_int(d, "owed", 0));
	else
		text_add(&s, "what it owes is unknown");
	add_fact(&s, d, "ends_at", "ends", now);
	add_fact(&s, d, "anchor", "anchor", now);
	if (json_flag(d, "adopted", false))
		text_add(&s, ", adopted: it had ended before it was first "
		    "watched, nothing is started unattended");
	out(o, "  ");
	out_wrapped(o, STYLE_PLAIN, 2, 2, text_str(&s));
	put_cells(o, d, now);
	cell_legend(o, dates);
	put_alarms(o, json_object_get(d, "alarms"), now);
	json_array_foreach(json_object_get(d, "recoveries"), i, x)
		show_recovery(o, x, now);
	out_heading(o, json_array_size(incidents) > 0 ? "incidents" :
	    "no incidents");
	json_array_foreach(incidents, i, x)
		show_incident(o, x, NULL, now);
}

static void
put_date(struct out *o, const json_t *r)
{
	const json_t *p;
	size_t i;

	json_array_foreach(json_object_get(r, "pipelines"), i, p)
		put_date_of_pipeline(o, p);
	if (json_array_size(json_object_get(r, "pipelines")) == 0)
		out(o, "no pipeline is configured\n");
}

/*--------------------------------------------------------------------- ends */

static void
put_opens(struct out *o, const json_t *r)
{
	const json_t *opens = json_object_get(r, "opens_with"), *w;
	size_t i;

	if (json_array_size(opens) == 0)
		return;
	out_heading(o, strcmp(json_text(r, "about", ""), "alarm") == 0 ?
	    "what would end it" : "what would open it");
	json_array_foreach(opens, i, w) {
		out(o, "  ");
		out_wrapped(o, STYLE_PLAIN, 2, 4, json_is_string(w) ?
		    json_string_value(w) : "");
	}
}

static void
put_do(struct out *o, const json_t *r)
{
	const json_t *list = json_object_get(r, "do"), *d;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	out_heading(o, "what you can do now");
	json_array_foreach(list, i, d) {
		out_in(o, STYLE_BOLD, "  %s\n", json_text(d, "command", ""));
		out(o, "      ");
		out_wrapped(o, STYLE_DIM, 6, 6, json_text(d, "what", ""));
	}
}

static void
put_incident(struct out *o, const json_t *r, const char *now)
{
	const json_t *incident = json_object_get(r, "incident");

	if (incident == NULL)
		return;
	if (o->t.len > 0)
		out_heading(o, "incident");
	show_incident(o, incident, json_object_get(r, "told"), now);
}

/* Of an incident: then it comes first. */
static bool
asked_by_number(const json_t *params)
{
	const json_t *words = json_object_get(params, "words");
	const char *first = json_string_value(json_array_get(words, 0));

	return first && *first && json_array_size(words) == 1 &&
	    first[strspn(first, "0123456789")] == '\0';
}

int
show_explain(struct out *o, const json_t *r, const json_t *params)
{
	const char *about = json_text(r, "about", "");
	const char *now = json_text(r, "now", NULL);
	bool by_number = asked_by_number(params);
	const json_t *v;
	size_t i;

	if (by_number)
		put_incident(o, r, now);
	if (by_number && o->t.len > 0)
		out(o, "\n");
	if (strcmp(about, "phase") == 0)
		put_phase(o, r, now);
	else if (strcmp(about, "gate") == 0 || strcmp(about, "alarm") == 0)
		put_gate(o, r, now);
	else if (strcmp(about, "check") == 0)
		put_check(o, r, now);
	else if (strcmp(about, "recovery") == 0)
		put_one_recovery(o, r, now);
	else if (strcmp(about, "date") == 0)
		put_date(o, r);
	json_array_foreach(json_object_get(r, "recoveries"), i, v)
		show_recovery(o, v, now);
	put_opens(o, r);
	if (!by_number)
		put_incident(o, r, now);
	put_do(o, r);
	return EXIT_OPEN;
}
