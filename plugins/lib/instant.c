/* SPDX-License-Identifier: BSD-2-Clause
 *
 * instant.c -- instants as RFC 3339 text.
 *
 * What is bound as :now compares as text with columns written in the same
 * form, so it is always UTC, always whole seconds, always twenty bytes. Civil
 * dates by the usual era arithmetic (400 years are 146097 days). Pure: the
 * process's time zone takes no part.
 */
#include "lib/instant.h"

#include <stdio.h>
#include <string.h>

static const int64_t day_s = 86400;

static int64_t
days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
civil_of(int64_t days, int64_t *y, int64_t *m, int64_t *d)
{
	int64_t era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = yoe + era * 400 + (*m <= 2);
}

const char *
instant_format(int64_t ms, char buf[INSTANT_TEXT])
{
	int64_t s = ms / 1000 - (ms % 1000 < 0), y, m, d, t;
	int64_t first = days_of(1, 1, 1) * day_s;
	int64_t last = days_of(10000, 1, 1) * day_s - 1;

	s = s < first ? first : s > last ? last : s;
	t = ((s % day_s) + day_s) % day_s;
	civil_of((s - t) / day_s, &y, &m, &d);
	(void)snprintf(buf, INSTANT_TEXT,
	    "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)y, (int)m, (int)d,
	    (int)(t / 3600), (int)(t / 60 % 60), (int)(t % 60));
	return buf;
}

/* Exactly n digits; advances. */
static bool
take(const char **s, int n, int64_t *ret)
{
	int64_t v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		v = v * 10 + (**s - '0');
	}
	*ret = v;
	return true;
}

static bool
take_char(const char **s, const char *any)
{
	if (**s == '\0' || strchr(any, **s) == NULL)
		return false;
	(*s)++;
	return true;
}

static bool
take_date(const char **s, int64_t *ret_days)
{
	int64_t y, m, d, y2, m2, d2;

	if (!take(s, 4, &y) || !take_char(s, "-") || !take(s, 2, &m) ||
	    !take_char(s, "-") || !take(s, 2, &d) || m < 1 || m > 12 || d < 1)
		return false;
	*ret_days = days_of(y, m, d);
	civil_of(*ret_days, &y2, &m2, &d2);
	return d2 == d;         /* 31 April is 1 May */
}

static bool
take_fraction(const char **s, int64_t *ret_ms)
{
	int n;

	*ret_ms = 0;
	if (**s != '.')
		return true;
	for (n = 0, (*s)++; **s >= '0' && **s <= '9'; n++, (*s)++)
		*ret_ms += n > 2 ? 0 :
		    (**s - '0') * (n == 0 ? 100 : n == 1 ? 10 : 1);
	return n > 0;
}

static bool
take_offset(const char **s, int64_t *ret_s)
{
	int64_t h, m;
	int sign = **s == '-' ? -1 : 1;

	*ret_s = 0;
	if (take_char(s, "Zz"))
		return true;
	if (!take_char(s, "+-") || !take(s, 2, &h))
		return false;
	(void)take_char(s, ":");
	if (!take(s, 2, &m) || h > 23 || m > 59)
		return false;
	*ret_s = sign * (h * 3600 + m * 60);
	return true;
}

bool
instant_read(const char *s, int64_t *ret_ms)
{
	int64_t days, h, m, sec, ms, offset;

	if (!take_date(&s, &days) || !take_char(&s, "Tt ") ||
	    !take(&s, 2, &h) || !take_char(&s, ":") || !take(&s, 2, &m) ||
	    !take_char(&s, ":") || !take(&s, 2, &sec) ||
	    h > 23 || m > 59 || sec > 60 || !take_fraction(&s, &ms))
		return false;
	s += *s == ' ';
	if (!take_offset(&s, &offset) || *s != '\0')
		return false;
	*ret_ms = (days * day_s + h * 3600 + m * 60 + sec - offset) * 1000 +
	    ms;
	return true;
}
