/* SPDX-License-Identifier: BSD-2-Clause
 *
 * turn.c -- events in, one after the other: step, write, perform.
 *
 * The one place where the engine is stepped. Each list of effects is written
 * before anything of it is performed; a list that was full is followed by a
 * tick at once. An event that comes up while a step is under way waits until
 * that is done, so that nothing ever sees the engine in the middle.
 *
 * The clock. A virtual one is held at the engine's next timer, always, so
 * that what happens at an instant happens at exactly that instant, however
 * long it takes in life. While calls are under way it stands, one millisecond
 * after the last of them was made, and no timer is answered: what a plugin
 * takes in real time must not decide what happens. That one millisecond keeps
 * "after" true, and a loop of calls from standing still for ever.
 */
#include <assert.h>
#include <stdlib.h>

#include "daemon/inside.h"

enum { LONGEST_MS = 3600000 };

static void
step(struct supervisor *s, const struct event *e)
{
	const struct event tick = { .kind = EVENT_TICK };
	struct now now;

	do {
		s->fx.n = 0;
		supervisor_now(s, &now);
		engine_step(s->g.engine, e, &now, &s->fx);
		s->last_tick = now.wall;
		s->stepped = now;
		s->wake = s->fx.wake;
		if (!commit_effects(s, &s->fx))
			commit_failed(s);
		perform(s, &s->fx);
		e = &tick;
	} while (s->fx.more);
}

static bool
take_first(struct supervisor *s, struct event *ret)
{
	struct queued *q = s->first;

	if (q == NULL)
		return false;
	*ret = q->event;
	s->first = q->next;
	if (s->first == NULL)
		s->last = &s->first;
	free(q);
	return true;
}

static void
put_last(struct supervisor *s, const struct event *e)
{
	struct queued *q = malloc(sizeof *q);

	if (q == NULL)
		abort();
	*q = (struct queued){ NULL, *e };
	*s->last = q;
	s->last = &q->next;
}

void
turn(struct supervisor *s, const struct event *e)
{
	struct event next;

	/* a new engine has to be resumed first */
	if (!s->stepping && e->kind != EVENT_RESUMED)
		pulse_clock(s);
	put_last(s, e);
	if (s->stepping)
		return;
	s->stepping = true;
	while (take_first(s, &next))
		step(s, &next);
	s->stepping = false;
	turn_arm(s);
}

void
turn_free(struct supervisor *s)
{
	struct event e;

	while (take_first(s, &e))
		;
}

/*------------------------------------------------------------------- timer */

static bool
waits_for_calls(const struct supervisor *s)
{
	return s->clock.speed > 0 && (s->n_asked > 0 || s->watched);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	if (a == INSTANT_NONE || b == INSTANT_NONE)
		return a == INSTANT_NONE ? b : a;
	return a < b ? a : b;
}

static void
on_wake(uv_timer_t *t)
{
	const struct event tick = { .kind = EVENT_TICK };
	struct supervisor *s = t->data;
	struct now now;
	int64_t mail = outbox_wake(s->outbox), test = canary_wake(s), told;
	int64_t report = scheduled_wake(s);

	supervisor_now(s, &now);
	if (report != INSTANT_NONE && report <= now.wall)
		scheduled_tick(s, now.wall);
	if (test != INSTANT_NONE && test <= now.wall) {
		canary_tick(s, now.wall);
		mail = now.wall;
	}
	if (mail != INSTANT_NONE && mail <= now.wall)
		outbox_tick(s->outbox);
	told = tellings_wake(s);
	if (told != INSTANT_NONE && told <= now.wall && !waits_for_calls(s))
		tellings_tick(s, false);
	if (s->wake != INSTANT_NONE && s->wake <= now.wall &&
	    !waits_for_calls(s))
		turn(s, &tick);
	else
		turn_arm(s);
}

static void
hold(struct supervisor *s)
{
	int64_t at = earlier(s->wake, tellings_wake(s));

	if (s->clock.speed > 0)
		clock_hold(&s->clock, waits_for_calls(s) ? earlier(at,
		    s->asked_at + 1) : at);
}

void
turn_arm(struct supervisor *s)
{
	int64_t at, ms;

	if (s->stepping || s->stopping || !s->handles_open)
		return;
	hold(s);
	at = earlier(earlier(s->wake, tellings_wake(s)),
	    earlier(outbox_wake(s->outbox), canary_wake(s)));
	at = earlier(at, scheduled_wake(s));
	if (at == INSTANT_NONE || waits_for_calls(s)) {
		(void)uv_timer_stop(&s->wake_timer);
		return;
	}
	ms = clock_wait_ms(&s->clock, at);
	uv_update_time(&s->loop);
	(void)uv_timer_start(&s->wake_timer, on_wake,
	    (uint64_t)(ms < LONGEST_MS ? ms : LONGEST_MS), 0);
}
