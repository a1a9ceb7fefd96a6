/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.c -- the command line of gatewarden-prove.
 *
 * People type `gatewarden prove`, whose own table of verbs checks what
 * they type and completes it; here is what that becomes. One table says what
 * there is, for parsing and for --help.
 */
#include "config.h"

#include "prove/options.h"

#include <errno.h>
#include <string.h>

#include "base/argument.h"

#define O(member) .offset = offsetof(struct options, member)

static const struct argument table[] = {
	{ "config", "PATH", "directory of *.conf files, or one file",
	    O(config) },
	{ "rule", "NAME", "only the rules of this object, or with this text",
	    O(rule) },
	{ "facts", "FILE", "what was recorded: CSV, or a journal export",
	    O(facts) },
	{ "scenario", "FILE", "how it answers the checks", O(scenario) },
	{ "json", NULL, "print one JSON object", O(json) },
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

	if (!o->help && !o->version && o->scenario && o->facts == NULL)
		why = "--scenario goes with --facts FILE";
	if (why)
		(void)fprintf(err, "gatewarden-prove: %s\n", why);
	return why ? -EINVAL : 0;
}

int
options_parse(int argc, char *const argv[], struct options *o, FILE *err)
{
	const char *place;
	int r;

	*o = (struct options){
		.config = GW_SYSCONFDIR "/gatewarden/conf.d" };
	r = arguments_parse("gatewarden-prove", table, argc, argv, o, &place,
	    err);
	if (place)
		o->config = place;
	return r < 0 ? r : check_sense(o, err);
}

void
options_usage(FILE *f)
{
	(void)fprintf(f, "usage: gatewarden-prove [PATH] [OPTION...]\n\n"
	    "What fires each rule of a configuration, and what clears it. "
	    "'gatewarden prove'\nruns this.\n\n");
	arguments_help(table, 21, f);
}
