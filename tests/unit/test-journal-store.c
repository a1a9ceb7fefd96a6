/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-journal-store.c -- the journal on a disk that works.
 *
 * What is written is read back, over a close and an open, in the order and
 * with the filters that were asked for; ids go on; the outbox ends messages;
 * the log doesn't grow for ever.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "journal-help.h"

/* "seq:kind " per event. */
static int
list_event(void *arg, uint64_t seq, const struct store_event *e)
{
	text_addf(arg, "%llu:%s ", (unsigned long long)seq, e->kind);
	return 0;
}

static int
list_pending(void *arg, const struct store_message *m, int64_t queued_at,
    int64_t next_at, int32_t tries)
{
	text_addf(arg, "%llu>%s@%lld next %lld tries %d ",
	    (unsigned long long)m->id, m->notifier, (long long)queued_at,
	    (long long)next_at, tries);
	return 0;
}

static void
assert_events(struct store *s, struct store_query q, const char *expected)
{
	struct text t CLEANUP_TEXT = { 0 };

	assert_int_equal(store_events(s, &q, list_event, &t), 0);
	assert_string_equal(text_str(&t), expected);
}

static void
assert_pending(struct store *s, const char *expected)
{
	struct text t CLEANUP_TEXT = { 0 };

	assert_int_equal(store_pending(s, list_pending, &t), 0);
	assert_string_equal(text_str(&t), expected);
}

static void
rows_are_the_newest_of_their_key(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);

	(void)state;
	append(s, "phase", "phase/a", "{\"state\":\"pending\"}");
	append(s, "check", "check/b", "{\"value\":0.1,\"name\":\"\\u00e9\"}");
	append(s, "phase", "phase/a", "{\"state\":\"done\"}");
	append(s, "note", NULL, "{}");
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_touch(s, "check/b", 9000), 0);
	assert_int_equal(store_touch(s, "nothing", 9000), -ENOENT);
	assert_int_equal(store_commit(s, false), 0);
	store_close(s);

	s = must_open(dir);
	assert_rows(s, NULL, "check/b={\"value\":0.1,\"name\":\"\xc3\xa9\"}"
	    "@1000/9000 phase/a={\"state\":\"done\"}@1000/1000 ");
	assert_rows(s, "phase", "phase/a={\"state\":\"done\"}@1000/1000 ");
	assert_int_equal(store_last_seq(s), 4);
	must_be_clean(s);
	store_close(s);
	remove_dir(dir);
}

static int
stop_at_two(void *arg, uint64_t seq, const struct store_event *e)
{
	(void)arg;
	(void)e;
	return seq == 2 ? 77 : 0;
}

static void
events_are_filtered(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	json_t *data CLEANUP_JSON = json_object();
	struct store_event e = { .kind = "note", .data = data };
	const struct store_query all = { 0 };
	int i;

	(void)state;
	assert_int_equal(store_begin(s), 0);
	for (i = 1; i <= 6; i++) {
		e.at = i * 100;
		e.kind = i % 2 ? "odd" : "even";
		e.pipeline = i < 4 ? "p" : "q";
		e.date = i == 5 ? NULL : "2026-01-16";
		e.subject = i == 6 ? "six" : NULL;
		assert_int_equal(store_append(s, &e, NULL), 0);
	}
	assert_int_equal(store_commit(s, true), 0);
	assert_events(s, all, "1:odd 2:even 3:odd 4:even 5:odd 6:even ");
	assert_events(s, (struct store_query){ .after_seq = 4 },
	    "5:odd 6:even ");
	assert_events(s, (struct store_query){ .from = 200, .to = 400 },
	    "2:even 3:odd 4:even ");
	assert_events(s, (struct store_query){ .from = INSTANT_NONE,
	    .to = INSTANT_NONE, .kind = "odd" }, "1:odd 3:odd 5:odd ");
	assert_events(s, (struct store_query){ .pipeline = "q",
	    .date = "2026-01-16" }, "4:even 6:even ");
	assert_events(s, (struct store_query){ .subject = "six" }, "6:even ");
	assert_events(s, (struct store_query){ .kind = "odd", .limit = 2,
	    .newest_first = true }, "5:odd 3:odd ");
	assert_int_equal(store_events(s, &all, stop_at_two, NULL), 77);
	store_close(s);
	remove_dir(dir);
}

