/* SPDX-License-Identifier: BSD-2-Clause
 *
 * worker.c -- what a process is at, from spawn to its last answer.
 *
 *      greeting -> opening -> calling -> idle -> (opening) -> calling ...
 *
 * It knows the messages of base/wire.h and believes none of them: a message
 * that wasn't asked for, has another number or another form is a fault, and
 * the process is killed for it. How a process comes to its end, and what is
 * told about it, is ending.c's.
 *
 * Invariant: `call` is set in greeting, opening and calling; it may be set
 * while the process ends (its answer or fault is still to be given).
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/wire.h"
#include "worker/state.h"

enum { SLACK_MAX = 500, SLACK_MIN = 50 };

static void
enter(struct worker *w, enum worker_state state, enum stage stage)
{
	w->state = state;
	w->stage = stage;
	w->stage_at = clock_real_ms();
}

/* The plugin's own deadline comes first, so that it can give up by itself
 * and say why. */
static int64_t
slack_ms(int64_t timeout_ms)
{
	int64_t ms = timeout_ms / 10;

	return ms < SLACK_MIN ? SLACK_MIN : ms > SLACK_MAX ? SLACK_MAX : ms;
}

static void
rest(struct worker *w)
{
	struct pool *p = w->pool;

	enter(w, WORKER_IDLE, STAGE_IDLE);
	w->current = NULL;
	if (w->retire || w->n_calls >= (uint64_t)p->o.max_calls)
		worker_quit(w);
	else
		worker_arm(w, p->o.max_idle_ms);
	pool_kick(p);
}

/* The answer is known. A fresh process ends first: nothing of an attempt
 * runs any more when its end is told. */
static void
answer(struct worker *w, enum call_status status, json_t *result, char *why)
{
	w->answered = true;
	w->answered_at = clock_real_ms();
	w->status = status;
	w->result = json_incref(result);
	w->why = why;
	if (w->fresh) {
		worker_quit(w);
		return;
	}
	rest(w);
	worker_reply(w);
}

/*----------------------------------------------------------------- sending */

static void
unserve(struct worker *w)
{
	struct call *c = w->call;

	w->call = NULL;
	c->worker = NULL;
	c->instance->is_busy = false;
	TAILQ_INSERT_HEAD(&c->instance->calls, c, link);
	c->instance->is_ready = true;
	TAILQ_INSERT_HEAD(&c->instance->library->ready, c->instance, ready);
	pool_kick(w->pool);
}

/* Sends what the call needs. A worker that ended unseen while it was idle
 * has not begun it: somebody else gets it. */
static void
send_or_end(struct worker *w, const char *name, json_t *body)
{
	int r = worker_send(w, name, body);
	struct text t = { 0 };

	if (r == 0)
		return;
	if (r == -EMSGSIZE) {
		text_addf(&t, "its %s take more than the %d bytes that a "
		    "packet may have", strcmp(name, "open") == 0 ?
		    "options" : "parameters", WIRE_MAX);
		if (w->state == WORKER_OPENING)
			w->current->instance = NULL;
		answer(w, CALL_REFUSED, NULL, text_take(&t));
		return;
	}
	if (r != -EPIPE && r != -ECONNRESET) {
		text_addf(&t, "doesn't read its link (%s)", strerror(-r));
		worker_kill(w, text_take(&t));
	} else if (w->n_calls > 0 && !w->fresh) {
		unserve(w);
		worker_kill(w, NULL);
	} else {
		worker_lost(w);
	}
}

static void
send_call(struct worker *w)
{
	struct call *c = w->call;
	json_t *body = json_object();

	c->begun = true;
	enter(w, WORKER_CALLING, STAGE_CALL);
	w->current->used_at = w->stage_at;
	json_put_int(body, "instance", w->current->number);
	json_put_int(body, "id", (int64_t)c->id);
	json_put_int(body, "budget_ms", w->deadline - w->stage_at);
	if (c->probe && json_object_set_new(body, "probe", json_true()) < 0)
		abort();
	if (json_object_set(body, "input", c->input) < 0)
		abort();
	send_or_end(w, "call", body);
}

