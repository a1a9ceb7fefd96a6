/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-config-diff.c -- what differs between two configurations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "config-help.h"
#include "config/diff.h"

#define REST \
	"databases = ( { name = \"dwh\"; plugin = \"sqlite\";" \
	" path = \"/dwh.db\"; } );\n" \
	"notifiers = ( { name = \"team\"; plugin = \"console\"; } );\n" \
	"routes = ( { to = \"team\"; } );\n"
#define PIPELINE(more, phases) \
	"pipelines = ( { name = \"p\"; timezone = \"UTC\"; " more \
	"  phases = ( " phases " ); } );\n"
#define PHASE(done) "{ name = \"a\"; done = \"" done "\"; due = \"+6h\"; }"
#define CHECK(name, more) \
	"{ name = \"" name "\"; plugin = \"file\"; path = \"/x\"; " more "}"
#define BASE REST PIPELINE("", PHASE("x")) \
	"checks = ( " CHECK("x", "min = 1; ") " );\n"

static struct conf *
resolved(const char *text)
{
	const char *dir = dir_make();
	CLEANUP_DIAG struct diag d;
	struct conf *c;

	diag_init(&d);
	dir_put(dir, "a.conf", text);
	c = conf_load_resolved(dir, &fake_finder, &d);
	if (c == NULL)
		diag_print(&d, stderr);
	assert_non_null(c);
	dir_remove(dir);
	return c;
}

/* Owned. */
static json_t *
diff(const char *old, const char *new)
{
	struct conf *a = resolved(old), *b = resolved(new);
	json_t *result = conf_diff(a, b);

	conf_free(a);
	conf_free(b);
	return result;
}

static void
diff_is(const char *old, const char *new, const char *expected)
{
	CLEANUP_JSON json_t *d = diff(old, new);
	CLEANUP_FREE char *text = conf_diff_text(d);

	assert_string_equal(text, expected);
	assert_int_equal(conf_diff_size(d) == 0, *expected == '\0');
}

/*------------------------------------------------------------------- tests */

/* Neither lines nor layout nor a default that is written out. */
static void
test_equal(void **state)
{
	(void)state;
	diff_is(BASE, BASE, "");
	diff_is(BASE, "\n\n" BASE, "");
}

static void
test_default_written_out(void **state)
{
	(void)state;
	diff_is(BASE, REST PIPELINE("day_ends = \"00:00\"; ", PHASE("x"))
	    "checks = ( " CHECK("x", "min = 1; ") " );\n", "");
}

static void
test_added_and_removed(void **state)
{
	const char *more = REST PIPELINE("", PHASE("x")) "checks = ( "
	    CHECK("x", "min = 1; ") ", " CHECK("y", "pipeline = \"p\"; ")
	    " );\n";

	(void)state;
	diff_is(BASE, more, "+ checks y: added  [a.conf:5]\n"
	    "    plugin = \"file\" (a.conf:5)\n"
	    "    pipeline = \"p\" (a.conf:5)\n"
	    "    path = \"/x\" (a.conf:5)\n"
	    "\n1 added, 0 changed, 0 removed, 0 renamed\n");
	diff_is(more, BASE, "- checks y: removed  [a.conf:5]\n"
	    "    plugin = \"file\" (a.conf:5)\n"
	    "    pipeline = \"p\" (a.conf:5)\n"
	    "    path = \"/x\" (a.conf:5)\n"
	    "\n0 added, 0 changed, 1 removed, 0 renamed\n");
}

static void
test_changed(void **state)
{
	(void)state;
	diff_is(BASE, "\n" REST PIPELINE("", PHASE("x")) "checks = ( "
	    CHECK("x", "min = 2; ") " );\n",
	    "~ checks x: changed  [a.conf:6]\n"
	    "    min = 1 (a.conf:5) -> 2 (a.conf:6)\n"
	    "\n0 added, 1 changed, 0 removed, 0 renamed\n");
}

