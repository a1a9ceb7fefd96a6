/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-config-samples.c -- the samples as they lie in the tree: what they
 * come to, and where each value is from.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "config-help.h"

static void
test_nba_phases(void **state)
{
	struct conf *c = load_sample("conf.d/nba");
	const struct pipeline_def *p = &c->graph.pipelines[0];
	static const char *const order[] = { "raw", "analytics",
		"precompute", "predict", "publish", "grade" };
	int32_t i;

	(void)state;
	assert_int_equal(c->graph.n_pipelines, 1);
	assert_int_equal(p->n_phases, 6);
	for (i = 0; i < 6; i++)
		assert_string_equal(c->graph.phases[i].name, order[i]);
	assert_string_equal(p->zone_name, "America/New_York");
	assert_int_equal(p->day_ends_s, 4 * 3600);
	assert_int_equal(p->mode, MODE_ENFORCE);
	assert_int_equal(p->watch_days, 270);
	assert_int_equal(p->act_within_ms, 3 * 86400000);
	assert_int_equal(p->n_seasons, 1);
	assert_string_equal(c->graph.checks[p->calendar].name, "games");
	assert_true(c->graph.checks[p->calendar].calendar);
	assert_int_equal(phase(c, "raw")->done_kind, DONE_GATE);
	assert_int_equal(phase(c, "raw")->start, NONE);
	assert_int_equal(phase(c, "analytics")->n_done_checks, 2);
	assert_int_equal(phase(c, "grade")->after[0].phase,
	    graph_find_phase(&c->graph, 0, "predict"));
	assert_int_equal(phase(c, "grade")->permit_ms, 900000);
	assert_int_equal(phase(c, "predict")->retry.attempts, 3);
	assert_int_equal(phase(c, "predict")->retry.initial_ms, 120000);
	assert_int_equal(phase(c, "predict")->severity, SEVERITY_CRITICAL);
	assert_int_equal(phase(c, "predict")->due.time_s, 12 * 3600);
	assert_string_equal(phase(c, "predict")->origin.file,
	    "10-pipeline.conf");
	assert_int_equal(phase(c, "predict")->origin.line, 53);
	conf_free(c);
}

static void
test_nba_checks(void **state)
{
	struct conf *c = load_sample("conf.d/nba");
	const struct check_def *k = check(c, "player_summary");

	(void)state;
	assert_int_equal(c->graph.n_checks, 14);
	assert_int_equal(k->limits.warn_below.kind, LIMIT_PERCENT);
	assert_true(k->limits.warn_below.at == 100);
	assert_true(k->limits.fail_below.at == 80);
	assert_int_equal(k->limits.over, RESULT_WARN);
	assert_int_equal(k->every_ms, 20 * 60000);
	assert_string_equal(k->target, "warehouse");
	k = check(c, "pdc");
	assert_int_equal(k->limits.fail_below.kind, LIMIT_ABSOLUTE);
	assert_true(k->limits.fail_below.at == 1);
	assert_int_equal(k->from_day, 14);
	assert_int_equal(k->confirm, 2);
	assert_string_equal(k->item, "pdc");
	assert_int_equal(check(c, "games")->every_ms, 3600000);
	assert_int_equal(check(c, "contexts")->limits.over, RESULT_PASS);
	assert_int_equal(check(c, "contexts")->due.kind, DUE_ANCHOR);
	json_is(options(c, INSTANCE_CHECK, "pdc"),
	    "{\"database\":{\"name\":\"warehouse\",\"driver\":\"sqlite\","
	    "\"path\":\"/var/lib/gatewarden/nba/warehouse.db\"},\"value\":"
	    "\"SELECT count(*) FROM player_daily_cache WHERE cache_date = "
	    ":date AND arrived_at <= :now\"}");
	conf_free(c);
}

static void
test_nba_the_rest(void **state)
{
	struct conf *c = load_sample("conf.d/nba");
	int32_t i = graph_find_gate(&c->graph, "box_score_alarm");
	const struct recovery_def *r;

	(void)state;
	assert_int_equal(c->graph.n_gates, 5);
	assert_true(c->graph.gates[i].alarm);
	assert_int_equal(c->graph.gates[i].mode, MODE_ENFORCE);
	json_is(options(c, INSTANCE_GATE, "box_score_alarm"),
	    "{\"steps\":[{\"at\":\"+6h\",\"below\":\"100%\","
	    "\"severity\":\"info\"},{\"at\":\"+12h\",\"below\":\"90%\","
	    "\"severity\":\"warning\"},{\"at\":\"+24h\",\"below\":\"50%\","
	    "\"severity\":\"critical\"}]}");
	json_is(options(c, INSTANCE_GATE, "precompute_quorum"),
	    "{\"need\":3,\"require\":[\"pdc\",\"mlfs\"]}");
	r = &c->graph.recoveries[graph_find_recovery(&c->graph,
	    "phase4_backfill")];
	assert_int_equal(r->n_repairs, 5);
	assert_int_equal(r->retry.attempts, 4);
	assert_int_equal(r->per_date, 4);
	assert_int_equal(r->verify_within_ms, 20 * 60000);
	assert_int_equal(r->exhausted, SEVERITY_CRITICAL);
	assert_int_equal(r->no_effect_limit, 2);
	assert_string_equal(c->graph.actions[r->action].name,
	    "process_date");
	assert_int_equal(c->graph.actions[r->action].per_hour, 20);
	assert_true(c->graph.actions[r->action].idempotent);
	assert_int_equal(c->n_routes, 3);
	assert_int_equal(c->routes[0].least, SEVERITY_CRITICAL);
	assert_int_equal(c->routes[0].n_fallback, 2);
	assert_string_equal(c->instances[c->routes[2].to[0]].name,
	    "pipeline_health");
	conf_free(c);
}

