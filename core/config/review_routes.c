/* SPDX-License-Identifier: BSD-2-Clause
 *
 * review_routes.c -- does somebody hear of it?
 *
 * An alarm without a listener looks like a quiet night. So a configuration
 * whose critical messages would lead nowhere, for any of its pipelines, is
 * refused; a route that those above it leave nothing for is a warning.
 */
#include <string.h>

#include "config/review.h"

/* Does route `a` take all that `b` would? */
static bool
covers(const struct route *a, const struct route *b)
{
	return a->least <= b->least &&
	    (a->pipeline == NONE || a->pipeline == b->pipeline) &&
	    (a->phase == NONE || a->phase == b->phase);
}

static void
review_shadows(struct load *l)
{
	const struct conf *c = l->conf;
	int32_t i, k;

	for (i = 0; i < c->n_routes; i++)
		for (k = 0; k < i; k++) {
			const struct object *o = l->of[KIND_ROUTE].v[k];

			if (c->routes[k].carry_on ||
			    !covers(&c->routes[k], &c->routes[i]))
				continue;
			doubtful(l, l->of[KIND_ROUTE].v[i]->node, "route: "
			    "never reached, because the one at %s takes all "
			    "that it would (continue = true there lets it "
			    "through)", place(l, o->node));
			break;
		}
}

/* Is there a route that takes everything critical of a pipeline? */
static bool
critical_heard(const struct conf *c, int32_t pipeline)
{
	struct route critical = { .least = SEVERITY_CRITICAL,
		.pipeline = pipeline, .phase = NONE };
	int32_t i;

	for (i = 0; i < c->n_routes; i++)
		if (c->routes[i].n_to > 0 && covers(&c->routes[i], &critical))
			return true;
	return false;
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
	size_t i;

	review_shadows(l);
	for (i = 0; routes_whole(l) && i < pipelines->n; i++)
		if (!critical_heard(l->conf, (int32_t)i))
			wrong(l, pipelines->v[i]->node, "%s: nobody would "
			    "hear of anything critical: %s", label(l,
			    pipelines->v[i]), l->conf->n_routes == 0 ?
			    "there are no routes; add routes = ( { to = "
			    "\"...\"; } )" : "no route takes all of it");
}
