/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident-help.h -- weeks that several tests live through.
 */
#ifndef TESTS_INCIDENT_HELP_H
#define TESTS_INCIDENT_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "incident-world.h"

static inline int
setup(void **state)
{
	*state = world_new();
	return 0;
}

static inline int
teardown(void **state)
{
	world_free(*state);
	return 0;
}

/* Every date is whole in time, so that the tests speak of one thing each. */
static inline void
whole_week(struct world *w, int32_t but)
{
	int32_t n;

	for (n = 8; n <= 20; n++)
		if (n != but)
			world_whole(w, JAN(n), AT(n + 1, 4, 0));
}

static inline void
expect(const struct world *w, enum root_kind kind, int32_t root,
    struct date date, int32_t n, enum notice_kind said,
    enum severity severity, int64_t at)
{
	const struct told *t = world_told(w, kind, root, date, n);

	assert_non_null(t);
	assert_string_equal(notice_kind_name(t->kind),
	    notice_kind_name(said));
	assert_string_equal(severity_name(t->severity),
	    severity_name(severity));
	/* within a period of the checks */
	assert_in_range(t->at, at, at + 20 * MINUTE);
}

/* Pdc comes with the first try, pcf never does. */
static inline void
repair_pdc(struct world *w, const struct attempt_row *a, struct date date)
{
	if (a->action == PROCESS)
		world_fact(w, PDC, date, w->now.wall, 9);
}

static inline void
the_sixteenth(struct world *w)
{
	whole_week(w, 16);
	world_fact(w, BOX, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, MLFS, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, PREDICTED, JAN(16), AT(17, 11, 50), 9);
	w->ended = repair_pdc;
}

#endif
