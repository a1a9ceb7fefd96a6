/* SPDX-License-Identifier: BSD-2-Clause
 *
 * life.c -- supervisors: how each takes the store, steps, commits, performs
 * and dies; what core/daemon does in turn.c, commit.c, perform.c, mute.c,
 * pulse.c, found.c and generation.c.
 *
 *   A step's rows, touches and messages are one commit, before anything of
 *   it is performed. A commit begins only under a lock that is held: the
 *   store refuses it otherwise (core/journal/sqlite.c).
 *   A commit that failed, whether or not it is durable, makes the supervisor
 *   mute: it looks on, and starts and writes nothing until it is restarted.
 *   The pulse looks at the lock every five seconds, and before each start;
 *   who has lost it stops.
 *
 * Oracles judge what became durable, whoever did it; what a mute or an
 * unlocked one thinks is nobody's business as long as it does nothing.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mail.h"
#include "play.h"

enum { PULSE_MS = 5000, JUMP_MS = 200 };

struct sup *
owner(struct play *p)
{
	int32_t h = p->shelf.holder;

	return h == NONE ? NULL : &p->sups[h];
}

static bool
lock_lost(const struct play *p, const struct sup *s)
{
	return s->lock_file != p->shelf.lock_file;
}

bool
sup_able(const struct sup *s)
{
	return !s->mute && !s->unlocked;
}

/*--------------------------------------------------------------------- life */

void
sup_die(struct play *p, struct sup *s)
{
	mail_close(p, s);
	if (p->shelf.holder == s->number)
		p->shelf.holder = NONE;
	s->up = false;
	s->n_calls = s->n_queue = 0;
}

void
lives_free(struct play *p)
{
	int32_t i;

	for (i = 0; i < P_SUPS; i++) {
		free(p->sups[i].memory);
		p->sups[i].memory = NULL;
		p->sups[i].memory_size = 0;
	}
}

static void
engine_anew(struct play *p, struct sup *s)
{
	size_t size;

	view_build(p, &s->v);
	size = engine_size(&s->v.graph, &s->v.limits);
	if (size > s->memory_size) {
		free(s->memory);
		s->memory = malloc(size);
		s->memory_size = size;
		assert(s->memory);
	}
	s->engine = engine_init(s->memory, &s->v.graph, &s->v.limits);
	s->life = ++p->lives;
	s->n_calls = 0;
	rows_forget(p);
	rows_restore(p, s);
}

static bool
under_way(enum attempt_state state)
{
	return state == ATTEMPT_INTENT || state == ATTEMPT_RUNNING ||
	    state == ATTEMPT_IN_DOUBT;
}

static void
look(struct play *p, struct sup *s, uint64_t id)
{
	struct event e = { .kind = EVENT_FOUND, .attempt = id };
	struct run *r = run_of(p, id);

	if (r && !r->over) {
		e.u.found.running = true;
		r->watched = r->watched || r->process != s->process;
	} else if (chance(p, 30)) {
		e.u.found.probe = r && r->begun && !has(p, F_LIES) ?
		    PROBE_HAPPENED : PROBE_NOT;
		if (has(p, F_LIES) && chance(p, 50))
			e.u.found.probe = PROBE_HAPPENED;
	}
	sup_step(p, s, &e);
}

/* What became of the attempts that the rows say are under way. */
static void
found_all(struct play *p, struct sup *s)
{
	uint64_t ids[P_RUNS];
	const struct attempt_row *row;
	int32_t i, n = 0;

	for (i = 0; s->up && (row = engine_attempt_at(s->engine, i, NULL)) &&
	    n < P_RUNS; i++)
		if (under_way(row->state))
			ids[n++] = row->id;
	for (i = 0; i < n && s->up && !p->failed; i++)
		look(p, s, ids[i]);
}

static void
resume(struct play *p, struct sup *s)
{
	static const struct event resumed = { .kind = EVENT_RESUMED };

	sup_step(p, s, &resumed);
	found_all(p, s);
}

bool
sup_start(struct play *p, struct sup *s)
{
	if (p->shelf.holder != NONE || p->shelf.absent)
		return false;
	p->shelf.holder = s->number;
	s->lock_file = p->shelf.lock_file;
	s->epoch = ++p->shelf.epoch;
	s->process = ++p->processes;
	s->up = true;
	s->frozen = s->mute = s->unlocked = s->stepping = false;
	s->n_queue = 0;
	s->drift = p->now.wall - p->now.mono;
	s->pulse_at = p->now.mono;
	p->s = s;
	p->count.takeovers++;
	tell(p, (struct told){ .kind = TOLD_TAKEN });
	engine_anew(p, s);
	mail_open(p, s);
	resume(p, s);
	return true;
}

