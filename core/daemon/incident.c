/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident.c -- incidents in words.
 *
 * An incident is one root cause on one date. Its title says what is wrong
 * in the words of the object that it is rooted at, as it is now; what hangs
 * under it is listed, never retold. Which breach is root and which follows
 * was the engine's decision.
 */
#include "daemon/incident.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/units.h"
#include "daemon/history.h"
#include "daemon/service.h"
#include "daemon/words.h"

const struct incident_row *
incident_find(const struct view *v, uint64_t number,
    struct record *ret_where)
{
	const struct incident_row *row;
	int32_t i;

	for (i = 0; (row = engine_incident_at(v->engine, i, ret_where)); i++)
		if (row->number == number)
			return row;
	return NULL;
}

const struct incident_row *
incident_of_phase(const struct view *v, int32_t phase, struct date date,
    struct record *ret_where)
{
	const struct breach_row *b;
	struct record where;
	int32_t i;

	for (i = 0; (b = engine_breach_at(v->engine, i, &where)); i++)
		if (b->open && where.dated && where.date.day == date.day &&
		    (b->kind == ROOT_PHASE || b->kind == ROOT_BYPASS) &&
		    b->subject == phase)
			return incident_find(v, b->incident, ret_where);
	return NULL;
}

enum { CHECKS_MAX = 64 };

int32_t
incident_checks(const struct view *v, const struct incident_row *row,
    struct date date, int32_t *ret, int32_t cap)
{
	const struct phase_def *p;
	const struct gate_def *g = NULL;
	int32_t n = 0, i;

	if (row->root == NONE)
		return 0;
	if ((row->kind == ROOT_PROBE || row->kind == ROOT_EARLY) && cap > 0) {
		ret[0] = row->root;
		return 1;
	}
	if (row->kind == ROOT_ALARM) {
		g = &v->graph->gates[row->root];
	} else if (row->kind == ROOT_PHASE || row->kind == ROOT_BYPASS) {
		p = &v->graph->phases[row->root];
		if (p->done_kind == DONE_GATE)
			g = &v->graph->gates[p->done_gate];
		for (i = 0; p->done_kind == DONE_CHECKS &&
		    i < done_checks_on(p, date) && n < cap; i++)
			ret[n++] = p->done_checks[i];
	}
	for (i = 0; g && i < gate_inputs_on(g, date) && n < cap; i++)
		ret[n++] = g->inputs[i];
	return n;
}

void
incident_marks(const struct view *v, const struct incident_row *row,
    const struct record *where, int32_t *ret_phase, uint64_t *ret_tags)
{
	int32_t checks[CHECKS_MAX], n;

	n = incident_checks(v, row, where->date, checks, CHECKS_MAX);
	*ret_phase = NONE;
	*ret_tags = tags_of(v->graph, where->pipeline, checks, n);
	if (row->root == NONE)
		return;
	if (row->kind == ROOT_PHASE || row->kind == ROOT_BYPASS ||
	    row->kind == ROOT_ATTEMPT) {
		*ret_phase = row->root;
		*ret_tags |= v->graph->phases[row->root].tags;
	} else if (row->kind == ROOT_ALARM) {
		*ret_tags |= v->graph->gates[row->root].tags;
	}
}

/*------------------------------------------------------------------ titles */

static void
title_phase(const struct view *v, int32_t phase, struct date date,
    struct text *t)
{
	const struct phase_def *p = &v->graph->phases[phase];
	struct phase_reading r;

	text_add(t, p->name);
	if (!engine_read_phase(v->engine, phase, date, &v->now, &r)) {
		text_add(t, " is not watched any more");
		return;
	}
	if (r.view == VIEW_DONE) {
		text_add(t, " is done");
	} else if (r.due == INSTANT_NONE) {
		text_addf(t, " is %s", phase_view_name(r.view));
	} else {
		text_addf(t, r.late ? " missed " : " will miss ");
		words_clock(t, r.due, v->now.wall, &v->graph->pipelines[
		    p->pipeline].zone);
		if (r.view == VIEW_BLOCKED || r.view == VIEW_FAILED ||
		    r.view == VIEW_UNKNOWN || r.view == VIEW_IN_DOUBT)
			text_addf(t, ": %s", phase_view_name(r.view));
	}
}

/* Of several checks the first two that are bad; of one, that one. Returns
 * how many. */
static int32_t
title_readings(const struct view *v, const int32_t *checks, int32_t n,
    struct date date, struct text *t)
{
	int32_t i, said = 0;

