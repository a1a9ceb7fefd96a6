/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-base.c -- the helpers without domain words: units, text, names,
 * findings, files and the clock port.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/run.h"
#include "base/text.h"
#include "base/units.h"

static void
durations_are_read_and_written(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "0", 0 }, { "250ms", 250 }, { "90s", 90000 },
		{ "1h30m", 5400000 }, { "1h 30m", 5400000 },
		{ "2d", 172800000 }, { "1w1d", 691200000 },
	};
	static const char *const bad[] = { "", "5", "m", "5m1h", "1h1h", "-5m",
		"5x", "5m ", " 5m", "1.5h" };
	char buf[DURATION_TEXT];
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(duration_parse(good[i].text, &ms), 0);
		assert_int_equal(ms, good[i].ms);
		assert_int_equal(duration_parse(duration_text(ms, buf), &ms),
		    0);
		assert_int_equal(ms, good[i].ms);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(duration_parse(bad[i], &ms), -EINVAL);
	assert_int_equal(duration_parse("99999999999d", &ms), -ERANGE);
	assert_int_equal(duration_parse("99999999999999999999s", &ms),
	    -ERANGE);
	assert_string_equal(duration_round(93784005, buf), "1d 2h");
	assert_string_equal(duration_text(-61000, buf), "-1m 1s");
}

static void
expect_age(int64_t ms, const char *expected)
{
	char buf[DURATION_TEXT];

	assert_string_equal(duration_about(ms, buf), expected);
}

static void
ages_are_cut_off(void **state)
{
	(void)state;
	expect_age(-5, "0 s");
	expect_age(24000, "24 s");
	expect_age(119999, "119 s");
	expect_age(120000, "2 min");
	expect_age(7200000, "2 h");
	expect_age(172800000, "2 d");
}

static void
sizes_do_not_wrap(void **state)
{
	char size[SIZE_TEXT];
	int64_t n;

	(void)state;
	assert_int_equal(size_parse("64KiB", &n), 0);
	assert_int_equal(n, 65536);
	assert_int_equal(size_parse("10 GB", &n), 0);
	assert_int_equal(n, 10000000000);
	assert_string_equal(size_text(0, size), "0 B");
	assert_string_equal(size_text(1023, size), "1023 B");
	assert_string_equal(size_text(1024, size), "1.0 KiB");
	assert_string_equal(size_text(1536 * 1024, size), "1.5 MiB");
	assert_string_equal(size_text((int64_t)100 << 30, size), "100.0 GiB");
	assert_string_equal(size_text(INT64_MAX, size), "7.9 EiB");
	assert_int_equal(size_parse("8589934592 GiB", &n), -ERANGE);
	assert_int_equal(size_parse("64kib", &n), -EINVAL);
	assert_int_equal(size_parse("", &n), -EINVAL);
}

static const char *
nearest_of(const char *word)
{
	static const char *const names[] = { "expected", "value", "database",
		"timeout", "due" };
	struct nearest n;
	size_t i;

	nearest_start(&n, word);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		nearest_try(&n, names[i]);
	return n.best;
}

static void
the_nearest_name_is_near(void **state)
{
	(void)state;
	assert_string_equal(nearest_of("expekted"), "expected");
	assert_string_equal(nearest_of("vlaue"), "value");
	assert_string_equal(nearest_of("TIMEOUT"), "timeout");
	assert_null(nearest_of("zebra"));
}

static void
outside_bytes_become_one_clean_line(void **state)
{
	struct text t CLEANUP_TEXT = { 0 };
	static const char bytes[] = "a\nb\x1b[1m\xff\xc3\xa9\xed\xa0\x80";

	(void)state;
	text_add_clean(&t, bytes, sizeof bytes - 1);
	assert_string_equal(text_str(&t),
	    "a\\x0ab\\x1b[1m\\xff\xc3\xa9\\xed\\xa0\\x80");
}

static void
findings_come_in_order_of_place(void **state)
{
	struct diag d CLEANUP_DIAG;

	(void)state;
	diag_init(&d);
	diag_error(&d, "b.conf", 3, "second");
	diag_warning(&d, "a.conf", 9, "first");
	diag_sort(&d);
	assert_int_equal(d.errors, 1);
	assert_string_equal(d.v[0].sentence, "first");
	assert_string_equal(d.v[1].sentence, "second");
}

static void
a_path_is_seen_from_here(void **state)
{
	char *cwd CLEANUP_FREE = getcwd(NULL, 0), *path = NULL;
	size_t n = strlen(cwd);

	(void)state;
	assert_int_equal(file_absolute("/a/b", &path), 0);
	assert_string_equal(path, "/a/b");
	free(path);
	assert_int_equal(file_absolute("conf.d", &path), 0);
	assert_memory_equal(path, cwd, n);
	assert_string_equal(path + n, "/conf.d");
	free(path);
}

