/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed.c -- an event of the journal becomes what the fold keeps.
 *
 * One reader per kind of row. Lines come from outside too (an export), so
 * nothing is believed: what names an object that isn't configured, or isn't
 * a row as we write them, is passed over. Text is cut to what a row can
 * hold.
 *
 * What happened after `as_of` has not happened.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "engine/engine.h"
#include "report/model.h"

#define COPY(to, from) ((void)snprintf((to), sizeof (to), "%s", (from)))

/* Where an event belongs. */
struct place {
	const struct store_event *e;
	const json_t *data;
	int32_t pipeline;       /* NONE */
	bool dated;
	struct date date;
};

/* The place of a word in a name table; -1: it isn't one of them. */
#define WORD(data, member, name, type, last) ({ \
	const char *word_ = json_text(data, member, ""); \
	int at_ = 0; \
	while (at_ <= (int)(last) && \
	    strcmp(name((enum type)at_), word_) != 0) \
		at_++; \
	at_ > (int)(last) ? -1 : at_; \
})

static int64_t
instant(const json_t *data, const char *member)
{
	return json_int(data, member, INSTANT_NONE);
}

static uint32_t
marks_of(const json_t *list)
{
	static const struct { const char *name; uint32_t bit; } marks[] = {
		{ "degraded", MARK_DEGRADED }, { "overridden",
		MARK_OVERRIDDEN }, { "bypassed", MARK_BYPASSED },
		{ "stale", MARK_STALE }, { "outside", MARK_OUTSIDE } };
	uint32_t bits = 0;
	size_t i, k;

	for (i = 0; i < json_array_size(list); i++)
		for (k = 0; k < ARRAY_SIZE(marks); k++) {
			const char *s = json_string_value(json_array_get(list,
			    i));

			if (s && strcmp(s, marks[k].name) == 0)
				bits |= marks[k].bit;
		}
	return bits;
}

/* "phase" or "pipeline/phase"; NONE. */
static int32_t
phase_named(const struct report *r, int32_t pipeline, const char *name)
{
	const char *slash = strchr(name, '/');

	if (slash)
		name = slash + 1;
	return pipeline == NONE ? NONE : graph_find_phase(&r->conf->graph,
	    pipeline, name);
}

/*---------------------------------------------------------------- the rows */

static void
on_date(struct report *r, const struct place *p)
{
	struct report_day *d;

	if (p->pipeline == NONE || !p->dated)
		return;
	d = model_day(r, p->pipeline, p->date);
	d->owed = json_int(p->data, "owed", -1);
	d->anchor = instant(p->data, "anchor");
	d->adopted = json_flag(p->data, "adopted", false);
}

static void
on_check(struct report *r, const struct place *p)
{
	const char *name = p->e->subject ? p->e->subject : "";
	int32_t check = graph_find_check(&r->conf->graph, name);
	int raw = WORD(p->data, "raw", result_name, result,
	    RESULT_NOT_DUE);
	struct check_line *l;

	if (check == NONE || p->pipeline == NONE || !p->dated || raw < 0)
		return;
	l = model_check(r, model_day(r, p->pipeline, p->date), check);
	LIST_ROOM(l);
	l->v[l->n++] = (struct reading){ .at = p->e->at,
		.value = json_num(p->data, "value", (double)NAN),
		.expected = json_num(p->data, "expected", (double)NAN),
		.missing = json_int(p->data, "missing", -1),
		.extra = json_int(p->data, "extra", -1),
		.raw = (enum result)raw,
		.measured = json_flag(p->data, "measured", false) };
}

static void
on_phase(struct report *r, const struct place *p)
{
	int32_t phase = phase_named(r, p->pipeline, p->e->subject ?
	    p->e->subject : "");
	int state = WORD(p->data, "state", phase_state_name, phase_state,
	    PHASE_SKIPPED);
	struct phase_line *l;

	if (phase == NONE || !p->dated || state < 0)
		return;
	l = model_phase(r, model_day(r, p->pipeline, p->date), phase);
	LIST_ROOM(l);
	l->v[l->n++] = (struct phase_at){ .at = p->e->at,
		.done_at = instant(p->data, "done_at"),
		.state = (enum phase_state)state,
		.marks = marks_of(json_object_get(p->data, "marks")) };
}

