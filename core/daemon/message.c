/* SPDX-License-Identifier: BSD-2-Clause
 *
 * message.c -- gathers the facts of a message about an incident.
 *
 * From the incident's root: the checks that it rests on and what they read,
 * the attempts that were made for it, the phases that wait because of it,
 * the fix that the configuration names. What the sentences look like is
 * notice.c's affair; whether anything is said at all, the engine's.
 */
#include "daemon/message.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "daemon/adopted.h"
#include "daemon/history.h"
#include "daemon/incident.h"
#include "daemon/message_private.h"
#include "daemon/notice.h"
#include "daemon/service.h"
#include "daemon/words.h"

enum { WHY_LINES = 4, ITEMS_SHOWN = 6 };

static void
facts_free(struct facts *f)
{
	text_free(&f->title);
	text_free(&f->since);
	text_free(&f->lasted);
	text_free(&f->why);
	text_free(&f->rule);
	text_free(&f->tried);
	text_free(&f->last);
	text_free(&f->held);
	text_free(&f->deadline);
	text_free(&f->fix);
}

/*--------------------------------------------------------------------- why */

static void
limit_words(struct text *t, const struct limits *l)
{
	if (l->fail_below.kind == LIMIT_NONE)
		return;
	text_add(t, " (min ");
	words_number(t, l->fail_below.at);
	text_add(t, l->fail_below.kind == LIMIT_PERCENT ? " %)" : ")");
}

static void
items_words(struct text *t, const json_t *list)
{
	size_t n = json_array_size(list), i;

	if (n == 0)
		return;
	text_add(t, ", missing");
	for (i = 0; i < n && i < ITEMS_SHOWN; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		text_add(t, i > 0 ? ", " : " ");
		if (s)
			text_add_clean(t, s, strnlen(s, 60));
	}
	if (n > ITEMS_SHOWN)
		text_addf(t, " and %zu more", n - ITEMS_SHOWN);
}

/* Where it isn't like on past dates. */
static void
band_words(struct facts *f, int32_t check)
{
	struct band_reading b;

	if (!engine_band(f->v.engine, check, f->where.date, &f->v.now, &b) ||
	    !b.known || !b.outside)
		return;
	text_add(&f->why, ", not as usual: ");
	(void)history_band(&f->why, &b);
}

/* Where it is going to be too much, or too little. */
static void
trend_words(struct facts *f, int32_t check)
{
	struct trend_reading r;

	if (!engine_trend(f->v.engine, check, f->where.date, &f->v.now, &r) ||
	    !r.crosses)
		return;
	text_add(&f->why, ", ");
	(void)history_trend(&f->why, &r, f->where.date);
}

/* 0 of 1 says nothing by itself: what was looked at says why. */
static void
why_words(struct text *t, const struct check_row *row, const char *remark)
{
	if (remark == NULL || row->raw != RESULT_FAIL || !row->measured ||
	    !(row->expected <= 1) || row->value > 0)
		return;
	text_add(t, ", ");
	text_add_clean(t, remark, strnlen(remark, 200));
}

/* "marts: 0 (min 1), postgres dwh, read 07:38" */
static void
check_line(struct facts *f, int32_t check)
{
	const struct check_def *c = &f->v.graph->checks[check];
	const struct check_row *row = engine_check(f->v.engine, check,
	    f->where.date);
	const json_t *answer = view_measurement(&f->v, check,
	    f->where.date);
	const char *remark = json_text(answer, "fault", json_text(answer,
	    "remark", NULL));
	struct text *t = &f->why;

	text_addf(t, "%s%s: ", t->len > 0 ? "\n" : "", c->name);
	if (row == NULL || row->measurement == 0) {
		text_add(t, "never measured");
		return;
	}
	if (row->raw == RESULT_UNKNOWN) {
		text_add(t, "could not tell");
		if (remark)
			text_add(t, ": ");
		if (remark)
			text_add_clean(t, remark, strnlen(remark, 200));
	} else {
		words_reading_long(t, row->measured ? row->value : NAN,
		    row->expected);
		limit_words(t, &c->limits);
		why_words(t, row, remark);
		band_words(f, check);
		trend_words(f, check);
		items_words(t, json_object_get(answer, "missing"));
	}
	if (c->target)
		text_addf(t, ", %s", c->target);
	text_add(t, ", read ");
	words_clock(t, row->ended_wall, f->v.now.wall, f->zone);
}

