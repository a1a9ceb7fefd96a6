/* SPDX-License-Identifier: BSD-2-Clause
 *
 * phases.c -- moves the phases of a date by what the evidence says.
 *
 * Level-triggered, in topological order: each phase is looked at with the
 * rows as they are and makes at most one move. What isn't started by us
 * follows its evidence both ways. What we started is done when its `done`
 * holds by measurements begun after its end; that is a fact which evidence
 * that decays later (a file that grows old) doesn't undo, or a finished date
 * would be run again for ever. The edges behind it read the evidence
 * themselves and close with it.
 *
 * Nothing is started here: start_phase() is asked, each time anew.
 */
#include <assert.h>
#include <string.h>

#include "engine/work.h"

/* Room for the moves of one phase and the measurements that it asks for. */
enum { MOVE_ROOM = 14, MARKS_ROOM = 100, POLL_MIN_MS = 1000, POLLS = 20,
	DOUBT_MS = 3600000 };

static bool
started_once(const struct phase_row *row)
{
	return row->attempt != 0 || row->run_id[0] != '\0';
}

/* An attempt of it that is in flight, or NULL. */
static struct attempt_entry *
flying(const struct engine *e, const struct phase_row *row)
{
	struct attempt_entry *x = attempt_find(e, row->attempt);

	return x && in_flight(&x->row) ? x : NULL;
}

void
phase_episode(struct phase_row *row)
{
	row->episode++;
	row->attempts = 0;
	row->retry_at = INSTANT_NONE;
	row->failed_why = WHY_NOTHING;
	row->definition = 0;
}

void
phase_is_done(struct engine *e, int32_t phase, struct day *d, uint32_t marks)
{
	struct phase_row *row = phase_move(e, phase, d, PHASE_EVENT_DONE);
	struct attempt_entry *x = flying(e, row);
	struct permit_entry *permit = permit_live(e, phase, d, e->now.wall);

	row->marks = marks;
	row->done_at = e->now.wall;
	row->failed_why = WHY_NOTHING;
	row->retry_at = INSTANT_NONE;
	if (x)
		attempt_close(e, x, OUTCOME_DONE);
	if (permit)
		permit_close(e, permit);
	phase_write(e, phase, d);
	if (started_once(row))
		rerun_after_done(e, phase, d);
}

void
phase_try_failed(struct engine *e, int32_t phase, struct day *d,
    enum outcome outcome)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct phase_row *row = &phase_at(e, d, phase)->row;
	struct attempt_entry *x = flying(e, row);
	bool permanent, last = row->attempts >= p->retry.attempts;
	int64_t wait;

	assert(x != NULL);
	permanent = x->row.failure == FAILURE_PERMANENT ||
	    x->row.failure == FAILURE_CONFIG;
	row = phase_move(e, phase, d, permanent || last ?
	    PHASE_EVENT_GAVE_UP : PHASE_EVENT_AGAIN);
	row->ended_at = x->row.ended_at;
	if (row->state == PHASE_PENDING) {
		wait = retry_delay(&p->retry, row->attempts + 1,
		    retry_seed(p->name, d->date, row->episode));
		if (wait < x->row.retry_after_ms)
			wait = x->row.retry_after_ms;
		row->retry_at = x->row.ended_at + wait;
	} else {
		row->failed_why = permanent ? WHY_PERMANENT : WHY_ATTEMPTS;
		row->definition = permanent ? e->graph->actions[
		    p->start].definition : 0;
	}
	attempt_close(e, x, outcome);
	phase_write(e, phase, d);
}

/* Marks that the evidence gives now; those of its making are kept. */
static uint32_t
done_marks(const struct engine *e, int32_t phase, const struct day *d,
    uint32_t kept, const struct done *done)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;
	uint32_t marks = kept;

	if (done->verdict == VERDICT_DEGRADED)
		marks |= MARK_DEGRADED;
	if (started_once(row))
		return marks;
	marks |= edge_marks(e, phase, d, e->now.wall);
	if (e->graph->phases[phase].start != NONE)
		marks |= MARK_OUTSIDE;
	return marks;
}

/*------------------------------------------------- pending, failed, skipped */

/* A hint that the mode alone keeps it, once per episode. */
static void
would_start(struct engine *e, int32_t phase, struct day *d)
{
	struct phase_slot *s = phase_at(e, d, phase);
	struct record *r;

	if (s->told_would)
		return;
	s->told_would = true;
	emit_record(e, RECORD_NOTE, e->graph->phases[phase].pipeline, d,
	    phase, &r);
	r->u.note = (struct note_row){ .kind = NOTE_WOULD_START,
		.subject = phase, .why = WHY_MODE };
}

