/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox.c -- messages on their way out, and what attempts printed.
 *
 * A message enters in the transaction of the state change that it tells of
 * and leaves when the far end took it, or when the plan of tries is at its
 * end: these are two columns, and never both. Each try is a row of its own
 * with the far end's words. What is over can't be changed any more: a second
 * report of the same delivery is refused, so that a late duplicate of it
 * can't count as a try.
 *
 * It does not know what a message says, nor when to try again.
 */
#include "journal/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "journal/db.h"
#include "journal/schema.h"

int
outbox_insert(struct store *s, const struct store_message *m, int64_t at)
{
	struct db *d = db_of(s);
	char *body CLEANUP_FREE = json_line(m->body);
	sqlite3_stmt *st = db_statement(d, ST_QUEUE);
	int r;

	if (st == NULL)
		return -EIO;
	db_bind_id(st, 1, m->id);
	db_bind_text(st, 2, m->notifier);
	db_bind_id(st, 3, m->incident);
	db_bind_id(st, 4, d->last_seq);
	db_bind_instant(st, 5, at);
	db_bind_text(st, 6, body);
	r = db_run(d, st, "queue a message");
	(void)sqlite3_clear_bindings(st);
	return r;
}

/* Tries so far of a message that still waits; -ENOENT, -EALREADY. */
static int
waiting(struct db *d, const struct delivery *x)
{
	sqlite3_stmt *st = db_statement(d, ST_PENDING_ONE);
	int rc, r;

	if (st == NULL)
		return -EIO;
	db_bind_id(st, 1, x->message);
	db_bind_text(st, 2, x->notifier);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		r = sqlite3_column_int(st, 1) ? -EALREADY :
		    sqlite3_column_int(st, 0);
	else
		r = rc == SQLITE_DONE ? -ENOENT :
		    db_fail(d, "look for a message");
	(void)sqlite3_reset(st);
	return r;
}

static int
add_try(struct db *d, const struct delivery *x, int number)
{
	sqlite3_stmt *st = db_statement(d, ST_TRY);

	if (st == NULL)
		return -EIO;
	db_bind_id(st, 1, x->message);
	db_bind_text(st, 2, x->notifier);
	db_bind_instant(st, 3, number);
	db_bind_instant(st, 4, x->at);
	db_bind_instant(st, 5, x->delivered);
	db_bind_text(st, 6, x->reply);
	return db_run(d, st, "note a delivery");
}

int
outbox_deliver(struct store *s, const struct delivery *x)
{
	struct db *d = db_of(s);
	bool over = !x->delivered && x->next_at == INSTANT_NONE;
	sqlite3_stmt *st;
	int r = waiting(d, x);

	if (r < 0)
		return r;
	r = add_try(d, x, r + 1);
	st = r == 0 ? db_statement(d, ST_DELIVER) : NULL;
	if (st == NULL)
		return r < 0 ? r : -EIO;
	db_bind_id(st, 1, x->message);
	db_bind_text(st, 2, x->notifier);
	db_bind_instant(st, 3, x->delivered ? x->at : INSTANT_NONE);
	db_bind_instant(st, 4, over ? x->at : INSTANT_NONE);
	db_bind_instant(st, 5, x->delivered ? INSTANT_NONE : x->next_at);
	db_bind_text(st, 6, x->reply);
	db_bind_text(st, 7, x->receipt);
	return db_run(d, st, "note a delivery");
}

/*---------------------------------------------------------------- reading */

/* Those below or from STORE_OWN_MESSAGES on: each is counted by itself. */
static void
add_half(struct text *t, const struct message_query *q, int64_t version,
    const char *half)
{
	text_addf(t, "SELECT * FROM (SELECT message, notifier, incident, "
	    "queued_at, next_at, delivered_at, gave_up_at, tries, reply, "
	    "body, %s AS receipt, seq FROM outbox WHERE message %s ?3",
	    version < SCHEMA_RECEIPTS ? "NULL" : "receipt", half);
	if (q->incident)
		text_add(t, " AND incident = ?1");
	if (q->pending)
		text_add(t, " AND delivered_at IS NULL "
		    "AND gave_up_at IS NULL");
	if (q->limit > 0)
		text_add(t, " ORDER BY message DESC, queued_at DESC, "
		    "notifier DESC LIMIT ?2");
	text_add(t, ")");
}

