/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-laws-backfill.c -- journals in which a backfill does what it may, and
 * one thing that it may not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "laws-help.h"

static void
backfill(struct scene *s, struct law_backfill b, const char *dates)
{
	b.id = 90;
	b.from = DAY - 1;
	b.per_hour = b.per_hour ? b.per_hour : 9;
	b.dates = dates;
	see(s, (struct law_fact){ .kind = FACT_BACKFILL, .pipeline = PIPE,
		.u.backfill = b });
}

static const struct law_backfill two = { .runs = true, .at_most = 2 };

static void
started(struct scene *s, uint64_t id)
{
	attempt(s, PH, (struct law_attempt){ .id = id, .number = 1,
		.backfill = 90 });
	phase(s, PH, LAW_STARTING, id, 1, 0);
	phase(s, PH, LAW_PHASE_RUNS, id, 1, 0);
}

static void
active_dates_alone(struct scene *s, bool bad)
{
	ready(s);
	date(s, 3, true, false);
	backfill(s, two, bad ? "a." : "aa");
	started(s, 1);
}

static void
while_it_runs(struct scene *s, bool bad)
{
	struct law_backfill b = two;

	ready(s);
	date(s, 3, true, false);
	b.runs = !bad;
	backfill(s, b, "aa");
	started(s, 1);
}

static void
within_its_range(struct scene *s, bool bad)
{
	ready(s);
	date(s, 3, true, false);
	backfill(s, two, bad ? "a" : "aa");
	started(s, 1);
}

static void
nothing_that_was_whole(struct scene *s, bool bad)
{
	ready(s);
	backfill(s, two, "aa");
	phase(s, PH, bad ? LAW_DONE : LAW_PENDING, 0, 0, 0);
	started(s, 1);
}

static void
one_that_there_is(struct scene *s, bool bad)
{
	ready(s);
	if (!bad)
		backfill(s, two, "aa");
	started(s, 1);
}

static void
so_many_at_once(struct scene *s, bool bad)
{
	backfill(s, two, "a..");
	backfill(s, two, bad ? "aaa" : "aa.");
}

static void
the_canary_alone(struct scene *s, bool bad)
{
	struct law_backfill b = two;

	b.canary = true;
	backfill(s, b, "a..");
	b.proven = !bad;
	backfill(s, b, "aa.");
}

/* Its budget is its own: what it starts doesn't count elsewhere. */
static void
budget_of_it(struct scene *s, bool bad)
{
	struct law_backfill b = two;
	uint64_t id;

	ready(s);
	b.per_hour = bad ? 2 : 3;
	backfill(s, b, "aa");
	for (id = 1; id <= 3; id++) {
		phase(s, PH, LAW_PENDING, 0, 0, (int32_t)id);
		attempt(s, PH, (struct law_attempt){ .id = id, .number = 1,
			.backfill = 90 });
		attempt(s, PH, (struct law_attempt){ .id = id, .number = 1,
			.backfill = 90, .state = LAW_CLOSED,
			.outcome = LAW_NOT_DONE });
	}
}

static void
every_law_is_judged(void **state)
{
	static const struct law_case cases[] = {
		{ LAW_BACKFILL, active_dates_alone },
		{ LAW_BACKFILL, while_it_runs },
		{ LAW_BACKFILL, within_its_range },
		{ LAW_BACKFILL, nothing_that_was_whole },
		{ LAW_BACKFILL, one_that_there_is },
		{ LAW_BACKFILL_ROOM, so_many_at_once },
		{ LAW_BACKFILL_ROOM, the_canary_alone },
		{ LAW_BUDGET, budget_of_it },
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
