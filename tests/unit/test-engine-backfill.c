/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-backfill.c -- ranges of dates that were merely met, made whole:
 * in order, a few at once, what is missing alone, and with nothing of it on
 * the live date.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "repair-help.h"

enum { FIRST = 3, LAST = 12 };

/* The dates from the 3rd to the 12th had ended when the pipeline was met;
 * on all but the 8th pdc is missing, and all lack predictions. */
static struct world *
past_dates(struct world *w, world_act_fn *act)
{
	int32_t i;

	w->pipeline.watch_days = 20;
	w->act[PROCESS_DATE] = act;
	for (i = 1; i <= LAST; i++) {
		nba_good_day(w, january(i), 6);
		if (i != 8)
			lacks(w, PDC, january(i));
		else
			world_fact(w, PREDICTED, january(i), jan(9, 5, 0),
			    150, NAN);
		if (i == 8)
			world_fact(w, PUBLISHED, january(i), jan(9, 5, 0),
			    150, NAN);
	}
	world_go(w);
	world_pass(w, 10 * MINUTE);
	return w;
}

static struct backfill_row
range(int32_t from, int32_t to)
{
	return (struct backfill_row){ .from = january(from),
		.to = january(to), .phase = NONE, .at_most = 2,
		.starts_per_hour = 60, .canary = true, .first = NONE,
		.severity = SEVERITY_INFO };
}

static const struct effect *
start(struct world *w, const struct backfill_row *b)
{
	const struct command c = { .kind = COMMAND_BACKFILL_START,
		.subject = NONE, .until = INSTANT_NONE, .actor = "ann",
		.reason = "the outage", .backfill = b };

	return world_command(w, &c);
}

static const struct effect *
turn(struct world *w, enum command_kind kind, uint64_t id)
{
	const struct command c = { .kind = kind, .subject = NONE,
		.until = INSTANT_NONE, .id = id };

	return world_command(w, &c);
}

static const struct backfill_row *
backfill(const struct world *w)
{
	const struct backfill_row *b = engine_backfill_at(w->engine, 0, NULL);

	assert_non_null(b);
	return b;
}

static int32_t
active(const struct world *w)
{
	const struct backfill_row *b = backfill(w);
	int32_t i, n = 0;

	for (i = 0; b->dates[i]; i++)
		n += b->dates[i] == BACKFILL_ACTIVE;
	return n;
}

/* Until it is in that state, at most so many dates at once. */
static void
until_state(struct world *w, enum backfill_state state, int32_t at_most)
{
	int64_t end = w->now.wall + 3 * DAY;

	while (backfill(w)->state != state && w->now.wall < end) {
		world_pass(w, MINUTE);
		assert_true(active(w) <= at_most);
		if (backfill(w)->canary && !backfill(w)->proven)
			assert_true(active(w) <= 1);
	}
	assert_int_equal(backfill(w)->state, state);
}

static void
assert_whole_once(const struct world *w, int32_t day)
{
	const struct date date = january(day);
	int32_t was = day == 8 ? 0 : 1, i;

	assert_int_equal(tries(w, PHASE4_BACKFILL, date), was);
	assert_int_equal(world_attempts(w, PREDICT, NONE, date), was);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, date), was);
	for (i = RAW; i <= GRADE; i++)
		assert_int_equal(world_state(w, i, date), PHASE_DONE);
	if (was)
		assert_int_equal(try_of(w, PHASE4_BACKFILL, date,
		    0)->backfill, backfill(w)->id);
}

/* No attempt on a date that wasn't asked for. */
static void
assert_untouched(const struct world *w, int32_t day)
{
	assert_int_equal(tries(w, PHASE4_BACKFILL, january(day)), 0);
	assert_int_equal(world_attempts(w, PREDICT, NONE, january(day)), 0);
}

static enum severity
worst_told(const struct world *w, int32_t from, struct date date)
{
	enum severity worst = SEVERITY_NONE;
	int32_t i;

	for (i = from; i < w->n_told; i++)
		if (w->told[i].date.day == date.day &&
		    w->told[i].severity > worst)
			worst = w->told[i].severity;
	return worst;
}

