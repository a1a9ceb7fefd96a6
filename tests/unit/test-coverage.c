/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-coverage.c -- of which phases somebody hears: by routes of tags and of
 * hours. The rest of it: tests/client/real_test.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "config-help.h"
#include "daemon/coverage.h"

/* What is said of the one phase, which an alarm watches. */
static void
told(const char *routes, const char *state, const char *how)
{
	CLEANUP_TEXT struct text all = { 0 };
	CLEANUP_JSON json_t *o = NULL;
	const json_t *answer;
	struct conf *c;

	text_addf(&all,
	    "notifiers = ( { name = \"n\"; plugin = \"console\"; },\n"
	    "  { name = \"dba\"; plugin = \"console\"; } );\n"
	    "databases = ( { name = \"db\"; plugin = \"sqlite\"; "
	    "path = \"/x\"; } );\n"
	    "checks = ( { name = \"c\"; plugin = \"sql\"; tags = \"money\";\n"
	    "  value = \"x\"; expected = \"x\"; fail = \"90%%\"; },\n"
	    "  { name = \"other\"; plugin = \"sql\"; tags = \"stock\";\n"
	    "  value = \"x\"; } );\n"
	    "alarms = ( { name = \"low\"; plugin = \"ladder\"; "
	    "inputs = \"c\";\n  steps = ( { at = \"+6h\"; below = \"90%%\"; "
	    "severity = \"info\"; } ); } );\n"
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\"; "
	    "database = \"db\";\n  phases = ( { name = \"a\"; "
	    "done = \"c\"; severity = \"warning\"; },\n"
	    "  { name = \"b\"; after = \"a\"; done = \"other\"; } ); } );\n"
	    "routes = ( { to = \"n\"; severity = \"critical\"; "
	    "continue = true; }, %s );\n", routes);
	c = load_text(text_str(&all));
	o = coverage_json(c, NULL);
	answer = json_object_get(json_array_get(json_object_get(
	    json_array_get(json_object_get(o, "pipelines"), 0), "phases"),
	    0), "told");
	assert_string_equal(json_text(answer, "how", ""), how);
	assert_string_equal(json_text(answer, "state", ""), state);
	conf_free(c);
}

static void
by_tags(void **state)
{
	(void)state;
	told("{ to = \"dba\"; tags = \"money\"; }", "yes", "dba");
	told("{ to = \"dba\"; tags = \"stock\"; }", "no",
	    "no route takes warning of it");
	told("{ to = \"dba\"; tags = \"stock\"; }, { to = \"n\"; }", "yes",
	    "n");
}

static void
by_hours(void **state)
{
	(void)state;
	told("{ to = \"dba\"; during = \"08:00-18:00\"; }", "partly",
	    "dba: not at every hour, nobody on Monday at 00:00");
	told("{ to = \"dba\"; during = \"mon-fri 00:00-00:00\"; }", "partly",
	    "dba: not at every hour, nobody on Saturday at 00:00");
	told("{ to = \"dba\"; during = \"08:00-18:00\"; }, { to = \"n\"; "
	    "during = \"18:00-08:00\"; }", "yes", "dba, n");
	told("{ to = \"dba\"; during = \"08:00-18:00\"; }, { to = \"n\"; }",
	    "yes", "dba, n");
	/* at night those who hear of other things don't count */
	told("{ to = \"dba\"; during = \"08:00-18:00\"; }, { to = \"n\"; "
	    "tags = \"stock\"; }", "partly",
	    "dba: not at every hour, nobody on Monday at 00:00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_tags),
		cmocka_unit_test(by_hours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
