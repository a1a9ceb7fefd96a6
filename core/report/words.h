/* SPDX-License-Identifier: BSD-2-Clause
 *
 * words.h -- numbers of a report in words. Internal to report.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <jansson.h>

#include "base/text.h"

/* "95 %", "2h 5m", "3.4", "n/a"; the unit as in the JSON. */
void words_value(struct text *, const char *unit, double);
/* The same with numerator and denominator, or why there is none. */
void words_share(struct text *, const json_t *metric);
/* "at least 95 %". */
void words_bound(struct text *, const json_t *target);
/* "met", "missed", "n/a"; "" of one without a bound. */
const char *words_met(const json_t *target);
/* NaN for null. */
double words_number(const json_t *, const char *key);

#endif
