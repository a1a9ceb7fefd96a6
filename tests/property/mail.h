/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mail.h -- messages outside: the daemon's outbox over a store in memory,
 * and the far ends of its notifiers. Where a play has none (p->mail NULL),
 * each function does nothing.
 */
#ifndef TESTS_PROPERTY_MAIL_H
#define TESTS_PROPERTY_MAIL_H

#include "play.h"

struct mail *mail_new(void);
void mail_free(struct mail *);

/* A seed begins: an empty store, far ends that are well. */
void mail_begin(struct play *);
/* A supervisor has the store, or has it no more. */
void mail_open(struct play *, struct sup *);
void mail_close(struct play *, struct sup *);
void mail_reload(struct play *, struct sup *);
/* In the commit of a step. */
void mail_queue(struct play *, struct sup *, const struct effect *notify);
/* After a commit, and when time has passed. */
void mail_tick(struct play *, struct sup *);
/* One of the deliveries under way ends; false: none is. */
bool mail_answer(struct play *);
int64_t mail_wake(struct play *, const struct sup *);
/* A far end breaks or is mended; all are. */
void mail_trouble(struct play *);
void mail_mended(struct play *);
/* After a quiet time: what had to arrive has. */
void mail_judge_end(struct play *);

#endif
