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

/* How a notifier has been since the start; memory only. */
struct target {
	char *name;             /* as it is called now */
	int64_t delivered_at, failing_since;    /* INSTANT_NONE */
	int32_t failures;       /* in a row */
	int64_t next_at;        /* while it fails: not again before this */
	int64_t asked_until;    /* it asked to wait so long; INSTANT_NONE */
	char *error;            /* the last one's reason; owned, may be NULL */
	struct target *next;
};

struct outbox {
	struct outbox_options options;
	struct entry **v;       /* oldest first */
	size_t n, cap;
	struct target *targets; /* those that were tried */
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
bool has_fallback(const struct entry *);

/* 5 s, 10 s, 20 s, ... 10 min, after so many failures. */
int64_t outbox_delay(int32_t failures);

/* What is known of an entry's notifier; NULL: it was never tried. */
struct target *target_find(const struct outbox *, const char *name);
const struct target *target_of(const struct entry *);
/* Makes it known. */
void target_delivered(struct entry *, int64_t now);
void target_failed(struct entry *, int64_t now, int64_t retry_after_ms,
    const char *why);
void targets_free(struct outbox *);

#endif
