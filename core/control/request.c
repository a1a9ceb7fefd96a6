/* SPDX-License-Identifier: BSD-2-Clause
 *
 * request.c -- JSON-RPC 2.0: one call, from its line to its answer.
 *
 * Refuses early and by name: what isn't JSON, what isn't a call, what isn't
 * a verb (with the nearest), what the level doesn't allow, what the
 * arguments get wrong. Only then is the handler called; it answers now or
 * later, in any order, and exactly once.
 *
 * Calls without an id are refused, not obeyed in silence: everything here
 * is worth an answer. Batches are refused too; calls may be sent one after
 * the other without waiting.
 */
#include "control/request.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"

enum { ID_MAX = 256 };

struct request {
	struct request *next;
	struct client *client;
	json_t *id;
	json_t *params;
	void (*gone)(void *arg);
	void *gone_arg;
	void (*feed)(void *arg, struct request *);
	void *feed_arg;
	void (*answered)(void *arg, struct request *, json_t *result);
	void *answered_arg;
};

json_t *
request_note(const char *method, json_t *params)
{
	json_t *note = json_object();

	json_put(note, "jsonrpc", "2.0");
	json_put(note, "method", method);
	(void)json_object_set_new(note, "params", params);
	return note;
}

static json_t *
envelope(const json_t *id)
{
	json_t *o = json_object();

	json_put(o, "jsonrpc", "2.0");
	if (id)
		(void)json_object_set(o, "id", (json_t *)id);
	else
		(void)json_object_set_new(o, "id", json_null());
	return o;
}

/* Takes `data`. */
static void
send_error(struct client *c, const json_t *id, int code, const char *message,
    json_t *data)
{
	CLEANUP_JSON json_t *o = envelope(id);
	json_t *error = json_object();

	json_put_int(error, "code", code);
	json_put(error, "message", message);
	if (data)
		(void)json_object_set_new(error, "data", data);
	(void)json_object_set_new(o, "error", error);
	client_send(c, json_line(o));
}

void
request_error(struct client *c, int code, const char *message)
{
	send_error(c, NULL, code, message, NULL);
}

/* Takes it out of its client and frees it. */
static void
forget(struct request *r)
{
	struct client *c = r->client;
	struct request **at = &c->requests;

	while (*at != r) {
		assert(*at);
		at = &(*at)->next;
	}
	*at = r->next;
	c->calls--;
	client_watch(c);
	json_decref(r->id);
	json_decref(r->params);
	free(r);
}

void
requests_drop(struct client *c)
{
	while (c->requests) {
		struct request *r = c->requests;
		void (*gone)(void *) = r->gone;
		void *arg = r->gone_arg;

		forget(r);
		if (gone)
			gone(arg);
	}
}

void
requests_feed(struct client *c)
{
	struct request *r;

	for (r = c->requests; r; r = r->next)
		if (r->feed) {
			r->feed(r->feed_arg, r);
			return;
		}
}

void
request_answer(struct request *r, json_t *result)
{
	CLEANUP_JSON json_t *o = envelope(r->id);
	CLEANUP_FREE char *line = NULL;

	if (r->answered)
		r->answered(r->answered_arg, r, result);
	(void)json_object_set_new(o, "result", result);
	line = json_line(o);
	if (strlen(line) >= CONTROL_QUEUE_MAX) {
		request_refuse(r, RPC_REFUSED,
		    "the answer is over 1 MiB; ask for less, as by --date or "
		    "--limit", NULL);
		return;
	}
	client_send(r->client, TAKE(line));
	forget(r);
}

void
request_refuse(struct request *r, int code, const char *message, json_t *data)
{
	send_error(r->client, r->id, code, message, data);
	forget(r);
}

const char *
request_actor(const struct request *r)
{
	return r->client->actor;
}

enum level
request_level(const struct request *r)
{
	return r->client->level;
}

void
request_on_gone(struct request *r, void (*gone)(void *arg), void *arg)
{
	r->gone = gone;
	r->gone_arg = arg;
}

void
request_on_answer(struct request *r,
    void (*answered)(void *arg, struct request *, json_t *result), void *arg)
{
	r->answered = answered;
	r->answered_arg = arg;
}

bool
request_watched(const struct request *r)
{
	return r->answered != NULL;
}

const json_t *
request_params(const struct request *r)
{
	return r->params;
}

void
request_subscribe(struct request *r, json_t *result)
{
	r->client->streaming = true;
	request_answer(r, result);
}

void
request_feed(struct request *r, void (*feed)(void *arg, struct request *),
    void *arg)
{
	r->feed = feed;
	r->feed_arg = arg;
	if (client_behind(r->client) == 0)
		feed(arg, r);
}

void
request_notify(struct request *r, const char *method, json_t *params)
{
	CLEANUP_JSON json_t *note = request_note(method, params);

	client_send(r->client, json_line(note));
}

