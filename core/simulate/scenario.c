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

#include "base/units.h"
#include "config/guard.h"
#include "config/read.h"
#include "simulate/scenario_read.h"

enum { TAKES_MS = 60000 };      /* a run that nothing is said about */

/*------------------------------------------------------------------- facts */

static void
read_arrives(struct reader *r, const struct node *group,
    struct scenario_fact *f)
{
	const struct node *n = node_member(group, "arrives");
	const char *s = read_text(r, group, "arrives"), *why;

	if (s && due_parse(s, &f->arrives, &why) < 0)
		diag_error(r->diag, AT(n), "arrives = \"%s\": %s", s, why);
}

static void
read_before(struct reader *r, const struct node *group,
    struct scenario_fact *f)
{
	const struct node *n = node_member(group, "before");
	const char *s = read_text(r, group, "before");

	f->dark = s && strcmp(s, "unknown") == 0;
	if (s && !f->dark && strcmp(s, "nothing") != 0)
		diag_error(r->diag, AT(n), "before = \"%s\": expected "
		    "\"nothing\" or \"unknown\"", s);
}

/* Is the first of the base, and the second of the file that has it? */
static bool
other_file(const struct origin *a, const struct origin *b)
{
	return a->file && b->file && strcmp(a->file, b->file) != 0;
}

static bool
keep_fact(struct reader *r, const struct scenario_fact *f)
{
	int32_t i;

	for (i = 0; i < r->s->n_facts; i++) {
		struct scenario_fact *x = &r->s->facts[i];

		if (x->check != f->check)
			continue;
		if (!other_file(&x->origin, &f->origin))
			return false;
		*x = *f;
		return true;
	}
	r->s->facts[r->s->n_facts++] = *f;
	return true;
}

static void
read_fact(struct reader *r, const struct node *group)
{
	static const char *const known[] = { "check", "value", "expected",
		"missing", "arrives", "before", NULL };
	struct scenario_fact f = { .origin = read_origin(group) };
	const struct node *name;

	if (group->type != NODE_GROUP) {
		diag_error(r->diag, AT(group), "expected a group such as "
		    "{ check = \"pdc\"; value = \"pdc_rows\"; }");
		return;
	}
	read_members(r, group, "a fact", known);
	name = node_member(group, "check");
	if (name == NULL)
		diag_error(r->diag, AT(group), "a fact names its check");
	f.check = name ? read_name(r, NAME_CHECK, name) : NONE;
	f.value = read_text(r, group, "value");
	f.expected = read_text(r, group, "expected");
	f.missing = read_text(r, group, "missing");
	read_arrives(r, group, &f);
	read_before(r, group, &f);
	if (f.check != NONE && !keep_fact(r, &f))
		diag_error(r->diag, AT(group), "check '%s' has facts already",
		    r->conf->graph.checks[f.check].name);
}

/*----------------------------------------------------------------- actions */

static enum run_end
run_end(struct reader *r, const struct node *group)
{
	const struct node *n = node_member(group, "ends");
	const char *s = read_text(r, group, "ends");

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
	a->brings = read_checks(r, a->brings_done ? NULL : n, &a->n_brings);
}

void
read_model(struct reader *r, const struct node *group,
    struct scenario_action *a)
{
	const char *takes = read_text(r, group, "takes");
	const struct node *n = node_member(group, "takes");

	a->takes_ms = TAKES_MS;
	if (takes && duration_parse(takes, &a->takes_ms) < 0)
		diag_error(r->diag, AT(n), "takes = \"%s\": expected a "
		    "duration such as \"90s\"", takes);
	a->ends = run_end(r, group);
	read_brings(r, group, a);
	a->makes = read_checks(r, node_member(group, "makes"), &a->n_makes);
	a->breaks = read_checks(r, node_member(group, "breaks"),
	    &a->n_breaks);
}

/* What one names itself goes before what its base says. */
static bool
keep_action(struct reader *r, const struct scenario_action *a)
{
	int32_t i;

	for (i = 0; i < r->s->n_actions; i++) {
		struct scenario_action *x = &r->s->actions[i];

		if (x->action != a->action)
			continue;
		if (!other_file(&x->origin, &a->origin))
			return false;
		*x = *a;
		return true;
	}
	r->s->actions[r->s->n_actions++] = *a;
	return true;
}

static void
read_action(struct reader *r, const struct node *group)
{
	static const char *const known[] = { "name", "takes", "ends",
		"brings", "makes", "breaks", NULL };
	struct scenario_action a = { .origin = read_origin(group) };
	const struct node *n;

	if (group->type != NODE_GROUP) {
		diag_error(r->diag, AT(group), "expected a group such as "
		    "{ name = \"scrape\"; takes = \"2m\"; }");
		return;
	}
	read_members(r, group, "an action", known);
	n = node_member(group, "name");
	if (n == NULL || n->type != NODE_STRING)
		diag_error(r->diag, AT(group), "an action has a name");
	a.action = n && n->type == NODE_STRING ? read_name(r, NAME_ACTION,
	    n) : NONE;
	read_model(r, group, &a);
	if (a.action != NONE && !keep_action(r, &a))
		diag_error(r->diag, AT(group), "action '%s' has a model "
		    "already", r->conf->graph.actions[a.action].name);
}

/*-------------------------------------------------------------------- file */

/* Room for more, with what is there. */
static void *
more_room(struct reader *r, const void *v, size_t n, size_t more,
    size_t size)
{
	void *new = arena_alloc(r->s->arena, (n + more + 1) * size);

	if (n > 0)
		memcpy(new, v, n * size);
	return new;
}