void
sup_reload(struct play *p, struct sup *s)
{
	if (!sup_able(s) || lock_lost(p, s))
		return;
	edit_graph(p);
	p->count.reloads++;
	p->s = s;
	tell(p, (struct told){ .kind = TOLD_GRAPH });
	engine_anew(p, s);
	mail_reload(p, s);
	resume(p, s);
}

/*------------------------------------------------------------------- commit */

static bool
anything(const struct play *p)
{
	size_t i;

	if (p->event.kind == EVENT_COMMAND)
		return true;
	for (i = 0; i < p->out.n; i++)
		if (p->out.v[i].kind == EFFECT_WRITE ||
		    p->out.v[i].kind == EFFECT_TOUCH ||
		    p->out.v[i].kind == EFFECT_NOTIFY)
			return true;
	return false;
}

enum fate { STANDS, FAILS, FAILS_WHOLE, DIES_BEFORE, DIES_AFTER };

static enum fate
fate_of(struct play *p, const struct sup *s)
{
	if (p->shelf.absent || lock_lost(p, s))
		return FAILS;
	if (has(p, F_CRASH) && p->event.kind != EVENT_RESUMED &&
	    rarely(p, p->crash_ppm))
		return chance(p, 50) ? DIES_BEFORE : DIES_AFTER;
	if (has(p, F_COMMIT_FAILS) && rarely(p, p->crash_ppm / 8))
		return FAILS;
	if (has(p, F_COMMIT_AMBIGUOUS) && rarely(p, p->crash_ppm / 8))
		return FAILS_WHOLE;
	return STANDS;
}

/* A machine that is switched off takes everybody along. */
static void
crash(struct play *p, struct sup *s)
{
	int32_t i;

	p->count.crashes++;
	sup_die(p, s);
	for (i = 0; i < p->n_runs; i++)
		if (!p->runs[i].over && chance(p, 50))
			p->runs[i].over = true;
	if (!has(p, F_REBOOT) || !chance(p, 20))
		return;
	for (i = 0; i < p->n_sups; i++)
		sup_die(p, &p->sups[i]);
	for (i = 0; i < p->n_runs; i++)
		p->runs[i].over = true;
	clocks_reboot(p);
}

/* Nothing of it was durable. */
static void
forget_answer(struct play *p)
{
	struct slot *d;

	if (p->event.kind != EVENT_MEASURED)
		return;
	d = slot_of(p, p->event.date);
	if (d)
		d->answers[p->event.subject] = p->before;
}

static void
put(struct sup *s, const struct event *e)
{
	assert(s->n_queue < P_QUEUE);
	s->queue[s->n_queue++] = *e;
}

void
sup_mute(struct play *p, struct sup *s)
{
	struct event e = { .kind = EVENT_COMMAND, .pipeline = NONE,
		.subject = NONE };

	if (s->mute)
		return;
	s->mute = true;
	s->mute_since = p->now.boot;
	p->count.failed_commits++;
	e.u.command = (struct command){ .kind = COMMAND_HOLD,
		.pipeline = NONE, .subject = NONE, .scope = HOLD_ALL,
		.until = INSTANT_NONE, .actor = "gatewarden",
		.reason = "the journal can't be written" };
	put(s, &e);
}

/* False: it died. */
static bool
commit(struct play *p, struct sup *s)
{
	enum fate fate = STANDS;
	int64_t slow = 0;

	if (!sup_able(s))
		return true;
	if (anything(p)) {
		if (has(p, F_STORE_SLOW) && rarely(p, 5000))
			slow = (1 + upto(p, 200)) * 1000;
		fate = fate_of(p, s);
	}
	if (fate == FAILS || fate == DIES_BEFORE) {
		forget_answer(p);
		if (fate == DIES_BEFORE)
			crash(p, s);
		else
			sup_mute(p, s);
		return s->up;
	}
	if (lock_lost(p, s))    /* nothing to write: it can't know yet */
		return true;
	oracle_step(p);
	oracle_whole(p);
	clocks_pass(p, slow);
	if (fate == FAILS_WHOLE)
		sup_mute(p, s);
	if (fate == DIES_AFTER)
		crash(p, s);
	return s->up;
}

/*------------------------------------------------------------------ perform */

static void
call_out(struct play *p, struct sup *s, const struct effect *x)
{
	struct call *c = &s->calls[s->n_calls];

	if (s->n_calls == P_CALLS) {
		flaw(p, "I14", "%d calls are under way", s->n_calls);
		return;
	}
	s->n_calls++;
	c->gate = x->kind == EFFECT_EVALUATE;
	c->delivered = false;
	c->subject = x->subject;
	c->date = x->date;
	c->revision = c->gate ? x->u.evaluate.revision : 0;
	c->began = p->now;
	c->hangs_until = has(p, F_HANG) && rarely(p, 3000) ? p->now.boot +
	    upto(p, 240) * MINUTE : 0;
	if (c->gate)
		show(p, x->subject, x->date, &c->shown);
}

