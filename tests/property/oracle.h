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

/* hash.c: what was committed */
void hash_row(struct play *, const struct record *);
void hash_message(struct play *, const struct effect *);

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

/* deep-oracle.c: of a start, a row, a message, a step */
bool backfilled(struct play *, const struct attempt_row *, struct date);
void judge_deep_start(struct play *, const struct attempt_row *,
    struct date);
void judge_deep_row(struct play *, const struct record *,
    const struct record *was);
void judge_deep_notice(struct play *, const struct effect *);
void judge_deep_step(struct play *);
/* May a recovery do no more for this check on this date? */
bool rung_is_over(struct play *, int32_t recovery, int32_t check,
    struct date);
/* Of an incident that opens. */
void judge_action_root(struct play *, const struct record *);

/* waived.c: of a row, of a start, at the end */
void judge_waiver_row(struct play *, const struct record *,
    const struct record *was);
void judge_waived_repair(struct play *, const struct attempt_row *,
    struct date);
void judge_waivers_end(struct play *);

/* results-oracle.c: of each row, and of a step as a whole. */
void judge_row(struct play *, const struct record *,
    const struct record *was);
void judge_whole_step(struct play *);
/* plans-oracle.c: of a start that is good in itself; and at the end. */
void judge_plan(struct play *, const struct effect *);
/* When an attempt ended, by what passed. */
void attempt_seen(struct play *, const struct attempt_row *);
void judge_forgiven(struct play *);
/* overlaps-oracle.c */
void judge_overlap(struct play *, const struct record *attempt);
void judge_doubt(struct play *, const struct record *,
    const struct record *was);
bool phase_reads(struct play *, int32_t phase, int32_t check);
/* permits-oracle.c */
void judge_permit_row(struct play *, const struct record *,
    const struct record *was);
void judge_override_row(struct play *, const struct record *,
    const struct record *was);
/* reruns-oracle.c: a start reads what it reads; and after a step. */
void reruns_started(struct play *, const struct record *attempt_or_permit);
void judge_reruns(struct play *);
/* times-oracle.c */
void judge_times(struct play *, struct date);

#endif
