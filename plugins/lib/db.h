/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db.h -- asking a database, whichever it is.
 *
 * A query may only read, and has two parameters, :date and :now. All queries
 * between db_open and db_close see the same state of the data.
 *
 * What reaches a server is kept open from call to call, one connection for
 * each database in a worker (db_keep.c); each call has a transaction of its
 * own on it. A SQLite file is opened for each call: one that was replaced is
 * never read by mistake, and opening it costs next to nothing.
 *
 * COST. Where a query costs by the bytes that it reads, the driver says what
 * each has cost (db_billed), and the check tells the sum as evidence
 * "bytes_billed". Where conf.d sets a budget (max_bytes_per_day), the host's
 * parameter "budget_bytes" is what this call may cost at most; a driver that
 * can estimate asks db_affords before it runs anything.
 */
#ifndef PLUGIN_LIB_DB_H
#define PLUGIN_LIB_DB_H

#include "lib/call.h"

enum db_type { DB_NULL, DB_INTEGER, DB_REAL, DB_TEXT, DB_BLOB };

/* Valid during the callback. `text` also for numbers; NULL for DB_NULL. */
struct db_cell {
	enum db_type type;
	int64_t integer;
	double real;
	const char *text;
	size_t len;
};

/* Called for each row. False with a sentence ends the query as failed. */
typedef bool db_row(void *arg, const struct db_cell *, int n,
    struct buf *why);

struct db;

/* A kind of database; `option` is the name of the database option. */
struct db_driver {
	const char *name;
	/* For `open` of a plugin, may be NULL: false with a sentence when the
	 * options can't be right. Asks nobody. */
	bool (*check)(const struct gw_host *, struct gw_ctx *,
	    const char *option, struct buf *why);
	/* NULL with a sentence. Returns owned. */
	struct db *(*open)(const struct call *, const char *option,
	    struct buf *why);
	/* `what` names the query in sentences: "value". */
	bool (*query)(struct db *, const char *what, const char *sql,
	    db_row *, void *arg, struct buf *why);
	void (*close)(struct db *);

	/* Both or neither: a driver whose connections are kept. `open` only
	 * connects then. `begin`: a call begins on it; false with a sentence,
	 * and *ret_lost: the connection is no good any more. `end`: whatever
	 * the call left behind is gone; false: it can't be kept. */
	bool (*begin)(struct db *, bool *ret_lost, struct buf *why);
	bool (*end)(struct db *);
	/* The options that say which database it is, ends with NULL: equal
	 * ones may share a connection. */
	const char *const *keyed_by;
};

struct db {
	const struct db_driver *driver;
	const struct call *call;        /* borrowed until close */
	int64_t billed;                 /* bytes, in this call */

	/* db_keep.c's */
	struct db *next;
	char *key;                      /* owned; NULL: isn't kept */
	int64_t opened;                 /* monotonic ms */
};

/* The `open` and `close` of a check with the option "database": refuses one
 * that can't be asked. Its self is the host. */
int32_t db_plugin_open(struct gw_ctx *, const struct gw_host *,
    void **ret_self);
void db_plugin_close(struct gw_ctx *, void *self);

struct db *db_open(const struct call *, const char *option, struct buf *why);
bool db_query(struct db *, const char *what, const char *sql, db_row *,
    void *arg, struct buf *why);
/* NULL is fine. */
void db_close(struct db *);

static inline void
cleanup_db(struct db **db)
{
	db_close(*db);
}

#define CLEANUP_DB CLEANUP(cleanup_db)

/*-------------------------------------------------------------------- cost */

/* What this call may still cost; INT64_MAX: nobody set a budget. */
int64_t db_budget_left(const struct db *);
/* Is there enough left for a query that will read so many bytes? False with
 * the sentence, which begins with "budget: ". */
bool db_affords(const struct db *, const char *what, int64_t bytes,
    struct buf *why);
/* A query has cost so much. Told as evidence at once, so that it is known
 * whatever becomes of the call. */
void db_billed(struct db *, int64_t bytes);

/*----------------------------------------------------------------- drivers */

extern const struct db_driver db_sqlite;
extern const struct db_driver db_bigquery;
extern const struct db_driver db_postgresql;      /* HAVE_LIBPQ */
extern const struct db_driver db_odbc;            /* HAVE_ODBC */

#endif
