/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incidents.c -- one root cause, one conversation.
 *
 * Level-triggered: each settling of a date reads what stands now (signs.c),
 * opens and closes breaches accordingly, each in the incident in which it
 * belongs (roots.c, homes.c), and then looks at the date's own incidents: how
 * bad they are, whether their causes are proven, what is to be said
 * (notices.c). Everything that was decided is in the rows, so that a restart
 * repeats nothing.
 *
 * An incident's life: open while a cause stands; clearing when none does, for
 * the settle window, as long as phases that it held back are undone; then
 * each that still follows from it is measured afresh and moves to an incident
 * of its own, and it closes. A cause that stands again meanwhile is the same
 * episode.
 *
 * Of an adopted date, and of a part that was first met after it had ended,
 * only what would be a root is kept, in no incident, and nobody is told: a
 * hole is a row, but no message. An attempt of a person that is held speaks
 * there too.
 *
 * Invariants: a breach is written before or with the incident row that counts
 * it, in one step; an incident closes only with no breach open in it; breach
 * and incident rows of other dates are changed only by closing what is no
 * longer watched.
 */
#include "engine/incidents.h"

/* What one sign may write: its own root, breach, and the breach it left. */
enum { SIGN_ROWS = 4, INCIDENT_ROWS = 3 };

/* An incident of another date is looked at again; those of this one are
 * looked at last anyway. */
static void
stir(struct engine *e, const struct day *here, uint64_t incident)
{
	const struct incident_entry *x = incident_live(e, incident);
	struct day *d = x && x->at.dated ?
	    lane_find(&e->lanes[x->at.pipeline], x->at.date) : NULL;

	if (d && d != here)
		d->dirty = true;
}

/*----------------------------------------------------------------- opening */

static enum severity
worse(enum severity a, enum severity b)
{
	return a > b ? a : b;
}

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

	if (!breach_room(e))
		return;
	x = incident_open(e, pipeline, d, s->kind, s->subject);
	if (x == NULL)
		return;
	x->row.severity = s->severity;
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
	stir(e, d, h->incident);
}

static void
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
		d->dirty = true;
}

/*---------------------------------------------------------------- one sign */

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

/* Must the breach leave the incident under which it hangs? */
static bool
may_leave(struct engine *e, struct day *d, const struct breach_entry *b,
    const int32_t *checks, int32_t n)
{
	const struct incident_entry *x = incident_live(e, b->row.incident);
	int64_t until;

	if (x == NULL || !b->row.child || !x->row.clearing)
		return false;
	until = x->row.clear_since + settle_window(e, x->at.pipeline,
	    x->row.kind);
	if (e->now.wall >= until)
		return measured_since(e, d, checks, n, until);
	day_wake(d, until);
	return false;
}

static void
move(struct engine *e, int32_t pipeline, struct day *d,
    struct breach_entry *b, const struct sign *s, const struct home *h)
{
	uint64_t from = b->row.incident;

	if (h->kind == HOME_ROOT)
		open_root(e, h->root, d);
	if (h->kind == HOME_LATER || h->kind == HOME_ROOT ||
	    h->incident == from)
		return;
	breach_close(e, b);
	open_breach(e, pipeline, d, s, h);
	stir(e, d, from);
}

static void
refresh(struct engine *e, const struct day *d, struct breach_entry *b,
    const struct sign *s)
{
	if (b->row.severity == s->severity)
		return;
	b->row.severity = s->severity;
	breach_write(e, b);
	stir(e, d, b->row.incident);
}

static void
end(struct engine *e, const struct day *d, struct breach_entry *b)
{
	uint64_t incident = b->row.incident;

	breach_close(e, b);
	stir(e, d, incident);
}

static void
settle_phase_sign(struct engine *e, int32_t phase, struct day *d,
    struct trace upstream)
{
	int32_t pipeline = e->graph->phases[phase].pipeline, n;
	struct breach_entry *b = breach_of(e, pipeline, d, ROOT_PHASE, phase);
	const int32_t *checks;
	struct sign s;
	struct home h;
	enum standing now = phase_standing(e, phase, d, b != NULL, &s);

	if (now == CLEAR && b)
		end(e, d, b);
	if (now != STANDS)
		return;
	if (phase_adopted(e, phase, d)) {
		if (b == NULL && upstream.kind == TRACE_NONE)
			open_untold(e, pipeline, d, &s);
		return;
	}
	if (b == NULL) {
		h = phase_home(e, &s, d, upstream, 0);
		if (h.kind == HOME_ROOT)
			open_root(e, h.root, d);
		else
			open_breach(e, pipeline, d, &s, &h);
		return;
	}
	n = phase_checks(e, phase, &checks);
	if (!may_leave(e, d, b, checks, n) ||
	    (upstream.kind == TRACE_INCIDENT &&
	    upstream.incident == b->row.incident))
		return;
	h = phase_home(e, &s, d, upstream, b->row.incident);
	move(e, pipeline, d, b, &s, &h);
}

