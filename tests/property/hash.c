/* SPDX-License-Identifier: BSD-2-Clause
 *
 * hash.c -- what a seed's journal comes to (I17).
 *
 * Every row that is committed goes in, in order, field by field, because the
 * bytes between fields are nobody's. Two plays of one seed must come to the
 * same.
 */
#include <string.h>

#include "oracle.h"

enum { FIELDS = 8 };

static void
fields_of_date(const struct record *r, int64_t v[FIELDS])
{
	const struct check_row *c = &r->u.check;
	const struct phase_row *ph = &r->u.phase;

	switch (r->kind) {
	case RECORD_DATE:
		v[0] = r->u.date_row.owed;
		v[1] = r->u.date_row.anchor;
		v[2] = r->u.date_row.adopted | r->u.date_row.closed << 1;
		break;
	case RECORD_CHECK:
		v[0] = c->raw;
		memcpy(&v[1], &c->value, sizeof v[1]);
		v[2] = c->in_row;
		v[3] = c->began_wall;
		v[4] = c->changed_at;
		break;
	case RECORD_GATE:
		v[0] = r->u.gate.verdict;
		v[1] = r->u.gate.severity;
		v[2] = (int64_t)r->u.gate.revision;
		v[3] = r->u.gate.at;
		break;
	case RECORD_PHASE:
		v[0] = ph->state;
		v[1] = ph->marks;
		v[2] = (int64_t)ph->attempt;
		v[3] = ph->attempts;
		v[4] = ph->since;
		v[5] = (int64_t)ph->relied;
		v[6] = ph->retry_at;
		break;
	default:
		break;
	}
}

static void
fields_of_work(const struct record *r, int64_t v[FIELDS])
{
	const struct attempt_row *a = &r->u.attempt;

	switch (r->kind) {
	case RECORD_ATTEMPT:
		v[0] = (int64_t)a->id;
		v[1] = a->state;
		v[2] = a->outcome;
		v[3] = a->failing;
		v[4] = a->intent_at;
		v[5] = a->ended_at;
		break;
	case RECORD_RECOVERY:
		v[0] = r->u.recovery.attempts;
		v[1] = r->u.recovery.ended;
		v[2] = r->u.recovery.next_at;
		break;
	case RECORD_BREAKER:
		v[0] = r->u.breaker.state;
		v[1] = r->u.breaker.until;
		v[2] = r->u.breaker.n;
		v[3] = r->u.breaker.ramp;
		break;
	case RECORD_ARRIVAL:
		v[0] = r->u.arrival.day_class;
		v[1] = r->u.arrival.counts;
		v[2] = r->u.arrival.due;
		v[3] = r->u.arrival.arrived_at;
		v[4] = r->u.arrival.n;
		break;
	case RECORD_TRACK:
		v[0] = r->u.track.tries;
		v[1] = r->u.track.in_vain;
		v[2] = (int64_t)r->u.track.incident;
		break;
	case RECORD_DISABLED:
		v[0] = r->u.disabled.live;
		v[1] = r->u.disabled.checks;
		break;
	case RECORD_HOLD:
		v[0] = (int64_t)r->u.hold.id;
		v[1] = r->u.hold.live;
		v[2] = r->u.hold.until;
		break;
	case RECORD_OVERRIDE:
		v[0] = (int64_t)r->u.override.id;
		v[1] = r->u.override.live;
		v[2] = r->u.override.n;
		break;
	case RECORD_PERMIT:
		v[0] = (int64_t)r->u.permit.id;
		v[1] = r->u.permit.state;
		v[2] = r->u.permit.valid_until;
		break;
	case RECORD_BACKFILL:
		v[0] = (int64_t)r->u.backfill.id;
		v[1] = r->u.backfill.state;
		v[2] = r->u.backfill.changed_at;
		break;
	case RECORD_WAIVER:
		v[0] = (int64_t)r->u.waiver.id;
		v[1] = r->u.waiver.state;
		v[2] = r->u.waiver.until;
		break;
	default:
		break;
	}
}

static void
fields_of_talk(const struct record *r, int64_t v[FIELDS])
{
	const struct incident_row *in = &r->u.incident;
	const struct breach_row *b = &r->u.breach;

	switch (r->kind) {
	case RECORD_INCIDENT:
		v[0] = (int64_t)in->number;
		v[1] = in->open | in->gave_up << 1 | in->clearing << 2;
		v[2] = in->severity;
		v[3] = in->told_count;
		v[4] = in->opened_at;
		v[5] = in->closed_at;
		break;
	case RECORD_BREACH:
		v[0] = (int64_t)b->incident;
		v[1] = b->kind;
		v[2] = b->subject;
		v[3] = b->open | b->child << 1;
		v[4] = b->since;
		break;
	case RECORD_NOTE:
		v[0] = r->u.note.kind;
		v[1] = r->u.note.detail;
		break;
	default:
		break;
	}
}

void
hash_row(struct play *p, const struct record *r)
{
	const int64_t head[] = { r->kind, r->pipeline, r->dated ? r->date.day :
		0, r->subject };
	int64_t v[FIELDS] = { 0 };

	fields_of_date(r, v);
	fields_of_work(r, v);
	fields_of_talk(r, v);
	hash_bytes(p, head, sizeof head);
	hash_bytes(p, v, sizeof v);
}

void
hash_message(struct play *p, const struct effect *x)
{
	const int64_t v[] = { (int64_t)x->u.notify.message,
		(int64_t)x->u.notify.incident, x->u.notify.kind,
		x->u.notify.severity };

	hash_bytes(p, v, sizeof v);
}
