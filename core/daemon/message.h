/* SPDX-License-Identifier: BSD-2-Clause
 *
 * message.h -- what is told about an incident: the facts, gathered.
 */
#ifndef DAEMON_MESSAGE_H
#define DAEMON_MESSAGE_H

#include "daemon/supervisor.h"

/* The body of a message for the notifiers (notice.h), as things are now.
 * `message` is its id. Owned; never NULL. */
json_t *message_body(struct supervisor *, uint64_t incident,
    enum notice_kind, enum severity, uint64_t message);

#endif
