/* SPDX-License-Identifier: BSD-2-Clause
 *
 * attempts.c -- starting actions, and hearing how they ended.
 *
 * Only what the engine decided and the journal holds gets here. Each attempt
 * is a process of its own, below which everything keeps the attempt's file
 * locked; its operation id is the same whenever it is asked about. Output,
 * exit and remark are kept beside the attempt; how it ended is told to the
 * engine by class. One that can't tell whether it did anything is asked once
 * more, as after a crash, before it is in doubt.
 *
 * A call belongs to its attempt, not to a generation: a reload changes
 * nothing for what runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/inside.h"

static bool
attempt_where(const struct supervisor *s, uint64_t id,
    struct record *ret_where)
{
	const struct attempt_row *row;
	int32_t i;

	for (i = 0; (row = engine_attempt_at(s->g.engine, i, ret_where)); i++)
		if (row->id == id)
			return true;
	return false;
}

char *
attempt_path(const struct supervisor *s, uint64_t id)
{
	struct text t = { 0 };

	text_addf(&t, "%s/attempts/%llu", s->state_dir,
	    (unsigned long long)id);
	return text_take(&t);
}

/*----------------------------------------------------------------- params */

static bool
uses(const struct graph *g, const struct phase_def *p, int32_t check)
{
	const int32_t *list = p->done_checks;
	int32_t n = p->n_done_checks + p->done_joiners.n, i;

	if (p->done_kind == DONE_EXIT)
		return false;
	if (p->done_kind == DONE_GATE) {
		list = g->gates[p->done_gate].inputs;
		n = g->gates[p->done_gate].n_inputs +
		    g->gates[p->done_gate].joiners.n;
	}
	for (i = 0; i < n; i++)
		if (list[i] == check)
			return true;
	return false;
}

/* The phase that a recovery works for: whose `done` needs what it repairs. */
static const char *
phase_word(const struct graph *g, const struct attempt_row *a)
{
	const struct recovery_def *d;
	int32_t i, k;

	if (a->phase != NONE)
		return g->phases[a->phase].name;
	if (a->recovery == NONE)
		return "";
	d = &g->recoveries[a->recovery];
	for (k = 0; k < d->n_repairs; k++)
		for (i = 0; i < g->n_phases; i++)
			if (uses(g, &g->phases[i], d->repairs[k]))
				return g->phases[i].name;
	return "";
}

static void
put_operation(json_t *o, const struct graph *g, const struct attempt_row *a,
    struct date date)
{
	CLEANUP_TEXT struct text t = { 0 };
	char day[DATE_TEXT];

	text_addf(&t, "%s-%s-%llu", a->recovery != NONE ?
	    g->recoveries[a->recovery].name : a->phase != NONE ?
	    g->phases[a->phase].name : "run", date_text(date, day),
	    (unsigned long long)a->id);
	json_put(o, "operation", text_str(&t));
}

static json_t *
attempt_params(struct supervisor *s, const struct attempt_row *a,
    struct date date)
{
	const struct graph *g = &s->g.conf->graph;
	const json_t *facts = attempt_known(&s->answers, a->id);
	json_t *o = json_object(), *list;
	CLEANUP_TEXT struct text number = { 0 };
	static const char *const lists[] = { "missing", "failing" };
	size_t i;

	text_addf(&number, "%d", a->number);
	json_put(o, "phase", phase_word(g, a));
	put_operation(o, g, a, date);
	json_put(o, "attempt", text_str(&number));
	if (a->recovery != NONE)
		json_put(o, "recovery", g->recoveries[a->recovery].name);
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		list = json_object_get(facts, lists[i]);
		(void)json_object_set_new(o, lists[i], list ?
		    json_incref(list) : json_array());
	}
	return o;
}

/*--------------------------------------------------------------------- end */

static enum failure
failure_of(const json_t *result)
{
	const char *word = json_text(result, "failure", "");
	int i;

	for (i = FAILURE_TRANSIENT; i <= FAILURE_CONFIG; i++)
		if (strcmp(word, failure_name((enum failure)i)) == 0)
			return (enum failure)i;
	return FAILURE_TRANSIENT;
}

