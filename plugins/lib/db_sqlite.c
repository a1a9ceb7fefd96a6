/* SPDX-License-Identifier: BSD-2-Clause
 *
 * db_sqlite.c -- asking a SQLite file, and nothing but asking.
 *
 * Opened read-only; on top of that an authorizer lets a statement SELECT and
 * nothing else, so that ATTACH, PRAGMA and the like, which SQLite counts as
 * reading, are refused with their name. One transaction spans all queries of
 * a connection.
 *
 * A lock of somebody else is waited for as long as the call has time, and a
 * query that takes longer is interrupted: both by asking the call, never by
 * a fixed number of seconds.
 *
 * The text is the operator's; :date and :now are bound, always as text.
 * Any other parameter would silently be NULL and is refused.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>

#include "lib/db.h"
#include "lib/instant.h"

enum { PROGRESS_STEPS = 2000, BUSY_WAIT_MS = 10, COLUMNS_MOST = 8 };

struct sqlite {
	struct db base;
	sqlite3 *sq;
	char *path;
	const char *refused;    /* what the authorizer denied last; static */
};

static int
progress(void *arg)
{
	const struct sqlite *s = arg;

	return call_left(s->base.call) == 0;
}

static int
busy(void *arg, int times)
{
	const struct sqlite *s = arg;
	struct timespec pause = { .tv_nsec = BUSY_WAIT_MS * 1000000L };

	(void)times;
	if (call_left(s->base.call) <= BUSY_WAIT_MS)
		return 0;
	(void)nanosleep(&pause, NULL);
	return 1;
}

static const char *
action_name(int action)
{
	switch (action) {
	case SQLITE_PRAGMA:
		return "PRAGMA";
	case SQLITE_ATTACH:
		return "ATTACH";
	case SQLITE_DETACH:
		return "DETACH";
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return "a transaction";
	case SQLITE_FUNCTION:
		return "load_extension";
	case SQLITE_INSERT:
		return "INSERT";
	case SQLITE_UPDATE:
		return "UPDATE";
	case SQLITE_DELETE:
		return "DELETE";
	default:
		return "a statement that changes something";
	}
}

static int
authorize(void *arg, int action, const char *a, const char *b,
    const char *c, const char *d)
{
	struct sqlite *s = arg;

	(void)c;
	(void)d;
	/* how table-valued functions declare their columns; what would change
	 * the schema is no reading statement and is found by that */
	if (a && strcmp(a, "sqlite_master") == 0)
		return SQLITE_OK;
	if (action == SQLITE_SELECT || action == SQLITE_READ ||
	    action == SQLITE_RECURSIVE ||
	    (action == SQLITE_FUNCTION && b &&
	    sqlite3_stricmp(b, "load_extension") != 0))
		return SQLITE_OK;
	s->refused = action_name(action);
	return SQLITE_DENY;
}

static void
sqlite_close(struct db *db)
{
	struct sqlite *s = (struct sqlite *)db;

	(void)sqlite3_close(s->sq);
	free(s->path);
	free(s);
}

/* What SQLite says, or that there was no more time. */
static void
say_error(struct sqlite *s, const char *what, struct buf *why)
{
	const char *text = s->sq ? sqlite3_errmsg(s->sq) : "out of memory";
	int code = s->sq ? sqlite3_errcode(s->sq) : SQLITE_NOMEM;

	buf_addf(why, "%s: ", what);
	if (s->refused) {
		buf_addf(why, "only a SELECT may be asked, and this is %s",
		    s->refused);
		return;
	}
	if (code == SQLITE_INTERRUPT) {
		buf_add(why, call_ended_why(s->base.call));
		return;
	}
	buf_add_line(why, text, strlen(text), 300);
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		buf_addf(why, " by somebody else; %s",
		    call_left(s->base.call) <= BUSY_WAIT_MS ?
		    "waited until the deadline" : "did not wait");
}

