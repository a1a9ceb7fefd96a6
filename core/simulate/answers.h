/* SPDX-License-Identifier: BSD-2-Clause
 *
 * answers.h -- what each check of a date would have said at an instant.
 */
#ifndef SIMULATE_ANSWERS_H
#define SIMULATE_ANSWERS_H

#include "engine/engine.h"
#include "simulate/facts.h"

struct answers;

/* All is borrowed. Answers for dates before `first` are those of a date that
 * was not recorded. A check that is to be assumed passing and has limits
 * that nothing passes is an error. Returns owned, never NULL. */
struct answers *answers_new(const struct conf *, const struct scenario *,
    const struct facts *, struct date first, int32_t n_dates,
    struct diag *);
void answers_free(struct answers *);

/* Beginning now; id and time of the measurement are filled in. */
struct measurement answers_measure(struct answers *, const struct engine *,
    int32_t check, struct date, const struct now *);

/* An action's run for a date, and a phase (or NONE), has come to its end. */
void answers_after_run(struct answers *, const struct scenario_action *,
    int32_t phase, struct date, int64_t at);

/* Answers that were assumed, of one check. */
uint64_t answers_assumed(const struct answers *, int32_t check);
uint64_t answers_given(const struct answers *);

#endif
