/* SPDX-License-Identifier: BSD-2-Clause
 *
 * deeds.c -- what actions do: to the data, and to what is said of them.
 *
 * The two need not agree. An action may have done its work and report
 * failure, or the reverse; its effect may come after its end; it may make
 * things worse; it may never end. Its process belongs to the supervisor that
 * started it, and outlives it or doesn't.
 *
 * I2: of one operation no two processes run at once, and none is begun while
 * what became of another isn't known, unless the action may be repeated.
 */
#include <assert.h>

#include "play.h"

struct run *
run_of(struct play *p, uint64_t attempt)
{
	int32_t i;

	for (i = 0; i < p->n_runs; i++)
		if (p->runs[i].attempt == attempt)
			return &p->runs[i];
	return NULL;
}

static bool
same_operation(const struct run *r, const struct record *a)
{
	return r->date.day == a->date.day && r->phase == a->u.attempt.phase &&
	    r->recovery == a->u.attempt.recovery;
}

static void
judge_beginning(struct play *p, const struct record *a)
{
	bool again = p->actions[a->u.attempt.action].idempotent;
	const struct record *x;
	int32_t i;

	for (i = 0; i < p->n_runs; i++) {
		const struct run *r = &p->runs[i];

		if (r->attempt == a->u.attempt.id)
			flaw(p, "I2", "attempt %llu is begun twice",
			    (unsigned long long)r->attempt);
		if (!r->over && same_operation(r, a) && !again)
			flaw(p, "I2", "attempt %llu begins while %llu, of "
			    "the same operation, runs",
			    (unsigned long long)a->u.attempt.id,
			    (unsigned long long)r->attempt);
	}
	for (x = row_first(p, RECORD_ATTEMPT); x && !again;
	    x = row_next(p, x))
		if (x->date.day == a->date.day &&
		    x->u.attempt.phase == a->u.attempt.phase &&
		    x->u.attempt.recovery == a->u.attempt.recovery &&
		    x->u.attempt.id != a->u.attempt.id &&
		    (x->u.attempt.state == ATTEMPT_IN_DOUBT ||
		    x->u.attempt.state == ATTEMPT_HELD))
			flaw(p, "I2", "attempt %llu begins while %llu is in "
			    "doubt", (unsigned long long)a->u.attempt.id,
			    (unsigned long long)x->u.attempt.id);
}

/* A place for one more: those that are over and have no effect to come. */
static struct run *
place(struct play *p)
{
	int32_t i;

	if (p->n_runs < P_RUNS)
		return &p->runs[p->n_runs++];
	for (i = 0; i < p->n_runs; i++)
		if (p->runs[i].over && p->runs[i].effect_at == 0) {
			int32_t k;

			for (k = i; k + 1 < p->n_runs; k++)
				p->runs[k] = p->runs[k + 1];
			return &p->runs[p->n_runs - 1];
		}
	flaw(p, "I14", "%d processes run", p->n_runs);
	return &p->runs[0];
}

void
run_begin(struct play *p, struct sup *s, const struct record *a)
{
	judge_beginning(p, a);
	*place(p) = (struct run){ .attempt = a->u.attempt.id,
		.date = a->date, .action = a->u.attempt.action,
		.phase = a->u.attempt.phase,
		.recovery = a->u.attempt.recovery, .process = s->process,
		.takes_until = has(p, F_STUCK) && chance(p, 10) ?
		    p->now.boot + upto(p, 600) * MINUTE : 0 };
}

/*-------------------------------------------------------------- the effect */

static void
work(struct play *p, const struct run *r)
{
	const struct phase_def *ph = r->phase == NONE ? NULL :
	    &p->phases[r->phase];
	const struct recovery_def *rec = r->recovery == NONE ? NULL :
	    &p->recoveries[r->recovery];
	int32_t n = ph ? ph->n_done_checks : rec->n_repairs, i;
	const int32_t *list = ph ? ph->done_checks : rec->repairs;
	bool worse = has(p, F_WORSE) && chance(p, 10);
	struct slot *d = slot_of(p, r->date);

	for (i = 0; i < n && d; i++)
		if (chance(p, 60))
			d->truth[list[i]] = worse ? 0 : chance(p, 80) ? 2 : 1;
}

