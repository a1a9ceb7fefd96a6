/* SPDX-License-Identifier: BSD-2-Clause
 *
 * titles.h -- incidents of a simulation in words: what, why, by which rule.
 */
#ifndef SIMULATE_TITLES_H
#define SIMULATE_TITLES_H

#include "base/text.h"
#include "simulate/world.h"

/* "analytics missed 09:00", "box_score_alarm: box_scores 1 of 9 (11 %)". */
void title_incident(struct text *, const struct world *,
    const struct incident_row *, const struct record *where);

/* By what routes find it, as it is now; see incident_marks(). */
void title_marks(const struct world *, const struct incident_row *,
    const struct record *where, int32_t *ret_phase, uint64_t *ret_tags);

/* The message as a notifier would get it (daemon/notice.h); owned. */
json_t *title_message(const struct world *, const struct effect *notify);

/* What the root rests on and doesn't pass: [{"check", "result", "value",
 * "expected", "reading"}]; owned. */
json_t *title_cause(const struct world *, const struct incident_row *,
    const struct record *where);

/* Where the root is declared; NULL: nowhere. */
const struct origin *title_rule(const struct conf *,
    const struct incident_row *);

/* Of a breach or an incident's root; NULL. */
const char *title_subject(const struct conf *, enum root_kind,
    int32_t subject);

#endif
