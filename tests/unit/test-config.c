/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-config.c -- configurations that are right: what each way of writing
 * comes to, and that a lot of it is read as fast as a little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "config-help.h"

#define REST \
	"databases = ( { name = \"dwh\"; plugin = \"sqlite\";" \
	" path = \"/dwh.db\"; } );\n" \
	"notifiers = ( { name = \"team\"; plugin = \"console\"; } );\n" \
	"routes = ( { to = \"team\"; } );\n"

/*----------------------------------------------------------------- writing */

static void
test_settings(void **state)
{
	struct conf *c = load_text(
	    "state_dir = \"/s\"; socket = \"/s/control\"; workers = 3;\n"
	    "clock = { start = \"2026-01-13 04:00\";\n"
	    "  timezone = \"America/New_York\"; speed = 2000.0; };\n");

	(void)state;
	assert_string_equal(c->settings.state_dir, "/s");
	assert_string_equal(c->settings.socket, "/s/control");
	assert_int_equal(c->settings.workers, 3);
	assert_true(c->settings.clock_virtual);
	assert_true(c->settings.clock_speed == 2000);
	assert_int_equal(c->settings.clock_start, 1768294800000);
	assert_null(c->settings.operate_group);
	assert_int_equal(c->settings.starts_per_hour,
	    c->graph.starts_per_hour);
	conf_free(c);
}

static void
test_inline_groups(void **state)
{
	struct conf *c = load_text(REST
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\";\n"
	    "  phases = ( { name = \"a\";\n"
	    "    start = { plugin = \"exec\"; argv = \"true\"; };\n"
	    "    done = { plugin = \"quorum\"; need = 1;\n"
	    "      inputs = ( { plugin = \"file\"; path = \"/x\"; },\n"
	    "        { name = \"y\"; plugin = \"file\"; path = \"/y\"; } );"
	    " }; } ); } );\n"
	    "recoveries = ( { name = \"r\"; repairs = \"a.done.inputs.1\";\n"
	    "  action = { plugin = \"exec\"; argv = (\"fix\", 5); }; } );");
	const struct gate_def *g = &c->graph.gates[phase(c, "a")->done_gate];

	(void)state;
	assert_string_equal(g->name, "a.done");
	assert_int_equal(g->n_inputs, 2);
	assert_string_equal(c->graph.checks[g->inputs[0]].name,
	    "a.done.inputs.1");
	assert_string_equal(c->graph.checks[g->inputs[1]].name, "y");
	assert_string_equal(c->graph.actions[phase(c, "a")->start].name,
	    "a.start");
	json_is(options(c, INSTANCE_ACTION, "r.action"),
	    "{\"argv\":[\"fix\",\"5\"]}");
	assert_int_equal(c->instances[conf_find(c, INSTANCE_ACTION,
	    "a.start")].pipeline, 0);
	conf_free(c);
}

