/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pool.c -- which call is served next, and by whom.
 *
 * Everything is decided in dispatch(), which the loop calls soon after
 * something changed; pool_call and pool_cancel only note what is wanted, so
 * `done` is never called from within them.
 *
 * Fairness: instances of a library take turns, each with one call at a time;
 * libraries take turns for free places; one library never holds all places
 * when there are more than three (a plugin whose instances all hang leaves
 * room for the others); a library that has calls but no worker may have the
 * place of any idle one.
 *
 * Invariant: an instance is in its library's `ready` list when it has
 * waiting calls and none is being served.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/json.h"
#include "base/wire.h"
#include "worker/state.h"
#include "worker/sweep.h"

enum { MAX_CALLS = 1000, MAX_IDLE_MS = 60000, GRACE_MS = 2000,
	BACKOFF_MS = 1000 };

static void
on_kick(uv_timer_t *);

static char *
copy(const char *s)
{
	char *c = s ? strdup(s) : NULL;

	if (s && c == NULL)
		abort();
	return c;
}

/*---------------------------------------------------------------- the pool */

static void
add_stranger(void *arg, pid_t pid)
{
	struct pool *p = arg;

	p->strangers = reallocarray(p->strangers, p->n_strangers + 1,
	    sizeof(pid_t));
	if (p->strangers == NULL)
		abort();
	p->strangers[p->n_strangers++] = pid;
}

int
pool_new(const struct pool_options *o, struct pool **ret)
{
	struct pool *p;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -errno;
	p = calloc(1, sizeof *p);
	if (p == NULL || (p->buf = malloc(WIRE_MAX + 1)) == NULL)
		abort();
	p->o = *o;
	p->host_path = copy(o->host_path);
	p->user = copy(o->user);
	if (p->o.workers < 1)
		p->o.workers = 1;
	if (p->o.max_calls < 1)
		p->o.max_calls = MAX_CALLS;
	if (p->o.max_idle_ms < 1)
		p->o.max_idle_ms = MAX_IDLE_MS;
	if (p->o.grace_ms < 1)
		p->o.grace_ms = GRACE_MS;
	if (p->o.backoff_ms < 1)
		p->o.backoff_ms = BACKOFF_MS;
	TAILQ_INIT(&p->libraries);
	LIST_INIT(&p->workers);
	TAILQ_INIT(&p->fresh);
	TAILQ_INIT(&p->settled);
	(void)uv_timer_init(o->loop, &p->kick);
	p->kick.data = p;
	children_each(add_stranger, p);
	*ret = p;
	return 0;
}

static void
call_free(struct call *c)
{
	json_decref(c->options);
	json_decref(c->input);
	masks_free(&c->masks);
	free(c->attempt_file);
	free(c->why);
	free(c);
}

static void
drop_calls(struct call_list *list)
{
	struct call *c;

	while ((c = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, c, link);
		call_free(c);
	}
}

static void
drop_waiting(struct instance *in, void *arg)
{
	struct call *c;

	(void)arg;
	while ((c = TAILQ_FIRST(&in->calls)) != NULL) {
		TAILQ_REMOVE(&in->calls, c, link);
		call_free(c);
	}
}

static void
on_pool_closed(uv_handle_t *h)
{
	struct pool *p = h->data;

	free(p->host_path);
	free(p->user);
	free(p->strangers);
	free(p->buf);
	free(p);
}

void
pool_free(struct pool *p)
{
	struct worker *w;

	if (p == NULL)
		return;
	LIST_FOREACH(w, &p->workers, link)
		if (w->call)
			call_free(w->call);
	workers_end(p);
	drop_calls(&p->fresh);
	drop_calls(&p->settled);
	instance_each(p, drop_waiting, NULL);
	instances_free(p);
	uv_close((uv_handle_t *)&p->kick, on_pool_closed);
}

void
pool_kick(struct pool *p)
{
	if (!uv_is_active((uv_handle_t *)&p->kick))
		(void)uv_timer_start(&p->kick, on_kick, 0, 0);
}

size_t
pool_outstanding(const struct pool *p)
{
	return p->outstanding;
}

/*------------------------------------------------------------------- calls */

static void
make_ready(struct instance *in)
{
	if (in->is_ready || in->is_busy || TAILQ_EMPTY(&in->calls))
		return;
	in->is_ready = true;
	TAILQ_INSERT_TAIL(&in->library->ready, in, ready);
}

static void
make_unready(struct instance *in)
{
	if (in->is_ready)
		TAILQ_REMOVE(&in->library->ready, in, ready);
	in->is_ready = false;
}

struct call *
pool_call(struct pool *p, const struct call_request *r)
{
	struct call *c = calloc(1, sizeof *c);

	assert(r->done && (r->fresh || r->attempt_file == NULL));
	if (c == NULL)
		abort();
	c->instance = instance_get(p, &r->instance);
	c->instance->n_calls++;
	c->instance->outstanding++;
	c->identity = r->instance.identity;
	c->options = r->instance.options ?
	    json_incref((json_t *)(uintptr_t)r->instance.options) :
	    json_object();
	c->input = r->input ? json_incref((json_t *)(uintptr_t)r->input) :
	    json_object();
	masks_copy(&c->masks, r->instance.secrets, r->instance.n_secrets);
	c->timeout_ms = r->timeout_ms;
	c->id = ++p->last_id;
	c->fresh = r->fresh;
	c->probe = r->probe;
	c->attempt_file = copy(r->attempt_file);
	c->started = r->started;
	c->done = r->done;
	c->arg = r->arg;
	p->outstanding++;
	if (c->fresh) {
		TAILQ_INSERT_TAIL(&p->fresh, c, link);
	} else {
		TAILQ_INSERT_TAIL(&c->instance->calls, c, link);
		make_ready(c->instance);
	}
	pool_kick(p);
	return c;
}

