/* SPDX-License-Identifier: BSD-2-Clause
 *
 * window.c -- when a window is open.
 *
 * Civil time decides: a night from 23:00 to 07:00 is an hour shorter where
 * the clock is put forward, and an hour longer where it is put back. Each
 * occurrence is looked at as a stretch of instants, from the day before on,
 * because a window of yesterday may still be open.
 */
#include "notify/notify.h"

enum { DAY_S = 86400 };

static const struct zone *
zone_of(const struct window *w, const struct zone *pipeline)
{
	return w->zoned || pipeline == NULL ? &w->zone : pipeline;
}

static int64_t
floor_s(int64_t ms)
{
	return ms >= 0 ? ms / 1000 : -((999 - ms) / 1000);
}

/* The last instant that shows a civil time; after a gap where none does. */
static int64_t
last_instant(const struct zone *z, int64_t local_s)
{
	int64_t v[2];
	int n = zone_instants(z, local_s, v);

	return n > 0 ? v[n - 1] : zone_resolve(z, local_s);
}

static int32_t
day_at(const struct zone *z, int64_t utc_s)
{
	int64_t local = utc_s + zone_offset(z, utc_s);

	return (int32_t)(local >= 0 ? local / DAY_S :
	    -((DAY_S - 1 - local) / DAY_S));
}

/* The occurrence that begins on a civil day; false: none does. */
static bool
daily(const struct window *w, const struct zone *z, int32_t day,
    int64_t *ret_start, int64_t *ret_end)
{
	int64_t midnight = (int64_t)day * DAY_S;
	int64_t to = midnight + w->to_s + (w->to_s <= w->from_s ? DAY_S : 0);

	if ((w->days >> date_weekday((struct date){ day }) & 1) == 0)
		return false;
	*ret_start = zone_resolve(z, midnight + w->from_s) * 1000;
	*ret_end = last_instant(z, to) * 1000;
	return *ret_start < *ret_end;
}

static bool
daily_open(const struct window *w, const struct zone *z, int64_t at,
    int64_t *ret_start, int64_t *ret_end)
{
	int32_t today = day_at(z, floor_s(at)), day;
	bool open = false;
	int64_t start, end;

	for (day = today - 1; day <= today; day++) {
		if (!daily(w, z, day, &start, &end) || at < start ||
		    at >= end)
			continue;
		*ret_start = open ? *ret_start : start;
		*ret_end = end;
		open = true;
	}
	return open;
}

/* The last slot at or before `at` that is within reach. */
static bool
cron_open(const struct window *w, const struct zone *z, int64_t at,
    int64_t *ret_start, int64_t *ret_end)
{
	int64_t slot = cron_next(&w->cron, z, at - w->for_ms);
	bool open = false;

	while (slot != INSTANT_NONE && slot <= at) {
		*ret_start = open ? *ret_start : slot;
		*ret_end = slot + w->for_ms;
		open = true;
		slot = cron_next(&w->cron, z, slot);
	}
	return open;
}

bool
window_open(const struct window *w, const struct zone *pipeline, int64_t at,
    int64_t *ret_start, int64_t *ret_end)
{
	const struct zone *z = zone_of(w, pipeline);
	int64_t start = w->start, end = w->end;
	bool open = false;

	switch (w->when) {
	case WHEN_DAILY:
		open = daily_open(w, z, at, &start, &end);
		break;
	case WHEN_CRON:
		open = cron_open(w, z, at, &start, &end);
		break;
	case WHEN_ONCE:
		open = at >= start && at < end;
		break;
	}
	if (open && ret_start)
		*ret_start = start;
	if (open && ret_end)
		*ret_end = end;
	return open;
}

static int64_t
next_start(const struct window *w, const struct zone *z, int64_t at)
{
	int32_t day = day_at(z, floor_s(at)), last = day + 8;
	int64_t start, end;

	if (w->when == WHEN_CRON)
		return cron_next(&w->cron, z, at);
	if (w->when == WHEN_ONCE)
		return at < w->start ? w->start : INSTANT_NONE;
	for (; day <= last; day++)
		if (daily(w, z, day, &start, &end) && start > at)
			return start;
	return INSTANT_NONE;
}

int64_t
window_turn(const struct window *w, const struct zone *pipeline, int64_t at)
{
	int64_t end;

	if (window_open(w, pipeline, at, NULL, &end))
		return end;
	return next_start(w, zone_of(w, pipeline), at);
}

int64_t
digest_at(const struct zone *z, int32_t time_s, int64_t at)
{
	int32_t day = day_at(z, floor_s(at));
	int64_t t;

	do
		t = zone_resolve(z, (int64_t)day++ * DAY_S + time_s) * 1000;
	while (t <= at);
	return t;
}
