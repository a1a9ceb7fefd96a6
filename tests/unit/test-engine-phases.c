/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-phases.c -- what starts, when, on what, and what must not.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nba-world.h"

static int
setup(void **state)
{
	*state = world_nba();
	return 0;
}

static int
teardown(void **state)
{
	world_free(*state);
	return 0;
}

static struct phase_reading
reading(const struct world *w, int32_t phase, struct date date)
{
	struct phase_reading r;

	assert_true(engine_read_phase(w->engine, phase, date, &w->now, &r));
	return r;
}

/*------------------------------------------------------------ a normal day */

static void
a_good_day_runs_through(void **state)
{
	struct world *w = *state;
	int32_t i;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	for (i = RAW; i <= GRADE; i++)
		assert_int_equal(world_state(w, i, jan13), PHASE_DONE);
	for (i = RAW; i <= GRADE; i++)
		assert_int_equal(world_marks(w, i, jan13), 0);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, jan13), 1);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_DONE);
	assert_int_equal(w->n_starts, 2);
}

static void
nothing_starts_before_its_edge_opens(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 7, 59));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(reading(w, PREDICT, jan13).view, VIEW_WAITING);
	assert_int_equal(reading(w, PREDICT, jan13).closed[0].why,
	    WHY_UPSTREAM);
	world_until(w, jan(14, 8, 15));
	assert_int_equal(w->n_starts, 2);
	assert_int_equal(w->starts[0].row.phase, PREDICT);
	assert_true(w->starts[0].at >= jan(14, 8, 0));
	assert_true(w->starts[1].at >= w->starts[0].ends);
}

/* 8 of 9 games: warn. The mark travels to what is made from it. */
static void
degraded_travels(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, PLAYER_SUMMARY, jan13, jan(14, 7, 0), 8, 9);
	world_go(w);
	world_until(w, jan(14, 10, 0));
	assert_int_equal(world_state(w, PUBLISH, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, ANALYTICS, jan13), MARK_DEGRADED);
	assert_int_equal(world_marks(w, PREDICT, jan13), MARK_DEGRADED);
	assert_int_equal(world_marks(w, PUBLISH, jan13), MARK_DEGRADED);
}

static void
an_idle_date_is_skipped_and_comes_back(void **state)
{
	struct world *w = *state;

	world_go(w);
	world_until(w, jan(14, 5, 0));
	assert_int_equal(world_state(w, RAW, jan13), PHASE_SKIPPED);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_SKIPPED);
	assert_int_equal(w->n_starts, 0);
	nba_good_day(w, jan13, 3);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

/* Warm-up: nothing of it is owed, and the phase is skipped, not done. */
static void
a_phase_of_which_nothing_is_owed_is_skipped(void **state)
{
	static const struct date seasons[] = { { 20466 - 2 } };
	struct world *w = *state;

	w->pipeline.seasons = seasons;
	w->pipeline.n_seasons = 1;
	w->checks[PREDICTED].from_day = 14;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_SKIPPED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, jan13), 1);
}

/*--------------------------------------------------------- what must not be */

