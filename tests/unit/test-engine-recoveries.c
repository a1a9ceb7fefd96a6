/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-recoveries.c -- which repair starts, on what evidence, and what
 * keeps it back.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "repair-help.h"

/*------------------------------------------------------ days of the bad week */

static void
brings_pdc_only(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	if (s->row.failing & BIT_PDC)
		world_fact(w, PDC, s->date, w->now.wall, 400, NAN);
}

static bool
starts_predict(const struct record *r, const void *date)
{
	return r->kind == RECORD_ATTEMPT && r->u.attempt.phase == PREDICT &&
	    r->date.day == ((const struct date *)date)->day;
}

static bool
proves_backfill(const struct record *r, const void *date)
{
	return r->kind == RECORD_ATTEMPT &&
	    r->u.attempt.recovery == PHASE4_BACKFILL &&
	    r->u.attempt.outcome == OUTCOME_IMPROVED &&
	    r->date.day == ((const struct date *)date)->day;
}

static bool
ends_plan(const struct record *r, const void *w)
{
	return r->kind == RECORD_NOTE && r->u.note.kind == NOTE_PLAN_ENDS &&
	    r->u.note.subject == *(const int32_t *)w;
}

/* PDC comes, PCF stays at 0, as it really did. */
static void
the_16th_improves_and_then_stops(void **state)
{
	const struct date date = january(16);
	const int32_t backfill = PHASE4_BACKFILL;
	struct world *w = *state;

	w->act[PROCESS_DATE] = brings_pdc_only;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	lacks(w, PCF, date);
	world_go(w);
	world_until(w, jan(17, 10, 59));
	assert_int_equal(w->n_starts, 0);
	world_until(w, jan(17, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 3);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->failing,
	    BIT_PDC | BIT_PCF);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_IMPROVED);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->failing,
	    BIT_PCF);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 1)->outcome,
	    OUTCOME_NO_EFFECT);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 2)->outcome,
	    OUTCOME_NO_EFFECT);
	assert_int_equal(plan(w, PHASE4_BACKFILL, date)->ended,
	    WHY_NO_EFFECT);
	assert_true(world_row(w, ends_plan, &backfill) != SIZE_MAX);
	/* predict: once, after the proof, marked */
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 1);
	assert_true(world_row(w, starts_predict, &date) >
	    world_row(w, proves_backfill, &date));
	assert_int_equal(world_state(w, PREDICT, date), PHASE_DONE);
	assert_int_equal(world_marks(w, PREDICT, date), MARK_DEGRADED);
}

static void
the_18th_recovers(void **state)
{
	const struct date date = january(18);
	struct world *w = *state;
	int32_t i;

	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	nba_good_day(w, date, 6);
	world_fact(w, PLAYER_SUMMARY, date, jan(19, 7, 0), 5, 6);
	for (i = PDC; i <= MLFS; i++)
		lacks(w, i, date);
	world_go(w);
	world_until(w, jan(19, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->failing,
	    BIT_PDC | BIT_PSZA | BIT_PCF | BIT_MLFS);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), 1);
	assert_true(try_of(w, PHASE4_BACKFILL, date, 0)->closed_at <=
	    world_attempt(w, PREDICT, NONE, date, 0)->intent_at);
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
	assert_true(world_marks(w, PREDICT, date) & MARK_DEGRADED);
}

/* The source says "success" and has nothing. */
static void
two_without_effect_end_the_scraping(void **state)
{
	const struct date date = january(15);
	struct world *w = *state;
	const struct retry *r = &w->recoveries[BDL_RETRY].retry;
	const struct attempt_row *first, *second;

	nba_good_day(w, date, 9);
	world_fact(w, BOX_SCORES, date, jan(16, 5, 0), 1, 9);
	world_go(w);
	world_until(w, jan(17, 20, 0));
	assert_int_equal(tries(w, BDL_RETRY, date), 2);
	first = try_of(w, BDL_RETRY, date, 0);
	second = try_of(w, BDL_RETRY, date, 1);
	assert_true(first->intent_at >= jan(16, 6, 0));
	assert_true(second->intent_at >= first->ended_at +
	    retry_delay(r, 2, 0));
	assert_int_equal(first->outcome, OUTCOME_NO_EFFECT);
	assert_true(first->before[0] == 8);
	assert_int_equal(plan(w, BDL_RETRY, date)->ended, WHY_NO_EFFECT);
	/* the other source was whole: nothing was held back */
	assert_int_equal(world_state(w, PREDICT, date), PHASE_DONE);
	assert_int_equal(world_marks(w, PREDICT, date), 0);
}

