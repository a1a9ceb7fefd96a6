/* SPDX-License-Identifier: BSD-2-Clause
 *
 * plugin.c -- what a plugin says of itself.
 *
 * The finder is asked once for each kind and name, however many objects use
 * it, and its JSON becomes a table like our own (keys.h), defaults parsed.
 * The description comes from foreign code, by way of a process of its own:
 * nothing in it is trusted, and what is malformed makes the plugin unusable
 * with a sentence.
 *
 * Everything is valid as long as the load, except the path, which stays with
 * the configuration.
 */
#include "config/plugin.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config/load.h"

enum { OPTIONS_MOST = 200, DEPTH_MOST = 3 };

static const char *const type_names[OPTION_TYPES] = {
	[OPTION_STRING] = "string", [OPTION_INT] = "int",
	[OPTION_NUMBER] = "number", [OPTION_BOOL] = "bool",
	[OPTION_DURATION] = "duration", [OPTION_SIZE] = "size",
	[OPTION_LIST] = "list", [OPTION_ENUM] = "enum",
	[OPTION_SECRET] = "secret", [OPTION_DATABASE] = "database",
	[OPTION_GROUPS] = "groups",
};

static const char *const kinds[] = {
	[INSTANCE_CHECK] = "check", [INSTANCE_GATE] = "gate",
	[INSTANCE_ACTION] = "action", [INSTANCE_NOTIFIER] = "notifier",
};

const struct option *
option_find(const struct option *o, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(o[i].name, name) == 0)
			return &o[i];
	return NULL;
}

static int
type_of(const char *name)
{
	int i;

	for (i = 0; name && i < OPTION_TYPES; i++)
		if (strcmp(type_names[i], name) == 0)
			return i;
	return -1;
}

/* A default in conf.d syntax. Words of options that are text in conf.d may
 * stand without their quotes. */
static const struct node *
fallback(struct load *l, const struct option *o, const char *text)
{
	bool quoted = text[0] == '"' || text[0] == '(' || text[0] == '[';
	struct node *n;

	if (quoted || o->type == OPTION_INT || o->type == OPTION_NUMBER ||
	    o->type == OPTION_BOOL)
		return node_value(text, l->scratch);
	n = arena_alloc(l->scratch, sizeof *n);
	*n = (struct node){ .type = NODE_STRING,
		.text = arena_strdup(l->scratch, text) };
	return n;
}

static void
read_choices(struct load *l, struct option *o, const json_t *list)
{
	const char **v;
	size_t i;

	o->n_choices = json_array_size(list);
	v = arena_alloc(l->scratch, o->n_choices * sizeof v[0]);
	for (i = 0; i < o->n_choices; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		v[i] = arena_strdup(l->scratch, s ? s : "");
	}
	o->choices = v;
}

static bool read_options(struct load *, struct plugin *, const json_t *list,
    int depth, const struct option **ret, size_t *ret_n);

/* "option 'x' has no type"; false, so that callers can return it. */
static bool
bad_option(struct load *l, struct plugin *p, const char *name,
    const char *what)
{
	p->why = arena_printf(l->scratch, "its option '%s' %s", name, what);
	return false;
}

static bool
read_option(struct load *l, struct plugin *p, const json_t *j, int depth,
    struct option *o)
{
	const char *name = json_text(j, "name", NULL), *s;
	int type = type_of(json_text(j, "type", NULL));

	if (name == NULL)
		return bad_option(l, p, "?", "has no name");
	if (type < 0)
		return bad_option(l, p, name, "has no known type");
	*o = (struct option){ .name = arena_strdup(l->scratch, name),
		.help = arena_strdup(l->scratch, json_text(j, "help", "")),
		.type = (enum option_type)type,
		.required = json_flag(j, "required", false),
		.min = json_int(j, "min", 0), .max = json_int(j, "max", 0) };
	s = json_text(j, "default", NULL);
	if (s)
		o->fallback = fallback(l, o, s);
	if (o->type == OPTION_ENUM)
		read_choices(l, o, json_object_get(j, "choices"));
	if (o->type == OPTION_ENUM && o->n_choices == 0)
		return bad_option(l, p, name, "has nothing to choose from");
	return o->type != OPTION_GROUPS || read_options(l, p,
	    json_object_get(j, "members"), depth + 1, &o->members,
	    &o->n_members);
}

static bool
read_options(struct load *l, struct plugin *p, const json_t *list, int depth,
    const struct option **ret, size_t *ret_n)
{
	size_t n = json_array_size(list), i;
	struct option *v;

	if (n > OPTIONS_MOST || depth > DEPTH_MOST)
		return bad_option(l, p, "?", "is one of too many");
	v = arena_alloc(l->scratch, n * sizeof v[0]);
	for (i = 0; i < n; i++)
		if (!read_option(l, p, json_array_get(list, i), depth, &v[i]))
			return false;
	*ret = v;
	*ret_n = n;
	return true;
}

