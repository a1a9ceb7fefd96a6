/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db_postgresql.c -- asking PostgreSQL, and nothing but asking.
 *
 * One transaction per call: repeatable read, so that all queries see the
 * same state, and read only, so that the server itself refuses what would
 * write. What gives no columns is refused before it runs: COMMIT or SET would
 * end that protection. What a function of the operator's does beyond the
 * database is a matter of the role's rights.
 *
 * The connection is kept for the next call. Between two it is in no
 * transaction, and what the last one set, locked or prepared is undone; one
 * on which something went wrong otherwise than by an error of SQL is given
 * up. A server that is gone without a word (a firewall forgot us) costs
 * STALE_MS of the call, not all of its time.
 *
 * Never waits longer than the call has time: connecting, asking and fetching
 * go on without blocking, and the server has the same limit as statement
 * timeout. Rows come one by one, so that a long answer needs no memory.
 *
 * The text is the operator's; :date and :now are bound (pg_params.c), and
 * their types follow from where they stand. The dsn may hold a password and
 * is never shown.
 */
#include <libpq-fe.h>
#include <poll.h>

#include "lib/db.h"
#include "lib/instant.h"
#include "lib/number.h"
#include "lib/pg_params.h"

enum { COLUMNS_MOST = 8, LOOK_MS = 200, STALE_MS = 2000, CLEAN_MS = 1000 };

/* Of the types that are numbers, from the server's catalog. */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23,
	OID_OID = 26, OID_FLOAT4 = 700, OID_FLOAT8 = 701 };

struct postgresql {
	struct db base;
	PGconn *pq;
	bool used;              /* by a call before this one */
	bool asking;            /* a query of the check's runs */
	bool failed;            /* with an error of SQL: nothing follows */
};

static void
free_result(PGresult **r)
{
	PQclear(*r);
}

#define CLEANUP_RESULT CLEANUP(free_result)

static void
keep_quiet(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/*------------------------------------------------------------------ waiting */

/* Until the server has something to say or to take. False: there is no time
 * any more. */
static bool
await(const struct postgresql *s, short events)
{
	struct pollfd p = { .fd = PQsocket(s->pq), .events = events };
	int left;

	while ((left = call_left_int(s->base.call, LOOK_MS)) > 0)
		if (poll(&p, 1, left) > 0)
			return true;
	return false;
}

/* What runs is of no use any more; the server may stop. It connects anew and
 * waits for that, so only where there is something to stop. */
static void
give_up(struct postgresql *s)
{
	PGcancel *cancel = PQgetCancel(s->pq);
	char why[256];

	if (cancel)
		(void)PQcancel(cancel, why, sizeof why);
	PQfreeCancel(cancel);
}

/*-------------------------------------------------------------------- words */

static void
say_ended(const struct postgresql *s, const char *what, struct buf *why)
{
	buf_addf(why, "%s: %s", what, call_ended_why(s->base.call));
}

/* libpq ends its sentences with newlines and begins further lines with
 * blanks: one line of it. */
static void
say_connection(const struct postgresql *s, const char *what,
    struct buf *why)
{
	const char *text = PQerrorMessage(s->pq);

	buf_addf(why, "%s: ", what);
	buf_add_line(why, text, strcspn(text, "\n"), 300);
}

static void
say_result(const struct postgresql *s, const char *what, const PGresult *r,
    struct buf *why)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) :
	    NULL;
	const char *text = r ? PQresultErrorField(r,
	    PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (state && strcmp(state, "57014") == 0 &&
	    call_left(s->base.call) == 0) {
		say_ended(s, what, why);
		return;
	}
	if (text == NULL) {
		say_connection(s, what, why);
		return;
	}
	buf_addf(why, "%s: ", what);
	if (state && strcmp(state, "25006") == 0)
		buf_add(why, "only reading is allowed: ");
	buf_add_line(why, text, strlen(text), 300);
	if (state)
		buf_addf(why, " (SQLSTATE %s)", state);
}

/*------------------------------------------------------------------- asking */

/* The next result; NULL is the end of a request's results, unless `*ret_ok`
 * is false: then there is a sentence. Returns owned. */
static PGresult *
next_result(struct postgresql *s, const char *what, bool *ret_ok,
    struct buf *why)
{
	*ret_ok = true;
	while (PQisBusy(s->pq)) {
		if (!await(s, POLLIN)) {
			say_ended(s, what, why);
			if (s->asking)
				give_up(s);
			*ret_ok = false;
			return NULL;
		}
		if (!PQconsumeInput(s->pq)) {
			say_connection(s, what, why);
			*ret_ok = false;
			return NULL;
		}
	}
	return PQgetResult(s->pq);
}

/* The one result of a request that gives no rows; NULL with a sentence.
 * Returns owned. */
static PGresult *
only_result(struct postgresql *s, const char *what, int sent,
    struct buf *why)
{
	PGresult *last = NULL, *r;
	bool ok = sent == 1;

