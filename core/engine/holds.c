/* SPDX-License-Identifier: BSD-2-Clause
 *
 * holds.c -- what operators hold back.
 *
 * A hold stops starts and repairs, nothing else: checks and messages go on.
 * It ends when it is released or when its time is over; either is a row. The
 * oldest ended ones make room for new ones, a live one never does.
 */
#include <assert.h>

#include "engine/work.h"

static bool
hold_covers(const struct hold_entry *x, enum hold_scope scope,
    int32_t subject, int32_t pipeline, const struct day *d)
{
	if (!x->row.any_date && x->at.date.day != d->date.day)
		return false;
	switch (x->row.scope) {
	case HOLD_ALL:
		return true;
	case HOLD_PIPELINE:
		return x->row.subject == pipeline;
	case HOLD_PHASE:
	case HOLD_RECOVERY:
		break;
	}
	return x->row.scope == scope && x->row.subject == subject;
}

static bool
lives(const struct hold_row *h, int64_t wall)
{
	return h->live && (h->until == INSTANT_NONE || wall < h->until);
}

uint64_t
held_by(const struct engine *e, enum hold_scope scope, int32_t subject,
    int32_t pipeline, const struct day *d, int64_t wall)
{
	int32_t i, left = e->live_holds;

	for (i = 0; i < e->holds.n && left > 0; i++) {
		const struct hold_entry *x = table_at(&e->holds, i);

		if (lives(&x->row, wall) &&
		    hold_covers(x, scope, subject, pipeline, d))
			return x->row.id;
		left -= x->row.live;
	}
	return 0;
}

void
holds_count(struct engine *e)
{
	int32_t i;

	e->live_holds = 0;
	for (i = 0; i < e->holds.n; i++) {
		const struct hold_entry *x = table_at(&e->holds, i);

		e->live_holds += x->row.live;
	}
}

static void
write_hold(struct engine *e, const struct hold_entry *x)
{
	struct effect *w = emit(e, EFFECT_WRITE, x->at.pipeline, x->at.date,
	    NONE);

	w->u.record = (struct record){ .kind = RECORD_HOLD,
		.pipeline = x->at.pipeline, .dated = x->at.dated,
		.date = x->at.date, .subject = NONE };
	w->u.record.u.hold = x->row;
	/* what was held may start now, or the reverse */
	touch_all(e, x->at.pipeline);
	e->expire_at = INT64_MIN;
	holds_count(e);
}

void
expire_holds(struct engine *e, int64_t *ret_wake)
{
	int32_t i;

	for (i = 0; i < e->holds.n; i++) {
		struct hold_entry *x = table_at(&e->holds, i);

		if (!x->row.live || x->row.until == INSTANT_NONE)
			continue;
		if (x->row.until > e->now.wall) {
			if (*ret_wake == INSTANT_NONE ||
			    x->row.until < *ret_wake)
				*ret_wake = x->row.until;
			continue;
		}
		if (!has_room(e, 1))
			return;
		x->row.live = false;
		write_hold(e, x);
	}
}

/*---------------------------------------------------------------- commands */

static struct hold_entry *
find_same(const struct engine *e, const struct command *c)
{
	int32_t i;

	for (i = 0; i < e->holds.n; i++) {
		struct hold_entry *x = table_at(&e->holds, i);

		if (lives(&x->row, e->now.wall) &&
		    x->row.scope == c->scope &&
		    (c->scope == HOLD_ALL || x->row.subject == c->subject) &&
		    x->row.any_date == !c->dated &&
		    (!c->dated || x->at.date.day == c->date.day))
			return x;
	}
	return NULL;
}

void
hold_room(struct engine *e)
{
	int32_t i;

	for (i = 0; e->holds.n == e->holds.cap && i < e->holds.n; i++) {
		const struct hold_entry *x = table_at(&e->holds, i);

		if (!x->row.live)
			table_remove(&e->holds, i);
	}
}

static bool
scope_is_valid(const struct engine *e, const struct command *c)
{
	switch (c->scope) {
	case HOLD_ALL:
		return true;
	case HOLD_PIPELINE:
		return c->subject >= 0 &&
		    c->subject < e->graph->n_pipelines;
	case HOLD_PHASE:
		return c->subject >= 0 && c->subject < e->graph->n_phases;
	case HOLD_RECOVERY:
		return c->subject >= 0 &&
		    c->subject < e->graph->n_recoveries;
	}
	return false;
}

void
hold_command(struct engine *e, const struct command *c,
    struct effect *reply)
{
	struct hold_entry *x;

	if (!scope_is_valid(e, c))
		return;         /* no such */
	hold_room(e);           /* entries move */
	x = find_same(e, c);
	if (x && x->row.until == c->until) {
		reply->u.reply.code = REPLY_ALREADY;
		reply->u.reply.id = x->row.id;
		return;
	}
	if (x == NULL)
		x = table_add(&e->holds);
	if (x == NULL) {
		reply->u.reply.code = REPLY_REFUSED;
		return;
	}
	if (x->row.id == 0)
		x->row.id = e->last_hold = next_number(e);
	x->at = (struct where){ .pipeline = c->scope == HOLD_ALL ? NONE :
		c->pipeline, .dated = c->dated, .date = c->date };
	x->row.scope = c->scope;
	x->row.subject = c->scope == HOLD_ALL ? NONE : c->subject;
	x->row.any_date = !c->dated;
	x->row.live = true;
	x->row.until = c->until;
	copy_text(x->row.actor, sizeof x->row.actor, c->actor);
	copy_text(x->row.reason, sizeof x->row.reason, c->reason);
	reply->u.reply.code = REPLY_OK;
	reply->u.reply.id = x->row.id;
	reply->u.reply.until = x->row.until;
	write_hold(e, x);
}

static void
release(struct engine *e, struct hold_entry *x)
{
	x->row.live = false;
	write_hold(e, x);
}

bool
release_hold(struct engine *e, uint64_t id)
{
	int32_t i;

	for (i = 0; i < e->holds.n; i++) {
		struct hold_entry *x = table_at(&e->holds, i);

		if (x->row.id == id && lives(&x->row, e->now.wall)) {
			release(e, x);
			return true;
		}
	}
	return false;
}

void
release_command(struct engine *e, const struct command *c,
    struct effect *reply)
{
	struct hold_entry *x;

	if (c->id != 0) {
		if (release_hold(e, c->id)) {
			reply->u.reply.code = REPLY_OK;
			reply->u.reply.id = c->id;
		}
		return;
	}
	x = find_same(e, c);
	if (x == NULL) {
		reply->u.reply.code = scope_is_valid(e, c) ? REPLY_ALREADY :
		    REPLY_NO_SUCH;
		return;
	}
	reply->u.reply.code = REPLY_OK;
	reply->u.reply.id = x->row.id;
	release(e, x);
}
