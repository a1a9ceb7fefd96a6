/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-breakers.c -- fifty dates that fail from one cause: how many
 * attempts its target sees, and what ends the wait.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine-world.h"
#include "nba-world.h"

enum { DATES = 50, K = 3, PER_HOUR = 12 };
enum { ROWS };
enum { REPAIR };
enum { MEND };

static int64_t
begins(void)
{
	return jan(13, 4, 0) + DATES * DAY + 8 * HOUR;
}

/* One check that every date passes until begins(); then its alarm wants it
 * repaired, by one action on one target. */
static int
setup(void **state)
{
	static const int32_t rows[] = { ROWS };
	struct world *w = world_new();
	int32_t gate;

	w->pipeline.watch_days = DATES + 4;
	w->pipeline.act_within_ms = 90 * DAY;
	w->pipeline.remind_ms = 0;
	(void)world_check(w, "rows");
	w->unsaid[ROWS] = 1;
	w->checks[ROWS].every_ms = HOUR;
	gate = world_gate(w, "alarm", ALL_OF, rows, 1);
	w->gates[gate].alarm = true;
	w->answers[gate].blocked = SEVERITY_WARNING;
	(void)world_action(w, "repair", fails);
	w->actions[REPAIR].target = "source";
	w->actions[REPAIR].breaker = 0;
	w->breakers[0] = (struct breaker_def){ .name = "source",
		.failures = K, .within_ms = HOUR, .open_ms = 30 * MINUTE,
		.max_ms = 2 * HOUR, .probes = 1 };
	w->graph.n_breakers = 1;
	w->graph.starts_per_hour = PER_HOUR;
	(void)world_recovery(w, "mend", REPAIR, rows, 1);
	w->recoveries[MEND].verify_within_ms = 4 * MINUTE;
	world_go(w);
	world_until(w, begins());
	assert_int_equal(w->n_starts, 0);
	w->unsaid[ROWS] = 0;
	*state = w;
	return 0;
}

static int32_t
started(const struct world *w, int64_t from, int64_t until)
{
	int32_t i, n = 0;

	for (i = 0; i < w->n_starts; i++)
		n += w->starts[i].at >= from && w->starts[i].at < until;
	return n;
}

static int64_t
first_after(const struct world *w, int64_t from)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++)
		if (w->starts[i].at >= from)
			return w->starts[i].at;
	return INSTANT_NONE;
}

static const struct breaker_row *
breaker(const struct world *w)
{
	return engine_breaker(w->engine, 0);
}

static void
until_it_is(struct world *w, enum breaker_state state)
{
	int32_t i;

	for (i = 0; i < 24 * 60 && breaker(w)->state != state; i++)
		world_pass(w, MINUTE);
	assert_int_equal(breaker(w)->state, state);
}

/* Never more in the air than it lets through. */
static void
judge_starts(const struct world *w, int32_t most)
{
	int32_t i, k, n;

	for (i = 0; i < w->n_starts; i++) {
		const struct attempt_row *a = engine_attempt(w->engine,
		    w->starts[i].attempt), *b;

		for (n = 0, k = 0; k < i; k++) {
			b = engine_attempt(w->engine, w->starts[k].attempt);
			n += b->closed_at == INSTANT_NONE ||
			    b->closed_at > a->intent_at;
		}
		assert_true(n < most);
	}
}

static void
judge_rate(const struct world *w)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++)
		assert_true(started(w, w->starts[i].at, w->starts[i].at +
		    HOUR) <= PER_HOUR);
}

/*-------------------------------------------------------------------- tests */

static void
fifty_dates_start_three_attempts_and_then_probes(void **state)
{
	struct world *w = *state;
	int64_t opened, until;

	until_it_is(w, BREAKER_OPEN);
	assert_int_equal(w->n_starts, K);
	opened = breaker(w)->since;
	assert_int_equal(breaker(w)->until, opened + 30 * MINUTE);
	assert_int_equal(breaker(w)->n, K);
	world_until(w, breaker(w)->until - 1);
	assert_int_equal(w->n_starts, K);
	/* one, and while nobody knows what became of it no other */
	world_until(w, opened + 31 * MINUTE);
	assert_int_equal(w->n_starts, K + 1);
	assert_int_equal(breaker(w)->state, BREAKER_HALF_OPEN);
	until_it_is(w, BREAKER_OPEN);
	assert_int_equal(w->n_starts, K + 1);
	until = breaker(w)->until;
	assert_int_equal(until - breaker(w)->since, HOUR);
	world_until(w, until - 1);
	assert_int_equal(w->n_starts, K + 1);
	world_pass(w, MINUTE);
	assert_int_equal(w->n_starts, K + 2);
	until_it_is(w, BREAKER_OPEN);
	assert_int_equal(breaker(w)->until - breaker(w)->since, 2 * HOUR);
	world_until(w, breaker(w)->until + MINUTE);
	until_it_is(w, BREAKER_OPEN);
	assert_int_equal(breaker(w)->until - breaker(w)->since, 2 * HOUR);
	judge_starts(w, K);
}

