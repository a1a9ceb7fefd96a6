/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db.h -- asking a database, whichever it is.
 *
 * A query may only read, and has two parameters, :date and :now. All queries
 * of one connection see the same state of the data. A connection lasts for
 * one call of a check: a file that was replaced is never read by mistake.
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
	/* NULL with a sentence. Returns owned. */
	struct db *(*open)(const struct call *, const char *option,
	    struct buf *why);
	/* `what` names the query in sentences: "value". */
	bool (*query)(struct db *, const char *what, const char *sql,
	    db_row *, void *arg, struct buf *why);
	void (*close)(struct db *);
};

struct db {
	const struct db_driver *driver;
	const struct call *call;        /* borrowed until close */
};

/* The `open` of a check with the option "database": refuses one that can't
 * be asked. Its self is the host. */
int32_t db_plugin_open(struct gw_ctx *, const struct gw_host *,
    void **ret_self);

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

extern const struct db_driver db_sqlite;
extern const struct db_driver db_postgresql;      /* HAVE_LIBPQ */

#endif
