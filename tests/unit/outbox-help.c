/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox-help.c -- a world for the outbox.
 *
 * The far end is a script: what each notifier answers, or that it doesn't
 * yet. Whatever is sent while a transaction is open fails the test: nothing
 * leaves before the commit.
 */
#include "outbox-help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "journal-help.h"

static int64_t
world_now(void *arg)
{
	return ((struct world *)arg)->now;
}

int
world_begin(void *arg)
{
	struct world *w = arg;

	if (w->broken)
		return -EIO;
	if (w->open)
		return 0;
	w->open = true;
	return store_begin(w->store);
}

int
world_commit(void *arg)
{
	struct world *w = arg;

	assert_true(w->open);
	w->open = false;
	return store_commit(w->store, true);
}

static void
reply(struct world *w, enum answer a, struct call_made c)
{
	struct call_reply r = { .status = CALL_ANSWERED, .exit_code = -1 };
	CLEANUP_JSON json_t *result = json_object();

	json_put(result, "status", a == OK ? "ok" : "failed");
	json_put(result, "remark", a == OK ? "200" : "503 \xc3\xa9");
	if (a == ASKS_TO_WAIT)
		json_put_int(result, "retry_after_ms", w->asks_ms);
	json_put(result, "failure", a == NEVER ? "permanent" : "transient");
	json_put(result, "receipt", w->receipt);
	r.result = result;
	if (a == CRASHES) {
		r.status = CALL_FAULT;
		r.result = NULL;
		r.fault = "killed by signal 11 \xff";
	}
	c.done(c.arg, &r);
}

static void
world_deliver(void *arg, int32_t notifier, const json_t *body,
    void (*done)(void *, const struct call_reply *), void *done_arg)
{
	struct world *w = arg;
	struct call_made c = { notifier, done, done_arg };

	assert_false(w->open);  /* nothing leaves before the commit */
	json_decref(w->last_body);
	w->last_body = json_deep_copy(body);
	text_addf(&w->sent, "%s:%s ", w->instances[notifier].name,
	    json_text(body, "id", "?"));
	if (w->answer[notifier] == LATER) {
		assert_true(w->n_waiting < 16);
		w->waiting[w->n_waiting++] = c;
		return;
	}
	if (w->answer[notifier] == OK)
		text_addf(&w->taken, "%s:%s ", w->instances[notifier].name,
		    json_text(body, "id", "?"));
	reply(w, w->answer[notifier], c);
}

static void
world_delivered(void *arg, uint64_t incident, uint64_t message)
{
	struct world *w = arg;

	text_addf(&w->told, "%llu/%llu ", (unsigned long long)incident,
	    (unsigned long long)message);
}

static void
world_turned(void *arg, const struct outbox_turn *t)
{
	struct world *w = arg;

	assert_false(w->open);
	text_addf(&w->turns, "%s:%s ", w->instances[t->notifier].name,
	    t->delivered ? "ok" : t->hopeless ? "never" : "fails");
	w->last_turn = *t;
	w->last_turn.why = NULL;
}

void
open_box(struct world *w)
{
	const struct outbox_options o = { w, w->store, &w->conf, world_now,
		world_begin, world_commit, world_deliver, world_delivered,
		world_turned };

	w->box = outbox_new(&o);
	assert_non_null(w->box);
}

