/* SPDX-License-Identifier: BSD-2-Clause
 *
 * world.c -- what comes back from the world: answers, ends of processes, and
 * what people ask for.
 */
#include <math.h>

#include "play.h"

static bool
watched(const struct play *p, struct date date)
{
	int32_t d = day_slot(date);

	return d >= 0 && d < P_DAYS && engine_date(p->engine, 0, date);
}

/*----------------------------------------------------------------- answers */

static void
take_answer(struct play *p, const struct event *ev)
{
	const struct measurement *m = &ev->u.measured;
	int32_t d = day_slot(ev->date);
	struct answer *a = &p->answers[ev->subject][d], was = *a;
	bool told = m->told && !m->fault;
	bool calendar = p->checks[ev->subject].calendar;

	p->before = was;
	if (!p->in_flight[ev->subject][d] || !watched(p, ev->date))
		return;
	p->in_flight[ev->subject][d] = false;
	*a = (struct answer){ .known = true, .told = told,
		.value = m->value, .raw = !told || isnan(m->value) ?
		    RESULT_UNKNOWN : calendar || m->value >= 2 ? RESULT_PASS :
		    m->value >= 1 ? RESULT_WARN : RESULT_FAIL,
		.in_row = 1, .began_wall = p->now.wall -
		    (p->now.mono - m->began.mono),
		.began_boot = m->began.boot, .boot_id = m->began.boot_id };
	if (isnan(m->value))
		a->told = false;
	if (was.known && was.raw == a->raw)
		a->in_row = was.in_row + 1;
}

static struct event
answer_measure(struct play *p, const struct call *c)
{
	struct event ev = { .kind = EVENT_MEASURED, .date = c->x.date,
		.subject = c->x.subject };
	struct measurement *m = &ev.u.measured;
	bool bad = !p->quiet && chance(p, 4);

	*m = (struct measurement){ .told = !p->dark[c->x.subject],
		.stated = NONE,
		.value = p->truth[c->x.subject][day_slot(c->x.date)],
		.expected = NAN, .missing = -1, .extra = -1,
		.anchor = INSTANT_NONE, .id = ++p->measurements,
		.began = c->began };
	if (bad && chance(p, 30))
		m->value = NAN;
	else if (bad)
		m->told = false;
	m->fault = bad && !m->told && chance(p, 50);
	return ev;
}

static enum verdict
judge_inputs(const struct play *p, const struct gate_def *g,
    const struct shown *s, int32_t *ret_bad)
{
	int32_t i, good = 0, dark = 0, wait = 0;

	*ret_bad = 0;
	for (i = 0; i < g->n_inputs; i++) {
		if (!s->in[i].known || !s->in[i].told)
			dark++;
		else if (s->in[i].value >= 1)
			good++;
		else if (s->in[i].due)
			++*ret_bad;
		else
			wait++;
	}
	(void)p;
	if (good == g->n_inputs)
		return VERDICT_OPEN;
	if (good >= 2)
		return wait ? VERDICT_WAITING : VERDICT_DEGRADED;
	return dark ? VERDICT_UNKNOWN : wait ? VERDICT_WAITING :
	    VERDICT_BLOCKED;
}

static struct event
answer_gate(struct play *p, struct call *c)
{
	struct event ev = { .kind = EVENT_VERDICT, .date = c->x.date,
		.subject = c->x.subject };
	const struct gate_def *g = &p->gates[c->x.subject];
	struct gate_answer *a = &ev.u.verdict;
	int32_t bad;

	*a = (struct gate_answer){ .told = p->quiet || !chance(p, 5),
		.next_change = INSTANT_NONE,
		.revision = c->x.u.evaluate.revision };
	a->verdict = judge_inputs(p, g, &c->shown, &bad);
	a->fault = !a->told && chance(p, 50);
	if (g->alarm && bad > 0)
		a->severity = bad == g->n_inputs ? SEVERITY_CRITICAL :
		    bad > 1 ? SEVERITY_WARNING : SEVERITY_INFO;
	return ev;
}

/* What it was shown, with what it said, newest last. */
static void
keep_shown(struct play *p, const struct call *c, const struct event *ev)
{
	int32_t d = day_slot(ev->date), g = ev->subject;
	struct shown *s = &p->shown[g][d][p->n_shown[g][d]++ % P_ASKS];

	*s = c->shown;
	s->answered = true;
	s->opens = ev->u.verdict.told && !ev->u.verdict.fault &&
	    ev->u.verdict.verdict <= VERDICT_DEGRADED;
}

static void
drop_call(struct play *p, int32_t i)
{
	p->calls[i] = p->calls[--p->n_calls];
}

/* A gate that is asked again before it answered has two calls; so has a
 * check whose answer comes twice. */
