/* SPDX-License-Identifier: BSD-2-Clause
 *
 * arrivals.c -- how a check's data came in on each date, kept for the dates
 * that follow.
 *
 * One row per check and date, of the checks that look back at all: when the
 * check first passed, how complete it was at which minute before or after its
 * due time, and what it read in the end. The row follows its date's
 * measurements until a day after the due time. It counts as history only
 * where the date was watched from before its due time on, by an open pipeline
 * (a date that is adopted, backfilled or held says nothing about a usual
 * day), and once the due time has passed.
 *
 * Dates are compared with dates of their class: as many units owed, to the
 * power of two below, and both or neither on a weekend. Within a class what
 * is owed differs by a factor of two at most.
 */
#include <assert.h>
#include <string.h>

#include "engine/foresight.h"
#include "engine/work.h"

enum { GRID_MIN = 5, MINUTE_MS = 60000, FOLLOW_MS = 24 * 3600000 };

bool
looks_back(const struct check_def *c)
{
	return c->early_dates > 0 || c->band.days > 0 || c->trend.days > 0;
}

struct arrivals *
arrivals_of(const struct engine *e, int32_t check)
{
	int32_t slot = e->slot_of_arrivals[check];

	return slot == NONE ? NULL : &e->arrivals[slot];
}

/* -1: what it owes is unknown. */
int32_t
day_class(const struct day *d)
{
	int32_t weekday = date_weekday(d->date), class = 0;
	int64_t owed = d->row.owed;

	if (owed <= 0)
		return -1;
	for (; owed > 1; owed /= 2)
		class += 2;
	return class + (weekday == 0 || weekday == 6);
}

/*------------------------------------------------------------------ the row */

static int32_t
find_at(const struct arrivals *a, struct date date)
{
	int32_t i = a->n;

	while (i > 0 && a->v[i - 1].date.day >= date.day)
		i--;
	return i;
}

const struct arrival_row *
arrival_of(const struct arrivals *a, struct date date)
{
	int32_t i = find_at(a, date);

	return i < a->n && a->v[i].date.day == date.day ? &a->v[i].row :
	    NULL;
}

/* Ascending by date; the oldest goes. NULL: it would be older than all that
 * are kept. */
static struct arrival_row *
arrival_at(struct arrivals *a, struct date date, bool *ret_new)
{
	int32_t i = find_at(a, date);

	*ret_new = false;
	if (i < a->n && a->v[i].date.day == date.day)
		return &a->v[i].row;
	if (a->n == ARRIVALS_KEPT && i == 0)
		return NULL;
	if (a->n == ARRIVALS_KEPT) {
		memmove(&a->v[0], &a->v[1], (size_t)--i * sizeof a->v[0]);
	} else {
		memmove(&a->v[i + 1], &a->v[i],
		    (size_t)(a->n - i) * sizeof a->v[0]);
		a->n++;
	}
	*ret_new = true;
	a->v[i].date = date;
	a->v[i].row = (struct arrival_row){ .due = INSTANT_NONE,
		.arrived_at = INSTANT_NONE };
	return &a->v[i].row;
}

void
arrival_restore(struct engine *e, const struct record *r)
{
	struct arrivals *a = arrivals_of(e, r->subject);
	struct arrival_row *row;
	bool is_new;

	row = a ? arrival_at(a, r->date, &is_new) : NULL;
	if (row)
		*row = r->u.arrival;
}

/*---------------------------------------------------------------- measuring */

static int32_t
permille(double part, double whole)
{
	if (!(part > 0))
		return 0;
	return part >= whole ? 1000 : (int32_t)(part * 1000 / whole);
}

/* How complete it is: of what is expected, or of what its limit asks for. */
static int32_t
completeness(const struct check_def *c, const struct check_row *row)
{
	const struct limit *l = &c->limits.fail_below;

	if (row->expected > 0)
		return permille(row->value, row->expected);
	if (l->kind == LIMIT_ABSOLUTE && l->at > 0)
		return permille(row->value, l->at);
	return row->raw <= RESULT_WARN ? 1000 : 0;
}

