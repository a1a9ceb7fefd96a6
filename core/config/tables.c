/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tables.c -- what may stand in conf.d.
 *
 * One table per kind of object: the name of a member, its type, where its
 * value goes, its bounds, its default, and one line of help. Everything that
 * reads, validates, documents or prints a member goes by these; a member
 * that isn't here, and isn't an option of the object's plugin, is unknown.
 *
 * Defaults lean to the safe side: a pipeline observes, a surplus warns, an
 * action is not repeated in doubt, a recovery gives up soon.
 */
#include "config.h"

#include "config/keys.h"

#define AT_OF(type, member) offsetof(struct type, member)

#define CHECKS KIND_BIT(KIND_CHECK)
#define GATES KIND_BIT(KIND_GATE)

#define COUNT_MOST 1000000
#define DAY_MS 86400000LL

static const struct choice modes[] = {
	{ "observe", MODE_OBSERVE }, { "advise", MODE_ADVISE },
	{ "enforce", MODE_ENFORCE }, { NULL, 0 }
};
static const struct choice severities[] = {
	{ "info", SEVERITY_INFO }, { "warning", SEVERITY_WARNING },
	{ "critical", SEVERITY_CRITICAL }, { NULL, 0 }
};
static const struct choice surplus[] = {
	{ "pass", RESULT_PASS }, { "warn", RESULT_WARN },
	{ "fail", RESULT_FAIL }, { NULL, 0 }
};
static const struct choice reruns[] = {
	{ "auto", RERUN_AUTO }, { "ask", RERUN_ASK },
	{ "never", RERUN_NEVER }, { NULL, 0 }
};
static const struct choice on_unknowns[] = {
	{ "closed", false }, { "open", true }, { NULL, 0 }
};

static const struct key phase_verify[] = {
	{ .name = "within", .type = KEY_DURATION,
	  .at = AT_OF(phase_def, verify_within_ms), .min = 1,
	  .max = 30 * DAY_MS, .fallback = "30m",
	  .help = "after a start has ended, done must hold by then" },
	{ .name = NULL }
};

static const struct key recovery_verify[] = {
	{ .name = "after", .type = KEY_DURATION,
	  .at = AT_OF(recovery_def, verify_after_ms), .min = 0,
	  .max = 30 * DAY_MS, .fallback = "0",
	  .help = "the first measurement, after the attempt's end" },
	{ .name = "every", .type = KEY_DURATION,
	  .at = AT_OF(recovery_def, verify_every_ms), .min = 1,
	  .max = 30 * DAY_MS, .fallback = "1m",
	  .help = "the next ones" },
	{ .name = "within", .type = KEY_DURATION,
	  .at = AT_OF(recovery_def, verify_within_ms), .min = 1,
	  .max = 30 * DAY_MS, .fallback = "30m",
	  .help = "without proof by then it is unproven or has no effect" },
	{ .name = NULL }
};

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

