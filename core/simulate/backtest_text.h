/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_text.h -- a backtest, for people.
 */
#ifndef SIMULATE_BACKTEST_TEXT_H
#define SIMULATE_BACKTEST_TEXT_H

#include <jansson.h>

/* Of {"from", "to", "until", "facts", "labels", "candidate", "against",
 * "difference"}; owned (free()). */
char *backtest_text(const json_t *);

/* Only the behaviour that differs, for a plan; owned, empty for none. */
char *backtest_difference_text(const json_t *);

#endif
