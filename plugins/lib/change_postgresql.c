/* SPDX-License-Identifier: BSD-2-Clause
 *
 * change_postgresql.c -- changing a database of PostgreSQL.
 *
 * A connection of its own for each call, one transaction on it. A statement
 * that ends the transaction is found by its state and refused from there on.
 * Until the commit is sent, whatever goes wrong has changed nothing; when it
 * was sent and has no answer, nobody knows, and that is said.
 *
 * Never waits longer than the call has time, and the server has the same
 * limit. The dsn may hold a password and is never shown.
 */
#include <libpq-fe.h>
#include <poll.h>

#include "lib/change.h"
#include "lib/pg_params.h"

enum { LOOK_MS = 200 };

static void
free_result(PGresult **r)
{
	PQclear(*r);
}

#define CLEANUP_RESULT CLEANUP(free_result)

static void
finish(PGconn **pq)
{
	PQfinish(*pq);
}

static void
keep_quiet(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/*------------------------------------------------------------------ waiting */

static bool
await(const struct change *x, PGconn *pq, short events)
{
	struct pollfd p = { .fd = PQsocket(pq), .events = events };
	int left;

	while ((left = call_left_int(x->call, LOOK_MS)) > 0)
		if (poll(&p, 1, left) > 0)
			return true;
	return false;
}

static bool
starts_with(const char *s, const char *what)
{
	return strncmp(s, what, strlen(what)) == 0;
}

/* Of SQLSTATE, by its class or the whole. */
static int32_t
class_of(const char *state)
{
	static const char *const transient[] = { "08", "53", "57", "40",
		"55P03", "58", "25P0", "XX" };
	static const char *const config[] = { "28", "3D", "42501", "25006" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(config); i++)
		if (starts_with(state, config[i]))
			return GW_F_CONFIG;
	for (i = 0; i < ARRAY_SIZE(transient); i++)
		if (starts_with(state, transient[i]))
			return GW_F_TRANSIENT;
	return GW_F_PERMANENT;
}

/* Without a result: of the connection. */
static enum change_end
failed(struct change *x, PGconn *pq, const char *what, const PGresult *r)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) :
	    NULL;
	const char *text = r ? PQresultErrorField(r,
	    PG_DIAG_MESSAGE_PRIMARY) : NULL;

	buf_addf(&x->why, "%s: ", what);
	if (text == NULL)
		text = PQerrorMessage(pq);
	if (call_left(x->call) == 0)
		buf_add(&x->why, call_ended_why(x->call));
	else
		buf_add_line(&x->why, text, strcspn(text, "\n"), 300);
	if (state)
		buf_addf(&x->why, " (SQLSTATE %s)", state);
	return change_not(x, state ? class_of(state) : GW_F_TRANSIENT);
}

static bool
is_copy(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);

	return s == PGRES_COPY_IN || s == PGRES_COPY_OUT ||
	    s == PGRES_COPY_BOTH;
}

/* The one result of what was sent; NULL: it doesn't come. */
static PGresult *
result(const struct change *x, PGconn *pq)
{
	PGresult *last = NULL, *r;

	for (;;) {
		while (PQisBusy(pq))
			if (!await(x, pq, POLLIN) || !PQconsumeInput(pq)) {
				PQclear(last);
				return NULL;
			}
		r = PQgetResult(pq);
		if (r == NULL)
			return last;
		PQclear(last);
		last = r;
		if (is_copy(r))         /* which has no end of itself */
			return last;
	}
}

static bool
is_good(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);

	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

static enum change_end
command(struct change *x, PGconn *pq, const char *what, const char *sql)
{
	PGresult *r CLEANUP_RESULT = PQsendQuery(pq, sql) ? result(x, pq) :
	    NULL;

	return is_good(r) ? CHANGE_DONE : failed(x, pq, what, r);
}

/*--------------------------------------------------------------- connecting */

/* What libpq says of a dsn that it can't read has parts of it. */
static bool
readable(struct change *x, const char *dsn)
{
	char *error = NULL;
	PQconninfoOption *options;

	x->failure = GW_F_CONFIG;
	if (!pg_dsn_is_clear(dsn, &x->why))
		return false;
	if (strpbrk(dsn, "=:") == NULL)
		return true;
	options = PQconninfoParse(dsn, &error);
	PQconninfoFree(options);
	PQfreemem(error);
	if (options == NULL)
		buf_add(&x->why, "cannot connect: its dsn is no connection "
		    "string");
	return options != NULL;
}

static bool
connected(const struct change *x, PGconn *pq)
{
	PostgresPollingStatusType want = PGRES_POLLING_WRITING;

	while (want != PGRES_POLLING_OK) {
		if (PQstatus(pq) == CONNECTION_BAD ||
		    want == PGRES_POLLING_FAILED ||
		    !await(x, pq, want == PGRES_POLLING_READING ? POLLIN :
		    POLLOUT))
			return false;
		want = PQconnectPoll(pq);
	}
	return true;
}