static int32_t
grid_min(int64_t ms)
{
	int64_t min = ms / MINUTE_MS;

	if (min * MINUTE_MS > ms)
		min--;
	return (int32_t)((min < 0 ? min - GRID_MIN + 1 : min) / GRID_MIN *
	    GRID_MIN);
}

/* False: it is as it was. */
static bool
add_step(struct arrival_row *row, int32_t at_min, int32_t part)
{
	struct arrival_step *last = row->n > 0 ? &row->steps[row->n - 1] :
	    NULL;

	if (last && last->permille == part)
		return false;
	/* the last of a grid's cell counts; so does the last of all */
	if (last && (last->at_min >= at_min || row->n == ARRIVAL_STEPS)) {
		last->permille = part;
		return true;
	}
	row->steps[row->n++] = (struct arrival_step){ at_min, part };
	return true;
}

/* The due time moves with the calendar's answer: what is relative to it
 * stays where it was. */
static bool
move_due(struct arrival_row *row, int64_t due)
{
	int32_t by, i;

	if (row->due == due)
		return false;
	by = row->due == INSTANT_NONE ? 0 : grid_min(row->due - due);
	for (i = 0; i < row->n; i++)
		row->steps[i].at_min += by;
	row->due = due;
	return true;
}

static bool
same_number(double a, double b)
{
	return a == b || (a != a && b != b);
}

static bool
note_reading(struct engine *e, const struct check_def *c,
    const struct check_row *read, struct arrival_row *row)
{
	bool changed = add_step(row, grid_min(e->now.wall - row->due),
	    completeness(c, read));

	if (read->raw <= RESULT_WARN && row->arrived_at == INSTANT_NONE) {
		row->arrived_at = e->now.wall;
		changed = true;
	}
	if (!same_number(row->value, read->value) ||
	    !same_number(row->expected, read->expected)) {
		row->value = read->value;
		row->expected = read->expected;
		changed = true;
	}
	return changed;
}

bool
is_open_date(const struct engine *e, int32_t check, const struct day *d)
{
	return !d->row.adopted && !check_adopted(e, check, d) &&
	    held_by(e, HOLD_PIPELINE, e->graph->checks[check].pipeline,
	    e->graph->checks[check].pipeline, d, e->now.wall) == 0;
}

void
arrival_note(struct engine *e, int32_t check, struct day *d)
{
	const struct check_def *c = &e->graph->checks[check];
	const struct check_row *read = &check_at(e, d, check)->row;
	struct arrivals *a = arrivals_of(e, check);
	int64_t due = check_due_at(e, check, d);
	int32_t class = day_class(d);
	struct arrival_row *row;
	struct record *r;
	bool changed, open;

	if (a == NULL || !read->measured || read->raw == RESULT_UNKNOWN ||
	    class < 0 || e->now.wall > due + FOLLOW_MS ||
	    check_result(e, check, d, e->now.wall) == RESULT_SKIP)
		return;
	row = arrival_at(a, d->date, &changed);
	if (row == NULL)
		return;
	open = is_open_date(e, check, d) && (changed ? e->now.wall < due :
	    row->counts);
	changed |= row->day_class != class || row->counts != open ||
	    row->owed != d->row.owed;
	row->owed = d->row.owed;
	row->day_class = class;
	row->counts = open;
	changed |= move_due(row, due);
	changed |= note_reading(e, c, read, row);
	if (!changed)
		return;
	emit_record(e, RECORD_ARRIVAL, c->pipeline, d, check, &r);
	r->u.arrival = *row;
}

/*---------------------------------------------------------------- comparing */

bool
arrival_is_past(const struct arrival_entry *x, const struct day *d,
    int64_t wall)
{
	return x->row.counts && x->date.day < d->date.day &&
	    x->row.due <= wall && x->row.day_class == day_class(d);
}

/* -1: it hadn't been read by then. */
int32_t
arrival_part_at(const struct arrival_row *row, int32_t at_min)
{
	int32_t i = row->n;

	while (i > 0 && row->steps[i - 1].at_min > at_min)
		i--;
	return i > 0 ? row->steps[i - 1].permille : -1;
}

int32_t
arrival_min(const struct arrival_row *row, int64_t at)
{
	return grid_min(at - row->due);
}
