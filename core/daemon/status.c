/* SPDX-License-Identifier: BSD-2-Clause
 *
 * status.c -- the morning, as one answer.
 *
 * First whether the watcher itself is well: how long ago something was
 * measured, how many checks ran when they should, when a route last proved
 * to lead somewhere. Then per pipeline dates by phases, then what needs a
 * person, then what comes next. No green without numerator, denominator and
 * age.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "calendar/day.h"
#include "daemon/backfill.h"
#include "daemon/incident.h"
#include "daemon/status.h"
#include "daemon/service.h"
#include "daemon/words.h"

enum { OLDER_SHOWN = 10, NEXT_MAX = 64,
	NEXT_SHOWN = 6, NEED_CHECKS = 64, OVERDUE_MS = 120000 };

/*---------------------------------------------------- is the watcher well? */

struct pulse {
	int64_t newest;         /* wall; INSTANT_NONE: never */
	int32_t ran, of;
};

/* A check is behind when its next measurement has been owed for longer than
 * its period and two minutes. */
static void
pulse_of_check(const struct view *v, int32_t check, struct pulse *p)
{
	const struct check_def *c = &v->graph->checks[check];
	int64_t grace = OVERDUE_MS + c->every_ms;
	struct date dates[VIEW_DATES];
	int32_t n, i;
	bool seen = false, behind = false, owed = false;

	n = view_dates(v, c->pipeline, dates);
	for (i = n > 3 ? n - 3 : 0; i < n; i++) {
		const struct check_row *row = engine_check(v->engine, check,
		    dates[i]);
		int64_t next = engine_check_next(v->engine, check, dates[i]);

		/* of an idle date nothing is owed, whenever that came out */
		if (engine_result(v->engine, check, dates[i], &v->now) !=
		    RESULT_SKIP) {
			owed = owed || next != INSTANT_NONE;
			behind = behind || (next != INSTANT_NONE &&
			    next + grace < v->now.wall);
		}
		if (row == NULL || row->measurement == 0)
			continue;
		seen = true;
		if (p->newest == INSTANT_NONE || row->ended_wall > p->newest)
			p->newest = row->ended_wall;
	}
	if (owed || seen) {
		p->of++;
		p->ran += seen && !behind;
	}
}

static void
put_pulse(json_t *o, const struct view *v)
{
	struct pulse p = { INSTANT_NONE, 0, 0 };
	int32_t i;

	for (i = 0; i < v->graph->n_checks; i++)
		if (v->graph->checks[i].pipeline != NONE)
			pulse_of_check(v, i, &p);
	json_put_int(o, "checks_ran", p.ran);
	json_put_int(o, "checks_owed", p.of);
	if (p.newest == INSTANT_NONE)
		(void)json_object_set_new(o, "checked_ms_ago", json_null());
	else
		json_put_int(o, "checked_ms_ago", v->now.wall - p.newest);
}

/*-------------------------------------------------------------- pipelines */

static json_t *
date_json(const struct view *v, const struct pipeline_def *p, int32_t index,
    struct date date)
{
	const struct date_row *row = engine_date(v->engine, index, date);
	char buf[DATE_TEXT];
	json_t *o = json_object(), *cells = json_array();
	int32_t i;

	json_put(o, "date", date_text(date, buf));
	if (row && row->owed >= 0)
		json_put_int(o, "owed", row->owed);
	else
		(void)json_object_set_new(o, "owed", json_null());
	(void)json_object_set_new(o, "adopted", json_boolean(row &&
	    row->adopted));
	(void)json_object_set_new(o, "ended", json_boolean(day_end(&p->zone,
	    date, p->day_ends_s) <= v->now.wall));
	for (i = 0; i < p->n_phases; i++)
		(void)json_array_append_new(cells, view_cell(v,
		    p->first_phase + i, date));
	(void)json_object_set_new(o, "cells", cells);
	return o;
}

/* Is something of the date late? */
static bool
has_hole(const struct view *v, const struct pipeline_def *p,
    struct date date)
{
	struct phase_reading r;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		if (engine_read_phase(v->engine, i, date, &v->now, &r) &&
		    r.late)
			return true;
	return false;
}

/* An old hole stays in sight until it is filled: the newest of those before
 * the dates that are shown anyway. */
