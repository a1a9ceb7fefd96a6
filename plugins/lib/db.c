/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db.c -- which driver asks a database, on a new connection or a kept one.
 *
 * A driver is one file and one entry here. What the configuration may name
 * but this build doesn't have is said as such, instead of "unknown driver".
 *
 * A kept connection that turns out to be gone (the server was started again,
 * or ended what was idle) is opened again once, before anything of the call
 * has run on it; what breaks later is said, and makes the result unknown.
 */
#include "lib/db.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/db_keep.h"

/* All that conf.d may name; without `driver`: not in this build. */
static const struct {
	const char *name;
	const struct db_driver *driver;
} drivers[] = {
	{ "sqlite", &db_sqlite },
#ifdef HAVE_LIBPQ
	{ "postgresql", &db_postgresql },
#else
	{ "postgresql", NULL },
#endif
#ifdef HAVE_ODBC
	{ "odbc", &db_odbc },
#else
	{ "odbc", NULL },
#endif
	{ "bigquery", &db_bigquery },
};

static const char *
member_of(const struct gw_host *host, struct gw_ctx *ctx, const char *option,
    const char *member)
{
	struct buf key CLEANUP_BUF = { 0 };

	buf_addf(&key, "%s.%s", option, member);
	return option_or(host, ctx, buf_str(&key), "");
}

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
	if (i < ARRAY_SIZE(drivers)) {
		if (drivers[i].driver == NULL)
			buf_addf(why, "this build has no driver for %s", name);
		return drivers[i].driver;
	}
	buf_addf(why, "there is no database driver '%s'; known:", name);
	for (i = 0; i < ARRAY_SIZE(drivers); i++)
		buf_addf(why, "%s %s", i > 0 ? "," : "", drivers[i].name);
	return NULL;
}

int32_t
db_plugin_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };
	const struct db_driver *d = find(member_of(host, ctx, "database",
	    "driver"), &why);

	if (d == NULL || (d->check && !d->check(host, ctx, "database", &why)))
		return open_failed(host, ctx, &why);
	*ret_self = (void *)(uintptr_t)host;
	db_keep_enter();
	return GW_OK;
}

void
db_plugin_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	(void)self;
	db_keep_leave();
}

/*----------------------------------------------------------------- opening */

/* What tells this database from all others. */
static void
key_of(const struct db_driver *d, const struct call *c, const char *option,
    struct buf *ret)
{
	const char *const *member;

	buf_addf(ret, "%s\n%s", d->name, member_of(c->host, c->ctx, option,
	    "name"));
	for (member = d->keyed_by; *member; member++)
		buf_addf(ret, "\n%s", member_of(c->host, c->ctx, option,
		    *member));
}

static struct db *
open_new(const struct db_driver *d, const struct call *c, const char *option,
    const char *key, struct buf *why)
{
	struct db *db = d->open(c, option, why);
	bool lost;

	if (db == NULL)
		return NULL;
	db->opened = monotonic_ms();
	db->key = mem_copy(key);
	if (d->begin(db, &lost, why))
		return db;
	d->close(db);
	return NULL;
}

static struct db *
open_kept(const struct db_driver *d, const struct call *c,
    const char *option, struct buf *why)
{
	struct buf key CLEANUP_BUF = { 0 };
	struct db *db;
	bool lost = false;

	key_of(d, c, option, &key);
	db = db_keep_take(buf_str(&key));
	if (db) {
		db->call = c;
		db->billed = 0;
		if (d->begin(db, &lost, why))
			return db;
		d->close(db);
		if (!lost)
			return NULL;
		buf_clear(why);
	}
	return open_new(d, c, option, buf_str(&key), why);
}

struct db *
db_open(const struct call *c, const char *option, struct buf *why)
{
	const struct db_driver *d = find(member_of(c->host, c->ctx, option,
	    "driver"), why);

	if (d == NULL)
		return NULL;
	return d->begin ? open_kept(d, c, option, why) :
	    d->open(c, option, why);
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
	if (db == NULL)
		return;
	if (db->key && db->driver->end(db))
		db_keep_put(db);
	else
		db->driver->close(db);
}

/*-------------------------------------------------------------------- cost */

int64_t
db_budget_left(const struct db *db)
{
	const struct call *c = db->call;
	const char *text = c->host->param(c->ctx, "budget_bytes");
	int64_t bytes = text ? strtoll(text, NULL, 10) : INT64_MAX;

	if (text == NULL)
		return bytes;
	return bytes > db->billed ? bytes - db->billed : 0;
}

/* "1.5 GiB"; exact below a KiB. */
static void
add_size(struct buf *b, int64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB",
		"PiB" };
	double v = (double)bytes;
	size_t i;

	for (i = 0; v >= 1024 && i + 1 < ARRAY_SIZE(units); i++)
		v /= 1024;
	buf_addf(b, i == 0 ? "%.0f %s" : "%.1f %s", v, units[i]);
}

bool
db_affords(const struct db *db, const char *what, int64_t bytes,
    struct buf *why)
{
	int64_t left = db_budget_left(db);

	if (bytes <= left)
		return true;
	buf_addf(why, "budget: %s would read ", what);
	add_size(why, bytes);
	buf_add(why, ", and this call may read ");
	add_size(why, left);
	buf_add(why, db->billed > 0 ? " more" : " (max_bytes_per_day, "
	    "max_bytes_per_query)");
	return false;
}

void
db_billed(struct db *db, int64_t bytes)
{
	const struct call *c = db->call;
	char text[32];

	db->billed += bytes > 0 ? bytes : 0;
	(void)snprintf(text, sizeof text, "%" PRId64, db->billed);
	c->host->evidence(c->ctx, "bytes_billed", text);
}
