/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story.c -- an incident told from the journal: what belongs to it, when
 * what happened, and what is still to be asked.
 *
 * It begins with the incident's row and its breaches, whoever still knows
 * them: the journal does, also when the engine has let go of the date. What
 * they name (phases, alarms, checks) leads by way of today's configuration to
 * the checks, gates and recoveries whose events are of interest; an object
 * that isn't configured any more still appears by its own name. Times before
 * the incident are there as far as they lead up to it.
 */
#include "daemon/story.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/story_private.h"
#include "daemon/supervisor.h"

enum { LEAD_MS = 24 * 3600000, TAIL_MS = 60000 };

/*------------------------------------------------------------------ finding */

static int
take_row(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct story *s = arg;

	(void)key;
	(void)at;
	(void)last_seen;
	if ((uint64_t)json_int(data, "number", 0) == s->number)
		s->row = json_deep_copy(data);
	return s->row ? 1 : 0;
}

static int
take_breach(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct story *s = arg;

	(void)key;
	(void)at;
	(void)last_seen;
	if ((uint64_t)json_int(data, "incident", 0) == s->number)
		(void)json_array_append_new(s->breaches,
		    json_deep_copy(data));
	return 0;
}

static void
put_name(json_t *set, const char *name)
{
	if (name)
		(void)json_object_set_new(set, name, json_true());
}

static void
put_checks(struct story *s, const int32_t *checks, int32_t n)
{
	const struct graph *g = s->v->graph;
	int32_t i, k, r;

	for (i = 0; i < n; i++) {
		put_name(s->checks, g->checks[checks[i]].name);
		for (r = 0; r < g->n_recoveries; r++)
			for (k = 0; k < g->recoveries[r].n_repairs; k++)
				if (g->recoveries[r].repairs[k] == checks[i])
					put_name(s->recoveries,
					    g->recoveries[r].name);
	}
}

static void
put_gate(struct story *s, int32_t gate)
{
	const struct gate_def *g = &s->v->graph->gates[gate];

	put_name(s->gates, g->name);
	put_checks(s, g->inputs, g->n_inputs);
}

/* What a phase's `done` and its guards rest on. */
static void
put_phase(struct story *s, const char *name)
{
	const struct graph *g = s->v->graph;
	int32_t pipeline = s->pipeline ? graph_find_pipeline(g,
	    s->pipeline) : NONE;
	int32_t phase = pipeline == NONE ? NONE : graph_find_phase(g,
	    pipeline, name), i;
	const struct phase_def *p;

	put_name(s->phases, name);
	if (phase == NONE)
		return;
	p = &g->phases[phase];
	if (p->done_kind == DONE_GATE)
		put_gate(s, p->done_gate);
	else if (p->done_kind == DONE_CHECKS)
		put_checks(s, p->done_checks, p->n_done_checks);
	for (i = 0; i < p->n_guards; i++)
		put_gate(s, p->guards[i]);
}

static void
put_subject(struct story *s, const char *kind, const char *name)
{
	const struct graph *g = s->v->graph;
	int32_t i;

	if (name == NULL)
		return;
	if (strcmp(kind, "alarm") == 0) {
		put_name(s->gates, name);
		i = graph_find_gate(g, name);
		if (i != NONE)
			put_gate(s, i);
	} else if (strcmp(kind, "probe") == 0) {
		put_name(s->checks, name);
	} else {
		put_phase(s, name);
	}
}

static void
gather_subjects(struct story *s)
{
	const json_t *b;
	size_t i;

	put_subject(s, json_text(s->row, "kind", ""), json_text(s->row,
	    "root", NULL));
	json_array_foreach(s->breaches, i, b)
		put_subject(s, json_text(b, "kind", ""), json_text(b,
		    "subject", NULL));
}

static bool
story_find(struct story *s)
{
	struct store *store = supervisor_store(s->v->s);
	int32_t pipeline;

	if (store_rows(store, "incident", take_row, s) < 0 || !s->row ||
	    store_rows(store, "breach", take_breach, s) < 0)
		return false;
	s->pipeline = json_text(s->row, "pipeline", NULL);
	s->date = json_text(s->row, "date", NULL);
	pipeline = s->pipeline ? graph_find_pipeline(s->v->graph,
	    s->pipeline) : NONE;
	s->zone = pipeline == NONE ? NULL :
	    &s->v->graph->pipelines[pipeline].zone;
	s->opened = json_int(s->row, "opened_at", 0);
	s->ended = json_flag(s->row, "open", false) ? INSTANT_NONE :
	    json_int(s->row, "closed_at", INSTANT_NONE);
	s->from = s->opened - LEAD_MS;
	gather_subjects(s);
	return true;
}

/*------------------------------------------------------------------ reading */

/* Of its date; after its end only what is about itself. */
static int
see_dated(void *arg, uint64_t seq, const struct store_event *e)
{
	struct story *s = arg;

	(void)seq;
	if (s->ended != INSTANT_NONE && e->at > s->ended + TAIL_MS &&
	    strcmp(e->kind, "incident") != 0 &&
	    (strcmp(e->kind, "command") != 0 ||
	    (uint64_t)json_int(e->data, "id", 0) != s->number))
		return 0;
	story_event(s, e);
	return 0;
}

/* Of no date, or when the incident has none. */
static int
see_undated(void *arg, uint64_t seq, const struct store_event *e)
{
	struct story *s = arg;
	bool other = e->pipeline && s->pipeline &&
	    strcmp(e->pipeline, s->pipeline) != 0;

	if (other || (s->date && e->date && strcmp(e->date, s->date) == 0))
		return 0;
	return see_dated(s, seq, e);
}

static bool
story_read(struct story *s)
{
	static const char *const kinds[] = { "command", "hold", "incident",
		"breach" };
	struct store *store = supervisor_store(s->v->s);
	struct store_query dated = { .pipeline = s->pipeline,
		.date = s->date };
	CLEANUP_JSON json_t *messages = NULL;
	size_t i;

	if (s->date && store_events(store, &dated, see_dated, s) < 0)
		return false;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct store_query q = { .kind = kinds[i], .from = s->from };

		if (s->date && i >= 2)
			break;
		if (store_events(store, &q, see_undated, s) < 0)
			return false;
	}
	messages = store_messages(store, s->number, STORY_MESSAGES);
	if (messages == NULL)
		return false;
	story_told(s, messages);
	story_sort(s);
	return true;
}

json_t *
story_json(const struct view *v, uint64_t number)
{
	struct story s = { .v = v, .number = number,
		.acked_at = INSTANT_NONE, .breaches = json_array(),
		.phases = json_object(), .gates = json_object(),
		.checks = json_object(), .recoveries = json_object(),
		.last = json_object(), .before = json_object(),
		.after = json_object(), .lines = json_array() };
	json_t *all[] = { s.breaches, s.phases, s.gates, s.checks,
		s.recoveries, s.last, s.before, s.after };
	json_t *o = NULL;
	size_t i;

	if (story_find(&s) && story_read(&s))
		o = story_answer(&s);
	for (i = 0; i < ARRAY_SIZE(all); i++)
		json_decref(all[i]);
	json_decref(s.lines);
	json_decref(s.row);
	return o;
}
