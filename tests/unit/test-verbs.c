/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-verbs.c -- the verb table is whole, and arguments are checked.
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
#include "control/verbs.h"

static void
table_is_whole(void **state)
{
	const struct verb *v;
	const struct param *p;
	size_t i, k, top = 0;

	(void)state;
	for (i = 0; (v = verb_at(i)); i++) {
		int placed_option = 0;

		assert_ptr_equal(verb_find(v->name), v);
		assert_non_null(v->help);
		assert_true(strlen(v->help) <= 60);
		assert_non_null(v->examples);
		assert_non_null(strstr(v->examples, v->name));
		assert_non_null(strstr(v->examples, "  "));
		assert_int_equal(v->level == LEVEL_NONE,
		    (v->flags & VERB_LOCAL) != 0);
		top += (v->flags & VERB_TOP) != 0;
		for (k = 0; (p = verb_param_at(v, k)); k++) {
			assert_non_null(p->help);
			assert_int_equal(p->shown == NULL,
			    p->type == PARAM_FLAG);
			/* those by place come first */
			if ((p->flags & PARAM_PLACE) == 0)
				placed_option = 1;
			else
				assert_false(placed_option &&
				    p->flags & PARAM_NEEDED);
		}
	}
	assert_int_equal(top, 10);
}

/* What may change something says so, and takes --dry-run by that. */
static void
what_acts_can_be_tried(void **state)
{
	static const char *const looks[] = { "verify", "journal check",
		"journal export" };
	const struct verb *v;
	size_t i, k;

	(void)state;
	for (i = 0; (v = verb_at(i)); i++) {
		/* apply is several calls of the client's */
		bool only_looks = v->level < LEVEL_REPORT &&
		    strcmp(v->name, "apply") != 0;

		for (k = 0; k < sizeof looks / sizeof looks[0]; k++)
			only_looks |= strcmp(v->name, looks[k]) == 0;
		assert_int_equal((v->flags & VERB_ACTS) != 0, !only_looks);
		assert_int_equal(verb_param(v, "dry_run") != NULL,
		    !only_looks);
	}
}

static void
expect(const char *verb, const char *params, const char *argument,
    const char *nearest)
{
	CLEANUP_JSON json_t *p = json_loads(params, 0, NULL);
	CLEANUP_FREE char *why = NULL;
	CLEANUP_JSON json_t *data = verb_check(verb_find(verb), p, &why);

	assert_non_null(p);
	if (argument == NULL) {
		if (data)
			fail_msg("%s %s: %s", verb, params, why);
		assert_null(why);
		return;
	}
	assert_non_null(data);
	assert_non_null(why);
	assert_string_equal(json_text(data, "argument", ""), argument);
	assert_non_null(json_text(data, "expected", NULL));
	assert_string_equal(json_text(data, "nearest", ""), nearest);
}

static void
arguments_are_checked(void **state)
{
	(void)state;
	expect("status", "{}", NULL, "");
	expect("status", "{\"pipeline\":\"nba\"}", NULL, "");
	expect("status", "{\"pipelin\":\"nba\"}", "pipelin", "pipeline");
	expect("status", "{\"pipeline\":3}", "pipeline", "");
	expect("status", "{\"pipeline\":\"\"}", "pipeline", "");
	expect("status", "{\"days\":0}", "days", "");
	expect("status", "{\"days\":1.5}", "days", "");
	expect("status", "[1]", "params", "");
	expect("gate wait", "{\"phase\":\"p\",\"date\":\"last\"}", "for", "");
	expect("gate wait", "{\"phase\":\"p\",\"date\":\"last\",\"for\":\"r\","
	    "\"timeout\":\"30m\"}", NULL, "");
	expect("gate wait", "{\"phase\":\"p\",\"date\":\"last\",\"for\":\"r\","
	    "\"timeout\":\"30\"}", "timeout", "");
	expect("signal", "{\"event\":\"star\",\"phase\":\"p\",\"date\":"
	    "\"last\",\"for\":\"r\"}", "event", "");
	expect("signal", "{\"event\":\"failed\",\"phase\":\"p\",\"date\":"
	    "\"last\",\"for\":\"r\"}", NULL, "");
	expect("explain", "{\"words\":[]}", "words", "");
	expect("explain", "{\"words\":[\"a\",7]}", "words", "");
	expect("explain", "{\"words\":[\"41\"]}", NULL, "");
	expect("shutdown", "{\"force\":true}", "force", "");
	expect("events", "{\"follow\":\"yes\"}", "follow", "");
}

static void
long_texts_are_refused(void **state)
{
	CLEANUP_JSON json_t *p = json_object();
	CLEANUP_FREE char *why = NULL;
	CLEANUP_FREE char *text = calloc(1, 4098);
	json_t *data;

	(void)state;
	memset(text, 'x', 4097);
	json_put(p, "phase", text);
	data = verb_check(verb_find("run"), p, &why);
	assert_non_null(data);
	json_decref(data);
}

static void
nearest_verb_is_found(void **state)
{
	(void)state;
	assert_string_equal(verb_nearest("statsu"), "status");
	assert_string_equal(verb_nearest("explian"), "explain");
	assert_null(verb_nearest("zzzzzz"));
}

static void
exit_codes_are_apart(void **state)
{
	const struct exit_meaning *a, *b;
	size_t i, k;

	(void)state;
	for (i = 0; (a = exit_meaning_at(i)); i++)
		for (k = 0; k < i; k++) {
			b = exit_meaning_at(k);
			assert_int_not_equal(a->code, b->code);
			assert_string_not_equal(a->word, b->word);
		}
	assert_int_equal(i, 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_whole),
		cmocka_unit_test(what_acts_can_be_tried),
		cmocka_unit_test(arguments_are_checked),
		cmocka_unit_test(long_texts_are_refused),
		cmocka_unit_test(nearest_verb_is_found),
		cmocka_unit_test(exit_codes_are_apart)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
