/* SPDX-License-Identifier: BSD-2-Clause
 *
 * commands.c -- what operators and outside runs ask for.
 *
 * Each command gets exactly one EFFECT_REPLY, in the same step. It is made
 * first and filled in by whoever answers, so that none can be forgotten; its
 * place in the list says nothing, the caller makes the WRITEs durable before
 * it lets a reply out. A command opens no way past a condition: it asks the
 * functions that the engine itself asks.
 */
#include <assert.h>

#include "engine/backfills.h"

uint64_t
next_number(const struct engine *e)
{
	uint64_t n = e->last_incident;

	if (e->last_hold > n)
		n = e->last_hold;
	if (e->last_override > n)
		n = e->last_override;
	if (e->last_permit > n)
		n = e->last_permit;
	if (e->last_backfill > n)
		n = e->last_backfill;
	if (e->last_waiver > n)
		n = e->last_waiver;
	return n + 1;
}

uint64_t
engine_take_number(struct engine *e)
{
	return e->last_hold = next_number(e);
}

uint64_t
engine_take_message(struct engine *e)
{
	return ++e->last_message;
}

static struct day *
day_for(const struct engine *e, const struct command *c)
{
	return c->dated && c->pipeline >= 0 &&
	    c->pipeline < e->graph->n_pipelines ?
	    lane_find(&e->lanes[c->pipeline], c->date) : NULL;
}

static bool
is_phase(const struct engine *e, const struct command *c)
{
	return c->subject >= 0 && c->subject < e->graph->n_phases &&
	    e->graph->phases[c->subject].pipeline == c->pipeline;
}

static bool
is_recovery(const struct engine *e, const struct command *c)
{
	return c->subject >= 0 && c->subject < e->graph->n_recoveries &&
	    e->graph->recoveries[c->subject].pipeline == c->pipeline;
}

static void
check_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	const struct lane *l = &e->lanes[c->pipeline];
	int32_t i;

	reply->u.reply.code = REPLY_OK;
	for (i = 0; i < l->n_checks; i++) {
		if (c->subject != NONE && c->subject != l->checks[i])
			continue;
		d->checks[i].wanted = true;     /* settled in this step */
		leaf_touch(d, LEAF_CHECK, i);
	}
}

/* A finished phase runs again where that was asked for: it is stale, or its
 * evidence no longer holds. */
static bool
may_run(const struct engine *e, int32_t phase, const struct day *d)
{
	const struct phase_row *row = &phase_at(e, d, phase)->row;

	if (row->state != PHASE_DONE && row->state != PHASE_PENDING)
		return row->state == PHASE_FAILED;
	return row->marks & MARK_STALE ||
	    !phase_done(e, phase, d, e->now.wall).holds;
}

static void
run_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	const struct phase_row *row = &phase_at(e, d, c->subject)->row;
	const struct asker person = { BY_PERSON, c->actor };
	struct closed closed;

	if (e->graph->phases[c->subject].start == NONE) {
		reply->u.reply.code = REPLY_REFUSED;
		return;
	}
	if (!may_run(e, c->subject, d)) {
		reply->u.reply.code = row->state == PHASE_DONE ||
		    row->state == PHASE_PENDING ||
		    row->state == PHASE_SKIPPED ? REPLY_ALREADY :
		    REPLY_CONFLICT;
		reply->u.reply.id = row->attempt;
		return;
	}
	if (!start_phase(e, c->subject, d, &person, &closed)) {
		reply_closed(reply, &closed, phase_edge(e, c->subject, d,
		    e->now.wall));
		return;
	}
	reply->u.reply.code = REPLY_OK;
	reply->u.reply.id = row->attempt;
}

