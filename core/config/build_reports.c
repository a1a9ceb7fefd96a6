/* SPDX-License-Identifier: BSD-2-Clause
 *
 * build_reports.c -- targets, and reports that go out by themselves.
 *
 * What a target's bound looks like depends on its metric: a share is
 * "95%", a time "2h", a count "5". A metric that is of a phase or a check
 * needs one, and one that isn't refuses it: a target that was taken for
 * something else would be met or missed for ever, and nobody would know.
 *
 * What the numbers mean is report/definitions.c's.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "config/build.h"

enum bound { BOUND_SHARE, BOUND_TIME, BOUND_COUNT };

static const struct {
	enum bound bound;
	bool phase, check;      /* needs one */
} kinds_of[METRICS] = {
	[METRIC_SLA] = { BOUND_SHARE, true, false },
	[METRIC_SUCCESS] = { BOUND_SHARE, true, false },
	[METRIC_COVERAGE] = { BOUND_SHARE, false, true },
	[METRIC_MTTD] = { BOUND_TIME, false, false },
	[METRIC_MTTR] = { BOUND_TIME, false, false },
	[METRIC_LATENESS] = { BOUND_TIME, false, false },
	[METRIC_AUTO_RECOVERY] = { BOUND_SHARE, false, false },
	[METRIC_TRANSIENT] = { BOUND_SHARE, false, false },
	[METRIC_FALSE_POSITIVES] = { BOUND_SHARE, false, false },
	[METRIC_ZERO_TOUCH] = { BOUND_SHARE, false, false },
	[METRIC_PERFECT] = { BOUND_SHARE, false, false },
	[METRIC_MESSAGES] = { BOUND_COUNT, false, false },
};

static bool
read_number(const char *s, const char *unit, double *ret)
{
	char *end;

	errno = 0;
	*ret = strtod(s, &end);
	return end != s && errno == 0 && isfinite(*ret) && *ret >= 0 &&
	    strcmp(end, unit) == 0;
}

static bool
read_bound(const char *s, enum bound b, double *ret)
{
	int64_t ms;

	switch (b) {
	case BOUND_SHARE:
		if (!read_number(s, "%", ret) || *ret > 100)
			return false;
		*ret /= 100;
		return true;
	case BOUND_TIME:
		if (duration_parse(s, &ms) < 0)
			return false;
		*ret = (double)ms;
		return true;
	case BOUND_COUNT:
		return read_number(s, "", ret);
	}
	return false;
}

static void
set_bound(struct load *l, const struct object *o, const struct target_keys *k,
    struct report_target *t)
{
	static const char *const expected[] = { [BOUND_SHARE] =
	    "a share of at most 100%, such as \"95%\"", [BOUND_TIME] =
	    "a duration, such as \"2h\"", [BOUND_COUNT] =
	    "a number, such as \"5\"" };
	enum bound b = kinds_of[t->metric].bound;
	const char *s = k->at_most ? k->at_most : k->at_least;
	const struct node *n = node_member(o->node, k->at_most ? "at_most" :
	    "at_least");

	if (k->at_most && k->at_least)
		wrong(l, n, "%s: 'at_least' or 'at_most', not both",
		    label(l, o));
	t->bounded = s != NULL;
	t->at_most = k->at_most != NULL;
	if (s && !read_bound(s, b, &t->at))
		wrong(l, n, "%s: '%s' can't bound this metric: expected %s",
		    label(l, o), s, expected[b]);
}

/* A pipeline that wasn't named: that of what was, or the only one. */
static int32_t
only_pipeline(struct load *l, const struct object *o)
{
	const struct object *p = o->pipeline;

	if (p == NULL && o->phase.to)
		p = o->phase.to->owner;
	if (p == NULL && o->check.to)
		p = o->check.to->pipeline;
	if (p == NULL && l->of[KIND_PIPELINE].n == 1)
		p = l->of[KIND_PIPELINE].v[0];
	if (p == NULL && !l->broken)
		wrong(l, o->node, "%s: say of which pipeline it is, with "
		    "pipeline = \"...\"", label(l, o));
	return index_of(p);
}

static void
demand(struct load *l, const struct object *o, const char *key, bool needed,
    bool optional)
{
	const struct node *n = node_member(o->node, key);

	if (needed && n == NULL)
		wrong(l, o->node, "%s: this metric is of one %s: say which "
		    "with %s = \"...\"", label(l, o), key, key);
	else if (!needed && !optional && n)
		wrong(l, n, "%s: '%s' means nothing to this metric",
		    label(l, o), key);
}

static void
demand_all(struct load *l, const struct object *o, enum metric m)
{
	bool check = kinds_of[m].check;

	demand(l, o, "phase", kinds_of[m].phase, m == METRIC_LATENESS);
	demand(l, o, "check", check, false);
	demand(l, o, "coverage", false, check);
	demand(l, o, "by", false, check);
}

static void
set_coverage(struct load *l, const struct object *o,
    const struct target_keys *k, struct report_target *t)
{
	t->by = k->by;
	t->coverage = k->coverage.at / 100;
	if (k->coverage.kind != LIMIT_PERCENT || k->coverage.at > 100)
		wrong(l, node_member(o->node, "coverage"), "%s: 'coverage' "
		    "is a share of at most 100%%", label(l, o));
}

void
build_targets(struct load *l)
{
	const struct objects *list = &l->of[KIND_TARGET];
	struct report_target *v = room(l, list->n, sizeof v[0]);
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];
		struct target_keys k = { .coverage = { LIMIT_PERCENT, 100 } };

		keys_read(l, o, keys_of(o), &k);
		v[i] = (struct report_target){ .name = o->name,
			.origin = origin_of(o->node),
			.metric = (enum metric)k.metric,
			.over = (enum period)k.over, .note = k.note,
			.pipeline = only_pipeline(l, o),
			.phase = index_of(o->phase.to),
			.check = index_of(o->check.to) };
		set_coverage(l, o, &k, &v[i]);
		if (node_member(o->node, "metric") == NULL)
			continue;
		set_bound(l, o, &k, &v[i]);
		demand_all(l, o, v[i].metric);
	}
	l->conf->targets = v;
	l->conf->n_targets = (int32_t)list->n;
}

void
build_reports(struct load *l)
{
	const struct objects *list = &l->of[KIND_REPORT];
	struct report_plan *v = room(l, list->n, sizeof v[0]);
	size_t i, k;

	for (i = 0; i < list->n; i++) {
		const struct object *o = list->v[i];
		int32_t *to = room(l, o->inputs.n, sizeof to[0]);

		keys_read(l, o, keys_of(o), &v[i]);
		for (k = 0; k < o->inputs.n; k++)
			to[k] = o->inputs.v[k].to->instance;
		v[i].name = o->name;
		v[i].origin = origin_of(o->node);
		v[i].pipeline = only_pipeline(l, o);
		v[i].to = to;
		v[i].n_to = (int32_t)o->inputs.n;
	}
	l->conf->reports = v;
	l->conf->n_reports = (int32_t)list->n;
}
