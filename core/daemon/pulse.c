/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pulse.c -- the clock at start, and a look at what must not change under us.
 *
 * A virtual clock goes on where the journal ends: the instant of the last
 * event or of the last receipt, which is none.
 * While the daemon is down its time stands still. A journal is kept on one
 * clock for good; another would put its events out of order.
 *
 * The pulse is real time, whatever the clock says: is the lock still ours,
 * has the wall clock jumped against the monotonic one (which is asked before
 * each event too, so that nothing is decided by instants of two clocks), and,
 * where a service manager asks, a sign of life that is sent only after a
 * write to the journal has worked.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "calendar/day.h"
#include "daemon/dry.h"

enum { PULSE_MS = 5000, JUMP_MS = 200, BOOT_ID_MAX = 4096 };

static uint64_t
read_boot_id(void)
{
	CLEANUP_FREE char *text = NULL;
	uint64_t h = 0xcbf29ce484222325u;
	size_t len, i;

	if (file_read("/proc/sys/kernel/random/boot_id", BOOT_ID_MAX, &text,
	    &len) < 0)
		return 1;
	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
	return h ? h : 1;
}

struct past {
	bool is_virtual;
	int64_t last;           /* INSTANT_NONE: an empty journal */
};

static int
clock_row(void *arg, const char *key, const json_t *data, int64_t at,
    int64_t last_seen)
{
	struct past *p = arg;

	(void)key;
	(void)at;
	(void)last_seen;
	p->is_virtual = json_num(data, "speed", 0) > 0;
	return 0;
}

static int
last_event(void *arg, uint64_t seq, const struct store_event *e)
{
	struct past *p = arg;

	(void)seq;
	p->last = e->at;
	return 0;
}

/* Messages of one incident must not seem to have overtaken each other. */
static int
last_receipt(struct supervisor *s, struct past *p)
{
	CLEANUP_JSON json_t *list = store_messages(s->store, 0, 0);
	const json_t *m;
	size_t i;

	if (list == NULL)
		return -EIO;
	json_array_foreach(list, i, m) {
		int64_t at = json_int(m, "delivered_at", INSTANT_NONE);

		if (at != INSTANT_NONE && at > p->last)
			p->last = at;
	}
	return 0;
}

static int
read_past(struct supervisor *s, struct past *ret)
{
	const struct store_query q = { .from = INSTANT_NONE,
		.to = INSTANT_NONE, .limit = 1, .newest_first = true };
	int r;

	*ret = (struct past){ false, INSTANT_NONE };
	r = store_rows(s->store, "clock", clock_row, ret);
	if (r == 0)
		r = store_events(s->store, &q, last_event, ret);
	return r == 0 && ret->is_virtual ? last_receipt(s, ret) : r;
}

static int
begin_virtual(struct supervisor *s, const struct settings *set,
    const struct past *past)
{
	int64_t start = past->last == INSTANT_NONE ? set->clock_start :
	    past->last;
	char at[INSTANT_TEXT];
	json_t *row = json_object();

	clock_virtual(&s->clock, start, set->clock_speed, s->boot_id);
	clock_hold(&s->clock, start);   /* until the first step is done */
	log_info("clock: virtual, from %s, %g times as fast",
	    instant_utc(start, at), set->clock_speed);
	json_put_int(row, "start", start);
	json_put_num(row, "speed", set->clock_speed);
	/* the journal itself must say what kind of instants it has */
	if (dry(s) && past->last == INSTANT_NONE)
		(void)dry_note(s, "clock", NULL, "clock", row);
	return commit_note(s, "clock", NULL, "clock", row) ? 0 : -EIO;
}

/* By how much the clock on the wall is ahead of the one that nobody sets. */
static int64_t
drift_of(struct supervisor *s)
{
	struct now now;

	supervisor_now(s, &now);
	return now.wall - now.mono;
}

int
clock_begin(struct supervisor *s)
{
	const struct settings *set = &s->g.conf->settings;
	struct past past;
	int r = read_past(s, &past);

	if (r < 0) {
		log_error("journal: can't be read (%s)", strerror(-r));
		return r;
	}
	s->boot_id = read_boot_id();
	if (past.last != INSTANT_NONE &&
	    past.is_virtual != set->clock_virtual) {
		log_error("clock: '%s' holds the journal of a %s clock, and "
		    "a %s one is configured; take another state_dir",
		    s->state_dir, past.is_virtual ? "virtual" : "real",
		    set->clock_virtual ? "virtual" : "real");
		return -EINVAL;
	}
	if (set->clock_virtual)
		return begin_virtual(s, set, &past);
	clock_real(&s->clock, s->boot_id);
	s->drift = drift_of(s);
	return 0;
}

/*------------------------------------------------------------------- pulse */

void
pulse_clock(struct supervisor *s)
{
	struct event e = { .kind = EVENT_CLOCK_JUMP };
	int64_t drift, jump;

	if (s->clock.speed > 0)
		return;
	drift = drift_of(s);
	jump = drift - s->drift;
	s->drift = drift;
	if (jump > -JUMP_MS && jump < JUMP_MS)
		return;
	log_warning("clock: jumped by %lld ms", (long long)jump);
	outbox_clock_set(s->outbox, jump);
	e.u.jump_ms = jump;
	turn(s, &e);
}

bool
pulse_locked(struct supervisor *s)
{
	if (s->unlocked || !store_lock_lost(s->ledger ? s->ledger :
	    s->store))
		return !s->unlocked;
	s->unlocked = true;
	s->result = -ESTALE;
	log_error("lock: the file in '%s' was removed or replaced, another "
	    "instance may run; stopping", s->state_dir);
	supervisor_stop(s);
	return false;
}

/* A sign of life is worth as much as what it proves. */
static void
sign_of_life(struct supervisor *s)
{
	struct now now;

	if (notify_watchdog_ms(s->notify) == 0 || s->mute)
		return;
	supervisor_now(s, &now);
	if (store_begin(s->store) < 0 ||
	    store_touch(s->store, "daemon", now.wall) < 0 ||
	    store_commit(s->store, true) < 0) {
		commit_failed(s);
		return;
	}
	notify_alive(s->notify);
}

static void
on_pulse(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	if (!pulse_locked(s))
		return;
	pulse_clock(s);
	sign_of_life(s);
}

void
pulse_begin(struct supervisor *s)
{
	int64_t every = notify_watchdog_ms(s->notify);

	if (every == 0 || every > PULSE_MS)
		every = PULSE_MS;
	(void)uv_timer_start(&s->pulse_timer, on_pulse, (uint64_t)every,
	    (uint64_t)every);
}
