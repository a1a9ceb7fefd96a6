/* SPDX-License-Identifier: BSD-2-Clause
 *
 * read.c -- the engine's rows, for whoever shows or passes them on.
 *
 * Reading never changes anything and never guesses: a date that isn't
 * watched, or a row that was never written, is NULL.
 */
#include "engine/state.h"

const struct date_row *
engine_date(const struct engine *e, int32_t pipeline, struct date date)
{
	const struct day *d = lane_find(&e->lanes[pipeline], date);

	return d ? &d->row : NULL;
}

static const struct day *
day_of_check(const struct engine *e, int32_t check, struct date date)
{
	return lane_find(&e->lanes[e->graph->checks[check].pipeline], date);
}

const struct check_row *
engine_check(const struct engine *e, int32_t check, struct date date)
{
	const struct day *d = day_of_check(e, check, date);

	return d && check_at(e, d, check)->known ?
	    &check_at(e, d, check)->row : NULL;
}

const struct gate_row *
engine_gate(const struct engine *e, int32_t gate, struct date date)
{
	const struct day *d = lane_find(
	    &e->lanes[e->graph->gates[gate].pipeline], date);

	return d && gate_at(e, d, gate)->known ?
	    &gate_at(e, d, gate)->row : NULL;
}

const struct phase_row *
engine_phase(const struct engine *e, int32_t phase, struct date date)
{
	const struct day *d = lane_find(
	    &e->lanes[e->graph->phases[phase].pipeline], date);

	return d && phase_at(e, d, phase)->known ?
	    &phase_at(e, d, phase)->row : NULL;
}

const struct recovery_row *
engine_recovery(const struct engine *e, int32_t recovery, struct date date)
{
	const struct day *d = lane_find(
	    &e->lanes[e->graph->recoveries[recovery].pipeline], date);

	return d && recovery_at(e, d, recovery)->known ?
	    &recovery_at(e, d, recovery)->row : NULL;
}

int32_t
engine_dates(const struct engine *e, int32_t pipeline, struct date *ret,
    int32_t cap)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t i;

	for (i = 0; i < l->n_used && i < cap; i++)
		ret[i] = l->days[i].date;
	return l->n_used;
}

enum result
engine_result(const struct engine *e, int32_t check, struct date date,
    const struct now *now)
{
	const struct day *d = day_of_check(e, check, date);

	return d ? check_result(e, check, d, now->wall) : RESULT_UNKNOWN;
}

int64_t
engine_check_due(const struct engine *e, int32_t check, struct date date)
{
	const struct day *d = day_of_check(e, check, date);

	return d ? check_due_at(e, check, d) : INSTANT_NONE;
}

int64_t
engine_fresh_ms(const struct engine *e, int32_t check, struct date date)
{
	const struct day *d = day_of_check(e, check, date);

	return d ? check_fresh_ms(e, check, d) : 0;
}

bool
engine_fresh(const struct engine *e, int32_t check, struct date date,
    const struct now *now)
{
	const struct day *d = day_of_check(e, check, date);

	return d && check_fresh(e, check, d, now);
}

int64_t
engine_check_next(const struct engine *e, int32_t check, struct date date)
{
	const struct day *d = day_of_check(e, check, date);

	return d ? check_at(e, d, check)->next_at : INSTANT_NONE;
}

int64_t
engine_check_waits_ms(const struct engine *e, int32_t check,
    struct date date, const struct now *now)
{
	const struct day *d = day_of_check(e, check, date);
	const struct check_state *s = d ? check_at(e, d, check) : NULL;

	return s && s->in_flight ? now->mono - s->asked_mono : -1;
}

int64_t
engine_anchor(const struct engine *e, int32_t pipeline, struct date date)
{
	const struct day *d = lane_find(&e->lanes[pipeline], date);

	return d ? day_anchor(d) : INSTANT_NONE;
}

enum verdict
engine_verdict(const struct engine *e, int32_t gate, struct date date,
    const struct now *now)
{
	const struct day *d = lane_find(
	    &e->lanes[e->graph->gates[gate].pipeline], date);

	return d ? gate_reliable(e, gate, d, now->wall) : VERDICT_UNKNOWN;
}

const struct breaker_row *
engine_breaker(const struct engine *e, int32_t breaker)
{
	return &e->breakers[breaker];
}

const struct track_row *
engine_track(const struct engine *e, int32_t action)
{
	return &e->tracks[action];
}

const struct disabled_row *
engine_disabled(const struct engine *e, int32_t recovery)
{
	return &e->disabled[recovery];
}
