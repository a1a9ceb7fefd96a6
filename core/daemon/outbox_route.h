/* SPDX-License-Identifier: BSD-2-Clause
 *
 * outbox_route.h -- who gets a message, and who gets it next.
 */
#ifndef DAEMON_OUTBOX_ROUTE_H
#define DAEMON_OUTBOX_ROUTE_H

#include "daemon/outbox.h"
#include "notify/notify.h"

/* By name, or by former name; NONE. */
int32_t find_notifier(const struct conf *, const char *name);

/* Name to list of fallbacks, in the order of the routes that notify_route()
 * finds: {"team": ["last_resort"]}. What a fallback of its route would get
 * anyway isn't in its list. Owned. */
json_t *route_now(const struct conf *, const struct notify_case *,
    enum severity, int64_t now);

/* The same for the end of an incident, from the messages about it
 * (store_messages): whoever wasn't given up. Owned. */
json_t *route_to_told(const struct conf *, const json_t *messages);

/* For what is said about a notifier: by the routes of what is critical, whose
 * pipeline or phase don't matter here, to whoever isn't in trouble (`broken`,
 * by name) nor it itself; when that is nobody, to any other. Owned. */
json_t *route_around(const struct conf *, const json_t *broken,
    const char *itself);

/* The message of this id to this notifier among them, or NULL. Borrowed. */
const json_t *message_to(const json_t *messages, uint64_t id,
    const char *notifier);

#endif
