/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story_mode.c -- what enforcing would have done, of a pipeline that doesn't.
 *
 * Before a pipeline is trusted to act, somebody asks what it would have done.
 * Three things are known, each from rows that were written at the time:
 *
 *   blocked    a phase came to be done while its edge was closed: enforcing
 *              would not have let it run (its mark `bypassed`)
 *   started    only the mode kept a phase from being started (a note)
 *   repaired   only the mode kept a recovery from it (a note)
 *
 * Whether a start or a repair would have helped nobody knows; `gatewarden
 * backtest` says what is known of that. One line per date and object, at the
 * first time. A pipeline that enforces has none, unless it did not by then.
 */
#include "report/story.h"

#include <string.h>

#include "base/json.h"
#include "report/answer.h"
#include "report/model.h"

static bool
is_of(const struct report_query *q, int32_t pipeline, struct date d)
{
	return pipeline == q->pipeline && d.day >= q->from.day &&
	    d.day <= q->to.day;
}

static json_t *
line(struct date date, const char *name, const char *what, int64_t at,
    const struct zone *z)
{
	json_t *o = json_object();

	answer_date(o, "date", date);
	answer_text(o, "name", name);
	answer_text(o, "would", what);
	answer_when(o, "at", at, z);
	return o;
}

static void
add_blocked(json_t *list, const struct report *r,
    const struct report_query *q, struct date d)
{
	const struct graph *g = &r->conf->graph;
	const struct pipeline_def *p = &g->pipelines[q->pipeline];
	const struct report_day *day = report_day(r, q->pipeline, d);
	int32_t i;

	for (i = 0; day && i < p->n_phases; i++) {
		int32_t phase = p->first_phase + i;
		const struct phase_at *x = phase_at(r, day, phase, r->as_of);

		if (x && (x->marks & MARK_BYPASSED))
			answer_add(list, line(d, g->phases[phase].name,
			    "blocked", x->done_at, &p->zone));
	}
}

static bool
said_before(const struct report *r, size_t n)
{
	const struct report_would *w = &r->would.v[n];
	size_t i;

	for (i = 0; i < n; i++)
		if (r->would.v[i].pipeline == w->pipeline &&
		    r->would.v[i].date.day == w->date.day &&
		    r->would.v[i].repair == w->repair &&
		    strcmp(r->would.v[i].name, w->name) == 0)
			return true;
	return false;
}

static void
add_noted(json_t *list, const struct report *r, const struct report_query *q)
{
	const struct pipeline_def *p = &r->conf->graph.pipelines[q->pipeline];
	size_t i;

	for (i = 0; i < r->would.n; i++) {
		const struct report_would *w = &r->would.v[i];

		if (is_of(q, w->pipeline, w->date) && !said_before(r, i))
			answer_add(list, line(w->date, w->name, w->repair ?
			    "repaired" : "started", w->at, &p->zone));
	}
}

json_t *
story_mode(const struct report *r, const struct report_query *q)
{
	enum mode mode = r->conf->graph.pipelines[q->pipeline].mode;
	json_t *o = json_object(), *list = json_array();
	struct date d;

	answer_text(o, "mode", mode_name(mode));
	for (d = q->from; mode != MODE_ENFORCE && d.day <= q->to.day;
	    d = date_add(d, 1))
		add_blocked(list, r, q, d);
	add_noted(list, r, q);
	answer_set(o, "would", list);
	return o;
}
