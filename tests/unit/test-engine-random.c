/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-random.c -- random days, random operators, random crashes, and
 * the guarantees that must survive them.
 *
 * Each seed plays a few dates of the sample's pipeline: facts come, go and
 * can't be told, actions succeed, fail, lie and hang, operators do what they
 * can, runs ask for permits, and the supervisor dies. After every step what
 * was written is looked at with a memory of its own: nothing is read from the
 * engine that the guarantee is about.
 *
 *   1 a start has its intent in front, nothing closed or an override
 *   3 nothing starts or is repaired on what is unknown
 *   5 no attempt twice; in doubt, only what may be repeated is repeated
 *   7 budgets hold over crashes
 *  13 nothing starts on stale evidence
 *  15 adopted and old dates are left alone but by persons
 *   and the fold of what was written is the state
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nba-world.h"

enum { SEEDS = 30, MOVES = 220, PER_HOUR = 3 };

struct player {
	uint64_t random;
	bool lost[W_STARTS];    /* nobody knows what became of this start */
};

static uint64_t
roll(struct player *p, uint64_t n)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return p->random % n;
}

static struct player *
player(const struct world *w)
{
	return w->arg;
}

/*-------------------------------------------------------------- the world */

static void
acts_somehow(struct world *w, const struct world_start *s,
    struct event *ended)
{
	struct player *p = player(w);
	int32_t i;

	ended->u.ended.ok = roll(p, 4) != 0;
	ended->u.ended.failure = (enum failure)(1 + roll(p, 5));
	if (roll(p, 8) == 0)
		ended->u.ended.retry_after_ms = (int64_t)roll(p, HOUR);
	if (s->row.phase == PREDICT && roll(p, 3) != 0)
		world_fact(w, PREDICTED, s->date, w->now.wall, 150, NAN);
	if (s->row.phase == PUBLISH && roll(p, 3) != 0)
		world_fact(w, PUBLISHED, s->date, w->now.wall, 150, NAN);
	for (i = 0; s->row.recovery == PHASE4_BACKFILL && i < 5; i++)
		if (s->row.failing & 1u << i && roll(p, 2) == 0)
			world_fact(w, PDC + i, s->date, w->now.wall, 400,
			    NAN);
	if (s->row.recovery == BDL_RETRY && roll(p, 2) == 0)
		world_fact(w, BOX_SCORES, s->date, w->now.wall,
		    (double)roll(p, 10), 9);
}

static struct date
some_date(struct world *w, struct player *p)
{
	struct date running = { (int32_t)(w->now.wall / DAY) };

	return date_add(running, (int32_t)roll(p, 6) - 5);
}

static void
a_fact(struct world *w, struct player *p)
{
	int32_t check = (int32_t)roll(p, NBA_CHECKS);
	struct date date = some_date(w, p);
	bool counts = check >= BOX_SCORES && check <= TEAM_DEFENSE;

	if (w->n_facts + 40 > W_FACTS)
		return;
	if (roll(p, 5) == 0)
		world_untold(w, check, date, w->now.wall, roll(p, 2));
	else
		world_fact(w, check, date, w->now.wall, (double)(roll(p, 3) ?
		    9 : roll(p, 10)), counts ? 9 : NAN);
}

/*------------------------------------------------------------ the operators */

static void
hold_something(struct world *w, struct player *p)
{
	struct command c = world_about(roll(p, 2) ? COMMAND_HOLD :
	    COMMAND_RELEASE, NONE, some_date(w, p));

	c.scope = (enum hold_scope)roll(p, 4);
	c.dated = roll(p, 2);
	c.subject = c.scope == HOLD_ALL || c.scope == HOLD_PIPELINE ? 0 :
	    c.scope == HOLD_PHASE ? (int32_t)roll(p, 6) :
	    (int32_t)roll(p, 2);
	c.until = roll(p, 2) ? INSTANT_NONE : w->now.wall + (int64_t)roll(p,
	    3 * HOUR);
	(void)world_command(w, &c);
}

static void
override_something(struct world *w, struct player *p)
{
	struct command c = world_about(COMMAND_OVERRIDE, (int32_t)roll(p, 6),
	    some_date(w, p));
	struct phase_reading r;

	if (!engine_read_phase(w->engine, c.subject, c.date, &w->now, &r))
		return;
	c.n_conditions = r.n;
	memcpy(c.conditions, r.closed, sizeof r.closed);
	(void)world_command(w, &c);
}