static void
data_must_be_an_object(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	json_t *list CLEANUP_JSON = json_array();
	const struct store_event e = { .kind = "note", .data = list };

	(void)state;
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_append(s, &e, NULL), -EINVAL);
	assert_int_equal(append_in(s, "note", NULL, "{}"), 0);
	assert_int_equal(store_commit(s, true), 0);
	assert_false(store_failed(s, NULL));
	assert_int_equal(store_last_seq(s), 1);
	store_close(s);
	remove_dir(dir);
}

static void
a_transaction_left_open_never_was(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);

	(void)state;
	append(s, "phase", "phase/a", "{\"n\":1}");
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(append_in(s, "phase", "phase/a", "{\"n\":2}"), 0);
	store_close(s);
	s = must_open(dir);
	assert_rows(s, NULL, "phase/a={\"n\":1}@1000/1000 ");
	must_be_clean(s);
	store_close(s);
	remove_dir(dir);
}

static void
ids_never_come_twice(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	uint64_t last = 0, id;
	int i;

	(void)state;
	assert_int_equal(store_next_id(s, "message"), 1);
	for (i = 0; i < 500; i++) {
		if (i % 50 == 0) {
			store_close(s);
			s = must_open(dir);
		}
		if (i % 7 == 0)
			assert_int_equal(store_begin(s), 0);
		id = store_next_id(s, "attempt");
		assert_true(id > last);
		last = id;
		if (i % 7 == 0)
			assert_int_equal(store_commit(s, false), 0);
	}
	assert_true(store_next_id(s, "message") > 1);
	store_close(s);
	remove_dir(dir);
}

static void
epochs_ascend(void **state)
{
	char *dir = fresh_dir();
	struct store *s;
	uint64_t i;

	(void)state;
	for (i = 1; i < 5; i++) {
		s = must_open(dir);
		assert_int_equal(store_epoch(s), i);
		store_close(s);
	}
	remove_dir(dir);
}

static void
the_outbox_ends_messages(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	json_t *list CLEANUP_JSON = NULL;

	(void)state;
	append(s, "incident", "incident/7", "{\"number\":7,\"open\":true}");
	tell(s, 1, 7, "opened", false);
	tell(s, 2, 7, "worse", false);
	tell(s, 3, 7, "reminder", false);
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_delivery(s, 1, "team", false, 3000, 3500,
	    "500", "post 5"), 0);
	assert_int_equal(store_delivery(s, 2, "team", false, 3000,
	    INSTANT_NONE, "404", NULL), 0);
	assert_int_equal(store_delivery(s, 2, "team", true, 3100,
	    INSTANT_NONE, "200", NULL), -EALREADY);
	assert_int_equal(store_delivery(s, 9, "team", true, 3000,
	    INSTANT_NONE, "200", NULL), -ENOENT);
	assert_int_equal(store_commit(s, true), 0);
	store_close(s);

	s = must_open(dir);
	assert_pending(s, "1>team@2000 next 3500 tries 1 "
	    "3>team@2000 next 2000 tries 0 ");
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_delivery(s, 1, "team", true, 4000,
	    INSTANT_NONE, "200", NULL), 0);
	assert_int_equal(store_commit(s, true), 0);
	list = store_messages(s, 7, 2);
	assert_int_equal(json_array_size(list), 2);
	json_decref(list);
	list = store_messages(s, 8, 0);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
	list = store_messages(s, 0, 0);
	assert_int_equal(json_array_size(list), 3);
	assert_int_equal(json_int(json_array_get(list, 0), "delivered_at", 0),
	    4000);
	assert_int_equal(json_int(json_array_get(list, 0), "tries", 0), 2);
	/* a try that hands nothing back leaves what is there */
	assert_string_equal(json_text(json_array_get(list, 0), "receipt", ""),
	    "post 5");
	assert_true(json_is_null(json_object_get(json_array_get(list, 1),
	    "receipt")));
	assert_true(json_flag(json_array_get(list, 1), "gave_up", false));
	assert_string_equal(json_text(json_array_get(list, 1), "reply", ""),
	    "404");
	assert_true(json_is_null(json_object_get(json_array_get(list, 1),
	    "next_at")));
	must_be_clean(s);
	store_close(s);
	remove_dir(dir);
}

