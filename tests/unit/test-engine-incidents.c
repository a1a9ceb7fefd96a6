/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-incidents.c -- what people are told, on a week of basketball.
 *
 * Each test says when what arrives, lets the time pass, and reads the
 * messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "incident-help.h"

/* The 15th has one of its box scores, and all else. */
static void
lacks_box_scores(struct world *w)
{
	whole_week(w, 15);
	whole(w, january(15), jan(16, 4, 0));
	reads(w, BOX_SCORES, january(15), jan(16, 4, 0), 1);
}

/* Begins, with a 13th that isn't graded. */
static void
lacks_grades(struct world *w)
{
	whole_week(w, NONE);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	world_go(w);
}

static void
replies(struct world *w, const struct command *c, enum reply_code code)
{
	world_command(w, c);
	assert_int_equal(w->reply.u.reply.code, code);
}

/*--------------------------------------------------------------------- steps */

static void
each_step_of_a_ladder_is_said_once(void **state)
{
	struct world *w = *state;

	lacks_box_scores(w);
	world_go(w);
	world_until(w, jan(19, 3, 0));
	expect(w, ROOT_ALARM, BOX_SCORE_ALARM, january(15), 0, NOTICE_OPENED,
	    SEVERITY_INFO, jan(16, 10, 0));
	expect(w, ROOT_ALARM, BOX_SCORE_ALARM, january(15), 1, NOTICE_WORSE,
	    SEVERITY_WARNING, jan(16, 16, 0));
	expect(w, ROOT_ALARM, BOX_SCORE_ALARM, january(15), 2, NOTICE_WORSE,
	    SEVERITY_CRITICAL, jan(17, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15)), 3);
	assert_int_equal(world_open_incidents(w), 1);
	reads(w, BOX_SCORES, january(15), jan(19, 3, 0), 9);
	world_until(w, jan(19, 10, 0));
	expect(w, ROOT_ALARM, BOX_SCORE_ALARM, january(15), 3, NOTICE_RESOLVED,
	    SEVERITY_CRITICAL, jan(19, 3, 0));
	assert_int_equal(world_open_incidents(w), 0);
}

static void
going_down_is_silent(void **state)
{
	struct world *w = *state;

	lacks_box_scores(w);
	reads(w, BOX_SCORES, january(15), jan(17, 5, 0), 7);
	world_go(w);
	world_until(w, jan(18, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15)), 3);
	assert_int_equal(world_breach(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15))->severity, SEVERITY_WARNING);
	assert_int_equal(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15))->severity, SEVERITY_CRITICAL);
}

/*----------------------------------------------------------------- deadlines */

static void
a_deadline_speaks_though_nothing_ever_arrived(void **state)
{
	struct world *w = *state;

	lacks_grades(w);
	world_until(w, jan(15, 14, 0));
	expect(w, ROOT_PHASE, GRADE, january(13), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, jan(14, 15, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(13)), 1);
	reads(w, GRADED, january(13), jan(15, 14, 0), 9);
	world_until(w, jan(15, 15, 0));
	expect(w, ROOT_PHASE, GRADE, january(13), 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING, jan(15, 14, 0) + 20 * MINUTE);
}

static void
an_idle_date_has_no_deadline(void **state)
{
	struct world *w = *state;

	whole_week(w, 13);
	reads(w, GAMES, january(13), jan(13, 4, 0), 0);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(13)), 0);
	assert_int_equal(world_told_count(w, ROOT_ALARM, NONE, january(13)), 0);
	/* it owes something after all */
	reads(w, GAMES, january(13), jan(14, 20, 0), 9);
	world_until(w, jan(15, 4, 0));
	assert_true(world_told_count(w, ROOT_PHASE, NONE, january(13)) > 0);
	/* and then it doesn't */
	reads(w, GAMES, january(13), jan(15, 4, 0), 0);
	world_until(w, jan(16, 4, 0));
	assert_int_equal(world_open_incidents(w), 0);
}

