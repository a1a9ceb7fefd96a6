/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_side.c -- one configuration lives through history.
 *
 * Two configurations are backtested over one history, and neither is the
 * measure of the other: a scenario may name what only one of them has, and
 * a check that nothing recorded answers is taken to pass, which is counted
 * and printed as what history cannot tell. Both see the same facts from the
 * same instant to the same instant, or they could not be compared.
 *
 * History ends where the record ends: at the scenario's `until`, or with the
 * last event of a journal. What is due later is judged by neither.
 */
#include "simulate/backtest_side.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/report.h"

enum { TAKES_MS = 60000 };      /* a run that nothing is said about */

/*----------------------------------------------------------------- loading */

static bool
has_finding(const struct diag *d, const struct finding *f)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->v[i].line == f->line && strcmp(d->v[i].sentence,
		    f->sentence) == 0)
			return true;
	return false;
}

/* "there is no check 'x'; did you mean 'y'?" is said with other neighbours
 * by each side. */
static bool
is_unknown_name(const struct finding *f)
{
	return strncmp(f->sentence, "there is no check '", 19) == 0 ||
	    strncmp(f->sentence, "there is no action '", 20) == 0;
}

static bool
at_same_place(const struct diag *d, const struct finding *f)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (is_unknown_name(&d->v[i]) && d->v[i].line == f->line &&
		    strncmp(d->v[i].sentence, f->sentence, strcspn(
		    f->sentence, ";")) == 0)
			return true;
	return false;
}

/* What is wrong for both is wrong. */
static void
take_findings(struct side *s, const struct diag *mine,
    const struct diag *theirs, struct diag *ret)
{
	size_t i;

	for (i = 0; i < mine->n; i++) {
		const struct finding *f = &mine->v[i];

		if (theirs && is_unknown_name(f) && !at_same_place(theirs,
		    f))
			s->left_out++;
		else if (has_finding(ret, f))
			continue;
		else if (f->level == DIAG_ERROR)
			diag_error(ret, f->file, f->line, "%s", f->sentence);
		else
			diag_warning(ret, f->file, f->line, "%s",
			    f->sentence);
	}
}

static void
load_scenario(struct side *s, const struct side *other, struct diag *diag)
{
	bool shared = other && s->scenario_path && other->scenario_path &&
	    strcmp(s->scenario_path, other->scenario_path) == 0;
	CLEANUP_SCENARIO struct scenario *theirs_too = NULL;
	CLEANUP_DIAG struct diag mine, theirs;

	diag_init(&mine);
	diag_init(&theirs);
	s->scenario = scenario_load(s->scenario_path, s->conf, &mine);
	s->scenario->partial = true;
	if (shared)
		theirs_too = scenario_load(s->scenario_path, other->conf,
		    &theirs);
	take_findings(s, &mine, shared ? &theirs : NULL, diag);
}

static void
assume_passing(struct scenario *s, int32_t check)
{
	size_t n = (size_t)s->n_unmeasured;
	int32_t *v = arena_alloc(s->arena, (n + 1) * sizeof *v);

	if (n > 0)
		memcpy(v, s->unmeasured, n * sizeof *v);
	v[n] = check;
	s->unmeasured = v;
	s->n_unmeasured++;
}

/* A phase that is held back must not be found done all the same, because it
 * was done then. */
static void
assume_models(struct scenario *s, const struct graph *g)
{
	struct scenario_action *v = arena_alloc(s->arena, (size_t)
	    (s->n_actions + g->n_phases) * sizeof *v + 1);
	int32_t i;

	if (s->n_actions > 0)
		memcpy(v, s->actions, (size_t)s->n_actions * sizeof *v);
	s->actions = v;
	for (i = 0; i < g->n_phases; i++) {
		int32_t action = g->phases[i].start;

		if (action != NONE && scenario_action(s, action) == NULL)
			v[s->n_actions++] = (struct scenario_action){
				.action = action, .takes_ms = TAKES_MS,
				.brings_done = true };
	}
}

static bool
is_journal(const struct facts *f)
{
	int64_t begin, end;

	facts_span(f, &begin, &end);
	return begin != INSTANT_NONE;
}

bool
side_load(struct side *s, const struct side *other, const struct history *h,
    struct diag *diag)
{
	const struct graph *g = &s->conf->graph;
	size_t errors = diag->errors;
	int32_t i;

	load_scenario(s, other, diag);
	if (diag->errors > errors)
		return false;
	s->facts = facts_load(h->facts, s->scenario, s->conf, diag);
	if (s->facts == NULL)
		return false;
	for (i = 0; i < g->n_checks; i++)
		if (!facts_answer(s->facts, i) && !scenario_unmeasured(
		    s->scenario, i))
			assume_passing(s->scenario, i);
	s->n_models = s->scenario->n_actions;
	if (is_journal(s->facts))
		assume_models(s->scenario, g);
	return true;
}

void
side_free(struct side *s)
{
	if (s->world)
		tally_free(&s->tally);
	world_free(s->world);
	facts_free(s->facts);
	scenario_free(s->scenario);
	conf_free(s->conf);
}

/*------------------------------------------------------------------- range */

static void
read_date(const char *option, const char *given, struct date *ret,
    struct diag *d)
{
	if (given && date_parse(given, ret) < 0)
		diag_error(d, NULL, 0, "--%s '%s' is no date; expected "
		    "YYYY-MM-DD", option, given);
}

