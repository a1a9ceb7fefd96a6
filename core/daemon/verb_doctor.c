/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_doctor.c -- what asking costs, and what is configured to be lenient.
 *
 * Nothing here is wrong as such; each is something that somebody decided and
 * that may be forgotten: money that is spent, gates that open although
 * nobody could tell, phases that are done because a program said so.
 */
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/words.h"

static json_t *
open_on_unknown(const struct view *v)
{
	json_t *list = json_array(), *o;
	int32_t i;

	for (i = 0; i < v->graph->n_gates; i++) {
		const struct gate_def *g = &v->graph->gates[i];

		if (!g->open_on_unknown)
			continue;
		o = json_object();
		json_put(o, "gate", g->name);
		put_when(o, "until", g->open_until, view_zone(v,
		    g->pipeline));
		put_origin(o, &g->origin);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
done_by_exit(const struct view *v)
{
	json_t *list = json_array(), *o;
	int32_t i;

	for (i = 0; i < v->graph->n_phases; i++) {
		const struct phase_def *p = &v->graph->phases[i];

		if (p->done_kind != DONE_EXIT)
			continue;
		o = json_object();
		json_put(o, "pipeline",
		    v->graph->pipelines[p->pipeline].name);
		json_put(o, "phase", p->name);
		put_origin(o, &p->origin);
		(void)json_array_append_new(list, o);
	}
	return list;
}

void
verb_doctor(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	json_t *o = json_object();
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	(void)json_object_set_new(o, "databases",
	    supervisor_spending(verbs->s));
	(void)json_object_set_new(o, "open_on_unknown",
	    open_on_unknown(&a.v));
	(void)json_object_set_new(o, "done_by_exit", done_by_exit(&a.v));
	put_when(o, "now", a.v.now.wall, NULL);
	request_answer(r, o);
}
