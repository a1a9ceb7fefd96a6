/* SPDX-License-Identifier: BSD-2-Clause
 *
 * measures.c -- numbers of dates: one term per date, or per phase and date.
 *
 * What the sentences of definitions.c say, in code. A date that can't be
 * judged is a term too, with the reason: what is left out is listed.
 */
#include "report/measures.h"

#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/units.h"
#include "report/model.h"

static struct term *
on_date(struct term *t, struct date date)
{
	t->dated = true;
	t->date = date;
	return t;
}

static const char *
phase_name(const struct report *r, int32_t phase)
{
	return r->conf->graph.phases[phase].name;
}

/* Why a phase of a date is neither met nor missed; NULL: it is one. */
static const char *
left_out(const struct standing *s)
{
	switch (s->stand) {
	case STAND_IDLE:
		return "nothing was owed";
	case STAND_HELD:
		return "held";
	case STAND_WAIVED:
		return "waived";
	case STAND_ADOPTED:
		return "it had ended before anybody looked";
	case STAND_UNKNOWN:
		return "nothing of it is in the journal";
	case STAND_DONE:
		return "it has no due time";
	case STAND_MET:
	case STAND_LATE:
	case STAND_MISSING:
	case STAND_PENDING:
		break;
	}
	return NULL;
}

static struct term *
leave_out(struct tally *t, const struct standing *s, const char *why)
{
	if (s->mandate)
		return tally_add(t, COUNTS_EXCLUDED, "%s by %s: %s", why,
		    s->mandate->actor, s->mandate->reason);
	return tally_add(t, COUNTS_EXCLUDED, "%s", why);
}

/* What is the same for sla and success. */
static struct term *
by_stand(struct tally *t, const struct standing *s, bool late_counts)
{
	char buf[DURATION_TEXT];
	const char *why = left_out(s);

	if (why)
		return leave_out(t, s, why);
	switch (s->stand) {
	case STAND_PENDING:
		return tally_add(t, COUNTS_PENDING, "not yet due");
	case STAND_MET:
		return tally_add(t, COUNTS_YES, "done in time");
	case STAND_LATE:
		return tally_add(t, late_counts ? COUNTS_YES : COUNTS_NO,
		    "done %s after its due time",
		    duration_round(s->done_at - s->due, buf));
	default:
		return tally_add(t, COUNTS_NO, "not done");
	}
}

static void
phase_dates(const struct report *r, const struct asking *a, struct tally *t,
    bool late_counts)
{
	struct date d;

	for (d = a->from; d.day <= a->to.day; d = date_add(d, 1)) {
		struct standing s = standing_of(r, a->phase, d);
		struct term *x = on_date(by_stand(t, &s, late_counts), d);

		x->subject = phase_name(r, a->phase);
		x->from = s.due;
		x->to = s.done_at;
		if (s.due != INSTANT_NONE && s.done_at != INSTANT_NONE)
			x->value = (double)(s.done_at - s.due);
	}
}

void
terms_sla(const struct report *r, const struct asking *a, struct tally *t)
{
	phase_dates(r, a, t, false);
}

void
terms_success(const struct report *r, const struct asking *a,
    struct tally *t)
{
	phase_dates(r, a, t, true);
}

/*---------------------------------------------------------------- coverage */

/* The share that is there of what is expected; NaN: it can't be said. */
double
share_of(const struct reading *x)
{
	if (!x->measured || !(x->expected > 0))
		return (double)NAN;
	return (x->missing >= 0 ? x->expected - (double)x->missing :
	    x->value) / x->expected;
}

bool
over_complete(const struct reading *x)
{
	return x->extra > 0 || (x->measured && x->value > x->expected);
}

static struct term *
by_reading(struct tally *t, const struct asking *a, const struct reading *x)
{
	double share = x ? share_of(x) : (double)NAN;
	struct term *term;

	if (x == NULL)
		return tally_add(t, COUNTS_EXCLUDED, "not measured by then");
	if (x->raw == RESULT_UNKNOWN || !x->measured)
		return tally_add(t, COUNTS_EXCLUDED, "could not be told");
	if (isnan(share))
		return tally_add(t, COUNTS_EXCLUDED, x->expected <= 0 ?
		    "nothing was expected" : "not a share of anything");
	if (over_complete(x))
		term = tally_add(t, COUNTS_NO, "over-complete: %g of %g, "
		    "which is no coverage", x->value > x->expected ?
		    x->value : x->value + (double)x->extra, x->expected);
	else
		term = tally_add(t, share >= a->coverage ? COUNTS_YES :
		    COUNTS_NO, "%g of %g", share * x->expected, x->expected);
	term->value = share;
	return term;
}

void
terms_coverage(const struct report *r, const struct asking *a,
    struct tally *t)
{
	struct date d;

	for (d = a->from; d.day <= a->to.day; d = date_add(d, 1)) {
		const struct report_day *day = report_day(r, a->pipeline, d);
		int64_t by = report_due(r, a->pipeline, d, &a->by);
		const struct reading *x = day ? reading_at(day, a->check,
		    by) : NULL;
		const struct report_mandate *m = waiver_over(r, a->check, d,
		    by);
		struct term *term;

		if (day && day->owed == 0)
			term = tally_add(t, COUNTS_EXCLUDED,
			    "nothing was owed");
		else if (day && day->adopted)
			term = tally_add(t, COUNTS_EXCLUDED, "it had ended "
			    "before anybody looked");
		else if (by > r->as_of)
			term = tally_add(t, COUNTS_PENDING, "not yet due");
		else if (m)
			term = tally_add(t, COUNTS_EXCLUDED, "waived by %s: "
			    "%s", m->actor, m->reason);
		else
			term = by_reading(t, a, x);
		on_date(term, d)->from = by;
		term->to = x ? x->at : INSTANT_NONE;
		term->subject = r->conf->graph.checks[a->check].name;
	}
}