static void
unknown_opens_nothing(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_untold(w, PDC, jan13, jan(14, 7, 30), false);
	world_untold(w, PDC, jan13, jan(14, 8, 0), false);
	world_go(w);
	world_until(w, jan(14, 14, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(reading(w, PREDICT, jan13).edge, VERDICT_UNKNOWN);
	assert_int_equal(reading(w, PREDICT, jan13).view, VIEW_UNKNOWN);
	world_fact(w, PDC, jan13, jan(14, 14, 0), 400, NAN);
	world_until(w, jan(14, 15, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

static void
an_unknown_calendar_starts_nothing(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_untold(w, GAMES, jan13, 1, false);
	world_go(w);
	world_until(w, jan(14, 14, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(reading(w, PREDICT, jan13).closed[0].why,
	    WHY_CALENDAR);
	world_fact(w, GAMES, jan13, jan(14, 14, 0), 9, NAN);
	world_until(w, jan(14, 16, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

/* A done phase whose evidence can't be read any more opens no edge. */
static void
an_edge_closes_with_its_evidence(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13);

	hold.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &hold);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_DONE);
	assert_int_equal(reading(w, PREDICT, jan13).edge, VERDICT_OPEN);
	world_untold(w, MLFS, jan13, jan(14, 9, 0), true);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_DONE);
	assert_int_equal(reading(w, PREDICT, jan13).edge, VERDICT_UNKNOWN);
}

static void
modes_below_enforce_only_say_so(void **state)
{
	struct world *w = *state;
	size_t i, notes = 0;

	w->pipeline.mode = MODE_ADVISE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 0);
	for (i = 0; i < w->n_rows; i++)
		notes += w->rows[i].kind == RECORD_NOTE &&
		    w->rows[i].u.note.kind == NOTE_WOULD_START;
	assert_int_equal(notes, 1);
}

static void
an_adopted_date_starts_nothing_but_a_person_may(void **state)
{
	struct world *w = *state;
	struct command run = world_about(COMMAND_RUN, PREDICT, january(12));

	nba_good_day(w, january(12), 9);
	world_go(w);
	world_until(w, jan(13, 12, 0));
	assert_int_equal(world_state(w, PRECOMPUTE, january(12)),
	    PHASE_DONE);
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(reading(w, PREDICT, january(12)).closed[0].why,
	    WHY_ADOPTED);
	assert_int_equal(world_command(w, &run)->u.reply.code, REPLY_OK);
	world_pass(w, MINUTE);
	assert_int_equal(world_state(w, PREDICT, january(12)), PHASE_DONE);
	assert_true(world_attempt(w, PREDICT, NONE, january(12),
	    0)->by_person);
}

static void
old_dates_are_left_alone(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	w->n_facts -= 6;        /* the five and the grades */
	w->pipeline.watch_days = 8;
	world_go(w);
	world_until(w, jan(17, 5, 0));
	world_fact(w, PDC, jan13, jan(17, 5, 0), 400, NAN);
	world_fact(w, MLFS, jan13, jan(17, 5, 0), 400, NAN);
	world_fact(w, PCF, jan13, jan(17, 5, 0), 400, NAN);
	world_until(w, jan(18, 12, 0));
	assert_int_equal(world_state(w, PRECOMPUTE, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
	assert_int_equal(reading(w, PREDICT, jan13).closed[0].why,
	    WHY_TOO_OLD);
}

/*--------------------------------------------------------- retry and proof */

static void
fails(struct world *w, const struct world_start *s, struct event *ended)
{
	(void)w;
	(void)s;
	ended->u.ended.ok = false;
	ended->u.ended.failure = FAILURE_TRANSIENT;
}

static void
fails_for_good(struct world *w, const struct world_start *s,
    struct event *ended)
{
	fails(w, s, ended);
	ended->u.ended.failure = FAILURE_PERMANENT;
}

static void
asks_for_patience(struct world *w, const struct world_start *s,
    struct event *ended)
{
	fails(w, s, ended);
	ended->u.ended.retry_after_ms = 7 * MINUTE;
}

static void
does_nothing(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)w;
	(void)s;
	(void)ended;
}

static void
a_failed_start_is_tried_again_as_planned(void **state)
{
	struct world *w = *state;
	int32_t i;

	w->act[RUN_PREDICTIONS] = fails;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 3);
	for (i = 1; i < 3; i++)
		assert_true(w->starts[i].at >= w->starts[i - 1].ends +
		    retry_delay(&w->phases[PREDICT].retry, i + 1, 0));
	assert_int_equal(w->starts[2].row.number, 3);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(engine_phase(w->engine, PREDICT, jan13)->failed_why,
	    WHY_ATTEMPTS);
}

static void
a_permanent_failure_is_final(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = fails_for_good;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(engine_phase(w->engine, PREDICT, jan13)->failed_why,
	    WHY_PERMANENT);
}

static void
retry_after_is_honoured(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = asks_for_patience;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 3);
	assert_true(w->starts[1].at - w->starts[0].ends >= 7 * MINUTE);
}

/* It said that it succeeded; its `done` never held. */
static void
success_without_evidence_is_no_success(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = does_nothing;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 5));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_VERIFYING);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 3);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_NOT_DONE);
	assert_true(w->starts[1].at >= w->starts[0].ends + 10 * MINUTE);
	/* what comes later is evidence too */
	world_fact(w, PREDICTED, jan13, jan(14, 20, 0), 9, NAN);
	world_until(w, jan(14, 21, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(w->n_starts, 4);       /* publish */
}

/* While its evidence can't be read, a start isn't repeated. */
static void
an_unproven_start_waits_for_a_measurement(void **state)
{
	struct world *w = *state;

	w->act[RUN_PREDICTIONS] = does_nothing;
	nba_good_day(w, jan13, 9);
	world_untold(w, PREDICTED, jan13, jan(14, 8, 1), false);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_UNPROVEN);
	assert_int_equal(reading(w, PREDICT, jan13).closed[0].why,
	    WHY_UNPROVEN);
	world_fact(w, PREDICTED, jan13, jan(14, 20, 0), 0, NAN);
	world_until(w, jan(14, 21, 0));
	assert_int_equal(w->n_starts, 3);
}

