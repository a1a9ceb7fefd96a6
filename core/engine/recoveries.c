/* SPDX-License-Identifier: BSD-2-Clause
 *
 * recoveries.c -- which repair starts now, if any.
 *
 * Matched on each settling to the failures that ask for it (damage.c); held
 * back by what is in flight, by backoff, budgets, holds and modes, and by
 * evidence that must be measured first.
 *
 * The intent is a row, with what failed and by how much, in front of the
 * effect. Attempts, the row of no effects and what ended the plan are rows
 * too. A plan that has ended stays so until a person reopens it or health
 * has lasted long enough to make a new failure a new episode.
 */
#include <assert.h>

#include "engine/backfills.h"

/*-------------------------------------------------------------- in flight */

static bool
touches(const struct engine *e, int32_t recovery, const struct day *d,
    const struct attempt_row *a)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i;

	for (i = 0; i < r->n_repairs; i++) {
		int32_t c = r->repairs[i];

		if (a->recovery != NONE && in_list(
		    e->graph->recoveries[a->recovery].repairs,
		    e->graph->recoveries[a->recovery].n_repairs, c))
			return true;
		if (a->phase != NONE && (done_uses(e, a->phase, d, c) ||
		    edge_uses(e, a->phase, d, c)))
			return true;
	}
	return false;
}

/* An outside run of a phase that uses what would be repaired. */
static bool
outside_runs(const struct engine *e, int32_t recovery, const struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[
	    e->graph->recoveries[recovery].pipeline];
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		const struct phase_row *row = &phase_at(e, d, i)->row;
		struct attempt_row a = { .phase = i, .recovery = NONE };

		if (row->state == PHASE_RUNNING && row->run_id[0] &&
		    touches(e, recovery, d, &a))
			return true;
	}
	return false;
}

static enum why
flight_closed(const struct engine *e, int32_t recovery, const struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	const struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i)))
		if (where_is(&x->at, r->pipeline, d) &&
		    (x->row.recovery == recovery ||
		    touches(e, recovery, d, &x->row)))
			return x->row.state == ATTEMPT_HELD ? WHY_IN_DOUBT :
			    WHY_IN_FLIGHT;
	if (outside_runs(e, recovery, d) || (r->action != NONE &&
	    target_busy(e, r->action)))
		return WHY_IN_FLIGHT;
	return WHY_NOTHING;
}

/*------------------------------------------------------------- conditions */

/* May we act on this date at all? */
static enum why
reach_closed(const struct engine *e, int32_t recovery, const struct day *d,
    int64_t wall, enum starter by, struct damage *x)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	const struct backfill_row *b;
	enum why why;

	x->by = NULL;
	if (d->row.owed <= 0)
		return WHY_CALENDAR;
	if (r->mode != MODE_ENFORCE)
		return WHY_MODE;
	if (held_by(e, HOLD_RECOVERY, recovery, r->pipeline, d, wall))
		return WHY_HELD;
	if (by == BY_PERSON)
		return WHY_NOTHING;
	why = recovery_reach(e, recovery, d, wall, &b);
	/* on a date that we act upon anyway, only what was met too late */
	if (b && (d->row.adopted || x->met_too_late || wall - d->end >
	    e->graph->pipelines[r->pipeline].act_within_ms))
		x->by = b;
	return why;
}

static enum why
budget_closed(const struct engine *e, int32_t recovery, const struct day *d,
    const struct backfill_row *b, int64_t wall, enum starter by,
    int64_t *ret_at)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	enum why why;

	if (r->action == NONE)
		return WHY_NOTHING;
	if (r->per_date > 0 &&
	    attempts_of_recovery(e, recovery, d, b ? b->id : 0) >= r->per_date)
		return WHY_BUDGET_DATE;
	why = budget_spent(e, r->action, b, wall, ret_at);
	return why != WHY_NOTHING ? why : breaker_closed(e, r->action,
	    wall, by, ret_at);
}

/* The evidence that a repair would be started on: fresh, and begun after the
 * attempt before. */
static enum why
evidence_closed(const struct engine *e, int32_t recovery,
    const struct day *d, const struct now *now, struct damage *x)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t calendar = e->graph->pipelines[r->pipeline].calendar, i;
	const struct attempt_row *last = NULL;

	if (calendar != NONE && !check_fresh(e, calendar, d, now))
		x->stale = calendar;
	if (x->stale != NONE)
		return WHY_STALE_EVIDENCE;
	for (i = e->attempts.n - 1; i >= 0 && last == NULL; i--) {
		const struct attempt_entry *a = table_at(&e->attempts, i);

		if (a->row.recovery == recovery &&
		    where_is(&a->at, r->pipeline, d))
			last = &a->row;
	}
	/* a clock that was set back since makes no promise */
	if (last && last->ended_at > now->wall)
		last = NULL;
	for (i = 0; last && i < repairs_of(r); i++)
		if (x->failing & 1u << i && check_at(e, d,
		    r->repairs[i])->row.began_wall <= last->ended_at) {
			x->stale = r->repairs[i];
			return WHY_UNPROVEN;
		}
	return WHY_NOTHING;
}

