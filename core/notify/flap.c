/* SPDX-License-Identifier: BSD-2-Clause
 *
 * flap.c -- how restless something is.
 *
 * Nagios' measure: of the last 21 results the 20 steps between them, the
 * newer the heavier. Nagios takes the last 20 whenever they were, so that a
 * check once a day stays "flapping" for 19 days after four changes; here
 * what is older than 24 h doesn't count.
 */
#include <assert.h>

#include "notify/notify.h"

enum { STEPS = FLAP_RESULTS - 1 };

static const int64_t longest_ms = 24 * 3600000;

/* `first` and `slope`: the weight of the oldest of twenty, and how much more
 * each later one has. */
static double
weigh(const bool *changed, int32_t n, double first, double slope)
{
	double sum = 0;
	int32_t i;

	assert(n <= STEPS);
	for (i = 0; i < n; i++)
		if (changed[i])
			sum += first + slope * (double)(STEPS - n + i);
	return 100 * sum / STEPS;
}

double
flap_percent(const bool *changed, int32_t n)
{
	return weigh(changed, n, 0.75, 0.5 / (STEPS - 1));
}

double
flap_percent_icinga(const bool *changed, int32_t n)
{
	return weigh(changed, n, 0.8, 0.02);
}

double
flap_of_turns(const int64_t *turns, int32_t n, int64_t every_ms, int64_t now)
{
	bool changed[STEPS] = { false };
	int64_t slot;
	int32_t i;

	if (every_ms <= 0)
		return 0;
	for (i = 0; i < n; i++) {
		if (turns[i] > now || now - turns[i] >= longest_ms)
			continue;
		slot = (now - turns[i]) / every_ms;
		/* two turns within one result's time: the one before */
		while (slot < STEPS && changed[STEPS - 1 - slot])
			slot++;
		if (slot < STEPS)
			changed[STEPS - 1 - slot] = true;
	}
	return flap_percent(changed, STEPS);
}
