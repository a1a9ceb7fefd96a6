/* SPDX-License-Identifier: BSD-2-Clause
 *
 * answers.c -- what each check of a date would have said at an instant.
 *
 * From the facts: what had arrived by then; before the first arrival there
 * is nothing yet (0 of what is expected), or nobody can tell, as the scenario
 * says. What an action brings arrives with the end of its run, because in
 * this world the run is what makes it.
 *
 * From assumptions, each counted: a check that nothing measures passes. One
 * that alone says whether a phase is done can't pass before that phase may
 * have run, or the phase would be found to have run behind a closed edge,
 * which would be a finding about the assumption.
 *
 * A date that was not recorded owes nothing, if there is a calendar to say
 * so; of its other checks nobody can tell.
 */
#include "simulate/answers.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/judge.h"

struct pair {
	double value, expected;
};

struct answers {
	const struct conf *conf;
	const struct scenario *scenario;
	const struct facts *facts;
	struct date first;
	int32_t n_dates;
	int64_t *brought, *made, *broken;       /* [check][date];
	                                           INSTANT_NONE */
	struct pair *passing;           /* by check */
	uint64_t *assumed;              /* by check */
	bool *by_run;                   /* by check: an action brings it */
	uint64_t given;
};

/*------------------------------------------------------------- assumptions */

static bool
has_percent(const struct limits *l)
{
	return l->warn_below.kind == LIMIT_PERCENT ||
	    l->fail_below.kind == LIMIT_PERCENT ||
	    l->warn_above.kind == LIMIT_PERCENT ||
	    l->fail_above.kind == LIMIT_PERCENT;
}

static struct measurement
reading(double value, double expected)
{
	return (struct measurement){ .told = true, .stated = NONE,
		.value = value, .expected = expected, .missing = -1,
		.extra = -1, .anchor = INSTANT_NONE };
}

/* A reading that passes the limits; false: there is none among those that
 * come to mind. */
static bool
find_passing(const struct limits *l, struct pair *ret)
{
	double expected = has_percent(l) ? 100 : (double)NAN;
	const double tries[] = { 1, expected, l->warn_below.at,
		l->fail_below.at, l->warn_above.at, l->fail_above.at, 0 };
	size_t i;

	for (i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		struct measurement m = reading(tries[i], expected);

		*ret = (struct pair){ tries[i], expected };
		if (judge(l, &m) == RESULT_PASS)
			return true;
	}
	return false;
}

static bool
enforces(const struct answers *a, int32_t check)
{
	const struct graph *g = &a->conf->graph;

	return g->pipelines[g->checks[check].pipeline].mode == MODE_ENFORCE;
}

/* Does a run bring its facts? Where nothing is started, others did. */
static bool
comes_by_run(const struct answers *a, int32_t check)
{
	return a->by_run[check] && enforces(a, check);
}

/* May the phase that rests on this check have run by now? */
static bool
may_have_run(const struct answers *a, const struct engine *e, int32_t phase,
    struct date date, const struct now *now)
{
	const struct graph *g = &a->conf->graph;
	const struct phase_def *p = &g->phases[phase];
	const struct phase_row *row = engine_phase(e, phase, date);
	struct phase_reading r;

	if (row && row->state == PHASE_DONE)
		return true;
	if (p->start != NONE && g->pipelines[p->pipeline].mode ==
	    MODE_ENFORCE)
		return row && row->ended_at != INSTANT_NONE;
	return engine_read_phase(e, phase, date, now, &r) &&
	    r.edge <= VERDICT_DEGRADED;
}

/*-------------------------------------------------------------------- facts */

static int64_t *
cell(const struct answers *a, int64_t *table, int32_t check, struct date date)
{
	int32_t day = date.day - a->first.day;

	return day < 0 || day >= a->n_dates ? NULL :
	    &table[(size_t)check * (size_t)a->n_dates + (size_t)day];
}