static void
put_older(json_t *o, const struct view *v, int32_t index,
    const struct date *dates, int32_t n)
{
	const struct pipeline_def *p = &v->graph->pipelines[index];
	json_t *list = json_array();
	int32_t i, holes = 0;

	for (i = n - 1; i >= 0; i--)
		if (has_hole(v, p, dates[i]) && ++holes <= OLDER_SHOWN)
			(void)json_array_insert_new(list, 0, date_json(v, p,
			    index, dates[i]));
	(void)json_object_set_new(o, "older", list);
	json_put_int(o, "older_holes", holes);
}

static json_t *
pipeline_json(const struct view *v, int32_t index, int32_t days)
{
	const struct pipeline_def *p = &v->graph->pipelines[index];
	struct date dates[VIEW_DATES];
	json_t *o = json_object(), *phases = json_array();
	json_t *list = json_array();
	int32_t n = view_dates(v, index, dates), i;
	int32_t first = n > days ? n - days : 0;

	json_put(o, "pipeline", p->name);
	json_put(o, "mode", mode_name(p->mode));
	json_put(o, "zone", p->zone_name);
	put_when(o, "now", v->now.wall, &p->zone);
	for (i = 0; i < p->n_phases; i++)
		(void)json_array_append_new(phases, json_string(
		    v->graph->phases[p->first_phase + i].name));
	(void)json_object_set_new(o, "phases", phases);
	json_put_int(o, "dates_watched", n);
	put_older(o, v, index, dates, first);
	for (i = first; i < n; i++)
		(void)json_array_append_new(list, date_json(v, p, index,
		    dates[i]));
	(void)json_object_set_new(o, "dates", list);
	return o;
}

/*--------------------------------------------------------- needs a person */

static void
need(json_t *list, const char *kind, const char *sentence, const char *look)
{
	json_t *o = json_object();

	json_put(o, "kind", kind);
	json_put(o, "sentence", sentence);
	json_put(o, "look", look);
	(void)json_array_append_new(list, o);
}

static void
need_incidents(const struct view *v, json_t *list)
{
	const struct incident_row *row;
	struct record where;
	int32_t i;

	for (i = 0; (row = engine_incident_at(v->engine, i, &where)); i++) {
		CLEANUP_TEXT struct text look = { 0 };
		json_t *o;

		if (!row->open)
			continue;
		o = incident_json(v, row, &where);
		(void)json_object_del(o, "breaches");
		text_addf(&look, "gatewarden explain %llu",
		    (unsigned long long)row->number);
		json_put(o, "look", text_str(&look));
		json_put(o, "kind", "incident");
		(void)json_array_append_new(list, o);
	}
}

static void
need_attempts(const struct view *v, json_t *list)
{
	const struct attempt_row *a;
	struct record where;
	int32_t i;

	for (i = 0; (a = engine_attempt_at(v->engine, i, &where)); i++) {
		CLEANUP_TEXT struct text t = { 0 };
		CLEANUP_TEXT struct text look = { 0 };
		char date[DATE_TEXT];

		if (a->state != ATTEMPT_HELD)
			continue;
		text_addf(&t, "attempt %llu of %s for %s is in doubt: it may "
		    "or may not have happened", (unsigned long long)a->id,
		    a->recovery != NONE ?
		    v->graph->recoveries[a->recovery].name : a->phase != NONE ?
		    v->graph->phases[a->phase].name : "something",
		    date_text(where.date, date));
		text_addf(&look, "gatewarden log %llu",
		    (unsigned long long)a->id);
		need(list, "held_attempt", text_str(&t), text_str(&look));
	}
}

/* One that has stopped itself: nobody goes on before somebody has looked. */
static void
need_backfills(const struct view *v, json_t *list)
{
	const struct backfill_row *b;
	int32_t i;

	for (i = 0; (b = engine_backfill_at(v->engine, i, NULL)); i++) {
		CLEANUP_TEXT struct text t = { 0 };
		CLEANUP_TEXT struct text look = { 0 };

		if (b->state != BACKFILL_PAUSED || b->stop == STOP_PERSON)
			continue;
		text_addf(&t, "backfill %llu has stopped itself: %s did not "
		    "become whole, %s", (unsigned long long)b->id,
		    b->stop == STOP_CANARY ? "its canary" :
		    "several dates in a row", words_why(b->why));
		text_addf(&look, "gatewarden backfill status %llu",
		    (unsigned long long)b->id);
		need(list, "backfill", text_str(&t), text_str(&look));
	}
}

