/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-schedule.c -- a check on a cron schedule is measured once for
 * each slot, whatever the clocks do and whoever measures beside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/zoneinfo.h"
#include "calendar/day.h"
#include "engine-world.h"

enum { MOST = 512 };

struct site {
	char *zone;             /* the bytes of New York */
	int32_t check;
	struct date date;
	uint64_t seen;          /* the last measurement that was noted */
	int64_t at[MOST];       /* when each began */
	int32_t n;
	int64_t restarts[MOST];
	int32_t n_restarts;
};

static int64_t
instant(const char *s)
{
	int64_t at;

	assert_int_equal(instant_parse(s, NULL, &at), 0);
	return at;
}

/* One check with a schedule in New York, looked at for one date. */
static struct world *
begin(struct site *s, const char *cron, const char *date, const char *now)
{
	struct world *w = world_new();
	const char *why;
	size_t len;

	assert_int_equal(zone_load("America/New_York", &s->zone, &len), 0);
	assert_int_equal(zone_open(&w->pipeline.zone, s->zone, len), 0);
	assert_int_equal(date_parse(date, &s->date), 0);
	s->check = world_check(w, "rows");
	w->unsaid[s->check] = 1;
	w->checks[s->check].schedule.kind = SCHEDULE_CRON;
	assert_int_equal(cron_parse(cron,
	    &w->checks[s->check].schedule.cron, &why), 0);
	w->now.wall = instant(now);
	world_go(w);
	return w;
}

static void
end(struct site *s, struct world *w)
{
	world_free(w);
	free(s->zone);
}

/* Time passes, by seconds so that no measurement goes unseen. */
static void
watch(struct site *s, struct world *w, const char *until)
{
	int64_t last = instant(until);

	for (; w->now.wall < last; world_pass(w, 1000)) {
		const struct check_row *row = engine_check(w->engine,
		    s->check, s->date);

		/* the journal may know an older one */
		if (row == NULL || row->measurement <= s->seen)
			continue;
		assert_true(s->n < MOST);
		s->seen = row->measurement;
		s->at[s->n++] = row->began_wall;
	}
}

/* Measurements since the last time that this was asked. */
static void
expect(struct site *s, const char *const *instants)
{
	char buf[INSTANT_TEXT];
	int32_t i;

	for (i = 0; instants[i] != NULL && i < s->n; i++)
		assert_string_equal(instant_utc(s->at[i], buf),
		    instants[i]);
	assert_null(instants[i]);
	assert_int_equal(i, s->n);
	s->n = 0;
}

#define EXPECT(s, ...) \
	expect(s, (const char *const[]){ __VA_ARGS__, NULL })

static void
jump(struct world *w, int64_t ms)
{
	struct event ev = { .kind = EVENT_CLOCK_JUMP };

	ev.u.jump_ms = ms;
	w->now.wall += ms;
	world_event(w, &ev);
}

static void
in_the_gap_once_right_after_it(void **state)
{
	struct site s = { 0 };
	struct world *w = begin(&s, "30 2 * * *", "2026-03-07",
	    "2026-03-07T20:00:00Z");

	(void)state;
	watch(&s, w, "2026-03-10T12:00:00Z");
	EXPECT(&s, "2026-03-07T20:00:00Z", "2026-03-08T07:00:00Z",
	    "2026-03-09T06:30:00Z", "2026-03-10T06:30:00Z");
	end(&s, w);
}

static void
in_the_overlap_once_at_first(void **state)
{
	struct site s = { 0 };
	struct world *w = begin(&s, "30 1 * * *", "2026-10-31",
	    "2026-10-31T20:00:00Z");

	(void)state;
	watch(&s, w, "2026-11-02T12:00:00Z");
	EXPECT(&s, "2026-10-31T20:00:00Z", "2026-11-01T05:30:00Z",
	    "2026-11-02T06:30:00Z");
	end(&s, w);
}

/* A slot that passes while a measurement is under way isn't in what that
 * one saw: it is taken late, once. */
static void
a_slot_during_a_measurement_is_taken_after_it(void **state)
{
	struct site s = { 0 };
	struct world *w = begin(&s, "0,15,30 * * * *", "2026-01-15",
	    "2026-01-16T10:50:00Z");

	(void)state;
	watch(&s, w, "2026-01-16T10:55:00Z");
	w->measuring_takes = 20 * MINUTE;
	watch(&s, w, "2026-01-16T12:55:00Z");
	EXPECT(&s, "2026-01-16T10:50:00Z", "2026-01-16T11:00:00Z",
	    "2026-01-16T11:20:00Z", "2026-01-16T11:40:00Z",
	    "2026-01-16T12:00:00Z", "2026-01-16T12:20:00Z");
	end(&s, w);
}

/* Somebody measures shortly before the slot, and has the answer after it. */
static void
a_measurement_out_of_turn_takes_no_slot(void **state)
{
	struct site s = { 0 };
	struct world *w = begin(&s, "0 6 * * *", "2026-01-15",
	    "2026-01-16T09:30:00Z");
	struct command run = world_about(COMMAND_CHECK_RUN, s.check, s.date);

	(void)state;
	w->measuring_takes = 2 * MINUTE;
	watch(&s, w, "2026-01-16T10:59:00Z");
	(void)world_command(w, &run);
	watch(&s, w, "2026-01-17T12:00:00Z");
	EXPECT(&s, "2026-01-16T09:30:00Z", "2026-01-16T10:59:00Z",
	    "2026-01-16T11:01:00Z", "2026-01-17T11:00:00Z");
	end(&s, w);
}

/* Another daemon measures at once, which takes what was missed; what was
 * taken before is not taken again. */