/*---------------------------------------------------------------- automation */

static void
that_automation_has_stopped_is_said_once(void **state)
{
	struct world *w = *state;
	int32_t i, n = 0;

	the_sixteenth(w);
	world_go(w);
	world_until(w, jan(17, 20, 0));
	for (i = 0; i < w->n_told; i++) {
		n += w->told[i].kind == NOTICE_GAVE_UP &&
		    w->told[i].severity == SEVERITY_CRITICAL &&
		    w->told[i].date.day == january(16).day;
		assert_int_not_equal(w->told[i].kind, NOTICE_WORSE);
	}
	assert_int_equal(n, 1);
	/* grade hangs under the root, and the root has its alarm in it */
	assert_true(world_breach(w, ROOT_PHASE, GRADE, january(16))->child);
	assert_int_equal(world_open_incidents(w), 1);
	assert_int_equal(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    january(16))->severity, SEVERITY_CRITICAL);
}

/* Also where that raises nothing. */
static void
an_end_of_automation_needs_no_severity(void **state)
{
	struct world *w = *state;
	int32_t i, n = 0;

	w->recoveries[PHASE4_BACKFILL].exhausted = SEVERITY_NONE;
	the_sixteenth(w);
	world_go(w);
	world_until(w, jan(17, 20, 0));
	for (i = 0; i < w->n_told; i++)
		n += w->told[i].kind == NOTICE_GAVE_UP &&
		    w->told[i].severity == SEVERITY_WARNING &&
		    w->told[i].date.day == january(16).day;
	assert_int_equal(n, 1);
}

/* Predictions are started by us, once, and never come. */
static void
predictions_fail(struct world *w)
{
	w->phases[PREDICT].start = RUN_PREDICTIONS;
	w->phases[PREDICT].retry.attempts = 1;
	w->act[RUN_PREDICTIONS] = NULL;
	whole_week(w, NONE);
	reads(w, PREDICTED, january(13), jan(14, 4, 0), 0);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
}

static void
a_start_that_has_failed_speaks_before_it_is_due(void **state)
{
	struct world *w = *state;

	predictions_fail(w);
	world_go(w);
	world_until(w, jan(14, 16, 0));
	expect(w, ROOT_PHASE, PREDICT, january(13), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, jan(14, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, PREDICT, january(13)),
	    1);
	assert_true(world_incident(w, ROOT_PHASE, PREDICT,
	    january(13))->gave_up);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, january(13))->child);
}

static void
a_held_start_is_critical_and_owns_what_it_delays(void **state)
{
	struct world *w = *state, *calm = incident_world();
	struct world *both[] = { calm, w };
	int32_t i;

	for (i = 0; i < 2; i++) {
		predictions_fail(both[i]);
		both[i]->actions[RUN_PREDICTIONS].idempotent = false;
		/* killed after the intent, before anything is known */
		both[i]->die_at = i == 0 ? 0 : calm->starts[0].step;
		world_go(both[i]);
		world_until(both[i], jan(14, 16, 0));
		assert_true(calm->n_starts > 0);
	}
	expect(w, ROOT_ATTEMPT, PREDICT, january(13), 0, NOTICE_OPENED,
	    SEVERITY_CRITICAL, jan(14, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(13)), 0);
	assert_true(world_breach(w, ROOT_PHASE, PREDICT, january(13))->child);
	assert_true(world_breach(w, ROOT_PHASE, GRADE, january(13))->child);
	assert_int_equal(w->n_starts, 1);
	world_free(calm);
}

