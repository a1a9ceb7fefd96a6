/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-journal-store.c -- the journal on a disk that works.
 *
 * What is written is read back, over a close and an open, in the order and
 * with the filters that were asked for; ids go on; the outbox ends messages;
 * what isn't a whole journal of ours is refused with a sentence and stays as
 * it was, byte for byte.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "journal-help.h"

/* Collects "seq:kind:subject " per event, or "key=data@seen " per row. */
static int
list_event(void *arg, uint64_t seq, const struct store_event *e)
{
	text_addf(arg, "%llu:%s ", (unsigned long long)seq, e->kind);
	return 0;
}

static int
list_row(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	char *line CLEANUP_FREE = json_line(data);

	text_addf(arg, "%s=%s@%lld/%lld ", key, line, (long long)at,
	    (long long)last_seen);
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
assert_rows(struct store *s, const char *kind, const char *expected)
{
	struct text t CLEANUP_TEXT = { 0 };

	assert_int_equal(store_rows(s, kind, list_row, &t), 0);
	assert_string_equal(text_str(&t), expected);
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
	    "500"), 0);
	assert_int_equal(store_delivery(s, 2, "team", false, 3000,
	    INSTANT_NONE, "404"), 0);
	assert_int_equal(store_delivery(s, 2, "team", true, 3100,
	    INSTANT_NONE, "200"), -EALREADY);
	assert_int_equal(store_delivery(s, 9, "team", true, 3000,
	    INSTANT_NONE, "200"), -ENOENT);
	assert_int_equal(store_commit(s, true), 0);
	store_close(s);

	s = must_open(dir);
	assert_pending(s, "1>team@2000 next 3500 tries 1 "
	    "3>team@2000 next 2000 tries 0 ");
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_delivery(s, 1, "team", true, 4000,
	    INSTANT_NONE, "200"), 0);
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
	assert_true(json_flag(json_array_get(list, 1), "gave_up", false));
	assert_string_equal(json_text(json_array_get(list, 1), "reply", ""),
	    "404");
	assert_true(json_is_null(json_object_get(json_array_get(list, 1),
	    "next_at")));
	must_be_clean(s);
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

/*--------------------------------------------------------------- refusals */

static void
a_second_instance_is_told_the_first(void **state)
{
	char *dir = fresh_dir(), words[64], *why CLEANUP_FREE = NULL;
	struct store *s = must_open(dir), *second = NULL;

	(void)state;
	(void)snprintf(words, sizeof words, "with pid %ld", (long)getpid());
	must_refuse(dir, -EBUSY, words);
	assert_int_equal(store_open_readonly(dir, &second, &why), -EBUSY);
	assert_non_null(strstr(why, words));
	assert_non_null(strstr(why, "journal export"));
	append(s, "note", NULL, "{}");
	store_close(s);
	remove_dir(dir);
}

static void
a_shell_is_told_locked(void **state)
{
	char *dir = fresh_dir(), cmd[256];
	struct store *s = must_open(dir);

	(void)state;
	append(s, "note", NULL, "{}");
	(void)snprintf(cmd, sizeof cmd, "sqlite3 %s/journal.db "
	    "'SELECT * FROM events' 2>&1 | grep -q locked", dir);
	if (system("command -v sqlite3 >/dev/null") != 0)
		skip();
	assert_int_equal(system(cmd), 0);
	append(s, "note", NULL, "{}");
	store_close(s);
	s = must_open(dir);
	assert_int_equal(store_last_seq(s), 2);
	must_be_clean(s);
	store_close(s);
	remove_dir(dir);
}

static void
a_lost_lock_is_seen(void **state)
{
	char *dir = fresh_dir(), *lock CLEANUP_FREE = in_dir(dir, "lock");
	struct store *s = must_open(dir);

	(void)state;
	assert_false(store_lock_lost(s));
	assert_int_equal(unlink(lock), 0);
	assert_true(store_lock_lost(s));
	assert_int_equal(file_write(lock, "x", 1, 0600), 0);
	assert_true(store_lock_lost(s));
	store_close(s);
	remove_dir(dir);
}

