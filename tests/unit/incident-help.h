/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident-help.h -- a week of basketball that is whole in time but for what
 * a test takes away, and what people should have read about it.
 *
 * The sample's pipeline with nine games a day, in which nothing is started
 * by us, analytics and publishing have no due time, and all that is read
 * lies in one warehouse.
 */
#ifndef TESTS_UNIT_INCIDENT_HELP_H
#define TESTS_UNIT_INCIDENT_HELP_H

#include "nba-world.h"

/* It is the state of a cmocka test, which hasn't begun it. */
int incident_setup(void **state);
/* Another one. */
struct world *incident_world(void);

/* Reads so from `at` on; NaN: the probe can't tell. */
void reads(struct world *, int32_t check, struct date, int64_t at,
    double value);
/* Everything of a date is there from `at` on. */
void whole(struct world *, struct date, int64_t at);
/* Only what precompute is made from. */
void analysed(struct world *, struct date, int64_t at);
/* Every date is whole in time, so that the tests speak of one thing each. */
void whole_week(struct world *, int32_t but);
/* January 16: pdc comes with the first repair, pcf never does. */
void the_sixteenth(struct world *);

/* The n-th message about a root has been this one, within a period of the
 * checks. */
void expect(const struct world *, enum root_kind, int32_t root, struct date,
    int32_t n, enum notice_kind said, enum severity, int64_t at);

#endif
