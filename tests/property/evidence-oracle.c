/* SPDX-License-Identifier: BSD-2-Clause
 *
 * evidence-oracle.c -- what may be started on what was answered, judged
 * without the engine: from the last answers, and from what gates were shown.
 */
#include <math.h>

#include "play.h"

const struct answer *
answer_of(struct play *p, int32_t check, struct date date)
{
	static const struct answer none = { .known = false };
	const struct slot *d = slot_of(p, date);

	return d ? &d->answers[check] : &none;
}

/* As the limits of this seed mean it; the engine's own arithmetic isn't
 * asked. */
enum result
judge_here(const struct play *p, int32_t check, const struct measurement *m,
    int64_t waived)
{
	const struct check_def *c = &p->checks[check];
	const struct limits *l = &c->limits;
	bool percent = l->fail_below.kind == LIMIT_PERCENT;
	enum result r = RESULT_PASS;
	double part = m->value, expected = m->expected - (double)waived;

	if (!m->told || m->fault || isnan(m->value))
		return RESULT_UNKNOWN;
	if (c->calendar)
		return m->value >= 0 ? RESULT_PASS : percent ?
		    RESULT_UNKNOWN : RESULT_FAIL;
	if (waived > 0 && waived == m->missing && expected <= 0)
		return RESULT_PASS;     /* nothing is asked for */
	if (percent) {
		if (isnan(expected) || isinf(expected))
			return RESULT_UNKNOWN;
		if (expected <= 0 && !l->allow_empty)
			return RESULT_UNKNOWN;
		if (expected <= 0 && m->value <= 0 && m->value >= 0)
			return RESULT_PASS;
		part = m->value / expected * 100;
	} else if (!isnan(expected)) {
		if (isinf(expected) || expected < 0 ||
		    (expected <= 0 && !l->allow_empty))
			return RESULT_UNKNOWN;
		if (expected <= 0 && m->value <= 0 && m->value >= 0)
			return RESULT_PASS;
	}
	if (part < l->fail_below.at)
		return RESULT_FAIL;
	if (part < l->warn_below.at)
		r = RESULT_WARN;
	if (m->value > expected && l->over > r)
		r = l->over;
	return r;
}

bool
answer_fresh(struct play *p, int32_t check, struct date date)
{
	const struct answer *a = answer_of(p, check, date);
	const struct check_def *c = &p->checks[check];
	/* never slower than a day; the engine's own period may be shorter */
	int64_t most = c->max_age_ms ? c->max_age_ms :
	    (c->every_ms > 24 * HOUR ? c->every_ms : 24 * HOUR) / 2 * 3;

	return a->known && a->boot_id == p->now.boot_id &&
	    p->now.boot - a->began_boot <= most;
}

void
show(struct play *p, int32_t gate, struct date date, struct shown *ret)
{
	const struct gate_def *g = &p->gates[gate];
	int32_t i;

	*ret = (struct shown){ .answered = false };
	for (i = 0; i < g->n_inputs; i++) {
		const struct answer *a = answer_of(p, g->inputs[i], date);
		int32_t n = here(p, OF_CHECK, g->inputs[i]);

		if (n == NONE)
			continue;
		ret->in[i].excused = excused(p, g->inputs[i], date);
		ret->in[i].known = a->known;
		ret->in[i].told = a->told;
		ret->in[i].raw = a->raw;
		ret->in[i].value = a->known && a->told ? a->value : 0;
		/* only what is bad cares whether it is due */
		ret->in[i].due = a->known && a->raw == RESULT_FAIL &&
		    engine_date(p->s->engine, 0, date) &&
		    p->now.wall >= engine_check_due(p->s->engine, n, date);
	}
}

static bool
same_inputs(const struct shown *a, const struct shown *b, int32_t n)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (a->in[i].excused != b->in[i].excused)
			return false;
		else if (a->in[i].excused)
			continue;
		else if (a->in[i].known != b->in[i].known ||
		    a->in[i].told != b->in[i].told ||
		    a->in[i].due != b->in[i].due ||
		    (a->in[i].known && a->in[i].raw != b->in[i].raw) ||
		    a->in[i].value < b->in[i].value ||
		    a->in[i].value > b->in[i].value)
			return false;
	return true;
}

/* Its last answer for inputs that read as they do now was open. */
bool
gate_supported(struct play *p, int32_t gate, struct date date)
{
	const struct slot *d = slot_of(p, date);
	int32_t i, n;
	struct shown now;

	if (d == NULL)
		return true;
	n = d->shown_life[gate] == p->s->life ? d->n_shown[gate] : 0;
	show(p, gate, date, &now);
	for (i = n - 1; i >= 0 && i >= n - P_ASKS; i--) {
		const struct shown *s = &d->shown[gate][i % P_ASKS];

		if (s->answered && same_inputs(s, &now,
		    p->gates[gate].n_inputs))
			return s->opens;
	}
	return false;
}