static void
the_global_budget_of_an_hour_holds(void **state)
{
	struct world *w = *state;

	w->graph.starts_per_hour = 1;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 59));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(reading(w, PUBLISH, jan13).closed[0].why,
	    WHY_BUDGET_GLOBAL);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(w->n_starts, 2);
	assert_true(w->starts[1].at - w->starts[0].at >= HOUR);
}

static void
a_restart_refunds_no_budget(void **state)
{
	struct world *w = *state;

	w->graph.starts_per_hour = 1;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 30));
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 8, 59));
	assert_int_equal(w->n_starts, 1);
}

/*------------------------------------------------------------ stale evidence */

static void
nothing_starts_on_stale_evidence(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13);
	const struct check_row *row;

	hold.scope = HOLD_PHASE;
	w->checks[PDC].every_ms = 6 * HOUR;
	w->checks[PDC].max_age_ms = 10 * MINUTE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &hold);
	world_until(w, jan(14, 15, 30));
	row = engine_check(w->engine, PDC, jan13);
	assert_true(row->began_wall < jan(14, 15, 30) - 10 * MINUTE);
	w->measuring_takes = 3 * MINUTE;
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(reading(w, PREDICT, jan13).closed[0].why,
	    WHY_STALE_EVIDENCE);
	world_pass(w, 4 * MINUTE);
	assert_int_equal(w->n_starts, 1);
	assert_true(row->began_wall >= jan(14, 15, 30));
}

/*------------------------------------------------------------------- bypass */

/* Analytics is there, and raw isn't and doesn't come. */
static void
a_bypass_is_found_and_marks_downstream(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, BOX_SCORES, jan13, jan(14, 5, 0), 5, 9);
	world_fact(w, GAMEBOOKS, jan13, jan(14, 5, 0), 5, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, RAW, jan13), PHASE_PENDING);
	assert_int_equal(world_marks(w, ANALYTICS, jan13), MARK_BYPASSED);
	assert_int_equal(world_marks(w, PRECOMPUTE, jan13), MARK_DEGRADED);
	assert_int_equal(world_marks(w, PREDICT, jan13), MARK_DEGRADED);
}

/* Raw is measured an hour before it comes, analytics right after: polling
 * alone must not accuse anybody. */
static void
polling_order_is_no_bypass(void **state)
{
	struct world *w = *state;

	w->checks[BOX_SCORES].every_ms = 2 * HOUR;
	w->checks[GAMEBOOKS].every_ms = 2 * HOUR;
	nba_good_day(w, jan13, 9);
	world_fact(w, BOX_SCORES, jan13, jan(14, 5, 0), 5, 9);
	world_fact(w, GAMEBOOKS, jan13, jan(14, 5, 0), 5, 9);
	world_fact(w, GAMEBOOKS, jan13, jan(14, 6, 59), 9, 9);
	world_go(w);
	world_until(w, jan(14, 7, 30));
	assert_int_equal(world_state(w, RAW, jan13), PHASE_DONE);
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, ANALYTICS, jan13), 0);
}

static void
done_before_it_was_started_is_done_from_outside(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, PREDICTED, jan13, jan(14, 8, 0), 150, NAN);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, PREDICT, jan13), MARK_OUTSIDE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
}

static void
an_observed_phase_follows_its_evidence(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13);

	hold.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &hold);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_DONE);
	world_fact(w, PLAYER_SUMMARY, jan13, jan(14, 9, 0), 1, 9);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_PENDING);
	world_fact(w, PLAYER_SUMMARY, jan13, jan(14, 9, 30), 9, 9);
	world_until(w, jan(14, 10, 0));
	assert_int_equal(world_state(w, ANALYTICS, jan13), PHASE_DONE);
}