static const struct key pipeline_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this pipeline; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "timezone", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "zone of its dates and times, as Europe/Berlin" },
	{ .name = "day_ends", .type = KEY_TIME,
	  .at = AT_OF(pipeline_def, day_ends_s), .fallback = "00:00",
	  .help = "the time at which a date ends, on the next day" },
	{ .name = "mode", .type = KEY_CHOICE,
	  .at = AT_OF(pipeline_def, mode), .choices = modes,
	  .fallback = "observe",
	  .help = "observe, advise or enforce" },
	{ .name = "calendar", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = CHECKS,
	  .help = "the check that says how many units a date owes" },
	{ .name = "seasons", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "first days of seasons; from_day of a check counts from "
	      "the last" },
	{ .name = "watch_for", .type = KEY_DAYS,
	  .at = AT_OF(pipeline_def, watch_days), .min = 1, .max = 3660,
	  .fallback = "30d",
	  .help = "how long a date is watched" },
	{ .name = "act_within", .type = KEY_DURATION,
	  .at = AT_OF(pipeline_def, act_within_ms), .min = 0,
	  .max = 366 * DAY_MS, .fallback = "3d",
	  .help = "older dates are never touched unattended" },
	{ .name = "settle", .type = KEY_DURATION,
	  .at = AT_OF(pipeline_def, settle_ms), .min = 0, .max = 30 * DAY_MS,
	  .fallback = "6h",
	  .help = "how long a proven root waits for what it held back" },
	{ .name = "remind", .type = KEY_DURATION,
	  .at = AT_OF(pipeline_def, remind_ms), .min = 0,
	  .max = 366 * DAY_MS, .fallback = "1d",
	  .help = "reminders of an open incident; 0: none" },
	{ .name = "phases", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "the phases, a list of groups" },
	{ .name = "database", .type = KEY_OTHER,
	  .flags = KEY_BARE, .at = NOWHERE,
	  .help = "for the checks that name none" },
	{ .name = "start", .type = KEY_REFERENCE,
	  .flags = KEY_BARE, .at = NOWHERE,
	  .kinds = KIND_BIT(KIND_ACTION),
	  .help = "for the phases that name none" },
	{ .name = "retry", .type = KEY_GROUP,
	  .flags = KEY_BARE, .at = NOWHERE, .members = start_retry,
	  .members_of = start_retry_of,
	  .help = "for the phases that have none" },
	{ .name = "verify", .type = KEY_GROUP,
	  .flags = KEY_BARE, .at = NOWHERE, .members = phase_verify,
	  .help = "for the phases that have none" },
	{ .name = "severity", .type = KEY_CHOICE,
	  .flags = KEY_BARE, .at = NOWHERE, .choices = severities,
	  .help = "of phases past due" },
	{ .name = "no_return_runs", .type = KEY_INT,
	  .flags = KEY_BARE, .at = NOWHERE, .min = 0, .max = 20,
	  .help = "for the phases that say nothing" },
	{ .name = "no_return_lead", .type = KEY_DURATION,
	  .flags = KEY_BARE, .at = NOWHERE, .min = 0, .max = DAY_MS,
	  .help = "for the phases that say nothing" },
	{ .name = "permit_for", .type = KEY_DURATION,
	  .flags = KEY_BARE, .at = NOWHERE, .min = 100,
	  .max = 30 * DAY_MS,
	  .help = "for the phases that say nothing" },
	{ .name = "every", .type = KEY_DURATION,
	  .flags = KEY_BARE, .at = NOWHERE, .min = 100,
	  .max = 366 * DAY_MS,
	  .help = "for the checks that say nothing" },
	{ .name = "fresh_for", .type = KEY_DURATION,
	  .flags = KEY_BARE, .at = NOWHERE, .min = 0, .max = 366 * DAY_MS,
	  .help = "for the checks that say nothing" },
	{ .name = "patience", .type = KEY_DURATION,
	  .flags = KEY_BARE, .at = NOWHERE, .min = 0, .max = 366 * DAY_MS,
	  .help = "for the checks that say nothing" },
	{ .name = "confirm", .type = KEY_INT,
	  .flags = KEY_BARE, .at = NOWHERE, .min = 1, .max = 100,
	  .help = "for the checks that say nothing" },
	{ .name = NULL }
};

static const struct key phase_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this phase; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "after", .type = KEY_REFERENCE,
	  .at = NOWHERE,
	  .help = "the phases before it; x[-1]: that of the previous date" },
	{ .name = "start", .type = KEY_REFERENCE,
	  .flags = KEY_INHERITED, .at = NOWHERE,
	  .kinds = KIND_BIT(KIND_ACTION),
	  .help = "the action that runs it; none: others run it" },
	{ .name = "done", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = CHECKS | GATES,
	  .help = "what proves it: a check, checks, a gate, or exit" },
	{ .name = "at", .type = KEY_DUE,
	  .at = AT_OF(phase_def, at),
	  .help = "earliest start" },
	{ .name = "due", .type = KEY_DUE,
	  .at = AT_OF(phase_def, due),
	  .help = "late from then on" },
	{ .name = "severity", .type = KEY_CHOICE,
	  .flags = KEY_INHERITED, .at = AT_OF(phase_def, severity),
	  .choices = severities, .fallback = "warning",
	  .help = "of the incident when it is late" },
	{ .name = "retry", .type = KEY_GROUP,
	  .flags = KEY_INHERITED, .at = AT_OF(phase_def, retry),
	  .members = start_retry,
	  .members_of = start_retry_of,
	  .help = "how its start is repeated" },
	{ .name = "verify", .type = KEY_GROUP,
	  .flags = KEY_INHERITED, .at = 0, .members = phase_verify,
	  .help = "by when a start must have brought what done asks" },
	{ .name = "permit_for", .type = KEY_DURATION,
	  .flags = KEY_INHERITED, .at = AT_OF(phase_def, permit_ms),
	  .min = 100, .max = 30 * DAY_MS, .fallback = "15m",
	  .help = "how long a permit is valid" },
	{ .name = "no_return_runs", .type = KEY_INT,
	  .flags = KEY_INHERITED, .at = AT_OF(phase_def, no_return_runs),
	  .min = 0, .max = 20, .fallback = "5",
	  .help = "runs that must be known for its point of no return; 0: "
	      "none is told" },
	{ .name = "no_return_lead", .type = KEY_DURATION,
	  .flags = KEY_INHERITED, .at = AT_OF(phase_def, no_return_lead_ms),
	  .min = 0, .max = DAY_MS,
	  .help = "escalates so long before it; 0: 15 minutes, or half of "
	      "what a run takes" },
	{ .name = "rerun", .type = KEY_CHOICE,
	  .at = AT_OF(phase_def, rerun), .choices = reruns,
	  .help = "when what it relied on has changed" },
	{ .name = "external", .type = KEY_BOOL,
	  .at = AT_OF(phase_def, external), .fallback = "false",
	  .help = "its effect leaves the house: never run again unasked" },
	{ .name = "fix", .type = KEY_TEXT,
	  .at = AT_OF(phase_def, fix),
	  .help = "the command that a person would use; stands in messages" },
	{ .name = NULL }
};