/*------------------------------------------------------------------- its way */

static void
what_is_missing_is_made_once(void **state)
{
	struct world *w = past_dates(*state, brings_all_that_is_missing);
	struct backfill_row b = range(FIRST, LAST);
	int32_t i;

	assert_untouched(w, 5);
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_OK);
	assert_string_equal(backfill(w)->dates, "a.........");
	until_state(w, BACKFILL_DONE, 2);
	assert_string_equal(backfill(w)->dates, "dddddwdddd");
	for (i = FIRST; i <= LAST; i++)
		assert_whole_once(w, i);
	assert_untouched(w, FIRST - 1);
	for (i = FIRST; i <= LAST; i++)
		assert_int_equal(worst_told(w, 0, january(i)), SEVERITY_NONE);
}

static void
the_newest_may_go_first(void **state)
{
	struct world *w = past_dates(*state, brings_all_that_is_missing);
	struct backfill_row b = range(9, LAST);

	b.newest_first = true;
	b.canary = false;
	(void)start(w, &b);
	assert_string_equal(backfill(w)->dates, "..aa");
	until_state(w, BACKFILL_DONE, 2);
}

static void
a_canary_that_fails_stops_all_of_it(void **state)
{
	struct world *w = past_dates(*state, fails_for_good);
	struct backfill_row b = range(FIRST, LAST);

	b.first = 2;            /* the 5th */
	(void)start(w, &b);
	assert_string_equal(backfill(w)->dates, "..a.......");
	until_state(w, BACKFILL_PAUSED, 1);
	assert_int_equal(backfill(w)->stop, STOP_CANARY);
	assert_int_equal(backfill(w)->why, WHY_PERMANENT);
	assert_string_equal(backfill(w)->dates, "..g.......");
	world_pass(w, DAY);
	assert_untouched(w, FIRST);
	assert_int_equal(turn(w, COMMAND_BACKFILL_RESUME, backfill(w)->id)->
	    u.reply.code, REPLY_OK);
	assert_string_equal(backfill(w)->dates, "a.g.......");
}

static void
several_in_a_row_stop_it(void **state)
{
	struct world *w = past_dates(*state, fails_for_good);
	struct backfill_row b = range(FIRST, LAST);

	b.canary = false;
	b.at_most = 1;
	(void)start(w, &b);
	until_state(w, BACKFILL_PAUSED, 1);
	assert_int_equal(backfill(w)->stop, STOP_IN_ROW);
	assert_string_equal(backfill(w)->dates, "ggg.......");
}

/* An alarm at critical, an action that gives up: info. */
static void
nobody_is_woken(void **state)
{
	struct world *w = *state;
	struct backfill_row b = range(14, 14);
	int32_t before;

	w->pipeline.watch_days = 20;
	w->act[PROCESS_DATE] = fails_for_good;
	w->pipeline.remind_ms = DAY;
	nba_good_day(w, january(14), 6);
	lacks(w, PDC, january(14));
	world_go(w);
	world_until(w, jan(20, 4, 0));
	assert_int_equal(worst_told(w, 0, january(14)), SEVERITY_CRITICAL);
	before = w->n_told;
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_OK);
	world_pass(w, 2 * DAY);
	assert_string_equal(backfill(w)->dates, "g");
	assert_int_equal(tries(w, PHASE4_BACKFILL, january(14)), 2);
	assert_int_equal(worst_told(w, before, january(14)), SEVERITY_INFO);
}

/*------------------------------------------------------- pause and restarts */

