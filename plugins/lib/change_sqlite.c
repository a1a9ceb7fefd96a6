/* SPDX-License-Identifier: BSD-2-Clause
 *
 * change_sqlite.c -- changing a SQLite file.
 *
 * The file has to be there: one with a wrong name would be made. Statements
 * run in a transaction that takes the write lock at its begin, so that it
 * fails early or not at all; what would end it, attach another file or load
 * code is refused by its kind. A lock of somebody else is waited for as long
 * as the call has time.
 */
#include <sqlite3.h>
#include <time.h>

#include "lib/change.h"

enum { PROGRESS_STEPS = 2000, BUSY_WAIT_MS = 10 };

static int
progress(void *arg)
{
	const struct change *x = arg;

	return call_left(x->call) == 0;
}

static int
busy(void *arg, int times)
{
	const struct change *x = arg;

	(void)times;
	return call_pause(x->call, BUSY_WAIT_MS);
}

static int
authorize(void *arg, int action, const char *a, const char *b,
    const char *c, const char *d)
{
	(void)arg;
	(void)a;
	(void)c;
	(void)d;
	switch (action) {
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
	case SQLITE_PRAGMA:
		return SQLITE_DENY;
	case SQLITE_FUNCTION:
		return b && sqlite3_stricmp(b, "load_extension") == 0 ?
		    SQLITE_DENY : SQLITE_OK;
	default:
		return SQLITE_OK;
	}
}

static void
close_file(sqlite3 **sq)
{
	(void)sqlite3_close(*sq);
}

static void
free_statement(sqlite3_stmt **st)
{
	(void)sqlite3_finalize(*st);
}

static int32_t
class_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_INTERRUPT:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_PROTOCOL:
		return GW_F_TRANSIENT;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return GW_F_CONFIG;
	default:
		return GW_F_PERMANENT;
	}
}

static enum change_end
failed(struct change *x, sqlite3 *sq, const char *what)
{
	int code = sq ? sqlite3_errcode(sq) : SQLITE_NOMEM;
	const char *text = sq ? sqlite3_errmsg(sq) : "out of memory";

	buf_addf(&x->why, "%s: ", what);
	if (code == SQLITE_INTERRUPT)
		buf_add(&x->why, call_ended_why(x->call));
	else
		buf_add_line(&x->why, text, strlen(text), 300);
	return change_not(x, class_of(code));
}