static bool
still_failing(const struct view *v, const struct recovery_def *d,
    struct date date)
{
	int32_t i;

	for (i = 0; i < d->n_repairs; i++)
		if (engine_result(v->engine, d->repairs[i], date, &v->now) ==
		    RESULT_FAIL)
			return true;
	return false;
}

/* Is there an open incident which says that automation has given up? */
static bool
said_by_incident(const struct view *v, const struct recovery_def *d,
    struct date date)
{
	const struct incident_row *row;
	struct record where;
	int32_t checks[NEED_CHECKS], i;

	for (i = 0; (row = engine_incident_at(v->engine, i, &where)); i++)
		if (row->open && row->gave_up && where.dated &&
		    where.pipeline == d->pipeline &&
		    where.date.day == date.day && recovery_is_for(d, checks,
		    incident_checks(v, row, date, checks, NEED_CHECKS)))
			return true;
	return false;
}

static void
need_recoveries(const struct view *v, int32_t recovery, json_t *list)
{
	const struct recovery_def *d = &v->graph->recoveries[recovery];
	struct date dates[VIEW_DATES];
	int32_t n, i;

	n = d->pipeline == NONE ? 0 : view_dates(v, d->pipeline, dates);
	for (i = 0; i < n; i++) {
		const struct recovery_row *row = engine_recovery(v->engine,
		    recovery, dates[i]);
		CLEANUP_TEXT struct text t = { 0 };
		CLEANUP_TEXT struct text look = { 0 };
		char date[DATE_TEXT];

		if (row == NULL || row->ended == WHY_NOTHING ||
		    !still_failing(v, d, dates[i]) ||
		    said_by_incident(v, d, dates[i]))
			continue;
		text_addf(&t, "%s has ended for %s after %d attempts: %s",
		    d->name, date_text(dates[i], date), row->attempts,
		    words_why(row->ended));
		text_addf(&look, "gatewarden explain %s %s", d->name, date);
		need(list, "exhausted", text_str(&t), text_str(&look));
	}
}

/*------------------------------------------------------------------- next */

struct coming {
	int64_t at;
	const char *what;       /* "due", "last start", "try", "recovery" */
	int32_t pipeline, subject;
	struct date date;
};

struct agenda {
	struct coming v[NEXT_MAX];
	size_t n;
	int64_t now;
};

static void
come(struct agenda *a, struct coming c)
{
	size_t i, worst = 0;

	if (c.at == INSTANT_NONE || c.at <= a->now)
		return;
	if (a->n < NEXT_MAX) {
		a->v[a->n++] = c;
		return;
	}
	for (i = 1; i < a->n; i++)
		if (a->v[i].at > a->v[worst].at)
			worst = i;
	if (c.at < a->v[worst].at)
		a->v[worst] = c;
}

static void
coming_of_date(const struct view *v, struct agenda *a, int32_t pipeline,
    struct date date)
{
	const struct pipeline_def *p = &v->graph->pipelines[pipeline];
	struct phase_reading r;
	struct no_return last;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		if (!engine_read_phase(v->engine, i, date, &v->now, &r) ||
		    r.view == VIEW_DONE || r.view == VIEW_SKIPPED)
			continue;
		come(a, (struct coming){ r.due, "due", pipeline, i, date });
		if (engine_no_return(v->engine, i, date, &last))
			come(a, (struct coming){ last.last_start,
			    "last start", pipeline, i, date });
		come(a, (struct coming){ r.next_try, "try", pipeline, i,
		    date });
	}
	for (i = 0; i < v->graph->n_recoveries; i++) {
		const struct recovery_row *row;

		if (v->graph->recoveries[i].pipeline != pipeline)
			continue;
		row = engine_recovery(v->engine, i, date);
		if (row && row->ended == WHY_NOTHING)
			come(a, (struct coming){ row->next_at, "recovery",
			    pipeline, i, date });
	}
}

static int
by_time(const void *pa, const void *pb)
{
	const struct coming *a = pa, *b = pb;

	return (a->at > b->at) - (a->at < b->at);
}

