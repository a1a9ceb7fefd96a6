/* SPDX-License-Identifier: BSD-2-Clause
 *
 * waived.c -- what nobody asks for any more: what is said, and what a
 * measurement is without it.
 *
 * Of what a check expects, the last ones arrive last: while n of two are
 * missing, these are the n last of item0 and item1. So the oracle knows from
 * a number alone what is missing, takes out what the rows of the shelf say is
 * waived, and never asks an engine for it.
 */
#include <math.h>
#include <string.h>

#include "oracle.h"

static const char *const items[] = { "item0", "item1" };

enum { ITEMS = sizeof items / sizeof items[0] };

/* Its number in `items`, and the list that the engine is handed. */
static int32_t
missing_of(const struct measurement *m, const char *ret[ITEMS])
{
	int32_t n = m->missing > ITEMS ? ITEMS : (int32_t)m->missing, i;

	for (i = 0; i < n; i++)
		ret[i] = items[ITEMS - n + i];
	return n;
}

void
missing_told(const struct play *p, struct measurement *m)
{
	if (!p->waives || !m->told || !isfinite(m->expected) ||
	    m->value < 0)
		return;
	m->missing = m->value < m->expected ? (int64_t)(m->expected -
	    m->value) : 0;
	m->items_hash = (uint64_t)m->missing;
}

void
waive_here(struct play *p, struct sup *s, struct event *here)
{
	struct measurement *m = &here->u.measured;
	const char *missing[ITEMS];
	bool waived[ITEMS] = { false };
	int32_t n;

	if (!p->waives || here->kind != EVENT_MEASURED)
		return;
	n = missing_of(m, missing);
	engine_waive(s->engine, here->subject, here->date, missing,
	    n > 0 ? (size_t)n : 0, true, waived, m);
}

/*---------------------------------------------------------------- what counts */

static const struct record *
live_waiver(struct play *p, int32_t check, struct date date,
    const struct record *after)
{
	const struct record *r = after ? row_next(p, after) :
	    row_first(p, RECORD_WAIVER);

	for (; r; r = row_next(p, r))
		if (r->u.waiver.state == WAIVER_LIVE &&
		    r->u.waiver.check == check && r->date.day == date.day)
			return r;
	return NULL;
}

static bool
is_waived(struct play *p, int32_t check, struct date date, const char *item)
{
	const struct record *r = NULL;

	while ((r = live_waiver(p, check, date, r)))
		if (strstr(r->u.waiver.items, item))
			return true;
	return false;
}

int64_t
waived_count(struct play *p, int32_t check, struct date date,
    const struct measurement *m)
{
	const char *missing[ITEMS];
	int32_t n = m->told && !m->fault ? missing_of(m, missing) : 0, i;
	int64_t count = 0;

	for (i = 0; i < n; i++)
		count += is_waived(p, check, date, missing[i]);
	return count;
}

bool
waived_whole(struct play *p, int32_t check, struct date date)
{
	const struct record *r = NULL;

	while ((r = live_waiver(p, check, date, r)))
		if (r->u.waiver.items[0] == '\0')
			return true;
	return false;
}

bool
excused(struct play *p, int32_t check, struct date date)
{
	return p->waives && (waived_whole(p, check, date) ||
	    answer_of(p, check, date)->nothing_left);
}

/*----------------------------------------------------------------- the oracle */

static bool
any_missing(const struct waiver_row *w, const struct measurement *m)
{
	const char *missing[ITEMS];
	int32_t n = missing_of(m, missing), i;

	for (i = 0; i < n; i++)
		if (strstr(w->items, missing[i]))
			return true;
	return false;
}

static void
judge_needless(struct play *p, const struct record *r,
    const struct waiver_row *was)
{
	const struct measurement *m = &p->event.u.measured;

	if (p->event.kind != EVENT_MEASURED || p->event.subject !=
	    was->check || p->event.date.day != r->date.day || !m->told ||
	    m->fault)
		flaw(p, "4", "a waiver is needless, and nobody looked");
	else if (!was->seen)
		flaw(p, "4", "a waiver of what never was missing is "
		    "needless");
	else if (was->items[0] ? any_missing(was, m) : answer_of(p,
	    was->check, r->date)->raw != RESULT_PASS)
		flaw(p, "4", "a waiver is needless of what is missing");
}

