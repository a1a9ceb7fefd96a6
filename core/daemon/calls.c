/* SPDX-License-Identifier: BSD-2-Clause
 *
 * calls.c -- asking checks and gates, and putting their answers into the
 * engine's terms.
 *
 * What wasn't told is NaN, -1 or absent, never zero; an answer that did not
 * come is a fault with its sentence. Whether an answer still counts (another
 * revision, a date that has been closed) is the engine's affair; an answer
 * to another generation is dropped here, because its numbers mean something
 * else.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/inside.h"
#include "daemon/measured.h"
#include "daemon/signals.h"
#include "daemon/spending.h"

/* A measurement's id says in which life of the daemon it was made. */
enum { IDS_PER_EPOCH = 1000000000 };

static uint64_t
measurement_id(struct supervisor *s)
{
	return store_epoch(s->store) * IDS_PER_EPOCH + ++s->measurements;
}

/*------------------------------------------------------------------ checks */

/*----------------------------------------------------------------- waivers */

/* Items that nobody asks for leave the list, and stand in one of their own:
 * neither a repair nor a message speaks of them. */
static void
split_items(json_t *answer, const json_t *missing, const bool *waived)
{
	json_t *left = json_array(), *out = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(missing, i, item)
		(void)json_array_append(waived[i] ? out : left,
		    (json_t *)(uintptr_t)item);
	(void)json_object_set_new(answer, "missing", left);
	(void)json_object_set_new(answer, "waived", out);
}

/* What is waived leaves the measurement before the engine sees it. */
static void
waive_items(const struct asked *a, json_t *answer, struct measurement *m)
{
	const json_t *missing = json_object_get(answer, "missing"), *item;
	size_t n = json_array_size(missing), i;
	CLEANUP_FREE const char **v = calloc(n + 1, sizeof *v);
	CLEANUP_FREE bool *waived = calloc(n + 1, sizeof *waived);

	if (v == NULL || waived == NULL)
		abort();
	json_array_foreach(missing, i, item)
		v[i] = json_is_string(item) ? json_string_value(item) : "";
	engine_waive(a->s->g.engine, a->subject, a->date, v, n,
	    (int64_t)n == m->missing, waived, m);
	if (m->waived == 0)
		return;
	split_items(answer, missing, waived);
	json_put_int(answer, "missing_count", m->missing);
	json_put_num(answer, "expected", m->expected);
	m->items_hash = items_hash(json_object_get(answer, "missing"),
	    m->missing);
}

/* What is kept of a reply; owned. */
static json_t *
answer_of(const struct call_reply *r)
{
	json_t *o = r->status == CALL_ANSWERED && json_is_object(r->result) ?
	    json_deep_copy(r->result) : json_object();

	json_put(o, "fault", asked_fault(r));
	return o;
}

static void
measured(struct asked *a, const struct call_reply *reply)
{
	struct supervisor *s = a->s;
	struct event e = { .kind = EVENT_MEASURED, .pipeline = a->pipeline,
		.date = a->date, .subject = a->subject };
	json_t *answer;
	struct now now;

	s->checks_run++;
	if (a->generation != s->g.number ||
	    engine_date(s->g.engine, a->pipeline, a->date) == NULL) {
		asked_free(a);
		turn_arm(s);
		return;
	}
	supervisor_now(s, &now);
	answer = answer_of(reply);
	e.u.measured = measurement_read(answer,
	    reply->status != CALL_ANSWERED);
	e.u.measured.id = measurement_id(s);
	e.u.measured.began = a->began;
	waive_items(a, answer, &e.u.measured);
	json_put_int(answer, "measurement", (int64_t)e.u.measured.id);
	json_put_int(answer, "ended_at", now.wall);
	answer_put(s->answers.checks,
	    s->g.conf->graph.checks[a->subject].name, a->date, answer);
	asked_free(a);
	turn(s, &e);
}

/*------------------------------------------------------------------ budget */

static void ask_check(struct asked *, const struct instance *, json_t *input);

/* The oldest one whose turn it is. */
static struct asked *
next_waiting(const struct supervisor *s)
{
	struct asked *a, *found = NULL;

	for (a = s->asked; a; a = a->next)
		if (a->waiting && spending_ready(a))
			found = a;
	return found;
}

/* Something has come back, or the day is another: who waited is asked. */
static void
ask_waiting(struct supervisor *s)
{
	struct call_reply gone = { .status = CALL_CANCELLED,
		.exit_code = -1, .output = "" };
	struct asked *a;

	if (s->spending_again)
		return;
	s->spending_again = true;
	while ((a = next_waiting(s)) != NULL) {
		json_t *input = TAKE(a->waiting);

		if (a->generation == s->g.number) {
			ask_check(a, a->instance, input);
			continue;
		}
		json_decref(input);
		measured(a, &gone);
	}
	s->spending_again = false;
}

static void
on_measured(void *arg, const struct call_reply *reply)
{
	struct asked *a = arg;
	struct supervisor *s = a->s;
	bool costs = a->reserved > 0;

	spending_leave(a, reply);
	measured(a, reply);
	if (costs)
		ask_waiting(s);
}

