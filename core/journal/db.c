/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db.c -- statements, values and errors of SQLite.
 *
 * Every failure of SQLite, on reading too, ends in db_fail: the store is
 * failed from then on and says in one sentence what it was doing. There is
 * no retry and no "busy" here, since nobody else ever has the file.
 *
 * Writing statements are compiled once and belong to the store. Reading
 * ones are compiled per question, so that a callback may ask another.
 */
#include "journal/db.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const statements[STATEMENTS] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_ROLLBACK] = "ROLLBACK",
	[ST_EVENT] = "INSERT INTO events (seq, at, kind, pipeline, date, "
	    "subject, key, data, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
	    "?8, ?9)",
	[ST_ROW] = "INSERT INTO rows (key, kind, seq, at, data, last_seen) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?4) ON CONFLICT (key) DO UPDATE SET "
	    "kind = ?2, seq = ?3, at = ?4, data = ?5, last_seen = ?4",
	[ST_TOUCH] = "UPDATE rows SET last_seen = ?2 WHERE key = ?1",
	[ST_QUEUE] = "INSERT INTO outbox (message, notifier, incident, seq, "
	    "queued_at, next_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
	[ST_PENDING_ONE] = "SELECT tries, delivered_at IS NOT NULL OR "
	    "gave_up_at IS NOT NULL FROM outbox "
	    "WHERE message = ?1 AND notifier = ?2",
	[ST_DELIVER] = "UPDATE outbox SET tries = tries + 1, "
	    "delivered_at = ?3, gave_up_at = ?4, next_at = ?5, reply = ?6, "
	    "receipt = coalesce(?7, receipt) "
	    "WHERE message = ?1 AND notifier = ?2",
	[ST_TRY] = "INSERT INTO deliveries (message, notifier, try, at, "
	    "delivered, reply) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[ST_OUTPUT] = "INSERT INTO outputs (attempt, bytes, total) "
	    "VALUES (?1, ?2, ?3) ON CONFLICT (attempt) DO UPDATE SET "
	    "bytes = ?2, total = ?3",
	[ST_RESERVE] = "INSERT INTO sequences (name, reserved) "
	    "VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET "
	    "reserved = reserved + ?2 RETURNING reserved",
};

int
db_errno(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	default:
		return -EIO;
	}
}

int
db_fail(struct db *d, const char *what)
{
	int rc = sqlite3_extended_errcode(d->sq);
	int r = db_errno(rc);

	store_fail(&d->base, "cannot %s: %s (sqlite %d, system %d)", what,
	    sqlite3_errmsg(d->sq), rc, sqlite3_system_errno(d->sq));
	return r < 0 ? r : -EIO;
}

sqlite3_stmt *
db_statement(struct db *d, enum statement i)
{
	sqlite3_stmt **st = &d->st[i];

	if (*st == NULL && sqlite3_prepare_v3(d->sq, statements[i], -1,
	    SQLITE_PREPARE_PERSISTENT, st, NULL) != SQLITE_OK) {
		(void)db_fail(d, "compile a statement");
		return NULL;
	}
	(void)sqlite3_reset(*st);
	(void)sqlite3_clear_bindings(*st);
	return *st;
}

int
db_run(struct db *d, sqlite3_stmt *st, const char *what)
{
	int r = 0;

	if (st == NULL)
		return -EIO;
	if (sqlite3_step(st) != SQLITE_DONE)
		r = db_fail(d, what);
	(void)sqlite3_reset(st);
	return r;
}

/* Out of memory while binding leaves a NULL where the schema wants a
 * value, or a position out of range, which is ours: neither may pass. */
static void
bound(int rc)
{
	if (rc == SQLITE_NOMEM)
		abort();
	assert(rc == SQLITE_OK);
}

void
db_bind_text(sqlite3_stmt *st, int i, const char *s)
{
	bound(sqlite3_bind_text(st, i, s, -1, SQLITE_STATIC));
}

void
db_bind_instant(sqlite3_stmt *st, int i, int64_t at)
{
	if (at == INSTANT_NONE)
		bound(sqlite3_bind_null(st, i));
	else
		bound(sqlite3_bind_int64(st, i, at));
}

void
db_bind_id(sqlite3_stmt *st, int i, uint64_t id)
{
	bound(sqlite3_bind_int64(st, i, (int64_t)id));
}

const char *
db_text(sqlite3_stmt *st, int i)
{
	return (const char *)sqlite3_column_text(st, i);
}

int64_t
db_instant(sqlite3_stmt *st, int i)
{
	if (sqlite3_column_type(st, i) == SQLITE_NULL)
		return INSTANT_NONE;
	return sqlite3_column_int64(st, i);
}

json_t *
db_object(sqlite3_stmt *st, int i)
{
	const char *s = db_text(st, i);
	json_t *j = s ? json_loads(s, JSON_ALLOW_NUL, NULL) : NULL;

	if (j && !json_is_object(j)) {
		json_decref(j);
		return NULL;
	}
	return j;
}
