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

static void
touch_below(struct engine *e, int32_t phase, struct day *d)
{
	int32_t i = links_begin(e, LINK_DOWN, phase);

	for (; i < links_end(e, LINK_DOWN, phase); i++)
		leaf_touch(d, LEAF_SIGN, slot_of_phase(e,
		    e->links[LINK_DOWN].to[i]));
}

/* Those after it on its date read what it follows from; those on later dates
 * only whether that is an incident. */
static void
trace_turned(struct engine *e, int32_t phase, struct day *d,
    const struct trace *was)
{
	const struct trace *t = &phase_at(e, d, phase)->trace;
	const struct lane *l = d->lane;
	bool far = t->kind != was->kind || t->incident != was->incident;
	struct day *u = d + 1;
	int32_t i;

	if (!far && t->root == was->root)
		return;
	touch_below(e, phase, d);
	for (; far && l->crosses && u < l->days + l->n_used; u++) {
		i = links_begin(e, LINK_FAR, phase);
		for (; i < links_end(e, LINK_FAR, phase); i++)
			leaf_touch(u, LEAF_SIGN, slot_of_phase(e,
			    e->links[LINK_FAR].to[i]));
		if (u->row.owed != 0)
			return;
	}
}

/* What waits for an earlier date is waited for by what is below it. */
static bool
near_unsettled(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	int32_t i;

	for (i = 0; i < p->n_after; i++)
		if (p->after[i].date_offset == 0 &&
		    phase_at(e, d, p->after[i].phase)->sign_late &&
		    !phase_over(e, p->after[i].phase, d))
			return true;
	return false;
}

void
settle_sign(struct engine *e, int32_t phase, struct day *d)
{
	int32_t pipeline = e->graph->phases[phase].pipeline;
	struct phase_slot *slot = phase_at(e, d, phase);
	struct trace was = slot->trace, up;
	struct sign s;
	bool late = slot->sign_late;

	slot->sign_late = far_unsettled(e, phase, d) ||
	    near_unsettled(e, phase, d);
	if (slot->sign_late)
		return;
	slot->sign_waits = false;
	settle_own(e, pipeline, d, held_standing(e, phase, d, &s), &s);
	if (!phase_adopted(e, phase, d))
		settle_own(e, pipeline, d, bypass_standing(e, phase, d, &s),
		    &s);
	up = upstream_trace(e, phase, d);
	settle_phase_sign(e, phase, d, up);
	slot->trace = phase_trace(e, phase, d, up);
	trace_turned(e, phase, d, &was);
	if (late)
		touch_below(e, phase, d);
}

void
settle_incidents(struct engine *e, int32_t pipeline, struct day *d)
{
	struct incident_entry *x;

	(void)pipeline;
	for (x = incident_first(e, d); x; x = incident_next(e, x)) {
		if (!x->row.open)
			continue;
		if (!has_room(e, INCIDENT_ROWS))
			return;
		settle_incident(e, x, d);
	}
}
