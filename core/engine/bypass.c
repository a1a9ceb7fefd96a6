/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bypass.c -- a phase that is done although nobody here let it start.
 *
 * Polling races: the evidence of a phase may be read before that of its
 * upstream, which came first. So when a phase turns out to be done while its
 * edge is closed, the edge's inputs are measured once more; only if what was
 * measured after its own evidence still says closed, it was bypassed. An
 * upstream that is itself being looked at is waited for.
 *
 * What had ended before we came is only met: nobody can tell in which order
 * it was made.
 */
#include "engine/work.h"

/* Since when its own evidence reads done. */
static int64_t
done_since(const struct engine *e, int32_t phase, const struct day *d)
{
	int64_t since = INSTANT_NONE;
	struct source s;
	int32_t i;

	source_of_done(e, phase, d, &s);
	for (i = 0; i < s.n; i++) {
		const struct check_row *r = &check_at(e, d,
		    s.checks[i])->row;

		if ((r->raw == RESULT_PASS || r->raw == RESULT_WARN) &&
		    r->since > since)
			since = r->since;
	}
	return since;
}

/* Would its evidence, if that is there, make it done? Of the same date that
 * has been seen to by now, but the newest date is looked at first. */
static bool
may_yet_arrive(const struct phase_row *row, bool of_other_date)
{
	switch (row->state) {
	case PHASE_PENDING:
		return (row->marks & MARK_STALE) == 0;
	case PHASE_VERIFYING:
	case PHASE_FAILED:
		return of_other_date;
	case PHASE_RUNNING:
		return of_other_date && row->run_id[0] != '\0';
	default:
		return false;
	}
}

/* Its evidence is there and its own arrival not yet decided. */
static bool
upstream_arrives(const struct engine *e, int32_t phase, const struct day *d,
    int32_t k, const struct day *there)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct phase_row *row;

	if (k >= p->n_after || there == NULL)
		return false;
	row = &phase_at(e, there, p->after[k].phase)->row;
	return may_yet_arrive(row, there != d) &&
	    phase_done(e, p->after[k].phase, there, e->now.wall).holds;
}

/* One closed condition, looked at again. */
static enum arrival
through(struct engine *e, int32_t phase, struct day *d, int32_t k,
    enum verdict v, int64_t since)
{
	struct source s;

	(void)source_of_edge(e, phase, d, k, &s);
	if (s.day == NULL)
		return ARRIVED;
	if (!source_measured(e, &s, since)) {
		source_want(e, &s, since);
		return ARRIVAL_UNSETTLED;
	}
	if (upstream_arrives(e, phase, d, k, s.day))
		return ARRIVAL_UNSETTLED;
	/* could not tell accuses nobody */
	return v == VERDICT_UNKNOWN ? ARRIVED : ARRIVED_BYPASSED;
}

enum arrival
phase_arrival(struct engine *e, int32_t phase, struct day *d)
{
	int64_t since = done_since(e, phase, d);
	struct override_entry *o;
	enum arrival worst = ARRIVED;
	struct closed c;
	int32_t k;

	if (phase_adopted(e, phase, d) || permit_live(e, phase, d, e->now.wall))
		return ARRIVED;
	for (k = 0; k < edge_count(e, phase); k++) {
		enum verdict v = edge_verdict(e, phase, d, k, e->now.wall);
		enum arrival a = v <= VERDICT_DEGRADED ? ARRIVED :
		    through(e, phase, d, k, v, since);

		if (a > worst)
			worst = a;
	}
	if (worst != ARRIVED_BYPASSED)
		return worst;
	o = override_live(e, phase, d, e->now.wall);
	phase_conditions(e, phase, d, &e->now, BY_RUN, &c);
	if (o == NULL || !override_accepts(o, &c))
		return ARRIVED_BYPASSED;
	override_spend(e, o);
	return ARRIVED_OVERRIDDEN;
}
