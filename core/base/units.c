/* SPDX-License-Identifier: BSD-2-Clause
 *
 * units.c -- durations and sizes as people write them.
 *
 * Numbers are decimal without sign; overflow is an error, never a wrap. The
 * order of units must fall, so that "5m1h" (a typing error) is refused.
 */
#include "base/units.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit times[] = {
	{ "w", 604800000 }, { "d", 86400000 }, { "h", 3600000 },
	{ "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

static const struct unit sizes[] = {
	{ "TiB", 1LL << 40 }, { "GiB", 1LL << 30 }, { "MiB", 1LL << 20 },
	{ "KiB", 1LL << 10 }, { "TB", 1000000000000 }, { "GB", 1000000000 },
	{ "MB", 1000000 }, { "KB", 1000 }, { "kB", 1000 }, { "B", 1 },
};

enum { TIMES = sizeof times / sizeof times[0],
	SIZES = sizeof sizes / sizeof sizes[0] };

static const int64_t duration_max = 100LL * 366 * 86400000;

/* Reads digits; the number of characters, 0 if none, -1 on overflow. */
static int
digits(const char *s, int64_t *ret)
{
	int64_t v = 0;
	int n = 0;

	for (; s[n] >= '0' && s[n] <= '9'; n++) {
		if (v > (INT64_MAX - 9) / 10)
			return -1;
		v = v * 10 + (s[n] - '0');
	}
	*ret = v;
	return n;
}

/* The index of the unit at s, its length in *ret_len; -1 if none. */
static int
unit_at(const struct unit *units, int n, const char *s, size_t *ret_len)
{
	size_t len = 0;
	int i;

	while ((s[len] >= 'a' && s[len] <= 'z') ||
	    (s[len] >= 'A' && s[len] <= 'Z'))
		len++;
	for (i = 0; i < n; i++)
		if (strlen(units[i].name) == len &&
		    memcmp(units[i].name, s, len) == 0) {
			*ret_len = len;
			return i;
		}
	return -1;
}

int
duration_parse(const char *s, int64_t *ret_ms)
{
	int64_t sum = 0, v;
	int last = -1, i, n;
	size_t len;

	if (strcmp(s, "0") == 0) {
		*ret_ms = 0;
		return 0;
	}
	if (*s == '\0')
		return -EINVAL;
	while (*s) {
		n = digits(s, &v);
		if (n < 0)
			return -ERANGE;
		if (n == 0)
			return -EINVAL;
		i = unit_at(times, TIMES, s + n, &len);
		if (i <= last)
			return -EINVAL;
		if (v > duration_max / times[i].factor)
			return -ERANGE;
		sum += v * times[i].factor;
		if (sum > duration_max)
			return -ERANGE;
		last = i;
		s += (size_t)n + len;
		if (*s == ' ' && s[1] != '\0')
			s++;
	}
	*ret_ms = sum;
	return 0;
}

int
size_parse(const char *s, int64_t *ret_bytes)
{
	int64_t v, factor = 1;
	int n = digits(s, &v), i;
	size_t len = 0;

	if (n < 0)
		return -ERANGE;
	if (n == 0)
		return -EINVAL;
	if (s[n] == ' ')
		n++;
	if (s[n] != '\0') {
		i = unit_at(sizes, SIZES, s + n, &len);
		if (i < 0 || s[(size_t)n + len] != '\0')
			return -EINVAL;
		factor = sizes[i].factor;
	}
	if (v > INT64_MAX / factor)
		return -ERANGE;
	*ret_bytes = v * factor;
	return 0;
}

/* Writes v and a unit; returns the length. Without printf: the engine is
 * linked with this, and may call nothing that knows a locale. */
static size_t
put(char *buf, uint64_t v, const char *unit)
{
	char reversed[20];
	size_t n = 0, len = 0;

	do
		reversed[n++] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	while (n > 0)
		buf[len++] = reversed[--n];
	while (*unit != '\0')
		buf[len++] = *unit++;
	buf[len] = '\0';
	return len;
}

/* The longest text is that of INT64_MIN, "-106751991167d 7h 12m 55s 808ms":
 * 31 characters. */
static const char *
format(int64_t ms, char buf[DURATION_TEXT], int most)
{
	uint64_t left = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
	size_t len = 0;
	int i, shown = 0;

	if (ms < 0)
		buf[len++] = '-';
	for (i = 1; i < TIMES && shown < most; i++) {
		uint64_t f = (uint64_t)times[i].factor, n = left / f;

		if (n == 0) {
			if (shown > 0 && most == 2)
				break;
			continue;
		}
		if (shown > 0)
			buf[len++] = ' ';
		len += put(buf + len, n, times[i].name);
		left -= n * f;
		shown++;
	}
	if (shown == 0)
		(void)put(buf, 0, "s");
	return buf;
}

const char *
duration_text(int64_t ms, char buf[DURATION_TEXT])
{
	return format(ms, buf, TIMES);
}

const char *
duration_round(int64_t ms, char buf[DURATION_TEXT])
{
	return format(ms, buf, 2);
}

const char *
duration_about(int64_t ms, char buf[DURATION_TEXT])
{
	long long s = ms > 0 ? ms / 1000 : 0;

	if (s < 120)
		(void)snprintf(buf, DURATION_TEXT, "%lld s", s);
	else if (s < 7200)
		(void)snprintf(buf, DURATION_TEXT, "%lld min", s / 60);
	else if (s < 172800)
		(void)snprintf(buf, DURATION_TEXT, "%lld h", s / 3600);
	else
		(void)snprintf(buf, DURATION_TEXT, "%lld d", s / 86400);
	return buf;
}

const char *
size_text(int64_t bytes, char buf[SIZE_TEXT])
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB",
		"PiB", "EiB" };
	uint64_t whole = bytes > 0 ? (uint64_t)bytes : 0, rest = 0;
	int i = -1;

	while (whole >= 1024) {
		rest = whole % 1024;
		whole /= 1024;
		i++;
	}
	if (i < 0)
		(void)snprintf(buf, SIZE_TEXT, "%u B", (unsigned)whole);
	else
		(void)snprintf(buf, SIZE_TEXT, "%u.%u %s", (unsigned)whole,
		    (unsigned)(rest * 10 / 1024), units[i]);
	return buf;
}
