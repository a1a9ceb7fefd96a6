/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-finder.c -- plugins of a directory, by kind and name. Here a plugin is
 * a file that holds its own description, and asking it is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "daemon/finder.h"
#include "worker/pool.h"

static struct text asked;

/* In place of the worker's. */
int
plugin_describe(const char *host_path, const char *path, json_t **ret,
    char **ret_why)
{
	assert_string_equal(host_path, "/the/host");
	text_addf(&asked, "%s ", strrchr(path, '/') + 1);
	*ret = json_load_file(path, 0, NULL);
	if (*ret)
		return 0;
	*ret_why = strdup("no symbol gw_plugin");
	return -EINVAL;
}

struct place {
	char dir[32];
	struct finder *finder;
};

static void
put(struct place *p, const char *file, const char *text)
{
	CLEANUP_TEXT struct text path = { 0 };
	FILE *f;

	text_addf(&path, "%s/%s", p->dir, file);
	f = fopen(text_str(&path), "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	(void)strcpy(p->dir, "finder-test-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	put(p, "sql.so", "{\"kind\":\"check\",\"name\":\"sql\"}");
	put(p, "exec-action.so", "{\"kind\":\"action\",\"name\":\"exec\"}");
	put(p, "exec_check.so", "{\"kind\":\"check\",\"name\":\"exec\"}");
	put(p, "odd.so", "{\"kind\":\"gate\",\"name\":\"quorum\"}");
	put(p, "broken.so", "nothing");
	put(p, "README", "no plugin");
	put(p, ".so", "no plugin");
	put(p, ".hidden.so", "no plugin");
	text_clear(&asked);
	p->finder = finder_new(p->dir, "/the/host");
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = { "sql.so", "exec-action.so",
		"exec_check.so", "odd.so", "broken.so", "README", ".so",
		".hidden.so", "link.so", "dir.so",
		"check-exec.so" };
	struct place *p = *state;
	size_t i;

	finder_free(p->finder);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		CLEANUP_TEXT struct text path = { 0 };

		text_addf(&path, "%s/%s", p->dir, files[i]);
		(void)remove(text_str(&path));
	}
	(void)rmdir(p->dir);
	text_free(&asked);
	free(p);
	return 0;
}

static void
expect(struct place *p, enum instance_kind kind, const char *name,
    const char *file)
{
	const struct plugin_finder *i = finder_interface(p->finder);
	CLEANUP_JSON json_t *d = NULL;
	const char *path = NULL, *why = NULL;

	if (i->find(i->arg, kind, name, &path, &d, &why) != 0)
		fail_msg("%s: %s", name, why ? why : "not found");
	assert_string_equal(strrchr(path, '/') + 1, file);
	assert_string_equal(json_text(d, "name", ""), name);
}

static void
expect_not(struct place *p, enum instance_kind kind, const char *name,
    int error, const char *words)
{
	const struct plugin_finder *i = finder_interface(p->finder);
	CLEANUP_JSON json_t *d = NULL;
	const char *path = NULL, *why = NULL;

	assert_int_equal(i->find(i->arg, kind, name, &path, &d, &why),
	    error);
	if (words && (why == NULL || strstr(why, words) == NULL))
		fail_msg("'%s' does not say '%s'", why ? why : "", words);
}

static void
a_name_is_asked_first(void **state)
{
	struct place *p = *state;

	expect(p, INSTANCE_CHECK, "sql", "sql.so");
	assert_string_equal(text_str(&asked), "sql.so ");
	expect(p, INSTANCE_CHECK, "exec", "exec_check.so");
	expect(p, INSTANCE_ACTION, "exec", "exec-action.so");
	expect(p, INSTANCE_CHECK, "sql", "sql.so");
	/* each once */
	assert_string_equal(text_str(&asked),
	    "sql.so exec-action.so exec_check.so ");
	/* check-exec.so would have been asked before exec-action.so */
	put(p, "check-exec.so", "{\"kind\":\"check\",\"name\":\"exec\"}");
	finder_refresh(p->finder);
	text_clear(&asked);
	expect(p, INSTANCE_CHECK, "exec", "check-exec.so");
	assert_string_equal(text_str(&asked), "check-exec.so ");
}

static void
a_file_may_have_another_name(void **state)
{
	expect(*state, INSTANCE_GATE, "quorum", "odd.so");
}

static void
what_is_wrong_is_said(void **state)
{
	struct place *p = *state;

	expect_not(p, INSTANCE_GATE, "sql", -EINVAL,
	    "'sql' is a check, not a gate");
	expect_not(p, INSTANCE_ACTION, "sql", -EINVAL, "not an action");
	expect_not(p, INSTANCE_CHECK, "broken", -EINVAL,
	    "broken.so': no symbol gw_plugin");
	expect_not(p, INSTANCE_CHECK, "sq", -ENOENT, NULL);
	expect_not(p, INSTANCE_CHECK, "", -ENOENT, NULL);
}

static void
names_can_be_listed(void **state)
{
	struct place *p = *state;
	const struct plugin_finder *i = finder_interface(p->finder);

	assert_string_equal(i->name(i->arg, INSTANCE_CHECK, 0), "exec");
	assert_string_equal(i->name(i->arg, INSTANCE_CHECK, 1), "sql");
	assert_null(i->name(i->arg, INSTANCE_CHECK, 2));
	assert_null(i->name(i->arg, INSTANCE_NOTIFIER, 0));
}

static void
what_has_not_changed_is_not_asked_again(void **state)
{
	struct place *p = *state;

	expect(p, INSTANCE_CHECK, "sql", "sql.so");
	finder_refresh(p->finder);
	expect(p, INSTANCE_CHECK, "sql", "sql.so");
	assert_string_equal(text_str(&asked), "sql.so ");
	put(p, "sql.so", "{\"kind\":\"check\", \"name\":\"sql\"}");
	finder_refresh(p->finder);
	expect(p, INSTANCE_CHECK, "sql", "sql.so");
	assert_string_equal(text_str(&asked), "sql.so sql.so ");
}

static void
links_count_and_directories_do_not(void **state)
{
	struct place *p = *state;
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text dir = { 0 };

	text_addf(&path, "%s/link.so", p->dir);
	assert_int_equal(symlink("odd.so", text_str(&path)), 0);
	text_addf(&dir, "%s/dir.so", p->dir);
	assert_int_equal(mkdir(text_str(&dir), 0700), 0);
	finder_refresh(p->finder);
	expect(p, INSTANCE_GATE, "quorum", "link.so");
	assert_null(strstr(text_str(&asked), "dir.so"));
}

static void
a_directory_that_is_not_there_is_named(void **state)
{
	struct place p = { .dir = "" };

	(void)state;
	p.finder = finder_new("/nowhere/at/all", "/the/host");
	expect_not(&p, INSTANCE_CHECK, "sql", -EINVAL,
	    "'/nowhere/at/all' can't be read (No such file");
	finder_free(p.finder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_asked_first),
		TEST(a_file_may_have_another_name),
		TEST(what_is_wrong_is_said), TEST(names_can_be_listed),
		TEST(what_has_not_changed_is_not_asked_again),
		TEST(links_count_and_directories_do_not),
		cmocka_unit_test(a_directory_that_is_not_there_is_named)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
