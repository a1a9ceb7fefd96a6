/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rules.h -- the laws, fed from the events of a journal.
 *
 * What the events, and then the messages, of a journal or an export say is
 * made into facts (laws.h); what is found is a finding of the audit, with
 * the event and the guarantee that is broken. A word that isn't one of ours
 * is a finding, too.
 */
#ifndef JOURNAL_RULES_H
#define JOURNAL_RULES_H

#include "journal/audit.h"

/* The audit is borrowed for life. Returns owned, never NULL. */
struct rules *rules_new(struct audit *);

void rules_event(struct rules *, const struct stored_event *);
void rules_message(struct rules *, const struct stored_message *);
void rules_end(struct rules *);

void rules_free(struct rules *);

#endif
