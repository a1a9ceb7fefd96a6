/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_wait.c -- permits for outside runs, and measuring on request: the
 * calls that may take a while.
 *
 * `gate wait` asks the engine for a permit at once. When it is not granted,
 * it asks again only after the reading of the phase has changed, or, where
 * evidence was all that lacked, after something was measured: each asking is
 * journalled, and a journal that wakes its own askers would never rest.
 * The timeout runs on the daemon's clock, so that a demonstration at a
 * thousand times the speed waits a thousandth of the time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/units.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/words.h"

enum { CHECK_WAIT_MS = 120000 };

/*--------------------------------------------------------------- gate wait */

struct permit_wait {
	struct supervisor *s;
	struct command command;
	char run_id[RUN_ID_MAX + 1];
	int64_t until_mono;
	uint64_t generation;    /* in which the subject is this number */
	struct phase_reading last;
	bool stale;             /* evidence was all that lacked */
	uint64_t measured;      /* measurements() when it was asked last */
};

static bool
same_reading(const struct phase_reading *a, const struct phase_reading *b)
{
	int32_t i;

	if (a->edge != b->edge || a->n != b->n || a->view != b->view ||
	    a->held != b->held)
		return false;
	for (i = 0; i < a->n; i++)
		if (a->closed[i].why != b->closed[i].why ||
		    a->closed[i].subject != b->closed[i].subject ||
		    a->closed[i].detail != b->closed[i].detail)
			return false;
	return true;
}

static void
answer_permit(struct ask *a, const struct command *c, const struct reply *r,
    bool timed_out)
{
	json_t *o = reply_json(a, c, r);

	(void)json_object_set_new(o, "granted",
	    json_boolean(r->code == REPLY_GRANTED));
	(void)json_object_set_new(o, "timed_out", json_boolean(timed_out));
	json_put(o, "phase", a->v.graph->phases[c->subject].name);
	json_put(o, "run", c->run_id);
	request_answer(a->request, o);
}

static bool
try_permit(void *state, struct request *request)
{
	struct permit_wait *w = state;
	struct phase_reading reading = { .n = 0 };
	struct reply reply;
	uint64_t measured;
	struct ask a;
	bool late;

	ask_open(&a, w->s, request, NULL);
	if (a.v.conf->hash != w->generation) {
		request_refuse(request, RPC_CONFLICT,
		    "the configuration was reloaded: ask again",
		    json_pack("{s:b}", "again", 1));
		return true;
	}
	late = a.v.now.mono >= w->until_mono;
	(void)engine_read_phase(a.v.engine, w->command.subject,
	    w->command.date, &a.v.now, &reading);
	measured = measurements(&a.v, &w->command);
	if (!late && same_reading(&reading, &w->last) && (!w->stale ||
	    measured == w->measured))
		return false;
	w->last = reading;
	w->measured = measured;
	if (!act(&a, &w->command, &reply))
		return true;
	w->stale = reply_only_stale(&reply);
	if (reply.code == REPLY_NOT_NOW && !late)
		return false;
	answer_permit(&a, &w->command, &reply, reply.code == REPLY_NOT_NOW);
	return true;
}

void
verb_gate_wait(void *arg, struct request *r, const json_t *params)
{
	const char *timeout = json_text(params, "timeout", "0");
	struct verbs *verbs = arg;
	struct permit_wait *w = calloc(1, sizeof *w);
	struct ask a;
	int64_t ms = 0;

	if (w == NULL) {
		request_refuse(r, RPC_INTERNAL, "out of memory", NULL);
		return;
	}
	ask_open(&a, verbs->s, r, params);
	w->s = verbs->s;
	w->command.kind = COMMAND_PERMIT;
	if (!ask_run(&a, &w->command, w->run_id)) {
		free(w);
		return;
	}
	(void)duration_parse(timeout, &ms);
	w->until_mono = a.v.now.mono + ms;
	w->generation = a.v.conf->hash;
	w->last.n = -1;         /* like no reading: the first try asks */
	wait_for(&verbs->waits, r, try_permit, w);
}

/*--------------------------------------------------------------- measuring */

struct check_wait {
	struct supervisor *s;
	struct date date;
	uint64_t generation;
	int32_t n;              /* checks waited for */
	int64_t until_real;
	int32_t *checks;        /* points behind this struct */
	int64_t *before;        /* id of the measurement that was there */
};

static int64_t
measurement_id(struct supervisor *s, int32_t check, struct date date)
{
	return json_int(supervisor_measurement(s, check, date),
	    "measurement", 0);
}

static json_t *
checks_json(const struct view *v, const struct check_wait *w, bool *ret_all)
{
	json_t *o = json_object(), *list = json_array();
	char date[DATE_TEXT];
	int32_t i, pending = 0;

	for (i = 0; i < w->n; i++) {
		json_t *c = view_check(v, w->checks[i], w->date);
		bool old = measurement_id(w->s, w->checks[i], w->date) ==
		    w->before[i];

		pending += old;
		(void)json_object_set_new(c, "pending", json_boolean(old));
		(void)json_array_append_new(list, c);
	}
	json_put(o, "date", date_text(w->date, date));
	json_put_int(o, "pending", pending);
	(void)json_object_set_new(o, "checks", list);
	*ret_all = pending == 0;
	return o;
}

