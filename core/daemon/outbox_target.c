/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox_target.c -- how each notifier has been.
 *
 * Messages to one notifier share its fate: when it is down, it is asked again
 * after a delay that grows with its failures, not once for each message that
 * waits. When it delivers again, all that waits for it is due, at its pace.
 *
 * Failures are memory only: after a restart each notifier is given a fresh
 * chance, at the times that its messages' rows say, and not before its pace
 * allows. When it delivered last is read from those rows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/outbox_private.h"
#include "engine/hash.h"

enum { RECALLED = 500 };        /* messages */

/* Full jitter: anywhere up to the bound, so that many daemons that lost one
 * far end don't come back as one. By the message and its tries, which are
 * rows, so that a restart waits the same. */
int64_t
outbox_delay(int32_t failures, uint64_t seed)
{
	int64_t delay = OUTBOX_FIRST_MS, n = failures;
	uint64_t h = hash_word(hash_word(HASH_START, seed),
	    (uint64_t)failures);

	while (n-- > 1 && delay < OUTBOX_LONGEST_MS)
		delay *= 2;
	if (delay > OUTBOX_LONGEST_MS)
		delay = OUTBOX_LONGEST_MS;
	return 1 + (int64_t)((h ^ h >> 32) % (uint64_t)delay);
}

uint64_t
entry_seed(const struct entry *e)
{
	uint64_t h = hash_word(HASH_START, e->id);
	const char *s;

	for (s = e->notifier; *s; s++)
		h = hash_word(h, (unsigned char)*s);
	return h;
}

static const char *
name_of(const struct entry *e)
{
	return e->number == NONE ? e->notifier :
	    e->box->options.conf->instances[e->number].name;
}

struct target *
target_find(const struct outbox *o, const char *name)
{
	struct target *t = o->targets;

	while (t && strcmp(t->name, name) != 0)
		t = t->next;
	return t;
}

static struct target *
target_named(struct outbox *o, const char *name)
{
	struct target *t = target_find(o, name);

	if (t)
		return t;
	t = calloc(1, sizeof *t);
	if (t == NULL || (t->name = strdup(name)) == NULL)
		abort();
	t->delivered_at = t->failing_since = t->next_at = t->asked_until =
	    t->began_at = INSTANT_NONE;
	t->next = o->targets;
	o->targets = t;
	return t;
}

struct target *
target_get(const struct entry *e)
{
	return target_named(e->box, name_of(e));
}

void
targets_recall(struct outbox *o)
{
	CLEANUP_JSON json_t *messages = store_messages(o->options.store, 0,
	    RECALLED);
	const json_t *m;
	size_t i;

	json_array_foreach(messages, i, m) {
		int64_t at = json_int(m, "delivered_at", INSTANT_NONE);
		struct target *t;

		if (at == INSTANT_NONE)
			continue;
		t = target_named(o, json_text(m, "notifier", "?"));
		if (t->delivered_at == INSTANT_NONE || at > t->delivered_at)
			t->delivered_at = at;
	}
}

int64_t
target_paced(const struct entry *e)
{
	const struct conf *c = e->box->options.conf;

	return e->number == NONE || e->target->began_at == INSTANT_NONE ?
	    INSTANT_NONE : e->target->began_at +
	    c->instances[e->number].pace_ms;
}

static void
wake_all(struct entry *e, int64_t now)
{
	struct outbox *o = e->box;
	size_t i;

	for (i = 0; i < o->n; i++)
		if (o->v[i]->target == e->target && o->v[i]->next_at > now)
			o->v[i]->next_at = now;
}

void
target_delivered(struct entry *e, int64_t now)
{
	struct target *t = e->target;

	if (t->failures > 0) {
		log_info("notifier '%s': delivers again", t->name);
		wake_all(e, now);
	}
	t->delivered_at = now;
	t->failing_since = t->next_at = t->asked_until = INSTANT_NONE;
	t->failures = 0;
	free(t->error);
	t->error = NULL;
}

void
target_failed(struct entry *e, int64_t now, int64_t retry_after_ms,
    const char *why)
{
	struct target *t = e->target;
	int64_t delay = outbox_delay(++t->failures, entry_seed(e));

	if (t->failures == 1) {
		t->failing_since = now;
		log_warning("notifier '%s': did not deliver: %s", t->name,
		    why);
	}
	t->next_at = now + (delay > retry_after_ms ? delay : retry_after_ms);
	t->asked_until = retry_after_ms > 0 ? now + retry_after_ms :
	    INSTANT_NONE;
	free(t->error);
	t->error = strdup(why);
}

void
targets_free(struct outbox *o)
{
	struct target *t;

	while ((t = o->targets) != NULL) {
		o->targets = t->next;
		free(t->name);
		free(t->error);
		free(t);
	}
}
