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

/* False: nobody would hear of something critical, which is said. */
static bool
review_critical(struct load *l, const struct object *o, int32_t pipeline)
{
	const struct marks critical = { .severity = SEVERITY_CRITICAL,
		.pipeline = pipeline, .phase = NONE,
		.tags = l->conf->graph.pipelines[pipeline].tags };
	char when[WEEK_TEXT];
	bool never;
	int32_t at = routes_unheard(l->conf, &critical, &never);

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
		    label(l, o), week_words(at, when));
	return false;
}

/* What a phase says when it is late, by its own severity. */
static void
review_late(struct load *l, const struct object *o)
{
	const struct phase_def *p = &l->conf->graph.phases[o->index];
	const struct marks late = { .severity = p->severity,
		.pipeline = p->pipeline, .phase = o->index, .tags = p->tags |
		l->conf->graph.pipelines[p->pipeline].tags };
	char when[WEEK_TEXT];
	bool never;
	int32_t at;

	if (p->due.kind == DUE_NONE || p->severity == SEVERITY_NONE ||
	    p->severity >= SEVERITY_CRITICAL)
		return;
	at = routes_unheard(l->conf, &late, &never);
	if (at >= 0)
		wrong(l, o->node, "%s: nobody would hear that it is late%s%s: "
		    "no route takes a%s of it", label(l, o), never ? "" :
		    " on ", never ? "" : week_words(at, when), p->severity ==
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
