/* SPDX-License-Identifier: BSD-2-Clause
 *
 * judge.h -- from a measurement and its limits to a result. Pure.
 */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "engine/engine.h"

/* PASS, WARN, FAIL or UNKNOWN: what was not told, what isn't a finite
 * number, a negative expectation and 0 of 0 (unless `allow_empty`) are
 * unknown, never a success. Without limits an expected value asks for all of
 * it. */
enum result judge(const struct limits *, const struct measurement *);

/* How much is short of what is expected, in units: for comparing before and
 * after a repair. 0 when nothing is; NaN where it can't be told. */
double judge_shortfall(const struct limits *, const struct measurement *);

/* Is a lower percentage of coverage than `percent`? Exact for integers up to
 * 2^53 / 100: no division. */
bool below_percent(double value, double expected, double percent);

#endif
