/* SPDX-License-Identifier: BSD-2-Clause
 *
 * schema.h -- the tables, their version, and whose file it is.
 */
#ifndef JOURNAL_SCHEMA_H
#define JOURNAL_SCHEMA_H

#include <sqlite3.h>
#include <stdint.h>

#include "base/text.h"

enum {
	SCHEMA_RECEIPTS = 2,    /* since then, messages have receipts */
	SCHEMA_VERSION = 2,
	SCHEMA_APPLICATION = 0x47574a31         /* "GWJ1" */
};

/* Makes a new journal at DIR/journal.db: built beside and renamed, so that
 * it is there whole or not at all. Returns 0 or -errno with a sentence. */
int schema_create(const char *dir, struct text *why);

/* Is the open file a journal of ours that we understand, and undamaged?
 * Writes nothing. 0; -EPROTO, -EBUSY, -EIO, ... with a sentence. */
int schema_verify(sqlite3 *, const char *path, int64_t *ret_version,
    struct text *why);

/* From an earlier version to this one, in one transaction. Returns an SQLite
 * result code. */
int schema_upgrade(sqlite3 *, int64_t version);

/* Says why the last thing asked of it failed: damaged, held by another
 * program, or the system's error. Returns -errno. */
int schema_unreadable(sqlite3 *, const char *path, struct text *why);

/* The database's own view: pages, references. One finding per call of
 * `fn`. Returns 0 or an SQLite result code. */
int schema_integrity(sqlite3 *, void (*fn)(void *arg, const char *), void *);

/* Settings of a connection that must come before its first reading. */
int schema_configure(sqlite3 *);

#endif
