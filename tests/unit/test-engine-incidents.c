/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-incidents.c -- what people are told, on a week of basketball.
 *
 * Each test says when what arrives, lets the time pass, and reads the
 * messages. Those about a restart do it again with the supervisor killed
 * after each single step, and must read the same.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "incident-help.h"

/*--------------------------------------------------------------------- steps */

static void
each_step_of_a_ladder_is_said_once(void **state)
{
	struct world *w = *state;

	whole_week(w, 15);
	whole(w, january(15), jan(16, 4, 0));
	reads(w, BOX_SCORES, january(15), jan(16, 4, 0), 1);
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

	whole_week(w, 15);
	whole(w, january(15), jan(16, 4, 0));
	reads(w, BOX_SCORES, january(15), jan(16, 4, 0), 1);
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

	whole_week(w, NONE);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	world_go(w);
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

/*------------------------------------------------------------------ adoption */

static void
a_first_start_says_one_thing(void **state)
{
	struct world *w = *state;
	const struct breach_row *b;
	int32_t n;

	w->pipeline.watch_days = 270;
	for (n = 13; n <= 20; n++)
		whole(w, january(n), jan(n + 1, 4, 0));
	world_go(w);
	world_until(w, jan(15, 4, 0));
	assert_int_equal(w->n_told, 1);
	assert_int_equal(w->told[0].kind, NOTICE_ADOPTED);
	assert_int_equal(w->told[0].severity, SEVERITY_INFO);
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(world_open_incidents(w), 0);
	/* the hole is kept, at its root, and in no incident */
	b = world_breach(w, ROOT_PHASE, RAW, january(-100));
	assert_non_null(b);
	assert_true(b->open);
	assert_int_equal(b->incident, 0);
	assert_null(world_breach(w, ROOT_PHASE, GRADE, january(-100)));
	world_die(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(w->n_told, 1);
	whole(w, january(-100), jan(15, 20, 0));
	world_until(w, jan(16, 20, 0));
	assert_false(world_breach(w, ROOT_PHASE, RAW, january(-100))->open);
}

/* As if the box scores' check, or their alarm, had not been configured. */
static void
forget(struct world *w, bool check, bool alarm)
{
	size_t i, n = 0;

	for (i = 0; i < w->n_rows; i++) {
		enum record_kind k = w->rows[i].kind;
		int32_t subject = w->rows[i].subject;

		if (check && subject == BOX_SCORES && (k == RECORD_CHECK ||
		    k == RECORD_MET_CHECK))
			continue;
		if (alarm && subject == BOX_SCORE_ALARM &&
		    (k == RECORD_GATE || k == RECORD_MET_GATE))
			continue;
		w->rows[n++] = w->rows[i];
	}
	w->n_rows = n;
}

static void
restart(struct world *w)
{
	world_crash(w);
	world_resume(w);
}

/* The 15th has ended when they come, with a hole; so has the 16th, later. */
static void
what_is_new_says_one_thing(struct world *w, bool check, bool alarm)
{
	int32_t told, starts;

	whole_week(w, NONE);
	world_go(w);
	world_until(w, jan(16, 5, 0));
	told = w->n_told;
	starts = w->n_starts;
	forget(w, check, alarm);
	reads(w, BOX_SCORES, january(15), jan(16, 5, 0), 0);
	reads(w, BOX_SCORES, january(16), jan(17, 4, 0), 0);
	restart(w);
	world_until(w, jan(17, 3, 0));
	assert_int_equal(w->n_told, told + 1);
	assert_int_equal(w->told[told].kind, NOTICE_ADOPTED);
	assert_null(world_incident(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15)));
	assert_int_equal(world_breach(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15))->incident, 0);
	if (check)
		assert_int_equal(w->n_starts, starts);
	restart(w);
	world_until(w, jan(17, 20, 0));
	assert_int_equal(world_told_count(w, ROOT_ALARM, BOX_SCORE_ALARM,
	    january(15)), 0);
	expect(w, ROOT_ALARM, BOX_SCORE_ALARM, january(16), 0, NOTICE_OPENED,
	    SEVERITY_INFO, jan(17, 10, 0));
	assert_true(w->n_starts > starts);
}

static void
a_new_check_says_one_thing(void **state)
{
	what_is_new_says_one_thing(*state, true, false);
}

