/* SPDX-License-Identifier: BSD-2-Clause
 *
 * query.c -- reading events and rows back.
 *
 * A question names only the columns that it asks about, so that SQLite can
 * choose an index for them; values are bound, never written into the text.
 * Data that isn't a JSON object is handed over as NULL: whether that ends
 * the reading or is one finding among others is the reader's to say.
 */
#include "journal/query.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "journal/db.h"

static bool
open_end(int64_t at)
{
	return at == INSTANT_NONE || at == 0;
}

static char *
question(const struct store_query *q)
{
	const struct { bool asked; const char *sql; } parts[] = {
		{ q->after_seq > 0, " AND seq > ?1" },
		{ !open_end(q->from), " AND at >= ?2" },
		{ !open_end(q->to), " AND at <= ?3" },
		{ q->kind, " AND kind = ?4" },
		{ q->pipeline, " AND pipeline = ?5" },
		{ q->date, " AND date = ?6" },
		{ q->subject, " AND subject = ?7" },
		{ true, q->newest_first ? " ORDER BY seq DESC" :
			" ORDER BY seq" },
		{ q->limit > 0, " LIMIT ?8" },
	};
	struct text t = { 0 };
	size_t i;

	text_add(&t, "SELECT seq, at, kind, pipeline, date, subject, key, "
	    "data, chain FROM events WHERE 1");
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].asked)
			text_add(&t, parts[i].sql);
	return text_take(&t);
}

static void
bind(sqlite3_stmt *st, const struct store_query *q)
{
	const char *const texts[] = { q->kind, q->pipeline, q->date,
		q->subject };
	size_t i;

	if (q->after_seq > 0)
		db_bind_id(st, 1, q->after_seq);
	if (!open_end(q->from))
		db_bind_instant(st, 2, q->from);
	if (!open_end(q->to))
		db_bind_instant(st, 3, q->to);
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i])
			db_bind_text(st, 4 + (int)i, texts[i]);
	if (q->limit > 0)
		db_bind_instant(st, 8, q->limit);
}

static int
give_event(sqlite3_stmt *st, stored_event_fn *fn, void *arg)
{
	json_t *data CLEANUP_JSON = db_object(st, 7);
	const struct stored_event e = {
		.seq = (uint64_t)sqlite3_column_int64(st, 0),
		.e = { .at = sqlite3_column_int64(st, 1),
			.kind = db_text(st, 2), .pipeline = db_text(st, 3),
			.date = db_text(st, 4), .subject = db_text(st, 5),
			.key = db_text(st, 6), .data = data },
		.text = db_text(st, 7),
		.chain = (uint64_t)sqlite3_column_int64(st, 8),
	};

	return fn(arg, &e);
}

int
query_events(struct store *s, const struct store_query *q,
    stored_event_fn *fn, void *arg)
{
	struct db *d = db_of(s);
	sqlite3_stmt *st CLEANUP_STMT = NULL;
	char *sql CLEANUP_FREE = question(q);
	int rc, r;

	if (sqlite3_prepare_v2(d->sq, sql, -1, &st, NULL) != SQLITE_OK)
		return db_fail(d, "read events");
	bind(st, q);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		r = give_event(st, fn, arg);
		if (r != 0)
			return r;
	}
	return rc == SQLITE_DONE ? 0 : db_fail(d, "read events");
}

static int
give_row(sqlite3_stmt *st, stored_row_fn *fn, void *arg)
{
	json_t *data CLEANUP_JSON = db_object(st, 5);
	const struct stored_row row = {
		.key = db_text(st, 0), .kind = db_text(st, 1),
		.seq = (uint64_t)sqlite3_column_int64(st, 2),
		.at = sqlite3_column_int64(st, 3),
		.last_seen = sqlite3_column_int64(st, 4), .data = data,
	};

	return fn(arg, &row);
}

int
query_rows(struct store *s, const char *kind, stored_row_fn *fn, void *arg)
{
	struct db *d = db_of(s);
	sqlite3_stmt *st CLEANUP_STMT = NULL;
	int rc, r;

	if (sqlite3_prepare_v2(d->sq, "SELECT key, kind, seq, at, last_seen, "
	    "data FROM rows WHERE ?1 IS NULL OR kind = ?1 ORDER BY seq", -1,
	    &st, NULL) != SQLITE_OK)
		return db_fail(d, "read rows");
	db_bind_text(st, 1, kind);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		r = give_row(st, fn, arg);
		if (r != 0)
			return r;
	}
	return rc == SQLITE_DONE ? 0 : db_fail(d, "read rows");
}
