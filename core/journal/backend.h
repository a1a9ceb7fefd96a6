/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backend.h -- what a kind of store has to provide.
 *
 * store.c keeps the rules that hold for all of them (one transaction at a
 * time, nothing written after a failure); a backend only knows its database.
 * A shared one is one more table of these functions.
 */
#ifndef JOURNAL_BACKEND_H
#define JOURNAL_BACKEND_H

#include "base/clock.h"
#include "journal/store.h"

/* As read back. Everything is valid for the callback. */
struct stored_event {
	uint64_t seq;
	struct store_event e;   /* e.data: NULL where the text isn't JSON */
	const char *text;       /* of the data, byte for byte */
	uint64_t chain;         /* chain.h, as it was written */
};

struct stored_row {
	const char *key, *kind;
	uint64_t seq;
	int64_t at, last_seen;
	const json_t *data;     /* NULL where the text isn't JSON */
};

struct stored_message {
	struct store_message m; /* m.body: NULL where the text isn't JSON */
	int64_t queued_at;
	int64_t next_at, delivered_at, gave_up_at;      /* INSTANT_NONE */
	int32_t tries;
	const char *reply;      /* NULL: none yet */
};

/* Return 0 to go on; anything else ends the reading and comes back. */
typedef int stored_event_fn(void *arg, const struct stored_event *);
typedef int stored_row_fn(void *arg, const struct stored_row *);
typedef int stored_message_fn(void *arg, const struct stored_message *);

struct delivery {
	uint64_t message;
	const char *notifier;
	bool delivered;
	int64_t at, next_at;
	const char *reply;
	const char *receipt;    /* NULL: as it was */
};

struct message_query {
	uint64_t incident;      /* 0: any */
	bool pending;           /* neither delivered nor given up */
	int32_t limit;          /* the newest so many; 0: all */
};

/* A function that fails has called store_fail, or has done nothing: then
 * -ENOENT, -EALREADY or -EINVAL are refusals that leave the transaction as
 * it was. */
struct store_ops {
	void (*close)(struct store *);  /* frees `failed` too */
	uint64_t (*epoch)(const struct store *);
	bool (*lock_lost)(const struct store *);

	int (*begin)(struct store *);
	int (*commit)(struct store *, bool durable);
	void (*rollback)(struct store *);
	int (*append)(struct store *, const struct store_event *,
	    uint64_t *ret_seq);
	int (*touch)(struct store *, const char *key, int64_t at);
	int (*queue)(struct store *, const struct store_message *, int64_t at);
	int (*deliver)(struct store *, const struct delivery *);
	int (*output)(struct store *, uint64_t attempt, const char *bytes,
	    size_t len, uint64_t total);
	uint64_t (*next_id)(struct store *, const char *sequence);

	int (*events)(struct store *, const struct store_query *,
	    stored_event_fn *, void *arg);
	int (*rows)(struct store *, const char *kind, stored_row_fn *,
	    void *arg);
	int (*messages)(struct store *, const struct message_query *,
	    stored_message_fn *, void *arg);
	int (*read_output)(struct store *, uint64_t attempt, char **ret,
	    size_t *ret_len, uint64_t *ret_total);
	uint64_t (*last_seq)(struct store *);
	/* Into a new file DIR/journal.db; NULL: it can't. */
	int (*copy)(struct store *, const char *dir);
	/* What only the database itself can see: pages, references. */
	int (*verify)(struct store *, struct diag *);
};

/* First member of every backend's own struct. */
struct store {
	const struct store_ops *ops;
	bool in_transaction;
	bool read_only;
	char *failed;           /* why nothing is written any more, or NULL */
};

/* The first reason stays. Never undone: a new store is opened instead. */
void store_fail(struct store *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