static void
conditions_lines(struct facts *f, int32_t phase)
{
	struct phase_reading r;
	int32_t i;

	if (!engine_read_phase(f->v.engine, phase, f->where.date, &f->v.now,
	    &r))
		return;
	for (i = 0; i < r.n && i < 2; i++) {
		CLEANUP_JSON json_t *c = view_condition(&f->v, &r.closed[i],
		    f->where.pipeline, f->where.date);

		if (r.closed[i].why != WHY_CHECK)
			text_addf(&f->why, "%s%s", f->why.len > 0 ? "\n" : "",
			    json_text(c, "sentence", ""));
	}
}

/* An alarm that can't be asked: why not. */
static void
mute_line(struct facts *f)
{
	const struct gate_def *g = &f->v.graph->gates[f->row->root];
	const json_t *answer = view_evaluation(&f->v, f->row->root,
	    f->where.date);
	const char *why = json_text(answer, "fault", json_text(answer,
	    "remark", NULL));

	if (why == NULL)
		return;
	text_addf(&f->why, "%s%s: ", f->why.len > 0 ? "\n" : "", g->name);
	text_add_clean(&f->why, why, strnlen(why, 200));
}

static void
gather_why(struct facts *f, enum notice_kind kind)
{
	bool bad = kind != NOTICE_RESOLVED;
	bool bypass = f->row->kind == ROOT_BYPASS;
	int32_t i, lines = 0;

	if (f->row->withdrawn) {
		text_add(&f->why, "taken out of the configuration by a "
		    "reload: nothing looks at it any more");
		return;
	}
	for (i = 0; i < f->n_checks && lines < WHY_LINES; i++)
		if (bypass || view_bad(&f->v, f->checks[i], f->where.date) ==
		    bad) {
			check_line(f, f->checks[i]);
			lines++;
		}
	if (bad && f->row->kind == ROOT_ALARM && f->row->root != NONE)
		mute_line(f);
	if (bypass && bad)
		text_addf(&f->why, "%snot started here, and nobody asked for "
		    "a permit", f->why.len > 0 ? "\n" : "");
	if (bad && (f->row->kind == ROOT_PHASE || f->row->kind ==
	    ROOT_BYPASS) && f->row->root != NONE)
		conditions_lines(f, f->row->root);
}

static void
gather_rule(struct facts *f)
{
	const struct graph *g = f->v.graph;

	if (f->row->root == NONE)
		return;
	switch (f->row->kind) {
	case ROOT_PHASE:
	case ROOT_BYPASS:
	case ROOT_ATTEMPT:
		words_origin(&f->rule, &g->phases[f->row->root].origin);
		break;
	case ROOT_ALARM:
		words_origin(&f->rule, &g->gates[f->row->root].origin);
		break;
	case ROOT_PROBE:
	case ROOT_EARLY:
		words_origin(&f->rule, &g->checks[f->row->root].origin);
		break;
	case ROOT_ACTION:
		words_origin(&f->rule, &g->actions[f->row->root].origin);
		break;
	case ROOT_ADOPTION:
		break;
	}
}

/*------------------------------------------------------------------- tried */

/* "bdl_retry 2 of 5, no_effect, next 07:52" */
static void
recovery_line(struct facts *f, int32_t index)
{
	const struct recovery_def *d = &f->v.graph->recoveries[index];
	const struct recovery_row *row = engine_recovery(f->v.engine, index,
	    f->where.date);
	struct text *t = &f->tried;

	if (row && row->ended == WHY_PERSON)
		text_addf(t, "%s%s: %s", t->len > 0 ? "\n" : "", d->name,
		    words_why(WHY_PERSON));
	if (row == NULL || row->attempts == 0)
		return;
	text_addf(t, "%s%s %d of %d", t->len > 0 ? "\n" : "", d->name,
	    row->attempts, d->retry.attempts);
	if (row->last != OUTCOME_NONE)
		text_addf(t, ", %s", outcome_name(row->last));
	if (row->ended != WHY_NOTHING) {
		text_addf(t, "; ended: %s", words_why(row->ended));
	} else if (row->next_at != INSTANT_NONE &&
	    row->next_at > f->v.now.wall) {
		text_add(t, ", next ");
		words_clock(t, row->next_at, f->v.now.wall, f->zone);
	}
}

