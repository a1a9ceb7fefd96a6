/* SPDX-License-Identifier: BSD-2-Clause
 *
 * reasons.c -- what an attempt rests on, noted at its intent and at its end,
 * and a permit, when it is granted.
 *
 * Evidence moves on; what was known when something was started must not. So
 * each carries a copy: the items that were missing, which checks
 * failed, and every reading that its start relied on. For a recovery those
 * are the checks that it repairs; for a phase, the conditions of its edge
 * and its own `done`. A reading has its age and for how long it counts as
 * fresh, both as they were in the step that decided; what an outcome rests
 * on is noted alike.
 */
#include <math.h>

#include "base/json.h"
#include "daemon/inside.h"

enum { ITEMS_MAX = 1000, ITEMS_BYTES = 24 << 10 };

struct reasons {
	struct supervisor *s;
	struct now now;
	struct date date;
	json_t *missing, *failing, *readings;
	json_t *seen;           /* items and checks that are in already */
	size_t bytes;
};

static bool
first_time(struct reasons *r, const char *word)
{
	if (json_object_get(r->seen, word))
		return false;
	(void)json_object_set_new(r->seen, word, json_true());
	return true;
}

static void
add_missing(struct reasons *r, const json_t *items)
{
	const json_t *v;
	size_t i;

	json_array_foreach(items, i, v) {
		const char *item = json_string_value(v);

		if (item == NULL || json_array_size(r->missing) >= ITEMS_MAX ||
		    r->bytes + json_string_length(v) > ITEMS_BYTES)
			continue;
		if (!first_time(r, item))
			continue;
		r->bytes += json_string_length(v);
		(void)json_array_append(r->missing, (json_t *)v);
	}
}

static void
add_reading(struct reasons *r, int32_t check)
{
	const struct engine *e = r->s->g.engine;
	const struct check_def *c = &r->s->g.conf->graph.checks[check];
	const struct check_row *row = engine_check(e, check, r->date);
	json_t *o = json_object();

	json_put(o, "check", c->name);
	json_put(o, "result", result_name(engine_result(e, check, r->date,
	    &r->now)));
	if (row && row->measurement != 0) {
		json_put_num(o, "value", row->measured ? row->value : NAN);
		json_put_num(o, "expected", row->measured ? row->expected :
		    NAN);
		if (row->missing >= 0)
			json_put_int(o, "missing_count", row->missing);
		json_put_int(o, "measurement", (int64_t)row->measurement);
		json_put_int(o, "read_at", row->ended_wall);
		json_put_int(o, "began_at", row->began_wall);
		if (row->boot_id == r->now.boot_id)
			json_put_int(o, "age_ms", r->now.boot -
			    row->began_boot);
	}
	json_put_int(o, "fresh_ms", engine_fresh_ms(e, check, r->date));
	json_put_int(o, "due_at", engine_check_due(e, check, r->date));
	(void)json_array_append_new(r->readings, o);
}

static void
add_failing(struct reasons *r, int32_t check)
{
	const char *name = r->s->g.conf->graph.checks[check].name;

	(void)json_array_append_new(r->failing, json_string(
	    r->s->g.conf->graph.checks[check].item));
	add_missing(r, json_object_get(answer_get(r->s->answers.checks, name,
	    r->date), "missing"));
}

static void
of_recovery(struct reasons *r, const struct attempt_row *a)
{
	const struct recovery_def *d =
	    &r->s->g.conf->graph.recoveries[a->recovery];
	int32_t i;

	for (i = 0; i < d->n_repairs; i++) {
		add_reading(r, d->repairs[i]);
		if (i < 32 && (a->failing >> i & 1))
			add_failing(r, d->repairs[i]);
	}
}

/*------------------------------------------------------------------ phases */

static void
each(struct reasons *r, const int32_t *checks, int32_t n, bool own)
{
	int32_t i;

	for (i = 0; i < n; i++) {
		if (first_time(r, r->s->g.conf->graph.checks[checks[i]].name))
			add_reading(r, checks[i]);
		if (own && engine_result(r->s->g.engine, checks[i], r->date,
		    &r->now) == RESULT_FAIL)
			add_failing(r, checks[i]);
	}
}

