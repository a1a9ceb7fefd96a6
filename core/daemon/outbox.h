/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox.h -- messages until the far end has them.
 *
 * A message is queued in the transaction of the change that it tells of,
 * one row per notifier, and stays there until the notifier's plugin returned
 * ok, or until it was given up: at once after a permanent or configuration
 * failure; when there is a fallback to hand it to, after OUTBOX_HANDON_TRIES
 * or OUTBOX_HANDON_MS (after one, when the notifier has failed as often with
 * others, or asks to wait for longer than OUTBOX_POLITE_MS); after
 * OUTBOX_EXPIRY_MS in any case. Giving up queues it to the next fallback of
 * its route, in the same transaction. Its id is the same for all tries, so
 * that a far end can tell a repeat.
 *
 * At most one delivery at a time per notifier, and no two tries closer than
 * its pace; one that fails is asked again after a growing delay, not once for
 * each message, and one that asks to wait is left alone for as long, up to
 * OUTBOX_ASKED_MOST_MS. Of one incident the later message carries the earlier
 * ones that still wait ("merged": their ids; a line in the text): each row
 * shares the carrier's tries and is delivered with it. What is critical goes
 * first. The end of an incident (NOTICE_RESOLVED) goes to whoever was told,
 * not where routes point now.
 *
 * All times are of the supervisor's clock (virtual or real).
 */
#ifndef DAEMON_OUTBOX_H
#define DAEMON_OUTBOX_H

#include <jansson.h>

#include "base/clock.h"
#include "config/conf.h"
#include "engine/engine.h"
#include "journal/store.h"
#include "worker/pool.h"

enum {
	OUTBOX_FIRST_MS = 1000,         /* bound of the first delay; doubles */
	OUTBOX_LONGEST_MS = 15 * 60 * 1000,
	OUTBOX_POLITE_MS = 60 * 1000,   /* how long one that asks to wait is
	                                   waited for where there is another */
	OUTBOX_ASKED_MOST_MS = 3600 * 1000,     /* what it may ask for */
	OUTBOX_HANDON_TRIES = 8,        /* about two minutes at most */
	OUTBOX_HANDON_MS = 2 * 60 * 1000,
	OUTBOX_EXPIRY_MS = 72 * 3600 * 1000,
	OUTBOX_TEST_MS = 10 * 60 * 1000
};

struct outbox;

/* How a try at a notifier went. */
struct outbox_turn {
	int32_t notifier;       /* instance */
	bool delivered;
	bool hopeless;          /* refused for good, can't be asked, or a
	                           test has expired */
	int32_t failures;       /* in a row */
	int64_t since;          /* wall; the first of them */
	const char *why;        /* borrowed */
};

/* What the supervisor does for it. `arg` is passed to each. */
struct outbox_options {
	void *arg;
	struct store *store;            /* borrowed */
	const struct conf *conf;        /* borrowed until outbox_reload */
	int64_t (*now)(void *arg);      /* wall */

	/* Around what is written when a delivery has ended: begins a
	 * transaction unless one is open; commits what is open, durably,
	 * before it returns. 0 or -errno; after an error nothing more is
	 * delivered. */
	int (*begin)(void *arg);
	int (*commit)(void *arg);

	/* Calls a notifier: pool_call with `fresh`, the instance's options
	 * with secrets resolved, its timeout, and {"date", "now", "now_ms",
	 * "pipeline", "params": body} as input. `done` is called exactly
	 * once with `done_arg`, also from within (a secret that can't be
	 * read: CALL_REFUSED with the sentence in `fault`), unless the pool
	 * is freed. `body` is borrowed for the call. */
	void (*deliver)(void *arg, int32_t notifier, const json_t *body,
	    void (*done)(void *done_arg, const struct call_reply *),
	    void *done_arg);

	/* After the commit: for EVENT_DELIVERED. Not for incident 0. */
	void (*delivered)(void *arg, uint64_t incident, uint64_t message);

	/* After the commit of each try, and after `delivered`: how it went.
	 * May be NULL. */
	void (*turned)(void *arg, const struct outbox_turn *);
};

/* Takes pending rows up again (store_pending). Returns owned, or NULL when
 * the store can't be read. Options are copied. */
struct outbox *outbox_new(const struct outbox_options *);

/* Deliveries under way are forgotten: they must not call `done` any more
 * (free the pool first). NULL is fine. */
void outbox_free(struct outbox *);

struct outbox_notice {
	uint64_t id;            /* of the message */
	uint64_t incident;      /* 0: none */
	enum notice_kind kind;
	enum severity severity;
	int32_t pipeline, phase;        /* of the root; NONE */
	uint64_t tags;
	const json_t *body;     /* message_body(); borrowed */
};

/* Inside the transaction of the change. Nothing leaves before outbox_tick,
 * which is called after the commit. Returns the number of notifiers that
 * get it (0: no route matches, logged; or a reminder of what none of them
 * has got yet), or -errno of the store. */
int32_t outbox_queue(struct outbox *, const struct outbox_notice *);

/* The same to one notifier, whatever the routes say, handed on to
 * `fallback` (names) when it gives up. 1: queued; 0: a reminder that is
 * needless; -errno. */
int32_t outbox_queue_to(struct outbox *, const struct outbox_notice *,
    const char *notifier, const json_t *fallback);

/* The same for a message that is about no incident and goes where `picked`
 * says: {"team": ["last_resort"]}, with what it is handed on to. One of the
 * kind "test" is kept for OUTBOX_TEST_MS only. Returns 0 or -errno. */
int outbox_tell(struct outbox *, uint64_t id, const json_t *body,
    const json_t *picked);

/* The transaction in which messages were queued was not committed: forgets
 * what isn't in the store. */
void outbox_reread(struct outbox *);

/* Starts what is due. After each commit, and at outbox_wake. */
void outbox_tick(struct outbox *);

/* Wall instant at which outbox_tick has something to do again by time alone;
 * INSTANT_NONE: nothing waits for time. */
int64_t outbox_wake(const struct outbox *);

/* The clock was set, by so many ms: what waits waits no longer, and no less,
 * for that. */
void outbox_clock_set(struct outbox *, int64_t ms);

/* A new generation: names are looked up again, former names too. A notifier
 * that is gone gives up what is pending to it at the next tick. */
void outbox_reload(struct outbox *, const struct conf *);

/* Deliveries under way. */
int32_t outbox_busy(const struct outbox *);

/* {"pending", "oldest" (wall ms or null), "under_way", "notifiers":
 * [{"notifier", "pending", "delivered_at" (ms or null), "failing_since",
 * "failures" (in a row), "error"}]}; owned. delivered_at: the last time that
 * it took one, since the start of the daemon. */
json_t *outbox_report(const struct outbox *);

#endif
