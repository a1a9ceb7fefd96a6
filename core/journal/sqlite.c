/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sqlite.c -- the journal in one SQLite file.
 *
 * One connection, which alone writes and checkpoints, in WAL with
 * locking_mode=EXCLUSIVE: no shared memory file, and whoever else opens the
 * database is told "locked". Nothing in this process ever opens its files
 * but SQLite: closing any other descriptor of them would drop SQLite's locks
 * without a word.
 *
 * synchronous=NORMAL leaves the log unsynced at a commit; a durable one syncs
 * it here, by the file's own method, right after. That is what FULL does, but
 * decided at the commit, where SQLite wants it decided before the begin. The
 * commits before it that didn't sync become durable with it: a crash cuts
 * the log, it never makes holes.
 *
 * Checkpoints are made here and not by SQLite's own trigger, because an
 * error there would be reported as the error of a commit that has already
 * happened. The chain's head and the last seq live in memory, read at open
 * (open.c).
 */
#include "journal/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "journal/chain.h"
#include "journal/outbox.h"
#include "journal/query.h"
#include "journal/schema.h"

enum {
	CHECKPOINT_PAGES = 1000,        /* 4 MB of log */
	ID_BLOCK = 64
};

/*---------------------------------------------------------------- writing */

static void
sqlite_rollback(struct store *s)
{
	struct db *d = db_of(s);
	sqlite3_stmt *st = d->st[ST_ROLLBACK];

	/* Some errors have rolled back already. It must not fail the store
	 * a second time, nor compile anything in its state. */
	if (st && !sqlite3_get_autocommit(d->sq))
		(void)sqlite3_step(st);
	if (st)
		(void)sqlite3_reset(st);
	memset(d->sequences, 0, sizeof d->sequences);
	d->must_sync = false;
}

static int
sqlite_begin(struct store *s)
{
	struct db *d = db_of(s);

	d->must_sync = false;
	if (db_statement(d, ST_ROLLBACK) == NULL)
		return -EIO;
	return db_run(d, db_statement(d, ST_BEGIN), "begin a transaction");
}

int
sqlite_checkpoint(struct db *d, int mode)
{
	if (sqlite3_wal_checkpoint_v2(d->sq, NULL, mode, NULL, NULL) !=
	    SQLITE_OK)
		return db_fail(d, "checkpoint the log");
	d->wal_pages = 0;
	return 0;
}

/* What synchronous=FULL does at the end of a commit. */
static int
sync_log(struct db *d)
{
	sqlite3_file *log = NULL;
	int rc = sqlite3_file_control(d->sq, NULL,
	    SQLITE_FCNTL_JOURNAL_POINTER, &log);

	if (rc == SQLITE_OK && log && log->pMethods)
		rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
	if (rc != SQLITE_OK) {
		store_fail(&d->base, "cannot sync the log: %s (sqlite %d)",
		    sqlite3_errstr(rc), rc);
		return db_errno(rc);
	}
	d->unsynced = false;
	return 0;
}

/* Called by SQLite after each commit that wrote. */
static int
count_pages(void *arg, sqlite3 *sq, const char *name, int pages)
{
	struct db *d = arg;

	(void)sq;
	(void)name;
	d->wal_pages = pages;
	d->unsynced = true;
	return SQLITE_OK;
}

/* Nothing is written by one whose lock is another's by now: two stats are
 * cheap beside what two writers would cost. */
static int
fence(struct db *d)
{
	if (!lock_lost(&d->lock))
		return 0;
	store_fail(&d->base, "the lock in the state directory was removed or "
	    "replaced: another instance may write here");
	return -ESTALE;
}

static int
sqlite_commit(struct store *s, bool durable)
{
	struct db *d = db_of(s);
	int r = fence(d);

	if (r == 0)
		r = db_run(d, db_statement(d, ST_COMMIT), "commit");
	if (r == 0 && (durable || d->must_sync) && d->unsynced)
		r = sync_log(d);
	/* The commit stands, whatever becomes of this. */
	if (r == 0 && d->wal_pages >= CHECKPOINT_PAGES)
		(void)sqlite_checkpoint(d, SQLITE_CHECKPOINT_PASSIVE);
	return r;
}

static int
put_row(struct db *d, const struct store_event *e, uint64_t seq,
    const char *text)
{
	sqlite3_stmt *st = db_statement(d, ST_ROW);
	int r;

	if (st == NULL)
		return -EIO;
	db_bind_text(st, 1, e->key);
	db_bind_text(st, 2, e->kind);
	db_bind_id(st, 3, seq);
	db_bind_instant(st, 4, e->at);
	db_bind_text(st, 5, text);
	r = db_run(d, st, "write a row");
	(void)sqlite3_clear_bindings(st);
	return r;
}

static int
put_event(struct db *d, const struct store_event *e, uint64_t chain,
    const char *text)
{
	const char *const texts[] = { e->kind, e->pipeline, e->date,
		e->subject, e->key, text };
	sqlite3_stmt *st = db_statement(d, ST_EVENT);
	size_t i;
	int r;

	if (st == NULL)
		return -EIO;
	db_bind_id(st, 1, d->last_seq + 1);
	db_bind_instant(st, 2, e->at);
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		db_bind_text(st, 3 + (int)i, texts[i]);
	db_bind_id(st, 9, chain);
	r = db_run(d, st, "append an event");
	(void)sqlite3_clear_bindings(st);
	return r;
}