/* What we started and proved isn't run again because its evidence ages. */
static void
what_was_proved_is_not_run_for_ever(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_fact(w, PUBLISHED, jan13, jan(14, 20, 0), 0, NAN);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(world_state(w, PUBLISH, jan13), PHASE_DONE);
	assert_false(reading(w, PUBLISH, jan13).done_holds);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, jan13), 1);
}

/*------------------------------------------------------------- after a crash */

static void
answer_found(struct world *w, uint64_t attempt, bool running,
    enum probed probe)
{
	struct event ev = { .kind = EVENT_FOUND, .attempt = attempt };

	ev.u.found.running = running;
	ev.u.found.probe = (unsigned)probe;
	world_event(w, &ev);
}

/* Up to the middle of the start of predict, then another daemon. */
static uint64_t
crash_while_predicting(struct world *w)
{
	nba_good_day(w, jan13, 9);
	w->takes[RUN_PREDICTIONS] = 20 * MINUTE;
	world_go(w);
	world_until(w, jan(14, 8, 19));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_RUNNING);
	world_crash(w);
	world_resume(w);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_IN_DOUBT);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->state,
	    ATTEMPT_IN_DOUBT);
	return w->starts[0].attempt;
}

static void
what_still_runs_is_adopted(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	answer_found(w, id, true, PROBE_NONE);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_RUNNING);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

static void
what_never_began_is_retried_and_charged(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	w->starts[0].over = true;
	answer_found(w, id, false, PROBE_NOT);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 2);
	assert_int_equal(engine_phase(w->engine, PREDICT, jan13)->attempts,
	    2);
}

static void
doubt_is_decided_by_evidence(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	w->starts[0].over = true;
	world_fact(w, PREDICTED, jan13, jan(14, 8, 19), 150, NAN);
	answer_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
}

static void
doubt_about_what_may_be_repeated_is_tried_again(void **state)
{
	struct world *w = *state;
	uint64_t id = crash_while_predicting(w);

	w->starts[0].over = true;
	answer_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 2);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

static void
doubt_about_what_may_not_is_held_for_a_person(void **state)
{
	struct world *w = *state;
	struct command reopen = world_about(COMMAND_REOPEN, PREDICT, jan13);
	uint64_t id;

	reopen.scope = HOLD_PHASE;
	w->actions[RUN_PREDICTIONS].idempotent = false;
	id = crash_while_predicting(w);
	w->starts[0].over = true;
	answer_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 12, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->state,
	    ATTEMPT_HELD);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_IN_DOUBT);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 13, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 1);
	assert_int_equal(world_command(w, &reopen)->u.reply.code, REPLY_OK);
	world_until(w, jan(14, 14, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 2);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

/* Held, and then the evidence comes after all. */
static void
held_doubt_ends_with_the_evidence(void **state)
{
	struct world *w = *state;
	uint64_t id;

	w->actions[RUN_PREDICTIONS].idempotent = false;
	id = crash_while_predicting(w);
	w->starts[0].over = true;
	answer_found(w, id, false, PROBE_NONE);
	world_until(w, jan(14, 9, 0));
	world_fact(w, PREDICTED, jan13, jan(14, 9, 0), 150, NAN);
	world_until(w, jan(14, 9, 30));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
	assert_int_equal(world_attempt(w, PREDICT, NONE, jan13, 0)->outcome,
	    OUTCOME_DONE);
}

/*---------------------------------------------------------------- operators */

static void
hold_all_stops_starts_until_it_ends(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, NONE, jan13), undo;
	uint64_t id;

	hold.dated = false;
	hold.pipeline = NONE;
	hold.scope = HOLD_ALL;
	hold.until = jan(14, 12, 0);
	nba_good_day(w, jan13, 9);
	world_go(w);
	id = world_command(w, &hold)->u.reply.id;
	assert_int_equal(w->reply.u.reply.code, REPLY_OK);
	assert_int_equal(world_command(w, &hold)->u.reply.code,
	    REPLY_ALREADY);
	world_until(w, jan(14, 11, 59));
	assert_int_equal(w->n_starts, 0);
	assert_true(reading(w, PREDICT, jan13).held);
	world_until(w, jan(14, 12, 0) + 10000);
	assert_int_equal(w->n_starts, 1);
	undo = (struct command){ .kind = COMMAND_UNDO, .id = id,
		.pipeline = NONE };
	assert_int_equal(world_command(w, &undo)->u.reply.code,
	    REPLY_NO_SUCH);
}

