/* SPDX-License-Identifier: BSD-2-Clause
 *
 * match.c -- what a route, a window or a silence is about.
 *
 * Each names some marks of an incident, and takes it when all that it names
 * are there. Silences outlive a reload and therefore name by text.
 */
#include <string.h>

#include "notify/match.h"

static const struct zone *
zone_of(const struct conf *c, const struct notify_case *x)
{
	return x->pipeline == NONE ? NULL :
	    &c->graph.pipelines[x->pipeline].zone;
}

static bool
has_number(const int32_t *v, int32_t n, int32_t number)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (v[i] == number)
			return true;
	return n == 0;
}

static bool
has_target(const struct window *w, const struct notify_case *x)
{
	int32_t i, k;

	for (i = 0; i < w->n_targets; i++)
		for (k = 0; k < x->n_targets; k++)
			if (strcmp(w->targets[i], x->targets[k]) == 0)
				return true;
	return w->n_targets == 0;
}

const struct window *
window_that_holds(const struct conf *c, enum window_kind kind,
    const struct notify_case *x, int32_t notifier, int64_t now,
    int64_t *ret_start, int64_t *ret_end)
{
	const struct window *last = NULL;
	int64_t start, end;
	int32_t i;

	for (i = 0; i < c->n_windows; i++) {
		const struct window *w = &c->windows[i];

		if (w->kind != kind ||
		    !has_number(w->pipelines, w->n_pipelines, x->pipeline) ||
		    !has_number(w->phases, w->n_phases, x->phase) ||
		    !has_number(w->notifiers, w->n_notifiers, notifier) ||
		    !has_target(w, x) ||
		    !window_open(w, zone_of(c, x), now, &start, &end))
			continue;
		if (last && end <= *ret_end)
			continue;
		last = w;
		*ret_start = start;
		*ret_end = end;
	}
	return last;
}

/* Does it take all that has these marks, whenever that is? */
static bool
ends_here(const struct route *r, int64_t now)
{
	return !r->carry_on && (r->during == NULL || now != INSTANT_NONE);
}

const struct route *
notify_route(const struct conf *c, const struct notify_case *x,
    enum severity s, int64_t now, const struct route *after)
{
	const struct marks m = { s, x->pipeline, x->phase, x->tags };
	const struct route *r = after ? after + 1 : c->routes;

	if (after && ends_here(after, now))
		return NULL;
	for (; r < c->routes + c->n_routes; r++)
		if (route_takes(r, &m) && (r->during == NULL ||
		    now == INSTANT_NONE || window_open(r->during,
		    zone_of(c, x), now, NULL, NULL)))
			return r;
	return NULL;
}

static bool
is_called(const char *wanted, const char *name)
{
	return wanted == NULL || (name && strcmp(wanted, name) == 0);
}

bool
silence_matches(const struct silence *s, const struct conf *c,
    const struct notify_case *x, enum severity severity, int64_t now)
{
	const struct graph *g = &c->graph;
	char date[DATE_TEXT];

	return now >= s->from && now < s->until &&
	    (s->incident == 0 || s->incident == x->incident) &&
	    (s->severity == SEVERITY_NONE || s->severity == severity) &&
	    is_called(s->pipeline, x->pipeline == NONE ? NULL :
	    g->pipelines[x->pipeline].name) &&
	    is_called(s->phase, x->phase == NONE ? NULL :
	    g->phases[x->phase].name) &&
	    is_called(s->date, x->dated ? date_text(x->date, date) : NULL) &&
	    (s->tag == NULL || (conf_tag(c, s->tag) & x->tags) != 0);
}