/* Refused, and not a byte of it changed. */
static void
refuse_untouched(const char *dir, int r, const char *words)
{
	char *path CLEANUP_FREE = in_dir(dir, "journal.db");
	char *before CLEANUP_FREE = NULL, *after CLEANUP_FREE = NULL;
	size_t len, len_after;

	assert_int_equal(file_read(path, 64 << 20, &before, &len), 0);
	must_refuse(dir, r, words);
	assert_int_equal(file_read(path, 64 << 20, &after, &len_after), 0);
	assert_int_equal(len, len_after);
	assert_memory_equal(before, after, len);
}

static void
what_is_not_ours_is_refused(void **state)
{
	char *dir = fresh_dir(), *db CLEANUP_FREE = in_dir(dir, "journal.db");

	(void)state;
	store_close(must_open(dir));
	tamper(dir, "PRAGMA user_version = 99");
	refuse_untouched(dir, -EPROTO, "written by a later gatewarden");
	tamper(dir, "PRAGMA user_version = 0");
	refuse_untouched(dir, -EIO, "damaged");
	tamper(dir, "PRAGMA user_version = 1; PRAGMA application_id = 5");
	refuse_untouched(dir, -EPROTO, "is not a journal");
	assert_int_equal(file_write(db, "hello, this is text, and no "
	    "database at all, whatever its name may say about that......",
	    80, 0600), 0);
	refuse_untouched(dir, -EIO, "not a database");
	assert_int_equal(truncate(db, 0), 0);
	refuse_untouched(dir, -EIO, "it is empty");
	assert_int_equal(unlink(db), 0);
	must_refuse(dir, -EIO, "it was there before");
	assert_int_equal(mkdir(db, 0700), 0);
	must_refuse(dir, -EPROTO, "not a regular file");
	assert_int_equal(rmdir(db), 0);
	remove_dir(dir);
}

static void
a_log_without_its_database_is_refused(void **state)
{
	char *dir = fresh_dir();
	char *wal CLEANUP_FREE = in_dir(dir, "journal.db-wal");

	(void)state;
	assert_int_equal(file_write(wal, "x", 1, 0600), 0);
	must_refuse(dir, -EIO, "but its log");
	remove_dir(dir);
}

static void
an_older_copy_is_refused(void **state)
{
	char *dir = fresh_dir();

	(void)state;
	store_close(must_open(dir));
	store_close(must_open(dir));
	tamper(dir, "UPDATE meta SET epoch = 1");
	must_refuse(dir, -EIO, "is older than it was");
	remove_dir(dir);
}

static void
truncation_is_refused(void **state)
{
	char *dir = fresh_dir(), *db CLEANUP_FREE = in_dir(dir, "journal.db");
	struct store *s = must_open(dir);
	struct stat st;
	off_t size;
	int i;

	(void)state;
	for (i = 0; i < 50; i++)
		append(s, "note", NULL, "{\"text\":\"some words to fill\"}");
	store_close(s);
	assert_int_equal(stat(db, &st), 0);
	for (size = st.st_size - 4096; size > 0; size -= 4096) {
		assert_int_equal(truncate(db, size), 0);
		refuse_untouched(dir, -EIO, "damaged");
	}
	remove_dir(dir);
}

/* Opened, but the check sees it; or refused. Never accepted in silence, and
 * never a crash. */
