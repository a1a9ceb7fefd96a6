/* SPDX-License-Identifier: BSD-2-Clause
 *
 * match.h -- what rule.c asks match.c. Private to core/notify.
 */
#ifndef NOTIFY_MATCH_H
#define NOTIFY_MATCH_H

#include "notify/notify.h"

/* Of the open windows of a kind that are about this, the one that ends last;
 * NULL: none is. */
const struct window *window_that_holds(const struct conf *, enum window_kind,
    const struct notify_case *, int32_t notifier, int64_t now,
    int64_t *ret_start, int64_t *ret_end);

#endif
