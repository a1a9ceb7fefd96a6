/* SPDX-License-Identifier: BSD-2-Clause
 *
 * database.c -- databases, named once and used by many.
 *
 * Their `plugin` is a driver of the database layer, not a shared object, so
 * that the table of drivers is ours. A check gets the whole database and not
 * only its name, because a worker knows nothing of conf.d; all of them share
 * one JSON value.
 */
#include <string.h>

#include "base/nearest.h"
#include "config/keys.h"

struct driver {
	const char *name, *needs, *other;
};

static const struct driver drivers[] = {
	{ "sqlite", "path", "dsn" },
	{ "postgresql", "dsn", "path" },
};

enum { DRIVERS = sizeof drivers / sizeof drivers[0] };

static const struct driver *
driver_of(struct load *l, const char *who, const struct node *group)
{
	const struct node *n = node_member(group, "plugin");
	struct nearest near;
	size_t i;

	if (n == NULL)
		return NULL;    /* the table says that it is required */
	nearest_start(&near, n->type == NODE_STRING ? n->text : "");
	for (i = 0; i < DRIVERS; i++) {
		if (n->type == NODE_STRING &&
		    strcmp(n->text, drivers[i].name) == 0)
			return &drivers[i];
		nearest_try(&near, drivers[i].name);
	}
	wrong(l, n, "%s: 'plugin' of a database is sqlite or postgresql, "
	    "%s found%s", who, node_seen(n, l->scratch),
	    did_you_mean(l, near.best));
	return NULL;
}

/* {"name", "driver", "path" or "dsn"}; owned by the load, NULL after a
 * finding. */
static json_t *
read_database(struct load *l, const char *who, const char *name,
    const struct node *group)
{
	const struct driver *d = driver_of(l, who, group);
	const struct node *n;
	json_t *json;

	if (d == NULL)
		return NULL;
	n = node_member(group, d->needs);
	if (n == NULL || n->type != NODE_STRING || n->text[0] == '\0') {
		wrong(l, n ? n : group, "%s: a database of %s needs '%s', "
		    "text", who, d->name, d->needs);
		return NULL;
	}
	if (node_member(group, d->other))
		wrong(l, node_member(group, d->other), "%s: a database of %s "
		    "has no '%s'", who, d->name, d->other);
	if (strcmp(d->needs, "path") == 0 && n->text[0] != '/')
		doubtful(l, n, "%s: the path does not begin with '/': it "
		    "depends on where the daemon is started", who);
	if (strcmp(d->needs, "dsn") == 0 && strstr(n->text, "password="))
		doubtful(l, n, "%s: a password in the configuration: use "
		    "\"service=NAME\" or a passfile", who);
	json = json_pack("{s:s, s:s, s:s}", "name", name, "driver", d->name,
	    d->needs, n->text);
	(void)json_array_append_new(l->databases, json);
	return json;
}

void
build_databases(struct load *l)
{
	struct objects *list = &l->of[KIND_DATABASE];
	size_t i;

	for (i = 0; i < list->n; i++) {
		struct object *o = list->v[i];

		keys_read(l, o, keys_of(o), NULL);
		o->database = read_database(l, label(l, o), o->name,
		    o->node);
	}
}

static void
say_dangling(struct load *l, const struct object *o, const struct node *n)
{
	const struct objects *list = &l->of[KIND_DATABASE];
	struct nearest near;
	size_t i;

	if (l->broken)
		return;
	nearest_start(&near, n->text);
	for (i = 0; i < list->n; i++)
		nearest_try(&near, list->v[i]->name);
	wrong(l, n, "%s: there is no database '%s'%s", label(l, o), n->text,
	    did_you_mean(l, near.best));
}

static json_t *
inline_database(struct load *l, const struct object *o,
    const struct node *n)
{
	const char *name = arena_printf(l->scratch, "%s.database", o->name);
	struct object *made = arena_alloc(l->scratch, sizeof *made);

	*made = (struct object){ .kind = KIND_DATABASE, .name = name,
		.node = n, .index = NONE };
	made->database = read_database(l, label(l, o), name, n);
	((struct node *)(uintptr_t)n)->object = made;
	return made->database;
}

json_t *
database_value(struct load *l, const struct object *o, const struct node *n)
{
	const struct object *d;

	if (n->object)
		return n->object->database;
	if (n->type == NODE_GROUP)
		return inline_database(l, o, n);
	if (n->type != NODE_STRING) {
		wrong(l, n, "%s: 'database' is the name of a database, %s "
		    "found", label(l, o), node_seen(n, l->scratch));
		return NULL;
	}
	d = object_named(l, KIND_DATABASE, n->text);
	if (d == NULL)
		say_dangling(l, o, n);
	return d ? d->database : NULL;
}