	for (i = 0; i < n; i++) {
		const struct check_row *row = engine_check(v->engine,
		    checks[i], date);

		if (n > 1 && (!view_bad(v, checks[i], date) || said == 2))
			continue;
		text_addf(t, "%s %s ", said++ ? "," : "",
		    v->graph->checks[checks[i]].name);
		words_reading_long(t, row && row->measured ? row->value : NAN,
		    row ? row->expected : NAN);
	}
	return said;
}

static void
title_alarm(const struct view *v, int32_t gate, struct date date,
    struct text *t)
{
	const struct gate_def *g = &v->graph->gates[gate];
	const struct gate_row *row = engine_gate(v->engine, gate, date);

	if (row && row->verdict == VERDICT_UNKNOWN) {
		text_addf(t, "the alarm '%s' can't tell", g->name);
		return;
	}
	text_addf(t, "%s:", g->name);
	if (title_readings(v, g->inputs, gate_inputs_on(g, date), date,
	    t) == 0)
		text_add(t, " all its inputs are well");
}

/* The alarm that still stands in an incident whose phase has come through. */
static int32_t
standing_alarm(const struct view *v, const struct incident_row *row)
{
	const struct breach_row *b;
	int32_t i;

	for (i = 0; row->open && (b = engine_breach_at(v->engine, i, NULL));
	    i++)
		if (b->incident == row->number && b->open &&
		    b->kind == ROOT_ALARM)
			return b->subject;
	return NONE;
}

/* A root that has come through, with what is still bad about it. */
static void
title_done(const struct view *v, const struct incident_row *row,
    struct date date, struct text *t)
{
	const struct phase_row *p = engine_phase(v->engine, row->root, date);
	CLEANUP_TEXT struct text bad = { 0 };
	int32_t alarm = standing_alarm(v, row), checks[CHECKS_MAX], n;

	if (alarm != NONE) {
		title_alarm(v, alarm, date, t);
		return;
	}
	n = incident_checks(v, row, date, checks, CHECKS_MAX);
	if (p && (p->marks & MARK_DEGRADED) && row->open &&
	    title_readings(v, checks, n, date, &bad) > 0)
		text_addf(t, "%s is degraded:%s",
		    v->graph->phases[row->root].name, text_str(&bad));
	else
		title_phase(v, row->root, date, t);
}

static void
title_root_phase(const struct view *v, const struct incident_row *row,
    struct date date, struct text *t)
{
	struct phase_reading r;

	if (engine_read_phase(v->engine, row->root, date, &v->now, &r) &&
	    r.view == VIEW_DONE)
		title_done(v, row, date, t);
	else
		title_phase(v, row->root, date, t);
}

enum { NOT_RUN_MS = 600000 };

/* A question that stays without an answer: nobody asks any more. */
static void
title_probe(const struct view *v, const struct incident_row *row,
    struct date date, struct text *t)
{
	const struct check_def *c = &v->graph->checks[row->root];
	int64_t waits = engine_check_waits_ms(v->engine, row->root, date,
	    &v->now);
	char buf[DURATION_TEXT];

	if (row->open && waits > c->patience_ms && waits > NOT_RUN_MS)
		text_addf(t, "the check '%s' does not run: asked %s ago, no "
		    "answer", c->name, duration_round(waits, buf));
	else
		text_addf(t, "the probe '%s' of %s could not tell", c->name,
		    c->target ? c->target : "its target");
}

void
incident_title(const struct view *v, const struct incident_row *row,
    const struct record *where, struct text *t)
{
	const struct graph *g = v->graph;

	if (row->root == NONE || row->kind == ROOT_ADOPTION) {
		text_add(t, row->kind == ROOT_ADOPTION ?
		    "dates that had ended were adopted: measured, nothing "
		    "started" : "its object is not configured any more");
		return;
	}
	switch (row->kind) {
	case ROOT_PHASE:
		title_root_phase(v, row, where->date, t);
		break;
	case ROOT_ALARM:
		title_alarm(v, row->root, where->date, t);
		break;
	case ROOT_PROBE:
		title_probe(v, row, where->date, t);
		break;
	case ROOT_EARLY:
		history_early(t, v, row->root, where->date);
		break;
	case ROOT_BYPASS:
		text_addf(t, "%s ran although its edge was closed",
		    g->phases[row->root].name);
		break;
	case ROOT_ATTEMPT:
		text_addf(t, "a start of %s is in doubt and held",
		    g->phases[row->root].name);
		break;
	case ROOT_ACTION:
		service_title(v, row->root, t);
		break;
	case ROOT_ADOPTION:
		break;
	}
}

/*-------------------------------------------------------------------- JSON */