/* Is another attempt in the way, or what others have spent? Or may they be,
 * by the time that what is measured has come? */
static bool
others_close(const struct closed *c)
{
	int32_t i;

	for (i = 0; i < c->n; i++)
		switch (c->v[i].why) {
		case WHY_IN_FLIGHT:
		case WHY_IN_DOUBT:
		case WHY_BUDGET_ACTION:
		case WHY_BUDGET_GLOBAL:
		case WHY_BREAKER:
		case WHY_BUDGET_BACKFILL:
		case WHY_STALE_EVIDENCE:
			return true;
		default:
			break;
		}
	return c->more;
}

/* Does time alone open it, or all but the mode? Else what does touches it,
 * unless an override accepts that. */
static bool
time_opens(const struct closed *c)
{
	int32_t i;

	for (i = 0; i < c->n; i++)
		switch (c->v[i].why) {
		case WHY_NOT_BEFORE:
		case WHY_NOT_ENDED:
		case WHY_BACKOFF:
		case WHY_BUDGET_ACTION:
		case WHY_BUDGET_GLOBAL:
		case WHY_BREAKER:
		case WHY_BUDGET_BACKFILL:
		case WHY_MODE:
			break;
		default:
			return false;
		}
	return true;
}

static void
try_start(struct engine *e, int32_t phase, struct day *d)
{
	static const struct asker engine = { BY_ENGINE, NULL };
	bool accepted;
	struct closed c;

	if (start_phase(e, phase, d, &engine, &c))
		return;
	accepted = override_live(e, phase, d, e->now.wall) != NULL;
	if (accepted || others_close(&c))
		wait_for_attempts(e, d, &phase_at(e, d, phase)->queued);
	if (accepted && c.first_at > e->now.wall)
		day_wake(d, c.first_at);
	else if (time_opens(&c) && c.last_at > e->now.wall)
		day_wake(d, c.last_at);
	if (c.n == 1 && c.v[0].why == WHY_MODE)
		would_start(e, phase, d);
}

/* Does the evidence count for the try that was last? */
static bool
measured_since_try(const struct engine *e, int32_t phase,
    const struct day *d)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;
	struct source s;

	source_of_done(e, phase, d, &s);
	return !started_once(row) || row->ended_at == INSTANT_NONE ||
	    source_measured(e, &s, row->ended_at + 1);
}

/* Done without a start that we know of, or by one that was given up. */
static void
arrive(struct engine *e, int32_t phase, struct day *d,
    const struct done *done)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;
	uint32_t kept = row->marks & ~(uint32_t)MARK_STALE;

	if (started_once(row)) {
		phase_is_done(e, phase, d, done_marks(e, phase, d, kept,
		    done));
		return;
	}
	kept &= MARK_OVERRIDDEN;
	switch (phase_arrival(e, phase, d)) {
	case ARRIVAL_UNSETTLED:
		return;
	case ARRIVED_BYPASSED:
		kept |= MARK_BYPASSED;
		break;
	case ARRIVED_OVERRIDDEN:
		kept |= MARK_OVERRIDDEN;
		break;
	case ARRIVED:
		break;
	}
	phase_is_done(e, phase, d, done_marks(e, phase, d, kept, done));
}

static void
settle_pending(struct engine *e, int32_t phase, struct day *d,
    const struct done *done)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;

	if (done->skip) {
		(void)phase_move(e, phase, d, PHASE_EVENT_IDLE);
		phase_write(e, phase, d);
		return;
	}
	/* the evidence of a stale phase is that of its last making */
	if (done->holds && (row->marks & MARK_STALE) == 0) {
		phase_at(e, d, phase)->waits = true;
		if (measured_since_try(e, phase, d)) {
			arrive(e, phase, d, done);
			return;
		}
	}
	if (row->state == PHASE_PENDING &&
	    e->graph->phases[phase].start != NONE)
		try_start(e, phase, d);
}

/*--------------------------------------------------- running and verifying */

/* Each check of a source is measured again when its reading is so old. */
static void
poll_each(struct engine *e, const struct source *s, struct day *d,
    int64_t step)
{
	int32_t i;

	for (i = 0; i < s->n; i++) {
		const struct check_state *c = check_at(e, d, s->checks[i]);
		int64_t at = c->row.began_wall + step;

		if (!c->known || at <= e->now.wall)
			check_want(e, s->checks[i], d);
		else
			day_wake(d, at);
	}
}

/* Measures again what is older than a part of the time that remains; first,
 * and at once, what hasn't been measured since. */
