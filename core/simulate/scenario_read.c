/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scenario_read.c -- values, names and times of a scenario.
 *
 * What the readers of its parts share. A value that won't do is a finding
 * with its place, what was expected, and the nearest valid name; the reader
 * goes on, so that all of them are said at once. What a reader gets in place
 * of such a value is harmless: nothing that was read is used after a
 * finding.
 *
 * Names are those of the configuration that the scenario is played on.
 */
#include "simulate/scenario_read.h"

#include <string.h>

#include "base/nearest.h"
#include "base/text.h"

/*------------------------------------------------------------------ values */

void
read_member(struct reader *r, const struct node *n, const char *what,
    const char *const *known)
{
	struct nearest near;
	size_t i;

	nearest_start(&near, n->name);
	for (i = 0; known[i]; i++) {
		if (strcmp(known[i], n->name) == 0)
			return;
		nearest_try(&near, known[i]);
	}
	if (near.best)
		diag_error(r->diag, AT(n), "%s has no '%s'; did you mean "
		    "'%s'?", what, n->name, near.best);
	else
		diag_error(r->diag, AT(n), "%s has no '%s'", what, n->name);
}

void
read_members(struct reader *r, const struct node *group, const char *what,
    const char *const *known)
{
	size_t i;

	for (i = 0; i < group->n; i++)
		read_member(r, &group->kids[i], what, known);
}

const char *
read_text_of(struct reader *r, const struct node *n)
{
	if (n->type == NODE_STRING)
		return n->text;
	if (n->type == NODE_INT)
		return arena_printf(r->s->arena, "%lld",
		    (long long)n->integer);
	diag_error(r->diag, AT(n), "%s%sexpected text, not %s", n->name ?
	    n->name : "", n->name ? ": " : "", node_seen(n, r->s->arena));
	return NULL;
}

const char *
read_text(struct reader *r, const struct node *group, const char *name)
{
	const struct node *n = node_member(group, name);

	return n ? read_text_of(r, n) : NULL;
}

int64_t
read_count(struct reader *r, const struct node *group, const char *name)
{
	const struct node *n = node_member(group, name);

	if (n == NULL)
		return -1;
	if (n->type == NODE_INT && n->integer >= 0)
		return n->integer;
	diag_error(r->diag, AT(n), "%s: expected a count, not %s", name,
	    node_seen(n, r->s->arena));
	return -1;
}

int
read_flag(struct reader *r, const struct node *group, const char *name)
{
	const struct node *n = node_member(group, name);

	if (n == NULL)
		return -1;
	if (n->type == NODE_BOOL)
		return n->integer != 0;
	diag_error(r->diag, AT(n), "%s: expected true or false, not %s",
	    name, node_seen(n, r->s->arena));
	return -1;
}

bool
read_date(struct reader *r, const struct node *group, const char *name,
    struct date *ret)
{
	const char *s = read_text(r, group, name);

	if (s == NULL)
		return false;
	if (date_parse(s, ret) == 0)
		return true;
	diag_error(r->diag, AT(node_member(group, name)), "%s = \"%s\" is no "
	    "date; expected YYYY-MM-DD", name, s);
	return false;
}

int32_t
read_word(struct reader *r, const struct node *group, const char *name,
    const char *const *words)
{
	const char *s = read_text(r, group, name);
	CLEANUP_TEXT struct text t = { 0 };
	int32_t i;

	if (s == NULL)
		return NONE;
	for (i = 0; words[i]; i++)
		if (strcmp(words[i], s) == 0)
			return i;
	for (i = 0; words[i]; i++)
		text_addf(&t, "%s%s", i == 0 ? "" : words[i + 1] ? ", " :
		    " or ", words[i]);
	diag_error(r->diag, AT(node_member(group, name)), "%s = \"%s\": "
	    "expected %s", name, s, text_str(&t));
	return NONE;
}

struct origin
read_origin(const struct node *n)
{
	return (struct origin){ n->file ? n->file->path : NULL, n->line };
}

/*------------------------------------------------------------------- names */

/* The i-th object of a kind; NULL: past the end. */
static const char *
name_at(const struct conf *c, enum name_kind kind, int32_t i)
{
	const struct graph *g = &c->graph;

	switch (kind) {
	case NAME_CHECK:
		return i < g->n_checks ? g->checks[i].name : NULL;
	case NAME_PHASE:
		return i < g->n_phases ? g->phases[i].name : NULL;
	case NAME_GATE:
		return i < g->n_gates ? g->gates[i].name : NULL;
	case NAME_RECOVERY:
		return i < g->n_recoveries ? g->recoveries[i].name : NULL;
	case NAME_ACTION:
		return i < g->n_actions ? g->actions[i].name : NULL;
	case NAME_PIPELINE:
		return i < g->n_pipelines ? g->pipelines[i].name : NULL;
	case NAME_NOTIFIER:
		break;
	}
	return i >= c->n_instances ? NULL : c->instances[i].kind ==
	    INSTANCE_NOTIFIER ? c->instances[i].name : "";
}

static const char *
kind_word(enum name_kind kind)
{
	static const char *const words[] = { "a check", "a phase", "a gate",
		"a recovery", "an action", "a pipeline", "a notifier" };

	return words[kind];
}

static int32_t
find_now(const struct conf *c, enum name_kind kind, const char *name)
{
	const char *s;
	int32_t i;

	for (i = 0; (s = name_at(c, kind, i)); i++)
		if (strcmp(s, name) == 0)
			return i;
	return NONE;
}

/* A scenario may be older than the configuration: what an object was called
 * (`was`) is still its, where no other is called so. */
