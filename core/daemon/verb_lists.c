/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_lists.c -- phases, checks, gates, incidents, plugins, and what is
 * due: one kind of thing, one line each.
 *
 * Lists of a date are per pipeline, since 'last' may be another date in
 * each.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "calendar/day.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/incident.h"
#include "daemon/words.h"

enum { DUE_MAX = 200, DAY_MS = 86400000 };

typedef void fill_fn(const struct view *, int32_t pipeline, struct date,
    json_t *list);

static void
fill_phases(const struct view *v, int32_t pipeline, struct date date,
    json_t *list)
{
	const struct pipeline_def *p = &v->graph->pipelines[pipeline];
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		json_t *o = view_cell(v, i, date);

		put_origin(o, &v->graph->phases[i].origin);
		(void)json_array_append_new(list, o);
	}
}

static void
fill_checks(const struct view *v, int32_t pipeline, struct date date,
    json_t *list)
{
	int32_t i;

	for (i = 0; i < v->graph->n_checks; i++)
		if (v->graph->checks[i].pipeline == pipeline)
			(void)json_array_append_new(list, view_check(v, i,
			    date));
}

static void
fill_gates(const struct view *v, int32_t pipeline, struct date date,
    json_t *list)
{
	int32_t i;

	for (i = 0; i < v->graph->n_gates; i++) {
		json_t *o;

		if (v->graph->gates[i].pipeline != pipeline)
			continue;
		o = view_gate(v, i, date);
		(void)json_object_del(o, "inputs");
		(void)json_array_append_new(list, o);
	}
}

static json_t *
of_pipeline(const struct view *v, int32_t pipeline, const char *what,
    struct date date)
{
	json_t *o = json_object();
	char buf[DATE_TEXT];

	json_put(o, "pipeline", v->graph->pipelines[pipeline].name);
	json_put(o, "zone", v->graph->pipelines[pipeline].zone_name);
	json_put(o, "date", date_text(date, buf));
	put_when(o, "now", v->now.wall, view_zone(v, pipeline));
	(void)json_object_set_new(o, what, json_array());
	return o;
}

static void
list(struct verbs *verbs, struct request *r, const json_t *params,
    const char *what, fill_fn *fill)
{
	const char *word = json_text(params, "date", "last");
	json_t *o, *pipelines;
	struct date date;
	struct ask a;
	int32_t only, i;

	ask_open(&a, verbs->s, r, params);
	if (!ask_pipeline(&a, "pipeline", &only) ||
	    !ask_date(&a, "date", word, only, &date))
		return;
	pipelines = json_array();
	for (i = 0; i < a.v.graph->n_pipelines; i++) {
		if (only != NONE && only != i)
			continue;
		if (strcmp(word, "last") == 0 &&
		    !view_last(&a.v, i, &date))
			continue;
		o = of_pipeline(&a.v, i, what, date);
		fill(&a.v, i, date, json_object_get(o, what));
		(void)json_array_append_new(pipelines, o);
	}
	o = json_object();
	(void)json_object_set_new(o, "pipelines", pipelines);
	request_answer(r, o);
}

void
verb_phases(void *arg, struct request *r, const json_t *params)
{
	list(arg, r, params, "phases", fill_phases);
}

void
verb_checks(void *arg, struct request *r, const json_t *params)
{
	list(arg, r, params, "checks", fill_checks);
}

void
verb_gates(void *arg, struct request *r, const json_t *params)
{
	list(arg, r, params, "gates", fill_gates);
}

void
verb_plugins(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	json_t *o = json_object();

	(void)params;
	(void)json_object_set_new(o, "instances",
	    pool_report(supervisor_pool(verbs->s)));
	request_answer(r, o);
}

