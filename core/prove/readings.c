/* SPDX-License-Identifier: BSD-2-Clause
 *
 * readings.c -- what a check may come to read.
 *
 * A witness need not be likely, but it must be possible. So readings are
 * taken from what was recorded, where there is a record, and otherwise from
 * the edges: nothing, one, each limit and one to each side of it, what is
 * expected and one to each side of that. Of our own plugins it is known what
 * they can say: `file` reads 0 or 1 of 1, `sql` says what is expected only
 * where it is asked for it, `sql_coverage` never has more than is expected,
 * but extras. Another plugin may say anything.
 *
 * A count is never below 0: rows, files, what is covered. What else is read
 * may be, as a balance, or where a limit or a record is below 0 itself.
 */
#include "config.h"

#include "prove/readings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { EDGES = 64 };

/* Values of one expectation, before they are looked through. */
struct edges {
	double v[EDGES];
	size_t n;
};

static struct reading
reading_of(double value, double expected, int64_t extra)
{
	return (struct reading){ .m = { .told = true, .stated = NONE,
		.value = value, .expected = expected, .missing = -1,
		.extra = extra, .anchor = INSTANT_NONE } };
}

struct reading
reading_unknown(void)
{
	struct reading r = reading_of((double)NAN, (double)NAN, -1);

	r.m.told = false;
	return r;
}

static void
add(struct readings *r, struct reading x)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 128;
		r->v = reallocarray(r->v, r->cap, sizeof *r->v);
		if (r->v == NULL)
			abort();
	}
	r->v[r->n++] = x;
}

/*---------------------------------------------------------------- recorded */

/* What was read while a check warmed up was not asked for. */
static bool
is_owed(const struct conf *conf, int32_t check, struct date d)
{
	const struct check_def *c = &conf->graph.checks[check];
	const struct pipeline_def *p = &conf->graph.pipelines[c->pipeline];
	int32_t i, day = -1;

	for (i = 0; i < p->n_seasons; i++)
		if (p->seasons[i].day <= d.day)
			day = d.day - p->seasons[i].day;
	return c->from_day <= 0 || p->n_seasons == 0 || day >= c->from_day;
}

static void
add_recorded(struct readings *r, const struct conf *conf, int32_t check,
    const struct facts *facts)
{
	struct date first, last, d;

	if (facts == NULL || !facts_range(facts, &first, &last))
		return;
	for (d = first; d.day <= last.day; d = date_add(d, 1)) {
		const struct fact *f = facts_at(facts, check, d, INT64_MAX);
		struct reading x;

		if (f == NULL || f->dark || isnan(f->value) ||
		    !is_owed(conf, check, d))
			continue;
		x = reading_of(f->value, f->expected, -1);
		x.m.missing = f->missing;
		x.recorded = true;
		x.date = d;
		r->is_signed |= f->value < 0;
		add(r, x);
		r->n_recorded++;
	}
}

/*------------------------------------------------------------------- edges */

static void
edge(struct edges *e, double v)
{
	if (e->n < EDGES)
		e->v[e->n++] = v;
}

/* A limit, in units, and what lies beside it: whole units, or parts. */
static void
edges_of_limit(struct edges *e, const struct limit *l, double expected,
    bool parts)
{
	double at = l->kind == LIMIT_PERCENT ? l->at * expected / 100 :
	    l->at;

	if (l->kind == LIMIT_NONE || isnan(at))
		return;
	if (parts) {
		edge(e, at);
		edge(e, at / 2);
		return;
	}
	edge(e, ceil(at) - 1);
	edge(e, ceil(at));
	edge(e, floor(at));
	edge(e, floor(at) + 1);
}

static void
edges_of(struct edges *e, const struct limits *l, double expected,
    bool parts)
{
	const struct limit *const limits[] = { &l->fail_below,
		&l->warn_below, &l->warn_above, &l->fail_above };
	size_t i;

	if (!isnan(expected) && !parts) {
		edge(e, expected);
		edge(e, expected - 1);
		edge(e, expected + 1);
	}
	for (i = 0; i < sizeof limits / sizeof limits[0]; i++)
		edges_of_limit(e, limits[i], expected, parts);
	edge(e, 0);
	edge(e, 1);
	edge(e, -1);
}

