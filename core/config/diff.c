/* SPDX-License-Identifier: BSD-2-Clause
 *
 * diff.c -- what differs between two configurations, object by object.
 *
 * Works on what was understood (resolved.c), not on text: a default that is
 * written out, an option that moved to its pipeline, a file that was split
 * change nothing, and a changed default of a pipeline shows at each object
 * that takes it. Where a value stands is said, and never compared.
 *
 * An object that says `was` is compared with the one of that name. What
 * refers to it by its new name has not changed either; but a plain text that
 * happens to be a name has (an `item`, for instance, is what a repair is
 * told).
 *
 * Order: the new configuration's, what was removed after the rest of its
 * list. Pure; knows no paths.
 */
#include "config/diff.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "config/keys.h"

struct differ {
	const struct conf *old, *new;
	json_t *objects;        /* owned by the result */
};

/*------------------------------------------------------------------- names */

/* "phase" of "phases", and so on; NULL: settings. */
static const char *
kind_of(const char *list)
{
	int k;

	if (strcmp(list, "alarms") == 0)
		return kind_name(KIND_GATE);
	for (k = 0; k < KINDS; k++)
		if (strcmp(list, kind_list((enum kind)k)) == 0)
			return kind_name((enum kind)k);
	return NULL;
}

/* A phase is listed as "pipeline.phase", and renamed without its pipeline. */
static const char *
last_part(const char *list, const char *name)
{
	const char *dot = strcmp(list, "phases") == 0 ? strchr(name, '.') :
	    NULL;

	return dot ? dot + 1 : name;
}

/* What an object of the new configuration was called; NULL: as it is. */
static const char *
former(const struct conf *c, const char *kind, const char *name)
{
	int32_t i;

	for (i = 0; kind && i < c->n_renames; i++)
		if (strcmp(c->renames[i][0], kind) == 0 &&
		    strcmp(c->renames[i][2], name) == 0)
			return c->renames[i][1];
	return NULL;
}

/* Its key in the old list, of a pipeline called `owner`; owned. */
static char *
old_key(const struct differ *d, const char *list, const char *name,
    const char *owner)
{
	const char *part = last_part(list, name);
	const char *was = former(d->new, kind_of(list), part);
	struct text t = { 0 };

	if (owner)
		text_addf(&t, "%s.", owner);
	else
		text_addn(&t, name, (size_t)(part - name));
	text_add(&t, was ? was : part);
	return text_take(&t);
}

/* Its place in the old list; NULL: it is new. */
static void *
find_old(const struct differ *d, const char *list, const char *name)
{
	json_t *objects = json_object_get(d->old->resolved, list);
	CLEANUP_FREE char *key = old_key(d, list, name, NULL), *other = NULL;
	const char *part = last_part(list, name);
	CLEANUP_TEXT struct text owner = { 0 };
	void *at = json_object_iter_at(objects, key);

	if (at || part == name)
		return at;
	text_addn(&owner, name, (size_t)(part - name - 1));
	other = old_key(d, list, name, former(d->new,
	    kind_name(KIND_PIPELINE), text_str(&owner)));
	return json_object_iter_at(objects, other);
}

/*------------------------------------------------------------------ values */

static bool
is_reference(const char *list, const char *key)
{
	struct object o = { .alarm = strcmp(list, "alarms") == 0 };
	const char *kind = kind_of(list);
	const struct key *k;

	for (; kind && o.kind < KINDS; o.kind++)
		if (strcmp(kind, kind_name(o.kind)) == 0)
			break;
	k = kind ? key_find(keys_of(&o), key) : NULL;
	return k && k->type == KEY_REFERENCE;
}

/* The same object, before and after its renaming? */
static bool
same_name(const struct differ *d, const char *old, const char *new)
{
	const char *const (*v)[3] = d->new->renames;
	int32_t i;

	for (i = 0; i < d->new->n_renames; i++)
		if (strcmp(v[i][1], old) == 0 && strcmp(v[i][2], new) == 0)
			return true;
	return false;
}

