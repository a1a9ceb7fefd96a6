/* SPDX-License-Identifier: BSD-2-Clause
 *
 * answer.h -- members of a report: null where there is nothing.
 */
#ifndef REPORT_ANSWER_H
#define REPORT_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "calendar/civil.h"
#include "calendar/zone.h"

void answer_text(json_t *, const char *key, const char *text);
/* RFC 3339 in the zone. */
void answer_when(json_t *, const char *key, int64_t instant,
    const struct zone *);
/* NULL: no duration. */
void answer_span(json_t *, const char *key, int64_t from, int64_t to);
void answer_date(json_t *, const char *key, struct date);
/* Rounded to six decimals; NaN: null. */
void answer_number(json_t *, const char *key, double);
void answer_flag(json_t *, const char *key, bool);
/* Takes the value. */
void answer_set(json_t *, const char *key, json_t *value);
void answer_add(json_t *list, json_t *value);

#endif
