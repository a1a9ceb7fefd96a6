/* SPDX-License-Identifier: BSD-2-Clause
 *
 * schema.c -- the tables, their version, and whose file it is.
 *
 * `events` only grows; `rows` holds the newest event of each key and is a
 * fold of it; `outbox` holds messages until the far end took them, with one
 * row in `deliveries` per try; `outputs` keeps what attempts printed;
 * `sequences` how far ids are reserved; `meta` is one row.
 *
 * A journal is told by its application id and version before anything is
 * written to it. One of another program, of a later schema, or with damage
 * is refused with a sentence and left as it is: what looks like an empty
 * journal would mean that nothing was ever started.
 *
 * An earlier schema is brought up to this one when a daemon takes the journal
 * over; for looking only, it is read as it is.
 *
 * A new one is built under another name and renamed, so that a crash at any
 * point leaves none or a whole one, and an empty file is always damage.
 */
#include "journal/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "journal/db.h"

/* Beyond this size the pages are only checked by `journal check`. */
#define QUICK_CHECK_MAX (INT64_C(64) << 20)

static const char schema[] =
"BEGIN IMMEDIATE;"
"CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1),"
" epoch INTEGER NOT NULL) STRICT;"
"INSERT INTO meta (one, epoch) VALUES (1, 0);"
"CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
" kind TEXT NOT NULL, pipeline TEXT, date TEXT, subject TEXT, key TEXT,"
" data TEXT NOT NULL, chain INTEGER NOT NULL) STRICT;"
"CREATE INDEX events_place ON events (pipeline, date)"
" WHERE date IS NOT NULL;"
"CREATE INDEX events_kind ON events (kind);"
"CREATE INDEX events_at ON events (at);"
"CREATE TABLE rows (key TEXT PRIMARY KEY, kind TEXT NOT NULL,"
" seq INTEGER NOT NULL REFERENCES events (seq), at INTEGER NOT NULL,"
" data TEXT NOT NULL, last_seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
"CREATE TABLE outbox (message INTEGER NOT NULL, notifier TEXT NOT NULL,"
" incident INTEGER NOT NULL, seq INTEGER NOT NULL,"
" queued_at INTEGER NOT NULL, next_at INTEGER, tries INTEGER NOT NULL"
" DEFAULT 0, delivered_at INTEGER, gave_up_at INTEGER, reply TEXT,"
" body TEXT NOT NULL, receipt TEXT, PRIMARY KEY (message, notifier),"
" CHECK (delivered_at IS NULL OR gave_up_at IS NULL),"
" CHECK (next_at IS NOT NULL OR delivered_at IS NOT NULL"
"  OR gave_up_at IS NOT NULL)) STRICT, WITHOUT ROWID;"
"CREATE INDEX outbox_pending ON outbox (queued_at, message)"
" WHERE delivered_at IS NULL AND gave_up_at IS NULL;"
"CREATE INDEX outbox_incident ON outbox (incident, message);"
"CREATE TABLE deliveries (message INTEGER NOT NULL, notifier TEXT NOT NULL,"
" try INTEGER NOT NULL, at INTEGER NOT NULL, delivered INTEGER NOT NULL,"
" reply TEXT, PRIMARY KEY (message, notifier, try),"
" FOREIGN KEY (message, notifier) REFERENCES outbox) STRICT, WITHOUT ROWID;"
"CREATE TABLE outputs (attempt INTEGER PRIMARY KEY, bytes BLOB NOT NULL,"
" total INTEGER NOT NULL) STRICT;"
"CREATE TABLE sequences (name TEXT PRIMARY KEY,"
" reserved INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
"COMMIT;";

int
schema_configure(sqlite3 *sq)
{
	static const struct { int what, on; } config[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
	};
	size_t i;
	int rc;

	(void)sqlite3_extended_result_codes(sq, 1);
	for (i = 0; i < ARRAY_SIZE(config); i++) {
		rc = sqlite3_db_config(sq, config[i].what, config[i].on,
		    NULL);
		if (rc != SQLITE_OK)
			return rc;
	}
	return sqlite3_exec(sq, "PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA mmap_size = 0; PRAGMA cell_size_check = 1;"
	    "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;",
	    NULL, NULL, NULL);
}

/*----------------------------------------------------------------- create */

/* A file that SQLite has closed, or a directory. */
static int
sync_path(const char *path)
{
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* An empty file of our own mode, and nothing of an earlier, unfinished
 * creation beside it. */
static int
reserve_file(const char *path)
{
	static const char *const leftovers[] = { "", "-journal", "-wal",
		"-shm" };
	int fd CLEANUP_CLOSE = -1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(leftovers); i++) {
		struct text t CLEANUP_TEXT = { 0 };

		text_addf(&t, "%s%s", path, leftovers[i]);
		if (unlink(text_str(&t)) < 0 && errno != ENOENT)
			return -errno;
	}
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : 0;
}

/* Without syncs: the file is synced once, when it is whole, and after an
 * error it is thrown away, which nobody has to be sure of. */
static int
fill(sqlite3 *sq)
{
	char sql[192];
	int rc = schema_configure(sq);

	(void)snprintf(sql, sizeof sql, "PRAGMA journal_mode = MEMORY;"
	    "PRAGMA synchronous = OFF; PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d;", SCHEMA_APPLICATION, SCHEMA_VERSION);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sq, sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sq, schema, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(sq, "PRAGMA journal_mode = WAL", NULL, NULL,
		    NULL);
	return rc;
}

