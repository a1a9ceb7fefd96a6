/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables_history.c -- what may stand in a check's `band` and `trend`.
 *
 * Tables like those of tables.c, which names them. Nothing is looked back at
 * unless one of them is there.
 */
#include "config/tables.h"

const struct key check_band[] = {
	{ .name = "history", .type = KEY_DAYS,
	  .flags = KEY_REQUIRED, .at = AT_OF(band_def, days),
	  .min = 2, .max = 366,
	  .help = "past dates that are looked at" },
	{ .name = "min", .type = KEY_INT,
	  .at = AT_OF(band_def, dates), .min = 2, .max = 90,
	  .fallback = "14",
	  .help = "comparable dates that must be known" },
	{ .name = "width", .type = KEY_NUMBER,
	  .at = AT_OF(band_def, width), .min = 1, .max = 1000,
	  .fallback = "5.0",
	  .help = "how many spreads from the median are usual" },
	{ .name = "per_unit", .type = KEY_BOOL,
	  .at = AT_OF(band_def, per_unit), .fallback = "false",
	  .help = "compares what there is for each unit that is owed" },
	{ .name = NULL }
};

const struct key check_trend[] = {
	{ .name = "history", .type = KEY_DAYS,
	  .flags = KEY_REQUIRED, .at = AT_OF(trend_def, days),
	  .min = 3, .max = 366,
	  .help = "past dates that are looked at, the last 60 of them" },
	{ .name = "min", .type = KEY_INT,
	  .at = AT_OF(trend_def, dates), .min = 5, .max = 60,
	  .fallback = "7",
	  .help = "dates that must be known" },
	{ .name = "within", .type = KEY_INT,
	  .at = AT_OF(trend_def, within), .min = 0, .max = 365,
	  .fallback = "7",
	  .help = "warns when the limit is crossed in so many dates" },
	{ .name = NULL }
};
