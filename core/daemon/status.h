/* SPDX-License-Identifier: BSD-2-Clause
 *
 * status.h -- the morning, as one answer.
 */
#ifndef DAEMON_STATUS_H
#define DAEMON_STATUS_H

#include "daemon/view.h"

enum { STATUS_DAYS = 7, STATUS_DAYS_MAX = 60 };

/* {"now", "clock_virtual", "checks_ran", "checks_owed", "checked_ms_ago",
 * "pipelines", "backfills", "needs", "holds", "overrides", "next"}: of one
 * pipeline, or of all (NONE), the last `days` dates. Owned. */
json_t *status_json(const struct view *, int32_t pipeline, int32_t days);

#endif
