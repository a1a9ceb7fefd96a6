/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewarden-prove: what fires each rule, and what clears it.
 *
 * Loads a configuration as the daemon would (plugins are asked to describe
 * themselves, none is run but gates, which are pure: ours are built in,
 * others are asked in a host), and prints for each of its rules a witness
 * for both, or why there is none. Writes nothing anywhere, opens no socket,
 * starts no action. With a record the witnesses come from it where they can.
 *
 * Exit: 0 nothing was found; 1 a rule has a finding, or the configuration
 * is wrong; 2 usage; 5 the result could not be written.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/finder.h"
#include "prove/options.h"
#include "prove/prove.h"

enum { EXIT_FOUND = 1, EXIT_USAGE = 2, EXIT_UNWRITTEN = 5 };

static void
print(const struct rules *r, const struct options *o)
{
	CLEANUP_JSON json_t *all = NULL;
	CLEANUP_FREE char *line = NULL;

	if (!o->json) {
		rules_print(r, stdout);
		return;
	}
	all = rules_json(r);
	line = json_line(all);
	(void)printf("%s\n", line);
}

/* The record, when one is asked for. False: it can't be read. */
static bool
load_facts(const struct options *o, const struct conf *conf,
    struct scenario **ret_scenario, struct facts **ret, struct diag *d)
{
	if (o->facts == NULL)
		return true;
	*ret_scenario = scenario_load(o->scenario, conf, d);
	if (d->errors == 0)
		*ret = facts_load(o->facts, *ret_scenario, conf, d);
	return d->errors == 0;
}

static int
run(const struct options *o, struct diag *d, struct conf **ret_conf)
{
	CLEANUP_FINDER struct finder *finder = finder_new(o->plugin_dir,
	    o->host);
	CLEANUP_SCENARIO struct scenario *scenario = NULL;
	CLEANUP_FACTS struct facts *facts = NULL;
	CLEANUP_RULES struct rules rules = { .config = o->config };

	*ret_conf = conf_load_resolved(o->config, finder_interface(finder),
	    d);
	if (*ret_conf == NULL || !load_facts(o, *ret_conf, &scenario, &facts,
	    d)) {
		diag_print(d, stderr);
		return EXIT_FOUND;
	}
	rules.conf = *ret_conf;
	prove(*ret_conf, facts, finder_host_path(finder), &rules);
	if (o->rule)
		rules_only(&rules, o->rule);
	if (o->rule && rules.n == 0) {
		(void)fprintf(stderr, "gatewarden-prove: no rule is of '%s'\n",
		    o->rule);
		return EXIT_USAGE;
	}
	print(&rules, o);
	return rules_count(&rules, RULE_FOUND) > 0 ? EXIT_FOUND :
	    EXIT_SUCCESS;
}

int
main(int argc, char *argv[])
{
	CLEANUP_DIAG struct diag d;
	struct conf *conf = NULL;
	struct options o;
	int status;

	diag_init(&d);
	if (options_parse(argc, argv, &o, stderr) < 0) {
		(void)fprintf(stderr, "'gatewarden help prove' says what "
		    "there is\n");
		return EXIT_USAGE;
	}
	if (o.help) {
		options_usage(stdout);
		return EXIT_SUCCESS;
	}
	if (o.version) {
		(void)printf("gatewarden-prove %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	status = run(&o, &d, &conf);
	conf_free(conf);
	return fflush(stdout) == 0 && !ferror(stdout) ? status :
	    EXIT_UNWRITTEN;
}