static void
test_shop(void **state)
{
	struct conf *c = load_sample("conf.d/shop");
	const struct phase_def *p = phase(c, "publish");

	(void)state;
	assert_int_equal(c->graph.n_phases, 3);
	assert_string_equal(c->graph.checks[p->done_checks[0]].name,
	    "publish.done");
	assert_string_equal(c->graph.actions[p->start].name, "etl");
	assert_int_equal(p->retry.initial_ms, 300000);
	assert_int_equal(phase(c, "extract")->retry.attempts, 1);
	json_is(options(c, INSTANCE_CHECK, "publish.done"),
	    "{\"path\":\"/var/lib/gatewarden/shop/export/{date}.csv\","
	    "\"max_age\":86400000,\"min_size\":1024}");
	/* a percentage that only warns: nothing at all still fails */
	assert_true(check(c, "stage.done")->limits.warn_below.at == 99.5);
	assert_int_equal(check(c, "stage.done")->limits.fail_below.kind,
	    LIMIT_ABSOLUTE);
	assert_true(check(c, "stage.done")->limits.fail_below.at == 1);
	conf_free(c);
}

static void
test_resolved(void **state)
{
	char *path CLEANUP_FREE = source_path("conf.d/nba");
	CLEANUP_DIAG struct diag d;
	struct conf *c;
	const json_t *pdc, *retry;
	char *text CLEANUP_FREE = NULL;

	(void)state;
	diag_init(&d);
	c = conf_load_resolved(path, &fake_finder, &d);
	assert_non_null(c);
	pdc = json_object_get(json_object_get(c->resolved, "checks"), "pdc");
	json_is(json_object_get(pdc, "every"),
	    "{\"value\":\"20m\",\"from\":\"10-pipeline.conf:31\"}");
	json_is(json_object_get(pdc, "min"),
	    "{\"value\":1,\"from\":\"20-checks.conf:57\"}");
	json_is(json_object_get(pdc, "confirm"),
	    "{\"value\":2,\"from\":\"default\"}");
	json_is(json_object_get(pdc, "database"),
	    "{\"value\":\"warehouse\",\"from\":\"10-pipeline.conf:30\"}");
	retry = json_object_get(json_object_get(json_object_get(c->resolved,
	    "phases"), "nba.publish"), "retry.multiplier");
	json_is(retry, "{\"value\":2.0,\"from\":\"default\"}");
	json_is(json_object_get(pdc, "pipeline"),
	    "{\"value\":\"nba\",\"from\":\"30-gates-alarms.conf:14\"}");
	json_is(json_object_get(pdc, "target"),
	    "{\"value\":\"warehouse\",\"from\":\"default\"}");
	text = conf_resolved_text(c);
	assert_non_null(strstr(text, "  every = \"20m\";  # "
	    "10-pipeline.conf:31\n"));
	assert_non_null(strstr(text, "\n# alarms\nbox_score_alarm\n"));
	conf_free(c);
}

static int
find_nothing(void *arg, enum instance_kind kind, const char *name,
    const char **ret_path, json_t **ret_description, const char **ret_why)
{
	(void)arg;
	(void)kind;
	(void)name;
	(void)ret_path;
	(void)ret_description;
	*ret_why = "the plugin directory can't be read";
	return -EINVAL;
}

static const char *
name_nothing(void *arg, enum instance_kind kind, size_t i)
{
	(void)arg;
	(void)kind;
	(void)i;
	return NULL;
}

static void
test_one_cause_is_one_finding(void **state)
{
	static const struct plugin_finder none = { NULL, find_nothing,
		name_nothing };
	char *path CLEANUP_FREE = source_path("conf.d/nba");
	CLEANUP_DIAG struct diag d;

	(void)state;
	diag_init(&d);
	assert_null(conf_load(path, &none, &d));
	assert_int_equal(d.errors, 1);
	assert_non_null(strstr(d.v[0].sentence, "check 'games': plugin 'sql' "
	    "can't be used: the plugin directory can't be read"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nba_phases),
		cmocka_unit_test(test_nba_checks),
		cmocka_unit_test(test_nba_the_rest),
		cmocka_unit_test(test_shop),
		cmocka_unit_test(test_resolved),
		cmocka_unit_test(test_one_cause_is_one_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
