/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-laws-plans.c -- each law of how often and until when something may be
 * tried: plans, backoff, budgets, ends, breakers, numbers. On a journal that
 * keeps it and on one that breaks it and no other, as in test-laws.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "laws-help.h"

static void
numbered(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_NOT_DONE });
	attempt(s, PH, (struct law_attempt){ .id = 2,
		.number = bad ? 1 : 2 });
}

static void
planned(struct scene *s, bool bad)
{
	ready(s);
	phase(s, PH, LAW_PENDING, 0, bad ? 2 : 1, 0);
	attempt(s, PH, (struct law_attempt){ .id = 1,
		.number = bad ? 3 : 2 });
}

static void
backoff(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	attempt(s, PH, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_NOT_DONE });
	see(s, (struct law_fact){ .kind = FACT_PHASE, .name = PH,
		.u.phase = { .state = LAW_PENDING, .attempt = 1,
		    .attempts = 1, .next_at = s->at + 60000 } });
	s->at += bad ? 0 : 60000;
	attempt(s, PH, (struct law_attempt){ .id = 2, .number = 2 });
}

/* When it may be tried again stands in the row before the one that counts
 * the try. */
static void
backoff_of_repair(struct scene *s, bool bad)
{
	repair(s, 1);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_NO_EFFECT,
		.failing = NAMES(CHECK) });
	see(s, (struct law_fact){ .kind = FACT_RECOVERY, .name = REC,
		.u.recovery = { 1, 0, false, s->at + 60000 } });
	s->at += bad ? 0 : 60000;
	see(s, (struct law_fact){ .kind = FACT_RECOVERY, .name = REC,
		.u.recovery = { 2, 0, false, INSTANT_NONE } });
	attempt(s, REC, (struct law_attempt){ .id = 2, .number = 2,
		.failing = NAMES(CHECK) });
}

static void
turn(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_RECOVERY,
		.name = BOSS + 1, .u.recovery_def = {
		    .repairs = NAMES(CHECK), .order = 1,
		    .enforces = true } });
	if (!bad)
		see(s, (struct law_fact){ .kind = FACT_RECOVERY,
			.name = BOSS + 1, .u.recovery = { 1, 0, true,
			    INSTANT_NONE } });
	repair(s, 1);
}

static void
ended_stays_worse(struct scene *s, bool bad)
{
	repair(s, 1);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = bad ? LAW_WORSE :
		    LAW_IMPROVED, .failing = NAMES(CHECK) });
	recovery(s, 2, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = 2, .number = 2,
		.failing = NAMES(CHECK) });
}

static void
ended_stays_no_effect(struct scene *s, bool bad)
{
	uint64_t id;

	date(s, 3, false, false);
	check(s, CHECK, LAW_FAIL);
	see(s, (struct law_fact){ .kind = FACT_DEFINE_RECOVERY, .name = REC,
		.u.recovery_def = { .repairs = NAMES(CHECK),
		    .no_effect_limit = bad ? 2 : 3 } });
	for (id = 1; id <= 3; id++) {
		recovery(s, (int32_t)id, 0, false);
		attempt(s, REC, (struct law_attempt){ .id = id,
			.number = (int32_t)id, .failing = NAMES(CHECK) });
		attempt(s, REC, (struct law_attempt){ .id = id,
			.number = (int32_t)id, .state = LAW_CLOSED,
			.outcome = LAW_NO_EFFECT, .failing = NAMES(CHECK) });
	}
}

static void
budget(struct scene *s, bool bad)
{
	uint64_t id;

	ready(s);
	for (id = 1; id <= 4; id++) {
		phase(s, PH, LAW_PENDING, 0, 0, (int32_t)id);
		attempt(s, PH, (struct law_attempt){ .id = id,
			.number = 1 });
		attempt(s, PH, (struct law_attempt){ .id = id, .number = 1,
			.state = LAW_CLOSED, .outcome = LAW_NOT_DONE });
		s->at += bad ? 0 : HOUR / 3;
	}
}

