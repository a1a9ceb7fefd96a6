/* SPDX-License-Identifier: BSD-2-Clause
 *
 * play.c -- one seed, played to its end.
 *
 * Each round either something that was asked is answered, or time passes and
 * with it what the world does: data arrives, something breaks or is mended,
 * somebody says something, a configuration is changed, a supervisor dies and
 * another one takes its place. At the end all faults are mended and a quiet
 * time comes, after which nothing may be left open that isn't (I16).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mail.h"
#include "play.h"

enum { QUIET_H = 30, CALM = 12 };

void
tell(struct play *p, struct told t)
{
	if (p->told == NULL)
		return;
	t.seed = p->seed;
	t.epoch = p->s ? p->s->epoch : 0;
	t.supervisor = p->s ? p->s->number : NONE;
	t.commit = p->shelf.commits;
	t.now = p->now;
	t.graph = &p->graph;
	t.event = &p->event;
	p->told(p->told_arg, &t);
}

/*-------------------------------------------------------------- supervisors */

/* The lock is free: whoever comes first takes it. */
static void
take_over(struct play *p)
{
	int32_t i, from = upto(p, p->n_sups);

	for (i = 0; i < p->n_sups && p->shelf.holder == NONE; i++) {
		struct sup *s = &p->sups[(from + i) % p->n_sups];

		if (!s->up && (p->quiet || chance(p, 70)))
			(void)sup_start(p, s);
	}
}

/* One that can't write is restarted by somebody, in the end. */
static void
restart_mute(struct play *p, struct sup *s)
{
	bool now = p->quiet || p->now.boot - s->mute_since > HOUR;

	if (s->up && !s->frozen && s->mute && (now || chance(p, 3)))
		sup_die(p, s);
}

static void
tick(struct play *p, struct sup *s)
{
	static const struct event ev = { .kind = EVENT_TICK };

	if (!s->up || s->frozen)
		return;
	mail_tick(p, s);
	sup_step(p, s, &ev);
}

/* Those that don't have the store any more, and don't know it yet. */
static struct sup *
stray(struct play *p)
{
	int32_t i;

	for (i = 0; i < p->n_sups; i++)
		if (p->sups[i].up && p->shelf.holder != i &&
		    !p->sups[i].frozen)
			return &p->sups[i];
	return NULL;
}

/*--------------------------------------------------------------------- time */

static int64_t
earlier(int64_t a, int64_t b)
{
	if (a == INSTANT_NONE || b == INSTANT_NONE)
		return a == INSTANT_NONE ? b : a;
	return a < b ? a : b;
}

static void
time_passes(struct play *p, struct sup *s)
{
	int64_t wake = s ? earlier(s->wake, mail_wake(p, s)) : INSTANT_NONE;
	int64_t ms = wake == INSTANT_NONE ? HOUR : wake - p->now.wall;
	int32_t i;

	if (s == NULL)
		ms = upto(p, 20) * MINUTE;
	if (ms < 0)
		ms = 0;
	if (!p->quiet && chance(p, 10))
		ms = upto(p, 90) * MINUTE;      /* late, or early */
	clocks_pass(p, ms > 3 * HOUR ? 3 * HOUR : ms);
	for (i = 0; i < p->n_sups; i++)
		tick(p, &p->sups[i]);
}

/*-------------------------------------------------------------------- rounds */

static void
something_happens(struct play *p, struct sup *s)
{
	int32_t what = upto(p, 100);

	if (what < 25) {
		world_changes(p);
		return;
	}
	/* days like those that a production sees */
	if (p->checks30 && !chance(p, CALM))
		return;
	if (what < 35 && s)
		say_something(p, s);
	else if (what < 45)
		fault_happens(p);
	else if (what < 46 && s && has(p, F_RELOAD) && !s->frozen &&
	    chance(p, 50))
		sup_reload(p, s);
	else if (what >= 90 && s)
		visit(p, s);
	else if (p->deep && what >= 84 && s)
		say_deep(p, s);
}

