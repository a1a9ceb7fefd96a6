/* SPDX-License-Identifier: BSD-2-Clause
 *
 * describe.c -- a plugin's own description as JSON.
 *
 * From this the daemon validates conf.d with file and line, the manual page
 * is written and the command line completes: a plugin states its options
 * once. Texts are cleaned, since they come from a file that anybody wrote.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "host/load.h"
#include "host/options.h"

enum { TEXT_MAX = 1024 };

static const char *
type_name(uint32_t type)
{
	static const char *const names[] = {
		[GW_T_STRING] = "string", [GW_T_INT] = "int",
		[GW_T_NUMBER] = "number", [GW_T_BOOL] = "bool",
		[GW_T_DURATION] = "duration", [GW_T_SIZE] = "size",
		[GW_T_LIST] = "list", [GW_T_ENUM] = "enum",
		[GW_T_SECRET] = "secret", [GW_T_DATABASE] = "database",
		[GW_T_GROUPS] = "groups" };

	return names[type];
}

static void
put_clean(json_t *o, const char *key, const char *s)
{
	CLEANUP_TEXT struct text t = { 0 };

	if (s == NULL)
		return;
	text_add_clean(&t, s, strnlen(s, TEXT_MAX));
	json_put(o, key, text_str(&t));
}

static void
put(json_t *o, const char *key, json_t *v)
{
	if (v == NULL || json_object_set_new(o, key, v) < 0)
		abort();
}

static json_t *
choices(const char *const *v)
{
	json_t *a = json_array();

	for (; v && *v && json_array_size(a) < TEXT_MAX; v++)
		(void)json_array_append_new(a, json_string(*v));
	return a;
}

static json_t *describe_table(const struct gw_plugin *,
    const struct gw_option *);

static json_t *
describe_option(const struct gw_plugin *p, const struct gw_option *o)
{
	json_t *j = json_object();

	put_clean(j, "name", o->name);
	json_put(j, "type", type_name(o->type));
	put(j, "required", json_boolean(o->flags & GW_REQUIRED));
	json_put_int(j, "min", o->min);
	json_put_int(j, "max", o->max);
	put_clean(j, "default", o->fallback);
	if (o->type == GW_T_ENUM)
		put(j, "choices", choices(o->choices));
	put_clean(j, "help", o->help ? o->help : "");
	if (o->type == GW_T_GROUPS)
		put(j, "members", describe_table(p, o->members));
	return j;
}

static json_t *
describe_table(const struct gw_plugin *p, const struct gw_option *table)
{
	json_t *a = json_array();
	const struct gw_option *o;
	size_t i;

	for (i = 0; (o = option_at(p, table, i)) != NULL; i++)
		if (json_array_append_new(a, describe_option(p, o)) < 0)
			abort();
	return a;
}

json_t *
plugin_description(const struct gw_plugin *p)
{
	json_t *j = json_object();

	json_put_int(j, "abi", p->abi);
	json_put(j, "kind", plugin_kind_name(p));
	put_clean(j, "name", p->name);
	put_clean(j, "version", p->version ? p->version : "");
	put_clean(j, "summary", p->summary ? p->summary : "");
	put(j, "options", describe_table(p, p->options));
	return j;
}