static void
paused_nothing_starts_and_what_runs_is_proved(void **state)
{
	struct world *w = past_dates(*state, brings_all_that_is_missing);
	struct backfill_row b = range(FIRST, LAST);
	int32_t n;

	b.canary = false;
	(void)start(w, &b);
	while (w->n_starts < 2)
		world_pass(w, 1000);
	assert_int_equal(turn(w, COMMAND_BACKFILL_PAUSE, backfill(w)->id)->
	    u.reply.code, REPLY_OK);
	n = w->n_starts;
	world_crash(w);
	world_resume(w);
	world_found(w, try_of(w, PHASE4_BACKFILL, january(3), 0)->id, true,
	    PROBE_NONE);
	world_found(w, try_of(w, PHASE4_BACKFILL, january(4), 0)->id, true,
	    PROBE_NONE);
	world_pass(w, 5 * HOUR);
	assert_int_equal(w->n_starts, n);
	assert_int_equal(try_of(w, PHASE4_BACKFILL, january(3), 0)->outcome,
	    OUTCOME_RECOVERED);
	assert_int_equal(backfill(w)->state, BACKFILL_PAUSED);
	assert_int_equal(turn(w, COMMAND_BACKFILL_PAUSE, backfill(w)->id)->
	    u.reply.code, REPLY_ALREADY);
	assert_int_equal(turn(w, COMMAND_BACKFILL_RESUME, backfill(w)->id)->
	    u.reply.code, REPLY_OK);
	until_state(w, BACKFILL_DONE, 2);
	for (n = FIRST; n <= LAST; n++)
		assert_whole_once(w, n);
}

/* Killed after each hundredth step: all actions are gone with it, and what
 * they did or not is decided by evidence. */
static void
it_goes_on_over_deaths(void **state)
{
	struct world *w = past_dates(*state, brings_all_that_is_missing);
	struct backfill_row b = range(FIRST, LAST);
	int32_t deaths = 0, i;

	for (i = 0; i < 3; i++)
		w->actions[PROCESS_DATE + i].idempotent = true;
	(void)start(w, &b);
	for (i = 0; backfill(w)->state == BACKFILL_RUNNING && i < 5000;
	    i++) {
		world_pass(w, 20000);
		if (i % 7 == 6 && deaths < 12) {
			world_die(w);
			deaths++;
		}
		assert_true(active(w) <= 2);
	}
	assert_int_equal(backfill(w)->state, BACKFILL_DONE);
	for (i = FIRST; i <= LAST; i++)
		assert_int_equal(world_state(w, PUBLISH, january(i)),
		    PHASE_DONE);
	assert_untouched(w, FIRST - 1);
}

static void
cancelled_it_ends_where_it_is(void **state)
{
	struct world *w = past_dates(*state, brings_all_that_is_missing);
	struct backfill_row b = range(FIRST, LAST);
	uint64_t id = start(w, &b)->u.reply.id;
	int32_t n;

	assert_int_equal(turn(w, COMMAND_BACKFILL_CANCEL, id)->u.reply.code,
	    REPLY_OK);
	n = w->n_starts;
	world_pass(w, DAY);
	assert_int_equal(w->n_starts, n);
	assert_int_equal(backfill(w)->state, BACKFILL_CANCELLED);
	assert_int_equal(turn(w, COMMAND_BACKFILL_RESUME, id)->u.reply.code,
	    REPLY_REFUSED);
}

/*---------------------------------------------------------- limits and reach */

static void
its_budget_is_its_own(void **state)
{
	struct world *w = *state;
	struct backfill_row b = range(FIRST, LAST);
	int64_t at;
	int32_t i;

	w->graph.starts_per_hour = 1;
	w->actions[PROCESS_DATE].per_hour = 3;
	(void)past_dates(w, brings_all_that_is_missing);
	b.canary = false;
	b.at_most = 8;
	b.starts_per_hour = 4;
	at = w->now.wall;
	(void)start(w, &b);
	world_until(w, at + HOUR - MINUTE);
	assert_int_equal(w->n_starts, 4);
	for (i = 0; i < w->n_starts; i++)
		assert_int_equal(w->starts[i].row.backfill,
		    backfill(w)->id);
	until_state(w, BACKFILL_DONE, 8);
	for (i = FIRST; i <= LAST; i++)
		assert_whole_once(w, i);
}

