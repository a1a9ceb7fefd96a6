/* SPDX-License-Identifier: BSD-2-Clause
 *
 * facts_recorded.c -- facts that a scenario states itself.
 *
 * Of the groups that say something of a check and date the last one counts,
 * as a whole: its readings in the order of their arrivals. A date is
 * recorded when any group is about it.
 */
#include <math.h>

#include "simulate/facts_read.h"

int64_t
facts_arrival(const struct facts_loader *l, int32_t check, struct date date,
    const struct scenario_fact *s)
{
	const struct pipeline_def *p = facts_pipeline(l, check);

	if (s == NULL || s->arrives.kind == DUE_NONE)
		return day_begin(&p->zone, date);
	return due_at(&s->arrives, &p->zone, date, day_end(&p->zone, date,
	    p->day_ends_s));
}

static bool
is_about(const struct scenario_reading *x, int32_t check, struct date date)
{
	return x->check == check && date.day >= x->from.day &&
	    date.day <= x->through.day;
}

/* The group that counts; NONE: nothing is said. */
static int32_t
last_group(const struct scenario *s, int32_t check, struct date date)
{
	int32_t i;

	for (i = s->n_readings; i > 0; i--)
		if (is_about(&s->readings[i - 1], check, date))
			return s->readings[i - 1].group;
	return NONE;
}

static void
keep_reading(struct facts_loader *l, const struct scenario_reading *x,
    struct date date)
{
	struct fact f = { .check = x->check, .date = date,
		.value = x->value, .expected = x->expected, .missing = -1,
		.anchor = INSTANT_NONE, .arrived = INSTANT_NONE,
		.dark = x->dark, .line = x->origin.line,
		.file = x->origin.file };

	if (isnan(x->value) && !x->dark) {
		facts_keep(l->f, &f);
		return;
	}
	f.arrived = x->timed ? when_at(&x->at, facts_pipeline(l, x->check),
	    date) : facts_arrival(l, x->check, date, scenario_fact(l->s,
	    x->check));
	if (x->expected > x->value)
		f.missing = (int64_t)(x->expected - x->value);
	facts_keep(l->f, &f);
}

static void
keep_check(struct facts_loader *l, int32_t check, struct date date)
{
	int32_t group = last_group(l->s, check, date), i;

	for (i = 0; i < l->s->n_readings && group != NONE; i++)
		if (l->s->readings[i].group == group &&
		    is_about(&l->s->readings[i], check, date))
			keep_reading(l, &l->s->readings[i], date);
}

static bool
is_recorded(const struct scenario *s, struct date date)
{
	int32_t i;

	for (i = 0; i < s->n_readings; i++)
		if (is_about(&s->readings[i], s->readings[i].check, date))
			return true;
	return false;
}

void
facts_read_recorded(struct facts_loader *l)
{
	const struct scenario *s = l->s;
	struct date d, last;
	int32_t i;

	if (s->n_readings == 0) {
		diag_error(l->diag, NULL, 0, "there are no facts: a file of "
		    "them is expected, or a scenario with 'recorded'");
		return;
	}
	d = s->readings[0].from;
	last = s->readings[0].through;
	for (i = 1; i < s->n_readings; i++) {
		if (s->readings[i].from.day < d.day)
			d = s->readings[i].from;
		if (s->readings[i].through.day > last.day)
			last = s->readings[i].through;
	}
	for (; d.day <= last.day; d = date_add(d, 1)) {
		if (!is_recorded(s, d))
			continue;
		facts_keep_date(l->f, d);
		for (i = 0; i < l->conf->graph.n_checks; i++)
			keep_check(l, i, d);
	}
}
