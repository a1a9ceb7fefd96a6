/* SPDX-License-Identifier: BSD-2-Clause
 *
 * permits.c -- the answer to "may this phase start?", for outside runs.
 *
 * One starter per phase and date. A permit is granted under the conditions
 * of a start, is the same for the run that has it, expires unless it is
 * redeemed by `signal start`, and is closed by `signal done` or `failed`, by
 * the evidence, or by a person. A redeemed one doesn't expire: whether the
 * run still lives can't be known from here, and two that run at once are
 * worse than one that is late.
 */
#include "engine/work.h"

static bool
not_over(const struct permit_row *p)
{
	return p->state == PERMIT_STARTED || p->state == PERMIT_GRANTED;
}

static bool
permit_lives(const struct permit_row *p, int64_t wall)
{
	return p->state == PERMIT_STARTED ||
	    (p->state == PERMIT_GRANTED && wall < p->valid_until);
}

struct permit_entry *
permit_live(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall)
{
	int32_t i, left = e->live_permits;

	for (i = e->permits.n - 1; i >= 0 && left > 0; i--) {
		struct permit_entry *x = table_at(&e->permits, i);

		if (x->row.phase == phase && permit_lives(&x->row, wall) &&
		    where_is(&x->at, e->graph->phases[phase].pipeline, d))
			return x;
		left -= not_over(&x->row);
	}
	return NULL;
}

void
permits_count(struct engine *e)
{
	int32_t i;

	e->live_permits = 0;
	for (i = 0; i < e->permits.n; i++) {
		const struct permit_entry *x = table_at(&e->permits, i);

		e->live_permits += not_over(&x->row);
	}
}

static void
permit_write(struct engine *e, const struct permit_entry *x)
{
	struct effect *w = emit(e, EFFECT_WRITE, x->at.pipeline, x->at.date,
	    NONE);
	struct day *d = lane_find(&e->lanes[x->at.pipeline], x->at.date);

	w->u.record = (struct record){ .kind = RECORD_PERMIT,
		.pipeline = x->at.pipeline, .dated = true,
		.date = x->at.date, .subject = NONE };
	w->u.record.u.permit = x->row;
	if (d)
		touch_phase(e, d, x->row.phase);
	e->expire_at = INT64_MIN;
	permits_count(e);
}

void
permit_close(struct engine *e, struct permit_entry *x)
{
	x->row.state = PERMIT_CLOSED;
	permit_write(e, x);
}

void
expire_permits(struct engine *e, int64_t *ret_wake)
{
	int32_t i;

	for (i = 0; i < e->permits.n; i++) {
		struct permit_entry *x = table_at(&e->permits, i);

		if (x->row.state != PERMIT_GRANTED)
			continue;
		if (x->row.valid_until > e->now.wall) {
			if (*ret_wake == INSTANT_NONE ||
			    x->row.valid_until < *ret_wake)
				*ret_wake = x->row.valid_until;
		} else if (has_room(e, 1)) {
			x->row.state = PERMIT_EXPIRED;
			permit_write(e, x);
		}
	}
}

/*------------------------------------------------------------------ asking */

void
permit_room(struct engine *e)
{
	int32_t i;

	for (i = 0; e->permits.n == e->permits.cap && i < e->permits.n;
	    i++) {
		const struct permit_entry *x = table_at(&e->permits, i);

		if (!permit_lives(&x->row, e->now.wall) ||
		    lane_find(&e->lanes[x->at.pipeline], x->at.date) == NULL)
			table_remove(&e->permits, i);
	}
	permits_count(e);
}

static void
answer_granted(struct effect *reply, const struct permit_row *p)
{
	reply->u.reply.code = REPLY_GRANTED;
	reply->u.reply.id = p->id;
	reply->u.reply.until = p->valid_until;
	reply->u.reply.verdict = p->verdict;
}

static void
grant(struct engine *e, const struct command *c, struct day *d,
    struct override_entry *used, struct effect *reply)
{
	const struct phase_def *p = &e->graph->phases[c->subject];
	struct permit_entry *x;

	permit_room(e);
	x = table_add(&e->permits);
	if (x == NULL) {
		reply->u.reply.code = REPLY_REFUSED;
		return;
	}
	x->at = (struct where){ .pipeline = p->pipeline, .dated = true,
		.date = d->date };
	x->row = (struct permit_row){ .id = next_number(e),
		.phase = c->subject, .state = PERMIT_GRANTED,
		.verdict = phase_edge(e, c->subject, d, e->now.wall),
		.at = e->now.wall, .valid_until = e->now.wall +
		    (p->permit_ms > 0 ? p->permit_ms : 15 * 60000) };
	e->last_permit = x->row.id;
	copy_text(x->row.run_id, sizeof x->row.run_id, c->run_id);
	copy_text(x->row.actor, sizeof x->row.actor, c->actor);
	answer_granted(reply, &x->row);
	permit_write(e, x);
	if (used) {
		override_spend(e, used);
		phase_at(e, d, c->subject)->row.marks |= MARK_OVERRIDDEN;
	}
	phase_at(e, d, c->subject)->row.relied = evidence_hash(e, c->subject,
	    d);
	phase_write(e, c->subject, d);
}

static void
ask(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	struct override_entry *o = override_live(e, c->subject, d,
	    e->now.wall);
	enum verdict edge = phase_edge(e, c->subject, d, e->now.wall);
	struct closed closed, stale = { .first_at = INSTANT_NONE,
		.last_at = INSTANT_NONE };

	phase_conditions(e, c->subject, d, &e->now, BY_RUN, &closed);
	if (closed.n > 0 && !(o && override_accepts(o, &closed))) {
		reply_closed(reply, &closed, edge);
		return;
	}
	phase_stale(e, c->subject, d, &e->now, BY_RUN, &stale);
	if (stale.n > 0) {
		want_edge(e, c->subject, d);
		reply_closed(reply, &stale, edge);
		return;
	}
	grant(e, c, d, closed.n > 0 ? o : NULL, reply);
}

