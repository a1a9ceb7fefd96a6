/* SPDX-License-Identifier: BSD-2-Clause
 *
 * runs.c -- actions that are under way in a simulation.
 *
 * A handful at a time, so a plain list. They end in the order of their
 * times, and of their attempts where these are equal, so that the same input
 * gives the same journal. A run that takes longer than its timeout ends with
 * it, as a worker would be killed.
 */
#include "simulate/runs.h"

#include <stdlib.h>

void
runs_add(struct runs *r, struct run x, int64_t timeout_ms, int64_t now)
{
	x.overdue = timeout_ms > 0 && x.model->takes_ms > timeout_ms;
	x.ends_at = now + (x.overdue ? timeout_ms : x.model->takes_ms);
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		r->v = reallocarray(r->v, r->cap, sizeof *r->v);
		if (r->v == NULL)
			abort();
	}
	r->v[r->n++] = x;
}

/* NULL: none. */
static struct run *
first(const struct runs *r)
{
	struct run *best = NULL;
	size_t i;

	for (i = 0; i < r->n; i++) {
		struct run *x = &r->v[i];

		if (best == NULL || x->ends_at < best->ends_at ||
		    (x->ends_at == best->ends_at &&
		    x->attempt < best->attempt))
			best = x;
	}
	return best;
}

int64_t
runs_next(const struct runs *r)
{
	const struct run *x = first(r);

	return x ? x->ends_at : INSTANT_NONE;
}

static void
take(struct runs *r, struct run *x, struct run *ret)
{
	*ret = *x;
	*x = r->v[--r->n];
}

bool
runs_take(struct runs *r, int64_t now, struct run *ret)
{
	struct run *x = first(r);

	if (x == NULL || x->ends_at > now)
		return false;
	take(r, x, ret);
	return true;
}

bool
runs_cancel(struct runs *r, uint64_t attempt, struct run *ret)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->v[i].attempt == attempt) {
			take(r, &r->v[i], ret);
			return true;
		}
	return false;
}

void
runs_free(struct runs *r)
{
	free(r->v);
	*r = (struct runs){ 0 };
}