static void
ask_for_permits(struct world *w, struct player *p)
{
	static const char *const runs[] = { "a", "b", "c" };
	struct command c = world_about((enum command_kind)(COMMAND_PERMIT +
	    (int)roll(p, 4)), roll(p, 2) ? GRADE : (int32_t)roll(p, 6),
	    some_date(w, p));

	c.run_id = runs[roll(p, 3)];
	(void)world_command(w, &c);
}

/* A person takes it on. */
static void
decide_lost(struct world *w, struct player *p, const struct command *c)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++)
		if (w->starts[i].date.day == c->date.day &&
		    (c->scope == HOLD_PHASE ? w->starts[i].row.phase :
		    w->starts[i].row.recovery) == c->subject)
			p->lost[i] = false;
}

static void
run_something(struct world *w, struct player *p)
{
	static const enum command_kind kinds[] = { COMMAND_RUN,
		COMMAND_RECOVER, COMMAND_REOPEN, COMMAND_CHECK_RUN,
		COMMAND_CANCEL, COMMAND_UNDO, COMMAND_LABEL };
	struct command c = world_about(kinds[roll(p, 7)],
	    (int32_t)roll(p, 6), some_date(w, p));

	c.scope = roll(p, 2) ? HOLD_PHASE : HOLD_RECOVERY;
	if (c.kind == COMMAND_RECOVER || (c.kind == COMMAND_REOPEN &&
	    c.scope == HOLD_RECOVERY))
		c.subject %= 2;
	c.id = 1 + roll(p, 20);
	if (c.kind == COMMAND_LABEL)
		c.label = (enum incident_label)roll(p, 3);
	if (c.kind == COMMAND_REOPEN)
		decide_lost(w, p, &c);
	(void)world_command(w, &c);
}

/*--------------------------------------------------------------- the crash */

struct snapshot {
	struct phase_row phases[8][GRADE + 1];
	struct recovery_row recoveries[8][2];
	struct attempt_row attempts[W_STARTS];
	int32_t n;
};

static void
take_snapshot(struct world *w, struct date from, struct snapshot *s)
{
	const struct attempt_row *a;
	int32_t i, k;

	memset(s, 0, sizeof *s);
	for (i = 0; i < 8; i++)
		for (k = 0; k <= GRADE; k++) {
			const struct phase_row *row = engine_phase(w->engine,
			    k, date_add(from, i));

			if (row)
				s->phases[i][k] = *row;
		}
	for (i = 0; i < 8; i++)
		for (k = 0; k < 2; k++) {
			const struct recovery_row *row = engine_recovery(
			    w->engine, k, date_add(from, i));

			if (row)
				s->recoveries[i][k] = *row;
		}
	for (; (a = engine_attempt_at(w->engine, s->n, NULL)); s->n++)
		s->attempts[s->n] = *a;
}

static void
same_after(const struct snapshot *a, const struct snapshot *b)
{
	int32_t i;

	assert_int_equal(a->n, b->n);
	for (i = 0; i < a->n; i++) {
		assert_int_equal(a->attempts[i].id, b->attempts[i].id);
		assert_int_equal(a->attempts[i].state, b->attempts[i].state);
		assert_int_equal(a->attempts[i].outcome,
		    b->attempts[i].outcome);
	}
	assert_memory_equal(a->phases, b->phases, sizeof a->phases);
	assert_memory_equal(a->recoveries, b->recoveries,
	    sizeof a->recoveries);
}

/* The supervisor says what it finds of each attempt in doubt. */
static void
find_attempts(struct world *w, struct player *p)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++) {
		struct world_start *s = &w->starts[i];
		const struct attempt_row *a = engine_attempt(w->engine,
		    s->attempt);
		struct event ev = { .kind = EVENT_FOUND,
			.attempt = s->attempt };

		if (a == NULL || a->state != ATTEMPT_IN_DOUBT ||
		    a->ended_at != INSTANT_NONE)
			continue;
		ev.u.found.running = !s->over && roll(p, 2);
		ev.u.found.probe = s->over ? (roll(p, 2) ? PROBE_HAPPENED :
		    PROBE_NONE) : PROBE_NONE;
		s->over = s->over || !ev.u.found.running;
		p->lost[i] = !ev.u.found.running && ev.u.found.probe ==
		    PROBE_NONE;
		world_event(w, &ev);
	}
}

