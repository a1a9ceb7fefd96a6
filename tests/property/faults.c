/* SPDX-License-Identifier: BSD-2-Clause
 *
 * faults.c -- what goes wrong, and when it is mended.
 *
 * A seed has a random part of all faults, so that no fault always hides what
 * another would show. Outages (the store, the databases, a frozen process)
 * begin and end in random order, several at once where the seed swizzles.
 */
#include "mail.h"
#include "play.h"

bool
has(const struct play *p, enum fault f)
{
	return !p->quiet && (p->faults & (uint32_t)f) != 0;
}

bool
rarely(struct play *p, int32_t ppm)
{
	return upto(p, 1000000) >= 1000000 - ppm;
}

void
faults_make(struct play *p)
{
	int32_t i;

	p->faults = 0;
	for (i = 0; i < 27; i++)
		if (chance(p, 55))
			p->faults |= 1u << i;
	if (chance(p, 10))
		p->faults = F_ALL;
	else if (chance(p, 5))
		p->faults = 0;
	p->crash_ppm = p->checks30 ? 200 : chance(p, 40) ? 4000 : 500;
	p->n_sups = 1 + upto(p, P_SUPS);
	if (p->faults & F_DRIFT)
		p->drift_ppm = upto(p, 400) - 200;
}

/*----------------------------------------------------------------- outages */

static void
swap_dark(struct play *p)
{
	if (chance(p, 30))
		p->target_dark = !p->target_dark;
	else {
		int32_t c = upto(p, p->graph.n_checks);

		p->dark[c] = !p->dark[c] && chance(p, 50);
	}
}

static void
set_clock(struct play *p)
{
	p->now.wall += p->checks30 || chance(p, 70) ?
	    (upto(p, 70) - 10) * MINUTE : (upto(p, 10) - 5) * HOUR / 2;
}

static void
thaw_or_freeze(struct play *p)
{
	struct sup *s = &p->sups[upto(p, p->n_sups)];

	if (s->up)
		s->frozen = !s->frozen;
}

/* Somebody cleans up the state directory: the file that is locked isn't the
 * one that lies there, and another supervisor may take that. */
static void
lose_lock(struct play *p)
{
	p->shelf.lock_file++;
	p->shelf.holder = NONE;
	p->count.lost_locks++;
}

static void
one_fault(struct play *p, enum fault f)
{
	switch (f) {
	case F_DARK:
		swap_dark(p);
		break;
	case F_STORE_ABSENT:
		p->shelf.absent = !p->shelf.absent && chance(p, 50);
		break;
	case F_FREEZE:
		thaw_or_freeze(p);
		break;
	case F_LOCK_LOST:
		if (chance(p, 20))
			lose_lock(p);
		break;
	case F_JUMP:
		if (chance(p, 40))
			set_clock(p);
		break;
	case F_SUSPEND:
		if (chance(p, 30))
			clocks_suspend(p, upto(p, 600) * MINUTE);
		break;
	case F_NOTIFIER:
		mail_trouble(p);
		break;
	case F_RETENTION:
		rows_retire(p);
		break;
	default:
		break;
	}
}

void
fault_happens(struct play *p)
{
	static const enum fault all[] = { F_DARK, F_STORE_ABSENT, F_FREEZE,
		F_LOCK_LOST, F_JUMP, F_SUSPEND, F_NOTIFIER, F_RETENTION };
	int32_t n = has(p, F_SWIZZLE) && chance(p, 20) ? 8 : 1, i;

	for (i = 0; i < n; i++) {
		enum fault f = all[upto(p, 8)];

		if (has(p, f))
			one_fault(p, f);
	}
}

void
faults_end(struct play *p)
{
	int32_t i;

	p->shelf.absent = p->target_dark = false;
	p->drift_ppm = 0;
	for (i = 0; i < P_CHECKS; i++)
		p->dark[i] = false;
	for (i = 0; i < p->n_sups; i++)
		p->sups[i].frozen = false;
	mail_mended(p);
}