static sqlite3 *
open_file(struct change *x, int flags)
{
	struct buf key CLEANUP_BUF = { 0 }, what CLEANUP_BUF = { 0 };
	const char *path;
	sqlite3 *sq = NULL;

	buf_addf(&key, "%s.path", x->option);
	path = option_or(x->call->host, x->call->ctx, buf_str(&key), "");
	if (sqlite3_open_v2(path, &sq, flags, NULL) == SQLITE_OK) {
		(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_DEFENSIVE, 1,
		    NULL);
		(void)sqlite3_db_config(sq, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
		(void)sqlite3_limit(sq, SQLITE_LIMIT_ATTACHED, 0);
		(void)sqlite3_busy_handler(sq, busy, x);
		sqlite3_progress_handler(sq, PROGRESS_STEPS, progress, x);
		if (sqlite3_exec(sq, "SELECT count(*) FROM sqlite_master",
		    NULL, NULL, NULL) == SQLITE_OK)
			return sq;      /* it is a database */
	}
	buf_addf(&what, "cannot open %s", path);
	(void)failed(x, sq, buf_str(&what));
	(void)sqlite3_close(sq);
	return NULL;
}

/* False with a sentence: a parameter that isn't there. */
static bool
bind(struct change *x, sqlite3_stmt *st, const char *what)
{
	int n = sqlite3_bind_parameter_count(st), i, k;

	for (i = 1; i <= n; i++) {
		const char *name = sqlite3_bind_parameter_name(st, i);

		for (k = 0; name && change_names[k]; k++)
			if (*name == ':' &&
			    strcmp(name + 1, change_names[k]) == 0)
				break;
		if (name == NULL || change_names[k] == NULL) {
			buf_addf(&x->why, "%s: the parameter %s is unknown",
			    what, name ? name : "?");
			return false;
		}
		if (x->values[k] == NULL) {
			buf_addf(&x->why, "%s: this run has no %s", what,
			    change_names[k]);
			return false;
		}
		(void)sqlite3_bind_text(st, i, x->values[k], -1,
		    SQLITE_STATIC);
	}
	return true;
}

/* CHANGE_DONE: *ret is to be stepped. */
static enum change_end
prepare(struct change *x, sqlite3 *sq, const char *what, const char *sql,
    sqlite3_stmt **ret)
{
	const char *tail;

	if (sqlite3_prepare_v2(sq, sql, -1, ret, &tail) != SQLITE_OK)
		return failed(x, sq, what);
	if (*ret == NULL || tail[strspn(tail, " \t\r\n;")] != '\0') {
		buf_addf(&x->why, "%s: expected one statement", what);
		return change_not(x, GW_F_CONFIG);
	}
	return bind(x, *ret, what) ? CHANGE_DONE :
	    change_not(x, GW_F_CONFIG);
}

static enum change_end
run_one(struct change *x, sqlite3 *sq, const char *what, const char *sql)
{
	sqlite3_stmt *st CLEANUP(free_statement) = NULL;
	enum change_end end = prepare(x, sq, what, sql, &st);
	int r;

	if (end != CHANGE_DONE)
		return end;
	do
		r = sqlite3_step(st);
	while (r == SQLITE_ROW);
	return r == SQLITE_DONE ? CHANGE_DONE : failed(x, sq, what);
}

static enum change_end
sqlite_run(struct change *x, const char *const *statements)
{
	sqlite3 *sq CLEANUP(close_file) = open_file(x, SQLITE_OPEN_READWRITE);
	enum change_end end = CHANGE_DONE;
	int before, i;

	if (sq == NULL)
		return CHANGE_NOT;
	if (sqlite3_exec(sq, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return failed(x, sq, "cannot begin");
	before = sqlite3_total_changes(sq);
	(void)sqlite3_set_authorizer(sq, authorize, NULL);
	for (i = 0; statements[i] && end == CHANGE_DONE; i++) {
		struct buf what CLEANUP_BUF = { 0 };

		buf_addf(&what, "statement %d", i + 1);
		end = run_one(x, sq, buf_str(&what), statements[i]);
	}
	(void)sqlite3_set_authorizer(sq, NULL, NULL);
	x->rows = sqlite3_total_changes(sq) - before;
	/* closing rolls back what isn't committed */
	return end != CHANGE_DONE || sqlite3_exec(sq, "COMMIT", NULL, NULL,
	    NULL) == SQLITE_OK ? end : failed(x, sq, "cannot commit");
}

static bool
sqlite_ask(struct change *x, const char *question)
{
	sqlite3 *sq CLEANUP(close_file) = open_file(x, SQLITE_OPEN_READONLY);
	sqlite3_stmt *st CLEANUP(free_statement) = NULL;
	int r;

	if (sq == NULL || prepare(x, sq, "happened", question, &st) !=
	    CHANGE_DONE)
		return false;
	if (!sqlite3_stmt_readonly(st) || sqlite3_column_count(st) != 1) {
		buf_add(&x->why, "happened: expected a SELECT of one column");
		return false;
	}
	r = sqlite3_step(st);
	if (r == SQLITE_ROW || r == SQLITE_DONE)
		return change_answer(x, r == SQLITE_ROW ?
		    (const char *)sqlite3_column_text(st, 0) : NULL);
	(void)failed(x, sq, "happened");
	return false;
}

const struct change_driver change_sqlite = {
	.name = "sqlite", .run = sqlite_run, .ask = sqlite_ask
};
