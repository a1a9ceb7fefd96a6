/* SPDX-License-Identifier: BSD-2-Clause
 *
 * serve.c -- packets in, calls into the plugin, packets out.
 *
 * One packet is handled at a time, in the thread in which the plugin runs:
 * while it blocks, nobody reads. Deadlines are therefore the daemon's to
 * enforce; the host only shows what remains and passes on the wish to stop.
 *
 * Instances live in a short list; `open` adds, `close`, `quit` and the end
 * of the link remove. The packets come from the daemon, which is trusted: a
 * malformed one is an error of ours and ends the process.
 *
 * A link that is gone although the daemon is there (a plugin closed all its
 * descriptors) ends the process with LOST, which the daemon puts in words.
 */
#include "host/serve.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/wire.h"
#include "host/ctx.h"
#include "host/load.h"
#include "host/options.h"

struct server {
	int fd;
	const struct gw_plugin *plugin;
	const volatile sig_atomic_t *stop;
	struct gw_ctx **v;      /* owned */
	size_t n;
};

static struct gw_ctx **
find(struct server *s, int64_t number)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i]->number == number)
			return &s->v[i];
	return NULL;
}

static void
ctx_free(struct gw_ctx *c)
{
	result_free(&c->result);
	json_decref(c->options);
	free(c->name);
	free(c);
}

static struct gw_ctx *
ctx_new(struct server *s, const json_t *body)
{
	struct gw_ctx *c = calloc(1, sizeof *c);
	const json_t *options = json_object_get(body, "options");

	if (c == NULL)
		abort();
	c->number = json_int(body, "instance", 0);
	c->plugin = s->plugin;
	c->stop = s->stop;
	c->name = strdup(json_text(body, "name", ""));
	c->options = json_is_object(options) ? json_deep_copy(options) :
	    json_object();
	if (c->name == NULL || c->options == NULL)
		abort();
	options_fill(c->options, s->plugin);
	return c;
}

static int
answer(struct server *s, const char *name, json_t *body)
{
	CLEANUP_JSON json_t *m = wire_message(name, body);

	return wire_send(s->fd, m);
}

static void
start(struct gw_ctx *c, const json_t *body)
{
	result_start(&c->result);
	c->input = json_object_get(body, "input");
	c->deadline = clock_real_ms() + json_int(body, "budget_ms", 0);
}

static int
do_open(struct server *s, const json_t *body)
{
	struct gw_ctx *c = ctx_new(s, body);
	json_t *reply = json_object();
	int32_t code;
	int r;

	start(c, body);
	code = s->plugin->open(c, host_vtable(), &c->self);
	json_put_int(reply, "instance", c->number);
	if (code == GW_OK) {
		s->v = reallocarray(s->v, s->n + 1, sizeof(struct gw_ctx *));
		if (s->v == NULL)
			abort();
		s->v[s->n++] = c;
		result_free(&c->result);
		return answer(s, "opened", reply);
	}
	json_put(reply, "why", c->result.remark ? c->result.remark :
	    "its open() said no without a reason");
	r = answer(s, "refused", reply);
	ctx_free(c);
	return r;
}

/* Numbers among the parameters become text: plugins read text. */
static void
stringify(json_t *params)
{
	const char *key;
	json_t *v;
	void *tmp;

	json_object_foreach_safe(params, tmp, key, v) {
		CLEANUP_FREE char *s = NULL;

		if (!json_is_integer(v) && !json_is_real(v))
			continue;
		s = json_line(v);
		json_put(params, key, s);
	}
}

/* Does the plugin have processes, running or ended? */
static bool
left_over(void)
{
	siginfo_t si;

	return waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static int
do_call(struct server *s, const json_t *body)
{
	struct gw_ctx **slot = find(s, json_int(body, "instance", 0));
	bool probe = json_flag(body, "probe", false);
	json_t *reply = json_object();
	struct gw_ctx *c;
	int32_t code = GW_UNKNOWN;

	if (slot == NULL)
		return -EPROTO;
	c = *slot;
	start(c, body);
	stringify(json_object_get(c->input, "params"));
	if (!probe)
		code = s->plugin->call(c, c->self);
	else if (s->plugin->probe)
		code = s->plugin->probe(c, c->self);
	json_put_int(reply, "id", json_int(body, "id", 0));
	if (left_over())
		(void)json_object_set_new(reply, "left", json_true());
	if (json_object_set_new(reply, "result", result_json(&c->result,
	    s->plugin->kind, code)) < 0)
		abort();
	c->input = NULL;
	result_free(&c->result);
	return answer(s, "done", reply);
}

static int
do_close(struct server *s, const json_t *body)
{
	struct gw_ctx **slot = find(s, json_int(body, "instance", 0));
	struct gw_ctx *c;

	if (slot == NULL)
		return 0;
	c = *slot;
	*slot = s->v[--s->n];
	start(c, body);
	if (s->plugin->close)
		s->plugin->close(c, c->self);
	ctx_free(c);
	return 0;
}

static void
close_all(struct server *s)
{
	CLEANUP_JSON json_t *body = json_object();

	while (s->n > 0) {
		json_put_int(body, "instance", s->v[s->n - 1]->number);
		(void)do_close(s, body);
	}
	free(s->v);
}

/* Returns 0, 1 to end, or -errno. */
static int
handle(struct server *s, const char *bytes, size_t len)
{
	CLEANUP_JSON json_t *m = json_loadb(bytes, len, 0, NULL);
	json_t *body;
	const char *name = wire_open(m, &body);

	if (name == NULL)
		return -EPROTO;
	if (strcmp(name, "open") == 0)
		return do_open(s, body);
	if (strcmp(name, "call") == 0)
		return do_call(s, body);
	if (strcmp(name, "close") == 0)
		return do_close(s, body);
	return strcmp(name, "quit") == 0 ? 1 : -EPROTO;
}

static json_t *
hello(const struct gw_plugin *p)
{
	json_t *j = plugin_description(p);

	(void)json_object_del(j, "options");
	(void)json_object_del(j, "summary");
	json_put_int(j, "protocol", WIRE_PROTOCOL);
	return j;
}

int
serve(int fd, const struct gw_plugin *p, const volatile sig_atomic_t *stop)
{
	struct server s = { .fd = fd, .plugin = p, .stop = stop };
	CLEANUP_FREE char *buf = malloc(WIRE_MAX + 1);
	size_t len;
	int r = answer(&s, "hello", hello(p));

	if (buf == NULL)
		abort();
	while (r == 0 && !*stop) {
		r = wire_receive(fd, buf, &len);
		if (r == 0 || r == -ECONNRESET)
			break;          /* the daemon is gone */
		if (r > 0)
			r = handle(&s, buf, len);
	}
	if (r < 0 && r != -EPIPE && r != -ECONNRESET)
		return WIRE_LOST_EXIT;
	close_all(&s);
	return 0;
}
