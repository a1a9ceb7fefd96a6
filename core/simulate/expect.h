/* SPDX-License-Identifier: BSD-2-Clause
 *
 * expect.h -- what a scenario expects, held against what happened.
 */
#ifndef SIMULATE_EXPECT_H
#define SIMULATE_EXPECT_H

#include "base/text.h"
#include "simulate/story.h"

struct expects;

/* All is borrowed. Returns owned, never NULL. */
struct expects *expects_new(const struct conf *, const struct scenario *);
void expects_free(struct expects *);

/* For world_watch: after each step, when the story has seen it; and at the
 * instants at which something is expected to be so. */
void expects_step(struct expects *, const struct world *,
    const struct effects *);
void expects_stop(struct expects *, const struct world *, int64_t at);
const int64_t *expects_stops(const struct expects *, size_t *ret_n);

/* One expectation, or the answer that an event's command expects. */
struct expect_result {
	const struct origin *origin;
	const char *text;
	bool met;
	char *instead;          /* what was there; NULL where it is met */
};

/* When all is over: once. */
void expects_judge(struct expects *, const struct story *,
    const struct world *);
/* In the order of the file, the events' first; valid as long as it. */
const struct expect_result *expects_results(const struct expects *,
    size_t *ret_n);
size_t expects_unmet(const struct expects *);

/* From when it began to the first message, or the first repair, whichever
 * came first; -1: neither, or nobody says when it began. */
int64_t expects_detected(const struct scenario *, const struct story *);

/* "a.scenario:12: not met: phase predict, ...; it was ...\n" for each, or
 * only for those that aren't met. */
void expects_text(struct text *, const struct expects *, bool all);
/* [{"file", "line", "expected", "met", "instead"}]; owned. */
json_t *expects_json(const struct expects *);

#endif
