/* SPDX-License-Identifier: BSD-2-Clause
 *
 * explain.c -- the evidence chain of anything that people ask about.
 *
 * Starts at what was asked for and adds what it rests on: inputs with value,
 * source and age, the rule with its place, attempts and plan, the recoveries
 * that could repair it, who was told. Ends with two lists that make it
 * useful: what would open it, and what the reader can do now, as commands
 * that can be pasted.
 *
 * Judges nothing itself. What would open a gate was said by the gate; what
 * closes an edge was said by the engine.
 */
#include "daemon/explain.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "calendar/day.h"
#include "daemon/incident.h"
#include "daemon/opens.h"
#include "daemon/words.h"

enum { CHECKS_MAX = 64 };

/* Checks that something rests on. */
struct base {
	int32_t v[CHECKS_MAX];
	int32_t n;
};

static void
base_add(struct base *b, const int32_t *checks, int32_t n)
{
	int32_t i;

	for (i = 0; i < n && b->n < CHECKS_MAX; i++)
		b->v[b->n++] = checks[i];
}

static void
base_of_gate(const struct view *v, int32_t gate, struct date date,
    struct base *b)
{
	base_add(b, v->graph->gates[gate].inputs,
	    gate_inputs_on(&v->graph->gates[gate], date));
}

static void
base_of_phase(const struct view *v, int32_t phase, struct date date,
    struct base *b)
{
	const struct phase_def *p = &v->graph->phases[phase];
	int32_t i;

	if (p->done_kind == DONE_GATE)
		base_of_gate(v, p->done_gate, date, b);
	else if (p->done_kind == DONE_CHECKS)
		base_add(b, p->done_checks, done_checks_on(p, date));
	for (i = 0; i < p->n_guards; i++)
		base_of_gate(v, p->guards[i], date, b);
}

static bool
repairs_any(const struct view *v, const struct recovery_def *d,
    const struct base *b, struct date date)
{
	int32_t i, k;

	for (i = 0; i < d->n_repairs; i++)
		for (k = 0; k < b->n; k++)
			if (d->repairs[i] == b->v[k] &&
			    (view_bad(v, b->v[k], date) ||
			    engine_recovery(v->engine, (int32_t)(d -
			    v->graph->recoveries), date)))
				return true;
	return false;
}

static void
put_recoveries(json_t *o, const struct view *v, const struct base *b,
    struct date date)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < v->graph->n_recoveries; i++)
		if (repairs_any(v, &v->graph->recoveries[i], b, date))
			(void)json_array_append_new(list, view_recovery(v, i,
			    date));
	(void)json_object_set_new(o, "recoveries", list);
}

/*--------------------------------------------------------- what you can do */

struct doing {
	json_t *list;
	const char *date;
};

static void
can(struct doing *d, const char *command, const char *what)
{
	json_t *o = json_object();

	json_put(o, "command", command);
	json_put(o, "what", what);
	(void)json_array_append_new(d->list, o);
}

static void
can_f(struct doing *d, const char *what, const char *verb, const char *name,
    const char *rest)
{
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "gatewarden %s%s%s%s%s", verb, name ? " " : "",
	    name ? name : "", rest ? " " : "", rest ? rest : "");
	can(d, text_str(&t), what);
}

static void
can_recover(const struct view *v, const struct base *b, struct date date,
    struct doing *d)
{
	int32_t i;

	for (i = 0; i < v->graph->n_recoveries; i++) {
		const struct recovery_def *r = &v->graph->recoveries[i];
		const struct recovery_row *row;

		if (!repairs_any(v, r, b, date))
			continue;
		row = engine_recovery(v->engine, i, date);
		if ((row && row->ended != WHY_NOTHING) ||
		    engine_disabled(v->engine, i)->live) {
			CLEANUP_TEXT struct text t = { 0 };

			text_addf(&t, "recovery %s", r->name);
			can_f(d, "let it try again from the start", "reopen",
			    text_str(&t), d->date);
		} else if (r->mode == MODE_ENFORCE) {
			can_f(d, "start the repair now", "recover", r->name,
			    d->date);
		}
	}
}

static void
can_fix(const struct view *v, const struct base *b, const char *phase,
    const char *template, struct doing *d)
{
	CLEANUP_JSON json_t *missing = json_array();
	CLEANUP_JSON json_t *failing = json_array();
	CLEANUP_TEXT struct text t = { 0 };
	struct date date;
	int32_t i;

	if (template == NULL || date_parse(d->date, &date) < 0)
		return;
	for (i = 0; i < b->n; i++) {
		if (!view_bad(v, b->v[i], date))
			continue;
		(void)json_array_append_new(failing, json_string(
		    v->graph->checks[b->v[i]].item));
		(void)json_array_extend(missing, json_object_get(
		    view_measurement(v, b->v[i], date), "missing"));
	}
	words_fix(&t, template, &(struct fix_facts){ d->date, phase, missing,
	    failing });
	can(d, text_str(&t), "the fix that the configuration names");
}

