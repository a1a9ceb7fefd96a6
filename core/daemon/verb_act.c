/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_act.c -- what operators do: label, hold, release, override,
 * undo, reopen.
 *
 * Each is one command to the engine, journalled with who asked before it has
 * an effect. None bypasses a condition; the one that accepts closed
 * conditions, override, accepts those that its caller was shown.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"
#include "daemon/incident.h"
#include "daemon/words.h"

struct command
dated(enum command_kind kind, int32_t pipeline, struct date date,
    int32_t subject)
{
	return (struct command){ .kind = kind, .pipeline = pipeline,
		.dated = true, .date = date, .subject = subject,
		.until = INSTANT_NONE };
}

bool
ask_phase_date(struct ask *a, int32_t *ret_phase, struct date *ret_date)
{
	return ask_phase(a, "phase", json_text(a->params, "phase", ""),
	    ret_phase) &&
	    ask_date(a, "date", json_text(a->params, "date", ""),
	    a->v.graph->phases[*ret_phase].pipeline, ret_date);
}

void
verb_reopen(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct command c;
	struct scope scope;
	struct date date;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	if (!ask_scope(&a, "what", &scope, NULL))
		return;
	if (scope.scope != HOLD_PHASE && scope.scope != HOLD_RECOVERY) {
		ask_refuse(&a, "what", json_text(params, "what", ""),
		    "PHASE or 'recovery NAME'", NULL);
		return;
	}
	if (!ask_date(&a, "date", json_text(params, "date", ""),
	    scope.pipeline, &date))
		return;
	c = dated(COMMAND_REOPEN, scope.pipeline, date, scope.subject);
	c.scope = scope.scope;
	act_and_answer(&a, &c);
}

/* By a number, and nothing else. */
static void
act_on(void *arg, struct request *r, const json_t *params,
    enum command_kind kind, const char *param)
{
	struct verbs *verbs = arg;
	struct command c = { .kind = kind, .pipeline = NONE, .subject = NONE,
		.until = INSTANT_NONE,
		.id = (uint64_t)json_int(params, param, 0) };
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	act_and_answer(&a, &c);
}

void
verb_cancel(void *arg, struct request *r, const json_t *params)
{
	act_on(arg, r, params, COMMAND_CANCEL, "attempt");
}

void
verb_ack(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	struct command c = { .kind = COMMAND_ACK, .pipeline = NONE,
		.subject = NONE,
		.id = (uint64_t)json_int(params, "incident", 0),
		.reason = json_text(params, "reason", NULL) };
	const struct incident_row *row;
	struct record where;
	struct reply reply;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	if (incident_find(&a.v, c.id, &where))
		c.pipeline = where.pipeline;
	if (!ask_until(&a, "until", c.pipeline, &c.until) ||
	    !act(&a, &c, &reply))
		return;
	row = incident_find(&a.v, c.id, &where);
	if (row && row->open)
		reply.until = row->acked_until;
	request_answer(r, reply_json(&a, &c, &reply));
}

void
verb_resolve(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	bool is_false = json_flag(params, "false", false);
	bool is_true = json_flag(params, "true", false);
	struct command c = { .kind = COMMAND_LABEL, .pipeline = NONE,
		.subject = NONE, .until = INSTANT_NONE,
		.id = (uint64_t)json_int(params, "incident", 0),
		.label = is_false ? LABEL_FALSE : is_true ? LABEL_TRUE :
		    LABEL_NONE,
		.reason = json_text(params, "reason", "") };
	const struct incident_row *row;
	struct record where;
	struct reply reply;
	struct ask a;
	json_t *o;

	ask_open(&a, verbs->s, r, params);
	if (is_false && is_true) {
		ask_refuse(&a, "true", "together with --false",
		    "--false or --true, not both", NULL);
		return;
	}
	if (incident_find(&a.v, c.id, &where))
		c.pipeline = where.pipeline;
	if (!act(&a, &c, &reply))
		return;
	o = reply_json(&a, &c, &reply);
	row = incident_find(&a.v, c.id, &where);
	(void)json_object_set_new(o, "open", json_boolean(row && row->open));
	json_put(o, "label", row ? label_name(row->label) : NULL);
	request_answer(r, o);
}

void
verb_hold(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *word = json_text(params, "date", NULL);
	struct command c = { .kind = COMMAND_HOLD,
		.reason = json_text(params, "reason", NULL) };
	struct scope scope;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	if (!ask_scope(&a, "what", &scope, NULL) ||
	    (word && !ask_date(&a, "date", word, scope.pipeline, &c.date)) ||
	    !ask_until(&a, "until", scope.pipeline, &c.until))
		return;
	c.dated = word != NULL;
	c.scope = scope.scope;
	c.subject = scope.subject;
	c.pipeline = scope.pipeline;
	act_and_answer(&a, &c);
}

