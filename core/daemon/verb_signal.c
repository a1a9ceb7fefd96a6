/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_signal.c -- what an outside run says of itself.
 *
 * Of a phase the engine decides whether it is this run's turn to say so; what
 * it has taken is then written down as a signal as well, for the heartbeats
 * that hear the phase. Of a heartbeat there is nothing to decide. Both are
 * answered when they are durable.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/nearest.h"
#include "calendar/day.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/signals.h"

bool
ask_run(struct ask *a, struct command *c, char run_id[RUN_ID_MAX + 1])
{
	const char *run = json_text(a->params, "for", "");
	int32_t phase;

	if (strlen(run) > RUN_ID_MAX) {
		ask_refuse(a, "for", run, "at most 63 bytes", NULL);
		return false;
	}
	memcpy(run_id, run, strlen(run) + 1);
	if (!ask_phase(a, "phase", json_text(a->params, "phase", ""),
	    &phase))
		return false;
	c->subject = phase;
	c->pipeline = a->v.graph->phases[phase].pipeline;
	c->dated = true;
	c->until = INSTANT_NONE;
	c->run_id = run_id;
	return ask_date(a, "date", json_text(a->params, "date", ""),
	    c->pipeline, &c->date);
}

static enum signal_event
event_of(const json_t *params)
{
	const char *word = json_text(params, "event", "");

	return strcmp(word, "start") == 0 ? SIGNAL_START :
	    strcmp(word, "done") == 0 ? SIGNAL_DONE : SIGNAL_FAILED;
}

/* What is remarked is kept whole characters long. */
static void
cut_remark(const char *remark, struct text *ret)
{
	size_t n = strnlen(remark, SIGNAL_REMARK_MAX);

	while (n == SIGNAL_REMARK_MAX && n > 0 &&
	    ((unsigned char)remark[n] & 0xc0) == 0x80)
		n--;
	text_addn(ret, remark, n);
}

/* False: refused. *ret_already: nothing new was said. */
static bool
write_down(struct ask *a, struct signal_word *w, json_t **ret_row,
    bool *ret_already)
{
	const char *remark = json_text(a->params, "remark", NULL);
	CLEANUP_TEXT struct text cut = { 0 };
	int r;

	if (remark)
		cut_remark(remark, &cut);
	w->event = event_of(a->params);
	w->remark = remark ? text_str(&cut) : NULL;
	w->actor = request_actor(a->request);
	r = supervisor_signal(a->v.s, w, ret_row);
	*ret_already = r == 1;
	if (r < 0)
		request_refuse(a->request, RPC_JOURNAL, "the journal can't be "
		    "written: nothing was done", NULL);
	return r >= 0;
}

/*------------------------------------------------------------------ a phase */

static void
signal_phase(struct ask *a)
{
	static const enum command_kind kinds[] = {
		[SIGNAL_START] = COMMAND_SIGNAL_START,
		[SIGNAL_DONE] = COMMAND_SIGNAL_DONE,
		[SIGNAL_FAILED] = COMMAND_SIGNAL_FAILED };
	struct command c = { .kind = kinds[event_of(a->params)] };
	struct signal_word w = { .phase = true };
	char run_id[RUN_ID_MAX + 1];
	struct reply reply;
	json_t *row;
	bool already;

	if (!ask_run(a, &c, run_id) || !act(a, &c, &reply))
		return;
	w.subject = c.subject;
	w.date = c.date;
	w.run = run_id;
	if ((reply.code == REPLY_OK || reply.code == REPLY_ALREADY) &&
	    !write_down(a, &w, &row, &already))
		return;
	request_answer(a->request, reply_json(a, &c, &reply));
}

/*-------------------------------------------------------------- a heartbeat */

static bool
heartbeat_date(struct ask *a, int32_t check, struct date *ret)
{
	const struct graph *g = a->v.graph;
	int32_t pipeline = g->checks[check].pipeline;
	const char *word = json_text(a->params, "date", NULL);
	const struct pipeline_def *p = &g->pipelines[pipeline];

	if (word == NULL && hears_current(a->v.conf, check))
		*ret = day_of(&p->zone, p->day_ends_s, a->v.now.wall);
	else if (!ask_date(a, "date", word ? word : "last", pipeline, ret))
		return false;
	if (engine_date(a->v.engine, pipeline, *ret))
		return true;
	request_refuse(a->request, RPC_NO_SUCH, "this date is not watched",
	    NULL);
	return false;
}

static void
signal_heartbeat(struct ask *a, int32_t check)
{
	const char *run = json_text(a->params, "for", "");
	struct signal_word w = { .subject = check, .run = run };
	json_t *row, *o;
	char day[DATE_TEXT];
	int64_t took;
	bool already;

	if (strlen(run) > RUN_ID_MAX) {
		ask_refuse(a, "for", run, "at most 63 bytes", NULL);
		return;
	}
	if (!heartbeat_date(a, check, &w.date) ||
	    !write_down(a, &w, &row, &already))
		return;
	o = json_object();
	json_put(o, "code", already ? "already" : "ok");
	json_put(o, "heartbeat", a->v.graph->checks[check].name);
	json_put(o, "date", date_text(w.date, day));
	took = json_int(row, "duration_ms", -1);
	if (took >= 0 && w.event != SIGNAL_START)
		json_put_int(o, "duration_ms", took);
	request_answer(a->request, o);
}

static bool
is_phase(const struct graph *g, const char *name)
{
	int32_t i;

	for (i = 0; i < g->n_phases; i++)
		if (strcmp(g->phases[i].name, name) == 0)
			return true;
	return strchr(name, '/') != NULL;
}

/* Neither a phase nor a heartbeat. */
static void
refuse_name(struct ask *a, const char *name)
{
	const struct graph *g = a->v.graph;
	struct nearest near;
	int32_t i;

	nearest_start(&near, name);
	for (i = 0; i < g->n_phases; i++)
		nearest_try(&near, g->phases[i].name);
	for (i = 0; i < g->n_checks; i++)
		if (hears(a->v.conf, i))
			nearest_try(&near, g->checks[i].name);
	ask_refuse(a, "phase", name, "the name of a phase or heartbeat",
	    near.best);
}

void
verb_signal(void *arg, struct request *r, const json_t *params)
{
	const char *name = json_text(params, "phase", "");
	struct verbs *verbs = arg;
	int32_t check;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	check = graph_find_check(a.v.graph, name);
	if (check != NONE && (!hears(a.v.conf, check) ||
	    a.v.graph->checks[check].pipeline == NONE))
		check = NONE;
	if (check != NONE && is_phase(a.v.graph, name))
		ask_refuse(&a, "phase", name, "PIPELINE/PHASE, or another "
		    "name for the heartbeat: a phase has it, too", NULL);
	else if (check != NONE && heard_phase(a.v.conf, check) != NONE)
		ask_refuse(&a, "phase", name, "the phase that it hears",
		    a.v.graph->phases[heard_phase(a.v.conf, check)].name);
	else if (check != NONE)
		signal_heartbeat(&a, check);
	else if (!is_phase(a.v.graph, name))
		refuse_name(&a, name);
	else
		signal_phase(&a);
}
