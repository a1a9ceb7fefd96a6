/* SPDX-License-Identifier: BSD-2-Clause
 *
 * day.h -- where a date begins, ends, and is due. Instants are UTC ms.
 */
#ifndef CALENDAR_DAY_H
#define CALENDAR_DAY_H

#include <stdint.h>

#include "calendar/civil.h"
#include "calendar/zone.h"

/* A time of day: seconds after civil midnight, 0..86399; "04:00". */
int clock_time_parse(const char *, int32_t *ret_s);

/* Civil midnight of the date, or the first instant after it. */
int64_t day_begin(const struct zone *, struct date);

/* The end of a date: `day_ends` of the next civil day (the same day's next
 * midnight when day_ends is 0). */
int64_t day_end(const struct zone *, struct date, int32_t day_ends_s);

/* The date to which an instant belongs: the one that has not ended. */
struct date day_of(const struct zone *, int32_t day_ends_s, int64_t instant);

/* When something is due: "+6h" counts from the anchor (no days alone: a bare
 * "+1d" is refused as ambiguous); "+1d 11:00" is wall-clock time on a later
 * civil day; "11:00" the same on the date itself. */
struct due {
	enum due_kind { DUE_NONE, DUE_ANCHOR, DUE_WALL } kind;
	int64_t after_ms;       /* DUE_ANCHOR; >= 0 */
	int32_t days;           /* DUE_WALL; 0..366 */
	int32_t time_s;         /* DUE_WALL */
};

/* On failure *ret_why says what was expected (static string). Returns 0 or
 * -EINVAL. */
int due_parse(const char *, struct due *ret, const char **ret_why);

/* INSTANT_NONE for DUE_NONE. */
int64_t due_at(const struct due *, const struct zone *, struct date,
    int64_t anchor);

enum { DUE_TEXT = 48 };
const char *due_text(const struct due *, char buf[DUE_TEXT]);

/* "2026-01-16 11:00:00 -0500" in the zone; "2026-01-16 11:00" when short. */
enum { INSTANT_TEXT = 48 };
const char *instant_text(int64_t instant, const struct zone *,
    char buf[INSTANT_TEXT]);
const char *instant_short(int64_t instant, const struct zone *,
    char buf[INSTANT_TEXT]);
/* "2026-01-16T16:00:00Z", ms shown when not zero. */
const char *instant_utc(int64_t instant, char buf[INSTANT_TEXT]);
/* RFC 3339 with any offset; "2026-01-13 04:00" is read in the zone (NULL:
 * refused). Returns 0 or -EINVAL. */
int instant_parse(const char *, const struct zone *, int64_t *ret);

#endif
