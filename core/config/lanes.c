/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lanes.c -- to which pipeline an object belongs.
 *
 * Dates, zones and defaults are a pipeline's, so every check, gate and
 * recovery belongs to exactly one. It says so itself (`pipeline = "x"`), or
 * its use says so: a phase's `done`, a calendar, a guarded phase, the inputs
 * of a gate, the checks that a recovery repairs. Where there is one pipeline
 * only, everything is its own.
 *
 * What is used by two pipelines is a finding: their dates are not the same
 * dates.
 */
#include "config/load.h"

/* True if that was news. */
static bool
claim(struct load *l, struct object *o, struct object *pipeline,
    const struct node *at)
{
	if (o == NULL || pipeline == NULL || o->pipeline == pipeline)
		return false;
	if (o->pipeline == NULL) {
		o->pipeline = pipeline;
		o->claim = at;
		return true;
	}
	wrong(l, at, "%s belongs to pipeline '%s' (%s) and is used in "
	    "pipeline '%s' here: each needs its own", label(l, o),
	    o->pipeline->name, o->claim ? place(l, o->claim) : "declared",
	    pipeline->name);
	return false;
}

static bool
claim_all(struct load *l, const struct refs *refs, struct object *pipeline)
{
	bool news = false;
	size_t i;

	for (i = 0; i < refs->n; i++)
		news |= claim(l, refs->v[i].to, pipeline, refs->v[i].at);
	return news;
}

static void
claim_by_use(struct load *l)
{
	const struct objects *gates = &l->of[KIND_GATE];
	const struct objects *phases = &l->of[KIND_PHASE];
	const struct objects *pipelines = &l->of[KIND_PIPELINE];
	size_t i, k;

	for (i = 0; i < pipelines->n; i++)
		(void)claim(l, pipelines->v[i]->check.to, pipelines->v[i],
		    pipelines->v[i]->check.at);
	for (i = 0; i < phases->n; i++) {
		struct object *o = phases->v[i];

		(void)claim(l, o->gate.to, o->pipeline, o->gate.at);
		(void)claim_all(l, &o->inputs, o->pipeline);
	}
	for (i = 0; i < gates->n; i++) {
		struct object *o = gates->v[i];

		for (k = 0; k < o->guards.n; k++)
			(void)claim(l, o, o->guards.v[k].to->pipeline,
			    o->guards.v[k].at);
	}
}

/* From the first of its inputs that has one. */
static bool
claim_from_inputs(struct load *l, struct object *o)
{
	size_t i;

	for (i = 0; i < o->inputs.n && o->pipeline == NULL; i++)
		if (claim(l, o, o->inputs.v[i].to->pipeline,
		    o->inputs.v[i].at))
			return true;
	return false;
}

/* Gates and checks give it to each other until nothing changes. */
static void
spread(struct load *l)
{
	const struct objects *gates = &l->of[KIND_GATE];
	bool news = true;
	size_t i;

	while (news) {
		news = false;
		for (i = 0; i < gates->n; i++) {
			struct object *o = gates->v[i];

			news |= claim_from_inputs(l, o);
			/* conflicts are told once, below */
			l->quiet = true;
			news |= claim_all(l, &o->inputs, o->pipeline);
			l->quiet = false;
		}
	}
	for (i = 0; i < gates->n; i++)
		(void)claim_all(l, &gates->v[i]->inputs,
		    gates->v[i]->pipeline);
}

static void
demand(struct load *l, enum kind kind)
{
	const struct objects *list = &l->of[kind];
	size_t i;

	for (i = 0; i < list->n; i++) {
		struct object *o = list->v[i];

		if (o->pipeline == NULL && l->of[KIND_PIPELINE].n == 1)
			o->pipeline = l->of[KIND_PIPELINE].v[0];
		if (o->pipeline == NULL && !l->broken)
			wrong(l, o->node, "%s belongs to no pipeline: say "
			    "pipeline = \"...\"", label(l, o));
	}
}

void
assign_pipelines(struct load *l)
{
	const struct objects *recoveries = &l->of[KIND_RECOVERY];
	size_t i;

	claim_by_use(l);
	spread(l);
	for (i = 0; i < recoveries->n; i++) {
		struct object *o = recoveries->v[i];

		(void)claim_from_inputs(l, o);
		(void)claim_all(l, &o->inputs, o->pipeline);
	}
	demand(l, KIND_CHECK);
	demand(l, KIND_GATE);
	demand(l, KIND_RECOVERY);
}
