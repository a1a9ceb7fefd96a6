/* SPDX-License-Identifier: BSD-2-Clause
 *
 * timing.h -- what the benchmarks share: time, CPU time, and one line of
 * JSON per figure for bench.py.
 */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

static inline double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline double
cpu_of(int who)
{
	struct rusage u;

	(void)getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Of this process and of its children that have been waited for. */
static inline double
cpu_seconds(void)
{
	return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
}

static inline void
figure(const char *name, double value, const char *unit)
{
	printf("{\"figure\": \"%s\", \"value\": %.6g, \"unit\": \"%s\"}\n",
	    name, value, unit);
}

#endif