/* Graded, though there was nothing to grade. */
static void
who_ran_over_a_closed_edge_is_found(void **state)
{
	struct world *w = *state;
	int32_t i;

	whole_week(w, 13);
	reads(w, BOX_SCORES, january(13), jan(14, 4, 0), 9);
	reads(w, GRADED, january(13), jan(14, 8, 0), 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	expect(w, ROOT_BYPASS, GRADE, january(13), 0, NOTICE_OPENED,
	    SEVERITY_WARNING, jan(14, 8, 0));
	/* its edge is open after all */
	for (i = PLAYER_SUMMARY; i <= PREDICTED; i++)
		reads(w, i, january(13), jan(14, 9, 0), 9);
	world_until(w, jan(14, 10, 0));
	expect(w, ROOT_BYPASS, GRADE, january(13), 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING, jan(14, 9, 0));
	assert_int_equal(world_open_incidents(w), 0);
}

/*------------------------------------------------------------------- people */

static void
reminders_come_until_somebody_has_it(void **state)
{
	struct world *w = *state;
	struct command c = { .kind = COMMAND_ACK, .until = jan(15, 12, 0),
		.actor = "ann" };
	const struct incident_row *row;

	w->pipeline.remind_ms = 4 * HOUR;
	lacks_grades(w);
	world_until(w, jan(14, 23, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    3);
	expect(w, ROOT_PHASE, GRADE, january(13), 2, NOTICE_REMINDER,
	    SEVERITY_WARNING, jan(14, 23, 0));
	row = world_incident(w, ROOT_PHASE, GRADE, january(13));
	c.id = row->number;
	replies(w, &c, REPLY_OK);
	assert_string_equal(row->acked_by, "ann");
	world_until(w, jan(15, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    3);
	world_until(w, jan(15, 12, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    4);
	c.id = 999;
	replies(w, &c, REPLY_NO_SUCH);
}

/* It closes nothing, and can be taken back. */
static void
a_false_alarm_is_not_reminded_of(void **state)
{
	struct world *w = *state;
	struct command c = { .kind = COMMAND_LABEL, .label = LABEL_FALSE,
		.actor = "ann", .reason = "late, as announced" };
	const struct incident_row *row;

	w->pipeline.remind_ms = 4 * HOUR;
	lacks_grades(w);
	world_until(w, jan(14, 23, 30));
	row = world_incident(w, ROOT_PHASE, GRADE, january(13));
	c.id = row->number;
	replies(w, &c, REPLY_OK);
	assert_true(row->open);
	assert_int_equal(row->label, LABEL_FALSE);
	assert_true(row->labelled_at == jan(14, 23, 30));
	assert_string_equal(row->labelled_by, "ann");
	assert_string_equal(row->label_reason, "late, as announced");
	world_until(w, jan(15, 12, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    3);
	c.label = LABEL_NONE;           /* a remark leaves it as it is */
	replies(w, &c, REPLY_OK);
	assert_int_equal(row->label, LABEL_FALSE);
	c.kind = COMMAND_UNDO;
	replies(w, &c, REPLY_OK);
	assert_int_equal(row->label, LABEL_NONE);
	assert_true(row->labelled_at == INSTANT_NONE);
	assert_string_equal(row->label_reason, "");
	world_until(w, jan(15, 13, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    4);
	replies(w, &c, REPLY_NO_SUCH);
	c.kind = COMMAND_LABEL;
	c.id = 999;
	replies(w, &c, REPLY_NO_SUCH);
}

/* What is too long ends with a whole character: half of one is no text. */
static void
a_reason_is_cut_between_characters(void **state)
{
	struct world *w = *state;
	struct command c = { .kind = COMMAND_LABEL, .label = LABEL_FALSE,
		.actor = "ann" };
	const struct incident_row *row;
	char reason[160] = "";
	size_t i, n;

	whole_week(w, NONE);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	world_go(w);
	world_until(w, jan(14, 23, 30));
	row = world_incident(w, ROOT_PHASE, GRADE, january(13));
	n = sizeof row->label_reason - 2;
	for (i = 0; i < n; i++)
		reason[i] = 'a';
	reason[n] = (char)0xc3;         /* an e with an accent */
	reason[n + 1] = (char)0xa9;
	c.id = row->number;
	c.reason = reason;
	world_command(w, &c);
	reason[n] = '\0';
	assert_string_equal(row->label_reason, reason);
	assert_string_equal(row->labelled_by, "ann");
}

/* Its causes are proven; what it held back has time. */
static void
nobody_is_reminded_of_what_is_clearing(void **state)
{
	struct world *w = *state;
	int32_t i;

	w->pipeline.remind_ms = 2 * HOUR;
	whole_week(w, 18);
	analysed(w, january(18), jan(19, 4, 0));
	for (i = PDC; i <= PUBLISHED; i++)
		reads(w, i, january(18), jan(19, 11, 30), 9);
	world_go(w);
	world_until(w, jan(19, 16, 0));
	assert_true(world_incident(w, ROOT_PHASE, PRECOMPUTE,
	    january(18))->clearing);
	assert_true(w->n_told > 0);
	for (i = 0; i < w->n_told; i++)
		assert_int_not_equal(w->told[i].kind, NOTICE_REMINDER);
}

static void
an_ack_ends_when_it_gets_worse(void **state)
{
	struct world *w = *state;
	struct command c = { .kind = COMMAND_ACK, .until = INSTANT_NONE };

	lacks_box_scores(w);
	world_go(w);
	world_until(w, jan(16, 11, 0));
	c.id = world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15))->number;
	world_command(w, &c);
	assert_int_equal(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15))->acked_until, jan(17, 11, 0));
	world_until(w, jan(16, 16, 30));
	assert_int_equal(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15))->acked_until, INSTANT_NONE);
	assert_int_equal(world_told_count(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15)), 2);
}

