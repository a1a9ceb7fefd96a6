/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-prove.c -- what is proven, found, and neither.
 *
 * The planted bad rules have a test of their own (prove_test.py); here is
 * what must not be found, what can't be known, and that what a gate is asked
 * comes to what the engine makes of it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config-help.h"
#include "prove/play.h"

/*---------------------------------------------------- a site and its rules */

struct site {
	const char *dir;
	struct conf *conf;
	struct rules rules;
};

/* The usual plugins, and a gate of somebody else's. */
static int
find(void *arg, enum instance_kind kind, const char *plugin,
    const char **ret_path, json_t **ret_description, const char **ret_why)
{
	if (kind != INSTANCE_GATE || strcmp(plugin, "theirs") != 0)
		return fake_finder.find(arg, kind, plugin, ret_path,
		    ret_description, ret_why);
	*ret_path = "/usr/lib/gatewarden/plugins/theirs.so";
	*ret_description = json_pack("{s:s, s:[]}", "name", "theirs",
	    "options");
	return 0;
}

static void
site_load(struct site *s, const char *path)
{
	struct plugin_finder finder = fake_finder;
	CLEANUP_DIAG struct diag d;

	finder.find = find;
	diag_init(&d);
	s->conf = conf_load_resolved(path, &finder, &d);
	if (s->conf == NULL)
		diag_print(&d, stderr);
	assert_non_null(s->conf);
	s->rules = (struct rules){ .conf = s->conf, .config = path };
}

static void
site_begin(struct site *s, const char *text)
{
	CLEANUP_TEXT struct text all = { 0 };

	text_add(&all,
	    "databases = ( { name = \"db\"; plugin = \"sqlite\"; "
	    "path = \"/x\"; } );\n"
	    "notifiers = ( { name = \"n\"; plugin = \"console\"; } );\n"
	    "actions = ( { name = \"act\"; plugin = \"exec\"; "
	    "argv = (\"/bin/true\"); } );\n");
	if (strstr(text, "routes") == NULL)
		text_add(&all, "routes = ( { to = \"n\"; } );\n");
	text_add(&all, text);
	*s = (struct site){ .dir = dir_make() };
	dir_put(s->dir, "a.conf", text_str(&all));
	site_load(s, s->dir);
	prove(s->conf, NULL, NULL, &s->rules);
}

static void
site_end(struct site *s)
{
	rules_free(&s->rules);
	conf_free(s->conf);
	if (s->dir)
		dir_remove(s->dir);
}

#define CLEANUP_SITE CLEANUP(site_end)

static const struct rule *
rule(const struct site *s, const char *title)
{
	size_t i;

	for (i = 0; i < s->rules.n; i++)
		if (strstr(s->rules.v[i]->title, title))
			return s->rules.v[i];
	fail_msg("there is no rule '%s'", title);
	return NULL;
}

/* All is proven. */
static void
is_sound(const struct site *s)
{
	size_t i;

	for (i = 0; i < s->rules.n; i++)
		if (rule_state(s->rules.v[i]) != RULE_PROVEN)
			fail_msg("%s: %s", s->rules.v[i]->title,
			    s->rules.v[i]->why);
	assert_true(s->rules.n > 0);
}

#define PIPELINE(more, phases) \
	"pipelines = ( { name = \"p\"; timezone = \"Europe/Berlin\"; " \
	"database = \"db\"; " more " phases = ( " phases " ); } );\n"
#define SQL(name, limits) \
	"{ name = \"" name "\"; plugin = \"sql\"; " limits \
	" value = \"SELECT count(*) FROM t\"; }"

/*------------------------------------------------------- what is not found */

/* Routes of tags, by what the alarm looks at and itself; by day and by night.
 */