static bool
try_checks(void *state, struct request *request)
{
	struct check_wait *w = state;
	bool all = true;
	struct view v;
	int32_t i;

	if (supervisor_conf(w->s)->hash != w->generation) {
		request_refuse(request, RPC_CONFLICT,
		    "the configuration was reloaded: ask again",
		    json_pack("{s:b}", "again", 1));
		return true;
	}
	for (i = 0; i < w->n && all; i++)
		all = measurement_id(w->s, w->checks[i], w->date) !=
		    w->before[i];
	/* rehearsed, nothing will come */
	if (!all && clock_real_ms() < w->until_real &&
	    !request_watched(request))
		return false;
	view_open(&v, w->s);
	request_answer(request, checks_json(&v, w, &all));
	return true;
}

static struct check_wait *
check_wait_new(struct supervisor *s, int32_t n, struct date date)
{
	size_t room = sizeof(struct check_wait) +
	    (size_t)n * (sizeof(int32_t) + sizeof(int64_t));
	struct check_wait *w = calloc(1, room);

	if (w == NULL)
		abort();
	w->s = s;
	w->date = date;
	w->generation = supervisor_conf(s)->hash;
	w->before = (int64_t *)(w + 1);
	w->checks = (int32_t *)(w->before + n);
	w->until_real = clock_real_ms() + CHECK_WAIT_MS;
	return w;
}

static void
check_wait_add(struct check_wait *w, int32_t check)
{
	w->checks[w->n] = check;
	w->before[w->n++] = measurement_id(w->s, check, w->date);
}

/* One command per pipeline: all of its checks for the date. */
static bool
measure_all(struct ask *a, struct date date)
{
	const struct graph *g = a->v.graph;
	struct reply reply;
	int32_t i, asked = 0;

	for (i = 0; i < g->n_pipelines; i++) {
		struct command c = { .kind = COMMAND_CHECK_RUN, .pipeline = i,
			.dated = true, .date = date, .subject = NONE,
			.until = INSTANT_NONE };

		if (engine_date(a->v.engine, i, date) == NULL)
			continue;
		if (!act(a, &c, &reply))
			return false;
		asked++;
	}
	if (asked == 0)
		request_refuse(a->request, RPC_NO_SUCH,
		    "this date is not watched by any pipeline", NULL);
	return asked > 0;
}

static void
run_one(struct verbs *verbs, struct ask *a, const char *name)
{
	struct command c = { .kind = COMMAND_CHECK_RUN, .dated = true,
		.until = INSTANT_NONE };
	struct check_wait *w;
	struct reply reply;

	if (!ask_check(a, "name", name, &c.subject))
		return;
	c.pipeline = a->v.graph->checks[c.subject].pipeline;
	if (!ask_date(a, "date", json_text(a->params, "date", ""),
	    c.pipeline, &c.date))
		return;
	w = check_wait_new(verbs->s, 1, c.date);
	check_wait_add(w, c.subject);
	/* a person who asks wants it tried, whatever it did before */
	if (!request_watched(a->request))
		(void)pool_reset(supervisor_pool(verbs->s), "check",
		    a->v.graph->checks[c.subject].name);
	if (!act(a, &c, &reply)) {
		free(w);
		return;
	}
	wait_for(&verbs->waits, a->request, try_checks, w);
}

static void
run_all(struct verbs *verbs, struct ask *a)
{
	const struct graph *g = a->v.graph;
	struct check_wait *w;
	struct date date;
	int32_t i;

	if (!ask_date(a, "date", json_text(a->params, "date", ""), NONE,
	    &date))
		return;
	w = check_wait_new(verbs->s, g->n_checks, date);
	for (i = 0; i < g->n_checks; i++)
		if (g->checks[i].pipeline != NONE && engine_date(a->v.engine,
		    g->checks[i].pipeline, date))
			check_wait_add(w, i);
	if (!measure_all(a, date)) {
		free(w);
		return;
	}
	wait_for(&verbs->waits, a->request, try_checks, w);
}

void
verb_check_run(void *arg, struct request *r, const json_t *params)
{
	const char *name = json_text(params, "name", NULL);
	bool all = json_flag(params, "all", false);
	struct ask a;

	ask_open(&a, ((struct verbs *)arg)->s, r, params);
	if (all == (name != NULL))
		ask_refuse(&a, "name", name ? name : "", all ?
		    "either a name or --all" : "the name of a check, or "
		    "--all", NULL);
	else if (all)
		run_all(arg, &a);
	else
		run_one(arg, &a, name);
}

void
verb_recheck(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct date date;
	struct ask a;
	json_t *o;
	char buf[DATE_TEXT];

	ask_open(&a, verbs->s, r, params);
	if (!ask_date(&a, "date", json_text(params, "date", ""), NONE,
	    &date) || !measure_all(&a, date))
		return;
	o = json_object();
	json_put(o, "code", "ok");
	json_put(o, "date", date_text(date, buf));
	request_answer(r, o);
}
