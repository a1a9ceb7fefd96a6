/* SPDX-License-Identifier: BSD-2-Clause
 *
 * export.c -- the journal as lines of JSON.
 *
 * A heading that says what it is, every event with its link of the chain,
 * every row, every message with what became of it, and a last line that
 * counts them all: an export that was cut short is told from a short one.
 * Numbers keep the text that the journal has, so that the chain can be
 * checked on the lines.
 */
#include "journal/store.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "journal/backend.h"
#include "journal/chain.h"

enum { FORMAT = 1 };

struct writer {
	int (*write)(void *arg, const char *line);
	void *arg;
	int64_t events, rows, messages;
};

static int
put_line(struct writer *w, const json_t *j)
{
	char *line CLEANUP_FREE = json_line(j);

	return w->write(w->arg, line);
}

static void
put_data(json_t *j, const char *key, const json_t *data)
{
	if (json_object_set_new(j, key, data ?
	    json_incref((json_t *)data) : json_null()) < 0)
		abort();
}

static void
put_true(json_t *j, const char *key)
{
	if (json_object_set_new(j, key, json_true()) < 0)
		abort();
}

static json_t *
new_line(void)
{
	json_t *j = json_object();

	if (j == NULL)
		abort();
	return j;
}

static int
write_event(void *arg, const struct stored_event *e)
{
	json_t *j CLEANUP_JSON = new_line();
	struct writer *w = arg;
	char chain[CHAIN_TEXT];

	json_put_int(j, "seq", (int64_t)e->seq);
	json_put_int(j, "at", e->e.at);
	json_put(j, "kind", e->e.kind);
	json_put(j, "pipeline", e->e.pipeline);
	json_put(j, "date", e->e.date);
	json_put(j, "subject", e->e.subject);
	json_put(j, "key", e->e.key);
	put_data(j, "data", e->e.data);
	json_put(j, "chain", chain_text(e->chain, chain));
	w->events++;
	return put_line(w, j);
}

static int
write_row(void *arg, const struct stored_row *row)
{
	json_t *j CLEANUP_JSON = new_line();
	struct writer *w = arg;

	put_true(j, "row");
	json_put(j, "key", row->key);
	json_put(j, "kind", row->kind);
	json_put_int(j, "seq", (int64_t)row->seq);
	json_put_int(j, "at", row->at);
	json_put_int(j, "last_seen", row->last_seen);
	put_data(j, "data", row->data);
	w->rows++;
	return put_line(w, j);
}

static void
put_instant(json_t *j, const char *key, int64_t at)
{
	if (at != INSTANT_NONE)
		json_put_int(j, key, at);
}

static int
write_message(void *arg, const struct stored_message *m)
{
	json_t *j CLEANUP_JSON = new_line();
	struct writer *w = arg;

	put_true(j, "message");
	json_put_int(j, "id", (int64_t)m->m.id);
	json_put(j, "notifier", m->m.notifier);
	json_put_int(j, "incident", (int64_t)m->m.incident);
	json_put_int(j, "queued_at", m->queued_at);
	put_instant(j, "next_at", m->next_at);
	put_instant(j, "delivered_at", m->delivered_at);
	put_instant(j, "gave_up_at", m->gave_up_at);
	json_put_int(j, "tries", m->tries);
	json_put(j, "reply", m->reply);
	json_put(j, "receipt", m->m.receipt);
	put_data(j, "body", m->m.body);
	w->messages++;
	return put_line(w, j);
}

static int
write_heading(struct store *s, struct writer *w)
{
	json_t *j CLEANUP_JSON = new_line();

	json_put(j, "export", "gatewarden journal");
	json_put_int(j, "format", FORMAT);
	json_put_int(j, "epoch", (int64_t)store_epoch(s));
	return put_line(w, j);
}

static int
write_end(struct writer *w)
{
	json_t *j CLEANUP_JSON = new_line();

	put_true(j, "end");
	json_put_int(j, "events", w->events);
	json_put_int(j, "rows", w->rows);
	json_put_int(j, "messages", w->messages);
	return put_line(w, j);
}

int
store_export(struct store *s, int (*write)(void *arg, const char *line),
    void *arg)
{
	const struct store_query all_events = { 0 };
	const struct message_query all_messages = { 0 };
	struct writer w = { .write = write, .arg = arg };
	int r = write_heading(s, &w);

	if (r == 0)
		r = s->ops->events(s, &all_events, write_event, &w);
	if (r == 0)
		r = s->ops->rows(s, NULL, write_row, &w);
	if (r == 0)
		r = s->ops->messages(s, &all_messages, write_message, &w);
	return r == 0 ? write_end(&w) : r;
}
