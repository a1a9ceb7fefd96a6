/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backfill_dates.c -- which dates of a backfill are at work.
 *
 * The canary first and alone, then at most so many at once, in the order
 * that was asked for. A date begins with all of it measured afresh and with
 * the plans that had ended open again, for it is a person who asks; what has
 * made something worse stays ended. It ends when nothing more is to be
 * expected of it (outlook.c), whole or given up. Before the canary has become
 * whole by our doing no other date begins; when it can't, or when several
 * dates in a row could not, the backfill stands still until a person has
 * looked.
 *
 * Whatever changes here is a row in the same step, so a restart goes on where
 * it was.
 */
#include <string.h>

#include "engine/backfills.h"
#include "engine/incidents.h"

enum { IN_ROW_MAX = 3 };

/* So long nothing may be told about a date until it is given up; so often it
 * is looked at when nothing else does. */
static const int64_t patience_ms = 3600000, look_ms = 5 * 60000;

static int32_t
n_dates(const struct backfill_row *b)
{
	return b->to.day - b->from.day + 1;
}

static int32_t
count(const struct backfill_row *b, char letter)
{
	int32_t i, n = 0;

	for (i = 0; i < n_dates(b); i++)
		n += b->dates[i] == letter;
	return n;
}

/* The next one in order; NONE: all have begun. */
static int32_t
next_date(const struct backfill_row *b)
{
	int32_t n = n_dates(b), i;

	if (b->canary && !b->proven && b->first != NONE &&
	    b->dates[b->first] == BACKFILL_WAITS)
		return b->first;
	for (i = 0; i < n; i++) {
		int32_t k = b->newest_first ? n - 1 - i : i;

		if (b->dates[k] == BACKFILL_WAITS)
			return k;
	}
	return NONE;
}

/*--------------------------------------------------------------- beginning */

/* Plans of what it is for that had ended may try again. False: no room for all
 * of it now. */
static bool
reopen_plans(struct engine *e, const struct backfill_row *b, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[d->lane -
	    e->lanes];
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		if (!backfill_covers(b, i) ||
		    phase_at(e, d, i)->row.state != PHASE_FAILED)
			continue;
		if (!has_room(e, 1))
			return false;
		phase_episode(phase_move(e, i, d, PHASE_EVENT_REOPEN));
		phase_write(e, i, d);
	}
	for (i = 0; i < d->lane->n_recoveries; i++) {
		struct recovery_row *row = &d->recoveries[i].row;

		if (row->ended == WHY_NOTHING || row->ended == WHY_WORSE ||
		    !backfill_serves(e, b, d->lane->recoveries[i], d))
			continue;
		if (!has_room(e, 1))
			return false;
		recovery_episode(row);
		recovery_write(e, d->lane->recoveries[i], d);
	}
	return true;
}

/* False: no room now. */
static bool
begin(struct engine *e, struct backfill_entry *x, int32_t i)
{
	struct day *d = lane_find(&e->lanes[x->at.pipeline],
	    date_add(x->row.from, i));

	if (!has_room(e, 1) || (d && !reopen_plans(e, &x->row, d)) ||
	    !has_room(e, 1))
		return false;
	if (d == NULL) {        /* it has left the watch meanwhile */
		x->row.dates[i] = BACKFILL_GAVE_UP;
		x->row.why = WHY_TOO_OLD;
		backfill_write(e, x);
		return true;
	}
	x->row.dates[i] = BACKFILL_ACTIVE;
	d->backfill = x->row.id;
	d->backfill_since = e->now.wall;
	d->backfill_mono = e->now.mono;
	d->backfill_look = INT64_MIN;
	d->told_at_most = x->row.severity;
	touch_day(d);
	backfill_write(e, x);
	return true;
}

/*------------------------------------------------------------------ ending */

/* Has it started something there? */
static bool
has_acted(const struct engine *e, const struct backfill_entry *x,
    const struct day *d)
{
	int32_t i;

	for (i = e->attempts.n - 1; i >= 0; i--) {
		const struct attempt_entry *a = table_at(&e->attempts, i);

		if (a->row.backfill == x->row.id &&
		    where_is(&a->at, x->at.pipeline, d))
			return true;
	}
	return false;
}

