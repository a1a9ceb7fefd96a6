/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db_keep.c -- connections that outlive a call.
 *
 * A worker serves one call at a time, of many instances that mostly ask the
 * same database; so it keeps a connection for each database, not for each
 * instance, and a server sees as many as there are workers. This list is the
 * only state that instances of a process share, which is why it is one of
 * the few variables of this program that are static.
 *
 * What is in the list belongs to it and is in no call; what was taken out is
 * the taker's. A connection is known by its driver and all options of its
 * database, so that two databases never meet on one. It isn't kept for good:
 * names resolve anew, rights and passwords change.
 */
#include "lib/db_keep.h"

enum { KEPT_MOST = 4, AGE_MOST_MS = 15 * 60 * 1000 };

struct keep {
	struct db *first;       /* the one used last */
	int entered;
};

static struct keep kept;

static void
drop(struct db *db)
{
	db->driver->close(db);
}

/* Out of the list. */
static struct db *
unlink_at(struct db **p)
{
	struct db *db = *p;

	*p = db->next;
	db->next = NULL;
	return db;
}

static void
drop_old(void)
{
	int64_t now = monotonic_ms();
	struct db **p = &kept.first;

	while (*p) {
		if (now - (*p)->opened > AGE_MOST_MS)
			drop(unlink_at(p));
		else
			p = &(*p)->next;
	}
}

struct db *
db_keep_take(const char *key)
{
	struct db **p;

	drop_old();
	for (p = &kept.first; *p; p = &(*p)->next)
		if (strcmp((*p)->key, key) == 0)
			return unlink_at(p);
	return NULL;
}

void
db_keep_put(struct db *db)
{
	struct db **p = &kept.first;
	int n;

	db->call = NULL;
	db->next = kept.first;
	kept.first = db;
	for (n = 0; *p && n < KEPT_MOST; n++)
		p = &(*p)->next;
	while (*p)
		drop(unlink_at(p));
}

void
db_keep_enter(void)
{
	kept.entered++;
}

void
db_keep_leave(void)
{
	if (--kept.entered > 0)
		return;
	while (kept.first)
		drop(unlink_at(&kept.first));
}
