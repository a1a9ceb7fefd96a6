/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs_report.c -- the rows of the verb table that give numbers.
 *
 * Each may also be asked of an export, without a daemon: then the client
 * hands it to a program of its own.
 */
#include "control/verbs.h"

#include "base/cleanup.h"

#define PLACE_(n, t, f, s, h) { n, t, PARAM_PLACE | (f), s, h, NULL }
#define OPTION_(n, t, f, s, h) { n, t, f, s, h, NULL }
#define FLAG_(n, h) { n, PARAM_FLAG, 0, NULL, h, NULL }

#define DATE_HELP "data date, YYYY-MM-DD or 'last' (the newest ended one)"

/* Of what may come from an export instead of the daemon. */
#define REPORT_OPTIONS_ \
	OPTION_("pipeline", PARAM_NAME, 0, "PIPELINE", \
	    "needed where there are several"), \
	OPTION_("as_of", PARAM_TEXT, 0, "INSTANT", \
	    "as things were then: 2026-01-19 17:45, or RFC 3339"), \
	OPTION_("journal", PARAM_PATH, 0, "FILE", \
	    "an export instead of the daemon; - is standard input"), \
	OPTION_("dir", PARAM_PATH, 0, "DIR", \
	    "with --journal: directory or file of the configuration"), \
	OPTION_("plugin_dir", PARAM_PATH, 0, "DIR", \
	    "with --journal: where the plugins are"), \
	OPTION_("host", PARAM_PATH, 0, "PATH", \
	    "with --journal: the gatewarden-host to ask them with")

#define METRIC_OPTIONS_ \
	FLAG_("day", "of the newest date that has ended"), \
	FLAG_("week", "of seven dates (default)"), \
	FLAG_("month", "of the calendar's month"), \
	OPTION_("from", PARAM_DATE, 0, "DATE", "a period of its own"), \
	OPTION_("to", PARAM_DATE, 0, "DATE", "the last date"), \
	REPORT_OPTIONS_

static const struct verb rows[] = {
	{ "report", LEVEL_OBSERVE, 0,
	    "a day, week or month: quality, numbers, incidents",
	    "Of the newest date that has ended, or of DATE: a week is the "
	    "seven dates that end with it, a month the calendar's. The "
	    "quality of each date with its rule, numbers against the targets "
	    "of conf.d and the period before, incidents with their time "
	    "line, repairs with their proof, what comes again, overrides and "
	    "what shipped under them, and which alerts nobody minds. With "
	    "--journal it is made from an export, without a daemon.",
	    "gatewarden report  yesterday\n"
	    "gatewarden report week 2026-01-19 --json  for a script\n"
	    "gatewarden report month --slack  what Slack takes\n"
	    "gatewarden report week --html week.html  a page, to be sent or "
	    "printed\n"
	    "gatewarden report week --journal week.jsonl --dir conf.d/nba  "
	    "of an export\n",
	    { { "period", PARAM_CHOICE, PARAM_PLACE, "PERIOD",
	        "day (default), week or month", "day|week|month" },
	      PLACE_("date", PARAM_DATE, 0, "DATE", DATE_HELP),
	      REPORT_OPTIONS_,
	      FLAG_("slack", "as a message of Slack, JSON"),
	      OPTION_("html", PARAM_PATH, 0, "FILE",
	        "write it as one HTML file that needs nothing else") } },
	{ "metric", LEVEL_OBSERVE, 0,
	    "numbers of a period, or one of them",
	    "NAME is a metric (sla, success, coverage, mttd, mttr, lateness, "
	    "auto_recovery, transient, false_positives, zero_touch, perfect, "
	    "messages) or a target of conf.d. A number that can't be said is "
	    "n/a, with the reason.",
	    "gatewarden metric  all, of the last week\n"
	    "gatewarden metric sla --month  of a month, each phase\n",
	    { PLACE_("name", PARAM_NAME, 0, "NAME", "a metric or target"),
	      METRIC_OPTIONS_ } },
	{ "metric why", LEVEL_OBSERVE, 0,
	    "the terms of a number, one by one",
	    "Each date or incident with its instants, what it counts for, "
	    "and why; also what was left out. The formula stands above.",
	    "gatewarden metric why grading_sla  of the last week\n"
	    "gatewarden metric why mttr --from 2026-01-01 --to 2026-01-19  "
	    "of a period\n",
	    { PLACE_("name", PARAM_NAME, PARAM_NEEDED, "NAME",
	        "a metric or target"),
	      METRIC_OPTIONS_ } }
};

const struct verb *
verb_report_at(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}