enum why
recovery_closed(const struct engine *e, int32_t recovery,
    const struct day *d, const struct now *now, enum starter by,
    struct damage *ret, int64_t *ret_at)
{
	const struct recovery_row *row = &recovery_at(e, d, recovery)->row;
	enum why why;

	*ret_at = INSTANT_NONE;
	why = damage_closed(e, recovery, d, now, by, ret);
	if (is_retired(&e->graph->recoveries[recovery].retirement, d->date))
		return WHY_RETIRED;
	if (row->ended != WHY_NOTHING && by == BY_ENGINE)
		return row->ended;
	if (why == WHY_NOTHING)
		why = reach_closed(e, recovery, d, now->wall, by, ret);
	if (why == WHY_NOTHING)
		why = flight_closed(e, recovery, d);
	/* it had recovered, and fails again before that has lasted */
	if (why == WHY_NOTHING && by == BY_ENGINE &&
	    row->attempts >= e->graph->recoveries[recovery].retry.attempts)
		why = WHY_ATTEMPTS;
	if (why == WHY_NOTHING && by == BY_ENGINE && row->attempts > 0 &&
	    now->wall < row->next_at) {
		*ret_at = row->next_at;
		return WHY_BACKOFF;
	}
	if (why == WHY_NOTHING)
		why = budget_closed(e, recovery, d, ret->by, now->wall, by,
		    ret_at);
	if (why == WHY_NOTHING)
		why = evidence_closed(e, recovery, d, now, ret);
	if (why == WHY_NOTHING &&
	    e->graph->recoveries[recovery].action == NONE)
		why = WHY_PERSON;
	return why;
}

enum why
engine_read_recovery(const struct engine *e, int32_t recovery,
    struct date date, const struct now *now, int64_t *ret_at)
{
	const struct day *d = lane_find(
	    &e->lanes[e->graph->recoveries[recovery].pipeline], date);
	struct damage damage;
	enum why why = WHY_CALENDAR;
	int64_t at = INSTANT_NONE;

	if (d)
		why = recovery_closed(e, recovery, d, now, BY_ENGINE,
		    &damage, &at);
	if (ret_at)
		*ret_at = at;
	return why;
}

/*------------------------------------------------------------------- starts */

void
recovery_write(struct engine *e, int32_t recovery, struct day *d)
{
	struct recovery_slot *s = recovery_at(e, d, recovery);
	struct record *r;

	s->known = true;
	emit_record(e, RECORD_RECOVERY, e->graph->recoveries[recovery].
	    pipeline, d, recovery, &r);
	r->u.recovery = s->row;
	touch_recovery(e, d, recovery);
}

void
recovery_episode(struct recovery_row *row)
{
	*row = (struct recovery_row){ .episode = row->episode + 1,
		.last = row->last, .next_at = INSTANT_NONE,
		.since = INSTANT_NONE };
}

static void
charge(struct engine *e, int32_t recovery, struct day *d)
{
	struct recovery_row *row = &recovery_at(e, d, recovery)->row;

	if (row->ended != WHY_NOTHING)
		recovery_episode(row);  /* a person starts it again */
	if (row->attempts++ == 0)
		row->since = e->now.wall;
	row->next_at = INSTANT_NONE;
	recovery_write(e, recovery, d);
}

static void
write_intent(struct engine *e, int32_t recovery, struct day *d,
    const struct asker *who, const struct damage *damage)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	struct attempt_entry *x;
	struct effect *f;
	int32_t i;

	breaker_intent(e, r->action, who->by);
	x = attempt_add(e, r->pipeline, d);
	assert(x != NULL);      /* budget_spent() has looked */
	assert(damage->failing != 0 && r->mode == MODE_ENFORCE);
	charge(e, recovery, d);
	x->row.action = r->action;
	x->row.recovery = recovery;
	x->row.number = recovery_at(e, d, recovery)->row.attempts;
	x->row.failing = damage->failing;
	x->row.passing = damage->passing;
	for (i = 0; i < REPAIRS_MAX; i++)
		x->row.before[i] = i < repairs_of(r) ?
		    lacking(e, r->repairs[i], d) : __builtin_nan("");
	x->row.by_person = who->by == BY_PERSON;
	x->row.backfill = damage->by ? damage->by->id : 0;
	copy_text(x->row.actor, sizeof x->row.actor, who->actor);
	attempt_write(e, x);
	f = emit(e, EFFECT_START, r->pipeline, d->date, recovery);
	f->u.start.attempt = x->row.id;
}