int
world_setup(void **state)
{
	static const char *const names[] = { "team", "boss", "pager",
		"last" };
	static const int32_t to_pager[] = { PAGER }, to_team[] = { TEAM },
	    fallback[] = { BOSS, LAST };
	struct world *w = calloc(1, sizeof *w);
	int i;

	assert_non_null(w);
	for (i = 0; i < NOTIFIERS; i++)
		w->instances[i] = (struct instance){
			.kind = INSTANCE_NOTIFIER, .name = names[i] };
	w->routes[0] = (struct route){ .to = to_pager, .n_to = 1,
		.fallback = fallback, .n_fallback = 2,
		.least = SEVERITY_CRITICAL, .pipeline = NONE, .phase = NONE };
	w->routes[1] = (struct route){ .to = to_team, .n_to = 1,
		.least = SEVERITY_WARNING, .pipeline = NONE, .phase = NONE };
	w->conf.instances = w->instances;
	w->conf.n_instances = NOTIFIERS;
	w->conf.routes = w->routes;
	w->conf.n_routes = 2;
	w->asks_ms = 30 * MINUTE;
	w->now = (int64_t)1000 * HOUR;
	w->dir = fresh_dir();
	w->store = must_open(w->dir);
	open_box(w);
	log_set_level(LOG_ERROR + 1);
	*state = w;
	return 0;
}

int
world_teardown(void **state)
{
	struct world *w = *state;

	outbox_free(w->box);
	store_close(w->store);
	remove_dir(w->dir);
	text_free(&w->sent);
	text_free(&w->taken);
	text_free(&w->told);
	text_free(&w->turns);
	json_decref(w->last_body);
	free(w);
	return 0;
}

void
restart(struct world *w)
{
	outbox_free(w->box);
	store_close(w->store);
	w->open = false;
	w->n_waiting = 0;
	w->store = must_open(w->dir);
	open_box(w);
}

static void
put_incident(struct world *w, uint64_t incident, bool is_open)
{
	CLEANUP_TEXT struct text key = { 0 };
	CLEANUP_TEXT struct text data = { 0 };

	text_addf(&key, "incident/%d", (int)incident);
	text_addf(&data, "{\"number\":%d,\"open\":%s}", (int)incident,
	    is_open ? "true" : "false");
	assert_int_equal(append_in(w->store, "incident", text_str(&key),
	    text_str(&data)), 0);
}

int32_t
tell_all(struct world *w, uint64_t id, uint64_t incident,
    enum notice_kind kind, enum severity severity)
{
	CLEANUP_TEXT struct text word = { 0 };
	CLEANUP_JSON json_t *body = json_object();
	struct outbox_notice n = { id, incident, kind, severity, NONE, NONE,
		0, body };
	int32_t to;

	text_addf(&word, "%llu", (unsigned long long)id);
	json_put(body, "id", text_str(&word));
	json_put(body, "kind", notice_kind_name(kind));
	json_put(body, "severity", severity_name(severity));
	json_put(body, "since", kind == NOTICE_OPENED ? "06:12" : "06:20");
	text_clear(&word);
	text_addf(&word, "%s x\nlook   %llu\n", kind == NOTICE_RESOLVED ?
	    "RESOLVED" : "CRITICAL", (unsigned long long)incident);
	json_put(body, "text", text_str(&word));
	assert_int_equal(world_begin(w), 0);
	put_incident(w, incident, kind != NOTICE_RESOLVED);
	to = outbox_queue(w->box, &n);
	assert_int_equal(world_commit(w), 0);
	outbox_tick(w->box);
	return to;
}

void
answer_waiting(struct world *w, enum answer a)
{
	struct call_made c = w->waiting[0];

	assert_true(w->n_waiting > 0);
	memmove(w->waiting, w->waiting + 1, sizeof c * (size_t)--w->n_waiting);
	reply(w, a, c);
}

void
let_time_pass(struct world *w, int64_t until)
{
	for (;;) {
		int64_t wake = outbox_wake(w->box);

		if (wake == INSTANT_NONE || wake > until)
			break;
		if (wake > w->now)
			w->now = wake;
		outbox_tick(w->box);
	}
	if (until != INT64_MAX)
		w->now = until;
}

int64_t
pending(struct world *w)
{
	CLEANUP_JSON json_t *r = outbox_report(w->box);

	return json_int(r, "pending", -1);
}

const json_t *
report_of(const json_t *report, const char *notifier)
{
	const json_t *list = json_object_get(report, "notifiers"), *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (strcmp(json_text(v, "notifier", ""), notifier) == 0)
			return v;
	fail();
	return NULL;
}
