/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backfill.h -- backfills as people read them: what one would do, and how far
 * one is.
 */
#ifndef DAEMON_BACKFILL_H
#define DAEMON_BACKFILL_H

#include "daemon/view.h"

/* What a backfill like `asked` would do, of a pipeline:
 * {"pipeline", "from", "to", "order", "at_most", "starts_per_hour",
 * "severity", "canary", "phase", "external", "dates": [{"date", "state",
 * "missing": [{"phase", "view", "can", "why"}], "actions": [{"action",
 * "phase", "recovery", "median_ms"}]}], "counts": {..}, "starts",
 * "left_out", "estimate_ms", "no_history": [name], "seen"}. Owned. */
json_t *backfill_plan(const struct view *, int32_t pipeline,
    const struct backfill_row *asked);

/* {"backfill", "pipeline", "from", "to", "state", "stop", "why", "dates": n,
 * "active", "waiting", "repaired", "whole", "external", "idle", "gave_up",
 * "ended": n, "per_hour", "estimate_ms", ...}; `each`: every date with its
 * state. Owned. */
json_t *backfill_json(const struct view *, const struct backfill_row *,
    int32_t pipeline, bool each);
/* All that are kept, the newest first; `open`: those alone that have not
 * ended. */
json_t *backfills_json(const struct view *, bool open);

#endif
