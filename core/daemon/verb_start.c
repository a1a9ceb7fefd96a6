/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_start.c -- a person starts a phase or a repair: run, recover.
 *
 * The same conditions hold as for the supervisor's own starts, fresh
 * evidence among them. A person who asks is not told to ask again in a
 * second because something has to be measured first: the call waits for
 * those measurements, for so long as a person does, and tries again when one
 * has come in. Anything else that is closed is answered at once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"

enum { PATIENCE_MS = 20000 };

struct start_wait {
	struct supervisor *s;
	struct command command;
	uint64_t conf;          /* whose numbers the command has */
	uint64_t measured;      /* when it was tried last */
	int64_t until;          /* real */
};

uint64_t
measurements(const struct view *v, const struct command *c)
{
	uint64_t sum = 0;
	int32_t i;

	for (i = 0; i < v->graph->n_checks; i++) {
		const struct check_row *row = v->graph->checks[i].pipeline ==
		    c->pipeline ? engine_check(v->engine, i, c->date) : NULL;

		sum += row ? row->measurement : 0;
	}
	return sum;
}

static bool
try_start(void *state, struct request *request)
{
	struct start_wait *w = state;
	struct reply reply;
	struct ask a;
	uint64_t measured;
	bool late = clock_real_ms() >= w->until;

	ask_open(&a, w->s, request, NULL);
	if (a.v.conf->hash != w->conf) {
		request_refuse(request, RPC_CONFLICT,
		    "the configuration was reloaded: ask again",
		    json_pack("{s:b}", "again", 1));
		return true;
	}
	measured = measurements(&a.v, &w->command);
	if (!late && measured == w->measured)
		return false;
	w->measured = measured;
	if (!act(&a, &w->command, &reply))
		return true;
	/* rehearsed, it was tried with what was measured last */
	if (reply_only_stale(&reply) && !late && !request_watched(request))
		return false;
	request_answer(request, reply_json(&a, &w->command, &reply));
	return true;
}

static void
start(struct verbs *verbs, struct ask *a, const struct command *c)
{
	struct start_wait *w = malloc(sizeof *w);

	if (w == NULL) {
		request_refuse(a->request, RPC_INTERNAL, "out of memory",
		    NULL);
		return;
	}
	*w = (struct start_wait){ .s = verbs->s, .command = *c,
		.conf = a->v.conf->hash, .measured = UINT64_MAX,
		.until = clock_real_ms() + PATIENCE_MS };
	wait_for(&verbs->waits, a->request, try_start, w);
}

void
verb_run(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct command c;
	struct date date;
	struct ask a;
	int32_t phase;

	ask_open(&a, verbs->s, r, params);
	if (!ask_phase_date(&a, &phase, &date))
		return;
	c = dated(COMMAND_RUN, a.v.graph->phases[phase].pipeline, date,
	    phase);
	start(verbs, &a, &c);
}

/* Rehearsed: the whole plan, too, of which this would be the next try. */
static void
show_plan(struct ask *a, struct command *c)
{
	json_t *o, *plan = view_recovery(&a->v, c->subject, c->date);
	struct reply reply;

	if (!act(a, c, &reply)) {
		json_decref(plan);
		return;
	}
	o = reply_json(a, c, &reply);
	(void)json_object_set_new(o, "recovery", plan);
	request_answer(a->request, o);
}

void
verb_recover(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct command c;
	struct date date;
	struct ask a;
	int32_t recovery, pipeline;

	ask_open(&a, verbs->s, r, params);
	if (!ask_recovery(&a, "name", json_text(params, "name", ""),
	    &recovery))
		return;
	pipeline = a.v.graph->recoveries[recovery].pipeline;
	if (!ask_date(&a, "date", json_text(params, "date", ""), pipeline,
	    &date))
		return;
	c = dated(COMMAND_RECOVER, pipeline, date, recovery);
	if (request_watched(r))
		show_plan(&a, &c);
	else
		start(verbs, &a, &c);
}