static void
start_line(struct facts *f, int32_t phase)
{
	const struct phase_row *row = engine_phase(f->v.engine, phase,
	    f->where.date);
	const struct phase_def *p = &f->v.graph->phases[phase];
	struct text *t = &f->tried;

	if (row == NULL || row->attempts == 0)
		return;
	text_addf(t, "%sstart %d of %d of %s, %s", t->len > 0 ? "\n" : "",
	    row->attempts, p->retry.attempts, p->name,
	    phase_state_name(row->state));
	if (row->retry_at != INSTANT_NONE && row->retry_at > f->v.now.wall) {
		text_add(t, ", next ");
		words_clock(t, row->retry_at, f->v.now.wall, f->zone);
	}
}

static void
gather_tried(struct facts *f)
{
	int32_t i;

	if (f->row->kind == ROOT_PHASE && f->row->root != NONE)
		start_line(f, f->row->root);
	for (i = 0; i < f->v.graph->n_recoveries; i++)
		if (message_repairs(f, &f->v.graph->recoveries[i]))
			recovery_line(f, i);
}

/*-------------------------------------------------------------------- held */

static bool
is_bad_here(const struct facts *f, int32_t check)
{
	int32_t i;

	for (i = 0; i < f->n_checks; i++)
		if (f->checks[i] == check)
			return view_bad(&f->v, check, f->where.date);
	return false;
}

static bool
gate_is_shut_here(const struct facts *f, int32_t gate)
{
	const struct gate_def *g = &f->v.graph->gates[gate];
	int32_t i;

	for (i = 0; i < gate_inputs_on(g, f->where.date); i++)
		if (is_bad_here(f, g->inputs[i]))
			return true;
	return false;
}

/* Is a phase undone because of what the incident is about? */
static bool
undone_here(const struct facts *f, int32_t phase)
{
	const struct phase_def *p = &f->v.graph->phases[phase];
	int32_t i;

	if (f->row->kind == ROOT_PHASE && f->row->root == phase)
		return true;
	if (p->done_kind == DONE_GATE)
		return gate_is_shut_here(f, p->done_gate);
	for (i = 0; p->done_kind == DONE_CHECKS &&
	    i < done_checks_on(p, f->where.date); i++)
		if (is_bad_here(f, p->done_checks[i]))
			return true;
	return false;
}

/* Does a phase wait for what the incident is about, itself or by way of one
 * that it waits for? */
static bool
waits_here(const struct facts *f, int32_t phase)
{
	struct phase_reading r;
	int32_t i, of;

	if (!engine_read_phase(f->v.engine, phase, f->where.date, &f->v.now,
	    &r) || r.view == VIEW_DONE || r.view == VIEW_SKIPPED)
		return false;
	for (i = 0; i < r.n; i++) {
		of = r.closed[i].subject;
		if (r.closed[i].why == WHY_GATE && gate_is_shut_here(f, of))
			return true;
		if (r.closed[i].why == WHY_UPSTREAM && of != phase &&
		    (undone_here(f, of) || waits_here(f, of)))
			return true;
	}
	return false;
}

/* The narrowest of what the incident is about and of what waits for it. */
static void
last_start_line(struct facts *f)
{
	const struct pipeline_def *p;
	struct no_return r;
	int64_t first = INSTANT_NONE;
	int32_t i, phase = NONE;

	if (f->where.pipeline == NONE || !f->where.dated)
		return;
	p = &f->v.graph->pipelines[f->where.pipeline];
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		if ((!undone_here(f, i) && !waits_here(f, i)) ||
		    !engine_no_return(f->v.engine, i, f->where.date, &r) ||
		    r.last_start == INSTANT_NONE ||
		    r.deadline <= f->v.now.wall ||
		    (phase != NONE && first <= r.last_start))
			continue;
		first = r.last_start;
		phase = i;
	}
	if (phase == NONE)
		return;
	(void)history_last_start(&f->last, &f->v, phase, f->where.date);
	text_addf(&f->tried, "%s; %s", f->tried.len > 0 ? "" : "nothing yet",
	    text_str(&f->last));
}

/* The next deadline of what the incident is about and of what waits for
 * it. */
static void
gather_deadline(struct facts *f)
{
	const struct pipeline_def *p;
	struct phase_reading r;
	int64_t first = INSTANT_NONE;
	char buf[DURATION_TEXT];
	int32_t i, phase = NONE;

	if (f->where.pipeline == NONE || !f->where.dated)
		return;
	p = &f->v.graph->pipelines[f->where.pipeline];
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		if ((!undone_here(f, i) && !waits_here(f, i)) ||
		    !engine_read_phase(f->v.engine, i, f->where.date,
		    &f->v.now, &r) || r.due == INSTANT_NONE ||
		    r.due <= f->v.now.wall || (phase != NONE &&
		    first <= r.due))
			continue;
		first = r.due;
		phase = i;
	}
	if (phase == NONE)
		return;
	text_addf(&f->deadline, "%s is due ", f->v.graph->phases[phase].name);
	words_clock(&f->deadline, first, f->v.now.wall, f->zone);
	text_addf(&f->deadline, ", in %s", duration_round(first -
	    f->v.now.wall, buf));
}

