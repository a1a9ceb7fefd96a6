/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report.c -- the pool's state for people: who works, who is faulty, why.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "worker/state.h"

struct report {
	const struct pool *pool;
	json_t *list;
	int64_t now;
};

/* Processes that have it open, or are starting for it. */
static int32_t
count_workers(const struct pool *p, const struct instance *in)
{
	const struct opened *o;
	const struct worker *w;
	int32_t n = 0;

	LIST_FOREACH(w, &p->workers, link) {
		if (w->call && w->call->instance == in) {
			n++;
			continue;
		}
		for (o = w->opened; o < w->opened + OPEN_MAX; o++)
			n += o->instance == in;
	}
	return n;
}

static int64_t
backoff_left(const struct instance *in, int64_t now)
{
	int64_t until = in->backoff_until > in->library->backoff_until ?
	    in->backoff_until : in->library->backoff_until;

	return until > now ? until - now : 0;
}

static void
add(struct instance *in, void *arg)
{
	struct report *r = arg;
	json_t *o;

	if (in->kept != r->pool->keeps)
		return;
	o = json_object();
	json_put(o, "kind", in->kind);
	json_put(o, "name", in->name);
	json_put(o, "path", in->library->path);
	json_put_int(o, "calls", (int64_t)in->n_calls);
	json_put_int(o, "faults", (int64_t)in->n_faults);
	json_put(o, "last_fault", in->last_fault);
	if (in->last_fault)
		json_put_int(o, "last_fault_ms_ago",
		    r->now - in->last_fault_at);
	if (json_object_set_new(o, "quarantined", json_boolean(
	    in->quarantined || in->library->quarantined)) < 0)
		abort();
	json_put_int(o, "backoff_ms", backoff_left(in, r->now));
	json_put_int(o, "workers", count_workers(r->pool, in));
	if (in->n_answered > 0)
		json_put_num(o, "average_ms",
		    (double)in->total_ms / (double)in->n_answered);
	if (json_array_append_new(r->list, o) < 0)
		abort();
}

json_t *
pool_report(const struct pool *p)
{
	struct report r = { p, json_array(), clock_real_ms() };

	instance_each(p, add, &r);
	return r.list;
}
