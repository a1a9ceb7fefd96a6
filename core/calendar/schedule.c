/* SPDX-License-Identifier: BSD-2-Clause
 *
 * schedule.c -- five-field cron and "every", in a zone.
 *
 * The fields mean what they mean to Vixie's cron: where both day fields are
 * restricted either may match, and a day field that begins with a star
 * (also with a step) doesn't count as a restriction. An hour field that
 * spans all hours, with a step or without, is a star here too: "0-23" is how
 * some people write it.
 *
 * The civil times that match are found field by field, never minute by
 * minute, and then placed in the zone. Fixed hours: zone_resolve() places
 * them, and never moves backwards, so a slot in a gap comes right after it
 * and one in an overlap at its first occurrence only. Starred hours: each
 * span of constant offset is searched for itself, so that slots follow
 * elapsed time.
 *
 * Does not know what a slot is for, nor which slots were missed.
 */
#include "calendar/schedule.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "calendar/civil.h"
#include "calendar/digits.h"

enum { DAY_S = 86400, HOUR_S = 3600, MONTHS_MOST = 12 * 401 };

/* No text of a schedule is longer. */
enum { TEXT_MOST = 256 };

struct field {
	int8_t least, most;
	const char *names;      /* three letters each, from `least` on */
	const char *why;
};

static const struct field fields[] = {
	{ 0, 59, "", "expected minutes of 0 to 59 in the first field, as "
	    "'5', '0,30', '10-20' or '*/15'" },
	{ 0, 23, "", "expected hours of 0 to 23 in the second field, as "
	    "'5', '8,14', '16-23' or '*/2'" },
	{ 1, 31, "", "expected days of 1 to 31 in the third field, as "
	    "'1', '1,15', '1-7' or '*/2'" },
	{ 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec",
	    "expected months of 1 to 12 or jan to dec in the fourth field, "
	    "as '4', 'oct-dec' or '*/3'" },
	{ 0, 7, "sunmontuewedthufrisat",
	    "expected weekdays of 0 to 7 or sun to sat in the fifth field, "
	    "as '1', 'mon-fri' or '*'" },
};

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* A number or a name; -1 if neither, or out of bounds. */
static int
read_value(const struct field *f, const char **s)
{
	const char *name;
	int64_t v;

	for (name = f->names; *name != '\0'; name += 3)
		if (lower((*s)[0]) == name[0] && lower((*s)[1]) == name[1] &&
		    lower((*s)[2]) == name[2]) {
			*s += 3;
			return f->least + (int)(name - f->names) / 3;
		}
	if (digits_get(s, 1, 2, &v) < 0 || v < f->least || v > f->most)
		return -1;
	return (int)v;
}

/* One of "5", "1-5", "1-5/2", "*", or "*" with a step, as bits. */
static int
read_element(const struct field *f, const char **s, uint64_t *ret)
{
	int low = f->least, high = f->most;
	bool range = true;
	int64_t step = 1;

	if (**s == '*') {
		(*s)++;
	} else {
		low = high = read_value(f, s);
		range = **s == '-';
		if (range) {
			(*s)++;
			high = read_value(f, s);
		}
		if (f->most == 7 && low > 0 && high == 0)
			high = 7;
		if (low < 0 || high < low)
			return -EINVAL;
	}
	if (**s == '/') {
		(*s)++;
		if (!range || digits_get(s, 1, 2, &step) < 0 || step < 1 ||
		    step > f->most - f->least + 1)
			return -EINVAL;
	}
	for (; low <= high; low += (int)step)
		*ret |= (uint64_t)1 << low;
	return 0;
}

static int
read_field(const struct field *f, const char **s, uint64_t *ret)
{
	*ret = 0;
	for (;;) {
		if (read_element(f, s, ret) < 0)
			return -EINVAL;
		if (**s != ',')
			break;
		(*s)++;
	}
	return **s == '\0' || is_blank(**s) ? 0 : -EINVAL;
}

