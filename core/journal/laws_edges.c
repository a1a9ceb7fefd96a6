/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws_edges.c -- what a phase's edge came to, by the rows alone.
 *
 * An edge from upstream is open when that phase is done (or owes nothing)
 * and its evidence still says so; a gate that guards adds a condition. It is
 * computed here from the definitions and from what the rows say, never from
 * what the starter claims; only that nothing was owed of a check has to be
 * taken from it.
 *
 * Where something isn't known (no definition, a check without a row) it
 * isn't held against the starter.
 */
#include <stdarg.h>
#include <stdio.h>

#include "journal/laws_judge.h"

struct edge {
	struct laws *l;
	const struct law_fact *f;
	char *why;
	size_t size;
};

static bool __attribute__((format(printf, 2, 3)))
closed(struct edge *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(e->why, e->size, fmt, ap);
	va_end(ap);
	return true;
}

/* Did the starter see that nothing of it is owed? */
static bool
skipped(const struct edge *e, uint32_t check, int32_t day)
{
	const struct law_basis *b = e->f->kind == FACT_ATTEMPT ?
	    e->f->u.attempt.basis : e->f->u.permit.basis;
	int32_t i;

	for (i = 0; b && i < b->n_readings; i++)
		if (b->readings[i].check == check &&
		    b->readings[i].day == day)
			return b->readings[i].result == LAW_SKIP;
	return false;
}

static bool
check_closed(struct edge *e, uint32_t check, int32_t day)
{
	const struct check_seen *c = law_check_of(e->l, check, day);

	if (c == NULL || c->raw == LAW_PASS || c->raw == LAW_WARN ||
	    skipped(e, check, day))
		return false;
	return closed(e, "%s, which %s", law_word(e->l, check),
	    c->raw == LAW_FAIL ? "fails" : "could not tell");
}

static bool
gate_closed(struct edge *e, uint32_t gate, int32_t day)
{
	static const char *const words[LAW_VERDICTS] = {
		[LAW_WAITING] = "waiting", [LAW_NO_VERDICT] = "unknown",
		[LAW_BLOCKED] = "blocked"
	};
	enum law_verdict v = law_verdict_of(e->l, gate, day, e->f->at);

	if (v <= LAW_DEGRADED)
		return false;
	return closed(e, "%s, which is %s", law_word(e->l, gate), words[v]);
}

/* Is nothing owed of any of them? */
static bool
all_skipped(const struct edge *e, const struct law_def *d, int32_t day)
{
	uint32_t i;

	for (i = 0; i < d->done.n; i++)
		if (!skipped(e, e->l->ints[d->done.first + i], day))
			return false;
	return true;
}

static bool
done_closed(struct edge *e, const struct law_def *d, int32_t day)
{
	uint32_t i;

	if (d->u.phase.done_by_exit || all_skipped(e, d, day))
		return false;
	if (d->u.phase.done_gate)
		return gate_closed(e, d->u.phase.done_gate, day);
	for (i = 0; i < d->done.n; i++)
		if (check_closed(e, e->l->ints[d->done.first + i], day))
			return true;
	return false;
}

static bool
upstream_closed(struct edge *e, uint32_t phase, int32_t day)
{
	const struct plan_seen *p = law_map_find(&e->l->plans,
	    law_key(day, phase));
	const struct law_def *d = law_def_of(e->l, phase, FACT_DEFINE_PHASE);

	if (p && p->state == LAW_SKIPPED)
		return false;
	if (p == NULL || p->state != LAW_DONE)
		return closed(e, "%s, which isn't done", law_word(e->l,
		    phase));
	return d && done_closed(e, d, day);
}

static bool
guard_closed(struct edge *e, uint32_t gate)
{
	const struct law_def *d = law_def_of(e->l, gate, FACT_DEFINE_GATE);

	return !(d && d->u.gate.watches) && gate_closed(e, gate, e->f->day);
}

/* The date before that owes something. */
static bool
day_before(const struct edge *e, int32_t *ret_day)
{
	const struct date_seen *d;
	int32_t day = e->f->day;

	while ((d = law_date_of(e->l, e->f->pipeline, --day)) && !d->closed)
		if (d->owed != 0) {
			*ret_day = day;
			return true;
		}
	return false;
}

static bool
before_closed(struct edge *e, const struct law_def *d)
{
	int32_t day;
	uint32_t i;

	if (d->before.n == 0)
		return false;
	if (!day_before(e, &day))
		return closed(e, "the date before, which isn't watched");
	for (i = 0; i < d->before.n; i++)
		if (upstream_closed(e, e->l->ints[d->before.first + i], day))
			return true;
	return false;
}

bool
law_edge_closed(struct laws *l, const struct law_fact *f, char *why,
    size_t size)
{
	const struct law_def *d = law_def_of(l, f->name, FACT_DEFINE_PHASE);
	const struct date_seen *date = law_date_of(l, f->pipeline, f->day);
	struct edge e = { l, f, why, size };
	uint32_t i;

	if (d == NULL)
		return false;
	if (date && date->owed < 0)
		return closed(&e, "a date of which nobody knows what it owes");
	for (i = 0; i < d->after.n; i++)
		if (upstream_closed(&e, l->ints[d->after.first + i], f->day))
			return true;
	for (i = 0; i < d->guards.n; i++)
		if (guard_closed(&e, l->ints[d->guards.first + i]))
			return true;
	return before_closed(&e, d);
}
