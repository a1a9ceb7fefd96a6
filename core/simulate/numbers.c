/* SPDX-License-Identifier: BSD-2-Clause
 *
 * numbers.c -- a simulation counted.
 *
 * Each number is a count over what the story kept, over the dates that are
 * told of; text and JSON print the same ones. A phase is late from the
 * opening of its breach to its end, or to the end of the simulation.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/report.h"

const struct zone *
report_zone(const struct conf *c, int32_t pipeline)
{
	const struct graph *g = &c->graph;

	return g->n_pipelines == 0 ? NULL : &g->pipelines[pipeline == NONE ?
	    0 : pipeline].zone;
}

static void
count_late(const struct report *r, const struct story_breach *b,
    struct number_phase *n)
{
	bool open = b->row.until == INSTANT_NONE || b->row.open;
	int64_t ms = (open ? r->until : b->row.until) - b->row.since;

	n->dates++;
	n->open += open;
	n->total_ms += ms;
	if (ms > n->longest_ms)
		n->longest_ms = ms;
}

int32_t
number_phases(const struct report *r, struct number_phase *ret)
{
	const struct graph *g = &r->story->conf->graph;
	int32_t n = 0, i;
	size_t k;

	for (i = 0; i < g->n_phases; i++) {
		struct number_phase x = { .phase = i };

		for (k = 0; k < r->story->n_breaches; k++) {
			const struct story_breach *b = &r->story->breaches[k];

			if (b->row.kind == ROOT_PHASE && b->row.subject == i)
				count_late(r, b, &x);
		}
		if (x.dates > 0)
			ret[n++] = x;
	}
	return n;
}

static void
count_starts(const struct report *r, int32_t phase, int32_t recovery,
    struct number_starts *n)
{
	int32_t last = INT32_MIN;
	size_t k;

	for (k = 0; k < r->story->n_attempts; k++) {
		const struct story_attempt *a = &r->story->attempts[k];

		if (a->row.phase != phase || a->row.recovery != recovery)
			continue;
		n->attempts++;
		n->outcomes[a->row.outcome]++;
		n->modelled = world_models(r->world, a->row.action);
		if (a->where.date.day != last)
			n->dates++;
		last = a->where.date.day;
	}
}

int32_t
number_starts(const struct report *r, struct number_starts *ret)
{
	const struct graph *g = &r->story->conf->graph;
	int32_t n = 0, i;

	for (i = 0; i < g->n_phases; i++) {
		ret[n] = (struct number_starts){ .name = g->phases[i].name };
		count_starts(r, i, NONE, &ret[n]);
		n += ret[n].attempts > 0;
	}
	for (i = 0; i < g->n_recoveries; i++) {
		ret[n] = (struct number_starts){ .recovery = true,
			.name = g->recoveries[i].name };
		count_starts(r, NONE, i, &ret[n]);
		n += ret[n].attempts > 0;
	}
	return n;
}

/* A date of which no row was written is one of which nothing became known,
 * where there is a calendar to know it. */
struct number_dates
number_dates(const struct report *r)
{
	const struct story *s = r->story;
	const struct graph *g = &s->conf->graph;
	struct number_dates n = { 0, 0, 0 };
	int32_t days = s->to.day - s->from.day + 1, p;
	size_t i;

	for (p = 0; p < g->n_pipelines; p++) {
		n.dates += days;
		n.unknown += g->pipelines[p].calendar == NONE ? 0 : days;
	}
	for (i = 0; i < s->n_dates; i++) {
		const struct story_date *d = &s->dates[i];

		n.idle += d->owed == 0;
		n.unknown -= d->owed >= 0 &&
		    g->pipelines[d->pipeline].calendar != NONE;
	}
	return n;
}

/* Is it the first finding of its date? */
static bool
first_of_date(const struct story *s, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (s->findings[k].where.dated && s->findings[k].where.
		    date.day == s->findings[i].where.date.day)
			return false;
	return s->findings[i].where.dated;
}

struct number_findings
number_findings(const struct report *r)
{
	struct number_findings n = { .all = (int32_t)r->story->n_findings };
	size_t i;

	for (i = 0; i < r->story->n_findings; i++) {
		const struct story_finding *f = &r->story->findings[i];

		n.by_severity[f->row.severity]++;
		n.open += f->row.open;
		n.dates += first_of_date(r->story, i);
	}
	return n;
}

struct number_messages
number_messages(const struct report *r)
{
	struct number_messages n = { .all = (int32_t)r->story->n_messages };
	const struct zone *zone = report_zone(r->story->conf, NONE);
	struct date day = { INT32_MIN };
	int32_t on_day = 0;
	size_t i;

	for (i = 0; i < r->story->n_messages; i++) {
		const struct story_message *m = &r->story->messages[i];
		struct date d = day_of(zone, 0, m->at);

		n.by_kind[m->kind]++;
		on_day = d.day == day.day ? on_day + 1 : 1;
		n.days += d.day != day.day;
		day = d;
		if (on_day > n.most) {
			n.most = on_day;
			n.most_on = d;
		}
	}
	return n;
}
