/* SPDX-License-Identifier: BSD-2-Clause
 *
 * retry.c -- how long to wait in front of an attempt.
 *
 *      delay(n) = min(max(floor, initial * multiplier^(n-2)), max)
 *
 * for attempt n from 2 on; the first has none. This is the exponential wait
 * of the tenacity library with its `min` named floor, and that of a Temporal
 * retry policy without one, so that a plan carried over from there waits as
 * it did there.
 *
 * Jitter as in the AWS Architecture Blog, "Exponential Backoff and Jitter"
 * (2015), never below the floor: full is any part of the delay, equal keeps
 * half of it, decorrelated goes from the shortest wait to three times the one
 * before. The seed is made of what the journal has, the key and the episode
 * of a plan: the printed plan is the plan that happens, also over restarts.
 *
 * No libm and no overflow: the product stops growing at `max`.
 */
#include <assert.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/hash.h"

/* splitmix64 (Steele, Lea, Flood 2014): one well-mixed word per seed. */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* From [0, 1), another one for each attempt. */
static double
part(uint64_t seed, int32_t attempt)
{
	return (double)(mix(seed ^ (uint64_t)attempt) >> 11) /
	    (double)(UINT64_C(1) << 53);
}

static double
between(double low, double high, double x)
{
	return high > low ? low + x * (high - low) : low;
}

static double
within(const struct retry *r, double delay)
{
	double least = (double)r->floor_ms, most = (double)r->max_ms;

	if (delay < least)
		delay = least;
	return delay > most ? most : delay;
}

static double
plain(const struct retry *r, int32_t attempt)
{
	double delay = (double)r->initial_ms, max = (double)r->max_ms;
	int32_t i;

	for (i = 2; i < attempt && delay < max && delay > 0; i++)
		delay *= r->multiplier;
	return within(r, delay);
}

/* Each wait follows from those before, which follow from the seed. */
static double
decorrelated(const struct retry *r, int32_t attempt, uint64_t seed)
{
	double base = within(r, (double)r->initial_ms), delay = base;
	int32_t i;

	for (i = 2; i <= attempt; i++)
		delay = within(r, between(base, 3 * delay, part(seed, i)));
	return delay;
}

int64_t
retry_delay(const struct retry *r, int32_t attempt, uint64_t seed)
{
	double delay;

	assert(attempt >= 1 && r->multiplier >= 0);
	if (attempt == 1)
		return 0;
	delay = plain(r, attempt);
	switch (r->jitter) {
	case JITTER_NONE:
		break;
	case JITTER_FULL:
		delay = between(within(r, 0), delay, part(seed, attempt));
		break;
	case JITTER_EQUAL:
		delay = within(r, between(delay / 2, delay, part(seed,
		    attempt)));
		break;
	case JITTER_DECORRELATED:
		delay = decorrelated(r, attempt, seed);
		break;
	}
	return (int64_t)delay;
}

uint64_t
retry_seed(const char *name, struct date date, int32_t episode)
{
	uint64_t h = HASH_START;

	for (; *name; name++)
		h = hash_word(h, (unsigned char)*name);
	h = hash_word(h, (uint64_t)(int64_t)date.day);
	return hash_word(h, (uint64_t)(int64_t)episode);
}