static void
judge_waiver_end(struct play *p, const struct record *r,
    const struct waiver_row *was)
{
	const struct command *c = &p->event.u.command;

	switch (r->u.waiver.state) {
	case WAIVER_LIVE:
		break;
	case WAIVER_EXPIRED:
		if (p->now.wall < was->until)
			flaw(p, "4", "a waiver is over before its time");
		break;
	case WAIVER_UNDONE:
		if (p->event.kind != EVENT_COMMAND ||
		    c->kind != COMMAND_UNDO || c->id != was->id)
			flaw(p, "4", "nobody has undone a waiver");
		break;
	case WAIVER_NEEDLESS:
		judge_needless(p, r, was);
		break;
	}
}

void
judge_waiver_row(struct play *p, const struct record *r,
    const struct record *was)
{
	if (r->u.waiver.state == WAIVER_LIVE && !(was &&
	    was->u.waiver.state == WAIVER_LIVE &&
	    was->u.waiver.until == r->u.waiver.until) &&
	    (p->event.kind != EVENT_COMMAND || p->event.u.command.kind !=
	    COMMAND_WAIVE))
		flaw(p, "4", "a waiver that nobody asked for");
	if (was && was->u.waiver.state != WAIVER_LIVE)
		flaw(p, "4", "a waiver that was over changes");
	else if (was)
		judge_waiver_end(p, r, &was->u.waiver);
}

/* What is waived is no reason to repair. */
void
judge_waived_repair(struct play *p, const struct attempt_row *a,
    struct date date)
{
	const struct recovery_def *d = &p->recoveries[a->recovery];
	int32_t i;

	for (i = 0; i < d->n_repairs; i++)
		if (a->failing & 1u << i && excused(p, d->repairs[i], date))
			flaw(p, "4", "%s repairs %s, which nobody asks for",
			    d->name, p->checks[d->repairs[i]].name);
}

/* It was measured after the last of its waivers had ended. */
static bool
measured_since(struct play *p, const struct record *check)
{
	const struct record *r;
	int32_t n = 0;

	for (r = row_first(p, RECORD_WAIVER); r; r = row_next(p, r)) {
		if (r->u.waiver.check != check->subject ||
		    r->date.day != check->date.day)
			continue;
		n++;
		if (r->u.waiver.state == WAIVER_LIVE ||
		    r->u.waiver.ended_at >= check->u.check.began_wall)
			return false;
	}
	return n > 0;
}

/* After a quiet time: no waiver lives longer than it should, and none that
 * is over is in a count. */
void
judge_waivers_end(struct play *p)
{
	const struct record *r;

	for (r = row_first(p, RECORD_WAIVER); r; r = row_next(p, r))
		if (r->u.waiver.state == WAIVER_LIVE && r->u.waiver.until <
		    p->now.wall - HOUR && here(p, OF_CHECK,
		    r->u.waiver.check) != NONE)
			flaw(p, "4", "a waiver goes on after its end");
	for (r = row_first(p, RECORD_CHECK); r; r = row_next(p, r))
		if (r->u.check.waived > 0 && here(p, OF_CHECK, r->subject) !=
		    NONE && engine_date(p->s->engine, 0, r->date) &&
		    measured_since(p, r))
			flaw(p, "4", "%lld of %s are left out, and nobody "
			    "waives them", (long long)r->u.check.waived,
			    p->checks[r->subject].name);
}

/*----------------------------------------------------------------- commands */

void
ask_to_waive(struct play *p, struct sup *s, struct command *c)
{
	static const char *const lists[] = { NULL, "item1", "item0,item1",
		"item0" };

	(void)some_date(p, s, &c->date);
	c->dated = true;
	c->subject = upto(p, p->graph.n_checks);
	c->items = lists[upto(p, 4)];
	c->ahead = chance(p, 40);
	c->until = p->now.wall + (1 + upto(p, 60)) * HOUR / 2;
}
