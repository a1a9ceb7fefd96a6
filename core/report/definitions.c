/* SPDX-License-Identifier: BSD-2-Clause
 *
 * definitions.c -- what each number means. The only place.
 *
 * Each has its sentence, which is printed beside the number and stands in
 * docs/guide.md; what it reads of the journal; when there is no number; and
 * the fold that gives its terms. Words as in DESIGN:
 *
 *   t_viol   when the contract was broken: the due time of a phase, the `at`
 *            of an alarm, since when a probe has said nothing; where there
 *            is none, or it failed before that, the event itself
 *   t_det    the first row of the journal that says so
 *   t_res    the first proved pass after it
 */
#include "report/definitions.h"

#include <string.h>

#include "base/cleanup.h"
#include "report/measures.h"

static const struct definition definitions[] = {
	{ METRIC_SLA, "sla", "done by its due time", OF_PHASE, UNIT_SHARE,
	    true, true,
	    "dates on which the phase was done by its due time / dates on "
	    "which it was due. Not counted: dates that owe nothing, were "
	    "held or waived at the due time, or had ended before anybody "
	    "looked. A repair afterwards changes nothing.",
	    "phase rows, date rows, holds, waivers",
	    "no such date was due", terms_sla },
	{ METRIC_SUCCESS, "success", "done at all", OF_PHASE, UNIT_SHARE,
	    true, true,
	    "dates on which the phase was done by now, late or not, by "
	    "itself or repaired / dates on which it was due. Done is what "
	    "its gate says: 3 of 5 with two required ones is not 3 of any.",
	    "phase rows, date rows, holds, waivers",
	    "no such date was due", terms_success },
	{ METRIC_COVERAGE, "coverage", "enough of it there in time",
	    OF_CHECK, UNIT_SHARE, true, true,
	    "dates of which the check read at least `coverage` of what was "
	    "expected at the instant `by` / dates of which that instant has "
	    "passed. More than was expected is no coverage: over-complete "
	    "does not count.",
	    "check rows, date rows",
	    "no such date was due, or none was measured by then",
	    terms_coverage },
	{ METRIC_MTTD, "mttd", "mean time to detect", OF_PIPELINE, UNIT_TIME,
	    false, false,
	    "mean of t_det - t_viol over incidents. t_viol: the due time, "
	    "the `at` of an alarm, or the event; t_det: the first row that "
	    "says so.",
	    "incident and breach rows, due times of conf.d",
	    "there was no incident", terms_mttd },
	{ METRIC_MTTR, "mttr", "mean time to resolve", OF_PIPELINE,
	    UNIT_TIME, false, false,
	    "mean of t_res - t_det over incidents that have been resolved; "
	    "t_res: the first proved pass after t_det. Open ones are listed.",
	    "incident rows",
	    "no incident was resolved", terms_mttr },
	{ METRIC_LATENESS, "lateness", "how late the late ones were",
	    OF_PIPELINE, UNIT_TIME, false, false,
	    "mean of t_res - due over phases that were done after their due "
	    "time; backfills count here.",
	    "phase rows, due times of conf.d",
	    "nothing was late", terms_lateness },
	{ METRIC_AUTO_RECOVERY, "auto_recovery", "repaired without a person",
	    OF_PIPELINE, UNIT_SHARE, true, false,
	    "incidents whose t_res was proved by a check after an attempt of "
	    "ours, with no verb of a person that may have changed the "
	    "outcome between t_det and t_res / incidents that were resolved.",
	    "incident and attempt rows, commands",
	    "no incident was resolved", terms_auto_recovery },
	{ METRIC_TRANSIENT, "transient", "gone by itself", OF_PIPELINE,
	    UNIT_SHARE, true, false,
	    "incidents that were resolved without an attempt of ours and "
	    "without a person's verb / incidents that were resolved: the "
	    "data came, or somebody helped without telling.",
	    "incident and attempt rows, commands",
	    "no incident was resolved", terms_transient },
	{ METRIC_FALSE_POSITIVES, "false_positives", "false alarms",
	    OF_PIPELINE, UNIT_SHARE, false, false,
	    "incidents labelled false (gatewarden resolve N --false) / "
	    "incidents of which somebody was told. Those without a label are "
	    "unknown and shown as such.",
	    "incident rows",
	    "no incident is labelled", terms_false_positives },
	{ METRIC_ZERO_TOUCH, "zero_touch", "nobody had to help",
	    OF_PIPELINE, UNIT_SHARE, true, true,
	    "dates with all owed phases done and no verb of a person for "
	    "them / dates that are over. A verb is run, recover, cancel, "
	    "hold, release, override, undo, reopen, waive, backfill, ack, "
	    "silence, resolve.",
	    "phase rows, commands",
	    "no date is over", terms_zero_touch },
	{ METRIC_PERFECT, "perfect", "in time, nobody and nothing helped",
	    OF_PIPELINE, UNIT_SHARE, true, true,
	    "zero-touch dates on which no recovery was started and every "
	    "phase met its due time / dates that are over.",
	    "phase and attempt rows, commands",
	    "no date is over", terms_perfect },
	{ METRIC_MESSAGES, "messages", "messages to people per day",
	    OF_PIPELINE, UNIT_COUNT, false, false,
	    "mean over civil days of the messages that a far end took, one "
	    "for several notifiers; reports, canaries and edits are not "
	    "counted. Outside: the share that came before 09:00 or from "
	    "18:00 on.",
	    "messages of the outbox",
	    "nothing of these days is in the journal", terms_messages },
};

const struct definition *
definition_of(enum metric m)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(definitions); i++)
		if (definitions[i].metric == m)
			return &definitions[i];
	return NULL;
}

const struct definition *
definition_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(definitions); i++)
		if (strcmp(definitions[i].name, name) == 0)
			return &definitions[i];
	return NULL;
}

const char *
unit_name(enum unit u)
{
	return u == UNIT_SHARE ? "share" : u == UNIT_TIME ? "ms" : "count";
}

/* As quality_of() in dates.c decides, in this order from the worst. */
static const struct quality_rule rules[] = {
	{ "gold", "every owed phase done in time; nothing degraded, stale, "
	    "overridden or held; every check that they stand on passes" },
	{ "silver", "every owed phase done; some late, degraded or stale, or "
	    "a check short of its limit" },
	{ "bronze", "what is required done (phases of severity critical; "
	    "without any, all); others missing, held or waived, or something "
	    "shipped under an override or past a closed edge" },
	{ "failed", "a required phase is past its due time and not done" },
};

const struct quality_rule *
quality_rule_at(size_t i)
{
	return i < ARRAY_SIZE(rules) ? &rules[i] : NULL;
}
