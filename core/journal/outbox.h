/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox.h -- messages on their way out, and what attempts printed.
 */
#ifndef JOURNAL_OUTBOX_H
#define JOURNAL_OUTBOX_H

#include "journal/backend.h"

int outbox_insert(struct store *, const struct store_message *, int64_t at);
int outbox_deliver(struct store *, const struct delivery *);
int outbox_messages(struct store *, const struct message_query *,
    stored_message_fn *, void *arg);

int output_write(struct store *, uint64_t attempt, const char *bytes,
    size_t len, uint64_t total);
int output_read(struct store *, uint64_t attempt, char **ret,
    size_t *ret_len, uint64_t *ret_total);

#endif
