/* SPDX-License-Identifier: BSD-2-Clause
 *
 * audit.h -- everything that must hold of a journal, fed piece by piece.
 */
#ifndef JOURNAL_AUDIT_H
#define JOURNAL_AUDIT_H

#include "journal/backend.h"

enum { AUDIT_FINDINGS_MAX = 100 };

struct fold;
struct rules;

struct audit {
	struct diag *diag;      /* borrowed */
	const char *file;       /* where findings are; NULL: no place */
	int line;
	int32_t found;
	uint64_t events;
	struct fold *fold;
	struct rules *rules;
};

/* `diag` is borrowed until audit_end. */
void audit_init(struct audit *, struct diag *);

/* All events in order, then all rows, then all messages, then the end. */
void audit_event(struct audit *, const struct stored_event *);
void audit_row(struct audit *, const struct stored_row *);
void audit_message(struct audit *, const struct stored_message *);

/* What could only be judged with everything seen. */
void audit_end(struct audit *);

void audit_free(struct audit *);

#define CLEANUP_AUDIT __attribute__((cleanup(audit_free)))

/* One thing that doesn't hold. Beyond AUDIT_FINDINGS_MAX they are counted. */
void audit_finding(struct audit *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
