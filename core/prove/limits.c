/* SPDX-License-Identifier: BSD-2-Clause
 *
 * limits.c -- the limits of each check.
 *
 * A limit fires on a reading that it alone decides: judged with it, it comes
 * to the limit's result, and without it to another. So a limit that another
 * one always hides is found, as well as one that nothing crosses. It is
 * cleared by a reading that passes.
 *
 * With a record, a check that passed on none of its dates is found too: it
 * asks for what never came. One that never failed is not: that is what was
 * hoped for.
 *
 * What can be read is a matter of readings.c, what it comes to of the
 * engine's judge.
 */
#include <math.h>
#include <string.h>

#include "prove/play.h"

static const double far = 1e300;

/* One limit of a check. */
struct one {
	const struct check_def *check;
	const struct readings *readings;
	const char *key;        /* as it was written: "min" */
	struct limits without;
	enum result result;
	bool below;
	const struct limit *limit;      /* NULL: `over` */
	struct rule *rule;
};

static void
say_reading(struct rule *x, void say(struct rule *, const char *, ...),
    const struct reading *r)
{
	CLEANUP_TEXT struct text t = { 0 };

	reading_text(&t, r);
	say(x, "%s", text_str(&t));
}

/* Passes without the limit, or less badly than with it. */
static const struct reading *
decided_by(const struct one *o)
{
	const struct readings *r = o->readings;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (judge(&o->check->limits, &r->v[i].m) == o->result &&
		    judge(&o->without, &r->v[i].m) < o->result)
			return &r->v[i];
	return NULL;
}

/*------------------------------------------------------- why it never does */

/* What the other limit of the same kind and side says; NULL: none. */
static const struct limit *
hidden_by(const struct one *o)
{
	const struct limits *l = &o->check->limits;

	if (o->result != RESULT_WARN || o->limit == NULL)
		return NULL;
	if (o->below)
		return l->fail_below.kind == o->limit->kind &&
		    l->fail_below.at >= o->limit->at ? &l->fail_below : NULL;
	return l->fail_above.kind == o->limit->kind &&
	    l->fail_above.at <= o->limit->at ? &l->fail_above : NULL;
}

static const char *
unit(const struct limit *l)
{
	return l->kind == LIMIT_PERCENT ? "%" : "";
}

static void
say_never_fires(const struct one *o)
{
	const struct limit *l = o->limit, *by = hidden_by(o);
	struct rule *x = o->rule;

	if (l == NULL) {
		rule_found(x, "never fires: nothing says how many are "
		    "expected, so there are never more than that; give "
		    "'expected', or leave 'over' out");
	} else if (by) {
		rule_found(x, "never fires: the check fails %s %.10g%s "
		    "already, so it never warns %s %.10g%s", o->below ?
		    "below" : "above", by->at, unit(by), o->below ? "below" :
		    "above", l->at, unit(l));
		x->told = o->below && by->at > l->at;
	} else if (o->below && l->at <= 0 && !o->readings->is_signed) {
		rule_found(x, "never fires: nothing that is counted is below "
		    "%.10g%s; the least that can be asked for is min = 1",
		    l->at, unit(l));
	} else if (l->kind == LIMIT_PERCENT &&
	    o->readings->expected == SAYS_NEVER) {
		rule_found(x, "never fires, and never clears: %.10g%% of what "
		    "is expected, and nothing says what that is; give "
		    "'expected', or a limit without a percent sign", l->at);
	} else {
		rule_found(x, "never fires: no reading was found that it "
		    "alone decides");
	}
}

static void
say_never_clears(const struct one *o)
{
	const struct limits *l = &o->check->limits;
	struct rule *x = o->rule;

	/* one cause, one finding: the least that it asks for, if it does */
	if (l->fail_below.kind && !(o->below && o->result == RESULT_FAIL))
		rule_unproven(x, "no reading passes the check");
	else if (o->readings->expected == SAYS_NEVER && o->limit &&
	    o->limit->kind == LIMIT_PERCENT)
		rule_found(x, "never clears: it is %.10g%% of what is "
		    "expected, and nothing says what that is", o->limit->at);
	else if (l->fail_below.kind && l->fail_below.kind ==
	    l->fail_above.kind && l->fail_below.at > l->fail_above.at)
		rule_found(x, "never clears: it asks for %.10g%s at least "
		    "and for %.10g%s at most", l->fail_below.at,
		    unit(&l->fail_below), l->fail_above.at,
		    unit(&l->fail_above));
	else if (isfinite(o->readings->most))
		rule_found(x, "never clears: what it measures is at most "
		    "%.10g", o->readings->most);
	else
		rule_found(x, "never clears: no reading was found that "
		    "passes");
}

