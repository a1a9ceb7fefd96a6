/* SPDX-License-Identifier: BSD-2-Clause
 *
 * life.c -- an incident from its first cause to its end.
 *
 * Open while a cause stands; clearing when none does, for the settle window,
 * as long as phases that it held back are undone, automation still works on
 * it, or something hangs under it; then over. A cause that stands again
 * meanwhile is the same episode. Its severity is the worst so far.
 */
#include "engine/backfills.h"
#include "engine/incidents.h"

static enum severity
worse(enum severity a, enum severity b)
{
	return a > b ? a : b;
}

struct tally {
	int32_t causes, children;       /* open */
	enum severity severity;
};

static struct tally
tally_of(const struct engine *e, const struct incident_entry *x)
{
	struct tally t = { 0, 0, SEVERITY_NONE };
	const struct breach_entry *b;

	for (b = breach_first_in(e, x); b; b = breach_next_in(e, b)) {
		if (!b->row.open)
			continue;
		if (b->row.child)
			t.children++;
		else
			t.causes++;
		/* what hangs there makes it no worse, but for this */
		if (b->row.child && b->row.why != WHY_NO_RETURN)
			continue;
		t.severity = worse(t.severity, b->row.severity);
	}
	return t;
}

/* What is in it looks when it may leave. */
static void
stir_children(struct engine *e, const struct incident_entry *x)
{
	const struct breach_entry *b;

	for (b = breach_first_in(e, x); b; b = breach_next_in(e, b))
		if (b->row.open)
			touch_breach(e, b);
}

/* Marks that its causes are proven, or stand again. */
static bool
turn(struct engine *e, struct incident_entry *x, const struct tally *t)
{
	bool clear = t->causes == 0;

	if (clear == x->row.clearing)
		return false;
	x->row.clearing = clear;
	x->row.clear_since = clear ? e->now.wall : INSTANT_NONE;
	stir_children(e, x);
	/* what stands in another one didn't come while this one ended */
	if (!clear)
		touch_opening(e, x);
	return true;
}

/* Another one of the same root ended shortly before this one opened. */
static bool
came_back(const struct engine *e, const struct incident_entry *x,
    const struct day *d, int64_t window)
{
	const struct incident_entry *y;

	for (y = incident_first(e, d); y; y = incident_next(e, y))
		if (!y->row.open && y->row.kind == x->row.kind &&
		    y->row.root == x->row.root &&
		    y->row.closed_at > x->row.opened_at - window)
			return true;
	return false;
}

/* What comes and goes is one conversation, until it has been quiet for the
 * settle window. */
static bool
may_flap(struct engine *e, const struct incident_entry *x, struct day *d)
{
	int64_t window = e->graph->pipelines[x->at.pipeline].settle_ms;
	int64_t until = x->row.clear_since + window;

	if (e->now.wall >= until || !came_back(e, x, d, window))
		return false;
	day_wake(d, until);
	return true;
}

static bool
is_over(struct engine *e, struct incident_entry *x, struct day *d,
    const struct tally *t, enum automation a)
{
	int64_t until;

	if (!x->row.clearing || may_flap(e, x, d))
		return false;
	if (window_over(e, x))
		return t->children == 0;
	until = x->row.clear_since + settle_window(e, x->at.pipeline,
	    x->row.kind);
	day_wake(d, until);
	return t->children == 0 && a != AUTOMATION_ALIVE &&
	    !holds_back(e, x, d);
}

void
settle_incident(struct engine *e, struct incident_entry *x, struct day *d)
{
	struct tally t = tally_of(e, x);
	enum severity raise = SEVERITY_NONE, was = x->row.severity;
	enum automation a = incident_automation(e, x, d, &raise);
	bool changed = turn(e, x, &t), gave_up;

	gave_up = a == AUTOMATION_ENDED && !x->row.gave_up;
	if (gave_up || (a == AUTOMATION_ALIVE && x->row.gave_up)) {
		x->row.gave_up = gave_up;
		changed = true;
	}
	x->row.severity = worse(was, told_within(e, d, worse(t.severity,
	    gave_up ? raise : SEVERITY_NONE)));
	changed |= x->row.severity != was;
	if (is_over(e, x, d, &t, a)) {
		incident_close(e, x);
		changed = true;
	}
	incident_tell(e, x, d, gave_up, changed);
}