/* Does an hour field span all hours in its first element? */
static bool
spans_hours(const char *s)
{
	return *s == '*' || strncmp(s, "0-23", 4) == 0 ||
	    strncmp(s, "00-23", 5) == 0;
}

static bool
day_exists(const struct cron *c)
{
	int month, day;

	if (!c->day_star && !c->weekday_star)
		return true;
	for (month = 1; month <= 12; month++)
		for (day = 1; day <= civil_month_days(2000, month); day++)
			if (c->months >> month & 1 && c->days >> day & 1)
				return true;
	return false;
}

static const char *
expand(const char *s)
{
	static const char *const words[][2] = {
		{ "@hourly", "0 * * * *" }, { "@daily", "0 0 * * *" },
		{ "@midnight", "0 0 * * *" }, { "@weekly", "0 0 * * 0" },
		{ "@monthly", "0 0 1 * *" }, { "@yearly", "0 0 1 1 *" },
		{ "@annually", "0 0 1 1 *" },
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(s, words[i][0]) == 0)
			return words[i][1];
	return s;
}

static int
read_fields(const char *s, uint64_t bits[FIELDS], struct cron *ret,
    const char **ret_why)
{
	int i;

	for (i = 0; i < FIELDS; i++) {
		s = skip_blanks(s);
		*ret_why = "expected five fields: minute, hour, day of the "
		    "month, month, weekday";
		if (*s == '\0')
			return -EINVAL;
		if (i == HOUR)
			ret->hour_star = spans_hours(s);
		if (i == DAY)
			ret->day_star = *s == '*';
		if (i == WEEKDAY)
			ret->weekday_star = *s == '*';
		*ret_why = fields[i].why;
		if (read_field(&fields[i], &s, &bits[i]) < 0)
			return -EINVAL;
	}
	*ret_why = "expected nothing after the five fields";
	return *skip_blanks(s) == '\0' ? 0 : -EINVAL;
}

int
cron_parse(const char *s, struct cron *ret, const char **ret_why)
{
	uint64_t bits[FIELDS];

	*ret = (struct cron){ 0 };
	s = skip_blanks(s);
	if (*s == '@') {
		*ret_why = "expected '@hourly', '@daily', '@weekly', "
		    "'@monthly' or '@yearly'";
		s = expand(s);
		if (*s == '@')
			return -EINVAL;
	}
	*ret_why = "expected at most 256 characters";
	if (strnlen(s, TEXT_MOST + 1) > TEXT_MOST ||
	    read_fields(s, bits, ret, ret_why) < 0)
		return -EINVAL;
	ret->minutes = bits[MINUTE];
	ret->hours = (uint32_t)bits[HOUR];
	ret->days = (uint32_t)bits[DAY];
	ret->months = (uint32_t)bits[MONTH];
	ret->weekdays = (uint8_t)((bits[WEEKDAY] | bits[WEEKDAY] >> 7) &
	    0x7f);
	*ret_why = "expected a day that exists in one of the months; this "
	    "would never fire";
	if (!day_exists(ret))
		return -EINVAL;
	*ret_why = NULL;
	return 0;
}

static bool
day_matches(const struct cron *c, struct date d, int32_t day)
{
	bool by_day = c->days >> day & 1;
	bool by_weekday = c->weekdays >> date_weekday(d) & 1;

	return c->day_star || c->weekday_star ? by_day && by_weekday :
	    by_day || by_weekday;
}

/* The first bit set at or above `from`; -1 if none. */
static int
bit_from(uint64_t bits, int from)
{
	bits = from > 63 ? 0 : bits >> from << from;
	return bits == 0 ? -1 : __builtin_ctzll(bits);
}

/* The first slot of a matching day at or after a second of it; -1 if none. */
static int32_t
time_from(const struct cron *c, int32_t time_s)
{
	int32_t minutes = (time_s + 59) / 60;
	int hour = bit_from(c->hours, minutes / 60), minute;

	if (hour < 0)
		return -1;
	minute = bit_from(c->minutes, hour == minutes / 60 ?
	    minutes % 60 : 0);
	if (minute < 0) {
		hour = bit_from(c->hours, hour + 1);
		minute = bit_from(c->minutes, 0);
	}
	return hour < 0 ? -1 : hour * HOUR_S + minute * 60;
}

