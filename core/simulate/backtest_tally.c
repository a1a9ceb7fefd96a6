/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_tally.c -- what a backtest counts while it lives through history.
 *
 * Beside the story (what people would have been told) it keeps what the
 * rules came to: each rule that was true of a date, the worst it came to,
 * and since when it could have been. That is the due time of what it is
 * about: the phase's own, or of the checks that don't pass the first one
 * that was due. Of a phase that ran behind a closed edge, and of a probe,
 * nobody can say since when.
 *
 * A phase is blocked as long as it would show as blocked, or as unknown: not
 * when it waits for its time. That changes with what is written about its
 * date, so it is looked at then. While a verdict is being made it is unknown
 * for some milliseconds, and an equal one isn't written again; so what has
 * just been closed is looked at once more.
 *
 * Causes are taken when a rule is first found true, because later the
 * engine knows only how it is then.
 */
#include "simulate/backtest_tally.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/titles.h"

enum { SETTLED_MS = 50 };

void
tally_init(struct tally *t, const struct conf *conf, struct date from,
    struct date to)
{
	size_t n, i;

	*t = (struct tally){ .n_dates = to.day - from.day + 1 };
	story_init(&t->story, conf, from, to, NULL, NULL);
	n = (size_t)conf->graph.n_phases * (size_t)t->n_dates;
	t->closed = reallocarray(NULL, n + 1, sizeof *t->closed);
	if (t->closed == NULL)
		abort();
	for (i = 0; i < n; i++)
		t->closed[i] = INSTANT_NONE;
}

void
tally_free(struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n_firings; i++)
		json_decref(t->firings[i].cause);
	free(t->firings);
	free(t->blocks);
	free(t->closed);
	free(t->doubts);
	story_free(&t->story);
	*t = (struct tally){ .n_dates = 0 };
}

/* Room for one more, zeroed. */
static void *
add(void *list, size_t *n, size_t *cap, size_t size)
{
	char **v = list;

	if (*n == *cap) {
		*cap = *cap ? 2 * *cap : 64;
		*v = reallocarray(*v, *cap, size);
		if (*v == NULL)
			abort();
	}
	memset(*v + *n * size, 0, size);
	return *v + (*n)++ * size;
}

/*----------------------------------------------------------------- firings */

static struct firing *
find(const struct tally *t, enum root_kind kind, int32_t subject,
    const struct record *where)
{
	size_t i;

	for (i = t->n_firings; i > 0; i--) {
		struct firing *f = &t->firings[i - 1];

		if (f->kind == kind && f->subject == subject &&
		    f->where.pipeline == where->pipeline &&
		    f->where.dated == where->dated &&
		    f->where.date.day == where->date.day)
			return f;
	}
	return NULL;
}

const struct firing *
tally_firing(const struct tally *t, enum root_kind kind, int32_t subject,
    const struct record *where)
{
	return find(t, kind, subject, where);
}

static bool
is_bad(enum result r)
{
	return r == RESULT_WARN || r == RESULT_FAIL || r == RESULT_UNKNOWN;
}

/* When the first of its inputs that don't pass was due. */
static int64_t
alarm_violated(const struct world *w, int32_t gate, struct date date)
{
	const struct gate_def *g = &world_conf(w)->graph.gates[gate];
	int64_t first = INSTANT_NONE, due;
	int32_t i;

	for (i = 0; i < gate_inputs_on(g, date); i++) {
		if (!is_bad(engine_result(world_engine(w), g->inputs[i], date,
		    world_now(w))))
			continue;
		due = engine_check_due(world_engine(w), g->inputs[i], date);
		if (first == INSTANT_NONE || due < first)
			first = due;
	}
	return first;
}

static int64_t
violated(const struct world *w, const struct record *r)
{
	const struct breach_row *b = &r->u.breach;
	struct phase_reading p;

	if (!r->dated)
		return INSTANT_NONE;
	if (b->kind == ROOT_ALARM)
		return alarm_violated(w, b->subject, r->date);
	if (b->kind == ROOT_PHASE && engine_read_phase(world_engine(w),
	    b->subject, r->date, world_now(w), &p))
		return p.due;
	return INSTANT_NONE;
}

