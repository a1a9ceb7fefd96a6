/* SPDX-License-Identifier: BSD-2-Clause
 *
 * digits.h -- decimal digits in and out, without the printf family.
 */
#ifndef CALENDAR_DIGITS_H
#define CALENDAR_DIGITS_H

#include <stdint.h>

/* Writes v with at least `width` digits (zeroes in front) and a NUL; returns
 * the place of the NUL. Room for 20 digits, or width, and the NUL. */
char *digits_put(char *p, uint64_t v, int width);

/* Reads `least` to `most` digits (most <= 18); a further digit is an error.
 * Advances *s. Returns 0 or -EINVAL. */
int digits_get(const char **s, int least, int most, int64_t *ret);

#endif
