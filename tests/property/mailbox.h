/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mailbox.h -- the outbox's table of a store in memory: what of
 * core/journal's interface the outbox needs, with transactions.
 */
#ifndef TESTS_PROPERTY_MAILBOX_H
#define TESTS_PROPERTY_MAILBOX_H

#include "journal/backend.h"

enum { MAILBOX_NAME = 16 };

/* A row: a message for one notifier. */
struct parcel {
	uint64_t id, incident;
	char notifier[MAILBOX_NAME];
	json_t *body;           /* owned */
	int64_t queued_at, next_at, delivered_at, gave_up_at;
	int32_t tries;
};

/* Survives all supervisors of a seed. */
struct mailbox {
	struct parcel *v;
	size_t n, cap;
	/* the transaction: rows from `kept` on are new, `was` are the others
	 * as they were */
	size_t kept;
	struct { size_t i; struct parcel was; } undo[64];
	size_t n_undo;
};

void mailbox_clear(struct mailbox *);
void mailbox_free(struct mailbox *);

/* A process's connection. `fate` is asked at each commit: 0, or an error,
 * with *ret_durable saying what the disk has. */
struct mailbox_store {
	struct store base;
	struct mailbox *box;
	int (*fate)(void *arg, bool *ret_durable);
	void *arg;
};

void mailbox_open(struct mailbox_store *, struct mailbox *,
    int (*fate)(void *arg, bool *ret_durable), void *arg);
void mailbox_close(struct mailbox_store *);

#endif
