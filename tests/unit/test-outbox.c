/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-outbox.c -- messages until the far end has them, on a real journal
 * and a clock of the test's own. The far end is a script: what each notifier
 * answers, or that it doesn't yet.
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

/*------------------------------------------------------------------- order */

static void
one_at_a_time_and_in_order_per_incident(void **state)
{
	struct world *w = *state;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 2, 1, NOTICE_WORSE, SEVERITY_WARNING);
	assert_string_equal(text_str(&w->sent), "team:1 ");
	w->answer[TEAM] = LATER;
	(void)tell_all(w, 3, 2, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 4, 3, NOTICE_OPENED, SEVERITY_WARNING);
	assert_string_equal(text_str(&w->sent), "team:1 team:3 ");
	answer_waiting(w, OK);
	assert_string_equal(text_str(&w->sent), "team:1 team:3 team:4 ");
	w->now += HOUR;
	outbox_tick(w->box);
	assert_int_equal(outbox_busy(w->box), 1);
	w->answer[TEAM] = OK;
	answer_waiting(w, OK);
	assert_string_equal(text_str(&w->sent),
	    "team:1 team:3 team:4 team:2 ");
	assert_int_equal(json_array_size(json_object_get(w->last_body,
	    "merged")), 1);
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

/* Of what waits the newest goes out, names the others, and is their
 * delivery; so an opening and its end are one message. */
static void
what_is_stale_goes_along(void **state)
{
	CLEANUP_JSON json_t *messages = NULL;
	struct world *w = *state;
	const char *text;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 7, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 2, 7, NOTICE_GAVE_UP, SEVERITY_WARNING);
	(void)tell_all(w, 3, 7, NOTICE_RESOLVED, SEVERITY_WARNING);
	restart(w);
	w->answer[TEAM] = LATER;
	let_time_pass(w, w->now + MINUTE);
	text = json_text(w->last_body, "text", "");
	assert_string_equal(text, "RESOLVED x\n"
	    "note   2 earlier messages merged: opened since 06:12, gave_up; "
	    "it was over before you could be told\nlook   7\n");
	/* what comes meanwhile isn't in it */
	(void)tell_all(w, 4, 8, NOTICE_OPENED, SEVERITY_WARNING);
	w->answer[TEAM] = OK;
	answer_waiting(w, OK);
	assert_string_equal(text_str(&w->told), "7/1 7/2 7/3 8/4 ");
	assert_int_equal(pending(w), 0);
	messages = store_messages(w->store, 7, 0);
	assert_string_equal(json_text(json_array_get(messages, 0), "reply",
	    ""), "with message 3: 200");
	assert_true(json_is_integer(json_object_get(json_array_get(messages,
	    0), "delivered_at")));
	must_be_clean(w->store);
}

/* Each row counts the tries of what carried it, and a kill in between
 * repeats all of it. */
