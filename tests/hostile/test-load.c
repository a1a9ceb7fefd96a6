/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-load.c -- plugins that can't be loaded, and describing them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "hostile/keeper.h"

static struct keeper keeper;

static int
setup(void **state)
{
	keeper_open(&keeper, 4, 0);
	*state = &keeper;
	return 0;
}

static int
teardown(void **state)
{
	keeper_close(*state);
	return 0;
}

/* The fault of a call, and the sentence of --describe. */
static void
misfit(struct keeper *k, const char *plugin, const char *says)
{
	char path[512], *why = NULL;
	json_t *j = NULL;

	assert_says(keeper_call(k, &(struct ask){ .name = plugin,
	    .plugin = plugin }), CALL_FAULT, says);
	(void)snprintf(path, sizeof path, "%s/%s.so", ZOO_DIR, plugin);
	assert_true(plugin_describe(HOST_PATH, path, &j, &why) < 0);
	assert_null(j);
	/* a fault says that it can't be loaded; a description needn't */
	says = strncmp(says, "can't be loaded: ", 17) == 0 ? says + 17 : says;
	if (strstr(why, says) == NULL)
		fail_msg("describe: '%s' instead of '%s'", why, says);
	free(why);
}

static void
test_misfits(void **state)
{
	struct keeper *k = *state;

	misfit(k, "wrong_abi", "can't be loaded: it was built for ABI 7, "
	    "this host speaks ABI 1");
	misfit(k, "short_struct", "can't be loaded: its struct gw_plugin has "
	    "40 bytes, ABI 1 has at least");
	misfit(k, "lying_size", "can't be loaded: its struct gw_plugin says");
	misfit(k, "no_symbol", "can't be loaded: it exports no symbol "
	    "gw_plugin");
	misfit(k, "no_call", "can't be loaded: it has no call function");
	misfit(k, "constructor_exits", "exited with status 42 while it was "
	    "loaded");
	misfit(k, "no_such_file", "No such file or directory");
}

static void
test_wrong_kind(void **state)
{
	assert_says(keeper_call(*state, &(struct ask){ .kind = "gate",
	    .plugin = "zoo_check" }), CALL_FAULT,
	    "can't be loaded: it is a check, not a gate");
}

/* A library that doesn't load concerns all its instances, and no other's. */
static void
test_library_quarantine(void **state)
{
	struct keeper *k = *state;
	struct ask a = { .name = "one", .plugin = "wrong_abi" };

	assert_says(keeper_call(k, &a), CALL_FAULT, "ABI 7");
	a.name = "two";
	assert_says(keeper_call(k, &a), CALL_FAULT, "ABI 7");
	a.name = "three";
	assert_says(keeper_call(k, &a), CALL_REFUSED, "its plugin is backed "
	    "off for another ");
	assert_value(keeper_call(k, &(struct ask){ .name = "good" }), 1);
	assert_true(pool_reset(k->pool, "check", "one"));
	assert_says(keeper_call(k, &a), CALL_FAULT, "ABI 7");
}

static void
test_constructor_prints(void **state)
{
	const struct seen *s = keeper_call(*state, &(struct ask){
	    .plugin = "constructor_prints" });
	char *why = NULL;
	json_t *j = NULL;

	assert_value(s, 1);
	assert_string_equal(s->output,
	    "{\"hello\": \"from a constructor\"}\n");
	assert_int_equal(plugin_describe(HOST_PATH,
	    ZOO_DIR "/constructor_prints.so", &j, &why), 0);
	assert_string_equal(json_text(j, "name", ""), "misfit");
	json_decref(j);
}

static void
test_constructor_hangs(void **state)
{
	char *why = NULL;
	json_t *j = NULL;

	(void)state;
	assert_int_equal(plugin_describe(HOST_PATH,
	    ZOO_DIR "/constructor_hangs.so", &j, &why), -ETIMEDOUT);
	assert_non_null(strstr(why, "didn't describe itself within 5 s"));
	free(why);
}

static void
test_no_host(void **state)
{
	char *why = NULL;
	json_t *j = NULL;

	(void)state;
	assert_int_equal(plugin_describe("/nowhere/host",
	    ZOO_DIR "/zoo_check.so", &j, &why), -ENOENT);
	assert_string_equal(why, "/nowhere/host: No such file or directory");
	free(why);
}

static void
test_description(void **state)
{
	char *why = NULL;
	const json_t *options, *wait;
	json_t *j = NULL;

	(void)state;
	assert_int_equal(plugin_describe(HOST_PATH, ZOO_DIR "/zoo_check.so",
	    &j, &why), 0);
	assert_int_equal(json_int(j, "abi", 0), 1);
	assert_string_equal(json_text(j, "kind", ""), "check");
	options = json_object_get(j, "options");
	assert_int_equal(json_array_size(options), 3);
	assert_true(json_flag(json_array_get(options, 0), "required", false));
	wait = json_array_get(options, 2);
	assert_string_equal(json_text(wait, "type", ""), "duration");
	assert_string_equal(json_text(wait, "default", ""), "0");
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_misfits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_kind, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_library_quarantine,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_constructor_prints,
		    setup, teardown),
		cmocka_unit_test(test_constructor_hangs),
		cmocka_unit_test(test_no_host),
		cmocka_unit_test(test_description),
	};

	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
