/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-outbox-journal.c -- messages over restarts and reloads, and without a
 * journal: what is in it is all that there is, whatever happened.
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

/*--------------------------------------------------------- restart, reload */

static void
a_restart_takes_up_what_is_pending(void **state)
{
	struct world *w = *state;

	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	restart(w);
	assert_int_equal(pending(w), 1);
	assert_in_range(outbox_wake(w->box) - w->now, 1, 1000);
	w->answer[PAGER] = LATER;
	let_time_pass(w, w->now + 1000);
	assert_int_equal(outbox_busy(w->box), 1);
	restart(w);             /* in the middle: sent again */
	w->answer[PAGER] = NEVER;
	outbox_tick(w->box);
	assert_string_equal(text_str(&w->taken), "boss:1 ");
	assert_int_equal(pending(w), 0);
	must_be_clean(w->store);
}

/* A route that was proven before is proven after. */
static void
a_restart_knows_what_was_delivered(void **state)
{
	struct world *w = *state;
	CLEANUP_JSON json_t *r = NULL;

	w->answer[BOSS] = FAILS;
	w->answer[PAGER] = NEVER;
	(void)tell_all(w, 1, 0, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 2, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->taken), "team:1 ");
	restart(w);
	r = outbox_report(w->box);
	assert_int_equal(json_int(report_of(r, "team"), "delivered_at", 0),
	    w->now);
	assert_true(json_is_null(json_object_get(report_of(r, "pager"),
	    "delivered_at")));
	assert_true(json_is_null(json_object_get(report_of(r, "boss"),
	    "delivered_at")));
}

static void
a_notifier_that_is_gone_hands_on(void **state)
{
	struct world *w = *state;
	struct conf later = w->conf;

	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	w->instances[PAGER].name = "beeper";
	outbox_reload(w->box, &later);
	w->now += HOUR;
	outbox_tick(w->box);
	assert_string_equal(text_str(&w->taken), "boss:1 ");
	assert_int_equal(pending(w), 0);
}

static void
a_renamed_notifier_keeps_its_messages(void **state)
{
	struct world *w = *state;
	struct conf later = w->conf;

	w->answer[PAGER] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	w->instances[PAGER].was = "pager";
	w->instances[PAGER].name = "beeper";
	outbox_reload(w->box, &later);
	w->answer[PAGER] = OK;
	let_time_pass(w, w->now + 5000);
	assert_string_equal(text_str(&w->taken), "beeper:1 ");
	(void)tell_all(w, 2, 1, NOTICE_RESOLVED, SEVERITY_CRITICAL);
	assert_string_equal(text_str(&w->taken), "beeper:1 beeper:2 ");
}

static const char *
receipt_got(const struct world *w)
{
	return json_text(w->last_body, "receipt", "none");
}

static void
a_receipt_comes_back_with_the_incident(void **state)
{
	struct world *w = *state;

	w->receipt = "post 1";
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(receipt_got(w), "none");
	w->receipt = NULL;
	restart(w);
	(void)tell_all(w, 2, 1, NOTICE_WORSE, SEVERITY_CRITICAL);
	assert_string_equal(receipt_got(w), "post 1");
	/* another incident, another notifier: another post */
	(void)tell_all(w, 3, 2, NOTICE_OPENED, SEVERITY_CRITICAL);
	assert_string_equal(receipt_got(w), "none");
	(void)tell_all(w, 4, 1, NOTICE_WORSE, SEVERITY_WARNING);
	assert_string_equal(receipt_got(w), "none");
	/* the last word counts, also under another name */
	w->receipt = "post 2";
	(void)tell_all(w, 5, 1, NOTICE_REMINDER, SEVERITY_CRITICAL);
	w->instances[PAGER].was = "pager";
	w->instances[PAGER].name = "beeper";
	outbox_reload(w->box, &w->conf);
	(void)tell_all(w, 6, 1, NOTICE_WORSE, SEVERITY_CRITICAL);
	assert_string_equal(receipt_got(w), "post 2");
	must_be_clean(w->store);
}

