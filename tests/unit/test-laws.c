/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-laws.c -- each law of starts and attempts, on a journal that keeps it
 * and on one that breaks it and no other. Without the law nothing is found in
 * either, so that each is seen to stand for itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "laws-help.h"

/*--------------------------------------------------------------- attempts */

static void
intent_first(struct scene *s, bool bad)
{
	ready(s);
	if (!bad)
		attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1 });
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_RUNNING });
}

/* The phase is under way by nothing that is known. */
static void
intent_of_phase(struct scene *s, bool bad)
{
	ready(s);
	if (!bad)
		attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1 });
	phase(s, PH, LAW_STARTING, 1, 1, 0);
}

static void
intent_once(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	if (bad)
		attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1 });
}

static void
forward(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_VERIFYING });
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = bad ? LAW_RUNNING : LAW_VERIFYING });
}

static void
begun_once(struct scene *s, bool bad)
{
	int i;

	ready(s);
	start(s, 1);
	for (i = 0; i <= bad; i++)
		see(s, (struct law_fact){ .kind = FACT_BEGUN,
			.u.begun.attempt = 1 });
}

static void
alone(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	if (!bad)
		attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
			.state = LAW_CLOSED, .outcome = LAW_NOT_DONE });
	attempt(s, PH, (struct law_attempt){ .id = 2, .number = 2 });
}

static void
doubt(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	starts(s, 2);
	if (!bad)
		attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
			.state = LAW_IN_DOUBT });
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_RUNNING });
}

static void
decided_after(struct scene *s, bool bad)
{
	int64_t before = s->at;

	ready(s);
	start(s, 1);
	starts(s, 2);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_IN_DOUBT });
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_IN_DOUBT, .ended_at = bad ? before : s->at +
		    1000 });
}

static void
not_repeated(struct scene *s, bool bad)
{
	repair(s, 1);
	starts(s, 2);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_IN_DOUBT, .failing = NAMES(CHECK) });
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = bad ? LAW_CLOSED : LAW_HELD,
		.ended_at = s->at, .outcome = bad ? LAW_NO_EFFECT :
		    LAW_NO_OUTCOME, .failing = NAMES(CHECK) });
}

/* Closed without a word of what it did, and started again. */
static void
not_repeated_later(struct scene *s, bool bad)
{
	repair(s, 1);
	starts(s, 2);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_IN_DOUBT, .failing = NAMES(CHECK) });
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .ended_at = s->at,
		.outcome = LAW_UNPROVEN, .failing = NAMES(CHECK) });
	recovery(s, 2, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = 2, .number = 2,
		.by_person = !bad, .failing = NAMES(CHECK) });
}

/* UP makes what REC repairs, and PH reads it. */
static void
apart(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	if (!bad)
		attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
			.state = LAW_CLOSED, .outcome = LAW_NOT_DONE });
	repair(s, 2);
}

static void
apart_by_target(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_ACTION, .name = ACT,
		.u.action_def.exclusive = bad });
	ready(s);
	start(s, 1);
	see(s, (struct law_fact){ .kind = FACT_CHECK, .name = CHECK,
		.day = DAY + 1, .u.check = { .raw = LAW_FAIL,
		    .measured = true, .value = 1, .expected = 5,
		    .in_row = 2 } });
	see(s, (struct law_fact){ .kind = FACT_ATTEMPT, .name = REC,
		.day = DAY + 1, .u.attempt = { .id = 2, .number = 1,
		    .action = ACT, .repairs = true, .by_person = true,
		    .failing = NAMES(CHECK), .ended_at = INSTANT_NONE,
		    .n_proof = -1 } });
}

/*----------------------------------------------------------------- starting */

static void
permit(struct scene *s, uint64_t id, enum law_permit_state state,
    enum law_verdict v)
{
	see(s, (struct law_fact){ .kind = FACT_PERMIT, .name = PH,
		.u.permit = { id, state, v, s->at + HOUR, NULL } });
}

static void
one_starter(struct scene *s, bool bad)
{
	ready(s);
	permit(s, 9, LAW_GRANTED, LAW_OPEN);
	if (!bad)
		permit(s, 9, LAW_EXPIRED, LAW_OPEN);
	start(s, 1);
}

