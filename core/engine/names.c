/* SPDX-License-Identifier: BSD-2-Clause
 *
 * names.c -- the words of the engine's enums, the same in the journal, on
 * the socket, on screens and in messages.
 *
 * One table per enum, indexed by it, so that a value without a word is a
 * compile-time gap (NULL) that the assertion in name_of() finds in the first
 * test. A word, once released, is never changed: journals hold it.
 */
#include <assert.h>

#include "engine/engine.h"

#define NAME_OF(table, value) \
	name_of(table, sizeof (table) / sizeof (table)[0], (unsigned)(value))

static const char *
name_of(const char *const *table, unsigned n, unsigned value)
{
	assert(value < n && table[value] != NULL);
	return table[value];
}

const char *
result_name(enum result r)
{
	static const char *const t[] = {
		[RESULT_PASS] = "pass", [RESULT_WARN] = "warn",
		[RESULT_FAIL] = "fail", [RESULT_UNKNOWN] = "unknown",
		[RESULT_SKIP] = "skip", [RESULT_NOT_DUE] = "not_due",
	};

	return NAME_OF(t, r);
}

const char *
verdict_name(enum verdict v)
{
	static const char *const t[] = {
		[VERDICT_OPEN] = "open", [VERDICT_DEGRADED] = "degraded",
		[VERDICT_WAITING] = "waiting", [VERDICT_UNKNOWN] = "unknown",
		[VERDICT_BLOCKED] = "blocked",
	};

	return NAME_OF(t, v);
}

const char *
severity_name(enum severity s)
{
	static const char *const t[] = {
		[SEVERITY_NONE] = "none", [SEVERITY_INFO] = "info",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_CRITICAL] = "critical",
	};

	return NAME_OF(t, s);
}

const char *
mode_name(enum mode m)
{
	static const char *const t[] = {
		[MODE_OBSERVE] = "observe", [MODE_ADVISE] = "advise",
		[MODE_ENFORCE] = "enforce",
	};

	return NAME_OF(t, m);
}

const char *
phase_state_name(enum phase_state s)
{
	static const char *const t[] = {
		[PHASE_PENDING] = "pending", [PHASE_STARTING] = "starting",
		[PHASE_RUNNING] = "running", [PHASE_VERIFYING] = "verifying",
		[PHASE_IN_DOUBT] = "in_doubt", [PHASE_DONE] = "done",
		[PHASE_FAILED] = "failed", [PHASE_SKIPPED] = "skipped",
	};

	return NAME_OF(t, s);
}

const char *
phase_view_name(enum phase_view v)
{
	static const char *const t[] = {
		[VIEW_PENDING] = "pending", [VIEW_WAITING] = "waiting",
		[VIEW_GATED] = "gated", [VIEW_BLOCKED] = "blocked",
		[VIEW_UNKNOWN] = "unknown", [VIEW_READY] = "ready",
		[VIEW_STARTING] = "starting", [VIEW_RUNNING] = "running",
		[VIEW_VERIFYING] = "verifying", [VIEW_IN_DOUBT] = "in_doubt",
		[VIEW_DONE] = "done", [VIEW_FAILED] = "failed",
		[VIEW_SKIPPED] = "skipped",
	};

	return NAME_OF(t, v);
}

const char *
attempt_state_name(enum attempt_state s)
{
	static const char *const t[] = {
		[ATTEMPT_INTENT] = "intent", [ATTEMPT_RUNNING] = "running",
		[ATTEMPT_IN_DOUBT] = "in_doubt",
		[ATTEMPT_VERIFYING] = "verifying",
		[ATTEMPT_CLOSED] = "closed", [ATTEMPT_HELD] = "held",
	};

	return NAME_OF(t, s);
}

const char *
outcome_name(enum outcome o)
{
	static const char *const t[] = {
		[OUTCOME_NONE] = "none", [OUTCOME_RECOVERED] = "recovered",
		[OUTCOME_IMPROVED] = "improved",
		[OUTCOME_NO_EFFECT] = "no_effect", [OUTCOME_WORSE] = "worse",
		[OUTCOME_UNPROVEN] = "unproven", [OUTCOME_DONE] = "done",
		[OUTCOME_NOT_DONE] = "not_done",
	};

	return NAME_OF(t, o);
}

const char *
failure_name(enum failure f)
{
	static const char *const t[] = {
		[FAILURE_NONE] = "none", [FAILURE_TRANSIENT] = "transient",
		[FAILURE_NOT_YET] = "not_yet",
		[FAILURE_PERMANENT] = "permanent",
		[FAILURE_CONFIG] = "config", [FAILURE_FAULT] = "fault",
	};

	return NAME_OF(t, f);
}

const char *
root_kind_name(enum root_kind k)
{
	static const char *const t[] = {
		[ROOT_PHASE] = "phase", [ROOT_ALARM] = "alarm",
		[ROOT_PROBE] = "probe", [ROOT_BYPASS] = "bypass",
		[ROOT_ATTEMPT] = "attempt", [ROOT_ADOPTION] = "adoption",
		[ROOT_ACTION] = "action", [ROOT_EARLY] = "early",
	};

	return NAME_OF(t, k);
}