static void
close_slot(struct worker *w, struct opened *slot)
{
	json_t *body = json_object();

	json_put_int(body, "instance", slot->number);
	slot->instance = NULL;
	(void)worker_send(w, "close", body);
}

/* A place for an instance: where its older self is open, a free one, or the
 * one that was used longest ago. */
static struct opened *
make_place(struct worker *w, const struct instance *in)
{
	struct opened *slot, *best = NULL;

	for (slot = w->opened; slot < w->opened + OPEN_MAX; slot++) {
		if (slot->instance == in) {
			best = slot;
			break;
		}
		if (best == NULL || (best->instance &&
		    (slot->instance == NULL ||
		    slot->used_at < best->used_at)))
			best = slot;
	}
	if (best->instance)
		close_slot(w, best);
	return best;
}

static struct opened *
find_open(struct worker *w, const struct call *c)
{
	struct opened *slot;

	for (slot = w->opened; slot < w->opened + OPEN_MAX; slot++)
		if (slot->instance == c->instance &&
		    slot->identity == c->identity)
			return slot;
	return NULL;
}

bool
worker_has_open(const struct worker *w, const struct call *c)
{
	return find_open((struct worker *)(uintptr_t)w, c) != NULL;
}

static void
send_open(struct worker *w)
{
	const struct call *c = w->call;
	json_t *body = json_object();

	w->current = make_place(w, c->instance);
	enter(w, WORKER_OPENING, STAGE_OPEN);
	*w->current = (struct opened){ c->instance, c->identity,
		++w->next_number, w->stage_at };
	json_put_int(body, "instance", w->current->number);
	json_put(body, "name", c->instance->name);
	json_put_int(body, "budget_ms", w->deadline - w->stage_at);
	if (json_object_set(body, "options", c->options) < 0)
		abort();
	send_or_end(w, "open", body);
}

static void
begin(struct worker *w)
{
	int64_t ms = w->call->timeout_ms;

	w->deadline = clock_real_ms() + ms;
	worker_arm(w, ms + slack_ms(ms));
	w->current = find_open(w, w->call);
	if (w->current)
		send_call(w);
	else
		send_open(w);
}

void
worker_serve(struct worker *w, struct call *c)
{
	assert(w->state == WORKER_IDLE && w->call == NULL);
	worker_drain(w);
	output_clear(&w->output);
	w->call = c;
	c->worker = w;
	w->call_at = clock_real_ms();
	w->answered = false;
	if (c->started)
		c->started(c->arg, w->process.pid);
	if (w->state == WORKER_IDLE)    /* not cancelled by that */
		begin(w);
}

/*---------------------------------------------------------------- starting */

static void
settle_failure(struct pool *p, struct call *c, const char *what, int error)
{
	struct text t = { 0 };

	text_addf(&t, "can't be started: %s (%s)", what, strerror(error));
	instance_note(c->instance, text_str(&t));
	if (!c->fresh)
		library_failed(p, c->instance->library, text_str(&t));
	call_settle(p, c, CALL_FAULT, text_take(&t));
}

static struct worker *
worker_new(struct pool *p, struct call *c)
{
	struct worker *w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	w->pool = p;
	w->library = c->instance->library;
	w->fresh = c->fresh;
	w->counted = true;
	if (w->fresh) {
		p->n_fresh++;
	} else {
		p->n_pooled++;
		w->library->n_workers++;
	}
	return w;
}

bool
worker_start(struct pool *p, struct call *c)
{
	struct spawn_options o = { .host_path = p->host_path,
		.kind = c->instance->kind, .user = p->user,
		.path = c->instance->library->path,
		.attempt_file = c->attempt_file };
	struct spawned process;
	struct worker *w;
	const char *what;
	int r = spawn_host(&o, &process, &what);

	if (r < 0) {
		settle_failure(p, c, what, -r);
		return false;
	}
	w = worker_new(p, c);
	w->process = process;
	LIST_INSERT_HEAD(&p->workers, w, link);
	w->call = c;
	c->worker = w;
	enter(w, WORKER_GREETING, STAGE_LOAD);
	w->call_at = w->stage_at;
	if (worker_watch(w) < 0)
		abort();        /* the loop is out of memory */
	worker_arm(w, WIRE_GREET_MS);
	if (c->started)
		c->started(c->arg, process.pid);
	return true;
}