static void
settle_alarm(struct engine *e, int32_t gate, struct day *d)
{
	const struct gate_def *g = &e->graph->gates[gate];
	struct breach_entry *b = breach_of(e, g->pipeline, d, ROOT_ALARM,
	    gate);
	struct sign s;
	struct home h;
	enum standing now = alarm_standing(e, gate, d, &s);

	if (now == CLEAR && b)
		end(e, d, b);
	if (now != STANDS)
		return;
	if (b)
		refresh(e, d, b, &s);
	if (alarm_adopted(e, gate, d)) {
		if (b == NULL)
			open_untold(e, g->pipeline, d, &s);
		return;
	}
	if (b && !may_leave(e, d, b, g->inputs, g->n_inputs))
		return;
	h = alarm_home(e, gate, d, b ? b->row.incident : 0);
	if (b)
		move(e, g->pipeline, d, b, &s, &h);
	else
		open_breach(e, g->pipeline, d, &s, &h);
}

/* A bypass, or a held attempt: always an incident of its own. */
static void
settle_own(struct engine *e, int32_t pipeline, struct day *d,
    enum standing now, const struct sign *s)
{
	struct breach_entry *b = breach_of(e, pipeline, d, s->kind,
	    s->subject);

	if (now == CLEAR && b)
		end(e, d, b);
	if (now == STANDS && b == NULL)
		open_own(e, pipeline, d, s);
}

/*------------------------------------------------------------------ probes */

static struct breach_entry *
probe_breach(const struct engine *e, int32_t pipeline, const struct day *d,
    int32_t check)
{
	struct breach_entry *b;
	int32_t i = 0;

	for (; (b = breach_next(e, pipeline, d, &i)); i++)
		if (b->row.kind == ROOT_PROBE &&
		    same_target(e->graph, b->row.subject, check))
			return b;
	return NULL;
}

/* Does anything of this target still leave us in the dark? */
static bool
target_is_dark(struct engine *e, int32_t pipeline, struct day *d,
    int32_t check)
{
	const struct lane *l = &e->lanes[pipeline];
	struct sign s;
	int32_t i;

	for (i = 0; i < l->n_checks; i++)
		if (same_target(e->graph, l->checks[i], check) &&
		    probe_standing(e, l->checks[i], d, &s) != CLEAR)
			return true;
	return false;
}

/* It answers again: whatever it could not tell is asked at once. */
static void
ask_again(struct engine *e, int32_t pipeline, int32_t check)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t i, k;

	for (i = 0; i < l->n_used; i++)
		for (k = 0; k < l->n_checks; k++)
			if (l->days[i].checks[k].untold_n > 0 &&
			    same_target(e->graph, l->checks[k], check))
				check_want(e, l->checks[k], &l->days[i]);
}

static void
settle_dark(struct engine *e, int32_t pipeline, struct day *d, int32_t check)
{
	uint64_t number = probe_incident(e, check);
	struct home h = { number ? HOME_JOIN : HOME_OWN, number, NONE };
	struct sign s;

	if (probe_standing(e, check, d, &s) == STANDS &&
	    probe_breach(e, pipeline, d, check) == NULL)
		open_breach(e, pipeline, d, &s, &h);
}

static void
settle_probes(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct lane *l = &e->lanes[pipeline];
	struct breach_entry *b;
	int32_t i;

	for (i = 0; i < l->n_checks; i++) {
		if (d->checks[i].untold_n == 0)
			continue;
		if (!has_room(e, SIGN_ROWS))
			return;
		settle_dark(e, pipeline, d, l->checks[i]);
	}
	for (i = 0; (b = breach_next(e, pipeline, d, &i)); i++) {
		if (b->row.kind != ROOT_PROBE || target_is_dark(e, pipeline,
		    d, b->row.subject))
			continue;
		if (!has_room(e, SIGN_ROWS))
			return;
		end(e, d, b);
		ask_again(e, pipeline, b->row.subject);
	}
}

/*------------------------------------------------------------ one incident */

struct tally {
	int32_t causes, children;       /* open */
	enum severity severity;
};

static struct tally
tally_of(const struct engine *e, uint64_t number)
{
	struct tally t = { 0, 0, SEVERITY_NONE };
	int32_t i;

	for (i = 0; i < e->breaches.n; i++) {
		const struct breach_entry *b = table_at(&e->breaches, i);

		if (b->row.incident != number || !b->row.open)
			continue;
		if (b->row.child) {
			t.children++;
			continue;
		}
		t.causes++;
		t.severity = worse(t.severity, b->row.severity);
	}
	return t;
}

/* Children look when they may leave: on this date in time, unless that is
 * now. */