static void
die(struct world *w, struct player *p)
{
	static struct snapshot before, after;
	struct date from = { (int32_t)(w->now.wall / DAY) - 5 };

	take_snapshot(w, from, &before);
	world_crash(w);
	take_snapshot(w, from, &after);
	same_after(&before, &after);
	if (roll(p, 6) == 0)
		w->now.boot_id++;
	world_resume(w);
	find_attempts(w, p);
}

/*------------------------------------------------------------- the oracle */

/* The override that its start has spent is written behind its intent. */
static bool
overridden(const struct world *w, const struct attempt_row *a)
{
	const struct record *r = &w->rows[w->n_rows];

	while (r-- > w->rows) {
		if (r->kind == RECORD_ATTEMPT && r->u.attempt.id == a->id)
			return false;
		if (r->kind == RECORD_OVERRIDE && !r->u.override.live &&
		    r->u.override.phase == a->phase)
			return true;
	}
	return false;
}

/* Looked at in the very step in which it is written, before anything else
 * can change: see world.on_start. */
static void
starts_rightly(struct world *w, const struct attempt_row *a,
    struct date date)
{
	const struct date_row *d = engine_date(w->engine, 0, date);
	int64_t end = (date.day + 1) * DAY + 4 * HOUR;
	int32_t i, n = 0;

	assert_non_null(d);
	if (!a->by_person && !overridden(w, a)) {
		assert_false(d->adopted);
		assert_true(w->now.wall - end <= w->pipeline.act_within_ms);
	}
	for (i = 0; i < w->n_starts; i++) {
		assert_int_not_equal(w->starts[i].attempt, a->id);
		n += w->starts[i].at > w->now.wall - HOUR;
	}
	assert_true(n < PER_HOUR);
}

/* Neither a repair of what it reads runs, nor another one's run of it. */
static void
starts_alone(struct world *w, int32_t phase, struct date date)
{
	const struct permit_row *permit;
	struct record where;
	int32_t i;

	for (i = 0; i < w->n_starts; i++) {
		const struct world_start *s = &w->starts[i];

		if (s->date.day != date.day || s->over)
			continue;
		assert_int_not_equal(s->row.phase, phase);
		assert_false(phase == PREDICT &&
		    s->row.recovery == PHASE4_BACKFILL);
	}
	for (i = 0; (permit = engine_permit_at(w->engine, i, &where)); i++)
		assert_false(permit->phase == phase &&
		    where.date.day == date.day &&
		    (permit->state == PERMIT_STARTED ||
		    (permit->state == PERMIT_GRANTED &&
		    w->now.wall < permit->valid_until)));
}

static void
phase_starts_rightly(struct world *w, const struct attempt_row *a,
    struct date date)
{
	const struct phase_def *p = &w->phases[a->phase];
	int32_t upstream = p->after[0].phase, i;
	const struct phase_row *u = engine_phase(w->engine, upstream, date);

	starts_alone(w, a->phase, date);
	if (overridden(w, a))
		return;
	assert_true(engine_date(w->engine, 0, date)->owed > 0);
	assert_non_null(u);
	assert_true(u->state == PHASE_DONE || u->state == PHASE_SKIPPED);
	if (u->state == PHASE_DONE && upstream == PRECOMPUTE) {
		assert_true(engine_verdict(w->engine, PRECOMPUTE_QUORUM,
		    date, &w->now) <= VERDICT_DEGRADED);
		for (i = PDC; i <= TDZA; i++)
			assert_true(engine_fresh(w->engine, i, date,
			    &w->now));
		assert_true(engine_result(w->engine, PDC, date, &w->now) <=
		    RESULT_WARN);
	}
}

static void
repair_starts_rightly(struct world *w, const struct attempt_row *a,
    struct date date)
{
	const struct recovery_def *r = &w->recoveries[a->recovery];
	int32_t i;

	assert_true(a->failing != 0);
	assert_true(engine_date(w->engine, 0, date)->owed > 0);
	for (i = 0; i < r->n_repairs; i++) {
		if ((a->failing & 1u << i) == 0)
			continue;
		assert_int_equal(engine_result(w->engine, r->repairs[i],
		    date, &w->now), RESULT_FAIL);
		assert_true(engine_check(w->engine, r->repairs[i],
		    date)->in_row >= w->checks[r->repairs[i]].confirm);
		assert_true(engine_fresh(w->engine, r->repairs[i], date,
		    &w->now));
	}
	for (i = 0; i < w->n_starts; i++)
		if (w->starts[i].row.recovery == a->recovery &&
		    w->starts[i].date.day == date.day)
			assert_true(w->starts[i].over);
}

