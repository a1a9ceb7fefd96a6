/* SPDX-License-Identifier: BSD-2-Clause
 *
 * explain.h -- the evidence chain of anything that people ask about.
 */
#ifndef DAEMON_EXPLAIN_H
#define DAEMON_EXPLAIN_H

#include "daemon/view.h"

/* All owned. Each has "about" and, where they apply: the object itself,
 * "opens_with" (what would open it), "recoveries" (those that repair what
 * fails), "incident", "told" (who was told what) and "do" (what you can do
 * now: [{"command", "what"}]). */
json_t *explain_phase(const struct view *, int32_t phase, struct date);
json_t *explain_gate(const struct view *, int32_t gate, struct date);
json_t *explain_check(const struct view *, int32_t check, struct date);
json_t *explain_recovery(const struct view *, int32_t recovery, struct date);
json_t *explain_incident(const struct view *, uint64_t number);
/* Of all pipelines, or of one. */
json_t *explain_date(const struct view *, int32_t pipeline, struct date);

#endif
