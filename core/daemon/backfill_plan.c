/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backfill_plan.c -- what a backfill of a range would do, before anybody says
 * yes.
 *
 * By the evidence as it is known now, which for old dates may be a day old:
 * whether something is missing is measured again when its turn has come. An
 * action is listed for what is missing now; what follows when that is there
 * (a phase that waits behind it) is missing too, and listed with it.
 *
 * The estimate adds the medians of the journal's latest runs over all dates,
 * divided by how many run at once, and is no shorter than the budget of
 * starts makes it. Where no run of something is known there is none, and it
 * says of what.
 */
#include "daemon/backfill.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/history.h"
#include "daemon/words.h"

enum { RUNS_MOST = 64 };

struct plan {
	const struct view *v;
	const struct pipeline_def *p;
	const struct backfill_row *asked;
	int32_t pipeline;
	json_t *no_history;     /* names, once each */
	int64_t takes_ms;       /* of all dates together */
	int32_t starts;
	int32_t left_out;       /* starts of what leaves the house */
	int32_t n_missing, n_whole, n_idle, n_unknown, n_stuck;
};

/* One date. */
struct date_plan {
	struct date date;
	json_t *missing, *actions;
	bool stuck, unknown, external;
};

/*---------------------------------------------------------------- durations */

static bool
is_run(const struct attempt_row *a, int32_t phase, int32_t recovery)
{
	return a->backfill != 0 && a->phase == phase &&
	    a->recovery == recovery && a->state == ATTEMPT_CLOSED &&
	    (a->outcome == OUTCOME_DONE || a->outcome == OUTCOME_RECOVERED ||
	    a->outcome == OUTCOME_IMPROVED);
}

/* Of what backfills have started, which the history of live runs leaves out;
 * -1: none is known. */
static int64_t
backfilled_ms(const struct view *v, int32_t phase, int32_t recovery)
{
	const struct attempt_row *a;
	int64_t took[RUNS_MOST];
	int32_t i, k, n = 0;

	for (i = 0; (a = engine_attempt_at(v->engine, i, NULL)); i++) {
		if (!is_run(a, phase, recovery))
			continue;
		if (n == RUNS_MOST)
			n--;
		for (k = n++; k > 0 && took[k - 1] > a->closed_at -
		    a->intent_at; k--)
			took[k] = took[k - 1];
		took[k] = a->closed_at - a->intent_at;
	}
	return n > 0 ? took[n / 2] : -1;
}

/* Of live runs of the same, else of backfills, else of any of its action. */
static int64_t
takes_ms(const struct view *v, int32_t phase, int32_t recovery,
    int32_t action)
{
	int64_t ms = history_takes_ms(v->engine, recovery != NONE ?
	    RUNS_RECOVERY : RUNS_PHASE, recovery != NONE ? recovery : phase,
	    false);

	if (ms < 0)
		ms = backfilled_ms(v, phase, recovery);
	return ms >= 0 ? ms : history_takes_ms(v->engine, RUNS_ACTION,
	    action, false);
}

/*------------------------------------------------------------------ actions */

static void
no_history_of(struct plan *x, const char *name)
{
	const json_t *known;
	size_t i;

	json_array_foreach(x->no_history, i, known)
		if (strcmp(json_string_value(known), name) == 0)
			return;
	(void)json_array_append_new(x->no_history, json_string(name));
}

static void
add_action(struct plan *x, struct date_plan *d, int32_t phase,
    int32_t recovery)
{
	const struct graph *g = x->v->graph;
	int32_t action = recovery != NONE ? g->recoveries[recovery].action :
	    g->phases[phase].start;
	int64_t ms = takes_ms(x->v, phase, recovery, action);
	json_t *o = json_object();

	json_put(o, "action", g->actions[action].name);
	json_put(o, "phase", phase == NONE ? NULL : g->phases[phase].name);
	json_put(o, "recovery", recovery == NONE ? NULL :
	    g->recoveries[recovery].name);
	if (ms < 0) {
		no_history_of(x, g->actions[action].name);
		(void)json_object_set_new(o, "median_ms", json_null());
	} else {
		json_put_int(o, "median_ms", ms);
		x->takes_ms += ms;
	}
	x->starts++;
	(void)json_array_append_new(d->actions, o);
}

static bool
repairs(const struct recovery_def *r, int32_t check)
{
	int32_t i;

	for (i = 0; i < r->n_repairs; i++)
		if (r->repairs[i] == check)
			return true;
	return false;
}

/* The recovery whose turn a failing check is; NONE: there is none. */
static int32_t
repairer(const struct plan *x, int32_t check)
{
	const struct graph *g = x->v->graph;
	int32_t best = NONE, i;

	for (i = 0; i < g->n_recoveries; i++) {
		const struct recovery_def *r = &g->recoveries[i];

		/* without an action a person is asked */
		if (r->pipeline == x->pipeline && r->mode == MODE_ENFORCE &&
		    r->action != NONE &&
		    repairs(r, check) && (best == NONE ||
		    r->order < g->recoveries[best].order))
			best = i;
	}
	return best;
}

