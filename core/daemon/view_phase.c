/* SPDX-License-Identifier: BSD-2-Clause
 *
 * view_phase.c -- phases as JSON: in a cell of the screen, and in full.
 *
 * A phase is read by engine_read_phase(), which knows the one truth about
 * its edge; here it only gets its words, the evidence of its `done`, its
 * attempts and its plan.
 */
#include <math.h>

#include "base/json.h"
#include "base/text.h"
#include "daemon/history.h"
#include "daemon/plan.h"
#include "daemon/view.h"
#include "daemon/words.h"

enum { OUTPUT_TAIL = 2048, TRIES_SHOWN = 8 };

static bool
good(enum result r)
{
	return r == RESULT_PASS || r == RESULT_WARN || r == RESULT_SKIP;
}

/* Of several checks the one that is worst is what decides. */
static void
worst_reading(const struct view *v, const struct phase_def *p,
    struct date date, struct text *t)
{
	const struct check_row *worst = NULL, *row;
	int32_t i;
	bool bad = false;

	for (i = 0; i < done_checks_on(p, date); i++) {
		row = engine_check(v->engine, p->done_checks[i], date);
		if (row == NULL || row->measurement == 0)
			continue;
		if (worst == NULL || (!bad && row->raw > RESULT_PASS)) {
			worst = row;
			bad = row->raw > RESULT_PASS;
		}
	}
	words_reading(t, worst && worst->measured ? worst->value : NAN,
	    worst ? worst->expected : NAN);
}

void
view_number(const struct view *v, int32_t phase, struct date date,
    struct text *t)
{
	const struct phase_def *p = &v->graph->phases[phase];
	const struct gate_def *g;
	int32_t i, n = 0, all = 0;

	if (p->done_kind == DONE_EXIT)
		return;
	if (p->done_kind == DONE_CHECKS) {
		worst_reading(v, p, date, t);
		return;
	}
	g = &v->graph->gates[p->done_gate];
	for (i = 0; i < gate_inputs_on(g, date); i++) {
		if (is_retired(&v->graph->checks[g->inputs[i]].retirement,
		    date))
			continue;
		all++;
		n += good(engine_result(v->engine, g->inputs[i], date,
		    &v->now));
	}
	text_addf(t, "%d/%d", n, all);
}

/* One sentence: why it is not further. Owned, or NULL. */
static json_t *
first_reason(const struct view *v, const struct phase_def *p,
    const struct phase_reading *r, struct date date)
{
	CLEANUP_JSON json_t *c = NULL;

	if (r->n == 0 || r->view == VIEW_DONE || r->view == VIEW_SKIPPED)
		return NULL;
	c = view_condition(v, &r->closed[0], p->pipeline, date);
	return json_incref(json_object_get(c, "sentence"));
}

json_t *
view_cell(const struct view *v, int32_t phase, struct date date)
{
	const struct phase_def *p = &v->graph->phases[phase];
	const struct phase_row *row = engine_phase(v->engine, phase, date);
	CLEANUP_TEXT struct text number = { 0 };
	struct phase_reading r;
	json_t *o = json_object(), *why;

	json_put(o, "phase", p->name);
	if (!engine_read_phase(v->engine, phase, date, &v->now, &r)) {
		json_put(o, "view", "not_watched");
		return o;
	}
	json_put(o, "view", phase_view_name(r.view));
	json_put(o, "edge", verdict_name(r.edge));
	(void)json_object_set_new(o, "marks", marks_json(row ? row->marks :
	    0));
	view_number(v, phase, date, &number);
	json_put(o, "number", text_str(&number));
	(void)json_object_set_new(o, "late", json_boolean(r.late));
	(void)json_object_set_new(o, "held", json_boolean(r.held));
	why = first_reason(v, p, &r, date);
	if (why)
		(void)json_object_set_new(o, "why", why);
	put_when(o, "due", r.due, view_zone(v, p->pipeline));
	put_when(o, "next_try", r.next_try, view_zone(v, p->pipeline));
	return o;
}

static json_t *
done_json(const struct view *v, const struct phase_def *p, struct date date)
{
	json_t *o = json_object(), *list;
	int32_t i;

	if (p->done_kind == DONE_EXIT) {
		json_put(o, "kind", "exit");
		return o;
	}
	if (p->done_kind == DONE_GATE) {
		json_put(o, "kind", "gate");
		(void)json_object_set_new(o, "gate", view_gate(v,
		    p->done_gate, date));
		return o;
	}
	json_put(o, "kind", "checks");
	list = json_array();
	for (i = 0; i < done_checks_on(p, date); i++)
		(void)json_array_append_new(list, view_check(v,
		    p->done_checks[i], date));
	(void)json_object_set_new(o, "checks", list);
	return o;
}

