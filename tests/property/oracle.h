/* SPDX-License-Identifier: BSD-2-Clause
 *
 * oracle.h -- what the oracles share.
 */
#ifndef TESTS_PROPERTY_ORACLE_H
#define TESTS_PROPERTY_ORACLE_H

#include "play.h"

/* An override of this phase that this step has spent. */
/* NULL: there is no such conversation. */
struct conversation *talk_of(struct play *, uint64_t number);
bool overridden(struct play *, int32_t phase, struct date);
bool idle(struct play *, struct date);
bool is_over(struct play *, int32_t phase, struct date);

/* Met by a reload (RECORD_MET_PHASE, _GATE) when the date had ended. */
bool adopted_part(struct play *, enum record_kind, int32_t whole,
    struct date);

/* Each looks at one effect; the row has been folded. `was`: the one that it
 * replaced, or NULL. */
void judge_start(struct play *, const struct effect *);
void judge_attempt(struct play *, const struct record *,
    const struct record *was);
void judge_arrival(struct play *, const struct record *,
    const struct record *was);
void judge_incident(struct play *, const struct record *);
void judge_notice(struct play *, const struct effect *);
/* After a step: what is closed has said so, and holds nothing open. */
void judge_closed(struct play *);

#endif
