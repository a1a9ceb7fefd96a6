/* SPDX-License-Identifier: BSD-2-Clause
 *
 * told_case.c -- an incident as core/notify wants to see it.
 *
 * Its tags and targets are those of the root and of what that rests on; its
 * deadline is the next that a phase of its date still has to meet, or, where
 * enough runs are known, the last start that can meet it. Whether it flaps is
 * seen from the incidents of the same root on the same date.
 */
#include <string.h>

#include "daemon/incident.h"
#include "daemon/tellings.h"

enum { CHECKS_MOST = 64, TURNS_MOST = 64 };

static const int64_t shortest_ms = 60000;

static void
add_targets(const struct view *v, const int32_t *checks, int32_t n,
    struct case_room *room, struct notify_case *x)
{
	int32_t i;

	for (i = 0; i < n; i++) {
		const struct check_def *c = &v->graph->checks[checks[i]];

		if (c->target && x->n_targets < CASE_TARGETS)
			room->targets[x->n_targets++] = c->target;
	}
	x->targets = room->targets;
}

static int64_t
earlier(int64_t a, int64_t b, int64_t now)
{
	if (b == INSTANT_NONE || b <= now)
		return a;
	return a == INSTANT_NONE || b < a ? b : a;
}

/* The next deadline of a phase of the date that isn't done. */
static void
add_deadline(const struct view *v, struct notify_case *x)
{
	const struct pipeline_def *p = &v->graph->pipelines[x->pipeline];
	struct phase_reading r;
	struct no_return last;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		if (!engine_read_phase(v->engine, i, x->date, &v->now, &r) ||
		    r.view == VIEW_DONE || r.view == VIEW_SKIPPED)
			continue;
		x->deadline = earlier(x->deadline, r.due, v->now.wall);
		if (engine_no_return(v->engine, i, x->date, &last))
			x->deadline = earlier(x->deadline, last.last_start,
			    v->now.wall);
		if (i == x->phase && r.late)
			x->breach = true;
	}
}

/*---------------------------------------------------------------- flapping */

static bool
same_root(const struct incident_row *a, const struct record *at,
    const struct incident_row *b, const struct record *bt)
{
	return a->kind == b->kind && a->root == b->root &&
	    at->pipeline == bt->pipeline && at->dated == bt->dated &&
	    (!at->dated || at->date.day == bt->date.day);
}

bool
flap_is_told(const struct view *v, const struct tellings *l,
    const struct incident_row *row, const struct record *where,
    const char *notifier)
{
	const struct incident_row *other;
	struct record at;
	size_t i;

	for (i = 0; l && i < l->n; i++) {
		if (!l->v[i]->t.flap_told || l->v[i]->t.told.ended ||
		    (notifier && strcmp(l->v[i]->notifier, notifier) != 0))
			continue;
		other = incident_find(v, l->v[i]->incident, &at);
		if (other && same_root(row, where, other, &at))
			return true;
	}
	return false;
}

static bool
is_flapping(const struct view *v, const struct tellings *l,
    const struct incident_row *row, const struct record *where,
    int64_t every_ms)
{
	const struct incident_row *other;
	int64_t turns[TURNS_MOST];
	struct record at;
	int32_t i, n = 0;
	double percent;

	for (i = 0; (other = engine_incident_at(v->engine, i, &at)); i++) {
		if (!same_root(row, where, other, &at))
			continue;
		if (n + 2 > TURNS_MOST)
			break;
		turns[n++] = other->opened_at;
		if (!other->open && other->closed_at != INSTANT_NONE)
			turns[n++] = other->closed_at;
	}
	percent = flap_of_turns(turns, n, every_ms > shortest_ms ? every_ms :
	    shortest_ms, v->now.wall);
	return percent >= FLAP_HIGH || (percent > FLAP_LOW &&
	    flap_is_told(v, l, row, where, NULL));
}

void
case_of(const struct view *v, const struct tellings *l,
    const struct incident_row *row, const struct record *where,
    struct case_room *room, struct notify_case *x)
{
	int32_t checks[CHECKS_MOST], n;

	*x = (struct notify_case){ .incident = row->number,
		.pipeline = where->pipeline,
		.dated = where->dated, .date = where->date,
		.severity = row->severity, .open = row->open,
		.gave_up = row->gave_up, .opened_at = row->opened_at,
		.acked_until = row->acked_until, .deadline = INSTANT_NONE };
	n = incident_checks(v, row, where->date, checks, CHECKS_MOST);
	incident_marks(v, row, where, &x->phase, &x->tags);
	add_targets(v, checks, n, room, x);
	if (x->pipeline != NONE && x->dated)
		add_deadline(v, x);
	if (row->kind != ROOT_ADOPTION)
		x->flapping = is_flapping(v, l, row, where, n > 0 ?
		    v->graph->checks[checks[0]].every_ms : 0);
}
