/* SPDX-License-Identifier: BSD-2-Clause
 *
 * open.c -- opening the journal, or saying why not.
 *
 * The lock comes first and goes last: nothing is read of a journal that
 * another instance may be writing. Then: is there one, is it ours, do we
 * know its schema, is it whole; only then is anything written to it. Each
 * refusal is a sentence for a person, and leaves every byte as it was.
 *
 * A missing journal is made only where none has ever been: not beside a log
 * without its database, and not where the lock file remembers an epoch.
 *
 * Opening ends with a checkpoint: what the log holds is then written and
 * synced anew, instead of trusting an fsync that failed in an earlier life.
 *
 * For looking only, nothing changes: no epoch, no checkpoint, the log stays.
 */
#include "journal/store.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "journal/chain.h"
#include "journal/schema.h"
#include "journal/sqlite.h"

#define CIFS_MAGIC 0xff534d42u
#define SMB2_MAGIC 0xfe534d42u

struct opening {
	const char *dir;
	char *path;             /* DIR/journal.db */
	bool read_only;
	struct text why;
	struct db *d;
};

static void
cleanup_opening(struct opening *o)
{
	free(o->path);
	text_free(&o->why);
	store_close(o->d ? &o->d->base : NULL);
}

/* Locks on a network file system are promises of another machine. */
static int
check_place(struct opening *o)
{
	struct statfs fs;

	if (!o->read_only && mkdir(o->dir, 0750) < 0 && errno != EEXIST) {
		text_addf(&o->why, "cannot create '%s': %s", o->dir,
		    strerror(errno));
		return -errno;
	}
	if (statfs(o->dir, &fs) < 0) {
		text_addf(&o->why, "cannot use '%s': %s", o->dir,
		    strerror(errno));
		return -errno;
	}
	switch ((unsigned int)fs.f_type) {
	case NFS_SUPER_MAGIC:
	case CIFS_MAGIC:
	case SMB2_MAGIC:
		text_addf(&o->why, "'%s' is on a network file system; the "
		    "journal needs a local one", o->dir);
		return -EPROTO;
	default:
		return 0;
	}
}

static int
take_lock(struct opening *o)
{
	char *why CLEANUP_FREE = NULL;
	int r = o->read_only ? lock_share(o->dir, &o->d->lock, &why) :
	    lock_take(o->dir, &o->d->lock, &why);

	if (r < 0)
		text_add(&o->why, why);
	if (r == -EBUSY && o->read_only)
		text_add(&o->why, "; ask it over its socket: "
		    "gatewarden journal check, or journal export");
	return r;
}

static int
missing(struct opening *o)
{
	struct text log CLEANUP_TEXT = { 0 };
	struct stat st;

	text_addf(&log, "%s-wal", o->path);
	if (stat(log.s, &st) == 0 && st.st_size > 0)
		text_addf(&o->why, "'%s' is missing, but its log '%s' is "
		    "there; restore it from a copy", o->path, log.s);
	else if (o->d->lock.epoch > 0)
		text_addf(&o->why, "'%s' is missing, but it was there before "
		    "(epoch %llu); restore it from a copy, or remove '%s' to "
		    "begin anew", o->path,
		    (unsigned long long)o->d->lock.epoch, o->d->lock.path);
	else if (o->read_only)
		text_addf(&o->why, "'%s' is missing", o->path);
	else
		return schema_create(o->dir, &o->why);
	return o->read_only ? -ENOENT : -EIO;
}

/* By stat alone: the file is never opened but by SQLite. */
static int
find_file(struct opening *o)
{
	struct stat st;

	if (stat(o->path, &st) < 0 && errno == ENOENT)
		return missing(o);
	if (stat(o->path, &st) < 0) {
		text_addf(&o->why, "cannot use '%s': %s", o->path,
		    strerror(errno));
		return -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		text_addf(&o->why, "'%s' is not a regular file", o->path);
		return -EPROTO;
	}
	if (st.st_size == 0) {
		text_addf(&o->why, "'%s' is damaged: it is empty; restore it "
		    "from a copy", o->path);
		return -EIO;
	}
	return 0;
}

/* Until take_over the store is one for reading only: a file that isn't ours
 * must not even be checkpointed when it is closed again. */
