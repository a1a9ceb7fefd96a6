/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sql.c -- action `sql`: changes a database.
 *
 * Statements run in one transaction: all of them, or none. Their parameters
 * are bound, by name. That this plugin may change something has to be said
 * where it is used (`allow_write`), whatever the database's role may do.
 *
 * What went wrong before the commit has changed nothing. A commit without an
 * answer may have happened: with `happened`, a query that looks for a trace
 * of the operation, that can be asked, also after a crash. Best is a
 * statement that writes the operation down in the same transaction.
 */
#include "lib/change.h"
#include "lib/strings.h"

enum { ASK_AGAIN_MS = 2000 };

struct self {
	const struct gw_host *host;
	const struct change_driver *driver;
};

static int32_t
sql_call(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;
	struct call c = call_begin(s->host, ctx);
	struct change x CLEANUP_CHANGE = { 0 };
	uint32_t count = s->host->count(ctx, "statements"), i;
	char **list CLEANUP_STRINGS = NULL;
	size_t n = 0;

	change_begin(&x, &c, "database");
	for (i = 0; i < count; i++)
		strings_add(&list, &n, s->host->item(ctx, "statements", i));
	switch (s->driver->run(&x, (const char *const *)list)) {
	case CHANGE_DONE:
		s->host->remark(ctx, "%lld rows changed", (long long)x.rows);
		return GW_OK;
	case CHANGE_NOT:
		return call_failed(&c, x.failure, 0, &x.why);
	case CHANGE_UNKNOWN:
		break;
	}
	return call_unknown(&c, &x.why);
}

static int32_t
sql_probe(struct gw_ctx *ctx, void *self)
{
	struct self *s = self;
	const char *question = s->host->text(ctx, "happened");
	struct call c = call_begin(s->host, ctx);
	bool told, again;

	if (question == NULL)
		return GW_UNKNOWN;
	do {
		struct change x CLEANUP_CHANGE = { 0 };

		change_begin(&x, &c, "database");
		told = s->driver->ask(&x, question);
		if (told && x.answered)
			return GW_OK;
		again = !told && x.failure == GW_F_TRANSIENT;
		if (told)
			buf_add(&x.why, "happened: there is no trace of it");
		s->host->remark(ctx, "%s", buf_str(&x.why));
	} while (again && call_pause(&c, ASK_AGAIN_MS));
	return told ? GW_FAILED : GW_UNKNOWN;
}

static void
sql_close(struct gw_ctx *ctx, void *self)
{
	(void)ctx;
	free(self);
}

static int32_t
sql_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct self *s = mem_new(1, sizeof *s);
	struct buf why CLEANUP_BUF = { 0 };

	s->host = host;
	if (!host->integer(ctx, "allow_write"))
		buf_add(&why, "this changes a database; say allow_write = "
		    "true where that is meant");
	else if (host->count(ctx, "statements") == 0)
		buf_add(&why, "statements is empty: expected at least one");
	else
		s->driver = change_driver(host, ctx, "database", &why);
	if (s->driver) {
		*ret_self = s;
		return GW_OK;
	}
	sql_close(ctx, s);
	return open_failed(host, ctx, &why);
}

static const struct gw_option options[] = {
	{ .name = "database", .type = GW_T_DATABASE, .flags = GW_REQUIRED,
	  .help = "the database to change: SQLite or PostgreSQL" },
	{ .name = "allow_write", .type = GW_T_BOOL, .flags = GW_REQUIRED,
	  .help = "true: it is meant that this changes the database" },
	{ .name = "statements", .type = GW_T_LIST, .flags = GW_REQUIRED,
	  .help = "what to run, in one transaction; parameters are :date, "
	      ":now, :pipeline, :phase, :operation, :attempt, and as JSON "
	      "arrays :missing and :failing" },
	{ .name = "happened", .type = GW_T_STRING,
	  .help = "a query that tells whether :operation has happened: one "
	      "row with a number other than 0" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_ACTION, .name = "sql", .version = "1",
	.summary = "changes a database",
	.options = options, .open = sql_open, .call = sql_call,
	.close = sql_close, .probe = sql_probe
);