static bool
inputs_fresh(struct play *p, const int32_t *checks, int32_t n,
    struct date date)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (here(p, OF_CHECK, checks[i]) != NONE &&
		    !excused(p, checks[i], date) &&
		    !answer_fresh(p, checks[i], date))
			return false;
	return true;
}

static const char *
bad_gate(struct play *p, int32_t gate, struct date date)
{
	const struct gate_def *g = &p->gates[gate];

	if (!gate_supported(p, gate, date))
		return "a gate that has not said open for what its inputs "
		    "read now";
	return inputs_fresh(p, g->inputs, g->n_inputs, date) ? NULL :
	    "stale inputs of a gate";
}

static const char *
bad_checks(struct play *p, const struct phase_def *ph,
    struct date date)
{
	int32_t i;

	for (i = 0; i < ph->n_done_checks; i++) {
		const struct answer *a = answer_of(p, ph->done_checks[i],
		    date);

		if (here(p, OF_CHECK, ph->done_checks[i]) == NONE ||
		    excused(p, ph->done_checks[i], date))
			continue;
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

static bool
all_excused(struct play *p, const int32_t *checks, int32_t n,
    struct date date)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (here(p, OF_CHECK, checks[i]) != NONE &&
		    !excused(p, checks[i], date))
			return false;
	return true;
}

bool
owes_nothing(struct play *p, int32_t phase, struct date date)
{
	const struct phase_def *ph = &p->phases[phase];
	const struct gate_def *g = &p->gates[ph->done_gate];

	if (ph->done_kind == DONE_EXIT)
		return false;
	return ph->done_kind == DONE_GATE ? all_excused(p, g->inputs,
	    g->n_inputs, date) : all_excused(p, ph->done_checks,
	    ph->n_done_checks, date);
}

static const char *
bad_upstream(struct play *p, int32_t phase, struct date date)
{
	const struct record *r = row_find(p, RECORD_PHASE, date, phase);
	const struct phase_def *ph = &p->phases[phase];

	if (owed(p, date) == 0 || (r && r->u.phase.state == PHASE_SKIPPED &&
	    owes_nothing(p, phase, date)))
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
	const struct record *r;

	for (r = row_first(p, RECORD_DATE); r; r = row_next(p, r))
		if (!r->u.date_row.closed && r->u.date_row.owed != 0 &&
		    r->date.day < date.day && r->date.day > best.day)
			best = r->date;
	*ret_any = best.day != INT32_MIN;
	return best;
}

const char *
bad_evidence(struct play *p, int32_t phase, struct date date)
{
	const struct phase_def *ph = &p->phases[phase];
	const char *bad = NULL;
	struct date there;
	int32_t i;

	if (owed(p, date) <= 0)
		return "a date that owes nothing, or nobody knows what";
	if (p->pipeline.calendar != NONE &&
	    !answer_fresh(p, p->pipeline.calendar, date))
		return "a stale calendar";
	for (i = 0; i < ph->n_after && bad == NULL; i++) {
		bool any = true;

		if (here(p, OF_PHASE, ph->after[i].phase) == NONE)
			continue;
		there = ph->after[i].date_offset == 0 ? date :
		    date_before(p, date, &any);
		bad = any ? bad_upstream(p, ph->after[i].phase, there) :
		    "a date before that nobody watches";
	}
	for (i = 0; i < ph->n_guards && bad == NULL; i++)
		if (here(p, OF_GATE, ph->guards[i]) != NONE)
			bad = bad_gate(p, ph->guards[i], date);
	return bad;
}

/* Its evidence was told, and says no. */
bool
done_refuted(struct play *p, int32_t phase, struct date date)
{
	const struct phase_def *ph = &p->phases[phase];
	bool fails = false;
	int32_t i;

	if (ph->done_kind != DONE_CHECKS)
		return false;
	for (i = 0; i < ph->n_done_checks; i++) {
		const struct answer *a = answer_of(p, ph->done_checks[i],
		    date);

		int32_t n = here(p, OF_CHECK, ph->done_checks[i]);

		if (n == NONE || excused(p, ph->done_checks[i], date))
			continue;
		if (!a->known || !a->told)
			return false;
		fails |= a->raw == RESULT_FAIL && p->now.wall >=
		    engine_check_due(p->s->engine, n, date);
	}
	return fails;
}
