/* SPDX-License-Identifier: BSD-2-Clause
 *
 * prover.c -- the date on which rules are tried, and who hears of them.
 *
 * Each pipeline gets one date: a winter's day, far from a change of the
 * clocks, on which everything is owed that is ever owed. All times are those
 * of that date.
 *
 * A rule that speaks into a void is as good as none, so what speaks must be
 * taken by a route at its severity, with its tags and at any hour: this is
 * what the review of a configuration asks for its phases.
 */
#include "prove/prover.h"

#include <stdlib.h>

#include "base/json.h"

/* Steps of the engine, times the checks that each looks at: some seconds. */
static const int64_t WORK = 20000000;

/* Later, if a season has to be older for all to be owed. */
static struct date
choose_date(const struct prover *p, int32_t pipeline)
{
	const struct pipeline_def *def = &p->graph->pipelines[pipeline];
	struct date d = date_from_civil((struct civil){ 2026, 1, 15 });
	int32_t i, first, days = 0;

	if (def->n_seasons == 0)
		return d;
	for (i = 0; i < p->graph->n_checks; i++)
		if (p->graph->checks[i].pipeline == pipeline &&
		    p->graph->checks[i].from_day > days)
			days = p->graph->checks[i].from_day;
	first = def->seasons[def->n_seasons - 1].day;
	return first + days > d.day ? (struct date){ first + days } : d;
}

static void
make_stage(struct prover *p, int32_t pipeline)
{
	const struct pipeline_def *def = &p->graph->pipelines[pipeline];
	struct stage *s = &p->stages[pipeline];

	s->date = choose_date(p, pipeline);
	s->begin = day_begin(&def->zone, s->date);
	s->end = day_end(&def->zone, s->date, def->day_ends_s);
	s->watched = day_end(&def->zone, date_add(s->date, def->watch_days),
	    def->day_ends_s);
	s->acted = s->end + def->act_within_ms;
}

const struct rule *
broken_input(const struct prover *p, const int32_t *checks, int32_t n)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (p->checks[checks[i]].broken)
			return p->checks[checks[i]].broken;
	return NULL;
}

const struct rule *
broken_gate(const struct prover *p, int32_t gate)
{
	const struct gate_def *g = &p->graph->gates[gate];

	return p->gates[gate] ? p->gates[gate] : broken_input(p, g->inputs,
	    g->n_inputs);
}

void
stands_in_the_way(struct rule *x, const struct rule *broken)
{
	if (rule_state(broken) == RULE_PROVEN)
		rule_unproven(x, "it rests on the %s (%s:%d), which is not "
		    "ours and isn't asked on a date that is lived through",
		    broken->title, broken->file, broken->line);
	else
		rule_unproven(x, "%s:%d stands in the way", broken->file,
		    broken->line);
}

/* Why no route takes it, as far as it shows. */
static const char *
why_unheard(const struct conf *c, const struct marks *m, struct text *t)
{
	enum severity least = SEVERITY_CRITICAL;
	int32_t i;

	for (i = 0; i < c->n_routes; i++)
		if (c->routes[i].least < least)
			least = c->routes[i].least;
	if (least > m->severity)
		text_addf(t, "the lowest that any takes is '%s'",
		    severity_name(least));
	else
		text_add(t, "those that take it want another pipeline, phase "
		    "or tag");
	return text_str(t);
}

void
must_be_heard(const struct prover *p, struct rule *x, const struct marks *m)
{
	CLEANUP_TEXT struct text why = { 0 };
	char at[WEEK_TEXT];
	int32_t minute;
	bool never;

	if (m->severity == SEVERITY_NONE)
		return;
	minute = routes_unheard(p->conf, m, &never);
	if (never)
		rule_found(x, "speaks, and nobody hears it: no route takes "
		    "'%s' from here; %s", severity_name(m->severity),
		    why_unheard(p->conf, m, &why));
	else if (minute >= 0)
		rule_found(x, "speaks, and not at every hour does somebody "
		    "hear it: no route takes '%s' from here on %s",
		    severity_name(m->severity), week_words(minute, at));
}

void
prover_make(struct prover *p, const struct conf *conf,
    const struct facts *facts, const char *host, struct rules *rules)
{
	const struct graph *g = &conf->graph;
	int32_t i;

	*p = (struct prover){ .conf = conf, .graph = g, .facts = facts,
		.host = host, .rules = rules, .work_left = WORK,
		.stages = calloc((size_t)g->n_pipelines + 1,
		    sizeof *p->stages),
		.checks = calloc((size_t)g->n_checks + 1,
		    sizeof *p->checks),
		.gates = calloc((size_t)g->n_gates + 1,
		    sizeof(struct rule *)),
		.alarms = calloc((size_t)g->n_gates + 1,
		    sizeof *p->alarms) };
	if (p->stages == NULL || p->checks == NULL || p->gates == NULL ||
	    p->alarms == NULL)
		abort();
	for (i = 0; i < g->n_pipelines; i++)
		make_stage(p, i);
}

void
prover_free(struct prover *p)
{
	free(p->stages);
	free(p->checks);
	free(p->gates);
	free(p->alarms);
	*p = (struct prover){ 0 };
}

void
prove(const struct conf *conf, const struct facts *facts, const char *host,
    struct rules *rules)
{
	struct prover p;

	prover_make(&p, conf, facts, host, rules);
	prove_limits(&p);
	prove_gates(&p);
	prove_phases(&p);
	prove_recoveries(&p);
	prove_plans(&p);
	prove_warmups(&p);
	prover_free(&p);
	rules_sort(rules);
}
