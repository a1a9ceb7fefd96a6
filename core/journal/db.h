/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db.h -- SQLite as the journal uses it: statements, values, errors.
 */
#ifndef JOURNAL_DB_H
#define JOURNAL_DB_H

#include <sqlite3.h>

#include "base/clock.h"
#include "base/json.h"
#include "journal/backend.h"
#include "journal/lock.h"

enum { SEQUENCES_MAX = 8, SEQUENCE_NAME = 32 };

/* Ids that are reserved on disk and not yet handed out. */
struct sequence {
	char name[SEQUENCE_NAME];
	uint64_t next, end;
};

/* Statements that are kept compiled: all that write. */
enum statement {
	ST_BEGIN, ST_COMMIT, ST_ROLLBACK, ST_EVENT, ST_ROW, ST_TOUCH,
	ST_QUEUE, ST_DELIVER, ST_TRY, ST_PENDING_ONE, ST_OUTPUT, ST_RESERVE,
	STATEMENTS
};

struct db {
	struct store base;
	sqlite3 *sq;
	sqlite3_stmt *st[STATEMENTS];
	struct instance_lock lock;
	uint64_t epoch;
	uint64_t last_seq, chain;       /* of the newest event */
	bool must_sync;         /* this transaction reserves ids */
	bool unsynced;          /* the log has commits that no sync followed */
	int wal_pages;          /* since the last checkpoint */
	int64_t version;        /* of the schema; older ones are only read */
	struct sequence sequences[SEQUENCES_MAX];
};

static inline struct db *
db_of(struct store *s)
{
	return (struct db *)s;
}

static inline void
cleanup_stmt(sqlite3_stmt **st)
{
	(void)sqlite3_finalize(*st);
}

#define CLEANUP_STMT __attribute__((cleanup(cleanup_stmt)))

/* -errno of an SQLite result code; 0 for OK, ROW and DONE. */
int db_errno(int rc);

/* Marks the store failed with what SQLite says; returns -errno. */
int db_fail(struct db *, const char *what);

/* Compiles once, or gives the compiled one back, reset and unbound. NULL:
 * failed. Borrowed. */
sqlite3_stmt *db_statement(struct db *, enum statement);

/* Runs a statement that returns nothing. `what` names it in the failure. */
int db_run(struct db *, sqlite3_stmt *, const char *what);

/* NULL becomes NULL, INSTANT_NONE becomes NULL. The text is borrowed until
 * the statement is reset. */
void db_bind_text(sqlite3_stmt *, int i, const char *);
void db_bind_instant(sqlite3_stmt *, int i, int64_t);
void db_bind_id(sqlite3_stmt *, int i, uint64_t);

/* Columns. Text is valid until the next step; NULL for NULL. */
const char *db_text(sqlite3_stmt *, int i);
int64_t db_instant(sqlite3_stmt *, int i);
/* Returns owned, or NULL where it isn't an object. */
json_t *db_object(sqlite3_stmt *, int i);


#endif
