/* SPDX-License-Identifier: BSD-2-Clause
 *
 * adoption.c -- the first meeting with a pipeline, and the last with a date.
 *
 * Dates that had ended before we came, or before a part of the pipeline did
 * (met.c), are measured like any other, but none of their holes is told by
 * itself: once all of them have been measured and judged, or after an hour,
 * one summary is. That it was told is a row, in the same step as the message,
 * so that a restart doesn't tell it again.
 *
 * What is open on a date that leaves the watch ends with it, since nothing
 * will look at it any more: an incident that was told about is told to have
 * ended, an attempt that waits for its proof stays unproven.
 */
#include "engine/incidents.h"
#include "engine/work.h"

static const int64_t patience_ms = 3600000;

/* Of the k-th check, or behind them gate, of a date: is it owed and not yet
 * measured, or asked and not yet judged? */
static bool
is_known(const struct engine *e, const struct lane *l, const struct day *d,
    int32_t k)
{
	if (k < l->n_checks)
		return d->checks[k].known || check_result(e, l->checks[k], d,
		    e->now.wall) == RESULT_SKIP;
	k -= l->n_checks;
	return d->row.owed == 0 || d->gates[k].untold ||
	    gate_settled(e, l->gates[k], d);
}

/* On from where something wasn't known when it was looked last. */
static bool
known_from_there(const struct engine *e, struct lane *l, bool *ret_any)
{
	int32_t i, n = l->n_checks + l->n_gates;

	for (i = 0; i < l->n_used && l->days[i].date.day <=
	    l->met_through.day; i++) {
		const struct day *d = &l->days[i];

		*ret_any = true;
		if (d->date.day < l->known.day)
			continue;
		if (d->date.day > l->known.day)
			l->known = (struct known_to){ d->date.day, 0 };
		for (; l->known.k < n; l->known.k++)
			if (!is_known(e, l, d, l->known.k))
				return false;
	}
	return true;
}

/* The oldest first: they are measured last. What was known may be so no more
 * when the calendar has said otherwise: so all of it is looked at again in
 * the end. */
static bool
all_known(const struct engine *e, int32_t pipeline, bool *ret_any)
{
	struct lane *l = &e->lanes[pipeline];

	*ret_any = false;
	if (!known_from_there(e, l, ret_any))
		return false;
	l->known = (struct known_to){ INT32_MIN, 0 };
	return known_from_there(e, l, ret_any);
}

static void
tell_summary(struct engine *e, int32_t pipeline)
{
	struct incident_entry *x = incident_open(e, pipeline, NULL,
	    ROOT_ADOPTION, NONE);
	struct effect *m;

	if (x == NULL)
		return;
	m = emit(e, EFFECT_NOTIFY, pipeline, (struct date){ 0 }, NONE);
	x->row.open = false;
	x->row.closed_at = x->row.told_at = e->now.wall;
	x->row.severity = x->row.told = SEVERITY_INFO;
	x->row.told_count = 1;
	x->row.message = ++e->last_message;
	m->u.notify.incident = x->row.number;
	m->u.notify.kind = NOTICE_ADOPTED;
	m->u.notify.severity = SEVERITY_INFO;
	m->u.notify.message = x->row.message;
	incident_write(e, x);
}

static void
summarize(struct engine *e, int32_t pipeline)
{
	struct lane *l = &e->lanes[pipeline];
	int64_t left = e->resumed_mono + patience_ms - e->now.mono;
	struct record *r;
	bool any;

	l->summary_at = INSTANT_NONE;
	if (!all_known(e, pipeline, &any) && left > 0) {
		l->summary_at = e->now.wall + left;
		return;
	}
	if (!has_room(e, 3))
		return;
	if (any)
		tell_summary(e, pipeline);
	l->row.summary_told = true;
	emit_record(e, RECORD_PIPELINE, pipeline, NULL, NONE, &r);
	r->u.pipeline_row = l->row;
}

static bool
unwatched(const struct lane *l, const struct where *w, int32_t pipeline)
{
	return w->pipeline == pipeline && w->dated &&
	    w->date.day < l->days[0].date.day;
}

/* Breaches of the date, and what hangs under its incidents elsewhere. */
static bool
sweep_breaches(struct engine *e, int32_t pipeline)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t i;

	for (i = 0; i < e->breaches.n; i++) {
		struct breach_entry *b = table_at(&e->breaches, i);
		const struct incident_entry *x = incident_live(e,
		    b->row.incident);

		if (!b->row.open || !(unwatched(l, &b->at, pipeline) ||
		    (x && unwatched(l, &x->at, pipeline))))
			continue;
		if (!has_room(e, 1))
			return false;
		breach_close(e, b);
	}
	return true;
}

/* Nobody will prove what has ended there. What still runs is closed when it
 * ends. */
static bool
sweep_attempts(struct engine *e, int32_t pipeline)
{
	const struct lane *l = &e->lanes[pipeline];
	struct attempt_entry *x;
	int32_t i = 0;

	while ((x = attempt_live(e, &i))) {
		if (x->row.ended_at == INSTANT_NONE ||
		    !unwatched(l, &x->at, pipeline))
			continue;
		if (!has_room(e, 3))
			return false;
		attempt_close(e, x, OUTCOME_UNPROVEN);
	}
	return true;
}

enum reply_code
incident_withdraw(struct engine *e, uint64_t incident)
{
	struct incident_entry *x = incident_of(e, incident);
	int32_t i;

	if (x == NULL || !x->row.open)
		return REPLY_NO_SUCH;
	for (i = 0; i < e->breaches.n; i++) {
		struct breach_entry *b = table_at(&e->breaches, i);

		if (b->row.open && b->row.incident == incident &&
		    has_room(e, 3))
			breach_close(e, b);
	}
	x->row.withdrawn = true;
	incident_close(e, x);
	incident_tell(e, x, NULL, false, true);
	return REPLY_OK;
}

static void
sweep(struct engine *e, int32_t pipeline)
{
	struct lane *l = &e->lanes[pipeline];
	int32_t i;

	if (!sweep_attempts(e, pipeline) || !sweep_breaches(e, pipeline))
		return;
	for (i = 0; i < e->incidents.n; i++) {
		struct incident_entry *x = table_at(&e->incidents, i);

		if (!x->row.open || !unwatched(l, &x->at, pipeline))
			continue;
		if (!has_room(e, 2))
			return;
		incident_close(e, x);
		incident_tell(e, x, NULL, false, true);
	}
	l->swept = l->days[0].date.day;
}

void
settle_adoption(struct engine *e, int32_t pipeline)
{
	struct lane *l = &e->lanes[pipeline];

	if (l->n_used == 0 || e->out->more)
		return;
	if (l->swept != l->days[0].date.day)
		sweep(e, pipeline);
	if (l->row.known && !l->row.summary_told && !e->out->more)
		summarize(e, pipeline);
}
