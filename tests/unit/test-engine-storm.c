/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-storm.c -- much that fails at once is one thing to say.
 *
 * Ten thousand failing measurements in a minute are one incident with one
 * message, and something else that is critical is told within a minute. When
 * a root clears on which thirty phases hang, with failures that are hours
 * old, nobody hears of any of them before it was measured again.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "engine-world.h"

enum { STORM = 16, CHILDREN = 30, MENDED = 20 };

static void
falls_due(struct world *w, int32_t phase, int32_t hour)
{
	w->phases[phase].due = next_day_at(hour);
}

static void
test_one_cause(void **state)
{
	struct world *w = world_new();
	int32_t checks[STORM], other, raw, alarm, i, told;
	uint64_t before;
	char name[16];

	*state = w;
	for (i = 0; i < STORM; i++) {
		(void)snprintf(name, sizeof name, "c%d", i);
		checks[i] = world_check(w, name);
		w->checks[checks[i]].every_ms = 96;
	}
	other = world_check(w, "other");
	w->checks[other].every_ms = MINUTE / 4;
	raw = world_phase(w, "raw", NONE);
	world_done_checks(w, raw, checks, STORM);
	falls_due(w, raw, 6);
	alarm = world_gate(w, "alarm", ALL_OF, &other, 1);
	w->gates[alarm].alarm = true;
	w->answers[alarm].blocked = SEVERITY_CRITICAL;
	/* met before it ends, or it would be adopted */
	w->pipeline.day_ends_s = 5 * 3600 + 59 * 60 + 30;
	w->now.wall = jan(14, 5, 59);
	world_fact(w, other, january(13), 0, 1, NAN);
	world_fact(w, other, january(13), jan(14, 6, 0) + MINUTE / 2, 0, NAN);
	w->pipeline.watch_days = 1;
	world_go(w);
	world_until(w, jan(14, 6, 0));
	before = w->measurements;
	world_until(w, jan(14, 6, 1));
	assert_true(w->measurements - before >= 10000);
	world_until(w, jan(14, 7, 0));
	told = world_told_count(w, ROOT_PHASE, raw, january(13));
	assert_true(told >= 1 && told <= 5);
	assert_int_equal(world_told_count(w, ROOT_ALARM, alarm, january(13)),
	    1);
	assert_true(world_told(w, ROOT_ALARM, alarm, january(13), 0)->at <=
	    jan(14, 6, 0) + MINUTE / 2 + MINUTE);
	assert_int_equal(world_open_incidents(w), 2);
}

/* When a child was told of, its evidence was younger than the root's proof. */
static void
judge_told(struct world *w, int32_t phase, int32_t check, int64_t cleared)
{
	int32_t n = world_told_count(w, ROOT_PHASE, phase, january(13));
	const struct check_row *row = engine_check(w->engine, check,
	    january(13));

	if (n == 0)
		return;
	assert_true(world_told(w, ROOT_PHASE, phase, january(13), 0)->at >=
	    cleared);
	assert_non_null(row);
	assert_true(row->began_wall >= cleared);
}

static void
test_thirty_children(void **state)
{
	struct world *w = world_new();
	int32_t phases[CHILDREN], checks[CHILDREN], raw, rows, i;
	int64_t cleared = jan(14, 10, 0);
	char name[16];

	*state = w;
	rows = world_check(w, "rows");
	raw = world_phase(w, "raw", NONE);
	world_done_checks(w, raw, &rows, 1);
	falls_due(w, raw, 6);
	for (i = 0; i < CHILDREN; i++) {
		(void)snprintf(name, sizeof name, "child%d", i);
		checks[i] = world_check(w, name);
		w->checks[checks[i]].every_ms = DAY;    /* old by then */
		phases[i] = world_phase(w, name, raw);
		world_done_checks(w, phases[i], &checks[i], 1);
		falls_due(w, phases[i], 8);
		if (i < MENDED)
			world_fact(w, checks[i], january(13), jan(14, 9, 0),
			    1, NAN);
	}
	world_fact(w, rows, january(13), cleared, 1, NAN);
	w->pipeline.settle_ms = 0;
	w->pipeline.watch_days = 1;
	w->measuring_takes = MINUTE;
	world_go(w);
	world_until(w, jan(14, 9, 59));
	assert_int_equal(world_told_count(w, ROOT_PHASE, raw, january(13)),
	    1);
	for (i = 0; i < CHILDREN; i++)
		assert_int_equal(world_told_count(w, ROOT_PHASE, phases[i],
		    january(13)), 0);
	for (; w->now.wall < jan(14, 14, 0); world_pass(w, 10000))
		for (i = 0; i < CHILDREN; i++)
			judge_told(w, phases[i], checks[i], cleared);
	for (i = 0; i < CHILDREN; i++)
		assert_int_equal(world_told_count(w, ROOT_PHASE, phases[i],
		    january(13)), i < MENDED ? 0 : 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_one_cause, world_teardown),
		cmocka_unit_test_teardown(test_thirty_children,
		    world_teardown),
	};

	return cmocka_run_group_tests_name("storms", tests, NULL, NULL);
}
