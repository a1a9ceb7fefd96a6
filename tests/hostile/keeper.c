/* SPDX-License-Identifier: BSD-2-Clause
 *
 * keeper.c -- driving a pool from a test.
 *
 * The loop runs until what was asked is answered, with a real-time alarm so
 * that a lost answer fails the test instead of hanging it. Answers are
 * copied: the pool's are valid during the callback only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "hostile/keeper.h"

enum { ALARM_MS = 30000, GRACE_MS = 300, TIMEOUT_MS = 5000 };

static char *
copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

void
keeper_open(struct keeper *k, int workers, int64_t backoff_ms)
{
	struct pool_options o = { .loop = &k->loop, .host_path = HOST_PATH,
		.workers = workers, .grace_ms = GRACE_MS,
		.backoff_ms = backoff_ms,
		.max_idle_ms = 100 * backoff_ms };

	memset(k, 0, sizeof *k);
	assert_int_equal(uv_loop_init(&k->loop), 0);
	assert_int_equal(uv_timer_init(&k->loop, &k->alarm), 0);
	k->alarm.data = k;
	assert_int_equal(pool_new(&o, &k->pool), 0);
	(void)strcpy(k->dir, "/tmp/gatewarden-zoo-XXXXXX");
	assert_non_null(mkdtemp(k->dir));
}

void
keeper_forget(struct keeper *k)
{
	int i;

	for (i = 0; i < k->n; i++) {
		free(k->seen[i].fault);
		free(k->seen[i].output);
		json_decref(k->seen[i].result);
	}
	memset(k->seen, 0, sizeof k->seen);
	k->n = k->n_done = 0;
}

void
keeper_close(struct keeper *k)
{
	char path[128];

	pool_free(k->pool);
	uv_close((uv_handle_t *)&k->alarm, NULL);
	assert_int_equal(uv_run(&k->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&k->loop), 0);
	keeper_forget(k);
	(void)unlink(keeper_path(k, "pid", path));
	(void)unlink(keeper_path(k, "attempt", path));
	assert_int_equal(rmdir(k->dir), 0);
}

static void
on_started(void *arg, pid_t pid)
{
	struct seen *s = arg;

	s->pid = pid;
}

static void
on_done(void *arg, const struct call_reply *r)
{
	struct seen *s = arg;

	assert_false(s->done);
	s->done = true;
	s->status = r->status;
	s->fault = copy(r->fault);
	s->output = strndup(r->output, r->output_len);
	s->output_total = r->output_total;
	s->result = r->result ? json_deep_copy(r->result) : NULL;
	s->exit_code = r->exit_code;
	s->signal = r->signal;
	s->elapsed_ms = r->elapsed_ms;
	s->order = ++s->keeper->n_done;
	uv_stop(&s->keeper->loop);
	if (s->stall_ms > 0)
		/* a loop that is late, on purpose */
		(void)usleep((useconds_t)s->stall_ms * 1000);
}

static json_t *
options_of(const struct ask *a)
{
	json_t *o = json_object();

	json_put(o, "how", a->how ? a->how : "ok");
	json_put(o, "file", a->secret ? a->secret : a->file);
	json_put_int(o, "wait", a->wait_ms);
	return o;
}

int
keeper_ask(struct keeper *k, const struct ask *a, struct call **ret_call)
{
	CLEANUP_JSON json_t *options = options_of(a);
	CLEANUP_JSON json_t *input = json_object();
	const char *kind = a->kind ? a->kind : "check";
	char path[512];
	struct call_request r = {
		.instance = { .kind = kind, .name = a->name ? a->name : "it",
			.path = path, .options = options,
			.identity = a->identity, .secrets = &a->secret,
			.n_secrets = a->secret ? 1 : 0 },
		.input = input, .fresh = a->fresh, .probe = a->probe,
		.timeout_ms = a->timeout_ms ? a->timeout_ms : TIMEOUT_MS,
		.attempt_file = a->attempt_file,
		.started = on_started, .done = on_done };
	struct call *c;

	assert_true(k->n < KEEP_MAX);
	(void)snprintf(path, sizeof path, "%s/%s.so", ZOO_DIR, a->plugin ?
	    a->plugin : strcmp(kind, "action") == 0 ? "zoo_action" :
	    "zoo_check");
	json_put(input, "date", "2026-01-16");
	k->seen[k->n].keeper = k;
	k->seen[k->n].stall_ms = a->stall_ms;
	r.arg = &k->seen[k->n];
	c = pool_call(k->pool, &r);
	if (ret_call)
		*ret_call = c;
	return k->n++;
}

static void
on_alarm(uv_timer_t *h)
{
	struct keeper *k = h->data;

	k->late = true;
	uv_stop(h->loop);
}

void
keeper_run_until(struct keeper *k, int n_done)
{
	assert_int_equal(uv_timer_start(&k->alarm, on_alarm, ALARM_MS, 0), 0);
	while (k->n_done < n_done && !k->late)
		(void)uv_run(&k->loop, UV_RUN_DEFAULT);
	assert_false(k->late);
	assert_int_equal(uv_timer_stop(&k->alarm), 0);
}

void
keeper_run(struct keeper *k)
{
	keeper_run_until(k, k->n);
	assert_int_equal(pool_outstanding(k->pool), 0);
}

const struct seen *
keeper_call(struct keeper *k, const struct ask *a)
{
	int i = keeper_ask(k, a, NULL);

	keeper_run_until(k, k->n);
	return &k->seen[i];
}

void
assert_says(const struct seen *s, enum call_status status, const char *text)
{
	assert_true(s->done);
	if (s->status != status || s->fault == NULL ||
	    strstr(s->fault, text) == NULL)
		fail_msg("status %d, '%s' instead of %d, '%s'", s->status,
		    s->fault ? s->fault : "(none)", status, text);
}

void
assert_value(const struct seen *s, double value)
{
	assert_true(s->done);
	if (s->status != CALL_ANSWERED)
		fail_msg("status %d: %s", s->status, s->fault);
	if (strcmp(json_text(s->result, "status", ""), "ok") != 0)
		fail_msg("%s: %s", json_text(s->result, "status", "none"),
		    json_text(s->result, "remark", "no remark"));
	assert_true(json_num(s->result, "value", -1) == value);
}

const char *
keeper_path(struct keeper *k, const char *name, char buf[128])
{
	(void)snprintf(buf, 128, "%s/%s", k->dir, name);
	return buf;
}

int
keeper_read(struct keeper *k, const char *name)
{
	char path[128];
	FILE *f = fopen(keeper_path(k, name, path), "r");
	int n = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%d", &n) != 1)
		n = 0;
	(void)fclose(f);
	return n;
}