/* The one that leaves, the one in its place, and dates in between. */
static void
test_sources(void **state)
{
	struct conf *c = load_text(REST
	    "sources = ( { name = \"new\"; retired = \"2026-03-01\";"
	    "    instead = \"next\"; }, { name = \"next\"; },"
	    "  { name = \"old\"; retired = \"2026-01-28\";"
	    "    instead = \"new\"; } );\n"
	    "checks = ( { name = \"a\"; plugin = \"facts\"; path = \"/f\";"
	    "    source = \"old\"; },"
	    "  { name = \"b\"; plugin = \"facts\"; path = \"/f\";"
	    "    source = \"new\"; },"
	    "  { name = \"c\"; plugin = \"facts\"; path = \"/f\";"
	    "    source = \"next\"; },"
	    "  { name = \"d\"; plugin = \"facts\"; path = \"/f\"; } );\n"
	    "alarms = ( { name = \"l\"; plugin = \"all\"; inputs = \"a\";"
	    "    source = \"old\"; } );\n"
	    "actions = ( { name = \"x\"; plugin = \"exec\"; argv = \"x\";"
	    "    source = \"new\"; } );\n"
	    "recoveries = ( { name = \"r\"; action = \"x\";"
	    "    repairs = (\"a\", \"d\"); } );\n"
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\"; phases = ("
	    "  { name = \"u\"; done = (\"a\", \"d\"); },"
	    "  { name = \"v\"; after = \"u\"; done = { plugin = \"quorum\";"
	    "    inputs = (\"a\", \"d\"); need = 2; require = \"a\"; }; } );"
	    "} );");
	const struct phase_def *u = phase(c, "u");
	const struct gate_def *g = &c->graph.gates[phase(c, "v")->done_gate];
	struct date d = date_from_civil((struct civil){ 2026, 1, 27 });

	(void)state;
	assert_int_equal(u->n_done_checks, 2);
	assert_int_equal(done_checks_on(u, d), 2);
	assert_int_equal(gate_inputs_on(g, d), 2);
	assert_false(is_retired(&check(c, "a")->retirement, d));
	d.day++;
	assert_true(is_retired(&check(c, "a")->retirement, d));
	assert_string_equal(check(c, "a")->retirement.instead, "new");
	assert_int_equal(check(c, "a")->retirement.by,
	    graph_find_check(&c->graph, "b"));
	assert_int_equal(done_checks_on(u, d), 3);
	assert_string_equal(c->graph.checks[u->done_checks[2]].name, "b");
	d = date_from_civil((struct civil){ 2026, 3, 1 });
	assert_int_equal(done_checks_on(u, d), 4);
	assert_string_equal(c->graph.checks[u->done_checks[3]].name, "c");
	assert_int_equal(gate_inputs_on(g, d), 4);
	json_is(json_object_get(options(c, INSTANCE_GATE, "v.done"),
	    "require"), "[\"a\",\"b\",\"c\"]");
	assert_string_equal(c->graph.gates[graph_find_gate(&c->graph, "l")].
	    retirement.source, "old");
	assert_string_equal(c->graph.recoveries[0].retirement.source, "new");
	conf_free(c);
}

static void
test_two_pipelines(void **state)
{
	struct conf *c = load_text(REST
	    "checks = ( { name = \"c\"; plugin = \"facts\"; path = \"/f\"; },"
	    "  { name = \"d\"; plugin = \"facts\"; path = \"/f\"; } );\n"
	    "gates = ( { name = \"g\"; plugin = \"all\"; inputs = \"c\";"
	    "  guards = \"only_q\"; } );\n"
	    "alarms = ( { name = \"l\"; plugin = \"all\";"
	    "  inputs = (\"d\", \"c\"); } );\n"
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\"; every = \"3m\";"
	    "  phases = ( { name = \"x\";"
	    "    done = { plugin = \"file\"; path = \"/x\"; }; } ); },"
	    "  { name = \"q\"; timezone = \"Europe/Berlin\"; every = \"7m\";"
	    "  phases = ( { name = \"x\";"
	    "    done = { plugin = \"file\"; path = \"/x\"; }; },"
	    "   { name = \"only_q\"; after = (\"x\", \"x[-1]\");"
	    "    start = { plugin = \"exec\"; argv = \"true\"; };"
	    "    done = \"exit\"; external = true; },"
	    "   { name = \"last\"; after = \"only_q\";"
	    "    done = { plugin = \"file\"; path = \"/x\"; }; } ); } );");
	const struct phase_def *q = phase(c, "only_q");

	(void)state;
	assert_int_equal(check(c, "c")->pipeline, 1);
	assert_int_equal(check(c, "d")->pipeline, 1);
	assert_int_equal(check(c, "d")->every_ms, 7 * 60000);
	assert_int_equal(check(c, "x.done")->pipeline, 0);
	assert_int_equal(check(c, "x.done")->every_ms, 3 * 60000);
	assert_int_equal(check(c, "q.x.done")->pipeline, 1);
	assert_int_equal(q->n_guards, 1);
	assert_int_equal(q->n_after, 2);
	assert_int_equal(q->after[0].date_offset, 0);
	assert_int_equal(q->after[1].date_offset, -1);
	assert_int_equal(q->done_kind, DONE_EXIT);
	assert_int_equal(q->rerun, RERUN_ASK);
	assert_int_equal(phase(c, "last")->rerun, RERUN_ASK);
	assert_int_equal(c->graph.pipelines[1].first_phase, 1);
	conf_free(c);
}

