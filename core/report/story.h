/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story.h -- what happened in a period, as lists.
 */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H

#include "report/report.h"

/* Arrays; owned. */
json_t *story_dates(const struct report *, const struct report_query *);
json_t *story_incidents(const struct report *, const struct report_query *);
json_t *story_recoveries(const struct report *, const struct report_query *);
json_t *story_patterns(const struct report *, const struct report_query *);
json_t *story_overrides(const struct report *, const struct report_query *);
/* {"mode", "would": [{"date", "name", "would", "at"}]} */
json_t *story_mode(const struct report *, const struct report_query *);
json_t *story_alerts(const struct report *, const struct report_query *);

#endif