static void
on_attempt(struct report *r, const struct place *p)
{
	uint64_t id = (uint64_t)json_int(p->data, "id", 0);
	const char *recovery = json_text(p->data, "recovery", NULL);
	const char *phase = json_text(p->data, "phase", NULL);
	int state = WORD(p->data, "state", attempt_state_name,
	    attempt_state, ATTEMPT_HELD);
	int outcome = WORD(p->data, "outcome", outcome_name, outcome,
	    OUTCOME_NOT_DONE);
	struct report_attempt *a;

	if (id == 0 || state < 0 || outcome < 0)
		return;
	a = model_attempt(r, id);
	a->pipeline = p->pipeline;
	a->dated = p->dated;
	a->date = p->date;
	a->recovery = recovery ? graph_find_recovery(&r->conf->graph,
	    recovery) : NONE;
	a->phase = phase ? phase_named(r, p->pipeline, phase) : NONE;
	COPY(a->name, recovery ? recovery : phase ? phase : "");
	a->state = (enum attempt_state)state;
	a->outcome = (enum outcome)outcome;
	a->intent_at = instant(p->data, "intent_at");
	a->ended_at = instant(p->data, "ended_at");
	a->closed_at = instant(p->data, "closed_at");
	a->by_person = json_flag(p->data, "by_person", false);
	COPY(a->actor, json_text(p->data, "actor", ""));
	json_decref(a->proof);
	a->proof = json_incref(json_object_get(json_object_get(p->data,
	    "said"), "proof"));
}

static void
add_incident_at(struct report_incident *i, const struct place *p, int sev)
{
	LIST_ROOM(i);
	i->v[i->n++] = (struct incident_at){ .at = p->e->at,
		.severity = (enum severity)sev,
		.open = json_flag(p->data, "open", false),
		.gave_up = json_flag(p->data, "gave_up", false),
		.clearing = json_flag(p->data, "clearing", false),
		.acked = *json_text(p->data, "acked_by", "") != '\0',
		.told = (int32_t)json_int(p->data, "told_count", 0) };
}

static void
on_incident(struct report *r, const struct place *p)
{
	uint64_t number = (uint64_t)json_int(p->data, "number", 0);
	int kind = WORD(p->data, "kind", root_kind_name, root_kind,
	    ROOT_EARLY);
	int sev = WORD(p->data, "severity", severity_name, severity,
	    SEVERITY_CRITICAL);
	struct report_incident *i;

	if (number == 0 || kind < 0 || sev < 0)
		return;
	i = model_incident(r, number);
	i->pipeline = p->pipeline;
	i->dated = p->dated;
	i->date = p->date;
	i->kind = (enum root_kind)kind;
	COPY(i->root, json_text(p->data, "root", ""));
	i->opened_at = instant(p->data, "opened_at");
	i->closed_at = instant(p->data, "closed_at");
	i->clear_since = instant(p->data, "clear_since");
	if (i->det_at == INSTANT_NONE)
		i->det_at = p->e->at;
	/* who had it stays known when the ack has ended */
	if (*json_text(p->data, "acked_by", "") != '\0')
		COPY(i->acked_by, json_text(p->data, "acked_by", ""));
	COPY(i->label, json_text(p->data, "label", "none"));
	COPY(i->labelled_by, json_text(p->data, "labelled_by", ""));
	COPY(i->label_reason, json_text(p->data, "label_reason", ""));
	add_incident_at(i, p, sev);
}

static void
on_breach(struct report *r, const struct place *p)
{
	uint64_t incident = (uint64_t)json_int(p->data, "incident", 0);
	int kind = WORD(p->data, "kind", root_kind_name, root_kind,
	    ROOT_EARLY);
	struct report_incident *x;
	struct report_breach *b;

	if (incident == 0 || kind < 0)
		return;
	x = model_incident(r, incident);
	if (x->n == 0) {
		x->pipeline = p->pipeline;
		x->dated = p->dated;
		x->date = p->date;
	}
	b = model_breach(x, (enum root_kind)kind, json_text(p->data,
	    "subject", ""));
	COPY(b->subject, json_text(p->data, "subject", ""));
	if (b->at == INSTANT_NONE)
		b->at = p->e->at;
	b->child = json_flag(p->data, "child", false);
	b->open = json_flag(p->data, "open", false);
	b->since = instant(p->data, "since");
	b->until = instant(p->data, "until");
}

