/* SPDX-License-Identifier: BSD-2-Clause
 *
 * period.c -- which dates a report is about.
 *
 * A week is the seven dates that end with a date, so that it can be asked
 * for on any day; a month is the calendar's. The period before has the same
 * kind: the month before, or as many dates.
 */
#include "report/report.h"

/* Events of a date begin before it and go on after it. */
enum { MARGIN_DAYS = 3 };

struct date
report_last(const struct conf *conf, int32_t pipeline, int64_t as_of)
{
	const struct pipeline_def *p = &conf->graph.pipelines[pipeline];

	return date_add(day_of(&p->zone, p->day_ends_s, as_of), -1);
}

static struct report_query
month_of(int32_t pipeline, struct date date)
{
	struct civil c = date_civil(date);
	struct report_query q = { .pipeline = pipeline,
		.period = PERIOD_MONTH, .own = true };

	q.from = date_add(date, 1 - c.day);
	q.to = date_add(q.from, civil_month_days(c.year, c.month) - 1);
	return q;
}

struct report_query
report_period(int32_t pipeline, enum period period, struct date date)
{
	if (period == PERIOD_MONTH)
		return month_of(pipeline, date);
	return (struct report_query){ .pipeline = pipeline,
		.period = period, .to = date, .own = true,
		.from = period == PERIOD_WEEK ? date_add(date, -6) : date };
}

struct report_query
report_before(const struct report_query *q)
{
	struct report_query before = *q;

	if (q->period == PERIOD_MONTH)
		return month_of(q->pipeline, date_add(q->from, -1));
	before.to = date_add(q->from, -1);
	before.from = date_add(q->from, q->from.day - q->to.day - 1);
	return before;
}

int64_t
report_since(const struct conf *conf, const struct report_query *q)
{
	struct report_query before = report_before(q);
	/* a target over a month is shown in a report of a day, and its
	 * trend is the month before */
	struct report_query month = month_of(q->pipeline, q->to);
	struct report_query last = report_before(&month);
	struct date from = before.from.day < last.from.day ? before.from :
	    last.from;

	return day_begin(&conf->graph.pipelines[q->pipeline].zone,
	    date_add(from, -MARGIN_DAYS));
}

const char *const *
report_always(void)
{
	static const char *const kinds[] = { "hold", "override", "waiver",
		"incident", "command", NULL };

	return kinds;
}
