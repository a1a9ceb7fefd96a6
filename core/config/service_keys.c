/* SPDX-License-Identifier: BSD-2-Clause
 *
 * service_keys.c -- what an action says of its target and its record: the
 * groups `breaker` and `no_success`.
 *
 * A breaker belongs to a target. It is said at one of the actions that have
 * that target and holds for all of them; an action without a target has its
 * own, under its name.
 */
#include "config/build.h"

#include <string.h>

#include "base/units.h"

#define IN_BREAKER(member) offsetof(struct breaker_def, member)
#define IN_ACTION(member) offsetof(struct action_def, member)
#define DAY_MS INT64_C(86400000)

const struct key breaker_keys[] = {
	{ .name = "failures", .type = KEY_INT, .at = IN_BREAKER(failures),
	  .min = 1, .max = BREAKER_FAILURES_MAX, .fallback = "3",
	  .help = "attempts without success that open it" },
	{ .name = "within", .type = KEY_DURATION,
	  .at = IN_BREAKER(within_ms), .min = 1, .max = 30 * DAY_MS,
	  .fallback = "1h", .help = "when they lie so close together" },
	{ .name = "open_for", .type = KEY_DURATION,
	  .at = IN_BREAKER(open_ms), .min = 1, .max = 30 * DAY_MS,
	  .fallback = "30m",
	  .help = "nothing starts for so long, unless the cause is gone" },
	{ .name = "max", .type = KEY_DURATION, .at = IN_BREAKER(max_ms),
	  .min = 1, .max = 30 * DAY_MS, .fallback = "4h",
	  .help = "it doubles up to that, each time that a probe fails" },
	{ .name = "probes", .type = KEY_INT, .at = IN_BREAKER(probes),
	  .min = 1, .max = 100, .fallback = "1",
	  .help = "successes in a row that close it, one at a time" },
	{ .name = NULL }
};

const struct key no_success_keys[] = {
	{ .name = "tries", .type = KEY_INT, .at = IN_ACTION(vain_tries),
	  .min = 0, .max = 1000000, .fallback = "20",
	  .help = "so many in a row are an incident; 0: never" },
	{ .name = "within", .type = KEY_DURATION, .at = IN_ACTION(vain_ms),
	  .min = 0, .max = 3660 * DAY_MS, .fallback = "0",
	  .help = "or for so long; 0: never" },
	{ .name = NULL }
};

/* What an action's breaker is called, its own or that of its target. */
static const char *
breaker_name(const struct action_def *a)
{
	return a->target ? a->target : a->name;
}

static int32_t
breaker_named(const struct graph *g, const struct breaker_def *v,
    const char *name)
{
	int32_t i;

	for (i = 0; i < g->n_breakers; i++)
		if (strcmp(v[i].name, name) == 0)
			return i;
	return NONE;
}

static void
add_breaker(struct load *l, const struct object *o, struct breaker_def *v,
    const struct action_def *a, const struct breaker_def *said)
{
	struct graph *g = &l->conf->graph;
	const struct node *n = node_member(o->node, "breaker");
	int32_t there = breaker_named(g, v, breaker_name(a));
	char open_for[DURATION_TEXT], most[DURATION_TEXT];

	if (there != NONE) {
		wrong(l, n, "%s: target '%s' has a breaker already (%s:%d): "
		    "keep one", label(l, o), breaker_name(a),
		    v[there].origin.file, v[there].origin.line);
		return;
	}
	if (said->open_ms > said->max_ms && said->max_ms > 0)
		wrong(l, n, "%s: 'breaker.open_for' (%s) is above "
		    "'breaker.max' (%s)", label(l, o), duration_text(
		    said->open_ms, open_for), duration_text(said->max_ms,
		    most));
	v[g->n_breakers] = *said;
	v[g->n_breakers].name = breaker_name(a);
	v[g->n_breakers].origin = origin_of(n);
	g->n_breakers++;
}

void
build_breakers(struct load *l, struct action_def *actions,
    const struct breaker_def *said)
{
	const struct objects *list = &l->of[KIND_ACTION];
	struct breaker_def *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++)
		if (said[i].failures > 0)
			add_breaker(l, list->v[i], v, &actions[i], &said[i]);
	for (i = 0; i < list->n; i++)
		actions[i].breaker = breaker_named(&l->conf->graph, v,
		    breaker_name(&actions[i]));
	l->conf->graph.breakers = v;
}