	if (!ok)
		say_connection(s, what, why);
	while (ok && (r = next_result(s, what, &ok, why))) {
		if (PQresultStatus(r) == PGRES_FATAL_ERROR) {
			if (why->len == 0)
				say_result(s, what, r, why);
		}
		PQclear(last);
		last = r;
	}
	if (ok && why->len == 0)
		return last;
	PQclear(last);
	return NULL;
}

static bool
connected(struct postgresql *s, struct buf *why)
{
	PostgresPollingStatusType want = PGRES_POLLING_WRITING;

	while (want != PGRES_POLLING_OK) {
		if (PQstatus(s->pq) == CONNECTION_BAD ||
		    want == PGRES_POLLING_FAILED) {
			say_connection(s, "cannot connect", why);
			return false;
		}
		if (!await(s, want == PGRES_POLLING_READING ? POLLIN :
		    POLLOUT)) {
			say_ended(s, "cannot connect", why);
			return false;
		}
		want = PQconnectPoll(s->pq);
	}
	return true;
}

static bool
begin(struct postgresql *s, struct buf *why)
{
	struct buf sql CLEANUP_BUF = { 0 };
	PGresult *r CLEANUP_RESULT = NULL;
	long long left = (long long)call_left(s->base.call);

	left = left ? left : 1;
	buf_addf(&sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
	    "SET LOCAL statement_timeout = %lld; "
	    "SET LOCAL idle_in_transaction_session_timeout = %lld; "
	    "SET LOCAL standard_conforming_strings = on", left, left);
	r = only_result(s, "cannot begin", PQsendQuery(s->pq, buf_str(&sql)),
	    why);
	return r != NULL;
}

/* With less time than the call has; true: it has been answered. */
static bool
within(struct postgresql *s, int64_t most_ms, bool (*act)(struct postgresql *,
    struct buf *), struct buf *why)
{
	const struct call *whole = s->base.call;
	struct call brief = *whole;
	int64_t ends = monotonic_ms() + most_ms;
	bool ok;

	if (ends < brief.ends)
		brief.ends = ends;
	s->base.call = &brief;
	ok = act(s, why);
	s->base.call = whole;
	return ok;
}

/* A connection that is new gets all the time that the call has. */
static bool
postgresql_begin(struct db *db, bool *ret_lost, struct buf *why)
{
	struct postgresql *s = (struct postgresql *)db;
	bool ok = s->used ? within(s, STALE_MS, begin, why) : begin(s, why);

	*ret_lost = !ok && s->used && call_left(db->call) > 0;
	s->used = true;
	s->failed = false;
	return ok;
}

/* To the end of a query that failed. What a check didn't want to read to its
 * end may be long: then the connection isn't worth it. */
static bool
drained(struct postgresql *s, struct buf *why)
{
	PGresult *r;
	bool ok = true;

	while (s->failed && (r = next_result(s, "", &ok, why)))
		PQclear(r);
	return ok && PQtransactionStatus(s->pq) != PQTRANS_ACTIVE;
}

/* Settings of the session come back with the transaction; locks that are
 * the session's don't. */
static bool
clean(struct postgresql *s, struct buf *why)
{
	PGresult *back CLEANUP_RESULT = NULL, *none CLEANUP_RESULT = NULL;

	if (!drained(s, why))
		return false;
	back = only_result(s, "", PQsendQuery(s->pq, "ROLLBACK"), why);
	if (back)
		none = only_result(s, "", PQsendQuery(s->pq, "DISCARD ALL"),
		    why);
	return none != NULL;
}

static bool
postgresql_end(struct db *db)
{
	struct postgresql *s = (struct postgresql *)db;
	struct buf why CLEANUP_BUF = { 0 };

	return PQstatus(s->pq) == CONNECTION_OK &&
	    within(s, CLEAN_MS, clean, &why) &&
	    PQtransactionStatus(s->pq) == PQTRANS_IDLE;
}

static void
postgresql_close(struct db *db)
{
	struct postgresql *s = (struct postgresql *)db;

	PQfinish(s->pq);
	free(s->base.key);
	free(s);
}

/* What libpq says of a string that it can't read has parts of it, and one of
 * them may be the password. A word alone is the name of a database. */
static bool
readable(const char *dsn, struct buf *why)
{
	char *error = NULL;
	PQconninfoOption *options;

	if (strpbrk(dsn, "=:") == NULL)
		return true;
	options = PQconninfoParse(dsn, &error);
	if (options == NULL)
		buf_add(why, "cannot connect: its dsn is no connection "
		    "string (\"host=... dbname=...\" or "
		    "\"postgresql://...\")");
	PQconninfoFree(options);
	PQfreemem(error);
	return options != NULL;
}

