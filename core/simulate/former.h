/* SPDX-License-Identifier: BSD-2-Clause
 *
 * former.h -- objects by the name that they have, or had.
 */
#ifndef SIMULATE_FORMER_H
#define SIMULATE_FORMER_H

#include "config/conf.h"

/* What was recorded, or modelled, under a name that an object has given up
 * (`was`) is still its. NONE: there is no such object. */
int32_t former_check(const struct conf *, const char *name);
int32_t former_action(const struct conf *, const char *name);

#endif
