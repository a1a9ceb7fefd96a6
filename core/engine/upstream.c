/* SPDX-License-Identifier: BSD-2-Clause
 *
 * upstream.c -- who owns what a proven root held back.
 *
 * A root that is proven still owns the phases behind it, for the pipeline's
 * settle window: they start late because it came late. From a late phase the
 * walk goes upstream to a cause that stands or was proven lately; from an
 * incident it goes downstream to what is still undone. Across dates it
 * follows the edges to the previous date that owes something.
 *
 * The walks mark phases in their slots (`above`), in the order in which a
 * pipeline's phases lie, so that each is one pass over a date. The marks mean
 * nothing afterwards.
 */
#include "engine/incidents.h"

void
mark_none(const struct engine *e, int32_t pipeline, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	int32_t i;

	for (i = 0; i < p->n_phases; i++)
		d->phases[i].above = false;
}

void
mark_up(const struct engine *e, int32_t pipeline, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	int32_t i, k;

	for (i = p->first_phase + p->n_phases - 1; i >= p->first_phase; i--) {
		const struct phase_def *ph = &e->graph->phases[i];

		if (!phase_at(e, d, i)->above)
			continue;
		for (k = 0; k < ph->n_after; k++)
			if (ph->after[k].date_offset == 0)
				phase_at(e, d, ph->after[k].phase)->above =
				    true;
	}
}

/* The same on the date before; NULL: no edge leads there. */
static struct day *
mark_back(const struct engine *e, int32_t pipeline, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	struct day *u = NULL;
	int32_t i, k;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		const struct phase_def *ph = &e->graph->phases[i];

		for (k = 0; k < ph->n_after; k++) {
			if (ph->after[k].date_offset == 0 ||
			    !phase_at(e, d, i)->above)
				continue;
			if (u == NULL) {
				u = upstream_day(e, pipeline, d,
				    &ph->after[k]);
				if (u == NULL)
					return NULL;
				mark_none(e, pipeline, u);
			}
			phase_at(e, u, ph->after[k].phase)->above = true;
		}
	}
	return u;
}

bool
owns_still(const struct engine *e, const struct breach_entry *b)
{
	int64_t window = e->graph->pipelines[b->at.pipeline].settle_ms;

	return !b->row.child && incident_live(e, b->row.incident) &&
	    (b->row.open || e->now.wall < b->row.until + window);
}

static uint64_t
owner_on(const struct engine *e, const struct day *d, uint64_t but)
{
	const struct breach_entry *b;

	for (b = breach_first(e, d); b; b = breach_next(e, b))
		if (b->row.kind == ROOT_PHASE && b->row.incident != but &&
		    owns_still(e, b) &&
		    phase_at(e, d, b->row.subject)->above)
			return b->row.incident;
	return 0;
}

uint64_t
incident_above(struct engine *e, int32_t phase, struct day *d, uint64_t but)
{
	int32_t pipeline = e->graph->phases[phase].pipeline;
	struct day *u;
	uint64_t number = 0;

	mark_none(e, pipeline, d);
	phase_at(e, d, phase)->above = true;
	for (u = d; u && number == 0; u = mark_back(e, pipeline, u)) {
		mark_up(e, pipeline, u);
		number = owner_on(e, u, but);
	}
	return number;
}

static bool
undone(const struct engine *e, int32_t phase, const struct day *d)
{
	return !phase_over(e, phase, d) &&
	    phase_at(e, d, phase)->row.state != PHASE_FAILED;
}

/* Marks the phases that are causes; is one itself held back? */
static bool
mark_causes(const struct engine *e, const struct incident_entry *x,
    struct day *d)
{
	bool held = false;
	const struct breach_entry *b;

	mark_none(e, x->at.pipeline, d);
	for (b = breach_first_in(e, x); b; b = breach_next_in(e, b)) {
		if (b->row.child ||
		    (b->row.kind != ROOT_PHASE &&
		    b->row.kind != ROOT_ATTEMPT) ||
		    !where_is(&b->at, x->at.pipeline, d))
			continue;
		phase_at(e, d, b->row.subject)->above = true;
		held |= b->row.kind == ROOT_ATTEMPT &&
		    undone(e, b->row.subject, d);
	}
	return held;
}

bool
holds_back(struct engine *e, const struct incident_entry *x, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[x->at.pipeline];
	int32_t i, k;

	if (mark_causes(e, x, d))
		return true;
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		const struct phase_def *ph = &e->graph->phases[i];
		bool below = false;

		for (k = 0; k < ph->n_after; k++)
			below |= ph->after[k].date_offset == 0 &&
			    phase_at(e, d, ph->after[k].phase)->above;
		if (!below)
			continue;
		phase_at(e, d, i)->above = true;
		if (undone(e, i, d))
			return true;
	}
	return false;
}

int64_t
settle_window(const struct engine *e, int32_t pipeline, enum root_kind kind)
{
	/* what a probe hid is known as soon as it is measured */
	return kind == ROOT_PROBE || kind == ROOT_EARLY ? 0 :
	    e->graph->pipelines[pipeline].settle_ms;
}

bool
window_over(const struct engine *e, const struct incident_entry *x)
{
	return x->row.clearing && e->now.wall >= x->row.clear_since +
	    settle_window(e, x->at.pipeline, x->row.kind);
}
