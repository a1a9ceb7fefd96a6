/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report.c -- the numbers of a period, and everything else of a report.
 *
 * A number is made from its terms, at once for the period and for the one
 * before it. Shares are compared exactly (19 of 20 meets 95 %), and where a
 * denominator is zero there is no number but a reason.
 *
 * A budget burns by events, because there is one a day: the first miss is a
 * ticket; two of them within three dates, or one after the other, a page;
 * three in a fortnight a chronic fault.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/nearest.h"
#include "report/answer.h"
#include "report/definitions.h"
#include "report/model.h"
#include "report/story.h"

enum { FORMAT = 1, FORTNIGHT = 14, EVENTS_NEAR = 3 };

static const char *
period_name(enum period p)
{
	static const char *const names[] = { [PERIOD_DAY] = "day",
		[PERIOD_WEEK] = "week", [PERIOD_MONTH] = "month",
		[PERIOD_RANGE] = "range" };

	return names[p];
}

/*------------------------------------------------------------------ numbers */

/* What the terms come to. */
struct number {
	double value;           /* NaN: there is none */
	const char *na;
	double numerator, denominator;
	double median, p90, p95;
};

static void
as_share(const struct tally *t, struct number *n)
{
	size_t yes = tally_count(t, COUNTS_YES);
	size_t no = tally_count(t, COUNTS_NO);
	size_t unknown = tally_count(t, COUNTS_UNKNOWN);

	n->numerator = (double)yes;
	n->denominator = (double)(yes + no + unknown);
	if (yes + no > 0)
		n->value = n->numerator / n->denominator;
}

static void
as_mean(const struct tally *t, struct number *n)
{
	CLEANUP_FREE double *v = NULL;
	size_t k, i;

	v = tally_values(t, &k);
	for (i = 0; i < k; i++)
		n->numerator += v[i];
	n->denominator = (double)k;
	n->median = quantile(v, k, 0.5);
	n->p90 = quantile(v, k, 0.9);
	n->p95 = quantile(v, k, 0.95);
	if (k > 0)
		n->value = n->numerator / n->denominator;
}

static struct number
number_of(const struct definition *d, const struct tally *t)
{
	const double nan = (double)NAN;
	struct number n = { .value = nan, .median = nan, .p90 = nan,
		.p95 = nan };

	if (d->unit == UNIT_SHARE)
		as_share(t, &n);
	else
		as_mean(t, &n);
	if (isnan(n.value))
		n.na = t->na ? t->na : d->unknown;
	return n;
}

static struct number
fold_number(const struct report *r, const struct asking *a,
    struct tally *ret)
{
	const struct definition *d = definition_of(a->metric);

	assert(d);
	*ret = (struct tally){ .outside = (double)NAN };
	d->terms(r, a, ret);
	return number_of(d, ret);
}

static const char *
trend_of(const struct definition *d, double now, double before)
{
	if (isnan(now) || isnan(before))
		return "unknown";
	if (now > before)
		return d->more ? "better" : "worse";
	if (now < before)
		return d->more ? "worse" : "better";
	return "same";
}

static void
put_number(json_t *o, const struct number *n)
{
	answer_number(o, "value", n->value);
	answer_text(o, "na", n->na);
	if (floor(n->numerator) >= n->numerator)
		json_put_int(o, "numerator", (int64_t)n->numerator);
	else
		answer_number(o, "numerator", n->numerator);
	json_put_int(o, "denominator", (int64_t)n->denominator);
}

static json_t *
left_out_json(const struct tally *t)
{
	json_t *list = json_array();
	char buf[DATE_TEXT];
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct term *x = &t->v[i];
		json_t *o;

		if (x->counts != COUNTS_EXCLUDED)
			continue;
		o = json_object();
		answer_text(o, "date", x->dated ? date_text(x->date, buf) :
		    NULL);
		answer_text(o, "why", x->why);
		answer_add(list, o);
	}
	return list;
}

static json_t *
terms_json(const struct tally *t, const struct zone *z)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < t->n; i++)
		answer_add(list, term_json(&t->v[i], z));
	return list;
}

static const char *
subject_of(const struct report *r, const struct asking *a)
{
	const struct graph *g = &r->conf->graph;

	return a->phase != NONE ? g->phases[a->phase].name :
	    a->check != NONE ? g->checks[a->check].name : NULL;
}