static void
on_breach(struct tally *t, const struct world *w, const struct record *r)
{
	const struct breach_row *b = &r->u.breach;
	struct firing *f = find(t, b->kind, b->subject, r);

	if (f == NULL) {
		const struct incident_row root = { .kind = b->kind,
			.root = b->subject };

		f = add(&t->firings, &t->n_firings, &t->cap_firings,
		    sizeof *f);
		*f = (struct firing){ .where = *r, .kind = b->kind,
			.subject = b->subject, .at = world_now(w)->wall,
			.violated = violated(w, r),
			.cause = title_cause(w, &root, r) };
	}
	if (b->open && !f->open)
		f->times++;
	f->open = b->open;
	if (b->severity > f->severity)
		f->severity = b->severity;
}

/* The incident may have got worse than its breach was written. */
static void
on_incident(struct tally *t, const struct record *r)
{
	struct firing *f = find(t, r->u.incident.kind, r->u.incident.root, r);

	if (f && r->u.incident.severity > f->severity)
		f->severity = r->u.incident.severity;
}

/*------------------------------------------------------------------ blocks */

static void
end_block(struct tally *t, int64_t *closed, int32_t phase, struct date date,
    int64_t until, bool open)
{
	struct block *b;

	if (until - *closed > SETTLED_MS) {
		b = add(&t->blocks, &t->n_blocks, &t->cap_blocks, sizeof *b);
		*b = (struct block){ phase, date, *closed, until, open };
	}
	*closed = INSTANT_NONE;
}

static int64_t *
closed_at(const struct tally *t, int32_t phase, struct date date)
{
	return &t->closed[(size_t)phase * (size_t)t->n_dates +
	    (size_t)(date.day - t->story.from.day)];
}

static bool
is_shut(const struct world *w, int32_t phase, struct date date)
{
	struct phase_reading r;

	return engine_read_phase(world_engine(w), phase, date, world_now(w),
	    &r) && (r.view == VIEW_BLOCKED || r.view == VIEW_UNKNOWN);
}

static void
look_at_phase(struct tally *t, const struct world *w, int32_t phase,
    struct date date)
{
	int64_t *closed = closed_at(t, phase, date);
	bool shut = is_shut(w, phase, date);
	struct doubt *d;

	if (!shut && *closed != INSTANT_NONE)
		end_block(t, closed, phase, date, world_now(w)->wall, false);
	if (!shut || *closed != INSTANT_NONE)
		return;
	*closed = world_now(w)->wall;
	if (t->n_doubts == 0)
		t->doubts_at = *closed;
	d = add(&t->doubts, &t->n_doubts, &t->cap_doubts, sizeof *d);
	*d = (struct doubt){ phase, date };
}

/* What isn't closed any more never was. */
static void
look_again(struct tally *t, const struct world *w)
{
	size_t i;

	for (i = 0; i < t->n_doubts; i++)
		if (!is_shut(w, t->doubts[i].phase, t->doubts[i].date))
			*closed_at(t, t->doubts[i].phase,
			    t->doubts[i].date) = INSTANT_NONE;
	t->n_doubts = 0;
}

static void
look_at_date(struct tally *t, const struct world *w, const struct record *r)
{
	const struct pipeline_def *p =
	    &world_conf(w)->graph.pipelines[r->pipeline];
	int32_t i;

	for (i = 0; i < p->n_phases; i++)
		look_at_phase(t, w, p->first_phase + i, r->date);
}

void
tally_end(struct tally *t, int64_t until)
{
	const struct graph *g = &t->story.conf->graph;
	int32_t phase, day;

	for (phase = 0; phase < g->n_phases; phase++)
		for (day = 0; day < t->n_dates; day++) {
			struct date date = date_add(t->story.from, day);
			int64_t *closed = closed_at(t, phase, date);

			if (*closed != INSTANT_NONE)
				end_block(t, closed, phase, date, until,
				    true);
		}
}

/*------------------------------------------------------------------- steps */

void
tally_step(void *tally, const struct world *w, const struct effects *fx)
{
	struct tally *t = tally;
	const struct record *r, *looked = NULL;
	size_t i;

	if (t->n_doubts > 0 && world_now(w)->wall - t->doubts_at > SETTLED_MS)
		look_again(t, w);
	story_step(&t->story, w, fx);
	for (i = 0; i < fx->n; i++) {
		r = &fx->v[i].u.record;
		if (fx->v[i].kind != EFFECT_WRITE || !story_tells(&t->story,
		    r))
			continue;
		if (r->kind == RECORD_BREACH)
			on_breach(t, w, r);
		else if (r->kind == RECORD_INCIDENT)
			on_incident(t, r);
		if (!r->dated || r->pipeline == NONE || (looked &&
		    looked->pipeline == r->pipeline &&
		    looked->date.day == r->date.day))
			continue;
		look_at_date(t, w, r);
		looked = r;
	}
}
