/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-engine-random.c -- plays seeds until one fails, or the budget is spent.
 *
 *      GATEWARDEN_SEEDS=10000    how many
 *      GATEWARDEN_SEED=42        the first one; alone unless SEEDS is given
 *      GATEWARDEN_STEPS=2000     steps of each
 *      GATEWARDEN_TRACE=1        every step in words
 *
 * Prints the seed of a failure: with GATEWARDEN_SEED it happens again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "play.h"

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s && *s ? strtoull(s, NULL, 10) : otherwise;
}

int
main(void)
{
	uint64_t first = number("GATEWARDEN_SEED", 0);
	uint64_t n = number("GATEWARDEN_SEEDS", first ? 1 : 60);
	int32_t steps = (int32_t)number("GATEWARDEN_STEPS", 1500);
	struct play *p = calloc(1, sizeof *p);
	int64_t total[6] = { 0 };
	uint64_t i;
	bool ok = true;

	if (p == NULL)
		return 2;
	p->out.v = calloc(EFFECTS_MIN + 64, sizeof *p->out.v);
	p->whole.v = calloc(EFFECTS_MIN + 64, sizeof *p->whole.v);
	if (p->out.v == NULL || p->whole.v == NULL)
		return 2;
	p->trace = number("GATEWARDEN_TRACE", 0) != 0;
	if (first == 0)
		first = 1;
	for (i = 0; i < n && ok; i++) {
		ok = play(p, first + i, steps);
		total[0] += p->step;
		total[1] += p->intents;
		total[2] += p->messages;
		total[3] += p->crashes;
		total[4] += p->done_phases;
		total[5] += p->bypasses;
	}
	if (!ok)
		printf("%s\n", p->flaw);
	printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRId64 " steps, %"
	    PRId64 " starts, %" PRId64 " messages, %" PRId64 " crashes, %"
	    PRId64 " phases done, %" PRId64 " bypassed\n", first,
	    first + i - 1, total[0], total[1], total[2], total[3], total[4],
	    total[5]);
	free(p->memory);
	free(p->out.v);
	free(p->whole.v);
	free(p);
	return ok ? 0 : 1;
}
