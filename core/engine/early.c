/* SPDX-License-Identifier: BSD-2-Clause
 *
 * early.c -- less has come in than on such a date at such a time.
 *
 * What a check reads is compared with what it read as long before its due
 * time on past dates of the class (arrivals.c). It leaves the band where it
 * is as low as the lowest tenth of them and below the middle, when nine of
 * ten of those that came in time had come in by then. That is said once, as
 * information, after as many measurements in a row as confirm a failure, and
 * only where nothing else is said of it already: not while what comes before
 * it isn't done, and checks of one phase share an incident. It never gets
 * worse by itself, and ends when the check arrives, or when it is due: then
 * what is late speaks.
 *
 * What was read on a past date is known to the period of its measurements, so
 * the comparison is with what it had read one period earlier.
 *
 * The probability of a miss is a share, counted: of the dates that were as
 * low as this one at that time, those that missed. It isn't said of fewer
 * than five.
 */
#include "engine/foresight.h"
#include "engine/incidents.h"
#include "engine/work.h"

/* Of the curves' grid. */
static const int64_t cell_ms = 5 * 60000;

struct curves {
	int32_t part[ARRIVALS_KEPT], arrived[ARRIVALS_KEPT];
	int32_t n, n_arrived;
};

static bool
missed(const struct arrival_row *row)
{
	return row->arrived_at == INSTANT_NONE || row->arrived_at > row->due;
}

static void
look_back(const struct arrivals *a, const struct day *d, int64_t wall,
    struct early_reading *r, struct curves *c)
{
	int32_t i, part;

	for (i = 0; i < a->n; i++) {
		const struct arrival_entry *x = &a->v[i];

		if (!arrival_is_past(x, d, wall) ||
		    (part = arrival_part_at(&x->row, r->at_min)) < 0)
			continue;
		sort_in(c->part, c->n++, part);
		if (!missed(&x->row))
			sort_in(c->arrived, c->n_arrived++, arrival_min(
			    &x->row, x->row.arrived_at));
		if (part > r->part)
			continue;
		r->such++;
		r->such_missed += missed(&x->row);
	}
}

static bool
read_early(const struct engine *e, int32_t check, const struct day *d,
    int64_t wall, struct early_reading *r)
{
	const struct check_def *def = &e->graph->checks[check];
	const struct arrivals *a = arrivals_of(e, check);
	const struct arrival_row *row = a ? arrival_of(a, d->date) : NULL;
	struct curves c;

	if (row == NULL || row->n == 0)
		return false;
	*r = (struct early_reading){ .due = row->due,
		.wanted = def->early_dates,
		.at_min = arrival_min(row, wall - (def->every_ms > cell_ms ?
		    def->every_ms : cell_ms)),
		.part = row->steps[row->n - 1].permille };
	c.n = c.n_arrived = 0;
	look_back(a, d, wall, r, &c);
	r->dates = c.n;
	if (c.n == 0 || c.n_arrived == 0)
		return true;
	r->usual = nearest_rank(c.part, c.n, 50);
	r->low = nearest_rank(c.part, c.n, 10);
	r->arrives_min = nearest_rank(c.arrived, c.n_arrived, 90);
	r->leaves = r->wanted > 0 && c.n >= r->wanted &&
	    r->at_min >= r->arrives_min && r->part <= r->low &&
	    r->part < r->usual;
	return true;
}

bool
engine_early(const struct engine *e, int32_t check, struct date date,
    const struct now *now, struct early_reading *ret)
{
	const struct day *d = lane_find(&e->lanes[
	    e->graph->checks[check].pipeline], date);

	return d && read_early(e, check, d, now->wall, ret);
}

/*-------------------------------------------------------------------- sign */

void
early_note(struct engine *e, int32_t check, struct day *d)
{
	const struct check_def *c = &e->graph->checks[check];
	struct check_state *s = check_at(e, d, check);
	struct early_reading r;

	if (c->early_dates <= 0)
		return;
	if (s->row.raw == RESULT_FAIL && e->now.wall < check_due_at(e, check,
	    d) && read_early(e, check, d, e->now.wall, &r) && r.leaves)
		s->low_n++;
	else
		s->low_n = 0;
	leaf_touch(d, LEAF_EARLY, e->slot_of_check[check]);
}

/* Is something said already of a phase that rests on it, is it being made, or
 * has it nothing to come from yet? */
static bool
is_told_of(struct engine *e, int32_t check, struct day *d)
{
	int32_t i = links_begin(e, LINK_DONE, check), k;

	for (; i < links_end(e, LINK_DONE, check); i++) {
		int32_t phase = e->links[LINK_DONE].to[i];
		const struct phase_def *p = &e->graph->phases[phase];

		enum phase_state state = phase_at(e, d, phase)->row.state;

		if (phase_at(e, d, phase)->trace.kind == TRACE_INCIDENT ||
		    state == PHASE_STARTING || state == PHASE_RUNNING ||
		    state == PHASE_VERIFYING)
			return true;
		for (k = 0; k < p->n_after; k++) {
			const struct day *u = upstream_day(e, p->pipeline, d,
			    &p->after[k]);

			if (u && !phase_over(e, p->after[k].phase, u))
				return true;
		}
	}
	return false;
}

static enum standing
early_standing(struct engine *e, int32_t check, struct day *d, bool stood,
    struct sign *ret)
{
	const struct check_def *c = &e->graph->checks[check];
	const struct check_state *s = check_at(e, d, check);
	int64_t due = check_due_at(e, check, d);

	*ret = (struct sign){ ROOT_EARLY, check, SEVERITY_INFO, WHY_EARLY,
		NONE };
	if (d->row.owed == 0 || (s->seen && s->row.raw <= RESULT_WARN) ||
	    e->now.wall >= due)
		return CLEAR;
	day_wake(d, due);
	if (stood)
		return STANDS;
	return s->seen && s->low_n >= c->confirm &&
	    is_open_date(e, check, d) && !is_told_of(e, check, d) ? STANDS :
	    UNCLEAR;
}

/* The incident in which another check of its phases stands; 0: none. */
static uint64_t
incident_of_sibling(const struct engine *e, int32_t check,
    const struct day *d)
{
	int32_t i = links_begin(e, LINK_DONE, check), k, n, pipeline =
	    e->graph->checks[check].pipeline;

	for (; i < links_end(e, LINK_DONE, check); i++) {
		const int32_t *checks;

		n = phase_checks(e, e->links[LINK_DONE].to[i], d,
		    &checks);
		for (k = 0; k < n; k++) {
			uint64_t number = stands_in(e, pipeline, d,
			    ROOT_EARLY, checks[k]);

			if (number)
				return number;
		}
	}
	return 0;
}

void
settle_early(struct engine *e, int32_t check, struct day *d)
{
	int32_t pipeline = e->graph->checks[check].pipeline;
	struct breach_entry *b;
	struct home h = { HOME_JOIN, 0, NONE };
	struct sign s;
	enum standing now;

	if (e->graph->checks[check].early_dates <= 0)
		return;
	b = breach_of(e, pipeline, d, ROOT_EARLY, check);
	now = early_standing(e, check, d, b != NULL, &s);
	h.incident = b || now != STANDS ? 0 :
	    incident_of_sibling(e, check, d);
	if (h.incident)
		open_breach(e, pipeline, d, &s, &h);
	else
		settle_own(e, pipeline, d, now, &s);
}
