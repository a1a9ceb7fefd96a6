/* SPDX-License-Identifier: BSD-2-Clause
 *
 * number.h -- numbers from text that somebody else wrote. Pure.
 */
#ifndef PLUGIN_LIB_NUMBER_H
#define PLUGIN_LIB_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal only, all of the text, finite: no "nan", "0x10", "1,5", " 1".
 * The point is a point whatever the locale. */
bool number_parse(const char *, size_t len, double *ret);

/* "90%" or "99.5 %". */
bool percent_parse(const char *, double *ret);

/* "+6h", "1h30m", "90s": hours, minutes, seconds, falling. ms. */
bool offset_parse(const char *, int64_t *ret_ms);

/* A count may be trusted up to here. */
#define NUMBER_EXACT 9007199254740992.0         /* 2^53 */

enum { NUMBER_TEXT = 32 };

/* As short as it can be told apart: "9", "0.5". Returns buf. */
const char *number_text(double, char buf[NUMBER_TEXT]);

#endif