static void
test_phases_are_sorted(void **state)
{
	struct conf *c = load_text(REST
	    "checks = ( { name = \"c\"; plugin = \"facts\"; path = \"/f\"; "
	    "} );\n"
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\"; phases = (\n"
	    " { name = \"d\"; after = (\"b\", \"c\"); done = \"c\"; },\n"
	    " { name = \"a\"; done = \"c\"; after = \"d[-1]\"; },\n"
	    " { name = \"c\"; after = \"a\"; done = \"c\"; },\n"
	    " { name = \"b\"; after = \"a\"; done = \"c\"; } ); } );");
	static const char *const order[] = { "a", "b", "c", "d" };
	int32_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_string_equal(c->graph.phases[i].name, order[i]);
	conf_free(c);
}

static void
test_options(void **state)
{
	struct conf *c = load_text(REST
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\"; phases = (\n"
	    " { name = \"a\"; done = { plugin = \"file\"; path = \"/x\";\n"
	    "   max_age = \"1h30m\"; min_size = 512; ratio = 1;"
	    "   follow = true; timeout = \"5s\"; }; },"
	    " { name = \"b\"; done = { plugin = \"http\"; url = \"u\"; }; }"
	    " ); } );");

	(void)state;
	json_is(options(c, INSTANCE_CHECK, "a.done"), "{\"path\":\"/x\","
	    "\"max_age\":5400000,\"min_size\":512,\"ratio\":1.0,"
	    "\"follow\":true}");
	json_is(options(c, INSTANCE_CHECK, "b.done"), "{\"url\":\"u\","
	    "\"retries\":2}");
	assert_int_equal(c->instances[conf_find(c, INSTANCE_CHECK,
	    "a.done")].timeout_ms, 5000);
	conf_free(c);
}

#define GATED(more) REST \
	"checks = ( { name = \"c\"; plugin = \"facts\"; path = \"/f\"; } );\n" \
	"pipelines = ( { name = \"p\"; timezone = \"America/New_York\";\n" \
	"  phases = ( { name = \"a\"; done = \"g\"; } ); } );\n" \
	"gates = ( { name = \"g\"; plugin = \"all\"; inputs = \"c\";" \
	more " } );\n"

static void
test_on_unknown(void **state)
{
	struct conf *c = load_text(GATED("on_unknown = \"open\";"
	    "on_unknown_until = \"2026-02-01\";"));

	(void)state;
	assert_true(c->graph.gates[0].open_on_unknown);
	assert_int_equal(c->graph.gates[0].open_until, 1769922000000);
	conf_free(c);
	c = load_text(GATED(""));
	assert_false(c->graph.gates[0].open_on_unknown);
	assert_true(c->graph.gates[0].open_until == INSTANT_NONE);
	conf_free(c);
}

static void
test_renames(void **state)
{
	struct conf *c = load_text(GATED("was = \"old\";"));

	(void)state;
	assert_int_equal(c->n_renames, 1);
	assert_string_equal(c->renames[0][0], "gate");
	assert_string_equal(c->renames[0][1], "old");
	assert_string_equal(c->renames[0][2], "g");
	conf_free(c);
}

static void
test_identity_follows_options(void **state)
{
	struct conf *a = load_text(GATED("")), *b = load_text(GATED(
	    "fix = \"look\";")), *other;

	(void)state;
	assert_true(a->hash != b->hash);
	assert_true(a->instances[0].identity == b->instances[0].identity);
	other = load_text(REST "pipelines = ( { name = \"p\"; timezone = "
	    "\"UTC\"; phases = ( { name = \"a\"; done = { name = \"c\"; "
	    "plugin = \"facts\"; path = \"/other\"; }; } ); } );");
	assert_true(a->instances[0].identity !=
	    other->instances[0].identity);
	conf_free(a);
	conf_free(b);
	conf_free(other);
}

/*------------------------------------------------------------------ secrets */