static void
what_goes_along_shares_its_fate(void **state)
{
	CLEANUP_JSON json_t *messages = NULL;
	struct world *w = *state;
	int64_t tries;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 7, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 2, 7, NOTICE_RESOLVED, SEVERITY_WARNING);
	let_time_pass(w, w->now + 10 * MINUTE);
	messages = store_messages(w->store, 7, 0);
	tries = json_int(json_array_get(messages, 1), "tries", 0);
	assert_in_range(tries, 8, 12);
	assert_int_equal(json_int(json_array_get(messages, 0), "tries", 0),
	    tries + 1);
	w->answer[TEAM] = LATER;
	let_time_pass(w, w->now + 20 * MINUTE);
	restart(w);
	assert_int_equal(pending(w), 2);
	w->answer[TEAM] = OK;
	let_time_pass(w, w->now + HOUR);
	assert_string_equal(text_str(&w->taken), "team:2 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

/* One message that can never be delivered isn't the others' fault. */
static void
what_is_hopeless_is_it_alone(void **state)
{
	struct world *w = *state;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 7, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 2, 7, NOTICE_RESOLVED, SEVERITY_WARNING);
	w->answer[TEAM] = LATER;
	let_time_pass(w, w->now + MINUTE);
	w->answer[TEAM] = OK;
	answer_waiting(w, NEVER);
	let_time_pass(w, w->now + MINUTE);
	assert_string_equal(text_str(&w->taken), "team:1 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

static void
one_that_is_down_is_asked_for_all_together(void **state)
{
	struct world *w = *state;
	int64_t began = w->now;
	uint64_t id;
	size_t tries = 0, i;

	w->answer[TEAM] = FAILS;
	for (id = 1; id <= 20; id++)
		(void)tell_all(w, id, id, NOTICE_OPENED, SEVERITY_WARNING);
	/* each was tried once */
	assert_int_equal(w->sent.len, 9 * 7 + 11 * 8);
	text_clear(&w->sent);
	let_time_pass(w, began + 10 * HOUR);
	for (i = 0; i < w->sent.len; i++)
		tries += w->sent.s[i] == ':';
	assert_in_range(tries, 60, 130);
	/* when a new one gets through, all do, at once */
	w->answer[TEAM] = OK;
	(void)tell_all(w, 21, 21, NOTICE_OPENED, SEVERITY_WARNING);
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

static void
what_expired_is_not_tried_again(void **state)
{
	struct world *w = *state;
	int64_t began = w->now;
	uint64_t id;

	w->answer[TEAM] = FAILS;
	for (id = 1; id <= 9; id++)
		(void)tell_all(w, id, id, NOTICE_OPENED, SEVERITY_WARNING);
	let_time_pass(w, began + OUTBOX_EXPIRY_MS - 1);
	text_clear(&w->sent);
	let_time_pass(w, began + OUTBOX_EXPIRY_MS);
	assert_int_equal(pending(w), 0);
	assert_in_range(w->sent.len, 0, 7);
	must_be_clean(w->store);
}

/* What waits at one that is down must not keep a new critical message from
 * its fallback. */
static void
one_known_to_be_down_is_not_waited_for(void **state)
{
	struct world *w = *state;

	w->routes[0].n_fallback = 0;
	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	let_time_pass(w, w->now + HOUR);
	w->routes[0].n_fallback = 1;
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->taken), "boss:2 ");
}

/* But what has waited for long may be given up before it arrives; then the
 * reminder is what does. */
static void
a_reminder_outlives_what_is_given_up(void **state)
{
	struct world *w = *state;
	int64_t began = w->now;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	let_time_pass(w, began + OUTBOX_EXPIRY_MS - MINUTE);
	assert_int_equal(tell_all(w, 2, 1, NOTICE_REMINDER,
	    SEVERITY_WARNING), 1);
	let_time_pass(w, began + OUTBOX_EXPIRY_MS + HOUR);
	assert_int_equal(pending(w), 1);
	w->answer[TEAM] = OK;
	let_time_pass(w, w->now + HOUR);
	assert_string_equal(text_str(&w->taken), "team:2 ");
	assert_int_equal(tell_all(w, 3, 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING), 1);
	must_be_clean(w->store);
}

/* A far end that says how long to wait isn't asked for each new message; what
 * can go elsewhere does. */
static void
one_that_asks_to_wait_is_left_alone(void **state)
{
	struct world *w = *state;
	int64_t began = w->now;

	w->answer[TEAM] = w->answer[PAGER] = ASKS_TO_WAIT;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->sent), "team:1 pager:2 boss:2 ");
	(void)tell_all(w, 3, 3, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 4, 4, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->sent),
	    "team:1 pager:2 boss:2 boss:4 ");
	let_time_pass(w, began + 30 * MINUTE - 1);
	w->answer[TEAM] = OK;
	assert_int_equal(pending(w), 2);
	let_time_pass(w, began + 30 * MINUTE);
	assert_string_equal(text_str(&w->taken),
	    "boss:2 boss:4 team:3 team:1 ");
	must_be_clean(w->store);
}

/* One that was down for a night is told of an incident once, not once for
 * each time that it would have been reminded. */
static void
nobody_is_reminded_of_what_has_not_arrived(void **state)
{
	struct world *w = *state;

	w->answer[TEAM] = FAILS;
	assert_int_equal(tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING),
	    1);
	let_time_pass(w, w->now + HOUR);
	assert_int_equal(tell_all(w, 2, 1, NOTICE_REMINDER,
	    SEVERITY_WARNING), 0);
	assert_int_equal(pending(w), 1);
	/* another one has heard, and is reminded */
	assert_int_equal(tell_all(w, 3, 1, NOTICE_WORSE, SEVERITY_CRITICAL),
	    1);
	w->routes[0].carry_on = true;
	assert_int_equal(tell_all(w, 4, 1, NOTICE_REMINDER,
	    SEVERITY_CRITICAL), 1);
	w->answer[TEAM] = OK;
	let_time_pass(w, w->now + HOUR);
	assert_string_equal(text_str(&w->taken), "pager:3 pager:4 team:1 ");
	assert_int_equal(tell_all(w, 5, 1, NOTICE_REMINDER,
	    SEVERITY_WARNING), 1);
	must_be_clean(w->store);
}