static void
read_unmeasured(struct reader *r, const struct node *list)
{
	int32_t n, i;
	const int32_t *v = read_checks(r, list, &n);
	int32_t *all = more_room(r, r->s->unmeasured,
	    (size_t)r->s->n_unmeasured, (size_t)n, sizeof *all);

	for (i = 0; i < n; i++)
		all[r->s->n_unmeasured++] = v[i];
	r->s->unmeasured = all;
}

static void
read_lists(struct reader *r, const struct node *root)
{
	const struct node *facts = node_member(root, "facts");
	const struct node *actions = node_member(root, "actions");
	size_t n = facts ? node_count(facts) : 0, i;

	r->s->facts = more_room(r, r->s->facts, (size_t)r->s->n_facts, n,
	    sizeof *r->s->facts);
	for (i = 0; i < n; i++)
		read_fact(r, node_element(facts, i));
	n = actions ? node_count(actions) : 0;
	r->s->actions = more_room(r, r->s->actions, (size_t)r->s->n_actions,
	    n, sizeof *r->s->actions);
	for (i = 0; i < n; i++)
		read_action(r, node_element(actions, i));
	read_unmeasured(r, node_member(root, "unmeasured"));
	read_recorded(r, node_member(root, "recorded"));
	read_events(r, node_member(root, "events"));
	read_about(r, node_member(root, "about"));
	read_expects(r, node_member(root, "expect"));
}

static bool
is_recorded(const struct scenario *s, int32_t check)
{
	int32_t i;

	for (i = 0; i < s->n_readings; i++)
		if (s->readings[i].check == check)
			return true;
	return false;
}

/* What was recorded isn't assumed, whatever a base says. */
static void
drop_recorded(struct reader *r)
{
	struct scenario *s = r->s;
	int32_t *v = arena_alloc(s->arena, ((size_t)s->n_unmeasured + 1) *
	    sizeof *v), n = 0, i;

	for (i = 0; i < s->n_unmeasured; i++)
		if (!is_recorded(s, s->unmeasured[i]))
			v[n++] = s->unmeasured[i];
	s->unmeasured = v;
	s->n_unmeasured = n;
}

static void
find_contradictions(struct reader *r)
{
	int32_t i;

	for (i = 0; i < r->s->n_unmeasured; i++) {
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
read_range(struct reader *r, const struct node *root, const char *name,
    const char **ret, struct origin *ret_at)
{
	const struct node *n = node_member(root, name);

	if (n == NULL)
		return;
	*ret = read_text(r, root, name);
	*ret_at = read_origin(n);
}

static void
read_root(struct reader *r, const struct node *root)
{
	static const char *const known[] = { "date", "from", "to", "until",
		"facts", "unmeasured", "actions", "recorded", "events",
		"expect", "about", "base", "config", NULL };
	struct scenario *s = r->s;

	read_members(r, root, "a scenario", known);
	if (node_member(root, "date"))
		s->date_column = read_text(r, root, "date");
	if (s->date_column == NULL)
		s->date_column = "date";
	read_range(r, root, "from", &s->from, &s->from_at);
	read_range(r, root, "to", &s->to, &s->to_at);
	read_range(r, root, "until", &s->until, &s->until_at);
	read_lists(r, root);
}

/* The nodes of a file; NULL after a finding. */
static const struct node *
parse(const char *path, struct arena *arena, struct diag *diag)
{
	struct sources sources = { 0 };
	const struct node *root = NULL;
	struct conf_file *file;

	sources_read(path, arena, diag, &sources);
	if (sources.n > 0 && sources.v[0].bytes) {
		file = arena_alloc(arena, sizeof *file);
		*file = sources.v[0].file;
		if (guard_check(file, sources.v[0].bytes, sources.v[0].len,
		    diag))
			root = node_parse(file, sources.v[0].bytes, arena,
			    diag);
	}
	sources_free(&sources);
	return root;
}

/* A file that another names, beside it. */
static const char *
beside(const char *path, const char *name, struct arena *arena)
{
	const char *slash = strrchr(path, '/');

	return name[0] == '/' || slash == NULL ? name : arena_printf(arena,
	    "%.*s/%s", (int)(slash - path), path, name);
}

static void
read_base(struct reader *r, const char *path, const struct node *root)
{
	const char *name = read_text(r, root, "base");
	const struct node *base;

	if (name == NULL)
		return;
	base = parse(beside(path, name, r->s->arena), r->s->arena, r->diag);
	if (base && node_member(base, "base"))
		diag_error(r->diag, AT(node_member(base, "base")), "a base "
		    "has no base of its own");
	else if (base)
		read_root(r, base);
}

char *
scenario_config(const char *path)
{
	CLEANUP_DIAG struct diag unheard;
	struct arena *arena = arena_new();
	const struct node *root, *n;
	char *config = NULL;

	diag_init(&unheard);
	root = parse(path, arena, &unheard);
	n = root ? node_member(root, "config") : NULL;
	if (n && n->type == NODE_STRING)
		config = strdup(beside(path, n->text, arena));
	arena_free(arena);
	return config;
}

struct scenario *
scenario_load(const char *path, const struct conf *conf, struct diag *diag)
{
	struct scenario *s = calloc(1, sizeof *s);
	struct reader r = { s, conf, diag };
	const struct node empty = { .type = NODE_GROUP }, *root = &empty;

	if (s == NULL)
		abort();
	s->arena = arena_new();
	s->about.began = INSTANT_NONE;
	if (path)
		root = parse(path, s->arena, diag);
	if (root && path)
		read_base(&r, path, root);
	if (root)
		read_root(&r, root);
	drop_recorded(&r);
	find_contradictions(&r);
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
	    p->n_done_checks + p->done_joiners.n, check);
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
	for (i = 0; i < s->n_events; i++)
		if (s->events[i].kind == HAPPENS_MODEL &&
		    brought_by(&s->events[i].model, g, check))
			return true;
	return false;
}