void
verb_release(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *word = json_text(params, "date", NULL);
	struct command c = { .kind = COMMAND_RELEASE,
		.until = INSTANT_NONE };
	struct scope scope;
	struct ask a;

	ask_open(&a, verbs->s, r, params);
	if (!ask_scope(&a, "what", &scope, &c.id) ||
	    (word && !ask_date(&a, "date", word, scope.pipeline, &c.date)))
		return;
	c.dated = word != NULL;
	c.scope = scope.scope;
	c.subject = scope.subject;
	c.pipeline = scope.pipeline;
	act_and_answer(&a, &c);
}

void
verb_undo(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	uint64_t id = (uint64_t)json_int(params, "id", 0);
	int undone = supervisor_unsilence(verbs->s, id, request_actor(r));

	if (undone == 0) {
		json_t *o = json_object();

		json_put(o, "code", "ok");
		json_put_int(o, "id", (int64_t)id);
		request_answer(r, o);
		return;
	}
	act_on(arg, r, params, COMMAND_UNDO, "id");
}

/*---------------------------------------------------------------- override */

/* What stands for exactly these conditions. FNV-1a. */
static void
token_of(const struct phase_reading *r, char ret[24])
{
	uint64_t h = 14695981039346656037u;
	int32_t i;

	for (i = 0; i < r->n; i++) {
		h = (h ^ (uint64_t)r->closed[i].why) * 1099511628211u;
		h = (h ^ (uint32_t)r->closed[i].subject) * 1099511628211u;
		h = (h ^ (uint32_t)r->closed[i].detail) * 1099511628211u;
		h = (h ^ r->closed[i].bad) * 1099511628211u;
	}
	(void)snprintf(ret, 24, "%016llx", (unsigned long long)h);
}

static json_t *
shown(const struct ask *a, const struct phase_reading *r, int32_t phase,
    struct date date, const char *token)
{
	json_t *o = json_object();
	char buf[DATE_TEXT];

	json_put(o, "code", r->n > 0 ? "shown" : "nothing_closed");
	json_put(o, "phase", a->v.graph->phases[phase].name);
	json_put(o, "date", date_text(date, buf));
	json_put(o, "verdict", verdict_name(r->edge));
	json_put(o, "seen", token);
	(void)json_object_set_new(o, "conditions", view_conditions(&a->v,
	    r->closed, r->n, a->v.graph->phases[phase].pipeline, date));
	return o;
}

static void
override(struct ask *a, int32_t phase, struct date date,
    const struct phase_reading *reading)
{
	int32_t pipeline = a->v.graph->phases[phase].pipeline;
	struct command c = dated(COMMAND_OVERRIDE, pipeline, date, phase);
	struct reply reply;
	json_t *o;

	if (!ask_until(a, "until", pipeline, &c.until))
		return;
	c.reason = json_text(a->params, "reason", NULL);
	c.n_conditions = reading->n;
	memcpy(c.conditions, reading->closed, sizeof c.conditions);
	if (!act(a, &c, &reply))
		return;
	o = reply_json(a, &c, &reply);
	/* what was accepted, and what can't be, whatever is closed now */
	(void)json_object_set_new(o, "accepted", view_conditions(&a->v,
	    c.conditions, c.n_conditions, pipeline, date));
	request_answer(a->request, o);
}

void
verb_override(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	const char *seen = json_text(params, "seen", NULL);
	struct phase_reading reading;
	struct date date;
	struct ask a;
	char token[24];
	int32_t phase;

	ask_open(&a, verbs->s, r, params);
	if (!ask_phase_date(&a, &phase, &date))
		return;
	if (!engine_read_phase(a.v.engine, phase, date, &a.v.now,
	    &reading)) {
		request_refuse(r, RPC_NO_SUCH, "this date is not watched",
		    NULL);
		return;
	}
	token_of(&reading, token);
	if (json_flag(params, "dry_run", false))
		request_answer(r, shown(&a, &reading, phase, date, token));
	else if (seen && strcmp(seen, token) != 0)
		request_refuse(r, RPC_CONFLICT, "other conditions are closed "
		    "now than those that were shown: look again", shown(&a,
		    &reading, phase, date, token));
	else
		override(&a, phase, date, &reading);
}