/* Attempts of it whose phase or recovery a reload has taken away. */
static void
what_is_gone_was_started(void **state)
{
	struct world *w = *state;
	struct record r = { .kind = RECORD_ATTEMPT, .pipeline = NONE,
		.subject = NONE };
	struct backfill_row b = range(FIRST, LAST);
	int32_t i;

	(void)past_dates(w, brings_all_that_is_missing);
	b.at_most = 1;
	b.starts_per_hour = 4;
	r.u.attempt = (struct attempt_row){ .action = PROCESS_DATE,
		.phase = NONE, .recovery = NONE, .state = ATTEMPT_CLOSED,
		.intent_at = w->now.wall, .backfill = start(w,
		&b)->u.reply.id };
	assert_int_equal(w->n_starts, 1);
	world_crash(w);
	for (i = 0; i < 3; i++) {
		r.u.attempt.id = 900 + (uint64_t)i;
		engine_restore(w->engine, &r);
	}
	world_resume(w);
	world_until(w, r.u.attempt.intent_at + HOUR - MINUTE);
	assert_int_equal(w->n_starts, 1);
	until_state(w, BACKFILL_DONE, 1);
}

/* Both want what one alone may have: the live date has it next. */
static void
the_live_date_goes_first(void **state)
{
	struct world *w = *state;
	struct backfill_row b = range(FIRST, LAST);
	const struct attempt_row *live;
	int32_t i, between = 0;

	for (i = 0; i < 4; i++) {
		w->actions[i].target = "warehouse";
		w->actions[i].exclusive = true;
		w->takes[i] = 45 * MINUTE;
	}
	nba_good_day(w, january(13), 6);
	lacks(w, PDC, january(13));
	(void)past_dates(w, brings_all_that_is_missing);
	world_until(w, jan(14, 3, 0));
	b.at_most = 8;
	b.canary = false;
	(void)start(w, &b);
	world_until(w, jan(14, 13, 0));
	assert_int_equal(tries(w, PHASE4_BACKFILL, january(13)), 1);
	live = try_of(w, PHASE4_BACKFILL, january(13), 0);
	assert_int_equal(live->backfill, 0);
	for (i = 0; i < w->n_starts; i++)
		between += w->starts[i].at > jan(14, 11, 0) &&
		    w->starts[i].at < live->intent_at;
	assert_true(live->intent_at > jan(14, 11, 1));
	assert_int_equal(between, 0);
}

static void
what_leaves_the_house_is_left(void **state)
{
	struct world *w = *state;
	struct backfill_row b = range(9, 10);

	w->phases[PUBLISH].external = true;
	(void)past_dates(w, brings_all_that_is_missing);
	(void)start(w, &b);
	until_state(w, BACKFILL_DONE, 2);
	assert_string_equal(backfill(w)->dates, "xx");
	assert_int_equal(world_attempts(w, PREDICT, NONE, january(9)), 1);
	assert_int_equal(world_attempts(w, PUBLISH, NONE, january(9)), 0);
}

static void
with_what_leaves_the_house(void **state)
{
	struct world *w = *state;
	struct backfill_row b = range(9, 10);

	w->phases[PUBLISH].external = true;
	(void)past_dates(w, brings_all_that_is_missing);
	b.external = true;
	(void)start(w, &b);
	until_state(w, BACKFILL_DONE, 2);
	assert_string_equal(backfill(w)->dates, "dd");
	assert_whole_once(w, 9);
}

static void
one_phase_alone(void **state)
{
	struct world *w = past_dates(*state, brings_all_that_is_missing);
	struct backfill_row b = range(9, 10);

	b.phase = PRECOMPUTE;
	(void)start(w, &b);
	until_state(w, BACKFILL_DONE, 2);
	assert_string_equal(backfill(w)->dates, "dd");
	assert_int_equal(tries(w, PHASE4_BACKFILL, january(9)), 1);
	assert_int_equal(world_attempts(w, PREDICT, NONE, january(9)), 0);
}