static void
test_heard(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s,
	    "routes = ( { to = \"n\"; severity = \"warning\"; },\n"
	    "  { to = \"n\"; severity = \"info\"; tags = \"money\";\n"
	    "    during = \"08:00-18:00\"; },\n"
	    "  { to = \"n\"; severity = \"info\"; tags = \"night\";\n"
	    "    during = \"18:00-08:00\"; } );\n"
	    "checks = ( { name = \"c\"; plugin = \"sql\"; "
	    "tags = \"money\"; value = \"x\"; expected = \"x\"; "
	    "fail = \"90%\"; } );\n"
	    "alarms = ( { name = \"low\"; plugin = \"ladder\"; "
	    "tags = \"night\"; inputs = \"c\"; steps = ( { at = \"+6h\"; "
	    "below = \"90%\"; severity = \"info\"; } ); } );\n"
	    PIPELINE("", "{ name = \"a\"; done = \"c\"; "
	    "due = \"+1d 06:00\"; }"));
	is_sound(&s);
}

/* A phase that waits for the date before, which is not the date in view. */
static void
test_date_before(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s, "checks = ( " SQL("a", "min = 1;") ", { name = \"cal\";"
	    " plugin = \"sql\"; value = \"x\"; } );\n"
	    PIPELINE("calendar = \"cal\";",
	    "{ name = \"one\"; done = \"a\"; due = \"+1d 02:00\"; },"
	    "{ name = \"two\"; after = (\"one\", \"one[-1]\"); start = "
	    "\"act\"; done = \"exit\"; due = \"+1d 03:00\"; }"));
	is_sound(&s);
	assert_non_null(rule(&s, "phase 'two': due"));
}

/* A balance may be below 0, a count may not. */
static void
test_signs(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s, "checks = ( " SQL("rows", "min = 0;") ", "
	    "{ name = \"total\"; plugin = \"sql\"; min = 0; value = "
	    "\"SELECT sum(amount) FROM t\"; } );\n" PIPELINE("",
	    "{ name = \"one\"; done = (\"rows\", \"total\"); due = "
	    "\"+1d 02:00\"; }"));
	assert_int_equal(rule_state(rule(&s, "check 'rows': min = 0")),
	    RULE_FOUND);
	assert_int_equal(rule_state(rule(&s, "check 'total': min = 0")),
	    RULE_PROVEN);
	assert_string_equal(rule(&s, "check 'total': min")->fires, "-1");
}

/* What judges itself needs no limit. */
static void
test_own_judgement(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s, "checks = ( { name = \"load\"; plugin = \"exec\"; "
	    "argv = (\"/bin/true\"); pipeline = \"p\"; } );\n" PIPELINE("",
	    "{ name = \"one\"; done = \"load\"; due = \"+1d 02:00\"; }"));
	is_sound(&s);
	assert_non_null(strstr(rule(&s, "check 'load'")->fires, "it says"));
}

/* Its run's end is looked at, however seldom the check is. */
static void
test_started_phase_needs_no_period(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s, "checks = ( " SQL("a", "min = 1; every = \"12h\";")
	    " );\n" PIPELINE("mode = \"enforce\";", "{ name = \"one\"; "
	    "start = \"act\"; done = \"a\"; due = \"+1d 02:00\"; }"));
	is_sound(&s);
}

/* A step that is as severe, but asks for less, or later: each its own. */
static void
test_ladder_of_all_kinds(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s, "checks = ( { name = \"c\"; plugin = \"sql_coverage\"; "
	    "expected = \"x\"; actual = \"y\"; pipeline = \"p\"; }, "
	    SQL("a", "min = 1;") " );\n"
	    "alarms = ( { name = \"l\"; plugin = \"ladder\"; inputs = \"c\";"
	    " steps = ( { at = \"+6h\"; below = \"50%\"; severity = "
	    "\"warning\"; }, { at = \"+6h\"; below = \"20%\"; severity = "
	    "\"critical\"; }, { at = \"+12h\"; below = \"100%\"; severity = "
	    "\"info\"; } ); } );\n" PIPELINE("",
	    "{ name = \"one\"; done = \"a\"; due = \"+1d 02:00\"; }"));
	is_sound(&s);
}

/*------------------------------------------------------ what can't be known */