/*--------------------------------------------------------------- receiving */

static bool
greeted(struct worker *w, const char *name, const json_t *body)
{
	struct text t = { 0 };

	if (strcmp(name, "unfit") == 0) {
		text_addf(&t, "can't be loaded: %s", json_text(body, "why",
		    "no reason given"));
		w->fault = text_take(&t);
		w->state = WORKER_QUITTING;
		worker_arm(w, w->pool->o.grace_ms);
		return true;
	}
	if (strcmp(name, "hello") != 0 ||
	    json_int(body, "protocol", 0) != WIRE_PROTOCOL)
		return false;
	library_greeted(w->library);
	begin(w);
	return true;
}

static bool
opened(struct worker *w, const char *name, const json_t *body)
{
	char *why;

	if (json_int(body, "instance", 0) != w->current->number)
		return false;
	if (strcmp(name, "opened") == 0) {
		send_call(w);
		return true;
	}
	if (strcmp(name, "refused") != 0)
		return false;
	why = strdup(json_text(body, "why", "no reason given"));
	if (why == NULL)
		abort();
	w->current->instance = NULL;
	answer(w, CALL_REFUSED, NULL, why);
	return true;
}

static bool
is_status(const char *s)
{
	return strcmp(s, "ok") == 0 || strcmp(s, "unknown") == 0 ||
	    strcmp(s, "failed") == 0;
}

static bool
done(struct worker *w, const char *name, const json_t *body)
{
	json_t *result = json_object_get(body, "result");

	if (strcmp(name, "done") != 0 ||
	    json_int(body, "id", 0) != (int64_t)w->call->id ||
	    !is_status(json_text(result, "status", "")))
		return false;
	w->n_calls++;
	if (json_flag(body, "left", false))
		w->retire = true;       /* the sweep ends what it left */
	answer(w, CALL_ANSWERED, result, NULL);
	return true;
}

/* Returns false for a message that doesn't belong here. */
static bool
take_message(struct worker *w, const json_t *m)
{
	json_t *body;
	const char *name = wire_open(m, &body);

	if (name == NULL)
		return false;
	switch (w->state) {
	case WORKER_GREETING:
		return greeted(w, name, body);
	case WORKER_OPENING:
		return opened(w, name, body);
	case WORKER_CALLING:
		return done(w, name, body);
	default:
		return false;
	}
}

void
worker_packet(struct worker *w, const char *bytes, size_t len, int error)
{
	CLEANUP_JSON json_t *m = NULL;

	if (error == 0)
		m = json_loadb(bytes, len, 0, NULL);
	if (w->state > WORKER_CALLING) {
		w->late |= w->timed_out && m;
		return;
	}
	if (!take_message(w, m))
		worker_kill(w, packet_sentence(bytes, len, error));
}

void
worker_lost(struct worker *w)
{
	w->lost = true;
	if (w->state == WORKER_IDLE)
		worker_terminate(w);
	else if (w->state < WORKER_QUITTING && !w->reaped)
		worker_arm(w, LOST_MS); /* its end will name the cause */
}

/* The daemon may have been away (stopped, or busy): what was answered
 * meanwhile is not late. */
static void
give_up(struct worker *w)
{
	int64_t stage_at = w->stage_at;
	enum worker_state state = w->state;

	worker_drain_link(w);
	if (w->state != state || w->stage_at != stage_at)
		return;
	w->timed_out = !w->lost;
	worker_terminate(w);
}

void
worker_timeout(struct worker *w)
{
	switch (w->state) {
	case WORKER_IDLE:
		worker_quit(w);
		break;
	case WORKER_GREETING:
	case WORKER_OPENING:
	case WORKER_CALLING:
		give_up(w);
		break;
	case WORKER_QUITTING:
	case WORKER_TERMINATING:
		worker_kill(w, NULL);
		break;
	case WORKER_KILLED:
		worker_stuck(w);
		break;
	case WORKER_SWEEPING:
		worker_swept(w);
		break;
	case WORKER_STUCK:
		break;
	}
}
