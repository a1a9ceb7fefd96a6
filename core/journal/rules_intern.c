/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules_intern.c -- a number for each name.
 *
 * The laws know things by number only. The same name of the same kind has
 * the same number as long as the words live; what it was called is kept for
 * the findings. Dates become days since 1970, by the proleptic calendar.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "journal/rules_read.h"

void
interned_init(struct interned *w)
{
	*w = (struct interned){ .numbers = json_object() };
	if (w->numbers == NULL)
		abort();
}

void
interned_free(struct interned *w)
{
	uint32_t i;

	for (i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
	json_decref(w->numbers);
	*w = (struct interned){ 0 };
}

static uint32_t
add(struct interned *w, const char *key, const char *name)
{
	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 64;
		w->v = realloc(w->v, w->cap * sizeof *w->v);
		if (w->v == NULL)
			abort();
	}
	w->v[w->n] = strdup(name);
	if (w->v[w->n] == NULL || json_object_set_new(w->numbers, key,
	    json_integer(++w->n)) < 0)
		abort();
	return w->n;
}

uint32_t
interned_number(struct interned *w, char kind, const char *pipeline,
    const char *name)
{
	CLEANUP_TEXT struct text key = { 0 };
	const json_t *known;

	if (name == NULL)
		return 0;
	text_addf(&key, "%c %s/%s", kind, kind == 'p' && pipeline ?
	    pipeline : "", name);
	known = json_object_get(w->numbers, text_str(&key));
	if (known)
		return (uint32_t)json_integer_value(known);
	return add(w, text_str(&key), name);
}

const char *
interned_text(const struct interned *w, uint32_t number)
{
	return number > 0 && number <= w->n ? w->v[number - 1] : NULL;
}

/* Days since 1970-01-01, counted in years that begin in March. */
static int32_t
day_number(int32_t year, int32_t month, int32_t day)
{
	int32_t y = month > 2 ? year : year - 1;
	int32_t m = month > 2 ? month - 3 : month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	    day - 1 - 719468;
}

bool
read_day(const char *text, int32_t *ret)
{
	int year, month, day, end = 0;

	if (text == NULL || sscanf(text, "%4d-%2d-%2d%n", &year, &month,
	    &day, &end) != 3 || text[end] != '\0' || year < 1 || month < 1 ||
	    month > 12)
		return false;
	*ret = day_number(year, month, day);
	return true;
}
