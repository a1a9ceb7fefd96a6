/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db_keep.h -- connections that outlive a call. For db.c alone.
 */
#ifndef PLUGIN_LIB_DB_KEEP_H
#define PLUGIN_LIB_DB_KEEP_H

#include "lib/db.h"

/* One that was kept for these options, which is the caller's now, or NULL. */
struct db *db_keep_take(const char *key);
/* Takes one that has no call any more; closes the one least used when there
 * are too many. */
void db_keep_put(struct db *);

/* Instances that may come back for one: the last to go closes all. */
void db_keep_enter(void);
void db_keep_leave(void);

#endif