static void
note_end(json_t *facts, const struct call_reply *r)
{
	json_put(facts, "remark", json_text(r->result, "remark", NULL));
	json_put(facts, "fault", asked_fault(r));
	if (r->exit_code >= 0)
		json_put_int(facts, "exit_code", r->exit_code);
	if (r->signal != 0)
		json_put_int(facts, "signal", r->signal);
	json_put_int(facts, "elapsed_ms", r->elapsed_ms);
}

/* Not durable by itself: the row of the end, which follows, is. */
static void
keep_output(struct supervisor *s, uint64_t id, const struct call_reply *r)
{
	if (!able(s) || r->output == NULL)
		return;
	if (store_begin(s->store) < 0 || store_output(s->store, id, r->output,
	    r->output_len, r->output_total) < 0 ||
	    store_commit(s->store, false) < 0)
		commit_failed(s);
}

static void
drop_file(struct supervisor *s, uint64_t id)
{
	CLEANUP_FREE char *path = attempt_path(s, id);

	if (!attempt_file_busy(path))
		(void)unlink(path);
}

/* Nobody can say what it did: its plugin can't, or died over it. */
static bool
in_doubt(const struct call_reply *r, const char *status)
{
	return strcmp(status, "unknown") == 0 ||
	    (r->status == CALL_FAULT && r->begun);
}

static void
on_ended(void *arg, const struct call_reply *r)
{
	struct asked *a = arg;
	struct supervisor *s = a->s;
	struct event e = { .kind = EVENT_ENDED, .attempt = a->attempt };
	const char *status = r->status == CALL_ANSWERED ?
	    json_text(r->result, "status", "") : "";

	asked_free(a);
	e.u.ended.ok = strcmp(status, "ok") == 0;
	if (!e.u.ended.ok)
		e.u.ended.failure = r->status == CALL_ANSWERED ?
		    failure_of(r->result) : FAILURE_FAULT;
	e.u.ended.retry_after_ms = json_int(r->result, "retry_after_ms", 0);
	note_end(attempt_facts(&s->answers, e.attempt), r);
	keep_output(s, e.attempt, r);
	drop_file(s, e.attempt);
	if (in_doubt(r, status) &&
	    engine_attempt(s->g.engine, e.attempt)) {
		found_ask(s, e.attempt);
		return;
	}
	turn(s, &e);            /* of one that is gone, too: see orphans.c */
}

/*------------------------------------------------------------------- start */

static void
on_started(void *arg, pid_t pid)
{
	struct asked *a = arg;
	struct event e = { .kind = EVENT_STARTED, .attempt = a->attempt };

	(void)pid;
	if (engine_attempt(a->s->g.engine, a->attempt))
		turn(a->s, &e);
}

void
attempt_ask(struct supervisor *s, uint64_t id, enum asked_kind kind,
    struct call_request *r)
{
	const struct attempt_row *row = engine_attempt(s->g.engine, id);
	const struct conf *conf = s->g.conf;
	struct record where;
	struct asked *a;
	json_t *input;

	if (row == NULL || !attempt_where(s, id, &where))
		return;
	a = asked_new(s, kind, where.pipeline, where.date);
	a->attempt = id;
	input = asked_input(s, where.pipeline, where.date);
	(void)json_object_set_new(input, "params", attempt_params(s, row,
	    where.date));
	asked_send(a, &conf->instances[conf->graph.actions[
	    row->action].instance], r, input);
}

void
attempt_start(struct supervisor *s, uint64_t id)
{
	CLEANUP_FREE char *path = attempt_path(s, id);
	struct call_request r = { .fresh = true, .attempt_file = path,
		.started = on_started, .done = on_ended };

	attempt_ask(s, id, ASKED_ATTEMPT, &r);
}

void
attempt_cancel(struct supervisor *s, uint64_t id)
{
	struct asked *a = asked_find(s, id);

	if (a && a->kind == ASKED_ATTEMPT && a->call)
		pool_cancel(s->pool, a->call);
	else
		log_warning("attempt %llu: cancelled, but its processes are "
		    "not ours to end", (unsigned long long)id);
}
