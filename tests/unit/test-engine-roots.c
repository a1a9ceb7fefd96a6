/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-roots.c -- of all that is wrong on a date one thing is said:
 * what lies most upstream, or the probe that can't tell.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "incident-help.h"

/*--------------------------------------------------------- phases and alarms */

static void
what_follows_hangs_under_the_root(void **state)
{
	struct world *w = *state;
	const struct breach_row *b;

	whole_week(w, 16);
	analysed(w, january(16), jan(17, 4, 0));
	world_go(w);
	world_until(w, jan(17, 16, 0));
	expect(w, ROOT_PHASE, PRECOMPUTE, january(16), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, jan(17, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, PREDICT, january(16)),
	    0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(16)),
	    0);
	b = world_breach(w, ROOT_PHASE, GRADE, january(16));
	assert_non_null(b);
	assert_true(b->child && b->open);
	assert_int_equal(b->since, jan(17, 15, 0));
	assert_int_equal(b->incident, world_incident(w, ROOT_PHASE,
	    PRECOMPUTE, january(16))->number);
	/* the alarm over the same processors joins it, as a cause */
	b = world_breach(w, ROOT_ALARM, PHASE4_FAILURE, january(16));
	assert_non_null(b);
	assert_false(b->child);
	assert_int_equal(world_told_count(w, ROOT_ALARM, PHASE4_FAILURE,
	    january(16)), 0);
}

/* analytics has no due time of its own and would never speak. */
static void
the_most_upstream_failing_phase_is_the_root(void **state)
{
	struct world *w = *state;

	whole_week(w, 16);
	reads(w, BOX_SCORES, january(16), jan(17, 4, 0), 9);
	world_go(w);
	world_until(w, jan(17, 11, 30));
	expect(w, ROOT_PHASE, ANALYTICS, january(16), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, jan(17, 11, 0));
	assert_true(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    january(16))->child);
	assert_int_equal(world_open_incidents(w), 1);
}

static void
a_proven_root_owns_what_it_held_back(void **state)
{
	struct world *w = *state;
	int32_t i;

	whole_week(w, 18);
	analysed(w, january(18), jan(19, 4, 0));
	for (i = PDC; i <= PUBLISHED; i++)
		reads(w, i, january(18), jan(19, 11, 30), 9);
	world_go(w);
	world_until(w, jan(19, 16, 0));
	/* proven before grade was due, and yet it follows */
	assert_true(world_breach(w, ROOT_PHASE, GRADE, january(18))->child);
	assert_true(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    january(18))->clearing);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(18)),
	    0);
	/* after the window it speaks for itself, measured afresh */
	world_until(w, jan(19, 19, 0));
	i = (int32_t)(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    january(18))->clear_since / MINUTE - jan(19, 11, 30) / MINUTE);
	assert_in_range(i, 0, 30);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(18)),
	    1);
	expect(w, ROOT_PHASE, GRADE, january(18), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, jan(19, 17, 30) + i * MINUTE);
	assert_false(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    january(18))->open);
	assert_int_equal(world_open_incidents(w), 1);
}

/* Grades are looked at twice a day; they arrived since. */
static void
after_the_window_it_is_measured_before_anyone_is_told(void **state)
{
	struct world *w = *state;
	int32_t i;

	w->checks[GRADED].every_ms = 12 * HOUR;
	whole_week(w, 18);
	analysed(w, january(18), jan(19, 4, 0));
	for (i = PDC; i <= PREDICTED; i++)
		reads(w, i, january(18), jan(19, 11, 30), 9);
	reads(w, GRADED, january(18), jan(19, 16, 30), 9);
	world_go(w);
	world_until(w, jan(19, 17, 0));
	assert_true(world_breach(w, ROOT_PHASE, GRADE, january(18))->open);
	world_until(w, jan(19, 19, 0));
	assert_false(world_breach(w, ROOT_PHASE, GRADE, january(18))->open);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(18)),
	    0);
	assert_int_equal(world_open_incidents(w), 0);
}

static void
what_arrives_in_the_window_ends_with_the_root(void **state)
{
	struct world *w = *state;
	const struct incident_row *row;
	int32_t i;

	whole_week(w, 18);
	analysed(w, january(18), jan(19, 4, 0));
	for (i = PDC; i <= PUBLISHED; i++)
		reads(w, i, january(18), jan(19, 11, 30), 9);
	reads(w, GRADED, january(18), jan(19, 16, 0), 9);
	world_go(w);
	world_until(w, jan(19, 17, 0));
	row = world_incident(w, ROOT_PHASE, PRECOMPUTE, january(18));
	assert_false(row->open);
	expect(w, ROOT_PHASE, PRECOMPUTE, january(18), row->told_count - 1,
	    NOTICE_RESOLVED, row->told, row->closed_at);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(18)),
	    0);
	assert_int_equal(world_open_incidents(w), 0);
}

