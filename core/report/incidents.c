/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incidents.c -- when an incident's contract was broken, when that was
 * seen, when it was put right, and by whom.
 *
 * What put it right is decided by what the journal has between the first
 * sight of it and its proof: a person's verb that may have changed the
 * outcome, or an attempt of ours that was proved by a check and bears on the
 * root; with neither it ended by itself, as far as anybody can say.
 */
#include <string.h>

#include "base/cleanup.h"
#include "report/model.h"

const struct verb_touch *
verb_touch(const char *verb)
{
	/* Measuring, asking for a permit and signalling aren't here: they
	 * look, or a machine does them. */
	static const struct verb_touch touches[] = {
		{ "run", true, true }, { "recover", true, true },
		{ "cancel", true, true }, { "hold", true, true },
		{ "release", true, true }, { "override", true, true },
		{ "undo", true, true }, { "reopen", true, true },
		{ "waive", true, true }, { "backfill", true, true },
		{ "backfill start", true, true },
		{ "backfill pause", true, true },
		{ "backfill resume", true, true },
		{ "backfill cancel", true, true },
		{ "ack", true, false }, { "silence", true, false },
		{ "resolve", true, false } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(touches); i++)
		if (strcmp(touches[i].verb, verb) == 0)
			return &touches[i];
	return NULL;
}

bool
incident_within(const struct report *r, const struct report_incident *i,
    int32_t pipeline, struct date from, struct date to)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[pipeline];
	struct date date = i->date;

	if (i->pipeline != pipeline || i->opened_at == INSTANT_NONE)
		return false;
	if (!i->dated)
		date = day_of(&p->zone, p->day_ends_s, i->opened_at);
	return date.day >= from.day && date.day <= to.day;
}

/* The due time that its root missed; INSTANT_NONE: it has none. */
static int64_t
due_of_root(const struct report *r, const struct report_incident *i)
{
	const struct graph *g = &r->conf->graph;
	int32_t n;

	if (!i->dated || i->pipeline == NONE)
		return INSTANT_NONE;
	if (i->kind == ROOT_PHASE) {
		n = graph_find_phase(g, i->pipeline, i->root);
		return n == NONE ? INSTANT_NONE : report_due(r, i->pipeline,
		    i->date, &g->phases[n].due);
	}
	if (i->kind == ROOT_ALARM) {
		n = graph_find_gate(g, i->root);
		return n == NONE ? INSTANT_NONE : report_due(r, i->pipeline,
		    i->date, &g->gates[n].at);
	}
	return INSTANT_NONE;
}

/* Since when a probe has said nothing. */
static int64_t
unknown_since(const struct report *r, const struct report_incident *i)
{
	const struct report_day *d = i->dated && i->pipeline != NONE ?
	    report_day(r, i->pipeline, i->date) : NULL;
	int32_t check = graph_find_check(&r->conf->graph, i->root);
	const struct check_line *l = d && d->checks && check != NONE ?
	    &d->checks[check] : NULL;
	int64_t since = i->opened_at;
	size_t n;

	for (n = l ? l->n : 0; n > 0; n--) {
		if (l->v[n - 1].at > i->opened_at)
			continue;
		if (l->v[n - 1].raw != RESULT_UNKNOWN)
			break;
		since = l->v[n - 1].at;
	}
	return since;
}

int64_t
incident_violated(const struct report *r, const struct report_incident *i)
{
	int64_t due = due_of_root(r, i), seen = incident_detected(r, i);

	if (i->kind == ROOT_PROBE)
		return unknown_since(r, i);
	/* an explicit failure before it was due is an event of its own */
	return due == INSTANT_NONE || due > seen ? seen : due;
}

/* The breach of its root as an incident has it; it may have hung under
 * another one before it spoke for itself. */
static int64_t
breach_seen(const struct report_incident *in,
    const struct report_incident *i, int64_t otherwise)
{
	size_t k;

	for (k = 0; k < in->breaches.n; k++) {
		const struct report_breach *b = &in->breaches.v[k];

		if (b->kind != i->kind || strcmp(b->subject, i->root) != 0 ||
		    b->at == INSTANT_NONE || b->at >= otherwise ||
		    (b->until != INSTANT_NONE && b->until < i->opened_at))
			continue;
		return b->at;
	}
	return otherwise;
}

