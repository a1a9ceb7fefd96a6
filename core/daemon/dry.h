/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dry.h -- a daemon that does everything but act. Private to the supervisor's
 * files.
 */
#ifndef DAEMON_DRY_H
#define DAEMON_DRY_H

#include "daemon/inside.h"

/* Is it one? */
static inline bool
dry(const struct supervisor *s)
{
	return s->ledger != NULL;
}

/* The journal is kept for what would be done; all else goes on in a copy of
 * it. Returns 0 or -errno, having said why. */
int dry_open(struct supervisor *);

/* Instead of what a plugin would be asked to do. */
void dry_start(struct supervisor *, uint64_t attempt);
void dry_deliver(struct supervisor *, int32_t notifier, const json_t *body,
    void (*done)(void *done_arg, const struct call_reply *), void *done_arg);

/* In the journal that stays, too: what was said, a row about the journal
 * itself, or one of what a dry run really does. False: it can't be written. */
bool dry_note(struct supervisor *, const char *kind, const char *subject,
    const char *key, const json_t *data);

#endif
