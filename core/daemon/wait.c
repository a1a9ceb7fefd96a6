/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wait.c -- calls that are answered later, tried again until they are.
 *
 * A wait is tried when the journal moved and, because time alone opens
 * things too, a few times a second: trying is a look at rows, it costs
 * nothing. It is never tried from within a commit, where the engine is in
 * the middle of a step: waits_stir() only asks the loop to.
 *
 * A client that leaves takes its waits with it. There are no waits without
 * a living request.
 */
#include "daemon/wait.h"

#include <stdlib.h>

enum { EVERY_MS = 200 };

struct wait {
	struct wait *next;
	struct waits *waits;
	struct request *request;
	bool (*try_fn)(void *state, struct request *);
	void *state;
	void (*free_state)(void *state);
};

static void
drop(struct wait *w)
{
	struct wait **at = &w->waits->first;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	w->free_state(w->state);
	free(w);
}

static void
on_gone(void *arg)
{
	drop(arg);
}

static void
try_all(uv_timer_t *t)
{
	struct waits *all = t->data;
	struct wait *w, *next;

	for (w = all->first; w; w = next) {
		next = w->next;
		if (all->enter)
			all->enter(all->arg, w->request);
		if (w->try_fn(w->state, w->request))
			drop(w);
		if (all->leave)
			all->leave(all->arg);
	}
	if (all->first == NULL)
		(void)uv_timer_stop(t);
}

void
waits_init(struct waits *w, uv_loop_t *loop)
{
	*w = (struct waits){ .timer = calloc(1, sizeof(uv_timer_t)) };
	if (w->timer == NULL)
		abort();
	(void)uv_timer_init(loop, w->timer);
	w->timer->data = w;
}

static void
on_closed(uv_handle_t *h)
{
	free(h);
}

void
waits_free(struct waits *w)
{
	while (w->first)
		drop(w->first);
	uv_close((uv_handle_t *)w->timer, on_closed);
}

void
wait_for(struct waits *all, struct request *request,
    bool (*try_fn)(void *state, struct request *), void *state)
{
	wait_for_owned(all, request, try_fn, state, free);
}

void
wait_for_owned(struct waits *all, struct request *request,
    bool (*try_fn)(void *state, struct request *), void *state,
    void (*free_state)(void *state))
{
	struct wait *w;

	if (try_fn(state, request)) {
		free_state(state);
		return;
	}
	w = calloc(1, sizeof *w);
	if (w == NULL)
		abort();
	*w = (struct wait){ all->first, all, request, try_fn, state,
		free_state };
	all->first = w;
	request_on_gone(request, on_gone, w);
	(void)uv_timer_start(all->timer, try_all, EVERY_MS, EVERY_MS);
}

void
waits_stir(struct waits *w)
{
	if (w->first)
		(void)uv_timer_start(w->timer, try_all, 0, EVERY_MS);
}
