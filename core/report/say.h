/* SPDX-License-Identifier: BSD-2-Clause
 *
 * say.h -- numbers of a report in words. Internal to report.
 */
#ifndef REPORT_SAY_H
#define REPORT_SAY_H

#include <jansson.h>

#include "base/text.h"

/* "95 %", "2h 5m", "3.4", "n/a"; the unit as in the JSON. */
void say_value(struct text *, const char *unit, double);
/* The same with numerator and denominator, or why there is none. */
void say_share(struct text *, const json_t *metric);
/* "at least 95 %". */
void say_bound(struct text *, const json_t *target);
/* "met", "missed", "n/a"; "" of one without a bound. */
const char *say_met(const json_t *target);
/* NaN for null. */
double say_number(const json_t *, const char *key);

#endif
