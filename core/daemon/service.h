/* SPDX-License-Identifier: BSD-2-Clause
 *
 * service.h -- what has come of an action over all dates, for people: its
 * record, the breaker of its target, recoveries that are disabled.
 */
#ifndef DAEMON_SERVICE_H
#define DAEMON_SERVICE_H

#include "base/text.h"
#include "daemon/view.h"

/* "scrape_bdl: no success in 23 tries"; of one that made something worse,
 * that. */
void service_title(const struct view *, int32_t action, struct text *);
/* The lines below it: since when, and what was how bad before and after. */
void service_why(const struct view *, int32_t action, const struct zone *,
    struct text *);

/* "the breaker of bdl is open until 07:52, or until what failed passes: 3
 * failures"; of a closed one, how many it lets through at once. */
void service_breaker(const struct view *, int32_t breaker,
    const struct zone *, struct text *);
/* "phase4_backfill is disabled for pdc since 01-16 07:10 (attempt 12)";
 * nothing of one that isn't. */
void service_disabled(const struct view *, int32_t recovery,
    const struct zone *, struct text *);

/* Members of a recovery or phase, by its action: "track", and "breaker" where
 * it has one. */
void put_service(json_t *, const struct view *, int32_t action,
    const struct zone *);
/* Why nothing more starts, into what a person is asked to see: breakers that
 * aren't closed, recoveries that are disabled. `add` gets a kind, a sentence
 * and the command that shows more. */
void service_needs(const struct view *, void *arg, void (*add)(void *arg,
    const char *kind, const char *sentence, const char *look));
/* {"checks", "attempt", "at", "text"}, or NULL. Owned. */
json_t *view_disabled(const struct view *, int32_t recovery,
    const struct zone *);

#endif
