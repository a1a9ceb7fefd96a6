/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-trouble.c -- what a machine does to a supervisor: it stops it
 * for hours, sets its clock, and lets its probes hang.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine-world.h"

static void
go(struct world *w)
{
	world_begin(w);
	world_resume(w);
}

/*---------------------------------------------------------------- evidence */

/* Two phases: what arrives, and what is made of it. */
enum { ARRIVED, MADE };

static struct world *
two_phases(void)
{
	struct world *w = world_new();
	int32_t checks[2] = { world_check(w, "arrived"),
		world_check(w, "made") };
	int32_t i, phase;

	for (i = 0; i < 2; i++) {
		phase = world_phase(w, i ? "make" : "arrive", i - 1);
		world_done_checks(w, phase, &checks[i], 1);
	}
	w->phases[MADE].start = world_action(w, "make", NULL);
	return w;
}

/* The daemon was stopped with an answer on its way: that was read before,
 * however lately it came in. */
static void
what_was_hours_on_its_way_starts_nothing(void **state)
{
	struct world *w = two_phases();

	(void)state;
	world_fact(w, ARRIVED, jan13, jan(14, 8, 0), 1, NAN);
	world_fact(w, ARRIVED, jan13, jan(14, 9, 0), 0, NAN);
	go(w);
	world_until(w, jan(14, 7, 59));
	w->measuring_takes = 3 * HOUR;
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 0);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_hours_on_its_way_starts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
