/* SPDX-License-Identifier: BSD-2-Clause
 *
 * asked.c -- one call to a plugin, from its start to its answer.
 *
 * Fills in what every call needs (date, clock, anchor, pipeline, the
 * instance's options with their secrets) and keeps a list of what is under
 * way, because a virtual clock stands still meanwhile. Messages don't count
 * for that: a far end that is down must not hold time.
 *
 * An `asked` lives from asked_new() to asked_free(), which whoever handles
 * the answer calls. Options with secrets live exactly as long.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "calendar/day.h"
#include "daemon/dry.h"
#include "daemon/secrets.h"

enum { TIMEOUT_MS = 60000 };

struct asked *
asked_new(struct supervisor *s, enum asked_kind kind, int32_t pipeline,
    struct date date)
{
	struct asked *a = calloc(1, sizeof *a);

	if (a == NULL)
		abort();
	*a = (struct asked){ .next = s->asked, .s = s, .kind = kind,
		.generation = s->g.number, .pipeline = pipeline,
		.subject = NONE, .date = date };
	if (s->asked)
		s->asked->prev = a;
	s->asked = a;
	supervisor_now(s, &a->began);
	if (kind != ASKED_NOTICE) {
		s->n_asked++;
		s->asked_at = a->began.wall;
	}
	return a;
}

void
asked_free(struct asked *a)
{
	struct supervisor *s = a->s;

	if (a->prev)
		a->prev->next = a->next;
	else
		s->asked = a->next;
	if (a->next)
		a->next->prev = a->prev;
	assert(a->kind == ASKED_NOTICE || s->n_asked > 0);
	s->n_asked -= a->kind != ASKED_NOTICE;
	secrets_forget(a->options);
	json_decref(a->database);
	json_decref(a->waiting);
	free(a);
}

struct asked *
asked_find(struct supervisor *s, uint64_t attempt)
{
	struct asked *a;

	for (a = s->asked; a; a = a->next)
		if (a->attempt == attempt && (a->kind == ASKED_ATTEMPT ||
		    a->kind == ASKED_PROBE))
			return a;
	return NULL;
}

json_t *
asked_input(struct supervisor *s, int32_t pipeline, struct date date)
{
	json_t *o = json_object();
	char day[DATE_TEXT], at[INSTANT_TEXT];
	struct now now;
	int64_t anchor;

	supervisor_now(s, &now);
	json_put(o, "date", date_text(date, day));
	/* whole seconds: as text, a fraction sorts before none */
	json_put(o, "now", instant_utc(now.wall - now.wall % 1000, at));
	json_put_int(o, "now_ms", now.wall);
	(void)json_object_set_new(o, "params", json_object());
	if (pipeline == NONE)
		return o;
	json_put(o, "pipeline", s->g.conf->graph.pipelines[pipeline].name);
	anchor = engine_anchor(s->g.engine, pipeline, date);
	if (anchor != INSTANT_NONE)
		json_put_int(o, "anchor", anchor);
	return o;
}

/*----------------------------------------------------------------- calling */

static const char *
kind_word(enum instance_kind kind)
{
	static const char *const words[] = {
		[INSTANCE_CHECK] = "check", [INSTANCE_GATE] = "gate",
		[INSTANCE_ACTION] = "action",
		[INSTANCE_NOTIFIER] = "notifier"
	};

	return words[kind];
}

void
asked_send(struct asked *a, const struct instance *in,
    struct call_request *r, json_t *input)
{
	CLEANUP_JSON json_t *owned = input;
	struct secrets k = { .n = 0 };

	r->input = owned;
	r->arg = a;
	if (r->timeout_ms == 0)
		r->timeout_ms = in->timeout_ms > 0 ? in->timeout_ms :
		    TIMEOUT_MS;
	a->options = secrets_reveal(in->options, &k);
	/* the last word on it, whatever it was for */
	if (dry(a->s) && (in->kind == INSTANCE_ACTION || in->kind ==
	    INSTANCE_NOTIFIER)) {
		struct call_reply reply = { .status = CALL_REFUSED,
			.fault = "dry run: it isn't asked", .exit_code = -1 };

		r->done(a, &reply);
		free(k.why);
		return;
	}
	if (a->options == NULL) {
		struct call_reply reply = { .status = CALL_REFUSED,
			.fault = k.why, .exit_code = -1 };

		r->done(a, &reply);
		free(k.why);
		return;
	}
	r->instance = (struct pool_instance){ .kind = kind_word(in->kind),
		.name = in->name, .path = in->path, .options = a->options,
		.identity = in->identity, .secrets = k.v, .n_secrets = k.n };
	a->call = pool_call(a->s->pool, r);
}

const char *
asked_fault(const struct call_reply *r)
{
	if (r->status == CALL_ANSWERED)
		return NULL;
	if (r->fault)
		return r->fault;
	return r->status == CALL_CANCELLED ? "cancelled" :
	    "the plugin gave no answer";
}

/*---------------------------------------------------------------- messages */

/* What a notifier wrote is meant for somebody: `console` writes the message
 * itself. A line of the log each, at a level that --quiet keeps. */
static void
log_output(const char *s, size_t len)
{
	while (len > 0) {
		const char *end = memchr(s, '\n', len);
		size_t n = end ? (size_t)(end - s) : len;

		log_warning("message: %.*s", (int)n, s);
		n += end != NULL;
		s += n;
		len -= n;
	}
}

static void
on_delivered(void *arg, const struct call_reply *reply)
{
	struct asked *a = arg;
	struct supervisor *s = a->s;
	void (*done)(void *, const struct call_reply *) = a->done;
	void *done_arg = a->done_arg;

	log_output(reply->output, reply->output_len);
	asked_free(a);
	done(done_arg, reply);
	turn_arm(s);            /* for the next try, or the next message */
}

void
asked_deliver(void *arg, int32_t notifier, const json_t *body,
    void (*done)(void *done_arg, const struct call_reply *), void *done_arg)
{
	struct supervisor *s = arg;
	struct call_request r = { .fresh = true, .done = on_delivered };
	struct asked *a;
	json_t *input;

	if (dry(s)) {
		dry_deliver(s, notifier, body, done, done_arg);
		return;
	}
	a = asked_new(s, ASKED_NOTICE, NONE, (struct date){ 0 });
	input = asked_input(s, NONE, (struct date){ 0 });
	a->done = done;
	a->done_arg = done_arg;
	json_put(input, "date", json_text(body, "date", ""));
	json_put(input, "pipeline", json_text(body, "pipeline", ""));
	(void)json_object_set(input, "params", (json_t *)body);
	asked_send(a, &s->g.conf->instances[notifier], &r, input);
}