static int
sqlite_append(struct store *s, const struct store_event *e,
    uint64_t *ret_seq)
{
	struct db *d = db_of(s);
	char *text CLEANUP_FREE = json_line(e->data);
	uint64_t seq = d->last_seq + 1;
	uint64_t chain = chain_next(d->chain, seq, e, text);
	int r = put_event(d, e, chain, text);

	if (r == 0 && e->key)
		r = put_row(d, e, seq, text);
	if (r < 0)
		return r;
	d->last_seq = seq;
	d->chain = chain;
	*ret_seq = seq;
	return 0;
}

static int
sqlite_touch(struct store *s, const char *key, int64_t at)
{
	struct db *d = db_of(s);
	sqlite3_stmt *st = db_statement(d, ST_TOUCH);
	int r;

	if (st == NULL)
		return -EIO;
	db_bind_text(st, 1, key);
	db_bind_instant(st, 2, at);
	r = db_run(d, st, "touch a row");
	if (r == 0 && sqlite3_changes(d->sq) == 0)
		r = -ENOENT;
	(void)sqlite3_clear_bindings(st);
	return r;
}

/*-------------------------------------------------------------------- ids */

/* The sequence's place in memory; the last one is given up when all are
 * taken, which costs the rest of its block. */
static struct sequence *
find_sequence(struct db *d, const char *name)
{
	struct sequence *q = d->sequences;
	size_t i;

	for (i = 0; i < SEQUENCES_MAX; i++, q++) {
		if (strcmp(q->name, name) == 0)
			return q;
		if (q->name[0] == '\0' || i == SEQUENCES_MAX - 1)
			break;
	}
	*q = (struct sequence){ 0 };
	(void)snprintf(q->name, sizeof q->name, "%s", name);
	return q;
}

static int
reserve(struct db *d, struct sequence *q)
{
	sqlite3_stmt *st = db_statement(d, ST_RESERVE);
	int64_t end;

	if (st == NULL)
		return -EIO;
	db_bind_text(st, 1, q->name);
	db_bind_instant(st, 2, ID_BLOCK);
	if (sqlite3_step(st) != SQLITE_ROW)
		return db_fail(d, "reserve ids");
	end = sqlite3_column_int64(st, 0);
	if (sqlite3_step(st) != SQLITE_DONE)
		return db_fail(d, "reserve ids");
	(void)sqlite3_reset(st);
	q->next = (uint64_t)end - ID_BLOCK + 1;
	q->end = (uint64_t)end + 1;
	d->must_sync = true;
	return 0;
}

static uint64_t
sqlite_next_id(struct store *s, const char *name)
{
	struct db *d = db_of(s);
	struct sequence *q;
	bool own = !s->in_transaction;
	int r = 0;

	assert(name[0] != '\0' && strlen(name) < SEQUENCE_NAME);
	q = find_sequence(d, name);
	if (q->next < q->end)
		return q->next++;
	if (own)
		r = sqlite_begin(s);
	if (r == 0)
		r = reserve(d, q);
	if (r == 0 && own)
		r = sqlite_commit(s, true);
	if (r < 0 && own)
		sqlite_rollback(s);
	return r < 0 ? 0 : q->next++;
}

/*---------------------------------------------------------------- reading */

static uint64_t
sqlite_epoch(const struct store *s)
{
	return ((const struct db *)s)->epoch;
}

static bool
sqlite_lock_lost(const struct store *s)
{
	return lock_lost(&((const struct db *)s)->lock);
}

static uint64_t
sqlite_last_seq(struct store *s)
{
	return db_of(s)->last_seq;
}

static void
damage(void *arg, const char *sentence)
{
	diag_error(arg, NULL, 0, "the database is damaged: %s", sentence);
}

static int
sqlite_verify(struct store *s, struct diag *diag)
{
	struct db *d = db_of(s);

	if (schema_integrity(d->sq, damage, diag) != SQLITE_OK)
		return db_fail(d, "check the database");
	return 0;
}

/*------------------------------------------------------------------ close */

/* A failed store, and one that was only read, leave the log as it is: what
 * closing would write has to be decided by the next open. */
static void
sqlite_close(struct store *s)
{
	struct db *d = db_of(s);
	size_t i;

	if (s->failed == NULL && !s->read_only)
		(void)sqlite3_db_config(d->sq,
		    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);

	for (i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(d->st[i]);
	(void)sqlite3_close(d->sq);
	lock_release(&d->lock);
	free(s->failed);
	free(d);
}

/* A failure of the copy is no failure of the journal. */
static int
sqlite_copy(struct store *s, const char *dir)
{
	char *sql = sqlite3_mprintf("VACUUM INTO '%q/journal.db'", dir);
	int rc = sql ? sqlite3_exec(db_of(s)->sq, sql, NULL, NULL, NULL) :
	    SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc == SQLITE_OK ? 0 : db_errno(rc);
}

static const struct store_ops sqlite_ops = {
	.close = sqlite_close, .epoch = sqlite_epoch,
	.lock_lost = sqlite_lock_lost,
	.begin = sqlite_begin, .commit = sqlite_commit,
	.rollback = sqlite_rollback, .append = sqlite_append,
	.touch = sqlite_touch, .queue = outbox_insert,
	.deliver = outbox_deliver, .output = output_write,
	.next_id = sqlite_next_id,
	.events = query_events, .rows = query_rows,
	.messages = outbox_messages, .read_output = output_read,
	.last_seq = sqlite_last_seq, .verify = sqlite_verify,
	.copy = sqlite_copy,
};

void
sqlite_attach(struct db *d)
{
	d->base.ops = &sqlite_ops;
	if (d->sq)
		(void)sqlite3_wal_hook(d->sq, count_pages, d);
}
