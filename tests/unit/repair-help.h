/* SPDX-License-Identifier: BSD-2-Clause
 *
 * repair-help.h -- days of the sample that lack something, and what became of
 * their repairs.
 */
#ifndef TESTS_UNIT_REPAIR_HELP_H
#define TESTS_UNIT_REPAIR_HELP_H

#include "nba-world.h"

/* Bits of phase4_backfill's checks. */
enum { BIT_PDC = 1, BIT_PSZA = 2, BIT_PCF = 4, BIT_MLFS = 8, BIT_TDZA = 16 };

const struct recovery_row *plan(const struct world *, int32_t recovery,
    struct date);
/* The n-th of its attempts, which there is. */
const struct attempt_row *try_of(const struct world *, int32_t recovery,
    struct date, int32_t n);
int32_t tries(const struct world *, int32_t recovery, struct date);
/* What keeps it back. */
enum why why(const struct world *, int32_t recovery, struct date);

/* Of a good day: what doesn't arrive in the morning. */
void lacks(struct world *, int32_t check, struct date);
/* An action that brings of the five what was failing. */
world_act_fn brings_all_that_is_missing;
/* A day whose five are all but PDC, and a backfill that does `act`; begun. */
struct date one_missing(struct world *, world_act_fn *act);

#endif
