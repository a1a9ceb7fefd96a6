/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_evidence.c -- dates, checks, gates: what may be believed of them.
 *
 * A measurement that could not tell is unknown, and so is what proves
 * nothing; what was known at a decision must have been called by the right
 * word; a gate's verdict belongs to its inputs and to nothing else.
 */
#include "journal/laws_judge.h"

/*------------------------------------------------------------------- dates */

static struct date_seen *
date_put(struct laws *l, uint32_t pipeline, int32_t day)
{
	return law_map_put(&l->dates, law_key(day, pipeline));
}

const struct date_seen *
law_date_of(const struct laws *l, uint32_t pipeline, int32_t day)
{
	const struct date_seen *d = law_map_find(&l->dates,
	    law_key(day, pipeline));

	return d && d->known ? d : NULL;
}

void
laws_see_date(struct laws *l, const struct law_fact *f)
{
	struct date_seen *d = date_put(l, f->pipeline, f->day);

	d->known = true;
	d->owed = f->u.date.owed;
	d->adopted = f->u.date.adopted;
	d->closed = f->u.date.closed;
	d->changed = f->seq;
}

/*------------------------------------------------------------------ checks */

static bool
is_well(enum law_result r)
{
	return r == LAW_PASS || r == LAW_WARN;
}

static bool
finite_number(double v)
{
	return v - v == 0;
}

static bool
empty(const struct law_check *c)
{
	return c->expected == 0 && c->value == 0 && c->extra <= 0 &&
	    c->waived == 0;
}

static void
judge_check(struct laws *l, const struct law_fact *f)
{
	const struct law_check *c = &f->u.check;
	const struct law_def *d;

	if (c->raw == LAW_UNKNOWN)
		return;
	if (!c->measured || c->fault) {
		law_found(l, LAW_NOTHING_PASSES, f, "%s could not tell, and "
		    "is not unknown", law_word(l, f->name));
		return;
	}
	d = law_def_of(l, f->name, FACT_DEFINE_CHECK);
	if (!is_well(c->raw) || (d && d->u.check.calendar))
		return;
	if (c->value == c->value && !finite_number(c->value))
		law_found(l, LAW_NOTHING_PASSES, f, "%s is well with a value "
		    "that is no number", law_word(l, f->name));
	else if (c->value == c->value && c->expected == c->expected &&
	    !(finite_number(c->expected) && c->expected >= 0))
		law_found(l, LAW_NOTHING_PASSES, f, "%s is well with an "
		    "expectation that is no number", law_word(l, f->name));
	else if (d && !d->u.check.allow_empty && empty(c))
		law_found(l, LAW_NOTHING_PASSES, f, "%s is well with 0 of 0",
		    law_word(l, f->name));
}

void
laws_see_check(struct laws *l, const struct law_fact *f)
{
	struct check_seen *c = law_map_put(&l->checks, key_of_fact(f));

	if (f->u.check.raw != LAW_PASS || !(f->u.check.expected > 0) ||
	    !f->u.check.measured || f->u.check.fault)
		judge_check(l, f);
	c->raw = (uint8_t)f->u.check.raw;
	c->measured = f->u.check.measured;
	c->began = f->u.check.began;
	c->in_row = f->u.check.in_row;
	date_put(l, f->pipeline, f->day)->changed = f->seq;
}

/* Its beginning and its end are news about the check, as a measurement is. */
void
laws_see_waiver(struct laws *l, const struct law_fact *f)
{
	const struct law_waiver *w = &f->u.waiver;
	struct check_seen *c;

	date_put(l, f->pipeline, f->day)->changed = f->seq;
	if (!w->whole)
		return;
	c = law_map_put(&l->checks, key_of_fact(f));
	if (c->in_row == 0)
		c->raw = LAW_UNKNOWN;   /* never measured */
	if (w->live)
		c->waiver = w->id;
	else if (c->waiver == w->id)
		c->waiver = 0;
}

const struct check_seen *
law_check_of(const struct laws *l, uint32_t check, int32_t day)
{
	return law_map_find(&l->checks, law_key(day, check));
}

/*------------------------------------------------------------------- gates */

static bool
opens(enum law_verdict v)
{
	return v == LAW_OPEN || v == LAW_DEGRADED;
}

