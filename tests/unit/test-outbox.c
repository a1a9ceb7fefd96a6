/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-outbox.c -- messages until the far end has them, on a real journal
 * and a clock of the test's own. The far end is a script: what each notifier
 * answers, or that it doesn't yet. Where several wait: test-outbox-order.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/outbox.h"
#include "daemon/outbox_route.h"
#include "journal-help.h"
#include "outbox-help.h"

/*------------------------------------------------------------------ routes */

static void
the_first_route_that_matches_delivers(void **state)
{
	struct world *w = *state;

	assert_int_equal(tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING),
	    1);
	assert_int_equal(tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_CRITICAL),
	    1);
	assert_int_equal(tell_all(w, 3, 3, NOTICE_OPENED, SEVERITY_INFO), 0);
	assert_string_equal(text_str(&w->sent), "team:1 pager:2 ");
	assert_string_equal(text_str(&w->told), "1/1 2/2 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

static void
a_route_may_carry_on_and_names_count_once(void **state)
{
	static const int32_t two[] = { TEAM, PAGER };
	struct world *w = *state;

	w->routes[0].carry_on = true;
	w->routes[1].to = two;
	w->routes[1].n_to = 2;
	assert_int_equal(tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL),
	    2);
	assert_string_equal(text_str(&w->sent), "pager:1 team:1 ");
}

static void
a_route_may_be_of_a_pipeline_or_phase(void **state)
{
	struct world *w = *state;

	w->routes[0].pipeline = 3;
	w->routes[1].phase = 4;
	assert_int_equal(tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL),
	    0);
}

/* How many get something that has these tags. */
static int32_t
tell_tagged(struct world *w, uint64_t id, uint64_t tags)
{
	CLEANUP_JSON json_t *body = json_pack("{ss}", "kind", "adopted");
	const struct outbox_notice n = { .id = id, .kind = NOTICE_ADOPTED,
		.severity = SEVERITY_WARNING, .pipeline = NONE, .phase = NONE,
		.tags = tags, .body = body };
	int32_t to;

	assert_int_equal(world_begin(w), 0);
	to = outbox_queue(w->box, &n);
	assert_int_equal(world_commit(w), 0);
	return to;
}

static void
a_route_may_be_of_tags(void **state)
{
	struct world *w = *state;

	w->routes[1].tags = 4;
	assert_int_equal(tell_tagged(w, 1, 0), 0);
	assert_int_equal(tell_tagged(w, 2, 3), 0);
	assert_int_equal(tell_tagged(w, 3, 6), 1);
	w->routes[1].tags = 0;
	assert_int_equal(tell_tagged(w, 4, 0), 1);
}

static void
a_route_may_be_of_hours(void **state)
{
	struct window once = { .when = WHEN_ONCE };
	struct world *w = *state;

	w->routes[1].during = &once;
	once.start = w->now;
	once.end = w->now + 1;
	assert_int_equal(tell_tagged(w, 1, 0), 1);
	w->now = once.end;
	assert_int_equal(tell_tagged(w, 2, 0), 0);
}

/*---------------------------------------------------------------- delivery */