/* A repair waits for a measurement: what else it rests on may be too old by
 * then. */
static void
wait_fresh(struct engine *e, int32_t recovery, struct day *d, int32_t stale)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t calendar = e->graph->pipelines[r->pipeline].calendar, i;

	recovery_at(e, d, recovery)->waits = true;
	d->calendar_waited |= stale == calendar;
	for (i = 0; i < repairs_of(r); i++)
		wake_when_stale(e, r->repairs[i], d, d);
	if (calendar != NONE)
		wake_when_stale(e, calendar, d, d);
}

enum why
start_recovery(struct engine *e, int32_t recovery, struct day *d,
    const struct asker *who, int64_t *ret_at)
{
	struct damage damage;
	enum why why = recovery_closed(e, recovery, d, &e->now, who->by,
	    &damage, ret_at);

	if ((why == WHY_STALE_EVIDENCE || why == WHY_UNPROVEN) &&
	    damage.stale != NONE) {
		wait_fresh(e, recovery, d, damage.stale);
		if (check_at(e, d, damage.stale)->row.began_wall <
		    e->now.wall)
			check_want(e, damage.stale, d);
		else
			day_wake(d, e->now.wall + 1);
	}
	/* breaker, attempt, recovery, effect */
	if (why == WHY_NOTHING && !has_room(e, 4))
		return WHY_IN_FLIGHT;
	if (why == WHY_NOTHING)
		write_intent(e, recovery, d, who, &damage);
	return why;
}

/*--------------------------------------------------------------- the plan */

static void
end_plan(struct engine *e, int32_t recovery, struct day *d, enum why why)
{
	struct recovery_row *row = &recovery_at(e, d, recovery)->row;
	struct record *r;

	row->ended = why;
	row->definition = why == WHY_PERMANENT ? e->graph->actions[
	    e->graph->recoveries[recovery].action].definition : 0;
	row->next_at = INSTANT_NONE;
	recovery_write(e, recovery, d);
	emit_record(e, RECORD_NOTE, e->graph->recoveries[recovery].pipeline,
	    d, recovery, &r);
	r->u.note = (struct note_row){ .kind = NOTE_PLAN_ENDS,
		.subject = recovery, .detail = row->attempts, .why = why };
}

static enum why
outcome_ends(const struct recovery_def *r, const struct recovery_row *row,
    const struct attempt_row *a)
{
	if (row->last == OUTCOME_RECOVERED)
		return WHY_NOTHING;
	if (row->last == OUTCOME_WORSE)
		return WHY_WORSE;
	if (a->failure == FAILURE_PERMANENT || a->failure == FAILURE_CONFIG)
		return WHY_PERMANENT;
	if (row->no_effect >= r->no_effect_limit)
		return WHY_NO_EFFECT;
	return row->attempts >= r->retry.attempts ? WHY_ATTEMPTS :
	    WHY_NOTHING;
}

void
recovery_proved(struct engine *e, struct attempt_entry *x, struct day *d,
    enum outcome outcome)
{
	int32_t recovery = x->row.recovery;
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	struct recovery_row *row = &recovery_at(e, d, recovery)->row;
	enum why why;

	attempt_close(e, x, outcome);
	if (outcome == OUTCOME_WORSE)
		recovery_disable(e, &x->row);
	row->last = outcome;
	if (outcome == OUTCOME_NO_EFFECT)
		row->no_effect++;
	else if (outcome != OUTCOME_UNPROVEN)
		row->no_effect = 0;
	why = outcome_ends(r, row, &x->row);
	if (why != WHY_NOTHING)
		end_plan(e, recovery, d, why);
	else
		recovery_write(e, recovery, d);
}

/* A process that is known not to have begun has had no effect to look for.
 */
static bool
never_ran(const struct attempt_row *a)
{
	return a->state == ATTEMPT_IN_DOUBT && a->failure == FAILURE_FAULT;
}

void
recovery_ended(struct engine *e, struct attempt_entry *x, struct day *d,
    enum attempt_state state)
{
	const struct recovery_def *r = &e->graph->recoveries[x->row.recovery];
	struct recovery_row *row = &recovery_at(e, d, x->row.recovery)->row;
	int64_t wait = retry_delay(&r->retry, row->attempts + 1,
	    retry_seed(r->name, d->date, row->episode));
	int64_t least = r->verify_after_ms + r->verify_every_ms;

