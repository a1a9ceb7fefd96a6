/* SPDX-License-Identifier: BSD-2-Clause
 *
 * joining.c -- from a sign to a breach in the incident where it belongs.
 *
 * Opens what stands and has no breach, ends what is clear, and moves what
 * hangs under a proven root whose window is over: measured afresh since, it
 * stands in an incident of its own cause. Of what is adopted only what would
 * be a root is kept, in no incident.
 */
#include "engine/backfills.h"
#include "engine/foresight.h"
#include "engine/incidents.h"

/* An adopted date: counted, not told. Half the table stays for the rest. */
static void
open_untold(struct engine *e, int32_t pipeline, struct day *d,
    const struct sign *s)
{
	if (e->breaches.n < e->breaches.cap / 2)
		(void)breach_open(e, pipeline, d, s, 0, false);
}

static void
open_own(struct engine *e, int32_t pipeline, struct day *d,
    const struct sign *s)
{
	struct incident_entry *x;

	if (!breach_room(e)) {
		e->crowded = true;
		return;
	}
	x = incident_open(e, pipeline, d, s->kind, s->subject);
	if (x == NULL)
		return;
	x->row.severity = told_within(e, d, s->severity);
	incident_write(e, x);
	(void)breach_open(e, pipeline, d, s, x->row.number, false);
}

static void
open_in(struct engine *e, int32_t pipeline, struct day *d,
    const struct sign *s, const struct home *h)
{
	struct incident_entry *x = incident_live(e, h->incident);

	if (breach_open(e, pipeline, d, s, h->incident,
	    h->kind == HOME_CHILD) == NULL)
		return;
	if (h->kind == HOME_JOIN && h->root != NONE) {
		x->row.root = h->root;
		incident_write(e, x);
	}
}

void
open_breach(struct engine *e, int32_t pipeline, struct day *d,
    const struct sign *s, const struct home *h)
{
	switch (h->kind) {
	case HOME_LATER:
	case HOME_ROOT:
		return;
	case HOME_OWN:
		open_own(e, pipeline, d, s);
		return;
	case HOME_JOIN:
	case HOME_CHILD:
		open_in(e, pipeline, d, s, h);
		return;
	}
}

/* The root first; what follows from it finds it at once after. */
static void
open_root(struct engine *e, int32_t phase, struct day *d)
{
	const struct trace nothing = { TRACE_NONE, NONE, 0 };
	int32_t pipeline = e->graph->phases[phase].pipeline;
	struct sign s;
	struct home h;

	if (breach_of(e, pipeline, d, ROOT_PHASE, phase))
		return;
	(void)phase_standing(e, phase, d, true, &s);
	h = phase_home(e, &s, d, nothing, 0);
	open_breach(e, pipeline, d, &s, &h);
	if (breach_of(e, pipeline, d, ROOT_PHASE, phase))
		day_wake(d, e->now.wall);
}

/* A child whose root is proven, after the window: has it been measured since?
 * Asks for it where it hasn't. */
static bool
measured_since(struct engine *e, struct day *d, const int32_t *checks,
    int32_t n, int64_t since)
{
	bool all = true;
	int32_t i;

	for (i = 0; i < n; i++) {
		const struct check_state *s = check_at(e, d, checks[i]);

		if (check_result(e, checks[i], d, e->now.wall) ==
		    RESULT_SKIP || (s->seen && s->row.began_wall >= since))
			continue;
		check_want(e, checks[i], d);
		all = false;
	}
	return all;
}

/* Must the breach leave the incident under which it hangs? `ret_waits`: for
 * what is measured. */
static bool
may_leave(struct engine *e, struct day *d, const struct breach_entry *b,
    const int32_t *checks, int32_t n, bool *ret_waits)
{
	const struct incident_entry *x = incident_live(e, b->row.incident);
	int64_t until;

	if (x == NULL || !b->row.child || !x->row.clearing)
		return false;
	until = x->row.clear_since + settle_window(e, x->at.pipeline,
	    x->row.kind);
	if (e->now.wall < until) {
		day_wake(d, until);
		return false;
	}
	*ret_waits = !measured_since(e, d, checks, n, until);
	return !*ret_waits;
}

/* Between two incidents that both end, what hangs there moves one way only:
 * each may look like the better home from the other one, and it would go to
 * and fro for ever. */
static bool
goes_back(const struct engine *e, uint64_t from, const struct home *h)
{
	const struct incident_entry *x = incident_live(e, h->incident);

	return x && h->incident > from && window_over(e, x);
}

static void
move(struct engine *e, int32_t pipeline, struct day *d,
    struct breach_entry *b, const struct sign *s, const struct home *h)
{
	uint64_t from = b->row.incident;