/* The row of an answer follows the note that it was late; so does, sometimes,
 * that of the next one. */
static bool
is_late(const struct law_fact *f, const struct gate_seen *was)
{
	return was->late != 0 && was->late + 1 == f->seq;
}

static void
judge_gate(struct laws *l, const struct law_fact *f,
    const struct gate_seen *was)
{
	const struct law_gate *g = &f->u.gate;
	const struct date_seen *d;

	if (g->revision < was->revision)
		law_found(l, LAW_REVISION, f, "the verdict of %s is of "
		    "revision %llu, and %llu was known",
		    law_word(l, f->name), (unsigned long long)g->revision,
		    (unsigned long long)was->revision);
	if (was->verdict != LAW_BLOCKED || !opens(g->verdict) ||
	    was->defined != l->defined + l->life + l->jumps)
		return;
	d = law_map_find(&l->dates, law_key(f->day, f->pipeline));
	if (d == NULL || d->changed < was->seq)
		law_found(l, LAW_NO_TIMER, f, "%s was blocked in event %llu "
		    "and opens, with no new evidence",
		    law_word(l, f->name), (unsigned long long)was->seq);
}

void
laws_see_gate(struct laws *l, const struct law_fact *f)
{
	struct gate_seen *g = law_map_put(&l->gates, key_of_fact(f));

	if (g->known)
		judge_gate(l, f, g);
	g->known = true;
	g->verdict = (uint8_t)f->u.gate.verdict;
	g->revision = f->u.gate.revision;
	g->seq = f->seq;
	/* a block of another generation says nothing about this one's, nor
	 * does one that came late */
	g->defined = is_late(f, g) ? UINT64_MAX : l->defined + l->life +
	    l->jumps;
}

void
laws_see_late(struct laws *l, const struct law_fact *f)
{
	struct gate_seen *g = law_map_put(&l->gates, key_of_fact(f));

	g->late = f->seq;
}

enum law_verdict
law_verdict_of(const struct laws *l, uint32_t gate, int32_t day, int64_t at)
{
	const struct gate_seen *g = law_map_find(&l->gates,
	    law_key(day, gate));
	const struct law_def *d = law_def_of(l, gate, FACT_DEFINE_GATE);
	enum law_verdict v = g ? (enum law_verdict)g->verdict :
	    LAW_NO_VERDICT;

	if (v == LAW_NO_VERDICT && d &&
	    d->u.gate.unknown_opens_until != INSTANT_NONE &&
	    at < d->u.gate.unknown_opens_until)
		return LAW_DEGRADED;
	return v;
}

/*---------------------------------------------------------------- readings */

static const char *
result_word(enum law_result r)
{
	static const char *const words[LAW_RESULTS] = {
		[LAW_PASS] = "pass", [LAW_WARN] = "warn",
		[LAW_FAIL] = "fail", [LAW_UNKNOWN] = "unknown",
		[LAW_SKIP] = "skip", [LAW_NOT_DUE] = "not_due"
	};

	return words[r];
}

/* What the row has, by the word that it must have gone by. */
static enum law_result
right_word(const struct law_reading *r, enum law_result raw, int64_t at)
{
	if (raw != LAW_FAIL)
		return raw;
	if (r->due == INSTANT_NONE)
		return r->result == LAW_NOT_DUE ? LAW_NOT_DUE : LAW_FAIL;
	return at < r->due ? LAW_NOT_DUE : LAW_FAIL;
}

static void
judge_reading(struct laws *l, const struct law_fact *f,
    const struct law_reading *r)
{
	const struct check_seen *c = law_check_of(l, r->check, r->day);
	enum law_result raw = c ? (enum law_result)c->raw : LAW_UNKNOWN;
	enum law_result right = right_word(r, raw, f->at);

	if (r->result != LAW_SKIP && r->result != right)
		law_found(l, LAW_WORDS, f, "%s was taken for '%s', and reads "
		    "'%s'", law_word(l, r->check), result_word(r->result),
		    result_word(right));
}

void
laws_see_readings(struct laws *l, const struct law_fact *f)
{
	const struct law_basis *b = f->u.attempt.basis;
	int32_t i;

	for (i = 0; b && i < b->n_readings; i++)
		judge_reading(l, f, &b->readings[i]);
}
