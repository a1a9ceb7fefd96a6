/* SPDX-License-Identifier: BSD-2-Clause
 *
 * number.c -- numbers from text that somebody else wrote.
 *
 * strtod() alone takes "nan", "inf", "0x1p4", leading blanks, and a comma in
 * some locales; each of them has been read as a measurement somewhere. Here
 * the form is checked first, and what doesn't have it is no number. Pure.
 */
#include "lib/number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MOST = 400 };

static size_t
digits(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

/* [+-] digits [. digits] [e [+-] digits]; at least one digit in front. */
static bool
has_form(const char *s, size_t len)
{
	size_t i = len > 0 && (s[0] == '-' || s[0] == '+'), whole, part = 0;

	whole = digits(s + i, len - i);
	i += whole;
	if (i < len && s[i] == '.') {
		part = digits(s + i + 1, len - i - 1);
		i += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (i < len && (s[i] == 'e' || s[i] == 'E')) {
		i++;
		i += i < len && (s[i] == '-' || s[i] == '+');
		part = digits(s + i, len - i);
		i += part;
		if (part == 0)
			return false;
	}
	return i == len;
}

bool
number_parse(const char *s, size_t len, double *ret)
{
	char text[DIGITS_MOST + 1];
	char *end, *point;
	double v;

	if (len > DIGITS_MOST || !has_form(s, len))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	point = strchr(text, '.');
	if (point)
		*point = localeconv()->decimal_point[0];
	v = strtod(text, &end);
	if (*end != '\0' || !isfinite(v))
		return false;
	*ret = v;
	return true;
}

bool
percent_parse(const char *s, double *ret)
{
	size_t len = strlen(s);

	if (len == 0 || s[len - 1] != '%')
		return false;
	len--;
	while (len > 0 && s[len - 1] == ' ')
		len--;
	return number_parse(s, len, ret) && *ret >= 0;
}

bool
offset_parse(const char *s, int64_t *ret_ms)
{
	static const char units[] = "hms";
	static const int64_t factors[] = { 3600000, 60000, 1000 };
	const char *least = units, *u;
	int64_t sum = 0, v;
	size_t n;

	s += *s == '+';
	if (strcmp(s, "0") == 0) {
		*ret_ms = 0;
		return true;
	}
	if (*s == '\0')
		return false;
	while (*s) {
		n = digits(s, strlen(s));
		if (n == 0 || n > 9 || s[n] == '\0')
			return false;
		v = strtoll(s, NULL, 10);
		u = strchr(least, s[n]);
		if (u == NULL)
			return false;
		sum += v * factors[u - units];
		least = u + 1;
		s += n + 1;
		s += *s == ' ' && s[1] != '\0';
	}
	*ret_ms = sum;
	return true;
}

const char *
number_text(double v, char buf[NUMBER_TEXT])
{
	int precision;
	char *point;

	for (precision = 6; precision <= 17; precision++) {
		(void)snprintf(buf, NUMBER_TEXT, "%.*g", precision, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	if (v == rint(v) && fabs(v) < NUMBER_EXACT)
		(void)snprintf(buf, NUMBER_TEXT, "%.0f", v);
	point = strchr(buf, ',');
	if (point)
		*point = '.';
	return buf;
}
