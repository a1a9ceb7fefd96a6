/* SPDX-License-Identifier: BSD-2-Clause
 *
 * clocks.c -- three clocks of one machine, which don't agree.
 *
 * Wall time is set and drifts; monotonic time stands while the machine is
 * suspended; boot time goes on then, and begins anew with each boot. A slow
 * drift is what the daemon's pulse absorbs every five seconds: a supervisor
 * that runs never sees it as a jump, one that is frozen does when it thaws.
 */
#include "play.h"

static void
absorb(struct play *p, int64_t slow)
{
	int32_t i;

	for (i = 0; i < p->n_sups; i++)
		if (p->sups[i].up && !p->sups[i].frozen)
			p->sups[i].drift += slow;
}

void
clocks_pass(struct play *p, int64_t ms)
{
	int64_t slow = ms * p->drift_ppm / 1000000;

	p->now.wall += ms + slow;
	p->now.mono += ms;
	p->now.boot += ms;
	p->elapsed += ms;
	if (slow != 0)
		absorb(p, slow);
	runs_pass(p);
}

void
clocks_suspend(struct play *p, int64_t ms)
{
	p->now.wall += ms;
	p->now.boot += ms;
	p->elapsed += ms;
	runs_pass(p);
}

void
clocks_reboot(struct play *p)
{
	int64_t off = (1 + upto(p, 30)) * MINUTE;

	p->now.wall += off;
	p->elapsed += off;
	p->now.boot = p->now.mono = 1000;
	p->now.boot_id++;
}