static void
poll_done(struct engine *e, const struct source *s, struct day *d,
    int64_t since, int64_t within)
{
	int64_t step = within / POLLS > POLL_MIN_MS ? within / POLLS :
	    POLL_MIN_MS;

	if (e->now.wall < since)
		day_wake(d, since);
	else if (!source_measured(e, s, since))
		source_want(e, s, since);
	else if (e->now.wall - step + 1 > since)
		poll_each(e, s, d, step);
	else
		day_wake(d, since + step);
}

static void
settle_verifying(struct engine *e, int32_t phase, struct day *d,
    const struct done *done)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct phase_row *row = &phase_at(e, d, phase)->row;
	int64_t within = p->verify_within_ms > POLL_MIN_MS ?
	    p->verify_within_ms : POLL_MIN_MS;
	int64_t since = row->ended_at + 1;
	struct source s;
	bool measured;

	source_of_done(e, phase, d, &s);
	measured = source_measured(e, &s, since);
	if (measured && (done->holds || done->skip)) {
		phase_is_done(e, phase, d, done_marks(e, phase, d,
		    row->marks, done));
	} else if (e->now.wall < row->ended_at + within) {
		poll_done(e, &s, d, since, within);
		day_wake(d, row->ended_at + within);
	} else if (flying(e, row)) {
		phase_try_failed(e, phase, d, measured &&
		    done->verdict != VERDICT_UNKNOWN ? OUTCOME_NOT_DONE :
		    OUTCOME_UNPROVEN);
	} else {
		(void)phase_move(e, phase, d, PHASE_EVENT_AGAIN);
		phase_write(e, phase, d);
	}
}

/* An outside run that never says that it has ended. */
static void
settle_running(struct engine *e, int32_t phase, struct day *d,
    const struct done *done)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;
	struct source s;

	source_of_done(e, phase, d, &s);
	if (row->run_id[0] != '\0' && done->holds &&
	    source_measured(e, &s, row->since + 1))
		phase_is_done(e, phase, d, done_marks(e, phase, d,
		    row->marks, done));
}

static void
hold(struct engine *e, struct attempt_entry *x)
{
	x->row.state = ATTEMPT_HELD;
	attempt_write(e, x);
}

/* The supervisor died while it ran, and nobody knows what became of it: the
 * evidence measured since then decides, or a person; it has an hour to tell,
 * and may still do so when a person has been asked. */
static void
settle_doubt(struct engine *e, int32_t phase, struct day *d,
    const struct done *done)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;
	struct attempt_entry *x = flying(e, row);
	struct source s;
	int64_t until;
	bool told;

	if (x == NULL || x->row.ended_at == INSTANT_NONE)
		return;         /* not yet looked for */
	until = x->row.ended_at + DOUBT_MS;
	source_of_done(e, phase, d, &s);
	/* of what nothing is owed, nobody asks a gate */
	told = s.n == 0 || done->skip ||
	    (source_measured(e, &s, x->row.ended_at + 1) &&
	    done->verdict != VERDICT_UNKNOWN);
	if (!told)
		poll_done(e, &s, d, x->row.ended_at + 1,
		    POLLS * INT64_C(60000));
	if (!told && e->now.wall < until)
		day_wake(d, until);
	else if (told && (done->holds || done->skip))
		phase_is_done(e, phase, d, done_marks(e, phase, d,
		    row->marks, done));
	else if (e->graph->actions[x->row.action].idempotent)
		phase_try_failed(e, phase, d, told ? OUTCOME_NOT_DONE :
		    OUTCOME_UNPROVEN);
	else if (x->row.state != ATTEMPT_HELD)
		hold(e, x);
}

/*-------------------------------------------------------------------- done */

/* Bad by evidence that is settled: confirmed, and of this revision. */
static bool
refuted(const struct engine *e, int32_t phase, const struct day *d,
    const struct done *done)
{
	struct source s;
	int32_t i;

	source_of_done(e, phase, d, &s);
	if (done->holds || done->skip || s.n == 0 ||
	    done->verdict == VERDICT_UNKNOWN)
		return false;
	for (i = 0; i < s.n; i++) {
		const struct check_row *r = &check_at(e, d,
		    s.checks[i])->row;

		if (r->raw == RESULT_FAIL &&
		    r->in_row < e->graph->checks[s.checks[i]].confirm)
			return false;
	}
	return s.gate == NONE || gate_settled(e, s.gate, d);
}