/* The next id is taken from the newest one. */
static void
the_newest_message_has_the_highest_id(void **state)
{
	const char *const at[] = { "before", "after" };
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	json_t *body CLEANUP_JSON = json_object();
	json_t *list CLEANUP_JSON = NULL;
	uint64_t id;

	(void)state;
	for (id = 8; id <= 9; id++) {   /* the clock is set back between */
		const struct store_message m = { .id = id,
			.notifier = at[id - 8], .body = body };

		assert_int_equal(store_begin(s), 0);
		assert_int_equal(store_queue(s, &m, 9000 - (int64_t)id * 500),
		    0);
		assert_int_equal(store_commit(s, true), 0);
	}
	list = store_messages(s, 0, 1);
	assert_int_equal(json_int(json_array_get(list, 0), "id", 0), 9);
	store_close(s);
	remove_dir(dir);
}

/* Two sequences of ids: the higher one isn't the newer one. */
static void
the_newest_are_the_last_queued(void **state)
{
	static const uint64_t ids[] = { STORE_OWN_MESSAGES + 1, 1,
		STORE_OWN_MESSAGES + 2, 2, 3, 2 };
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	json_t *body CLEANUP_JSON = json_object();
	json_t *list CLEANUP_JSON = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		const struct store_message m = { .id = ids[i],
			.notifier = i == 5 ? "fallback" : "team",
			.body = body };
		const struct store_event e = { .at = 1, .kind = "note",
			.data = body };
		uint64_t seq;

		assert_int_equal(store_begin(s), 0);
		assert_int_equal(store_append(s, &e, &seq), 0);
		assert_int_equal(store_queue(s, &m, 1000), 0);
		assert_int_equal(store_commit(s, true), 0);
	}
	list = store_messages(s, 0, 3);
	assert_int_equal(json_array_size(list), 3);
	for (i = 0; i < 3; i++)
		assert_in_range(json_int(json_array_get(list, i), "id", 0),
		    2, 3);
	json_decref(list);
	list = store_messages(s, 0, 0);
	assert_int_equal(json_array_size(list), ARRAY_SIZE(ids));
	store_close(s);
	remove_dir(dir);
}

static void
outputs_are_kept(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);
	char *out CLEANUP_FREE = NULL;
	uint64_t total = 0;
	size_t len = 0;

	(void)state;
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_output(s, 5, "first", 5, 5), 0);
	assert_int_equal(store_output(s, 5, "a\0b", 3, 1000), 0);
	assert_int_equal(store_output(s, 6, NULL, 0, 0), 0);
	assert_int_equal(store_commit(s, false), 0);
	assert_int_equal(store_read_output(s, 5, &out, &len, &total), 0);
	assert_int_equal(len, 3);
	assert_int_equal(total, 1000);
	assert_memory_equal(out, "a\0b", 4);
	free(TAKE(out));
	assert_int_equal(store_read_output(s, 6, &out, &len, &total), 0);
	assert_int_equal(len, 0);
	assert_int_equal(store_read_output(s, 4, &out, &len, &total),
	    -ENOENT);
	store_close(s);
	remove_dir(dir);
}

static void
the_log_stays_small(void **state)
{
	char *dir = fresh_dir(), *big CLEANUP_FREE = calloc(1, 65536);
	char *wal CLEANUP_FREE = in_dir(dir, "journal.db-wal");
	struct store *s = must_open(dir);
	struct stat st;
	uint64_t i;

	(void)state;
	assert_non_null(big);
	for (i = 1; i <= 400; i++) {
		assert_int_equal(store_begin(s), 0);
		assert_int_equal(store_output(s, i, big, 65536, 65536), 0);
		assert_int_equal(store_commit(s, i % 100 == 0), 0);
	}
	assert_int_equal(stat(wal, &st), 0);
	assert_in_range(st.st_size, 1, 8 << 20);        /* of 26 MB */
	store_close(s);
	assert_int_equal(stat(wal, &st), -1);
	remove_dir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_the_newest_of_their_key),
		cmocka_unit_test(events_are_filtered),
		cmocka_unit_test(data_must_be_an_object),
		cmocka_unit_test(a_transaction_left_open_never_was),
		cmocka_unit_test(ids_never_come_twice),
		cmocka_unit_test(epochs_ascend),
		cmocka_unit_test(the_outbox_ends_messages),
		cmocka_unit_test(the_newest_message_has_the_highest_id),
		cmocka_unit_test(the_newest_are_the_last_queued),
		cmocka_unit_test(outputs_are_kept),
		cmocka_unit_test(the_log_stays_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
