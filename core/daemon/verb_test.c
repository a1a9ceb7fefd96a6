/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verb_test.c -- `notify test`: does a notifier deliver?
 *
 * A test message goes the whole way, and the answer waits for what the far
 * end says to the first try. One that fails is tried again for some minutes
 * like any other message; nobody waits for that.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/ask.h"
#include "daemon/handlers.h"

enum { TEST_WAIT_MS = 120000, RECENT = 1000 };

struct test_wait {
	struct supervisor *s;
	int64_t began_real;
	size_t n;
	uint64_t ids[];
};

static const json_t *
row_of(const json_t *messages, uint64_t id)
{
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m)
		if ((uint64_t)json_int(m, "id", 0) == id)
			return m;
	return NULL;
}

static json_t *
test_json(const json_t *m)
{
	json_t *o = json_object();

	json_put(o, "notifier", json_text(m, "notifier", "?"));
	json_put_int(o, "message", json_int(m, "id", 0));
	(void)json_object_set_new(o, "delivered", json_boolean(
	    json_is_integer(json_object_get(m, "delivered_at"))));
	json_put_int(o, "tries", json_int(m, "tries", 0));
	(void)json_object_set(o, "reply", json_object_get(m, "reply"));
	return o;
}

static bool
try_test(void *state, struct request *request)
{
	struct test_wait *w = state;
	CLEANUP_JSON json_t *messages = store_messages(supervisor_store(
	    w->s), 0, RECENT);
	CLEANUP_JSON json_t *list = json_array();
	int64_t took = clock_real_ms() - w->began_real;
	bool all = true;
	json_t *o;
	size_t i;

	for (i = 0; i < w->n; i++) {
		const json_t *m = row_of(messages, w->ids[i]);

		all = all && m && json_int(m, "tries", 0) > 0;
		(void)json_array_append_new(list, test_json(m));
	}
	if (!all && took < TEST_WAIT_MS)
		return false;
	o = json_object();
	(void)json_object_set(o, "tests", list);
	json_put_int(o, "took_ms", took);
	request_answer(request, o);
	return true;
}

/* All of them, or the one that is named; false: refused. */
static bool
choose(struct ask *a, const char *name, json_t *ret)
{
	const struct conf *c = a->v.conf;
	CLEANUP_TEXT struct text known = { 0 };
	int32_t i;

	for (i = 0; i < c->n_instances; i++) {
		if (c->instances[i].kind != INSTANCE_NOTIFIER)
			continue;
		text_addf(&known, "%s%s", known.len > 0 ? ", " : "",
		    c->instances[i].name);
		if (name == NULL || strcmp(name, c->instances[i].name) == 0)
			(void)json_array_append_new(ret, json_integer(i));
	}
	if (json_array_size(ret) > 0)
		return true;
	text_clear(&known);
	for (i = 0; i < c->n_instances; i++)
		if (c->instances[i].kind == INSTANCE_NOTIFIER)
			text_addf(&known, "%s%s", known.len > 0 ? ", " :
			    "a notifier: ", c->instances[i].name);
	ask_refuse(a, "name", name ? name : "", text_str(&known), NULL);
	return false;
}

void
verb_notify_test(void *arg, struct request *r, const json_t *params)
{
	struct verbs *verbs = arg;
	CLEANUP_JSON json_t *chosen = json_array();
	struct test_wait *w;
	struct ask a;
	json_t *v;
	size_t i;

	ask_open(&a, verbs->s, r, params);
	if (!choose(&a, json_text(params, "name", NULL), chosen))
		return;
	w = calloc(1, sizeof *w + json_array_size(chosen) *
	    sizeof w->ids[0]);
	if (w == NULL)
		abort();
	w->s = verbs->s;
	w->began_real = clock_real_ms();
	if (request_watched(r)) {       /* rehearsed: nothing is waited for */
		json_array_foreach(chosen, i, v)
			(void)supervisor_test(verbs->s,
			    (int32_t)json_integer_value(v));
		request_answer(r, json_pack("{s:[]}", "tests"));
		free(w);
		return;
	}
	json_array_foreach(chosen, i, v) {
		w->ids[w->n] = supervisor_test(verbs->s,
		    (int32_t)json_integer_value(v));
		if (w->ids[w->n++] == 0) {
			request_refuse(r, RPC_INTERNAL, "the journal can't "
			    "be written: nothing is sent", NULL);
			free(w);
			return;
		}
	}
	wait_for(&verbs->waits, r, try_test, w);
}