	if (h->kind == HOME_ROOT)
		open_root(e, h->root, d);
	if (h->kind == HOME_LATER || h->kind == HOME_ROOT ||
	    h->incident == from || goes_back(e, from, h))
		return;
	breach_close(e, b);
	open_breach(e, pipeline, d, s, h);
}

static void
refresh(struct engine *e, struct breach_entry *b, const struct sign *s)
{
	if (b->row.severity == s->severity && b->row.why == s->why)
		return;
	b->row.severity = s->severity;
	b->row.why = s->why;
	breach_write(e, b);
}

/* The last start that makes it is near: it stands before its time, and is
 * worse than it was. What has been told stands until the phase is done. */
static enum standing
foreseen(struct engine *e, int32_t phase, struct day *d,
    const struct trace *upstream, const struct breach_entry *b,
    enum standing now, struct sign *s)
{
	if (b && b->row.why == WHY_NO_RETURN)
		return phase_over(e, phase, d) ? CLEAR : STANDS;
	if (!no_return_near(e, phase, d, upstream))
		return now;
	s->why = WHY_NO_RETURN;
	return STANDS;
}

/* It stood already. */
static void
escalate(struct engine *e, struct breach_entry *b, struct sign *s)
{
	if (s->why != WHY_NO_RETURN || b->row.why == WHY_NO_RETURN)
		return;
	s->severity = no_return_severity(e, b->row.incident, s->severity);
	refresh(e, b, s);
}

void
settle_phase_sign(struct engine *e, int32_t phase, struct day *d,
    struct trace upstream)
{
	int32_t pipeline = e->graph->phases[phase].pipeline, n;
	struct breach_entry *b = breach_of(e, pipeline, d, ROOT_PHASE, phase);
	const int32_t *checks;
	struct sign s;
	struct home h;
	enum standing now = phase_standing(e, phase, d, b != NULL, &s);

	now = foreseen(e, phase, d, &upstream, b, now, &s);
	if (now == CLEAR && b)
		breach_close(e, b);
	if (now != STANDS)
		return;
	if (phase_adopted(e, phase, d)) {
		if (b == NULL && upstream.kind == TRACE_NONE)
			open_untold(e, pipeline, d, &s);
		return;
	}
	if (b == NULL) {
		h = phase_home(e, &s, d, upstream, 0);
		if (s.why == WHY_NO_RETURN)
			s.severity = no_return_severity(e, h.incident,
			    s.severity);
		if (h.kind == HOME_ROOT)
			open_root(e, h.root, d);
		else
			open_breach(e, pipeline, d, &s, &h);
		return;
	}
	escalate(e, b, &s);
	n = phase_checks(e, phase, d, &checks);
	if (!may_leave(e, d, b, checks, n, &phase_at(e, d, phase)->
	    sign_waits) ||
	    (upstream.kind == TRACE_INCIDENT &&
	    upstream.incident == b->row.incident))
		return;
	h = phase_home(e, &s, d, upstream, b->row.incident);
	move(e, pipeline, d, b, &s, &h);
}

void
settle_alarm(struct engine *e, int32_t gate, struct day *d)
{
	const struct gate_def *g = &e->graph->gates[gate];
	struct breach_entry *b = breach_of(e, g->pipeline, d, ROOT_ALARM,
	    gate);
	struct sign s;
	struct home h;
	enum standing now = alarm_standing(e, gate, d, &s);

	gate_at(e, d, gate)->alarm_waits = false;
	if (now == CLEAR && b)
		breach_close(e, b);
	if (now != STANDS)
		return;
	if (b)
		refresh(e, b, &s);
	if (alarm_adopted(e, gate, d)) {
		if (b == NULL)
			open_untold(e, g->pipeline, d, &s);
		return;
	}
	if (b && !may_leave(e, d, b, g->inputs,
	    gate_inputs_on(g, d->date), &gate_at(e, d, gate)->alarm_waits))
		return;
	h = alarm_home(e, gate, d, b ? b->row.incident : 0);
	if (b)
		move(e, g->pipeline, d, b, &s, &h);
	else
		open_breach(e, g->pipeline, d, &s, &h);
}

/* A bypass, or a held attempt: an incident of its own, and the same one while
 * that is not over. */
void
settle_own(struct engine *e, int32_t pipeline, struct day *d,
    enum standing now, const struct sign *s)
{
	struct breach_entry *b = breach_of(e, pipeline, d, s->kind,
	    s->subject);
	uint64_t number;
	struct home h;

	if (now == CLEAR && b)
		breach_close(e, b);
	if (now != STANDS || b)
		return;
	number = stood_in(e, pipeline, d, s->kind, s->subject);
	h = (struct home){ number ? HOME_JOIN : HOME_OWN, number, NONE };
	open_breach(e, pipeline, d, s, &h);
}
