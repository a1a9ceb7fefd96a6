/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox_private.h -- what outbox.c and outbox_end.c share.
 */
#ifndef DAEMON_OUTBOX_PRIVATE_H
#define DAEMON_OUTBOX_PRIVATE_H

#include "daemon/outbox.h"

/* One pending row. */
struct entry {
	struct outbox *box;
	uint64_t id, incident;
	char *notifier;         /* as the row says: maybe a former name */
	int32_t number;         /* instance; NONE: gone */
	json_t *body;           /* as the row has it, with "fallback" */
	int64_t queued_at, next_at;
	int32_t tries;
	bool busy;
};

struct outbox {
	struct outbox_options options;
	struct entry **v;       /* oldest first */
	size_t n, cap;
	json_t *targets;        /* notifier: how it has been (target_new) */
	bool ticking;
	bool stopped;           /* the journal can't be written */
};

/* A row for one notifier, and its entry. Returns 0 or -errno. */
int queue_to(struct outbox *, const struct store_message *,
    const json_t *fallback);

/* What became of a try; `arg` is its entry. */
void delivery_ended(void *arg, const struct call_reply *);
/* It can't even be tried. */
void delivery_impossible(struct entry *, const char *why);

void drop_entry(struct outbox *, struct entry *);

/* {"delivered_at", "failing_since", "failures", "error"}; owned. */
json_t *target_new(void);

#endif