static const struct key check_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this check; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "the plugin; its own options stand beside these" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "the pipeline to which it belongs, where its use doesn't "
	      "say" },
	{ .name = "item", .type = KEY_TEXT,
	  .at = AT_OF(check_keys, def.item),
	  .help = "what {failing} says for it; default: its name" },
	{ .name = "target", .type = KEY_TEXT,
	  .at = AT_OF(check_keys, def.target),
	  .help = "what failing probes share an incident by; default: the "
	      "database" },
	{ .name = "warn", .type = KEY_LIMIT,
	  .at = AT_OF(check_keys, def.limits.warn_below),
	  .help = "warns below: a number, or percent of what is expected" },
	{ .name = "fail", .type = KEY_LIMIT,
	  .at = AT_OF(check_keys, def.limits.fail_below),
	  .help = "fails below" },
	{ .name = "min", .type = KEY_ABSOLUTE,
	  .at = AT_OF(check_keys, min),
	  .help = "fails below this number" },
	{ .name = "max", .type = KEY_ABSOLUTE,
	  .at = AT_OF(check_keys, max),
	  .help = "fails above this number" },
	{ .name = "warn_above", .type = KEY_LIMIT,
	  .at = AT_OF(check_keys, def.limits.warn_above),
	  .help = "warns above" },
	{ .name = "fail_above", .type = KEY_LIMIT,
	  .at = AT_OF(check_keys, def.limits.fail_above),
	  .help = "fails above" },
	{ .name = "over", .type = KEY_CHOICE,
	  .at = AT_OF(check_keys, def.limits.over), .choices = surplus,
	  .fallback = "warn",
	  .help = "the result when there is more than expected" },
	{ .name = "allow_empty", .type = KEY_BOOL,
	  .at = AT_OF(check_keys, def.limits.allow_empty),
	  .fallback = "false",
	  .help = "0 of 0 passes, instead of being unknown" },
	{ .name = "due", .type = KEY_DUE,
	  .at = AT_OF(check_keys, def.due),
	  .help = "bad only from then on; default: when what needs it is due" },
	{ .name = "from_day", .type = KEY_INT,
	  .at = AT_OF(check_keys, def.from_day), .min = 0, .max = 3660,
	  .fallback = "0",
	  .help = "owed from this day of a season on" },
	{ .name = "confirm", .type = KEY_INT,
	  .flags = KEY_INHERITED, .at = AT_OF(check_keys, def.confirm),
	  .min = 1, .max = 100, .fallback = "2",
	  .help = "measurements in a row that confirm a failure" },
	{ .name = "every", .type = KEY_DURATION,
	  .flags = KEY_INHERITED, .at = AT_OF(check_keys, def.every_ms),
	  .min = 100, .max = 366 * DAY_MS, .fallback = "10m",
	  .help = "how often it measures while a date is young" },
	{ .name = "schedule", .type = KEY_CRON,
	  .at = AT_OF(check_keys, def.schedule),
	  .help = "five-field cron, instead of every" },
	{ .name = "fresh_for", .type = KEY_DURATION,
	  .flags = KEY_INHERITED, .at = AT_OF(check_keys, def.max_age_ms),
	  .min = 0, .max = 366 * DAY_MS, .fallback = "0",
	  .help = "age at which evidence is stale; 0: 1.5 times its period" },
	{ .name = "patience", .type = KEY_DURATION,
	  .flags = KEY_INHERITED, .at = AT_OF(check_keys, def.patience_ms),
	  .min = 0, .max = 366 * DAY_MS, .fallback = "30m",
	  .help = "unknown for so long is an incident of the probe" },
	{ .name = "timeout", .type = KEY_DURATION,
	  .at = AT_OF(check_keys, timeout_ms), .min = 10, .max = 7 * DAY_MS,
	  .fallback = "30s",
	  .help = "of one call, in real time" },
	{ .name = NULL }
};

