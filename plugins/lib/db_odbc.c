/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db_odbc.c -- asking whatever has an ODBC driver, and nothing but asking.
 *
 * ODBC promises little, so what protects is layered. A query has to begin as
 * one that reads, to be alone, and to give columns. Everything runs in a
 * transaction that is rolled back. For servers in `dialects` the session
 * itself is set to read only; for others the role's rights are what counts.
 *
 * Statement timeouts are asked of the driver, and at the deadline a second
 * thread cancels, again and again; a driver that heeds neither, or that hangs
 * while connecting, is ended with the process.
 *
 * All data is asked for as characters, which every driver can give and which
 * keeps integers exact; what a driver calls a number and isn't written as one
 * is text. Text comes in pieces, and its length is compared with what was
 * announced. A connection is kept only where a dialect says how to clean it.
 *
 * The connection string may hold a password: it is never shown, nor is a
 * driver's sentence that repeats it.
 */
#include <errno.h>
#include <sql.h>
#include <sqlext.h>
#include <strings.h>

#include "lib/db.h"
#include "lib/instant.h"
#include "lib/odbc_text.h"
#include "lib/pg_params.h"
#include "lib/watch.h"

enum { COLUMNS_MOST = 8, STALE_MS = 2000 };

/* What is known of a server, by what its driver calls it. */
struct dialect {
	const char *dbms;
	const char *read_only;  /* once, before the first transaction */
	const char *probe;      /* answers while the connection lives */
	const char *clean;      /* after a call; NULL: it isn't kept */
};

static const struct dialect dialects[] = {
	/* within savepoints, as psqlodbc has them, a transaction's mode can't
	 * be set any more: so it is the session's */
	{ "PostgreSQL", "SET SESSION CHARACTERISTICS AS TRANSACTION "
	    "ISOLATION LEVEL REPEATABLE READ, READ ONLY", "SELECT 1",
	    "SELECT pg_advisory_unlock_all()" },
	{ "SQLite", "PRAGMA query_only = 1", NULL, NULL },
};

struct odbc {
	struct db base;
	SQLHENV env;
	SQLHDBC dbc;
	SQLHSTMT statement;     /* the one under way, or NULL */
	const struct dialect *dialect;  /* NULL: unknown */
	char *dsn;
	bool connected, used;
};

/*-------------------------------------------------------------------- words */

/* The first thing that the driver says of what failed. */
static void
say(const struct odbc *s, SQLSMALLINT type, SQLHANDLE h, const char *what,
    struct buf *why)
{
	SQLCHAR state[8] = "", text[1024] = "";
	SQLSMALLINT len;
	SQLINTEGER native;
	const char *line = (const char *)text;
	size_t n;

	if (!SQL_SUCCEEDED(SQLGetDiagRec(type, h, 1, state, &native, text,
	    sizeof text, &len)))
		line = "the driver does not say why";
	buf_addf(why, "%s: ", what);
	if (call_left(s->base.call) == 0) {
		buf_add(why, call_ended_why(s->base.call));
		return;
	}
	n = strcspn(line, "\n");
	n -= n > 0 && line[n - 1] == ';';
	if (odbc_repeats_secret(s->dsn, line))
		buf_add(why, "the driver's sentence repeats the password and "
		    "isn't shown");
	else
		buf_add_line(why, line, n, 300);
	if (state[0])
		buf_addf(why, " (SQLSTATE %s)", (const char *)state);
}

static void
say_statement(const struct odbc *s, const char *what, struct buf *why)
{
	say(s, SQL_HANDLE_STMT, s->statement, what, why);
}

/*-------------------------------------------------------------- connecting */

static SQLPOINTER
seconds(int64_t ms)
{
	return (SQLPOINTER)(uintptr_t)((ms + 999) / 1000);
}

static SQLPOINTER
flag(SQLULEN v)
{
	return (SQLPOINTER)(uintptr_t)v;
}

static bool
autocommit(const struct odbc *s, bool on)
{
	return SQL_SUCCEEDED(SQLSetConnectAttr(s->dbc, SQL_ATTR_AUTOCOMMIT,
	    flag(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF), 0));
}

static void
stop(void *arg)
{
	(void)SQLCancel(arg);
}

/* A statement of our own, whose rows don't matter. */
static bool
run(struct odbc *s, const char *sql, int64_t most_ms)
{
	SQLHSTMT st;
	bool ok;

	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, s->dbc, &st)))
		return false;
	(void)SQLSetStmtAttr(st, SQL_ATTR_QUERY_TIMEOUT, seconds(most_ms), 0);
	ok = SQL_SUCCEEDED(SQLExecDirect(st, (SQLCHAR *)(uintptr_t)sql,
	    SQL_NTS));
	(void)SQLFreeHandle(SQL_HANDLE_STMT, st);
	return ok;
}