static void
test_secret(void **state)
{
	const char *dir = dir_make(), *why;
	char reference[128];
	char *value = NULL;

	(void)state;
	dir_put(dir, "url", "https://hooks.example/T0/B0\n");
	(void)snprintf(reference, sizeof reference, "file:%s/url", dir);
	assert_int_equal(conf_secret(reference, &value, &why), 0);
	assert_string_equal(value, "https://hooks.example/T0/B0");
	free(value);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", dir, 1), 0);
	assert_int_equal(conf_secret("cred:url", &value, &why), 0);
	assert_string_equal(value, "https://hooks.example/T0/B0");
	free(value);
	assert_true(conf_secret("cred:../url", &value, &why) < 0);
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_true(conf_secret("cred:url", &value, &why) < 0);
	assert_int_equal(setenv("GW_TEST_SECRET", "s3cret", 1), 0);
	assert_int_equal(conf_secret("env:GW_TEST_SECRET", &value, &why), 0);
	assert_string_equal(value, "s3cret");
	free(value);
	assert_int_equal(unsetenv("GW_TEST_SECRET"), 0);
	assert_true(conf_secret("env:GW_TEST_SECRET", &value, &why) < 0);
	assert_string_equal(why, "the environment variable is not set");
	assert_true(conf_secret("s3cret", &value, &why) < 0);
	dir_remove(dir);
}

/*-------------------------------------------------------------------- size */

static void
put_many(const char *dir, int files, int checks)
{
	int f, i;

	dir_put(dir, "00.conf", REST "pipelines = ( { name = \"p\"; timezone "
	    "= \"UTC\"; database = \"dwh\"; phases = ( { name = \"a\"; "
	    "done = \"c0_0\"; } ); } );\n");
	for (f = 0; f < files; f++) {
		CLEANUP_TEXT struct text t = { 0 };
		char name[16];

		text_add(&t, "checks = (\n");
		for (i = 0; i < checks; i++)
			text_addf(&t, "%s{ name = \"c%d_%d\"; plugin = "
			    "\"sql\"; min = %d; every = \"1h\"; item = "
			    "\"i\";\n value = \"SELECT count(*) FROM t%d"
			    "\"; }\n", i > 0 ? "," : "", f, i, i, i);
		text_add(&t, ");\n");
		(void)snprintf(name, sizeof name, "%03d.conf", f);
		dir_put(dir, name, text_str(&t));
	}
}

static double
seconds_to_load(int files, int checks)
{
	const char *dir = dir_make();
	CLEANUP_DIAG struct diag d;
	struct timespec a, b;
	struct conf *c;

	put_many(dir, files, checks);
	diag_init(&d);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	c = conf_load(dir, &fake_finder, &d);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	assert_non_null(c);
	assert_int_equal(c->graph.n_checks, files * checks);
	assert_int_not_equal(graph_find_check(&c->graph, "c3_7"), NONE);
	conf_free(c);
	dir_remove(dir);
	return (double)(b.tv_sec - a.tv_sec) +
	    1e-9 * (double)(b.tv_nsec - a.tv_nsec);
}

/* Ten times as much takes about ten times as long; quadratic would be a
 * hundred times. */
static void
test_loading_is_linear(void **state)
{
	double few = seconds_to_load(10, 100);
	double many = seconds_to_load(100, 100);

	(void)state;
	print_message("1000 checks %.3f s, 10000 checks %.3f s\n", few,
	    many);
	assert_true(many < 30 * few);
}

