/* SPDX-License-Identifier: BSD-2-Clause
 *
 * resolved.c -- everything as understood, each value with its origin.
 *
 * Noted while members are read (keys.c, option.c), so that what is shown is
 * what was used; only when it was asked for, because ten thousand checks
 * with twenty values each are a lot to keep. The same JSON as text looks
 * like conf.d, with the origin behind each value.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "config/load.h"

static json_t *
member(json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	if (v)
		return v;
	v = json_object();
	(void)json_object_set_new(o, key, v);
	return v;
}

static json_t *
entry_of(struct load *l, const struct object *o)
{
	const char *list;

	if (o == NULL)
		return member(l->resolved, "settings");
	list = o->alarm ? "alarms" : kind_list(o->kind);
	return member(member(l->resolved, list), o->kind == KIND_PHASE ?
	    arena_printf(l->scratch, "%s.%s", o->owner->name, o->name) :
	    o->name);
}

void
resolve_note(struct load *l, const struct object *o, const char *key,
    json_t *value, const struct node *at)
{
	json_t *entry;

	if (l->resolved == NULL) {
		json_decref(value);
		return;
	}
	entry = member(entry_of(l, o), key);
	(void)json_object_set_new(entry, "value", value);
	json_put(entry, "from", place(l, at));
}

/*-------------------------------------------------------------------- text */

static void
add_string(struct text *t, const char *s)
{
	text_add(t, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_addf(t, "\\%c", *s);
		else if (*s == '\n')
			text_add(t, "\\n");
		else if ((unsigned char)*s < 0x20)
			text_addf(t, "\\x%02x", *s);
		else
			text_addn(t, s, 1);
	}
	text_add(t, "\"");
}

static void
add_value(struct text *t, const json_t *v)
{
	const json_t *e;
	const char *key;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_STRING:
		add_string(t, json_string_value(v));
		break;
	case JSON_INTEGER:
		text_addf(t, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		break;
	case JSON_REAL:
		text_addf(t, "%g", json_real_value(v));
		break;
	case JSON_ARRAY:
		text_add(t, "(");
		json_array_foreach((json_t *)(uintptr_t)v, i, e) {
			text_add(t, i > 0 ? ", " : " ");
			add_value(t, e);
		}
		text_add(t, " )");
		break;
	case JSON_OBJECT:
		text_add(t, "{");
		json_object_foreach((json_t *)(uintptr_t)v, key, e) {
			text_addf(t, " %s = ", key);
			add_value(t, e);
			text_add(t, ";");
		}
		text_add(t, " }");
		break;
	default:
		text_add(t, json_is_true(v) ? "true" : "false");
		break;
	}
}

void
conf_value_text(struct text *t, const json_t *v)
{
	add_value(t, v);
}

static void
add_object(struct text *t, const char *name, const json_t *o)
{
	const json_t *v;
	const char *key;

	text_addf(t, "%s\n", name);
	json_object_foreach((json_t *)(uintptr_t)o, key, v) {
		text_addf(t, "  %s = ", key);
		add_value(t, json_object_get(v, "value"));
		text_addf(t, ";  # %s\n", json_text(v, "from", ""));
	}
}

char *
conf_resolved_text(const struct conf *c)
{
	CLEANUP_TEXT struct text t = { 0 };
	const char *list, *name;
	const json_t *objects, *o;

	json_object_foreach(c->resolved, list, objects) {
		text_addf(&t, "%s# %s\n", t.len > 0 ? "\n" : "", list);
		if (strcmp(list, "settings") == 0) {
			add_object(&t, "", objects);
			continue;
		}
		json_object_foreach((json_t *)(uintptr_t)objects, name, o)
			add_object(&t, name, o);
	}
	return text_take(&t);
}
