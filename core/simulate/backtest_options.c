/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_options.c -- the command line of gatewarden-backtest.
 *
 * People type `gatewarden backtest`, `config diff` and `config plan`, whose
 * own table of verbs checks what they type and completes it; here is what
 * that becomes. The first word is the task.
 */
#include "config.h"

#include "simulate/backtest_options.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/nearest.h"

#define O(member) offsetof(struct backtest_options, member)

static const char *const tasks[] = {
	[TASK_BACKTEST] = "backtest", [TASK_DIFF] = "diff",
	[TASK_PLAN] = "plan"
};

static const struct option_def {
	const char *name, *arg, *help;  /* arg NULL: takes none */
	size_t offset;
} table[] = {
	{ "conf", "PATH", "the candidate: directory of *.conf files, or one "
	    "file", O(conf) },
	{ "against", "PATH", "what it is compared with", O(against) },
	{ "facts", "FILE", "history: CSV, or a journal export", O(facts) },
	{ "facts-name", "TEXT", "what to call it", O(facts_name) },
	{ "scenario", "FILE", "how it answers the checks, and what actions "
	    "do", O(scenario) },
	{ "against-scenario", "FILE", "the same for --against",
	    O(against_scenario) },
	{ "labels", "FILE", "which findings were true", O(labels) },
	{ "from", "DATE", "the first date", O(from) },
	{ "to", "DATE", "the last date", O(to) },
	{ "until", "WHEN", "where the clock stops", O(until) },
	{ "last", "N", "the last N dates", O(last) },
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
	(void)fprintf(err, "gatewarden-backtest: there is no option '%s'",
	    word);
	if (n.best)
		(void)fprintf(err, "; did you mean '--%s'?", n.best);
	(void)fprintf(err, "\n");
	return -EINVAL;
}

static int
take(const struct option_def *d, const char *value, int argc,
    char *const argv[], int *i, struct backtest_options *o, FILE *err)
{
	char *at = (char *)o + d->offset;

	if (d->arg == NULL) {
		if (value) {
			(void)fprintf(err, "gatewarden-backtest: --%s takes "
			    "no value\n", d->name);
			return -EINVAL;
		}
		*(bool *)at = true;
		return 0;
	}
	if (value == NULL && *i + 1 < argc)
		value = argv[++*i];
	if (value == NULL || *value == '\0') {
		(void)fprintf(err, "gatewarden-backtest: --%s needs a value: "
		    "%s\n", d->name, d->arg);
		return -EINVAL;
	}
	*(const char **)(void *)at = value;
	return 0;
}

static int
parse_one(int argc, char *const argv[], int *i, struct backtest_options *o,
    FILE *err)
{
	const char *word = argv[*i], *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_def *d;

	for (d = table; d->name && len > 2 && word[1] == '-'; d++)
		if (strlen(d->name) == len - 2 &&
		    strncmp(d->name, word + 2, len - 2) == 0)
			return take(d, equals ? equals + 1 : NULL, argc,
			    argv, i, o, err);
	return unknown(word, err);
}

static int
read_task(const char *word, struct backtest_options *o, FILE *err)
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(tasks); k++)
		if (strcmp(word, tasks[k]) == 0) {
			o->task = (enum backtest_task)k;
			return 0;
		}
	(void)fprintf(err, "gatewarden-backtest: '%s' is no task; expected "
	    "backtest, diff or plan\n", word);
	return -EINVAL;
}

static int
check_sense(const struct backtest_options *o, FILE *err)
{
	const char *why = NULL;

	if (o->help || o->version)
		return 0;
	if (o->conf == NULL)
		why = "it needs --conf PATH: the candidate";
	else if (o->facts == NULL && o->task != TASK_DIFF)
		why = "it needs --facts FILE: what was recorded";
	else if (o->json && o->jsonl)
		why = "--json and --jsonl exclude each other";
	if (why)
		(void)fprintf(err, "gatewarden-backtest: %s\n", why);
	return why ? -EINVAL : 0;
}

int
backtest_options_parse(int argc, char *const argv[],
    struct backtest_options *o, FILE *err)
{
	int i, r = 0;

	*o = (struct backtest_options){
		.against = GW_SYSCONFDIR "/gatewarden/conf.d" };
	for (i = 1; i < argc && r == 0; i++)
		r = argv[i][0] == '-' || i > 1 ? parse_one(argc, argv, &i, o,
		    err) : read_task(argv[i], o, err);
	if (o->facts_name == NULL)
		o->facts_name = o->facts;
	if (o->against_scenario == NULL)
		o->against_scenario = o->scenario;
	return r < 0 ? r : check_sense(o, err);
}

void
backtest_options_usage(FILE *f)
{
	const struct option_def *d;
	char left[40];

	(void)fprintf(f, "usage: gatewarden-backtest [backtest|diff|plan] "
	    "--conf PATH [OPTION...]\n\n"
	    "What a configuration would have done over recorded history, "
	    "against another.\n'gatewarden backtest', 'config diff' and "
	    "'config plan' run this.\n\n");
	for (d = table; d->name; d++) {
		(void)snprintf(left, sizeof left, "--%s%s%s", d->name,
		    d->arg ? " " : "", d->arg ? d->arg : "");
		(void)fprintf(f, "  %-23s %s\n", left, d->help);
	}
}