/* Blocked: pdc is required and isn't there. */
static void
blocked_day(struct world *w)
{
	nba_good_day(w, jan13, 9);
	world_fact(w, PDC, jan13, jan(14, 8, 0), 0, NAN);
	w->graph.n_recoveries = 0;
	world_go(w);
	world_until(w, jan(14, 11, 30));
	assert_int_equal(reading(w, PREDICT, jan13).view, VIEW_BLOCKED);
}

static struct command
override_as_seen(const struct world *w)
{
	struct command c = world_about(COMMAND_OVERRIDE, PREDICT, jan13);
	struct phase_reading r = reading(w, PREDICT, jan13);

	c.n_conditions = r.n;
	memcpy(c.conditions, r.closed, sizeof r.closed);
	return c;
}

static void
an_override_lets_one_start_pass(void **state)
{
	struct world *w = *state;
	struct command c;

	w->act[RUN_PREDICTIONS] = fails;
	blocked_day(w);
	c = override_as_seen(w);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 1);
	assert_true(world_marks(w, PREDICT, jan13) & MARK_OVERRIDDEN);
	assert_false(engine_override_at(w->engine, 0, NULL)->live);
	world_pass(w, 2 * HOUR);
	assert_int_equal(w->n_starts, 1);       /* spent by one */
}

static void
the_mark_of_an_override_travels(void **state)
{
	struct world *w = *state;
	struct command c;

	blocked_day(w);
	c = override_as_seen(w);
	(void)world_command(w, &c);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(world_state(w, PUBLISH, jan13), PHASE_DONE);
	assert_true(world_marks(w, PUBLISH, jan13) & MARK_OVERRIDDEN);
}

static void
an_override_covers_only_what_was_seen(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13), c;

	hold.scope = HOLD_PHASE;
	blocked_day(w);
	c = override_as_seen(w);
	c.conditions[0].detail = VERDICT_UNKNOWN;       /* seen less bad */
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 0);
	c = override_as_seen(w);
	(void)world_command(w, &hold);                  /* something new */
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 0);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	assert_int_equal(w->n_starts, 1);
}

static void
a_new_reason_for_the_same_verdict_blocks_again(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13), c;

	hold.scope = HOLD_PHASE;
	blocked_day(w);
	c = override_as_seen(w);
	(void)world_command(w, &hold);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_OK);
	world_fact(w, MLFS, jan13, w->now.wall, 0, NAN);
	world_pass(w, HOUR);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 0);       /* blocked before, too */
	world_fact(w, MLFS, jan13, w->now.wall, 170, NAN);
	world_pass(w, 40 * MINUTE);
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_DONE);
}

static void
an_override_ends_and_can_be_undone(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PREDICT, jan13), c;
	struct command undo = { .kind = COMMAND_UNDO };

	hold.scope = HOLD_PHASE;
	blocked_day(w);
	c = override_as_seen(w);
	(void)world_command(w, &hold);
	undo.id = world_command(w, &c)->u.reply.id;
	assert_int_equal(w->reply.u.reply.until, w->now.wall + 2 * HOUR);
	assert_int_equal(world_command(w, &undo)->u.reply.code, REPLY_OK);
	(void)world_command(w, &c);
	world_pass(w, 2 * HOUR);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	world_pass(w, HOUR);
	assert_int_equal(w->n_starts, 0);
}

static void
nothing_closed_is_nothing_to_override(void **state)
{
	struct world *w = *state;
	struct command c = world_about(COMMAND_OVERRIDE, PREDICT, jan13);

	nba_good_day(w, jan13, 9);
	world_go(w);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_REFUSED);
	c.date = january(1);
	assert_int_equal(world_command(w, &c)->u.reply.code, REPLY_NO_SUCH);
}

static void
a_person_runs_what_has_failed(void **state)
{
	struct world *w = *state;
	struct command run = world_about(COMMAND_RUN, PREDICT, jan13);

	w->act[RUN_PREDICTIONS] = fails_for_good;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(world_state(w, PREDICT, jan13), PHASE_FAILED);
	assert_int_equal(world_command(w, &run)->u.reply.code, REPLY_OK);
	assert_int_equal(w->starts[1].row.number, 1);
	world_pass(w, HOUR);
	assert_int_equal(w->n_starts, 2);
	run.subject = ANALYTICS;
	assert_int_equal(world_command(w, &run)->u.reply.code,
	    REPLY_REFUSED);
}

