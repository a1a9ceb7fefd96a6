/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-journal-open.c -- when the journal must not be opened.
 *
 * Another instance has it, it isn't ours, it is damaged, or it has gone:
 * each is refused with a sentence, and stays as it was byte for byte. What a
 * flipped bit makes of it is refused or found by the check. Looking only
 * changes nothing.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "journal-help.h"

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

/* Whoever lost it writes nothing more, also when it hasn't looked. */
static void
a_lost_lock_fences(void **state)
{
	char *dir = fresh_dir(), *lock CLEANUP_FREE = in_dir(dir, "lock");
	struct store *s = must_open(dir);
	const char *why = NULL;
	uint64_t seq;
	CLEANUP_JSON json_t *data = json_object();
	const struct store_event e = { .kind = "note", .data = data };

	(void)state;
	append(s, "note", NULL, "{}");
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_append(s, &e, &seq), 0);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(store_commit(s, true), -ESTALE);
	assert_true(store_failed(s, &why));
	assert_non_null(strstr(why, "lock"));
	assert_int_equal(store_begin(s), -EIO);
	store_close(s);
	s = must_open(dir);
	assert_int_equal(store_last_seq(s), 1);
	must_be_clean(s);
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

/* Every page in turn is overwritten; small journals are read whole at
 * open, so that nothing is started on half of one. */
static void
a_damaged_page_is_refused(void **state)
{
	char *dir = fresh_dir(), *db CLEANUP_FREE = in_dir(dir, "journal.db");
	char *good CLEANUP_FREE = NULL, *bad CLEANUP_FREE = NULL;
	struct store *s = must_open(dir);
	size_t len, at;
	int i;

	(void)state;
	for (i = 0; i < 50; i++)
		append(s, "note", "note/1", "{\"text\":\"words to fill\"}");
	store_close(s);
	assert_int_equal(file_read(db, 1 << 20, &good, &len), 0);
	bad = malloc(len);
	assert_non_null(bad);
	for (at = 0; at < len; at += 4096) {
		memcpy(bad, good, len);
		memset(bad + at, 0x55, 4096);
		assert_int_equal(file_write(db, bad, len, 0600), 0);
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

static void
assert_receipt(struct store *s, const char *expected)
{
	json_t *list CLEANUP_JSON = store_messages(s, 7, 0);

	assert_string_equal(json_text(json_array_get(list, 0), "receipt",
	    "none"), expected);
}

/* As the first release made it: messages had no receipts. */
static void
an_earlier_schema_is_read_and_brought_up(void **state)
{
	char *dir = fresh_dir();
	char *why CLEANUP_FREE = NULL;
	struct store *s = must_open(dir);

	(void)state;
	append(s, "incident", "incident/7", "{\"number\":7,\"open\":true}");
	tell(s, 1, 7, "opened", false);
	store_close(s);
	tamper(dir, "ALTER TABLE outbox DROP COLUMN receipt;"
	    "PRAGMA user_version = 1");
	assert_int_equal(store_open_readonly(dir, &s, &why), 0);
	assert_receipt(s, "none");
	must_be_clean(s);
	store_close(s);
	s = must_open(dir);
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_delivery(s, 1, "team", true, 3000,
	    INSTANT_NONE, "200", "post 1"), 0);
	assert_int_equal(store_commit(s, true), 0);
	must_be_clean(s);
	store_close(s);
	assert_int_equal(store_open_readonly(dir, &s, &why), 0);
	assert_receipt(s, "post 1");
	store_close(s);
	remove_dir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_instance_is_told_the_first),
		cmocka_unit_test(a_shell_is_told_locked),
		cmocka_unit_test(a_lost_lock_is_seen),
		cmocka_unit_test(a_lost_lock_fences),
		cmocka_unit_test(what_is_not_ours_is_refused),
		cmocka_unit_test(a_log_without_its_database_is_refused),
		cmocka_unit_test(an_older_copy_is_refused),
		cmocka_unit_test(truncation_is_refused),
		cmocka_unit_test(a_damaged_page_is_refused),
		cmocka_unit_test(flipped_bits_are_never_accepted),
		cmocka_unit_test(an_unreadable_end_is_refused),
		cmocka_unit_test(reading_only_changes_nothing),
		cmocka_unit_test(nothing_to_read_is_said),
		cmocka_unit_test(an_earlier_schema_is_read_and_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