static void
test_gate_of_others(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s, "checks = ( " SQL("a", "min = 1;") " );\n"
	    "gates = ( { name = \"g\"; plugin = \"theirs\"; inputs = \"a\"; }"
	    " );\n" PIPELINE("",
	    "{ name = \"one\"; done = \"g\"; due = \"+1d 02:00\"; },"
	    "{ name = \"two\"; after = \"one\"; done = \"a\"; }")
	    "recoveries = ( { name = \"r\"; action = \"act\"; repairs = "
	    "\"a\"; } );\n");
	assert_int_equal(rules_count(&s.rules, RULE_FOUND), 0);
	assert_int_equal(rule_state(rule(&s, "gate 'g'")), RULE_UNPROVEN);
	assert_non_null(strstr(rule(&s, "gate 'g'")->why, "'theirs'"));
	assert_int_equal(rule_state(rule(&s, "phase 'one'")),
	    RULE_UNPROVEN);
}

/*------------------------------------------------------------------- reach */

/* The second in line, whose turn comes when the first has given up. */
static void
test_second_recovery(void **state)
{
	CLEANUP_SITE struct site s;

	(void)state;
	site_begin(&s, "checks = ( " SQL("a", "min = 1;") " );\n"
	    PIPELINE("", "{ name = \"one\"; done = \"a\"; due = "
	    "\"+1d 02:00\"; }")
	    "recoveries = ( { name = \"first\"; action = \"act\"; repairs = "
	    "\"a\"; order = 1; }, { name = \"second\"; action = \"act\"; "
	    "repairs = \"a\"; order = 2; } );\n");
	is_sound(&s);
	assert_string_not_equal(rule(&s, "recovery 'first'")->fires,
	    rule(&s, "recovery 'second'")->fires);
}

/*------------------------------------------------- what the engine makes of it */

/* An alarm stands in the engine's date from the instant on at which the gate
 * was asked, give or take its confirmation. */
static void
test_alarms_stand(void **state)
{
	char *path CLEANUP_FREE = source_path("conf.d/nba");
	CLEANUP_SITE struct site s = { .dir = NULL };
	bool fails[64];
	struct prover p;
	struct play d;
	int32_t i, n = 0;

	(void)state;
	site_load(&s, path);
	prover_make(&p, s.conf, NULL, NULL, &s.rules);
	prove_limits(&p);
	prove_gates(&p);
	memset(fails, true, sizeof fails);
	assert_true(s.conf->graph.n_checks <= 64);
	assert_true(play(&d, &(struct play_setup){ .prover = &p,
		.fails = fails, .healer = NONE, .from = p.stages[0].begin,
		.until = p.stages[0].end + 2 * (int64_t)DAY_MS }));
	for (i = 0; i < s.conf->graph.n_gates; i++) {
		int64_t stood = d.alarms[i];

		if (!s.conf->graph.gates[i].alarm)
			continue;
		n++;
		assert_non_null(p.alarms[i].rule);
		assert_true(stood != INSTANT_NONE);
		/* asked a minute after it may speak */
		assert_in_range((uint64_t)(stood + MINUTE_MS),
		    (uint64_t)p.alarms[i].at - 2 * MINUTE_MS,
		    (uint64_t)p.alarms[i].at + 2 * MINUTE_MS);
	}
	assert_int_equal(n, 3);
	play_free(&d);
	prover_free(&p);
}

/* What a check comes to is what the engine reads of it, due or not. */
static void
test_dues(void **state)
{
	char *path CLEANUP_FREE = source_path("conf.d/nba");
	CLEANUP_SITE struct site s = { .dir = NULL };
	char at[INSTANT_TEXT];
	struct prover p;

	(void)state;
	site_load(&s, path);
	prover_make(&p, s.conf, NULL, NULL, &s.rules);
	prove_limits(&p);
	assert_string_equal(when(&p, 0, p.checks[graph_find_check(p.graph,
	    "contexts")].due, at), "2026-01-16 12:00");
	assert_string_equal(when(&p, 0, p.checks[graph_find_check(p.graph,
	    "pdc")].due, at), "2026-01-16 11:00");
	assert_string_equal(when(&p, 0, p.stages[0].acted, at),
	    "2026-01-19 04:00");
	prover_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heard),
		cmocka_unit_test(test_date_before),
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_own_judgement),
		cmocka_unit_test(test_started_phase_needs_no_period),
		cmocka_unit_test(test_ladder_of_all_kinds),
		cmocka_unit_test(test_gate_of_others),
		cmocka_unit_test(test_second_recovery),
		cmocka_unit_test(test_alarms_stand),
		cmocka_unit_test(test_dues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
