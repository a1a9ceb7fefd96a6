/* SPDX-License-Identifier: BSD-2-Clause
 *
 * times-oracle.c -- where a date begins, ends and is due, judged by what a
 * clock on the wall shows there: section 3 of the design, as guarantee 4.
 *
 * Asks the zone only for the offset at an instant. A civil time is right
 * where it is shown for the first time; one that is never shown, right after
 * the gap that swallowed it.
 */
#include "calendar/day.h"
#include "oracle.h"

enum { DAY_S = 86400 };

static bool
shows(const struct zone *z, int64_t at, int64_t local)
{
	return at + zone_offset(z, at) == local;
}

static bool
is_first(const struct zone *z, int64_t at, int64_t local)
{
	int32_t before;

	for (before = 1; before <= 2 * DAY_S; before += DAY_S / 4) {
		int64_t other = local - zone_offset(z, at - before);

		if (other < at && shows(z, other, local))
			return false;
	}
	return true;
}

static bool
is_right(const struct zone *z, int64_t at_ms, int64_t local)
{
	int64_t at = at_ms / 1000;

	if (shows(z, at, local))
		return is_first(z, at, local);
	return at + zone_offset(z, at) > local &&
	    at - 1 + zone_offset(z, at - 1) < local;
}

void
judge_times(struct play *p, struct date date)
{
	const struct zone *z = &p->pipeline.zone;
	int64_t day = (int64_t)date.day * DAY_S;
	int32_t i;

	if (!is_right(z, day_begin(z, date), day))
		flaw(p, "4", "day %d begins at the wrong hour", date.day);
	if (!is_right(z, day_end(z, date, p->pipeline.day_ends_s), day +
	    DAY_S + p->pipeline.day_ends_s))
		flaw(p, "4", "day %d ends at the wrong hour", date.day);
	for (i = 0; i < p->graph.n_phases; i++) {
		const struct due *due = &p->phases[i].due;

		if (due->kind == DUE_WALL && !is_right(z, due_at(due, z, date,
		    INSTANT_NONE), day + due->days * DAY_S + due->time_s))
			flaw(p, "4", "%s of day %d is due at the wrong hour",
			    p->phases[i].name, date.day);
	}
}
