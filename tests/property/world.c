/* SPDX-License-Identifier: BSD-2-Clause
 *
 * world.c -- what comes back from the world: answers of checks and gates,
 * and what people ask for.
 *
 * A check may answer late, twice, not at all for hours (then its worker is
 * killed: a fault), with NaN, with nothing expected, with more than is
 * expected. A gate answers for what it was shown. The calendar revises.
 */
#include <math.h>

#include "play.h"

/* The dates that anybody may speak of: others have no slot. */
struct slot *
slot_of(struct play *p, struct date date)
{
	struct slot *d = &p->slots[(uint32_t)date.day % P_SLOTS];
	int32_t today = (int32_t)(p->now.wall / DAY), c;

	if (d->day == date.day)
		return d;
	if (date.day > today + 2 || date.day < today - 9)
		return NULL;
	d->day = date.day;
	d->owed = chance(p, 15) ? 0 : 5;
	d->anchor = INSTANT_NONE;
	for (c = 0; c < p->graph.n_checks; c++) {
		d->truth[c] = chance(p, p->checks30 ? 94 : 50) ? 2 : 0;
		d->expected[c] = 2;
		d->answers[c].known = false;
		d->in_flight[c] = 0;
	}
	for (c = 0; c < P_GATES; c++)
		d->n_shown[c] = 0;
	return d;
}

static void
revise(struct play *p, struct slot *d)
{
	if (!has(p, F_REVISION))
		return;
	d->owed = chance(p, 25) ? 0 : 5;
	if (chance(p, 40))
		d->anchor = (int64_t)(d->day + 1) * DAY + upto(p, 10) * HOUR;
	else if (chance(p, 30))
		d->anchor = INSTANT_NONE;
}

void
world_changes(struct play *p)
{
	int32_t c = upto(p, p->graph.n_checks), what = upto(p, 100);
	struct date date = { (int32_t)(p->now.wall / DAY) - upto(p, 3) };
	struct slot *d = slot_of(p, date);

	if (d == NULL)
		return;
	if (p->checks[c].calendar) {
		revise(p, d);
		return;
	}
	d->truth[c] = what < 20 ? 0 : what < 35 ? 1 : 2;
	d->expected[c] = 2;
	if (has(p, F_NUMBERS) && what >= 90)
		d->truth[c] = 3;        /* more than there can be */
	else if (has(p, F_NUMBERS) && what >= 85)
		d->truth[c] = d->expected[c] = 0;
}

/*----------------------------------------------------------------- answers */

/* What the engine will take: asked, of a date that it watches. */
void
take_answer(struct play *p, struct sup *s, const struct event *ev)
{
	const struct measurement *m = &ev->u.measured;
	struct slot *d = slot_of(p, ev->date);
	int64_t waived = waived_count(p, ev->subject, ev->date, m);
	struct answer *a, was;
	enum result raw = judge_here(p, ev->subject, m, waived);

	if (d == NULL)
		return;
	a = &d->answers[ev->subject];
	p->before = was = *a;
	if (!sup_able(s) || s->lock_file != p->shelf.lock_file ||
	    d->in_flight[ev->subject] != s->life ||
	    engine_date(s->engine, 0, ev->date) == NULL)
		return;
	d->in_flight[ev->subject] = 0;
	*a = (struct answer){ .known = true, .told = m->told && !m->fault &&
		raw != RESULT_UNKNOWN,
		.value = m->value, .raw = raw, .waived = waived,
		.nothing_left = waived > 0 && waived == m->missing &&
		    waived >= (int64_t)m->expected,
		.in_row = 1, .began_wall = p->now.wall -
		    (p->now.mono - m->began.mono),
		.began_boot = m->began.boot, .boot_id = m->began.boot_id };
	if (was.known && was.raw == a->raw)
		a->in_row = was.in_row + 1;
}

static void
spoil(struct play *p, struct measurement *m)
{
	int32_t how = upto(p, 100);

	if (has(p, F_NUMBERS) && how < 30)
		m->value = NAN;
	else if (has(p, F_NUMBERS) && how < 45)
		m->value = m->expected = 0;
	else if (has(p, F_NUMBERS) && how < 50)
		m->expected = INFINITY;
	else if (has(p, F_NUMBERS) && how < 55)
		m->value = -1;
	else
		m->told = false;
	m->fault = !m->told && has(p, F_FAULT) && chance(p, 50);
}

