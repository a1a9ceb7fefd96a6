/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backfills.c -- ranges of past dates that a person lets us act upon.
 *
 * A date that was adopted, or is older than `act_within`, is left alone. A
 * backfill lifts that, and only that, for the dates that it has made active:
 * every other condition of a start holds there as anywhere. What is started
 * so carries the backfill's id and counts in its budget alone.
 *
 * The whole of it is one row: the range, how far it is, and a letter for
 * each date. Its marks on the dates (struct day) follow from the row and are
 * made again after a restart. Which dates begin and end when is decided in
 * backfill_dates.c.
 *
 * Of a date that a backfill has touched nothing is told above its severity,
 * for as long as the row is kept and the date is one of the past.
 */
#include <assert.h>
#include <string.h>

#include "engine/backfills.h"

struct backfill_entry *
backfill_of(const struct engine *e, uint64_t id)
{
	int32_t i;

	for (i = e->backfills.n - 1; i >= 0 && id != 0; i--) {
		struct backfill_entry *x = table_at(&e->backfills, i);

		if (x->row.id == id)
			return x;
	}
	return NULL;
}

static bool
is_open(const struct backfill_row *row)
{
	return row->state == BACKFILL_RUNNING ||
	    row->state == BACKFILL_PAUSED;
}

const struct backfill_row *
backfill_acting(const struct engine *e, const struct day *d)
{
	const struct backfill_entry *x;

	if (d->backfill == 0)
		return NULL;
	x = backfill_of(e, d->backfill);
	return x && x->row.state == BACKFILL_RUNNING ? &x->row : NULL;
}

bool
backfill_covers(const struct backfill_row *b, int32_t phase)
{
	return b->phase == NONE || b->phase == phase;
}

/*------------------------------------------------------------------- reach */

static bool
is_old(const struct engine *e, const struct day *d, int64_t wall)
{
	return wall - d->end > e->graph->pipelines[d->lane -
	    e->lanes].act_within_ms;
}

bool
day_is_past(const struct engine *e, const struct day *d)
{
	return d->backfill != 0 &&
	    (d->row.adopted || is_old(e, d, e->now.wall));
}

enum why
phase_reach(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall, const struct backfill_row **ret_by)
{
	bool adopted = phase_adopted(e, phase, d);
	const struct backfill_row *b;

	*ret_by = NULL;
	if (!adopted && !is_old(e, d, wall))
		return WHY_NOTHING;
	b = backfill_acting(e, d);
	if (b && backfill_covers(b, phase)) {
		*ret_by = b;
		return WHY_NOTHING;
	}
	return adopted ? WHY_ADOPTED : WHY_TOO_OLD;
}

bool
backfill_serves(const struct engine *e, const struct backfill_row *b,
    int32_t recovery, const struct day *d)
{
	const struct recovery_def *r = &e->graph->recoveries[recovery];
	int32_t i;

	for (i = 0; b->phase != NONE && i < r->n_repairs; i++)
		if (done_uses(e, b->phase, d, r->repairs[i]))
			return true;
	return b->phase == NONE;
}

enum why
recovery_reach(const struct engine *e, int32_t recovery,
    const struct day *d, int64_t wall, const struct backfill_row **ret_by)
{
	const struct backfill_row *b = backfill_acting(e, d);

	*ret_by = b && backfill_serves(e, b, recovery, d) ? b : NULL;
	if (!d->row.adopted && !is_old(e, d, wall)) {
		/* of a check that was met too late, the caller knows */
		return WHY_NOTHING;
	}
	if (*ret_by)
		return WHY_NOTHING;
	return d->row.adopted ? WHY_ADOPTED : WHY_TOO_OLD;
}

enum severity
told_within(const struct engine *e, const struct day *d, enum severity s)
{
	if (d == NULL || d->told_at_most == SEVERITY_NONE ||
	    s <= d->told_at_most ||
	    (!d->row.adopted && !is_old(e, d, e->now.wall)))
		return s;
	return d->told_at_most;
}

/*--------------------------------------------------------------------- row */

void
backfill_write(struct engine *e, const struct backfill_entry *x)
{
	struct record *r;

	emit_record(e, RECORD_BACKFILL, x->at.pipeline, NULL, NONE, &r);
	r->u.backfill = x->row;
}

/* What its letters say, on the dates. */
static void
mark_dates(struct engine *e, const struct backfill_entry *x)
{
	const struct lane *l = &e->lanes[x->at.pipeline];
	bool open = is_open(&x->row);
	int32_t i, n = x->row.to.day - x->row.from.day;

	for (i = 0; i <= n; i++) {
		struct day *d = lane_find(l, date_add(x->row.from, i));
		char is = x->row.dates[i];
		bool active = open && is == BACKFILL_ACTIVE;

		if (d == NULL)
			continue;
		if (is != BACKFILL_WAITS)
			d->told_at_most = x->row.severity;
		if (active) {
			d->backfill_mono = e->now.mono;
			d->looked = true;
			d->backfill = x->row.id;
			touch_day(d);
		} else if (d->backfill == x->row.id) {
			d->backfill = 0;
			touch_day(d);
		}
	}
}

static void
count_open(struct engine *e)
{
	int32_t i;

	e->open_backfills = 0;
	for (i = 0; i < e->backfills.n; i++) {
		const struct backfill_entry *x = table_at(&e->backfills, i);

		e->open_backfills += is_open(&x->row);
	}
}

