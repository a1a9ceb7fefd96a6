/* SPDX-License-Identifier: BSD-2-Clause
 *
 * civil.h -- civil dates: calendar arithmetic, no zone, no clock.
 */
#ifndef CALENDAR_CIVIL_H
#define CALENDAR_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The key of one pass through a graph. Days since 1970-01-01; a type of its
 * own, so that hours or weeks can come later. */
struct date {
	int32_t day;
};

struct civil {
	int32_t year;           /* 1..9999 */
	int32_t month;          /* 1..12 */
	int32_t day;            /* 1..31 */
};

enum { DATE_TEXT = 16 };

struct date date_from_civil(struct civil);      /* must be a real date */
struct civil date_civil(struct date);
bool civil_valid(struct civil);

/* "YYYY-MM-DD", exactly, a real date. Returns 0 or -EINVAL. */
int date_parse(const char *, struct date *ret);
const char *date_text(struct date, char buf[DATE_TEXT]);

/* 0 Sunday .. 6 Saturday. */
int date_weekday(struct date);
int civil_month_days(int32_t year, int32_t month);

static inline struct date
date_add(struct date d, int32_t days)
{
	return (struct date){ d.day + days };
}

#endif
