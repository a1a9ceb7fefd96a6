/* SPDX-License-Identifier: BSD-2-Clause
 *
 * schedule.h -- five-field cron and "every", in a zone. Pure.
 */
#ifndef CALENDAR_SCHEDULE_H
#define CALENDAR_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "calendar/zone.h"

struct cron {
	uint64_t minutes;               /* bit i: minute i */
	uint32_t hours, days, months;   /* bit i; days 1..31, months 1..12 */
	uint8_t weekdays;               /* bit i: 0 Sunday .. 6 */
	bool day_star, weekday_star;    /* vixie: a star field does not OR */
	bool hour_star;                 /* follows elapsed time over DST */
};

struct schedule {
	enum schedule_kind { SCHEDULE_NONE, SCHEDULE_CRON, SCHEDULE_EVERY }
	    kind;
	struct cron cron;
	int64_t every_ms;
};

/* Five fields: lists, ranges, steps, names (jan, mon), 7 is Sunday,
 * @hourly @daily @weekly @monthly @yearly. An expression that never fires
 * ("0 0 30 2 *") is refused. *ret_why is a static sentence on failure. */
int cron_parse(const char *, struct cron *ret, const char **ret_why);

/* The first slot later than `after` (UTC ms). A slot in a gap comes once,
 * right after it; one in an overlap once, at its first occurrence; with a
 * star (or step) in the hour field, slots follow elapsed time. */
int64_t cron_next(const struct cron *, const struct zone *, int64_t after);

/* Slots of "every" are the multiples since the Unix epoch. */
int64_t schedule_next(const struct schedule *, const struct zone *,
    int64_t after);

#endif