void
backfills_index(struct engine *e)
{
	int32_t i;

	for (i = 0; i < e->backfills.n; i++)
		mark_dates(e, table_at(&e->backfills, i));
	count_open(e);
}

void
backfill_turn(struct engine *e, struct backfill_entry *x,
    enum backfill_state state, enum backfill_stop stop)
{
	x->row.state = state;
	x->row.stop = stop;
	x->row.changed_at = e->now.wall;
	if (!is_open(&x->row))
		x->row.ended_at = e->now.wall;
	backfill_write(e, x);
	mark_dates(e, x);
	count_open(e);
}

void
backfill_room(struct engine *e)
{
	int32_t i;

	for (i = 0; e->backfills.n == e->backfills.cap &&
	    i < e->backfills.n; i++) {
		const struct backfill_entry *x = table_at(&e->backfills, i);

		if (!is_open(&x->row))
			table_remove(&e->backfills, i);
	}
}

/*---------------------------------------------------------------- commands */

/* All dates of it are watched and have ended. */
static bool
is_valid(const struct engine *e, const struct command *c)
{
	const struct backfill_row *b = c->backfill;
	const struct lane *l = &e->lanes[c->pipeline];
	const struct day *first = lane_find(l, b->from);
	const struct day *last = lane_find(l, b->to);
	int32_t n = b->to.day - b->from.day + 1;

	return first && last && n >= 1 && n <= BACKFILL_DATES &&
	    last->end <= e->now.wall &&
	    b->at_most >= 1 && b->at_most <= BACKFILL_AT_ONCE &&
	    b->starts_per_hour >= 1 && b->severity >= SEVERITY_INFO &&
	    (b->first == NONE || (b->first >= 0 && b->first < n));
}

/* One that is open and has a date of this one. */
static const struct backfill_entry *
overlapping(const struct engine *e, const struct command *c)
{
	int32_t i;

	for (i = 0; i < e->backfills.n; i++) {
		const struct backfill_entry *x = table_at(&e->backfills, i);

		if (is_open(&x->row) && x->at.pipeline == c->pipeline &&
		    x->row.from.day <= c->backfill->to.day &&
		    c->backfill->from.day <= x->row.to.day)
			return x;
	}
	return NULL;
}

static struct backfill_entry *
add(struct engine *e, const struct command *c)
{
	struct backfill_entry *x;
	size_t n = (size_t)(c->backfill->to.day - c->backfill->from.day + 1);

	backfill_room(e);
	x = table_add(&e->backfills);
	if (x == NULL)
		return NULL;
	x->at = (struct where){ .pipeline = c->pipeline };
	x->row = *c->backfill;
	x->row.id = e->last_backfill = next_number(e);
	x->row.proven = false;
	x->row.why = WHY_NOTHING;
	x->row.in_row = 0;
	x->row.at = e->now.wall;
	x->row.ended_at = INSTANT_NONE;
	memset(x->row.dates, 0, sizeof x->row.dates);
	memset(x->row.dates, BACKFILL_WAITS, n);
	memset(x->row.actor, 0, sizeof x->row.actor);
	memset(x->row.reason, 0, sizeof x->row.reason);
	copy_text(x->row.actor, sizeof x->row.actor, c->actor);
	copy_text(x->row.reason, sizeof x->row.reason, c->reason);
	return x;
}

static void
start_command(struct engine *e, const struct command *c,
    struct effect *reply)
{
	const struct backfill_entry *other;
	struct backfill_entry *x;

	assert(c->backfill != NULL);
	reply->u.reply.code = REPLY_REFUSED;
	if (c->pipeline < 0 || c->pipeline >= e->graph->n_pipelines ||
	    !is_valid(e, c))
		return;
	other = overlapping(e, c);
	if (other) {
		reply->u.reply.code = REPLY_CONFLICT;
		reply->u.reply.id = other->row.id;
		return;
	}
	x = add(e, c);
	if (x == NULL)
		return;
	reply->u.reply.code = REPLY_OK;
	reply->u.reply.id = x->row.id;
	backfill_turn(e, x, BACKFILL_RUNNING, STOP_NONE);
}

static void
turn_command(struct engine *e, const struct command *c,
    struct backfill_entry *x, struct effect *reply)
{
	reply->u.reply.code = REPLY_OK;
	if (c->kind == COMMAND_BACKFILL_CANCEL) {
		backfill_turn(e, x, BACKFILL_CANCELLED, STOP_PERSON);
	} else if (c->kind == COMMAND_BACKFILL_PAUSE &&
	    x->row.state == BACKFILL_RUNNING) {
		backfill_turn(e, x, BACKFILL_PAUSED, STOP_PERSON);
	} else if (c->kind == COMMAND_BACKFILL_RESUME &&
	    x->row.state == BACKFILL_PAUSED) {
		x->row.in_row = 0;
		backfill_turn(e, x, BACKFILL_RUNNING, STOP_NONE);
	} else {
		reply->u.reply.code = REPLY_ALREADY;
	}
}

void
backfill_command(struct engine *e, const struct command *c,
    struct effect *reply)
{
	struct backfill_entry *x;

	if (c->kind == COMMAND_BACKFILL_START) {
		start_command(e, c, reply);
		return;
	}
	x = backfill_of(e, c->id);
	if (x == NULL)
		return;         /* no such */
	reply->u.reply.id = c->id;
	if (is_open(&x->row))
		turn_command(e, c, x, reply);
	else
		reply->u.reply.code = REPLY_REFUSED;    /* it has ended */
}
