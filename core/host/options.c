/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.c -- options by name, and their defaults.
 *
 * Options arrive as JSON that the daemon has validated. A plain name is a
 * member. "NAME.MEMBER" reaches into a database, "NAME.I.KEY" into the I-th
 * group of a list. Tables are walked by the stride that the plugin was
 * built with, so that an older plugin's shorter entries are read right.
 *
 * Defaults are written in the syntax of conf.d; only single values have
 * them here. The daemon fills all kinds of them before a worker sees the
 * options.
 */
#include "host/options.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

const struct gw_option *
option_at(const struct gw_plugin *p, const struct gw_option *table, size_t i)
{
	const struct gw_option *o;

	if (table == NULL)
		return NULL;
	o = (const struct gw_option *)(const void *)
	    ((const char *)table + i * p->option_size);
	return o->name ? o : NULL;
}

static const json_t *
step(const json_t *j, const char *key, size_t len)
{
	size_t i, index = 0;

	if (!json_is_array(j))
		return json_object_getn(j, key, len);
	if (len == 0 || len > 6)
		return NULL;
	for (i = 0; i < len; i++) {
		if (!isdigit((unsigned char)key[i]))
			return NULL;
		index = index * 10 + (size_t)(key[i] - '0');
	}
	return json_array_get(j, index);
}

const json_t *
option_find(const json_t *options, const char *name)
{
	const json_t *j = json_object_get(options, name);
	size_t len;

	if (j)
		return json_is_null(j) ? NULL : j;
	for (j = options; j; name += len + (name[len] == '.')) {
		len = strcspn(name, ".");
		j = step(j, name, len);
		if (name[len] == '\0')
			break;
	}
	return json_is_null(j) ? NULL : j;
}

/*---------------------------------------------------------------- defaults */

static json_t *
unquoted(const char *s)
{
	size_t len = strlen(s);

	if (len >= 2 && s[0] == '"' && s[len - 1] == '"')
		return json_stringn(s + 1, len - 2);
	return json_string(s);
}

/* Owned; NULL: not a single value, or malformed. */
static json_t *
default_of(const struct gw_option *o)
{
	json_t *text = unquoted(o->fallback);
	const char *s = json_string_value(text);
	json_t *ret = NULL;
	int64_t n;
	char *end;

	switch (o->type) {
	case GW_T_STRING: case GW_T_ENUM: case GW_T_SECRET:
		return text;
	case GW_T_INT:
		ret = json_integer(strtoll(s, &end, 10));
		break;
	case GW_T_NUMBER:
		ret = json_real(strtod(s, &end));
		break;
	case GW_T_BOOL:
		ret = json_boolean(strcmp(s, "true") == 0);
		break;
	case GW_T_DURATION:
		if (duration_parse(s, &n) == 0)
			ret = json_integer(n);
		break;
	case GW_T_SIZE:
		if (size_parse(s, &n) == 0)
			ret = json_integer(n);
		break;
	default:
		break;
	}
	json_decref(text);
	return ret;
}

static void
fill(json_t *options, const struct gw_plugin *p, const struct gw_option *table)
{
	const struct gw_option *o;
	json_t *j;
	size_t i, k;

	for (i = 0; (o = option_at(p, table, i)) != NULL; i++) {
		j = json_object_get(options, o->name);
		if ((j == NULL || json_is_null(j)) && o->fallback &&
		    (j = default_of(o)) != NULL)
			(void)json_object_set_new(options, o->name, j);
		else if (o->type == GW_T_GROUPS && json_is_array(j))
			for (k = 0; k < json_array_size(j); k++)
				fill(json_array_get(j, k), p, o->members);
	}
}

void
options_fill(json_t *options, const struct gw_plugin *p)
{
	fill(options, p, p->options);
}