/* When everything of the last date has been due. */
static int64_t
last_due(const struct side *s, struct date last)
{
	const struct graph *g = &s->conf->graph;
	int64_t latest = day_end(&g->pipelines[0].zone, date_add(last, 1), 0);
	int64_t at;
	int32_t i;

	for (i = 0; i < g->n_phases; i++) {
		const struct pipeline_def *p =
		    &g->pipelines[g->phases[i].pipeline];

		at = due_at(&g->phases[i].due, &p->zone, last, day_end(
		    &p->zone, last, p->day_ends_s));
		if (at != INSTANT_NONE && at > latest)
			latest = at;
	}
	return latest;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return b != INSTANT_NONE && b < a ? b : a;
}

/* Where a side's record ends; INSTANT_NONE: nobody says. */
static int64_t
record_ends(const struct side *s, struct diag *d)
{
	const struct zone *zone = report_zone(s->conf, NONE);
	const struct scenario *c = s->scenario;
	int64_t begin, end, at = INSTANT_NONE;

	facts_span(s->facts, &begin, &end);
	if (c->until && instant_parse(c->until, zone, &at) < 0)
		diag_error(d, c->until_at.file, c->until_at.line,
		    "until = \"%s\" is no instant; expected "
		    "\"2026-01-27 00:00\" or RFC 3339", c->until);
	return at == INSTANT_NONE ? end : sooner(at, end);
}

static void
find_end(struct history *h, const struct side *candidate,
    const struct side *against, struct diag *d)
{
	const struct zone *zone = report_zone(candidate->conf, NONE);
	int64_t other = last_due(against, h->final);

	h->end = last_due(candidate, h->final);
	if (other > h->end)
		h->end = other;
	h->end = sooner(h->end, record_ends(candidate, d));
	h->end = sooner(h->end, record_ends(against, d));
	if (h->until && instant_parse(h->until, zone, &h->end) < 0)
		diag_error(d, NULL, 0, "--until '%s' is no instant; expected "
		    "\"2026-01-27 00:00\" or RFC 3339", h->until);
}

/* Dates that both have. */
static void
find_dates(struct history *h, const struct side *candidate,
    const struct side *against, struct diag *d)
{
	struct date from, to;

	(void)facts_range(candidate->facts, &h->first, &h->final);
	(void)facts_range(against->facts, &from, &to);
	if (from.day > h->first.day)
		h->first = from;
	if (to.day < h->final.day)
		h->final = to;
	read_date("to", h->to, &h->final, d);
	if (h->last > 0 && h->final.day - h->first.day >= h->last)
		h->first = date_add(h->final, 1 - h->last);
	read_date("from", h->from, &h->first, d);
}

bool
history_range(struct history *h, const struct side *candidate,
    const struct side *against, struct diag *d)
{
	size_t errors = d->errors;
	int64_t begin, end;

	find_dates(h, candidate, against, d);
	if (h->final.day < h->first.day)
		diag_error(d, NULL, 0, "the last date is before the first");
	find_end(h, candidate, against, d);
	facts_span(candidate->facts, &begin, &end);
	h->begin = day_begin(report_zone(candidate->conf, NONE), h->first);
	if (begin != INSTANT_NONE && begin > h->begin)
		h->begin = begin;
	if (d->errors == errors && h->end <= h->begin)
		diag_error(d, NULL, 0, "history would end before the first "
		    "date begins");
	return d->errors == errors;
}

/*--------------------------------------------------------------------- run */

struct timed {
	const struct side_watch *watch;
	const struct side *side;
};

static void
on_time(void *arg, int64_t wall)
{
	const struct timed *t = arg;

	t->watch->time(t->watch->arg, t->side, wall);
}

bool
side_run(struct side *s, const struct history *h,
    const struct side_watch *watch, struct diag *diag)
{
	const struct world_setup setup = { .conf = s->conf,
		.scenario = s->scenario, .facts = s->facts,
		.from = h->first, .begin = h->begin, .until = h->end };
	struct timed timed = { watch, s };
	const struct world_watch looker = { .arg = &s->tally,
		.step = tally_step, .time = on_time, .time_arg = &timed };

	s->world = world_new(&setup, diag);
	if (s->world == NULL)
		return false;
	tally_init(&s->tally, s->conf, h->first, h->final);
	world_run(s->world, &looker);
	tally_end(&s->tally, h->end);
	return true;
}

/*------------------------------------------------------------------ owing */

const char *
side_other_name(const struct side *mine, const struct side *other,
    const char *kind, const char *name)
{
	const struct conf *c = mine->conf;
	int32_t i;

	for (i = 0; i < c->n_renames; i++)
		if (strcmp(c->renames[i][0], kind) == 0 &&
		    strcmp(c->renames[i][2], name) == 0)
			return c->renames[i][1];
	c = other->conf;
	for (i = 0; i < c->n_renames; i++)
		if (strcmp(c->renames[i][0], kind) == 0 &&
		    strcmp(c->renames[i][1], name) == 0)
			return c->renames[i][2];
	return name;
}

bool
side_idle(const struct side *s, const char *pipeline, struct date date)
{
	const struct story *story = &s->tally.story;
	int32_t p = graph_find_pipeline(&s->conf->graph, pipeline);
	size_t i;

	for (i = 0; i < story->n_dates; i++)
		if (story->dates[i].pipeline == p &&
		    story->dates[i].date.day == date.day)
			return story->dates[i].owed == 0;
	return false;
}

bool
side_warms(const struct side *s, const char *name, struct date date)
{
	const struct graph *g = &s->conf->graph;
	int32_t check = name ? graph_find_check(g, name) : NONE, i;
	const struct pipeline_def *p;
	int32_t day = INT32_MAX;

	if (check == NONE)
		return false;
	p = &g->pipelines[g->checks[check].pipeline];
	for (i = 0; i < p->n_seasons; i++)
		if (p->seasons[i].day <= date.day)
			day = date.day - p->seasons[i].day;
	return day < g->checks[check].from_day;
}