int32_t
find_name(const struct conf *c, enum name_kind kind, const char *name)
{
	const char *word = strchr(kind_word(kind), ' ') + 1;
	int32_t now = find_now(c, kind, name), i;

	for (i = 0; now == NONE && i < c->n_renames; i++)
		if (strcmp(c->renames[i][0], word) == 0 &&
		    strcmp(c->renames[i][1], name) == 0)
			now = find_now(c, kind, c->renames[i][2]);
	return now;
}

static void
try_names(struct nearest *near, const struct conf *c, enum name_kind kind)
{
	const char *s;
	int32_t i;

	for (i = 0; (s = name_at(c, kind, i)); i++)
		if (*s)
			nearest_try(near, s);
}

static void
no_such(struct reader *r, const struct node *n, const char *what,
    const struct nearest *near)
{
	diag_error(r->diag, AT(n), "there is no %s '%s'%s%s%s", what,
	    n->text, near->best ? "; did you mean '" : "", near->best ?
	    near->best : "", near->best ? "'?" : "");
}

int32_t
read_name(struct reader *r, enum name_kind kind, const struct node *n)
{
	const char *what = strchr(kind_word(kind), ' ') + 1;
	struct nearest near;
	int32_t i;

	if (n->type != NODE_STRING) {
		diag_error(r->diag, AT(n), "expected the name of %s, not %s",
		    kind_word(kind), node_seen(n, r->s->arena));
		return NONE;
	}
	i = find_name(r->conf, kind, n->text);
	if (i != NONE)
		return i;
	nearest_start(&near, n->text);
	try_names(&near, r->conf, kind);
	no_such(r, n, what, &near);
	return NONE;
}

const int32_t *
read_checks(struct reader *r, const struct node *list, int32_t *ret_n)
{
	size_t n = list ? node_count(list) : 0, i;
	int32_t *v = arena_alloc(r->s->arena, (n + 1) * sizeof *v);

	*ret_n = 0;
	for (i = 0; i < n; i++) {
		int32_t check = read_name(r, NAME_CHECK, node_element(list,
		    i));

		if (check != NONE)
			v[(*ret_n)++] = check;
	}
	return v;
}

const char *
read_root_name(struct reader *r, const struct node *group, const char *name)
{
	static const enum name_kind kinds[] = { NAME_PHASE, NAME_GATE,
		NAME_CHECK };
	const struct node *n = node_member(group, name);
	struct nearest near;
	size_t i;

	if (n == NULL || read_text(r, group, name) == NULL)
		return NULL;
	nearest_start(&near, n->text);
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		int32_t index = find_name(r->conf, kinds[i], n->text);

		if (index != NONE)
			return name_at(r->conf, kinds[i], index);
		try_names(&near, r->conf, kinds[i]);
	}
	no_such(r, n, "phase, alarm or check", &near);
	return NULL;
}

/*------------------------------------------------------------------- times */

static const struct zone *
zone_of(const struct reader *r, int32_t pipeline)
{
	const struct graph *g = &r->conf->graph;

	return &g->pipelines[pipeline == NONE ? 0 : pipeline].zone;
}

bool
read_when(struct reader *r, const struct node *n, const char *text,
    struct when *ret)
{
	const char *why;

	*ret = (struct when){ .instant = INSTANT_NONE };
	if (instant_parse(text, zone_of(r, NONE), &ret->instant) == 0)
		return true;
	if (due_parse(text, &ret->due, &why) == 0)
		return true;
	diag_error(r->diag, AT(n), "'%s' is no time: %s; or \"2026-01-17 "
	    "07:00\"", text, why);
	return false;
}

int64_t
when_at(const struct when *w, const struct pipeline_def *p, struct date date)
{
	if (w->instant != INSTANT_NONE)
		return w->instant;
	return due_at(&w->due, &p->zone, date, day_end(&p->zone, date,
	    p->day_ends_s));
}

int64_t
read_instant(struct reader *r, const struct node *group, const char *name,
    int32_t pipeline, const struct date *date)
{
	const struct node *n = node_member(group, name);
	const char *s = read_text(r, group, name);
	struct when w;

	if (s == NULL || !read_when(r, n, s, &w))
		return INSTANT_NONE;
	if (w.instant == INSTANT_NONE && date == NULL) {
		diag_error(r->diag, AT(n), "%s = \"%s\" is a time of a date, "
		    "and there is no 'date' beside it", name, s);
		return INSTANT_NONE;
	}
	return when_at(&w, &r->conf->graph.pipelines[pipeline == NONE ? 0 :
	    pipeline], date ? *date : (struct date){ 0 });
}

/*------------------------------------------------------------------ writing */

static void
add_value(struct text *t, const struct node *n)
{
	size_t i;

	switch (n->type) {
	case NODE_STRING:
		text_add(t, n->text);
		break;
	case NODE_INT:
		text_addf(t, "%lld", (long long)n->integer);
		break;
	case NODE_FLOAT:
		text_addf(t, "%g", n->number);
		break;
	case NODE_BOOL:
		text_add(t, n->integer ? "true" : "false");
		break;
	case NODE_GROUP:
	case NODE_LIST:
		for (i = 0; i < n->n; i++) {
			text_add(t, i > 0 ? " " : "");
			add_value(t, &n->kids[i]);
		}
		break;
	}
}

const char *
read_as_written(struct reader *r, const struct node *group)
{
	CLEANUP_TEXT struct text t = { 0 };
	size_t i;

	for (i = 0; i < group->n; i++) {
		text_addf(&t, "%s%s ", i > 0 ? ", " : "",
		    group->kids[i].name);
		add_value(&t, &group->kids[i]);
	}
	return arena_strdup(r->s->arena, text_str(&t));
}