static void
put_incident(json_t *o, const struct view *v, const struct incident_row *row,
    const struct record *where, struct doing *d)
{
	char number[24];

	(void)json_object_set_new(o, "incident", incident_json(v, row,
	    where));
	(void)json_object_set_new(o, "told", incident_told(v, row->number,
	    where->pipeline));
	(void)snprintf(number, sizeof number, "%llu",
	    (unsigned long long)row->number);
	if (row->open)
		can_f(d, "say that you have it", "ack", number,
		    "--until 2h");
	can_f(d, "what became of it, ready as a post-mortem", "incident",
	    number, "--md");
}

static json_t *
about(const char *what, const struct view *v, int32_t pipeline,
    struct date date)
{
	char buf[DATE_TEXT];
	json_t *o = json_object();

	json_put(o, "about", what);
	if (pipeline != NONE) {
		json_put(o, "pipeline", v->graph->pipelines[pipeline].name);
		json_put(o, "mode",
		    mode_name(v->graph->pipelines[pipeline].mode));
		json_put(o, "zone", v->graph->pipelines[pipeline].zone_name);
	}
	json_put(o, "date", date_text(date, buf));
	put_when(o, "now", v->now.wall, view_zone(v, pipeline));
	return o;
}

/*------------------------------------------------------------------ phases */

/* Nothing is closed but what keeps it from starting without a person. */
static bool
only_unattended(const struct phase_reading *r)
{
	int32_t i;

	for (i = 0; i < r->n; i++)
		if (r->closed[i].why != WHY_ADOPTED &&
		    r->closed[i].why != WHY_TOO_OLD)
			return false;
	return true;
}

static void
can_phase(const struct phase_def *p, const struct phase_reading *r,
    struct doing *d)
{
	CLEANUP_TEXT struct text rest = { 0 };
	bool accepts = r->n > 0;
	int32_t i;

	for (i = 0; i < r->n; i++)
		accepts = accepts && engine_overridable(r->closed[i].why);
	if (r->view == VIEW_DONE || r->view == VIEW_SKIPPED)
		return;
	if (p->start != NONE && only_unattended(r))
		can_f(d, "start it now", "run", p->name, d->date);
	if (r->view == VIEW_FAILED)
		can_f(d, "let it try again from the start", "reopen",
		    p->name, d->date);
	if (accepts && !only_unattended(r)) {
		text_addf(&rest, "%s --reason TEXT", d->date);
		can_f(d, "let it start although these conditions are closed",
		    "override", p->name, text_str(&rest));
	}
}

/* Is the condition that an upstream phase of the same date isn't done? */
static bool
waits_for(const struct phase_def *p, const struct condition *c)
{
	int32_t i;

	for (i = 0; c->why == WHY_UPSTREAM && i < p->n_after; i++)
		if (p->after[i].phase == c->subject &&
		    p->after[i].date_offset == 0)
			return true;
	return false;
}

/* For another phase: running its own fix would be what is being prevented. */
static bool
waits(const struct phase_reading *r)
{
	int32_t i;

	for (i = 0; i < r->n; i++)
		if (r->closed[i].why == WHY_UPSTREAM)
			return true;
	return false;
}

/* How far an explanation has come on its way up. */
struct climb {
	struct date date;
	struct base *base;
	json_t *because, *opens;
	struct doing *doing;
};

/* Phases further up that aren't done, each with its evidence: the chain
 * ends where something was measured. The graph has no cycles; a phase that
 * is met twice is told once. */
static void
climb_up(const struct view *v, const struct phase_def *p,
    const struct phase_reading *r, struct climb *c)
{
	int32_t i;

	for (i = 0; i < r->n; i++) {
		const struct phase_def *up;
		struct phase_reading reading;
		struct base own = { .n = 0 };
		json_t *told;
		size_t k;
		bool again = false;

		if (!waits_for(p, &r->closed[i]))
			continue;
		up = &v->graph->phases[r->closed[i].subject];
		json_array_foreach(c->because, k, told)
			again = again || strcmp(json_text(told, "phase", ""),
			    up->name) == 0;
		if (again || !engine_read_phase(v->engine,
		    r->closed[i].subject, c->date, &v->now, &reading))
			continue;
		(void)json_array_append_new(c->because, view_phase(v,
		    r->closed[i].subject, c->date));
		base_of_phase(v, r->closed[i].subject, c->date, &own);
		base_add(c->base, own.v, own.n);
		opens_done(v, up, c->date, c->opens);
		if (!waits(&reading))
			can_fix(v, &own, up->name, up->fix, c->doing);
		climb_up(v, up, &reading, c);
	}
}

