/* SPDX-License-Identifier: BSD-2-Clause
 *
 * plan.h -- retry plans with clock times and each of their ends.
 */
#ifndef DAEMON_PLAN_H
#define DAEMON_PLAN_H

#include "daemon/view.h"

/* Sets "plan": [{"n", "wait_ms", "not_before"}] and "ends": [sentence]. */
void plan_of_phase(const struct view *, int32_t phase, struct date,
    json_t *);
void plan_of_recovery(const struct view *, int32_t recovery, struct date,
    json_t *);

#endif