static void
find_dialect(struct odbc *s)
{
	SQLCHAR name[64] = "";
	size_t i;

	(void)SQLGetInfo(s->dbc, SQL_DBMS_NAME, name, sizeof name, NULL);
	for (i = 0; i < ARRAY_SIZE(dialects); i++)
		if (strcasecmp((const char *)name, dialects[i].dbms) == 0)
			s->dialect = &dialects[i];
}

static void
odbc_close(struct db *db)
{
	struct odbc *s = (struct odbc *)db;

	if (s->connected) {
		(void)SQLEndTran(SQL_HANDLE_DBC, s->dbc, SQL_ROLLBACK);
		(void)SQLDisconnect(s->dbc);
	}
	if (s->dbc)
		(void)SQLFreeHandle(SQL_HANDLE_DBC, s->dbc);
	if (s->env)
		(void)SQLFreeHandle(SQL_HANDLE_ENV, s->env);
	explicit_bzero(s->dsn, strlen(s->dsn));
	free(s->dsn);
	free(s->base.key);
	free(s);
}

static bool
make_handles(struct odbc *s)
{
	return SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE,
	    &s->env)) &&
	    SQL_SUCCEEDED(SQLSetEnvAttr(s->env, SQL_ATTR_ODBC_VERSION,
	    flag(SQL_OV_ODBC3), 0)) &&
	    SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, s->env, &s->dbc));
}

static bool
connect_it(struct odbc *s, struct buf *why)
{
	(void)SQLSetConnectAttr(s->dbc, SQL_ATTR_LOGIN_TIMEOUT,
	    seconds(call_left(s->base.call)), 0);
	(void)SQLSetConnectAttr(s->dbc, SQL_ATTR_ACCESS_MODE,
	    flag(SQL_MODE_READ_ONLY), 0);
	if (!SQL_SUCCEEDED(SQLDriverConnect(s->dbc, NULL, (SQLCHAR *)s->dsn,
	    SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT))) {
		say(s, SQL_HANDLE_DBC, s->dbc, "cannot connect", why);
		return false;
	}
	s->connected = true;
	find_dialect(s);
	if (s->dialect && !run(s, s->dialect->read_only,
	    call_left(s->base.call)))
		buf_add(why, "cannot begin: the session can't be set to read "
		    "only");
	else if (!autocommit(s, false))
		buf_add(why, "cannot begin: the driver has no transactions, "
		    "so that nothing keeps a query from writing");
	return why->len == 0;
}

static struct db *
odbc_open(const struct call *c, const char *option, struct buf *why)
{
	struct buf key CLEANUP_BUF = { 0 };
	struct odbc *s = mem_new(1, sizeof *s);

	buf_addf(&key, "%s.dsn", option);
	s->base = (struct db){ .driver = &db_odbc, .call = c };
	s->dsn = mem_copy(option_or(c->host, c->ctx, buf_str(&key), ""));
	if (!make_handles(s))
		buf_add(why, "cannot connect: no handle from unixODBC");
	else if (connect_it(s, why))
		return &s->base;
	odbc_close(&s->base);
	return NULL;
}

/*------------------------------------------------------- from call to call */

static bool
odbc_begin(struct db *db, bool *ret_lost, struct buf *why)
{
	struct odbc *s = (struct odbc *)db;
	bool ok = !s->used || run(s, s->dialect->probe, STALE_MS);

	*ret_lost = !ok;
	if (!ok)
		buf_add(why, "the connection is gone");
	s->used = true;
	return ok;
}

static bool
odbc_end(struct db *db)
{
	struct odbc *s = (struct odbc *)db;

	return s->dialect && s->dialect->clean && call_left(db->call) > 0 &&
	    SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, s->dbc, SQL_ROLLBACK)) &&
	    run(s, s->dialect->clean, STALE_MS) &&
	    SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, s->dbc, SQL_ROLLBACK));
}

/*------------------------------------------------------------------- asking */

/* Bound as text, whatever the place; the server makes of it what is there. */
struct bound {
	char now[INSTANT_TEXT];
	SQLLEN length[PG_MARKS];
};

static bool
bind(struct odbc *s, const struct pg_params *x, struct bound *b)
{
	const struct call *c = s->base.call;
	const char *date = c->host->param(c->ctx, "date");
	int i;

	(void)instant_format(c->host->now(c->ctx), b->now);
	date = date ? date : "";
	for (i = 0; i < x->n; i++) {
		const char *v = x->which[i] == PG_DATE ? date : b->now;
		size_t n = strlen(v);

		b->length[i] = (SQLLEN)n;
		if (!SQL_SUCCEEDED(SQLBindParameter(s->statement,
		    (SQLUSMALLINT)(i + 1), SQL_PARAM_INPUT, SQL_C_CHAR,
		    SQL_VARCHAR, n ? n : 1, 0, (SQLPOINTER)(uintptr_t)v,
		    (SQLLEN)n, &b->length[i])))
			return false;
	}
	return true;
}

