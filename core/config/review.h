/* SPDX-License-Identifier: BSD-2-Clause
 *
 * review.h -- the parts of the last look at a configuration. Internal to
 * config.
 */
#ifndef CONFIG_REVIEW_H
#define CONFIG_REVIEW_H

#include "config/keys.h"

void review_routes(struct load *);

#endif
