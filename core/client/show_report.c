/* SPDX-License-Identifier: BSD-2-Clause
 *
 * show_report.c -- reports and numbers on the screen.
 *
 * The text is that of report/text.c, the same in a mail and here. Without a
 * daemon, `gatewarden-report` does all of it, from an export.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/run.h"
#include "client/local.h"
#include "client/page.h"
#include "client/show.h"
#include "client/talk.h"
#include "report/report.h"

enum { ARGUMENTS = 40, REPORT_MS = 600000, REPORT_BYTES = 256 << 20,
	PAGE_MODE = 0644 };

/* The page, in a file; an exit code. */
static int
write_page(struct out *o, const json_t *result, const char *path)
{
	CLEANUP_TEXT struct text t = { 0 };
	int r;

	page(&t, result);
	r = file_write(path, text_str(&t), t.len, PAGE_MODE);
	if (r < 0) {
		complain("%s can't be written: %s", path, strerror(-r));
		return EXIT_SERVER;
	}
	out(o, "%s: written to %s\n", json_text(result, "title", "report"),
	    path);
	return EXIT_OPEN;
}

int
show_report(struct out *o, const json_t *result, const json_t *params)
{
	CLEANUP_JSON json_t *slack = NULL;
	CLEANUP_FREE char *text = NULL;
	const char *html = json_text(params, "html", NULL);

	if (html)
		return write_page(o, result, html);
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
	if (l->json || json_text(l->params, "html", NULL))
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

/* Its JSON becomes a page here: what draws it is the client's. */
static int
local_page(const struct line *l, const char **argv, char *program)
{
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_JSON json_t *result = NULL;
	struct talk talk = { .line = l };
	int status = 0, r;

	argv[0] = program;
	r = run_output(argv, REPORT_MS, REPORT_BYTES, &t, &status);
	if (r < 0) {
		complain("%s can't be run: %s; it is a program of its own",
		    program, strerror(-r));
		return EXIT_SERVER;
	}
	result = json_loadb(text_str(&t), t.len, 0, NULL);
	if (!json_is_object(result))    /* it has said why */
		return WIFEXITED(status) && WEXITSTATUS(status) != 0 ?
		    WEXITSTATUS(status) : EXIT_SERVER;
	return talk_show(&talk, l->verb, result, l->params);
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
	if (json_text(l->params, "html", NULL))
		return local_page(l, argv, program);
	(void)execv(program, (char *const *)argv);
	complain("%s can't be run: %s; it is a program of its own", program,
	    strerror(errno));
	return EXIT_SERVER;
}
