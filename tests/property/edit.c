/* SPDX-License-Identifier: BSD-2-Clause
 *
 * edit.c -- somebody edits the configuration.
 *
 * Objects go and come back, limits, plans and modes change. What comes out
 * would load: no phase without evidence, no gate without inputs, no edge or
 * guard that leads nowhere.
 */
#include "play.h"

static int32_t
alive_of(const struct play *p, const int32_t *list, int32_t n, enum of kind)
{
	int32_t i, k = 0;

	for (i = 0; i < n; i++)
		k += alive(p, kind, list[i]);
	return k;
}

/* Would it load? What hangs in the air is not alive either. */
static bool
loads(struct play *p)
{
	int32_t i, phases = 0;

	for (i = 0; i < p->graph.n_gates; i++)
		if (alive(p, OF_GATE, i) && alive_of(p, p->gates[i].inputs,
		    p->gates[i].n_inputs, OF_CHECK) == 0)
			return false;
	for (i = 0; i < p->graph.n_recoveries; i++)
		if (alive(p, OF_RECOVERY, i) && alive_of(p,
		    p->recoveries[i].repairs, p->recoveries[i].n_repairs,
		    OF_CHECK) == 0)
			return false;
	for (i = 0; i < p->graph.n_phases; i++) {
		const struct phase_def *ph = &p->phases[i];

		if (!alive(p, OF_PHASE, i))
			continue;
		phases++;
		if (ph->done_kind == DONE_CHECKS && alive_of(p,
		    ph->done_checks, ph->n_done_checks, OF_CHECK) == 0)
			return false;
		if (ph->done_kind == DONE_GATE && !alive(p, OF_GATE,
		    ph->done_gate))
			return false;
	}
	return phases > 0 && p->alive[OF_CHECK] != 0 &&
	    (p->pipeline.calendar == NONE || alive(p, OF_CHECK,
	    p->pipeline.calendar));
}

static int32_t
number_of(const struct play *p, enum of kind)
{
	return kind == OF_CHECK ? p->graph.n_checks : kind == OF_GATE ?
	    p->graph.n_gates : kind == OF_PHASE ? p->graph.n_phases :
	    p->graph.n_recoveries;
}

/* Goes, or comes back, if it may. */
static void
toggle(struct play *p)
{
	static const enum of kinds[] = { OF_CHECK, OF_GATE, OF_PHASE,
		OF_RECOVERY };
	enum of kind = kinds[upto(p, 4)];
	int32_t n = number_of(p, kind);
	uint32_t bit;

	if (n == 0)
		return;
	bit = 1u << upto(p, n);
	p->alive[kind] ^= bit;
	if (!loads(p))
		p->alive[kind] ^= bit;
}

static void
change_check(struct play *p)
{
	struct check_def *c = &p->checks[upto(p, p->graph.n_checks)];

	if (c->limits.fail_below.kind == LIMIT_ABSOLUTE)
		c->limits.fail_below.at = 1 + upto(p, 2);
	else
		c->limits.fail_below.at = chance(p, 50) ? 50 : 90;
	c->confirm = 1 + upto(p, 2);
}

static void
change_plan(struct play *p)
{
	int32_t n = p->graph.n_recoveries;
	struct phase_def *phase = &p->phases[upto(p, p->graph.n_phases)];
	struct action_def *action;

	phase->retry.attempts = 1 + upto(p, 3);
	if (n > 0) {
		struct recovery_def *r = &p->recoveries[upto(p, n)];

		r->retry.attempts = 1 + upto(p, 3);
		r->per_date = r->retry.attempts + upto(p, 3);
		r->mode = chance(p, 90) ? MODE_ENFORCE : MODE_OBSERVE;
	}
	action = &p->actions[upto(p, P_ACTIONS)];
	action->per_hour = upto(p, 4);
}

void
edit_graph(struct play *p)
{
	int32_t n = 1 + upto(p, 3);

	while (n-- > 0)
		switch (upto(p, 4)) {
		case 0:
			change_check(p);
			break;
		case 1:
			change_plan(p);
			break;
		default:
			toggle(p);
		}
}
