/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db.c -- which driver asks a database.
 *
 * A driver is one file and one entry here. What the configuration may name
 * but this build doesn't have is said as such, instead of "unknown driver".
 */
#include "lib/db.h"

static const char *
driver_of(const struct gw_host *host, struct gw_ctx *ctx, const char *option)
{
	struct buf key CLEANUP_BUF = { 0 };

	buf_addf(&key, "%s.driver", option);
	return option_or(host, ctx, buf_str(&key), "");
}

static const struct db_driver *
find(const char *name, struct buf *why)
{
	if (strcmp(name, "sqlite") == 0)
		return &db_sqlite;
	if (*name == '\0')
		buf_add(why, "no database is set; name one with `database`, "
		    "here or in the pipeline");
	else if (strcmp(name, "postgresql") == 0)
		buf_add(why, "this build has no driver for PostgreSQL; it "
		    "can ask SQLite");
	else
		buf_addf(why, "there is no database driver '%s'; known: "
		    "sqlite", name);
	return NULL;
}

int32_t
db_plugin_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (find(driver_of(host, ctx, "database"), &why) == NULL)
		return open_failed(host, ctx, &why);
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

struct db *
db_open(const struct call *c, const char *option, struct buf *why)
{
	const struct db_driver *d = find(driver_of(c->host, c->ctx, option),
	    why);

	return d ? d->open(c, option, why) : NULL;
}

bool
db_query(struct db *db, const char *what, const char *sql, db_row *row,
    void *arg, struct buf *why)
{
	return db->driver->query(db, what, sql, row, arg, why);
}

void
db_close(struct db *db)
{
	if (db)
		db->driver->close(db);
}