static bool
since(const struct answers *a, int64_t *table, int32_t check,
    struct date date, int64_t at)
{
	const int64_t *c = cell(a, table, check, date);

	return c && *c != INSTANT_NONE && *c <= at;
}

static bool
assumed_passes(struct answers *a, const struct engine *e, int32_t check,
    struct date date, const struct now *now)
{
	const struct graph *g = &a->conf->graph;
	int32_t i;

	if (comes_by_run(a, check))
		return since(a, a->brought, check, date, now->wall);
	for (i = 0; i < g->n_phases; i++)
		if (phase_rests_on(&g->phases[i], check) &&
		    !may_have_run(a, e, i, date, now))
			return false;
	return true;
}

static struct measurement
assumed(struct answers *a, const struct engine *e, int32_t check,
    struct date date, const struct now *now)
{
	const struct pair *p = &a->passing[check];

	a->assumed[check]++;
	return reading(assumed_passes(a, e, check, date, now) ? p->value : 0,
	    p->expected);
}

/* What is there before anything has arrived. */
static struct measurement
nothing_yet(const struct scenario_fact *s, const struct fact *first)
{
	struct measurement m = reading(0, first->expected);

	m.told = !(s && s->dark);
	if (first->missing >= 0 && isfinite(first->expected))
		m.missing = (int64_t)first->expected;
	return m;
}

static struct measurement
unrecorded(const struct answers *a, int32_t check)
{
	struct measurement m = reading(0, NAN);

	m.told = a->conf->graph.checks[check].calendar;
	return m;
}

static struct measurement
recorded(const struct answers *a, int32_t check, struct date date,
    const struct now *now)
{
	int64_t at = !comes_by_run(a, check) ? now->wall : since(a,
	    a->brought, check, date, now->wall) ? INT64_MAX : INSTANT_NONE;
	const struct fact *f = facts_at(a->facts, check, date, at), *all;
	struct measurement m;
	size_t n;

	if (!facts_has_date(a->facts, date))
		return unrecorded(a, check);
	if (f == NULL) {
		all = facts_of(a->facts, check, date, &n);
		if (n > 0 && !a->conf->graph.checks[check].calendar)
			return nothing_yet(scenario_fact(a->scenario, check),
			    all);
		m = reading(NAN, NAN);
		m.told = false;
		return m;
	}
	m = reading(f->value, f->expected);
	m.told = !f->dark;
	m.missing = f->missing;
	m.anchor = f->anchor;
	return m;
}

/* Is there nobody to ask at the moment? */
static bool
is_dark(const struct answers *a, int32_t check, int64_t at)
{
	const struct scenario *s = a->scenario;
	int32_t i, k;

	for (i = 0; i < s->n_events; i++) {
		const struct scenario_event *e = &s->events[i];

		if (e->kind != HAPPENS_DARK || at < e->at ||
		    (e->until != INSTANT_NONE && at >= e->until))
			continue;
		for (k = 0; k < e->n_checks; k++)
			if (e->checks[k] == check)
				return true;
	}
	return false;
}

struct measurement
answers_measure(struct answers *a, const struct engine *e, int32_t check,
    struct date date, const struct now *now)
{
	const struct pair *p = &a->passing[check];
	struct measurement m;

	if (since(a, a->broken, check, date, now->wall))
		m = reading(0, p->expected);
	else if (since(a, a->made, check, date, now->wall))
		m = reading(p->value, p->expected);
	else if (scenario_unmeasured(a->scenario, check))
		m = assumed(a, e, check, date, now);
	else
		m = recorded(a, check, date, now);
	if (is_dark(a, check, now->wall)) {
		m = reading(NAN, NAN);
		m.told = false;
	}
	m.id = ++a->given;
	m.began = *now;
	return m;
}

/* From an instant on, unless it is so already. */
static void
mark(struct answers *a, int64_t *table, int32_t check, struct date date,
    int64_t at)
{
	int64_t *c = cell(a, table, check, date);

	if (c && *c == INSTANT_NONE)
		*c = at;
}