/*---------------------------------------------------------------- reading */

static bool
id_fits(const json_t *id)
{
	return json_is_integer(id) ||
	    (json_is_string(id) && json_string_length(id) <= ID_MAX);
}

/* What is wrong with the call, or NULL. */
static const char *
call_wrong(const json_t *o)
{
	const char *key;
	json_t *v;

	if (json_is_array(o))
		return "batches are not taken: send one call per line";
	if (!json_is_object(o))
		return "a call is an object";
	if (strcmp(json_text(o, "jsonrpc", ""), "2.0") != 0)
		return "'jsonrpc' must be \"2.0\"";
	if (!id_fits(json_object_get(o, "id")))
		return "'id' must be an integer or a text of at most 256 bytes";
	if (json_text(o, "method", NULL) == NULL)
		return "'method' must be the name of a verb";
	json_object_foreach((json_t *)o, key, v)
		if (strcmp(key, "jsonrpc") != 0 && strcmp(key, "id") != 0 &&
		    strcmp(key, "method") != 0 && strcmp(key, "params") != 0)
			return "a call has jsonrpc, id, method and params only";
	return NULL;
}

static void
no_such_verb(struct client *c, const json_t *id, const char *method)
{
	CLEANUP_TEXT struct text t = { 0 };
	const char *near = verb_nearest(method);
	json_t *data = json_object();

	text_add(&t, "no verb '");
	text_add_clean(&t, method, strnlen(method, 64));
	text_add(&t, "'");
	if (near)
		text_addf(&t, "; did you mean '%s'?", near);
	json_put(data, "argument", "method");
	json_put(data, "expected", "the name of a verb");
	json_put(data, "nearest", near);
	send_error(c, id, RPC_NO_METHOD, text_str(&t), data);
}

static void
not_allowed(struct client *c, const json_t *id, const struct verb *v)
{
	CLEANUP_TEXT struct text t = { 0 };
	json_t *data = json_object();

	text_addf(&t, "'%s' needs the level '%s', and %s has '%s'", v->name,
	    level_name(v->level), c->actor, level_name(c->level));
	json_put(data, "needs", level_name(v->level));
	json_put(data, "has", level_name(c->level));
	send_error(c, id, RPC_FORBIDDEN, text_str(&t), data);
}

/* The verb may be called with these; else the refusal was sent. */
static bool
admitted(struct client *c, const json_t *id, const struct verb *v,
    const json_t *params)
{
	CLEANUP_FREE char *why = NULL;
	json_t *data;

	if (c->level < v->level) {
		not_allowed(c, id, v);
		return false;
	}
	data = verb_check(v, params, &why);
	if (data) {
		send_error(c, id, RPC_PARAMS, why, data);
		return false;
	}
	if (c->calls >= CONTROL_CALLS) {
		send_error(c, id, RPC_BUSY,
		    "too many unanswered calls of this client", NULL);
		return false;
	}
	return true;
}

static struct request *
request_new(struct client *c, json_t *id, json_t *params)
{
	struct request *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->client = c;
	r->id = json_incref(id);
	r->params = params ? json_incref(params) : json_object();
	r->next = c->requests;
	c->requests = r;
	c->calls++;
	return r;
}

static void
dispatch(struct client *c, json_t *call, const struct binding *bindings)
{
	json_t *id = json_object_get(call, "id");
	json_t *params = json_object_get(call, "params");
	const char *method = json_text(call, "method", "");
	const struct verb *v;
	struct request *r;
	size_t i;

	for (i = 0; (v = verb_at(i)); i++)
		if (strcmp(v->name, method) == 0)
			break;
	if (v == NULL || bindings[i].fn == NULL) {
		no_such_verb(c, id, method);
		return;
	}
	if (!admitted(c, id, v, params))
		return;
	r = request_new(c, id, params);
	if (r)
		bindings[i].fn(bindings[i].arg, r, r->params);
	else
		send_error(c, id, RPC_INTERNAL, "out of memory", NULL);
}

void
request_read(struct client *c, const char *line, size_t len,
    const struct binding *bindings)
{
	CLEANUP_JSON json_t *call = NULL;
	CLEANUP_TEXT struct text t = { 0 };
	json_error_t error;
	const char *wrong;

	call = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
	    &error);
	if (call == NULL) {
		text_addf(&t, "not JSON: %s (column %d)", error.text,
		    error.column);
		request_error(c, RPC_PARSE, text_str(&t));
		return;
	}
	wrong = call_wrong(call);
	if (wrong) {
		const json_t *id = json_object_get(call, "id");

		send_error(c, id_fits(id) ? id : NULL, RPC_INVALID, wrong,
		    NULL);
		return;
	}
	dispatch(c, call, bindings);
}