static void
put_definition(json_t *o, const struct report *r, const struct asking *a)
{
	const struct definition *d = definition_of(a->metric);
	CLEANUP_TEXT struct text name = { 0 };
	const char *of = subject_of(r, a);

	text_addf(&name, "%s%s%s", d->name, of ? " " : "", of ? of : "");
	answer_text(o, "metric", d->name);
	answer_text(o, "name", text_str(&name));
	answer_text(o, "title", d->title);
	answer_text(o, "of", of);
	answer_text(o, "unit", unit_name(d->unit));
	answer_text(o, "better", d->more ? "more" : "less");
}

static void
put_before(json_t *o, const struct report *r, const struct asking *a,
    const struct report_query *before, double now)
{
	const struct definition *d = definition_of(a->metric);
	CLEANUP_TALLY struct tally t;
	struct asking b = *a;
	struct number n;
	json_t *was = json_object();

	b.from = before->from;
	b.to = before->to;
	n = fold_number(r, &b, &t);
	put_number(was, &n);
	answer_set(o, "before", was);
	answer_text(o, "trend", trend_of(d, now, n.value));
}

static json_t *
metric_json(const struct report *r, const struct asking *a,
    const struct report_query *before, bool terms, struct number *ret)
{
	const struct definition *d = definition_of(a->metric);
	const struct zone *z = &r->conf->graph.pipelines[a->pipeline].zone;
	CLEANUP_TALLY struct tally t;
	json_t *o = json_object();

	*ret = fold_number(r, a, &t);
	put_definition(o, r, a);
	put_number(o, ret);
	json_put_int(o, "unknown", (int64_t)tally_count(&t, COUNTS_UNKNOWN));
	json_put_int(o, "pending", (int64_t)tally_count(&t, COUNTS_PENDING));
	answer_set(o, "excluded", left_out_json(&t));
	answer_number(o, "median", ret->median);
	answer_number(o, "p90", ret->p90);
	answer_number(o, "p95", ret->p95);
	answer_number(o, "outside", t.outside);
	put_before(o, r, a, before, ret->value);
	answer_text(o, "formula", d->formula);
	answer_text(o, "reads", d->reads);
	if (terms)
		answer_set(o, "terms", terms_json(&t, z));
	return o;
}

/*------------------------------------------------------------------ targets */

/* Three misses in a fortnight; two near each other; one. */
static const char *
burn_level(const struct tally *t, struct date last, size_t *ret_misses)
{
	size_t i, misses = 0, lately = 0, since = SIZE_MAX;
	bool near = false;

	for (i = 0; i < t->n; i++) {
		const struct term *x = &t->v[i];

		if (x->counts != COUNTS_YES && x->counts != COUNTS_NO)
			continue;
		since = since == SIZE_MAX ? since : since + 1;
		if (x->counts != COUNTS_NO)
			continue;
		near |= since != SIZE_MAX && since < EVENTS_NEAR;
		since = 0;
		misses++;
		lately += x->date.day > last.day - FORTNIGHT;
	}
	*ret_misses = misses;
	return lately >= 3 ? "chronic" : near ? "page" : misses > 0 ?
	    "ticket" : "none";
}

static json_t *
burn_json(const struct report *r, const struct report_target *target,
    const struct asking *a)
{
	CLEANUP_TALLY struct tally t = { 0 };
	struct asking wide = *a;
	size_t misses, days;
	json_t *o;

	if (!definition_of(a->metric)->daily || !target->bounded ||
	    target->at_most)
		return json_null();
	/* a shorter period can't tell chronic from once */
	if (wide.to.day - wide.from.day < FORTNIGHT - 1)
		wide.from = date_add(wide.to, 1 - FORTNIGHT);
	(void)fold_number(r, &wide, &t);
	o = json_object();
	answer_text(o, "level", burn_level(&t, a->to, &misses));
	days = tally_count(&t, COUNTS_YES) + tally_count(&t, COUNTS_NO);
	json_put_int(o, "misses", (int64_t)misses);
	json_put_int(o, "days", (int64_t)days);
	answer_number(o, "rate", days == 0 || target->at >= 1 ? (double)NAN :
	    (double)misses / (double)days / (1 - target->at));
	return o;
}

static json_t *
met_json(const struct report_target *t, const struct number *n)
{
	const double dust = 1e-9;

	if (!t->bounded || isnan(n->value))
		return json_null();
	return json_boolean(t->at_most ? n->value <= t->at + dust :
	    n->value >= t->at - dust);
}