/* Is it a statement that gives rows, few columns, and has our parameters
 * and no others? */
static bool
prepare(struct odbc *s, const char *what, const char *sql, int n_params,
    SQLSMALLINT *ret_columns, struct buf *why)
{
	SQLSMALLINT n = 0, params = 0;

	if (!SQL_SUCCEEDED(SQLPrepare(s->statement, (SQLCHAR *)(uintptr_t)sql,
	    SQL_NTS)) ||
	    !SQL_SUCCEEDED(SQLNumResultCols(s->statement, &n)) ||
	    !SQL_SUCCEEDED(SQLNumParams(s->statement, &params)))
		say_statement(s, what, why);
	else if (n <= 0)
		buf_addf(why, "%s: only a SELECT may be asked, and this "
		    "gives no columns", what);
	else if (n > COLUMNS_MOST)
		buf_addf(why, "%s: the query has %d columns", what, n);
	else if (params != n_params)
		buf_addf(why, "%s: the driver sees %d parameters where there "
		    "are %d: a string or name is quoted otherwise than in "
		    "standard SQL", what, params, n_params);
	*ret_columns = n;
	return why->len == 0;
}

static bool
take(struct odbc *s, const char *what, int n, db_row *row, void *arg,
    struct buf *why)
{
	struct db_cell cells[COLUMNS_MOST];
	struct buf texts[COLUMNS_MOST] = { { 0 } };
	bool ok = true;
	int i;

	for (i = 0; i < n && ok; i++) {
		int r = odbc_cell(s->statement, i + 1, &texts[i], &cells[i]);

		ok = r == 0;
		if (r == -EIO)
			say_statement(s, what, why);
		else if (r < 0)
			buf_addf(why, "%s: column %d %s", what, i + 1,
			    r == -E2BIG ? "is longer than 16 MiB" :
			    "has another length than was announced");
	}
	ok = ok && row(arg, cells, n, why);
	for (i = 0; i < n; i++)
		buf_free(&texts[i]);
	return ok;
}

static bool
fetch(struct odbc *s, const char *what, int n, db_row *row, void *arg,
    struct buf *why)
{
	SQLRETURN r;

	while (SQL_SUCCEEDED(r = SQLFetch(s->statement)))
		if (!take(s, what, n, row, arg, why))
			return false;
	if (r != SQL_NO_DATA || call_left(s->base.call) == 0) {
		say_statement(s, what, why);
		return false;
	}
	return true;
}

static bool
ask(struct odbc *s, const char *what, const char *sql,
    const struct pg_params *x, db_row *row, void *arg, struct buf *why)
{
	struct watch *w CLEANUP_WATCH = watch_begin(s->base.call, stop,
	    s->statement);
	struct bound bound;
	SQLSMALLINT n;

	(void)w;
	(void)SQLSetStmtAttr(s->statement, SQL_ATTR_QUERY_TIMEOUT,
	    seconds(call_left(s->base.call)), 0);
	if (!prepare(s, what, sql, x->n, &n, why))
		return false;
	if (!bind(s, x, &bound) || !SQL_SUCCEEDED(SQLExecute(s->statement)))
	{
		say_statement(s, what, why);
		return false;
	}
	return fetch(s, what, n, row, arg, why);
}

static bool
odbc_query(struct db *db, const char *what, const char *sql, db_row *row,
    void *arg, struct buf *why)
{
	struct odbc *s = (struct odbc *)db;
	struct buf text CLEANUP_BUF = { 0 }, wrong CLEANUP_BUF = { 0 };
	struct pg_params params;
	bool ok;

	if (!mark_params(sql, &params, &text, &wrong)) {
		buf_addf(why, "%s: %s", what, buf_str(&wrong));
		return false;
	}
	if (!odbc_reads(buf_str(&text))) {
		buf_addf(why, "%s: only a SELECT may be asked: begin with "
		    "SELECT, WITH or VALUES", what);
		return false;
	}
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, s->dbc,
	    &s->statement))) {
		say(s, SQL_HANDLE_DBC, s->dbc, what, why);
		return false;
	}
	ok = ask(s, what, buf_str(&text), &params, row, arg, why);
	(void)SQLFreeHandle(SQL_HANDLE_STMT, s->statement);
	s->statement = NULL;
	return ok;
}

static const char *const keyed_by[] = { "dsn", NULL };

const struct db_driver db_odbc = {
	.name = "odbc", .open = odbc_open, .query = odbc_query,
	.close = odbc_close, .begin = odbc_begin, .end = odbc_end,
	.keyed_by = keyed_by
};
