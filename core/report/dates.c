/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dates.c -- how a phase of a date stands against its due time, and the
 * quality of a date.
 *
 * What was done by the due time is met, whatever happened later; what the
 * date doesn't owe, what a person held or waived, and what had ended before
 * anybody looked, is neither. The instant that decides is that of the due
 * time: a hold that came afterwards excuses nothing.
 */
#include <assert.h>

#include "base/cleanup.h"
#include "base/units.h"
#include "report/definitions.h"
#include "report/model.h"

const char *
stand_name(enum stand s)
{
	static const char *const names[] = { [STAND_MET] = "met",
		[STAND_LATE] = "late", [STAND_MISSING] = "missing",
		[STAND_PENDING] = "pending", [STAND_DONE] = "done",
		[STAND_IDLE] = "idle", [STAND_HELD] = "held",
		[STAND_WAIVED] = "waived", [STAND_ADOPTED] = "adopted",
		[STAND_UNKNOWN] = "unknown" };

	return names[s];
}

const char *
quality_name(enum quality q)
{
	static const char *const names[] = { [QUALITY_GOLD] = "gold",
		[QUALITY_SILVER] = "silver", [QUALITY_BRONZE] = "bronze",
		[QUALITY_FAILED] = "failed", [QUALITY_PENDING] = "pending",
		[QUALITY_IDLE] = "idle", [QUALITY_UNKNOWN] = "unknown" };

	return names[q];
}

/* The first time that it was done; INSTANT_NONE. */
static int64_t
first_done(const struct report *r, const struct report_day *d, int32_t phase)
{
	const struct graph *g = &r->conf->graph;
	const struct phase_line *l = &d->phases[phase -
	    g->pipelines[g->phases[phase].pipeline].first_phase];
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].state == PHASE_DONE)
			return l->v[i].done_at == INSTANT_NONE ? l->v[i].at :
			    l->v[i].done_at;
	return INSTANT_NONE;
}

/* The last of the waivers of all checks that its done stands on that date;
 * NULL. */
static const struct report_mandate *
all_waived(const struct report *r, const struct phase_def *p,
    struct date date, int64_t at)
{
	const struct check_def *checks = r->conf->graph.checks;
	const struct report_mandate *m = NULL;
	int32_t i, n = p->done_kind == DONE_CHECKS ? done_checks_on(p,
	    date) : 0;

	for (i = 0; i < n; i++) {
		if (is_retired(&checks[p->done_checks[i]].retirement, date))
			continue;
		m = waiver_over(r, p->done_checks[i], date, at);
		if (m == NULL)
			return NULL;
	}
	return m;
}

static bool
excused(const struct report *r, int32_t phase, struct date date, int64_t at,
    struct standing *s)
{
	s->mandate = all_waived(r, &r->conf->graph.phases[phase], date, at);
	if (s->mandate) {
		s->stand = STAND_WAIVED;
		return true;
	}
	s->mandate = mandate_over(r, MANDATE_HOLD, phase, date, at);
	if (s->mandate)
		s->stand = STAND_HELD;
	return s->mandate != NULL;
}

/* Of a date that owes it, with a due time. */
static enum stand
against_due(const struct report *r, const struct standing *s)
{
	if (s->due > r->as_of)
		return STAND_PENDING;
	if (s->done_at == INSTANT_NONE)
		return STAND_MISSING;
	return s->done_at <= s->due ? STAND_MET : STAND_LATE;
}

struct standing
standing_of(const struct report *r, int32_t phase, struct date date)
{
	const struct phase_def *p = &r->conf->graph.phases[phase];
	const struct report_day *d = report_day(r, p->pipeline, date);
	const struct phase_at *last;
	struct standing s = { .done_at = INSTANT_NONE,
		.due = report_due(r, p->pipeline, date, &p->due) };

	last = d ? phase_at(r, d, phase, r->as_of) : NULL;
	if (d)
		s.done_at = first_done(r, d, phase);
	s.marks = last ? last->marks : 0;
	if (d && (d->owed == 0 || (last && last->state == PHASE_SKIPPED)))
		s.stand = STAND_IDLE;
	else if (d && d->adopted)
		s.stand = STAND_ADOPTED;
	else if (s.due != INSTANT_NONE && s.due > r->as_of)
		s.stand = STAND_PENDING;
	else if (d == NULL)
		s.stand = STAND_UNKNOWN;
	else if (s.due == INSTANT_NONE)
		s.stand = s.done_at == INSTANT_NONE ? STAND_PENDING :
		    STAND_DONE;
	else if (s.done_at <= s.due && s.done_at != INSTANT_NONE)
		s.stand = STAND_MET;
	else if (!excused(r, phase, date, s.due, &s))
		s.stand = against_due(r, &s);
	return s;
}

/*----------------------------------------------------------------- quality */

/* What the phases of a date come to. */
struct sum {
	int32_t owed, pending, late, missing, unknown, excused;
	int32_t required_missing, marked;
	bool overridden, adopted, short_check;
	const char *name;       /* of the phase that decides */
	int64_t late_ms;
	const char *check;
};