static void
a_new_alarm_says_one_thing(void **state)
{
	what_is_new_says_one_thing(*state, false, true);
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
	whole_week(w, NONE);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	world_go(w);
	world_until(w, jan(14, 23, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    3);
	expect(w, ROOT_PHASE, GRADE, january(13), 2, NOTICE_REMINDER,
	    SEVERITY_WARNING, jan(14, 23, 0));
	row = world_incident(w, ROOT_PHASE, GRADE, january(13));
	c.id = row->number;
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_OK);
	assert_string_equal(row->acked_by, "ann");
	world_until(w, jan(15, 11, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    3);
	world_until(w, jan(15, 12, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    4);
	c.id = 999;
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_NO_SUCH);
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
	whole_week(w, NONE);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	world_go(w);
	world_until(w, jan(14, 23, 30));
	row = world_incident(w, ROOT_PHASE, GRADE, january(13));
	c.id = row->number;
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_OK);
	assert_true(row->open);
	assert_int_equal(row->label, LABEL_FALSE);
	assert_true(row->labelled_at == jan(14, 23, 30));
	assert_string_equal(row->labelled_by, "ann");
	assert_string_equal(row->label_reason, "late, as announced");
	world_until(w, jan(15, 12, 30));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    3);
	c.label = LABEL_NONE;           /* a remark leaves it as it is */
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_OK);
	assert_int_equal(row->label, LABEL_FALSE);
	c.kind = COMMAND_UNDO;
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_OK);
	assert_int_equal(row->label, LABEL_NONE);
	assert_true(row->labelled_at == INSTANT_NONE);
	assert_string_equal(row->label_reason, "");
	world_until(w, jan(15, 13, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, GRADE, january(13)),
	    4);
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_NO_SUCH);
	c.kind = COMMAND_LABEL;
	c.id = 999;
	world_command(w, &c);
	assert_int_equal(w->reply.u.reply.code, REPLY_NO_SUCH);
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

	whole_week(w, 15);
	whole(w, january(15), jan(16, 4, 0));
	reads(w, BOX_SCORES, january(15), jan(16, 4, 0), 1);
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

	whole_week(w, NONE);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	world_go(w);
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

/*------------------------------------------------------------------- restart */

static void
a_bad_week(struct world *w)
{
	the_sixteenth(w);
	reads(w, BOX_SCORES, january(15), jan(16, 4, 0), 1);
	reads(w, BOX_SCORES, january(15), jan(17, 18, 0), 9);
	reads(w, GRADED, january(14), jan(15, 4, 0), 0);
	reads(w, GRADED, january(14), jan(15, 21, 0), 9);
	reads(w, PREDICTED, january(15), jan(16, 6, 0), NAN);
	reads(w, PREDICTED, january(15), jan(16, 10, 0), 9);
	world_go(w);
	world_until(w, jan(17, 21, 0));
}

static void
same_messages(const struct world *w, const struct world *calm, int32_t at)
{
	int32_t i, k, n, m;

	for (i = 0; i < w->n_told; i++)
		for (k = 0; k < i; k++)
			assert_int_not_equal(w->told[i].message,
			    w->told[k].message);
	for (i = 0; i < calm->n_told; i++) {
		const struct world_told *t = &calm->told[i];

		for (k = n = 0; k < w->n_told; k++)
			n += w->told[k].kind == t->kind &&
			    w->told[k].severity == t->severity &&
			    w->told[k].root_kind == t->root_kind &&
			    w->told[k].date.day == t->date.day;
		for (k = m = 0; k < calm->n_told; k++)
			m += calm->told[k].kind == t->kind &&
			    calm->told[k].severity == t->severity &&
			    calm->told[k].root_kind == t->root_kind &&
			    calm->told[k].date.day == t->date.day;
		if (n != m)
			fail_msg("killed after step %d: %d instead of %d of "
			    "%s %s about %s", at, n, m,
			    notice_kind_name(t->kind),
			    severity_name(t->severity),
			    root_kind_name(t->root_kind));
	}
	assert_int_equal(w->n_told, calm->n_told);
}

static void
a_restart_says_nothing_twice_and_forgets_nothing(void **state)
{
	struct world *calm = *state;
	int32_t at, every;

	a_bad_week(calm);
	assert_true(calm->n_told >= 9);
	every = calm->steps / 50 + 1;
	for (at = 1; at < calm->steps; at += every) {
		struct world *w = incident_world();

		w->die_at = at;
		a_bad_week(w);
		same_messages(w, calm, at);
		world_free(w);
	}
}

/* The rows are from before the outage; nothing may be concluded from them. */
static void
evidence_from_before_a_restart_ends_and_opens_nothing(void **state)
{
	struct world *w = *state;

	whole_week(w, NONE);
	reads(w, GRADED, january(13), jan(14, 4, 0), 0);
	reads(w, PDC, january(14), jan(15, 4, 0), 0);
	reads(w, GRADED, january(14), jan(15, 4, 0), 0);
	world_go(w);
	world_until(w, jan(15, 8, 0));
	/* down over a due time; what was missing is there when it is up */
	w->now.wall = jan(15, 16, 0);
	reads(w, PDC, january(14), jan(15, 12, 0), 9);
	reads(w, GRADED, january(14), jan(15, 15, 30), 9);
	world_die(w);
	assert_true(world_incident(w, ROOT_PHASE, GRADE, january(13))->open);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(14)), 0);
	world_until(w, jan(15, 17, 0));
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(14)), 0);
	assert_int_equal(world_told_count(w, ROOT_PHASE, NONE, january(13)), 1);
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
		T(a_first_start_says_one_thing),
		T(a_new_check_says_one_thing),
		T(a_new_alarm_says_one_thing),
		T(reminders_come_until_somebody_has_it),
		T(a_false_alarm_is_not_reminded_of),
		T(a_reason_is_cut_between_characters),
		T(nobody_is_reminded_of_what_is_clearing),
		T(an_ack_ends_when_it_gets_worse),
		T(a_date_that_leaves_the_watch_takes_its_incidents_along),
		T(full_tables_lose_nothing_that_is_open),
		T(a_restart_says_nothing_twice_and_forgets_nothing),
		T(evidence_from_before_a_restart_ends_and_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
