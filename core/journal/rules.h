/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules.h -- what must hold of attempts, incidents and messages.
 *
 * Of an attempt ({"id", "state"}): its first event is the intent, there is
 * one intent, and its states only go forward. Of an incident ({"number",
 * "open"}): if it is closed and a message of it was delivered, then its end
 * ("kind": "resolved") is in the outbox too, for each notifier that
 * delivered one. Of a message: its incident exists, and what was delivered
 * was tried.
 */
#ifndef JOURNAL_RULES_H
#define JOURNAL_RULES_H

#include "journal/audit.h"

/* Returns owned, never NULL. */
struct rules *rules_new(void);

void rules_event(struct rules *, struct audit *, const struct stored_event *);
void rules_row(struct rules *, const struct stored_row *);
void rules_message(struct rules *, struct audit *,
    const struct stored_message *);
void rules_end(struct rules *, struct audit *);

void rules_free(struct rules *);

#endif