json_t *
explain_phase(const struct view *v, int32_t phase, struct date date)
{
	const struct phase_def *p = &v->graph->phases[phase];
	const struct incident_row *row;
	json_t *o = about("phase", v, p->pipeline, date);
	json_t *opens = json_array();
	struct base b = { .n = 0 };
	struct phase_reading r;
	struct record where;
	char buf[DATE_TEXT];
	struct doing d = { json_array(), date_text(date, buf) };
	struct climb c = { date, &b, json_array(), opens, &d };
	bool fixable = false;
	int32_t i;

	(void)json_object_set_new(o, "phase", view_phase(v, phase, date));
	base_of_phase(v, phase, date, &b);
	if (engine_read_phase(v->engine, phase, date, &v->now, &r) &&
	    r.view != VIEW_SKIPPED) {
		fixable = r.view != VIEW_DONE && !waits(&r);
		for (i = 0; i < r.n; i++)
			opens_condition(v, &r.closed[i], &r, p->pipeline,
			    date, opens);
		if (!r.done_holds)
			opens_done(v, p, date, opens);
		can_phase(p, &r, &d);
		climb_up(v, p, &r, &c);
	}
	(void)json_object_set_new(o, "because", c.because);
	(void)json_object_set_new(o, "opens_with", opens);
	put_recoveries(o, v, &b, date);
	can_recover(v, &b, date, &d);
	can_f(&d, "measure everything of the date again", "recheck", d.date,
	    NULL);
	if (fixable)
		can_fix(v, &b, p->name, p->fix, &d);
	row = incident_of_phase(v, phase, date, &where);
	if (row)
		put_incident(o, v, row, &where, &d);
	(void)json_object_set_new(o, "do", d.list);
	return o;
}

/*-------------------------------------------- gates, checks and recoveries */

/* Phases that a gate guards, or is the `done` of. */
static json_t *
used_by(const struct view *v, int32_t gate)
{
	json_t *list = json_array();
	int32_t i, k;

	for (i = 0; i < v->graph->n_phases; i++) {
		const struct phase_def *p = &v->graph->phases[i];
		bool uses = p->done_kind == DONE_GATE && p->done_gate == gate;

		for (k = 0; k < p->n_guards; k++)
			uses = uses || p->guards[k] == gate;
		if (uses)
			(void)json_array_append_new(list,
			    json_string(p->name));
	}
	return list;
}

json_t *
explain_gate(const struct view *v, int32_t gate, struct date date)
{
	const struct gate_def *g = &v->graph->gates[gate];
	json_t *o = about(g->alarm ? "alarm" : "gate", v, g->pipeline, date);
	json_t *opens = json_array();
	struct base b = { .n = 0 };
	char buf[DATE_TEXT];
	struct doing d = { json_array(), date_text(date, buf) };
	const struct incident_row *row;
	struct record where;
	int32_t i;

	(void)json_object_set_new(o, "gate", view_gate(v, gate, date));
	(void)json_object_set_new(o, "used_by", used_by(v, gate));
	opens_gate(v, gate, date, opens);
	(void)json_object_set_new(o, "opens_with", opens);
	base_of_gate(v, gate, date, &b);
	put_recoveries(o, v, &b, date);
	can_recover(v, &b, date, &d);
	can_f(&d, "measure everything of the date again", "recheck", d.date,
	    NULL);
	can_fix(v, &b, NULL, g->fix, &d);
	for (i = 0; (row = engine_incident_at(v->engine, i, &where)); i++)
		if (row->kind == ROOT_ALARM && row->root == gate &&
		    where.date.day == date.day && row->open) {
			put_incident(o, v, row, &where, &d);
			break;
		}
	(void)json_object_set_new(o, "do", d.list);
	return o;
}

json_t *
explain_check(const struct view *v, int32_t check, struct date date)
{
	const struct check_def *c = &v->graph->checks[check];
	json_t *o = about("check", v, c->pipeline, date);
	struct base b = { .n = 0 };
	char buf[DATE_TEXT];
	struct doing d = { json_array(), date_text(date, buf) };
	CLEANUP_TEXT struct text rest = { 0 };

	(void)json_object_set_new(o, "check", view_check(v, check, date));
	base_add(&b, &check, 1);
	put_recoveries(o, v, &b, date);
	text_addf(&rest, "--date %s", d.date);
	can_f(&d, "measure it now", "check run", c->name, text_str(&rest));
	can_recover(v, &b, date, &d);
	(void)json_object_set_new(o, "do", d.list);
	return o;
}