/* Of references, inline groups are objects of their own. */
static bool
same_value(const struct differ *d, bool names, const json_t *old,
    const json_t *new)
{
	size_t i;

	if (json_equal(old, new))
		return true;
	if (!names)
		return false;
	if (json_is_string(old) && json_is_string(new))
		return same_name(d, json_string_value(old),
		    json_string_value(new));
	if (json_is_object(old) && json_is_object(new))
		return json_equal(json_object_get(old, "name"),
		    json_object_get(new, "name"));
	if (!json_is_array(old) || !json_is_array(new) ||
	    json_array_size(old) != json_array_size(new))
		return false;
	for (i = 0; i < json_array_size(old); i++)
		if (!same_value(d, true, json_array_get(old, i),
		    json_array_get(new, i)))
			return false;
	return true;
}

static void
put_side(json_t *option, const char *side, const char *from,
    const json_t *noted)
{
	json_t *value = json_object_get(noted, "value");

	if (noted == NULL)
		return;
	(void)json_object_set(option, side, value);
	json_put(option, from, json_text(noted, "from", NULL));
}

static void
add_option(json_t *list, const char *key, const json_t *old,
    const json_t *new)
{
	json_t *o = json_object();

	json_put(o, "name", key);
	put_side(o, "old", "old_from", old);
	put_side(o, "new", "new_from", new);
	(void)json_array_append_new(list, o);
}

/* Said by the object's own line, or by those of what is inside. */
static bool
is_said(const char *key)
{
	return strcmp(key, "name") == 0 || strcmp(key, "was") == 0 ||
	    strcmp(key, "phases") == 0;
}

/* Options that differ; owned. Either side may be NULL. */
static json_t *
options(const struct differ *d, const char *list, const json_t *old,
    const json_t *new)
{
	json_t *result = json_array();
	const json_t *x, *y;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)new, key, x) {
		y = json_object_get(old, key);
		if (!is_said(key) && (y == NULL || !same_value(d,
		    is_reference(list, key), json_object_get(y, "value"),
		    json_object_get(x, "value"))))
			add_option(result, key, y, x);
	}
	json_object_foreach((json_t *)(uintptr_t)old, key, y)
		if (!is_said(key) && json_object_get(new, key) == NULL)
			add_option(result, key, y, NULL);
	return result;
}

/*----------------------------------------------------------------- objects */

static json_t *
add_object(const struct differ *d, const char *list, const char *name,
    const char *change, const json_t *where)
{
	const json_t *said = json_object_get(where, "name");
	json_t *o = json_object();

	if (said == NULL)       /* an inline group needs none */
		said = json_object_get(where, "plugin");
	json_put(o, "list", list);
	json_put(o, "name", name);
	json_put(o, "change", change);
	json_put(o, "from", json_text(said, "from", NULL));
	(void)json_array_append_new(d->objects, o);
	return o;
}

static void
compare(const struct differ *d, const char *list, const char *name,
    const json_t *new, void *was)
{
	const json_t *old = json_object_iter_value(was);
	const char *key = was ? json_object_iter_key(was) : name;
	bool renamed = strcmp(last_part(list, key), last_part(list,
	    name)) != 0;
	CLEANUP_JSON json_t *differ = options(d, list, old, new);
	json_t *o;

	if (!renamed && old && json_array_size(differ) == 0)
		return;
	o = add_object(d, list, name, old == NULL ? "added" :
	    json_array_size(differ) > 0 ? "changed" : "renamed", new);
	if (renamed)
		json_put(o, "was", last_part(list, key));
	(void)json_object_set(o, "options", differ);
}

/* Those of a list that are in the new one, and which of the old they were. */
static void
compare_new(const struct differ *d, const char *list, const json_t *objects,
    json_t *seen)
{
	const json_t *new;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)objects, name, new) {
		void *was = find_old(d, list, name);

		compare(d, list, name, new, was);
		if (was)
			(void)json_object_set_new(seen,
			    json_object_iter_key(was), json_true());
	}
}

static void
compare_list(const struct differ *d, const char *list)
{
	const json_t *was = json_object_get(d->old->resolved, list);
	CLEANUP_JSON json_t *seen = json_object();
	const json_t *old;
	const char *name;
	json_t *o;

	compare_new(d, list, json_object_get(d->new->resolved, list), seen);
	json_object_foreach((json_t *)(uintptr_t)was, name, old) {
		if (json_object_get(seen, name))
			continue;
		o = add_object(d, list, name, "removed", old);
		(void)json_object_set_new(o, "options", options(d, list, old,
		    NULL));
	}
}

