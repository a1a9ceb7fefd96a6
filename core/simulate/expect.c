/* SPDX-License-Identifier: BSD-2-Clause
 *
 * expect.c -- watches a simulation for what its scenario expects.
 *
 * States are looked at after each step and, where an expectation names an
 * instant, a second after it: what falls due in that second has been asked
 * and answered then. Findings and attempts are the story's; of incidents
 * each row is kept with its time, because how bad one got by when is told
 * by nobody later.
 *
 * An expectation that isn't met is no error of the run: it is its result.
 */
#include "simulate/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/words.h"
#include "simulate/expect_inside.h"
#include "simulate/report.h"

/*-------------------------------------------------------------------- life */

static int
by_number(const void *pa, const void *pb)
{
	const int64_t *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

struct expects *
expects_new(const struct conf *conf, const struct scenario *s)
{
	struct expects *x = calloc(1, sizeof *x);
	int32_t n = s->n_expects, i;

	if (x == NULL)
		abort();
	*x = (struct expects){ .conf = conf, .scenario = s,
		.v = calloc((size_t)n + 1, sizeof *x->v),
		.stops = calloc((size_t)n + 1, sizeof *x->stops) };
	if (x->v == NULL || x->stops == NULL)
		abort();
	for (i = 0; i < n; i++) {
		x->v[i] = (struct watched){ .first = INSTANT_NONE,
			.never = INSTANT_NONE, .then = NONE, .last = NONE };
		if (s->expects[i].at != INSTANT_NONE)
			x->stops[x->n_stops++] = s->expects[i].at + LOOK_MS;
	}
	qsort(x->stops, x->n_stops, sizeof *x->stops, by_number);
	return x;
}

void
expects_free(struct expects *x)
{
	size_t i;

	if (x == NULL)
		return;
	for (i = 0; i < x->n_results; i++)
		free(x->results[i].instead);
	free(x->results);
	free(x->v);
	free(x->stops);
	free(x->log);
	free(x);
}

const int64_t *
expects_stops(const struct expects *x, size_t *ret_n)
{
	*ret_n = x->n_stops;
	return x->stops;
}

/*----------------------------------------------------------------- looking */

const char *
expect_word(const struct scenario_expect *e, int32_t word)
{
	switch (e->kind) {
	case EXPECT_PHASE:
		return phase_view_name((enum phase_view)word);
	case EXPECT_CHECK:
		return result_name((enum result)word);
	case EXPECT_GATE:
		return verdict_name((enum verdict)word);
	default:
		return "?";
	}
}

/* What it is now; NONE: it can't be seen. */
static int32_t
look(const struct scenario_expect *e, const struct world *w)
{
	const struct graph *g = &world_conf(w)->graph;
	const struct engine *engine = world_engine(w);
	struct phase_reading r;

	switch (e->kind) {
	case EXPECT_PHASE:
		return engine_read_phase(engine, e->subject, e->date,
		    world_now(w), &r) ? (int32_t)r.view : NONE;
	case EXPECT_CHECK:
		return engine_date(engine, g->checks[e->subject].pipeline,
		    e->date) == NULL ? NONE : (int32_t)engine_result(engine,
		    e->subject, e->date, world_now(w));
	case EXPECT_GATE:
		return engine_date(engine, g->gates[e->subject].pipeline,
		    e->date) == NULL ? NONE : (int32_t)engine_verdict(engine,
		    e->subject, e->date, world_now(w));
	default:
		return NONE;
	}
}

static void
note(struct watched *v, const struct scenario_expect *e, int32_t word,
    int64_t at)
{
	if (word == v->last)
		return;
	v->last = word;
	if (word == NONE)
		return;
	/* what lasted no second was being asked, and is no history */
	if (v->n > 0 && v->n <= HISTORY && at - v->history[v->n - 1].at <
	    LOOK_MS)
		v->n--;
	if (v->n < HISTORY) {
		v->history[v->n].at = at;
		v->history[v->n].word = word;
	}
	v->n++;
	if (word == e->word && v->first == INSTANT_NONE)
		v->first = at;
	if (word == e->never && v->never == INSTANT_NONE)
		v->never = at;
}

static bool
has_state(const struct scenario_expect *e)
{
	return e->kind == EXPECT_PHASE || e->kind == EXPECT_CHECK ||
	    e->kind == EXPECT_GATE;
}

static void
keep_row(struct expects *x, const struct incident_row *row, int64_t at)
{
	if (x->n_log == x->cap_log) {
		x->cap_log = x->cap_log ? 2 * x->cap_log : 64;
		x->log = reallocarray(x->log, x->cap_log, sizeof *x->log);
		if (x->log == NULL)
			abort();
	}
	x->log[x->n_log++] = (struct logged){ at, *row };
}

void
expects_step(struct expects *x, const struct world *w,
    const struct effects *fx)
{
	int64_t now = world_now(w)->wall;
	int32_t i;
	size_t k;

	for (i = 0; i < x->scenario->n_expects; i++)
		if (has_state(&x->scenario->expects[i]))
			note(&x->v[i], &x->scenario->expects[i], look(
			    &x->scenario->expects[i], w), now);
	for (k = 0; k < fx->n; k++)
		if (fx->v[k].kind == EFFECT_WRITE && fx->v[k].u.record.kind ==
		    RECORD_INCIDENT)
			keep_row(x, &fx->v[k].u.record.u.incident, now);
}

void
expects_stop(struct expects *x, const struct world *w, int64_t at)
{
	const struct scenario_expect *e;
	int32_t i;

	for (i = 0; i < x->scenario->n_expects; i++) {
		e = &x->scenario->expects[i];
		if (!has_state(e) || e->at == INSTANT_NONE || e->at +
		    LOOK_MS != at)
			continue;
		x->v[i].then = look(e, w);
		note(&x->v[i], e, x->v[i].then, at);
	}
}

/*----------------------------------------------------------------- judging */

static void
add_result(struct expects *x, const struct origin *o, const char *text,
    bool met, struct text *instead)
{
	x->results[x->n_results++] = (struct expect_result){ o, text, met,
		met ? NULL : text_take(instead) };
	text_clear(instead);
}

static const char *
reply_word(enum reply_code code)
{
	static const char *const words[] = { "ok", "granted", "not now",
		"no such", "already", "conflict", "refused" };

	return words[code];
}

static void
judge_event(struct expects *x, const struct world *w, int32_t i,
    struct text *t)
{
	const struct scenario_event *e = &x->scenario->events[i];
	enum reply_code code;
	bool met = world_reply(w, i, &code);

	if (!met)
		text_add(t, "its time did not come");
	else if (code != e->reply)
		text_addf(t, "it was answered '%s', expected was '%s'",
		    reply_word(code), reply_word(e->reply));
	add_result(x, &e->origin, e->text, met && code == e->reply, t);
}

void
expects_judge(struct expects *x, const struct story *story,
    const struct world *w)
{
	const struct scenario *s = x->scenario;
	CLEANUP_TEXT struct text t = { 0 };
	struct judging j = { .x = x, .story = story, .world = w };
	int32_t i;

	x->results = calloc((size_t)(s->n_events + s->n_expects) + 1,
	    sizeof *x->results);
	if (x->results == NULL)
		abort();
	for (i = 0; i < s->n_events; i++)
		if (s->events[i].kind == HAPPENS_COMMAND)
			judge_event(x, w, i, &t);
	for (i = 0; i < s->n_expects; i++) {
		bool met;

		j.e = &s->expects[i];
		j.w = &x->v[i];
		j.zone = report_zone(x->conf, NONE);
		if (has_state(j.e))
			note(&x->v[i], j.e, look(j.e, w), world_now(w)->wall);
		met = judge_expect(&j, &t);
		add_result(x, &j.e->origin, j.e->text, met, &t);
	}
}

const struct expect_result *
expects_results(const struct expects *x, size_t *ret_n)
{
	*ret_n = x->n_results;
	return x->results;
}

size_t
expects_unmet(const struct expects *x)
{
	size_t n = 0, i;

	for (i = 0; i < x->n_results; i++)
		n += !x->results[i].met;
	return n;
}

/*---------------------------------------------------------------- printing */

void
expects_text(struct text *t, const struct expects *x, bool all)
{
	size_t i;

	for (i = 0; i < x->n_results; i++) {
		const struct expect_result *r = &x->results[i];

		if (r->met && !all)
			continue;
		text_addf(t, "%s:%d: %s: %s", r->origin->file,
		    r->origin->line, r->met ? "met" : "NOT met", r->text);
		if (!r->met)
			text_addf(t, "; %s", r->instead);
		text_add(t, "\n");
	}
}

json_t *
expects_json(const struct expects *x)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < x->n_results; i++) {
		const struct expect_result *r = &x->results[i];
		json_t *o = json_object();

		json_put(o, "file", r->origin->file);
		json_put_int(o, "line", r->origin->line);
		json_put(o, "expected", r->text);
		(void)json_object_set_new(o, "met", json_boolean(r->met));
		if (!r->met)
			json_put(o, "instead", r->instead);
		(void)json_array_append_new(list, o);
	}
	return list;
}
