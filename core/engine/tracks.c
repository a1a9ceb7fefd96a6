/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tracks.c -- what becomes of an action over all dates, for good.
 *
 * A plan looks at one date, a breaker at an hour; what never works on any
 * date escapes both (a processor ran 720 630 times without one success).
 * Each attempt that closes is counted in its action's row, which outlives
 * the attempts. So many in a row in vain, or for so long, is an incident of
 * the action, without a date; the first success ends it.
 *
 * A recovery that has made its checks worse is disabled for them, on every
 * date, until a person re-opens it; that is told at once, at critical, by
 * the same incident.
 *
 * Both are rows, written in the step that closes the attempt. Of an incident
 * without a date nobody else is reminded: that is done here, too.
 */
#include "engine/incidents.h"
#include "engine/work.h"

bool
attempt_succeeded(const struct attempt_row *a)
{
	return a->outcome == OUTCOME_DONE ||
	    a->outcome == OUTCOME_RECOVERED || a->outcome == OUTCOME_IMPROVED;
}

static void
write_track(struct engine *e, int32_t action)
{
	struct record *r;

	emit_record(e, RECORD_TRACK, NONE, NULL, action, &r);
	r->u.track = e->tracks[action];
	e->tracks_turn = INT64_MIN;
}

void
track_saw(struct engine *e, const struct attempt_row *a)
{
	struct track_row *t;

	if (a->action == NONE)
		return;
	t = &e->tracks[a->action];
	t->tries++;
	if (attempt_succeeded(a)) {
		t->succeeded++;
		t->succeeded_at = e->now.wall;
		t->in_vain = 0;
		t->vain_since = INSTANT_NONE;
	} else if (t->in_vain++ == 0) {
		t->vain_since = a->intent_at;
	}
	write_track(e, a->action);
}

/*---------------------------------------------------------------- disabled */

static void
write_disabled(struct engine *e, int32_t recovery)
{
	int32_t pipeline = e->graph->recoveries[recovery].pipeline;
	struct record *r;

	emit_record(e, RECORD_DISABLED, pipeline, NULL, recovery, &r);
	r->u.disabled = e->disabled[recovery];
	e->tracks_turn = INT64_MIN;
	touch_all(e, pipeline); /* others may have their turn, everywhere */
}

void
recovery_disable(struct engine *e, const struct attempt_row *a)
{
	struct disabled_row *d = &e->disabled[a->recovery];

	*d = (struct disabled_row){ .live = true, .attempt = a->id,
		.checks = (d->live ? d->checks : 0) | a->failing,
		.at = e->now.wall };
	write_disabled(e, a->recovery);
}

bool
recovery_enable(struct engine *e, int32_t recovery, const char *actor)
{
	struct disabled_row *d = &e->disabled[recovery];

	if (!d->live)
		return false;
	d->live = false;
	copy_text(d->reopened_by, sizeof d->reopened_by, actor);
	write_disabled(e, recovery);
	return true;
}

/*---------------------------------------------------------------- incidents */

static bool
any_disabled(const struct engine *e, int32_t action)
{
	int32_t i;

	for (i = 0; i < e->graph->n_recoveries; i++)
		if (e->disabled[i].live &&
		    e->graph->recoveries[i].action == action)
			return true;
	return false;
}

/* SEVERITY_NONE: there is nothing to tell. `ret_at`: when there will be. */
static enum severity
standing(const struct engine *e, int32_t action, int64_t *ret_at)
{
	const struct action_def *a = &e->graph->actions[action];
	const struct track_row *t = &e->tracks[action];
	int64_t at;

	*ret_at = INSTANT_NONE;
	if (any_disabled(e, action))
		return SEVERITY_CRITICAL;
	if (a->vain_tries > 0 && t->in_vain >= a->vain_tries)
		return SEVERITY_WARNING;
	if (a->vain_ms <= 0 || t->in_vain < 2)
		return SEVERITY_NONE;
	at = t->vain_since + a->vain_ms;
	if (e->now.wall >= at)
		return SEVERITY_WARNING;
	*ret_at = at;
	return SEVERITY_NONE;
}

/* Where it was tried last; else a pipeline that uses it. */
static int32_t
pipeline_of(const struct engine *e, int32_t action)
{
	const struct graph *g = e->graph;
	int32_t i;

	for (i = e->attempts.n - 1; i >= 0; i--) {
		const struct attempt_entry *x = table_at(&e->attempts, i);

		if (x->row.action == action)
			return x->at.pipeline;
	}
	for (i = 0; i < g->n_recoveries; i++)
		if (g->recoveries[i].action == action)
			return g->recoveries[i].pipeline;
	for (i = 0; i < g->n_phases; i++)
		if (g->phases[i].start == action)
			return g->phases[i].pipeline;
	return NONE;
}

static void
begin(struct engine *e, int32_t action, enum severity severity)
{
	int32_t pipeline = pipeline_of(e, action);
	struct incident_entry *x = pipeline == NONE ? NULL :
	    incident_open(e, pipeline, NULL, ROOT_ACTION, action);

	if (x == NULL)
		return;         /* the table is full: tried again */
	x->row.severity = severity;
	e->tracks[action].incident = x->row.number;
	incident_tell(e, x, NULL, false, true);
	write_track(e, action);
}

static void
end(struct engine *e, int32_t action, struct incident_entry *x)
{
	if (x) {
		incident_close(e, x);
		incident_tell(e, x, NULL, false, true);
	}
	e->tracks[action].incident = 0;
	write_track(e, action);
}

static void
settle_track(struct engine *e, int32_t action, int64_t *ret_at)
{
	struct track_row *t = &e->tracks[action];
	enum severity severity = standing(e, action, ret_at);
	struct incident_entry *x = incident_live(e, t->incident);
	int64_t remind;
	bool worse;

	if (severity == SEVERITY_NONE && t->incident != 0)
		end(e, action, x);
	else if (severity != SEVERITY_NONE && x == NULL)
		begin(e, action, severity);
	else if (x) {
		worse = severity > x->row.severity;
		if (worse)
			x->row.severity = severity;
		incident_tell(e, x, NULL, false, worse);
	}
	x = incident_live(e, t->incident);
	remind = x ? incident_reminder_at(e, x) : INSTANT_NONE;
	if (remind != INSTANT_NONE && (*ret_at == INSTANT_NONE ||
	    remind < *ret_at))
		*ret_at = remind;
}

void
tracks_settle(struct engine *e, int64_t *ret_wake)
{
	int64_t next = INT64_MAX, at;
	int32_t i;

	if (e->now.wall >= e->tracks_turn) {
		for (i = 0; i < e->graph->n_actions; i++) {
			/* incident, message, track */
			if (!has_room(e, 3))
				return;
			settle_track(e, i, &at);
			if (at != INSTANT_NONE && at < next)
				next = at;
		}
		e->tracks_turn = next;
	}
	if (e->tracks_turn != INT64_MAX && (*ret_wake == INSTANT_NONE ||
	    e->tracks_turn < *ret_wake))
		*ret_wake = e->tracks_turn;
}