static void
done_of(struct reasons *r, const struct phase_def *p, bool own)
{
	const struct gate_def *g;

	if (p->done_kind == DONE_CHECKS)
		each(r, p->done_checks, done_checks_on(p, r->date), own);
	if (p->done_kind != DONE_GATE)
		return;
	g = &r->s->g.conf->graph.gates[p->done_gate];
	each(r, g->inputs, gate_inputs_on(g, r->date), own);
}

static void
of_phase(struct reasons *r, int32_t phase)
{
	const struct graph *g = &r->s->g.conf->graph;
	const struct phase_def *p = &g->phases[phase];
	int32_t i;

	for (i = 0; i < p->n_after; i++)
		if (p->after[i].date_offset == 0)
			done_of(r, &g->phases[p->after[i].phase], false);
	for (i = 0; i < p->n_guards; i++)
		each(r, g->gates[p->guards[i]].inputs,
		    gate_inputs_on(&g->gates[p->guards[i]], r->date), false);
	done_of(r, p, true);
}

static json_t *
date_ended(const struct supervisor *s, const struct record *where)
{
	const struct pipeline_def *p =
	    &s->g.conf->graph.pipelines[where->pipeline];

	return json_integer(day_end(&p->zone, where->date, p->day_ends_s));
}

void
attempt_reasons(struct supervisor *s, const struct record *where)
{
	const struct attempt_row *a = &where->u.attempt;
	json_t *facts = attempt_facts(&s->answers, a->id);
	struct reasons r = { .s = s, .date = where->date, .now = s->stepped };

	if (json_object_get(facts, "failing"))
		return;
	r.missing = json_array();
	r.failing = json_array();
	r.readings = json_array();
	r.seen = json_object();
	if (a->recovery != NONE)
		of_recovery(&r, a);
	else if (a->phase != NONE)
		of_phase(&r, a->phase);
	(void)json_object_set_new(facts, "missing", r.missing);
	(void)json_object_set_new(facts, "failing", r.failing);
	(void)json_object_set_new(facts, "evidence", r.readings);
	(void)json_object_set_new(facts, "date_ended_at", date_ended(s,
	    where));
	json_put_int(facts, "epoch", (int64_t)store_epoch(s->store));
	json_decref(r.seen);
}

/*------------------------------------------------------------------- proof */

static void
proof_of_recovery(struct reasons *r, const struct attempt_row *a)
{
	const struct recovery_def *d =
	    &r->s->g.conf->graph.recoveries[a->recovery];
	int32_t i;

	for (i = 0; i < d->n_repairs && i < 32; i++)
		if (a->failing >> i & 1)
			add_reading(r, d->repairs[i]);
}

const json_t *
permit_reasons(struct supervisor *s, const struct record *where)
{
	struct reasons r = { .s = s, .date = where->date, .now = s->stepped };
	json_t *facts = json_object();

	r.missing = json_array();
	r.failing = json_array();
	r.readings = json_array();
	r.seen = json_object();
	of_phase(&r, where->u.permit.phase);
	(void)json_object_set_new(facts, "evidence", r.readings);
	json_decref(r.missing);
	json_decref(r.failing);
	json_decref(r.seen);
	json_decref(s->answers.permit);
	return s->answers.permit = facts;
}

void
attempt_proof(struct supervisor *s, const struct record *where)
{
	const struct attempt_row *a = &where->u.attempt;
	struct reasons r = { .s = s, .date = where->date, .now = s->stepped };

	r.readings = json_array();
	r.seen = json_object();
	if (a->recovery != NONE)
		proof_of_recovery(&r, a);
	else if (a->phase != NONE)
		done_of(&r, &s->g.conf->graph.phases[a->phase], false);
	(void)json_object_set_new(attempt_facts(&s->answers, a->id), "proof",
	    r.readings);
	json_decref(r.seen);
}
