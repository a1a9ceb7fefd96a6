/* SPDX-License-Identifier: BSD-2-Clause
 *
 * desk.h -- who is told what, and when, in a play: silences, windows, caps
 * and digests between the engine and the outbox.
 */
#ifndef TESTS_PROPERTY_DESK_H
#define TESTS_PROPERTY_DESK_H

#include "mail_private.h"
#include "notify/notify.h"

enum { DESK_PADS = 512, DESK_SILENCES = 6, DESK_WINDOWS = 2 };

/* Between one incident and one notifier. */
struct pad {
	uint64_t incident;      /* 0: free */
	int32_t notifier;
	const struct route *route;      /* NULL: a fallback's */
	struct notify_telling t;
};

/* What he has heard, by the messages that were queued for him and the lines
 * of his digests; the oracle's. */
struct heard {
	enum severity severity;
	bool ended;
	int64_t at[NOTIFY_BURST + 1];   /* the last, newest first */
	int32_t n;
};

struct desk {
	bool on;
	struct pad pads[DESK_PADS];
	struct silence silences[DESK_SILENCES];
	int32_t n_silences;
	uint64_t said;          /* silences, ever */
};

/* To be kept when the transaction stands. */
struct telling_kept {
	uint64_t incident;
	int32_t notifier;
	enum severity severity;
	bool ended, digest;
	int64_t at;
};

struct desk_rules {
	struct telling_kept kept[DESK_PADS];
	int32_t n_kept;
	struct window windows[DESK_WINDOWS];    /* quiet, maintenance */
	struct heard (*heard)[NOTIFIERS];       /* by incident; owned */
	size_t n_heard;
};

void desk_begin(struct play *, struct mail *);
/* Of an incident, in the transaction of the step. 0 or -errno. */
int desk_notice(struct play *, struct office *, const struct effect *);
/* What waits and is due: a transaction of its own. */
void desk_tick(struct play *, struct office *);
int64_t desk_wake(const struct mail *);
/* A person says that nobody is to be told, or takes it back. */
void desk_silence(struct play *);

/* desk-oracle.c: a message is queued, or stands in a digest; that is durable;
 * at the end. */
void desk_judge(struct play *, const struct pad *,
    const struct notify_ruling *, bool digest);
void desk_heard(struct play *, const struct telling_kept *);
void desk_judge_end(struct play *);
struct heard *heard_of(struct mail *, uint64_t incident, int32_t notifier);

#endif
