/* SPDX-License-Identifier: BSD-2-Clause
 *
 * message.h -- a notifier's message, as JSON.
 */
#ifndef PLUGIN_LIB_MESSAGE_H
#define PLUGIN_LIB_MESSAGE_H

#include <jansson.h>

#include "lib/call.h"

/* All that is known of it: {"id", "kind", "severity", ...}, without what is
 * empty; "merged" is a list. Owned. */
json_t *message_json(const struct call *);

/* "critical nba 2026-01-16: publish will miss 09:00". */
void message_headline(const struct call *, struct buf *);

/* Does it belong to an incident? */
bool message_of_incident(const struct call *);
bool message_is(const struct call *, const char *kind);

/* "Idempotency-Key: gatewarden-NOTIFIER-ID": the same for all tries of a
 * message. */
void message_key(const struct call *, struct buf *);

#endif
