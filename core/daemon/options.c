/* SPDX-License-Identifier: BSD-2-Clause
 *
 * options.c -- the command line of gatewardend.
 *
 * One table says what there is; parsing, --help and the manual page are
 * made from it. What belongs to the pipeline stands in conf.d; here is only
 * what is needed to get there, or what two daemons on one machine must have
 * apart.
 */
#include "config.h"

#include "daemon/options.h"

#include <errno.h>
#include <string.h>

#include "base/nearest.h"

#define O(member) offsetof(struct options, member)

const struct option_def option_table[] = {
	{ "config", 'c', "PATH", "directory of *.conf files, or one file "
	    "(default: " GW_SYSCONFDIR "/gatewarden/conf.d)", O(config) },
	{ "state-dir", 0, "DIR", "where journal, lock and attempts are, "
	    "instead of what the configuration says", O(state_dir) },
	{ "socket", 0, "PATH", "the control socket, instead of what the "
	    "configuration says", O(socket) },
	{ "plugin-dir", 0, "DIR", "where the plugins are (default: "
	    GW_PLUGINDIR ")", O(plugin_dir) },
	{ "host", 0, "PATH", "the program that loads them (default: "
	    GW_LIBEXECDIR "/gatewarden-host)", O(host) },
	{ "check", 0, NULL, "read the configuration, print all that is wrong "
	    "with it, and exit: 1 if there is an error", O(check) },
	{ "resolved", 0, NULL, "with --check: print everything as "
	    "understood, each value with its origin", O(resolved) },
	{ "json", 0, NULL, "with --check: print JSON", O(json) },
	{ "facts", 0, "FILE", "with --check: what was recorded, by which its "
	    "rules are tried", O(facts) },
	{ "scenario", 0, "FILE", "with --facts: how it answers the checks",
	    O(scenario) },
	{ "debug", 'd', NULL, "log what is done, too", O(debug) },
	{ "quiet", 'q', NULL, "log warnings and errors only", O(quiet) },
	{ "help", 'h', NULL, "print this and exit", O(help) },
	{ "version", 'V', NULL, "print the version and exit", O(version) },
	{ NULL, 0, NULL, NULL, 0 }
};

static const struct option_def *
by_name(const char *name, size_t len)
{
	const struct option_def *d;

	for (d = option_table; d->name; d++)
		if (strlen(d->name) == len && strncmp(d->name, name, len) ==
		    0)
			return d;
	return NULL;
}

static const struct option_def *
by_letter(char letter)
{
	const struct option_def *d;

	for (d = option_table; d->name; d++)
		if (d->letter && d->letter == letter)
			return d;
	return NULL;
}

static int
unknown(const char *word, FILE *err)
{
	const struct option_def *d;
	struct nearest n;

	nearest_start(&n, word + strspn(word, "-"));
	for (d = option_table; d->name; d++)
		nearest_try(&n, d->name);
	(void)fprintf(err, "gatewardend: there is no option '%s'", word);
	if (n.best)
		(void)fprintf(err, "; did you mean '--%s'?", n.best);
	(void)fprintf(err, "\n");
	return -EINVAL;
}

/* Sets one option; *i moves on when its value is the next word. */
static int
take(const struct option_def *d, const char *value, int argc,
    char *const argv[], int *i, struct options *o, FILE *err)
{
	char *at = (char *)o + d->offset;

	if (d->arg == NULL) {
		if (value) {
			(void)fprintf(err, "gatewardend: --%s takes no "
			    "value\n", d->name);
			return -EINVAL;
		}
		*(bool *)at = true;
		return 0;
	}
	if (value == NULL && *i + 1 < argc)
		value = argv[++*i];
	if (value == NULL || *value == '\0') {
		(void)fprintf(err, "gatewardend: --%s needs a value: %s\n",
		    d->name, d->arg);
		return -EINVAL;
	}
	*(const char **)(void *)at = value;
	return 0;
}

static int
parse_one(int argc, char *const argv[], int *i, struct options *o, FILE *err)
{
	const char *word = argv[*i];
	const char *equals = strchr(word, '=');
	const struct option_def *d;
	size_t len;

	if (word[1] != '-') {
		d = by_letter(word[1]);
		return d == NULL ? unknown(word, err) : take(d, word[2] ?
		    word + 2 : NULL, argc, argv, i, o, err);
	}
	len = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
	d = by_name(word + 2, len);
	return d == NULL ? unknown(word, err) : take(d, equals ? equals + 1 :
	    NULL, argc, argv, i, o, err);
}

static int
check_sense(const struct options *o, const char *place, FILE *err)
{
	if (place && !o->check) {
		(void)fprintf(err, "gatewardend: '%s' is too much: a "
		    "configuration is named with --config\n", place);
		return -EINVAL;
	}
	if ((o->resolved || o->json || o->facts) && !o->check) {
		(void)fprintf(err, "gatewardend: --%s goes with --check "
		    "only\n", o->resolved ? "resolved" : o->json ? "json" :
		    "facts");
		return -EINVAL;
	}
	if (o->scenario && o->facts == NULL) {
		(void)fprintf(err, "gatewardend: --scenario goes with "
		    "--facts only\n");
		return -EINVAL;
	}
	return 0;
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
			(void)fprintf(err, "gatewardend: '%s' is too much\n",
			    word);
			r = -EINVAL;
		} else {
			place = word;
		}
	}
	if (r == 0)
		r = check_sense(o, place, err);
	if (place)
		o->config = place;
	return r;
}

enum { HELP_AT = 26, WIDTH = 79 };

/* From column HELP_AT on, broken between words. */
static void
print_wrapped(FILE *f, const char *s)
{
	size_t at = HELP_AT, len;

	for (; *s; s += len + strspn(s + len, " ")) {
		len = strcspn(s, " ");
		if (at > HELP_AT && at + 1 + len > WIDTH) {
			(void)fprintf(f, "\n%*s", HELP_AT, "");
			at = HELP_AT;
		} else if (at > HELP_AT) {
			(void)fputc(' ', f);
			at++;
		}
		(void)fprintf(f, "%.*s", (int)len, s);
		at += len;
	}
	(void)fputc('\n', f);
}

void
options_usage(FILE *f)
{
	const struct option_def *d;

	(void)fprintf(f, "usage: gatewardend [OPTION...]\n"
	    "       gatewardend --check [PATH] [--resolved] [--json]\n\n"
	    "Supervises data pipelines: measures, blocks, repairs, tells.\n"
	    "Runs in the foreground and logs to standard error.\n\n");
	for (d = option_table; d->name; d++) {
		char left[40];
		int n;

		n = snprintf(left, sizeof left, "%c%c%s --%s %s",
		    d->letter ? '-' : ' ', d->letter ? d->letter : ' ',
		    d->letter ? "," : " ", d->name, d->arg ? d->arg : "");
		(void)fprintf(f, "  %-*s", HELP_AT - 2, left);
		if (n >= HELP_AT - 2)
			(void)fprintf(f, "\n%*s", HELP_AT, "");
		print_wrapped(f, d->help);
	}
	(void)fprintf(f, "\nSignals: HUP reads the configuration again; TERM "
	    "and INT stop.\n");
}
