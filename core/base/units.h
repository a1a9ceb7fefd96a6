/* SPDX-License-Identifier: BSD-2-Clause
 *
 * units.h -- durations and sizes as people write them.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

/* "90s", "1h30m", "2d", "250ms": one or more number-unit pairs, units
 * falling (w d h m s ms). Milliseconds, 0 <= v <= 100 years. A bare number
 * is refused, except "0". Returns 0, or -EINVAL, -ERANGE. */
int duration_parse(const char *, int64_t *ret_ms);

/* "64KiB", "10MB", "512": bytes. Returns 0, -EINVAL or -ERANGE. */
int size_parse(const char *, int64_t *ret_bytes);

enum { DURATION_TEXT = 32 };

enum { SIZE_TEXT = 24 };

/* "1.5 GiB", cut off after one digit; exact below a KiB. Returns buf. */
const char *size_text(int64_t bytes, char buf[SIZE_TEXT]);

/* Exact ("1h 30m"); duration_round keeps the two largest units. Returns
 * buf. Negative durations carry a minus. */
const char *duration_text(int64_t ms, char buf[DURATION_TEXT]);
const char *duration_round(int64_t ms, char buf[DURATION_TEXT]);
/* "24 s", "75 min", "26 h", "5 d": cut off, for ages; none is negative. */
const char *duration_about(int64_t ms, char buf[DURATION_TEXT]);

#endif
