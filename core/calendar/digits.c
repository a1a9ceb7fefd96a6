/* SPDX-License-Identifier: BSD-2-Clause
 *
 * digits.c -- decimal digits in and out, without the printf family.
 *
 * The calendar is linked into the engine, which may call nothing that looks
 * at a locale, a descriptor or the heap; printf may do all three. Signs,
 * separators and units are the callers'. The number of digits is always
 * bounded by the caller, so that nothing here can overflow.
 */
#include "calendar/digits.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

char *
digits_put(char *p, uint64_t v, int width)
{
	char reversed[20];
	int n = 0;

	do {
		reversed[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	for (; width > n; width--)
		*p++ = '0';
	while (n > 0)
		*p++ = reversed[--n];
	*p = '\0';
	return p;
}

int
digits_get(const char **s, int least, int most, int64_t *ret)
{
	int64_t v = 0;
	int n;

	assert(least > 0 && least <= most && most <= 18);
	for (n = 0; n < most && is_digit((*s)[n]); n++)
		v = v * 10 + ((*s)[n] - '0');
	if (n < least || is_digit((*s)[n]))
		return -EINVAL;
	*s += n;
	*ret = v;
	return 0;
}