static int
connect_file(struct opening *o)
{
	struct db *d = o->d;

	if (sqlite3_open_v2(o->path, &d->sq, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return schema_unreadable(d->sq, o->path, &o->why);
	sqlite_attach(d);
	if (schema_configure(d->sq) != SQLITE_OK)
		return schema_unreadable(d->sq, o->path, &o->why);
	if (o->read_only && sqlite3_exec(d->sq, "PRAGMA query_only = 1", NULL,
	    NULL, NULL) != SQLITE_OK)
		return schema_unreadable(d->sq, o->path, &o->why);
	return schema_verify(d->sq, o->path, &d->version, &o->why);
}

/* A check goes on over an event that nobody could go on from. */
static int
set_head(void *arg, const struct stored_event *e)
{
	const struct opening *o = arg;

	o->d->last_seq = e->seq;
	o->d->chain = e->chain;
	return e->e.data || o->read_only ? 0 : -EIO;
}

static int
read_head(struct opening *o)
{
	const struct store_query newest = { .limit = 1, .newest_first = true };
	struct db *d = o->d;
	sqlite3_stmt *st CLEANUP_STMT = NULL;
	int r;

	d->chain = CHAIN_START;
	r = d->base.ops->events(&d->base, &newest, set_head, o);
	if (r == 0 && (sqlite3_prepare_v2(d->sq, "SELECT epoch FROM meta", -1,
	    &st, NULL) != SQLITE_OK || sqlite3_step(st) != SQLITE_ROW))
		r = -EIO;
	if (r == 0)
		d->epoch = (uint64_t)sqlite3_column_int64(st, 0);
	if (r == 0 && d->lock.epoch > d->epoch) {
		text_addf(&o->why, "'%s' is older than it was: it is at epoch "
		    "%llu and the lock file remembers %llu; if it is a "
		    "restored copy, remove '%s'", o->path,
		    (unsigned long long)d->epoch,
		    (unsigned long long)d->lock.epoch, d->lock.path);
		return -EIO;
	}
	if (r < 0)
		text_addf(&o->why, "'%s' is damaged: its newest event cannot "
		    "be read; restore it from a copy", o->path);
	return r;
}

static int
next_epoch(struct db *d)
{
	struct store *s = &d->base;
	int r = s->ops->begin(s);

	if (r == 0 && sqlite3_exec(d->sq, "UPDATE meta SET epoch = epoch + 1",
	    NULL, NULL, NULL) != SQLITE_OK)
		r = db_fail(d, "begin an epoch");
	if (r == 0)
		r = s->ops->commit(s, true);
	if (r < 0)
		s->ops->rollback(s);
	else
		d->epoch++;
	return r;
}

/* Everything up to here only looked. */
static int
take_over(struct opening *o)
{
	struct db *d = o->d;
	int r = 0;

	d->base.read_only = false;
	if (sqlite3_exec(d->sq, "PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = NORMAL", NULL, NULL, NULL) != SQLITE_OK ||
	    schema_upgrade(d->sq, d->version) != SQLITE_OK)
		r = db_fail(d, "set up the journal");
	else
		d->version = SCHEMA_VERSION;
	if (r == 0)
		r = sqlite_checkpoint(d, SQLITE_CHECKPOINT_TRUNCATE);
	if (r == 0)
		r = next_epoch(d);
	if (r < 0) {
		text_addf(&o->why, "'%s': %s", o->path, d->base.failed);
		return r;
	}
	r = lock_stamp(&d->lock, d->epoch);
	if (r < 0)
		text_addf(&o->why, "cannot write '%s': %s", d->lock.path,
		    strerror(-r));
	return r;
}

static int
open_steps(struct opening *o)
{
	int r = check_place(o);

	if (r == 0)
		r = take_lock(o);
	if (r == 0)
		r = find_file(o);
	if (r == 0)
		r = connect_file(o);
	if (r == 0)
		r = read_head(o);
	if (r == 0 && !o->read_only)
		r = take_over(o);
	return r;
}

static int
open_store(const char *dir, bool read_only, struct store **ret,
    char **ret_why)
{
	struct opening o __attribute__((cleanup(cleanup_opening))) = {
		.dir = dir, .read_only = read_only };
	struct text path = { 0 };
	int r;

	*ret_why = NULL;
	text_addf(&path, "%s/journal.db", dir);
	o.path = text_take(&path);
	o.d = calloc(1, sizeof *o.d);
	if (o.d == NULL)
		return -ENOMEM;
	o.d->lock.fd = -1;
	o.d->base.read_only = true;
	sqlite_attach(o.d);
	r = open_steps(&o);
	if (r < 0) {
		*ret_why = text_take(&o.why);
		return r;
	}
	*ret = &TAKE(o.d)->base;
	return 0;
}

int
store_open(const char *dir, struct store **ret, char **ret_why)
{
	return open_store(dir, false, ret, ret_why);
}

int
store_open_readonly(const char *dir, struct store **ret, char **ret_why)
{
	return open_store(dir, true, ret, ret_why);
}