static json_t *
target_json(const struct report *r, const struct report_target *t,
    const struct report_query *asked, bool terms)
{
	struct report_query q = asked->own ? report_period(t->pipeline,
	    t->over, asked->to) : *asked;
	struct report_query before = report_before(&q);
	const struct asking a = { .metric = t->metric,
		.pipeline = t->pipeline, .phase = t->phase,
		.check = t->check, .coverage = t->coverage, .by = t->by,
		.from = q.from, .to = q.to };
	json_t *o = json_object(), *m;
	struct number n;

	m = metric_json(r, &a, &before, terms, &n);
	answer_text(o, "target", t->name);
	answer_text(o, "over", period_name(q.period));
	answer_date(o, "from", q.from);
	answer_date(o, "to", q.to);
	answer_text(o, "bound", !t->bounded ? NULL : t->at_most ?
	    "at_most" : "at_least");
	answer_number(o, "at", t->bounded ? t->at : (double)NAN);
	answer_set(o, "met", met_json(t, &n));
	answer_set(o, "burn", burn_json(r, t, &a));
	answer_text(o, "note", t->note);
	answer_set(o, "metric", m);
	return o;
}

/*----------------------------------------------------------------- the lists */

struct making {
	const struct report *r;
	const struct report_query *q;
	struct report_query before;
	bool terms;
	const char *only;       /* metric; NULL: all */
	json_t *list;
};

static void
make_metric(struct making *m, enum metric metric, int32_t phase)
{
	const struct definition *d = definition_of(metric);
	const struct asking a = { .metric = metric,
		.pipeline = m->q->pipeline, .phase = phase, .check = NONE,
		.from = m->q->from, .to = m->q->to };
	struct number n;

	if (m->only == NULL || strcmp(m->only, d->name) == 0)
		answer_add(m->list, metric_json(m->r, &a, &m->before,
		    m->terms, &n));
}

static void
make_metrics(struct making *m)
{
	const struct graph *g = &m->r->conf->graph;
	const struct pipeline_def *p = &g->pipelines[m->q->pipeline];
	int metric;
	int32_t i;

	for (metric = 0; metric < METRICS; metric++) {
		enum subject of = definition_of((enum metric)metric)->of;

		for (i = 0; of == OF_PHASE && i < p->n_phases; i++)
			if (g->phases[p->first_phase + i].due.kind !=
			    DUE_NONE)
				make_metric(m, (enum metric)metric,
				    p->first_phase + i);
		if (of == OF_PIPELINE)
			make_metric(m, (enum metric)metric, NONE);
	}
}

/* Those of a metric that is nothing without its target. */
static bool
is_named(const struct report_target *t, const char *name)
{
	const struct definition *d = definition_of(t->metric);

	return name == NULL || strcmp(name, t->name) == 0 ||
	    (d->of == OF_CHECK && strcmp(name, d->name) == 0);
}

/* All targets of the pipeline, or the one of a name. */
static json_t *
targets_json(const struct report *r, const struct report_query *q,
    const char *name, bool terms)
{
	const struct conf *c = r->conf;
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < c->n_targets; i++) {
		const struct report_target *t = &c->targets[i];

		if (t->pipeline == q->pipeline && is_named(t, name))
			answer_add(list, target_json(r, t, q, terms));
	}
	return list;
}

static void
put_head(json_t *o, const struct report *r, const struct report_query *q)
{
	const struct pipeline_def *p =
	    &r->conf->graph.pipelines[q->pipeline];
	json_t *journal = json_object();

	json_put_int(o, "format", FORMAT);
	answer_text(o, "report", period_name(q->period));
	answer_text(o, "pipeline", p->name);
	answer_text(o, "timezone", p->zone_name);
	answer_date(o, "from", q->from);
	answer_date(o, "to", q->to);
	answer_when(o, "as_of", r->as_of, &p->zone);
	json_put_int(journal, "seq", (int64_t)r->seq);
	json_put_int(journal, "events", r->events);
	answer_when(journal, "at", r->at, &p->zone);
	answer_span(journal, "age_ms", r->at, r->as_of);
	answer_set(o, "journal", journal);
}