void
runs_pass(struct play *p)
{
	int32_t i;

	for (i = 0; i < p->n_runs; i++)
		if (p->runs[i].effect_at != 0 &&
		    p->runs[i].effect_at <= p->now.boot) {
			p->runs[i].effect_at = 0;
			work(p, &p->runs[i]);
		}
}

/*----------------------------------------------------------------- the end */

/* Whom its end is told: who watches it, or its parent. */
static struct sup *
hears(struct play *p, const struct run *r)
{
	struct sup *s = owner(p);
	int32_t i;

	if (s && r->watched)
		return s;
	for (i = 0; i < p->n_sups; i++)
		if (p->sups[i].up && p->sups[i].process == r->process)
			return &p->sups[i];
	return NULL;
}

/* The end of a child is noticed by one that isn't frozen. */
static bool
can_go_on(struct play *p, const struct run *r)
{
	const struct sup *s;

	if (r->over || (!p->quiet && r->takes_until > p->now.boot))
		return false;
	s = hears(p, r);
	return s == NULL || !s->frozen;
}

static void
say_end(struct play *p, struct sup *s, const struct run *r)
{
	struct event ev = { .attempt = r->attempt };

	if (engine_attempt(s->engine, r->attempt) == NULL)
		return;
	if (s->process != r->process) {
		ev.kind = EVENT_FOUND;
		if (chance(p, 30))
			ev.u.found.probe = chance(p, 50) ? PROBE_HAPPENED :
			    PROBE_NOT;
		sup_step(p, s, &ev);
		return;
	}
	ev.kind = EVENT_ENDED;
	ev.u.ended.ok = chance(p, 70);
	ev.u.ended.failure = ev.u.ended.ok ? FAILURE_NONE :
	    FAILURE_TRANSIENT + (enum failure)upto(p, 5);
	ev.u.ended.retry_after_ms = chance(p, 10) ? 10 * MINUTE : 0;
	/* its process died over it, and its plugin can be asked or not */
	if (ev.u.ended.failure == FAILURE_FAULT && r->attempt % 4 != 0) {
		ev = (struct event){ .kind = EVENT_FOUND,
			.attempt = r->attempt };
		ev.u.found.probe = r->attempt % 4 == 1 ? PROBE_NONE :
		    r->begun ? PROBE_HAPPENED : PROBE_NOT;
	}
	sup_step(p, s, &ev);
}

static void
end_run(struct play *p, struct run *r)
{
	struct sup *s = hears(p, r);

	if (has(p, F_LATE_EFFECT) && chance(p, 15))
		r->effect_at = p->now.boot + (1 + upto(p, 60)) * MINUTE;
	else
		work(p, r);
	r->over = true;
	tell(p, (struct told){ .kind = TOLD_ENDED, .attempt = r->attempt });
	if (s)
		say_end(p, s, r);
}

static void
run_one(struct play *p, struct run *r)
{
	struct event ev = { .kind = EVENT_STARTED, .attempt = r->attempt };
	struct sup *s = hears(p, r);

	if (r->begun) {
		end_run(p, r);
		return;
	}
	r->begun = true;
	/* that it runs may never be said */
	if (s && s->process == r->process && (p->quiet || !chance(p, 10)) &&
	    engine_attempt(s->engine, r->attempt))
		sup_step(p, s, &ev);
}

bool
run_any(struct play *p)
{
	int32_t i, n = 0, k;

	for (i = 0; i < p->n_runs; i++)
		n += can_go_on(p, &p->runs[i]);
	if (n == 0)
		return false;
	k = upto(p, n);
	for (i = 0; i < p->n_runs; i++)
		if (can_go_on(p, &p->runs[i]) && k-- == 0) {
			run_one(p, &p->runs[i]);
			return true;
		}
	return false;
}

/* TERM, and then KILL: what it had done by then, it has done. */
void
run_cancel(struct play *p, struct sup *s, uint64_t attempt)
{
	struct run *r = run_of(p, attempt);

	if (r && r->process == s->process && !r->over)
		r->takes_until = 0;
}