void
call_settle(struct pool *p, struct call *c, enum call_status status,
    char *why)
{
	c->status = status;
	c->why = why;
	TAILQ_INSERT_TAIL(&p->settled, c, link);
	pool_kick(p);
}

void
pool_cancel(struct pool *p, struct call *c)
{
	if (c->cancelled)
		return;
	c->cancelled = true;
	if (c->worker) {
		if (!c->worker->answered)
			worker_terminate(c->worker);
		return;
	}
	if (c->why)
		return;         /* settled already */
	if (c->fresh)
		TAILQ_REMOVE(&p->fresh, c, link);
	else
		TAILQ_REMOVE(&c->instance->calls, c, link);
	if (TAILQ_EMPTY(&c->instance->calls))
		make_unready(c->instance);
	call_settle(p, c, CALL_CANCELLED, copy("cancelled"));
}

void
call_finish(struct call *c, const struct call_reply *r)
{
	struct pool *p = c->worker->pool;

	p->outstanding--;
	c->instance->outstanding--;
	if (!c->fresh) {
		c->instance->is_busy = false;
		make_ready(c->instance);
	}
	c->done(c->arg, r);
	call_free(c);
}

static void
give_settled(struct pool *p)
{
	struct call_reply r = { .exit_code = -1, .output = "" };
	struct call_list list;
	struct call *c;

	TAILQ_INIT(&list);
	TAILQ_CONCAT(&list, &p->settled, link);
	while ((c = TAILQ_FIRST(&list)) != NULL) {
		TAILQ_REMOVE(&list, c, link);
		p->outstanding--;
		c->instance->outstanding--;
		r.status = c->status;
		r.fault = c->why;
		c->done(c->arg, &r);
		call_free(c);
	}
}

/*---------------------------------------------------------------- dispatch */

static int32_t
places_of_one(const struct pool *p)
{
	int32_t n = p->o.workers - p->o.workers / 4;

	return n < 1 ? 1 : n;
}

/* Room for one more process of this library, if need be by ending an idle
 * one of another. `starving`: even of one that has calls waiting. */
static bool
make_room(struct pool *p, const struct library *l, bool starving)
{
	struct worker *w;

	if (l->n_workers >= places_of_one(p))
		return false;
	if (p->n_pooled < p->o.workers)
		return true;
	LIST_FOREACH(w, &p->workers, link)
		if (w->state == WORKER_IDLE && w->library != l &&
		    (starving || TAILQ_EMPTY(&w->library->ready))) {
			worker_quit(w);
			return true;
		}
	return false;
}

static struct worker *
find_idle(const struct pool *p, const struct library *l,
    const struct call *c)
{
	struct worker *w, *any = NULL;

	LIST_FOREACH(w, &p->workers, link) {
		if (w->state != WORKER_IDLE || w->library != l || w->retire)
			continue;
		if (worker_has_open(w, c))
			return w;
		any = any ? any : w;
	}
	return any;
}

/* Serves one call of the library. Returns false when none can be served
 * now. */
static bool
serve_next(struct pool *p, struct library *l, bool starving)
{
	struct instance *in = TAILQ_FIRST(&l->ready);
	struct call *c;
	struct worker *w;
	char *why;

	if (in == NULL)
		return false;
	c = TAILQ_FIRST(&in->calls);
	why = instance_refusal(in);
	w = why ? NULL : find_idle(p, l, c);
	if (why == NULL && w == NULL && !make_room(p, l, starving))
		return false;
	make_unready(in);
	TAILQ_REMOVE(&in->calls, c, link);
	if (why) {
		call_settle(p, c, CALL_REFUSED, why);
		make_ready(in);
		return true;
	}
	in->is_busy = true;
	if (w) {
		worker_serve(w, c);
	} else if (!worker_start(p, c)) {
		in->is_busy = false;
		make_ready(in);
	}
	return true;
}

static void
dispatch(struct pool *p)
{
	struct library *l;
	struct call *c;

	while (p->n_fresh < FRESH_MAX &&
	    (c = TAILQ_FIRST(&p->fresh)) != NULL) {
		TAILQ_REMOVE(&p->fresh, c, link);
		(void)worker_start(p, c);
	}
	TAILQ_FOREACH(l, &p->libraries, link)
		if (l->n_workers == 0)
			(void)serve_next(p, l, true);
	TAILQ_FOREACH(l, &p->libraries, link)
		while (serve_next(p, l, false))
			;
	l = TAILQ_FIRST(&p->libraries);
	if (l) {
		TAILQ_REMOVE(&p->libraries, l, link);
		TAILQ_INSERT_TAIL(&p->libraries, l, link);
	}
}

static void
retire_idle(struct pool *p)
{
	struct worker *w;

	LIST_FOREACH(w, &p->workers, link)
		if (w->retire && w->state == WORKER_IDLE)
			worker_quit(w);
}

static void
on_kick(uv_timer_t *h)
{
	struct pool *p = h->data;

	give_settled(p);
	retire_idle(p);
	keep_drop_stale(p);
	dispatch(p);
	if (!TAILQ_EMPTY(&p->settled))
		pool_kick(p);
}