/* What isn't configured any more counts no more. */
static void
budget_without(struct scene *s, bool bad)
{
	uint64_t id;

	ready(s);
	repair(s, 1);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_NO_EFFECT,
		.failing = NAMES(CHECK) });
	if (bad)
		defined(s);
	else
		defined_but_repair(s);
	ready(s);
	for (id = 2; id <= 4; id++) {
		phase(s, PH, LAW_PENDING, 0, 0, (int32_t)id);
		attempt(s, PH, (struct law_attempt){ .id = id,
			.number = 1 });
		attempt(s, PH, (struct law_attempt){ .id = id, .number = 1,
			.state = LAW_CLOSED, .outcome = LAW_NOT_DONE });
	}
}

static void
budget_of_date(struct scene *s, bool bad)
{
	uint64_t id;

	date(s, 3, false, false);
	check(s, CHECK, LAW_FAIL);
	for (id = 1; id <= (bad ? 4 : 3); id++) {
		recovery(s, 1, (int32_t)id, false);
		attempt(s, REC, (struct law_attempt){ .id = id, .number = 1,
			.failing = NAMES(CHECK) });
		attempt(s, REC, (struct law_attempt){ .id = id, .number = 1,
			.state = LAW_CLOSED, .outcome = LAW_NO_EFFECT,
			.failing = NAMES(CHECK) });
		s->at += HOUR;
	}
}

static void
no_refund(struct scene *s, bool bad)
{
	recovery(s, 2, 0, false);
	starts(s, 2);
	recovery(s, bad ? 1 : 2, 0, false);
	recovery(s, 0, 1, false);
}

static void
no_refund_of_episode(struct scene *s, bool bad)
{
	phase(s, PH, LAW_PENDING, 0, 0, 3);
	phase(s, PH, LAW_PENDING, 0, 0, bad ? 2 : 4);
}

static void
ended_stays(struct scene *s, bool bad)
{
	recovery(s, 2, 0, true);
	recovery(s, bad ? 2 : 0, bad ? 0 : 1, false);
}

static void
ended_stays_started(struct scene *s, bool bad)
{
	date(s, 3, false, false);
	check(s, CHECK, LAW_FAIL);
	recovery(s, 1, 0, true);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.by_person = !bad, .failing = NAMES(CHECK) });
}

static void
ended_stays_failed(struct scene *s, bool bad)
{
	phase(s, PH, LAW_FAILED, 0, 2, 0);
	phase(s, PH, LAW_PENDING, 0, bad ? 2 : 0, bad ? 0 : 1);
}

static void
unique(struct scene *s, bool bad)
{
	ready(s);
	attempt(s, PH, (struct law_attempt){ .id = 5, .number = 1 });
	attempt(s, PH, (struct law_attempt){ .id = 5, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_NOT_DONE });
	repair(s, bad ? 4 : 6);
}

static void
unique_number(struct scene *s, bool bad)
{
	override(s, true);
	see(s, (struct law_fact){ .kind = FACT_HOLD,
		.u.hold = { .id = bad ? 7 : 8, .any_date = true } });
}

static void
breaker_is(struct scene *s, enum law_breaker_state state, uint64_t from)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_ACTION, .name = ACT,
		.u.action_def = { .breaker = TARGET } });
	see(s, (struct law_fact){ .kind = FACT_BREAKER, .name = TARGET,
		.u.breaker = { state, from } });
}

static void
breaker_open(struct scene *s, bool bad)
{
	ready(s);
	breaker_is(s, bad ? LAW_BREAKER_OPEN : LAW_BREAKER_CLOSED, 1);
	start(s, 1);
}

