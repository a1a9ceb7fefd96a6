/* SPDX-License-Identifier: BSD-2-Clause
 *
 * marks.c -- by what a route takes something.
 *
 * A subject has marks: how bad it is, whose it is, and the tags of all that
 * it rests on. Whoever asks about routes asks here: the review of a
 * configuration, which refuses one whose bad news would lead nowhere; what
 * tells (core/notify, which adds the instant); what proves that a rule is
 * heard. So none of them can differ.
 *
 * Pure, like core/notify, which needs it.
 */
#include "config/conf.h"

bool
route_takes(const struct route *r, const struct marks *m)
{
	return m->severity >= r->least &&
	    (r->pipeline == NONE || r->pipeline == m->pipeline) &&
	    (r->phase == NONE || r->phase == m->phase) &&
	    (r->tags == 0 || (r->tags & m->tags) != 0);
}

/*-------------------------------------------------------------------- tags */

int32_t
done_checks_of(const struct graph *g, const struct phase_def *p,
    const int32_t **ret)
{
	*ret = NULL;
	if (p->done_kind == DONE_CHECKS) {
		*ret = p->done_checks;
		return p->n_done_checks;
	}
	if (p->done_kind != DONE_GATE)
		return 0;
	*ret = g->gates[p->done_gate].inputs;
	return g->gates[p->done_gate].n_inputs;
}

uint64_t
tags_of(const struct graph *g, int32_t pipeline, const int32_t *checks,
    int32_t n)
{
	uint64_t tags = pipeline == NONE ? 0 : g->pipelines[pipeline].tags;
	int32_t i;

	for (i = 0; i < n; i++)
		tags |= g->checks[checks[i]].tags;
	for (i = 0; i < g->n_recoveries; i++)
		if (recovery_is_for(&g->recoveries[i], checks, n))
			tags |= g->recoveries[i].tags;
	return tags;
}

uint64_t
gate_tags(const struct graph *g, int32_t gate)
{
	const struct gate_def *x = &g->gates[gate];

	return x->tags | tags_of(g, x->pipeline, x->inputs, x->n_inputs);
}

uint64_t
phase_tags(const struct graph *g, int32_t phase)
{
	const struct phase_def *p = &g->phases[phase];
	const int32_t *checks;
	int32_t n = done_checks_of(g, p, &checks);

	return p->tags | tags_of(g, p->pipeline, checks, n);
}
