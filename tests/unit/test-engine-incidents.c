/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-incidents.c -- what people are told, on a week of basketball.
 *
 * Each test says when what arrives, lets the time pass, and reads the
 * messages.
 */
#include <math.h>

#include "incident-help.h"

/*-------------------------------------------------------------------- steps */

static void
each_step_of_a_ladder_is_said_once(void **state)
{
	struct world *w = *state;

	whole_week(w, 15);
	world_whole(w, JAN(15), AT(16, 4, 0));
	world_fact(w, BOX, JAN(15), AT(16, 4, 0), 1);
	world_resume(w);
	world_until(w, AT(19, 3, 0));
	expect(w, ROOT_ALARM, LADDER, JAN(15), 0, NOTICE_OPENED,
	    SEVERITY_INFO, AT(16, 10, 0));
	expect(w, ROOT_ALARM, LADDER, JAN(15), 1, NOTICE_WORSE,
	    SEVERITY_WARNING, AT(16, 16, 0));
	expect(w, ROOT_ALARM, LADDER, JAN(15), 2, NOTICE_WORSE,
	    SEVERITY_CRITICAL, AT(17, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, LADDER, JAN(15)), 3);
	assert_int_equal(world_open_incidents(w), 1);
	world_fact(w, BOX, JAN(15), AT(19, 3, 0), 9);
	world_until(w, AT(19, 10, 0));
	expect(w, ROOT_ALARM, LADDER, JAN(15), 3, NOTICE_RESOLVED,
	    SEVERITY_CRITICAL, AT(19, 3, 0));
	assert_int_equal(world_open_incidents(w), 0);
}

static void
going_down_is_silent(void **state)
{
	struct world *w = *state;

	whole_week(w, 15);
	world_whole(w, JAN(15), AT(16, 4, 0));
	world_fact(w, BOX, JAN(15), AT(16, 4, 0), 1);
	world_fact(w, BOX, JAN(15), AT(17, 5, 0), 7);
	world_resume(w);
	world_until(w, AT(18, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, LADDER, JAN(15)), 3);
	assert_int_equal(world_breach(w, ROOT_ALARM, LADDER,
	    JAN(15))->severity, SEVERITY_WARNING);
	assert_int_equal(world_incident(w, ROOT_ALARM, LADDER,
	    JAN(15))->severity, SEVERITY_CRITICAL);
}

/*---------------------------------------------------------------- deadlines */

static void
a_deadline_speaks_though_nothing_ever_arrived(void **state)
{
	struct world *w = *state;

	whole_week(w, NONE);
	world_fact(w, GRADED, JAN(13), AT(14, 4, 0), 0);
	world_resume(w);
	world_until(w, AT(15, 14, 0));
	expect(w, ROOT_PHASE, GRADE, JAN(13), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, AT(14, 15, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(13)), 1);
	world_fact(w, GRADED, JAN(13), AT(15, 14, 0), 9);
	world_until(w, AT(15, 15, 0));
	expect(w, ROOT_PHASE, GRADE, JAN(13), 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING, AT(15, 14, 0) + 20 * MINUTE);
}

static void
an_idle_date_has_no_deadline(void **state)
{
	struct world *w = *state;

	whole_week(w, 13);
	world_fact(w, GAMES, JAN(13), AT(13, 4, 0), 0);
	world_resume(w);
	world_until(w, AT(14, 20, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(13)), 0);
	assert_int_equal(world_told_count(w, ROOT_ALARM, NONE, JAN(13)), 0);
	/* it owes something after all */
	world_fact(w, GAMES, JAN(13), AT(14, 20, 0), 9);
	world_until(w, AT(15, 4, 0));
	assert_true(world_told_count(w, ROOT_PHASE, NONE, JAN(13)) > 0);
	/* and then it doesn't */
	world_fact(w, GAMES, JAN(13), AT(15, 4, 0), 0);
	world_until(w, AT(16, 4, 0));
	assert_int_equal(world_open_incidents(w), 0);
}

/*--------------------------------------------------------------------- roots */