/*-------------------------------------------------------------------- limits */

static void
a_date_that_leaves_the_watch_takes_its_incidents_along(void **state)
{
	struct world *w = *state;

	lacks_grades(w);
	world_until(w, jan(19, 3, 0));
	assert_true(world_incident(w, ROOT_PHASE, GRADE, january(13))->open);
	world_until(w, jan(19, 5, 0));
	assert_null(engine_date(w->engine, 0, january(13)));
	assert_int_equal(world_open_incidents(w), 0);
	expect(w, ROOT_PHASE, GRADE, january(13), 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING, jan(19, 4, 0));
	assert_false(world_breach(w, ROOT_PHASE, GRADE, january(13))->open);
}

static void
full_tables_lose_nothing_that_is_open(void **state)
{
	struct world *w = *state;
	int32_t n;

	engine_limits_default(&w->graph, &w->limits);
	w->limits.incidents = 2;
	w->limits.breaches = 4;
	whole_week(w, NONE);
	for (n = 13; n <= 16; n++)
		reads(w, GRADED, january(n), jan(n + 1, 4, 0), 0);
	world_go(w);
	world_until(w, jan(17, 20, 0));
	assert_int_equal(world_open_incidents(w), 2);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    1);
	/* a place is free again: what still stands is said now */
	reads(w, GRADED, january(13), jan(17, 20, 0), 9);
	world_until(w, jan(18, 4, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    2);
	assert_int_equal(world_open_incidents(w), 2);
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(15)) +
	    world_told_count(w, ROOT_PHASE, GRADE, january(16)), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, incident_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(each_step_of_a_ladder_is_said_once),
		T(going_down_is_silent),
		T(a_deadline_speaks_though_nothing_ever_arrived),
		T(an_idle_date_has_no_deadline),
		T(that_automation_has_stopped_is_said_once),
		T(an_end_of_automation_needs_no_severity),
		T(a_start_that_has_failed_speaks_before_it_is_due),
		T(a_held_start_is_critical_and_owns_what_it_delays),
		T(who_ran_over_a_closed_edge_is_found),
		T(reminders_come_until_somebody_has_it),
		T(a_false_alarm_is_not_reminded_of),
		T(a_reason_is_cut_between_characters),
		T(nobody_is_reminded_of_what_is_clearing),
		T(an_ack_ends_when_it_gets_worse),
		T(a_date_that_leaves_the_watch_takes_its_incidents_along),
		T(full_tables_lose_nothing_that_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
