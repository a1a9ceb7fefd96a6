/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mailbox.c -- a store in memory with one table, the outbox's.
 *
 * A transaction is whole or absent: rows that it changed are kept as they
 * were, rows that it made lie at the end. What the real store refuses is
 * refused here, too: a delivery of what is over, or of what there isn't.
 */
#include "mailbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
mailbox_clear(struct mailbox *b)
{
	while (b->n > 0)
		json_decref(b->v[--b->n].body);
	b->kept = b->n_undo = 0;
}

void
mailbox_free(struct mailbox *b)
{
	mailbox_clear(b);
	free(b->v);
	*b = (struct mailbox){ 0 };
}

static struct mailbox *
box_of(struct store *s)
{
	return ((struct mailbox_store *)(void *)s)->box;
}

static int
box_begin(struct store *s)
{
	struct mailbox *b = box_of(s);

	b->kept = b->n;
	b->n_undo = 0;
	return 0;
}

static void
box_rollback(struct store *s)
{
	struct mailbox *b = box_of(s);

	while (b->n > b->kept)
		json_decref(b->v[--b->n].body);
	while (b->n_undo > 0) {
		b->n_undo--;
		b->v[b->undo[b->n_undo].i] = b->undo[b->n_undo].was;
	}
}

static int
box_commit(struct store *s, bool durable)
{
	struct mailbox_store *x = (struct mailbox_store *)(void *)s;
	bool stands = true;
	int r = x->fate ? x->fate(x->arg, &stands) : 0;

	(void)durable;
	if (r < 0)
		store_fail(s, "the disk says no");
	if (stands)     /* also where we are told otherwise */
		x->box->kept = x->box->n, x->box->n_undo = 0;
	return r;
}

static struct parcel *
find(struct mailbox *b, uint64_t id, const char *notifier)
{
	size_t i;

	for (i = b->n; i > 0; i--)
		if (b->v[i - 1].id == id &&
		    strcmp(b->v[i - 1].notifier, notifier) == 0)
			return &b->v[i - 1];
	return NULL;
}

static int
box_queue(struct store *s, const struct store_message *m, int64_t at)
{
	struct mailbox *b = box_of(s);

	if (find(b, m->id, m->notifier)) {
		store_fail(s, "message %llu is queued twice to '%s'",
		    (unsigned long long)m->id, m->notifier);
		return -EEXIST;
	}
	if (b->n == b->cap) {
		b->cap = b->cap ? 2 * b->cap : 256;
		b->v = realloc(b->v, b->cap * sizeof *b->v);
		assert(b->v);
	}
	b->v[b->n] = (struct parcel){ .id = m->id, .incident = m->incident,
		.body = json_deep_copy(m->body), .queued_at = at,
		.next_at = at, .delivered_at = INSTANT_NONE,
		.gave_up_at = INSTANT_NONE };
	assert(strlen(m->notifier) < MAILBOX_NAME);
	strcpy(b->v[b->n].notifier, m->notifier);
	b->n++;
	return 0;
}

static int
box_deliver(struct store *s, const struct delivery *x)
{
	struct mailbox *b = box_of(s);
	struct parcel *m = find(b, x->message, x->notifier);

	if (m == NULL)
		return -ENOENT;
	if (m->delivered_at != INSTANT_NONE || m->gave_up_at != INSTANT_NONE)
		return -EALREADY;
	assert(b->n_undo < 64);
	b->undo[b->n_undo].i = (size_t)(m - b->v);
	b->undo[b->n_undo++].was = *m;
	m->tries++;
	m->next_at = x->delivered ? INSTANT_NONE : x->next_at;
	if (x->delivered)
		m->delivered_at = x->at;
	else if (x->next_at == INSTANT_NONE)
		m->gave_up_at = x->at;
	return 0;
}

/* Those of an incident, or pending; oldest first. */
static int
box_messages(struct store *s, const struct message_query *q,
    stored_message_fn *fn, void *arg)
{
	struct mailbox *b = box_of(s);
	size_t i = 0;
	int r;

	if (q->limit > 0 && b->n > (size_t)q->limit)
		i = b->n - (size_t)q->limit;
	for (; i < b->n; i++) {
		const struct parcel *m = &b->v[i];
		const struct stored_message out = {
			.m = { m->id, m->notifier, m->incident, m->body,
			    NULL },
			.queued_at = m->queued_at, .next_at = m->next_at,
			.delivered_at = m->delivered_at,
			.gave_up_at = m->gave_up_at, .tries = m->tries };

		if ((q->incident && m->incident != q->incident) ||
		    (q->pending && (m->delivered_at != INSTANT_NONE ||
		    m->gave_up_at != INSTANT_NONE)))
			continue;
		r = fn(arg, &out);
		if (r != 0)
			return r;
	}
	return 0;
}

static const struct store_ops ops = {
	.begin = box_begin, .commit = box_commit, .rollback = box_rollback,
	.queue = box_queue, .deliver = box_deliver, .messages = box_messages,
};

void
mailbox_open(struct mailbox_store *s, struct mailbox *b,
    int (*fate)(void *arg, bool *ret_durable), void *arg)
{
	*s = (struct mailbox_store){ .base = { .ops = &ops }, .box = b,
		.fate = fate, .arg = arg };
}

void
mailbox_close(struct mailbox_store *s)
{
	if (s->box && s->base.in_transaction)
		box_rollback(&s->base);
	free(s->base.failed);
	*s = (struct mailbox_store){ .box = NULL };
}
