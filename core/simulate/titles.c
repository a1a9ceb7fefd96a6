/* SPDX-License-Identifier: BSD-2-Clause
 *
 * titles.c -- incidents of a simulation in words: what, why, by which rule.
 *
 * Titles and messages are the daemon's own, made of the world at hand in
 * place of a supervisor: what would have been told is told in the same
 * words. What a plugin said besides its numbers nobody recorded.
 */
#include "simulate/titles.h"

#include <math.h>

#include "base/json.h"
#include "daemon/incident.h"
#include "daemon/message.h"
#include "daemon/words.h"
#include "simulate/look.h"

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
	case ROOT_EARLY:
		return c->graph.checks[subject].name;
	case ROOT_ACTION:
		return c->graph.actions[subject].name;
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
	case ROOT_EARLY:
		return &c->graph.checks[row->root].origin;
	case ROOT_ACTION:
		return &c->graph.actions[row->root].origin;
	case ROOT_ADOPTION:
		break;
	}
	return NULL;
}

/*------------------------------------------------------------------- cause */

static int32_t
root_checks(const struct graph *g, const struct incident_row *row,
    struct date date, const int32_t **ret)
{
	const struct gate_def *gate;
	int32_t n;

	if (row->root == NONE || row->kind == ROOT_ADOPTION ||
	    row->kind == ROOT_ACTION)
		return 0;
	if (row->kind == ROOT_PROBE || row->kind == ROOT_EARLY) {
		*ret = &row->root;
		return 1;
	}
	if (row->kind == ROOT_ALARM) {
		gate = &g->gates[row->root];
		*ret = gate->inputs;
		return gate_inputs_on(gate, date);
	}
	*ret = done_inputs_on(g, &g->phases[row->root], date, &n);
	return n;
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
	int32_t n = where->dated ? root_checks(g, row, where->date,
	    &checks) : 0, i;
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

void
title_incident(struct text *t, const struct world *w,
    const struct incident_row *row, const struct record *where)
{
	struct view v = world_look(&w);

	incident_title(&v, row, where, t);
}

void
title_marks(const struct world *w, const struct incident_row *row,
    const struct record *where, int32_t *ret_phase, uint64_t *ret_tags)
{
	struct view v = world_look(&w);

	incident_marks(&v, row, where, ret_phase, ret_tags);
}

json_t *
title_message(const struct world *w, const struct effect *notify)
{
	struct view v = world_look(&w);

	return message_of(&v, notify->u.notify.incident,
	    notify->u.notify.kind, notify->u.notify.severity,
	    notify->u.notify.message);
}
