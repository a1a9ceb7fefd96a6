/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scenario_recorded.c -- what a scenario itself says that checks read.
 *
 *      recorded = (
 *        { date = "2026-01-13";  through = "2026-01-19";
 *          games = 7;  box_scores = "7/7 at +1d 02:00"; },
 *        { date = "2026-01-16";  pdc = ("0", "151 at 2026-01-20 02:30"); },
 *        { date = "2026-01-17";  check = "odd.name";  value = "unknown"; }
 *      );
 *
 * A group is about a date, or several in a row, and its members are checks.
 * Later groups go before earlier ones, so that what is ordinary is said once
 * and a date that isn't says only what differs.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/scenario_read.h"

struct group {
	struct reader *r;
	struct scenario_reading like;   /* what its readings share */
	struct scenario_reading *v;
	size_t n, cap;
};

static void
keep(struct group *g, const struct scenario_reading *x)
{
	struct scenario_reading *v;

	if (g->n == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 64;
		v = arena_alloc(g->r->s->arena, g->cap * sizeof *v);
		if (g->n > 0)
			memcpy(v, g->v, g->n * sizeof *v);
		g->v = v;
	}
	g->v[g->n++] = *x;
}

/* "5/6", "151": the number, and what is expected. */
static bool
parse_numbers(const char *s, size_t len, double *ret_value,
    double *ret_expected)
{
	const char *end = s + len;
	char *stop;

	*ret_expected = NAN;
	*ret_value = strtod(s, &stop);
	if (stop == s || !isfinite(*ret_value))
		return false;
	if (stop == end)
		return true;
	if (*stop != '/' || stop + 1 == end)
		return false;
	s = stop + 1;
	*ret_expected = strtod(s, &stop);
	return stop == end && isfinite(*ret_expected);
}

static bool
is_word(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && strncmp(s, word, len) == 0;
}

/* "5/6 at +1d 02:00", "unknown at 2026-01-17 07:00", "never". */
static void
read_reading(struct group *g, const struct node *n)
{
	const char *s = read_text_of(g->r, n);
	const char *at = s ? strstr(s, " at ") : NULL;
	size_t len = s == NULL ? 0 : at ? (size_t)(at - s) : strlen(s);
	struct scenario_reading x = g->like;

	if (s == NULL)
		return;
	x.origin = read_origin(n);
	x.value = x.expected = NAN;
	x.timed = at != NULL;
	if (at && !read_when(g->r, n, at + 4, &x.at))
		return;
	x.dark = is_word(s, len, "unknown");
	if (!x.dark && !is_word(s, len, "never") &&
	    !parse_numbers(s, len, &x.value, &x.expected)) {
		diag_error(g->r->diag, AT(n), "'%s' is no reading; expected "
		    "\"5\", \"5/6\", \"5/6 at +1d 02:00\", \"unknown\" or "
		    "\"never\"", s);
		return;
	}
	keep(g, &x);
}

static void
read_readings(struct group *g, int32_t check, const struct node *list)
{
	size_t i;

	g->like.check = check;
	for (i = 0; check != NONE && i < node_count(list); i++)
		read_reading(g, node_element(list, i));
}

static bool
is_reserved(const char *name)
{
	return strcmp(name, "date") == 0 || strcmp(name, "through") == 0 ||
	    strcmp(name, "check") == 0 || strcmp(name, "value") == 0;
}

/* A member is named like a check. */
static void
read_checks_of(struct group *g, const struct node *group)
{
	size_t i;

	for (i = 0; i < group->n; i++) {
		const struct node *n = &group->kids[i];
		struct node name = { .type = NODE_STRING, .text = n->name,
			.file = n->file, .line = n->line };

		if (!is_reserved(n->name))
			read_readings(g, read_name(g->r, NAME_CHECK, &name),
			    n);
	}
}

static void
read_group(struct group *g, const struct node *group)
{
	const struct node *check = node_member(group, "check");
	const struct node *value = node_member(group, "value");

	if (!read_date(g->r, group, "date", &g->like.from)) {
		if (node_member(group, "date") == NULL)
			diag_error(g->r->diag, AT(group), "what was recorded "
			    "names its date");
		return;
	}
	g->like.through = g->like.from;
	if (node_member(group, "through"))
		(void)read_date(g->r, group, "through", &g->like.through);
	if (g->like.through.day < g->like.from.day)
		diag_error(g->r->diag, AT(group), "the last date is before "
		    "the first");
	if ((check == NULL) != (value == NULL))
		diag_error(g->r->diag, AT(group), "'check' and 'value' go "
		    "together");
	else if (check)
		read_readings(g, read_name(g->r, NAME_CHECK, check), value);
	read_checks_of(g, group);
	g->like.group++;
}

void
read_recorded(struct reader *r, const struct node *list)
{
	struct scenario *s = r->s;
	struct group g = { .r = r };
	int32_t i;
	size_t k;

	for (i = 0; i < s->n_readings; i++) {
		keep(&g, &s->readings[i]);
		g.like.group = s->readings[i].group + 1;
	}
	for (k = 0; list && k < node_count(list); k++) {
		const struct node *n = node_element(list, k);

		if (n->type == NODE_GROUP)
			read_group(&g, n);
		else
			diag_error(r->diag, AT(n), "expected a group such as "
			    "{ date = \"2026-01-16\"; pdc = 0; }");
	}
	s->readings = g.v;
	s->n_readings = (int32_t)g.n;
}
