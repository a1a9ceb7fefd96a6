/* SPDX-License-Identifier: BSD-2-Clause
 *
 * model.c -- what the fold keeps, and how it is found again.
 *
 * Days of a pipeline are sorted by date, incidents and attempts by number;
 * events come nearly in that order, so that a new one is nearly always the
 * last. Lines of a phase or check are in the order of the journal, which is
 * that of time; what is asked of an instant is the last entry that is not
 * later.
 *
 * Invariant: a day has a line for each phase of its pipeline, from the first
 * event about it on.
 */
#include "report/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void *
list_grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 8;
	v = realloc(v, *cap * size);
	if (v == NULL)
		abort();
	return v;
}

struct report *
report_new(const struct conf *conf, int64_t as_of)
{
	struct report *r = calloc(1, sizeof *r);
	int32_t i;

	if (r == NULL)
		abort();
	r->conf = conf;
	r->as_of = as_of;
	r->at = r->first_at = INSTANT_NONE;
	r->lanes = calloc((size_t)conf->graph.n_pipelines + 1,
	    sizeof r->lanes[0]);
	if (r->lanes == NULL)
		abort();
	r->n_lanes = conf->graph.n_pipelines;
	r->n_checks = conf->graph.n_checks;
	for (i = 0; i < r->n_lanes; i++)
		r->lanes[i].n_phases = conf->graph.pipelines[i].n_phases;
	return r;
}

static void
free_day(const struct report *r, int32_t n_phases, struct report_day *d)
{
	int32_t i;

	for (i = 0; i < n_phases; i++)
		free(d->phases[i].v);
	for (i = 0; d->checks && i < r->n_checks; i++)
		free(d->checks[i].v);
	free(d->phases);
	free(d->checks);
}

/* Without a look at the configuration, which may have gone before. */
void
report_free(struct report *r)
{
	int32_t p;
	size_t i;

	if (r == NULL)
		return;
	for (p = 0; p < r->n_lanes; p++) {
		for (i = 0; i < r->lanes[p].days.n; i++)
			free_day(r, r->lanes[p].n_phases,
			    &r->lanes[p].days.v[i]);
		free(r->lanes[p].days.v);
	}
	for (i = 0; i < r->incidents.n; i++) {
		free(r->incidents.v[i].v);
		free(r->incidents.v[i].breaches.v);
	}
	for (i = 0; i < r->attempts.n; i++)
		json_decref(r->attempts.v[i].proof);
	free(r->lanes);
	free(r->incidents.v);
	free(r->attempts.v);
	free(r->mandates.v);
	free(r->commands.v);
	free(r->messages.v);
	free(r->would.v);
	free(r);
}

/*---------------------------------------------------------------- the days */

/* Where a date is, or would be. */
static size_t
day_place(const struct report *r, int32_t pipeline, struct date date)
{
	const struct report_day *v = r->lanes[pipeline].days.v;
	size_t low = 0, high = r->lanes[pipeline].days.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (v[middle].date.day < date.day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct report_day *
report_day(const struct report *r, int32_t pipeline, struct date date)
{
	size_t i = day_place(r, pipeline, date);

	return i < r->lanes[pipeline].days.n &&
	    r->lanes[pipeline].days.v[i].date.day == date.day ?
	    &r->lanes[pipeline].days.v[i] : NULL;
}

static void
init_day(const struct report *r, int32_t pipeline, struct date date,
    struct report_day *ret)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[pipeline];

	*ret = (struct report_day){ .date = date,
		.owed = p->calendar == NONE ? 1 : -1,
		.anchor = INSTANT_NONE,
		.phases = calloc((size_t)p->n_phases + 1,
		    sizeof ret->phases[0]) };
	if (ret->phases == NULL)
		abort();
}

struct report_day *
model_day(struct report *r, int32_t pipeline, struct date date)
{
	struct report_lane *l = &r->lanes[pipeline];
	size_t i = day_place(r, pipeline, date);

	if (i < l->days.n && l->days.v[i].date.day == date.day)
		return &l->days.v[i];
	LIST_ROOM(&l->days);
	memmove(&l->days.v[i + 1], &l->days.v[i], (l->days.n - i) *
	    sizeof l->days.v[0]);
	l->days.n++;
	init_day(r, pipeline, date, &l->days.v[i]);
	return &l->days.v[i];
}

struct phase_line *
model_phase(const struct report *r, struct report_day *d, int32_t phase)
{
	const struct graph *g = &r->conf->graph;
	int32_t p = g->phases[phase].pipeline;

	return &d->phases[phase - g->pipelines[p].first_phase];
}

struct check_line *
model_check(const struct report *r, struct report_day *d, int32_t check)
{
	if (d->checks == NULL)
		d->checks = calloc((size_t)r->conf->graph.n_checks,
		    sizeof d->checks[0]);
	if (d->checks == NULL)
		abort();
	return &d->checks[check];
}

const struct phase_at *
phase_at(const struct report *r, const struct report_day *d, int32_t phase,
    int64_t at)
{
	const struct graph *g = &r->conf->graph;
	const struct phase_line *l = &d->phases[phase -
	    g->pipelines[g->phases[phase].pipeline].first_phase];
	size_t n = l->n;

	while (n > 0 && l->v[n - 1].at > at)
		n--;
	return n > 0 ? &l->v[n - 1] : NULL;
}

const struct reading *
reading_at(const struct report_day *d, int32_t check, int64_t at)
{
	const struct check_line *l;
	size_t n;

	if (d->checks == NULL)
		return NULL;
	l = &d->checks[check];
	n = l->n;
	while (n > 0 && l->v[n - 1].at > at)
		n--;
	return n > 0 ? &l->v[n - 1] : NULL;
}

int64_t
report_due(const struct report *r, int32_t pipeline, struct date date,
    const struct due *due)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[pipeline];
	const struct report_day *d = report_day(r, pipeline, date);
	int64_t anchor = d ? d->anchor : INSTANT_NONE;

	if (anchor == INSTANT_NONE)
		anchor = day_end(&p->zone, date, p->day_ends_s);
	return due_at(due, &p->zone, date, anchor);
}