static void
stir_children(struct engine *e, const struct incident_entry *x,
    const struct day *here)
{
	const struct lane *l = &e->lanes[x->at.pipeline];
	bool now = settle_window(e, x->at.pipeline, x->row.kind) == 0;
	int32_t i;

	for (i = 0; i < e->breaches.n; i++) {
		const struct breach_entry *b = table_at(&e->breaches, i);
		struct day *d;

		if (b->row.incident != x->row.number || !b->row.open)
			continue;
		d = lane_find(l, b->at.date);
		if (d && (d != here || now))
			d->dirty = true;
	}
}

/* Marks that its causes are proven, or stand again. */
static bool
turn(struct engine *e, struct incident_entry *x, const struct day *d,
    const struct tally *t)
{
	bool clear = t->causes == 0;

	if (clear == x->row.clearing)
		return false;
	x->row.clearing = clear;
	x->row.clear_since = clear ? e->now.wall : INSTANT_NONE;
	stir_children(e, x, d);
	return true;
}

static bool
is_over(struct engine *e, struct incident_entry *x, struct day *d,
    const struct tally *t, enum automation a)
{
	int64_t until;

	if (!x->row.clearing)
		return false;
	if (window_over(e, x))
		return t->children == 0;
	until = x->row.clear_since + settle_window(e, x->at.pipeline,
	    x->row.kind);
	day_wake(d, until);
	return t->children == 0 && a != AUTOMATION_ALIVE &&
	    !holds_back(e, x, d);
}

static void
settle_incident(struct engine *e, struct incident_entry *x, struct day *d)
{
	struct tally t = tally_of(e, x->row.number);
	enum severity raise = SEVERITY_NONE, was = x->row.severity;
	enum automation a = incident_automation(e, x, d, &raise);
	bool changed = turn(e, x, d, &t), gave_up;

	gave_up = a == AUTOMATION_ENDED && !x->row.gave_up;
	if (gave_up || (a == AUTOMATION_ALIVE && x->row.gave_up)) {
		x->row.gave_up = gave_up;
		changed = true;
	}
	x->row.severity = worse(was, worse(t.severity, gave_up ? raise :
	    SEVERITY_NONE));
	changed |= x->row.severity != was;
	if (is_over(e, x, d, &t, a)) {
		x->row.open = false;
		x->row.closed_at = e->now.wall;
		changed = true;
	}
	incident_tell(e, x, d, gave_up, changed);
}

/*-------------------------------------------------------------------- date */

static bool
settle_phase_signs(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	struct sign s;
	int32_t i;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++) {
		struct trace *t = &phase_at(e, d, i)->trace;
		struct trace was = *t, up;

		if (!has_room(e, 3 * SIGN_ROWS))
			return false;
		settle_own(e, pipeline, d, held_standing(e, i, d, &s), &s);
		if (!phase_adopted(e, i, d))
			settle_own(e, pipeline, d, bypass_standing(e, i, d,
			    &s), &s);
		up = upstream_trace(e, i, d);
		settle_phase_sign(e, i, d, up);
		*t = phase_trace(e, i, d, up);
		d->turned |= t->kind != was.kind ||
		    t->incident != was.incident;
	}
	return true;
}

/* The dates that follow from this one look again when its traces turn. */
static void
stir_later(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct pipeline_def *p = &e->graph->pipelines[pipeline];
	const struct lane *l = &e->lanes[pipeline];
	bool crosses = false;
	struct day *u;
	int32_t i, k;

	for (i = p->first_phase; i < p->first_phase + p->n_phases; i++)
		for (k = 0; k < e->graph->phases[i].n_after; k++)
			crosses |= e->graph->phases[i].after[k].date_offset !=
			    0;
	for (u = d + 1; crosses && u < l->days + l->n_used; u++) {
		u->dirty = true;
		if (u->row.owed != 0)
			return;
	}
}

void
settle_incidents(struct engine *e, int32_t pipeline, struct day *d)
{
	const struct lane *l = &e->lanes[pipeline];
	int32_t i;

	settle_probes(e, pipeline, d);
	if (e->out->more || !settle_phase_signs(e, pipeline, d))
		return;
	if (d->turned || !d->traced)
		stir_later(e, pipeline, d);
	d->traced = true;
	d->turned = false;
	for (i = 0; i < l->n_gates; i++) {
		if (!e->graph->gates[l->gates[i]].alarm)
			continue;
		if (!has_room(e, SIGN_ROWS))
			return;
		settle_alarm(e, l->gates[i], d);
	}
	for (i = 0; i < e->incidents.n; i++) {
		struct incident_entry *x = table_at(&e->incidents, i);

		if (!x->row.open || !where_is(&x->at, pipeline, d))
			continue;
		if (!has_room(e, INCIDENT_ROWS))
			return;
		settle_incident(e, x, d);
	}
}