/*----------------------------------------------------------------- recorded */

static double
share(const struct reading *r)
{
	return r->m.expected > 0 ? r->m.value / r->m.expected : r->m.value;
}

/* The recorded date that came nearest; NULL: one passed or warned, or there
 * are too few to say anything. */
static const struct reading *
never_seen_to_pass(const struct check_def *c, const struct readings *r,
    size_t *ret_failed)
{
	enum { FEW = 3 };
	const struct reading *best = NULL;
	size_t i;

	*ret_failed = 0;
	for (i = 0; i < r->n_recorded; i++) {
		enum result x = judge(&c->limits, &r->v[i].m);

		if (x == RESULT_PASS || x == RESULT_WARN)
			return NULL;
		if (x != RESULT_FAIL)
			continue;
		++*ret_failed;
		if (best == NULL || share(&r->v[i]) > share(best))
			best = &r->v[i];
	}
	return *ret_failed >= FEW ? best : NULL;
}

static void
look_at_record(const struct one *o)
{
	CLEANUP_TEXT struct text t = { 0 };
	const struct reading *best;
	size_t n;

	if (o->result != RESULT_FAIL)
		return;
	best = never_seen_to_pass(o->check, o->readings, &n);
	if (best == NULL)
		return;
	reading_text(&t, best);
	rule_found(o->rule, "never clears in %zu recorded dates: the best was "
	    "%s; it asks for more than there ever is", n, text_str(&t));
}

/*-------------------------------------------------------------------- rules */

static void
prove_one(struct one *o)
{
	const struct reading *fires = decided_by(o);
	const struct reading *clears = readings_find(o->readings,
	    &o->check->limits, RESULT_PASS);

	if (clears == NULL && o->result == RESULT_FAIL)
		clears = readings_find(o->readings, &o->check->limits,
		    RESULT_WARN);
	if (fires)
		say_reading(o->rule, rule_fires, fires);
	if (clears)
		say_reading(o->rule, rule_clears, clears);
	if (fires == NULL)
		say_never_fires(o);
	else if (clears == NULL)
		say_never_clears(o);
	if (rule_state(o->rule) == RULE_PROVEN)
		look_at_record(o);
}

/* The value as it was written: `min = 1`, `warn = "90%"`. */
static struct rule *
add_rule(struct prover *p, const struct check_def *c, const char *key,
    const struct limit *l)
{
	struct origin at = c->origin;
	const json_t *value = rules_value(p->rules, "checks", c->name, key);

	(void)rules_place(p->rules, "checks", c->name, key, &at);
	if (json_is_string(value))
		return rules_add(p->rules, "limit", c->name, &at,
		    "check '%s': %s = \"%s\"", c->name, key,
		    json_string_value(value));
	return rules_add(p->rules, "limit", c->name, &at,
	    "check '%s': %s = %.10g", c->name, key, l ? l->at : 0);
}

/* Not written, but implied: what is expected is asked for, or one at least. */
static struct rule *
add_implied(struct prover *p, const struct check_def *c,
    const struct limit *l)
{
	if (l->kind == LIMIT_PERCENT)
		return rules_add(p->rules, "limit", c->name, &c->origin,
		    "check '%s': %.10g%% of what is expected", c->name,
		    l->at);
	return rules_add(p->rules, "limit", c->name, &c->origin,
	    "check '%s': %.10g at least", c->name, l->at);
}