	if (wait < x->row.retry_after_ms)
		wait = x->row.retry_after_ms;
	row->next_at = x->row.ended_at + wait;
	if (never_ran(&x->row)) {
		recovery_proved(e, x, d, OUTCOME_UNPROVEN);
		return;
	}
	x->row.state = state;
	x->row.verify_until = x->row.ended_at +
	    (r->verify_within_ms > least ? r->verify_within_ms : least);
	attempt_write(e, x);
	recovery_write(e, x->row.recovery, d);
}

/*------------------------------------------------------------------ settle */

/* How long it must be well until a failure is a new one. */
static int64_t
sustained(const struct recovery_def *r)
{
	return r->retry.max_ms > HOUR_MS ? r->retry.max_ms : HOUR_MS;
}

/* Since when all of its checks are well; INT64_MAX: they aren't. */
static int64_t
well_since(const struct engine *e, int32_t recovery, const struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int64_t since = INSTANT_NONE;
	int32_t i;

	for (i = 0; i < r->n_repairs; i++) {
		const struct check_row *row = &check_at(e, d,
		    r->repairs[i])->row;
		enum result x = check_result(e, r->repairs[i], d,
		    e->now.wall);

		if (x == RESULT_SKIP)
			continue;
		if (x != RESULT_PASS && x != RESULT_WARN)
			return INT64_MAX;
		if (row->since > since)
			since = row->since;
	}
	return since;
}

/* The counters are kept until health has lasted. */
static void
forgive(struct engine *e, int32_t recovery, struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	struct recovery_slot *s = recovery_at(e, d, recovery);
	int64_t since, at;

	if (s->row.attempts == 0 && s->row.ended == WHY_NOTHING)
		return;
	since = well_since(e, recovery, d);
	if (since == INT64_MAX || since == INSTANT_NONE)
		return;
	at = since + sustained(r);
	if (e->now.wall < at) {
		day_wake(d, at);
		return;
	}
	if (!has_room(e, 1))
		return;
	recovery_episode(&s->row);
	s->told_would = false;
	recovery_write(e, recovery, d);
}

/* What failed for good did so by another definition than there is now. */
static void
renew(struct engine *e, int32_t recovery, struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	struct recovery_slot *s = recovery_at(e, d, recovery);

	if (s->row.ended != WHY_PERMANENT || s->row.definition == 0 ||
	    r->action == NONE || s->row.definition ==
	    e->graph->actions[r->action].definition || !has_room(e, 1))
		return;
	recovery_episode(&s->row);
	s->told_would = false;
	recovery_write(e, recovery, d);
}

static void
would_start(struct engine *e, int32_t recovery, struct day *d)
{
	struct recovery_slot *s = recovery_at(e, d, recovery);
	struct record *r;

	if (s->told_would || !has_room(e, 1))
		return;
	s->told_would = true;
	emit_record(e, RECORD_NOTE, e->graph->recoveries[recovery].pipeline,
	    d, recovery, &r);
	r->u.note = (struct note_row){ .kind = NOTE_WOULD_START,
		.subject = recovery, .detail = 1, .why = WHY_MODE };
}

void
settle_recovery(struct engine *e, int32_t recovery, struct day *d)
{
	static const struct asker engine = { BY_ENGINE, NULL };
	struct recovery_slot *s = recovery_at(e, d, recovery);
	int64_t at = INSTANT_NONE;
	enum why why;

	s->waits = false;
	if (d->row.owed == 0)
		return;
	renew(e, recovery, d);
	forgive(e, recovery, d);
	if (s->row.ended != WHY_NOTHING)
		return;
	why = start_recovery(e, recovery, d, &engine, &at);
	if (at != INSTANT_NONE && at > e->now.wall)
		day_wake(d, at);
	if (why == WHY_MODE)
		would_start(e, recovery, d);
	if ((why == WHY_BUDGET_DATE || why == WHY_ATTEMPTS ||
	    why == WHY_PERSON) && has_room(e, 2))
		end_plan(e, recovery, d, why);
	if (why == WHY_IN_FLIGHT || why == WHY_IN_DOUBT || s->waits ||
	    why == WHY_BREAKER || why == WHY_BUDGET_ACTION ||
	    why == WHY_BUDGET_GLOBAL || why == WHY_BUDGET_BACKFILL)
		wait_for_attempts(e, d, &s->queued);
}