static struct event
answer_measure(struct play *p, const struct call *c)
{
	struct event ev = { .kind = EVENT_MEASURED, .date = c->date,
		.subject = c->subject };
	const struct check_def *def = &p->checks[c->subject];
	const struct slot *d = slot_of(p, c->date);
	struct measurement *m = &ev.u.measured;

	*m = (struct measurement){ .told = d && !p->dark[c->subject] &&
		!(p->target_dark && def->target),
		.stated = NONE, .expected = NAN, .missing = -1, .extra = -1,
		.anchor = INSTANT_NONE, .id = ++p->measurements,
		.began = c->began };
	if (d && def->calendar) {
		m->value = (double)d->owed;
		m->anchor = d->anchor;
	} else if (d) {
		m->value = d->truth[c->subject];
		if (def->limits.fail_below.kind == LIMIT_PERCENT)
			m->expected = d->expected[c->subject];
	}
	if (c->hangs_until != 0) {      /* killed at its deadline */
		m->told = false;
		m->fault = true;
	} else if (!p->quiet && chance(p, 4)) {
		spoil(p, m);
	}
	missing_told(p, m);
	return ev;
}

static enum verdict
judge_inputs(const struct play *p, const struct sup *sup, int32_t gate,
    const struct shown *s, int32_t *ret_bad, int32_t *ret_n)
{
	const struct gate_def *g = &p->gates[gate];
	int32_t i, good = 0, dark = 0, wait = 0, n = 0;

	*ret_bad = 0;
	for (i = 0; i < g->n_inputs; i++) {
		if (sup->v.here[OF_CHECK][g->inputs[i]] == NONE)
			continue;
		n++;
		if (s->in[i].excused)
			good++;
		else if (!s->in[i].known || !s->in[i].told)
			dark++;
		else if (s->in[i].raw != RESULT_FAIL)
			good++;
		else if (s->in[i].due)
			++*ret_bad;
		else
			wait++;
	}
	*ret_n = n;
	if (good == n)
		return VERDICT_OPEN;
	if (good >= 2)
		return wait ? VERDICT_WAITING : VERDICT_DEGRADED;
	return dark ? VERDICT_UNKNOWN : wait ? VERDICT_WAITING :
	    VERDICT_BLOCKED;
}

static struct event
answer_gate(struct play *p, const struct sup *s, const struct call *c)
{
	struct event ev = { .kind = EVENT_VERDICT, .date = c->date,
		.subject = c->subject };
	const struct gate_def *g = &p->gates[c->subject];
	struct gate_answer *a = &ev.u.verdict;
	int32_t bad, n;

	*a = (struct gate_answer){ .told = p->quiet || !chance(p, 5),
		.next_change = INSTANT_NONE, .revision = c->revision };
	a->verdict = judge_inputs(p, s, c->subject, &c->shown, &bad, &n);
	a->fault = !a->told && has(p, F_FAULT) && chance(p, 50);
	if (c->hangs_until != 0) {
		a->told = false;
		a->fault = true;
	}
	if (g->alarm && bad > 0)
		a->severity = bad == n ? SEVERITY_CRITICAL :
		    bad > 1 ? SEVERITY_WARNING : SEVERITY_INFO;
	return ev;
}

/* What it was shown, with what it said, newest last. */
static void
keep_shown(struct play *p, const struct sup *sup, const struct call *c,
    const struct event *ev)
{
	struct slot *d = slot_of(p, ev->date);
	int32_t g = ev->subject;
	struct shown *s;

	if (d == NULL || !sup_able(sup) || sup->lock_file !=
	    p->shelf.lock_file)
		return;
	if (d->shown_life[g] != sup->life)
		d->n_shown[g] = 0;
	d->shown_life[g] = sup->life;
	s = &d->shown[g][d->n_shown[g]++ % P_ASKS];
	*s = c->shown;
	s->answered = true;
	s->opens = ev->u.verdict.told && !ev->u.verdict.fault &&
	    ev->u.verdict.verdict <= VERDICT_DEGRADED;
}

static void
drop_call(struct sup *s, int32_t i)
{
	s->calls[i] = s->calls[--s->n_calls];
}

/* The jump of a clock is told before the answer, and may ask again. */
static bool
clock_was_set(const struct play *p, const struct sup *s)
{
	int64_t by = p->now.wall - p->now.mono - s->drift;

	return by < -100 || by > 100;
}

/* A gate that is asked again before it answered has two calls; so has a
 * check whose answer comes twice. Calls are numbered: an answer is never
 * taken for another one's. */
void
answer_one(struct play *p, struct sup *s, int32_t i)
{
	struct call *c = &s->calls[i];
	struct slot *d = slot_of(p, c->date);
	struct event ev;

	if (s->frozen || (!p->quiet && c->hangs_until > p->now.boot))
		return;
	if (c->delivered && d && (d->in_flight[c->subject] == s->life ||
	    clock_was_set(p, s))) {
		drop_call(s, i);
		return;
	}
	ev = c->gate ? answer_gate(p, s, c) : answer_measure(p, c);
	p->s = s;
	if (c->gate && !c->delivered)
		keep_shown(p, s, c, &ev);
	if (has(p, F_TWICE) && !c->delivered && !c->gate && chance(p, 3))
		c->delivered = true;
	else
		drop_call(s, i);
	sup_step(p, s, &ev);
}

