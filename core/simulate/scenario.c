/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scenario.c -- reads a scenario: how recorded facts answer checks, and what
 * actions would do.
 *
 * Written in the syntax of conf.d and read by the same reader, so that a
 * mistake is found with file, line and the nearest valid name. Expressions
 * stay text here: which columns there are is known to the reader of the
 * facts only.
 *
 * A scenario is a model, and says less than it could: a check that it
 * mentions nowhere is an error (facts.c), never a check that passes; an
 * action that it does not mention ends well and changes nothing.
 *
 * Lifetimes: everything is in the scenario's arena.
 */
#include "simulate/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "config/guard.h"
#include "config/node.h"
#include "config/read.h"
#include "simulate/former.h"

struct reader {
	struct scenario *s;
	const struct conf *conf;
	struct diag *diag;
};

enum { TAKES_MS = 60000 };      /* a run that nothing is said about */

/*------------------------------------------------------------------ values */

static void
unknown_member(struct reader *r, const struct node *n, const char *what,
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

/* A member's text; NULL: absent, or a finding. */
static const char *
text(struct reader *r, const struct node *group, const char *name)
{
	const struct node *n = node_member(group, name);

	if (n == NULL)
		return NULL;
	if (n->type == NODE_STRING)
		return n->text;
	if (n->type == NODE_INT)
		return arena_printf(r->s->arena, "%lld",
		    (long long)n->integer);
	diag_error(r->diag, AT(n), "%s: expected text, not %s", name,
	    node_seen(n, r->s->arena));
	return NULL;
}

/* An object by the name that stands in a node; NONE with a finding. */
static int32_t
check_named(struct reader *r, const struct node *n)
{
	const struct graph *g = &r->conf->graph;
	struct nearest near;
	int32_t i;

	if (n->type != NODE_STRING) {
		diag_error(r->diag, AT(n), "expected the name of a check, "
		    "not %s", node_seen(n, r->s->arena));
		return NONE;
	}
	i = former_check(r->conf, n->text);
	if (i != NONE)
		return i;
	nearest_start(&near, n->text);
	for (i = 0; i < g->n_checks; i++)
		nearest_try(&near, g->checks[i].name);
	diag_error(r->diag, AT(n), "there is no check '%s'%s%s%s", n->text,
	    near.best ? "; did you mean '" : "", near.best ? near.best : "",
	    near.best ? "'?" : "");
	return NONE;
}

/* A list of checks, or one; what isn't one is a finding. */
static const int32_t *
checks(struct reader *r, const struct node *list, int32_t *ret_n)
{
	size_t n = list ? node_count(list) : 0, i;
	int32_t *v = arena_alloc(r->s->arena, (n + 1) * sizeof *v);

	*ret_n = 0;
	for (i = 0; i < n; i++) {
		int32_t check = check_named(r, node_element(list, i));

		if (check != NONE)
			v[(*ret_n)++] = check;
	}
	return v;
}

static struct origin
origin_of(const struct node *n)
{
	return (struct origin){ n->file ? n->file->path : NULL, n->line };
}

/*------------------------------------------------------------------- facts */

static void
read_arrives(struct reader *r, const struct node *group,
    struct scenario_fact *f)
{
	const struct node *n = node_member(group, "arrives");
	const char *s = text(r, group, "arrives"), *why;

	if (s && due_parse(s, &f->arrives, &why) < 0)
		diag_error(r->diag, AT(n), "arrives = \"%s\": %s", s, why);
}

static void
read_before(struct reader *r, const struct node *group,
    struct scenario_fact *f)
{
	const struct node *n = node_member(group, "before");
	const char *s = text(r, group, "before");

	f->dark = s && strcmp(s, "unknown") == 0;
	if (s && !f->dark && strcmp(s, "nothing") != 0)
		diag_error(r->diag, AT(n), "before = \"%s\": expected "
		    "\"nothing\" or \"unknown\"", s);
}

static void
read_fact(struct reader *r, const struct node *group)
{
	static const char *const known[] = { "check", "value", "expected",
		"missing", "arrives", "before", NULL };
	struct scenario_fact f = { .origin = origin_of(group) };
	const struct node *name;
	size_t i;

	if (group->type != NODE_GROUP) {
		diag_error(r->diag, AT(group), "expected a group such as "
		    "{ check = \"pdc\"; value = \"pdc_rows\"; }");
		return;
	}
	for (i = 0; i < group->n; i++)
		unknown_member(r, &group->kids[i], "a fact", known);
	name = node_member(group, "check");
	if (name == NULL)
		diag_error(r->diag, AT(group), "a fact names its check");
	f.check = name ? check_named(r, name) : NONE;
	f.value = text(r, group, "value");
	f.expected = text(r, group, "expected");
	f.missing = text(r, group, "missing");
	read_arrives(r, group, &f);
	read_before(r, group, &f);
	if (f.check == NONE)
		return;
	if (scenario_fact(r->s, f.check))
		diag_error(r->diag, AT(group), "check '%s' has facts already",
		    r->conf->graph.checks[f.check].name);
	else
		r->s->facts[r->s->n_facts++] = f;
}

/*----------------------------------------------------------------- actions */

static int32_t
action_named(struct reader *r, const struct node *n)
{
	const struct graph *g = &r->conf->graph;
	struct nearest near;
	int32_t i = NONE;

	if (n && n->type == NODE_STRING)
		i = former_action(r->conf, n->text);
	if (n == NULL || n->type != NODE_STRING || i != NONE)
		return i;
	nearest_start(&near, n->text);
	for (i = 0; i < g->n_actions; i++)
		nearest_try(&near, g->actions[i].name);
	diag_error(r->diag, AT(n), "there is no action '%s'%s%s%s", n->text,
	    near.best ? "; did you mean '" : "", near.best ? near.best : "",
	    near.best ? "'?" : "");
	return NONE;
}

static enum run_end
run_end(struct reader *r, const struct node *group)
{
	const struct node *n = node_member(group, "ends");
	const char *s = text(r, group, "ends");

	if (s == NULL || strcmp(s, "done") == 0)
		return RUN_DONE;
	if (strcmp(s, "fails") == 0)
		return RUN_TRANSIENT;
	if (strcmp(s, "fails for good") != 0)
		diag_error(r->diag, AT(n), "ends = \"%s\": expected "
		    "\"done\", \"fails\" or \"fails for good\"", s);
	return RUN_PERMANENT;
}

/* "done", or checks. */
static void
read_brings(struct reader *r, const struct node *group,
    struct scenario_action *a)
{
	const struct node *n = node_member(group, "brings");

	a->brings_done = n && n->type == NODE_STRING &&
	    strcmp(n->text, "done") == 0;
	a->brings = checks(r, a->brings_done ? NULL : n, &a->n_brings);
}

static void
read_action(struct reader *r, const struct node *group)
{
	static const char *const known[] = { "name", "takes", "ends",
		"brings", "makes", NULL };
	struct scenario_action a = { .origin = origin_of(group),
		.takes_ms = TAKES_MS };
	const struct node *n;
	const char *takes;
	size_t i;

	if (group->type != NODE_GROUP) {
		diag_error(r->diag, AT(group), "expected a group such as "
		    "{ name = \"scrape\"; takes = \"2m\"; }");
		return;
	}
	for (i = 0; i < group->n; i++)
		unknown_member(r, &group->kids[i], "an action", known);
	n = node_member(group, "name");
	if (n == NULL || n->type != NODE_STRING)
		diag_error(r->diag, AT(group), "an action has a name");
	a.action = action_named(r, n);
	takes = text(r, group, "takes");
	n = node_member(group, "takes");
	if (takes && duration_parse(takes, &a.takes_ms) < 0)
		diag_error(r->diag, AT(n), "takes = \"%s\": expected a "
		    "duration such as \"90s\"", takes);
	a.ends = run_end(r, group);
	read_brings(r, group, &a);
	a.makes = checks(r, node_member(group, "makes"), &a.n_makes);
	if (a.action == NONE)
		return;
	if (scenario_action(r->s, a.action))
		diag_error(r->diag, AT(group), "action '%s' has a model "
		    "already", r->conf->graph.actions[a.action].name);
	else
		r->s->actions[r->s->n_actions++] = a;
}

/*-------------------------------------------------------------------- file */

static void
read_lists(struct reader *r, const struct node *root)
{
	const struct node *facts = node_member(root, "facts");
	const struct node *actions = node_member(root, "actions");
	size_t n = facts ? node_count(facts) : 0, i;

	r->s->facts = arena_alloc(r->s->arena,
	    (n + 1) * sizeof *r->s->facts);
	for (i = 0; i < n; i++)
		read_fact(r, node_element(facts, i));
	n = actions ? node_count(actions) : 0;
	r->s->actions = arena_alloc(r->s->arena,
	    (n + 1) * sizeof *r->s->actions);
	for (i = 0; i < n; i++)
		read_action(r, node_element(actions, i));
	r->s->unmeasured = checks(r, node_member(root, "unmeasured"),
	    &r->s->n_unmeasured);
	for (i = 0; i < (size_t)r->s->n_unmeasured; i++) {
		const struct scenario_fact *f = scenario_fact(r->s,
		    r->s->unmeasured[i]);

		if (f)
			diag_error(r->diag, f->origin.file, f->origin.line,
			    "check '%s' has facts and is listed as "
			    "unmeasured", r->conf->graph.checks[f->check].
			    name);
	}
}

static void
read_root(struct reader *r, const struct node *root)
{
	static const char *const known[] = { "date", "from", "to", "until",
		"facts", "unmeasured", "actions", NULL };
	struct scenario *s = r->s;
	const struct node *n;
	size_t i;

	for (i = 0; i < root->n; i++)
		unknown_member(r, &root->kids[i], "a scenario", known);
	s->date_column = text(r, root, "date");
	if (s->date_column == NULL)
		s->date_column = "date";
	s->from = text(r, root, "from");
	s->to = text(r, root, "to");
	s->until = text(r, root, "until");
	if ((n = node_member(root, "from")))
		s->from_at = origin_of(n);
	if ((n = node_member(root, "to")))
		s->to_at = origin_of(n);
	if ((n = node_member(root, "until")))
		s->until_at = origin_of(n);
	read_lists(r, root);
}

struct scenario *
scenario_load(const char *path, const struct conf *conf, struct diag *diag)
{
	struct scenario *s = calloc(1, sizeof *s);
	struct reader r = { s, conf, diag };
	struct sources sources = { 0 };
	const struct node empty = { .type = NODE_GROUP }, *root = &empty;
	struct conf_file *file;
	size_t i;

	if (s == NULL)
		abort();
	s->arena = arena_new();
	if (path)
		sources_read(path, s->arena, diag, &sources);
	for (i = 0; i < sources.n && i < 1; i++) {
		file = arena_alloc(s->arena, sizeof *file);
		*file = sources.v[i].file;
		root = NULL;
		if (sources.v[i].bytes && guard_check(file,
		    sources.v[i].bytes, sources.v[i].len, diag))
			root = node_parse(file, sources.v[i].bytes, s->arena,
			    diag);
	}
	if (root)
		read_root(&r, root);
	sources_free(&sources);
	return s;
}

void
scenario_free(struct scenario *s)
{
	if (s == NULL)
		return;
	arena_free(s->arena);
	free(s);
}

/*----------------------------------------------------------------- looking */

const struct scenario_fact *
scenario_fact(const struct scenario *s, int32_t check)
{
	int32_t i;

	for (i = 0; i < s->n_facts; i++)
		if (s->facts[i].check == check)
			return &s->facts[i];
	return NULL;
}

static bool
among(const int32_t *list, int32_t n, int32_t what)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (list[i] == what)
			return true;
	return false;
}

bool
scenario_unmeasured(const struct scenario *s, int32_t check)
{
	return among(s->unmeasured, s->n_unmeasured, check);
}

const struct scenario_action *
scenario_action(const struct scenario *s, int32_t action)
{
	int32_t i;

	for (i = 0; i < s->n_actions; i++)
		if (s->actions[i].action == action)
			return &s->actions[i];
	return NULL;
}

bool
phase_rests_on(const struct phase_def *p, int32_t check)
{
	return p->done_kind == DONE_CHECKS && among(p->done_checks,
	    p->n_done_checks, check);
}

static bool
brought_by(const struct scenario_action *a, const struct graph *g,
    int32_t check)
{
	int32_t i;

	if (among(a->brings, a->n_brings, check))
		return true;
	for (i = 0; a->brings_done && i < g->n_phases; i++)
		if (g->phases[i].start == a->action &&
		    phase_rests_on(&g->phases[i], check))
			return true;
	return false;
}

bool
scenario_brought(const struct scenario *s, const struct graph *g,
    int32_t check)
{
	int32_t i;

	for (i = 0; i < s->n_actions; i++)
		if (brought_by(&s->actions[i], g, check))
			return true;
	return false;
}
