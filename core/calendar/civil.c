/* SPDX-License-Identifier: BSD-2-Clause
 *
 * civil.c -- the proleptic Gregorian calendar as arithmetic.
 *
 * A date is a count of days, a civil date is what people write; the two are
 * converted by counting in eras of 400 years, which repeat exactly, with the
 * year taken to begin in March, so that the leap day is the last of its
 * year. No table, no loop, no zone, no clock. Text has exactly one form,
 * because a date is a key: "2026-1-5" would be a second name of the same
 * day.
 *
 * Arithmetic is exact for every int32 count of days; what is read from
 * outside is limited to the years 1 to 9999.
 */
#include "calendar/civil.h"

#include <assert.h>
#include <errno.h>

#include "calendar/digits.h"

enum { ERA_DAYS = 146097, MARCH_EPOCH = 719468 };

static bool
is_leap(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
civil_month_days(int32_t year, int32_t month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };

	assert(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && is_leap(year));
}

bool
civil_valid(struct civil c)
{
	return c.year >= 1 && c.year <= 9999 && c.month >= 1 &&
	    c.month <= 12 && c.day >= 1 &&
	    c.day <= civil_month_days(c.year, c.month);
}

struct date
date_from_civil(struct civil c)
{
	int32_t year, era, of_era, of_year;

	assert(civil_valid(c));
	year = c.year - (c.month <= 2);
	era = year / 400;
	of_year = (153 * ((c.month + 9) % 12) + 2) / 5 + c.day - 1;
	of_era = year % 400 * 365 + year % 400 / 4 - year % 400 / 100 +
	    of_year;
	return (struct date){ era * ERA_DAYS + of_era - MARCH_EPOCH };
}

struct civil
date_civil(struct date d)
{
	int64_t n = (int64_t)d.day + MARCH_EPOCH;
	int64_t era = (n >= 0 ? n : n - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t of_era = n - era * ERA_DAYS;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 -
	    of_era / (ERA_DAYS - 1)) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t march = (5 * of_year + 2) / 153;

	return (struct civil){
		.year = (int32_t)(era * 400 + year + (march >= 10)),
		.month = (int32_t)(march < 10 ? march + 3 : march - 9),
		.day = (int32_t)(of_year - (153 * march + 2) / 5 + 1),
	};
}

int
date_parse(const char *s, struct date *ret)
{
	int64_t year, month, day;
	struct civil c;

	if (digits_get(&s, 4, 4, &year) < 0 || *s++ != '-' ||
	    digits_get(&s, 2, 2, &month) < 0 || *s++ != '-' ||
	    digits_get(&s, 2, 2, &day) < 0 || *s != '\0')
		return -EINVAL;
	c = (struct civil){ (int32_t)year, (int32_t)month, (int32_t)day };
	if (!civil_valid(c))
		return -EINVAL;
	*ret = date_from_civil(c);
	return 0;
}

const char *
date_text(struct date d, char buf[DATE_TEXT])
{
	struct civil c = date_civil(d);
	char *p = buf;

	if (c.year < 0)
		*p++ = '-';
	p = digits_put(p, (uint64_t)(c.year < 0 ? -c.year : c.year), 4);
	*p++ = '-';
	p = digits_put(p, (uint64_t)c.month, 2);
	*p++ = '-';
	(void)digits_put(p, (uint64_t)c.day, 2);
	return buf;
}

int
date_weekday(struct date d)
{
	int64_t n = ((int64_t)d.day + 4) % 7;

	return (int)(n < 0 ? n + 7 : n);
}
