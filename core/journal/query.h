/* SPDX-License-Identifier: BSD-2-Clause
 *
 * query.h -- reading events and rows back.
 */
#ifndef JOURNAL_QUERY_H
#define JOURNAL_QUERY_H

#include "journal/backend.h"

int query_events(struct store *, const struct store_query *,
    stored_event_fn *, void *arg);
int query_rows(struct store *, const char *kind, stored_row_fn *, void *arg);

#endif
