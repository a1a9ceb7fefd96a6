/* SPDX-License-Identifier: BSD-2-Clause
 *
 * trend.c -- when will a value cross its limit, if it goes on like this?
 *
 * Through what a check read on past dates goes the line of Theil and Sen: its
 * slope is the median of the slopes between all pairs of dates, and its
 * height the median of what is left then. Up to 29 % of the dates may be off
 * by anything without moving it far. (H. Theil, A rank-invariant method of
 * linear and polynomial regression analysis, 1950; P. K. Sen, Estimates of
 * the regression coefficient based on Kendall's tau, JASA 63, 1968.)
 *
 * Noise has a slope, too. So that nobody is told of it, the dates must rise
 * (or fall) together by the test of Mann and Kendall, two-sided at 5 %, in
 * its form without ties, which errs to the quiet side.
 *
 * History is that of arrivals.c, of all classes of dates: a rate or a
 * duration has no class, and the weekend's part of the week is too small to
 * turn the line. What the date itself reads belongs to the line once the
 * check is due. Dates are days of the calendar, so that a gap in the season
 * is as long as it was.
 *
 * The limit is the one that fails on that side, or else the one that warns. A
 * line that crosses it within so many dates warns, and does nothing else.
 */
#include "engine/foresight.h"
#include "engine/work.h"

enum { TREND_KEPT = 60, PAIRS = TREND_KEPT * (TREND_KEPT - 1) / 2 };

/* The square of 1.96: 5 % of noise is further out. */
static const double critical = 3.8416;

struct points {
	int32_t n;
	double x[TREND_KEPT], y[TREND_KEPT];
};

static bool
is_number(double v)
{
	return v - v == 0;
}

static void
swap(double *a, double *b)
{
	double was = *a;

	*a = *b;
	*b = was;
}

/* Moves what is smaller than the middle one before it; where that is then. */
static int32_t
split(double *v, int32_t from, int32_t to)
{
	double pivot = v[from + (to - from) / 2];
	int32_t i = from, k = to;

	while (i <= k) {
		while (v[i] < pivot)
			i++;
		while (v[k] > pivot)
			k--;
		if (i <= k)
			swap(&v[i++], &v[k--]);
	}
	return i;
}

/* The k-th smallest of n; moves them around. */
static double
select_nth(double *v, int32_t n, int32_t k)
{
	int32_t from = 0, to = n - 1, at;

	while (from < to) {
		at = split(v, from, to);
		if (k < at)
			to = at - 1;
		else
			from = at;
	}
	return v[k];
}

static double
median(double *v, int32_t n)
{
	double high = select_nth(v, n, n / 2);

	return n % 2 ? high : (high + select_nth(v, n, n / 2 - 1)) / 2;
}

/*------------------------------------------------------------------ the line */

/* As the limit is said: as it is, or in per cent of what is expected. */
static double
as_limited(const struct limit *l, double value, double expected)
{
	if (l->kind != LIMIT_PERCENT)
		return value;
	return expected > 0 ? value * 100 / expected : __builtin_nan("");
}

static void
add_point(struct points *p, struct date date, double y)
{
	int32_t i;

	if (!is_number(y))
		return;
	for (i = 1; p->n == TREND_KEPT && i < TREND_KEPT; i++) {
		p->x[i - 1] = p->x[i];
		p->y[i - 1] = p->y[i];
	}
	p->n -= p->n == TREND_KEPT;
	p->x[p->n] = date.day;
	p->y[p->n++] = y;
}

static void
take_points(const struct arrivals *a, const struct check_def *c,
    const struct day *d, int64_t wall, const struct limit *l,
    struct points *p)
{
	const struct arrival_entry *e;

	p->n = 0;
	for (e = a->v; e < a->v + a->n; e++)
		if (e->row.counts && e->date.day < d->date.day &&
		    e->date.day >= d->date.day - c->trend.days &&
		    e->row.due <= wall)
			add_point(p, e->date, as_limited(l, e->row.value,
			    e->row.expected));
}

/* The slope of Theil and Sen, and Kendall's S: how many more pairs rise than
 * fall. */
