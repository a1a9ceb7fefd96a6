/* SPDX-License-Identifier: BSD-2-Clause
 *
 * day.c -- where a date begins, ends, and is due, and instants as text.
 *
 * A civil time becomes an instant in one place only, zone_resolve(): the
 * first occurrence of a time shown twice, the first instant after a gap. So
 * days of 23 and 25 hours, and a date that never existed (it begins and ends
 * in the same instant), need no care here. Adding days is calendar
 * arithmetic, never a multiple of 86400 seconds from an instant.
 *
 * Text goes both ways: what due_text() and instant_text() write, due_parse()
 * and instant_parse() read as the same value. Nothing is guessed: days in an
 * offset from the anchor are refused, because "+1d" could mean 24 hours or
 * the same time tomorrow, which differ twice a year.
 */
#include "calendar/day.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "calendar/digits.h"

enum { DAY_S = 86400, HOUR_S = 3600, DAYS_MOST = 366 };

/* Offsets from the anchor: as for every duration, 100 years are enough. */
static const int64_t after_most_ms = 100LL * 366 * DAY_S * 1000;

/* The instants that have a text: 0001-01-01 to 9999-12-31. */
static const int64_t text_first_s = -62135596800, text_last_s = 253402300799;

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Reads "HH:MM" or "HH:MM:SS" and advances; a second of 60 is a leap second,
 * taken as the one after it. */
static int
read_time(const char **s, int64_t second_most, int64_t *ret_s)
{
	int64_t h, m, sec = 0;

	if (digits_get(s, 2, 2, &h) < 0 || *(*s)++ != ':' ||
	    digits_get(s, 2, 2, &m) < 0)
		return -EINVAL;
	if (**s == ':') {
		(*s)++;
		if (digits_get(s, 2, 2, &sec) < 0)
			return -EINVAL;
	}
	if (h > 23 || m > 59 || sec > second_most)
		return -EINVAL;
	*ret_s = h * HOUR_S + m * 60 + sec;
	return 0;
}

int
clock_time_parse(const char *s, int32_t *ret_s)
{
	int64_t v;

	if (read_time(&s, 59, &v) < 0 || *s != '\0')
		return -EINVAL;
	*ret_s = (int32_t)v;
	return 0;
}

static int64_t
wall(const struct zone *z, struct date d, int32_t time_s)
{
	return 1000 * zone_resolve(z, (int64_t)d.day * DAY_S + time_s);
}

int64_t
day_begin(const struct zone *z, struct date d)
{
	return wall(z, d, 0);
}

int64_t
day_end(const struct zone *z, struct date d, int32_t day_ends_s)
{
	assert(day_ends_s >= 0 && day_ends_s < DAY_S);
	return wall(z, date_add(d, 1), day_ends_s);
}

static int64_t
clamp_text(int64_t utc_s)
{
	return utc_s < text_first_s ? text_first_s :
	    utc_s > text_last_s ? text_last_s : utc_s;
}

struct date
day_of(const struct zone *z, int32_t day_ends_s, int64_t instant)
{
	int64_t utc_s = clamp_text(floor_div(instant, 1000));
	int64_t local_s = utc_s + zone_offset(z, utc_s);
	struct date d = { (int32_t)floor_div(local_s, DAY_S) - 2 };
	int i;

	/* at most four: the date before, the date itself, and as many more
	 * as an overlap or a day that never existed can shift it */
	for (i = 0; i < 4 && day_end(z, d, day_ends_s) <= utc_s * 1000; i++)
		d = date_add(d, 1);
	return d;
}

/* Reads "1h30m": hours, minutes and seconds, falling. */
static int
read_after(const char *s, int64_t *ret_ms)
{
	static const char units[] = "hms";
	static const int64_t factors[] = { 3600000, 60000, 1000 };
	const char *least = units, *u;
	int64_t sum = 0, v;

	while (*s != '\0') {
		if (digits_get(&s, 1, 12, &v) < 0 || *s == '\0')
			return -EINVAL;
		u = strchr(least, *s++);
		if (u == NULL || v > after_most_ms / factors[u - units])
			return -EINVAL;
		sum += v * factors[u - units];
		least = u + 1;
		if (*s == ' ' && s[1] != '\0')
			s++;
	}
	*ret_ms = sum;
	return sum > after_most_ms ? -EINVAL : 0;
}

static const char due_forms[] =
    "expected '+6h' (after the anchor), '+1d 11:00' or '11:00' (wall clock)";