static void
settle_done(struct engine *e, int32_t phase, struct day *d,
    const struct done *done)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;
	uint32_t marks;

	if (rerun_unasked(e, phase, d)) {
		row = phase_move(e, phase, d, PHASE_EVENT_RERUN);
		phase_episode(row);
		phase_write(e, phase, d);
		return;
	}
	if (started_once(row))
		return;
	if (done->skip || refuted(e, phase, d, done)) {
		row = phase_move(e, phase, d, done->skip ?
		    PHASE_EVENT_IDLE : PHASE_EVENT_REFUTED);
		row->marks = 0;
		row->done_at = INSTANT_NONE;
		phase_write(e, phase, d);
		return;
	}
	if (!done->holds)
		return;
	marks = done_marks(e, phase, d, row->marks &
	    (MARK_BYPASSED | MARK_OVERRIDDEN), done);
	if (marks == row->marks)
		return;
	row->marks = marks;
	phase_write(e, phase, d);
}

/*------------------------------------------------------------------ settle */

/* True: there is nothing to do for this phase today. */
static bool
idle(struct engine *e, int32_t phase, struct day *d)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;

	if (d->row.owed != 0)
		return false;
	if (phase_may(row->state, PHASE_EVENT_IDLE)) {
		row = phase_move(e, phase, d, PHASE_EVENT_IDLE);
		/* should it be owed after all, how it comes is seen then */
		row->marks &= ~(uint32_t)MARK_BYPASSED;
		phase_write(e, phase, d);
	}
	return row->state == PHASE_SKIPPED;
}

/* What failed for good did so by another definition than there is now. */
static void
renew(struct engine *e, int32_t phase, struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	struct phase_row *row = &phase_at(e, d, phase)->row;

	if (row->state != PHASE_FAILED || row->failed_why != WHY_PERMANENT ||
	    row->definition == 0 || p->start == NONE || row->definition ==
	    e->graph->actions[p->start].definition)
		return;
	row = phase_move(e, phase, d, PHASE_EVENT_REOPEN);
	phase_episode(row);
	phase_write(e, phase, d);
	phase_at(e, d, phase)->told_would = false;
}

static void
settle_row(struct engine *e, int32_t phase, struct day *d)
{
	struct phase_row *row = &phase_at(e, d, phase)->row;
	struct done done;

	if (phase_at(e, d, phase)->unwritten)
		phase_write(e, phase, d);
	if (idle(e, phase, d))
		return;
	done = phase_done(e, phase, d, e->now.wall);
	if (row->state == PHASE_SKIPPED && !done.skip) {
		(void)phase_move(e, phase, d, PHASE_EVENT_OWED);
		/* what had failed has, whatever the calendar said meanwhile */
		if (row->failed_why != WHY_NOTHING)
			(void)phase_move(e, phase, d, PHASE_EVENT_GAVE_UP);
		phase_write(e, phase, d);
	}
	renew(e, phase, d);
	/* these look at every measurement */
	phase_at(e, d, phase)->waits = row->state == PHASE_RUNNING ||
	    row->state == PHASE_VERIFYING || row->state == PHASE_IN_DOUBT;
	switch (row->state) {
	case PHASE_PENDING:
	case PHASE_FAILED:
		settle_pending(e, phase, d, &done);
		break;
	case PHASE_RUNNING:
		settle_running(e, phase, d, &done);
		break;
	case PHASE_VERIFYING:
		settle_verifying(e, phase, d, &done);
		break;
	case PHASE_IN_DOUBT:
		settle_doubt(e, phase, d, &done);
		break;
	case PHASE_DONE:
		settle_done(e, phase, d, &done);
		break;
	case PHASE_STARTING:
	case PHASE_SKIPPED:
	case PHASE_STATES:
		break;
	}
}

/* Is it, or something upstream of it, marked external? */
static void
trace_external(struct engine *e, int32_t phase, struct day *d)
{
	const struct phase_def *p = &e->graph->phases[phase];
	bool external = p->external;
	int32_t k;

	for (k = 0; k < p->n_after; k++)
		if (p->after[k].date_offset == 0)
			external = external || phase_at(e, d,
			    p->after[k].phase)->external;
	phase_at(e, d, phase)->external = external;
}

size_t
phase_room(const struct engine *e, int32_t phase)
{
	const struct pipeline_def *p = &e->graph->pipelines[
	    e->graph->phases[phase].pipeline];

	return MOVE_ROOM + (size_t)(p->n_phases < MARKS_ROOM ? p->n_phases :
	    MARKS_ROOM);
}

void
settle_phase(struct engine *e, int32_t phase, struct day *d)
{
	struct phase_slot *s = phase_at(e, d, phase);
	int64_t at = phase_not_before(e, phase, d);
	bool early = at != INSTANT_NONE && at > e->now.wall;

	trace_external(e, phase, d);
	settle_row(e, phase, d);
	if (early)
		day_wake(d, at);
	if (early != s->early)  /* who ran over its edge reads that, too */
		leaf_touch(d, LEAF_SIGN, slot_of_phase(e, phase));
	s->early = early;
}
