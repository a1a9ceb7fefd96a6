/* SPDX-License-Identifier: BSD-2-Clause
 *
 * posix.h -- the rule in a TZif footer ("EST5EDT,M3.2.0,M11.1.0"). Internal
 * to zone.c.
 */
#ifndef CALENDAR_POSIX_H
#define CALENDAR_POSIX_H

#include <stddef.h>
#include <stdint.h>

#include "calendar/zone.h"

/* Reads a POSIX TZ string of `len` bytes (with RFC 9636's hours of -167 to
 * 167) into the footer members. Returns 0 or -EINVAL. */
int posix_parse(const char *, size_t len, struct zone *ret);

/* The stretch of constant offset around an instant by the footer alone.
 * The zone must have DST rules, the instant lie within the years 1 to 9999
 * or so. */
void posix_span(const struct zone *, int64_t utc_s, struct zone_span *ret);

#endif
