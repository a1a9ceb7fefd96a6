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

#include "base/nearest.h"

#define O(member) offsetof(struct options, member)

static const struct option_def {
	const char *name, *arg, *help;  /* arg NULL: takes none */
	size_t offset;
} table[] = {
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
	(void)fprintf(err, "gatewarden-prove: there is no option '%s'",
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
	char *at = (char *)o + d->offset;

	if (d->arg == NULL) {
		if (value) {
			(void)fprintf(err, "gatewarden-prove: --%s takes "
			    "no value\n", d->name);
			return -EINVAL;
		}
		*(bool *)at = true;
		return 0;
	}
	if (value == NULL && *i + 1 < argc)
		value = argv[++*i];
	if (value == NULL || *value == '\0') {
		(void)fprintf(err, "gatewarden-prove: --%s needs a value: "
		    "%s\n", d->name, d->arg);
		return -EINVAL;
	}
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

	if (!o->help && !o->version && o->scenario && o->facts == NULL)
		why = "--scenario goes with --facts FILE";
	if (why)
		(void)fprintf(err, "gatewarden-prove: %s\n", why);
	return why ? -EINVAL : 0;
}

int
options_parse(int argc, char *const argv[], struct options *o, FILE *err)
{
	const char *place = NULL;
	bool ended = false;
	int i, r = 0;

	*o = (struct options){
		.config = GW_SYSCONFDIR "/gatewarden/conf.d" };
	for (i = 1; i < argc && r == 0; i++) {
		const char *word = argv[i];

		if (!ended && strcmp(word, "--") == 0) {
			ended = true;
		} else if (!ended && word[0] == '-' && word[1] != '\0') {
			r = parse_one(argc, argv, &i, o, err);
		} else if (place) {
			(void)fprintf(err, "gatewarden-prove: '%s' is too "
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
options_usage(FILE *f)
{
	const struct option_def *d;
	char left[40];

	(void)fprintf(f, "usage: gatewarden-prove [PATH] [OPTION...]\n\n"
	    "What fires each rule of a configuration, and what clears it. "
	    "'gatewarden prove'\nruns this.\n\n");
	for (d = table; d->name; d++) {
		(void)snprintf(left, sizeof left, "--%s%s%s", d->name,
		    d->arg ? " " : "", d->arg ? d->arg : "");
		(void)fprintf(f, "  %-18s %s\n", left, d->help);
	}
}