static const char due_bare_days[] =
    "days alone are ambiguous: write '+24h' for hours after the anchor, "
    "or '+1d 11:00' for a time on the next day";

/* "+2d 11:00" after its plus; the number of days has been seen. */
static int
due_parse_days(const char *s, int64_t days, struct due *ret,
    const char **ret_why)
{
	int32_t time_s;

	if (*s == '\0')
		*ret_why = due_bare_days;
	if (*s != ' ')
		return -EINVAL;
	while (*s == ' ')
		s++;
	if (clock_time_parse(s, &time_s) < 0)
		return -EINVAL;
	if (days > DAYS_MOST) {
		*ret_why = "expected at most 366 days";
		return -EINVAL;
	}
	*ret = (struct due){ .kind = DUE_WALL, .days = (int32_t)days,
		.time_s = time_s };
	return 0;
}

int
due_parse(const char *s, struct due *ret, const char **ret_why)
{
	const char *p;
	int64_t days, ms;
	int32_t time_s;

	*ret_why = due_forms;
	if (clock_time_parse(s, &time_s) == 0) {
		*ret = (struct due){ .kind = DUE_WALL, .time_s = time_s };
		return 0;
	}
	if (*s++ != '+' || *s == '\0')
		return -EINVAL;
	p = s;
	if (digits_get(&p, 1, 9, &days) == 0 && *p == 'd')
		return due_parse_days(p + 1, days, ret, ret_why);
	if (strcmp(s, "0") == 0)
		ms = 0;
	else if (read_after(s, &ms) < 0)
		return -EINVAL;
	*ret = (struct due){ .kind = DUE_ANCHOR, .after_ms = ms };
	return 0;
}

int64_t
due_at(const struct due *due, const struct zone *z, struct date d,
    int64_t anchor)
{
	switch (due->kind) {
	case DUE_ANCHOR:
		return anchor == INSTANT_NONE ? INSTANT_NONE :
		    anchor + due->after_ms;
	case DUE_WALL:
		return wall(z, date_add(d, due->days), due->time_s);
	case DUE_NONE:
		break;
	}
	return INSTANT_NONE;
}

static char *
put_pair(char *p, int64_t v, char separator)
{
	p = digits_put(p, (uint64_t)v, 2);
	*p = separator;
	return separator == '\0' ? p : p + 1;
}

static char *
put_time(char *p, int64_t s, bool seconds)
{
	p = put_pair(p, s / HOUR_S, ':');
	p = put_pair(p, s / 60 % 60, seconds ? ':' : '\0');
	return seconds ? put_pair(p, s % 60, '\0') : p;
}

static char *
put_unit(char *p, int64_t v, char unit)
{
	if (v == 0)
		return p;
	p = digits_put(p, (uint64_t)v, 1);
	*p++ = unit;
	*p = '\0';
	return p;
}

static void
put_after(char *p, int64_t s)
{
	char *start = p;

	p = put_unit(p, s / HOUR_S, 'h');
	p = put_unit(p, s / 60 % 60, 'm');
	p = put_unit(p, s % 60, 's');
	if (p == start)
		(void)digits_put(p, 0, 1);
}

const char *
due_text(const struct due *due, char buf[DUE_TEXT])
{
	char *p = buf;

	*p = '\0';
	if (due->kind == DUE_ANCHOR) {
		*p++ = '+';
		put_after(p, due->after_ms / 1000);
	} else if (due->kind == DUE_WALL) {
		if (due->days > 0) {
			*p++ = '+';
			p = digits_put(p, (uint64_t)due->days, 1);
			*p++ = 'd';
			*p++ = ' ';
		}
		(void)put_time(p, due->time_s, due->time_s % 60 != 0);
	} else {
		memcpy(buf, "never", sizeof "never");
	}
	return buf;
}

static bool
has_text(int64_t instant)
{
	int64_t s = floor_div(instant, 1000);

	/* a day's room for the offset */
	return s >= text_first_s + DAY_S && s <= text_last_s - DAY_S;
}

/* "2026-01-16 11:00"; `between` stands between date and time. */
static char *
put_local(char *p, int64_t local_s, char between, bool seconds)
{
	struct date d = { (int32_t)floor_div(local_s, DAY_S) };

	(void)date_text(d, p);
	p += strlen(p);
	*p++ = between;
	return put_time(p, local_s - (int64_t)d.day * DAY_S, seconds);
}