/* The first matching civil time, not before a second of the first day, among
 * the days that are left of its month; INSTANT_NONE if there is none. */
static int64_t
local_in_month(const struct cron *c, struct civil from, int32_t time_s)
{
	int32_t days = civil_month_days(from.year, from.month);
	struct date d = date_from_civil(from);
	int32_t day, at;

	for (day = from.day; day <= days; day++) {
		at = day_matches(c, d, day) ? time_from(c, time_s) : -1;
		if (at >= 0)
			return (int64_t)d.day * DAY_S + at;
		d = date_add(d, 1);
		time_s = 0;
	}
	return INSTANT_NONE;
}

/* The first matching civil time at or after one; INSTANT_NONE past the year
 * 9999. Every expression repeats within 400 years. */
static int64_t
local_from(const struct cron *c, int64_t local_s)
{
	int64_t day = local_s / DAY_S - (local_s % DAY_S < 0), at;
	int32_t time_s = (int32_t)(local_s - day * DAY_S);
	struct civil from = date_civil((struct date){ (int32_t)day });
	int i;

	for (i = 0; i < MONTHS_MOST && civil_valid(from); i++) {
		if (c->months >> from.month & 1) {
			at = local_in_month(c, from, time_s);
			if (at != INSTANT_NONE)
				return at;
		}
		time_s = 0;
		from = (struct civil){ from.year + from.month / 12,
			from.month % 12 + 1, 1 };
	}
	return INSTANT_NONE;
}

/* Slots at fixed hours. zone_resolve() never moves backwards, so the first
 * civil time that lands after the instant is the answer; the loop runs only
 * through the second pass of an overlap. */
static int64_t
next_fixed(const struct cron *c, const struct zone *z, int64_t after_s)
{
	int64_t local_s = after_s + zone_offset(z, after_s), at;

	for (;;) {
		local_s = local_from(c, local_s + 1);
		if (local_s == INSTANT_NONE)
			return INSTANT_NONE;
		at = zone_resolve(z, local_s);
		if (at > after_s)
			return at;
	}
}

/* Slots that follow elapsed time: each span is searched for itself. */
static int64_t
next_elapsed(const struct cron *c, const struct zone *z, int64_t after_s)
{
	struct zone_span span;
	int64_t from = after_s + 1, local_s;

	for (;;) {
		zone_span(z, from, &span);
		local_s = local_from(c, from + span.offset);
		if (local_s == INSTANT_NONE)
			return INSTANT_NONE;
		if (local_s - span.offset < span.end)
			return local_s - span.offset;
		from = span.end;
	}
}

int64_t
cron_next(const struct cron *c, const struct zone *z, int64_t after)
{
	static const int64_t first = -62135596800, last = 253402300799;
	int64_t after_s = after / 1000 - (after % 1000 < 0), at;

	if (after_s > last - 2 * DAY_S)
		return INSTANT_NONE;
	if (after_s < first + 2 * DAY_S)
		after_s = first + 2 * DAY_S;
	at = c->hour_star ? next_elapsed(c, z, after_s) :
	    next_fixed(c, z, after_s);
	return at == INSTANT_NONE ? INSTANT_NONE : at * 1000;
}

int64_t
schedule_next(const struct schedule *s, const struct zone *z, int64_t after)
{
	int64_t n;

	switch (s->kind) {
	case SCHEDULE_CRON:
		return cron_next(&s->cron, z, after);
	case SCHEDULE_EVERY:
		assert(s->every_ms > 0);
		n = after / s->every_ms - (after % s->every_ms < 0);
		return (n + 1) * s->every_ms;
	case SCHEDULE_NONE:
		break;
	}
	return INSTANT_NONE;
}