json_t *
report_metrics(const struct report *r, const struct report_query *q,
    const char *name, bool terms)
{
	struct making m = { .r = r, .q = q, .before = report_before(q),
		.terms = terms, .only = name, .list = json_array() };
	json_t *o = json_object(), *targets;

	make_metrics(&m);
	targets = targets_json(r, q, name, terms);
	if (name && json_array_size(m.list) + json_array_size(targets) == 0 &&
	    definition_find(name) == NULL) {
		json_decref(m.list);
		json_decref(targets);
		json_decref(o);
		return NULL;
	}
	put_head(o, r, q);
	answer_set(o, "metrics", m.list);
	answer_set(o, "targets", targets);
	return o;
}

const char *
report_nearest(const struct conf *c, const char *name)
{
	struct nearest near;
	int32_t i;
	int m;

	nearest_start(&near, name);
	for (i = 0; i < c->n_targets; i++)
		nearest_try(&near, c->targets[i].name);
	for (m = 0; m < METRICS; m++)
		nearest_try(&near, definition_of((enum metric)m)->name);
	return near.best;
}

/*------------------------------------------------------------- the whole one */

static json_t *
qualities(const json_t *dates)
{
	json_t *o = json_object(), *d;
	int64_t n[QUALITIES] = { 0 };
	size_t i;
	int k;

	json_array_foreach(dates, i, d)
		for (k = 0; k < QUALITIES; k++)
			n[k] += strcmp(json_text(d, "quality", ""),
			    quality_name((enum quality)k)) == 0;
	for (k = 0; k < QUALITIES; k++)
		json_put_int(o, quality_name((enum quality)k), n[k]);
	return o;
}

static json_t *
rules_json(void)
{
	const struct quality_rule *rule;
	json_t *list = json_array();
	size_t i;

	for (i = 0; (rule = quality_rule_at(i)) != NULL; i++) {
		json_t *o = json_object();

		answer_text(o, "quality", rule->name);
		answer_text(o, "rule", rule->rule);
		answer_add(list, o);
	}
	return list;
}

static json_t *
phases_json(const struct report *r, int32_t pipeline)
{
	const struct graph *g = &r->conf->graph;
	const struct pipeline_def *p = &g->pipelines[pipeline];
	json_t *list = json_array();
	int32_t i;

	for (i = 0; i < p->n_phases; i++)
		answer_add(list, json_string(g->phases[p->first_phase +
		    i].name));
	return list;
}

static json_t *
notes_json(const struct report *r, const struct report_query *q)
{
	const struct zone *z = &r->conf->graph.pipelines[q->pipeline].zone;
	CLEANUP_TEXT struct text t = { 0 };
	json_t *list = json_array();
	char buf[INSTANT_TEXT];

	answer_add(list, json_string("What was due when, and the targets, "
	    "are those of today's configuration."));
	if (r->first_at == INSTANT_NONE) {
		answer_add(list, json_string("The journal has nothing of "
		    "this period."));
	} else if (r->first_at > day_begin(z, q->from)) {
		text_addf(&t, "The journal begins %s; what is older is "
		    "unknown.", instant_short(r->first_at, z, buf));
		answer_add(list, json_string(text_str(&t)));
	}
	return list;
}

json_t *
report_make(const struct report *r, const struct report_query *q)
{
	struct report_query before = report_before(q);
	struct making m = { .r = r, .q = q, .before = before,
		.list = json_array() };
	json_t *o = json_object(), *was = json_object(), *dates;
	CLEANUP_FREE char *title = NULL;

	put_head(o, r, q);
	answer_date(was, "from", before.from);
	answer_date(was, "to", before.to);
	answer_set(o, "before", was);
	dates = story_dates(r, q);
	answer_set(o, "quality", qualities(dates));
	title = report_title(o);
	answer_text(o, "title", title);
	answer_set(o, "rules", rules_json());
	answer_set(o, "phases", phases_json(r, q->pipeline));
	answer_set(o, "dates", dates);
	make_metrics(&m);
	answer_set(o, "metrics", m.list);
	answer_set(o, "targets", targets_json(r, q, NULL, false));
	answer_set(o, "incidents", story_incidents(r, q));
	answer_set(o, "recoveries", story_recoveries(r, q));
	answer_set(o, "patterns", story_patterns(r, q));
	answer_set(o, "overrides", story_overrides(r, q));
	answer_set(o, "enforcing", story_mode(r, q));
	answer_set(o, "alerts", story_alerts(r, q));
	answer_set(o, "notes", notes_json(r, q));
	return o;
}
