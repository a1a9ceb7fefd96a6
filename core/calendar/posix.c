/* SPDX-License-Identifier: BSD-2-Clause
 *
 * posix.c -- the rule in a TZif footer, read and applied.
 *
 * The footer says what holds after a file's last transition: a standard
 * offset, and maybe a summer offset with one rule for each change. POSIX
 * writes offsets west of UTC, we keep them east. Hours of -167 to 167 in a
 * rule are RFC 9636's extension, and in use (Greenland, Gaza).
 *
 * A year's changes may fall into the next or the previous year in UTC, so
 * that the stretch around an instant is found among the changes of three
 * years. Where summer time ends and begins in the same instant it goes on:
 * that is how a rule says "summer time all year".
 *
 * Does not know files, instants before the footer, or text other than the
 * footer's own bytes.
 */
#include "calendar/posix.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "calendar/civil.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

struct reader {
	const char *p, *end;
};

static char
peek(const struct reader *r)
{
	return r->p < r->end ? *r->p : '\0';
}

static bool
accept(struct reader *r, char c)
{
	if (peek(r) != c || c == '\0')
		return false;
	r->p++;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
number(struct reader *r, int32_t least, int32_t most, int32_t *ret)
{
	int32_t v = 0;
	int n;

	for (n = 0; n < 3 && is_digit(peek(r)); n++)
		v = v * 10 + (*r->p++ - '0');
	if (n == 0 || v < least || v > most)
		return -EINVAL;
	*ret = v;
	return 0;
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "EST", or "<-03>". */
static int
name(struct reader *r, char ret[16])
{
	bool quoted = accept(r, '<');
	size_t n = 0;

	while (is_alpha(peek(r)) || (quoted && (is_digit(peek(r)) ||
	    peek(r) == '+' || peek(r) == '-'))) {
		if (n == 15)
			return -EINVAL;
		ret[n++] = *r->p++;
	}
	ret[n] = '\0';
	return n < 3 || (quoted && !accept(r, '>')) ? -EINVAL : 0;
}

/* "[+-]h[h[h]][:mm[:ss]]" in seconds. */
static int
hms(struct reader *r, int32_t hours_most, int32_t *ret)
{
	bool minus = accept(r, '-');
	int32_t h, m = 0, s = 0;

	if (!minus)
		(void)accept(r, '+');
	if (number(r, 0, hours_most, &h) < 0)
		return -EINVAL;
	if (accept(r, ':')) {
		if (number(r, 0, 59, &m) < 0)
			return -EINVAL;
		if (accept(r, ':') && number(r, 0, 59, &s) < 0)
			return -EINVAL;
	}
	s += h * HOUR_S + m * 60;
	*ret = minus ? -s : s;
	return 0;
}

/* ",M3.2.0/2", ",J60", ",59/-1:30". */
static int
rule(struct reader *r, struct zone_rule *ret)
{
	int32_t month = 0, week = 0, day = 0;
	char kind = 'n';

	if (!accept(r, ','))
		return -EINVAL;
	if (accept(r, 'M')) {
		kind = 'M';
		if (number(r, 1, 12, &month) < 0 || !accept(r, '.') ||
		    number(r, 1, 5, &week) < 0 || !accept(r, '.') ||
		    number(r, 0, 6, &day) < 0)
			return -EINVAL;
	} else if (accept(r, 'J')) {
		kind = 'J';
		if (number(r, 1, 365, &day) < 0)
			return -EINVAL;
	} else if (number(r, 0, 365, &day) < 0) {
		return -EINVAL;
	}
	*ret = (struct zone_rule){ kind, (int16_t)month, (int16_t)week,
		(int16_t)day, 2 * HOUR_S };
	return accept(r, '/') ? hms(r, 167, &ret->time) : 0;
}

int
posix_parse(const char *s, size_t len, struct zone *z)
{
	struct reader r = { s, s + len };
	int32_t west;

	if (name(&r, z->std_name) < 0 || hms(&r, 24, &west) < 0)
		return -EINVAL;
	z->std_offset = -west;
	z->has_dst = r.p < r.end;
	if (!z->has_dst)
		return 0;
	if (name(&r, z->dst_name) < 0)
		return -EINVAL;
	z->dst_offset = z->std_offset + HOUR_S;
	if (peek(&r) != ',') {
		if (hms(&r, 24, &west) < 0)
			return -EINVAL;
		z->dst_offset = -west;
	}
	if (rule(&r, &z->dst_start) < 0 || rule(&r, &z->dst_end) < 0)
		return -EINVAL;
	return r.p == r.end ? 0 : -EINVAL;
}

/* The day in a year on which a rule falls. */
static struct date
rule_day(const struct zone_rule *rule, int32_t year)
{
	struct date first = date_from_civil((struct civil){ year, 1, 1 });
	int32_t ahead;

	if (rule->kind == 'n')
		return date_add(first, rule->day);
	if (rule->kind == 'J')
		return date_add(first, rule->day - 1 + (rule->day >= 60 &&
		    civil_month_days(year, 2) == 29));
	first = date_from_civil((struct civil){ year, rule->month, 1 });
	ahead = (rule->day - date_weekday(first) + 7) % 7 +
	    7 * (rule->week - 1);
	if (ahead >= civil_month_days(year, rule->month))
		ahead -= 7;
	return date_add(first, ahead);
}

static int64_t
rule_at(const struct zone_rule *rule, int32_t year, int32_t offset)
{
	return (int64_t)rule_day(rule, year).day * DAY_S + rule->time -
	    offset;
}

static int32_t
clamp_year(int32_t year)
{
	return year < 2 ? 2 : year > 9998 ? 9998 : year;
}

static void
consider(struct zone_span *span, int64_t utc_s, int64_t at, bool dst)
{
	if (at > utc_s) {
		span->end = at < span->end ? at : span->end;
	} else if (at > span->begin || (at == span->begin && dst)) {
		span->begin = at;
		span->dst = dst;
	}
}

void
posix_span(const struct zone *z, int64_t utc_s, struct zone_span *ret)
{
	int64_t day = utc_s / DAY_S - (utc_s % DAY_S < 0);
	int32_t year = clamp_year(date_civil((struct date){
		(int32_t)day }).year);
	int32_t y;

	assert(z->has_dst);
	*ret = (struct zone_span){ .begin = INT64_MIN, .end = INT64_MAX };
	for (y = year - 1; y <= year + 1; y++) {
		consider(ret, utc_s, rule_at(&z->dst_end, y, z->dst_offset),
		    false);
		consider(ret, utc_s, rule_at(&z->dst_start, y,
		    z->std_offset), true);
	}
	ret->offset = ret->dst ? z->dst_offset : z->std_offset;
	ret->name = ret->dst ? z->dst_name : z->std_name;
}
