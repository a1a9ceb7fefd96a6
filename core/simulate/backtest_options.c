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
#include "base/argument.h"

#define O(member) .offset = offsetof(struct backtest_options, member)

static const char *const tasks[] = {
	[TASK_BACKTEST] = "backtest", [TASK_DIFF] = "diff",
	[TASK_PLAN] = "plan"
};

static const struct argument table[] = {
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
	{ .name = NULL }
};

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
	const char *task;
	int r;

	*o = (struct backtest_options){
		.against = GW_SYSCONFDIR "/gatewarden/conf.d" };
	r = arguments_parse("gatewarden-backtest", table, argc, argv, o,
	    &task, err);
	if (r == 0 && task)
		r = read_task(task, o, err);
	if (o->facts_name == NULL)
		o->facts_name = o->facts;
	if (o->against_scenario == NULL)
		o->against_scenario = o->scenario;
	return r < 0 ? r : check_sense(o, err);
}

void
backtest_options_usage(FILE *f)
{
	(void)fprintf(f, "usage: gatewarden-backtest [backtest|diff|plan] "
	    "--conf PATH [OPTION...]\n\n"
	    "What a configuration would have done over recorded history, "
	    "against another.\n'gatewarden backtest', 'config diff' and "
	    "'config plan' run this.\n\n");
	arguments_help(table, 26, f);
}
