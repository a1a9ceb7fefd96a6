/* SPDX-License-Identifier: BSD-2-Clause
 *
 * engine-world-gates.c -- gates as functions of what the engine would hand a
 * worker: results of the inputs, the clock, and the age of the date.
 */
#include "engine-world.h"

#include <string.h>

struct tally { int32_t good, warn, bad, unknown, not_due, skip; };

static void
tally_add(struct tally *t, enum result r)
{
	t->good += r == RESULT_PASS || r == RESULT_WARN || r == RESULT_SKIP;
	t->warn += r == RESULT_WARN;
	t->bad += r == RESULT_FAIL;
	t->unknown += r == RESULT_UNKNOWN;
	t->not_due += r == RESULT_NOT_DUE;
	t->skip += r == RESULT_SKIP;
}

static enum verdict
any_of(const struct tally *t)
{
	int32_t good = t->good - t->skip;       /* what owes nothing is no
	                                           source */

	if (good > t->warn || t->bad + t->unknown + t->not_due + good == 0)
		return VERDICT_OPEN;
	return good ? VERDICT_DEGRADED : t->unknown ? VERDICT_UNKNOWN :
	    t->not_due ? VERDICT_WAITING : VERDICT_BLOCKED;
}

static enum verdict
all_of(const struct tally *t)
{
	return t->bad ? VERDICT_BLOCKED : t->unknown ? VERDICT_UNKNOWN :
	    t->not_due ? VERDICT_WAITING : t->warn ? VERDICT_DEGRADED :
	    VERDICT_OPEN;
}

static enum verdict
quorum(const struct world *w, const struct world_gate *g,
    const struct tally *t, struct date date)
{
	struct tally must = { 0 };
	int32_t i;

	for (i = 0; i < g->n_require; i++)
		tally_add(&must, engine_result(w->engine, g->require[i],
		    date, &w->now));
	if (must.bad || t->good + t->unknown + t->not_due < g->need)
		return VERDICT_BLOCKED;
	if (must.unknown || t->good + t->not_due < g->need)
		return VERDICT_UNKNOWN;
	if (must.not_due || t->good < g->need)
		return VERDICT_WAITING;
	if (t->not_due)
		return VERDICT_WAITING;
	return t->bad || t->unknown || t->warn ? VERDICT_DEGRADED :
	    VERDICT_OPEN;
}

static void
ladder(const struct world *w, const struct world_gate *g, int32_t check,
    struct date date, struct gate_answer *a)
{
	const struct check_row *row = engine_check(w->engine, check, date);
	int64_t anchor = engine_anchor(w->engine, 0, date);
	int32_t i;

	a->verdict = VERDICT_OPEN;
	if (engine_result(w->engine, check, date, &w->now) == RESULT_SKIP)
		return;
	if (row == NULL || !row->measured) {
		a->verdict = VERDICT_UNKNOWN;
		return;
	}
	for (i = 0; i < g->n_steps; i++) {
		if (row->value * 100 >= row->expected * g->step[i].below)
			continue;
		if (w->now.wall < anchor + g->step[i].after) {
			a->next_change = anchor + g->step[i].after;
			break;
		}
		a->verdict = VERDICT_BLOCKED;
		a->severity = g->step[i].severity;
	}
}

static enum verdict
combine(const struct world *w, int32_t gate, struct date date)
{
	const struct gate_def *def = &w->gates[gate];
	const struct world_gate *g = &w->answers[gate];
	struct tally t = { 0 };
	int32_t i;

	for (i = 0; i < gate_inputs_on(def, date); i++)
		tally_add(&t, engine_result(w->engine, def->inputs[i], date,
		    &w->now));
	return g->kind == ANY_OF ? any_of(&t) : g->kind == ALL_OF ?
	    all_of(&t) : quorum(w, g, &t, date);
}

struct event
world_evaluated(struct world *w, const struct effect *x)
{
	const struct gate_def *def = &w->gates[x->subject];
	const struct world_gate *g = &w->answers[x->subject];
	struct event ev = { .kind = EVENT_VERDICT, .pipeline = x->pipeline,
		.date = x->date, .subject = x->subject };
	struct gate_answer *a = &ev.u.verdict;
	int64_t at;

	*a = (struct gate_answer){ .told = !g->fault, .fault = g->fault,
		.next_change = INSTANT_NONE,
		.revision = x->u.evaluate.revision };
	if (g->kind == LADDER) {
		ladder(w, g, def->inputs[gate_inputs_on(def, x->date) - 1],
		    x->date, a);
		return ev;
	}
	a->verdict = combine(w, x->subject, x->date);
	at = due_at(&def->at, &w->pipeline.zone, x->date,
	    engine_anchor(w->engine, 0, x->date));
	if (at != INSTANT_NONE && w->now.wall < at) {
		a->next_change = at;
		return ev;
	}
	a->severity = a->verdict == VERDICT_BLOCKED ? g->blocked :
	    a->verdict == VERDICT_DEGRADED ? g->degraded : SEVERITY_NONE;
	return ev;
}