static void
what_follows_hangs_under_the_root(void **state)
{
	struct world *w = *state;
	const struct breach_row *b;

	whole_week(w, 16);
	world_fact(w, BOX, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(16), AT(17, 4, 0), 9);
	world_resume(w);
	world_until(w, AT(17, 16, 0));
	expect(w, ROOT_PHASE, PRECOMPUTE, JAN(16), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, AT(17, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, PREDICT, JAN(16)),
	    0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(16)), 0);
	b = world_breach(w, ROOT_PHASE, GRADE, JAN(16));
	assert_non_null(b);
	assert_true(b->child && b->open);
	assert_int_equal(b->since, AT(17, 15, 0));
	assert_int_equal(b->incident, world_incident(w, ROOT_PHASE,
	    PRECOMPUTE, JAN(16))->number);
	/* the alarm over the same processors joins it, as a cause */
	b = world_breach(w, ROOT_ALARM, PHASE4, JAN(16));
	assert_non_null(b);
	assert_false(b->child);
	assert_int_equal(world_told_count(w, ROOT_ALARM, PHASE4, JAN(16)), 0);
}

/* analytics has no due time of its own and would never speak. */
static void
the_most_upstream_failing_phase_is_the_root(void **state)
{
	struct world *w = *state;

	whole_week(w, 16);
	world_fact(w, BOX, JAN(16), AT(17, 4, 0), 9);
	world_resume(w);
	world_until(w, AT(17, 11, 30));
	expect(w, ROOT_PHASE, ANALYTICS, JAN(16), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, AT(17, 11, 0));
	assert_true(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(16))->child);
	assert_int_equal(world_open_incidents(w), 1);
}

static void
a_proven_root_owns_what_it_held_back(void **state)
{
	struct world *w = *state;
	int32_t i;

	whole_week(w, 18);
	world_fact(w, BOX, JAN(18), AT(19, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(18), AT(19, 4, 0), 9);
	for (i = PDC; i <= PREDICTED; i++)
		world_fact(w, i, JAN(18), AT(19, 11, 30), 9);
	world_resume(w);
	world_until(w, AT(19, 16, 0));
	/* proven before grade was due, and yet it follows */
	assert_true(world_breach(w, ROOT_PHASE, GRADE, JAN(18))->child);
	assert_true(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(18))->clearing);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(18)), 0);
	/* after the window it speaks for itself, measured afresh */
	world_until(w, AT(19, 19, 0));
	i = (int32_t)(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(18))->clear_since / MINUTE - AT(19, 11, 30) / MINUTE);
	assert_in_range(i, 0, 30);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(18)), 1);
	expect(w, ROOT_PHASE, GRADE, JAN(18), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, AT(19, 17, 30) + i * MINUTE);
	assert_false(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(18))->open);
	assert_int_equal(world_open_incidents(w), 1);
}

/* Grades are looked at twice a day; they arrived since. */
static void
at_the_end_of_the_window_it_is_measured_before_anyone_is_told(void **state)
{
	struct world *w = *state;
	int32_t i;

	w->checks[GRADED].every_ms = 12 * HOUR;
	world_build(w);
	whole_week(w, 18);
	world_fact(w, BOX, JAN(18), AT(19, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(18), AT(19, 4, 0), 9);
	for (i = PDC; i <= PREDICTED; i++)
		world_fact(w, i, JAN(18), AT(19, 11, 30), 9);
	world_fact(w, GRADED, JAN(18), AT(19, 16, 30), 9);
	world_resume(w);
	world_until(w, AT(19, 17, 0));
	assert_true(world_breach(w, ROOT_PHASE, GRADE, JAN(18))->open);
	world_until(w, AT(19, 19, 0));
	assert_false(world_breach(w, ROOT_PHASE, GRADE, JAN(18))->open);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(18)), 0);
	assert_int_equal(world_open_incidents(w), 0);
}