static void
a_later_cause_upstream_becomes_the_root(void **state)
{
	struct world *w = *state;

	/* a due time later than that downstream: allowed, and warned about */
	w->phases[PRECOMPUTE].due.time_s = 13 * 3600;
	whole_week(w, 16);
	analysed(w, january(16), jan(17, 4, 0));
	world_go(w);
	world_until(w, jan(17, 12, 30));
	expect(w, ROOT_PHASE, PREDICT, january(16), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, jan(17, 12, 0));
	world_until(w, jan(17, 14, 0));
	assert_int_equal(world_open_incidents(w), 1);
	assert_non_null(world_incident(w, ROOT_PHASE, PRECOMPUTE, january(16)));
	assert_null(world_incident(w, ROOT_PHASE, PREDICT, january(16)));
}

static void
a_phase_joins_the_alarm_that_spoke_first(void **state)
{
	struct world *w = *state;
	int32_t i;

	w->gates[PHASE4_FAILURE].at = (struct due){ .kind = DUE_NONE };
	for (i = PDC; i <= TDZA; i++)
		w->checks[i].due = (struct due){ .kind = DUE_ANCHOR,
			.after_ms = HOUR };
	whole_week(w, 16);
	analysed(w, january(16), jan(17, 4, 0));
	world_go(w);
	world_until(w, jan(17, 16, 0));
	expect(w, ROOT_ALARM, PHASE4_FAILURE, january(16), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, jan(17, 5, 0));
	assert_int_equal(world_open_incidents(w), 1);
	assert_false(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    january(16))->child);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, january(16))->child);
}

/* A phase that waits for the date before, which is the root. */
static void
a_root_may_lie_on_the_date_before(void **state)
{
	struct world *w = *state;
	static const struct edge_def edges[] = { { ANALYTICS, 0 },
		{ PRECOMPUTE, -1 } };
	int32_t i;

	w->phases[PRECOMPUTE].after = edges;
	w->phases[PRECOMPUTE].n_after = 2;
	whole_week(w, NONE);
	for (i = PDC; i <= GRADED; i++) {
		reads(w, i, january(15), jan(16, 4, 0), 0);
		reads(w, i, january(16), jan(17, 4, 0), 0);
	}
	world_go(w);
	world_until(w, jan(17, 20, 0));
	expect(w, ROOT_PHASE, PRECOMPUTE, january(15), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, jan(16, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(16)), 0);
	assert_true(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    january(16))->child);
	for (i = PDC; i <= GRADED; i++) {
		reads(w, i, january(15), jan(17, 20, 0), 9);
		reads(w, i, january(16), jan(17, 21, 0), 9);
	}
	world_until(w, jan(18, 1, 0));
	assert_int_equal(world_open_incidents(w), 0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(16)), 0);
}

/*-------------------------------------------------------------------- probes */

/* The seventeenth runs, and owes nothing yet. */
static void
drop_tables(struct world *w, int64_t from, int64_t to)
{
	int32_t i, n;

	for (n = 8; n <= 17; n++)
		for (i = PDC; i < NBA_CHECKS; i++) {
			reads(w, i, january(n), from, NAN);
			reads(w, i, january(n), to, n < 17 ? 9 : 0);
		}
}

static void
a_failing_probe_is_one_incident_and_none_of_data(void **state)
{
	struct world *w = *state;
	const struct incident_row *row;
	int32_t i, probes = 0;

	whole_week(w, NONE);
	drop_tables(w, jan(17, 4, 0), jan(17, 16, 10));
	world_go(w);
	world_until(w, jan(17, 16, 5));
	for (i = 0; (row = engine_incident_at(w->engine, i, NULL)); i++) {
		assert_true(row->kind == ROOT_PROBE ||
		    row->kind == ROOT_ADOPTION);
		probes += row->kind == ROOT_PROBE;
	}
	assert_int_equal(probes, 1);
	assert_int_equal(engine_verdict(w->engine, PRECOMPUTE_QUORUM,
	    january(16), &w->now), VERDICT_UNKNOWN);
	assert_int_equal(w->n_starts, 0);
	assert_true(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    january(16))->child);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, january(16))->child);
	/* it answers again, and everything goes on by itself */
	world_until(w, jan(17, 17, 0));
	assert_int_equal(world_open_incidents(w), 0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(16)), 0);
	for (i = 0, probes = 0; i < w->n_told; i++)
		probes += w->told[i].root_kind == ROOT_PROBE;
	assert_int_equal(probes, 2);
}

