/* SPDX-License-Identifier: BSD-2-Clause
 *
 * template_json.c -- placeholders in the strings of a JSON document.
 *
 * The body is parsed first and filled in afterwards, string by string, so
 * that no value can end its string, whatever is in it.
 */
#include "lib/template_json.h"

static bool
check(uint32_t kind, const char *what, const json_t *v, struct buf *why)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_string(v))
		return template_check(kind, what, json_string_value(v), why);
	json_array_foreach(v, i, member)
		if (!check(kind, what, member, why))
			return false;
	if (!json_is_object(v))
		return true;
	json_object_foreach((json_t *)(uintptr_t)v, key, member)
		if (!check(kind, what, member, why))
			return false;
	return true;
}

json_t *
template_json_parse(uint32_t kind, const char *what, const char *text,
    struct buf *why)
{
	json_error_t e;
	json_t *v = json_loads(text, JSON_REJECT_DUPLICATES |
	    JSON_DECODE_ANY, &e);

	if (v == NULL) {
		buf_addf(why, "%s is not JSON: line %d, column %d: %s", what,
		    e.line, e.column, e.text);
		return NULL;
	}
	if (!check(kind, what, v, why)) {
		json_decref(v);
		return NULL;
	}
	return v;
}

static json_t *
list_of(const struct call *c, const char *name)
{
	uint32_t n = c->host->param_count(c->ctx, name), i;
	json_t *list = json_array();

	for (i = 0; i < n; i++)
		json_array_append_new(list,
		    json_string(c->host->param_item(c->ctx, name, i)));
	return list;
}

static json_t *
expand_string(const struct call *c, const char *text, struct buf *why)
{
	struct buf out CLEANUP_BUF = { 0 };
	const char *list = template_list(text);

	if (list)
		return list_of(c, list);
	if (!template_expand(c, text, TEMPLATE_RAW, &out, why))
		return NULL;
	return json_stringn(out.s, out.len);
}

static json_t *
expand_array(const struct call *c, const json_t *v, struct buf *why)
{
	json_t *out = json_array(), *member, *x;
	size_t i;

	json_array_foreach(v, i, member) {
		x = template_json_expand(c, member, why);
		if (x == NULL) {
			json_decref(out);
			return NULL;
		}
		json_array_append_new(out, x);
	}
	return out;
}

static json_t *
expand_object(const struct call *c, const json_t *v, struct buf *why)
{
	json_t *out = json_object(), *member, *x;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)v, key, member) {
		x = template_json_expand(c, member, why);
		if (x == NULL) {
			json_decref(out);
			return NULL;
		}
		json_object_set_new(out, key, x);
	}
	return out;
}

json_t *
template_json_expand(const struct call *c, const json_t *v, struct buf *why)
{
	if (json_is_string(v))
		return expand_string(c, json_string_value(v), why);
	if (json_is_array(v))
		return expand_array(c, v, why);
	if (json_is_object(v))
		return expand_object(c, v, why);
	return json_deep_copy(v);
}

bool
template_json_text(const struct call *c, const json_t *v, struct buf *out,
    struct buf *why)
{
	json_t *filled = template_json_expand(c, v, why);
	char *text CLEANUP_FREE = NULL;

	if (filled == NULL)
		return false;
	text = json_dumps(filled, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(filled);
	if (text == NULL)
		abort();
	buf_add(out, text);
	return true;
}
