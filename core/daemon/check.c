/* SPDX-License-Identifier: BSD-2-Clause
 *
 * check.c -- gatewardend --check: what is wrong with a configuration.
 *
 * Loads it as a start would, with the same plugins, and changes nothing: no
 * state directory, no journal, no socket. Then its rules are proven, in a
 * process of its own (proofs.c). All findings at once, one per
 * line as file:line: sentence, so that an editor can jump to them; a last
 * line counts.
 *
 * With --resolved standard output is the configuration as understood, and
 * nothing else, so the findings go to standard error.
 */
#include "daemon/check.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "control/verbs.h"
#include "daemon/coverage.h"
#include "daemon/finder.h"
#include "daemon/findings.h"
#include "daemon/proofs.h"

static void
print_json(const struct conf *conf, struct diag *d, bool resolved)
{
	CLEANUP_JSON json_t *out = findings_json(d);
	CLEANUP_FREE char *line = NULL;

	if (resolved) {
		json_t *both = json_object();

		(void)json_object_set_new(both, "findings", TAKE(out));
		(void)json_object_set_new(both, "resolved", conf ?
		    json_incref(conf->resolved) : json_null());
		out = both;
	}
	line = json_line(out);
	(void)printf("%s\n", line);
}

static void
print_text(const struct conf *conf, struct diag *d, bool resolved)
{
	FILE *f = resolved ? stderr : stdout;

	diag_print(d, f);
	findings_summary(d, f);
	if (resolved && conf) {
		CLEANUP_FREE char *text = conf_resolved_text(conf);

		(void)printf("%s", text);
	}
}

/* Errors are for who reads, on standard error. */
static int
print_coverage(const struct conf *conf, struct diag *d)
{
	CLEANUP_JSON json_t *coverage = NULL;
	CLEANUP_FREE char *line = NULL;

	if (conf == NULL || d->errors > 0) {
		diag_print(d, stderr);
		return 1;
	}
	coverage = coverage_json(conf, NULL);
	line = json_line(coverage);
	(void)printf("%s\n", line);
	return 0;
}

/* What could not be told is no clean bill of health. */
static int
written(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	log_error("standard output can't be written");
	return EXIT_SERVER;
}

int
check_main(const struct options *o)
{
	CLEANUP_FINDER struct finder *finder = finder_new(o->plugin_dir,
	    o->host);
	CLEANUP_DIAG struct diag d;
	struct conf *conf;
	int status;

	diag_init(&d);
	conf = conf_load_as(o->config, finder_interface(finder), &d,
	    (o->resolved ? LOAD_RESOLVED : 0u) |
	    (o->elsewhere ? LOAD_ELSEWHERE : 0u));
	if (o->coverage) {
		status = print_coverage(conf, &d);
		conf_free(conf);
		return written(status);
	}
	if (conf && conf->graph.n_pipelines > 0)
		proofs_add(o, finder, &d);
	if (o->json)
		print_json(conf, &d, o->resolved);
	else
		print_text(conf, &d, o->resolved);
	status = conf && d.errors == 0 ? 0 : 1;
	conf_free(conf);
	return written(status);
}