void
answer_one(struct play *p, int32_t i)
{
	struct call *c = &p->calls[i];
	struct event ev;

	/* calls are numbered: an answer is never taken for another one's */
	if (c->delivered && p->in_flight[c->x.subject][day_slot(c->x.date)]) {
		drop_call(p, i);
		return;
	}
	ev = c->x.kind == EFFECT_MEASURE ? answer_measure(p, c) :
	    answer_gate(p, c);

	if (ev.kind == EVENT_MEASURED)
		take_answer(p, &ev);
	else if (!c->delivered)
		keep_shown(p, c, &ev);
	if (!p->quiet && !c->delivered && ev.kind == EVENT_MEASURED &&
	    chance(p, 3))
		c->delivered = true;
	else
		drop_call(p, i);
	step(p, &ev);
}

/*---------------------------------------------------------------- attempts */

/* What it does to the data, and what it says, need not agree. */
static void
work(struct play *p, const struct run *r)
{
	const struct phase_def *ph = r->phase == NONE ? NULL :
	    &p->phases[r->phase];
	const struct recovery_def *rec = r->recovery == NONE ? NULL :
	    &p->recoveries[r->recovery];
	int32_t n = ph ? ph->n_done_checks : rec->n_repairs, i;
	const int32_t *list = ph ? ph->done_checks : rec->repairs;

	for (i = 0; i < n; i++)
		if (chance(p, 60))
			p->truth[list[i]][day_slot(r->date)] =
			    chance(p, 80) ? 2 : 1;
}

void
run_one(struct play *p, int32_t i)
{
	struct run *r = &p->runs[i];
	struct event ev = { .attempt = r->attempt };

	if (!r->begun) {
		r->begun = true;
		if (!p->quiet && chance(p, 10))
			return;         /* that it runs is never said */
		ev.kind = EVENT_STARTED;
		step(p, &ev);
		return;
	}
	work(p, r);
	r->over = true;
	tell(p, (struct told){ .kind = TOLD_ENDED, .attempt = r->attempt });
	ev.kind = EVENT_ENDED;
	ev.u.ended.ok = chance(p, 70);
	ev.u.ended.failure = ev.u.ended.ok ? FAILURE_NONE :
	    FAILURE_TRANSIENT + (enum failure)upto(p, 4);
	ev.u.ended.retry_after_ms = chance(p, 10) ? 10 * MINUTE : 0;
	step(p, &ev);
}

/*----------------------------------------------------------------- commands */

struct date
some_date(struct play *p)
{
	struct date dates[P_DAYS];
	int32_t n = engine_dates(p->engine, 0, dates, P_DAYS);

	/* mostly the youngest ones, sometimes none that is watched */
	if (chance(p, 3) || n == 0)
		return (struct date){ BEGIN_DAY + 400 };
	return dates[n - 1 - upto(p, chance(p, 70) && n > 2 ? 3 : n)];
}

static void
as_seen(struct play *p, struct command *c)
{
	struct phase_reading r;
	int32_t i;

	if (!engine_read_phase(p->engine, c->subject, c->date, &p->now, &r))
		return;
	for (i = 0; i < r.n; i++)
		if (chance(p, 90))
			c->conditions[c->n_conditions++] = r.closed[i];
}

void
say_something(struct play *p)
{
	static const char *const runs[] = { "run-a", "run-b", "" };
	struct event ev = { .kind = EVENT_COMMAND };
	struct command *c = &ev.u.command;

	*c = (struct command){ .kind = (enum command_kind)upto(p,
		COMMAND_REOPEN + 1), .dated = chance(p, 80),
		.date = some_date(p), .until = chance(p, 50) ?
		    INSTANT_NONE : p->now.wall + upto(p, 300) * MINUTE,
		.actor = "ann", .reason = "because",
		.scope = (enum hold_scope)upto(p, 4),
		.id = 1 + (uint64_t)upto(p, 12), .token = 7 };
	c->run_id = runs[upto(p, 3)];
	c->subject = upto(p, p->graph.n_phases);
	if (c->kind == COMMAND_CHECK_RUN)
		c->subject = upto(p, p->graph.n_checks);
	if (c->kind == COMMAND_RECOVER || c->scope == HOLD_RECOVERY) {
		if (p->graph.n_recoveries == 0)
			return;
		if (c->kind == COMMAND_RECOVER || c->kind ==
		    COMMAND_REOPEN || c->kind == COMMAND_HOLD ||
		    c->kind == COMMAND_RELEASE)
			c->subject = upto(p, p->graph.n_recoveries);
	}
	if (c->scope == HOLD_PIPELINE && (c->kind == COMMAND_HOLD ||
	    c->kind == COMMAND_RELEASE))
		c->subject = 0;
	if (c->kind == COMMAND_OVERRIDE)
		as_seen(p, c);
	if (c->kind == COMMAND_HOLD && c->until == INSTANT_NONE)
		c->until = p->now.wall + 2 * HOUR;
	step(p, &ev);
}