static struct report_mandate *
on_mandate(struct report *r, const struct place *p, enum mandate kind)
{
	uint64_t id = (uint64_t)json_int(p->data, "id", 0);
	struct report_mandate *m;

	if (id == 0)
		return NULL;
	m = model_mandate(r, kind, id);
	m->pipeline = p->pipeline;
	m->date = p->date;
	m->any_date = json_flag(p->data, "any_date", !p->dated);
	m->until = instant(p->data, "until");
	if (m->at == INSTANT_NONE)
		m->at = p->e->at;
	if (!json_flag(p->data, "live", true) && m->ended_at == INSTANT_NONE)
		m->ended_at = p->e->at;
	COPY(m->actor, json_text(p->data, "actor", ""));
	COPY(m->reason, json_text(p->data, "reason", ""));
	return m;
}

static void
on_hold(struct report *r, const struct place *p)
{
	static const char *const scopes[] = { [HOLD_ALL] = "all",
		[HOLD_PIPELINE] = "pipeline", [HOLD_PHASE] = "phase",
		[HOLD_RECOVERY] = "recovery" };
	struct report_mandate *m = on_mandate(r, p, MANDATE_HOLD);
	const char *scope = json_text(p->data, "scope", "");
	const char *subject = json_text(p->data, "subject", p->e->subject ?
	    p->e->subject : "");
	size_t i;

	if (m == NULL)
		return;
	for (i = 0; i < ARRAY_SIZE(scopes); i++)
		if (strcmp(scopes[i], scope) == 0)
			m->scope = (enum hold_scope)i;
	COPY(m->subject, subject);
	m->phase = m->scope == HOLD_PHASE ? phase_named(r, p->pipeline,
	    subject) : NONE;
	if (m->scope == HOLD_PIPELINE)
		m->pipeline = graph_find_pipeline(&r->conf->graph, subject);
}

static void
on_note(struct report *r, const struct place *p)
{
	struct report_would *w;

	if (p->pipeline == NONE || !p->dated || strcmp(json_text(p->data,
	    "kind", ""), "would_start") != 0)
		return;
	LIST_ROOM(&r->would);
	w = &r->would.v[r->would.n++];
	*w = (struct report_would){ .at = p->e->at, .pipeline = p->pipeline,
		.date = p->date, .repair = json_int(p->data, "detail", 0) ==
		    1 };
	COPY(w->name, p->e->subject ? p->e->subject : "");
}

static void
on_override(struct report *r, const struct place *p)
{
	struct report_mandate *m = on_mandate(r, p, MANDATE_OVERRIDE);
	const char *phase = json_text(p->data, "phase", "");

	if (m == NULL)
		return;
	m->scope = HOLD_PHASE;
	COPY(m->subject, phase);
	m->phase = phase_named(r, p->pipeline, phase);
}

/* One of single items is in the readings already: they left what is
 * expected. */
static void
on_waiver(struct report *r, const struct place *p)
{
	struct report_mandate *m = on_mandate(r, p, MANDATE_WAIVER);
	const char *check = json_text(p->data, "check", "");

	if (m == NULL)
		return;
	m->scope = HOLD_RECOVERY;       /* of no phase */
	COPY(m->subject, check);
	m->check = *json_text(p->data, "items", "") == '\0' ?
	    graph_find_check(&r->conf->graph, check) : NONE;
	m->ended_at = instant(p->data, "ended_at");
}

/* A backfill is about all of its dates. */
static void
set_dates(struct report_command *c, const json_t *data)
{
	c->last = c->date;
	if (date_parse(json_text(data, "from", ""), &c->date) == 0 &&
	    date_parse(json_text(data, "to", ""), &c->last) == 0)
		c->dated = true;
}

static void
on_command(struct report *r, const struct place *p)
{
	const char *verb = json_text(p->data, "command", "");
	struct report_command *c;

	if (verb_touch(verb) == NULL)
		return;
	LIST_ROOM(&r->commands);
	c = &r->commands.v[r->commands.n++];
	*c = (struct report_command){ .at = p->e->at,
		.pipeline = p->pipeline, .dated = p->dated, .date = p->date,
		.id = (uint64_t)json_int(p->data, "id", 0),
		.touch = verb_touch(verb) };
	set_dates(c, p->data);
	COPY(c->actor, json_text(p->data, "actor", ""));
	COPY(c->reason, json_text(p->data, "reason", ""));
	COPY(c->subject, p->e->subject ? p->e->subject : "");
}

