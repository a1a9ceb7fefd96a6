/* SPDX-License-Identifier: BSD-2-Clause
 *
 * clock.c -- the one port through which all clocks come.
 *
 * A virtual clock maps real monotonic time to wall, monotonic and boot time
 * alike, so that ages, backoffs and schedules agree with each other. Holding
 * moves the origin forward: after the hold, time goes on from where it
 * stood. Nothing else in the project reads a clock.
 */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

static int64_t
read_ms(clockid_t id)
{
	struct timespec ts;
	int r = clock_gettime(id, &ts);

	assert(r == 0);
	(void)r;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_real_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

void
clock_real(struct clock *c, uint64_t boot_id)
{
	*c = (struct clock){ .hold = INSTANT_NONE, .boot_id = boot_id };
}

void
clock_virtual(struct clock *c, int64_t start, double speed, uint64_t boot_id)
{
	assert(speed > 0);
	*c = (struct clock){ .speed = speed, .start = start, .last = start,
		.zero = clock_real_ms(), .hold = INSTANT_NONE,
		.boot_id = boot_id };
}

static int64_t
virtual_wall(struct clock *c)
{
	int64_t real = clock_real_ms();
	int64_t wall = c->start +
	    (int64_t)((double)(real - c->zero) * c->speed);

	if (c->hold != INSTANT_NONE && wall > c->hold) {
		wall = c->hold > c->last ? c->hold : c->last;
		c->start = wall;
		c->zero = real;
	}
	if (wall < c->last)
		wall = c->last;
	c->last = wall;
	return wall;
}

void
clock_read(struct clock *c, struct now *ret)
{
	if (c->speed > 0) {
		int64_t wall = virtual_wall(c);

		*ret = (struct now){ wall, wall, wall, c->boot_id };
		return;
	}
	*ret = (struct now){ read_ms(CLOCK_REALTIME),
		read_ms(CLOCK_MONOTONIC), read_ms(CLOCK_BOOTTIME),
		c->boot_id };
}

void
clock_hold(struct clock *c, int64_t wall)
{
	struct now n;

	clock_read(c, &n);      /* settle what passed under the old hold */
	c->hold = wall;
}

int64_t
clock_wait_ms(struct clock *c, int64_t wall)
{
	struct now n;
	int64_t left;

	clock_read(c, &n);
	left = wall - n.wall;
	if (left <= 0)
		return 0;
	if (c->speed > 0)
		return (int64_t)((double)left / c->speed) + 1;
	return left;
}