static double
slope_of(const struct points *p, int32_t *ret_s)
{
	double slopes[PAIRS];
	int32_t n = 0, i, k;

	*ret_s = 0;
	for (i = 0; i < p->n; i++)
		for (k = i + 1; k < p->n; k++) {
			*ret_s += (p->y[k] > p->y[i]) - (p->y[k] < p->y[i]);
			slopes[n++] = (p->y[k] - p->y[i]) /
			    (p->x[k] - p->x[i]);
		}
	return median(slopes, n);
}

static double
height_at(const struct points *p, double slope, double x)
{
	double rest[TREND_KEPT];
	int32_t i;

	for (i = 0; i < p->n; i++)
		rest[i] = p->y[i] + slope * (x - p->x[i]);
	return median(rest, p->n);
}

/* Mann and Kendall: is S further from 0 than chance takes it? */
static bool
is_together(int32_t n, int32_t s)
{
	double off = (s < 0 ? -s : s) - 1;
	double variance = (double)n * (n - 1) * (2 * n + 5) / 18;

	return off > 0 && off * off > critical * variance;
}

/*------------------------------------------------------------------ reading */

static const struct limit *
limit_of(const struct check_def *c, bool up)
{
	const struct limits *m = &c->limits;
	const struct limit *fail = up ? &m->fail_above : &m->fail_below;

	return fail->kind != LIMIT_NONE ? fail :
	    up ? &m->warn_above : &m->warn_below;
}

static int32_t
dates_until(double now, double slope, double limit)
{
	double in = (limit - now) / slope;
	int32_t whole;

	if (in <= 0)
		return 0;
	if (!(in <= 3650))      /* nor is it known, with values without end */
		return 3650;
	whole = (int32_t)in;
	return whole < in ? whole + 1 : whole;
}

/* One side. False: it doesn't go there. */
static bool
read_side(const struct engine *e, int32_t check, const struct day *d,
    int64_t wall, const struct measurement *m, bool up,
    struct trend_reading *r)
{
	const struct check_def *c = &e->graph->checks[check];
	const struct limit *l = limit_of(c, up);
	struct points p;
	int32_t s;

	if (l->kind == LIMIT_NONE)
		return false;
	take_points(arrivals_of(e, check), c, d, wall, l, &p);
	if (wall >= check_due_at(e, check, d))
		add_point(&p, d->date, as_limited(l, m->value, m->expected));
	if (p.n > r->dates)
		r->dates = p.n;
	if (p.n < r->wanted || p.n < 3)
		return false;
	r->known = true;
	r->slope = slope_of(&p, &s);
	r->now = height_at(&p, r->slope, d->date.day);
	if (!is_together(p.n, s) || (up ? r->slope <= 0 : r->slope >= 0))
		return false;
	r->moves = true;
	r->limit = *l;
	r->in_dates = dates_until(r->now, r->slope, l->at);
	r->crosses = r->in_dates <= c->trend.within;
	return true;
}

static bool
read_trend(const struct engine *e, int32_t check, const struct day *d,
    int64_t wall, const struct measurement *m, struct trend_reading *r)
{
	const struct check_def *c = &e->graph->checks[check];

	if (c->trend.days <= 0 || arrivals_of(e, check) == NULL)
		return false;
	*r = (struct trend_reading){ .wanted = c->trend.dates,
		.within = c->trend.within };
	(void)(read_side(e, check, d, wall, m, true, r) ||
	    read_side(e, check, d, wall, m, false, r));
	return true;
}

bool
engine_trend(const struct engine *e, int32_t check, struct date date,
    const struct now *now, struct trend_reading *ret)
{
	const struct day *d = lane_find(&e->lanes[
	    e->graph->checks[check].pipeline], date);
	const struct check_state *s = d ? check_at(e, d, check) : NULL;

	return s && s->known && s->row.measured &&
	    read_trend(e, check, d, now->wall, &(struct measurement){
	    .value = s->row.value, .expected = s->row.expected }, ret);
}

enum result
trend_result(const struct engine *e, int32_t check, const struct day *d,
    double value, double expected)
{
	struct trend_reading r;

	return read_trend(e, check, d, e->now.wall, &(struct measurement){
	    .value = value, .expected = expected }, &r) && r.crosses ?
	    RESULT_WARN : RESULT_PASS;
}