/*---------------------------------------------------------------- lateness */

static void
lateness_of(const struct report *r, int32_t phase, struct date d,
    struct tally *t)
{
	struct standing s = standing_of(r, phase, d);
	struct term *x;

	if (s.stand == STAND_LATE)
		x = tally_add(t, COUNTS_YES, "late");
	else if (s.stand == STAND_MISSING)
		x = tally_add(t, COUNTS_PENDING, "still not done");
	else if (s.stand == STAND_MET)
		x = tally_add(t, COUNTS_EXCLUDED, "in time");
	else
		return;
	on_date(x, d)->subject = phase_name(r, phase);
	x->from = s.due;
	x->to = s.done_at;
	if (s.stand == STAND_LATE)
		x->value = (double)(s.done_at - s.due);
}

void
terms_lateness(const struct report *r, const struct asking *a,
    struct tally *t)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[a->pipeline];
	struct date d;
	int32_t i;

	t->na = "nothing was late";
	for (d = a->from; d.day <= a->to.day; d = date_add(d, 1))
		for (i = 0; i < p->n_phases; i++)
			if (a->phase == NONE || a->phase == p->first_phase +
			    i)
				lateness_of(r, p->first_phase + i, d, t);
}

/*--------------------------------------------------------- without a person */

/* All owed phases of a date. */
struct whole {
	int32_t owed, pending, undone, late, unknown;
};

static struct whole
whole_of(const struct report *r, int32_t pipeline, struct date d)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[pipeline];
	struct whole w = { 0 };
	int32_t i;

	for (i = 0; i < p->n_phases; i++) {
		struct standing s = standing_of(r, p->first_phase + i, d);

		w.owed += s.stand != STAND_IDLE;
		w.pending += s.stand == STAND_PENDING;
		w.undone += s.stand == STAND_MISSING ||
		    s.stand == STAND_HELD;
		w.late += s.stand == STAND_LATE;
		w.unknown += s.stand == STAND_UNKNOWN ||
		    s.stand == STAND_ADOPTED;
	}
	return w;
}

static const struct report_command *
touched(const struct report *r, int32_t pipeline, struct date d)
{
	const struct report_command *c;
	size_t i = 0, k;

	while ((c = command_about(r, pipeline, d, &i)) != NULL) {
		if (c->dated)
			return c;
		/* one that names an incident is about the incident's date */
		for (k = 0; c->id != 0 && k < r->incidents.n; k++)
			if (r->incidents.v[k].number == c->id &&
			    r->incidents.v[k].dated &&
			    r->incidents.v[k].pipeline == pipeline &&
			    r->incidents.v[k].date.day == d.day)
				return c;
	}
	return NULL;
}

bool
date_touched(const struct report *r, int32_t pipeline, struct date d)
{
	return touched(r, pipeline, d) != NULL;
}

/* The first recovery of a date that was used. */
static const struct report_attempt *
recovery_used(const struct report *r, int32_t pipeline, struct date d)
{
	size_t i;

	for (i = 0; i < r->attempts.n; i++) {
		const struct report_attempt *a = &r->attempts.v[i];

		if (a->pipeline == pipeline && a->dated && a->date.day ==
		    d.day && a->recovery != NONE)
			return a;
	}
	return NULL;
}

static struct term *
of_date(const struct report *r, const struct asking *a, struct date d,
    struct tally *t, bool perfect)
{
	struct whole w = whole_of(r, a->pipeline, d);
	const struct report_command *c = touched(r, a->pipeline, d);
	const struct report_attempt *used = perfect ? recovery_used(r,
	    a->pipeline, d) : NULL;

	if (w.owed == 0)
		return tally_add(t, COUNTS_EXCLUDED, "nothing was owed");
	if (w.unknown > 0)
		return tally_add(t, COUNTS_EXCLUDED, "nothing of it, or not "
		    "all, is in the journal");
	if (c)
		return tally_add(t, COUNTS_NO, "%s by %s", c->touch->verb,
		    c->actor);
	if (w.undone > 0)
		return tally_add(t, COUNTS_NO, "%d of %d phases not done",
		    w.undone, w.owed);
	if (used)
		return tally_add(t, COUNTS_NO, "attempt %llu, %s, was needed",
		    (unsigned long long)used->id, used->name);
	if (perfect && w.late > 0)
		return tally_add(t, COUNTS_NO, "%d of %d phases late", w.late,
		    w.owed);
	if (w.pending > 0)
		return tally_add(t, COUNTS_PENDING, "%d not yet due",
		    w.pending);
	return tally_add(t, COUNTS_YES, perfect ? "in time, nobody and "
	    "nothing had to help" : "done, and nobody had to help");
}

void
terms_zero_touch(const struct report *r, const struct asking *a,
    struct tally *t)
{
	struct date d;

	for (d = a->from; d.day <= a->to.day; d = date_add(d, 1))
		on_date(of_date(r, a, d, t, false), d);
}

void
terms_perfect(const struct report *r, const struct asking *a,
    struct tally *t)
{
	struct date d;

	for (d = a->from; d.day <= a->to.day; d = date_add(d, 1))
		on_date(of_date(r, a, d, t, true), d);
}