static PGconn *
begin(struct change *x, const char *mode)
{
	static const char *const keys[] = { "dbname", "client_encoding",
		"fallback_application_name", NULL };
	const char *values[] = { NULL, "UTF8", "gatewarden", NULL };
	struct buf key CLEANUP_BUF = { 0 }, sql CLEANUP_BUF = { 0 };
	long long left = (long long)call_left(x->call);
	PGconn *pq;

	buf_addf(&key, "%s.dsn", x->option);
	values[0] = option_or(x->call->host, x->call->ctx, buf_str(&key), "");
	if (!readable(x, values[0]))
		return NULL;
	pq = PQconnectStartParams(keys, values, 1);
	if (pq == NULL)
		abort();
	(void)PQsetNoticeProcessor(pq, keep_quiet, NULL);
	buf_addf(&sql, "BEGIN %s; SET LOCAL statement_timeout = %lld; "
	    "SET LOCAL idle_in_transaction_session_timeout = %lld; "
	    "SET LOCAL standard_conforming_strings = on", mode,
	    left ? left : 1, left ? left : 1);
	if (!connected(x, pq))
		(void)failed(x, pq, "cannot connect", NULL);
	else if (command(x, pq, "cannot begin", buf_str(&sql)) ==
	    CHANGE_DONE)
		return pq;
	PQfinish(pq);
	return NULL;
}

/*------------------------------------------------------------------ running */

/* Sends one statement with its values; NULL with a sentence. */
static PGresult *
execute(struct change *x, PGconn *pq, const char *what, const char *sql)
{
	struct buf text CLEANUP_BUF = { 0 }, wrong CLEANUP_BUF = { 0 };
	const char *values[CHANGE_PARAMS];
	struct pg_params params;
	PGresult *r;
	int i;

	x->failure = GW_F_CONFIG;
	if (!named_params(sql, change_names, &params, &text, &wrong)) {
		buf_addf(&x->why, "%s: %s", what, buf_str(&wrong));
		return NULL;
	}
	for (i = 0; i < params.n; i++) {
		values[i] = x->values[params.which[i]];
		if (values[i] == NULL) {
			buf_addf(&x->why, "%s: this run has no %s", what,
			    change_names[params.which[i]]);
			return NULL;
		}
	}
	r = PQsendQueryParams(pq, buf_str(&text), params.n, NULL, values,
	    NULL, NULL, 0) ? result(x, pq) : NULL;
	if (is_good(r))
		return r;
	if (is_copy(r))
		buf_addf(&x->why, "%s: COPY with a client changes nothing "
		    "here", what);
	else
		(void)failed(x, pq, what, r);
	PQclear(r);
	return NULL;
}

static enum change_end
run_one(struct change *x, PGconn *pq, const char *what, const char *sql)
{
	PGresult *r CLEANUP_RESULT = execute(x, pq, what, sql);

	if (r == NULL)
		return CHANGE_NOT;
	x->rows += strtoll(PQcmdTuples(r), NULL, 10);
	if (PQtransactionStatus(pq) == PQTRANS_INTRANS)
		return CHANGE_DONE;
	buf_addf(&x->why, "%s: a statement may not end the transaction",
	    what);
	return change_not(x, GW_F_CONFIG);
}

static enum change_end
commit(struct change *x, PGconn *pq)
{
	PGresult *r CLEANUP_RESULT = PQsendQuery(pq, "COMMIT") ?
	    result(x, pq) : NULL;

	if (is_good(r) && strcmp(PQcmdStatus(r), "COMMIT") == 0)
		return CHANGE_DONE;
	/* a deferred constraint, say */
	if (r && PQresultErrorField(r, PG_DIAG_SQLSTATE) &&
	    PQstatus(pq) == CONNECTION_OK)
		return failed(x, pq, "cannot commit", r);
	buf_add(&x->why, "the commit got no answer; it may have happened");
	return CHANGE_UNKNOWN;
}

static enum change_end
postgresql_run(struct change *x, const char *const *statements)
{
	PGconn *pq CLEANUP(finish) = begin(x, "READ WRITE");
	enum change_end end = CHANGE_DONE;
	int i;

	if (pq == NULL)
		return CHANGE_NOT;
	for (i = 0; statements[i] && end == CHANGE_DONE; i++) {
		struct buf what CLEANUP_BUF = { 0 };

		buf_addf(&what, "statement %d", i + 1);
		end = run_one(x, pq, buf_str(&what), statements[i]);
	}
	return end == CHANGE_DONE ? commit(x, pq) : end;
}

static bool
postgresql_ask(struct change *x, const char *question)
{
	PGconn *pq CLEANUP(finish) = begin(x, "READ ONLY");
	PGresult *r CLEANUP_RESULT = pq ? execute(x, pq, "happened",
	    question) : NULL;

	if (r == NULL)
		return false;
	if (PQnfields(r) != 1) {
		buf_add(&x->why, "happened: expected a SELECT of one column");
		return false;
	}
	return change_answer(x, PQntuples(r) > 0 && !PQgetisnull(r, 0, 0) ?
	    PQgetvalue(r, 0, 0) : NULL);
}

const struct change_driver change_postgresql = {
	.name = "postgresql", .run = postgresql_run, .ask = postgresql_ask
};