int
schema_create(const char *dir, struct text *why)
{
	struct text made CLEANUP_TEXT = { 0 }, path CLEANUP_TEXT = { 0 };
	sqlite3 *sq = NULL;
	int r, rc;

	text_addf(&made, "%s/journal.db.new", dir);
	text_addf(&path, "%s/journal.db", dir);
	r = reserve_file(made.s);
	if (r < 0) {
		text_addf(why, "cannot create '%s': %s", made.s,
		    strerror(-r));
		return r;
	}
	rc = sqlite3_open_v2(made.s, &sq, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = fill(sq);
	if (rc != SQLITE_OK)
		text_addf(why, "cannot create '%s': %s", made.s,
		    sqlite3_errmsg(sq));
	r = db_errno(rc);
	rc = sqlite3_close(sq);
	if (r < 0)
		return r;
	r = db_errno(rc);
	if (r == 0)
		r = sync_path(made.s);
	if (r == 0 && rename(made.s, path.s) < 0)
		r = -errno;
	if (r == 0)
		r = sync_path(dir);
	if (r < 0)
		text_addf(why, "cannot create '%s': %s", path.s,
		    strerror(-r));
	return r;
}

/*----------------------------------------------------------------- verify */

static int
read_int(sqlite3 *sq, const char *sql, int64_t *ret)
{
	sqlite3_stmt *st CLEANUP_STMT = NULL;
	int rc = sqlite3_prepare_v2(sq, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(st);
	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
	*ret = sqlite3_column_int64(st, 0);
	return SQLITE_OK;
}

/* `sql` gives "ok" or findings. */
static int
pragma_findings(sqlite3 *sq, const char *sql,
    void (*fn)(void *arg, const char *), void *arg)
{
	sqlite3_stmt *st CLEANUP_STMT = NULL;
	int rc = sqlite3_prepare_v2(sq, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *s = db_text(st, 0);

		if (s && strcmp(s, "ok") != 0)
			fn(arg, s);
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
schema_unreadable(sqlite3 *sq, const char *path, struct text *why)
{
	int rc = sqlite3_extended_errcode(sq);
	int r = db_errno(rc);

	if (r == -EBUSY)
		text_addf(why, "'%s' is held by another program", path);
	else if ((rc & 0xff) == SQLITE_NOTADB)
		text_addf(why, "'%s' is damaged: it is not a database; "
		    "restore it from a copy", path);
	else if ((rc & 0xff) == SQLITE_CORRUPT)
		text_addf(why, "'%s' is damaged: %s; restore it from a copy",
		    path, sqlite3_errmsg(sq));
	else
		text_addf(why, "cannot read '%s': %s", path,
		    sqlite3_errmsg(sq));
	return r < 0 ? r : -EIO;
}

int
schema_integrity(sqlite3 *sq, void (*fn)(void *arg, const char *), void *arg)
{
	int rc = pragma_findings(sq, "PRAGMA integrity_check(20)", fn, arg);

	if (rc == SQLITE_OK)
		rc = pragma_findings(sq, "SELECT \"table\" || ' refers to "
		    "a missing row of ' || parent FROM "
		    "pragma_foreign_key_check LIMIT 20", fn, arg);
	return rc;
}

static void
first_finding(void *arg, const char *s)
{
	struct text *t = arg;

	if (t->len == 0)
		text_add_clean(t, s, strlen(s));
}

static int
verify_pages(sqlite3 *sq, const char *path, struct text *why)
{
	struct text first CLEANUP_TEXT = { 0 };
	struct stat st;
	int rc;

	if (stat(path, &st) < 0 || st.st_size > QUICK_CHECK_MAX)
		return 0;
	rc = pragma_findings(sq, "PRAGMA quick_check(1)", first_finding,
	    &first);
	if (rc != SQLITE_OK)
		return schema_unreadable(sq, path, why);
	if (first.len == 0)
		return 0;
	text_addf(why, "'%s' is damaged: %s; restore it from a copy", path,
	    first.s);
	return -EIO;
}

int
schema_verify(sqlite3 *sq, const char *path, int64_t *ret_version,
    struct text *why)
{
	int64_t application = 0, version = 0;
	int rc = read_int(sq, "PRAGMA application_id", &application);

	if (rc == SQLITE_OK)
		rc = read_int(sq, "PRAGMA user_version", &version);
	if (rc != SQLITE_OK)
		return schema_unreadable(sq, path, why);
	if (application != SCHEMA_APPLICATION) {
		text_addf(why, "'%s' is not a journal: its application id is "
		    "%lld, expected %d", path, (long long)application,
		    SCHEMA_APPLICATION);
		return -EPROTO;
	}
	if (version > SCHEMA_VERSION) {
		text_addf(why, "'%s' was written by a later gatewarden: its "
		    "schema is %lld, this one knows up to %d", path,
		    (long long)version, SCHEMA_VERSION);
		return -EPROTO;
	}
	if (version < 1) {
		text_addf(why, "'%s' has schema %lld, which never was: it is "
		    "damaged; restore it from a copy", path,
		    (long long)version);
		return -EIO;
	}
	*ret_version = version;
	return verify_pages(sq, path, why);
}

/*---------------------------------------------------------------- upgrade */

int
schema_upgrade(sqlite3 *sq, int64_t version)
{
	char sql[192];
	int rc;

	if (version >= SCHEMA_VERSION)
		return SQLITE_OK;
	(void)snprintf(sql, sizeof sql, "BEGIN IMMEDIATE;"
	    "ALTER TABLE outbox ADD COLUMN receipt TEXT;"
	    "PRAGMA user_version = %d; COMMIT;", SCHEMA_VERSION);
	rc = sqlite3_exec(sq, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(sq))
		(void)sqlite3_exec(sq, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}