static void
what_arrives_in_the_window_ends_with_the_root(void **state)
{
	struct world *w = *state;
	const struct incident_row *row;
	int32_t i;

	whole_week(w, 18);
	world_fact(w, BOX, JAN(18), AT(19, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(18), AT(19, 4, 0), 9);
	for (i = PDC; i <= PREDICTED; i++)
		world_fact(w, i, JAN(18), AT(19, 11, 30), 9);
	world_fact(w, GRADED, JAN(18), AT(19, 16, 0), 9);
	world_resume(w);
	world_until(w, AT(19, 17, 0));
	row = world_incident(w, ROOT_PHASE, PRECOMPUTE, JAN(18));
	assert_false(row->open);
	expect(w, ROOT_PHASE, PRECOMPUTE, JAN(18), row->told_count - 1,
	    NOTICE_RESOLVED, row->told, row->closed_at);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, JAN(18)), 0);
	assert_int_equal(world_open_incidents(w), 0);
}

static void
a_later_cause_upstream_becomes_the_root(void **state)
{
	struct world *w = *state;

	/* a due time later than that downstream: allowed, and warned about */
	w->phases[PRECOMPUTE].due.time_s = 13 * 3600;
	world_build(w);
	whole_week(w, 16);
	world_fact(w, BOX, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(16), AT(17, 4, 0), 9);
	world_resume(w);
	world_until(w, AT(17, 12, 30));
	expect(w, ROOT_PHASE, PREDICT, JAN(16), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, AT(17, 12, 0));
	world_until(w, AT(17, 14, 0));
	assert_int_equal(world_open_incidents(w), 1);
	assert_non_null(world_incident(w, ROOT_PHASE, PRECOMPUTE, JAN(16)));
	assert_null(world_incident(w, ROOT_PHASE, PREDICT, JAN(16)));
}

static void
a_phase_joins_the_alarm_that_spoke_first(void **state)
{
	struct world *w = *state;

	w->gates[PHASE4].at = (struct due){ .kind = DUE_NONE };
	w->checks[PDC].due = w->checks[PCF].due = w->checks[MLFS].due =
	    (struct due){ .kind = DUE_ANCHOR, .after_ms = HOUR };
	world_build(w);
	whole_week(w, 16);
	world_fact(w, BOX, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(16), AT(17, 4, 0), 9);
	world_resume(w);
	world_until(w, AT(17, 16, 0));
	expect(w, ROOT_ALARM, PHASE4, JAN(16), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, AT(17, 5, 0));
	assert_int_equal(world_open_incidents(w), 1);
	assert_false(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(16))->child);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, JAN(16))->child);
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
	world_build(w);
	whole_week(w, NONE);
	for (i = PDC; i <= GRADED; i++) {
		world_fact(w, i, JAN(15), AT(16, 4, 0), 0);
		world_fact(w, i, JAN(16), AT(17, 4, 0), 0);
	}
	world_resume(w);
	world_until(w, AT(17, 20, 0));
	expect(w, ROOT_PHASE, PRECOMPUTE, JAN(15), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, AT(16, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(16)), 0);
	assert_true(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(16))->child);
	for (i = PDC; i <= GRADED; i++) {
		world_fact(w, i, JAN(15), AT(17, 20, 0), 9);
		world_fact(w, i, JAN(16), AT(17, 21, 0), 9);
	}
	world_until(w, AT(18, 1, 0));
	assert_int_equal(world_open_incidents(w), 0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(16)), 0);
}

/*---------------------------------------------------------------- automation */

static void
that_automation_has_stopped_is_said_once(void **state)
{
	struct world *w = *state;
	int32_t i, n = 0;

	the_sixteenth(w);
	world_resume(w);
	world_until(w, AT(17, 20, 0));
	for (i = 0; i < w->n_told; i++) {
		n += w->told[i].kind == NOTICE_GAVE_UP &&
		    w->told[i].severity == SEVERITY_CRITICAL &&
		    w->told[i].date.day == JAN(16).day;
		assert_int_not_equal(w->told[i].kind, NOTICE_WORSE);
	}
	assert_int_equal(n, 1);
	/* grade hangs under the root, and the root has its alarm in it */
	assert_true(world_breach(w, ROOT_PHASE, GRADE, JAN(16))->child);
	assert_int_equal(world_open_incidents(w), 1);
	assert_int_equal(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(16))->severity, SEVERITY_CRITICAL);
}

