/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main.c -- gatewarden-report: numbers and reports of an exported journal.
 *
 * `gatewarden report --journal FILE` and `gatewarden metric --journal FILE`
 * become this program: the same fold as in the daemon, fed from lines of an
 * export, with a configuration that says what was due. Needs no daemon, asks
 * plugins only to describe themselves, writes nothing.
 *
 * Exit: 0; 1 the configuration is wrong, or there is no such number; 2
 * usage; 5 the journal could not be read.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/argument.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "daemon/finder.h"
#include "report/report.h"

enum { EXIT_WRONG = 1, EXIT_USED = 2, EXIT_UNREAD = 5 };

struct options {
	const char *config, *journal;
	const char *metric;     /* NULL: a report */
	const char *period, *date, *from, *to, *pipeline, *as_of;
	const char *plugin_dir, *host;
	bool metrics, why, json, slack, help, version;
};

#define O(member) .offset = offsetof(struct options, member)

static const struct argument table[] = {
	{ "config", "PATH", "directory of *.conf files, or one file",
	    O(config) },
	{ "journal", "FILE", "an export of a journal; - is standard input",
	    O(journal) },
	{ "metrics", NULL, "numbers instead of a report", O(metrics) },
	{ "metric", "NAME", "only this one, or this target", O(metric) },
	{ "why", NULL, "with the terms of each", O(why) },
	{ "period", "day|week|month", "default: day, of numbers week",
	    O(period) },
	{ "date", "DATE", "with which the period ends; default: the newest "
	    "that has ended", O(date) },
	{ "from", "DATE", "a period of its own, with --to", O(from) },
	{ "to", "DATE", "its last date", O(to) },
	{ "pipeline", "NAME", "needed where there are several",
	    O(pipeline) },
	{ "as-of", "INSTANT", "as things were then; default: the journal's "
	    "end", O(as_of) },
	{ "json", NULL, "print one JSON object", O(json) },
	{ "slack", NULL, "print what Slack takes", O(slack) },
	{ "plugin-dir", "DIR", "where the plugins are", O(plugin_dir) },
	{ "host", "PATH", "the program that describes them", O(host) },
	{ "help", NULL, "print this and exit", O(help) },
	{ "version", NULL, "print the version and exit", O(version) },
	{ .name = NULL }
};

static int
complain(const char *what, const char *word)
{
	(void)fprintf(stderr, "gatewarden-report: %s: '%s'\n", what, word);
	return -EINVAL;
}

/*---------------------------------------------------------- what is asked */

static int
ask_pipeline(const struct options *o, const struct conf *c, int32_t *ret)
{
	*ret = o->pipeline ? graph_find_pipeline(&c->graph, o->pipeline) : 0;
	if (o->pipeline == NULL && c->graph.n_pipelines > 1)
		return complain("there are several pipelines: say which with "
		    "--pipeline", c->graph.pipelines[0].name);
	return *ret == NONE ? complain("no such pipeline", o->pipeline) : 0;
}

static int
ask_as_of(const struct options *o, const struct conf *c, int32_t pipeline,
    int64_t *ret)
{
	*ret = INSTANT_NONE;
	if (o->as_of && instant_parse(o->as_of,
	    &c->graph.pipelines[pipeline].zone, ret) < 0)
		return complain("not an instant such as \"2026-01-16 "
		    "09:00\"", o->as_of);
	return 0;
}

static int
ask_date(const char *word, struct date otherwise, struct date *ret)
{
	*ret = otherwise;
	if (word && strcmp(word, "last") != 0 && date_parse(word, ret) < 0)
		return complain("not a date, YYYY-MM-DD", word);
	return 0;
}

static int
ask_period(const struct options *o, enum period *ret)
{
	static const char *const names[] = { [PERIOD_DAY] = "day",
		[PERIOD_WEEK] = "week", [PERIOD_MONTH] = "month" };
	size_t i;

	*ret = o->metrics ? PERIOD_WEEK : PERIOD_DAY;
	for (i = 0; o->period && i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], o->period) == 0) {
			*ret = (enum period)i;
			return 0;
		}
	return o->period ? complain("not day, week or month", o->period) : 0;
}

static int
ask_query(const struct options *o, const struct conf *c, int32_t pipeline,
    int64_t as_of, struct report_query *ret)
{
	struct date last = report_last(c, pipeline, as_of), date;
	enum period period;

	if (ask_period(o, &period) < 0 || ask_date(o->date, last, &date) < 0)
		return -EINVAL;
	*ret = report_period(pipeline, period, date);
	ret->own = !o->metrics || o->period == NULL;
	if (o->from == NULL && o->to == NULL)
		return 0;
	ret->own = false;
	ret->period = PERIOD_RANGE;
	if (ask_date(o->from, ret->from, &ret->from) < 0 ||
	    ask_date(o->to, last, &ret->to) < 0)
		return -EINVAL;
	return ret->from.day <= ret->to.day ? 0 :
	    complain("it begins after its end", o->from ? o->from : o->to);
}

