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

#define O(member) .offset = offsetof(struct options, member)

const struct argument option_table[] = {
	{ "config", "PATH", "directory of *.conf files, or one file "
	    "(default: " GW_SYSCONFDIR "/gatewarden/conf.d)", O(config),
	    .letter = 'c' },
	{ "state-dir", "DIR", "where journal, lock and attempts are, "
	    "instead of what the configuration says", O(state_dir) },
	{ "socket", "PATH", "the control socket, instead of what the "
	    "configuration says", O(socket) },
	{ "plugin-dir", "DIR", "where the plugins are (default: "
	    GW_PLUGINDIR ")", O(plugin_dir) },
	{ "host", "PATH", "the program that loads them (default: "
	    GW_LIBEXECDIR "/gatewarden-host)", O(host) },
	{ "check", NULL, "read the configuration, print all that is wrong "
	    "with it, and exit: 1 if there is an error", O(check) },
	{ "resolved", NULL, "with --check: print everything as "
	    "understood, each value with its origin", O(resolved) },
	{ "coverage", NULL, "with --check: print instead, as JSON, what of "
	    "each phase is watched, told, repaired and gated", O(coverage) },
	{ "json", NULL, "with --check: print JSON", O(json) },
	{ "elsewhere", NULL, "with --check: for another machine, so that "
	    "secrets and programs need not be here", O(elsewhere) },
	{ "facts", "FILE", "with --check: what was recorded, by which its "
	    "rules are tried", O(facts) },
	{ "scenario", "FILE", "with --facts: how it answers the checks",
	    O(scenario) },
	{ "verify", NULL, "measure the inventory of the configuration, print "
	    "as JSON what differs, and exit; 'gatewarden verify' shows it",
	    O(verify) },
	{ "date", "DATE", "with --verify: for this data date, instead of the "
	    "newest that has ended", O(date) },
	{ "only", "NAMES", "with --verify: these entries, separated by "
	    "commas", O(only) },
	{ "skip", "NAMES", "with --verify: all but these", O(skip) },
	{ "dry-run", NULL, "watch and evaluate as ever, but start nothing and "
	    "send nothing; what would be is logged, and journalled as that",
	    O(dry_run) },
	{ "debug", NULL, "log what is done, too", O(debug),
	    .letter = 'd' },
	{ "quiet", NULL, "log warnings and errors only", O(quiet),
	    .letter = 'q' },
	{ "help", NULL, "print this and exit", O(help),
	    .letter = 'h' },
	{ "version", NULL, "print the version and exit", O(version),
	    .letter = 'V' },
	{ .name = NULL }
};

static int
check_sense(const struct options *o, const char *place, FILE *err)
{
	if (place && !o->check && !o->verify) {
		(void)fprintf(err, "gatewardend: '%s' is too much: a "
		    "configuration is named with --config\n", place);
		return -EINVAL;
	}
	if (o->elsewhere && !o->check) {
		(void)fprintf(err, "gatewardend: --elsewhere goes with "
		    "--check only\n");
		return -EINVAL;
	}
	if (o->coverage && !o->check) {
		(void)fprintf(err, "gatewardend: --coverage goes with "
		    "--check only\n");
		return -EINVAL;
	}
	if ((o->resolved || o->json || o->facts) && !o->check) {
		(void)fprintf(err, "gatewardend: --%s goes with --check "
		    "only\n", o->resolved ? "resolved" : o->json ? "json" :
		    "facts");
		return -EINVAL;
	}
	if (o->dry_run && (o->check || o->verify)) {
		(void)fprintf(err, "gatewardend: --dry-run goes with neither "
		    "--check nor --verify\n");
		return -EINVAL;
	}
	if (o->verify && o->check) {
		(void)fprintf(err, "gatewardend: --verify and --check "
		    "exclude each other\n");
		return -EINVAL;
	}
	if ((o->date || o->only || o->skip) && !o->verify) {
		(void)fprintf(err, "gatewardend: --%s goes with --verify "
		    "only\n", o->date ? "date" : o->only ? "only" : "skip");
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
	const char *place;
	int r;

	*o = (struct options){
		.config = GW_SYSCONFDIR "/gatewarden/conf.d" };
	r = arguments_parse("gatewardend", option_table, argc, argv, o,
	    &place, err);
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
	const struct argument *d;

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
