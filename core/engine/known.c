/* SPDX-License-Identifier: BSD-2-Clause
 *
 * known.c -- what is known of a date's data, for incidents.
 *
 * A reading of the evidence that is stricter than the results themselves: a
 * measurement counts once it was made since the engine was resumed, a failure
 * once it is confirmed, a verdict once it is of the current inputs, and all
 * of it once it is known what the date owes. What doesn't count yet is "not
 * in", which neither opens nor ends anything.
 *
 * Two kinds of unknown differ: a probe that could not tell says nothing about
 * data; one that answered, with nothing that proves anything (0 of 0), does,
 * once its time has come.
 */
#include "engine/incidents.h"

enum evidence
check_evidence(const struct engine *e, int32_t check, const struct day *d)
{
	const struct check_state *s = check_at(e, d, check);
	enum result result = check_result(e, check, d, e->now.wall);

	if (result == RESULT_SKIP)
		return EVIDENCE_GOOD;
	if (!s->seen)
		return EVIDENCE_NOT_IN;
	switch (result) {
	case RESULT_NOT_DUE:
		return EVIDENCE_NOT_DUE;
	case RESULT_FAIL:
		return s->row.in_row < e->graph->checks[check].confirm ?
		    EVIDENCE_NOT_IN : EVIDENCE_BAD;
	case RESULT_UNKNOWN:
		if (!s->row.measured)
			return EVIDENCE_UNTOLD;
		/* it answered, and the answer proves nothing: 0 of 0 */
		return e->now.wall < check_due_at(e, check, d) ?
		    EVIDENCE_NOT_DUE : EVIDENCE_BAD;
	case RESULT_PASS:
	case RESULT_WARN:
	case RESULT_SKIP:
		break;
	}
	return EVIDENCE_GOOD;
}

bool
guard_counts(const struct engine *e, int32_t pipeline, int32_t gate)
{
	return e->graph->gates[gate].mode >=
	    e->graph->pipelines[pipeline].mode;
}

/* Of several checks: a failure is known whatever the others will say. */
static enum evidence
checks_evidence(const struct engine *e, const int32_t *checks, int32_t n,
    const struct day *d, int32_t *ret_untold)
{
	static const int rank[] = { [EVIDENCE_GOOD] = 0,
		[EVIDENCE_NOT_DUE] = 1, [EVIDENCE_UNTOLD] = 2,
		[EVIDENCE_NOT_IN] = 3, [EVIDENCE_BAD] = 4 };
	enum evidence worst = EVIDENCE_GOOD;
	int32_t i;

	*ret_untold = NONE;
	for (i = 0; i < n; i++) {
		enum evidence ev = check_evidence(e, checks[i], d);

		if (ev == EVIDENCE_UNTOLD && *ret_untold == NONE)
			*ret_untold = checks[i];
		if (rank[ev] > rank[worst])
			worst = ev;
	}
	if (worst != EVIDENCE_UNTOLD)
		*ret_untold = NONE;
	return worst;
}

bool
input_not_in(const struct engine *e, const struct gate_def *g,
    const struct day *d)
{
	int32_t i;

	for (i = 0; i < gate_inputs_on(g, d->date); i++)
		if (check_evidence(e, g->inputs[i], d) == EVIDENCE_NOT_IN)
			return true;
	return false;
}

enum evidence
gate_evidence(const struct engine *e, int32_t gate, const struct day *d,
    int32_t *ret_untold)
{
	const struct gate_def *g = &e->graph->gates[gate];
	int32_t i;

	*ret_untold = NONE;
	if (!gate_settled(e, gate, d))
		return EVIDENCE_NOT_IN;
	switch (gate_at(e, d, gate)->row.verdict) {
	case VERDICT_OPEN:
	case VERDICT_DEGRADED:
		return EVIDENCE_GOOD;
	case VERDICT_WAITING:
		return EVIDENCE_NOT_DUE;
	case VERDICT_UNKNOWN:
	case VERDICT_BLOCKED:
		break;
	}
	if (input_not_in(e, g, d))
		return EVIDENCE_NOT_IN;
	if (gate_at(e, d, gate)->row.verdict == VERDICT_BLOCKED)
		return EVIDENCE_BAD;
	for (i = 0; i < gate_inputs_on(g, d->date); i++)
		if (check_evidence(e, g->inputs[i], d) == EVIDENCE_UNTOLD) {
			*ret_untold = g->inputs[i];
			return EVIDENCE_UNTOLD;
		}
	return EVIDENCE_BAD;    /* the gate itself can't tell */
}

enum evidence
calendar_evidence(const struct engine *e, int32_t pipeline,
    const struct day *d, int32_t *ret_untold)
{
	int32_t calendar = e->graph->pipelines[pipeline].calendar;

	*ret_untold = NONE;
	if (calendar == NONE || d->row.owed >= 0)
		return calendar == NONE || check_at(e, d, calendar)->seen ?
		    EVIDENCE_GOOD : EVIDENCE_NOT_IN;
	if (!check_at(e, d, calendar)->seen)
		return EVIDENCE_NOT_IN;
	if (check_at(e, d, calendar)->row.measured)
		return EVIDENCE_GOOD;   /* unknown: not idle */
	*ret_untold = calendar;
	return EVIDENCE_UNTOLD;
}

int32_t
phase_checks(const struct engine *e, int32_t phase, const struct day *d,
    const int32_t **ret)
{
	int32_t n;

	*ret = done_inputs_on(e->graph, &e->graph->phases[phase], d->date,
	    &n);
	return n;
}

enum evidence
phase_evidence(const struct engine *e, int32_t phase, const struct day *d,
    int32_t *ret_untold)
{
	const struct phase_def *p = &e->graph->phases[phase];
	enum evidence ev = calendar_evidence(e, p->pipeline, d, ret_untold);

	if (ev != EVIDENCE_GOOD)
		return ev;
	switch (p->done_kind) {
	case DONE_CHECKS:
		return checks_evidence(e, p->done_checks,
		    done_checks_on(p, d->date), d, ret_untold);
	case DONE_GATE:
		return gate_evidence(e, p->done_gate, d, ret_untold);
	case DONE_EXIT:
		break;
	}
	return EVIDENCE_NOT_DUE;        /* nothing but its exit tells */
}
