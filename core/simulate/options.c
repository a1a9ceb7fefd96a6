/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.c -- the command line of gatewarden-simulate.
 *
 * People type `gatewarden simulate`, whose own table of verbs checks what
 * they type and completes it; here is what that becomes. One table says what
 * there is, for parsing and for --help.
 */
#include "config.h"

#include "simulate/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/argument.h"

#define O(member) .offset = offsetof(struct options, member)

static const struct argument table[] = {
	{ "config", "PATH", "directory of *.conf files, or one file",
	    O(config) },
	{ "facts", "FILE", "what was recorded: CSV, or a journal export",
	    O(facts) },
	{ "scenario", "PATH", "how it answers the checks, what actions do, "
	    "what is expected; several, or a directory", O(scenarios),
	    .list = true },
	{ "from", "DATE", "the first date", O(from) },
	{ "to", "DATE", "the last date that is told of", O(to) },
	{ "until", "WHEN", "where the clock stops", O(until) },
	{ "timeline", NULL, "print all that happens", O(timeline) },
	{ "messages", NULL, "print every message in full", O(messages) },
	{ "screen", NULL, "print what status would have shown at the end",
	    O(screen) },
	{ "json", NULL, "print one JSON object", O(json) },
	{ "jsonl", NULL, "print lines of JSON", O(jsonl) },
	{ "plugin-dir", "DIR", "where the plugins are", O(plugin_dir) },
	{ "host", "PATH", "the program that describes them", O(host) },
	{ "help", NULL, "print this and exit", O(help) },
	{ "version", NULL, "print the version and exit", O(version) },
	{ .name = NULL }
};

static int
check_sense(const struct options *o, FILE *err)
{
	const char *why = NULL;

	if (o->help || o->version)
		return 0;
	if (o->facts == NULL && o->scenarios.n == 0)
		why = "it needs --facts FILE: what was recorded; or a "
		    "--scenario that says so itself";
	else if (o->jsonl && o->scenarios.n > 1)
		why = "--jsonl tells of one scenario; several are told of "
		    "with --json";
	else if (o->json && o->jsonl)
		why = "--json and --jsonl exclude each other";
	if (why)
		(void)fprintf(err, "gatewarden-simulate: %s\n", why);
	return why ? -EINVAL : 0;
}

int
options_parse(int argc, char *const argv[], struct options *o, FILE *err)
{
	const char *place;
	int r;

	*o = (struct options){
		.config = GW_SYSCONFDIR "/gatewarden/conf.d",
		.scenarios.v = calloc((size_t)argc + 1,
		    sizeof *o->scenarios.v) };
	if (o->scenarios.v == NULL)
		abort();
	r = arguments_parse("gatewarden-simulate", table, argc, argv, o,
	    &place, err);
	if (place)
		o->config = place;
	return r < 0 ? r : check_sense(o, err);
}

void
options_free(struct options *o)
{
	free(o->scenarios.v);
	*o = (struct options){ 0 };
}

void
options_usage(FILE *f)
{
	(void)fprintf(f, "usage: gatewarden-simulate [PATH] [OPTION...]\n\n"
	    "What a configuration would have done with recorded facts. "
	    "'gatewarden simulate'\nruns this.\n\n");
	arguments_help(table, 21, f);
}
