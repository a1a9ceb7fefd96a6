/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-config-wrong.c -- configurations that are wrong, and what is said.
 *
 * tests/config/wrong holds a small pipeline with one mistake in each copy,
 * and beside it what is found, word for word: "error" or "loads" first, then
 * the findings. With GATEWARDEN_GOLDEN=write the files are written anew, to
 * be read before they are believed. Mistakes that can't lie in a source tree
 * (a directory, 100 MB, a file that isn't there) are made here.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "config-help.h"

enum { FILE_MOST = 1 << 20 };

/* What loading comes to, as text; owned. */
static char *
outcome(const char *path, const char *dir)
{
	CLEANUP_DIAG struct diag d;
	char *found CLEANUP_FREE = NULL;
	struct text t = { 0 };
	struct conf *c;

	diag_init(&d);
	c = conf_load(path, &fake_finder, &d);
	found = findings_text(&d, dir);
	text_addf(&t, "%s\n%s", c ? "loads" : "error", found);
	assert_true((c == NULL) == (d.errors > 0));
	conf_free(c);
	return text_take(&t);
}

static void
compare_golden(const char *dir, const char *name)
{
	char *conf CLEANUP_FREE = NULL, *said CLEANUP_FREE = NULL;
	char *found CLEANUP_FREE = NULL, *golden CLEANUP_FREE = NULL;
	struct text a = { 0 }, b = { 0 };
	size_t len;

	text_addf(&a, "%s/%s", dir, name);
	text_addf(&b, "%.*ssaid", (int)(a.len - 4), text_str(&a));
	conf = text_take(&a);
	said = text_take(&b);
	found = outcome(conf, dir);
	if (getenv("GATEWARDEN_GOLDEN"))
		assert_int_equal(file_write(said, found, strlen(found),
		    0644), 0);
	if (file_read(said, FILE_MOST, &golden, &len) < 0)
		fail_msg("%s can't be read", said);
	assert_string_equal(found, golden);
}

static void
test_golden(void **state)
{
	char *dir CLEANUP_FREE = source_path("tests/config/wrong");
	struct dirent **v;
	int n = scandir(dir, &v, NULL, alphasort), i, seen = 0;

	(void)state;
	assert_true(n > 0);
	for (i = 0; i < n; i++) {
		size_t len = strlen(v[i]->d_name);

		if (len > 5 && strcmp(v[i]->d_name + len - 5, ".conf") == 0) {
			compare_golden(dir, v[i]->d_name);
			seen++;
		}
		free(v[i]);
	}
	free(v);
	assert_true(seen >= 40);
}

/* The copy without a mistake. */
static void
test_right(void **state)
{
	char *path CLEANUP_FREE = source_path("tests/config/right.conf");
	char *found CLEANUP_FREE = outcome(path, "tests");

	(void)state;
	assert_string_equal(found, "loads\n");
}

/*------------------------------------------------- what lies in no tree */

static const char *
right_dir(void)
{
	const char *dir = dir_make();
	char *path CLEANUP_FREE = source_path("tests/config/right.conf");
	char *bytes CLEANUP_FREE = NULL;
	size_t len;

	assert_int_equal(file_read(path, FILE_MOST, &bytes, &len), 0);
	dir_put(dir, "a.conf", bytes);
	return dir;
}

static void
test_missing_file(void **state)
{
	char *found CLEANUP_FREE = outcome("/nonexistent/conf.d", "-");

	(void)state;
	assert_string_equal(found,
	    "error\n/nonexistent/conf.d: does not exist\n");
}

static void
test_directory_instead_of_file(void **state)
{
	const char *dir = right_dir();
	char path[128];
	char *found CLEANUP_FREE = NULL;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/b.conf", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	found = outcome(dir, dir);
	assert_string_equal(found, "error\nb.conf: is a directory, a file "
	    "was expected\n");
	dir_remove(dir);
}

static void
test_fifo_instead_of_file(void **state)
{
	const char *dir = right_dir();
	char path[128];
	char *found CLEANUP_FREE = NULL;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/b.conf", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	found = outcome(dir, dir);
	assert_string_equal(found, "error\nb.conf: is not a regular file\n");
	dir_remove(dir);
}

static void
test_100_mb(void **state)
{
	const char *dir = right_dir();
	char path[128];
	char *found CLEANUP_FREE = NULL;
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/b.conf", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), 100 << 20), 0);
	assert_int_equal(fclose(f), 0);
	found = outcome(dir, dir);
	assert_string_equal(found, "error\nb.conf: is larger than 8 MiB and "
	    "was not read: is it a configuration?\n");
	dir_remove(dir);
}

static void
test_empty_directory(void **state)
{
	const char *dir = dir_make();
	char *found CLEANUP_FREE = NULL;

	(void)state;
	dir_put(dir, "readme.txt", "nothing");
	dir_put(dir, ".hidden.conf", "nothing");
	found = outcome(dir, "/tmp");
	assert_non_null(strstr(found, ": has no file *.conf\n"));
	dir_remove(dir);
}

/* What a broken file would have declared isn't missed elsewhere. */
static void
test_one_broken_file_among_others(void **state)
{
	const char *dir = right_dir();
	char *found CLEANUP_FREE = NULL;

	(void)state;
	dir_put(dir, "b.conf", "checks = ( { name = \"x\" plugin = }; );\n");
	dir_put(dir, "c.conf", "alarms = ( { name = \"y\"; plugin = \"all\";"
	    " inputs = \"x\"; nmae = 1; } );\n");
	found = outcome(dir, dir);
	assert_string_equal(found, "error\n"
	    "b.conf:1: a value for 'plugin' expected, '}' found\n"
	    "c.conf:1: alarm 'y': unknown option 'nmae' (plugin all); did "
	    "you mean 'name'?\n");
	dir_remove(dir);
}

static void
test_set_twice_over_files(void **state)
{
	const char *dir = right_dir();
	char *found CLEANUP_FREE = NULL;

	(void)state;
	dir_put(dir, "b.conf", "workers = 4;\n");
	dir_put(dir, "c.conf", "# more\nworkers = 5;\n");
	found = outcome(dir, dir);
	assert_string_equal(found, "error\nc.conf:2: 'workers' is set twice:"
	    " also at b.conf:1\n");
	dir_remove(dir);
}

static void
test_secret_for_everyone(void **state)
{
	const char *dir = dir_make();
	CLEANUP_TEXT struct text t = { 0 };
	char *found CLEANUP_FREE = NULL;
	char path[128];

	(void)state;
	text_addf(&t, "notifiers = ( { name = \"n\"; plugin = \"slack\";\n"
	    "webhook = \"file:%s/url\"; } ); routes = ( { to = \"n\"; } );",
	    dir);
	dir_put(dir, "a.conf", text_str(&t));
	dir_put(dir, "url", "https://hooks.example/xyzzy");
	(void)snprintf(path, sizeof path, "%s/url", dir);
	assert_int_equal(chmod(path, 0644), 0);
	found = outcome(dir, dir);
	assert_non_null(strstr(found, "a.conf:2: warning: notifier 'n': the "
	    "file of the secret 'webhook' can be read by everyone"));
	assert_null(strstr(found, "xyzzy"));
	dir_remove(dir);
}

/* The bytes that libconfig must never see. */
static void
test_bytes(void **state)
{
	static const struct {
		const char *text, *said;
		size_t len;
	} all[] = {
		{ "a = 1;\nb\0;", "a.conf:2: a NUL byte: this is not a text "
		    "file\n", 10 },
		{ "\xef\xbb\xbf" "a = 1;", "a.conf:1: begins with a byte "
		    "order mark: save it as UTF-8 without one\n", 9 },
		{ "# ok\na = \"\xff\";", "a.conf:2: not UTF-8\n", 12 },
		{ "state_dir = \"a\\x00b\";", "a.conf:1: \\x00 in a string: "
		    "text ends there\n", 21 },
		{ "state_dir = \"a\\xffb\";", "a.conf:1: \\xff in a string: "
		    "write the character itself, in UTF-8\n", 21 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof all / sizeof all[0]; i++) {
		const char *dir = dir_make();
		char *found CLEANUP_FREE = NULL;
		char path[128];

		(void)snprintf(path, sizeof path, "%s/a.conf", dir);
		assert_int_equal(file_write(path, all[i].text, all[i].len,
		    0600), 0);
		found = outcome(dir, dir);
		assert_string_equal(found + strlen("error\n"), all[i].said);
		dir_remove(dir);
	}
}

/*-------------------------------------------------------------- large ones */

static void
add_depth(struct text *t, int depth)
{
	int i;

	text_add(t, "seasons = ");
	for (i = 0; i < depth; i++)
		text_add(t, "( ");
	for (i = 0; i < depth; i++)
		text_add(t, ") ");
}

static void
test_limits_of_a_file(void **state)
{
	const char *dir = dir_make();
	CLEANUP_TEXT struct text deep = { 0 }, many = { 0 }, longest = { 0 };
	char *found CLEANUP_FREE = NULL;
	int i;

	(void)state;
	add_depth(&deep, 100000);
	dir_put(dir, "a.conf", text_str(&deep));
	for (i = 0; i < 20000; i++)
		text_addf(&many, "x%d = %d;\n", i, i);
	dir_put(dir, "b.conf", text_str(&many));
	text_add(&longest, "state_dir = \"");
	for (i = 0; i < 5000000 / 10; i++)
		text_add(&longest, "0123456789");
	text_add(&longest, "\";");
	dir_put(dir, "c.conf", text_str(&longest));
	found = outcome(dir, dir);
	assert_string_equal(found, "error\n"
	    "a.conf:1: brackets are nested deeper than 32\n"
	    "b.conf:5001: more than 5000 settings in one file: split it\n"
	    "c.conf:1: a string of 5000002 bytes: at most 65536 are read\n");
	dir_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_directory_instead_of_file),
		cmocka_unit_test(test_fifo_instead_of_file),
		cmocka_unit_test(test_100_mb),
		cmocka_unit_test(test_empty_directory),
		cmocka_unit_test(test_one_broken_file_among_others),
		cmocka_unit_test(test_set_twice_over_files),
		cmocka_unit_test(test_secret_for_everyone),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_limits_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
