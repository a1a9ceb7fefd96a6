/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_report.c -- reports and numbers on the screen.
 *
 * The text is that of report/text.c, the same in a mail and here. Without a
 * daemon, `gatewarden-report` does all of it, from an export.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "client/local.h"
#include "client/show.h"
#include "client/talk.h"
#include "report/report.h"

enum { ARGUMENTS = 40 };

int
show_report(struct out *o, const json_t *result, const json_t *params)
{
	CLEANUP_JSON json_t *slack = NULL;
	CLEANUP_FREE char *text = NULL;

	if (json_flag(params, "slack", false)) {
		slack = report_slack(result);
		text = json_line(slack);
	} else {
		text = report_text(result);
	}
	out(o, "%s%s", text, slack ? "\n" : "");
	return EXIT_OPEN;
}

int
show_metric(struct out *o, const json_t *result, const json_t *params)
{
	CLEANUP_FREE char *text = report_metrics_text(result);

	(void)params;
	out(o, "%s", text);
	return EXIT_OPEN;
}

/*---------------------------------------------------------- from an export */

static void
put(const char **argv, size_t *n, const char *option, const char *value)
{
	if (value == NULL)
		return;
	argv[(*n)++] = option;
	argv[(*n)++] = value;
}

static void
put_flags(const char **argv, size_t *n, const struct line *l)
{
	if (l->json)
		argv[(*n)++] = "--json";
	if (json_flag(l->params, "slack", false))
		argv[(*n)++] = "--slack";
	if (strcmp(l->verb->name, "report") != 0)
		argv[(*n)++] = "--metrics";
	if (strcmp(l->verb->name, "metric why") == 0)
		argv[(*n)++] = "--why";
}

static const char *
period_of(const struct line *l)
{
	if (strcmp(l->verb->name, "report") == 0)
		return json_text(l->params, "period", NULL);
	return json_flag(l->params, "day", false) ? "day" :
	    json_flag(l->params, "week", false) ? "week" :
	    json_flag(l->params, "month", false) ? "month" : NULL;
}

int
local_report(const struct line *l)
{
	static const struct { const char *param, *option; } options[] = {
		{ "journal", "--journal" }, { "dir", "--config" },
		{ "name", "--metric" }, { "date", "--date" },
		{ "from", "--from" }, { "to", "--to" },
		{ "pipeline", "--pipeline" }, { "as_of", "--as-of" },
		{ "plugin_dir", "--plugin-dir" }, { "host", "--host" } };
	CLEANUP_FREE char *program = local_find("gatewarden-report");
	const char *argv[ARGUMENTS] = { "gatewarden-report" };
	size_t n = 1, i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		put(argv, &n, options[i].option, json_text(l->params,
		    options[i].param, NULL));
	put(argv, &n, "--period", period_of(l));
	put_flags(argv, &n, l);
	argv[n] = NULL;
	(void)execv(program, (char *const *)argv);
	complain("%s can't be run: %s; it is a program of its own", program,
	    strerror(errno));
	return EXIT_SERVER;
}