/* A message that its notifier can't take, for a reason that it takes for a
 * passing one. */
static void
one_message_does_not_stand_in_the_way(void **state)
{
	struct world *w = *state;

	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	let_time_pass(w, w->now + MINUTE);
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_WARNING);
	text_clear(&w->sent);
	let_time_pass(w, w->now + 10 * MINUTE);
	assert_non_null(strstr(text_str(&w->sent), "team:2"));
}

/*----------------------------------------------------------------- the end */

static void
whoever_was_told_hears_the_end(void **state)
{
	struct world *w = *state;

	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	w->answer[PAGER] = NEVER;
	(void)tell_all(w, 2, 1, NOTICE_WORSE, SEVERITY_CRITICAL);
	text_clear(&w->sent);
	assert_int_equal(tell_all(w, 3, 1, NOTICE_RESOLVED,
	    SEVERITY_CRITICAL), 2);
	assert_string_equal(text_str(&w->sent), "team:3 boss:3 ");
	must_be_clean(w->store);
}

static void
an_end_that_was_queued_follows_to_the_fallback(void **state)
{
	struct world *w = *state;

	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_int_equal(tell_all(w, 2, 1, NOTICE_RESOLVED,
	    SEVERITY_CRITICAL), 1);
	let_time_pass(w, w->now + 127 * 1000);
	assert_string_equal(text_str(&w->taken), "boss:2 ");
	assert_int_equal(json_array_size(json_object_get(w->last_body,
	    "merged")), 1);
	must_be_clean(w->store);
	/* the pager never heard of it, so it needs no end */
	w->answer[PAGER] = OK;
	let_time_pass(w, INT64_MAX);
	assert_string_equal(text_str(&w->taken), "boss:2 ");
	assert_int_equal(pending(w), 0);
}

/* What was said in between isn't handed on after the end. */
static void
no_news_after_the_end(void **state)
{
	struct world *w = *state;

	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	(void)tell_all(w, 2, 1, NOTICE_GAVE_UP, SEVERITY_CRITICAL);
	(void)tell_all(w, 3, 1, NOTICE_RESOLVED, SEVERITY_CRITICAL);
	let_time_pass(w, INT64_MAX);
	assert_string_equal(text_str(&w->taken), "boss:3 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

/* Two notifiers share a fallback: what one gives up late stays behind what
 * the other has handed on. */
static void
no_older_news_after_later_news(void **state)
{
	static const int32_t boss[] = { BOSS };
	struct world *w = *state;

	w->routes[0].carry_on = true;
	w->routes[1].fallback = boss;
	w->routes[1].n_fallback = 1;
	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	w->answer[TEAM] = NEVER;
	(void)tell_all(w, 2, 1, NOTICE_GAVE_UP, SEVERITY_CRITICAL);
	let_time_pass(w, INT64_MAX);
	assert_string_equal(text_str(&w->taken), "team:1 boss:2 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

static void
nobody_was_told_nobody_hears_the_end(void **state)
{
	struct world *w = *state;

	w->answer[TEAM] = NEVER;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	assert_int_equal(tell_all(w, 2, 1, NOTICE_RESOLVED,
	    SEVERITY_WARNING), 0);
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

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

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
		TEST(one_at_a_time_and_in_order_per_incident),
		TEST(what_is_stale_goes_along),
		TEST(what_goes_along_shares_its_fate),
		TEST(what_is_hopeless_is_it_alone),
		TEST(one_that_is_down_is_asked_for_all_together),
		TEST(what_expired_is_not_tried_again),
		TEST(one_known_to_be_down_is_not_waited_for),
		TEST(a_reminder_outlives_what_is_given_up),
		TEST(one_that_asks_to_wait_is_left_alone),
		TEST(nobody_is_reminded_of_what_has_not_arrived),
		TEST(one_message_does_not_stand_in_the_way),
		TEST(whoever_was_told_hears_the_end),
		TEST(an_end_that_was_queued_follows_to_the_fallback),
		TEST(no_news_after_the_end),
		TEST(no_older_news_after_later_news),
		TEST(nobody_was_told_nobody_hears_the_end),
		TEST(a_notifier_that_fails_is_reported),
		TEST(how_a_notifier_is_can_be_heard),
		TEST(a_test_expires_soon), TEST(trouble_is_told_around)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