static void
round_of(struct play *p)
{
	struct sup *s = owner(p), *x = stray(p);
	int32_t what = upto(p, 100);

	if (s == NULL)
		take_over(p);
	else
		restart_mute(p, s);
	if (x && chance(p, 50))
		s = x;
	if (s && s->up && s->n_calls > 0 && what < 88)
		answer_one(p, s, upto(p, s->n_calls));
	else if (what >= 88 && what < 92 && run_any(p))
		return;
	else if (what >= 92 && what < 96 && mail_answer(p))
		return;
	else if (what < 70 && (run_any(p) || mail_answer(p)))
		return;
	else {
		something_happens(p, owner(p));
		time_passes(p, owner(p));
	}
}

/* Every answer comes, every process ends, and nobody interferes. */
static void
quiet_round(struct play *p)
{
	struct sup *s = owner(p), *x = stray(p);

	if (s == NULL)
		take_over(p);
	else
		restart_mute(p, s);
	s = owner(p);
	if (x)
		tick(p, x);
	if (s && s->n_calls > 0)
		answer_one(p, s, 0);
	else if (!run_any(p) && !mail_answer(p))
		time_passes(p, s);
}

static void
quiet_time(struct play *p)
{
	int64_t until;
	int32_t i;

	p->quiet = true;
	tape_quiet(p->tape);
	faults_end(p);
	until = p->elapsed + QUIET_H * HOUR;
	while (p->elapsed < until && !p->failed)
		quiet_round(p);
	for (i = 0; i < 4096 && !p->failed && owner(p) &&
	    owner(p)->n_calls > 0; i++)
		answer_one(p, owner(p), 0);
}

/*---------------------------------------------------------------------- life */

/* What is of one seed, in front of what is large and cleared by its users. */
static void
clear(struct play *p)
{
	int32_t i;

	memset(&p->seed, 0, offsetof(struct play, slots) -
	    offsetof(struct play, seed));
	for (i = 0; i < P_SLOTS; i++)
		p->slots[i].day = INT32_MIN;
	memset(p->dark, 0, sizeof p->dark);
	p->target_dark = false;
	p->n_runs = 0;
	for (i = 0; i < P_SUPS; i++) {
		p->sups[i].number = i;
		p->sups[i].up = p->sups[i].frozen = false;
		p->sups[i].n_calls = p->sups[i].n_queue = 0;
		p->sups[i].wake = INSTANT_NONE;
	}
	p->s = NULL;
	p->lives = p->processes = 0;
	shelf_clear(&p->shelf);
	p->event = (struct event){ .kind = EVENT_TICK };
	memset(p->failed_here, 0, sizeof p->failed_here);
	memset(p->harmed, 0, sizeof p->harmed);
	memset(p->vain, 0, sizeof p->vain);
	p->last_message = p->measurements = 0;
	if (p->talks)
		memset(p->talks, 0, p->n_talks * sizeof p->talks[0]);
	p->n_touched = 0;
	memset(&p->count, 0, sizeof p->count);
}

static void
begin(struct play *p, uint64_t seed)
{
	clear(p);
	p->out.cap = p->whole.cap = EFFECTS_MIN + P_EFFECTS;
	if (p->tape && p->tape->replays)
		seed = p->tape->seed;
	else if (p->tape)
		p->tape->seed = seed;
	p->seed = p->rng = seed;
	make_graph(p);
	make_deep(p);
	faults_make(p);
	p->days = p->checks30 ? 60 : 6 + upto(p, 30);
	if (p->trace)
		trace_graph(p);
	p->now = (struct now){ p->begin, 5000, 5000, 1 };
	mail_begin(p);
	tell(p, (struct told){ .kind = TOLD_GRAPH });
	take_over(p);
}

bool
play(struct play *p, uint64_t seed, int32_t steps)
{
	begin(p, seed);
	while ((steps == 0 || p->step < steps) && !p->failed &&
	    p->elapsed < p->days * DAY && !tape_over(p->tape)) {
		tape_round(p->tape);
		round_of(p);
	}
	if (p->tape && p->tape->brief)
		return !p->failed;
	if (!p->failed)
		quiet_time(p);
	if (!p->failed)
		oracle_end(p);
	if (!p->failed)
		tell(p, (struct told){ .kind = TOLD_OVER });
	return !p->failed;
}
