/* SPDX-License-Identifier: BSD-2-Clause
 *
 * folding.h -- a fold over the journal that leaves the loop its time.
 */
#ifndef DAEMON_FOLDING_H
#define DAEMON_FOLDING_H

#include "daemon/supervisor.h"
#include "report/report.h"

struct folding;

/* Feeds a report with what the journal had when it began, a few milliseconds
 * at a time, and then calls `done` once, never from within: with the report
 * (borrowed), or with NULL and why. */
typedef void folding_done(void *arg, const struct report *, const char *why);
struct folding *folding_start(struct supervisor *,
    const struct report_query *, int64_t as_of, folding_done *, void *arg);
/* `done` isn't called any more. */
void folding_cancel(struct folding *);
/* All that are under way end without a report; the loop has to run until
 * their handles are closed. */
void foldings_free(struct supervisor *);

#endif