static void
a_restart_takes_what_was_missed_once(void **state)
{
	struct site s = { 0 };
	struct world *w = begin(&s, "30 1 * * *", "2026-10-31",
	    "2026-10-31T20:00:00Z");

	(void)state;
	watch(&s, w, "2026-11-01T06:10:00Z");   /* in the second pass */
	EXPECT(&s, "2026-10-31T20:00:00Z", "2026-11-01T05:30:00Z");
	world_crash(w);
	world_resume(w);
	watch(&s, w, "2026-11-02T05:00:00Z");
	EXPECT(&s, "2026-11-01T06:10:00Z");
	w->now.wall += 4 * HOUR;                /* off for so long */
	w->now.boot += 4 * HOUR;
	w->now.mono += 4 * HOUR;
	world_crash(w);
	world_resume(w);
	watch(&s, w, "2026-11-03T04:00:00Z");
	EXPECT(&s, "2026-11-02T09:00:00Z");
	end(&s, w);
}

/* Set forth over two slots: one measurement. Set back: what the clock shows
 * again is measured again, because evidence ages; a start would need more
 * than that. */
static void
a_clock_that_is_set_is_followed(void **state)
{
	struct site s = { 0 };
	struct world *w = begin(&s, "0 6,8 * * *", "2026-01-15",
	    "2026-01-16T10:30:00Z");

	(void)state;
	watch(&s, w, "2026-01-16T10:50:00Z");
	jump(w, 3 * HOUR);
	watch(&s, w, "2026-01-16T14:00:00Z");
	EXPECT(&s, "2026-01-16T10:30:00Z", "2026-01-16T13:50:00Z");
	jump(w, -2 * HOUR);
	watch(&s, w, "2026-01-17T12:00:00Z");
	EXPECT(&s, "2026-01-16T13:00:00Z", "2026-01-17T11:00:00Z");
	end(&s, w);
}

/*------------------------------------------------------------------- a life */

static uint32_t
roll(uint64_t *seed, uint32_t most)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*seed >> 33) % most;
}

/* Something happens, or just some time passes. Returns 1 for what may
 * measure out of turn. */
static int32_t
happen(struct site *s, struct world *w, uint64_t *seed)
{
	struct command run = world_about(COMMAND_CHECK_RUN, s->check,
	    s->date);

	switch (roll(seed, 8)) {
	case 0:
		(void)world_command(w, &run);
		return 1;
	case 1:
		assert_true(s->n_restarts < MOST);
		s->restarts[s->n_restarts++] = w->now.wall;
		world_crash(w);
		world_resume(w);
		return 1;
	case 2:
		w->measuring_takes = (1 + roll(seed, 39)) * MINUTE;
		return 0;
	default:
		return 0;
	}
}

static bool
is_restart(const struct site *s, int64_t at)
{
	int32_t i;

	for (i = 0; i < s->n_restarts; i++)
		if (s->restarts[i] == at)
			return true;
	return false;
}

/* Each slot is followed by a measurement that began at or after it, as soon
 * as the one under way has ended, and there are no more than that. What was
 * under way when the daemon died is begun again by the next one. */
static void
expect_slots(const struct site *s, const struct world *w, int64_t from,
    int64_t to, int32_t more)
{
	const struct check_def *c = &w->checks[s->check];
	int64_t slot = from;
	int32_t k = 0, slots = 0;

	while ((slot = schedule_next(&c->schedule, &w->pipeline.zone,
	    slot)) < w->now.wall) {
		slots++;
		if (slot >= to)
			continue;
		while (k < s->n && s->at[k] < slot)
			k++;
		assert_true(k < s->n);
		assert_true(s->at[k] <= slot + 40 * MINUTE ||
		    is_restart(s, s->at[k]));
	}
	assert_true(s->n <= slots + more);
}

/* Whoever measures beside, however long that takes, and whenever the daemon
 * dies: over both changes of the clocks. */
static void
a_bad_life_loses_no_slot(void **state)
{
	static const struct {
		const char *cron, *date, *now;
	} lives[] = {
		{ "30 2,14 * * *", "2026-03-07", "2026-03-07T20:00:00Z" },
		{ "30 1,14 * * *", "2026-10-31", "2026-10-31T20:00:00Z" },
		{ "*/20 * * * *", "2026-10-31", "2026-10-31T20:00:00Z" },
		{ "10,50 */2 * * *", "2026-03-07", "2026-03-07T20:00:00Z" },
	};
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : 20261101;
	int i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (i = 0; i < 24; i++) {
		struct site s = { 0 };
		struct world *w = begin(&s, lives[i % 4].cron,
		    lives[i % 4].date, lives[i % 4].now);
		int64_t from = w->now.wall, to = from + 2 * DAY;
		int32_t more = 2;
		char until[INSTANT_TEXT];

		while (w->now.wall < to) {
			watch(&s, w, instant_utc(w->now.wall + 60000 *
			    (1 + roll(&seed, 90)), until));
			more += happen(&s, w, &seed);
		}
		w->measuring_takes = MINUTE;
		watch(&s, w, instant_utc(w->now.wall + HOUR, until));
		expect_slots(&s, w, from, to, more);
		end(&s, w);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_gap_once_right_after_it),
		cmocka_unit_test(in_the_overlap_once_at_first),
		cmocka_unit_test(
		    a_slot_during_a_measurement_is_taken_after_it),
		cmocka_unit_test(a_measurement_out_of_turn_takes_no_slot),
		cmocka_unit_test(a_restart_takes_what_was_missed_once),
		cmocka_unit_test(a_clock_that_is_set_is_followed),
		cmocka_unit_test(a_bad_life_loses_no_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