/* One that was under way before is no probe. */
static void
breaker_half_open(struct scene *s, bool bad)
{
	ready(s);
	start(s, 1);
	breaker_is(s, LAW_BREAKER_HALF_OPEN, bad ? 1 : 2);
	see(s, (struct law_fact){ .kind = FACT_DATE, .day = DAY + 1,
		.dated = true, .u.date = { 3, false, false } });
	see(s, (struct law_fact){ .kind = FACT_CHECK, .name = CHECK,
		.day = DAY + 1, .dated = true, .u.check = { .raw = LAW_FAIL,
		    .measured = true, .expected = 5, .in_row = 2,
		    .extra = -1, .began = s->at - 10, .ended = s->at } });
	see(s, (struct law_fact){ .kind = FACT_ATTEMPT, .name = REC,
		.day = DAY + 1, .dated = true, .u.attempt = { .id = 2,
		    .repairs = true, .action = ACT, .failing = NAMES(CHECK),
		    .intent_at = s->at, .ended_at = INSTANT_NONE,
		    .n_proof = -1, .by_person = true } });
}

static void
disabled(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DISABLED, .name = REC,
		.u.disabled = { true, NAMES(CHECK) } });
	if (!bad)
		see(s, (struct law_fact){ .kind = FACT_DISABLED, .name = REC,
			.u.disabled = { false, NAMES(CHECK) } });
	repair(s, 1);
}

/* Its share is one attempt. */
static void
budget_of_item(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_RECOVERY, .name = REC,
		.u.recovery_def = { .repairs = NAMES(CHECK, OTHER),
		    .plan = 9, .per_date = 9, .per_item = bad ? 1 : 2,
		    .no_effect_limit = 9, .order = 2, .enforces = true } });
	repair(s, 1);
	attempt(s, REC, (struct law_attempt){ .id = 1, .number = 1,
		.state = LAW_CLOSED, .outcome = LAW_NO_EFFECT });
	recovery(s, 2, 0, false);
	attempt(s, REC, (struct law_attempt){ .id = 2, .number = 2,
		.failing = NAMES(CHECK) });
}

static void
retired(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_RECOVERY, .name = REC,
		.u.recovery_def = { .repairs = NAMES(CHECK, OTHER),
		    .plan = 9, .per_date = 9, .no_effect_limit = 9,
		    .order = 2, .enforces = true, .retires = true,
		    .retired_from = DAY + !bad } });
	repair(s, 1);
}

/* Whoever comes first in order need not come for what it may repair no
 * more. */
static void
turn_of_disabled(struct scene *s, bool bad)
{
	see(s, (struct law_fact){ .kind = FACT_DEFINE_RECOVERY, .name = BOSS,
		.u.recovery_def = { .repairs = NAMES(CHECK), .order = 1,
		    .enforces = true } });
	if (!bad)
		see(s, (struct law_fact){ .kind = FACT_DISABLED, .name = BOSS,
			.u.disabled = { true, NAMES(CHECK) } });
	repair(s, 1);
}

static void
every_law_is_judged(void **state)
{
	static const struct law_case cases[] = {
		{ LAW_NUMBERED, numbered }, { LAW_PLANNED, planned },
		{ LAW_BACKOFF, backoff }, { LAW_BACKOFF, backoff_of_repair },
		{ LAW_TURN, turn }, { LAW_ENDED_STAYS, ended_stays_worse },
		{ LAW_ENDED_STAYS, ended_stays_no_effect },
		{ LAW_BUDGET, budget }, { LAW_BUDGET, budget_without },
		{ LAW_BUDGET, budget_of_date }, { LAW_NO_REFUND, no_refund },
		{ LAW_NO_REFUND, no_refund_of_episode },
		{ LAW_ENDED_STAYS, ended_stays },
		{ LAW_ENDED_STAYS, ended_stays_started },
		{ LAW_ENDED_STAYS, ended_stays_failed },
		{ LAW_BREAKER, breaker_open },
		{ LAW_BREAKER, breaker_half_open }, { LAW_DISABLED, disabled },
		{ LAW_BUDGET, budget_of_item }, { LAW_TURN, turn_of_disabled },
		{ LAW_RETIRED, retired }, { LAW_UNIQUE, unique },
		{ LAW_UNIQUE, unique_number },
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
