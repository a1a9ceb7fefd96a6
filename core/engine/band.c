/* SPDX-License-Identifier: BSD-2-Clause
 *
 * band.c -- is a value like those of the dates before?
 *
 * Of the last dates of the class within the window: the median, and the
 * median of the distances from it (MAD), times 1.4826, which for a normal
 * distribution is the standard deviation. Neither minds a few odd dates, and
 * the window forgets: after a change for good the new values are usual as
 * soon as they are half of what is looked at.
 *
 * Where more than half of the values are the same the MAD is 0, and any
 * other value would be infinitely far away: the spread is at least a
 * hundredth of the median.
 *
 * A value outside warns and does nothing else. One that is too low isn't
 * judged before the check is due, because it may still grow.
 */
#include "engine/foresight.h"
#include "engine/work.h"

static void
put_in(double *v, int32_t n, double one)
{
	for (; n > 0 && one < v[n - 1]; n--)
		v[n] = v[n - 1];
	v[n] = one;
}

static double
median(const double *sorted, int32_t n)
{
	return n % 2 ? sorted[n / 2] :
	    (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static double
distance(double a, double b)
{
	return a > b ? a - b : b - a;
}

static bool
is_number(double v)
{
	return v - v == 0;
}

static double
as_compared(const struct check_def *c, double value, int64_t owed)
{
	return c->band.per_unit && owed > 0 ? value / (double)owed : value;
}

static int32_t
values_of(const struct arrivals *a, const struct check_def *c,
    const struct day *d, int64_t wall, double *v)
{
	int32_t i, n = 0;

	for (i = 0; i < a->n; i++)
		if (a->v[i].date.day >= d->date.day - c->band.days &&
		    arrival_is_past(&a->v[i], d, wall) &&
		    is_number(a->v[i].row.value))
			put_in(v, n++, as_compared(c, a->v[i].row.value,
			    a->v[i].row.owed));
	return n;
}

/* False: it has no band. */
static bool
read_band(const struct engine *e, int32_t check, const struct day *d,
    int64_t wall, double value, struct band_reading *r)
{
	const struct check_def *c = &e->graph->checks[check];
	const struct arrivals *a = arrivals_of(e, check);
	double v[ARRIVALS_KEPT], off[ARRIVALS_KEPT], spread;
	int32_t i;

	if (c->band.days <= 0 || a == NULL)
		return false;
	value = as_compared(c, value, d->row.owed);
	*r = (struct band_reading){ .wanted = c->band.dates,
		.value = value };
	r->dates = values_of(a, c, d, wall, v);
	if (r->dates == 0 || r->dates < r->wanted || !is_number(value))
		return true;
	r->known = true;
	r->median = median(v, r->dates);
	for (i = 0; i < r->dates; i++)
		put_in(off, i, distance(v[i], r->median));
	r->mad = median(off, r->dates);
	spread = 1.4826 * r->mad;
	if (spread < distance(r->median, 0) / 100)
		spread = distance(r->median, 0) / 100;
	r->low = r->median - c->band.width * spread;
	r->high = r->median + c->band.width * spread;
	r->outside = value > r->high || (value < r->low &&
	    wall >= check_due_at(e, check, d));
	return true;
}

bool
engine_band(const struct engine *e, int32_t check, struct date date,
    const struct now *now, struct band_reading *ret)
{
	const struct day *d = lane_find(&e->lanes[
	    e->graph->checks[check].pipeline], date);
	const struct check_state *s = d ? check_at(e, d, check) : NULL;

	return s && s->known && s->row.measured &&
	    read_band(e, check, d, now->wall, s->row.value, ret);
}

enum result
band_result(const struct engine *e, int32_t check, const struct day *d,
    double value)
{
	struct band_reading r;

	return read_band(e, check, d, e->now.wall, value, &r) && r.known &&
	    r.outside ? RESULT_WARN : RESULT_PASS;
}