/*----------------------------------------------------------------- what asks */

static void
not_due_unconfirmed_and_unknown_repair_nothing(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	w->checks[PDC].confirm = 4;
	w->checks[PDC].every_ms = 10 * MINUTE;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	world_untold(w, PCF, date, jan(15, 8, 0), false);
	world_go(w);
	world_until(w, jan(15, 10, 50));
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_UNKNOWN);
	assert_int_equal(w->n_starts, 0);
	world_until(w, jan(15, 11, 1));
	assert_int_equal(w->n_starts, 1);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->failing,
	    BIT_PDC);
}

static void
a_probe_that_fails_repairs_nothing(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;
	int32_t i;

	nba_good_day(w, date, 6);
	for (i = PDC; i <= TDZA; i++)
		world_untold(w, i, date, jan(15, 8, 0), i == PDC);
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(w->n_starts, 0);
	for (i = PDC; i <= TDZA; i++)
		world_fact(w, i, date, jan(15, 20, 0), 400, NAN);
	world_until(w, jan(15, 21, 0));
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 0);
}

/* Root first: without analytics a backfill would compute nothing. */
static void
what_lies_behind_a_closed_edge_is_not_repaired(void **state)
{
	const struct date date = january(14);
	struct world *w = *state;

	nba_good_day(w, date, 6);
	world_fact(w, PLAYER_SUMMARY, date, jan(15, 7, 0), 1, 6);
	lacks(w, PDC, date);
	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	world_go(w);
	world_until(w, jan(15, 14, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_UPSTREAM);
	world_fact(w, PLAYER_SUMMARY, date, jan(15, 14, 0), 6, 6);
	world_until(w, jan(15, 15, 0));
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(world_state(w, PUBLISH, date), PHASE_DONE);
}

static void
modes_and_holds_keep_repairs_back(void **state)
{
	struct world *w = *state;
	struct command hold = world_about(COMMAND_HOLD, PHASE4_BACKFILL,
	    january(14));
	struct date date;

	hold.scope = HOLD_RECOVERY;
	date = one_missing(w, brings_all_that_is_missing);
	(void)world_command(w, &hold);
	world_until(w, jan(15, 13, 0));
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_HELD);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 0);
	hold.kind = COMMAND_RELEASE;
	(void)world_command(w, &hold);
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 1);
}

static void
a_recovery_that_only_advises_says_so_once(void **state)
{
	struct world *w = *state;
	struct date date;
	size_t i, notes = 0;

	w->recoveries[PHASE4_BACKFILL].mode = MODE_ADVISE;
	date = one_missing(w, brings_all_that_is_missing);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, date), 0);
	for (i = 0; i < w->n_rows; i++)
		notes += w->rows[i].kind == RECORD_NOTE &&
		    w->rows[i].u.note.kind == NOTE_WOULD_START;
	assert_int_equal(notes, 1);
}

static void
adopted_dates_are_repaired_by_persons_only(void **state)
{
	const struct date date = january(12);
	struct world *w = *state;
	struct command recover = world_about(COMMAND_RECOVER,
	    PHASE4_BACKFILL, date);

	w->act[PROCESS_DATE] = brings_all_that_is_missing;
	nba_good_day(w, date, 6);
	lacks(w, PDC, date);
	world_go(w);
	world_until(w, jan(13, 13, 0));
	assert_int_equal(w->n_starts, 0);
	assert_int_equal(why(w, PHASE4_BACKFILL, date), WHY_ADOPTED);
	assert_int_equal(world_command(w, &recover)->u.reply.code, REPLY_OK);
	world_pass(w, HOUR);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, date, 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_true(try_of(w, PHASE4_BACKFILL, date, 0)->by_person);
	assert_int_equal(world_command(w, &recover)->u.reply.code,
	    REPLY_ALREADY);
	assert_int_equal(w->n_starts, 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(the_16th_improves_and_then_stops),
		T(the_18th_recovers),
		T(two_without_effect_end_the_scraping),
		T(not_due_unconfirmed_and_unknown_repair_nothing),
		T(a_probe_that_fails_repairs_nothing),
		T(what_lies_behind_a_closed_edge_is_not_repaired),
		T(modes_and_holds_keep_repairs_back),
		T(a_recovery_that_only_advises_says_so_once),
		T(adopted_dates_are_repaired_by_persons_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
