/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables_told.c -- what may stand in conf.d about who is told, and when:
 * notifiers, routes and windows. As tables.c.
 *
 * Defaults that don't annoy: what is low waits for the digest; but there is
 * no cap, and nothing is quiet, unless somebody says so.
 */
#include "config/keys.h"

#define AT_OF(type, member) offsetof(struct type, member)

#define COUNT_MOST 1000000
#define DAY_MS 86400000LL

static const struct choice severities[] = {
	{ "info", SEVERITY_INFO }, { "warning", SEVERITY_WARNING },
	{ "critical", SEVERITY_CRITICAL }, { NULL, 0 }
};
static const struct choice window_kinds[] = {
	{ "hours", WINDOW_HOURS }, { "quiet", WINDOW_QUIET },
	{ "maintenance", WINDOW_MAINTENANCE }, { NULL, 0 }
};

const struct key notifier_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this notifier; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "the plugin; its own options stand beside these" },
	{ .name = "timeout", .type = KEY_DURATION,
	  .at = AT_OF(notifier_keys, timeout_ms), .min = 10,
	  .max = 7 * DAY_MS, .fallback = "30s",
	  .help = "of one call, in real time" },
	{ .name = "pace", .type = KEY_DURATION,
	  .at = AT_OF(notifier_keys, pace_ms), .max = DAY_MS,
	  .fallback = "1s",
	  .help = "at most one message, and one try, in this time" },
	{ .name = "canary", .type = KEY_CRON,
	  .at = AT_OF(notifier_keys, canary),
	  .help = "five-field cron: when a test message proves it" },
	{ .name = "cap", .type = KEY_INT,
	  .at = AT_OF(notifier_keys, cap), .min = 0, .max = COUNT_MOST,
	  .fallback = "0",
	  .help = "messages in a day; the rest goes into the digest; 0: no "
	      "limit" },
	{ .name = NULL }
};

const struct key route_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this route; what its history is kept under" },
	{ .name = "to", .type = KEY_REFERENCE,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .kinds = KIND_BIT(KIND_NOTIFIER),
	  .help = "notifiers; each is told" },
	{ .name = "fallback", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_NOTIFIER),
	  .help = "told, in this order, when one of them has given up" },
	{ .name = "severity", .type = KEY_CHOICE,
	  .at = AT_OF(route, least), .choices = severities,
	  .fallback = "info",
	  .help = "this severity and above" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "only what concerns it" },
	{ .name = "phase", .type = KEY_REFERENCE,
	  .at = NOWHERE,
	  .help = "only what concerns it" },
	{ .name = "continue", .type = KEY_BOOL,
	  .at = AT_OF(route, carry_on), .fallback = "false",
	  .help = "the routes below are tried too" },
	{ .name = "tags", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "only what has one of them" },
	{ .name = "during", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "only then: a window's name, or \"mon-fri 08:00-18:00\"" },
	{ .name = "digest", .type = KEY_OTHER,
	  .at = NOWHERE, .fallback = "09:00",
	  .help = "when what is low is told, in one message; none: at once" },
	{ .name = "digest_severity", .type = KEY_CHOICE,
	  .at = AT_OF(route, digest_most), .choices = severities,
	  .fallback = "info",
	  .help = "what is low: this severity and below" },
	{ .name = "remind", .type = KEY_DURATION,
	  .at = AT_OF(route, remind_ms), .min = 0, .max = 366 * DAY_MS,
	  .help = "reminders, no oftener than the pipeline's; 0: none" },
	{ .name = "escalate", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "as a pipeline's, for what this route takes" },
	{ .name = NULL }
};

const struct key window_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this window; what explanations call it" },
	{ .name = "kind", .type = KEY_CHOICE,
	  .flags = KEY_REQUIRED, .at = AT_OF(window, kind),
	  .choices = window_kinds,
	  .help = "quiet, maintenance, or hours (for a route's during)" },
	{ .name = "from", .type = KEY_TIME,
	  .flags = KEY_BARE, .at = AT_OF(window, from_s),
	  .help = "the time of day at which it begins" },
	{ .name = "to", .type = KEY_TIME,
	  .flags = KEY_BARE, .at = AT_OF(window, to_s),
	  .help = "and ends; not later than from: on the next day" },
	{ .name = "days", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "the days on which it begins: \"mon-fri\"; default: all" },
	{ .name = "at", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "five-field cron: when it begins; with for" },
	{ .name = "for", .type = KEY_DURATION,
	  .flags = KEY_BARE, .at = AT_OF(window, for_ms), .min = 60000,
	  .max = 32 * DAY_MS,
	  .help = "how long after at" },
	{ .name = "start", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "once: when it begins, 2026-02-01 22:00" },
	{ .name = "end", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "once: when it ends" },
	{ .name = "timezone", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "of its times; default: the pipeline's that is told of" },
	{ .name = "pipelines", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "only what concerns them" },
	{ .name = "phases", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "only what is rooted at them" },
	{ .name = "targets", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "only what rests on checks of these targets" },
	{ .name = "notifiers", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_NOTIFIER),
	  .help = "only for them; default: for everybody" },
	{ .name = NULL }
};
