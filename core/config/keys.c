/* SPDX-License-Identifier: BSD-2-Clause
 *
 * keys.c -- the members of a group, read by a table.
 *
 * Every member is looked at once. A value comes from the object, else from
 * its pipeline (where the table says so), else from the default; the place
 * where it was found goes with it into `--resolved`. A pipeline's wrong
 * default is told of at the pipeline, and not again at each object that
 * inherits it.
 *
 * A member that is missing is not also told of when another one was probably
 * meant to be it: one mistake, one finding.
 */
#include "config/keys.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "base/units.h"

const struct key *
key_find(const struct key *k, const char *name)
{
	for (; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

/*------------------------------------------------------------------ values */

/* One value on its way into a definition. */
struct value {
	struct load *l;
	const struct object *o; /* NULL: top level */
	const struct key *key;
	const char *prefix;     /* "retry." */
	const struct node *node;
	void *to;               /* NULL: only to be checked */
};

static void
expected(const struct value *v, const char *what)
{
	wrong(v->l, v->node, "%s: '%s%s' is %s, %s found", label(v->l, v->o),
	    v->prefix, v->key->name, what, node_seen(v->node,
	    v->l->scratch));
}

#define PUT(v, type, x) \
	do { \
		if ((v)->to) \
			*(type *)(v)->to = (x); \
	} while (0)

static bool
in_bounds(const struct value *v, double x, const char *min, const char *max)
{
	const struct key *k = v->key;

	if ((k->min == 0 && k->max == 0) ||
	    (x >= (double)k->min && x <= (double)k->max))
		return true;
	wrong(v->l, v->node, "%s: '%s%s' is out of range, expected %s to %s",
	    label(v->l, v->o), v->prefix, k->name, min, max);
	return false;
}

static bool
number_in_bounds(const struct value *v, double x)
{
	char min[24], max[24];

	(void)snprintf(min, sizeof min, "%lld", (long long)v->key->min);
	(void)snprintf(max, sizeof max, "%lld", (long long)v->key->max);
	return in_bounds(v, x, min, max);
}

static void
read_text(const struct value *v)
{
	if (v->node->type != NODE_STRING || v->node->text[0] == '\0')
		expected(v, "text");
	else
		PUT(v, const char *, arena_strdup(v->l->arena,
		    v->node->text));
}

static void
read_int(const struct value *v)
{
	if (v->node->type != NODE_INT)
		expected(v, "an integer");
	else if (number_in_bounds(v, (double)v->node->integer))
		PUT(v, int32_t, (int32_t)v->node->integer);
}

static void
read_number(const struct value *v)
{
	double x = v->node->type == NODE_INT ? (double)v->node->integer :
	    v->node->number;

	if (v->node->type != NODE_INT && v->node->type != NODE_FLOAT)
		expected(v, "a number");
	else if (number_in_bounds(v, x))
		PUT(v, double, x);
}

static void
read_bool(const struct value *v)
{
	if (v->node->type != NODE_BOOL)
		expected(v, "true or false");
	else
		PUT(v, bool, v->node->integer != 0);
}

static bool
read_ms(const struct value *v, int64_t *ret)
{
	char min[DURATION_TEXT], max[DURATION_TEXT];
	const char *s = v->node->type == NODE_STRING ? v->node->text :
	    v->node->type == NODE_INT && v->node->integer == 0 ? "0" : NULL;
	int r = s ? duration_parse(s, ret) : -EINVAL;

	if (r == -EINVAL) {
		expected(v, "a duration such as \"90s\" or \"1h30m\"");
		return false;
	}
	if (r == -ERANGE)
		*ret = INT64_MAX;
	return in_bounds(v, (double)*ret, duration_text(v->key->min, min),
	    duration_text(v->key->max, max));
}

static void
read_duration(const struct value *v)
{
	int64_t ms;

	if (read_ms(v, &ms))
		PUT(v, int64_t, ms);
}

/* Where others count in seconds, their numbers may stand as they are. */
static void
read_seconds(const struct value *v)
{
	double ms = v->node->type == NODE_INT ? (double)v->node->integer :
	    v->node->number;
	char min[DURATION_TEXT], max[DURATION_TEXT];

	if (v->node->type != NODE_INT && v->node->type != NODE_FLOAT) {
		read_duration(v);
		return;
	}
	ms *= 1000;
	if (in_bounds(v, ms, duration_text(v->key->min, min),
	    duration_text(v->key->max, max)))
		PUT(v, int64_t, (int64_t)(ms + 0.5));
}

static void
read_days(const struct value *v)
{
	const int64_t day = 86400000;
	struct key in_ms = *v->key;
	struct value w = *v;
	int64_t ms;

	in_ms.min *= day;
	in_ms.max *= day;
	w.key = &in_ms;
	if (!read_ms(&w, &ms))
		return;
	if (ms % day != 0)
		expected(v, "a number of whole days such as \"30d\"");
	else
		PUT(v, int32_t, (int32_t)(ms / day));
}

static void
read_choice(const struct value *v)
{
	const struct choice *c = v->key->choices;
	CLEANUP_TEXT struct text t = { 0 };
	struct nearest near;

	if (v->node->type == NODE_STRING) {
		nearest_start(&near, v->node->text);
		for (; c->name; c++) {
			if (strcmp(c->name, v->node->text) == 0) {
				PUT(v, int, c->value);
				return;
			}
			nearest_try(&near, c->name);
		}
	}
	text_add(&t, "one of");
	for (c = v->key->choices; c->name; c++)
		text_addf(&t, "%s %s", c == v->key->choices ? "" : ",",
		    c->name);
	expected(v, text_str(&t));
}

static void
read_due(const struct value *v)
{
	struct due due;
	const char *why = "expected '+6h' (after the anchor), '+1d 11:00' or "
	    "'11:00' (wall clock)";

	if (v->node->type == NODE_STRING &&
	    due_parse(v->node->text, &due, &why) == 0) {
		PUT(v, struct due, due);
		return;
	}
	wrong(v->l, v->node, "%s: '%s' can't be %s: %s", label(v->l, v->o),
	    v->key->name, node_seen(v->node, v->l->scratch), why);
}

static void
read_time(const struct value *v)
{
	int32_t s;

	if (v->node->type != NODE_STRING ||
	    clock_time_parse(v->node->text, &s) < 0)
		expected(v, "a time of day such as \"04:00\"");
	else
		PUT(v, int32_t, s);
}

static void
read_cron(const struct value *v)
{
	struct schedule s = { .kind = SCHEDULE_CRON };
	const char *why = "expected five fields such as \"*/10 6-12 * * *\"";

	if (v->node->type == NODE_STRING &&
	    cron_parse(v->node->text, &s.cron, &why) == 0) {
		PUT(v, struct schedule, s);
		return;
	}
	wrong(v->l, v->node, "%s: '%s' can't be %s: %s", label(v->l, v->o),
	    v->key->name, node_seen(v->node, v->l->scratch), why);
}

/* "99.5%": the number before the sign. */
static bool
percent(const char *s, double *ret)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*ret = strtod(s, &end);
	return strcmp(end, "%") == 0 && *ret <= 1000000;
}

static void
read_limit(const struct value *v)
{
	const struct node *n = v->node;
	struct limit limit = { LIMIT_ABSOLUTE, 0 };

	if (n->type == NODE_INT) {
		limit.at = (double)n->integer;
	} else if (n->type == NODE_FLOAT) {
		limit.at = n->number;
	} else if (v->key->type == KEY_LIMIT && n->type == NODE_STRING &&
	    percent(n->text, &limit.at)) {
		limit.kind = LIMIT_PERCENT;
	} else {
		expected(v, v->key->type == KEY_LIMIT ?
		    "a number, or a percentage such as \"90%\"" :
		    "a number");
		return;
	}
	PUT(v, struct limit, limit);
}

static void read_group(const struct value *);

static void
read_value(const struct value *v)
{
	static void (*const readers[])(const struct value *) = {
		[KEY_TEXT] = read_text, [KEY_INT] = read_int,
		[KEY_NUMBER] = read_number, [KEY_BOOL] = read_bool,
		[KEY_DURATION] = read_duration,
		[KEY_SECONDS] = read_seconds, [KEY_DAYS] = read_days,
		[KEY_CHOICE] = read_choice, [KEY_DUE] = read_due,
		[KEY_TIME] = read_time, [KEY_CRON] = read_cron,
		[KEY_LIMIT] = read_limit, [KEY_ABSOLUTE] = read_limit,
		[KEY_GROUP] = read_group,
	};

	readers[v->key->type](v);
}

/*----------------------------------------------------------------- members */

static void *
at_offset(void *dst, const struct key *k)
{
	return dst == NULL || k->at == NOWHERE ? NULL : (char *)dst + k->at;
}

/* Defaults are constants of ours, read as if they stood in a file. */
static void
fallback_node(const struct key *k, struct node *ret)
{
	*ret = (struct node){ .type = NODE_STRING, .text = k->fallback };
	if (k->type == KEY_INT) {
		ret->type = NODE_INT;
		ret->integer = strtoll(k->fallback, NULL, 10);
	} else if (k->type == KEY_NUMBER) {
		ret->type = NODE_FLOAT;
		ret->number = strtod(k->fallback, NULL);
	} else if (k->type == KEY_BOOL) {
		ret->type = NODE_BOOL;
		ret->integer = strcmp(k->fallback, "true") == 0;
	}
}

/* The members of one group. */
struct reading {
	struct load *l;
	const struct object *o;
	const struct node *group;       /* NULL: only defaults */
	const struct node *inherited;   /* the pipeline's; NULL: none */
	const char *prefix;     /* "retry." */
	void *dst;
};

static void
missing(const struct reading *r, const struct key *k)
{
	size_t i;

	for (i = 0; i < r->l->n_guess; i++)
		if (strcmp(r->l->guess[i], k->name) == 0)
			return;
	wrong(r->l, r->group, "%s: '%s%s' is missing: %s", label(r->l, r->o),
	    r->prefix, k->name, k->help);
}

static void
note(const struct reading *r, const struct key *k, const struct node *n)
{
	if (r->l->resolved && n->type != NODE_GROUP)
		resolve_note(r->l, r->o, arena_printf(r->l->scratch, "%s%s",
		    r->prefix, k->name), node_json(n), n);
}

static void read_key(const struct reading *, const struct key *);

/* A group that isn't there still has its members' defaults. */
static void
read_absent_group(const struct reading *r, const struct key *k, void *to)
{
	struct reading sub = { .l = r->l, .o = r->o, .dst = to };
	const struct key *m;

	sub.prefix = r->l->resolved == NULL ? "" :
	    arena_printf(r->l->scratch, "%s.", k->name);
	for (m = k->members; m->name; m++)
		if ((m->flags & KEY_REQUIRED) == 0)
			read_key(&sub, m);
}

static void
read_key(const struct reading *r, const struct key *k)
{
	struct value v = { .l = r->l, .o = r->o, .key = k,
		.prefix = r->prefix, .to = at_offset(r->dst, k) };
	bool was_quiet = r->l->quiet;
	struct node made;

	if (r->group)
		v.node = node_member(r->group, k->name);
	if (v.node == NULL && (k->flags & KEY_INHERITED) && r->inherited) {
		v.node = node_member(r->inherited, k->name);
		r->l->quiet = true;
	}
	if (v.node == NULL && (k->flags & KEY_REQUIRED))
		missing(r, k);
	if (v.node == NULL && k->fallback) {
		fallback_node(k, &made);
		v.node = &made;
	}
	if (v.node) {
		note(r, k, v.node);
		if (k->type != KEY_REFERENCE && k->type != KEY_OTHER)
			read_value(&v);
	} else if (k->type == KEY_GROUP && (k->flags & KEY_BARE) == 0) {
		read_absent_group(r, k, v.to);
	}
	r->l->quiet = was_quiet;
}

static void
unknown(const struct reading *r, const struct node *n,
    const struct key *keys, const struct plugin *plugin)
{
	struct load *l = r->l;
	struct nearest near;
	size_t i;

	nearest_start(&near, n->name);
	for (; keys->name; keys++)
		nearest_try(&near, keys->name);
	for (i = 0; plugin && i < plugin->n_options; i++)
		nearest_try(&near, plugin->options[i].name);
	if (near.best && l->n_guess < GUESSES)
		l->guess[l->n_guess++] = near.best;
	wrong(l, n, "%s: unknown option '%s%s'%s%s", label(l, r->o),
	    r->prefix, n->name, plugin ? arena_printf(l->scratch,
	    " (plugin %s)", plugin->name) : "", did_you_mean(l, near.best));
}

/* Finds members that neither a table nor a plugin knows. */
static void
check_members(const struct reading *r, const struct key *keys,
    const struct plugin *plugin)
{
	size_t i;

	for (i = 0; i < r->group->n; i++) {
		const struct node *n = &r->group->kids[i];

		if (key_find(keys, n->name) == NULL && (plugin == NULL ||
		    option_find(plugin->options, plugin->n_options,
		    n->name) == NULL))
			unknown(r, n, keys, plugin);
	}
}

static void
read_group(const struct value *v)
{
	struct reading r = { .l = v->l, .o = v->o, .group = v->node,
		.prefix = arena_printf(v->l->scratch, "%s.", v->key->name),
		.dst = v->to };
	const struct key *m = v->key->members;

	if (v->node->type != NODE_GROUP) {
		expected(v, "a group { ... }");
		return;
	}
	if (v->key->members_of)
		m = v->key->members_of(v->node);
	check_members(&r, m, NULL);
	for (; m->name; m++)
		read_key(&r, m);
}

const struct node *
member_or_inherited(const struct object *o, const char *name)
{
	const struct node *n = node_member(o->node, name);

	return n || o->pipeline == NULL || o->pipeline == o ? n :
	    node_member(o->pipeline->node, name);
}

void
keys_read(struct load *l, const struct object *o, const struct key *keys,
    void *dst)
{
	struct reading r = { .l = l, .o = o, .prefix = "", .dst = dst,
		.group = o ? o->node : &l->settings };

	l->n_guess = 0;
	if (o && o->pipeline && o->pipeline != o)
		r.inherited = o->pipeline->node;
	/* of a plugin that isn't there nobody knows the options */
	if (o && (o->plugin ? o->plugin->error == 0 :
	    key_find(keys, "plugin") == NULL || o->kind == KIND_DATABASE ||
	    (o->kind == KIND_INVENTORY && node_member(o->node, "plugin") ==
	    NULL)))
		check_members(&r, keys, o->plugin);
	for (; keys->name; keys++)
		read_key(&r, keys);
}
