/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lines.c -- rows as lines of a time line.
 *
 * One line says what a row has come to. Rows that only count (a date that is
 * opened, a confirmation) have none where nothing would be learned.
 */
#include "simulate/lines.h"

#include <math.h>

#include "base/json.h"
#include "daemon/words.h"

static const char *
line_date(struct text *t, const struct record *r)
{
	if (r->u.date_row.closed)
		text_add(t, "is not watched any more");
	else if (r->u.date_row.owed < 0)
		text_add(t, "begins");
	else
		text_addf(t, "owes %lld", (long long)r->u.date_row.owed);
	return "date";
}

static const char *
line_check(struct text *t, const struct graph *g, const struct record *r)
{
	const struct check_row *c = &r->u.check;

	text_addf(t, "%s: ", g->checks[r->subject].name);
	words_reading_long(t, c->measured ? c->value : (double)NAN,
	    c->expected);
	text_addf(t, ", %s", result_name(c->raw));
	if (c->raw == RESULT_FAIL && c->in_row > 1)
		text_add(t, ", confirmed");
	return "check";
}

static const char *
line_gate(struct text *t, const struct world *w, const struct record *r)
{
	const struct gate_row *row = &r->u.gate;
	const json_t *reasons = json_object_get(world_said(w, r->subject,
	    r->date), "reasons"), *j;
	size_t i;

	text_addf(t, "%s: %s", world_conf(w)->graph.gates[r->subject].name,
	    verdict_name(row->verdict));
	if (row->severity != SEVERITY_NONE)
		text_addf(t, ", %s", severity_name(row->severity));
	json_array_foreach(reasons, i, j)
		text_addf(t, "%s%s", i == 0 ? "; " : ", ",
		    json_string_value(j));
	return world_conf(w)->graph.gates[r->subject].alarm ? "alarm" :
	    "gate";
}

static const char *
line_phase(struct text *t, const struct graph *g, const struct record *r)
{
	static const char *const marks[] = { "degraded", "overridden",
		"bypassed", "stale", "outside" };
	const struct phase_row *row = &r->u.phase;
	size_t i;

	text_addf(t, "%s: %s", g->phases[r->subject].name,
	    phase_state_name(row->state));
	for (i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (row->marks & 1u << i)
			text_addf(t, ", %s", marks[i]);
	if (row->failed_why != WHY_NOTHING)
		text_addf(t, ", %s", why_name(row->failed_why));
	return "phase";
}

static const char *
line_attempt(struct text *t, const struct graph *g, const struct record *r)
{
	const struct attempt_row *a = &r->u.attempt;

	text_addf(t, "%llu, try %d of %s: %s", (unsigned long long)a->id,
	    (int)a->number, a->recovery != NONE ?
	    g->recoveries[a->recovery].name : g->phases[a->phase].name,
	    attempt_state_name(a->state));
	if (a->outcome != OUTCOME_NONE)
		text_addf(t, ", %s", outcome_name(a->outcome));
	if (a->failure != FAILURE_NONE)
		text_addf(t, ", %s", failure_name(a->failure));
	return "attempt";
}

static const char *
line_recovery(struct text *t, const struct graph *g, const struct record *r)
{
	const struct recovery_row *row = &r->u.recovery;

	if (row->ended == WHY_NOTHING)
		return NULL;
	text_addf(t, "%s: has ended, %s", g->recoveries[r->subject].name,
	    why_name(row->ended));
	return "recovery";
}

static const char *
line_incident(struct text *t, const struct record *r)
{
	const struct incident_row *row = &r->u.incident;

	text_addf(t, "%llu: %s%s%s%s", (unsigned long long)row->number,
	    row->open ? "open, " : "ended, ", severity_name(row->severity),
	    row->clearing && row->open ? ", clearing" : "", row->gave_up ?
	    ", automation has given up" : "");
	return "incident";
}

static const char *
line_backfill(struct text *t, const struct record *r)
{
	const struct backfill_row *b = &r->u.backfill;

	text_addf(t, "%llu: %s%s%s, %s", (unsigned long long)b->id,
	    backfill_state_name(b->state), b->stop == STOP_NONE ? "" : ", ",
	    b->stop == STOP_NONE ? "" : backfill_stop_name(b->stop),
	    b->dates);
	return "backfill";
}

static const char *
line_note(struct text *t, const struct graph *g, const struct record *r)
{
	const struct note_row *n = &r->u.note;

	if (n->kind != NOTE_WOULD_START || n->subject == NONE)
		return NULL;
	text_addf(t, "would start %s: the mode keeps it", n->detail == 1 ?
	    g->recoveries[n->subject].name : g->phases[n->subject].name);
	return "note";
}

const char *
line_of_row(struct text *t, const struct world *w, const struct record *r)
{
	const struct graph *g = &world_conf(w)->graph;

	switch (r->kind) {
	case RECORD_DATE:
		return line_date(t, r);
	case RECORD_CHECK:
		return line_check(t, g, r);
	case RECORD_GATE:
		return line_gate(t, w, r);
	case RECORD_PHASE:
		return line_phase(t, g, r);
	case RECORD_ATTEMPT:
		return line_attempt(t, g, r);
	case RECORD_RECOVERY:
		return line_recovery(t, g, r);
	case RECORD_INCIDENT:
		return line_incident(t, r);
	case RECORD_BACKFILL:
		return line_backfill(t, r);
	case RECORD_NOTE:
		return line_note(t, g, r);
	case RECORD_PIPELINE:
	case RECORD_MET_CHECK:
	case RECORD_MET_GATE:
	case RECORD_MET_PHASE:
	case RECORD_BREACH:
	case RECORD_HOLD:
	case RECORD_OVERRIDE:
	case RECORD_PERMIT:
	case RECORD_WAIVER:
	case RECORD_BREAKER:
	case RECORD_TRACK:
	case RECORD_DISABLED:
	case RECORD_ARRIVAL:
	case RECORD_KINDS:
		break;
	}
	return NULL;
}