/* What was broken is whole again. */
static void
bring(struct answers *a, int64_t *table, int32_t check, struct date date,
    int64_t at)
{
	int64_t *broken = cell(a, a->broken, check, date);

	mark(a, table, check, date, at);
	if (broken)
		*broken = INSTANT_NONE;
}

void
answers_after_run(struct answers *a, const struct scenario_action *x,
    int32_t phase, struct date date, int64_t at)
{
	const struct graph *g = &a->conf->graph;
	int32_t i;

	for (i = 0; i < x->n_breaks; i++)
		mark(a, a->broken, x->breaks[i], date, at);
	for (i = 0; i < x->n_brings; i++)
		bring(a, a->brought, x->brings[i], date, at);
	for (i = 0; i < x->n_makes; i++)
		bring(a, a->made, x->makes[i], date, at);
	for (i = 0; x->brings_done && phase != NONE && i < g->n_checks; i++)
		if (phase_rests_on(&g->phases[phase], i))
			bring(a, a->brought, i, date, at);
}

/*-------------------------------------------------------------------- life */

static bool
among(const int32_t *list, int32_t n, int32_t check)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (list[i] == check)
			return true;
	return false;
}

static bool
is_made(const struct scenario *s, int32_t check)
{
	int32_t i;

	for (i = 0; i < s->n_actions; i++)
		if (among(s->actions[i].makes, s->actions[i].n_makes, check))
			return true;
	for (i = 0; i < s->n_events; i++)
		if (among(s->events[i].model.makes,
		    s->events[i].model.n_makes, check))
			return true;
	return false;
}

static int64_t *
never(size_t n)
{
	int64_t *v = reallocarray(NULL, n + 1, sizeof *v);
	size_t i;

	if (v == NULL)
		abort();
	for (i = 0; i < n; i++)
		v[i] = INSTANT_NONE;
	return v;
}

struct answers *
answers_new(const struct conf *conf, const struct scenario *s,
    const struct facts *facts, struct date first, int32_t n_dates,
    struct diag *diag)
{
	const struct graph *g = &conf->graph;
	size_t n = (size_t)g->n_checks;
	struct answers *a = calloc(1, sizeof *a);
	int32_t i;

	assert(n_dates > 0);
	if (a == NULL)
		abort();
	*a = (struct answers){ .conf = conf, .scenario = s, .facts = facts,
		.first = first, .n_dates = n_dates,
		.brought = never(n * (size_t)n_dates),
		.made = never(n * (size_t)n_dates),
		.broken = never(n * (size_t)n_dates),
		.passing = calloc(n + 1, sizeof *a->passing),
		.assumed = calloc(n + 1, sizeof *a->assumed),
		.by_run = calloc(n + 1, sizeof *a->by_run) };
	if (a->passing == NULL || a->assumed == NULL || a->by_run == NULL)
		abort();
	for (i = 0; i < g->n_checks; i++)
		a->by_run[i] = scenario_brought(s, g, i);
	for (i = 0; i < g->n_checks; i++)
		if (!find_passing(&g->checks[i].limits, &a->passing[i]) &&
		    (scenario_unmeasured(s, i) || is_made(s, i)))
			diag_error(diag, g->checks[i].origin.file,
			    g->checks[i].origin.line, "check '%s' can't be "
			    "assumed passing: its limits say to nothing that "
			    "it passes", g->checks[i].name);
	return a;
}

void
answers_free(struct answers *a)
{
	if (a == NULL)
		return;
	free(a->brought);
	free(a->made);
	free(a->broken);
	free(a->passing);
	free(a->assumed);
	free(a->by_run);
	free(a);
}

uint64_t
answers_assumed(const struct answers *a, int32_t check)
{
	return a->assumed[check];
}

uint64_t
answers_given(const struct answers *a)
{
	return a->given;
}
