/* SPDX-License-Identifier: BSD-2-Clause
 *
 * titles.c -- incidents of a simulation in words: what, why, by which rule.
 *
 * In the words of the object at the root, as the engine has it at this
 * instant. Instants are clock times of the pipeline's zone.
 */
#include "simulate/titles.h"

#include <math.h>

#include "base/json.h"
#include "daemon/words.h"

enum { CHECKS_MAX = 64 };

const char *
title_subject(const struct conf *c, enum root_kind kind, int32_t subject)
{
	if (subject == NONE)
		return NULL;
	switch (kind) {
	case ROOT_PHASE:
	case ROOT_BYPASS:
	case ROOT_ATTEMPT:
		return c->graph.phases[subject].name;
	case ROOT_ALARM:
		return c->graph.gates[subject].name;
	case ROOT_PROBE:
		return c->graph.checks[subject].name;
	case ROOT_ADOPTION:
		break;
	}
	return NULL;
}

const struct origin *
title_rule(const struct conf *c, const struct incident_row *row)
{
	if (row->root == NONE)
		return NULL;
	switch (row->kind) {
	case ROOT_PHASE:
	case ROOT_BYPASS:
	case ROOT_ATTEMPT:
		return &c->graph.phases[row->root].origin;
	case ROOT_ALARM:
		return &c->graph.gates[row->root].origin;
	case ROOT_PROBE:
		return &c->graph.checks[row->root].origin;
	case ROOT_ADOPTION:
		break;
	}
	return NULL;
}

/*------------------------------------------------------------------- cause */

static int32_t
root_checks(const struct graph *g, const struct incident_row *row,
    const int32_t **ret)
{
	const struct phase_def *p;
	const struct gate_def *gate = NULL;

	if (row->root == NONE || row->kind == ROOT_ADOPTION)
		return 0;
	if (row->kind == ROOT_PROBE) {
		*ret = &row->root;
		return 1;
	}
	if (row->kind == ROOT_ALARM) {
		gate = &g->gates[row->root];
	} else {
		p = &g->phases[row->root];
		if (p->done_kind == DONE_CHECKS) {
			*ret = p->done_checks;
			return p->n_done_checks;
		}
		if (p->done_kind == DONE_GATE)
			gate = &g->gates[p->done_gate];
	}
	if (gate == NULL)
		return 0;
	*ret = gate->inputs;
	return gate->n_inputs;
}

static bool
is_bad(enum result r)
{
	return r == RESULT_WARN || r == RESULT_FAIL || r == RESULT_UNKNOWN;
}

json_t *
title_cause(const struct world *w, const struct incident_row *row,
    const struct record *where)
{
	const struct graph *g = &world_conf(w)->graph;
	const int32_t *checks = NULL;
	int32_t n = where->dated ? root_checks(g, row, &checks) : 0, i;
	json_t *list = json_array();

	for (i = 0; i < n; i++) {
		enum result r = engine_result(world_engine(w), checks[i],
		    where->date, world_now(w));
		const struct check_row *c = engine_check(world_engine(w),
		    checks[i], where->date);
		CLEANUP_TEXT struct text t = { 0 };
		json_t *o;

		if (!is_bad(r))
			continue;
		o = json_object();
		json_put(o, "check", g->checks[checks[i]].name);
		json_put(o, "result", result_name(r));
		json_put_num(o, "value", c && c->measured ? c->value :
		    (double)NAN);
		json_put_num(o, "expected", c && c->measured ? c->expected :
		    (double)NAN);
		words_reading_long(&t, c && c->measured ? c->value :
		    (double)NAN, c ? c->expected : (double)NAN);
		json_put(o, "reading", text_str(&t));
		(void)json_array_append_new(list, o);
	}
	return list;
}

/*------------------------------------------------------------------ titles */

static void
title_phase(struct text *t, const struct world *w, int32_t phase,
    struct date date)
{
	const struct graph *g = &world_conf(w)->graph;
	const struct phase_def *p = &g->phases[phase];
	struct phase_reading r;

	text_add(t, p->name);
	if (!engine_read_phase(world_engine(w), phase, date, world_now(w),
	    &r)) {
		text_add(t, " is not watched any more");
		return;
	}
	if (r.view == VIEW_DONE) {
		text_add(t, " is done");
		return;
	}
	if (r.due == INSTANT_NONE) {
		text_addf(t, " is %s", phase_view_name(r.view));
		return;
	}
	text_add(t, r.late ? " missed " : " will miss ");
	words_clock(t, r.due, world_now(w)->wall,
	    &g->pipelines[p->pipeline].zone);
	if (r.view == VIEW_BLOCKED || r.view == VIEW_FAILED || r.view ==
	    VIEW_UNKNOWN || r.view == VIEW_IN_DOUBT)
		text_addf(t, ": %s", phase_view_name(r.view));
}

static void
title_alarm(struct text *t, const struct world *w, int32_t gate,
    struct date date)
{
	const struct gate_def *def = &world_conf(w)->graph.gates[gate];
	const struct gate_row *row = engine_gate(world_engine(w), gate, date);

	text_addf(t, "%s is %s", def->name, row ? verdict_name(row->verdict) :
	    "unknown");
}

void
title_incident(struct text *t, const struct world *w,
    const struct incident_row *row, const struct record *where)
{
	const char *name = title_subject(world_conf(w), row->kind, row->root);

	switch (row->kind) {
	case ROOT_PHASE:
		title_phase(t, w, row->root, where->date);
		break;
	case ROOT_ALARM:
		title_alarm(t, w, row->root, where->date);
		break;
	case ROOT_PROBE:
		text_addf(t, "the probe '%s' could not tell", name);
		break;
	case ROOT_BYPASS:
		text_addf(t, "%s ran although its edge was closed", name);
		break;
	case ROOT_ATTEMPT:
		text_addf(t, "a start of %s is in doubt and held", name);
		break;
	case ROOT_ADOPTION:
		text_add(t, "dates that had ended were adopted");
		break;
	}
}