/* Predictions are started by us, and never come. */
static void
a_start_that_has_failed_speaks_before_it_is_due(void **state)
{
	struct world *w = *state;

	w->phases[PREDICT].start = MAKE;
	world_build(w);
	whole_week(w, NONE);
	world_fact(w, PREDICTED, JAN(13), AT(14, 4, 0), 0);
	world_fact(w, GRADED, JAN(13), AT(14, 4, 0), 0);
	world_resume(w);
	world_until(w, AT(14, 16, 0));
	expect(w, ROOT_PHASE, PREDICT, JAN(13), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, AT(14, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, PREDICT, JAN(13)),
	    1);
	assert_true(world_incident(w, ROOT_PHASE, PREDICT,
	    JAN(13))->gave_up);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, JAN(13))->child);
}

static void
a_held_start_is_critical_and_owns_what_it_delays(void **state)
{
	struct world *w = *state, *calm = world_new();
	struct world *both[] = { calm, w };
	int32_t i;

	for (i = 0; i < 2; i++) {
		both[i]->phases[PREDICT].start = MAKE;
		both[i]->actions[MAKE].idempotent = false;
		world_build(both[i]);
		whole_week(both[i], NONE);
		world_fact(both[i], PREDICTED, JAN(13), AT(14, 4, 0), 0);
		world_fact(both[i], GRADED, JAN(13), AT(14, 4, 0), 0);
		/* killed after the intent, before anything is known */
		both[i]->crash_at = calm->started_at;
		world_resume(both[i]);
		world_until(both[i], AT(14, 16, 0));
	}
	assert_true(calm->started_at > 0);
	expect(w, ROOT_ATTEMPT, PREDICT, JAN(13), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, AT(14, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(13)), 0);
	assert_true(world_breach(w, ROOT_PHASE, PREDICT, JAN(13))->child);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, JAN(13))->child);
	assert_int_equal(w->starts, 1);
	world_free(calm);
}

/* Graded, though there was nothing to grade. */
static void
who_ran_over_a_closed_edge_is_found(void **state)
{
	struct world *w = *state;
	int32_t i;

	whole_week(w, 13);
	world_fact(w, BOX, JAN(13), AT(14, 4, 0), 9);
	world_fact(w, GRADED, JAN(13), AT(14, 8, 0), 9);
	world_resume(w);
	world_until(w, AT(14, 9, 0));
	expect(w, ROOT_BYPASS, GRADE, JAN(13), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, AT(14, 8, 0));
	/* its edge is open after all */
	for (i = SUMMARY; i <= PREDICTED; i++)
		world_fact(w, i, JAN(13), AT(14, 9, 0), 9);
	world_until(w, AT(14, 10, 0));
	expect(w, ROOT_BYPASS, GRADE, JAN(13), 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING, AT(14, 9, 0));
	assert_int_equal(world_open_incidents(w), 0);
}

/*-------------------------------------------------------------------- probes */

/* The seventeenth runs, and owes nothing yet. */
static void
drop_tables(struct world *w, int64_t from, int64_t to)
{
	int32_t i, n;

	for (n = 8; n <= 17; n++)
		for (i = PDC; i < CHECKS; i++) {
			world_fact(w, i, JAN(n), from, NAN);
			world_fact(w, i, JAN(n), to, n < 17 ? 9 : 0);
		}
}

static void
a_failing_probe_is_one_incident_and_none_of_data(void **state)
{
	struct world *w = *state;
	const struct incident_row *row;
	int32_t i, probes = 0;

	whole_week(w, NONE);
	drop_tables(w, AT(17, 4, 0), AT(17, 16, 10));
	world_resume(w);
	world_until(w, AT(17, 16, 5));
	for (i = 0; (row = engine_incident_at(w->engine, i, NULL)); i++) {
		assert_true(row->kind == ROOT_PROBE ||
		    row->kind == ROOT_ADOPTION);
		probes += row->kind == ROOT_PROBE;
	}
	assert_int_equal(probes, 1);
	assert_int_equal(engine_verdict(w->engine, QUORUM, JAN(16), &w->now),
	    VERDICT_UNKNOWN);
	assert_int_equal(w->starts, 0);
	assert_true(world_breach(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(16))->child);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, JAN(16))->child);
	/* it answers again, and everything goes on by itself */
	world_until(w, AT(17, 17, 0));
	assert_int_equal(world_open_incidents(w), 0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, JAN(16)), 0);
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
	drop_tables(w, AT(17, 4, 0), AT(17, 16, 10));
	world_fact(w, GRADED, JAN(16), AT(17, 16, 10), 0);
	world_resume(w);
	world_until(w, AT(17, 18, 0));
	n = world_told_count(w, ROOT_PHASE, GRADE, JAN(16));
	assert_int_equal(n, 1);
	expect(w, ROOT_PHASE, GRADE, JAN(16), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, AT(17, 16, 20));
	assert_int_equal(world_open_incidents(w), 1);
}