/*------------------------------------------------------------- the journal */

/* A number of a journal whose end is missing would look like any other. */
static int
read_lines(struct report *r, FILE *f, const char *path)
{
	CLEANUP_FREE char *line = NULL;
	size_t cap = 0, number = 0;
	bool ended = false;
	ssize_t n;

	while ((n = getline(&line, &cap, f)) > 0) {
		CLEANUP_JSON json_t *j = json_loadb(line, (size_t)n,
		    JSON_ALLOW_NUL, NULL);

		number++;
		if (number == 1 && json_object_get(j, "export") == NULL)
			return complain("not an export of a journal", "line "
			    "1");
		if (report_line(r, j) < 0)
			return complain("not a line of an export", line);
		ended = json_flag(j, "end", false);
	}
	if (ferror(f))
		return complain(strerror(errno), path);
	return ended ? 0 : complain("the export was cut short, its last line "
	    "is missing", path);
}

static int
read_journal(struct report *r, const char *path)
{
	CLEANUP_FCLOSE FILE *opened = NULL;
	FILE *f = stdin;

	if (strcmp(path, "-") != 0)
		f = opened = fopen(path, "re");
	if (f == NULL)
		return complain(strerror(errno), path);
	return read_lines(r, f, path);
}

/*------------------------------------------------------------------ answers */

static void
print_json(const json_t *j)
{
	CLEANUP_FREE char *line = json_line(j);

	(void)printf("%s\n", line);
}

static void
print_report(const struct options *o, const json_t *report)
{
	CLEANUP_JSON json_t *slack = o->slack ? report_slack(report) : NULL;
	CLEANUP_FREE char *text = report_text(report);

	if (o->json || o->slack)
		print_json(slack ? slack : report);
	else
		(void)fputs(text, stdout);
}

static int
print_metrics(const struct options *o, const struct report *r,
    const struct report_query *q, const struct conf *c)
{
	CLEANUP_JSON json_t *j = report_metrics(r, q, o->metric, o->why);
	CLEANUP_FREE char *text = NULL;

	if (j == NULL) {
		const char *near = report_nearest(c, o->metric);

		(void)fprintf(stderr, "gatewarden-report: there is no number "
		    "'%s'%s%s\n", o->metric, near ? "; did you mean " : "",
		    near ? near : "");
		return EXIT_WRONG;
	}
	text = report_metrics_text(j);
	if (o->json)
		print_json(j);
	else
		(void)fputs(text, stdout);
	return EXIT_SUCCESS;
}

static int
answer(const struct options *o, const struct conf *c, struct report *r,
    int32_t pipeline)
{
	CLEANUP_JSON json_t *report = NULL;
	struct report_query q;

	if (read_journal(r, o->journal) < 0)
		return EXIT_UNREAD;
	report_end(r);
	if (ask_query(o, c, pipeline, report_as_of(r), &q) < 0)
		return EXIT_USED;
	if (o->metrics)
		return print_metrics(o, r, &q, c);
	report = report_make(r, &q);
	print_report(o, report);
	return EXIT_SUCCESS;
}

static int
run(const struct options *o, struct diag *d, struct conf **ret_conf)
{
	CLEANUP_FINDER struct finder *finder = finder_new(o->plugin_dir,
	    o->host);
	struct report *r;
	int32_t pipeline;
	int64_t as_of;
	int status;

	*ret_conf = conf_load(o->config, finder_interface(finder), d);
	if (*ret_conf == NULL) {
		diag_print(d, stderr);
		return EXIT_WRONG;
	}
	if (ask_pipeline(o, *ret_conf, &pipeline) < 0 ||
	    ask_as_of(o, *ret_conf, pipeline, &as_of) < 0)
		return EXIT_USED;
	r = report_new(*ret_conf, as_of);
	status = answer(o, *ret_conf, r, pipeline);
	report_free(r);
	return status;
}

int
main(int argc, char *argv[])
{
	struct options o = {
		.config = GW_SYSCONFDIR "/gatewarden/conf.d" };
	const char *place = NULL;
	CLEANUP_DIAG struct diag d;
	struct conf *conf = NULL;
	int status;

	diag_init(&d);
	if (arguments_parse("gatewarden-report", table, argc, argv, &o,
	    &place, stderr) < 0)
		return EXIT_USED;
	if (o.help || o.version) {
		(void)printf("gatewarden-report %s: 'gatewarden report "
		    "--journal FILE' runs this\n\n", PACKAGE_VERSION);
		if (o.help)
			arguments_help(table, 26, stdout);
		return EXIT_SUCCESS;
	}
	if (o.journal == NULL) {
		(void)fprintf(stderr, "gatewarden-report: say which journal "
		    "with --journal FILE\n");
		return EXIT_USED;
	}
	status = run(&o, &d, &conf);
	conf_free(conf);
	return fflush(stdout) == 0 && !ferror(stdout) ? status :
	    EXIT_UNREAD;
}