static enum result
reads(const struct plan *x, const struct date_plan *d, int32_t check)
{
	return engine_result(x->v->engine, check, d->date, &x->v->now);
}

/* Each recovery once, for whatever of its checks fails and is its turn. */
static void
add_repairs(struct plan *x, struct date_plan *d, const int32_t *checks,
    int32_t n)
{
	const struct graph *g = x->v->graph;
	int32_t i, k;

	for (i = 0; i < g->n_recoveries; i++)
		for (k = 0; k < g->recoveries[i].n_repairs; k++) {
			int32_t c = g->recoveries[i].repairs[k], j;
			bool listed = checks == NULL;

			for (j = 0; j < n; j++)
				listed = listed || checks[j] == c;
			if (listed && g->recoveries[i].pipeline ==
			    x->pipeline && reads(x, d, c) == RESULT_FAIL &&
			    repairer(x, c) == i) {
				add_action(x, d, NONE, i);
				break;
			}
		}
}

/*------------------------------------------------------------------- phases */

/* Leaves the house, or is made from what does? */
static bool
is_external(const struct graph *g, int32_t phase)
{
	const struct phase_def *p = &g->phases[phase];
	int32_t i;

	for (i = 0; i < p->n_after; i++)
		if (p->after[i].date_offset == 0 &&
		    is_external(g, p->after[i].phase))
			return true;
	return p->external;
}

/* What stands in the way of a phase that nothing of ours makes; NULL: a
 * repair will. */
static const char *
nobody_makes(struct plan *x, struct date_plan *d, int32_t phase)
{
	const struct graph *g = x->v->graph;
	const int32_t *checks;
	int32_t n, i;
	bool fails = false, unknown = false;

	checks = done_inputs_on(g, &g->phases[phase], d->date, &n);
	for (i = 0; i < n; i++) {
		enum result r = reads(x, d, checks[i]);

		if (r == RESULT_FAIL && repairer(x, checks[i]) != NONE)
			return NULL;
		fails = fails || r == RESULT_FAIL;
		unknown = unknown || r == RESULT_UNKNOWN;
	}
	d->unknown = d->unknown || unknown;
	if (unknown)
		return NULL;    /* it is being measured, or can't be told */
	return fails ? "it has no start, and no recovery repairs what fails" :
	    "it has no start: others make it";
}

static void
add_missing(struct plan *x, struct date_plan *d, int32_t phase,
    const struct phase_reading *r)
{
	const struct phase_def *p = &x->v->graph->phases[phase];
	bool external = is_external(x->v->graph, phase);
	json_t *o = json_object();
	const char *why = NULL;

	json_put(o, "phase", p->name);
	json_put(o, "view", phase_view_name(r->view));
	(void)json_object_set_new(o, "external", json_boolean(external));
	if (external && !x->asked->external) {
		x->left_out++;
		d->external = true;
		why = "it leaves the house: --include-external starts it";
	} else if (p->start != NONE) {
		add_action(x, d, phase, NONE);
	} else {
		why = nobody_makes(x, d, phase);
		d->stuck = d->stuck || why;
	}
	(void)json_object_set_new(o, "can", json_boolean(why == NULL));
	json_put(o, "why", why);
	(void)json_array_append_new(d->missing, o);
}

static void
add_phases(struct plan *x, struct date_plan *d)
{
	int32_t i;

	for (i = x->p->first_phase; i < x->p->first_phase + x->p->n_phases;
	    i++) {
		struct phase_reading r;

		if ((x->asked->phase != NONE && x->asked->phase != i) ||
		    !engine_read_phase(x->v->engine, i, d->date, &x->v->now,
		    &r) || r.view == VIEW_DONE || r.view == VIEW_SKIPPED)
			continue;
		add_missing(x, d, i, &r);
	}
}

/*-------------------------------------------------------------------- dates */

static const char *
state_of(struct plan *x, const struct date_plan *d)
{
	const struct date_row *row = engine_date(x->v->engine, x->pipeline,
	    d->date);

	if (row == NULL || row->owed < 0) {
		x->n_unknown++;
		return "unknown";
	}
	if (row->owed == 0) {
		x->n_idle++;
		return "idle";
	}
	if (d->stuck) {
		x->n_stuck++;
		return "stuck";
	}
	if (d->unknown) {
		x->n_unknown++;
		return "unknown";
	}
	if (json_array_size(d->actions) > 0) {
		x->n_missing++;
		return "missing";
	}
	x->n_whole++;
	return d->external ? "external" : "whole";
}

