/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story.h -- what became of an incident, from the journal: a post-mortem
 * without the part that only people know.
 */
#ifndef DAEMON_STORY_H
#define DAEMON_STORY_H

#include "daemon/view.h"

/* {"now", "zone", "number", "pipeline", "date", "kind", "root", "severity",
 * "open", "title", "label"..., "times": [{"what", "at", "how"}],
 * "figures": [{"figure", "ms" or null, "formula", "why"}], "follows",
 * "timeline": [{"at", "what", "text"}], "left_out", "evidence": [{"check",
 * "rule", "at_open": reading, "at_end": reading}], "told", "rules", "fix":
 * [command], "questions": [sentence]}; a reading is {"result", "reading",
 * "source", "read_at", "age_ms"}. Owned; NULL: the journal has no incident
 * of this number, or can't be read. */
json_t *story_json(const struct view *, uint64_t number);

#endif
