/* SPDX-License-Identifier: BSD-2-Clause
 *
 * review_routes.c -- does somebody hear of it?
 *
 * An alarm without a listener looks like a quiet night. So a configuration
 * whose critical messages would lead nowhere, for any of its pipelines and
 * at any minute of a week, is refused, and so is a phase of whose lateness
 * nobody would hear; a route that those above it leave nothing for is a
 * warning. What an alarm's plugin may say is proven elsewhere (core/prove).
 */
#include <string.h>

#include "config/review.h"

enum { MINUTES = 24 * 60, WEEK = 7 * MINUTES };

/* Does route `a` take all that `b` would, while it is open? */
static bool
covers(const struct route *a, const struct route *b)
{
	return a->least <= b->least &&
	    (a->pipeline == NONE || a->pipeline == b->pipeline) &&
	    (a->phase == NONE || a->phase == b->phase) &&
	    (a->tags == 0 || (b->tags != 0 && (b->tags & ~a->tags) == 0));
}

static void
review_shadows(struct load *l)
{
	const struct conf *c = l->conf;
	int32_t i, k;

	for (i = 0; i < c->n_routes; i++)
		for (k = 0; k < i; k++) {
			const struct object *o = l->of[KIND_ROUTE].v[k];

			if (c->routes[k].carry_on || (c->routes[k].during &&
			    c->routes[k].during != c->routes[i].during) ||
			    !covers(&c->routes[k], &c->routes[i]))
				continue;
			doubtful(l, l->of[KIND_ROUTE].v[i]->node, "route: "
			    "never reached, because the one at %s takes all "
			    "that it would (continue = true there lets it "
			    "through)", place(l, o->node));
			break;
		}
}

/*------------------------------------------------------------------- hours */

/* Does it take what has these marks for certain, while it is open? */
static bool
takes(const struct route *r, const struct route *what)
{
	return r->n_to > 0 && r->least <= what->least &&
	    (r->pipeline == NONE || r->pipeline == what->pipeline) &&
	    (r->phase == NONE || r->phase == what->phase) &&
	    (r->tags == 0 || (r->tags & what->tags) != 0);
}

/* The minutes of a week at which a route is open. What comes by a cron line,
 * or once, is no promise for every week. */
static void
mark_open(const struct route *r, bool *heard)
{
	const struct window *w = r->during;
	int32_t day, m, from, len;

	for (m = 0; w == NULL && m < WEEK; m++)
		heard[m] = true;
	if (w == NULL || w->when != WHEN_DAILY)
		return;
	from = w->from_s / 60;
	len = w->to_s / 60 - from;
	if (len <= 0)
		len += MINUTES;
	for (day = 0; day < 7; day++)
		for (m = 0; (w->days >> day & 1) && m < len; m++)
			heard[(day * MINUTES + from + m) % WEEK] = true;
}

/* The first minute of a week, from Monday on, at which no route takes all
 * that `what` stands for; -1: there is none. *ret_never: no route ever does. */
static int32_t
unheard_at(const struct conf *c, const struct route *what, bool *ret_never)
{
	bool heard[WEEK] = { false };
	int32_t i, m;

	*ret_never = true;
	for (i = 0; i < c->n_routes; i++)
		if (takes(&c->routes[i], what)) {
			mark_open(&c->routes[i], heard);
			*ret_never = false;
		}
	for (i = 0; i < WEEK; i++) {
		m = (i + MINUTES) % WEEK;
		if (!heard[m])
			return m;
	}
	return -1;
}

static const char *
hour_words(struct load *l, int32_t minute)
{
	static const char *const days[7] = { "Sunday", "Monday", "Tuesday",
		"Wednesday", "Thursday", "Friday", "Saturday" };

	return arena_printf(l->scratch, "%s at %02d:%02d",
	    days[minute / MINUTES], minute % MINUTES / 60, minute % 60);
}

/* False: nobody would hear of something critical, which is said. */
static bool
review_critical(struct load *l, const struct object *o, int32_t pipeline)
{
	const struct route critical = { .least = SEVERITY_CRITICAL,
		.pipeline = pipeline, .phase = NONE,
		.tags = l->conf->graph.pipelines[pipeline].tags };
	bool never;
	int32_t at = unheard_at(l->conf, &critical, &never);

	if (at < 0)
		return true;
	if (never)
		wrong(l, o->node, "%s: nobody would hear of anything "
		    "critical: %s", label(l, o), l->conf->n_routes == 0 ?
		    "there are no routes; add routes = ( { to = \"...\"; } )" :
		    "no route takes all of it");
	else
		wrong(l, o->node, "%s: nobody would hear of anything "
		    "critical on %s: no route takes all of it then",
		    label(l, o), hour_words(l, at));
	return false;
}

/* What a phase says when it is late, by its own severity. */
static void
review_late(struct load *l, const struct object *o)
{
	const struct phase_def *p = &l->conf->graph.phases[o->index];
	const struct route late = { .least = p->severity,
		.pipeline = p->pipeline, .phase = o->index, .tags = p->tags |
		l->conf->graph.pipelines[p->pipeline].tags };
	bool never;
	int32_t at;

	if (p->due.kind == DUE_NONE || p->severity == SEVERITY_NONE ||
	    p->severity >= SEVERITY_CRITICAL)
		return;
	at = unheard_at(l->conf, &late, &never);
	if (at >= 0)
		wrong(l, o->node, "%s: nobody would hear that it is late%s%s: "
		    "no route takes a%s of it", label(l, o), never ? "" :
		    " on ", never ? "" : hour_words(l, at), p->severity ==
		    SEVERITY_INFO ? "n 'info'" : " 'warning'");
}

/* A route whose notifiers could not be found has its own finding. */
static bool
routes_whole(const struct load *l)
{
	size_t i;

	for (i = 0; i < l->of[KIND_ROUTE].n; i++)
		if (l->of[KIND_ROUTE].v[i]->inputs.n == 0)
			return false;
	return true;
}

void
review_routes(struct load *l)
{
	const struct objects *pipelines = &l->of[KIND_PIPELINE];
	size_t i, k;

	review_shadows(l);
	if (!routes_whole(l))
		return;
	for (i = 0; i < pipelines->n; i++) {
		const struct object *o = pipelines->v[i];

		if (!review_critical(l, o, (int32_t)i))
			continue;
		for (k = 0; k < o->n_phases; k++)
			review_late(l, o->phases[k]);
	}
}
