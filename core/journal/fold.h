/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fold.h -- the rows that the events come to, compared with those kept.
 */
#ifndef JOURNAL_FOLD_H
#define JOURNAL_FOLD_H

#include "journal/audit.h"

/* Returns owned, never NULL. */
struct fold *fold_new(void);

void fold_event(struct fold *, struct audit *, const struct stored_event *);
void fold_row(struct fold *, struct audit *, const struct stored_row *);
void fold_end(struct fold *, struct audit *);

void fold_free(struct fold *);

#endif