/* The newest `limit`, then turned round: people read from the oldest. The
 * newest are the last that were queued, whatever was done to the clock. */
static char *
question(const struct message_query *q, int64_t version)
{
	struct text t = { 0 };

	text_add(&t, "SELECT * FROM (");
	add_half(&t, q, version, "<");
	text_add(&t, " UNION ALL ");
	add_half(&t, q, version, ">=");
	if (q->limit > 0)
		text_add(&t, " ORDER BY seq DESC, message DESC, "
		    "queued_at DESC, notifier DESC LIMIT ?2");
	text_add(&t, ") ORDER BY queued_at, message, notifier");
	return text_take(&t);
}

static int
give(sqlite3_stmt *st, stored_message_fn *fn, void *arg)
{
	json_t *body CLEANUP_JSON = db_object(st, 9);
	struct stored_message m = {
		.m = { .id = (uint64_t)sqlite3_column_int64(st, 0),
			.notifier = db_text(st, 1),
			.incident = (uint64_t)sqlite3_column_int64(st, 2),
			.body = body, .receipt = db_text(st, 10) },
		.queued_at = db_instant(st, 3),
		.next_at = db_instant(st, 4),
		.delivered_at = db_instant(st, 5),
		.gave_up_at = db_instant(st, 6),
		.tries = sqlite3_column_int(st, 7),
		.reply = db_text(st, 8),
	};

	return fn(arg, &m);
}

int
outbox_messages(struct store *s, const struct message_query *q,
    stored_message_fn *fn, void *arg)
{
	struct db *d = db_of(s);
	sqlite3_stmt *st CLEANUP_STMT = NULL;
	char *sql CLEANUP_FREE = question(q, d->version);
	int rc, r;

	if (sqlite3_prepare_v2(d->sq, sql, -1, &st, NULL) != SQLITE_OK)
		return db_fail(d, "read messages");
	if (q->incident)
		db_bind_id(st, 1, q->incident);
	if (q->limit > 0)
		db_bind_instant(st, 2, q->limit);
	db_bind_id(st, 3, STORE_OWN_MESSAGES);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		r = give(st, fn, arg);
		if (r != 0)
			return r;
	}
	return rc == SQLITE_DONE ? 0 : db_fail(d, "read messages");
}

/*----------------------------------------------------------------- output */

int
output_write(struct store *s, uint64_t attempt, const char *bytes,
    size_t len, uint64_t total)
{
	struct db *d = db_of(s);
	sqlite3_stmt *st = db_statement(d, ST_OUTPUT);
	int r;

	if (st == NULL)
		return -EIO;
	db_bind_id(st, 1, attempt);
	if (sqlite3_bind_blob64(st, 2, len ? bytes : "", len,
	    SQLITE_STATIC) != SQLITE_OK)
		return db_fail(d, "keep an output");
	db_bind_id(st, 3, total);
	r = db_run(d, st, "keep an output");
	(void)sqlite3_clear_bindings(st);
	return r;
}

int
output_read(struct store *s, uint64_t attempt, char **ret, size_t *ret_len,
    uint64_t *ret_total)
{
	struct db *d = db_of(s);
	sqlite3_stmt *st CLEANUP_STMT = NULL;
	size_t len;
	int rc;

	if (sqlite3_prepare_v2(d->sq, "SELECT bytes, total FROM outputs "
	    "WHERE attempt = ?1", -1, &st, NULL) != SQLITE_OK)
		return db_fail(d, "read an output");
	db_bind_id(st, 1, attempt);
	rc = sqlite3_step(st);
	if (rc == SQLITE_DONE)
		return -ENOENT;
	if (rc != SQLITE_ROW)
		return db_fail(d, "read an output");
	len = (size_t)sqlite3_column_bytes(st, 0);
	*ret = malloc(len + 1);
	if (*ret == NULL)
		return -ENOMEM;
	if (len > 0)
		memcpy(*ret, sqlite3_column_blob(st, 0), len);
	(*ret)[len] = '\0';
	*ret_len = len;
	if (ret_total)
		*ret_total = (uint64_t)sqlite3_column_int64(st, 1);
	return 0;
}