static void
it_is_delivered_when_the_far_end_says_so(void **state)
{
	struct world *w = *state;

	w->answer[PAGER] = LATER;
	(void)tell_all(w, 1, 9, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_int_equal(pending(w), 1);
	assert_int_equal(outbox_busy(w->box), 1);
	assert_int_equal(outbox_wake(w->box), INSTANT_NONE);
	assert_string_equal(text_str(&w->told), "");
	/* the fallbacks are nobody's business */
	assert_null(json_object_get(w->last_body, "fallback"));
	assert_string_equal(json_text(w->last_body, "kind", ""), "opened");
	answer_waiting(w, OK);
	assert_string_equal(text_str(&w->told), "9/1 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

/* Waits until the next try; between `least` and `most` ms. */
static void
expect_wait(struct world *w, int64_t least, int64_t most)
{
	int64_t wake = outbox_wake(w->box);

	assert_in_range(wake - w->now, least, most);
	w->now = wake - 1;
	outbox_tick(w->box);
	assert_int_equal(outbox_wake(w->box), wake);
	w->now = wake;
	outbox_tick(w->box);
}

static void
it_backs_off(void **state)
{
	struct world *w = *state;
	int64_t bound, began = w->now;
	int n = 0;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	for (bound = 1000; bound < 15 * MINUTE; bound *= 2)
		expect_wait(w, 1, bound);
	/* somewhere in the range, not at its end */
	assert_in_range(w->now - began, 4 * MINUTE, 13 * MINUTE);
	expect_wait(w, 1, 15 * MINUTE);
	w->answer[TEAM] = CRASHES;
	expect_wait(w, 1, 15 * MINUTE);
	w->answer[TEAM] = OK;
	expect_wait(w, 1, 15 * MINUTE);
	assert_int_equal(pending(w), 0);
	assert_string_equal(text_str(&w->told), "1/1 ");
	/* always the same id */
	for (bound = 0; bound < (int64_t)w->sent.len; bound += 7, n++)
		assert_memory_equal(w->sent.s + bound, "team:1 ", 7);
	assert_int_equal(n, 14);
	must_be_clean(w->store);
}

/* What a far end may ask for is a number of seconds, whatever it says. */
static void
it_waits_as_long_as_it_is_asked_to(void **state)
{
	static const int64_t asks[][2] = { { 30 * MINUTE, 30 * MINUTE },
		{ 1000000000000, HOUR }, { INT64_MAX, HOUR } };
	struct world *w = *state;
	size_t i;

	w->answer[TEAM] = ASKS_TO_WAIT;
	w->asks_ms = asks[0][0];
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	for (i = 0; i < 3; i++) {
		w->asks_ms = asks[i + 1 < 3 ? i + 1 : 2][0];
		expect_wait(w, asks[i][1], asks[i][1]);
	}
	/* nothing and less than nothing are no wish */
	w->asks_ms = -5;
	expect_wait(w, HOUR, HOUR);
	expect_wait(w, 1, 15 * MINUTE);
	must_be_clean(w->store);
}

static void
a_restart_waits_the_same(void **state)
{
	struct world *w = *state;
	int64_t wake;
	int i;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	for (i = 0; i < 8; i++)
		expect_wait(w, 1, 5 * MINUTE);
	wake = outbox_wake(w->box);
	restart(w);
	assert_int_equal(outbox_wake(w->box), wake);
}

/* Between two tries lies the pace, over a restart too. */
static void
it_keeps_its_pace(void **state)
{
	struct world *w = *state;
	uint64_t id;

	w->instances[TEAM].pace_ms = 1000;
	for (id = 1; id <= 3; id++)
		(void)tell_all(w, id, id, NOTICE_OPENED, SEVERITY_WARNING);
	assert_string_equal(text_str(&w->taken), "team:1 ");
	expect_wait(w, 1000, 1000);
	assert_string_equal(text_str(&w->taken), "team:1 team:2 ");
	w->now += 400;
	restart(w);
	expect_wait(w, 1000, 1000);
	assert_string_equal(text_str(&w->taken), "team:1 team:2 team:3 ");
	/* the pager keeps its own */
	w->routes[0].carry_on = true;
	(void)tell_all(w, 4, 4, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->taken),
	    "team:1 team:2 team:3 pager:4 ");
	must_be_clean(w->store);
}

/* Sixty others don't keep what is critical waiting for a minute. */
static void
what_is_critical_goes_first(void **state)
{
	struct world *w = *state;
	uint64_t id;

	w->instances[TEAM].pace_ms = 1000;
	w->routes[0].to = w->routes[1].to;
	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	w->answer[TEAM] = OK;
	for (id = 2; id <= 62; id++)
		(void)tell_all(w, id, id, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 63, 63, NOTICE_OPENED, SEVERITY_CRITICAL);
	let_time_pass(w, w->now + 3 * 1000);
	assert_non_null(strstr(text_str(&w->taken), "team:63 "));
	assert_non_null(strstr(text_str(&w->taken), "team:1 "));
	let_time_pass(w, w->now + 70 * 1000);
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

static void
it_is_given_up_after_three_days(void **state)
{
	struct world *w = *state;
	int64_t began = w->now;
	CLEANUP_JSON json_t *messages = NULL;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	let_time_pass(w, began + OUTBOX_EXPIRY_MS - 1);
	assert_int_equal(pending(w), 1);
	let_time_pass(w, began + OUTBOX_EXPIRY_MS);
	assert_int_equal(pending(w), 0);
	messages = store_messages(w->store, 1, 0);
	assert_true(json_flag(json_array_get(messages, 0), "gave_up",
	    false));
	assert_string_equal(json_text(json_array_get(messages, 0), "reply",
	    ""), "503 \xc3\xa9");
	assert_string_equal(text_str(&w->told), "");
	must_be_clean(w->store);
}

/*--------------------------------------------------------------- fallbacks */

static void
what_never_works_is_handed_on_at_once(void **state)
{
	struct world *w = *state;

	w->answer[PAGER] = w->answer[BOSS] = NEVER;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->sent), "pager:1 boss:1 last:1 ");
	assert_string_equal(text_str(&w->told), "1/1 ");
	assert_int_equal(pending(w), 0);
	w->answer[LAST] = NEVER;
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_int_equal(pending(w), 0);
	assert_string_equal(text_str(&w->told), "1/1 ");
	must_be_clean(w->store);
}

static void
a_fallback_gets_it_within_minutes(void **state)
{
	struct world *w = *state;
	int64_t began = w->now;

	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	let_time_pass(w, began + 10 * 1000);
	assert_null(strstr(text_str(&w->sent), "boss"));
	let_time_pass(w, began + 127 * 1000);
	assert_string_equal(text_str(&w->taken), "boss:1 ");
	assert_int_equal(pending(w), 0);
}

/* Where each try takes long, two minutes are enough, too. */
static void
one_that_hangs_is_not_waited_for(void **state)
{
	struct world *w = *state;

	w->answer[PAGER] = LATER;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	w->now += MINUTE;
	answer_waiting(w, CRASHES);
	let_time_pass(w, w->now + 1000);
	assert_string_equal(text_str(&w->sent), "pager:1 pager:1 ");
	w->now += MINUTE;
	answer_waiting(w, CRASHES);
	assert_string_equal(text_str(&w->taken), "boss:1 ");
	must_be_clean(w->store);
}

static void
a_fallback_gets_it_once(void **state)
{
	static const int32_t both[] = { PAGER, TEAM };
	struct world *w = *state;

	w->routes[0].to = both;
	w->routes[0].n_to = 2;
	w->answer[PAGER] = w->answer[TEAM] = NEVER;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	/* once from the one, not again from the other */
	assert_string_equal(text_str(&w->sent), "pager:1 team:1 boss:1 ");
	assert_int_equal(pending(w), 0);
	/* nor where it was given up already */
	w->answer[BOSS] = NEVER;
	text_clear(&w->sent);
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->sent),
	    "pager:2 team:2 boss:2 last:2 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

/*------------------------------------------------------------------ report */

static void
a_notifier_that_fails_is_reported(void **state)
{
	struct world *w = *state;
	CLEANUP_JSON json_t *r = NULL, *after = NULL;
	int64_t began = w->now;

	w->answer[TEAM] = CRASHES;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	let_time_pass(w, began + MINUTE);
	r = outbox_report(w->box);
	assert_int_equal(json_int(r, "oldest", 0), began);
	assert_in_range(json_int(report_of(r, "team"), "failures", 0), 5, 20);
	assert_int_equal(json_int(report_of(r, "team"), "failing_since", 0),
	    began);
	assert_string_equal(json_text(report_of(r, "team"), "error", ""),
	    "killed by signal 11 \\xff");
	assert_int_equal(json_int(report_of(r, "boss"), "failures", 9), 0);
	w->answer[TEAM] = OK;
	let_time_pass(w, began + HOUR);
	after = outbox_report(w->box);
	assert_true(json_is_null(json_object_get(report_of(after, "team"),
	    "error")));
	assert_int_equal(json_int(report_of(after, "team"), "failures", 9),
	    0);
	assert_true(json_is_null(json_object_get(after, "oldest")));
}

/* How each try went is said, once what it means is written. */
static void
how_a_notifier_is_can_be_heard(void **state)
{
	struct world *w = *state;
	int64_t began = w->now;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	w->now += HOUR;
	outbox_tick(w->box);
	assert_string_equal(text_str(&w->turns), "team:fails team:fails ");
	assert_int_equal(w->last_turn.failures, 2);
	assert_int_equal(w->last_turn.since, began);
	w->answer[TEAM] = NEVER;
	w->now += HOUR;
	outbox_tick(w->box);
	w->answer[TEAM] = OK;
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_WARNING);
	assert_string_equal(text_str(&w->turns), "team:fails team:fails "
	    "team:never team:ok ");
}

