/* SPDX-License-Identifier: BSD-2-Clause
 *
 * overrides.c -- closed conditions that an operator accepts, as seen.
 *
 * An override names each condition with what it said. It covers a start only
 * where everything that is closed then was named and is no worse; a new
 * condition or a worse one blocks again. One start spends it. What it can't
 * accept: a hold, the mode, what is in flight, budgets. Those are lifted at
 * their place.
 */
#include <string.h>

#include "engine/work.h"

static const int64_t default_ms = 2 * HOUR_MS;

bool
engine_overridable(enum why w)
{
	switch (w) {
	case WHY_UPSTREAM:
	case WHY_GATE:
	case WHY_CALENDAR:
	case WHY_NOT_BEFORE:
	case WHY_NOT_ENDED:
	case WHY_ADOPTED:
	case WHY_TOO_OLD:
	case WHY_UNPROVEN:
		return true;
	default:
		return false;
	}
}

/* The same object, no worse a verdict, and that for no new reason. */
static bool
no_worse(const struct condition *now, const struct condition *seen)
{
	return now->why == seen->why && now->subject == seen->subject &&
	    now->detail <= seen->detail && (now->bad & ~seen->bad) == 0 &&
	    now->lacking <= seen->lacking;
}

static bool
accepts(const struct override_row *o, const struct condition *c)
{
	int32_t i;

	for (i = 0; i < o->n; i++)
		if (no_worse(c, &o->accepted[i]))
			return true;
	return false;
}

bool
override_accepts(const struct override_entry *x, const struct closed *c)
{
	int32_t i;

	for (i = 0; i < c->n; i++)
		if (!engine_overridable(c->v[i].why) ||
		    !accepts(&x->row, &c->v[i]))
			return false;
	return !c->more;
}

struct override_entry *
override_live(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall)
{
	int32_t i, left = e->live_overrides;

	for (i = e->overrides.n - 1; i >= 0 && left > 0; i--) {
		struct override_entry *x = table_at(&e->overrides, i);

		if (x->row.live && wall < x->row.until &&
		    x->row.phase == phase && where_is(&x->at,
		    e->graph->phases[phase].pipeline, d))
			return x;
		left -= x->row.live;
	}
	return NULL;
}

void
overrides_count(struct engine *e)
{
	int32_t i;

	e->live_overrides = 0;
	for (i = 0; i < e->overrides.n; i++) {
		const struct override_entry *x = table_at(&e->overrides, i);

		e->live_overrides += x->row.live;
	}
}

static void
write_override(struct engine *e, const struct override_entry *x)
{
	struct effect *w = emit(e, EFFECT_WRITE, x->at.pipeline, x->at.date,
	    NONE);
	struct day *d = lane_find(&e->lanes[x->at.pipeline], x->at.date);

	w->u.record = (struct record){ .kind = RECORD_OVERRIDE,
		.pipeline = x->at.pipeline, .dated = true,
		.date = x->at.date, .subject = NONE };
	w->u.record.u.override = x->row;
	if (d)
		touch_phase(e, d, x->row.phase);
	e->expire_at = INT64_MIN;
	overrides_count(e);
}

void
override_spend(struct engine *e, struct override_entry *x)
{
	x->row.live = false;
	write_override(e, x);
}

void
expire_overrides(struct engine *e, int64_t *ret_wake)
{
	int32_t i;

	for (i = 0; i < e->overrides.n; i++) {
		struct override_entry *x = table_at(&e->overrides, i);

		if (!x->row.live)
			continue;
		if (x->row.until > e->now.wall) {
			if (*ret_wake == INSTANT_NONE ||
			    x->row.until < *ret_wake)
				*ret_wake = x->row.until;
		} else if (has_room(e, 1)) {
			override_spend(e, x);
		}
	}
}

/*---------------------------------------------------------------- commands */

void
override_room(struct engine *e)
{
	int32_t i;

	for (i = 0; e->overrides.n == e->overrides.cap &&
	    i < e->overrides.n; i++) {
		const struct override_entry *x = table_at(&e->overrides, i);

		if (!x->row.live)
			table_remove(&e->overrides, i);
	}
}

static int32_t
take_accepted(const struct command *c, struct override_row *o)
{
	int32_t i, n = c->n_conditions < CONDITIONS_MAX ? c->n_conditions :
	    CONDITIONS_MAX;

	for (i = 0; i < n; i++)
		if (engine_overridable(c->conditions[i].why))
			o->accepted[o->n++] = c->conditions[i];
	return o->n;
}

void
override_command(struct engine *e, const struct command *c, struct day *d,
    struct effect *reply)
{
	struct override_row row = { .phase = c->subject, .live = true,
		.at = e->now.wall, .until = c->until == INSTANT_NONE ?
		    e->now.wall + default_ms : c->until };
	struct override_entry *x;

	if (take_accepted(c, &row) == 0 || row.until <= e->now.wall) {
		reply->u.reply.code = REPLY_REFUSED;
		return;
	}
	override_room(e);       /* entries move */
	x = override_live(e, c->subject, d, e->now.wall);
	if (x == NULL)
		x = table_add(&e->overrides);
	if (x == NULL) {
		reply->u.reply.code = REPLY_REFUSED;
		return;
	}
	row.id = x->row.id ? x->row.id : next_number(e);
	if (row.id > e->last_override)
		e->last_override = row.id;
	copy_text(row.actor, sizeof row.actor, c->actor);
	copy_text(row.reason, sizeof row.reason, c->reason);
	x->at = (struct where){ .pipeline = c->pipeline, .dated = true,
		.date = c->date };
	x->row = row;
	reply->u.reply.code = REPLY_OK;
	reply->u.reply.id = row.id;
	reply->u.reply.until = row.until;
	write_override(e, x);
}

bool
override_undo(struct engine *e, uint64_t id)
{
	int32_t i;

	for (i = 0; i < e->overrides.n; i++) {
		struct override_entry *x = table_at(&e->overrides, i);

		if (x->row.id == id && x->row.live) {
			override_spend(e, x);
			return true;
		}
	}
	return false;
}