static void
add_edges(struct readings *r, const struct limits *l, double expected,
    bool extras, bool parts)
{
	struct edges e = { .n = 0 };
	size_t i;

	edges_of(&e, l, expected, parts);
	for (i = 0; i < e.n; i++) {
		if ((e.v[i] < 0 && !r->is_signed) || e.v[i] > r->most)
			continue;
		if (!extras)
			add(r, reading_of(e.v[i], expected, -1));
		else if (e.v[i] <= expected)
			add(r, reading_of(e.v[i], expected, 0));
	}
	if (extras)
		add(r, reading_of(expected, expected, 1));
}

static bool
negative(const struct limit *l)
{
	return l->kind == LIMIT_ABSOLUTE && l->at < 0;
}

static bool
counts_rows(const struct instance *x)
{
	const char *value = json_text(x->options, "value", "");

	return strcasestr(value, "count(") != NULL;
}

/* What its plugin is known to say. */
static void
look_at_plugin(struct readings *r, const struct instance *x, bool *ret_extras)
{
	r->expected = SAYS_MAYBE;
	r->is_signed = true;
	if (x->plugin == NULL)
		return;
	if (strcmp(x->plugin, "sql") != 0 || counts_rows(x))
		r->is_signed = strcmp(x->plugin, "http") == 0 ||
		    strcmp(x->plugin, "exec") == 0;
	if (strcmp(x->plugin, "file") == 0) {
		r->expected = SAYS_ALWAYS;
		r->most = 1;
	} else if (strcmp(x->plugin, "sql_coverage") == 0) {
		r->expected = SAYS_ALWAYS;
		*ret_extras = true;
	} else if (strcmp(x->plugin, "sql") == 0) {
		r->expected = json_object_get(x->options, "expected") ?
		    SAYS_ALWAYS : SAYS_NEVER;
	}
}

void
readings_make(struct readings *r, const struct conf *conf, int32_t check,
    const struct facts *facts)
{
	static const double some[] = { 9, 100, 1, 1000 };
	const struct check_def *c = &conf->graph.checks[check];
	const struct limits *l = &c->limits;
	bool extras = false;
	size_t i;

	*r = (struct readings){ .most = (double)INFINITY };
	look_at_plugin(r, &conf->instances[c->instance], &extras);
	r->is_signed |= negative(&l->warn_below) ||
	    negative(&l->fail_below) || negative(&l->warn_above) ||
	    negative(&l->fail_above);
	add_recorded(r, conf, check, facts);
	for (i = 0; r->expected != SAYS_NEVER && i < sizeof some /
	    sizeof some[0]; i++)
		if (r->most > 1 || some[i] <= 1)
			add_edges(r, l, some[i], extras, false);
	if (r->expected != SAYS_ALWAYS)
		add_edges(r, l, (double)NAN, false, false);
	/* half a unit is no witness where a whole one is */
	if (!extras && r->most > 1)
		add_edges(r, l, r->expected == SAYS_ALWAYS ? 1 :
		    (double)NAN, false, true);
}

void
readings_free(struct readings *r)
{
	free(r->v);
	*r = (struct readings){ 0 };
}

/*----------------------------------------------------------------- looking */

const struct reading *
readings_find(const struct readings *r, const struct limits *l,
    enum result result)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (judge(l, &r->v[i].m) == result)
			return &r->v[i];
	return NULL;
}

enum result
readings_judge(const struct check_def *c, const struct reading *r)
{
	if (c->calendar && r->m.told && r->m.value >= 0)
		return RESULT_PASS;
	return judge(&c->limits, &r->m);
}

void
reading_text(struct text *t, const struct reading *r)
{
	char date[DATE_TEXT];

	if (!r->m.told) {
		text_add(t, "nobody can tell");
		return;
	}
	text_addf(t, "%.10g", r->m.value);
	if (!isnan(r->m.expected))
		text_addf(t, " of %.10g", r->m.expected);
	if (r->m.extra > 0)
		text_addf(t, " and %lld more", (long long)r->m.extra);
	if (r->recorded)
		text_addf(t, " (recorded %s)", date_text(r->date, date));
}