static void
a_short_outage_is_no_incident(void **state)
{
	struct world *w = *state;

	whole_week(w, NONE);
	drop_tables(w, AT(17, 10, 50), AT(17, 11, 20));
	world_resume(w);
	world_until(w, AT(18, 4, 0));
	assert_int_equal(w->n_told, 1); /* the adoption */
}

static void
once_is_not_stays_unknown(void **state)
{
	struct world *w = *state;

	w->checks[BOOKS].patience_ms = 0;
	world_build(w);
	whole_week(w, NONE);
	world_resume(w);
	world_until(w, AT(15, 9, 0));
	w->blink = BOOKS;
	world_until(w, AT(15, 12, 0));
	assert_int_equal(w->blink, NONE);
	assert_int_equal(w->n_told, 1); /* the adoption */
}

/* One that is seldom looked at needn't wait for its turn. */
static void
when_a_target_answers_all_of_it_is_asked(void **state)
{
	struct world *w = *state;

	w->checks[GRADED].every_ms = 10 * HOUR;
	world_build(w);
	whole_week(w, NONE);
	drop_tables(w, AT(17, 4, 0), AT(17, 16, 10));
	world_resume(w);
	world_until(w, AT(17, 16, 5));
	assert_int_equal(engine_check(w->engine, GRADED, JAN(16))->raw,
	    RESULT_UNKNOWN);
	world_until(w, AT(17, 16, 40));
	assert_int_equal(engine_check(w->engine, GRADED, JAN(16))->raw,
	    RESULT_PASS);
	assert_int_equal(world_open_incidents(w), 0);
}

/* An incident about data stays while its probe fails. */
static void
unknown_ends_nothing(void **state)
{
	struct world *w = *state;

	whole_week(w, 16);
	world_fact(w, BOX, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, SUMMARY, JAN(16), AT(17, 4, 0), 9);
	world_fact(w, PDC, JAN(16), AT(17, 20, 0), NAN);
	world_fact(w, PCF, JAN(16), AT(17, 20, 0), NAN);
	world_fact(w, MLFS, JAN(16), AT(17, 20, 0), NAN);
	world_resume(w);
	world_until(w, AT(18, 3, 0));
	assert_true(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(16))->open);
	assert_false(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    JAN(16))->clearing);
	assert_true(world_breach(w, ROOT_ALARM, PHASE4, JAN(16))->open);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(each_step_of_a_ladder_is_said_once),
		T(going_down_is_silent),
		T(a_deadline_speaks_though_nothing_ever_arrived),
		T(an_idle_date_has_no_deadline),
		T(what_follows_hangs_under_the_root),
		T(the_most_upstream_failing_phase_is_the_root),
		T(a_proven_root_owns_what_it_held_back),
		T(at_the_end_of_the_window_it_is_measured_before_anyone_is_told),
		T(what_arrives_in_the_window_ends_with_the_root),
		T(a_later_cause_upstream_becomes_the_root),
		T(a_phase_joins_the_alarm_that_spoke_first),
		T(a_root_may_lie_on_the_date_before),
		T(that_automation_has_stopped_is_said_once),
		T(a_start_that_has_failed_speaks_before_it_is_due),
		T(a_held_start_is_critical_and_owns_what_it_delays),
		T(who_ran_over_a_closed_edge_is_found),
		T(a_failing_probe_is_one_incident_and_none_of_data),
		T(what_a_probe_hid_speaks_when_it_is_measured),
		T(a_short_outage_is_no_incident),
		T(once_is_not_stays_unknown),
		T(when_a_target_answers_all_of_it_is_asked),
		T(unknown_ends_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