/* The daemon's own are one group, without names. */
static void
compare_settings(const struct differ *d)
{
	CLEANUP_JSON json_t *differ = options(d, "settings",
	    json_object_get(d->old->resolved, "settings"),
	    json_object_get(d->new->resolved, "settings"));

	if (json_array_size(differ) > 0)
		(void)json_object_set(add_object(d, "settings", "settings",
		    "changed", NULL), "options", differ);
}

static json_t *
counts(const json_t *objects)
{
	static const char *const words[] = { "added", "changed", "removed",
		"renamed" };
	json_t *result = json_object(), *o;
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(words); k++) {
		int64_t n = 0;

		json_array_foreach((json_t *)(uintptr_t)objects, i, o)
			n += strcmp(json_text(o, "change", ""),
			    words[k]) == 0;
		json_put_int(result, words[k], n);
	}
	return result;
}

json_t *
conf_diff(const struct conf *old, const struct conf *new)
{
	struct differ d = { old, new, json_array() };
	json_t *result = json_object();
	const char *list;
	const json_t *v;

	json_object_foreach(new->resolved, list, v)
		if (strcmp(list, "settings") == 0)
			compare_settings(&d);
		else
			compare_list(&d, list);
	json_object_foreach(old->resolved, list, v)
		if (json_object_get(new->resolved, list) == NULL)
			compare_list(&d, list);
	(void)json_object_set_new(result, "objects", d.objects);
	(void)json_object_set_new(result, "counts", counts(d.objects));
	return result;
}

size_t
conf_diff_size(const json_t *diff)
{
	return json_array_size(json_object_get(diff, "objects"));
}

/*-------------------------------------------------------------------- text */

static void
text_side(struct text *t, const json_t *value, const char *from)
{
	if (value == NULL) {
		text_add(t, "(none)");
		return;
	}
	conf_value_text(t, value);
	if (from)
		text_addf(t, " (%s)", from);
}

static void
text_option(struct text *t, const json_t *o, const char *change)
{
	const json_t *old = json_object_get(o, "old");
	const json_t *new = json_object_get(o, "new");

	text_addf(t, "    %s = ", json_text(o, "name", "?"));
	if (strcmp(change, "added") != 0)
		text_side(t, old, json_text(o, "old_from", NULL));
	if (strcmp(change, "changed") == 0)
		text_add(t, " -> ");
	if (strcmp(change, "removed") != 0)
		text_side(t, new, json_text(o, "new_from", NULL));
	text_add(t, "\n");
}

/* What an object that is new or gone takes by default tells nothing. */
static bool
is_default(const json_t *o)
{
	return strcmp(json_text(o, "new_from", json_text(o, "old_from", "")),
	    "default") == 0;
}

static void
text_object(struct text *t, const json_t *o)
{
	const char *change = json_text(o, "change", "?");
	const char *was = json_text(o, "was", NULL);
	const char *from = json_text(o, "from", NULL);
	bool changed = strcmp(change, "changed") == 0;
	const json_t *option;
	size_t i;

	text_addf(t, "%c %s %s", *change == 'a' ? '+' : *change == 'r' &&
	    strcmp(change, "removed") == 0 ? '-' : '~', json_text(o, "list",
	    "?"), json_text(o, "name", "?"));
	text_addf(t, ": %s%s%s", change, was ? ", was " : "", was ? was :
	    "");
	text_addf(t, "%s%s%s\n", from ? "  [" : "", from ? from : "", from ?
	    "]" : "");
	json_array_foreach(json_object_get(o, "options"), i, option)
		if (changed || !is_default(option))
			text_option(t, option, change);
}

char *
conf_diff_text(const json_t *diff)
{
	const json_t *c = json_object_get(diff, "counts"), *o;
	struct text t = { 0 };
	size_t i;

	json_array_foreach(json_object_get(diff, "objects"), i, o)
		text_object(&t, o);
	if (t.len > 0)
		text_addf(&t, "\n%d added, %d changed, %d removed, %d "
		    "renamed\n", (int)json_int(c, "added", 0), (int)
		    json_int(c, "changed", 0), (int)json_int(c, "removed",
		    0), (int)json_int(c, "renamed", 0));
	return text_take(&t);
}
