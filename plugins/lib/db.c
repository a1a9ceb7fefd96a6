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

/* All that conf.d may name; without `driver`: not in this build. */
static const struct {
	const char *name;
	const struct db_driver *driver;
} drivers[] = {
	{ "sqlite", &db_sqlite },
#ifdef HAVE_LIBPQ
	{ "postgresql", &db_postgresql }
#else
	{ "postgresql", NULL }
#endif
};

static const struct db_driver *
find(const char *name, struct buf *why)
{
	size_t i;

	if (*name == '\0') {
		buf_add(why, "no database is set; name one with `database`, "
		    "here or in the pipeline");
		return NULL;
	}
	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		if (strcmp(name, drivers[i].name) == 0)
			break;
	if (i == ARRAY_SIZE(drivers))
		buf_addf(why, "there is no database driver '%s'; known: "
		    "sqlite, postgresql", name);
	else if (drivers[i].driver == NULL)
		buf_addf(why, "this build has no driver for %s", name);
	else
		return drivers[i].driver;
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