/* Equal as long as the file is the same one, unchanged. */
static uint64_t
file_identity(const char *path)
{
	uint64_t hash = hash_text(HASH_BEGIN, path);
	struct stat st;

	if (stat(path, &st) < 0)
		return hash;
	hash = hash_bytes(hash, &st.st_dev, sizeof st.st_dev);
	hash = hash_bytes(hash, &st.st_ino, sizeof st.st_ino);
	hash = hash_bytes(hash, &st.st_size, sizeof st.st_size);
	return hash_bytes(hash, &st.st_mtim, sizeof st.st_mtim);
}

static void
describe(struct load *l, struct plugin *p)
{
	CLEANUP_JSON json_t *j = NULL;
	const char *path = NULL, *why = NULL;

	p->error = l->finder->find(l->finder->arg, p->kind, p->name, &path,
	    &j, &why);
	if (p->error == 0) {
		p->path = arena_strdup(l->arena, path);
		p->identity = file_identity(p->path);
		if (!read_options(l, p, json_object_get(j, "options"), 0,
		    &p->options, &p->n_options))
			p->error = -EINVAL;
	} else {
		p->why = arena_strdup(l->scratch, why);
	}
}

struct plugin *
plugin_get(struct load *l, enum instance_kind kind, const char *name)
{
	const char *key = arena_printf(l->scratch, "%s/%s", kinds[kind],
	    name);
	void **slot = names_put(&l->plugins.names, key);

	if (*slot == NULL) {
		struct plugin *p = arena_alloc(l->scratch, sizeof *p);

		p->kind = kind;
		p->name = arena_strdup(l->arena, name);
		*slot = p;
		describe(l, p);
	}
	return *slot;
}

/*---------------------------------------------------------- use by objects */

static int
instance_kind_of(const struct object *o)
{
	switch (o->kind) {
	case KIND_CHECK:
	case KIND_INVENTORY:
		return INSTANCE_CHECK;
	case KIND_GATE:
		return INSTANCE_GATE;
	case KIND_ACTION:
		return INSTANCE_ACTION;
	case KIND_NOTIFIER:
		return INSTANCE_NOTIFIER;
	default:
		return -1;
	}
}

/* A plugin of that name but of another kind, or NULL. */
static const char *
other_kind(struct load *l, enum instance_kind kind, const char *name)
{
	int k;

	for (k = INSTANCE_CHECK; k <= INSTANCE_NOTIFIER; k++)
		if (k != (int)kind && plugin_get(l, (enum instance_kind)k,
		    name)->error == 0)
			return kinds[k];
	return NULL;
}

static void
say_unknown(struct load *l, const struct object *o, const struct plugin *p,
    const struct node *at)
{
	const char *other = other_kind(l, p->kind, p->name), *s;
	struct nearest near;
	size_t i;

	if (other) {
		wrong(l, at, "%s: '%s' is a plugin for a %s, not for a %s",
		    label(l, o), p->name, other, kinds[p->kind]);
		return;
	}
	nearest_start(&near, p->name);
	for (i = 0; (s = l->finder->name(l->finder->arg, p->kind, i)); i++)
		nearest_try(&near, s);
	wrong(l, at, "%s: there is no %s plugin '%s'%s", label(l, o),
	    kinds[p->kind], p->name, did_you_mean(l, near.best));
}

/* One cause (the directory, a broken file) is one finding, at the first
 * object that meets it. */
static void
say_unusable(struct load *l, const struct object *o, const struct node *at)
{
	const char *why = arena_strdup(l->scratch, o->plugin->why ?
	    o->plugin->why : strerror(-o->plugin->error));
	void **said = names_put(&l->plugins.said, why);

	if (*said)
		return;
	*said = o->plugin;
	wrong(l, at, "%s: plugin '%s' can't be used: %s", label(l, o),
	    at->text, why);
}

static void
find_plugin(struct load *l, struct object *o)
{
	const struct node *n = node_member(o->node, "plugin");
	int kind = instance_kind_of(o);

	if (kind < 0 || n == NULL)
		return;         /* the table says that it is required */
	if (n->type != NODE_STRING) {
		wrong(l, n, "%s: 'plugin' is text, %s found", label(l, o),
		    node_seen(n, l->scratch));
		return;
	}
	o->plugin = plugin_get(l, (enum instance_kind)kind, n->text);
	if (o->plugin->error == -ENOENT)
		say_unknown(l, o, o->plugin, n);
	else if (o->plugin->error != 0)
		say_unusable(l, o, n);
}

void
find_plugins(struct load *l)
{
	size_t i;
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < l->of[kind].n; i++)
			find_plugin(l, l->of[kind].v[i]);
}