/* Is the lock ours still? */
static bool
pulse_locked(struct play *p, struct sup *s)
{
	s->unlocked = s->unlocked || lock_lost(p, s);
	return !s->unlocked;
}

static void
start(struct play *p, struct sup *s, const struct effect *x)
{
	struct event e = { .kind = EVENT_ENDED,
		.attempt = x->u.start.attempt };
	const struct record *r;

	if (!s->mute && pulse_locked(p, s)) {
		if (p->shelf.holder != s->number || s->epoch !=
		    p->shelf.epoch)
			flaw(p, "I12", "a start by one that lost the lock");
		tell(p, (struct told){ .kind = TOLD_START, .effect = x });
		r = row_of_id(p, RECORD_ATTEMPT, x->u.start.attempt);
		if (r == NULL)
			flaw(p, "5", "a start without an intent");
		else
			run_begin(p, s, r);
		return;
	}
	e.u.ended.failure = FAILURE_FAULT;
	put(s, &e);
}

static void
perform(struct play *p, struct sup *s)
{
	size_t i;

	for (i = 0; i < p->out.n && s->up && !p->failed; i++) {
		const struct effect *x = &p->out.v[i];

		if (x->kind == EFFECT_MEASURE || x->kind == EFFECT_EVALUATE)
			call_out(p, s, x);
		else if (x->kind == EFFECT_START)
			start(p, s, x);
		else if (x->kind == EFFECT_CANCEL)
			run_cancel(p, s, x->u.start.attempt);
		else
			continue;
		if (has(p, F_CRASH) && rarely(p, p->crash_ppm / 4))
			crash(p, s);
	}
	if (s->up && sup_able(s))
		mail_tick(p, s);
}

/*-------------------------------------------------------------------- steps */

static bool
step_once(struct play *p, struct sup *s, const struct event *ev)
{
	struct event local = *ev;
	size_t i;

	p->s = s;
	p->event = *ev;
	p->out.n = 0;
	p->step++;
	if (!event_here(p, &s->v, &local))
		return false;
	if (ev->kind == EVENT_MEASURED)
		take_answer(p, s, ev);
	waive_here(p, s, &local);
	engine_step(s->engine, &local, &p->now, &p->out);
	s->wake = p->out.wake;
	for (i = 0; i < p->out.n; i++)
		effect_whole(p, &s->v, &p->out.v[i]);
	if (p->trace)
		trace_step(p);
	if (commit(p, s))
		perform(p, s);
	return p->out.more;
}

/* Each event before it is stepped: has somebody set the clock? */
static void
pulse_clock(struct play *p, struct sup *s)
{
	struct event e = { .kind = EVENT_CLOCK_JUMP };
	int64_t drift = p->now.wall - p->now.mono, jump = drift - s->drift;

	s->drift = drift;
	if (jump > -JUMP_MS && jump < JUMP_MS)
		return;
	e.u.jump_ms = jump;
	put(s, &e);
}

/* The event, and what it says must be done again at once. */
static void
step_all(struct play *p, struct sup *s, const struct event *ev,
    int32_t *again)
{
	static const struct event tick = { .kind = EVENT_TICK };

	while (step_once(p, s, ev) && s->up && !p->failed) {
		ev = &tick;
		if (++*again > 500)
			flaw(p, "12", "it is never content");
	}
}

/* What came up meanwhile, or before. */
static void
step_queued(struct play *p, struct sup *s, int32_t *again)
{
	struct event e;

	while (s->n_queue > 0 && s->up && !p->failed) {
		e = s->queue[0];
		memmove(&s->queue[0], &s->queue[1],
		    (size_t)--s->n_queue * sizeof e);
		step_all(p, s, &e, again);
	}
}

void
sup_step(struct play *p, struct sup *s, const struct event *ev)
{
	int32_t again = 0;

	if (!s->up || s->frozen || p->failed)
		return;
	if (p->now.mono - s->pulse_at >= PULSE_MS) {
		s->pulse_at = p->now.mono;
		if (!pulse_locked(p, s)) {
			sup_die(p, s);
			return;
		}
	}
	if (s->stepping) {
		put(s, ev);
		return;
	}
	if (ev->kind != EVENT_RESUMED)
		pulse_clock(p, s);
	s->stepping = true;
	step_queued(p, s, &again);
	if (s->up && !p->failed)
		step_all(p, s, ev, &again);
	step_queued(p, s, &again);
	s->stepping = false;
}
