/* SPDX-License-Identifier: BSD-2-Clause
 *
 * instant.h -- instants as RFC 3339 text. Pure; no time zone but offsets.
 */
#ifndef PLUGIN_LIB_INSTANT_H
#define PLUGIN_LIB_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

enum { INSTANT_TEXT = 32 };

/* "2026-01-16T11:00:00Z", whole seconds, rounded down: as text it compares
 * like the instant. Years 1 to 9999, others are cut to those. Returns buf. */
const char *instant_format(int64_t ms, char buf[INSTANT_TEXT]);

/* "2026-01-16T11:00:00Z", also with a blank for the T, a fraction, or an
 * offset "-05:00". A time without an offset is refused. */
bool instant_read(const char *, int64_t *ret_ms);

#endif