json_t *
explain_recovery(const struct view *v, int32_t recovery, struct date date)
{
	const struct recovery_def *r = &v->graph->recoveries[recovery];
	json_t *o = about("recovery", v, r->pipeline, date);
	json_t *checks = json_array();
	struct base b = { .n = 0 };
	char buf[DATE_TEXT];
	struct doing d = { json_array(), date_text(date, buf) };
	int32_t i;

	(void)json_object_set_new(o, "recovery", view_recovery(v, recovery,
	    date));
	for (i = 0; i < r->n_repairs; i++)
		(void)json_array_append_new(checks, view_check(v,
		    r->repairs[i], date));
	(void)json_object_set_new(o, "checks", checks);
	base_add(&b, r->repairs, r->n_repairs);
	can_recover(v, &b, date, &d);
	can_fix(v, &b, NULL, r->fix, &d);
	(void)json_object_set_new(o, "do", d.list);
	return o;
}

/*----------------------------------------------------- incidents and dates */

/* The explanation of what it is rooted at, with the incident on top. */
static json_t *
explain_root(const struct view *v, const struct incident_row *row,
    const struct record *where)
{
	if (row->root == NONE || !where->dated)
		return about("incident", v, where->pipeline, where->date);
	switch (row->kind) {
	case ROOT_PHASE:
	case ROOT_BYPASS:
	case ROOT_ATTEMPT:
		return explain_phase(v, row->root, where->date);
	case ROOT_ALARM:
		return explain_gate(v, row->root, where->date);
	case ROOT_PROBE:
	case ROOT_EARLY:
		return explain_check(v, row->root, where->date);
	case ROOT_ACTION:
	case ROOT_ADOPTION:
		break;
	}
	return about("incident", v, where->pipeline, where->date);
}

json_t *
explain_incident(const struct view *v, uint64_t number)
{
	struct record where;
	const struct incident_row *row = incident_find(v, number, &where);
	json_t *o, *list;
	struct doing d;

	if (row == NULL)
		return NULL;
	o = explain_root(v, row, &where);
	list = json_object_get(o, "do");
	d = (struct doing){ list ? list : json_array(), NULL };
	if (json_object_get(o, "incident") == NULL)
		put_incident(o, v, row, &where, &d);
	if (list == NULL)
		(void)json_object_set_new(o, "do", d.list);
	return o;
}

static json_t *
date_of_pipeline(const struct view *v, int32_t pipeline, struct date date)
{
	const struct pipeline_def *p = &v->graph->pipelines[pipeline];
	const struct date_row *row = engine_date(v->engine, pipeline, date);
	json_t *o = about("date", v, pipeline, date);
	json_t *cells = json_array(), *alarms = json_array();
	json_t *recoveries = json_array();
	int32_t i;

	(void)json_object_set_new(o, "watched", json_boolean(row != NULL));
	if (row && row->owed >= 0)
		json_put_int(o, "owed", row->owed);
	(void)json_object_set_new(o, "adopted", json_boolean(row &&
	    row->adopted));
	put_when(o, "ends_at", day_end(&p->zone, date, p->day_ends_s),
	    &p->zone);
	put_when(o, "anchor", engine_anchor(v->engine, pipeline, date),
	    &p->zone);
	for (i = 0; row && i < p->n_phases; i++)
		(void)json_array_append_new(cells, view_cell(v,
		    p->first_phase + i, date));
	(void)json_object_set_new(o, "cells", cells);
	for (i = 0; row && i < v->graph->n_gates; i++)
		if (v->graph->gates[i].alarm &&
		    v->graph->gates[i].pipeline == pipeline)
			(void)json_array_append_new(alarms, view_gate(v, i,
			    date));
	(void)json_object_set_new(o, "alarms", alarms);
	for (i = 0; row && i < v->graph->n_recoveries; i++) {
		const struct recovery_row *tried = engine_recovery(v->engine,
		    i, date);

		if (v->graph->recoveries[i].pipeline == pipeline && tried &&
		    tried->attempts > 0)
			(void)json_array_append_new(recoveries,
			    view_recovery(v, i, date));
	}
	(void)json_object_set_new(o, "recoveries", recoveries);
	return o;
}

static json_t *
incidents_of(const struct view *v, int32_t pipeline, struct date date)
{
	const struct incident_row *row;
	json_t *list = json_array();
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_incident_at(v->engine, i, &where)); i++)
		if (where.pipeline == pipeline && where.dated &&
		    where.date.day == date.day)
			(void)json_array_append_new(list, incident_json(v,
			    row, &where));
	return list;
}

json_t *
explain_date(const struct view *v, int32_t pipeline, struct date date)
{
	json_t *o = about("date", v, pipeline, date);
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < v->graph->n_pipelines; i++) {
		json_t *p;

		if (pipeline != NONE && pipeline != i)
			continue;
		p = date_of_pipeline(v, i, date);
		(void)json_object_set_new(p, "incidents", incidents_of(v, i,
		    date));
		(void)json_array_append_new(list, p);
	}
	(void)json_object_set_new(o, "pipelines", list);
	return o;
}
