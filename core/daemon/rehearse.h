/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rehearse.h -- what would be done, without doing it. Private to the
 * supervisor's files, as inside.h is.
 *
 * While something is rehearsed, whatever acts asks rehearsing() first, says
 * would() instead, and leaves everything as it was.
 */
#ifndef DAEMON_REHEARSE_H
#define DAEMON_REHEARSE_H

#include "daemon/inside.h"

/* An engine's next steps, answered by what is known (rehearse_play.c). */
struct pending {
	struct event *v;
	size_t first, n, cap;
};

struct play {
	struct supervisor *s;           /* s->g: the engine that plays */
	const struct generation *old;   /* whose answers are known */
	bool writes;            /* what would be written and measured is said,
	                           too */
	struct reply *reply;    /* takes it; NULL: there is none */
	struct pending events;
	struct effects fx;
	json_t *told;           /* what was answered, and how often */
	uint64_t ids;
	int64_t checks, unknown;
};

static inline bool
rehearsing(const struct supervisor *s)
{
	return s->rehearsal != NULL;
}

/* "start", "end", "measure", "tell", "send", "write"; a sentence that goes on
 * after "would". The same sentence is said once. */
void would(struct supervisor *, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Of a row that isn't the engine's, which is taken; borrowed while it is
 * rehearsed. */
json_t *would_write_row(struct supervisor *, const char *key, json_t *row);

/* "start etl for load on 2026-01-16, attempt 1" */
void start_sentence(struct supervisor *, uint64_t attempt, struct text *);
/* One effect in words. */
void rehearse_effect(struct supervisor *, const struct effect *);

void play_begin(struct play *, struct supervisor *,
    const struct generation *old);
/* Until nothing more follows from it. */
void play_event(struct play *, const struct event *);
void play_end(struct play *);

/* A command, on the engine as it is, which is as it was afterwards. */
void rehearse_command(struct supervisor *, const struct command *,
    struct reply *ret);

/* What a new generation would do at once, given what was measured last;
 * *ret_hash is the configuration's. Returns 0, or -EINVAL with findings. */
int rehearse_reload(struct supervisor *, const char *config, struct diag *,
    uint64_t *ret_hash);

#endif