/* What was lost and may not be repeated is only followed by another start
 * where evidence or a person has said what became of it. */
static void
repeats_rightly(struct world *w, const struct attempt_row *a,
    struct date date)
{
	int32_t i;

	for (i = 0; i < w->n_starts; i++) {
		const struct attempt_row *x = engine_attempt(w->engine,
		    w->starts[i].attempt);

		if (w->starts[i].date.day == date.day && x &&
		    player(w)->lost[i] && x->phase == a->phase &&
		    x->recovery == a->recovery &&
		    !w->actions[x->action].idempotent)
			assert_true(x->outcome != OUTCOME_NONE &&
			    x->outcome != OUTCOME_NOT_DONE &&
			    x->outcome != OUTCOME_NO_EFFECT &&
			    x->outcome != OUTCOME_UNPROVEN);
	}
}

static void
on_start(struct world *w, const struct effect *x)
{
	const struct attempt_row *a = engine_attempt(w->engine,
	    x->u.start.attempt);
	size_t i, intents = 0;

	assert_non_null(a);
	for (i = 0; i < w->n_rows; i++)
		intents += w->rows[i].kind == RECORD_ATTEMPT &&
		    w->rows[i].u.attempt.id == a->id &&
		    w->rows[i].u.attempt.state == ATTEMPT_INTENT;
	assert_int_equal(intents, 1);
	starts_rightly(w, a, x->date);
	repeats_rightly(w, a, x->date);
	if (a->phase != NONE)
		phase_starts_rightly(w, a, x->date);
	else
		repair_starts_rightly(w, a, x->date);
}

/*---------------------------------------------------------------- the game */

static void
move(struct world *w, struct player *p)
{
	switch (roll(p, 12)) {
	case 0:
		hold_something(w, p);
		break;
	case 1:
		override_something(w, p);
		break;
	case 2:
		ask_for_permits(w, p);
		break;
	case 3:
		run_something(w, p);
		break;
	case 4:
		if (roll(p, 2) == 0)
			die(w, p);
		break;
	case 5:
	case 6:
		a_fact(w, p);
		break;
	default:
		world_pass(w, (int64_t)roll(p, 100 * MINUTE) + 1);
	}
}

static void
play(uint64_t seed)
{
	struct player p = { .random = seed * 0x9e3779b97f4a7c15u + 1 };
	struct world *w = world_nba();
	int32_t i;

	w->arg = &p;
	w->on_start = on_start;
	w->graph.starts_per_hour = PER_HOUR;
	w->pipeline.watch_days = 6;
	for (i = SCRAPE_BDL; i <= RUN_PUBLISH; i++) {
		w->act[i] = acts_somehow;
		w->takes[i] = 1 + (int64_t)roll(&p, (i % 2 ? 90 : 5) *
		    MINUTE);
		w->actions[i].idempotent = roll(&p, 2);
		w->actions[i].exclusive = roll(&p, 4) == 0;
	}
	if (roll(&p, 3) == 0) {
		w->edges[PREDICT][1] = (struct edge_def){ GRADE, -1 };
		w->phases[PREDICT].n_after = 2;
	}
	w->measuring_takes = (int64_t)roll(&p, 3) * MINUTE;
	for (i = PDC; i <= PREDICTED; i++) {
		w->checks[i].every_ms = 5 * MINUTE << roll(&p, 5);
		w->checks[i].max_age_ms = (int64_t)roll(&p, 2) * 15 * MINUTE;
		w->checks[i].confirm = 1 + (int32_t)roll(&p, 3);
	}
	w->phases[PUBLISH].external = roll(&p, 2);
	for (i = 10; i <= 20; i++)
		nba_good_day(w, january(i), roll(&p, 6) ? 9 : 0);
	world_begin(w);
	world_resume(w);
	for (i = 0; i < MOVES; i++)
		move(w, &p);
	world_free(w);
}

static void
the_guarantees_survive(void **state)
{
	const char *one = getenv("ENGINE_SEED");
	uint64_t seed, n = SEEDS;

	(void)state;
	if (getenv("ENGINE_SEEDS"))
		n = strtoull(getenv("ENGINE_SEEDS"), NULL, 10);
	for (seed = 1; seed <= n; seed++) {
		if (one && seed != strtoull(one, NULL, 10))
			continue;
		if (getenv("ENGINE_VERBOSE"))
			fprintf(stderr, "seed %llu\n",
			    (unsigned long long)seed);
		play(seed);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_guarantees_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