static void
run_obeys_the_same_conditions(void **state)
{
	struct world *w = *state;
	struct command run = world_about(COMMAND_RUN, PREDICT, jan13);

	blocked_day(w);
	assert_int_equal(world_command(w, &run)->u.reply.code,
	    REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.verdict, VERDICT_BLOCKED);
	assert_int_equal(w->reply.u.reply.conditions[0].why, WHY_UPSTREAM);
	assert_int_equal(w->n_starts, 0);
}

/* A hold from long ago outlives any number of those that are over. */
static void
full_tables_forget_nothing_alive(void **state)
{
	struct world *w = *state;
	struct command old = world_about(COMMAND_HOLD, PREDICT, jan13), c;
	int32_t i;

	engine_limits_default(&w->graph, &w->limits);
	w->limits.holds = w->limits.overrides = 3;
	w->limits.attempts = 2;
	old.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	(void)world_command(w, &old);
	c = old;
	c.subject = RAW;
	for (i = 0; i < 10; i++) {
		c.kind = COMMAND_HOLD;
		assert_int_equal(world_command(w, &c)->u.reply.code,
		    REPLY_OK);
		c.kind = COMMAND_RELEASE;
		assert_int_equal(world_command(w, &c)->u.reply.code,
		    REPLY_OK);
	}
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 9, 0));
	assert_true(reading(w, PREDICT, jan13).held);
	assert_int_equal(w->n_starts, 0);
}

/* Where no attempt may be forgotten, none is made. */
static void
a_full_table_of_attempts_starts_nothing(void **state)
{
	struct world *w = *state;

	engine_limits_default(&w->graph, &w->limits);
	w->limits.attempts = 1;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 20, 0));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(reading(w, PUBLISH, jan13).closed[0].why,
	    WHY_BUDGET_GLOBAL);
}

/*------------------------------------------------------------------ permits */

static struct command
permit_for(const char *run)
{
	struct command c = world_about(COMMAND_PERMIT, GRADE, jan13);

	c.run_id = run;
	return c;
}

static struct command
signal_of(enum command_kind kind, const char *run)
{
	struct command c = permit_for(run);

	c.kind = kind;
	return c;
}

static enum reply_code
tell(struct world *w, struct command c)
{
	return world_command(w, &c)->u.reply.code;
}

static void
one_permit_per_phase_and_date(void **state)
{
	struct world *w = *state;
	uint64_t id;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 7, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.verdict, VERDICT_WAITING);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	id = w->reply.u.reply.id;
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	assert_int_equal(w->reply.u.reply.id, id);
	assert_int_equal(tell(w, permit_for("b")), REPLY_CONFLICT);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "b")),
	    REPLY_CONFLICT);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "a")),
	    REPLY_OK);
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_RUNNING);
	world_crash(w);
	world_resume(w);
	world_until(w, jan(14, 11, 0));
	assert_int_equal(tell(w, permit_for("b")), REPLY_CONFLICT);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_DONE, "a")),
	    REPLY_OK);
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_VERIFYING);
	world_until(w, jan(14, 12, 30));
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_DONE);
	assert_int_equal(world_marks(w, GRADE, jan13), 0);
	assert_int_equal(tell(w, permit_for("b")), REPLY_ALREADY);
}

static void
a_permit_expires_and_another_may_come(void **state)
{
	struct world *w = *state;

	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	world_pass(w, 15 * MINUTE);
	assert_int_equal(engine_permit_at(w->engine, 0, NULL)->state,
	    PERMIT_EXPIRED);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "a")),
	    REPLY_REFUSED);
	assert_int_equal(tell(w, permit_for("b")), REPLY_GRANTED);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "b")),
	    REPLY_OK);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_FAILED, "b")),
	    REPLY_OK);
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_PENDING);
	assert_int_equal(tell(w, permit_for("c")), REPLY_GRANTED);
}

