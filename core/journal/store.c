/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store.c -- the journal as everyone else sees it.
 *
 * Keeps the rules that don't depend on the database: one transaction at a
 * time; after a failure nothing is written any more, and what was begun is
 * rolled back at once. A failed fsync may have dropped the very pages that
 * it was asked to keep, and a second one would then report success, so
 * nothing is ever tried twice here: the owner closes this store, opens it
 * again, and finds out what is true.
 *
 * It does not know SQL, nor what the events mean. Which backend stands
 * behind a store is decided where it is opened (sqlite.c).
 */
#include "journal/store.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "journal/backend.h"

void
store_fail(struct store *s, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	if (s->failed)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	s->failed = strdup(buf);
	if (s->failed == NULL)
		abort();
}

/* After each step: a store that has just failed holds no transaction. */
static int
settle(struct store *s, int r)
{
	if (s->failed && s->in_transaction) {
		s->in_transaction = false;
		s->ops->rollback(s);
	}
	return r;
}

static bool
may_write(const struct store *s)
{
	return s->failed == NULL && !s->read_only;
}

/* May a call inside a transaction go on? After a failure the rest of the
 * caller's sequence comes in here and is refused, one by one. */
static bool
inside(const struct store *s)
{
	assert(s->in_transaction || !may_write(s));
	return s->in_transaction;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->in_transaction)
		s->ops->rollback(s);
	s->ops->close(s);
}

int
store_copy(struct store *s, const char *dir)
{
	assert(!s->in_transaction);
	return s->ops->copy ? s->ops->copy(s, dir) : -ENOTSUP;
}

uint64_t
store_epoch(const struct store *s)
{
	return s->ops->epoch(s);
}

bool
store_lock_lost(const struct store *s)
{
	return s->ops->lock_lost(s);
}

int
store_begin(struct store *s)
{
	int r;

	assert(!s->in_transaction);
	if (!may_write(s))
		return s->read_only ? -EROFS : -EIO;
	r = s->ops->begin(s);
	s->in_transaction = r == 0;
	return r;
}

int
store_append(struct store *s, const struct store_event *e, uint64_t *ret_seq)
{
	uint64_t seq;
	int r;

	if (!inside(s))
		return -EIO;
	if (e->kind == NULL || !json_is_object(e->data))
		return -EINVAL;
	r = settle(s, s->ops->append(s, e, &seq));
	if (r == 0 && ret_seq)
		*ret_seq = seq;
	return r;
}

int
store_touch(struct store *s, const char *key, int64_t at)
{
	return inside(s) ? settle(s, s->ops->touch(s, key, at)) : -EIO;
}

int
store_queue(struct store *s, const struct store_message *m, int64_t at)
{
	if (!inside(s))
		return -EIO;
	if (m->id == 0 || m->notifier == NULL || !json_is_object(m->body))
		return -EINVAL;
	return settle(s, s->ops->queue(s, m, at));
}

int
store_delivery(struct store *s, uint64_t message, const char *notifier,
    bool delivered, int64_t at, int64_t next_at, const char *reply,
    const char *receipt)
{
	struct delivery d = { message, notifier, delivered, at, next_at,
		reply, receipt };

	return inside(s) ? settle(s, s->ops->deliver(s, &d)) : -EIO;
}

int
store_output(struct store *s, uint64_t attempt, const char *bytes,
    size_t len, uint64_t total)
{
	if (!inside(s))
		return -EIO;
	return settle(s, s->ops->output(s, attempt, bytes, len, total));
}

int
store_commit(struct store *s, bool durable)
{
	int r;

	if (!inside(s))
		return -EIO;
	r = s->ops->commit(s, durable);
	if (r == 0)
		s->in_transaction = false;
	return settle(s, r);
}

bool
store_failed(const struct store *s, const char **ret_why)
{
	if (ret_why)
		*ret_why = s->failed;
	return s->failed != NULL;
}