/* A permit that is redeemed after its time. */
static void
permit_in_time(struct scene *s, bool bad)
{
	int64_t until = s->at + HOUR;

	ready(s);
	see(s, (struct law_fact){ .kind = FACT_PERMIT, .name = PH,
		.u.permit = { 9, LAW_GRANTED, LAW_OPEN, until, NULL } });
	s->at = until - (bad ? 1000 : 1001);
	see(s, (struct law_fact){ .kind = FACT_PERMIT, .name = PH,
		.u.permit = { 9, LAW_STARTED, LAW_OPEN, until, NULL } });
}

/* A run that says it has begun, and has no permit. */
static void
one_starter_of_a_run(struct scene *s, bool bad)
{
	ready(s);
	permit(s, 9, LAW_GRANTED, LAW_OPEN);
	permit(s, 9, bad ? LAW_EXPIRED : LAW_STARTED, LAW_OPEN);
	see(s, (struct law_fact){ .kind = FACT_PHASE, .name = PH,
		.u.phase = { .state = LAW_PHASE_RUNS, .outside = true } });
}

static void
edge_open(struct scene *s, bool bad)
{
	ready(s);
	gate(s, bad ? LAW_BLOCKED : LAW_DEGRADED, 2);
	start(s, 1);
}

static void
edge_open_upstream(struct scene *s, bool bad)
{
	ready(s);
	phase(s, UP, bad ? LAW_PENDING : LAW_SKIPPED, 0, 0, 0);
	start(s, 1);
}

/* Upstream is recorded as done, and its evidence has turned. */
static void
edge_open_evidence(struct scene *s, bool bad)
{
	ready(s);
	check(s, CHECK, bad ? LAW_UNKNOWN : LAW_WARN);
	start(s, 1);
}

static void
edge_open_override(struct scene *s, bool bad)
{
	ready(s);
	gate(s, LAW_BLOCKED, 2);
	override(s, true);
	start(s, 1);
	if (!bad)
		override(s, false);
}

/* What was spent had been over already. */
static void
edge_open_expired(struct scene *s, bool bad)
{
	ready(s);
	gate(s, LAW_BLOCKED, 2);
	override(s, true);
	s->at += bad ? 2 * HOUR : 0;
	start(s, 1);
	override(s, false);
}

static void
edge_open_before(struct scene *s, bool bad)
{
	ready(s);
	see(s, (struct law_fact){ .kind = FACT_DEFINE_PHASE, .name = PH,
		.u.phase_def = { .before = NAMES(UP), .plan = 2 } });
	see(s, (struct law_fact){ .kind = FACT_DATE, .day = DAY - 1,
		.u.date.owed = bad ? 2 : 0 });
	see(s, (struct law_fact){ .kind = FACT_DATE, .day = DAY - 2,
		.u.date.owed = 2 });
	see(s, (struct law_fact){ .kind = FACT_PHASE, .day = DAY - 2,
		.name = UP, .u.phase.state = LAW_DONE });
	start(s, 1);
}

static void
enforced(struct scene *s, bool bad)
{
	ready(s);
	see(s, (struct law_fact){ .kind = FACT_DEFINE_PIPELINE,
		.name = PIPE, .u.pipeline_def = { !bad, 72 * HOUR, -1 } });
	start(s, 1);
}

static void
permit_open(struct scene *s, bool bad)
{
	ready(s);
	override(s, true);
	permit(s, 9, LAW_GRANTED, LAW_BLOCKED);
	if (!bad)
		override(s, false);
	phase(s, PH, LAW_PENDING, 0, 0, 0);
}

static void
permit_open_edge(struct scene *s, bool bad)
{
	ready(s);
	phase(s, UP, bad ? LAW_FAILED : LAW_DONE, 0, 0, 0);
	permit(s, 9, LAW_GRANTED, LAW_OPEN);
	phase(s, PH, LAW_PENDING, 0, 0, 0);
}

/* Upstream is done, and of what that rests on nothing is owed. */
static void
permit_on_nothing(struct scene *s, bool bad)
{
	const struct law_reading r = { .check = CHECK, .day = DAY,
		.result = bad ? LAW_FAIL : LAW_SKIP, .age_ms = -1,
		.fresh_ms = -1 };
	const struct law_basis b = { INSTANT_NONE, 1, &r };

	ready(s);
	check(s, CHECK, LAW_FAIL);
	see(s, (struct law_fact){ .kind = FACT_PERMIT, .name = PH,
		.u.permit = { 9, LAW_GRANTED, LAW_OPEN, s->at + HOUR, &b } });
	phase(s, PH, LAW_PENDING, 0, 0, 0);
}