static void
put_offset(char *p, int32_t offset)
{
	int32_t s = offset < 0 ? -offset : offset;

	*p++ = offset < 0 ? '-' : '+';
	p = put_pair(p, s / HOUR_S, '\0');
	p = put_pair(p, s / 60 % 60, '\0');
	if (s % 60 != 0)
		(void)put_pair(p, s % 60, '\0');
}

static const char *
local_text(int64_t instant, const struct zone *z, bool whole,
    char buf[INSTANT_TEXT])
{
	int64_t utc_s = floor_div(instant, 1000);
	int32_t offset = zone_offset(z, utc_s);
	char *p;

	if (!has_text(instant))
		return memcpy(buf, "never", sizeof "never");
	p = put_local(buf, utc_s + offset, ' ', whole);
	if (whole) {
		*p++ = ' ';
		put_offset(p, offset);
	}
	return buf;
}

const char *
instant_text(int64_t instant, const struct zone *z, char buf[INSTANT_TEXT])
{
	return local_text(instant, z, true, buf);
}

const char *
instant_short(int64_t instant, const struct zone *z, char buf[INSTANT_TEXT])
{
	return local_text(instant, z, false, buf);
}

const char *
instant_utc(int64_t instant, char buf[INSTANT_TEXT])
{
	int64_t utc_s = floor_div(instant, 1000);
	int64_t ms = instant - utc_s * 1000;
	char *p;

	if (!has_text(instant))
		return memcpy(buf, "never", sizeof "never");
	p = put_local(buf, utc_s, 'T', true);
	if (ms != 0) {
		*p++ = '.';
		p = digits_put(p, (uint64_t)ms, 3);
	}
	*p++ = 'Z';
	*p = '\0';
	return buf;
}

/* ".123": milliseconds; finer digits are dropped. */
static int
read_fraction(const char **s, int64_t *ret_ms)
{
	int64_t ms = 0;
	int n;

	if (**s != '.')
		return 0;
	for (n = 0, (*s)++; **s >= '0' && **s <= '9'; n++, (*s)++)
		if (n < 3)
			ms = ms * 10 + (**s - '0');
	*ret_ms = ms * (n == 1 ? 100 : n == 2 ? 10 : 1);
	return n == 0 ? -EINVAL : 0;
}

/* "Z", "-05:00", "-0500", "-045602". */
static int
read_offset(const char *s, int64_t *ret_s)
{
	int64_t h, m, sec = 0;
	int sign = *s == '-' ? -1 : 1;

	*ret_s = 0;
	if ((*s == 'Z' || *s == 'z') && s[1] == '\0')
		return 0;
	if (*s != '+' && *s != '-')
		return -EINVAL;
	s++;
	if (s[0] != '\0' && s[1] != '\0' && s[2] == ':') {
		if (read_time(&s, 59, ret_s) < 0)
			return -EINVAL;
	} else {
		if (strlen(s) == 6) {
			sec = (s[4] - '0') * 10 + (s[5] - '0');
			if (digits_get(&s, 6, 6, &h) < 0 || sec > 59)
				return -EINVAL;
			h /= 100;
		} else if (digits_get(&s, 4, 4, &h) < 0) {
			return -EINVAL;
		}
		m = h % 100;
		h /= 100;
		if (h > 23 || m > 59)
			return -EINVAL;
		*ret_s = h * HOUR_S + m * 60 + sec;
	}
	*ret_s *= sign;
	return *s == '\0' ? 0 : -EINVAL;
}

int
instant_parse(const char *s, const struct zone *z, int64_t *ret)
{
	char day[sizeof "2026-01-16"];
	int64_t time_s, ms = 0, offset, local_s;
	struct date d;

	if (strlen(s) < sizeof day)
		return -EINVAL;
	memcpy(day, s, sizeof day - 1);
	day[sizeof day - 1] = '\0';
	s += sizeof day - 1;
	if (date_parse(day, &d) < 0 || strchr("Tt ", *s++) == NULL ||
	    read_time(&s, 60, &time_s) < 0 || read_fraction(&s, &ms) < 0)
		return -EINVAL;
	local_s = (int64_t)d.day * DAY_S + time_s;
	if (*s == '\0') {
		if (z == NULL)
			return -EINVAL;
		*ret = zone_resolve(z, local_s) * 1000 + ms;
		return 0;
	}
	if (*s == ' ')
		s++;
	if (read_offset(s, &offset) < 0)
		return -EINVAL;
	*ret = (local_s - offset) * 1000 + ms;
	return 0;
}