static json_t *
plan_date(struct plan *x, struct date date)
{
	struct date_plan d = { .date = date, .missing = json_array(),
		.actions = json_array() };
	const struct date_row *row = engine_date(x->v->engine, x->pipeline,
	    date);
	const int32_t *checks = NULL;
	json_t *o = json_object();
	char buf[DATE_TEXT];
	int32_t n = 0;

	if (row && row->owed > 0) {
		if (x->asked->phase != NONE)
			checks = done_inputs_on(x->v->graph,
			    &x->v->graph->phases[x->asked->phase], date, &n);
		add_repairs(x, &d, checks, n);
		add_phases(x, &d);
	}
	json_put(o, "date", date_text(date, buf));
	json_put(o, "state", state_of(x, &d));
	(void)json_object_set_new(o, "missing", d.missing);
	(void)json_object_set_new(o, "actions", d.actions);
	return o;
}

/*------------------------------------------------------------------- in all */

static void
put_estimate(json_t *o, const struct plan *x)
{
	int32_t busy = x->n_missing < x->asked->at_most ? x->n_missing :
	    x->asked->at_most;
	int64_t ms, budget = (int64_t)(x->starts - 1) /
	    x->asked->starts_per_hour * 3600000;

	json_put_int(o, "starts", x->starts);
	json_put_int(o, "left_out", x->left_out);
	(void)json_object_set_new(o, "no_history", json_incref(
	    x->no_history));
	if (x->starts > 0 && json_array_size(x->no_history) > 0) {
		(void)json_object_set_new(o, "estimate_ms", json_null());
		return;
	}
	ms = busy > 0 ? x->takes_ms / busy : 0;
	if (x->asked->canary && x->n_missing > 1)       /* it is alone */
		ms += x->takes_ms / x->n_missing * (busy - 1) / busy;
	if (x->starts > 0 && ms < budget)
		ms = budget;
	json_put_int(o, "estimate_ms", ms);
}

static void
put_counts(json_t *o, const struct plan *x)
{
	json_t *c = json_object();

	json_put_int(c, "missing", x->n_missing);
	json_put_int(c, "whole", x->n_whole);
	json_put_int(c, "idle", x->n_idle);
	json_put_int(c, "stuck", x->n_stuck);
	json_put_int(c, "unknown", x->n_unknown);
	(void)json_object_set_new(o, "counts", c);
}

static void
put_asked(json_t *o, const struct plan *x)
{
	const struct backfill_row *b = x->asked;
	char buf[DATE_TEXT];

	json_put(o, "pipeline", x->p->name);
	json_put(o, "from", date_text(b->from, buf));
	json_put(o, "to", date_text(b->to, buf));
	json_put(o, "order", b->newest_first ? "newest_first" :
	    "oldest_first");
	json_put(o, "phase", b->phase == NONE ? NULL :
	    x->v->graph->phases[b->phase].name);
	json_put_int(o, "at_most", b->at_most);
	json_put_int(o, "starts_per_hour", b->starts_per_hour);
	json_put(o, "severity", severity_name(b->severity));
	(void)json_object_set_new(o, "external", json_boolean(b->external));
	(void)json_object_set_new(o, "with_canary", json_boolean(b->canary));
	json_put(o, "canary", b->canary && b->first != NONE ?
	    date_text(date_add(b->from, b->first), buf) : NULL);
}

/* What stands for exactly this plan. FNV-1a. */
static void
put_token(json_t *o, const json_t *dates)
{
	CLEANUP_FREE char *text = json_dumps(dates, JSON_COMPACT |
	    JSON_SORT_KEYS);
	uint64_t h = 14695981039346656037u;
	CLEANUP_TEXT struct text t = { 0 };
	const char *c;

	for (c = text; c && *c; c++)
		h = (h ^ (unsigned char)*c) * 1099511628211u;
	text_addf(&t, "%016llx", (unsigned long long)h);
	json_put(o, "seen", text_str(&t));
}

json_t *
backfill_plan(const struct view *v, int32_t pipeline,
    const struct backfill_row *asked)
{
	CLEANUP_JSON json_t *no_history = json_array();
	struct plan x = { .v = v, .p = &v->graph->pipelines[pipeline],
		.asked = asked, .pipeline = pipeline,
		.no_history = no_history };
	int32_t n = asked->to.day - asked->from.day + 1, i;
	json_t *o = json_object(), *dates = json_array();

	put_asked(o, &x);
	for (i = 0; i < n; i++)
		(void)json_array_append_new(dates, plan_date(&x, date_add(
		    asked->from, asked->newest_first ? n - 1 - i : i)));
	(void)json_object_set_new(o, "dates", dates);
	put_counts(o, &x);
	put_estimate(o, &x);
	put_token(o, dates);
	return o;
}
