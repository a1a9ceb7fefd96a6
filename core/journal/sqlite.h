/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sqlite.h -- what open.c needs of sqlite.c.
 */
#ifndef JOURNAL_SQLITE_H
#define JOURNAL_SQLITE_H

#include "journal/db.h"

/* Gives `d` its functions, and its connection, if it has one, the hook that
 * counts pages. Borrows `d` for the connection's life. */
void sqlite_attach(struct db *);

/* Moves the log into the database, SQLITE_CHECKPOINT_*. 0 or -errno, and
 * then the store has failed. */
int sqlite_checkpoint(struct db *, int mode);

#endif