static bool
prepare_connection(struct sqlite *s)
{
	(void)sqlite3_extended_result_codes(s->sq, 0);
	(void)sqlite3_db_config(s->sq, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(s->sq, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_limit(s->sq, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_busy_handler(s->sq, busy, s);
	sqlite3_progress_handler(s->sq, PROGRESS_STEPS, progress, s);
	if (sqlite3_exec(s->sq, "PRAGMA query_only = 1; BEGIN", NULL, NULL,
	    NULL) != SQLITE_OK)
		return false;
	return sqlite3_set_authorizer(s->sq, authorize, s) == SQLITE_OK;
}

static struct db *
sqlite_open(const struct call *c, const char *option, struct buf *why)
{
	struct buf key CLEANUP_BUF = { 0 };
	struct buf what CLEANUP_BUF = { 0 };
	struct sqlite *s = mem_new(1, sizeof *s);

	buf_addf(&key, "%s.path", option);
	s->base = (struct db){ .driver = &db_sqlite, .call = c };
	s->path = mem_copy(option_or(c->host, c->ctx, buf_str(&key), ""));
	if (*s->path == '\0') {
		buf_add(why, "the database has no `path`");
	} else if (sqlite3_open_v2(s->path, &s->sq, SQLITE_OPEN_READONLY,
	    NULL) == SQLITE_OK && prepare_connection(s)) {
		return &s->base;
	} else {
		buf_addf(&what, "cannot open %s", s->path);
		say_error(s, buf_str(&what), why);
	}
	sqlite_close(&s->base);
	return NULL;
}

/*------------------------------------------------------------------ asking */

static void
free_statement(sqlite3_stmt **st)
{
	(void)sqlite3_finalize(*st);
}

/* True: nothing but blanks and comments follow the statement. */
static bool
ends_there(struct sqlite *s, const char *tail)
{
	sqlite3_stmt *st CLEANUP(free_statement) = NULL;

	while (*tail) {
		if (sqlite3_prepare_v2(s->sq, tail, -1, &st, &tail) !=
		    SQLITE_OK || st)
			return false;
	}
	return true;
}

static bool
compile(struct sqlite *s, const char *what, const char *sql,
    sqlite3_stmt **ret, struct buf *why)
{
	const char *tail;

	s->refused = NULL;
	if (sqlite3_prepare_v2(s->sq, sql, -1, ret, &tail) != SQLITE_OK) {
		say_error(s, what, why);
		return false;
	}
	if (*ret == NULL)
		buf_addf(why, "%s: the query is empty", what);
	else if (!ends_there(s, tail))
		buf_addf(why, "%s: expected one statement, and something "
		    "follows it", what);
	else if (sqlite3_stmt_isexplain(*ret))
		buf_addf(why, "%s: only a SELECT may be asked, and this is "
		    "EXPLAIN", what);
	else if (!sqlite3_stmt_readonly(*ret))
		buf_addf(why, "%s: only a SELECT may be asked", what);
	else
		return true;
	return false;
}

static bool
bind(struct sqlite *s, const char *what, sqlite3_stmt *st, struct buf *why)
{
	const struct call *c = s->base.call;
	const char *date = c->host->param(c->ctx, "date"), *name;
	char now[INSTANT_TEXT];
	int n = sqlite3_bind_parameter_count(st), i;

	(void)instant_format(c->host->now(c->ctx), now);
	for (i = 1; i <= n; i++) {
		name = sqlite3_bind_parameter_name(st, i);
		if (name && strcmp(name, ":date") == 0 && date) {
			(void)sqlite3_bind_text(st, i, date, -1,
			    SQLITE_TRANSIENT);
		} else if (name && strcmp(name, ":now") == 0) {
			(void)sqlite3_bind_text(st, i, now, -1,
			    SQLITE_TRANSIENT);
		} else {
			buf_addf(why, "%s: the parameter %s is unknown; "
			    "there are :date and :now", what,
			    name ? name : "?");
			return false;
		}
	}
	return true;
}

static struct db_cell
cell(sqlite3_stmt *st, int i)
{
	struct db_cell x = { .type = DB_NULL };

	switch (sqlite3_column_type(st, i)) {
	case SQLITE_INTEGER:
		x.type = DB_INTEGER;
		break;
	case SQLITE_FLOAT:
		x.type = DB_REAL;
		break;
	case SQLITE_TEXT:
		x.type = DB_TEXT;
		break;
	case SQLITE_BLOB:
		x.type = DB_BLOB;
		return x;
	default:
		return x;
	}
	x.integer = sqlite3_column_int64(st, i);
	x.real = sqlite3_column_double(st, i);
	x.text = (const char *)sqlite3_column_text(st, i);
	x.len = (size_t)sqlite3_column_bytes(st, i);
	if (x.text == NULL)
		abort();
	return x;
}

static bool
rows(struct sqlite *s, const char *what, sqlite3_stmt *st, db_row *row,
    void *arg, struct buf *why)
{
	struct db_cell cells[COLUMNS_MOST];
	int n = sqlite3_column_count(st), i, r;

	while ((r = sqlite3_step(st)) == SQLITE_ROW) {
		for (i = 0; i < n; i++)
			cells[i] = cell(st, i);
		if (!row(arg, cells, n, why))
			return false;
	}
	if (r != SQLITE_DONE)
		say_error(s, what, why);
	return r == SQLITE_DONE;
}

static bool
sqlite_query(struct db *db, const char *what, const char *sql, db_row *row,
    void *arg, struct buf *why)
{
	struct sqlite *s = (struct sqlite *)db;
	sqlite3_stmt *st CLEANUP(free_statement) = NULL;

	if (!compile(s, what, sql, &st, why) || !bind(s, what, st, why))
		return false;
	if (sqlite3_column_count(st) > COLUMNS_MOST) {
		buf_addf(why, "%s: the query has %d columns", what,
		    sqlite3_column_count(st));
		return false;
	}
	return rows(s, what, st, row, arg, why);
}

const struct db_driver db_sqlite = {
	.name = "sqlite", .open = sqlite_open, .query = sqlite_query,
	.close = sqlite_close
};
