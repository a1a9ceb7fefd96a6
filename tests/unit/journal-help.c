/* SPDX-License-Identifier: BSD-2-Clause
 *
 * journal-help.c -- what the tests of the journal share.
 *
 * Opens, appends and damages journals in directories of their own below the
 * build directory. Damage is done through a second SQLite connection of the
 * test, as a person with a shell would.
 */
#include "journal-help.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"

char *
fresh_dir(void)
{
	char *dir = strdup("journal-test-XXXXXX");

	assert_non_null(dir);
	assert_non_null(mkdtemp(dir));
	return dir;
}

char *
in_dir(const char *dir, const char *name)
{
	struct text t = { 0 };

	text_addf(&t, "%s/%s", dir, name);
	return text_take(&t);
}

void
remove_dir(char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		char *path CLEANUP_FREE = in_dir(dir, e->d_name);

		if (e->d_name[0] != '.')
			assert_int_equal(unlink(path), 0);
	}
	(void)closedir(d);
	assert_int_equal(rmdir(dir), 0);
	free(dir);
}

struct store *
must_open(const char *dir)
{
	char *why CLEANUP_FREE = NULL;
	struct store *s = NULL;
	int r = store_open(dir, &s, &why);

	if (r < 0)
		fail_msg("%s (%d)", why, r);
	return s;
}

void
must_refuse(const char *dir, int expected, const char *words)
{
	char *why CLEANUP_FREE = NULL;
	struct store *s = NULL;
	int r = store_open(dir, &s, &why);

	if (r == 0)
		store_close(s);
	assert_int_equal(r, expected);
	assert_non_null(why);
	if (strstr(why, words) == NULL)
		fail_msg("'%s' does not say '%s'", why, words);
}

int
append_in(struct store *s, const char *kind, const char *key,
    const char *json)
{
	json_t *data CLEANUP_JSON = json_loads(json, 0, NULL);
	const struct store_event e = { .at = 1000, .kind = kind,
		.pipeline = "nba", .date = "2026-01-16", .subject = "raw",
		.key = key, .data = data };

	assert_non_null(data);
	return store_append(s, &e, NULL);
}

void
append(struct store *s, const char *kind, const char *key, const char *json)
{
	assert_int_equal(store_begin(s), 0);
	assert_int_equal(append_in(s, kind, key, json), 0);
	assert_int_equal(store_commit(s, true), 0);
}

void
tell(struct store *s, uint64_t id, uint64_t incident, const char *kind,
    bool delivered)
{
	json_t *body CLEANUP_JSON = json_pack("{ss}", "kind", kind);
	const struct store_message m = { .id = id, .notifier = "team",
		.incident = incident, .body = body };

	assert_int_equal(store_begin(s), 0);
	assert_int_equal(store_queue(s, &m, 2000), 0);
	if (delivered)
		assert_int_equal(store_delivery(s, id, "team", true, 2100,
		    INSTANT_NONE, "ok", NULL), 0);
	assert_int_equal(store_commit(s, true), 0);
}

void
must_be_sound(struct store *s)
{
	struct diag d CLEANUP_DIAG;
	size_t i;

	diag_init(&d);
	assert_true(store_check(s, &d) >= 0);
	for (i = 0; i < d.n; i++)
		if (strstr(d.v[i].sentence, "(guarantee ") == NULL)
			fail_msg("%s", d.v[i].sentence);
}

void
must_be_clean(struct store *s)
{
	struct diag d CLEANUP_DIAG;

	diag_init(&d);
	assert_true(store_check(s, &d) >= 0);
	if (d.n > 0)
		diag_print(&d, stderr);
	assert_int_equal(d.n, 0);
}

void
must_find(struct store *s, const char *words)
{
	struct diag d CLEANUP_DIAG;
	size_t i;

	diag_init(&d);
	assert_true(store_check(s, &d) >= 0);
	for (i = 0; i < d.n; i++)
		if (strstr(d.v[i].sentence, words))
			return;
	diag_print(&d, stderr);
	fail_msg("no finding says '%s'", words);
}

void
tamper(const char *dir, const char *sql)
{
	char *path CLEANUP_FREE = in_dir(dir, "journal.db");
	sqlite3 *db = NULL;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
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

void
assert_rows(struct store *s, const char *kind, const char *expected)
{
	struct text t CLEANUP_TEXT = { 0 };

	assert_int_equal(store_rows(s, kind, list_row, &t), 0);
	assert_string_equal(text_str(&t), expected);
}
