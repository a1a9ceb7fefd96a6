/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sql.c -- check `sql`: one number, or a value and what was expected.
 *
 * Each query has to give exactly one row with exactly one number. No row,
 * NULL, or text that is no number is "could not tell", with the reason: it
 * is never zero. count(*) gives 0 by itself where there is nothing.
 *
 * Both queries see the same state of the data, and a count is exact up to
 * 2^53; beyond that it is refused.
 */
#include <math.h>

#include "lib/db.h"
#include "lib/number.h"

/* What came of a query so far. */
struct number {
	const char *what;
	double v;
	int rows;
};

static bool
read_cell(struct number *n, const struct db_cell *c, struct buf *why)
{
	switch (c->type) {
	case DB_NULL:
		buf_addf(why, "%s: the query gave NULL, which is no number; "
		    "count(*) or coalesce() would give one", n->what);
		return false;
	case DB_INTEGER:
		/* as a double it may look exact, and be another one */
		n->v = (double)c->integer;
		if (c->integer <= (int64_t)NUMBER_EXACT &&
		    c->integer >= -(int64_t)NUMBER_EXACT)
			return true;
		buf_addf(why, "%s: the query gave %lld, which can't be "
		    "counted exactly", n->what, (long long)c->integer);
		return false;
	case DB_REAL:
		n->v = c->real;
		break;
	case DB_TEXT:
		if (number_parse(c->text, c->len, &n->v))
			break;
		buf_addf(why, "%s: the query gave the text '", n->what);
		buf_add_line(why, c->text, c->len, 60);
		buf_add(why, "', which is no number");
		return false;
	case DB_BLOB:
		buf_addf(why, "%s: the query gave a BLOB, which is no "
		    "number", n->what);
		return false;
	}
	if (isfinite(n->v) && fabs(n->v) <= NUMBER_EXACT)
		return true;
	buf_addf(why, "%s: the query gave %g, which can't be counted "
	    "exactly", n->what, n->v);
	return false;
}

static bool
take_row(void *arg, const struct db_cell *cells, int n_cells,
    struct buf *why)
{
	struct number *n = arg;

	if (n_cells != 1) {
		buf_addf(why, "%s: the query has %d columns, expected one "
		    "number", n->what, n_cells);
		return false;
	}
	if (++n->rows > 1) {
		buf_addf(why, "%s: the query gave more than one row, "
		    "expected one number", n->what);
		return false;
	}
	return read_cell(n, cells, why);
}

/* The option `what` is the query. */
static bool
ask(const struct call *c, struct db *db, const char *what, double *ret,
    struct buf *why)
{
	struct number n = { .what = what };

	if (!db_query(db, what, c->host->text(c->ctx, what), take_row, &n,
	    why))
		return false;
	if (n.rows == 0) {
		buf_addf(why, "%s: the query gave no row, expected one "
		    "number", what);
		return false;
	}
	*ret = n.v;
	return true;
}

static int32_t
sql_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	struct buf why CLEANUP_BUF = { 0 };
	struct db *db CLEANUP_DB = db_open(&c, "database", &why);
	bool two = c.host->text(ctx, "expected") != NULL;
	double value, expected = 0;

	if (db == NULL || !ask(&c, db, "value", &value, &why) ||
	    (two && !ask(&c, db, "expected", &expected, &why)))
		return call_unknown(&c, &why);
	c.host->value(ctx, value);
	if (two)
		c.host->expected(ctx, expected);
	c.host->evidence(ctx, "database",
	    option_or(c.host, ctx, "database.name", "database"));
	return GW_OK;
}

static const struct gw_option options[] = {
	{ .name = "database", .type = GW_T_DATABASE, .flags = GW_REQUIRED,
	  .help = "the database to ask" },
	{ .name = "value", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the query for what is there: one row, one number; :date "
	      "and :now are its parameters" },
	{ .name = "expected", .type = GW_T_STRING,
	  .help = "the query for what there should be" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_CHECK, .name = "sql", .version = "1",
	.summary = "one number from a query, or a value and what was expected",
	.options = options, .open = db_plugin_open, .call = sql_call,
	.close = db_plugin_close
);
