/* SPDX-License-Identifier: BSD-2-Clause
 *
 * evidence-oracle.c -- what may be started on what was answered, judged
 * without the engine: from the last answers, and from what gates were shown.
 */
#include <math.h>

#include "play.h"

int32_t
day_slot(struct date date)
{
	return date.day - FIRST_DAY;
}

const struct answer *
answer_of(const struct play *p, int32_t check, struct date date)
{
	return &p->answers[check][day_slot(date)];
}

bool
answer_fresh(const struct play *p, int32_t check, struct date date)
{
	const struct answer *a = answer_of(p, check, date);

	return a->known && a->boot_id == p->now.boot_id &&
	    p->now.boot - a->began_boot <= p->checks[check].max_age_ms;
}

void
show(const struct play *p, int32_t gate, struct date date, struct shown *ret)
{
	const struct gate_def *g = &p->gates[gate];
	int32_t i;

	*ret = (struct shown){ .asked = true };
	for (i = 0; i < g->n_inputs; i++) {
		const struct answer *a = answer_of(p, g->inputs[i], date);

		ret->in[i].known = a->known;
		ret->in[i].told = a->told;
		ret->in[i].value = a->known && a->told ? a->value : 0;
		/* only what is bad cares whether it is due */
		ret->in[i].due = a->known && a->raw == RESULT_FAIL &&
		    p->now.wall >= engine_check_due(p->engine, g->inputs[i],
		    date);
	}
}

static bool
same_inputs(const struct shown *a, const struct shown *b, int32_t n)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (a->in[i].known != b->in[i].known ||
		    a->in[i].told != b->in[i].told ||
		    a->in[i].due != b->in[i].due ||
		    a->in[i].value < b->in[i].value ||
		    a->in[i].value > b->in[i].value)
			return false;
	return true;
}

/* Its last answer for inputs that read as they do now was open. */
bool
gate_supported(const struct play *p, int32_t gate, struct date date)
{
	int32_t d = day_slot(date), i, n = p->n_shown[gate][d];
	struct shown now;

	show(p, gate, date, &now);
	for (i = n - 1; i >= 0 && i >= n - P_ASKS; i--) {
		const struct shown *s = &p->shown[gate][d][i % P_ASKS];

		if (s->answered && same_inputs(s, &now,
		    p->gates[gate].n_inputs))
			return s->opens;
	}
	return false;
}

static bool
inputs_fresh(const struct play *p, const int32_t *checks, int32_t n,
    struct date date)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (!answer_fresh(p, checks[i], date))
			return false;
	return true;
}

static const char *
bad_gate(const struct play *p, int32_t gate, struct date date)
{
	const struct gate_def *g = &p->gates[gate];

	if (!gate_supported(p, gate, date))
		return "a gate that has not said open for what its inputs "
		    "read now";
	return inputs_fresh(p, g->inputs, g->n_inputs, date) ? NULL :
	    "stale inputs of a gate";
}

static const char *
bad_checks(const struct play *p, const struct phase_def *ph,
    struct date date)
{
	int32_t i;

	for (i = 0; i < ph->n_done_checks; i++) {
		const struct answer *a = answer_of(p, ph->done_checks[i],
		    date);

		if (!a->known || !a->told)
			return "an upstream check that could not tell";
		if (a->raw != RESULT_PASS && a->raw != RESULT_WARN)
			return "an upstream check that fails";
	}
	return inputs_fresh(p, ph->done_checks, ph->n_done_checks, date) ?
	    NULL : "stale evidence of an upstream phase";
}

static int64_t
owed(struct play *p, struct date date)
{
	const struct record *r = row_find(p, RECORD_DATE, date, NONE);

	return r ? r->u.date_row.owed : -1;
}

static const char *
bad_upstream(struct play *p, int32_t phase, struct date date)
{
	const struct record *r = row_find(p, RECORD_PHASE, date, phase);
	const struct phase_def *ph = &p->phases[phase];

	if (owed(p, date) == 0)
		return NULL;
	if (r == NULL || r->u.phase.state != PHASE_DONE)
		return "an upstream phase that isn't done";
	if (ph->done_kind == DONE_EXIT)
		return NULL;
	return ph->done_kind == DONE_GATE ? bad_gate(p, ph->done_gate,
	    date) : bad_checks(p, ph, date);
}

struct date
date_before(struct play *p, struct date date, bool *ret_any)
{
	struct date best = { INT32_MIN };
	int32_t i;

	for (i = 0; i < p->n_rows; i++) {
		const struct record *r = &p->rows[i];

		if (r->kind == RECORD_DATE && !r->u.date_row.closed &&
		    r->u.date_row.owed != 0 && r->date.day < date.day &&
		    r->date.day > best.day)
			best = r->date;
	}
	*ret_any = best.day != INT32_MIN;
	return best;
}

const char *
bad_evidence(struct play *p, int32_t phase, struct date date)
{
	const struct phase_def *ph = &p->phases[phase];
	const char *bad = NULL;
	int32_t i;

	if (owed(p, date) <= 0)
		return "a date that owes nothing, or nobody knows what";
	if (p->pipeline.calendar != NONE &&
	    !answer_fresh(p, p->pipeline.calendar, date))
		return "a stale calendar";
	for (i = 0; i < ph->n_after && bad == NULL; i++) {
		bool any = true;
		struct date there = ph->after[i].date_offset == 0 ? date :
		    date_before(p, date, &any);

		bad = any ? bad_upstream(p, ph->after[i].phase, there) :
		    "a date before that nobody watches";
	}
	for (i = 0; i < ph->n_guards && bad == NULL; i++)
		bad = bad_gate(p, ph->guards[i], date);
	return bad;
}

/* Its evidence was told, and says no. */
bool
done_refuted(const struct play *p, int32_t phase, struct date date)
{
	const struct phase_def *ph = &p->phases[phase];
	bool fails = false;
	int32_t i;

	if (ph->done_kind != DONE_CHECKS)
		return false;
	for (i = 0; i < ph->n_done_checks; i++) {
		const struct answer *a = answer_of(p, ph->done_checks[i],
		    date);

		if (!a->known || !a->told)
			return false;
		fails |= a->raw == RESULT_FAIL && p->now.wall >=
		    engine_check_due(p->engine, ph->done_checks[i], date);
	}
	return fails;
}