static void
files_are_bounded_and_regular(void **state)
{
	char dir[] = "/tmp/gw-base-XXXXXX", path[64];
	char *bytes = NULL;
	size_t len;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(file_read(dir, 100, &bytes, &len), -EISDIR);
	assert_int_equal(file_read("/dev/zero", 100, &bytes, &len), -EINVAL);
	(void)snprintf(path, sizeof path, "%s/f", dir);
	assert_int_equal(file_read(path, 100, &bytes, &len), -ENOENT);
	assert_int_equal(file_write(path, "hello", 5, 0600), 0);
	assert_int_equal(file_read(path, 4, &bytes, &len), -EFBIG);
	assert_int_equal(file_read(path, 5, &bytes, &len), 0);
	assert_int_equal(len, 5);
	assert_string_equal(bytes, "hello");
	free(bytes);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof path, "%s/p", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_read(path, 5, &bytes, &len), -EINVAL);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* The name of a file may be any bytes: no reason to end the daemon. */
static void
what_is_no_text_is_written_all_the_same(void **state)
{
	CLEANUP_JSON json_t *o = json_object();

	(void)state;
	json_put(o, "cut", "caf\xc3");
	json_put(o, "whole", "caf\xc3\xa9");
	json_put(o, "none", NULL);
	assert_string_equal(json_text(o, "cut", ""), "caf\\xc3");
	assert_string_equal(json_text(o, "whole", ""), "caf\xc3\xa9");
	assert_int_equal(json_object_size(o), 2);
}

static void
a_virtual_clock_holds_and_never_runs_back(void **state)
{
	struct clock c;
	struct now a, b;

	(void)state;
	clock_virtual(&c, 1000000, 3600000.0, 7);
	clock_hold(&c, 1000500);
	do
		clock_read(&c, &a);
	while (a.wall < 1000500);
	clock_read(&c, &b);
	assert_int_equal(b.wall, 1000500);
	assert_int_equal(b.mono, b.wall);
	assert_int_equal(b.boot_id, 7);
	clock_hold(&c, 500);
	clock_read(&c, &b);
	assert_true(b.wall >= 1000500);
	clock_hold(&c, INSTANT_NONE);
	do
		clock_read(&c, &b);
	while (b.wall <= 1000500);
	assert_int_equal(clock_wait_ms(&c, 0), 0);
}

static void
an_arena_keeps_what_it_gave(void **state)
{
	struct arena *a = arena_new();
	char *s = arena_strdup(a, "kept");
	char *big = arena_alloc(a, 3 << 20);
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_non_null(arena_printf(a, "%zu", i));
	memset(big, 'x', 3 << 20);
	assert_string_equal(s, "kept");
	assert_null(arena_strdup(a, NULL));
	arena_free(a);
	arena_free(NULL);
}

static void
a_program_is_heard_to_its_end(void **state)
{
	const char *const says[] = { "/bin/echo", "it", "says", NULL };
	const char *const fails[] = { "/bin/false", NULL };
	const char *const hangs[] = { "/bin/sleep", "60", NULL };
	const char *const none[] = { "/nonexistent/program", NULL };
	CLEANUP_TEXT struct text t = { 0 };
	int status;

	(void)state;
	assert_int_equal(run_output(says, 60000, 1024, &t, &status), 0);
	assert_string_equal(text_str(&t), "it says\n");
	assert_int_equal(status, 0);
	text_clear(&t);
	assert_int_equal(run_output(fails, 60000, 1024, &t, &status), 0);
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_int_equal(run_output(hangs, 50, 1024, &t, &status), 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(run_output(none, 60000, 1024, &t, &status),
	    -ENOENT);
	assert_int_equal(t.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_read_and_written),
		cmocka_unit_test(ages_are_cut_off),
		cmocka_unit_test(sizes_do_not_wrap),
		cmocka_unit_test(the_nearest_name_is_near),
		cmocka_unit_test(outside_bytes_become_one_clean_line),
		cmocka_unit_test(findings_come_in_order_of_place),
		cmocka_unit_test(files_are_bounded_and_regular),
		cmocka_unit_test(a_path_is_seen_from_here),
		cmocka_unit_test(what_is_no_text_is_written_all_the_same),
		cmocka_unit_test(a_virtual_clock_holds_and_never_runs_back),
		cmocka_unit_test(an_arena_keeps_what_it_gave),
		cmocka_unit_test(a_program_is_heard_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
