/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story.c -- what happened in a period: dates, recoveries, overrides.
 *
 * Each list is what docs/guide.md says of it. Incidents and what can be
 * learned of them are in story_incidents.c.
 */
#include "report/story.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report/answer.h"
#include "report/model.h"

static const struct zone *
zone_of(const struct report *r, int32_t pipeline)
{
	return &r->conf->graph.pipelines[pipeline].zone;
}

/*------------------------------------------------------------------- dates */

static json_t *
marks_json(uint32_t marks)
{
	static const struct { uint32_t bit; const char *word; } words[] = {
		{ MARK_DEGRADED, "degraded" }, { MARK_OVERRIDDEN,
		"overridden" }, { MARK_BYPASSED, "bypassed" },
		{ MARK_STALE, "stale" }, { MARK_OUTSIDE, "outside" } };
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (marks & words[i].bit)
			answer_add(list, json_string(words[i].word));
	return list;
}

static json_t *
phase_json(const struct report *r, int32_t phase, struct date d)
{
	const struct phase_def *p = &r->conf->graph.phases[phase];
	const struct zone *z = zone_of(r, p->pipeline);
	struct standing s = standing_of(r, phase, d);
	json_t *o = json_object();

	answer_text(o, "phase", p->name);
	answer_text(o, "stand", stand_name(s.stand));
	answer_when(o, "due", s.due, z);
	answer_when(o, "done_at", s.done_at, z);
	if (s.stand == STAND_LATE)
		answer_span(o, "late_ms", s.due, s.done_at);
	else
		answer_text(o, "late_ms", NULL);
	answer_set(o, "marks", marks_json(s.marks));
	return o;
}

static json_t *
check_json(const struct report *r, int32_t check, const struct reading *x)
{
	const struct check_def *c = &r->conf->graph.checks[check];
	json_t *o = json_object();

	answer_text(o, "check", c->name);
	answer_text(o, "result", result_name(x->raw));
	answer_number(o, "value", x->value);
	answer_number(o, "expected", x->expected);
	answer_number(o, "share", share_of(x));
	answer_flag(o, "over", over_complete(x));
	answer_when(o, "at", x->at, zone_of(r, c->pipeline));
	return o;
}

static json_t *
checks_json(const struct report *r, const struct report_day *d,
    int32_t pipeline)
{
	const struct graph *g = &r->conf->graph;
	json_t *list = json_array();
	int32_t i;

	for (i = 0; d && d->checks && i < g->n_checks; i++) {
		const struct reading *x = reading_at(d, i, r->as_of);

		if (x && g->checks[i].pipeline == pipeline)
			answer_add(list, check_json(r, i, x));
	}
	return list;
}

static json_t *
date_json(const struct report *r, int32_t pipeline, struct date date)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[pipeline];
	const struct report_day *d = report_day(r, pipeline, date);
	CLEANUP_TEXT struct text why = { 0 };
	json_t *o = json_object(), *phases = json_array();
	int32_t i;

	answer_date(o, "date", date);
	answer_text(o, "quality", quality_name(quality_of(r, pipeline, date,
	    &why)));
	answer_text(o, "why", text_str(&why));
	if (d && d->owed >= 0)
		json_put_int(o, "owed", d->owed);
	else
		answer_text(o, "owed", NULL);
	answer_flag(o, "touched", date_touched(r, pipeline, date));
	for (i = 0; i < p->n_phases; i++)
		answer_add(phases, phase_json(r, p->first_phase + i, date));
	answer_set(o, "phases", phases);
	answer_set(o, "checks", checks_json(r, d, pipeline));
	return o;
}

json_t *
story_dates(const struct report *r, const struct report_query *q)
{
	json_t *list = json_array();
	struct date d;

	for (d = q->from; d.day <= q->to.day; d = date_add(d, 1))
		answer_add(list, date_json(r, q->pipeline, d));
	return list;
}

/*------------------------------------------------- recoveries and overrides */

static bool
within(const struct report_query *q, struct date d)
{
	return d.day >= q->from.day && d.day <= q->to.day;
}

static json_t *
attempt_json(const struct report_attempt *a, const struct zone *z)
{
	json_t *o = json_object();

	json_put_int(o, "attempt", (int64_t)a->id);
	answer_date(o, "date", a->date);
	answer_text(o, "name", a->name);
	answer_text(o, "outcome", a->state == ATTEMPT_CLOSED ?
	    outcome_name(a->outcome) : attempt_state_name(a->state));
	answer_text(o, "by", a->by_person ? a->actor : NULL);
	answer_when(o, "began_at", a->intent_at, z);
	answer_when(o, "ended_at", a->closed_at, z);
	answer_set(o, "proof", a->proof ? json_incref(a->proof) :
	    json_null());
	return o;
}

json_t *
story_recoveries(const struct report *r, const struct report_query *q)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->attempts.n; i++) {
		const struct report_attempt *a = &r->attempts.v[i];

		if (a->pipeline == q->pipeline && a->dated && within(q,
		    a->date) && a->recovery != NONE)
			answer_add(list, attempt_json(a, zone_of(r,
			    q->pipeline)));
	}
	return list;
}

/* What of its date was made under it. */
static json_t *
shipped(const struct report *r, const struct report_mandate *m)
{
	const struct pipeline_def *p =
	    &r->conf->graph.pipelines[m->pipeline];
	const struct report_day *d = report_day(r, m->pipeline, m->date);
	json_t *list = json_array();
	int32_t i;

	for (i = 0; d && i < p->n_phases; i++) {
		int32_t phase = p->first_phase + i;
		const struct phase_at *x = phase_at(r, d, phase, r->as_of);

		if (x && x->state == PHASE_DONE && (x->marks &
		    MARK_OVERRIDDEN))
			answer_add(list, json_string(
			    r->conf->graph.phases[phase].name));
	}
	return list;
}

json_t *
story_overrides(const struct report *r, const struct report_query *q)
{
	const struct zone *z = zone_of(r, q->pipeline);
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->mandates.n; i++) {
		const struct report_mandate *m = &r->mandates.v[i];
		json_t *o;

		if (m->kind != MANDATE_OVERRIDE || m->pipeline !=
		    q->pipeline || m->any_date || !within(q, m->date))
			continue;
		o = json_object();
		json_put_int(o, "id", (int64_t)m->id);
		answer_date(o, "date", m->date);
		answer_text(o, "phase", m->subject);
		answer_text(o, "actor", m->actor);
		answer_text(o, "reason", m->reason);
		answer_when(o, "at", m->at, z);
		answer_when(o, "until", m->until, z);
		answer_set(o, "shipped", shipped(r, m));
		answer_add(list, o);
	}
	return list;
}
