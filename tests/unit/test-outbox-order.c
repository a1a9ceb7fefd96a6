/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-outbox-order.c -- messages of which several wait: in what order they
 * arrive, what goes along with what, and who hears of the end.
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
#include "journal-help.h"
#include "outbox-help.h"

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

/*------------------------------------------------------------------- clock */

/* Time is what passes, not what the wall says. */
static void
a_clock_that_is_set_holds_nothing_up(void **state)
{
	struct world *w = *state;

	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_WARNING);
	w->now -= 24 * HOUR;
	outbox_clock_set(w->box, -24 * HOUR);
	w->answer[TEAM] = OK;
	(void)tell_all(w, 3, 3, NOTICE_OPENED, SEVERITY_WARNING);
	let_time_pass(w, w->now + MINUTE);
	assert_int_equal(pending(w), 0);
	/* nor is anything given up before it has been tried for so long */
	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 4, 4, NOTICE_OPENED, SEVERITY_WARNING);
	w->now += 100 * HOUR;
	outbox_clock_set(w->box, 100 * HOUR);
	let_time_pass(w, w->now + MINUTE);
	w->answer[TEAM] = OK;
	let_time_pass(w, w->now + HOUR);
	assert_int_equal(pending(w), 0);
	assert_non_null(strstr(text_str(&w->taken), "team:4 "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
		TEST(a_clock_that_is_set_holds_nothing_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
