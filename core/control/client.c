/* SPDX-License-Identifier: BSD-2-Clause
 *
 * client.c -- one connection of the control socket.
 *
 * Turns bytes into lines and lines into bytes, and keeps the budgets: a line
 * of at most 1 MiB that must be finished in 30 s, at most 1 MiB that the
 * peer is behind in reading, an idle end. It doesn't know what a line means.
 *
 * A client is cut off rather than waited for, because the daemon has one
 * thread and others to serve. Once `closing`, nothing is sent and the owner
 * hears `gone` exactly once; its memory goes when libuv has closed both
 * handles, and `freed` says so. client_send() never ends a client under its
 * caller's feet: it dooms it, and the end comes with the loop's next turn.
 */
#include "control/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "control/control.h"

enum { IN_FIRST = 4096, FINISH_MS = 5000 };

struct out {
	uv_write_t write;
	struct client *client;
	char *line;
};

static void
on_closed(uv_handle_t *h)
{
	struct client *c = h->data;

	if (--c->handles > 0)
		return;
	c->owner->freed(c->owner->arg, c);
	free(c->in);
	free(c);
}

void
client_cut(struct client *c)
{
	if (c->closing)
		return;
	c->closing = true;
	c->owner->gone(c->owner->arg, c);
	uv_close((uv_handle_t *)&c->pipe, on_closed);
	uv_close((uv_handle_t *)&c->timer, on_closed);
}

static void
on_late(uv_timer_t *t)
{
	struct client *c = t->data;

	if (c->line_begun && !c->draining) {
		c->owner->overlong(c->owner->arg, c);
		client_finish(c);
	} else {
		client_cut(c);
	}
}

void
client_watch(struct client *c)
{
	if (c->closing || c->draining)
		return;
	if (c->in_len > 0) {
		if (c->line_begun)
			return;         /* counts from its first byte */
		c->line_begun = true;
		(void)uv_timer_start(&c->timer, on_late,
		    (uint64_t)c->owner->line_ms, 0);
		return;
	}
	c->line_begun = false;
	if (c->calls == 0 && !c->streaming)
		(void)uv_timer_start(&c->timer, on_late,
		    (uint64_t)c->owner->idle_ms, 0);
	else
		(void)uv_timer_stop(&c->timer);
}

size_t
client_behind(const struct client *c)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&c->pipe);
}

static void
on_written(uv_write_t *w, int status)
{
	struct out *o = (struct out *)w->data;
	struct client *c = o->client;

	free(o->line);
	free(o);
	if (c->closing)
		return;
	if (status < 0)
		client_cut(c);
	else if (client_behind(c) == 0 && c->draining)
		client_cut(c);
	else if (client_behind(c) == 0)
		c->owner->drained(c->owner->arg, c);
}

/* The end, but not now: whoever called may still hold its requests. */
static void
doom(struct client *c)
{
	c->doomed = true;
	c->draining = true;
	(void)uv_read_stop((uv_stream_t *)&c->pipe);
	(void)uv_timer_start(&c->timer, on_late, 0, 0);
}

void
client_send(struct client *c, char *line)
{
	CLEANUP_FREE char *owned = line;
	size_t len = strlen(line);
	struct out *o;
	uv_buf_t buf;

	if (c->closing || c->doomed)
		return;
	o = malloc(sizeof *o);
	if (o == NULL || client_behind(c) + len > CONTROL_QUEUE_MAX) {
		free(o);
		doom(c);
		return;
	}
	line[len] = '\n';       /* the NUL's place: lengths are ours */
	o->client = c;
	o->line = TAKE(owned);
	o->write.data = o;
	buf = uv_buf_init(o->line, (unsigned)len + 1);
	if (uv_write(&o->write, (uv_stream_t *)&c->pipe, &buf, 1,
	    on_written) < 0) {
		free(o->line);
		free(o);
		doom(c);
	}
}

void
client_finish(struct client *c)
{
	if (c->closing || c->draining)
		return;
	c->draining = true;
	(void)uv_read_stop((uv_stream_t *)&c->pipe);
	if (client_behind(c) == 0)
		(void)uv_timer_start(&c->timer, on_late, 0, 0);
	else
		(void)uv_timer_start(&c->timer, on_late, FINISH_MS, 0);
}

static void
on_room(uv_handle_t *h, size_t suggested, uv_buf_t *ret)
{
	struct client *c = h->data;
	size_t cap = c->in_cap ? c->in_cap : IN_FIRST;
	char *in;

	(void)suggested;
	if (c->in_cap - c->in_len < IN_FIRST / 2)
		cap = c->in_cap ? 2 * c->in_cap : IN_FIRST;
	if (cap != c->in_cap) {
		in = realloc(c->in, cap);
		if (in == NULL) {
			*ret = uv_buf_init(NULL, 0);
			return;
		}
		c->in = in;
		c->in_cap = cap;
	}
	*ret = uv_buf_init(c->in + c->in_len,
	    (unsigned)(c->in_cap - c->in_len));
}

/* Hands out the whole lines; keeps what is left. */
static void
take_lines(struct client *c)
{
	size_t begin = 0;
	char *end;

	while (!c->closing && !c->draining &&
	    (end = memchr(c->in + begin, '\n', c->in_len - begin))) {
		size_t len = (size_t)(end - (c->in + begin));

		*end = '\0';
		if (len > CONTROL_LINE_MAX)
			break;
		c->owner->line(c->owner->arg, c, c->in + begin, len);
		begin += len + 1;
	}
	if (c->closing)
		return;
	memmove(c->in, c->in + begin, c->in_len - begin);
	c->in_len -= begin;
	if (begin > 0)
		c->line_begun = false;
}

static void
on_bytes(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct client *c = s->data;

	(void)buf;
	if (n < 0) {
		/* what was answered may still be on its way */
		if (n == UV_EOF && c->calls == 0 && !c->streaming)
			client_finish(c);
		else
			client_cut(c);
		return;
	}
	c->in_len += (size_t)n;
	take_lines(c);
	if (c->closing || c->draining)
		return;
	if (c->in_len > CONTROL_LINE_MAX) {
		c->owner->overlong(c->owner->arg, c);
		client_finish(c);
		return;
	}
	if (c->in_len == 0 && c->in_cap > IN_FIRST) {
		free(c->in);
		c->in = NULL;
		c->in_cap = 0;
	}
	client_watch(c);
}

struct client *
client_accept(uv_stream_t *listener, const struct client_owner *owner)
{
	struct client *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->owner = owner;
	(void)uv_pipe_init(listener->loop, &c->pipe, 0);
	(void)uv_timer_init(listener->loop, &c->timer);
	c->pipe.data = c->timer.data = c;
	c->handles = 2;
	if (uv_accept(listener, (uv_stream_t *)&c->pipe) < 0) {
		client_cut(c);
		return NULL;
	}
	return c;
}

void
client_start(struct client *c)
{
	if (c->closing)
		return;
	if (uv_read_start((uv_stream_t *)&c->pipe, on_room, on_bytes) < 0)
		client_cut(c);
	else
		client_watch(c);
}