static void
flipped_bits_are_never_accepted(void **state)
{
	char *dir = fresh_dir(), *db CLEANUP_FREE = in_dir(dir, "journal.db");
	char *lock CLEANUP_FREE = in_dir(dir, "lock");
	char *good CLEANUP_FREE = NULL, *bad CLEANUP_FREE = NULL;
	struct store *s = must_open(dir);
	unsigned int seed = 4711;
	size_t len, at;
	int i, refused = 0, found = 0;

	(void)state;
	for (i = 0; i < 30; i++)
		append(s, "phase", i % 3 ? "phase/a" : "phase/b",
		    "{\"state\":\"pending\",\"n\":12345}");
	store_close(s);
	assert_int_equal(file_read(db, 1 << 20, &good, &len), 0);
	bad = malloc(len);
	assert_non_null(bad);
	for (i = 0; i < 300; i++) {
		struct diag d CLEANUP_DIAG;
		char *why CLEANUP_FREE = NULL;

		memcpy(bad, good, len);
		at = (size_t)rand_r(&seed) % len;
		bad[at] = (char)(bad[at] ^ 1 << rand_r(&seed) % 8);
		assert_int_equal(file_write(db, bad, len, 0600), 0);
		(void)unlink(lock);
		if (store_open(dir, &s, &why) < 0) {
			assert_non_null(why);
			refused++;
			continue;
		}
		diag_init(&d);
		if (store_check(s, &d) < 0 || d.n > 0)
			found++;
		else
			assert_rows(s, NULL, "phase/b={\"state\":\"pending\","
			    "\"n\":12345}@1000/1000 phase/a={\"state\":"
			    "\"pending\",\"n\":12345}@1000/1000 ");
		store_close(s);
	}
	assert_true(refused > 0 && found > 0);
	remove_dir(dir);
}

static void
an_unreadable_end_is_refused(void **state)
{
	char *dir = fresh_dir();
	struct store *s = must_open(dir);

	(void)state;
	append(s, "note", NULL, "{}");
	store_close(s);
	tamper(dir, "UPDATE events SET data = 'x'");
	refuse_untouched(dir, -EIO, "its newest event cannot be read");
	remove_dir(dir);
}

static void
reading_only_changes_nothing(void **state)
{
	char *dir = fresh_dir(), *why CLEANUP_FREE = NULL;
	char *db CLEANUP_FREE = in_dir(dir, "journal.db");
	char *before CLEANUP_FREE = NULL, *after CLEANUP_FREE = NULL;
	struct store *s = must_open(dir), *again = NULL;
	size_t len, len_after;

	(void)state;
	append(s, "phase", "phase/a", "{\"n\":1}");
	store_close(s);
	assert_int_equal(file_read(db, 1 << 20, &before, &len), 0);
	assert_int_equal(store_open_readonly(dir, &s, &why), 0);
	assert_int_equal(store_begin(s), -EROFS);
	assert_int_equal(store_next_id(s, "attempt"), 0);
	must_refuse(dir, -EBUSY, "read by a journal check");
	assert_rows(s, NULL, "phase/a={\"n\":1}@1000/1000 ");
	must_be_clean(s);
	store_close(s);
	assert_int_equal(file_read(db, 1 << 20, &after, &len_after), 0);
	assert_int_equal(len, len_after);
	assert_memory_equal(before, after, len);
	again = must_open(dir);
	assert_int_equal(store_epoch(again), 2);
	store_close(again);
	remove_dir(dir);
}

static void
nothing_to_read_is_said(void **state)
{
	char *dir = fresh_dir(), *why CLEANUP_FREE = NULL;
	struct store *s = NULL;

	(void)state;
	assert_int_equal(store_open_readonly(dir, &s, &why), -ENOENT);
	assert_non_null(strstr(why, "is missing"));
	free(TAKE(why));
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(store_open_readonly(dir, &s, &why), -ENOENT);
	assert_non_null(why);
	must_refuse("/proc/nothing/here", -ENOENT, "cannot create");
	free(dir);
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
		cmocka_unit_test(outputs_are_kept),
		cmocka_unit_test(the_log_stays_small),
		cmocka_unit_test(a_second_instance_is_told_the_first),
		cmocka_unit_test(a_shell_is_told_locked),
		cmocka_unit_test(a_lost_lock_is_seen),
		cmocka_unit_test(what_is_not_ours_is_refused),
		cmocka_unit_test(a_log_without_its_database_is_refused),
		cmocka_unit_test(an_older_copy_is_refused),
		cmocka_unit_test(truncation_is_refused),
		cmocka_unit_test(flipped_bits_are_never_accepted),
		cmocka_unit_test(an_unreadable_end_is_refused),
		cmocka_unit_test(reading_only_changes_nothing),
		cmocka_unit_test(nothing_to_read_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