/* A test is of no use for long, and that it ended so is news. */
static void
a_test_expires_soon(void **state)
{
	CLEANUP_JSON json_t *picked = json_pack("{s:[]}", "team");
	CLEANUP_JSON json_t *body = json_pack("{s:s, s:s}", "kind", "test",
	    "id", "77");
	struct world *w = *state;
	int64_t began = w->now;

	w->answer[TEAM] = FAILS;
	assert_int_equal(world_begin(w), 0);
	assert_int_equal(outbox_tell(w->box, 77, body, picked), 0);
	assert_int_equal(world_commit(w), 0);
	let_time_pass(w, began + OUTBOX_TEST_MS - 1);
	assert_null(strstr(text_str(&w->turns), "never"));
	let_time_pass(w, began + OUTBOX_TEST_MS);
	assert_int_equal(pending(w), 0);
	assert_non_null(strstr(text_str(&w->turns), "team:never "));
	must_be_clean(w->store);
}

/* What is said about one goes to others. */
static void
trouble_is_told_around(void **state)
{
	CLEANUP_JSON json_t *none = json_object();
	CLEANUP_JSON json_t *boss = json_pack("{s:{}}", "boss");
	CLEANUP_JSON json_t *most = json_pack("{s:{}, s:{}, s:{}}", "boss",
	    "last", "team");
	CLEANUP_JSON json_t *a = NULL, *b = NULL, *c = NULL, *d = NULL;
	struct world *w = *state;

	a = route_around(&w->conf, none, "team");
	assert_int_equal(json_object_size(a), 1);
	assert_non_null(json_object_get(a, "pager"));
	b = route_around(&w->conf, boss, "pager");
	assert_non_null(json_object_get(b, "last"));
	/* no route leads to anybody: then whoever there is */
	c = route_around(&w->conf, most, "last");
	assert_non_null(json_object_get(c, "pager"));
	d = route_around(&w->conf, most, "pager");
	assert_int_equal(json_object_size(d), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_route_that_matches_delivers),
		TEST(a_route_may_carry_on_and_names_count_once),
		TEST(a_route_may_be_of_a_pipeline_or_phase),
		TEST(a_route_may_be_of_tags),
		TEST(a_route_may_be_of_hours),
		TEST(it_is_delivered_when_the_far_end_says_so),
		TEST(it_backs_off), TEST(it_waits_as_long_as_it_is_asked_to),
		TEST(a_restart_waits_the_same), TEST(it_keeps_its_pace),
		TEST(what_is_critical_goes_first),
		TEST(it_is_given_up_after_three_days),
		TEST(what_never_works_is_handed_on_at_once),
		TEST(a_fallback_gets_it_within_minutes),
		TEST(one_that_hangs_is_not_waited_for),
		TEST(a_fallback_gets_it_once),
		TEST(a_notifier_that_fails_is_reported),
		TEST(how_a_notifier_is_can_be_heard), TEST(a_test_expires_soon),
		TEST(trouble_is_told_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