static json_t *
tries(const struct view *v, int32_t phase, struct date date)
{
	const struct zone *zone = view_zone(v,
	    v->graph->phases[phase].pipeline);
	json_t *list = json_array();
	const struct attempt_row *a;
	struct record where;
	int32_t i;

	for (i = 0; (a = engine_attempt_at(v->engine, i, &where)); i++)
		if (a->phase == phase && where.date.day == date.day &&
		    json_array_size(list) < TRIES_SHOWN)
			(void)json_array_append_new(list,
			    view_attempt(v, a, zone, OUTPUT_TAIL));
	return list;
}

static json_t *
guards(const struct view *v, const struct phase_def *p, struct date date)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < p->n_guards; i++)
		(void)json_array_append_new(list, view_gate(v, p->guards[i],
		    date));
	return list;
}

static json_t *
upstream(const struct view *v, const struct phase_def *p, struct date date)
{
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < p->n_after; i++) {
		if (p->after[i].date_offset == 0)
			(void)json_array_append_new(list, view_cell(v,
			    p->after[i].phase, date));
	}
	return list;
}

json_t *
view_override(const struct view *v, const struct override_row *x,
    const struct record *where)
{
	const struct zone *zone = view_zone(v, where->pipeline);
	json_t *o = json_object();
	char date[DATE_TEXT];

	json_put_int(o, "override", (int64_t)x->id);
	json_put(o, "pipeline", v->graph->pipelines[where->pipeline].name);
	json_put(o, "phase", v->graph->phases[x->phase].name);
	json_put(o, "date", date_text(where->date, date));
	(void)json_object_set_new(o, "live", json_boolean(x->live));
	json_put(o, "by", x->actor);
	json_put(o, "reason", x->reason);
	put_when(o, "at", x->at, zone);
	put_when(o, "until", x->until, zone);
	return o;
}

/* The one that stands, or that let it start; NULL: none. */
static json_t *
override_of(const struct view *v, int32_t phase, struct date date)
{
	const struct phase_row *row = engine_phase(v->engine, phase, date);
	const struct override_row *x, *found = NULL;
	struct record where, found_at;
	int32_t i;

	for (i = 0; (x = engine_override_at(v->engine, i, &where)); i++) {
		if (x->phase != phase || where.date.day != date.day ||
		    !(x->live || (row && row->marks & MARK_OVERRIDDEN)))
			continue;
		found = x;
		found_at = where;
	}
	return found ? view_override(v, found, &found_at) : NULL;
}

json_t *
view_phase(const struct view *v, int32_t phase, struct date date)
{
	const struct phase_def *p = &v->graph->phases[phase];
	const struct phase_row *row = engine_phase(v->engine, phase, date);
	const struct zone *zone = view_zone(v, p->pipeline);
	json_t *o = view_cell(v, phase, date), *over, *last;
	struct phase_reading r;

	put_origin(o, &p->origin);
	if (!engine_read_phase(v->engine, phase, date, &v->now, &r))
		return o;
	(void)json_object_set_new(o, "done_holds",
	    json_boolean(r.done_holds));
	json_put(o, "done_verdict", verdict_name(r.done));
	put_when(o, "not_before", r.at, zone);
	(void)json_object_set_new(o, "closed", view_conditions(v, r.closed,
	    r.n, p->pipeline, date));
	over = override_of(v, phase, date);
	if (over)
		(void)json_object_set_new(o, "override", over);
	(void)json_object_set_new(o, "upstream", upstream(v, p, date));
	(void)json_object_set_new(o, "guards", guards(v, p, date));
	(void)json_object_set_new(o, "done", done_json(v, p, date));
	(void)json_object_set_new(o, "tries", tries(v, phase, date));
	json_put(o, "start", p->start == NONE ? NULL :
	    v->graph->actions[p->start].name);
	json_put(o, "fix", p->fix);
	if (row) {
		json_put(o, "state", phase_state_name(row->state));
		json_put_int(o, "attempts", row->attempts);
		put_when(o, "since", row->since, zone);
		put_when(o, "done_at", row->done_at, zone);
		if (row->failed_why != WHY_NOTHING)
			json_put(o, "failed_why", why_name(row->failed_why));
		if (row->run_id[0] != '\0')
			json_put(o, "run_id", row->run_id);
	}
	if (p->start != NONE)
		plan_of_phase(v, phase, date, o);
	last = history_no_return(v, phase, date);
	if (last)
		(void)json_object_set_new(o, "no_return", last);
	return o;
}