/* May another run begin, as far as the phase's own state goes? */
static bool
may_begin(const struct phase_row *row)
{
	return row->state == PHASE_PENDING || row->state == PHASE_FAILED ||
	    (row->state == PHASE_DONE && row->marks & MARK_STALE);
}

static bool
has_run(const struct command *c)
{
	return c->run_id && c->run_id[0];
}

void
permit_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	const struct phase_row *row = &phase_at(e, d, c->subject)->row;
	const struct permit_entry *x = permit_live(e, c->subject, d,
	    e->now.wall);

	if (!has_run(c))
		reply->u.reply.code = REPLY_REFUSED;
	else if (x && same_text(x->row.run_id, c->run_id))
		answer_granted(reply, &x->row);
	else if (x)
		reply->u.reply.code = REPLY_CONFLICT;
	else if (row->state == PHASE_DONE && !may_begin(row))
		reply->u.reply.code = REPLY_ALREADY;
	else if (row->state == PHASE_SKIPPED)
		reply->u.reply.code = REPLY_ALREADY;
	else if (!may_begin(row))
		reply->u.reply.code = REPLY_CONFLICT;
	else
		ask(e, c, d, reply);
}

/*----------------------------------------------------------------- signals */

static void
note_outside(struct engine *e, int32_t phase, const struct day *d,
    uint64_t permit)
{
	struct record *r;

	emit_record(e, RECORD_NOTE, e->graph->phases[phase].pipeline, d,
	    phase, &r);
	r->u.note = (struct note_row){ .kind = NOTE_STARTED_BY_OUTSIDE,
		.subject = phase, .detail = (int64_t)permit };
}

static void
begin_run(struct engine *e, int32_t phase, struct day *d,
    struct permit_entry *x)
{
	uint32_t kept = phase_at(e, d, phase)->row.marks & MARK_OVERRIDDEN;
	uint32_t marks = edge_marks(e, phase, d, e->now.wall);
	bool again = phase_at(e, d, phase)->row.state != PHASE_PENDING;
	struct phase_row *row = phase_move(e, phase, d, PHASE_EVENT_SIGNAL);

	if (again)
		phase_episode(row);
	row->marks = marks | kept;
	row->attempt = 0;
	row->ended_at = row->done_at = INSTANT_NONE;
	copy_text(row->run_id, sizeof row->run_id, x->row.run_id);
	x->row.state = PERMIT_STARTED;
	permit_write(e, x);
	phase_write(e, phase, d);
	note_outside(e, phase, d, x->row.id);
}

static void
signal_start(struct engine *e, const struct command *c, struct day *d,
    struct permit_entry *x, struct effect *reply)
{
	const struct phase_row *row = &phase_at(e, d, c->subject)->row;
	uint64_t hold = held_by(e, HOLD_PHASE, c->subject, c->pipeline, d,
	    e->now.wall);
	struct closed closed = { .n = 0 };

	reply->u.reply.id = x->row.id;
	if (x->row.state == PERMIT_STARTED) {
		reply->u.reply.code = REPLY_ALREADY;
	} else if (!may_begin(row)) {
		reply->u.reply.code = REPLY_ALREADY;
	} else if (hold) {
		closed_add(&closed, WHY_HELD, (int32_t)hold, 0);
		reply_closed(reply, &closed, VERDICT_BLOCKED);
	} else {
		reply->u.reply.code = REPLY_OK;
		begin_run(e, c->subject, d, x);
	}
}

static void
signal_end(struct engine *e, const struct command *c, struct day *d,
    struct permit_entry *x, struct effect *reply)
{
	bool ok = c->kind == COMMAND_SIGNAL_DONE;
	struct phase_row *row = &phase_at(e, d, c->subject)->row;

	reply->u.reply.id = x->row.id;
	reply->u.reply.code = REPLY_OK;
	if (x->row.state == PERMIT_GRANTED && ok && may_begin(row))
		begin_run(e, c->subject, d, x);         /* it ran, unsaid */
	permit_close(e, x);
	if (row->state != PHASE_RUNNING || row->run_id[0] == '\0')
		return;
	row = phase_move(e, c->subject, d, ok ? PHASE_EVENT_ENDED :
	    PHASE_EVENT_AGAIN);
	row->ended_at = e->now.wall;
	if (ok && e->graph->phases[c->subject].done_kind == DONE_EXIT)
		phase_is_done(e, c->subject, d, row->marks);
	else
		phase_write(e, c->subject, d);
}

void
signal_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	const struct phase_row *row = &phase_at(e, d, c->subject)->row;
	struct permit_entry *x = permit_live(e, c->subject, d, e->now.wall);

	if (!has_run(c)) {
		reply->u.reply.code = REPLY_REFUSED;
	} else if (x && same_text(x->row.run_id, c->run_id)) {
		if (c->kind == COMMAND_SIGNAL_START)
			signal_start(e, c, d, x, reply);
		else
			signal_end(e, c, d, x, reply);
	} else if (same_text(row->run_id, c->run_id) &&
	    row->state == PHASE_DONE) {
		reply->u.reply.code = REPLY_ALREADY;
	} else {
		/* it has none, or no longer: it must ask first */
		reply->u.reply.code = x ? REPLY_CONFLICT : REPLY_REFUSED;
	}
}