static void
says_until_when(void **state)
{
	struct world *w = *state;
	struct date date = { (int32_t)(begins() / DAY) - 5 };
	int64_t at;

	until_it_is(w, BREAKER_OPEN);
	/* not one of those that wait after a try of their own */
	while (world_attempts(w, NONE, MEND, date) > 0)
		date.day--;
	assert_int_equal(engine_read_recovery(w->engine, MEND, date, &w->now,
	    &at), WHY_BREAKER);
	assert_int_equal(at, breaker(w)->until);
}

/* The daemon dies again and again; nothing is refunded. */
static void
nothing_is_refunded_over_restarts(void **state)
{
	struct world *w = *state;
	int32_t i, lives = 0;

	for (i = 0; i < 7 * 60; i++) {
		world_pass(w, MINUTE);
		if (i % 7 == 3) {
			world_crash(w);
			world_resume(w);
			lives++;
		} else if (i % 41 == 20) {
			world_die(w);
			lives++;
		}
	}
	assert_true(lives > 65);
	/* three, and one each time that 30 min, 1 h, 2 h, 2 h were over */
	assert_int_equal(w->n_starts, K + 4);
	judge_rate(w);
	judge_starts(w, K);
}

static void
repairs_all(struct world *w, const struct world_start *s,
    struct event *ended)
{
	(void)ended;
	world_fact(w, ROWS, s->date, w->now.wall, 1, NAN);
}

/* The target works again: a probe finds out, and all is repaired, never too
 * many at once and never faster than the global rate, restarts or not. */
static void
a_probe_that_succeeds_lets_the_rest_follow(void **state)
{
	struct world *w = *state;
	int32_t i;

	until_it_is(w, BREAKER_OPEN);
	w->act[REPAIR] = repairs_all;
	world_until(w, breaker(w)->until - 1);
	assert_int_equal(w->n_starts, K);
	until_it_is(w, BREAKER_CLOSED);
	/* two at once now */
	assert_int_equal(w->n_starts, K + 1 + 2);
	assert_int_equal(breaker(w)->n, 0);
	assert_int_equal(breaker(w)->ramp, 2);
	for (i = 0; i < 8 * 60; i++) {
		world_pass(w, MINUTE);
		if (i % 11 == 5) {
			world_crash(w);
			world_resume(w);
		}
	}
	assert_true(w->n_starts >= DATES);
	assert_int_equal(breaker(w)->state, BREAKER_CLOSED);
	assert_int_equal(breaker(w)->ramp, 0);
	for (i = 5; i < DATES; i++)
		assert_int_equal(engine_result(w->engine, ROWS, (struct date){
		    (int32_t)(begins() / DAY) - i }, &w->now), RESULT_PASS);
	judge_rate(w);
	judge_starts(w, K);
}

/* What failed passes by itself: the wait is over at once. */
static void
evidence_half_opens_before_the_time(void **state)
{
	struct world *w = *state;
	int64_t until, at;

	until_it_is(w, BREAKER_OPEN);
	until = breaker(w)->until;
	world_pass(w, MINUTE);
	world_fact(w, ROWS, w->starts[0].date, w->now.wall, 1, NAN);
	w->checks[ROWS].every_ms = MINUTE;
	at = w->now.wall;
	(void)world_command(w, &(struct command){ .kind = COMMAND_CHECK_RUN,
		.dated = true, .date = w->starts[0].date, .subject = ROWS,
		.until = INSTANT_NONE });
	world_pass(w, MINUTE);
	assert_int_equal(breaker(w)->state, BREAKER_HALF_OPEN);
	assert_true(breaker(w)->since < until);
	assert_true(first_after(w, at) <= breaker(w)->since + MINUTE);
}