/* A breaker holds for all that has its target; what has none has its own. */
static void
test_breakers(void **state)
{
	struct conf *c = load_text(REST
	    "actions = ( { name = \"a\"; plugin = \"exec\"; argv = \"a\";"
	    " target = \"bdl\"; breaker = { failures = 2; within = \"2h\"; };"
	    " },\n  { name = \"b\"; plugin = \"exec\"; argv = \"b\";"
	    " target = \"bdl\"; no_success = { tries = 5; }; },\n"
	    "  { name = \"c\"; plugin = \"exec\"; argv = \"c\";"
	    " breaker = { }; },\n  { name = \"d\"; plugin = \"exec\";"
	    " argv = \"d\"; } );\n"
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\";\n"
	    "  phases = ( { name = \"x\"; done = { name = \"y\";"
	    " plugin = \"file\"; path = \"/y\"; }; } ); } );\n"
	    "recoveries = ( { name = \"r\"; repairs = \"y\";"
	    " action = \"a\"; per_item = 2; },\n  { name = \"s\";"
	    " repairs = \"y\"; order = 2; fix = \"call them\"; } );");
	const struct graph *g = &c->graph;
	const struct action_def *a = &g->actions[graph_find_action(g, "a")];
	const struct action_def *b = &g->actions[graph_find_action(g, "b")];
	const struct action_def *d = &g->actions[graph_find_action(g, "d")];

	(void)state;
	assert_int_equal(g->n_breakers, 2);
	assert_int_equal(a->breaker, b->breaker);
	assert_string_equal(g->breakers[a->breaker].name, "bdl");
	assert_int_equal(g->breakers[a->breaker].failures, 2);
	assert_int_equal(g->breakers[a->breaker].within_ms, 7200000);
	assert_int_equal(g->breakers[a->breaker].open_ms, 1800000);
	assert_int_equal(g->breakers[a->breaker].probes, 1);
	assert_string_equal(g->breakers[g->actions[graph_find_action(g,
	    "c")].breaker].name, "c");
	assert_int_equal(d->breaker, NONE);
	assert_int_equal(a->vain_tries, 20);
	assert_int_equal(b->vain_tries, 5);
	assert_true(a->definition != 0 && a->definition != b->definition);
	assert_int_equal(g->recoveries[0].per_item, 2);
	assert_int_equal(g->recoveries[1].action, NONE);
	conf_free(c);
}

/* One plan in three vocabularies; a pipeline's for its phases, too. */
static void
test_formulas(void **state)
{
	struct conf *c = load_text(REST
	    "actions = ( { name = \"do\"; plugin = \"exec\";"
	    " argv = \"true\"; } );\n"
	    "pipelines = ( { name = \"p\"; timezone = \"UTC\";\n"
	    "  start = \"do\"; retry = { formula = \"tenacity\";"
	    " multiplier = 0.5; min = 1; max = 1800; stop_after = 5; };\n"
	    "  phases = ( { name = \"a\"; done = { name = \"x\";"
	    " plugin = \"file\"; path = \"/x\"; }; },\n"
	    "    { name = \"b\"; after = \"a\"; done = \"exit\";"
	    " retry = { formula = \"temporal\"; initial_interval = \"2m\";"
	    " maximum_attempts = 4; jitter = \"decorrelated\"; }; } );"
	    " } );\n"
	    "recoveries = ( { name = \"r\"; repairs = \"x\";\n"
	    "  action = \"do\"; retry = { initial = \"30s\";"
	    " jitter = \"equal\"; }; } );");
	const struct retry *a = &phase(c, "a")->retry;
	const struct retry *b = &phase(c, "b")->retry;
	const struct retry *r = &c->graph.recoveries[0].retry;

	(void)state;
	assert_int_equal(a->formula, FORMULA_TENACITY);
	assert_int_equal(a->attempts, 5);
	assert_int_equal(a->initial_ms, 500);
	assert_int_equal(a->floor_ms, 1000);
	assert_int_equal(a->max_ms, 1800000);
	assert_true(a->multiplier == 2);
	assert_int_equal(b->formula, FORMULA_TEMPORAL);
	assert_int_equal(b->attempts, 4);
	assert_int_equal(b->initial_ms, 120000);
	assert_int_equal(b->max_ms, 12000000);
	assert_int_equal(b->jitter, JITTER_DECORRELATED);
	assert_int_equal(r->formula, FORMULA_EXPONENTIAL);
	assert_int_equal(r->attempts, 3);
	assert_int_equal(r->initial_ms, 30000);
	assert_int_equal(r->jitter, JITTER_EQUAL);
	conf_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_inline_groups),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_breakers),
		cmocka_unit_test(test_two_pipelines),
		cmocka_unit_test(test_phases_are_sorted),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_on_unknown),
		cmocka_unit_test(test_renames),
		cmocka_unit_test(test_identity_follows_options),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_loading_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
