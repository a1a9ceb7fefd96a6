/* SPDX-License-Identifier: BSD-2-Clause
 *
 * retry.c -- how long to wait in front of an attempt.
 *
 *      delay(n) = min(max(floor, initial * multiplier^(n-2)), max)
 *
 * for attempt n from 2 on; the first has none. This is the exponential wait
 * of the tenacity library with its `min` named floor, so that a plan carried
 * over from there waits as it did there. Full jitter takes a uniform part of
 * the delay (AWS Architecture Blog, "Exponential Backoff and Jitter", 2015)
 * from a seed that the journal knows: the printed plan is the plan that
 * happens.
 *
 * No libm and no overflow: the product stops growing at `max`.
 */
#include <assert.h>
#include <stdint.h>

#include "engine/engine.h"

/* splitmix64 (Steele, Lea, Flood 2014): one well-mixed word per seed. */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

int64_t
retry_delay(const struct retry *r, int32_t attempt, uint64_t seed)
{
	double delay = (double)r->initial_ms, max = (double)r->max_ms;
	int32_t i;

	assert(attempt >= 1 && r->multiplier >= 0);
	if (attempt == 1)
		return 0;
	for (i = 2; i < attempt && delay < max && delay > 0; i++)
		delay *= r->multiplier;
	if (delay < (double)r->floor_ms)
		delay = (double)r->floor_ms;
	if (delay > max)
		delay = max;
	if (r->jitter == JITTER_FULL)
		delay *= (double)(mix(seed ^ (uint64_t)attempt) >> 11) /
		    (double)(UINT64_C(1) << 53);
	return (int64_t)delay;
}