/* One starter: while a run has the permit, our own next try waits. */
static void
a_permit_keeps_our_own_start_back(void **state)
{
	struct world *w = *state;
	struct command c = permit_for("backstop");

	c.subject = PREDICT;
	w->phases[PREDICT].retry.initial_ms = 10 * MINUTE;
	w->act[RUN_PREDICTIONS] = fails;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 8, 5));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(tell(w, c), REPLY_GRANTED);
	world_pass(w, 14 * MINUTE);
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(reading(w, PREDICT, jan13).closed[0].why,
	    WHY_PERMIT);
	world_pass(w, 10 * MINUTE);
	assert_int_equal(w->n_starts, 2);
}

static void
a_hold_refuses_permits(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, GRADE, jan13);

	hold.scope = HOLD_PHASE;
	nba_good_day(w, jan13, 9);
	world_go(w);
	world_until(w, jan(14, 9, 0));
	assert_int_equal(tell(w, permit_for("a")), REPLY_GRANTED);
	(void)world_command(w, &hold);
	assert_int_equal(tell(w, signal_of(COMMAND_SIGNAL_START, "a")),
	    REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.conditions[0].why, WHY_HELD);
	assert_int_equal(w->reply.u.reply.verdict, VERDICT_BLOCKED);
}

/*-------------------------------------------------------------- cross-date */

static void
a_phase_may_wait_for_the_date_before(void **state)
{
	struct world *w = *state;

	w->edges[PREDICT][1] = (struct edge_def){ GRADE, -1 };
	w->phases[PREDICT].n_after = 2;
	nba_good_day(w, jan13, 9);
	nba_good_day(w, january(15), 9);        /* the 14th is idle */
	w->facts[w->n_facts - 1].at = jan(30, 0, 0);
	world_go(w);
	world_until(w, jan(14, 12, 30));
	/* before the 13th lies nothing that owes: nobody can tell */
	assert_int_equal(world_attempts(w, PREDICT, NONE, jan13), 0);
	world_fact(w, PREDICTED, jan13, jan(14, 13, 0), 150, NAN);
	world_until(w, jan(16, 7, 0));
	assert_int_equal(world_state(w, GRADE, jan13), PHASE_DONE);
	world_until(w, jan(16, 9, 0));
	assert_int_equal(world_attempts(w, PREDICT, NONE, january(15)), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_good_day_runs_through),
		T(nothing_starts_before_its_edge_opens),
		T(degraded_travels),
		T(an_idle_date_is_skipped_and_comes_back),
		T(a_phase_of_which_nothing_is_owed_is_skipped),
		T(unknown_opens_nothing),
		T(an_unknown_calendar_starts_nothing),
		T(an_edge_closes_with_its_evidence),
		T(modes_below_enforce_only_say_so),
		T(an_adopted_date_starts_nothing_but_a_person_may),
		T(old_dates_are_left_alone),
		T(a_failed_start_is_tried_again_as_planned),
		T(a_permanent_failure_is_final),
		T(retry_after_is_honoured),
		T(success_without_evidence_is_no_success),
		T(an_unproven_start_waits_for_a_measurement),
		T(the_global_budget_of_an_hour_holds),
		T(a_restart_refunds_no_budget),
		T(nothing_starts_on_stale_evidence),
		T(a_bypass_is_found_and_marks_downstream),
		T(polling_order_is_no_bypass),
		T(done_before_it_was_started_is_done_from_outside),
		T(an_observed_phase_follows_its_evidence),
		T(what_was_proved_is_not_run_for_ever),
		T(what_still_runs_is_adopted),
		T(what_never_began_is_retried_and_charged),
		T(doubt_is_decided_by_evidence),
		T(doubt_about_what_may_be_repeated_is_tried_again),
		T(doubt_about_what_may_not_is_held_for_a_person),
		T(held_doubt_ends_with_the_evidence),
		T(hold_all_stops_starts_until_it_ends),
		T(an_override_lets_one_start_pass),
		T(the_mark_of_an_override_travels),
		T(an_override_covers_only_what_was_seen),
		T(a_new_reason_for_the_same_verdict_blocks_again),
		T(an_override_ends_and_can_be_undone),
		T(nothing_closed_is_nothing_to_override),
		T(a_person_runs_what_has_failed),
		T(run_obeys_the_same_conditions),
		T(full_tables_forget_nothing_alive),
		T(a_full_table_of_attempts_starts_nothing),
		T(one_permit_per_phase_and_date),
		T(a_permit_expires_and_another_may_come),
		T(a_permit_keeps_our_own_start_back),
		T(a_hold_refuses_permits),
		T(a_phase_may_wait_for_the_date_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
