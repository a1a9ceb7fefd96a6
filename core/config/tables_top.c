/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables_top.c -- the settings that stand at the top of a configuration, and
 * its clock. Those of objects are in tables.c.
 */
#include "config.h"

#include "config/tables.h"

static const struct key clock_table[] = {
	{ .name = "start", .type = KEY_TEXT,
	  .flags = KEY_REQUIRED, .at = AT_OF(clock_keys, start),
	  .help = "what the clock shows when the first journal begins" },
	{ .name = "timezone", .type = KEY_TEXT,
	  .at = AT_OF(clock_keys, timezone), .fallback = "UTC",
	  .help = "zone of start" },
	{ .name = "speed", .type = KEY_NUMBER,
	  .at = AT_OF(clock_keys, speed), .min = 0, .max = 1000000,
	  .fallback = "1.0",
	  .help = "how much faster than real time it runs" },
	{ .name = NULL }
};

const struct key top_table[] = {
	{ .name = "state_dir", .type = KEY_TEXT,
	  .at = AT_OF(top_keys, def.state_dir),
	  .fallback = GW_LOCALSTATEDIR "/lib/gatewarden",
	  .help = "where the journal is" },
	{ .name = "socket", .type = KEY_TEXT,
	  .at = AT_OF(top_keys, def.socket),
	  .fallback = GW_RUNSTATEDIR "/gatewarden/control",
	  .help = "the control socket" },
	{ .name = "operate_group", .type = KEY_TEXT,
	  .at = AT_OF(top_keys, def.operate_group),
	  .help = "members may act through the socket" },
	{ .name = "report_group", .type = KEY_TEXT,
	  .at = AT_OF(top_keys, def.report_group),
	  .help = "members may signal and ask for permits, and look" },
	{ .name = "observe_group", .type = KEY_TEXT,
	  .at = AT_OF(top_keys, def.observe_group),
	  .help = "members may look through the socket" },
	{ .name = "clock", .type = KEY_GROUP,
	  .flags = KEY_BARE, .at = AT_OF(top_keys, clock),
	  .members = clock_table,
	  .help = "a clock of its own, for demonstrations and tests" },
	{ .name = "workers", .type = KEY_INT,
	  .at = AT_OF(top_keys, def.workers), .min = 1, .max = 1000,
	  .fallback = "8",
	  .help = "processes that measure at once" },
	{ .name = "starts_per_hour", .type = KEY_INT,
	  .at = AT_OF(top_keys, def.starts_per_hour), .min = 0,
	  .max = COUNT_MOST, .fallback = "120",
	  .help = "starts of everything in an hour; 0: no limit" },
	{ .name = NULL }
};