static json_t *
next_json(const struct view *v, int32_t only)
{
	struct agenda a = { .now = v->now.wall };
	struct date dates[VIEW_DATES];
	json_t *list = json_array();
	int32_t i, k, n;
	size_t j;

	for (i = 0; i < v->graph->n_pipelines; i++) {
		n = only == NONE || only == i ? view_dates(v, i, dates) : 0;
		for (k = n > STATUS_DAYS ? n - STATUS_DAYS : 0; k < n; k++)
			coming_of_date(v, &a, i, dates[k]);
	}
	qsort(a.v, a.n, sizeof a.v[0], by_time);
	for (j = 0; j < a.n && j < NEXT_SHOWN; j++) {
		const struct coming *c = &a.v[j];
		char date[DATE_TEXT];
		json_t *o = json_object();

		put_when(o, "at", c->at, view_zone(v, c->pipeline));
		json_put_int(o, "in_ms", c->at - v->now.wall);
		json_put(o, "what", c->what);
		json_put(o, "pipeline", v->graph->pipelines[c->pipeline].name);
		json_put(o, "date", date_text(c->date, date));
		json_put(o, "subject", strcmp(c->what, "recovery") == 0 ?
		    v->graph->recoveries[c->subject].name :
		    v->graph->phases[c->subject].name);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
holds_json(const struct view *v)
{
	json_t *list = json_array();
	const struct hold_row *h;
	struct record where;
	int32_t i;

	for (i = 0; (h = engine_hold_at(v->engine, i, &where)); i++) {
		static const char *const scopes[] = { [HOLD_ALL] = "all",
			[HOLD_PIPELINE] = "pipeline", [HOLD_PHASE] = "phase",
			[HOLD_RECOVERY] = "recovery" };
		const char *name = NULL;
		char date[DATE_TEXT];
		json_t *o;

		if (!h->live)
			continue;
		if (h->scope == HOLD_PIPELINE && h->subject != NONE)
			name = v->graph->pipelines[h->subject].name;
		else if (h->scope == HOLD_PHASE && h->subject != NONE)
			name = v->graph->phases[h->subject].name;
		else if (h->scope == HOLD_RECOVERY && h->subject != NONE)
			name = v->graph->recoveries[h->subject].name;
		o = json_object();
		json_put_int(o, "hold", (int64_t)h->id);
		json_put(o, "scope", scopes[h->scope]);
		json_put(o, "name", name);
		if (!h->any_date)
			json_put(o, "date", date_text(where.date, date));
		json_put(o, "by", h->actor);
		json_put(o, "reason", h->reason);
		put_when(o, "until", h->until, view_zone(v, where.pipeline));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
overrides_json(const struct view *v)
{
	json_t *list = json_array();
	const struct override_row *x;
	struct record where;
	int32_t i;

	for (i = 0; (x = engine_override_at(v->engine, i, &where)); i++)
		if (x->live)
			(void)json_array_append_new(list, view_override(v, x,
			    &where));
	return list;
}

static void
need_more(void *arg, const char *kind, const char *sentence,
    const char *look)
{
	need(arg, kind, sentence, look);
}

static void
put_needs(json_t *o, const struct view *v)
{
	json_t *needs = json_array();
	int32_t i;

	need_incidents(v, needs);
	need_attempts(v, needs);
	need_backfills(v, needs);
	service_needs(v, needs, need_more);
	for (i = 0; i < v->graph->n_recoveries; i++)
		need_recoveries(v, i, needs);
	(void)json_object_set_new(o, "needs", needs);
	(void)json_object_set_new(o, "holds", holds_json(v));
	(void)json_object_set_new(o, "waivers", view_waivers(v, NONE));
	(void)json_object_set_new(o, "overrides", overrides_json(v));
}

json_t *
status_json(const struct view *v, int32_t only, int32_t days)
{
	json_t *o = json_object(), *list = json_array();
	int32_t i;

	put_when(o, "now", v->now.wall, NULL);
	(void)json_object_set_new(o, "clock_virtual",
	    json_boolean(v->conf->settings.clock_virtual));
	put_pulse(o, v);
	for (i = 0; i < v->graph->n_pipelines; i++)
		if (only == NONE || only == i)
			(void)json_array_append_new(list, pipeline_json(v, i,
			    days));
	(void)json_object_set_new(o, "pipelines", list);
	(void)json_object_set_new(o, "backfills", backfills_json(v, true));
	put_needs(o, v);
	(void)json_object_set_new(o, "next", next_json(v, only));
	return o;
}