const char *
notice_kind_name(enum notice_kind k)
{
	static const char *const t[] = {
		[NOTICE_OPENED] = "opened", [NOTICE_WORSE] = "worse",
		[NOTICE_GAVE_UP] = "gave_up",
		[NOTICE_REMINDER] = "reminder",
		[NOTICE_RESOLVED] = "resolved", [NOTICE_ADOPTED] = "adopted",
		[NOTICE_ESCALATED] = "escalated",
		[NOTICE_FLAPPING] = "flapping", [NOTICE_DIGEST] = "digest",
	};

	return NAME_OF(t, k);
}

const char *
permit_state_name(enum permit_state s)
{
	static const char *const t[] = {
		[PERMIT_GRANTED] = "granted", [PERMIT_STARTED] = "started",
		[PERMIT_CLOSED] = "closed", [PERMIT_EXPIRED] = "expired",
	};

	return NAME_OF(t, s);
}

const char *
waiver_state_name(enum waiver_state s)
{
	static const char *const t[] = {
		[WAIVER_LIVE] = "live", [WAIVER_EXPIRED] = "expired",
		[WAIVER_UNDONE] = "undone", [WAIVER_NEEDLESS] = "needless",
	};

	return NAME_OF(t, s);
}

const char *
backfill_state_name(enum backfill_state s)
{
	static const char *const t[] = {
		[BACKFILL_RUNNING] = "running", [BACKFILL_PAUSED] = "paused",
		[BACKFILL_DONE] = "done", [BACKFILL_FAILED] = "failed",
		[BACKFILL_CANCELLED] = "cancelled",
	};

	return NAME_OF(t, s);
}

const char *
backfill_stop_name(enum backfill_stop s)
{
	static const char *const t[] = {
		[STOP_NONE] = "none", [STOP_PERSON] = "person",
		[STOP_CANARY] = "canary", [STOP_IN_ROW] = "in_row",
	};

	return NAME_OF(t, s);
}

const char *
record_kind_name(enum record_kind k)
{
	static const char *const t[] = {
		[RECORD_PIPELINE] = "pipeline",
		[RECORD_MET_CHECK] = "met_check",
		[RECORD_MET_GATE] = "met_gate",
		[RECORD_MET_PHASE] = "met_phase", [RECORD_DATE] = "date",
		[RECORD_CHECK] = "check", [RECORD_GATE] = "gate",
		[RECORD_PHASE] = "phase", [RECORD_ATTEMPT] = "attempt",
		[RECORD_RECOVERY] = "recovery",
		[RECORD_INCIDENT] = "incident", [RECORD_BREACH] = "breach",
		[RECORD_HOLD] = "hold", [RECORD_OVERRIDE] = "override",
		[RECORD_BACKFILL] = "backfill", [RECORD_WAIVER] = "waiver",
		[RECORD_PERMIT] = "permit", [RECORD_BREAKER] = "breaker",
		[RECORD_TRACK] = "track", [RECORD_DISABLED] = "disabled",
		[RECORD_ARRIVAL] = "arrival",
		[RECORD_NOTE] = "note",
	};

	return NAME_OF(t, k);
}

const char *
breaker_state_name(enum breaker_state s)
{
	static const char *const t[] = {
		[BREAKER_CLOSED] = "closed", [BREAKER_OPEN] = "open",
		[BREAKER_HALF_OPEN] = "half_open",
	};

	return NAME_OF(t, s);
}

const char *
label_name(enum incident_label l)
{
	static const char *const t[] = {
		[LABEL_NONE] = "none", [LABEL_FALSE] = "false",
		[LABEL_TRUE] = "true",
	};

	return NAME_OF(t, l);
}

const char *
why_name(enum why w)
{
	static const char *const t[] = {
		[WHY_NOTHING] = "nothing", [WHY_UPSTREAM] = "upstream",
		[WHY_GATE] = "gate", [WHY_CHECK] = "check",
		[WHY_CALENDAR] = "calendar", [WHY_NOT_BEFORE] = "not_before",
		[WHY_NOT_ENDED] = "not_ended", [WHY_HELD] = "held",
		[WHY_MODE] = "mode", [WHY_ADOPTED] = "adopted",
		[WHY_TOO_OLD] = "too_old",
		[WHY_STALE_EVIDENCE] = "stale_evidence",
		[WHY_IN_FLIGHT] = "in_flight", [WHY_PERMIT] = "permit",
		[WHY_BACKOFF] = "backoff", [WHY_BUDGET_DATE] = "budget_date",
		[WHY_BUDGET_ACTION] = "budget_action",
		[WHY_BUDGET_GLOBAL] = "budget_global",
		[WHY_ATTEMPTS] = "attempts", [WHY_NO_EFFECT] = "no_effect",
		[WHY_WORSE] = "worse", [WHY_PERMANENT] = "permanent",
		[WHY_UNPROVEN] = "unproven", [WHY_IN_DOUBT] = "in_doubt",
		[WHY_UNKNOWN] = "unknown", [WHY_NO_START] = "no_start",
		[WHY_RETIRED] = "retired",
		[WHY_OBSERVED] = "observed", [WHY_EXTERNAL] = "external",
		[WHY_BUDGET_BACKFILL] = "budget_backfill",
		[WHY_BREAKER] = "breaker",
		[WHY_DISABLED] = "disabled",
		[WHY_BUDGET_ITEM] = "budget_item", [WHY_PERSON] = "person",
		[WHY_NO_RETURN] = "no_return", [WHY_EARLY] = "early",
	};

	return NAME_OF(t, w);
}