static void
recover_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	const struct asker person = { BY_PERSON, c->actor };
	int64_t at = INSTANT_NONE;
	enum why why = start_recovery(e, c->subject, d, &person, &at);

	switch (why) {
	case WHY_NOTHING:
		reply->u.reply.code = REPLY_OK;
		reply->u.reply.id = e->last_attempt;
		return;
	case WHY_CHECK:
		reply->u.reply.code = REPLY_ALREADY;    /* nothing fails */
		return;
	case WHY_IN_FLIGHT:
	case WHY_IN_DOUBT:
		reply->u.reply.code = REPLY_CONFLICT;
		return;
	default:
		break;
	}
	reply->u.reply.code = REPLY_NOT_NOW;
	reply->u.reply.verdict = VERDICT_WAITING;
	reply->u.reply.until = at;
	reply->u.reply.n = 1;
	reply->u.reply.conditions[0] = (struct condition){ .why = why,
		.subject = NONE };
}

static void
cancel_command(struct engine *e, const struct command *c,
    struct effect *reply)
{
	const struct attempt_entry *x = attempt_find(e, c->id);
	struct effect *f;

	if (x == NULL)
		return;         /* no such */
	reply->u.reply.id = c->id;
	if (x->row.state != ATTEMPT_INTENT &&
	    x->row.state != ATTEMPT_RUNNING) {
		reply->u.reply.code = REPLY_ALREADY;
		return;
	}
	reply->u.reply.code = REPLY_OK;
	f = emit(e, EFFECT_CANCEL, x->at.pipeline, x->at.date, NONE);
	f->u.start.attempt = c->id;
}

static void
undo_command(struct engine *e, const struct command *c,
    struct effect *reply)
{
	reply->u.reply.id = c->id;
	if (override_undo(e, c->id) || release_hold(e, c->id) ||
	    waiver_undo(e, c->id) ||
	    unlabel_incident(e, c->id) == REPLY_OK)
		reply->u.reply.code = REPLY_OK;
	else
		reply->u.reply.code = incident_unack(e, c->id);
}

/*------------------------------------------------------------------ reopen */

static void
reopen_phase(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	struct phase_row *row = &phase_at(e, d, c->subject)->row;
	struct attempt_entry *x = attempt_find(e, row->attempt);
	struct permit_entry *permit = permit_live(e, c->subject, d,
	    e->now.wall);
	bool ours = row->run_id[0] == '\0';

	if (row->state == PHASE_PENDING && row->attempts == 0 && !permit) {
		reply->u.reply.code = REPLY_ALREADY;
		return;
	}
	if (row->state == PHASE_RUNNING ? ours :
	    row->state != PHASE_PENDING &&
	    !phase_may(row->state, PHASE_EVENT_REOPEN)) {
		reply->u.reply.code = row->state == PHASE_DONE ||
		    row->state == PHASE_SKIPPED ? REPLY_ALREADY :
		    REPLY_CONFLICT;
		return;
	}
	/* a process that may still run isn't forgotten */
	if (x && in_flight(&x->row) && x->row.state != ATTEMPT_HELD) {
		reply->u.reply.code = REPLY_CONFLICT;
		reply->u.reply.id = x->row.id;
		return;
	}
	if (x && in_flight(&x->row))
		attempt_close(e, x, OUTCOME_NOT_DONE);
	if (permit)
		permit_close(e, permit);
	if (row->state != PHASE_PENDING)
		(void)phase_move(e, c->subject, d, PHASE_EVENT_REOPEN);
	phase_episode(row);
	phase_write(e, c->subject, d);
	phase_at(e, d, c->subject)->told_would = false;
	reply->u.reply.code = REPLY_OK;
}

static struct attempt_entry *
flying_of(const struct engine *e, int32_t recovery, const struct day *d)
{
	struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i)))
		if (x->row.recovery == recovery && where_is(&x->at,
		    e->graph->recoveries[recovery].pipeline, d))
			return x;
	return NULL;
}

