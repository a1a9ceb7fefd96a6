/* SPDX-License-Identifier: BSD-2-Clause
 *
 * caught.h -- a play whose assertions are flaws like any other.
 */
#ifndef TESTS_PROPERTY_CAUGHT_H
#define TESTS_PROPERTY_CAUGHT_H

#include "play.h"

/* Like play(); an assertion that fails ends it as a flaw of the guarantee
 * "assertion". */
bool play_caught(struct play *, uint64_t seed, int32_t steps);

#endif