static struct db *
postgresql_open(const struct call *c, const char *option, struct buf *why)
{
	static const char *const keys[] = { "dbname", "client_encoding",
		"fallback_application_name", NULL };
	struct buf key CLEANUP_BUF = { 0 };
	const char *values[] = { NULL, "UTF8", "gatewarden", NULL };
	struct postgresql *s;

	buf_addf(&key, "%s.dsn", option);
	values[0] = option_or(c->host, c->ctx, buf_str(&key), "");
	if (!pg_dsn_is_clear(values[0], why) || !readable(values[0], why))
		return NULL;
	s = mem_new(1, sizeof *s);
	s->base = (struct db){ .driver = &db_postgresql, .call = c };
	s->pq = PQconnectStartParams(keys, values, 1);
	if (s->pq == NULL)
		abort();
	(void)PQsetNoticeProcessor(s->pq, keep_quiet, NULL);
	if (connected(s, why))
		return &s->base;
	postgresql_close(&s->base);
	return NULL;
}

/* Is it a statement that gives rows, and few columns? */
static bool
prepare(struct postgresql *s, const char *what, const char *sql,
    struct buf *why)
{
	PGresult *made CLEANUP_RESULT = only_result(s, what,
	    PQsendPrepare(s->pq, "", sql, 0, NULL), why);
	PGresult *seen CLEANUP_RESULT = NULL;
	int n;

	if (made == NULL)
		return false;
	seen = only_result(s, what, PQsendDescribePrepared(s->pq, ""), why);
	if (seen == NULL)
		return false;
	n = PQnfields(seen);
	if (n == 0)
		buf_addf(why, "%s: only a SELECT may be asked, and this "
		    "gives no columns", what);
	else if (n > COLUMNS_MOST)
		buf_addf(why, "%s: the query has %d columns", what, n);
	return n > 0 && n <= COLUMNS_MOST;
}

static enum db_type
type_of(const PGresult *r, int i)
{
	switch (PQftype(r, i)) {
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
	case OID_OID:
		return DB_INTEGER;
	case OID_FLOAT4:
	case OID_FLOAT8:
		return DB_REAL;
	case OID_BYTEA:
		return DB_BLOB;
	default:
		return DB_TEXT;
	}
}

static struct db_cell
cell(const PGresult *r, int i)
{
	struct db_cell x = { .type = DB_NULL };

	if (PQgetisnull(r, 0, i))
		return x;
	x.type = type_of(r, i);
	if (x.type == DB_BLOB)
		return x;
	x.text = PQgetvalue(r, 0, i);
	x.len = (size_t)PQgetlength(r, 0, i);
	if (x.type == DB_INTEGER)
		x.integer = strtoll(x.text, NULL, 10);
	if (x.type != DB_TEXT)
		x.real = strtod(x.text, NULL);
	return x;
}

static bool
take(struct postgresql *s, const char *what, const PGresult *r, db_row *row,
    void *arg, struct buf *why)
{
	struct db_cell cells[COLUMNS_MOST];
	int n = PQnfields(r), i;

	switch (PQresultStatus(r)) {
	case PGRES_SINGLE_TUPLE:
		for (i = 0; i < n; i++)
			cells[i] = cell(r, i);
		return row(arg, cells, n, why);
	case PGRES_TUPLES_OK:           /* the end of the rows */
		return true;
	default:
		s->failed = true;
		say_result(s, what, r, why);
		return false;
	}
}

static bool
fetch(struct postgresql *s, const char *what, db_row *row, void *arg,
    struct buf *why)
{
	bool ok = true, going = true;

	while (going) {
		PGresult *r CLEANUP_RESULT = next_result(s, what, &ok, why);

		going = r != NULL;
		if (r && ok)
			ok = take(s, what, r, row, arg, why);
		if (!ok)
			return false;
	}
	return true;
}

static bool
postgresql_query(struct db *db, const char *what, const char *sql,
    db_row *row, void *arg, struct buf *why)
{
	struct postgresql *s = (struct postgresql *)db;
	const struct call *c = s->base.call;
	struct buf text CLEANUP_BUF = { 0 }, wrong CLEANUP_BUF = { 0 };
	const char *values[PG_PARAMS];
	char now[INSTANT_TEXT];
	struct pg_params params;
	bool ok;
	int i;

	if (!pg_params(sql, &params, &text, &wrong)) {
		buf_addf(why, "%s: %s", what, buf_str(&wrong));
		return false;
	}
	for (i = 0; i < params.n; i++)
		values[i] = params.which[i] == PG_DATE ?
		    c->host->param(c->ctx, "date") :
		    instant_format(c->host->now(c->ctx), now);
	if (!prepare(s, what, buf_str(&text), why))
		return false;
	if (!PQsendQueryPrepared(s->pq, "", params.n, values, NULL, NULL,
	    0)) {
		say_connection(s, what, why);
		return false;
	}
	(void)PQsetSingleRowMode(s->pq);
	s->asking = true;
	s->failed = false;
	ok = fetch(s, what, row, arg, why);
	s->asking = false;
	return ok;
}

static const char *const keyed_by[] = { "dsn", NULL };

const struct db_driver db_postgresql = {
	.name = "postgresql", .open = postgresql_open,
	.query = postgresql_query, .close = postgresql_close,
	.begin = postgresql_begin, .end = postgresql_end,
	.keyed_by = keyed_by
};
