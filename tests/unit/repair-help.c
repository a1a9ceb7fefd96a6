/* SPDX-License-Identifier: BSD-2-Clause
 *
 * repair-help.c -- see repair-help.h.
 */
#include "repair-help.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

const struct recovery_row *
plan(const struct world *w, int32_t recovery, struct date date)
{
	return engine_recovery(w->engine, recovery, date);
}

const struct attempt_row *
try_of(const struct world *w, int32_t recovery, struct date date, int32_t n)
{
	const struct attempt_row *a = world_attempt(w, NONE, recovery, date,
	    n);

	assert_non_null(a);
	return a;
}

int32_t
tries(const struct world *w, int32_t recovery, struct date date)
{
	return world_attempts(w, NONE, recovery, date);
}

enum why
why(const struct world *w, int32_t recovery, struct date date)
{
	return engine_read_recovery(w->engine, recovery, date, &w->now, NULL);
}

void
lacks(struct world *w, int32_t check, struct date date)
{
	world_fact(w, check, date, (date.day + 1) * DAY + 8 * HOUR, 0, NAN);
}

void
brings_all_that_is_missing(struct world *w, const struct world_start *s,
    struct event *ended)
{
	int32_t i;

	(void)ended;
	for (i = 0; i < 5; i++)
		if (s->row.failing & 1u << i)
			world_fact(w, PDC + i, s->date, w->now.wall, 400,
			    NAN);
}

struct date
one_missing(struct world *w, world_act_fn *act)
{
	const struct date date = january(14);

	w->act[PROCESS_DATE] = act;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	world_go(w);
	return date;
}