/* What a pipeline sets shows where it is taken, too. */
static void
test_inherited(void **state)
{
	(void)state;
	diff_is(BASE, REST PIPELINE("every = \"3m\"; ", PHASE("x"))
	    "checks = ( " CHECK("x", "min = 1; ") " );\n",
	    "~ checks x: changed  [a.conf:5]\n"
	    "    every = \"10m\" (default) -> \"3m\" (a.conf:4)\n"
	    "~ pipelines p: changed  [a.conf:4]\n"
	    "    every = (none) -> \"3m\" (a.conf:4)\n"
	    "\n0 added, 2 changed, 0 removed, 0 renamed\n");
}

static void
test_settings(void **state)
{
	(void)state;
	diff_is(BASE, BASE "workers = 3;\n",
	    "~ settings settings: changed\n"
	    "    workers = 8 (default) -> 3 (a.conf:6)\n"
	    "\n0 added, 1 changed, 0 removed, 0 renamed\n");
}

/* What refers to it by its new name has not changed. */
static void
test_renamed(void **state)
{
	(void)state;
	diff_is(BASE, REST PIPELINE("", PHASE("z")) "checks = ( "
	    CHECK("z", "was = \"x\"; min = 1; ") " );\n",
	    "~ checks z: renamed, was x  [a.conf:5]\n"
	    "\n0 added, 0 changed, 0 removed, 1 renamed\n");
	diff_is(BASE, REST PIPELINE("", PHASE("z")) "checks = ( "
	    CHECK("z", "was = \"x\"; min = 2; item = \"x\"; ") " );\n",
	    "~ checks z: changed, was x  [a.conf:5]\n"
	    "    item = (none) -> \"x\" (a.conf:5)\n"
	    "    min = 1 (a.conf:5) -> 2 (a.conf:5)\n"
	    "\n0 added, 1 changed, 0 removed, 0 renamed\n");
}

/* Without `was` it is another one, and the phase rests on another one. */
static void
test_not_renamed(void **state)
{
	CLEANUP_JSON json_t *d = diff(BASE, REST PIPELINE("", PHASE("z"))
	    "checks = ( " CHECK("z", "min = 1; ") " );\n");

	(void)state;
	json_is(json_object_get(d, "counts"), "{\"added\":1,"
	    "\"changed\":1,\"removed\":1,\"renamed\":0}");
}

static void
test_phase_renamed(void **state)
{
	(void)state;
	diff_is(BASE, REST PIPELINE("", "{ name = \"b\"; was = \"a\"; "
	    "done = \"x\"; due = \"+6h\"; }") "checks = ( " CHECK("x",
	    "min = 1; ") " );\n", "~ phases p.b: renamed, was a  "
	    "[a.conf:4]\n\n0 added, 0 changed, 0 removed, 1 renamed\n");
}

#define INLINE(member) REST PIPELINE("", "{ name = \"a\"; due = \"+6h\"; " \
	"done = { plugin = \"file\"; path = \"/x\"; " member " }; }")

/* An inline group is an object of its own, and said once. */
static void
test_inline(void **state)
{
	(void)state;
	diff_is(INLINE("min = 1;"), INLINE("min = 2;"),
	    "~ checks a.done: changed  [a.conf:4]\n"
	    "    min = 1 (a.conf:4) -> 2 (a.conf:4)\n"
	    "\n0 added, 1 changed, 0 removed, 0 renamed\n");
}

static void
test_json(void **state)
{
	CLEANUP_JSON json_t *d = diff(BASE, REST PIPELINE("", PHASE("x"))
	    "checks = ( " CHECK("x", "min = 2; ") " );\n");

	(void)state;
	json_is(json_object_get(d, "objects"), "[{\"list\":\"checks\","
	    "\"name\":\"x\",\"change\":\"changed\",\"from\":"
	    "\"a.conf:5\",\"options\":[{\"name\":\"min\",\"old\":1,"
	    "\"old_from\":\"a.conf:5\",\"new\":2,\"new_from\":"
	    "\"a.conf:5\"}]}]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_default_written_out),
		cmocka_unit_test(test_added_and_removed),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_inherited),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_not_renamed),
		cmocka_unit_test(test_phase_renamed),
		cmocka_unit_test(test_inline),
		cmocka_unit_test(test_json)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
