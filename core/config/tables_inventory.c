/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables_inventory.c -- what may stand in conf.d about what a deployment has
 * to have. As tables.c.
 */
#include "config/keys.h"

#define AT_OF(member) offsetof(struct inventory_keys, member)
#define LIMIT_OF(member) AT_OF(check.def.limits.member)

#define DAY_MS 86400000LL

#define USERS (KIND_BIT(KIND_CHECK) | KIND_BIT(KIND_GATE) | \
    KIND_BIT(KIND_ACTION) | KIND_BIT(KIND_NOTIFIER))

static const struct choice surplus[] = {
	{ "pass", RESULT_PASS }, { "warn", RESULT_WARN },
	{ "fail", RESULT_FAIL }, { NULL, 0 }
};

const struct key inventory_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this entry; what verify calls it" },
	{ .name = "what", .type = KEY_TEXT,
	  .at = AT_OF(what),
	  .help = "what kind of thing it is, as schedulers or tables: a "
	      "heading of verify" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "a check's plugin, measured for this alone; its own options "
	      "stand beside these" },
	{ .name = "check", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "instead: the name of a check, measured once more, with its "
	      "limits" },
	{ .name = "names", .type = KEY_TEXT,
	  .at = AT_OF(names),
	  .help = "instead: a name, as that of a table, that all of in have "
	      "to have in their options" },
	{ .name = "in", .type = KEY_OTHER,
	  .at = NOWHERE, .kinds = USERS,
	  .help = "names: the checks, gates, actions and notifiers that have "
	      "to mean the same thing" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "whose newest ended date it is measured for, where there "
	      "are several" },
	{ .name = "offline", .type = KEY_BOOL,
	  .at = AT_OF(offline), .fallback = "true",
	  .help = "false: left out where no daemon runs, as before a "
	      "deployment" },
	{ .name = "warn", .type = KEY_LIMIT,
	  .at = LIMIT_OF(warn_below),
	  .help = "warns below: a number, or percent of what is expected" },
	{ .name = "fail", .type = KEY_LIMIT,
	  .at = LIMIT_OF(fail_below),
	  .help = "fails below" },
	{ .name = "min", .type = KEY_ABSOLUTE,
	  .at = AT_OF(check.min),
	  .help = "fails below this number" },
	{ .name = "max", .type = KEY_ABSOLUTE,
	  .at = AT_OF(check.max),
	  .help = "fails above this number" },
	{ .name = "warn_above", .type = KEY_LIMIT,
	  .at = LIMIT_OF(warn_above),
	  .help = "warns above" },
	{ .name = "fail_above", .type = KEY_LIMIT,
	  .at = LIMIT_OF(fail_above),
	  .help = "fails above" },
	{ .name = "over", .type = KEY_CHOICE,
	  .at = LIMIT_OF(over), .choices = surplus, .fallback = "warn",
	  .help = "the result when something exists that isn't expected" },
	{ .name = "allow_empty", .type = KEY_BOOL,
	  .at = LIMIT_OF(allow_empty), .fallback = "false",
	  .help = "0 of 0 passes, instead of being unknown" },
	{ .name = "timeout", .type = KEY_DURATION,
	  .at = AT_OF(check.timeout_ms), .min = 10, .max = DAY_MS,
	  .fallback = "30s",
	  .help = "of one call, in real time" },
	{ .name = NULL }
};