static const char *
subject_name(const struct view *v, enum root_kind kind, int32_t subject)
{
	if (subject == NONE)
		return NULL;
	switch (kind) {
	case ROOT_PHASE:
	case ROOT_BYPASS:
	case ROOT_ATTEMPT:
		return v->graph->phases[subject].name;
	case ROOT_ALARM:
		return v->graph->gates[subject].name;
	case ROOT_PROBE:
	case ROOT_EARLY:
		return v->graph->checks[subject].name;
	case ROOT_ACTION:
		return v->graph->actions[subject].name;
	case ROOT_ADOPTION:
		break;
	}
	return NULL;
}

static json_t *
breaches(const struct view *v, uint64_t number, const struct zone *zone)
{
	json_t *list = json_array();
	const struct breach_row *b;
	struct record where;
	int32_t i;

	for (i = 0; (b = engine_breach_at(v->engine, i, &where)); i++) {
		json_t *o;

		if (b->incident != number)
			continue;
		o = json_object();
		json_put(o, "kind", root_kind_name(b->kind));
		json_put(o, "subject", subject_name(v, b->kind, b->subject));
		(void)json_object_set_new(o, "follows",
		    json_boolean(b->child));
		(void)json_object_set_new(o, "open", json_boolean(b->open));
		json_put(o, "severity", severity_name(b->severity));
		if (b->why != WHY_NOTHING)
			json_put(o, "why", why_name(b->why));
		/* an alarm's is that it speaks */
		if (b->why != WHY_NOTHING && b->kind != ROOT_ALARM)
			json_put(o, "why_text", words_why(b->why));
		put_when(o, "since", b->since, zone);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static void
put_life(json_t *o, const struct view *v, const struct incident_row *row,
    const struct zone *zone)
{
	put_when(o, "opened_at", row->opened_at, zone);
	if (!row->open)
		put_when(o, "closed_at", row->closed_at, zone);
	json_put_int(o, "lasted_ms", (row->open ? v->now.wall :
	    row->closed_at) - row->opened_at);
	(void)json_object_set_new(o, "clearing",
	    json_boolean(row->clearing));
	(void)json_object_set_new(o, "gave_up", json_boolean(row->gave_up));
	if (row->acked_until != INSTANT_NONE &&
	    row->acked_until > v->now.wall) {
		json_put(o, "acked_by", row->acked_by);
		put_when(o, "acked_until", row->acked_until, zone);
	}
	json_put_int(o, "told", row->told_count);
	if (row->label == LABEL_NONE)
		return;
	json_put(o, "label", label_name(row->label));
	json_put(o, "labelled_by", row->labelled_by);
	put_when(o, "labelled_at", row->labelled_at, zone);
	json_put(o, "label_reason", row->label_reason);
}

json_t *
incident_json(const struct view *v, const struct incident_row *row,
    const struct record *where)
{
	const struct zone *zone = view_zone(v, where->pipeline);
	CLEANUP_TEXT struct text title = { 0 };
	char date[DATE_TEXT];
	json_t *o = json_object();

	json_put_int(o, "incident", (int64_t)row->number);
	json_put(o, "kind", root_kind_name(row->kind));
	json_put(o, "severity", severity_name(row->severity));
	(void)json_object_set_new(o, "open", json_boolean(row->open));
	incident_title(v, row, where, &title);
	json_put(o, "title", text_str(&title));
	if (where->pipeline != NONE)
		json_put(o, "pipeline",
		    v->graph->pipelines[where->pipeline].name);
	if (where->dated)
		json_put(o, "date", date_text(where->date, date));
	json_put(o, "root", subject_name(v, row->kind, row->root));
	put_life(o, v, row, zone);
	(void)json_object_set_new(o, "breaches", breaches(v, row->number,
	    zone));
	return o;
}

/* Adds it in front of what is of a later date. */
static void
add_hole(json_t *list, json_t *o)
{
	const char *date = json_text(o, "date", "");
	size_t i = json_array_size(list);

	while (i > 0 && strcmp(json_text(json_array_get(list, i - 1),
	    "date", ""), date) > 0)
		i--;
	(void)json_array_insert_new(list, i, o);
}

json_t *
incident_holes(const struct view *v)
{
	json_t *list = json_array();
	const struct breach_row *b;
	struct record where;
	char date[DATE_TEXT];
	int32_t i;

	for (i = 0; (b = engine_breach_at(v->engine, i, &where)); i++) {
		json_t *o;

		if (!b->open || b->incident != 0)
			continue;
		o = json_object();
		json_put(o, "pipeline",
		    v->graph->pipelines[where.pipeline].name);
		json_put(o, "date", date_text(where.date, date));
		json_put(o, "kind", root_kind_name(b->kind));
		json_put(o, "subject", subject_name(v, b->kind, b->subject));
		json_put(o, "severity", severity_name(b->severity));
		put_when(o, "since", b->since, view_zone(v, where.pipeline));
		add_hole(list, o);
	}
	return list;
}