static const struct key gate_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this gate; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "the plugin; its own options stand beside these" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "the pipeline to which it belongs, where its use doesn't "
	      "say" },
	{ .name = "inputs", .type = KEY_REFERENCE,
	  .flags = KEY_REQUIRED, .at = NOWHERE, .kinds = CHECKS,
	  .help = "the checks that it combines" },
	{ .name = "guards", .type = KEY_REFERENCE,
	  .at = NOWHERE,
	  .help = "phases that it must also let start" },
	{ .name = "on_unknown", .type = KEY_CHOICE,
	  .at = AT_OF(gate_keys, on_unknown),
	  .choices = on_unknowns, .fallback = "closed",
	  .help = "open: lets start although it could not tell" },
	{ .name = "on_unknown_until", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "when that ends: a date or an instant" },
	{ .name = "mode", .type = KEY_CHOICE,
	  .flags = KEY_INHERITED, .at = AT_OF(gate_keys, def.mode),
	  .choices = modes, .fallback = "observe",
	  .help = "observe, advise or enforce; default: the pipeline's" },
	{ .name = "fix", .type = KEY_TEXT,
	  .at = AT_OF(gate_keys, def.fix),
	  .help = "the command that a person would use; stands in messages" },
	{ .name = "timeout", .type = KEY_DURATION,
	  .at = AT_OF(gate_keys, timeout_ms), .min = 10, .max = 7 * DAY_MS,
	  .fallback = "10s",
	  .help = "of one call, in real time" },
	{ .name = NULL }
};

static const struct key alarm_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this gate; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "the plugin; its own options stand beside these" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "the pipeline to which it belongs, where its use doesn't "
	      "say" },
	{ .name = "inputs", .type = KEY_REFERENCE,
	  .flags = KEY_REQUIRED, .at = NOWHERE, .kinds = CHECKS,
	  .help = "the checks that it combines" },
	{ .name = "at", .type = KEY_DUE,
	  .at = AT_OF(gate_keys, def.at),
	  .help = "silent before" },
	{ .name = "mode", .type = KEY_CHOICE,
	  .flags = KEY_INHERITED, .at = AT_OF(gate_keys, def.mode),
	  .choices = modes, .fallback = "observe",
	  .help = "observe, advise or enforce; default: the pipeline's" },
	{ .name = "fix", .type = KEY_TEXT,
	  .at = AT_OF(gate_keys, def.fix),
	  .help = "the command that a person would use; stands in messages" },
	{ .name = "timeout", .type = KEY_DURATION,
	  .at = AT_OF(gate_keys, timeout_ms), .min = 10, .max = 7 * DAY_MS,
	  .fallback = "10s",
	  .help = "of one call, in real time" },
	{ .name = NULL }
};

static const struct key action_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this action; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "the plugin; its own options stand beside these" },
	{ .name = "idempotent", .type = KEY_BOOL,
	  .at = AT_OF(action_keys, def.idempotent), .fallback = "false",
	  .help = "may be repeated when it is in doubt whether it ran" },
	{ .name = "per_hour", .type = KEY_INT,
	  .at = AT_OF(action_keys, def.per_hour), .min = 0,
	  .max = COUNT_MOST, .fallback = "0",
	  .help = "its starts in an hour; 0: no limit" },
	{ .name = "target", .type = KEY_TEXT,
	  .at = AT_OF(action_keys, def.target),
	  .help = "what it acts on" },
	{ .name = "exclusive", .type = KEY_BOOL,
	  .at = AT_OF(action_keys, def.exclusive), .fallback = "false",
	  .help = "never two at once on one target" },
	{ .name = "timeout", .type = KEY_DURATION,
	  .at = AT_OF(action_keys, timeout_ms), .min = 10, .max = 7 * DAY_MS,
	  .fallback = "1h",
	  .help = "of one call, in real time" },
	{ .name = NULL }
};

