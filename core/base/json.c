/* SPDX-License-Identifier: BSD-2-Clause
 *
 * json.c -- jansson, without the ways to forget a decref.
 *
 * Out of memory ends the program, as everywhere in base/: documents here
 * are bounded by the packet or request that they came from.
 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *
json_text(const json_t *j, const char *key, const char *fallback)
{
	const json_t *v = json_object_get(j, key);

	return json_is_string(v) ? json_string_value(v) : fallback;
}

int64_t
json_int(const json_t *j, const char *key, int64_t fallback)
{
	const json_t *v = json_object_get(j, key);

	return json_is_integer(v) ? json_integer_value(v) : fallback;
}

double
json_num(const json_t *j, const char *key, double fallback)
{
	const json_t *v = json_object_get(j, key);

	return json_is_number(v) ? json_number_value(v) : fallback;
}

bool
json_flag(const json_t *j, const char *key, bool fallback)
{
	const json_t *v = json_object_get(j, key);

	return json_is_boolean(v) ? json_boolean_value(v) : fallback;
}

static void
put(json_t *j, const char *key, json_t *v)
{
	if (v == NULL || json_object_set_new(j, key, v) < 0)
		abort();
}

json_t *
json_words(const char *text)
{
	CLEANUP_TEXT struct text clean = { 0 };
	json_t *v = json_string(text);

	if (v == NULL) {
		text_add_clean(&clean, text, strlen(text));
		v = json_string(text_str(&clean));
	}
	if (v == NULL)
		abort();
	return v;
}

void
json_put(json_t *j, const char *key, const char *text)
{
	if (text)
		put(j, key, json_words(text));
}

void
json_put_int(json_t *j, const char *key, int64_t v)
{
	put(j, key, json_integer(v));
}

void
json_put_num(json_t *j, const char *key, double v)
{
	put(j, key, isfinite(v) ? json_real(v) : json_null());
}

static bool
real_is_short(double v)
{
	char buf[40];

	(void)snprintf(buf, sizeof buf, "%.15g", v);
	return strtod(buf, NULL) == v;
}

/* Do 15 digits say all numbers in it exactly? */
static bool
is_short(const json_t *j)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_real(j))
		return real_is_short(json_real_value(j));
	json_array_foreach(j, i, v)
		if (!is_short(v))
			return false;
	json_object_foreach((json_t *)j, key, v)
		if (!is_short(v))
			return false;
	return true;
}

/* 0.1 stays 0.1 where 15 digits are enough for every number; what needs more
 * gets 17, so that reading gives back the same bits. */
char *
json_line(const json_t *j)
{
	char *s = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY |
	    JSON_REAL_PRECISION((size_t)(is_short(j) ? 15 : 17)));

	if (s == NULL)
		abort();
	return s;
}
