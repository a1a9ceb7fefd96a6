/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables_reports.c -- what may stand in conf.d about numbers: targets and
 * reports. As tables.c.
 *
 * The words of metrics are those of report/definitions.c; a test compares
 * them.
 */
#include "config/tables.h"

static const struct choice metrics[] = {
	{ "sla", METRIC_SLA }, { "success", METRIC_SUCCESS },
	{ "coverage", METRIC_COVERAGE }, { "mttd", METRIC_MTTD },
	{ "mttr", METRIC_MTTR }, { "lateness", METRIC_LATENESS },
	{ "auto_recovery", METRIC_AUTO_RECOVERY },
	{ "transient", METRIC_TRANSIENT },
	{ "false_positives", METRIC_FALSE_POSITIVES },
	{ "zero_touch", METRIC_ZERO_TOUCH }, { "perfect", METRIC_PERFECT },
	{ "messages", METRIC_MESSAGES }, { NULL, 0 }
};
static const struct choice periods[] = {
	{ "day", PERIOD_DAY }, { "week", PERIOD_WEEK },
	{ "month", PERIOD_MONTH }, { NULL, 0 }
};

const struct key target_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this target; what reports call it" },
	{ .name = "metric", .type = KEY_CHOICE, .flags = KEY_REQUIRED,
	  .at = AT_OF(target_keys, metric), .choices = metrics,
	  .help = "the number that it is about" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "of which pipeline, where phase or check don't say" },
	{ .name = "phase", .type = KEY_REFERENCE,
	  .at = NOWHERE,
	  .help = "of which phase: sla, success; lateness of it alone" },
	{ .name = "check", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = CHECKS,
	  .help = "of which check: coverage" },
	{ .name = "coverage", .type = KEY_LIMIT,
	  .at = AT_OF(target_keys, coverage), .fallback = "100%",
	  .help = "coverage: the share that is enough" },
	{ .name = "by", .type = KEY_DUE,
	  .at = AT_OF(target_keys, by), .fallback = "+24h",
	  .help = "coverage: the instant at which it is looked at" },
	{ .name = "at_least", .type = KEY_TEXT,
	  .at = AT_OF(target_keys, at_least),
	  .help = "missed below it: \"95%\", \"2h\" or \"5\", as the metric "
	      "is" },
	{ .name = "at_most", .type = KEY_TEXT,
	  .at = AT_OF(target_keys, at_most),
	  .help = "missed above it" },
	{ .name = "over", .type = KEY_CHOICE,
	  .at = AT_OF(target_keys, over), .choices = periods,
	  .fallback = "week",
	  .help = "the dates that it is taken over: day, week, month" },
	{ .name = "note", .type = KEY_TEXT,
	  .at = AT_OF(target_keys, note),
	  .help = "shown beside it: what should be known of it" },
	{ .name = NULL }
};

const struct key report_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this report; under it is kept when it went out" },
	{ .name = "period", .type = KEY_CHOICE, .flags = KEY_REQUIRED,
	  .at = AT_OF(report_plan, period), .choices = periods,
	  .help = "day, week or month, up to the newest date that has ended" },
	{ .name = "at", .type = KEY_CRON, .flags = KEY_REQUIRED,
	  .at = AT_OF(report_plan, at),
	  .help = "when it goes out: cron, in the pipeline's zone" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "of which pipeline; needed where there are several" },
	{ .name = "to", .type = KEY_REFERENCE,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .kinds = KIND_BIT(KIND_NOTIFIER),
	  .help = "notifiers; each gets it" },
	{ .name = NULL }
};