uint64_t
store_next_id(struct store *s, const char *sequence)
{
	uint64_t id;

	if (!may_write(s))
		return 0;
	id = s->ops->next_id(s, sequence);
	(void)settle(s, 0);
	return id;
}

/*---------------------------------------------------------------- reading */

struct rows_reader {
	store_row_fn *fn;
	void *arg;
};

static int
give_row(void *arg, const struct stored_row *row)
{
	struct rows_reader *r = arg;

	if (row->data == NULL)
		return -EIO;
	return r->fn(r->arg, row->key, row->data, row->at, row->last_seen);
}

int
store_rows(struct store *s, const char *kind, store_row_fn *fn, void *arg)
{
	struct rows_reader r = { fn, arg };

	return s->ops->rows(s, kind, give_row, &r);
}

struct events_reader {
	store_event_fn *fn;
	void *arg;
};

static int
give_event(void *arg, const struct stored_event *e)
{
	struct events_reader *r = arg;

	if (e->e.data == NULL)
		return -EIO;
	return r->fn(r->arg, e->seq, &e->e);
}

int
store_events(struct store *s, const struct store_query *q,
    store_event_fn *fn, void *arg)
{
	struct events_reader r = { fn, arg };

	return s->ops->events(s, q, give_event, &r);
}

uint64_t
store_last_seq(struct store *s)
{
	return s->ops->last_seq(s);
}

struct pending_reader {
	store_message_fn *fn;
	void *arg;
};

static int
give_pending(void *arg, const struct stored_message *m)
{
	struct pending_reader *r = arg;

	if (m->m.body == NULL)
		return -EIO;
	return r->fn(r->arg, &m->m, m->queued_at, m->next_at, m->tries);
}

int
store_pending(struct store *s, store_message_fn *fn, void *arg)
{
	const struct message_query q = { .pending = true };
	struct pending_reader r = { fn, arg };

	return s->ops->messages(s, &q, give_pending, &r);
}

static void
put_instant(json_t *j, const char *key, int64_t at)
{
	if (json_object_set_new(j, key, at == INSTANT_NONE ? json_null() :
	    json_integer(at)) < 0)
		abort();
}

static int
list_message(void *arg, const struct stored_message *m)
{
	json_t *j = json_object();

	if (j == NULL)
		abort();
	json_put_int(j, "id", (int64_t)m->m.id);
	json_put(j, "notifier", m->m.notifier);
	json_put_int(j, "incident", (int64_t)m->m.incident);
	json_put_int(j, "queued_at", m->queued_at);
	put_instant(j, "delivered_at", m->delivered_at);
	put_instant(j, "next_at", m->next_at);
	json_put_int(j, "tries", m->tries);
	if (json_object_set_new(j, "reply", m->reply ?
	    json_words(m->reply) : json_null()) < 0 ||
	    json_object_set_new(j, "receipt", m->m.receipt ?
	    json_words(m->m.receipt) : json_null()) < 0 ||
	    json_object_set_new(j, "gave_up",
	    json_boolean(m->gave_up_at != INSTANT_NONE)) < 0 ||
	    json_object_set_new(j, "body", m->m.body ?
	    json_deep_copy(m->m.body) : json_null()) < 0 ||
	    json_array_append_new(arg, j) < 0)
		abort();
	return 0;
}

json_t *
store_messages(struct store *s, uint64_t incident, int32_t limit)
{
	const struct message_query q = { .incident = incident,
		.limit = limit };
	json_t *list CLEANUP_JSON = json_array();

	if (list == NULL || s->ops->messages(s, &q, list_message, list) < 0)
		return NULL;
	return TAKE(list);
}

int
store_read_output(struct store *s, uint64_t attempt, char **ret,
    size_t *ret_len, uint64_t *ret_total)
{
	return s->ops->read_output(s, attempt, ret, ret_len, ret_total);
}