static void
held_phase(struct facts *f, int32_t phase)
{
	if ((f->row->kind == ROOT_PHASE && f->row->root == phase) ||
	    !waits_here(f, phase))
		return;
	text_addf(&f->held, "%s%s", f->held.len > 0 ? ", " : "",
	    f->v.graph->phases[phase].name);
}

static void
gather_held(struct facts *f)
{
	const struct pipeline_def *p;
	const struct incident_row *row;
	struct record where;
	int32_t i, others = 0;

	if (f->where.pipeline == NONE || !f->where.dated)
		return;
	p = &f->v.graph->pipelines[f->where.pipeline];
	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		held_phase(f, i);
	for (i = 0; (row = engine_incident_at(f->v.engine, i, &where)); i++)
		others += row->open && row->number != f->row->number &&
		    where.pipeline == f->where.pipeline;
	text_addf(&f->held, "%s", f->held.len > 0 ? ". " : "nothing. ");
	if (others == 0)
		text_add(&f->held, "Other dates fine.");
	else
		text_addf(&f->held, "%d other incident%s open.", others,
		    others == 1 ? " is" : "s are");
}

/*----------------------------------------------------------------- message */

static void
gather(struct facts *f, enum notice_kind kind)
{
	char buf[DURATION_TEXT];

	f->zone = view_zone(&f->v, f->where.pipeline);
	if (f->zone == NULL && f->v.graph->n_pipelines > 0)
		f->zone = &f->v.graph->pipelines[0].zone;
	incident_title(&f->v, f->row, &f->where, &f->title);
	words_clock(&f->since, f->row->opened_at, f->v.now.wall, f->zone);
	if (kind == NOTICE_RESOLVED)
		text_add(&f->lasted, duration_round((f->row->closed_at ==
		    INSTANT_NONE || f->row->open ? f->v.now.wall :
		    f->row->closed_at) - f->row->opened_at, buf));
	if (kind == NOTICE_ADOPTED || f->row->kind == ROOT_ADOPTION) {
		adopted_words(&f->v, f->where.pipeline, &f->why);
		text_add(&f->held, "nothing was started or repaired for "
		    "them; that takes a person");
		return;
	}
	if (f->row->kind == ROOT_ACTION && f->row->root != NONE) {
		service_why(&f->v, f->row->root, f->zone, &f->why);
		gather_rule(f);
		return;
	}
	f->n_checks = incident_checks(&f->v, f->row, f->where.date,
	    f->checks, CHECKS_MAX);
	gather_why(f, kind);
	gather_rule(f);
	gather_tried(f);
	if (kind != NOTICE_RESOLVED) {
		last_start_line(f);
		gather_deadline(f);
		gather_held(f);
		message_fix(f);
	}
}

json_t *
message_of(const struct view *v, uint64_t incident, enum notice_kind kind,
    enum severity severity, uint64_t message)
{
	struct facts f = { .v = *v };
	struct notice n = { .id = message, .kind = kind,
		.severity = severity, .incident = incident };
	char date[DATE_TEXT];
	json_t *body;

	f.row = incident_find(&f.v, incident, &f.where);
	if (f.row)
		gather(&f, kind);
	else
		text_add(&f.title, "an incident that is not kept any more");
	if (f.row && f.where.pipeline != NONE) {
		const struct pipeline_def *p =
		    &f.v.graph->pipelines[f.where.pipeline];

		n.pipeline = p->name;
		n.watching = p->mode != MODE_ENFORCE;
	}
	if (f.row && f.where.dated)
		n.date = date_text(f.where.date, date);
	n.title = text_str(&f.title);
	n.since = text_str(&f.since);
	n.lasted = text_str(&f.lasted);
	n.why = text_str(&f.why);
	n.rule = text_str(&f.rule);
	n.tried = text_str(&f.tried);
	n.last_start = text_str(&f.last);
	n.deadline = text_str(&f.deadline);
	n.held = text_str(&f.held);
	n.fix = text_str(&f.fix);
	if (f.row)
		n.runbook = message_runbook(&f);
	body = notice_body(&n);
	facts_free(&f);
	return body;
}
