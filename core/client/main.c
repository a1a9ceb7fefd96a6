/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewarden: from the command line to an exit code.
 *
 * Reads the line, then either answers alone (help, config check, a journal
 * that lies in files), or asks the daemon once and shows what it said, or
 * hands over to one of the three conversations that take more than one call
 * (events --follow, journal export, override). What is wrong goes to
 * standard error as one sentence; what was asked for, to standard output.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/apply.h"
#include "client/help.h"
#include "client/line.h"
#include "client/local.h"
#include "client/show.h"
#include "client/talk.h"

static int
usage(const struct line *l, const char *why)
{
	complain("%s", why);
	if (l->verb)
		(void)fprintf(stderr, "see 'gatewarden help %s'\n",
		    l->verb->name);
	/* there, 2 says that something changes */
	return l->verb && (strcmp(l->verb->name, "config plan") == 0 ||
	    strcmp(l->verb->name, "config diff") == 0) ? EXIT_NO : EXIT_USAGE;
}

static int
version(bool json)
{
	if (json)
		(void)printf("{\"version\":\"%s\"}\n", PACKAGE_VERSION);
	else
		(void)printf("gatewarden %s\n", PACKAGE_VERSION);
	return EXIT_OPEN;
}

static int
print_help(const struct line *l)
{
	CLEANUP_OUT struct out o;

	out_open(&o);
	help_of(&o, l->verb);
	return out_end(&o, EXIT_OPEN);
}

static int
help(const struct line *l)
{
	CLEANUP_FREE char *why = NULL;
	CLEANUP_OUT struct out o;
	int code;

	out_open(&o);
	code = help_verb(&o, l->params, &why);
	if (why)
		complain("%s", why);
	return out_end(&o, code);
}

/* One call, one screen. */
static int
ask(const struct line *l)
{
	CLEANUP_JSON json_t *result = NULL;
	CLEANUP_TALK struct talk t;
	int code;

	talk_open(&t, l);
	code = talk_call(&t, l->verb->name, json_incref(l->params), &result);
	if (code != EXIT_OPEN)
		return code;
	return talk_show(&t, l->verb, result, l->params);
}

static bool
is(const struct line *l, const char *verb)
{
	return strcmp(l->verb->name, verb) == 0;
}

static int
run(const struct line *l)
{
	if (is(l, "help"))
		return help(l);
	if (is(l, "apply"))
		return local_apply(l);
	if (is(l, "config check"))
		return local_config_check(l);
	if (is(l, "config diff"))
		return local_config_diff(l);
	if (is(l, "config plan"))
		return local_config_plan(l);
	if (is(l, "backtest"))
		return local_backtest(l);
	if (is(l, "simulate"))
		return local_simulate(l);
	if (is(l, "prove"))
		return local_prove(l);
	if (is(l, "journal check") && (json_object_get(l->params, "dir") ||
	    json_object_get(l->params, "file")))
		return local_journal_check(l);
	if ((is(l, "report") || is(l, "metric") || is(l, "metric why")) &&
	    json_object_get(l->params, "journal"))
		return local_report(l);
	if (is(l, "verify") && json_object_get(l->params, "dir"))
		return local_verify(l);
	if (is(l, "coverage") && json_object_get(l->params, "dir"))
		return local_coverage(l);
	if (is(l, "events") && json_is_true(json_object_get(l->params,
	    "follow")))
		return talk_follow(l);
	if (is(l, "journal export"))
		return talk_export(l);
	if (l->verb->flags & VERB_TWO)
		return talk_twice(l);
	return ask(l);
}

int
main(int argc, char **argv)
{
	CLEANUP_LINE struct line l;
	CLEANUP_FREE char *why = NULL;

	if (line_parse(&l, argc, argv, &why) < 0)
		return usage(&l, why);
	if (l.version)
		return version(l.json);
	if (l.help)
		return print_help(&l);
	return run(&l);
}
