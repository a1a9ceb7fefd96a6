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
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"

#define O(member) offsetof(struct options, member)
#define LIST SIZE_MAX           /* an option that may be given again */

static const struct option_def {
	const char *name, *arg, *help;  /* arg NULL: takes none */
	size_t offset;
} table[] = {
	{ "config", "PATH", "directory of *.conf files, or one file",
	    O(config) },
	{ "facts", "FILE", "what was recorded: CSV, or a journal export",
	    O(facts) },
	{ "scenario", "PATH", "how it answers the checks, what actions do, "
	    "what is expected; several, or a directory", LIST },
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
	{ NULL, NULL, NULL, 0 }
};

static int
unknown(const char *word, FILE *err)
{
	const struct option_def *d;
	struct nearest n;

	nearest_start(&n, word + strspn(word, "-"));
	for (d = table; d->name; d++)
		nearest_try(&n, d->name);
	(void)fprintf(err, "gatewarden-simulate: there is no option '%s'",
	    word);
	if (n.best)
		(void)fprintf(err, "; did you mean '--%s'?", n.best);
	(void)fprintf(err, "\n");
	return -EINVAL;
}

static int
take(const struct option_def *d, const char *value, int argc,
    char *const argv[], int *i, struct options *o, FILE *err)
{
	char *at = d->offset == LIST ? NULL : (char *)o + d->offset;

	if (d->arg == NULL) {
		if (value) {
			(void)fprintf(err, "gatewarden-simulate: --%s takes "
			    "no value\n", d->name);
			return -EINVAL;
		}
		*(bool *)at = true;
		return 0;
	}
	if (value == NULL && *i + 1 < argc)
		value = argv[++*i];
	if (value == NULL || *value == '\0') {
		(void)fprintf(err, "gatewarden-simulate: --%s needs a value: "
		    "%s\n", d->name, d->arg);
		return -EINVAL;
	}
	if (at == NULL)
		o->scenarios[o->n_scenarios++] = value;
	else
		*(const char **)(void *)at = value;
	return 0;
}

static int
parse_one(int argc, char *const argv[], int *i, struct options *o, FILE *err)
{
	const char *word = argv[*i], *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_def *d;

	for (d = table; d->name && word[1] == '-'; d++)
		if (strlen(d->name) == len - 2 &&
		    strncmp(d->name, word + 2, len - 2) == 0)
			return take(d, equals ? equals + 1 : NULL, argc,
			    argv, i, o, err);
	return unknown(word, err);
}

static int
check_sense(const struct options *o, FILE *err)
{
	const char *why = NULL;

	if (o->help || o->version)
		return 0;
	if (o->facts == NULL && o->n_scenarios == 0)
		why = "it needs --facts FILE: what was recorded; or a "
		    "--scenario that says so itself";
	else if (o->jsonl && o->n_scenarios > 1)
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
	const char *place = NULL;
	bool ended = false;
	int i, r = 0;

	*o = (struct options){
		.config = GW_SYSCONFDIR "/gatewarden/conf.d",
		.scenarios = calloc((size_t)argc + 1,
		    sizeof *o->scenarios) };
	if (o->scenarios == NULL)
		abort();
	for (i = 1; i < argc && r == 0; i++) {
		const char *word = argv[i];

		if (!ended && strcmp(word, "--") == 0) {
			ended = true;
		} else if (!ended && word[0] == '-' && word[1] != '\0') {
			r = parse_one(argc, argv, &i, o, err);
		} else if (place) {
			(void)fprintf(err, "gatewarden-simulate: '%s' is too "
			    "much\n", word);
			r = -EINVAL;
		} else {
			place = word;
		}
	}
	if (place)
		o->config = place;
	return r < 0 ? r : check_sense(o, err);
}

void
options_free(struct options *o)
{
	free(o->scenarios);
	*o = (struct options){ 0 };
}

void
options_usage(FILE *f)
{
	const struct option_def *d;
	char left[40];

	(void)fprintf(f, "usage: gatewarden-simulate [PATH] [OPTION...]\n\n"
	    "What a configuration would have done with recorded facts. "
	    "'gatewarden simulate'\nruns this.\n\n");
	for (d = table; d->name; d++) {
		(void)snprintf(left, sizeof left, "--%s%s%s", d->name,
		    d->arg ? " " : "", d->arg ? d->arg : "");
		(void)fprintf(f, "  %-18s %s\n", left, d->help);
	}
}
