/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rate.h -- how often a name may be reported: a bucket for each.
 */
#ifndef WEB_RATE_H
#define WEB_RATE_H

#include <stdint.h>

struct rate;

/* So many in a row, and so many per minute. Returns owned. */
struct rate *rate_new(int32_t burst, int32_t per_minute);
void rate_free(struct rate *);

/* 0: go on. Else after how many seconds to come again. `now`: ms of a clock
 * that only goes forward. */
int64_t rate_take(struct rate *, const char *name, int64_t now);

#endif