/* What was read before it opened says nothing of what failed since. */
static void
evidence_from_before_it_opened_is_none(void **state)
{
	struct world *w = *state;
	struct command measure = { .kind = COMMAND_CHECK_RUN, .dated = true,
		.subject = ROWS, .until = INSTANT_NONE };
	int32_t i;

	w->graph.starts_per_hour = 1;
	w->breakers[0].within_ms = DAY;
	for (i = 0; i < 180 && breaker(w)->n == 0; i++)
		world_pass(w, MINUTE);
	assert_int_equal(breaker(w)->n, 1);
	measure.date = w->starts[0].date;
	world_fact(w, ROWS, measure.date, w->now.wall, 1, NAN);
	(void)world_command(w, &measure);
	until_it_is(w, BREAKER_OPEN);
	assert_int_equal(w->n_starts, K);
	assert_int_equal(engine_result(w->engine, ROWS, measure.date,
	    &w->now), RESULT_PASS);
	(void)world_command(w, &measure);
	world_pass(w, MINUTE);
	assert_int_equal(breaker(w)->state, BREAKER_HALF_OPEN);
}

/* Another check's good news is no evidence. */
static void
others_good_news_is_no_evidence(void **state)
{
	struct world *w = *state;
	struct date other = { (int32_t)(begins() / DAY) - 9 };
	int32_t i;

	until_it_is(w, BREAKER_OPEN);
	for (i = 0; i < w->n_starts; i++)
		assert_true(w->starts[i].date.day != other.day);
	world_fact(w, ROWS, other, w->now.wall, 1, NAN);
	(void)world_command(w, &(struct command){ .kind = COMMAND_CHECK_RUN,
		.dated = true, .date = other, .subject = ROWS,
		.until = INSTANT_NONE });
	world_pass(w, MINUTE);
	assert_int_equal(breaker(w)->state, BREAKER_OPEN);
}

static void
a_person_probes(void **state)
{
	struct world *w = *state;
	struct date date = { (int32_t)(begins() / DAY) - 9 };
	struct command recover = world_about(COMMAND_RECOVER, MEND, date);

	until_it_is(w, BREAKER_OPEN);
	assert_int_equal(world_command(w, &recover)->u.reply.code, REPLY_OK);
	assert_int_equal(breaker(w)->state, BREAKER_HALF_OPEN);
	recover.date.day--;
	assert_int_equal(world_command(w, &recover)->u.reply.code,
	    REPLY_NOT_NOW);
	assert_int_equal(w->reply.u.reply.conditions[0].why, WHY_BREAKER);
	until_it_is(w, BREAKER_OPEN);
	assert_int_equal(w->n_starts, K + 1);
}

static void
has_no_data_yet(struct world *w, const struct world_start *s,
    struct event *ended)
{
	fails(w, s, ended);
	ended->u.ended.failure = FAILURE_NOT_YET;
}

static void
that_data_is_not_there_yet_is_no_failure_of_the_target(void **state)
{
	struct world *w = *state;

	w->act[REPAIR] = has_no_data_yet;
	world_pass(w, 3 * HOUR);
	assert_true(w->n_starts > 10);
	assert_int_equal(breaker(w)->state, BREAKER_CLOSED);
	assert_int_equal(breaker(w)->n, 0);
}

/* Failures that lie far apart don't add up. */
static void
what_lies_apart_opens_nothing(void **state)
{
	struct world *w = *state;

	w->breakers[0].within_ms = 2 * MINUTE;
	w->graph.starts_per_hour = 1;
	world_pass(w, 8 * HOUR);
	assert_true(w->n_starts >= 7);
	assert_int_equal(breaker(w)->state, BREAKER_CLOSED);
	judge_starts(w, K);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(fifty_dates_start_three_attempts_and_then_probes),
		T(says_until_when),
		T(nothing_is_refunded_over_restarts),
		T(a_probe_that_succeeds_lets_the_rest_follow),
		T(evidence_half_opens_before_the_time),
		T(evidence_from_before_it_opened_is_none),
		T(others_good_news_is_no_evidence),
		T(a_person_probes),
		T(that_data_is_not_there_yet_is_no_failure_of_the_target),
		T(what_lies_apart_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
