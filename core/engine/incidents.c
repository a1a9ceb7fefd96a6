/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incidents.c -- one root cause, one conversation.
 *
 * Level-triggered: each settling of a date reads what stands now (signs.c),
 * opens and closes breaches accordingly, each in the incident in which it
 * belongs (roots.c, homes.c, joining.c), and then looks at the date's own
 * incidents: how bad they are, whether their causes are proven (life.c), what
 * is to be said (notices.c). Everything that was decided is in the rows, so
 * that a restart repeats nothing.
 *
 * An incident's life: open while a cause stands; clearing when none does, for
 * the settle window, as long as phases that it held back are undone; then
 * each that still follows from it is measured afresh and moves to an incident
 * of its own, and it closes. A cause that stands again meanwhile is the same
 * episode.
 *
 * Of an adopted date, and of a part that was first met after it had ended,
 * only what would be a root is kept, in no incident, and nobody is told: a
 * hole is a row, but no message. An attempt of a person that is held speaks
 * there too.
 *
 * Invariants: an incident and its first breach are written in one step; an
 * incident closes only with no breach open in it; settling a date changes
 * breaches of that date and incidents of that date only.
 */
#include "engine/incidents.h"

static bool
settle_phase_signs(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	struct sign s;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		struct trace *t = &phase_at(e, d, i)->trace;
		struct trace was = *t, up;

		if (!has_room(e, 3 * SIGN_ROWS))
			return false;
		settle_own(e, pipeline, d, held_standing(e, i, d, &s), &s);
		if (!phase_adopted(e, i, d))
			settle_own(e, pipeline, d, bypass_standing(e, i, d,
			    &s), &s);
		up = upstream_trace(e, i, d);
		settle_phase_sign(e, i, d, up);
		*t = phase_trace(e, i, d, up);
		d->turned |= t->kind != was.kind ||
		    t->incident != was.incident;
	}
	return true;
}

/* The dates that follow from this one look again when its traces turn. */
static void
stir_later(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	const struct lane *l = &e->lanes[pipeline];
	bool crosses = false;
	struct day *u;
	int32_t i, k;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		for (k = 0; k < e->graph->phases[i].n_after; k++)
			crosses |= e->graph->phases[i].after[k].date_offset !=
			    0;
	for (u = d + 1; crosses && u < l->days + l->n_used; u++) {
		u->dirty = true;
		if (u->row.owed != 0)
			return;
	}
}

void
settle_incidents(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t i;

	settle_probes(e, pipeline, d);
	if (e->out->more || !settle_phase_signs(e, pipeline, d))
		return;
	if (d->turned || !d->traced)
		stir_later(e, pipeline, d);
	d->traced = true;
	d->turned = false;
	for (i = 0; i < l->n_gates; i++) {
		if (!e->graph->gates[l->gates[i]].alarm)
			continue;
		if (!has_room(e, SIGN_ROWS))
			return;
		settle_alarm(e, l->gates[i], d);
	}
	for (i = 0; i < e->incidents.n; i++) {
		struct incident_entry *x = table_at(&e->incidents, i);

		if (!x->row.open || !where_is(&x->at, pipeline, d))
			continue;
		if (!has_room(e, INCIDENT_ROWS))
			return;
		settle_incident(e, x, d);
	}
}
