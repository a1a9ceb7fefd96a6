/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notices.c -- what is said about an incident, and when.
 *
 * Once when it opens, once for each step that it gets worse, once when
 * automation has stopped, reminders at the pipeline's interval, once when it
 * ends. What was said is in the incident's row, written in the same step as
 * the message, so that nothing is said twice and nothing is forgotten over a
 * restart.
 *
 * Going down is silent; so is an end of which no beginning was told. An
 * incident that opens with automation already at its end says so in its
 * opening, not in a second message. A message counts as told when it is
 * queued: what becomes of it is the outbox's affair, and an end is told
 * whether or not the beginning has arrived yet.
 */
#include <string.h>

#include "engine/backfills.h"
#include "engine/incidents.h"
#include "engine/work.h"

static const int64_t ack_ms = 24 * 3600000;

/*-------------------------------------------------------------- automation */

static bool
fails(const struct engine *e, int32_t check, const struct day *d)
{
	return check_result(e, check, d, e->now.wall) == RESULT_FAIL;
}

static bool
repairs_failing(const struct engine *e, const struct recovery_def *r,
    const struct day *d, const int32_t *checks, int32_t n)
{
	int32_t i, k;

	for (i = 0; i < r->n_repairs; i++)
		for (k = 0; k < n; k++)
			if (r->repairs[i] == checks[k] &&
			    fails(e, checks[k], d))
				return true;
	return false;
}

/* Alive, and for nothing that fails here any more. */
static bool
over_for(const struct engine *e, int32_t recovery, const struct day *d,
    const int32_t *checks, int32_t n)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t k;

	for (k = 0; k < n; k++)
		if (in_list(r->repairs, r->n_repairs, checks[k]) &&
		    fails(e, checks[k], d) &&
		    !rung_over(e, recovery, checks[k], d))
			return false;
	return true;
}

struct counted {
	int32_t ended, idle, alive;
};

/* The recoveries for what fails among these checks. */
static void
count_recoveries(const struct engine *e, int32_t pipeline,
    const struct day *d, const int32_t *checks, int32_t n,
    struct counted *c, enum severity *raise)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t i;

	for (i = 0; i < l->n_recoveries; i++) {
		const struct recovery_def *r =
		    &e->graph->recoveries[l->recoveries[i]];
		const struct recovery_slot *s = &d->recoveries[i];

		if (is_retired(&r->retirement, d->date) ||
		    !repairs_failing(e, r, d, checks, n))
			continue;
		if (s->row.ended == WHY_NOTHING && over_for(e,
		    l->recoveries[i], d, checks, n)) {
			c->ended++;
		} else if (!s->known || (s->row.ended == WHY_NOTHING &&
		    s->row.attempts == 0)) {
			c->idle++;
		} else if (s->row.ended == WHY_NOTHING) {
			c->alive++;
		} else if (s->row.last != OUTCOME_RECOVERED) {
			c->ended++;
			if (r->exhausted > *raise)
				*raise = r->exhausted;
		}
	}
}

enum automation
incident_automation(const struct engine *e, const struct incident_entry *x,
    const struct day *d, enum severity *raise)
{
	struct counted c = { 0, 0, 0 };
	const struct breach_entry *b;

	for (b = breach_first_in(e, x); b; b = breach_next_in(e, b)) {
		const struct gate_def *g;
		const int32_t *checks;
		int32_t n;

		if (b->row.child ||
		    !where_is(&b->at, x->at.pipeline, d))
			continue;
		if (b->row.kind == ROOT_ALARM) {
			g = &e->graph->gates[b->row.subject];
			count_recoveries(e, x->at.pipeline, d, g->inputs,
			    gate_inputs_on(g, d->date), &c, raise);
		} else if (b->row.kind == ROOT_PHASE) {
			n = phase_checks(e, b->row.subject, d, &checks);
			count_recoveries(e, x->at.pipeline, d, checks, n, &c,
			    raise);
			c.ended += phase_at(e, d, b->row.subject)->row.state ==
			    PHASE_FAILED;
		}
	}
	if (c.alive > 0)
		return AUTOMATION_ALIVE;
	return c.ended > 0 && c.idle == 0 ? AUTOMATION_ENDED :
	    AUTOMATION_NONE;
}

/*------------------------------------------------------------------ telling */

static void
say(struct engine *e, struct incident_entry *x, enum notice_kind kind,
    enum severity severity)
{
	struct incident_row *row = &x->row;
	struct effect *m = emit(e, EFFECT_NOTIFY, x->at.pipeline, x->at.date,
	    NONE);