static void
fresh(struct scene *s, bool bad)
{
	const struct law_reading r = { .check = OTHER, .day = DAY,
		.result = LAW_FAIL, .began = s->at, .due = INSTANT_NONE,
		.age_ms = bad ? 5001 : 5000, .fresh_ms = 5000 };
	const struct law_basis b = { INSTANT_NONE, 1, &r };

	ready(s);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.basis = &b });
}

static void
not_held(struct scene *s, bool bad)
{
	ready(s);
	see(s, (struct law_fact){ .kind = FACT_HOLD, .name = PH,
		.u.hold = { .id = 3, .scope = LAW_HOLD_PHASE,
		    .any_date = true, .live = true,
		    .until = bad ? INSTANT_NONE : s->at + 1500 } });
	start(s, 1);
}

static void
not_held_at_all(struct scene *s, bool bad)
{
	ready(s);
	see(s, (struct law_fact){ .kind = FACT_HOLD,
		.u.hold = { .id = 3, .scope = LAW_HOLD_ALL,
		    .any_date = true, .live = true,
		    .until = INSTANT_NONE } });
	if (!bad)
		see(s, (struct law_fact){ .kind = FACT_HOLD,
			.u.hold = { .id = 3, .scope = LAW_HOLD_ALL } });
	repair(s, 1);
}

static void
reach(struct scene *s, bool bad)
{
	ready(s);
	date(s, 3, true, false);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.by_person = !bad });
	phase(s, PH, LAW_STARTING, 1, 1, 0);
	phase(s, PH, LAW_PHASE_RUNS, 1, 1, 0);
}

static void
reach_met(struct scene *s, bool bad)
{
	ready(s);
	see(s, (struct law_fact){ .kind = FACT_MET, .name = PH,
		.day = DAY - !bad });
	start(s, 1);
}

static void
reach_old(struct scene *s, bool bad)
{
	const struct law_basis b = { s->at - (bad ? 73 : 71) * HOUR, 0,
		NULL };

	date(s, 3, false, false);
	check(s, CHECK, LAW_FAIL);
	recovery(s, 1, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.failing = NAMES(CHECK), .basis = &b });
}

static void
every_law_is_judged(void **state)
{
	static const struct law_case cases[] = {
		{ LAW_INTENT_FIRST, intent_first },
		{ LAW_INTENT_FIRST, intent_of_phase },
		{ LAW_INTENT_ONCE, intent_once }, { LAW_FORWARD, forward },
		{ LAW_BEGUN_ONCE, begun_once }, { LAW_ALONE, alone },
		{ LAW_DOUBT, doubt }, { LAW_DECIDED_AFTER, decided_after },
		{ LAW_NOT_REPEATED, not_repeated },
		{ LAW_NOT_REPEATED, not_repeated_later }, { LAW_APART, apart },
		{ LAW_APART, apart_by_target },
		{ LAW_ONE_STARTER, one_starter },
		{ LAW_ONE_STARTER, one_starter_of_a_run },
		{ LAW_EDGE_OPEN, edge_open },
		{ LAW_EDGE_OPEN, edge_open_upstream },
		{ LAW_EDGE_OPEN, edge_open_evidence },
		{ LAW_EDGE_OPEN, edge_open_override },
		{ LAW_EDGE_OPEN, edge_open_expired },
		{ LAW_EDGE_OPEN, edge_open_before }, { LAW_ENFORCED, enforced },
		{ LAW_PERMIT_OPEN, permit_open },
		{ LAW_PERMIT_OPEN, permit_open_edge },
		{ LAW_PERMIT_OPEN, permit_on_nothing },
		{ LAW_PERMIT_OPEN, permit_in_time }, { LAW_FRESH, fresh },
		{ LAW_NOT_HELD, not_held }, { LAW_NOT_HELD, not_held_at_all },
		{ LAW_REACH, reach }, { LAW_REACH, reach_met },
		{ LAW_REACH, reach_old },
	};

	(void)state;
	must_judge(cases, ARRAY_SIZE(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_law_is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
