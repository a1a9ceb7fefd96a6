/* SPDX-License-Identifier: BSD-2-Clause
 *
 * chain.h -- each event carries a hash over itself and all before it.
 */
#ifndef JOURNAL_CHAIN_H
#define JOURNAL_CHAIN_H

#include <stdint.h>

#include "journal/store.h"

/* What stands before the first event. */
#define CHAIN_START UINT64_C(0xcbf29ce484222325)

/* `text` is the event's data as it is stored; event.data isn't looked at. */
uint64_t chain_next(uint64_t before, uint64_t seq, const struct store_event *,
    const char *text);

enum { CHAIN_TEXT = 17 };

/* Sixteen hexadecimal digits; returns buf. */
const char *chain_text(uint64_t chain, char buf[CHAIN_TEXT]);

/* Returns 0 or -EINVAL. */
int chain_parse(const char *, uint64_t *ret);

#endif
