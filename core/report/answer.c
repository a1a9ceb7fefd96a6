/* SPDX-License-Identifier: BSD-2-Clause
 *
 * answer.c -- members of a report: null where there is nothing.
 *
 * A member that can't be said stays there as null, so that who reads the
 * JSON need not guess whether it was forgotten. Without memory there is
 * nothing left to do.
 */
#include "report/answer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "calendar/day.h"

void
answer_set(json_t *o, const char *key, json_t *value)
{
	if (value == NULL || json_object_set_new(o, key, value) < 0)
		abort();
}

void
answer_add(json_t *list, json_t *value)
{
	if (value == NULL || json_array_append_new(list, value) < 0)
		abort();
}

void
answer_text(json_t *o, const char *key, const char *text)
{
	json_t *v = text ? json_string(text) : json_null();

	/* text of a journal that isn't UTF-8: said as unreadable */
	answer_set(o, key, v ? v : json_string("?"));
}

/* The same text whoever prints it, however many digits that has. */
void
answer_number(json_t *o, const char *key, double v)
{
	json_put_num(o, key, round(v * 1e6) / 1e6);
}

void
answer_flag(json_t *o, const char *key, bool flag)
{
	answer_set(o, key, json_boolean(flag));
}

void
answer_when(json_t *o, const char *key, int64_t instant,
    const struct zone *zone)
{
	char buf[INSTANT_TEXT], out[INSTANT_TEXT];
	const char *s;

	if (instant == INSTANT_NONE) {
		answer_text(o, key, NULL);
		return;
	}
	/* "2026-01-16 11:00:00 -0500" */
	s = instant_text(instant, zone, buf);
	if (strlen(s) < 25) {
		answer_text(o, key, s);
		return;
	}
	(void)snprintf(out, sizeof out, "%.10sT%.8s%.3s:%.2s", s, s + 11,
	    s + 20, s + 23);
	answer_text(o, key, out);
}

void
answer_span(json_t *o, const char *key, int64_t from, int64_t to)
{
	if (from == INSTANT_NONE || to == INSTANT_NONE)
		answer_text(o, key, NULL);
	else
		json_put_int(o, key, to - from);
}

void
answer_date(json_t *o, const char *key, struct date date)
{
	char buf[DATE_TEXT];

	answer_text(o, key, date_text(date, buf));
}