/*-------------------------------------------------------------- by number */

struct report_incident *
model_incident(struct report *r, uint64_t number)
{
	size_t low = 0, high = r->incidents.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->incidents.v[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < r->incidents.n && r->incidents.v[low].number == number)
		return &r->incidents.v[low];
	LIST_ROOM(&r->incidents);
	memmove(&r->incidents.v[low + 1], &r->incidents.v[low],
	    (r->incidents.n - low) * sizeof r->incidents.v[0]);
	r->incidents.n++;
	r->incidents.v[low] = (struct report_incident){ .number = number,
		.pipeline = NONE, .opened_at = INSTANT_NONE,
		.closed_at = INSTANT_NONE, .clear_since = INSTANT_NONE,
		.det_at = INSTANT_NONE };
	return &r->incidents.v[low];
}

struct report_attempt *
model_attempt(struct report *r, uint64_t id)
{
	size_t low = 0, high = r->attempts.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->attempts.v[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < r->attempts.n && r->attempts.v[low].id == id)
		return &r->attempts.v[low];
	LIST_ROOM(&r->attempts);
	memmove(&r->attempts.v[low + 1], &r->attempts.v[low],
	    (r->attempts.n - low) * sizeof r->attempts.v[0]);
	r->attempts.n++;
	r->attempts.v[low] = (struct report_attempt){ .id = id,
		.pipeline = NONE, .phase = NONE, .recovery = NONE,
		.intent_at = INSTANT_NONE, .ended_at = INSTANT_NONE,
		.closed_at = INSTANT_NONE };
	return &r->attempts.v[low];
}

struct report_breach *
model_breach(struct report_incident *x, enum root_kind kind,
    const char *subject)
{
	size_t i;

	for (i = 0; i < x->breaches.n; i++)
		if (x->breaches.v[i].kind == kind &&
		    strcmp(x->breaches.v[i].subject, subject) == 0)
			return &x->breaches.v[i];
	LIST_ROOM(&x->breaches);
	x->breaches.v[x->breaches.n] = (struct report_breach){
		.kind = kind, .at = INSTANT_NONE, .since = INSTANT_NONE,
		.until = INSTANT_NONE };
	return &x->breaches.v[x->breaches.n++];
}

struct report_mandate *
model_mandate(struct report *r, enum mandate kind, uint64_t id)
{
	size_t i;

	for (i = r->mandates.n; i > 0; i--)
		if (r->mandates.v[i - 1].kind == kind &&
		    r->mandates.v[i - 1].id == id)
			return &r->mandates.v[i - 1];
	LIST_ROOM(&r->mandates);
	r->mandates.v[r->mandates.n] = (struct report_mandate){ .id = id,
		.kind = kind, .pipeline = NONE, .phase = NONE, .check = NONE,
		.at = INSTANT_NONE, .until = INSTANT_NONE,
		.ended_at = INSTANT_NONE };
	return &r->mandates.v[r->mandates.n++];
}

static bool
stands(const struct report_mandate *m, struct date date, int64_t at)
{
	return (m->any_date || m->date.day == date.day) && at >= m->at &&
	    (m->ended_at == INSTANT_NONE || at < m->ended_at) &&
	    (m->until == INSTANT_NONE || at < m->until);
}

static bool
covers(const struct report_mandate *m, int32_t pipeline, int32_t phase,
    struct date date, int64_t at)
{
	if (m->scope == HOLD_RECOVERY || !stands(m, date, at))
		return false;
	return m->scope == HOLD_ALL || (m->pipeline == pipeline &&
	    (m->phase == NONE || m->phase == phase));
}

const struct report_mandate *
waiver_over(const struct report *r, int32_t check, struct date date,
    int64_t at)
{
	size_t i;

	for (i = 0; i < r->mandates.n; i++)
		if (r->mandates.v[i].kind == MANDATE_WAIVER &&
		    r->mandates.v[i].check == check &&
		    stands(&r->mandates.v[i], date, at))
			return &r->mandates.v[i];
	return NULL;
}

const struct report_mandate *
mandate_over(const struct report *r, enum mandate kind, int32_t phase,
    struct date date, int64_t at)
{
	int32_t p = r->conf->graph.phases[phase].pipeline;
	size_t i;

	for (i = 0; i < r->mandates.n; i++)
		if (r->mandates.v[i].kind == kind &&
		    covers(&r->mandates.v[i], p, phase, date, at))
			return &r->mandates.v[i];
	return NULL;
}
