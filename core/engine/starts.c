/* SPDX-License-Identifier: BSD-2-Clause
 *
 * starts.c -- the only way to the start of a phase.
 *
 * start_phase() demands that nothing is closed, or that a live override
 * accepts exactly what is, and that the evidence is fresh. Then it writes
 * the intent: attempt, phase with what it relied on, and the override that
 * was spent, in front of the effect that starts the action. Nothing else in
 * the engine emits that effect for a phase.
 */
#include <assert.h>

#include "engine/backfills.h"

static bool
startable(const struct phase_row *row, enum starter by)
{
	if (row->state == PHASE_PENDING)
		return true;
	return by == BY_PERSON && (row->state == PHASE_FAILED ||
	    row->state == PHASE_DONE);
}

void
want_edge(struct engine *e, int32_t phase, struct day *d)
{
	int32_t calendar = e->graph->pipelines[
	    e->graph->phases[phase].pipeline].calendar, k;
	struct source s;

	if (calendar != NONE && !check_fresh(e, calendar, d, &e->now)) {
		d->calendar_waited = true;
		check_want(e, calendar, d);
	} else if (calendar != NONE) {
		wake_when_stale(e, calendar, d, d);
	}
	for (k = 0; source_of_edge(e, phase, d, k, &s); k++)
		want_stale(e, &s, d);
}

/* Stale evidence is measured again, and what was asked waits for it. */
static void
want_evidence(struct engine *e, int32_t phase, struct day *d)
{
	int64_t tried = tried_until(e, phase, d);
	struct source s;

	want_edge(e, phase, d);
	source_of_done(e, phase, d, &s);
	want_stale(e, &s, d);
	if (edge_since(e, phase, d) != INSTANT_NONE)
		source_want(e, &s, edge_since(e, phase, d));
	if (tried != INSTANT_NONE && tried < e->now.wall)
		source_want(e, &s, tried + 1);
	else if (tried != INSTANT_NONE)
		day_wake(d, tried + 1);
}

/* A person starts what had ended: a plan from its start. */
static void
reopen_for(struct engine *e, int32_t phase, struct day *d)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;

	if (row->state == PHASE_PENDING)
		return;
	row = phase_move(e, phase, d, row->state == PHASE_FAILED ?
	    PHASE_EVENT_REOPEN : PHASE_EVENT_RERUN);
	phase_episode(row);
}

static struct attempt_entry *
write_attempt(struct engine *e, int32_t phase, struct day *d,
    const struct asker *who)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct attempt_entry *x = attempt_add(e, p->pipeline, d);
	const struct backfill_row *b;

	assert(x != NULL);      /* budget_spent() has looked */
	x->row.action = p->start;
	x->row.phase = phase;
	x->row.number = phase_at(e, d, phase)->row.attempts + 1;
	x->row.by_person = who->by == BY_PERSON;
	copy_text(x->row.actor, sizeof x->row.actor, who->actor);
	(void)phase_reach(e, phase, d, e->now.wall, &b);
	x->row.backfill = b && who->by == BY_ENGINE ? b->id : 0;
	attempt_write(e, x);
	return x;
}

static void
write_start(struct engine *e, int32_t phase, struct day *d,
    const struct asker *who, struct override_entry *used)
{
	const struct phase_def *p = &e->graph->phases[phase];
	const struct attempt_entry *x;
	uint32_t marks = edge_marks(e, phase, d, e->now.wall);
	struct phase_row *row;
	struct effect *f;

	assert(p->start != NONE && e->graph->pipelines[p->pipeline].mode ==
	    MODE_ENFORCE);
	reopen_for(e, phase, d);
	breaker_intent(e, p->start, who->by);
	x = write_attempt(e, phase, d, who);
	row = phase_move(e, phase, d, PHASE_EVENT_START);
	row->attempt = x->row.id;
	row->attempts++;
	row->marks = marks | (used ? MARK_OVERRIDDEN : 0);
	row->relied = evidence_hash(e, phase, d);
	row->retry_at = row->ended_at = row->done_at = INSTANT_NONE;
	row->run_id[0] = '\0';
	phase_write(e, phase, d);
	if (used)
		override_spend(e, used);
	f = emit(e, EFFECT_START, p->pipeline, d->date, phase);
	f->u.start.attempt = x->row.id;
}

/* Nothing but the mode is in its way, and that hasn't been noted: what would
 * have been is said on the same evidence as what is. */
static bool
would(const struct engine *e, int32_t phase, const struct day *d,
    const struct asker *who, const struct closed *c)
{
	return who->by == BY_ENGINE && c->n == 1 &&
	    c->v[0].why == WHY_MODE && !phase_at(e, d, phase)->told_would;
}

bool
start_phase(struct engine *e, int32_t phase, struct day *d,
    const struct asker *who, struct closed *ret)
{
	struct override_entry *accepted = override_live(e, phase, d,
	    e->now.wall);
	struct closed stale = { .first_at = INSTANT_NONE,
		.last_at = INSTANT_NONE };
	bool closed;

	assert(who->by != BY_RUN);
	assert(startable(&phase_at(e, d, phase)->row, who->by));
	phase_conditions(e, phase, d, &e->now, who->by, ret);
	closed = ret->n > 0 && !(accepted && override_accepts(accepted, ret));
	if (closed && !would(e, phase, d, who, ret))
		return false;
	phase_stale(e, phase, d, &e->now, who->by, &stale);
	if (stale.n > 0) {
		phase_at(e, d, phase)->waits = true;
		want_evidence(e, phase, d);
		*ret = stale;
		return false;
	}
	if (closed)
		return false;
	/* breaker, attempt, phase, override, effect */
	if (!has_room(e, 5))
		return false;
	write_start(e, phase, d, who, ret->n > 0 ? accepted : NULL);
	ret->n = 0;
	return true;
}

/*----------------------------------------------------- what became of it */

static bool
is_current(const struct engine *e, const struct attempt_entry *x,
    const struct day *d)
{
	return phase_at(e, d, x->row.phase)->row.attempt == x->row.id;
}

void
phase_started(struct engine *e, struct attempt_entry *x, struct day *d)
{
	if (!is_current(e, x, d) || !phase_may(phase_at(e, d,
	    x->row.phase)->row.state, PHASE_EVENT_RUNS))
		return;
	(void)phase_move(e, x->row.phase, d, PHASE_EVENT_RUNS);
	phase_write(e, x->row.phase, d);
}

void
phase_ended(struct engine *e, struct attempt_entry *x, struct day *d)
{
	int32_t phase = x->row.phase;
	const struct phase_def *p = &e->graph->phases[phase];
	struct phase_row *row;

	if (!is_current(e, x, d)) {
		attempt_close(e, x, OUTCOME_UNPROVEN);
		return;
	}
	if (x->row.failure != FAILURE_NONE) {
		phase_try_failed(e, phase, d, OUTCOME_NOT_DONE);
		return;
	}
	row = phase_move(e, phase, d, PHASE_EVENT_ENDED);
	row->ended_at = x->row.ended_at;
	if (p->done_kind == DONE_EXIT) {
		phase_is_done(e, phase, d, row->marks);
		return;
	}
	x->row.state = ATTEMPT_VERIFYING;
	x->row.verify_until = x->row.ended_at + p->verify_within_ms;
	attempt_write(e, x);
	phase_write(e, phase, d);
}
