/* SPDX-License-Identifier: BSD-2-Clause
 *
 * message.h -- what is told about an incident: the facts, gathered.
 */
#ifndef DAEMON_MESSAGE_H
#define DAEMON_MESSAGE_H

#include "daemon/view.h"

/* The body of a message for the notifiers (notice.h), as things are in a
 * view. `message` is its id. Owned; never NULL. */
json_t *message_of(const struct view *, uint64_t incident, enum notice_kind,
    enum severity, uint64_t message);

/* The same, as things are with the supervisor now (view_open.c). */
json_t *message_body(struct supervisor *, uint64_t incident,
    enum notice_kind, enum severity, uint64_t message);

#endif
