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
	char *receipt;          /* of an earlier try; owned, may be NULL */
	int64_t queued_at, next_at;
	int64_t kept_until;     /* given up from then on */
	int32_t tries;
	bool test;              /* a test message */
	bool busy;
	struct target *target;
	/* of the same incident and notifier, by id; NULL at the ends */
	struct entry *before, *after;
	struct entry *carrier;  /* under way, and this is part of it; NULL */
};

/* How a notifier has been since the start; memory only. */
struct target {
	char *name;             /* as it is called now */
	bool busy;              /* a delivery is under way */
	int64_t began_at;       /* the last try; INSTANT_NONE */
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
	struct target *targets; /* those that had a message */
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

/* Up to 1 s, 2 s, 4 s, ... 15 min after so many failures: where in it, says
 * the seed. */
int64_t outbox_delay(int32_t failures, uint64_t seed);
uint64_t entry_seed(const struct entry *);

/* NULL: it never had a message. */
struct target *target_find(const struct outbox *, const char *name);
/* That of an entry; made when there is none. */
struct target *target_get(const struct entry *);
/* When each delivered last, as far as the newest messages say. */
void targets_recall(struct outbox *);
/* The earliest instant of the next try, by the notifier's pace. */
int64_t target_paced(const struct entry *);
void target_delivered(struct entry *, int64_t now);
void target_failed(struct entry *, int64_t now, int64_t retry_after_ms,
    const char *why);
void targets_free(struct outbox *);

/*--------------------------------------------------------- outbox_chain.c */

enum { CARRY_MOST = 16 };

/* Into the chain of its incident and notifier, and out of it. */
void chain_in(struct entry *);
void chain_out(struct entry *);
/* The last of those that go along with `first`, the head of a chain: it
 * carries the ones before it, and says so. */
struct entry *chain_carrier(struct entry *first);
/* What a notifier gets: the body, and what is merged into it. Owned. */
json_t *chain_body(const struct entry *carrier);
/* The carried ones, oldest first, and their carrier; the number of them. */
int32_t chain_group(struct entry *carrier,
    struct entry *ret[CARRY_MOST]);
/* The worst severity among the ones of a chain. */
enum severity chain_severity(const struct entry *first);

#endif
