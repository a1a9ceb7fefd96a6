/* SPDX-License-Identifier: BSD-2-Clause
 *
 * clock.h -- the one port through which all clocks come.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* No instant: unset, unknown, never. */
#define INSTANT_NONE INT64_MIN

/* One reading of all clocks, in milliseconds. */
struct now {
	int64_t wall;           /* since 1970-01-01 00:00 UTC */
	int64_t mono;           /* CLOCK_MONOTONIC: durations */
	int64_t boot;           /* CLOCK_BOOTTIME: age of evidence */
	uint64_t boot_id;       /* which boot `boot` counts from */
};

/* Real, or virtual with an origin and a speed. A virtual clock holds at
 * `hold` (wall, INSTANT_NONE: does not): time does not pass the engine's
 * next timer while a call is outstanding. The time that it stood is lost,
 * not caught up. */
struct clock {
	double speed;           /* 0: the system's clocks */
	int64_t start;          /* wall at `zero` */
	int64_t zero;           /* real monotonic ms */
	int64_t hold;
	int64_t last;           /* never runs backwards */
	uint64_t boot_id;
};

/* boot_id of this boot is read by the caller (0 is fine for tests). */
void clock_real(struct clock *, uint64_t boot_id);
void clock_virtual(struct clock *, int64_t start, double speed,
    uint64_t boot_id);

void clock_read(struct clock *, struct now *ret);

/* Holds a virtual clock at an instant, or lets it run (INSTANT_NONE). */
void clock_hold(struct clock *, int64_t wall);

/* Real milliseconds until the clock shows `wall`; 0 if it already does. */
int64_t clock_wait_ms(struct clock *, int64_t wall);

/* Real monotonic ms: worker deadlines stay real on any clock. */
int64_t clock_real_ms(void);

#endif
