/* SPDX-License-Identifier: BSD-2-Clause
 *
 * database.c -- databases, named once and used by many.
 *
 * Their `plugin` is a driver of the database layer, not a shared object, so
 * that the table of drivers is ours: a new driver is one entry, and what its
 * databases have beside those of others. A check gets the whole database and
 * not only its name, because a worker knows nothing of conf.d; all of them
 * share one JSON value.
 */
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/units.h"
#include "config/keys.h"

enum member_type { MEMBER_TEXT, MEMBER_PATH, MEMBER_DSN, MEMBER_SECRET,
	MEMBER_LIST, MEMBER_SIZE, MEMBER_BOOL };

/* What the databases of one driver have, beside what all have. */
struct member {
	const char *name;       /* NULL ends */
	enum member_type type;
	bool required;
};

struct driver {
	const char *name;
	bool bills;             /* says what its queries cost */
	const struct member *members;
};

static const struct member with_path[] = {
	{ "path", MEMBER_PATH, true }, { .name = NULL }
};

static const struct member with_dsn[] = {
	{ "dsn", MEMBER_DSN, true }, { .name = NULL }
};

static const struct member of_bigquery[] = {
	{ "project", MEMBER_TEXT, true }, { "dataset", MEMBER_TEXT, false },
	{ "location", MEMBER_TEXT, false },
	{ "max_bytes_billed", MEMBER_SIZE, false },
	{ "snapshot", MEMBER_BOOL, false },
	{ "credentials", MEMBER_SECRET, false },
	{ "token_command", MEMBER_LIST, false },
	{ "metadata_server", MEMBER_TEXT, false },
	{ "endpoint", MEMBER_TEXT, false }, { .name = NULL }
};

static const struct driver drivers[] = {
	{ "sqlite", false, with_path },
	{ "postgresql", false, with_dsn },
	{ "odbc", false, with_dsn },
	{ "bigquery", true, of_bigquery },
};

/* What of all databases is about their cost. */
static const char *const budgets[] = { "max_bytes_per_day",
	"max_bytes_per_query" };

static const char *
driver_names(struct load *l)
{
	const char *text = drivers[0].name;
	size_t i;

	for (i = 1; i < ARRAY_SIZE(drivers); i++)
		text = arena_printf(l->scratch, "%s%s%s", text,
		    i + 1 < ARRAY_SIZE(drivers) ? ", " : " or ",
		    drivers[i].name);
	return text;
}

static const struct driver *
driver_of(struct load *l, const struct object *o, const struct node *group)
{
	const struct node *n = node_member(group, "plugin");
	struct nearest near;
	size_t i;

	if (n == NULL)
		return NULL;    /* the table says that it is required */
	nearest_start(&near, n->type == NODE_STRING ? n->text : "");
	for (i = 0; i < ARRAY_SIZE(drivers); i++) {
		if (n->type == NODE_STRING &&
		    strcmp(n->text, drivers[i].name) == 0)
			return &drivers[i];
		nearest_try(&near, drivers[i].name);
	}
	wrong(l, n, "%s: 'plugin' of a database is %s, %s found%s",
	    label(l, o), driver_names(l), node_seen(n, l->scratch),
	    did_you_mean(l, near.best));
	return NULL;
}

static bool
has_member(const struct driver *d, const char *name)
{
	const struct member *m;

	for (m = d->members; m->name; m++)
		if (strcmp(m->name, name) == 0)
			return true;
	return false;
}

/* Members that other drivers' databases have. */
static void
refuse_foreign(struct load *l, const struct object *o, const struct driver *d,
    const struct node *group)
{
	const struct member *m;
	size_t i, k;

	for (k = 0; k < group->n; k++) {
		const char *name = group->kids[k].name;
		bool known = has_member(d, name), seen = false;

		for (i = 0; i < ARRAY_SIZE(drivers) && !known; i++)
			for (m = drivers[i].members; m->name && !seen; m++)
				seen = strcmp(m->name, name) == 0;
		if (!known && seen)
			wrong(l, &group->kids[k], "%s: a database of %s has "
			    "no '%s'", label(l, o), d->name, name);
	}
}

static bool
is_reference(const char *s)
{
	return strncmp(s, "file:", 5) == 0 || strncmp(s, "env:", 4) == 0 ||
	    strncmp(s, "cred:", 5) == 0;
}

static void
review_dsn(struct load *l, const struct object *o, const struct node *n)
{
	const char *p;

	for (p = n->text; *p; p++)
		if (strncasecmp(p, "password=", 9) == 0 ||
		    strncasecmp(p, "pwd=", 4) == 0) {
			doubtful(l, n, "%s: a password in the configuration: "
			    "write all of it to a file, and here "
			    "\"file:/path\", or use \"service=NAME\"",
			    label(l, o));
			return;
		}
}