/*----------------------------------------------------------------- commands */

bool
some_date(struct play *p, struct sup *s, struct date *ret)
{
	struct date dates[P_SLOTS];
	int32_t n = engine_dates(s->engine, 0, dates, P_SLOTS);

	/* mostly the youngest ones, sometimes none that is watched */
	if (chance(p, 3) || n == 0)
		*ret = (struct date){ 30000 };
	else
		*ret = dates[n - 1 - upto(p, chance(p, 70) && n > 2 ? 3 :
		    n)];
	return n > 0;
}

static void
as_seen(struct play *p, struct sup *s, struct command *c)
{
	struct phase_reading r;
	int32_t i;

	if (!engine_read_phase(s->engine, s->v.here[OF_PHASE][c->subject],
	    c->date, &p->now, &r))
		return;
	for (i = 0; i < r.n; i++)
		if (chance(p, 90))
			c->conditions[c->n_conditions++] = r.closed[i];
}

/* One that this supervisor knows, or NONE. */
static int32_t
known(struct play *p, const struct sup *s, enum of kind, int32_t n)
{
	int32_t i, from = n > 0 ? upto(p, n) : 0;

	for (i = 0; i < n; i++)
		if (s->v.here[kind][(from + i) % n] != NONE)
			return (from + i) % n;
	return NONE;
}

static void
choose_subject(struct play *p, const struct sup *s, struct command *c)
{
	bool scoped = c->kind == COMMAND_HOLD || c->kind ==
	    COMMAND_RELEASE || c->kind == COMMAND_REOPEN;

	if (c->kind == COMMAND_CHECK_RUN)
		c->subject = chance(p, 20) ? NONE : known(p, s, OF_CHECK,
		    p->graph.n_checks);
	else if (c->kind == COMMAND_RECOVER || (scoped && c->scope ==
	    HOLD_RECOVERY))
		c->subject = known(p, s, OF_RECOVERY,
		    p->graph.n_recoveries);
	else if (scoped && c->scope == HOLD_PIPELINE)
		c->subject = 0;
	else
		c->subject = known(p, s, OF_PHASE, p->graph.n_phases);
}

/* What an id means depends on the command; mostly one that there is. */
static uint64_t
some_id(struct play *p, enum command_kind kind)
{
	const struct engine_ids *x = &p->shelf.ids;
	uint64_t last = kind == COMMAND_CANCEL ? x->attempt :
	    kind == COMMAND_ACK ? x->incident : kind == COMMAND_RELEASE ?
	    x->hold : x->override > x->hold ? x->override : x->hold;

	if (kind == COMMAND_UNDO && chance(p, 40))
		last = x->incident;
	if (last == 0 || chance(p, 5))
		return (uint64_t)upto(p, 12) + 1;
	return last - (uint64_t)upto(p, last < 6 ? (int32_t)last : 6);
}

void
say_something(struct play *p, struct sup *s)
{
	static const char *const runs[] = { "run-a", "run-b", "" };
	struct event ev = { .kind = EVENT_COMMAND };
	struct command *c = &ev.u.command;

	if (!sup_able(s) || s->frozen)
		return;
	*c = (struct command){ .kind = (enum command_kind)upto(p,
		COMMAND_REOPEN + 1), .dated = chance(p, 80),
		.until = chance(p, 50) ? INSTANT_NONE : p->now.wall +
		    upto(p, 300) * MINUTE, .actor = "ann",
		.reason = "because", .scope = (enum hold_scope)upto(p, 4),
		.token = 7 };
	if (!has(p, c->kind >= COMMAND_PERMIT && c->kind <=
	    COMMAND_SIGNAL_FAILED ? F_OUTSIDE : F_OPERATOR))
		return;
	(void)some_date(p, s, &c->date);
	c->id = some_id(p, c->kind);
	c->run_id = runs[upto(p, 3)];
	choose_subject(p, s, c);
	if (c->subject == NONE && c->kind != COMMAND_CHECK_RUN)
		return;
	if (c->kind == COMMAND_OVERRIDE)
		as_seen(p, s, c);
	if (c->kind == COMMAND_HOLD && c->until == INSTANT_NONE)
		c->until = p->now.wall + 2 * HOUR;
	p->count.commands++;
	sup_step(p, s, &ev);
}
