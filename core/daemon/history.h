/* SPDX-License-Identifier: BSD-2-Clause
 *
 * history.h -- what the past says, for people: how long an action, a
 * recovery or a phase takes, in words and as JSON.
 */
#ifndef DAEMON_HISTORY_H
#define DAEMON_HISTORY_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"
#include "daemon/view.h"

/* The numbers themselves: engine_durations() with RUNS_PHASE, RUNS_RECOVERY
 * or RUNS_ACTION; median, 90th percentile and the number of runs that they
 * come from, which may be 0. */

/* How long one run takes, from its intent to its proof: the 90th percentile
 * with `worst`, else the median. -1: no run is known. */
int64_t history_takes_ms(const struct engine *, enum runs_of,
    int32_t subject, bool worst);

/* "usually 4 min, 9 of 10 within 6 min (12 runs)", or "no run is known". */
void history_words(struct text *, const struct durations *);

/* {"runs", "action_median_ms", "action_p90_ms", "proof_median_ms",
 * "proof_p90_ms"}; null where no run is known. Owned. */
json_t *history_json(const struct durations *);

/* "last start that still makes it: 08:20", or that it was; adds nothing and
 * returns false where there is none. */
bool history_last_start(struct text *, const struct view *, int32_t phase,
    struct date);

/* Of a phase that isn't done and has a deadline: {"last_start" (null: not
 * known), "deadline", "deadline_phase", "takes_ms", "after_ms", "runs",
 * "wanted", "without_history", "sentence"}. Owned; NULL: nothing of ours
 * starts it, or it has no deadline. */
json_t *history_no_return(const struct view *, int32_t phase, struct date);

/* The title of an early warning: "pdc: 52 % where 91 % is usual: P(miss 15:00)
 * = 0.83 (10 of 12 dates so low)". */
void history_early(struct text *, const struct view *, int32_t check,
    struct date);
/* "12 against 441 usual, MAD 2 (28 dates)"; false: nothing is known. */
bool history_band(struct text *, const struct band_reading *);
/* "rises by 0.4 a date: crosses 5 in 6 dates, about 2026-01-24 (14 dates)";
 * false: there is no trend. */
bool history_trend(struct text *, const struct trend_reading *, struct date);
/* What is known of the past for a check on a date: "early", "band" and
 * "trend", each with a sentence. Sets members of `o`. */
void history_put_check(json_t *o, const struct view *, int32_t check,
    struct date);

#endif