static void
reopen_recovery(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	struct recovery_slot *s = recovery_at(e, d, c->subject);
	struct attempt_entry *x = flying_of(e, c->subject, d);
	bool enabled;

	if (x && x->row.state != ATTEMPT_HELD) {
		reply->u.reply.code = REPLY_CONFLICT;
		reply->u.reply.id = x->row.id;
		return;
	}
	enabled = recovery_enable(e, c->subject, c->actor);
	if (x == NULL && s->row.attempts == 0 &&
	    s->row.ended == WHY_NOTHING) {
		if (enabled) {
			reply->u.reply.code = REPLY_OK;
			return;
		}
		reply->u.reply.code = REPLY_ALREADY;
		return;
	}
	if (x)
		attempt_close(e, x, OUTCOME_UNPROVEN);
	recovery_episode(&s->row);
	s->told_would = false;
	recovery_write(e, c->subject, d);
	reply->u.reply.code = REPLY_OK;
}

static void
reopen_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	if (c->scope == HOLD_PHASE && is_phase(e, c))
		reopen_phase(e, c, d, reply);
	else if (c->scope == HOLD_RECOVERY && is_recovery(e, c))
		reopen_recovery(e, c, d, reply);
}

/*---------------------------------------------------------------- dispatch */

/* Commands about one date; where that isn't watched: no such. */
static void
take_dated(struct engine *e, const struct command *c, struct effect *reply)
{
	struct day *d = day_for(e, c);

	if (d == NULL)
		return;
	if (c->kind == COMMAND_CHECK_RUN)
		check_command(e, c, d, reply);
	else if (c->kind == COMMAND_REOPEN)
		reopen_command(e, c, d, reply);
	else if (c->kind == COMMAND_RECOVER && is_recovery(e, c))
		recover_command(e, c, d, reply);
	else if (c->kind == COMMAND_RECOVER || !is_phase(e, c))
		return;
	else if (c->kind == COMMAND_RUN)
		run_command(e, c, d, reply);
	else if (c->kind == COMMAND_OVERRIDE)
		override_command(e, c, d, reply);
	else if (c->kind == COMMAND_PERMIT)
		permit_command(e, c, d, reply);
	else
		signal_command(e, c, d, reply);
}

void
take_command(struct engine *e, const struct command *c)
{
	struct effect *reply = emit(e, EFFECT_REPLY, c->pipeline, c->date,
	    c->subject);

	reply->u.reply.token = c->token;
	reply->u.reply.code = REPLY_NO_SUCH;
	reply->u.reply.until = INSTANT_NONE;
	switch (c->kind) {
	case COMMAND_CANCEL:
		cancel_command(e, c, reply);
		break;
	case COMMAND_ACK:
		reply->u.reply.code = incident_ack(e, c);
		reply->u.reply.id = c->id;
		break;
	case COMMAND_LABEL:
		reply->u.reply.code = label_incident(e, c);
		reply->u.reply.id = c->id;
		break;
	case COMMAND_HOLD:
		hold_command(e, c, reply);
		break;
	case COMMAND_RELEASE:
		release_command(e, c, reply);
		break;
	case COMMAND_UNDO:
		undo_command(e, c, reply);
		break;
	case COMMAND_BACKFILL_START:
	case COMMAND_BACKFILL_PAUSE:
	case COMMAND_BACKFILL_RESUME:
	case COMMAND_BACKFILL_CANCEL:
		backfill_command(e, c, reply);
		break;
	case COMMAND_WITHDRAW:
		reply->u.reply.code = incident_withdraw(e, c->id);
		reply->u.reply.id = c->id;
		break;
	case COMMAND_WAIVE:
		waive_command(e, c, day_for(e, c), reply);
		break;
	case COMMAND_CHECK_RUN:
	case COMMAND_RUN:
	case COMMAND_RECOVER:
	case COMMAND_OVERRIDE:
	case COMMAND_PERMIT:
	case COMMAND_SIGNAL_START:
	case COMMAND_SIGNAL_DONE:
	case COMMAND_SIGNAL_FAILED:
	case COMMAND_REOPEN:
		take_dated(e, c, reply);
		break;
	}
}