static const struct key recovery_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this recovery; what its history is kept under" },
	{ .name = "was", .type = KEY_TEXT,
	  .at = NOWHERE,
	  .help = "its former name: its history goes on under the new one" },
	{ .name = "pipeline", .type = KEY_REFERENCE,
	  .at = NOWHERE, .kinds = KIND_BIT(KIND_PIPELINE),
	  .help = "the pipeline to which it belongs, where its use doesn't "
	      "say" },
	{ .name = "action", .type = KEY_REFERENCE,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .kinds = KIND_BIT(KIND_ACTION),
	  .help = "what it does" },
	{ .name = "repairs", .type = KEY_REFERENCE,
	  .flags = KEY_REQUIRED, .at = NOWHERE, .kinds = CHECKS,
	  .help = "the checks that call for it, and prove it" },
	{ .name = "order", .type = KEY_INT,
	  .at = AT_OF(recovery_def, order), .min = -1000, .max = 1000,
	  .fallback = "1",
	  .help = "the lowest of those that repair a check goes first" },
	{ .name = "retry", .type = KEY_GROUP,
	  .at = AT_OF(recovery_def, retry), .members = recovery_retry,
	  .members_of = recovery_retry_of,
	  .help = "how it is repeated" },
	{ .name = "no_effect_limit", .type = KEY_INT,
	  .at = AT_OF(recovery_def, no_effect_limit), .min = 1, .max = 1000,
	  .fallback = "2",
	  .help = "without effect so often in a row, it ends" },
	{ .name = "per_date", .type = KEY_INT,
	  .at = AT_OF(recovery_def, per_date), .min = 0, .max = COUNT_MOST,
	  .fallback = "0",
	  .help = "starts for one date; 0: as retry.attempts" },
	{ .name = "verify", .type = KEY_GROUP,
	  .at = 0, .members = recovery_verify,
	  .help = "when its proof is measured" },
	{ .name = "exhausted", .type = KEY_CHOICE,
	  .at = AT_OF(recovery_def, exhausted), .choices = severities,
	  .help = "severity when it gives up; default: the incident's" },
	{ .name = "mode", .type = KEY_CHOICE,
	  .flags = KEY_INHERITED, .at = AT_OF(recovery_def, mode),
	  .choices = modes, .fallback = "observe",
	  .help = "observe, advise or enforce; default: the pipeline's" },
	{ .name = "fix", .type = KEY_TEXT,
	  .at = AT_OF(recovery_def, fix),
	  .help = "the command that a person would use; stands in messages" },
	{ .name = NULL }
};

static const struct key notifier_table[] = {
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
	{ .name = NULL }
};

static const struct key database_table[] = {
	{ .name = "name", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "names this database; what its history is kept under" },
	{ .name = "plugin", .type = KEY_OTHER,
	  .flags = KEY_REQUIRED, .at = NOWHERE,
	  .help = "sqlite or postgresql" },
	{ .name = "path", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "sqlite: the file" },
	{ .name = "dsn", .type = KEY_OTHER,
	  .at = NOWHERE,
	  .help = "postgresql: as libpq takes it; service=NAME keeps the "
	      "password out" },
	{ .name = NULL }
};

static const struct key route_table[] = {
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
	{ .name = NULL }
};

static const struct key *const tables[KINDS] = {
	[KIND_PIPELINE] = pipeline_table, [KIND_PHASE] = phase_table,
	[KIND_CHECK] = check_table, [KIND_GATE] = gate_table,
	[KIND_ACTION] = action_table, [KIND_RECOVERY] = recovery_table,
	[KIND_NOTIFIER] = notifier_table, [KIND_DATABASE] = database_table,
	[KIND_ROUTE] = route_table, [KIND_TARGET] = target_table,
	[KIND_REPORT] = report_table,
};

const struct key *
keys_of(const struct object *o)
{
	return o->alarm ? alarm_table : tables[o->kind];
}