/*--------------------------------------------------------------- the events */

/* Rows with a number of their own say where they belong in their data. */
static struct place
place_of(const struct report *r, const struct store_event *e)
{
	const char *pipeline = e->pipeline ? e->pipeline :
	    json_text(e->data, "pipeline", NULL);
	const char *date = e->date ? e->date : json_text(e->data, "date",
	    NULL);
	struct place p = { .e = e, .data = e->data, .pipeline = NONE };

	if (pipeline)
		p.pipeline = graph_find_pipeline(&r->conf->graph, pipeline);
	p.dated = date && date_parse(date, &p.date) == 0;
	return p;
}

static bool
is_later(const struct report *r, int64_t at)
{
	return r->as_of != INSTANT_NONE && at > r->as_of;
}

void
report_end(struct report *r)
{
	if (r->as_of == INSTANT_NONE)
		r->as_of = r->at == INSTANT_NONE ? 0 : r->at;
}

int64_t
report_as_of(const struct report *r)
{
	return r->as_of;
}

static void
note_event(struct report *r, uint64_t seq, int64_t at)
{
	r->events++;
	r->seq = seq;
	if (r->first_at == INSTANT_NONE)
		r->first_at = at;
	r->at = at;
}

void
report_event(struct report *r, uint64_t seq, const struct store_event *e)
{
	static const struct {
		const char *kind;
		void (*read)(struct report *, const struct place *);
	} readers[] = {
		{ "check", on_check }, { "phase", on_phase },
		{ "date", on_date }, { "attempt", on_attempt },
		{ "incident", on_incident }, { "breach", on_breach },
		{ "hold", on_hold }, { "override", on_override },
		{ "command", on_command }, { "waiver", on_waiver },
		{ "note", on_note } };
	struct place p;
	size_t i;

	if (is_later(r, e->at) || e->kind == NULL)
		return;
	note_event(r, seq, e->at);
	for (i = 0; i < ARRAY_SIZE(readers); i++)
		if (strcmp(readers[i].kind, e->kind) == 0)
			break;
	if (i == ARRAY_SIZE(readers) || !json_is_object(e->data))
		return;
	p = place_of(r, e);
	readers[i].read(r, &p);
}

void
report_message(struct report *r, const struct report_message *m)
{
	struct report_sent *s;

	if (is_later(r, m->queued_at))
		return;
	LIST_ROOM(&r->messages);
	s = &r->messages.v[r->messages.n++];
	*s = (struct report_sent){ .id = m->id, .incident = m->incident,
		.queued_at = m->queued_at,
		.delivered_at = is_later(r, m->delivered_at) ? INSTANT_NONE :
		    m->delivered_at };
	COPY(s->notifier, m->notifier ? m->notifier : "");
	COPY(s->kind, json_text(m->body, "kind", ""));
	COPY(s->severity, json_text(m->body, "severity", ""));
}

int
report_line(struct report *r, const json_t *j)
{
	if (!json_is_object(j))
		return -EINVAL;
	if (json_flag(j, "message", false))
		report_message(r, &(struct report_message){
			.id = (uint64_t)json_int(j, "id", 0),
			.incident = (uint64_t)json_int(j, "incident", 0),
			.notifier = json_text(j, "notifier", NULL),
			.queued_at = instant(j, "queued_at"),
			.delivered_at = instant(j, "delivered_at"),
			.body = json_object_get(j, "body") });
	else if (json_object_get(j, "seq") && !json_flag(j, "row", false))
		report_event(r, (uint64_t)json_int(j, "seq", 0),
		    &(struct store_event){ .at = json_int(j, "at", 0),
			.kind = json_text(j, "kind", NULL),
			.pipeline = json_text(j, "pipeline", NULL),
			.date = json_text(j, "date", NULL),
			.subject = json_text(j, "subject", NULL),
			.key = json_text(j, "key", NULL),
			.data = json_object_get(j, "data") });
	return 0;
}
