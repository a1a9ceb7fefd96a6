/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_rules.c -- what each rule came to over history.
 *
 * A rule is what may speak of a date: a phase that is due, an alarm, and
 * with them what is found without being declared (a phase that ran behind a
 * closed edge, a start in doubt, a probe that cannot tell). One that rests
 * on something that nothing measured may fire, and that counts; but that it
 * was silent says nothing, and those dates are unknowable.
 */
#include <stdlib.h>

#include "base/json.h"
#include "daemon/words.h"
#include "simulate/backtest_json.h"

/* All that may speak of a date, once each. */
struct rule {
	enum root_kind kind;
	int32_t subject;
	const char *name;
	const struct origin *origin;
};

static size_t
list_rules(const struct conf *c, struct rule *v)
{
	const struct graph *g = &c->graph;
	size_t n = 0;
	int32_t i;

	for (i = 0; i < g->n_phases; i++)
		if (g->phases[i].due.kind != DUE_NONE || g->phases[i].start !=
		    NONE)
			v[n++] = (struct rule){ ROOT_PHASE, i,
				g->phases[i].name, &g->phases[i].origin };
	for (i = 0; i < g->n_gates; i++)
		if (g->gates[i].alarm)
			v[n++] = (struct rule){ ROOT_ALARM, i,
				g->gates[i].name, &g->gates[i].origin };
	for (i = 0; i < g->n_phases; i++)
		v[n++] = (struct rule){ ROOT_BYPASS, i, g->phases[i].name,
			&g->phases[i].origin };
	for (i = 0; i < g->n_phases; i++)
		v[n++] = (struct rule){ ROOT_ATTEMPT, i, g->phases[i].name,
			&g->phases[i].origin };
	for (i = 0; i < g->n_checks; i++)
		v[n++] = (struct rule){ ROOT_PROBE, i, g->checks[i].name,
			&g->checks[i].origin };
	return n;
}

/* The checks that a rule rests on and nothing measured: names; owned. */
static json_t *
unmeasured_of(const struct teller *t, const struct rule *r)
{
	const struct graph *g = &t->s->conf->graph;
	const struct phase_def *p = r->kind == ROOT_PHASE ?
	    &g->phases[r->subject] : NULL;
	const struct gate_def *gate = r->kind == ROOT_ALARM ?
	    &g->gates[r->subject] : p && p->done_kind == DONE_GATE ?
	    &g->gates[p->done_gate] : NULL;
	const int32_t *v = gate ? gate->inputs : p && p->done_kind ==
	    DONE_CHECKS ? p->done_checks : NULL;
	int32_t n = gate ? gate->n_inputs + gate->joiners.n : v ?
	    p->n_done_checks + p->done_joiners.n : 0, i;
	json_t *list = json_array();

	for (i = 0; i < n; i++)
		if (scenario_unmeasured(t->s->scenario, v[i]))
			(void)json_array_append_new(list, json_string(
			    g->checks[v[i]].name));
	return list;
}

struct counted {
	int64_t fired, times, n[TRUTH_FALSE + 1], s[SEVERITY_CRITICAL + 1];
	int64_t delays, delay_sum, delay_max;
	int64_t first;
};

static void
count_firing(const struct teller *t, const struct firing *f,
    const char *rule, struct counted *c)
{
	struct sentence s = judge_firing(t, &f->where, rule, f->cause);
	int64_t delay;

	c->fired++;
	c->times += f->times;
	c->n[s.truth]++;
	c->s[f->severity]++;
	if (c->first == INSTANT_NONE || f->at < c->first)
		c->first = f->at;
	if (f->violated == INSTANT_NONE)
		return;
	delay = f->at - f->violated;
	c->delay_max = c->delays == 0 || delay > c->delay_max ? delay :
	    c->delay_max;
	c->delays++;
	c->delay_sum += delay;
}

static void
put_counted(json_t *o, const struct counted *c, const struct zone *zone)
{
	int k;

	json_put_int(o, "fired", c->fired);
	json_put_int(o, "times", c->times);
	for (k = SEVERITY_CRITICAL; k > SEVERITY_NONE; k--)
		json_put_int(o, severity_name((enum severity)k), c->s[k]);
	json_put_int(o, "false", c->n[TRUTH_FALSE]);
	json_put_int(o, "true", c->n[TRUTH_TRUE]);
	json_put_int(o, "unknown", c->n[TRUTH_UNKNOWN]);
	put_when(o, "first", c->first, zone);
	if (c->delays == 0)
		return;
	json_put_int(o, "delay_mean_ms", c->delay_sum / c->delays);
	json_put_int(o, "delay_max_ms", c->delay_max);
}

static json_t *
rule_json(const struct teller *t, const struct rule *r, int32_t days)
{
	CLEANUP_JSON json_t *rests = unmeasured_of(t, r);
	struct counted c = { .first = INSTANT_NONE };
	json_t *o = json_object();
	size_t i;

	json_put(o, "kind", root_kind_name(r->kind));
	json_put(o, "name", r->name);
	put_other_name(o, t, r->kind, r->name);
	put_origin(o, r->origin);
	for (i = 0; i < t->s->tally.n_firings; i++) {
		const struct firing *f = &t->s->tally.firings[i];

		if (f->kind == r->kind && f->subject == r->subject)
			count_firing(t, f, r->name, &c);
	}
	put_counted(o, &c, report_zone(t->s->conf, NONE));
	if (json_array_size(rests) > 0) {
		json_put_int(o, "unknowable", days - c.fired);
		(void)json_object_set(o, "rests_on", rests);
	}
	return o;
}

json_t *
rules_json(const struct teller *t)
{
	const struct graph *g = &t->s->conf->graph;
	struct rule *v = calloc((size_t)(3 * g->n_phases + g->n_gates +
	    g->n_checks) + 1, sizeof *v);
	int32_t days = t->h->final.day - t->h->first.day + 1;
	json_t *list = json_array();
	size_t n, i;

	if (v == NULL)
		abort();
	n = list_rules(t->s->conf, v);
	for (i = 0; i < n; i++) {
		json_t *o = rule_json(t, &v[i], days);

		if (json_int(o, "fired", 0) > 0 || v[i].kind == ROOT_PHASE ||
		    v[i].kind == ROOT_ALARM)
			(void)json_array_append_new(list, o);
		else
			json_decref(o);
	}
	free(v);
	return list;
}