/* Behind the outage nothing had arrived: then it is said, and not before. */
static void
what_a_probe_hid_speaks_when_it_is_measured(void **state)
{
	struct world *w = *state;
	int32_t n;

	whole_week(w, NONE);
	drop_tables(w, jan(17, 4, 0), jan(17, 16, 10));
	reads(w, GRADED, january(16), jan(17, 16, 10), 0);
	world_go(w);
	world_until(w, jan(17, 18, 0));
	n = world_told_count(w, ROOT_PHASE, GRADE, january(16));
	assert_int_equal(n, 1);
	expect(w, ROOT_PHASE, GRADE, january(16), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, jan(17, 16, 20));
	assert_int_equal(world_open_incidents(w), 1);
}

static void
a_short_outage_is_no_incident(void **state)
{
	struct world *w = *state;

	whole_week(w, NONE);
	drop_tables(w, jan(17, 10, 50), jan(17, 11, 20));
	world_go(w);
	world_until(w, jan(18, 4, 0));
	assert_int_equal(w->n_told, 1); /* the adoption */
}

/* One that is seldom looked at needn't wait for its turn. */
static void
when_a_target_answers_all_of_it_is_asked(void **state)
{
	struct world *w = *state;

	w->checks[GRADED].every_ms = 10 * HOUR;
	whole_week(w, NONE);
	drop_tables(w, jan(17, 4, 0), jan(17, 16, 10));
	world_go(w);
	world_until(w, jan(17, 16, 5));
	assert_int_equal(engine_check(w->engine, GRADED, january(16))->raw,
	    RESULT_UNKNOWN);
	world_until(w, jan(17, 16, 40));
	assert_int_equal(engine_check(w->engine, GRADED, january(16))->raw,
	    RESULT_PASS);
	assert_int_equal(world_open_incidents(w), 0);
}

static const struct incident_row *
probe_of_published(const struct world *w)
{
	return world_incident(w, ROOT_PROBE, PUBLISHED, january(18));
}

static uint64_t
home_of_grade(const struct world *w)
{
	return world_breach(w, ROOT_PHASE, GRADE, january(18))->incident;
}

/* What would go to an outage that ends stays where it is; when that one stands
 * again, it goes there in the same instant. */
static void
what_stayed_goes_to_an_outage_that_is_back(void **state)
{
	struct world *w = *state;
	int64_t at = jan(19, 18, 30);
	int32_t i;

	w->checks[PUBLISHED].patience_ms = 20 * MINUTE;
	w->checks[GRADED].patience_ms = 130 * MINUTE;
	whole_week(w, 18);
	analysed(w, january(18), jan(19, 4, 0));
	for (i = PDC; i <= PREDICTED; i++)
		reads(w, i, january(18), jan(19, 11, 30), 9);
	/* it comes twice, and waits whether it will come again */
	reads(w, PUBLISHED, january(18), jan(19, 12, 30), NAN);
	reads(w, PUBLISHED, january(18), jan(19, 14, 0), 9);
	reads(w, PUBLISHED, january(18), jan(19, 15, 0), NAN);
	reads(w, PUBLISHED, january(18), jan(19, 16, 45), 9);
	reads(w, GRADED, january(18), jan(19, 17, 0), NAN);
	world_go(w);
	world_until(w, at);
	/* the root's window is over, and grades can't be told for a while */
	assert_true(probe_of_published(w)->clearing);
	assert_int_equal(home_of_grade(w), world_incident(w, ROOT_PHASE,
	    PRECOMPUTE, january(18))->number);
	while (probe_of_published(w)->clearing && at < jan(19, 20, 0))
		world_until(w, at += MINUTE);
	assert_false(probe_of_published(w)->clearing);
	assert_int_equal(home_of_grade(w), probe_of_published(w)->number);
}

/* An incident about data stays while its probe fails. */
static void
unknown_ends_nothing(void **state)
{
	struct world *w = *state;
	int32_t i;

	whole_week(w, 16);
	analysed(w, january(16), jan(17, 4, 0));
	for (i = PDC; i <= TDZA; i++)
		reads(w, i, january(16), jan(17, 20, 0), NAN);
	world_go(w);
	world_until(w, jan(18, 3, 0));
	assert_true(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    january(16))->open);
	assert_false(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    january(16))->clearing);
	assert_true(world_breach(w, ROOT_ALARM, PHASE4_FAILURE,
	    january(16))->open);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, incident_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(what_follows_hangs_under_the_root),
		T(the_most_upstream_failing_phase_is_the_root),
		T(a_proven_root_owns_what_it_held_back),
		T(after_the_window_it_is_measured_before_anyone_is_told),
		T(what_arrives_in_the_window_ends_with_the_root),
		T(a_later_cause_upstream_becomes_the_root),
		T(a_phase_joins_the_alarm_that_spoke_first),
		T(a_root_may_lie_on_the_date_before),
		T(a_failing_probe_is_one_incident_and_none_of_data),
		T(what_a_probe_hid_speaks_when_it_is_measured),
		T(a_short_outage_is_no_incident),
		T(when_a_target_answers_all_of_it_is_asked),
		T(what_stayed_goes_to_an_outage_that_is_back),
		T(unknown_ends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