/* Not asked, because of what it would cost: unknown, and why. */
static void
refuse(struct asked *a, enum spending why)
{
	CLEANUP_FREE char *sentence = spending_why(a, why);
	CLEANUP_JSON json_t *result = json_pack("{s:s, s:s}", "status",
	    "unknown", "remark", sentence);
	struct call_reply r = { .status = CALL_ANSWERED, .result = result,
		.exit_code = -1, .output = "" };

	on_measured(a, &r);
}

static void
ask_check(struct asked *a, const struct instance *in, json_t *input)
{
	struct call_request r = { .done = on_measured };
	enum spending may = spending_enter(a, in, input);

	if (may == SPENDING_GO) {
		asked_send(a, in, &r, input);
	} else if (may == SPENDING_WAIT) {
		a->waiting = input;
	} else {
		json_decref(input);
		refuse(a, may);
	}
}

void
call_check(struct supervisor *s, int32_t check, struct date date)
{
	const struct check_def *c = &s->g.conf->graph.checks[check];
	struct asked *a = asked_new(s, ASKED_CHECK, c->pipeline, date);
	json_t *input = asked_input(s, c->pipeline, date);

	a->subject = check;
	signals_put(s, check, date, input);
	ask_check(a, &s->g.conf->instances[c->instance], input);
}

/*------------------------------------------------------------------- gates */

/* One that joins on a later date owes nothing on this one. */
static json_t *
gate_input(struct supervisor *s, int32_t check, struct date date,
    const struct now *now, bool joined)
{
	const struct check_def *c = &s->g.conf->graph.checks[check];
	const struct check_row *row = engine_check(s->g.engine, check, date);
	bool measured = row && row->measured;
	int64_t due = engine_check_due(s->g.engine, check, date);
	json_t *o = json_object();

	json_put(o, "name", c->name);
	json_put(o, "item", c->item);
	json_put(o, "result", result_name(!joined ? RESULT_SKIP :
	    engine_result(s->g.engine, check, date, now)));
	json_put_num(o, "value", measured ? row->value : NAN);
	json_put_num(o, "expected", measured ? row->expected : NAN);
	json_put_int(o, "missing", row ? row->missing : -1);
	json_put_int(o, "age_ms", row && row->measurement != 0 &&
	    row->boot_id == now->boot_id ? now->boot - row->began_boot : -1);
	if (due != INSTANT_NONE)
		json_put_int(o, "due", due);
	return o;
}

static json_t *
gate_inputs(struct supervisor *s, const struct gate_def *g, struct date date)
{
	json_t *list = json_array();
	struct now now;
	int32_t i;

	supervisor_now(s, &now);
	for (i = 0; i < g->n_inputs + g->joiners.n; i++)
		(void)json_array_append_new(list, gate_input(s, g->inputs[i],
		    date, &now, i < gate_inputs_on(g, date)));
	return list;
}

static bool
verdict_of(const json_t *answer, enum verdict *ret)
{
	const char *word = json_text(answer, "verdict", NULL);
	int i;

	for (i = VERDICT_OPEN; word && i <= VERDICT_BLOCKED; i++)
		if (strcmp(word, verdict_name((enum verdict)i)) == 0) {
			*ret = (enum verdict)i;
			return true;
		}
	return false;
}

static enum severity
severity_of(const json_t *answer)
{
	const char *word = json_text(answer, "severity", "");
	int i;

	for (i = SEVERITY_CRITICAL; i > SEVERITY_NONE; i--)
		if (strcmp(word, severity_name((enum severity)i)) == 0)
			break;
	return (enum severity)i;
}

struct gate_answer
gate_answer_read(const json_t *answer, uint64_t revision, bool fault)
{
	struct gate_answer g = { .fault = fault,
		.verdict = VERDICT_UNKNOWN, .severity = severity_of(answer),
		.next_change = json_int(answer, "next_change", INSTANT_NONE),
		.revision = revision };

	g.told = !fault && strcmp(json_text(answer, "status", ""), "ok") ==
	    0 && verdict_of(answer, &g.verdict);
	return g;
}

static void
on_evaluated(void *arg, const struct call_reply *reply)
{
	struct asked *a = arg;
	struct supervisor *s = a->s;
	struct event e = { .kind = EVENT_VERDICT, .pipeline = a->pipeline,
		.date = a->date, .subject = a->subject };
	json_t *answer;

	if (a->generation != s->g.number ||
	    engine_date(s->g.engine, a->pipeline, a->date) == NULL) {
		asked_free(a);
		turn_arm(s);
		return;
	}
	answer = answer_of(reply);
	json_put_int(answer, "revision", (int64_t)a->revision);
	e.u.verdict = gate_answer_read(answer, a->revision,
	    reply->status != CALL_ANSWERED);
	answer_put(s->answers.gates,
	    s->g.conf->graph.gates[a->subject].name, a->date, answer);
	asked_free(a);
	turn(s, &e);
}

void
call_gate(struct supervisor *s, int32_t gate, struct date date,
    uint64_t revision)
{
	const struct gate_def *g = &s->g.conf->graph.gates[gate];
	struct asked *a = asked_new(s, ASKED_GATE, g->pipeline, date);
	struct call_request r = { .done = on_evaluated };
	json_t *input = asked_input(s, g->pipeline, date);

	a->subject = gate;
	a->revision = revision;
	(void)json_object_set_new(input, "inputs", gate_inputs(s, g, date));
	asked_send(a, &s->g.conf->instances[g->instance], &r, input);
}
