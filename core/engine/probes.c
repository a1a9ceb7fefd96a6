/* SPDX-License-Identifier: BSD-2-Clause
 *
 * probes.c -- what can't be told, one incident per target.
 *
 * A probe that stays unknown is a breach of its date and target, and all of
 * a target's are one incident. As soon as one check of it can tell again,
 * what else could not is asked at once, on every date.
 */
#include "engine/incidents.h"

static struct breach_entry *
probe_breach(const struct engine *e, const struct day *d, int32_t check)
{
	struct breach_entry *b;

	for (b = breach_first(e, d); b; b = breach_next(e, b))
		if (b->row.open && b->row.kind == ROOT_PROBE &&
		    same_target(e->graph, b->row.subject, check))
			return b;
	return NULL;
}

/* Does anything of this target still leave us in the dark? */
static bool
target_is_dark(struct engine *e, int32_t pipeline, struct day *d,
    int32_t check)
{
	const struct lane *l = &e->lanes[pipeline];
	struct sign s;
	int32_t i;

	for (i = 0; i < l->n_checks; i++)
		if (same_target(e->graph, l->checks[i], check) &&
		    probe_standing(e, l->checks[i], d, &s) != CLEAR)
			return true;
	return false;
}

void
probe_answers(struct engine *e, int32_t check)
{
	const struct lane *l = &e->lanes[e->graph->checks[check].pipeline];
	int32_t i, k;

	for (i = 0; i < l->n_used; i++)
		for (k = 0; k < l->n_checks; k++)
			if (l->days[i].checks[k].untold_n > 0 &&
			    same_target(e->graph, l->checks[k], check))
				check_want(e, l->checks[k], &l->days[i]);
}

void
settle_probe(struct engine *e, int32_t check, struct day *d)
{
	int32_t pipeline = e->graph->checks[check].pipeline;
	const struct check_state *s = check_at(e, d, check);
	uint64_t number = probe_incident(e, check);
	struct home h = { number ? HOME_JOIN : HOME_OWN, number, NONE };
	struct sign sign;

	if (s->untold_n == 0 && !s->in_flight)
		return;
	if (probe_standing(e, check, d, &sign) == STANDS &&
	    probe_breach(e, d, check) == NULL)
		open_breach(e, pipeline, d, &sign, &h);
}

/* What could not be told, and can again. */
void
settle_light(struct engine *e, int32_t pipeline, struct day *d)
{
	struct breach_entry *b;

	d->dark = false;
	for (b = breach_first(e, d); b; b = breach_next(e, b)) {
		if (!b->row.open || b->row.kind != ROOT_PROBE)
			continue;
		d->dark = true;
		if (target_is_dark(e, pipeline, d, b->row.subject))
			continue;
		if (!has_room(e, SIGN_ROWS))
			return;
		breach_close(e, b);
	}
}
