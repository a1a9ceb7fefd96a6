/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store.h -- the journal: append-only events and the rows that are their
 * fold, in one transaction. An interface, so that a shared database is one
 * more file beside sqlite.c.
 *
 * An event is one line of JSON with a kind. A row event carries a whole row
 * and the key under which it is the latest: the table `rows` holds the last
 * event of each key, nothing else. `journal check` folds the events again
 * and compares.
 */
#ifndef JOURNAL_STORE_H
#define JOURNAL_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/diag.h"

struct store;

/* One event. Strings are borrowed for the call. */
struct store_event {
	int64_t at;             /* wall, UTC ms */
	const char *kind;       /* "phase", "attempt", "note", "command", ... */
	const char *pipeline;   /* NULL: none */
	const char *date;       /* "2026-01-16"; NULL: none */
	const char *subject;    /* name or id; NULL: none */
	const char *key;        /* of the row that this replaces; NULL: not a
	                           row. "kind/pipeline/date/subject" */
	const json_t *data;     /* object */
};

/* Ids of messages ascend in two sequences, those below this and those from
 * it on. */
#define STORE_OWN_MESSAGES (UINT64_C(1) << 40)

/* A message on its way out, one per notifier. */
struct store_message {
	uint64_t id;            /* of the message; the same for all tries */
	const char *notifier;
	uint64_t incident;      /* 0: none */
	const json_t *body;     /* what the notifier gets */
	const char *receipt;    /* what it handed back at the last try that
	                           did; NULL: nothing yet */
};

/* Opens or creates DIR/journal.db and takes DIR/lock (a file of its own).
 * -EBUSY: another instance holds it (*ret_why names its pid); -EPROTO: a
 * newer schema, or not ours; -EIO: damaged. A damaged or missing journal is
 * never made anew. *ret_why is owned (free()). */
int store_open(const char *dir, struct store **ret, char **ret_why);
/* The same for looking only, without a daemon: creates nothing, changes
 * nothing, takes part in no epoch. -EBUSY while a daemon has it. */
int store_open_readonly(const char *dir, struct store **ret, char **ret_why);
/* An open transaction is rolled back. NULL is fine. */
void store_close(struct store *);

/* The generation of lock ownership, ascending over all starts. */
uint64_t store_epoch(const struct store *);

/* The lock file was removed or replaced while we ran: another instance
 * could start. Two stat calls; ask on each tick and stop acting. */
bool store_lock_lost(const struct store *);

/* One transaction: begin, any number of the calls below, commit. A commit
 * with `durable` returns after the disk has it. On any error the
 * transaction is rolled back, the store refuses all further writes
 * (store_failed) and says why; nothing is retried. Returns 0 or -errno.
 * After a failed commit the transaction may be found whole or absent by the
 * next open, never in part. A failed store gives -EIO to every write.
 *
 * Refusals that do no harm, the transaction goes on: -ENOENT (touch of a
 * key without row, delivery of no such message), -EALREADY (delivery of
 * what was delivered or given up), -EINVAL (data that isn't an object). */
int store_begin(struct store *);
int store_append(struct store *, const struct store_event *,
    uint64_t *ret_seq);
/* last_seen of a row: a cache beside the fold. */
int store_touch(struct store *, const char *key, int64_t at);
int store_queue(struct store *, const struct store_message *, int64_t at);
/* Delivery: `delivered` ends the row; else try again at next_at, or give up
 * (next_at INSTANT_NONE). A receipt of NULL leaves the one that is there. */
int store_delivery(struct store *, uint64_t message, const char *notifier,
    bool delivered, int64_t at, int64_t next_at, const char *reply,
    const char *receipt);
/* Output of an attempt, kept beside the events; replaces. */
int store_output(struct store *, uint64_t attempt, const char *bytes,
    size_t len, uint64_t total);
int store_commit(struct store *, bool durable);

bool store_failed(const struct store *, const char **ret_why);

/* Ids never come twice, even over a crash: reserved in blocks, durably. One
 * that is taken inside a transaction is as durable as that transaction,
 * whose commit is then durable in any case. From 1; 0: the store failed. */
uint64_t store_next_id(struct store *, const char *sequence);

/* Reading. Callbacks return 0 to go on, anything else comes back to the
 * caller. What they get is valid for the call. A callback may read again; it
 * must not write. An open transaction is seen. */
typedef int store_row_fn(void *arg, const char *key, const json_t *data,
    int64_t at, int64_t last_seen);
int store_rows(struct store *, const char *kind /* NULL: all */,
    store_row_fn *, void *arg);

typedef int store_event_fn(void *arg, uint64_t seq,
    const struct store_event *);
struct store_query {
	uint64_t after_seq;
	int64_t from, to;       /* wall, both inclusive; INSTANT_NONE or 0:
	                           open, so that {0} asks for everything */
	const char *kind, *pipeline, *date, *subject;   /* NULL: any */
	int32_t limit;          /* 0: all */
	bool newest_first;      /* else by ascending seq */
};
int store_events(struct store *, const struct store_query *,
    store_event_fn *, void *arg);
uint64_t store_last_seq(struct store *);

typedef int store_message_fn(void *arg, const struct store_message *,
    int64_t queued_at, int64_t next_at, int32_t tries);
/* Messages not yet delivered nor given up, oldest first. */
int store_pending(struct store *, store_message_fn *, void *arg);
/* The newest `limit` (0: all) messages of an incident (0: all), oldest
 * first, with what became of them: {"id", "notifier", "incident",
 * "queued_at", "delivered_at" or null, "next_at" or null, "tries", "reply"
 * or null, "receipt" or null, "gave_up", "body"}.
 * Array, owned; NULL: could not be read. */
json_t *store_messages(struct store *, uint64_t incident, int32_t limit);
/* Owned (free()); -ENOENT. */
int store_read_output(struct store *, uint64_t attempt, char **ret,
    size_t *ret_len, uint64_t *ret_total);

/* The journal as it is, into a directory that has none, for store_open.
 * Outside a transaction. Returns 0 or -errno. */
int store_copy(struct store *, const char *dir);

/* Folds all events again and compares with the rows; chain, order,
 * references and what must hold of attempts and incidents are checked too
 * (rules.h). Findings into diag; returns the number of events read, or
 * -errno. */
int64_t store_check(struct store *, struct diag *);

/* The same on an export, read from a stream of lines. Needs no database. */
int64_t export_check(FILE *, struct diag *);

/* A heading, one line per event, then one per row ("row": true) and message
 * ("message": true) and a last one that counts them: what export_check
 * reads. Lines end without newline. `write` returns 0 to go on. */
int store_export(struct store *, int (*write)(void *arg, const char *line),
    void *arg);

#endif