static void
prove_limit(struct prover *p, const struct check_def *c,
    const struct readings *r, size_t which)
{
	static const struct {
		const char *keys[2];
		size_t offset;
		enum result result;
		bool below;
	} all[] = {
		{ { "min", "fail" }, offsetof(struct limits, fail_below),
		    RESULT_FAIL, true },
		{ { "warn" }, offsetof(struct limits, warn_below),
		    RESULT_WARN, true },
		{ { "max", "fail_above" }, offsetof(struct limits,
		    fail_above), RESULT_FAIL, false },
		{ { "warn_above" }, offsetof(struct limits, warn_above),
		    RESULT_WARN, false },
	};
	struct one o = { .check = c, .readings = r, .without = c->limits,
		.result = all[which].result, .below = all[which].below };
	struct limit *out = (struct limit *)(void *)((char *)&o.without +
	    all[which].offset);
	struct limit here = *out;
	size_t i;

	if (here.kind == LIMIT_NONE)
		return;
	o.limit = &here;
	*out = (struct limit){ LIMIT_ABSOLUTE, o.below ? -far : far };
	for (i = 0; i < 2 && o.key == NULL; i++)
		if (all[which].keys[i] && rules_value(p->rules, "checks",
		    c->name, all[which].keys[i]))
			o.key = all[which].keys[i];
	o.rule = o.key ? add_rule(p, c, o.key, &here) :
	    add_implied(p, c, &here);
	prove_one(&o);
}

static void
prove_over(struct prover *p, const struct check_def *c,
    const struct readings *r)
{
	struct one o = { .check = c, .readings = r, .without = c->limits,
		.result = c->limits.over };

	if (c->limits.over == RESULT_PASS ||
	    rules_value(p->rules, "checks", c->name, "over") == NULL)
		return;
	o.without.over = RESULT_PASS;
	o.rule = add_rule(p, c, "over", NULL);
	prove_one(&o);
}

/* Without a limit, what is expected is asked for. */
static void
prove_no_limits(struct prover *p, const struct check_def *c,
    const struct readings *r)
{
	static const struct limit all = { LIMIT_PERCENT, 100 };
	struct one o = { .check = c, .readings = r, .without = c->limits,
		.result = RESULT_FAIL, .below = true, .limit = &all };

	o.without.fail_below = (struct limit){ LIMIT_ABSOLUTE, -far };
	if (r->expected == SAYS_NEVER) {
		o.rule = rules_add(p->rules, "limit", c->name, &c->origin,
		    "check '%s'", c->name);
		rule_found(o.rule, "never fails: it has no limit, and nothing "
		    "says what is expected; min = 1 would ask for something");
		return;
	}
	if (r->expected == SAYS_MAYBE) {
		o.rule = rules_add(p->rules, "limit", c->name, &c->origin,
		    "check '%s': as it says itself", c->name);
		rule_fires(o.rule, "it says fail, or less than it expects");
		rule_clears(o.rule, "it says pass, or all that it expects");
		return;
	}
	o.rule = add_implied(p, c, &all);
	prove_one(&o);
}

static bool
has_limits(const struct limits *l)
{
	return l->fail_below.kind || l->warn_below.kind ||
	    l->fail_above.kind || l->warn_above.kind;
}

static void
remember(struct prover *p, int32_t check, const struct readings *r)
{
	const struct check_def *c = &p->graph->checks[check];
	struct witness *w = &p->checks[check];
	const struct reading *good, *bad;

	good = readings_find(r, &c->limits, RESULT_PASS);
	if (good == NULL)
		good = readings_find(r, &c->limits, RESULT_WARN);
	bad = readings_find(r, &c->limits, RESULT_FAIL);
	w->can_pass = good != NULL;
	w->can_fail = bad != NULL;
	w->good = good ? *good : reading_unknown();
	w->bad = bad ? *bad : reading_unknown();
}

static void
prove_check(struct prover *p, int32_t check)
{
	const struct check_def *c = &p->graph->checks[check];
	struct witness *w = &p->checks[check];
	size_t first = p->rules->n, i;
	struct readings r;

	readings_make(&r, p->conf, check, p->facts);
	remember(p, check, &r);
	for (i = 0; i < 4 && !c->calendar; i++)
		prove_limit(p, c, &r, i);
	if (!c->calendar && has_limits(&c->limits))
		prove_over(p, c, &r);
	else if (!c->calendar)
		prove_no_limits(p, c, &r);
	for (i = first; i < p->rules->n; i++)
		if (rule_state(p->rules->v[i]) == RULE_FOUND && w->broken ==
		    NULL && !(w->can_pass && w->can_fail))
			w->broken = p->rules->v[i];
	readings_free(&r);
}

void
prove_limits(struct prover *p)
{
	int32_t i;

	for (i = 0; i < p->graph->n_checks; i++)
		prove_check(p, i);
	for (i = 0; i < p->graph->n_pipelines; i++)
		play_dues(p, i);
}
