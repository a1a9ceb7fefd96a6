/* SPDX-License-Identifier: BSD-2-Clause
 *
 * make.c -- choices, and a random pipeline made by them, small enough to be
 * understood when an oracle complains.
 *
 * Every choice of a play is made by upto(): it is what a tape writes down and
 * reads back. The lowest choice is the dullest: chance() comes true by the
 * highest ones.
 */
#include <stdio.h>

#include "play.h"

static uint64_t
dice(struct play *p)
{
	/* splitmix64 (Steele, Lea, Flood 2014) */
	uint64_t z = p->rng += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

int32_t
upto(struct play *p, int32_t n)
{
	return tape_choose(p->tape, n, (int32_t)(dice(p) % (uint64_t)n));
}

bool
chance(struct play *p, int32_t percent)
{
	return upto(p, 100) >= 100 - percent;
}

static const char *
name(struct play *p, enum of kind, int32_t i)
{
	static const char *const kinds[] = { "check", "gate", "phase",
		"action", "repair" };

	(void)snprintf(p->names[kind][i], sizeof p->names[kind][i], "%s%d",
	    kinds[kind], i);
	return p->names[kind][i];
}

/* Different ones out of the first n; the number of them. */
static int32_t
pick(struct play *p, int32_t n, int32_t most, int32_t *list)
{
	int32_t want = 1 + upto(p, most), i, k, got = 0;

	for (i = 0; i < 4 * want && got < want; i++) {
		int32_t v = upto(p, n);
		bool have = false;

		for (k = 0; k < got; k++)
			have |= list[k] == v;
		if (!have)
			list[got++] = v;
	}
	return got;
}

/* Check 0 is the calendar, where there is one, and nobody's evidence. */
static int32_t
pick_checks(struct play *p, int32_t most, int32_t *list)
{
	int32_t n = pick(p, p->graph.n_checks - 1, most, list), i;

	for (i = 0; i < n; i++)
		list[i]++;
	return n;
}

/* Absolute, or of what is expected: 2 is all, 1 is half. */
static struct limits
make_limits(struct play *p)
{
	if (chance(p, 60))
		return (struct limits){
			.fail_below = { LIMIT_ABSOLUTE, 1 },
			.warn_below = { LIMIT_ABSOLUTE, 2 },
			.over = RESULT_PASS };
	return (struct limits){ .fail_below = { LIMIT_PERCENT, 50 },
		.warn_below = { LIMIT_PERCENT, 100 },
		.over = (enum result)upto(p, 3),
		.allow_empty = chance(p, 20) };
}

static int64_t
make_period(struct play *p)
{
	if (p->checks30)
		return 24 * HOUR;
	return chance(p, 15) ? (10 + upto(p, 50)) * MINUTE :
	    (1 + upto(p, 6)) * HOUR;
}

static void
make_checks(struct play *p)
{
	int64_t every = make_period(p);
	int32_t i;

	p->graph.n_checks = p->checks30 ? 31 : 5 + upto(p, 8);
	for (i = 0; i < p->graph.n_checks; i++) {
		p->checks[i] = (struct check_def){
			.name = name(p, OF_CHECK, i), .item = "item",
			.target = chance(p, 60) ? "db" : NULL,
			.limits = make_limits(p),
			.due = { .kind = chance(p, 30) ? DUE_ANCHOR :
				DUE_NONE, .after_ms = upto(p, 6) * HOUR },
			.confirm = 1 + upto(p, 2),
			.every_ms = p->checks30 || chance(p, 50) ? every :
				make_period(p),
			.patience_ms = (10 + upto(p, 60)) * MINUTE };
		p->checks[i].max_age_ms = chance(p, 30) ? 0 :
		    p->checks[i].every_ms + 2 * HOUR;
	}
	p->pipeline.calendar = p->checks30 || chance(p, 50) ? 0 : NONE;
	p->checks[0].calendar = p->pipeline.calendar == 0;
}

static void
make_gates(struct play *p)
{
	int32_t i;

	p->graph.n_gates = p->checks30 ? 6 : 2 + upto(p, 5);
	for (i = 0; i < p->graph.n_gates; i++)
		p->gates[i] = (struct gate_def){
			.name = name(p, OF_GATE, i),
			.inputs = p->inputs[i],
			.n_inputs = pick_checks(p, p->checks30 ? 5 : 3,
			    p->inputs[i]),
			.alarm = i == 0 || (i == 1 && chance(p, 20)),
			.mode = MODE_ENFORCE };
	for (i = 0; i < p->graph.n_gates; i++)
		if (p->gates[i].alarm && chance(p, 40))
			p->gates[i].at = (struct due){ .kind = DUE_ANCHOR,
				.after_ms = upto(p, 4) * HOUR };
}

/* A gate that guards; the last one always does. */
static int32_t
pick_guard(struct play *p)
{
	int32_t i = 1 + upto(p, p->graph.n_gates - 1);

	return p->gates[i].alarm ? p->graph.n_gates - 1 : i;
}

static void
make_done(struct play *p, int32_t i)
{
	struct phase_def *ph = &p->phases[i];
	int32_t kind = upto(p, 10);

	ph->done_kind = DONE_CHECKS;
	ph->done_checks = p->done[i];
	ph->n_done_checks = pick_checks(p, p->checks30 ? 4 : 2, p->done[i]);
	if (kind < 3 && !p->gates[p->graph.n_gates - 1].alarm) {
		ph->done_kind = DONE_GATE;
		ph->done_gate = pick_guard(p);
	} else if (kind == 3 && ph->start != NONE) {
		ph->done_kind = DONE_EXIT;
	}
}

static void
make_edges(struct play *p, int32_t i)
{
	struct phase_def *ph = &p->phases[i];
	int32_t from[P_LIST], n = i > 0 ? pick(p, i, 2, from) : 0, k;

	for (k = 0; k < n; k++)
		p->edges[i][ph->n_after++] = (struct edge_def){ from[k], 0 };
	if (chance(p, 15))
		p->edges[i][ph->n_after++] = (struct edge_def){
			upto(p, i + 1), -1 };
	ph->after = p->edges[i];
	ph->guards = p->guards[i];
	if (chance(p, 35) && !p->gates[p->graph.n_gates - 1].alarm)
		p->guards[i][ph->n_guards++] = pick_guard(p);
}

static struct retry
make_retry(struct play *p)
{
	int32_t attempts = 1 + upto(p, 3);

	return (struct retry){ .attempts = attempts,
		.initial_ms = (1 + upto(p, 20)) * MINUTE,
		.max_ms = HOUR, .multiplier = 2.0,
		.jitter = chance(p, 20) ? JITTER_FULL +
		    (enum jitter)((attempts + 2) % 3) : JITTER_NONE };
}

/* From the date's end, or a time of the wall clock: that is where a zone's
 * gaps and overlaps are. */
static struct due
make_due(struct play *p, int32_t i)
{
	if (chance(p, 30))
		return (struct due){ .kind = DUE_NONE };
	if (chance(p, 70))
		return (struct due){ .kind = DUE_ANCHOR,
			.after_ms = (1 + i * 2 + upto(p, 3)) * HOUR };
	return (struct due){ .kind = DUE_WALL, .days = 1,
		.time_s = ((i % 6) * 2 + upto(p, 12)) * 3600 +
		    upto(p, 4) * 900 };
}

static void
make_phases(struct play *p)
{
	int32_t i;

	p->graph.n_phases = p->checks30 ? 6 : 2 + upto(p, 5);
	for (i = 0; i < p->graph.n_phases; i++) {
		p->phases[i] = (struct phase_def){
			.name = name(p, OF_PHASE, i),
			.start = chance(p, 55) ? upto(p, P_ACTIONS) : NONE,
			.due = make_due(p, i),
			.severity = SEVERITY_WARNING +
			    (enum severity)upto(p, 2),
			.retry = make_retry(p),
			.verify_within_ms = (5 + upto(p, 15)) * MINUTE,
			.permit_ms = 15 * MINUTE,
			.rerun = (enum rerun)upto(p, 3),
			.external = chance(p, 20) };
		make_done(p, i);
		make_edges(p, i);
	}
}

static void
make_actions(struct play *p)
{
	int32_t i;

	p->graph.n_actions = P_ACTIONS;
	for (i = 0; i < P_ACTIONS; i++)
		p->actions[i] = (struct action_def){
			.name = name(p, OF_ACTION, i),
			.idempotent = chance(p, 50),
			.per_hour = chance(p, 40) ? 1 + upto(p, 4) : 0,
			.target = chance(p, 50) ? "db" : NULL,
			.exclusive = chance(p, 30) };
	p->graph.n_recoveries = p->checks30 ? P_RECOVERIES :
	    upto(p, P_RECOVERIES + 1);
	for (i = 0; i < p->graph.n_recoveries; i++) {
		struct recovery_def *r = &p->recoveries[i];

		*r = (struct recovery_def){ .name = name(p, OF_RECOVERY, i),
			.action = upto(p, P_ACTIONS),
			.repairs = p->repairs[i],
			.n_repairs = pick_checks(p, 3, p->repairs[i]),
			.order = upto(p, 2), .retry = make_retry(p),
			.no_effect_limit = 1 + upto(p, 2),
			.verify_after_ms = upto(p, 2) * MINUTE,
			.verify_every_ms = MINUTE,
			.verify_within_ms = (5 + upto(p, 15)) * MINUTE,
			.exhausted = (enum severity)upto(p, 4),
			.mode = chance(p, 90) ? MODE_ENFORCE :
			    MODE_OBSERVE };
		r->per_date = r->retry.attempts + upto(p, 3);
	}
}

/* Shortly before a night on which its clocks are changed, if they ever are:
 * transitions of 2026 lie in the days that are played. */
static void
make_zone(struct play *p)
{
	static const int64_t year = INT64_C(1767225600); /* 2026-01-01 */
	int64_t from = year + upto(p, 330) * (DAY / 1000);
	int32_t z = upto(p, p->n_zones);
	struct zone_span span;

	p->pipeline.zone = p->zones[z];
	p->pipeline.zone_name = p->zone_names[z];
	zone_span(&p->pipeline.zone, from, &span);
	if (span.end < year + 360 * (DAY / 1000) && chance(p, 80))
		from = span.end - (2 + upto(p, 8)) * (DAY / 1000);
	p->begin = from * 1000 - from * 1000 % DAY + upto(p, 24) * HOUR;
}

static uint32_t
some_of(struct play *p, int32_t n, int32_t percent)
{
	uint32_t bits = 0;
	int32_t i;

	for (i = 0; i < n; i++)
		if (chance(p, percent))
			bits |= 1u << i;
	return bits;
}

void
make_graph(struct play *p)
{
	p->pipeline = (struct pipeline_def){ .name = "random",
		.day_ends_s = 4 * 3600,
		.mode = p->checks30 || chance(p, 85) ? MODE_ENFORCE :
			MODE_OBSERVE,
		.watch_days = p->checks30 ? 2 : 2 + upto(p, 3),
		.act_within_ms = p->checks30 ? DAY : (1 + upto(p, 2)) * DAY,
		.settle_ms = upto(p, 6) * HOUR,
		.remind_ms = chance(p, 50) ? (p->checks30 ? 24 : 3) * HOUR :
			0 };
	make_zone(p);
	make_checks(p);
	make_gates(p);
	make_actions(p);
	make_phases(p);
	p->pipeline.n_phases = p->graph.n_phases;
	p->graph.pipelines = &p->pipeline;
	p->graph.n_pipelines = 1;
	p->graph.phases = p->phases;
	p->graph.checks = p->checks;
	p->graph.gates = p->gates;
	p->graph.actions = p->actions;
	p->graph.recoveries = p->recoveries;
	p->graph.starts_per_hour = chance(p, 40) ? 2 + upto(p, 6) : 0;
	/* some objects come only with a reload */
	p->alive[OF_ACTION] = (1u << P_ACTIONS) - 1;
	p->alive[OF_PHASE] = (1u << p->graph.n_phases) - 1;
	p->alive[OF_GATE] = (1u << p->graph.n_gates) - 1;
	p->alive[OF_CHECK] = p->graph.n_checks == 32 ? UINT32_MAX :
	    (1u << p->graph.n_checks) - 1;
	p->alive[OF_RECOVERY] = p->checks30 ? (1u << P_RECOVERIES) - 1 :
	    some_of(p, p->graph.n_recoveries, 85);
}
