/* SPDX-License-Identifier: BSD-2-Clause
 *
 * io.c -- a worker's descriptors on the loop.
 *
 * Three things are watched: the link (packets), the output pipe, and the
 * pidfd, which turns readable when the process has ended and is the only
 * authority on that. One read per turn of the loop and descriptor, so that
 * a plugin that floods costs its own time and nobody else's.
 *
 * Lifetime: a worker's memory lives until the loop has closed its four
 * handles; worker_free starts that.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/wire.h"
#include "worker/state.h"

enum { DRAIN_READS = 32 };

/* Returns false when there is nothing to read now, or never again. */
static bool
read_output(struct worker *w)
{
	ssize_t n = read(w->process.output, w->pool->buf, WIRE_MAX);

	if (n > 0)
		output_add(&w->output, w->pool->buf, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		(void)uv_poll_stop(&w->on_output);
	return n > 0;
}

/* The same of one packet. */
static bool
read_link(struct worker *w)
{
	size_t len = 0;
	int r = wire_receive(w->process.link, w->pool->buf, &len);

	if (r == -EAGAIN)
		return false;
	if (r == 0 || r == -ECONNRESET) {
		(void)uv_poll_stop(&w->on_link);
		worker_lost(w);
		return false;
	}
	worker_packet(w, w->pool->buf, len, r < 0 ? r : 0);
	return true;
}

static void
on_link(uv_poll_t *h, int status, int events)
{
	(void)status;
	(void)events;
	(void)read_link(h->data);
}

static void
on_output(uv_poll_t *h, int status, int events)
{
	(void)status;
	(void)events;
	(void)read_output(h->data);
}

static void
on_end(uv_poll_t *h, int status, int events)
{
	struct worker *w = h->data;

	(void)status;
	(void)events;
	if (ending_wait(w->process.pidfd, &w->ending) == 0)
		return;
	(void)uv_poll_stop(h);
	w->reaped = true;
	worker_reaped(w);
}

static void
on_timer(uv_timer_t *h)
{
	worker_timeout(h->data);
}

static int
watch(struct worker *w, uv_poll_t *h, int fd, uv_poll_cb cb)
{
	int r = uv_poll_init(w->pool->o.loop, h, fd);

	if (r < 0)
		return r;
	w->n_handles++;
	h->data = w;
	return uv_poll_start(h, UV_READABLE, cb);
}

int
worker_watch(struct worker *w)
{
	int r;

	(void)uv_timer_init(w->pool->o.loop, &w->timer);
	w->n_handles++;
	w->timer.data = w;
	r = watch(w, &w->on_link, w->process.link, on_link);
	if (r == 0)
		r = watch(w, &w->on_output, w->process.output, on_output);
	if (r == 0)
		r = watch(w, &w->on_end, w->process.pidfd, on_end);
	return r;
}

void
worker_arm(struct worker *w, int64_t ms)
{
	uv_update_time(w->pool->o.loop);        /* the turn may be long */
	(void)uv_timer_start(&w->timer, on_timer, (uint64_t)ms, 0);
}

int
worker_send(struct worker *w, const char *name, json_t *body)
{
	CLEANUP_JSON json_t *m = wire_message(name, body);

	return wire_send(w->process.link, m);
}

void
worker_drain(struct worker *w)
{
	int i;

	for (i = 0; i < DRAIN_READS && read_output(w); i++)
		;
}

void
worker_drain_link(struct worker *w)
{
	int i;

	for (i = 0; i < DRAIN_READS && !w->lost && read_link(w); i++)
		;
}

static void
on_closed(uv_handle_t *h)
{
	struct worker *w = h->data;

	if (--w->n_handles > 0)
		return;
	cleanup_close(&w->process.link);
	cleanup_close(&w->process.output);
	cleanup_close(&w->process.pidfd);
	output_free(&w->output);
	json_decref(w->result);
	free(w->why);
	free(w->fault);
	free(w);
}

static void
close_handle(uv_handle_t *h)
{
	if (h->data && !uv_is_closing(h))
		uv_close(h, on_closed);
}

void
worker_free(struct worker *w)
{
	assert(w->call == NULL);
	LIST_REMOVE(w, link);
	w->pool = NULL;
	close_handle((uv_handle_t *)&w->on_link);
	close_handle((uv_handle_t *)&w->on_output);
	close_handle((uv_handle_t *)&w->on_end);
	close_handle((uv_handle_t *)&w->timer);
}
