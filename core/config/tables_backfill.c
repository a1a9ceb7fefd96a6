/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables_backfill.c -- what may stand in a pipeline's `backfill`.
 *
 * A table like those of tables.c, which names it. Defaults lean to the safe
 * side: few dates at once, and nobody is woken.
 */
#include "config/tables.h"

const struct key pipeline_backfill[] = {
	{ .name = "at_most", .type = KEY_INT,
	  .at = AT_OF(pipeline_def, backfill.at_most), .min = 1, .max = 16,
	  .fallback = "3", .help = "dates at once" },
	{ .name = "starts_per_hour", .type = KEY_INT,
	  .at = AT_OF(pipeline_def, backfill.starts_per_hour), .min = 1,
	  .max = COUNT_MOST, .fallback = "60",
	  .help = "its own budget; it counts in no other" },
	{ .name = "severity", .type = KEY_CHOICE,
	  .at = AT_OF(pipeline_def, backfill.severity),
	  .choices = severities, .fallback = "info",
	  .help = "nothing of its dates is told higher" },
	{ .name = NULL }
};