static void
a_range_must_be_one(void **state)
{
	struct world *w = past_dates(*state, brings_all_that_is_missing);
	struct backfill_row b = range(12, 10);
	uint64_t id;

	assert_int_equal(start(w, &b)->u.reply.code, REPLY_REFUSED);
	b = range(10, 13);      /* the 13th runs */
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_REFUSED);
	b = range(-30, 10);     /* not watched */
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_REFUSED);
	b = range(10, 12);
	b.at_most = BACKFILL_AT_ONCE + 1;
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_REFUSED);
	b.at_most = 1;
	id = start(w, &b)->u.reply.id;
	b = range(3, 10);
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_CONFLICT);
	assert_int_equal(w->reply.u.reply.id, id);
	assert_int_equal(turn(w, COMMAND_BACKFILL_PAUSE, id + 7)->
	    u.reply.code, REPLY_NO_SUCH);
}

/* Of a person who waits for a decision: listed, not waited for. */
static void
what_is_in_doubt_is_given_up(void **state)
{
	struct world *w = past_dates(*state, NULL);
	struct backfill_row b = range(9, 9);

	w->actions[PROCESS_DATE].idempotent = false;
	(void)start(w, &b);
	while (w->n_starts == 0)
		world_pass(w, 1000);
	world_die(w);
	until_state(w, BACKFILL_FAILED, 1);
	assert_string_equal(backfill(w)->dates, "g");
	assert_int_equal(backfill(w)->why, WHY_IN_DOUBT);
	assert_int_equal(tries(w, PHASE4_BACKFILL, january(9)), 1);
}

/* A list of effects is small, a pipeline may have more checks than it has
 * places. */
static void
as_many_checks_as_there_may_be(void **state)
{
	struct world *w = *state;
	struct backfill_row b = range(9, 9);
	int32_t i;

	for (i = w->graph.n_checks; i < W_CHECKS; i++) {
		w->checks[i] = w->checks[PDC];
		w->checks[i].retirement = (struct retirement){
			.source = "old", .from = january(1), .by = NONE };
	}
	w->graph.n_checks = W_CHECKS;
	w->out.cap = EFFECTS_MIN;
	(void)past_dates(w, brings_all_that_is_missing);
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_OK);
	until_state(w, BACKFILL_DONE, 1);
	assert_string_equal(backfill(w)->dates, "d");
}

/* Plans that have nothing to do with it stay as they have ended. */
static void
one_phase_opens_no_other_plans(void **state)
{
	struct world *w = *state;
	struct backfill_row b = range(14, 14);

	b.phase = RAW;
	w->act[PROCESS_DATE] = fails_for_good;
	nba_good_day(w, january(14), 6);
	lacks(w, PDC, january(14));
	world_go(w);
	world_until(w, jan(15, 20, 0));
	assert_int_equal(plan(w, PHASE4_BACKFILL, january(14))->ended,
	    WHY_PERMANENT);
	assert_int_equal(start(w, &b)->u.reply.code, REPLY_OK);
	world_pass(w, 3 * HOUR);
	assert_int_equal(plan(w, PHASE4_BACKFILL, january(14))->ended,
	    WHY_PERMANENT);
	assert_int_equal(tries(w, PHASE4_BACKFILL, january(14)), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nba_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(what_is_missing_is_made_once),
		T(the_newest_may_go_first),
		T(a_canary_that_fails_stops_all_of_it),
		T(several_in_a_row_stop_it),
		T(nobody_is_woken),
		T(paused_nothing_starts_and_what_runs_is_proved),
		T(it_goes_on_over_deaths),
		T(cancelled_it_ends_where_it_is),
		T(its_budget_is_its_own),
		T(what_is_gone_was_started),
		T(the_live_date_goes_first),
		T(what_leaves_the_house_is_left),
		T(with_what_leaves_the_house),
		T(one_phase_alone),
		T(one_phase_opens_no_other_plans),
		T(as_many_checks_as_there_may_be),
		T(a_range_must_be_one),
		T(what_is_in_doubt_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
