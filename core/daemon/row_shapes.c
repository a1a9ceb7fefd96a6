/* SPDX-License-Identifier: BSD-2-Clause
 *
 * row_shapes.c -- what each kind of record has.
 *
 * The tables follow engine/record.h member by member, with the same names.
 * Three things need more than a table: a number whose kind depends on
 * another member (root of an incident, subject of a breach or hold), the
 * conditions of an override (row_override.c), and the checks of an attempt
 * (row_attempt.c).
 */
#include "daemon/row_shapes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "engine/engine.h"

/*------------------------------------------------------------------- words */

#define WORDS(name, fn, type, last) \
	static const char * \
	name##_word(unsigned int v) \
	{ \
		return fn((enum type)v); \
	} \
	static const struct words name = { name##_word, (last) + 1 }

static const char *
hold_scope_name(enum hold_scope s)
{
	static const char *const t[] = {
		[HOLD_ALL] = "all", [HOLD_PIPELINE] = "pipeline",
		[HOLD_PHASE] = "phase", [HOLD_RECOVERY] = "recovery"
	};

	return t[s];
}

static const char *
note_kind_name(enum note_kind k)
{
	static const char *const t[] = {
		[NOTE_WOULD_START] = "would_start",
		[NOTE_CLOCK_JUMP] = "clock_jump",
		[NOTE_MISSED_SLOT] = "missed_slot",
		[NOTE_LATE_VERDICT] = "late_verdict",
		[NOTE_PLAN_ENDS] = "plan_ends",
		[NOTE_STARTED_BY_OUTSIDE] = "started_by_outside",
		[NOTE_CHECK_OVERDUE] = "check_overdue"
	};

	assert((unsigned int)k < ARRAY_SIZE(t));
	return t[k];
}

WORDS(results, result_name, result, RESULT_NOT_DUE);
WORDS(verdicts, verdict_name, verdict, VERDICT_BLOCKED);
WORDS(severities, severity_name, severity, SEVERITY_CRITICAL);
WORDS(phase_states, phase_state_name, phase_state, PHASE_STATES - 1);
WORDS(attempt_states, attempt_state_name, attempt_state, ATTEMPT_HELD);
WORDS(outcomes, outcome_name, outcome, OUTCOME_NOT_DONE);
WORDS(failures, failure_name, failure, FAILURE_FAULT);
WORDS(whys, why_name, why, WHY_COUNT - 1);
WORDS(root_kinds, root_kind_name, root_kind, ROOT_EARLY);
WORDS(breaker_states, breaker_state_name, breaker_state, BREAKER_HALF_OPEN);
WORDS(permit_states, permit_state_name, permit_state, PERMIT_EXPIRED);
WORDS(hold_scopes, hold_scope_name, hold_scope, HOLD_RECOVERY);
WORDS(labels, label_name, incident_label, LABEL_TRUE);
WORDS(backfill_states, backfill_state_name, backfill_state,
    BACKFILL_CANCELLED);
WORDS(waiver_states, waiver_state_name, waiver_state, WAIVER_NEEDLESS);
WORDS(backfill_stops, backfill_stop_name, backfill_stop, STOP_IN_ROW);
WORDS(note_kinds, note_kind_name, note_kind, NOTE_CHECK_OVERDUE);

_Static_assert(sizeof(enum why) == sizeof(uint32_t), "words are 32 bits");

/*------------------------------------------------------------------ tables */

#define F(row, member, type) \
	{ #member, FIELD_##type, offsetof(struct row, member), \
	    sizeof(((struct row *)0)->member), NULL, OBJECT_NONE, false }
#define F_WORD(row, member, words) \
	{ #member, FIELD_WORD, offsetof(struct row, member), 0, &(words), \
	    OBJECT_NONE, false }
#define F_OBJECT(row, member, object) \
	{ #member, FIELD_OBJECT, offsetof(struct row, member), 0, NULL, \
	    OBJECT_##object, false }
/* Members that rows of older versions don't have. */
#define LATER(row, member, type) \
	{ #member, FIELD_##type, offsetof(struct row, member), \
	    sizeof(((struct row *)0)->member), NULL, OBJECT_NONE, true }
#define LATER_WORD(row, member, words) \
	{ #member, FIELD_WORD, offsetof(struct row, member), 0, &(words), \
	    OBJECT_NONE, true }
#define F_END { NULL, FIELD_BOOL, 0, 0, NULL, OBJECT_NONE, false }

static const struct field pipeline_fields[] = {
	F(pipeline_row, known, BOOL),
	F(pipeline_row, adopted_through, DATE),
	F(pipeline_row, summary_told, BOOL), F(pipeline_row, meeting, INT),
	F_END
};

static const struct field met_fields[] = {
	F(met_row, through, DATE), F(met_row, meeting, INT),
	F_END
};

static const struct field date_fields[] = {
	F(date_row, owed, COUNT), F(date_row, anchor, INSTANT),
	F(date_row, adopted, BOOL), F(date_row, closed, BOOL),
	F_END
};

static const struct field check_fields[] = {
	F_WORD(check_row, raw, results), F(check_row, measured, BOOL),
	F(check_row, value, REAL), F(check_row, expected, REAL),
	F(check_row, missing, COUNT), F(check_row, extra, COUNT),
	F(check_row, items_hash, HASH), F(check_row, measurement, ID),
	F(check_row, changed_at, INSTANT), F(check_row, since, INSTANT),
	F(check_row, began_wall, INSTANT), F(check_row, ended_wall, INSTANT),
	F(check_row, began_boot, INSTANT), F(check_row, boot_id, HASH),
	F(check_row, in_row, INT), F(check_row, fault, BOOL),
	LATER(check_row, waived, LONG),
	F_END
};

static const struct field arrival_fields[] = {
	F(arrival_row, day_class, INT), F(arrival_row, counts, BOOL),
	F(arrival_row, owed, COUNT),
	F(arrival_row, due, INSTANT), F(arrival_row, arrived_at, INSTANT),
	F(arrival_row, value, REAL), F(arrival_row, expected, REAL),
	F_END
};

static const struct field gate_fields[] = {
	F_WORD(gate_row, verdict, verdicts),
	F_WORD(gate_row, severity, severities),
	F(gate_row, revision, HASH), F(gate_row, at, INSTANT),
	F(gate_row, next_change, INSTANT), F(gate_row, fault, BOOL),
	F_END
};

static const struct field phase_fields[] = {
	F_WORD(phase_row, state, phase_states), F(phase_row, marks, MARKS),
	F(phase_row, attempt, ID), F(phase_row, attempts, INT),
	F(phase_row, episode, INT), F(phase_row, since, INSTANT),
	F(phase_row, done_at, INSTANT), F(phase_row, ended_at, INSTANT),
	F(phase_row, retry_at, INSTANT), F(phase_row, relied, HASH),
	F_WORD(phase_row, failed_why, whys), F(phase_row, run_id, TEXT),
	LATER(phase_row, definition, HASH),
	F_END
};

static const struct field attempt_fields[] = {
	F(attempt_row, id, ID), F_OBJECT(attempt_row, action, ACTION),
	F_OBJECT(attempt_row, phase, PHASE),
	F_OBJECT(attempt_row, recovery, RECOVERY),
	F(attempt_row, number, INT),
	F_WORD(attempt_row, state, attempt_states),
	F_WORD(attempt_row, outcome, outcomes),
	F_WORD(attempt_row, failure, failures),
	F(attempt_row, intent_at, INSTANT),
	F(attempt_row, started_at, INSTANT),
	F(attempt_row, ended_at, INSTANT),
	F(attempt_row, closed_at, INSTANT),
	F(attempt_row, ended_boot, INSTANT),
	F(attempt_row, verify_until, INSTANT),
	F(attempt_row, retry_after_ms, LONG),
	F(attempt_row, by_person, BOOL), F(attempt_row, actor, TEXT),
	LATER(attempt_row, backfill, ID),
	F_END
};

static const struct field recovery_fields[] = {
	F(recovery_row, attempts, INT), F(recovery_row, no_effect, INT),
	F(recovery_row, episode, INT), F_WORD(recovery_row, ended, whys),
	F(recovery_row, next_at, INSTANT), F(recovery_row, since, INSTANT),
	F_WORD(recovery_row, last, outcomes),
	LATER(recovery_row, definition, HASH),
	F_END
};

static const struct field incident_fields[] = {
	F(incident_row, number, ID),
	F_WORD(incident_row, kind, root_kinds),
	F(incident_row, open, BOOL), F(incident_row, gave_up, BOOL),
	F(incident_row, clearing, BOOL),
	F_WORD(incident_row, severity, severities),
	F_WORD(incident_row, told, severities),
	F(incident_row, opened_at, INSTANT),
	F(incident_row, closed_at, INSTANT),
	F(incident_row, clear_since, INSTANT),
	F(incident_row, told_at, INSTANT), F(incident_row, told_count, INT),
	F(incident_row, message, ID), F(incident_row, acked_until, INSTANT),
	F(incident_row, acked_by, TEXT),
	LATER_WORD(incident_row, label, labels),
	LATER(incident_row, labelled_at, INSTANT),
	LATER(incident_row, labelled_by, TEXT),
	LATER(incident_row, label_reason, TEXT),
	LATER(incident_row, withdrawn, BOOL),
	F_END
};

static const struct field breach_fields[] = {
	F_WORD(breach_row, kind, root_kinds), F(breach_row, incident, ID),
	F(breach_row, child, BOOL), F(breach_row, open, BOOL),
	F_WORD(breach_row, severity, severities),
	F_WORD(breach_row, why, whys), F(breach_row, since, INSTANT),
	F(breach_row, until, INSTANT),
	F_END
};

static const struct field hold_fields[] = {
	F(hold_row, id, ID), F_WORD(hold_row, scope, hold_scopes),
	F(hold_row, any_date, BOOL), F(hold_row, live, BOOL),
	F(hold_row, until, INSTANT), F(hold_row, actor, TEXT),
	F(hold_row, reason, TEXT),
	F_END
};

static const struct field override_fields[] = {
	F(override_row, id, ID), F_OBJECT(override_row, phase, PHASE),
	F(override_row, live, BOOL), F(override_row, at, INSTANT),
	F(override_row, until, INSTANT), F(override_row, actor, TEXT),
	F(override_row, reason, TEXT),
	F_END
};

static const struct field permit_fields[] = {
	F(permit_row, id, ID), F_OBJECT(permit_row, phase, PHASE),
	F(permit_row, run_id, TEXT),
	F_WORD(permit_row, state, permit_states),
	F_WORD(permit_row, verdict, verdicts), F(permit_row, at, INSTANT),
	F(permit_row, valid_until, INSTANT), F(permit_row, actor, TEXT),
	F_END
};

static const struct field backfill_fields[] = {
	F(backfill_row, id, ID), F(backfill_row, from, DATE),
	F(backfill_row, to, DATE), F_OBJECT(backfill_row, phase, PHASE),
	F(backfill_row, at_most, INT), F(backfill_row, starts_per_hour, INT),
	F(backfill_row, newest_first, BOOL), F(backfill_row, external, BOOL),
	F(backfill_row, canary, BOOL), F(backfill_row, proven, BOOL),
	F(backfill_row, first, INT),
	F_WORD(backfill_row, severity, severities),
	F_WORD(backfill_row, state, backfill_states),
	F_WORD(backfill_row, stop, backfill_stops),
	F_WORD(backfill_row, why, whys), F(backfill_row, in_row, INT),
	F(backfill_row, at, INSTANT), F(backfill_row, changed_at, INSTANT),
	F(backfill_row, ended_at, INSTANT), F(backfill_row, dates, TEXT),
	F(backfill_row, actor, TEXT), F(backfill_row, reason, TEXT),
	F_END
};

static const struct field waiver_fields[] = {
	F(waiver_row, id, ID), F_OBJECT(waiver_row, check, CHECK),
	F_WORD(waiver_row, state, waiver_states), F(waiver_row, seen, BOOL),
	F(waiver_row, at, INSTANT), F(waiver_row, until, INSTANT),
	F(waiver_row, ended_at, INSTANT), F(waiver_row, items, TEXT),
	F(waiver_row, actor, TEXT), F(waiver_row, reason, TEXT),
	F_END
};

static const struct field breaker_fields[] = {
	F_WORD(breaker_row, state, breaker_states),
	F(breaker_row, since, INSTANT), F(breaker_row, until, INSTANT),
	F(breaker_row, open_ms, LONG), F(breaker_row, probe_from, ID),
	F(breaker_row, good, INT), F(breaker_row, ramp, INT),
	F_END
};

static const struct field track_fields[] = {
	F(track_row, tries, LONG), F(track_row, succeeded, LONG),
	F(track_row, in_vain, INT), F(track_row, vain_since, INSTANT),
	F(track_row, succeeded_at, INSTANT), F(track_row, incident, ID),
	F_END
};

static const struct field disabled_fields[] = {
	F(disabled_row, live, BOOL), F(disabled_row, attempt, ID),
	F(disabled_row, at, INSTANT), F(disabled_row, reopened_by, TEXT),
	F_END
};

static const struct field note_fields[] = {
	F_WORD(note_row, kind, note_kinds), F(note_row, detail, LONG),
	F_WORD(note_row, why, whys),
	F_END
};

/*---------------------------------------------------------- of which kind */

static enum object
object_of_root(enum root_kind k)
{
	switch (k) {
	case ROOT_PHASE:
	case ROOT_BYPASS:
	case ROOT_ATTEMPT:
		return OBJECT_PHASE;
	case ROOT_ALARM:
		return OBJECT_GATE;
	case ROOT_PROBE:
	case ROOT_EARLY:
		return OBJECT_CHECK;
	case ROOT_ACTION:
		return OBJECT_ACTION;
	case ROOT_ADOPTION:
		break;
	}
	return OBJECT_NONE;
}

static enum object
object_of_scope(enum hold_scope s)
{
	switch (s) {
	case HOLD_PIPELINE:
		return OBJECT_PIPELINE;
	case HOLD_PHASE:
		return OBJECT_PHASE;
	case HOLD_RECOVERY:
		return OBJECT_RECOVERY;
	case HOLD_ALL:
		break;
	}
	return OBJECT_NONE;
}

static enum object
object_of_note(const struct note_row *n)
{
	switch (n->kind) {
	case NOTE_LATE_VERDICT:
		return OBJECT_GATE;
	case NOTE_MISSED_SLOT:
	case NOTE_CHECK_OVERDUE:
		return OBJECT_CHECK;
	case NOTE_PLAN_ENDS:
		return OBJECT_RECOVERY;
	case NOTE_WOULD_START:
		return n->detail == 1 ? OBJECT_RECOVERY : OBJECT_PHASE;
	case NOTE_STARTED_BY_OUTSIDE:
		return OBJECT_PHASE;
	case NOTE_CLOCK_JUMP:
		break;
	}
	return OBJECT_NONE;
}

static void
put_incident(struct row_io *io, const struct record *r)
{
	io_put_object(io, io->data, "root",
	    object_of_root(r->u.incident.kind), r->u.incident.root);
}

static void
get_incident(struct row_io *io, struct record *r)
{
	r->u.incident.root = io_get_object(io, io->data, "root",
	    object_of_root(r->u.incident.kind));
}

static void
put_breach(struct row_io *io, const struct record *r)
{
	io_put_object(io, io->data, "subject",
	    object_of_root(r->u.breach.kind), r->u.breach.subject);
}

static void
get_breach(struct row_io *io, struct record *r)
{
	r->u.breach.subject = io_get_object(io, io->data, "subject",
	    object_of_root(r->u.breach.kind));
}

static void
put_hold(struct row_io *io, const struct record *r)
{
	io_put_object(io, io->data, "subject",
	    object_of_scope(r->u.hold.scope), r->u.hold.subject);
}

static void
get_hold(struct row_io *io, struct record *r)
{
	r->u.hold.subject = io_get_object(io, io->data, "subject",
	    object_of_scope(r->u.hold.scope));
}

static void
put_note(struct row_io *io, const struct record *r)
{
	io_put_object(io, io->data, "subject", object_of_note(&r->u.note),
	    r->u.note.subject);
}

static void
get_note(struct row_io *io, struct record *r)
{
	r->u.note.subject = io_get_object(io, io->data, "subject",
	    object_of_note(&r->u.note));
}

/* One letter for each of its dates, no more and no fewer. */
static void
get_backfill(struct row_io *io, struct record *r)
{
	const struct backfill_row *b = &r->u.backfill;
	int64_t n = (int64_t)b->to.day - b->from.day + 1;

	if (io->error == 0 && (n < 1 || n > BACKFILL_DATES ||
	    (int64_t)strlen(b->dates) != n ||
	    (b->first != NONE && (b->first < 0 || b->first >= n))))
		io_wrong(io, "dates");
}

/*------------------------------------------------------------------ shapes */

const struct shape *
shape_of(enum record_kind kind)
{
	static const struct shape shapes[RECORD_KINDS] = {
		[RECORD_PIPELINE] = { pipeline_fields, NULL, NULL, false,
		    OBJECT_NONE },
		[RECORD_MET_CHECK] = { met_fields, NULL, NULL, false,
		    OBJECT_CHECK },
		[RECORD_MET_GATE] = { met_fields, NULL, NULL, false,
		    OBJECT_GATE },
		[RECORD_MET_PHASE] = { met_fields, NULL, NULL, false,
		    OBJECT_PHASE },
		[RECORD_DATE] = { date_fields, NULL, NULL, false,
		    OBJECT_NONE },
		[RECORD_CHECK] = { check_fields, NULL, NULL, false,
		    OBJECT_CHECK },
		[RECORD_GATE] = { gate_fields, NULL, NULL, false,
		    OBJECT_GATE },
		[RECORD_PHASE] = { phase_fields, NULL, NULL, false,
		    OBJECT_PHASE },
		[RECORD_ATTEMPT] = { attempt_fields, put_attempt,
		    get_attempt, true, OBJECT_NONE },
		[RECORD_RECOVERY] = { recovery_fields, NULL, NULL, false,
		    OBJECT_RECOVERY },
		[RECORD_INCIDENT] = { incident_fields, put_incident,
		    get_incident, true, OBJECT_NONE },
		[RECORD_BREACH] = { breach_fields, put_breach, get_breach,
		    true, OBJECT_NONE },
		[RECORD_HOLD] = { hold_fields, put_hold, get_hold, true,
		    OBJECT_NONE },
		[RECORD_OVERRIDE] = { override_fields, put_override,
		    get_override, true, OBJECT_NONE },
		[RECORD_PERMIT] = { permit_fields, NULL, NULL, true,
		    OBJECT_NONE },
		[RECORD_BACKFILL] = { backfill_fields, NULL, get_backfill,
		    true, OBJECT_NONE },
		[RECORD_WAIVER] = { waiver_fields, NULL, NULL, true,
		    OBJECT_NONE },
		[RECORD_BREAKER] = { breaker_fields, put_breaker, get_breaker,
		    false, OBJECT_BREAKER },
		[RECORD_TRACK] = { track_fields, NULL, NULL, false,
		    OBJECT_ACTION },
		[RECORD_DISABLED] = { disabled_fields, put_disabled,
		    get_disabled, false, OBJECT_RECOVERY },
		[RECORD_ARRIVAL] = { arrival_fields, put_arrival,
		    get_arrival, false, OBJECT_CHECK },
		[RECORD_NOTE] = { note_fields, put_note, get_note, true,
		    OBJECT_NONE }
	};

	assert((unsigned int)kind < RECORD_KINDS);
	return &shapes[kind];
}

static int32_t
attempt_subject(const struct attempt_row *a, enum object *ret_kind)
{
	*ret_kind = a->recovery != NONE ? OBJECT_RECOVERY : OBJECT_PHASE;
	return a->recovery != NONE ? a->recovery : a->phase;
}

int32_t
shape_subject(const struct record *r, enum object *ret_kind)
{
	*ret_kind = shape_of(r->kind)->subject;
	switch (r->kind) {
	case RECORD_ATTEMPT:
		return attempt_subject(&r->u.attempt, ret_kind);
	case RECORD_INCIDENT:
		*ret_kind = object_of_root(r->u.incident.kind);
		return r->u.incident.root;
	case RECORD_BREACH:
		*ret_kind = object_of_root(r->u.breach.kind);
		return r->u.breach.subject;
	case RECORD_HOLD:
		*ret_kind = object_of_scope(r->u.hold.scope);
		return r->u.hold.subject;
	case RECORD_OVERRIDE:
		*ret_kind = OBJECT_PHASE;
		return r->u.override.phase;
	case RECORD_PERMIT:
		*ret_kind = OBJECT_PHASE;
		return r->u.permit.phase;
	case RECORD_BACKFILL:
		*ret_kind = OBJECT_PHASE;
		return r->u.backfill.phase;
	case RECORD_WAIVER:
		*ret_kind = OBJECT_CHECK;
		return r->u.waiver.check;
	case RECORD_NOTE:
		*ret_kind = object_of_note(&r->u.note);
		return r->u.note.subject;
	default:
		return r->subject;
	}
}

uint64_t
shape_id(const struct record *r)
{
	switch (r->kind) {
	case RECORD_ATTEMPT:
		return r->u.attempt.id;
	case RECORD_INCIDENT:
		return r->u.incident.number;
	case RECORD_BREACH:
		return r->u.breach.incident;
	case RECORD_HOLD:
		return r->u.hold.id;
	case RECORD_OVERRIDE:
		return r->u.override.id;
	case RECORD_PERMIT:
		return r->u.permit.id;
	case RECORD_BACKFILL:
		return r->u.backfill.id;
	case RECORD_WAIVER:
		return r->u.waiver.id;
	default:
		return 0;
	}
}