static void
half_a_delivery_is_not_begun_anew(void **state)
{
	struct world *w = *state;

	w->receipt = "first half";
	w->answer[TEAM] = FAILS;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	w->receipt = NULL;
	let_time_pass(w, w->now + 1000);
	assert_string_equal(receipt_got(w), "first half");
	restart(w);
	w->answer[TEAM] = OK;
	let_time_pass(w, w->now + MINUTE);
	assert_string_equal(text_str(&w->taken), "team:1 ");
	assert_string_equal(receipt_got(w), "first half");
}

static void
without_a_journal_nothing_leaves(void **state)
{
	struct world *w = *state;

	w->answer[TEAM] = LATER;
	(void)tell_all(w, 1, 1, NOTICE_OPENED, SEVERITY_WARNING);
	(void)tell_all(w, 2, 2, NOTICE_OPENED, SEVERITY_WARNING);
	w->broken = true;
	answer_waiting(w, OK);
	assert_string_equal(text_str(&w->sent), "team:1 ");
	assert_string_equal(text_str(&w->told), "");
	assert_int_equal(outbox_wake(w->box), INSTANT_NONE);
}

static void
what_was_rolled_back_is_forgotten(void **state)
{
	struct world *w = *state;
	CLEANUP_JSON json_t *body = json_pack("{ss}", "id", "1");
	const struct outbox_notice n = { 1, 1, NOTICE_OPENED,
		SEVERITY_WARNING, NONE, NONE, 0, body };

	assert_int_equal(world_begin(w), 0);
	assert_int_equal(outbox_queue(w->box, &n), 1);
	store_close(w->store);  /* never committed */
	w->open = false;
	w->store = must_open(w->dir);
	outbox_free(w->box);
	open_box(w);
	outbox_reread(w->box);
	assert_int_equal(pending(w), 0);
	outbox_tick(w->box);
	assert_string_equal(text_str(&w->sent), "");
}

/*---------------------------------------------------------------- any order */

static uint64_t seed;

static uint32_t
below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

/* Incidents that are open, by number; 0: none. What comes back is another
 * one. */
struct open {
	uint64_t number[8], last;
};

static void
one_event(struct world *w, uint64_t *id, struct open *open)
{
	uint64_t *incident = &open->number[below(8)];
	bool is_new = *incident == 0;

	switch (below(6)) {
	case 0:
		if (is_new)
			*incident = ++open->last;
		(void)tell_all(w, ++*id, *incident, is_new ?
		    NOTICE_OPENED : NOTICE_WORSE, below(2) ?
		    SEVERITY_WARNING : SEVERITY_CRITICAL);
		break;
	case 1:
		if (is_new)
			break;
		(void)tell_all(w, ++*id, *incident, NOTICE_RESOLVED,
		    SEVERITY_CRITICAL);
		*incident = 0;
		break;
	case 2:
		w->answer[below(NOTIFIERS)] = (enum answer)below(CRASHES + 1);
		break;
	case 3:
		if (below(8) == 0)
			restart(w);
		break;
	case 4:
		if (w->n_waiting > 0)
			answer_waiting(w, (enum answer)(below(2) ? OK :
			    FAILS + below(4)));
		break;
	default:
		let_time_pass(w, w->now + below(5 * MINUTE));
	}
}

static void
whatever_happens_the_journal_is_sound(void **state)
{
	struct world *w = *state;
	struct open open = { .last = 0 };
	uint64_t id = 0;
	int i;

	seed = 41;
	for (i = 0; i < 3000; i++)
		one_event(w, &id, &open);
	for (i = 0; i < NOTIFIERS; i++)
		w->answer[i] = OK;
	restart(w);
	let_time_pass(w, INT64_MAX);
	assert_int_equal(pending(w), 0);
	for (i = 0; i < 8; i++)
		if (open.number[i])
			(void)tell_all(w, ++id, open.number[i],
			    NOTICE_RESOLVED, SEVERITY_CRITICAL);
	must_be_clean(w->store);
	assert_true(id > 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_restart_takes_up_what_is_pending),
		TEST(a_restart_knows_what_was_delivered),
		TEST(a_notifier_that_is_gone_hands_on),
		TEST(a_renamed_notifier_keeps_its_messages),
		TEST(a_receipt_comes_back_with_the_incident),
		TEST(half_a_delivery_is_not_begun_anew),
		TEST(without_a_journal_nothing_leaves),
		TEST(what_was_rolled_back_is_forgotten),
		TEST(whatever_happens_the_journal_is_sound)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