void
verb_incidents(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	bool all = json_flag(params, "all", false);
	json_t *o = json_object(), *incidents = json_array();
	const struct incident_row *row;
	struct record where;
	struct ask a;
	int32_t i, ended = 0;

	ask_open(&a, verbs->s, r, params);
	for (i = 0; (row = engine_incident_at(a.v.engine, i, &where)); i++) {
		ended += !row->open;
		if (row->open || all)
			(void)json_array_append_new(incidents,
			    incident_json(&a.v, row, &where));
	}
	(void)json_object_set_new(o, "incidents", incidents);
	(void)json_object_set_new(o, "holes", incident_holes(&a.v));
	json_put_int(o, "ended", ended);
	put_when(o, "now", a.v.now.wall, a.v.graph->n_pipelines == 1 ?
	    view_zone(&a.v, 0) : NULL);
	request_answer(r, o);
}

/*--------------------------------------------------------------------- due */

struct owed {
	int64_t at;
	bool last_start;        /* not the due time, but the last start */
	int32_t phase;
	struct date date;
	bool late;
	enum phase_view view;
};

struct owed_list {
	struct owed v[DUE_MAX];
	size_t n;
};

static void
owed_of_date(const struct view *v, const struct pipeline_def *p,
    struct date date, int64_t until, struct owed_list *l)
{
	struct phase_reading r;
	struct no_return last;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		if (!engine_read_phase(v->engine, i, date, &v->now, &r) ||
		    r.view == VIEW_DONE || r.view == VIEW_SKIPPED)
			continue;
		if (l->n < DUE_MAX && r.due != INSTANT_NONE &&
		    r.due <= until)
			l->v[l->n++] = (struct owed){ r.due, false, i, date,
				r.late, r.view };
		/* while it can still be met */
		if (l->n < DUE_MAX && engine_no_return(v->engine, i, date,
		    &last) && last.last_start != INSTANT_NONE &&
		    last.last_start <= until && last.deadline > v->now.wall)
			l->v[l->n++] = (struct owed){ last.last_start, true,
				i, date, last.last_start <= v->now.wall,
				r.view };
	}
}

static int
by_due(const void *pa, const void *pb)
{
	const struct owed *a = pa, *b = pb;

	return (a->at > b->at) - (a->at < b->at);
}

static json_t *
owed_json(const struct view *v, const struct owed *d)
{
	const struct phase_def *p = &v->graph->phases[d->phase];
	char buf[DATE_TEXT];
	json_t *o = json_object();

	put_when(o, "at", d->at, view_zone(v, p->pipeline));
	json_put_int(o, "in_ms", d->at - v->now.wall);
	json_put(o, "pipeline", v->graph->pipelines[p->pipeline].name);
	json_put(o, "date", date_text(d->date, buf));
	json_put(o, "phase", p->name);
	json_put(o, "view", phase_view_name(d->view));
	(void)json_object_set_new(o, "late", json_boolean(d->late));
	json_put(o, "what", d->last_start ? "last start" : "due");
	return o;
}

void
verb_due(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *within = json_text(params, "within", NULL);
	json_t *o = json_object(), *entries = json_array();
	struct owed_list l = { .n = 0 };
	struct date dates[VIEW_DATES];
	int64_t ms = DAY_MS;
	struct ask a;
	int32_t i, k, n;
	size_t j;

	if (within)
		(void)duration_parse(within, &ms);
	ask_open(&a, verbs->s, r, params);
	for (i = 0; i < a.v.graph->n_pipelines; i++) {
		n = view_dates(&a.v, i, dates);
		for (k = 0; k < n; k++)
			owed_of_date(&a.v, &a.v.graph->pipelines[i],
			    dates[k], a.v.now.wall + ms, &l);
	}
	qsort(l.v, l.n, sizeof l.v[0], by_due);
	for (j = 0; j < l.n; j++)
		(void)json_array_append_new(entries, owed_json(&a.v,
		    &l.v[j]));
	(void)json_object_set_new(o, "due", entries);
	json_put_int(o, "within_ms", ms);
	request_answer(r, o);
}
