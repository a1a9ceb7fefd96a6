/* SPDX-License-Identifier: BSD-2-Clause
 *
 * adopted.c -- what a first meeting found, in words.
 *
 * A pipeline that is new says per phase how many of the dates that had ended
 * are done. What is new in a reload says it for itself: a check how many of
 * them it passes, an alarm of how many it would speak, a phase how many are
 * done. Dates that owe nothing don't count.
 */
#include "daemon/adopted.h"

#include "engine/engine.h"

enum { PARTS_SHOWN = 12 };

/* The dates of a pipeline. */
struct dates {
	const struct view *v;
	int32_t pipeline, n;
	struct date d[VIEW_DATES];
};

/*--------------------------------------------------------- the first start */

static bool
is_done(const struct view *v, int32_t phase, struct date date)
{
	const struct phase_row *r = engine_phase(v->engine, phase, date);

	return r && (r->state == PHASE_DONE || r->state == PHASE_SKIPPED);
}

/* An adopted date, and whether it owes something. */
static bool
is_adopted(const struct dates *x, int32_t i, bool *ret_owes)
{
	const struct date_row *d = engine_date(x->v->engine, x->pipeline,
	    x->d[i]);

	*ret_owes = d && d->owed != 0;
	return d && d->adopted;
}

static void
first_words(const struct dates *x, struct text *t)
{
	const struct graph *g = x->v->graph;
	const struct pipeline_def *p = &g->pipelines[x->pipeline];
	int32_t i, k, all = 0, owing = 0, done;
	bool owes;

	for (i = 0; i < x->n; i++)
		if (is_adopted(x, i, &owes)) {
			all++;
			owing += owes;
		}
	text_addf(t, "%d dates had ended before they were watched", all);
	if (owing < all)
		text_addf(t, ", %d of them owed nothing", all - owing);
	for (k = p->first_phase; owing > 0 && k < p->first_phase +
	    p->n_phases; k++) {
		for (i = done = 0; i < x->n; i++)
			done += is_adopted(x, i, &owes) && owes &&
			    is_done(x->v, k, x->d[i]);
		text_addf(t, "\n%s: %d of %d done", g->phases[k].name, done,
		    owing);
	}
}

/*-------------------------------------------------------- new in a reload */

struct parts {
	const struct dates *dates;
	struct text *t;
	int32_t n;
};

static bool
is_good(const struct view *v, enum record_kind kind, int32_t subject,
    struct date date)
{
	const struct gate_row *g;
	enum result x;

	if (kind == RECORD_MET_PHASE)
		return is_done(v, subject, date);
	if (kind == RECORD_MET_GATE) {
		g = engine_gate(v->engine, subject, date);
		return g == NULL || g->severity == SEVERITY_NONE;
	}
	x = engine_result(v->engine, subject, date, &v->now);
	return x == RESULT_PASS || x == RESULT_WARN || x == RESULT_SKIP;
}

static void
part_words(struct text *t, enum record_kind kind, const char *name,
    int32_t good, int32_t owing)
{
	if (kind == RECORD_MET_CHECK)
		text_addf(t, "\ncheck %s: %d of %d pass", name, good, owing);
	else if (kind == RECORD_MET_PHASE)
		text_addf(t, "\nphase %s: %d of %d done", name, good, owing);
	else
		text_addf(t, "\nalarm %s: would speak of %d of %d", name,
		    owing - good, owing);
}

/* One part, if it belongs to the meeting. */
static void
add_part(struct parts *p, enum record_kind kind, int32_t subject,
    const char *name)
{
	const struct dates *x = p->dates;
	int32_t i, good = 0, owing = 0;
	struct met_row met;

	if (!engine_met(x->v->engine, kind, subject, &met) ||
	    met.meeting != engine_pipeline(x->v->engine, x->pipeline)->
	    meeting || ++p->n > PARTS_SHOWN)
		return;
	for (i = 0; i < x->n && x->d[i].day <= met.through.day; i++) {
		const struct date_row *d = engine_date(x->v->engine,
		    x->pipeline, x->d[i]);

		if (d == NULL || d->owed == 0)
			continue;
		owing++;
		good += is_good(x->v, kind, subject, x->d[i]);
	}
	part_words(p->t, kind, name, good, owing);
}

static void
new_words(const struct dates *x, struct text *t)
{
	const struct graph *g = x->v->graph;
	struct parts p = { x, t, 0 };
	int32_t i;

	text_add(t, "what is new was measured for dates that had ended");
	for (i = 0; i < g->n_phases; i++)
		if (g->phases[i].pipeline == x->pipeline)
			add_part(&p, RECORD_MET_PHASE, i, g->phases[i].name);
	for (i = 0; i < g->n_checks; i++)
		if (g->checks[i].pipeline == x->pipeline)
			add_part(&p, RECORD_MET_CHECK, i, g->checks[i].name);
	for (i = 0; i < g->n_gates; i++)
		if (g->gates[i].pipeline == x->pipeline && g->gates[i].alarm)
			add_part(&p, RECORD_MET_GATE, i, g->gates[i].name);
	if (p.n > PARTS_SHOWN)
		text_addf(t, "\nand %d more", p.n - PARTS_SHOWN);
}

void
adopted_words(const struct view *v, int32_t pipeline, struct text *t)
{
	struct dates x = { .v = v, .pipeline = pipeline };

	if (pipeline == NONE)
		return;
	x.n = view_dates(v, pipeline, x.d);
	if (engine_pipeline(v->engine, pipeline)->meeting > 1)
		new_words(&x, t);
	else
		first_words(&x, t);
}