int64_t
incident_detected(const struct report *r, const struct report_incident *i)
{
	int64_t at = i->det_at;
	size_t k;

	if (i->opened_at != INSTANT_NONE && (at == INSTANT_NONE ||
	    i->opened_at < at))
		at = i->opened_at;
	for (k = 0; i->dated && k < r->incidents.n; k++) {
		const struct report_incident *in = &r->incidents.v[k];

		if (in->date.day == i->date.day && in->pipeline ==
		    i->pipeline && in->dated)
			at = breach_seen(in, i, at);
	}
	return at;
}

/* One that closed without it was given up with its date or its rule. */
int64_t
incident_resolved(const struct report_incident *i)
{
	return i->clear_since;
}

/*----------------------------------------------------------- what ended it */

static bool
bears_on_phase(const struct graph *g, int32_t phase, struct date date,
    const struct report_attempt *a)
{
	const int32_t *checks;
	int32_t n;

	if (phase == NONE)
		return false;
	if (a->phase == phase)
		return true;
	if (a->recovery == NONE)
		return false;
	checks = done_inputs_on(g, &g->phases[phase], date, &n);
	return recovery_is_for(&g->recoveries[a->recovery], checks, n);
}

bool
attempt_bears_on(const struct report *r, const struct report_incident *i,
    const struct report_attempt *a)
{
	const struct graph *g = &r->conf->graph;
	const struct gate_def *gate;
	int32_t n;

	if (i->kind == ROOT_PHASE || i->kind == ROOT_ATTEMPT ||
	    i->kind == ROOT_BYPASS)
		return bears_on_phase(g, graph_find_phase(g, i->pipeline,
		    i->root), i->date, a);
	if (a->recovery == NONE)
		return false;
	if (i->kind == ROOT_ALARM) {
		n = graph_find_gate(g, i->root);
		if (n == NONE)
			return false;
		gate = &g->gates[n];
		return recovery_is_for(&g->recoveries[a->recovery],
		    gate->inputs, gate_inputs_on(gate, i->date));
	}
	n = graph_find_check(g, i->root);
	return n != NONE && recovery_is_for(&g->recoveries[a->recovery], &n,
	    1);
}

static bool
proved(const struct report_attempt *a)
{
	return a->outcome == OUTCOME_RECOVERED ||
	    a->outcome == OUTCOME_IMPROVED || a->outcome == OUTCOME_DONE;
}

const struct report_command *
command_about(const struct report *r, int32_t pipeline, struct date date,
    size_t *i)
{
	for (; *i < r->commands.n; (*i)++) {
		const struct report_command *c = &r->commands.v[*i];

		if (c->pipeline != NONE && c->pipeline != pipeline)
			continue;
		if (c->dated && (date.day < c->date.day ||
		    date.day > c->last.day))
			continue;
		(*i)++;
		return c;
	}
	return NULL;
}

/* An ack names its incident and not its date. */
static bool
concerns(const struct report_command *c, const struct report_incident *i)
{
	return c->dated || c->id == 0 || c->id == i->number;
}

static const struct report_command *
hand_between(const struct report *r, const struct report_incident *i,
    int64_t from, int64_t to)
{
	const struct report_command *c;
	size_t k = 0;

	while ((c = command_about(r, i->pipeline, i->date, &k)) != NULL)
		if (c->touch->repairs && c->at >= from && c->at <= to &&
		    concerns(c, i))
			return c;
	return NULL;
}

struct ending
incident_ending(const struct report *r, const struct report_incident *i)
{
	int64_t from = incident_detected(r, i), to = incident_resolved(i);
	struct ending e = { .how = ENDED_NOT };
	size_t k;

	if (to == INSTANT_NONE)
		return e;
	e.command = hand_between(r, i, from, to);
	e.how = e.command ? ENDED_BY_HAND : ENDED_BY_ITSELF;
	for (k = 0; k < r->attempts.n; k++) {
		const struct report_attempt *a = &r->attempts.v[k];

		if (a->pipeline != i->pipeline || a->dated != i->dated ||
		    a->date.day != i->date.day || a->intent_at > to ||
		    (a->closed_at != INSTANT_NONE && a->closed_at < from) ||
		    !proved(a) || !attempt_bears_on(r, i, a))
			continue;
		e.attempt = a;
		if (a->by_person)
			e.how = ENDED_BY_HAND;
		else if (e.how == ENDED_BY_ITSELF)
			e.how = ENDED_BY_RECOVERY;
	}
	return e;
}