static enum backfill_date
letter_of(const struct engine *e, const struct backfill_entry *x,
    const struct day *d, enum outlook o)
{
	if (d == NULL || o == OUTLOOK_STUCK || o == OUTLOOK_UNTOLD)
		return BACKFILL_GAVE_UP;
	if (d->row.owed == 0)
		return BACKFILL_IDLE;
	if (o == OUTLOOK_EXTERNAL)
		return BACKFILL_EXTERNAL;
	return has_acted(e, x, d) ? BACKFILL_REPAIRED : BACKFILL_WAS_WHOLE;
}

/* What it says about the others. */
static enum backfill_stop
lesson(struct backfill_row *b, enum backfill_date letter)
{
	if (letter == BACKFILL_REPAIRED) {
		b->proven = true;
		b->in_row = 0;
	}
	if (letter != BACKFILL_GAVE_UP)
		return STOP_NONE;
	if (b->canary && !b->proven)
		return STOP_CANARY;
	return ++b->in_row >= IN_ROW_MAX ? STOP_IN_ROW : STOP_NONE;
}

static void
end(struct engine *e, struct backfill_entry *x, int32_t i, struct day *d,
    enum outlook o, enum why why)
{
	enum backfill_date letter = letter_of(e, x, d, o);
	enum backfill_stop stop = lesson(&x->row, letter);

	x->row.dates[i] = (char)letter;
	if (letter == BACKFILL_GAVE_UP)
		x->row.why = d ? why : WHY_TOO_OLD;
	if (d) {
		d->backfill = 0;
		touch_day(d);
	}
	if (stop != STOP_NONE && next_date(&x->row) != NONE)
		backfill_turn(e, x, BACKFILL_PAUSED, stop);
	else
		backfill_write(e, x);
}

/*----------------------------------------------------------------- looking */

/* Is it over? Else when it is looked at again, whatever happens. */
static bool
look(struct engine *e, const struct backfill_entry *x, struct day *d,
    enum outlook *ret, enum why *ret_why)
{
	d->looked = false;
	d->backfill_look = e->now.wall + look_ms;
	*ret = backfill_outlook(e, &x->row, d, ret_why);
	if (*ret == OUTLOOK_WORKING) {
		d->backfill_mono = e->now.mono;
		return false;
	}
	if (*ret != OUTLOOK_UNTOLD)
		return true;
	*ret_why = WHY_UNKNOWN;
	return e->now.mono - d->backfill_mono >= patience_ms;
}

static void
look_at_dates(struct engine *e, struct backfill_entry *x, int64_t *ret_wake)
{
	int32_t i;

	for (i = 0; i < n_dates(&x->row) &&
	    x->row.state == BACKFILL_RUNNING; i++) {
		struct day *d;
		enum outlook o = OUTLOOK_STUCK;
		enum why why = WHY_TOO_OLD;

		if (x->row.dates[i] != BACKFILL_ACTIVE)
			continue;
		d = lane_find(&e->lanes[x->at.pipeline],
		    date_add(x->row.from, i));
		if (!has_room(e, 1))
			return;
		/* what is to be settled comes first */
		if (d && (day_is_due(e, d) || (!d->looked &&
		    e->now.wall < d->backfill_look) ||
		    !look(e, x, d, &o, &why))) {
			if (d->backfill_look < *ret_wake)
				*ret_wake = d->backfill_look;
			continue;
		}
		if (!has_room(e, 1)) {  /* looking took it */
			if (d)
				d->looked = true;
			return;
		}
		end(e, x, i, d, o, why);
	}
}

static void
begin_dates(struct engine *e, struct backfill_entry *x)
{
	int32_t active = count(&x->row, BACKFILL_ACTIVE), i;
	int32_t most = x->row.canary && !x->row.proven ? 1 : x->row.at_most;

	while (active < most && (i = next_date(&x->row)) != NONE) {
		if (!begin(e, x, i))
			return;
		active += x->row.dates[i] == BACKFILL_ACTIVE;
	}
	if (active == 0 && has_room(e, 1))
		backfill_turn(e, x, count(&x->row, BACKFILL_GAVE_UP) > 0 ?
		    BACKFILL_FAILED : BACKFILL_DONE, STOP_NONE);
}

int64_t
settle_backfills(struct engine *e)
{
	int64_t wake = WAKE_NEVER;
	int32_t i;

	for (i = 0; i < e->backfills.n && e->open_backfills > 0; i++) {
		struct backfill_entry *x = table_at(&e->backfills, i);

		if (x->row.state != BACKFILL_RUNNING || e->out->more)
			continue;
		look_at_dates(e, x, &wake);
		if (x->row.state == BACKFILL_RUNNING && !e->out->more)
			begin_dates(e, x);
	}
	return wake;
}