/* A size in bytes, as a number or as "100GiB"; 0 after a finding. */
static int64_t
size_of(struct load *l, const struct object *o, const char *name,
    const struct node *n)
{
	int64_t bytes = n->integer;

	if (n->type == NODE_STRING ?
	    size_parse(n->text, &bytes) == 0 && bytes > 0 :
	    n->type == NODE_INT && bytes > 0)
		return bytes;
	wrong(l, n, "%s: '%s' is a size such as \"100GiB\", %s found",
	    label(l, o), name, node_seen(n, l->scratch));
	return 0;
}

/* A program and its words. */
static json_t *
words_value(struct load *l, const struct object *o, const char *name,
    const struct node *n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < node_count(n); i++) {
		const struct node *e = node_element(n, i);

		if (e->type != NODE_STRING) {
			wrong(l, e, "%s: '%s' is a list of texts, %s found",
			    label(l, o), name, node_seen(e, l->scratch));
			json_decref(list);
			return NULL;
		}
		(void)json_array_append_new(list, json_string(e->text));
	}
	return list;
}

/* What stands there, for the worker; owned, NULL after a finding. */
static json_t *
member_value(struct load *l, const struct object *o, const struct driver *d,
    const struct member *m, const struct node *n)
{
	bool secret = n->type == NODE_STRING && is_reference(n->text);

	if (m->type == MEMBER_LIST)
		return words_value(l, o, m->name, n);
	if (m->type == MEMBER_BOOL && n->type == NODE_BOOL)
		return json_boolean(n->integer);
	if (m->type == MEMBER_BOOL) {
		wrong(l, n, "%s: '%s' is true or false, %s found",
		    label(l, o), m->name, node_seen(n, l->scratch));
		return NULL;
	}
	if (m->type == MEMBER_SIZE)
		return json_integer(size_of(l, o, m->name, n));
	if (n->type != NODE_STRING || n->text[0] == '\0') {
		wrong(l, n, "%s: a database of %s needs '%s', text",
		    label(l, o), d->name, m->name);
		return NULL;
	}
	if (m->type == MEMBER_PATH && n->text[0] != '/')
		doubtful(l, n, "%s: the path does not begin with '/': it "
		    "depends on where the daemon is started", label(l, o));
	if (m->type == MEMBER_SECRET && !secret) {
		wrong(l, n, "%s: '%s' is a secret and does not stand in "
		    "conf.d: write \"file:/path\", \"env:NAME\" or "
		    "\"cred:NAME\"", label(l, o), m->name);
		return NULL;
	}
	if (m->type == MEMBER_SECRET || (m->type == MEMBER_DSN && secret)) {
		secret_review(l, o, m->name, n);
		return json_pack("{s:s}", "secret", n->text);
	}
	if (m->type == MEMBER_DSN)
		review_dsn(l, o, n);
	return json_string(n->text);
}

static void
read_members(struct load *l, const struct object *o, const struct driver *d,
    const struct node *group, json_t *json)
{
	const struct member *m;

	for (m = d->members; m->name; m++) {
		const struct node *n = node_member(group, m->name);
		json_t *v = n ? member_value(l, o, d, m, n) : NULL;

		if (n == NULL && m->required)
			wrong(l, group, "%s: a database of %s needs '%s', "
			    "text", label(l, o), d->name, m->name);
		if (v)
			(void)json_object_set_new(json, m->name, v);
	}
}

/* Sizes, in bytes; what isn't said is absent. */
static void
read_budget(struct load *l, const struct object *o, const struct driver *d,
    const struct node *group, json_t *json)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(budgets); i++) {
		const struct node *n = node_member(group, budgets[i]);
		int64_t bytes;

		if (n == NULL)
			continue;
		bytes = size_of(l, o, budgets[i], n);
		if (bytes > 0 && !d->bills)
			doubtful(l, n, "%s: %s does not say what a query "
			    "costs: '%s' never holds anything back",
			    label(l, o), d->name, budgets[i]);
		json_put_int(json, budgets[i], bytes);
	}
	if (json_object_get(json, budgets[1]) &&
	    json_object_get(json, budgets[0]) == NULL)
		wrong(l, node_member(group, budgets[1]), "%s: '%s' is a "
		    "share of '%s', which is not there", label(l, o),
		    budgets[1], budgets[0]);
}

/* {"name", "driver", ...}, a secret as its reference; owned by the load,
 * NULL after a finding. */
static json_t *
read_database(struct load *l, const struct object *o, const char *name,
    const struct node *group)
{
	const struct driver *d = driver_of(l, o, group);
	json_t *json;

	if (d == NULL)
		return NULL;
	json = json_pack("{s:s, s:s}", "name", name, "driver", d->name);
	(void)json_array_append_new(l->databases, json);
	read_members(l, o, d, group, json);
	refuse_foreign(l, o, d, group);
	read_budget(l, o, d, group, json);
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
		o->database = read_database(l, o, o->name, o->node);
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
	made->database = read_database(l, o, name, n);
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