static bool
is_required(const struct graph *g, const struct pipeline_def *p,
    int32_t phase)
{
	int32_t i;

	if (g->phases[phase].severity == SEVERITY_CRITICAL)
		return true;
	for (i = 0; i < p->n_phases; i++)
		if (g->phases[p->first_phase + i].severity ==
		    SEVERITY_CRITICAL)
			return false;
	return true;
}

static void
add_standing(struct sum *sum, const struct report *r,
    const struct pipeline_def *p, int32_t phase, const struct standing *s)
{
	const struct graph *g = &r->conf->graph;

	switch (s->stand) {
	case STAND_IDLE:
		return;
	case STAND_ADOPTED:
		sum->adopted = true;
		break;
	case STAND_UNKNOWN:
		sum->unknown++;
		break;
	case STAND_PENDING:
		sum->pending++;
		break;
	case STAND_HELD:
	case STAND_WAIVED:
		sum->excused++;
		break;
	case STAND_LATE:
		sum->late++;
		if (s->done_at - s->due > sum->late_ms) {
			sum->late_ms = s->done_at - s->due;
			sum->name = g->phases[phase].name;
		}
		break;
	case STAND_MISSING:
		sum->missing++;
		sum->required_missing += is_required(g, p, phase);
		if (sum->missing == 1 || is_required(g, p, phase))
			sum->name = g->phases[phase].name;
		break;
	case STAND_MET:
	case STAND_DONE:
		break;
	}
	sum->owed++;
	sum->marked += (s->marks & (MARK_DEGRADED | MARK_STALE)) != 0;
	sum->overridden |= (s->marks & (MARK_OVERRIDDEN | MARK_BYPASSED)) !=
	    0;
}

/* A check that a phase's done stands on, and that doesn't pass. */
static void
look_at_checks(struct sum *sum, const struct report *r,
    const struct report_day *d, int32_t phase)
{
	const struct graph *g = &r->conf->graph;
	const int32_t *checks;
	int32_t n, i;

	checks = done_inputs_on(g, &g->phases[phase], d->date, &n);
	for (i = 0; i < n && sum->check == NULL; i++) {
		const struct reading *x = reading_at(d, checks[i], r->as_of);

		if (x && (x->raw == RESULT_WARN || x->raw == RESULT_FAIL)) {
			sum->short_check = true;
			sum->check = g->checks[checks[i]].name;
		}
	}
}

static struct sum
sum_of(const struct report *r, const struct report_day *d, int32_t pipeline,
    struct date date)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[pipeline];
	struct sum sum = { 0 };
	int32_t i;

	for (i = 0; i < p->n_phases; i++) {
		struct standing s = standing_of(r, p->first_phase + i, date);

		add_standing(&sum, r, p, p->first_phase + i, &s);
		if (s.stand != STAND_IDLE && s.stand != STAND_PENDING && d)
			look_at_checks(&sum, r, d, p->first_phase + i);
	}
	return sum;
}

static enum quality
of_done(const struct sum *s, struct text *why)
{
	char buf[DURATION_TEXT];

	if (s->late > 0) {
		text_addf(why, "%s was %s late", s->name,
		    duration_round(s->late_ms, buf));
		if (s->late > 1)
			text_addf(why, ", %d more late", s->late - 1);
		return QUALITY_SILVER;
	}
	if (s->marked > 0) {
		text_add(why, "made from data that was degraded or stale");
		return QUALITY_SILVER;
	}
	if (s->short_check) {
		text_addf(why, "%s does not pass", s->check);
		return QUALITY_SILVER;
	}
	text_add(why, "all in time, nothing missing");
	return QUALITY_GOLD;
}

static enum quality
of_missing(const struct sum *s, struct text *why)
{
	text_addf(why, "%s is missing", s->name);
	if (s->missing > 1)
		text_addf(why, ", %d more are missing", s->missing - 1);
	return s->required_missing > 0 ? QUALITY_FAILED : QUALITY_BRONZE;
}

enum quality
quality_of(const struct report *r, int32_t pipeline, struct date date,
    struct text *why)
{
	const struct report_day *d = report_day(r, pipeline, date);
	struct sum s = sum_of(r, d, pipeline, date);

	if (s.owed == 0) {
		text_add(why, "nothing was owed");
		return QUALITY_IDLE;
	}
	if (s.required_missing > 0)
		return of_missing(&s, why);
	if (s.unknown > 0 || s.adopted) {
		text_add(why, s.adopted ? "it had ended before anybody "
		    "looked" : "nothing of it is in the journal");
		return QUALITY_UNKNOWN;
	}
	if (s.pending > 0) {
		text_addf(why, "%d not yet due", s.pending);
		return QUALITY_PENDING;
	}
	if (s.missing > 0)
		return of_missing(&s, why);
	if (s.overridden || s.excused > 0) {
		text_add(why, s.overridden ? "shipped under an override, or "
		    "past a closed edge" : "a part was held or waived");
		return QUALITY_BRONZE;
	}
	return of_done(&s, why);
}
