/* SPDX-License-Identifier: BSD-2-Clause
 *
 * links.c -- who looks at what: the graph the other way round.
 *
 * A definition says what an object looks at; what changes needs to know by
 * whom it is looked at. Each kind of link is walked three times in the same
 * order: to be counted, to find each object's part of the list, and to fill
 * it from its back. An object that looks at the same thing twice is listed
 * twice, which costs a second mark and nothing else. What joins a list from
 * a date on is linked for all dates.
 */
#include "engine/links.h"

/* What is done with one link. */
struct sink {
	enum { COUNT, SIZES, FILL } what;
	size_t n;
	struct links *links;
};

static void
put(struct sink *s, int32_t from, int32_t to)
{
	if (s->what == COUNT)
		s->n++;
	else if (s->what == SIZES)
		s->links->first[from]++;
	else
		s->links->to[--s->links->first[from]] = to;
}

int32_t
done_check(const struct graph *g, const struct phase_def *p, int32_t i)
{
	const struct gate_def *gate;

	if (p->done_kind == DONE_CHECKS)
		return i < p->n_done_checks + p->done_joiners.n ?
		    p->done_checks[i] : NONE;
	if (p->done_kind != DONE_GATE)
		return NONE;
	gate = &g->gates[p->done_gate];
	return i < gate->n_inputs + gate->joiners.n ? gate->inputs[i] : NONE;
}

/* From the last to the first, so that a list filled from its back ascends. */
static void
walk_phase(const struct graph *g, enum link_kind kind, int32_t phase,
    struct sink *s)
{
	const struct phase_def *p = &g->phases[phase];
	int32_t i, check;

	if (kind == LINK_DONE)
		for (i = 0; (check = done_check(g, p, i)) != NONE; i++)
			put(s, check, phase);
	if (kind == LINK_DONE_GATE && p->done_kind == DONE_GATE)
		put(s, p->done_gate, phase);
	if (kind == LINK_GUARDS)
		for (i = 0; i < p->n_guards; i++)
			put(s, p->guards[i], phase);
	if (kind != LINK_DOWN && kind != LINK_FAR)
		return;
	for (i = 0; i < p->n_after; i++)
		if ((p->after[i].date_offset == 0) == (kind == LINK_DOWN))
			put(s, p->after[i].phase, phase);
}

static void
walk(const struct graph *g, enum link_kind kind, struct sink *s)
{
	int32_t i, k;

	if (kind == LINK_GATES)
		for (i = g->n_gates - 1; i >= 0; i--)
			for (k = 0; k < g->gates[i].n_inputs +
			    g->gates[i].joiners.n; k++)
				put(s, g->gates[i].inputs[k], i);
	else if (kind == LINK_REPAIRS)
		for (i = g->n_recoveries - 1; i >= 0; i--)
			for (k = 0; k < g->recoveries[i].n_repairs; k++)
				put(s, g->recoveries[i].repairs[k], i);
	else
		for (i = g->n_phases - 1; i >= 0; i--)
			walk_phase(g, kind, i, s);
}

int32_t
links_from(const struct graph *g, enum link_kind kind)
{
	switch (kind) {
	case LINK_DONE:
	case LINK_GATES:
	case LINK_REPAIRS:
		return g->n_checks;
	case LINK_DONE_GATE:
	case LINK_GUARDS:
		return g->n_gates;
	case LINK_DOWN:
	case LINK_FAR:
	case LINK_KINDS:
		break;
	}
	return g->n_phases;
}

size_t
links_count(const struct graph *g, enum link_kind kind)
{
	struct sink s = { .what = COUNT };

	walk(g, kind, &s);
	return s.n;
}

void
links_make(const struct graph *g, enum link_kind kind, struct links *l)
{
	struct sink s = { .what = SIZES, .links = l };
	int32_t i, n = links_from(g, kind);

	walk(g, kind, &s);
	for (i = 1; i <= n; i++)
		l->first[i] += l->first[i - 1];
	s.what = FILL;
	walk(g, kind, &s);
}