	row->message = ++e->last_message;
	row->told_at = e->now.wall;
	row->told_count++;
	if (severity > row->told)
		row->told = severity;
	m->u.notify.incident = row->number;
	m->u.notify.kind = kind;
	m->u.notify.severity = severity;
	m->u.notify.message = row->message;
}

/* How bad it may be said to be now: a backfill doesn't wake anybody. */
static enum severity
to_say(const struct engine *e, const struct incident_entry *x)
{
	return told_within(e, x->at.dated ? lane_find(
	    &e->lanes[x->at.pipeline], x->at.date) : NULL, x->row.severity);
}

/* When the next reminder is due; INSTANT_NONE: none. */
static int64_t
reminder_at(const struct engine *e, const struct incident_row *row,
    int32_t pipeline)
{
	int64_t every = e->graph->pipelines[pipeline].remind_ms, at;

	if (every <= 0 || row->told == SEVERITY_NONE || row->clearing ||
	    row->label == LABEL_FALSE)
		return INSTANT_NONE;
	at = row->told_at + every;
	return row->acked_until > at ? row->acked_until : at;
}

int64_t
incident_reminder_at(const struct engine *e, const struct incident_entry *x)
{
	return x->row.open ? reminder_at(e, &x->row, x->at.pipeline) :
	    INSTANT_NONE;
}

static void
unack(struct incident_row *row)
{
	row->acked_until = INSTANT_NONE;
	memset(row->acked_by, 0, sizeof row->acked_by);
}

/* False: there is nothing to say. */
static bool
tell_open(struct engine *e, struct incident_entry *x, bool gave_up)
{
	struct incident_row *row = &x->row;
	bool worse = row->severity > row->told;
	int64_t at;

	if (worse && row->told != SEVERITY_NONE)
		unack(row);
	if (row->told == SEVERITY_NONE) {
		if (row->clearing)
			return false;   /* over before it was told */
		say(e, x, NOTICE_OPENED, row->severity);
		return true;
	}
	if (gave_up || worse) {
		say(e, x, gave_up ? NOTICE_GAVE_UP : NOTICE_WORSE,
		    to_say(e, x));
		return true;
	}
	at = reminder_at(e, row, x->at.pipeline);
	if (at != INSTANT_NONE && e->now.wall >= at) {
		say(e, x, NOTICE_REMINDER, to_say(e, x));
		return true;
	}
	return false;
}

void
incident_tell(struct engine *e, struct incident_entry *x, struct day *d,
    bool gave_up, bool changed)
{
	struct incident_row *row = &x->row;

	if (row->open) {
		changed |= tell_open(e, x, gave_up);
	} else if (row->told != SEVERITY_NONE) {
		say(e, x, NOTICE_RESOLVED, row->told);
		changed = true;
	}
	if (changed)
		incident_write(e, x);
	if (row->open && d)
		day_wake(d, reminder_at(e, row, x->at.pipeline));
}

/* What is queued has been told; the outbox sees to it that it arrives. */
void
incident_delivered(struct engine *e, uint64_t incident, uint64_t message)
{
	(void)e;
	(void)incident;
	(void)message;
}

/*---------------------------------------------------------------------- ack */

enum reply_code
incident_ack(struct engine *e, const struct command *c)
{
	struct incident_entry *x = incident_of(e, c->id);
	int64_t until = c->until == INSTANT_NONE ? e->now.wall + ack_ms :
	    c->until;

	if (x == NULL)
		return REPLY_NO_SUCH;
	if (!x->row.open)
		return REPLY_ALREADY;
	if (until <= e->now.wall)
		return REPLY_REFUSED;
	unack(&x->row);
	x->row.acked_until = until;
	copy_text(x->row.acked_by, sizeof x->row.acked_by, c->actor);
	incident_write(e, x);
	touch_incident(e, x);
	return REPLY_OK;
}

enum reply_code
incident_unack(struct engine *e, uint64_t incident)
{
	struct incident_entry *x = incident_of(e, incident);

	if (x == NULL || x->row.acked_until == INSTANT_NONE)
		return REPLY_NO_SUCH;   /* there is no such ack */
	unack(&x->row);
	incident_write(e, x);
	touch_incident(e, x);   /* a reminder may be due */
	e->tracks_turn = INT64_MIN;
	return REPLY_OK;
}
