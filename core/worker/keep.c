/* SPDX-License-Identifier: BSD-2-Clause
 *
 * keep.c -- after a reload: which instances and workers stay.
 *
 * A worker has a plugin's file mapped and instances open; if one of these is
 * no longer configured as it was, the whole process ends once idle, and the
 * next call starts a new one with the new file. Those that are the same are
 * not disturbed: their health and their open connections survive a reload.
 *
 * An instance that isn't named any more is forgotten when its last call has
 * its answer and no worker has it open.
 */
#include <stdlib.h>

#include "worker/state.h"

bool
pool_reset(struct pool *p, const char *kind, const char *name)
{
	struct instance *in = instance_find(p, kind, name);

	return in && instance_forgive(in);
}

static bool
has_stale(const struct worker *w, uint64_t keeps)
{
	const struct opened *o;

	for (o = w->opened; o < w->opened + OPEN_MAX; o++)
		if (o->instance && (o->instance->kept != keeps ||
		    o->identity != o->instance->identity))
			return true;
	return false;
}

void
pool_keep(struct pool *p, const struct pool_instance *v, size_t n)
{
	struct instance *in;
	struct worker *w;
	size_t i;

	p->keeps++;
	for (i = 0; i < n; i++) {
		in = instance_find(p, v[i].kind, v[i].name);
		if (in && in->identity == v[i].identity)
			in->kept = p->keeps;
	}
	LIST_FOREACH(w, &p->workers, link)
		w->retire |= has_stale(w, p->keeps);
	p->has_stale = true;
	pool_kick(p);
}

/*--------------------------------------------------------------- forgetting */

static bool
is_open(const struct pool *p, const struct instance *in)
{
	const struct opened *o;
	const struct worker *w;

	LIST_FOREACH(w, &p->workers, link)
		for (o = w->opened; o < w->opened + OPEN_MAX; o++)
			if (o->instance == in)
				return true;
	return false;
}

struct stale {
	struct pool *pool;
	struct instance **v;    /* owned */
	size_t n;
	bool more;
};

static void
find_stale(struct instance *in, void *arg)
{
	struct stale *s = arg;

	if (in->kept == s->pool->keeps)
		return;
	if (in->outstanding > 0 || is_open(s->pool, in)) {
		s->more = true;
		return;
	}
	s->v = reallocarray(s->v, s->n + 1, sizeof(struct instance *));
	if (s->v == NULL)
		abort();
	s->v[s->n++] = in;
}

void
keep_drop_stale(struct pool *p)
{
	struct stale s = { .pool = p };
	size_t i;

	if (!p->has_stale)
		return;
	instance_each(p, find_stale, &s);
	for (i = 0; i < s.n; i++)
		instance_drop(p, s.v[i]);
	free(s.v);
	p->has_stale = s.more;
}
