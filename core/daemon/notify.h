/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notify.h -- tells the service manager how things are (sd_notify's
 * protocol: one datagram of lines). Does nothing where none listens.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

struct notify;

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC, and removes them from the
 * environment, so that no worker inherits them. Returns owned, never NULL. */
struct notify *notify_open(void);

/* Each may be called at any time; errors are nobody's business. */
void notify_ready(struct notify *, const char *status);
void notify_reloading(struct notify *);         /* then notify_ready */
void notify_stopping(struct notify *);
/* Only after a whole tick including a journal write. */
void notify_alive(struct notify *);
void notify_status(struct notify *, const char *status);

/* Real ms between two notify_alive (half of what the manager asks for);
 * 0: it asks for none. */
int64_t notify_watchdog_ms(const struct notify *);

void notify_close(struct notify *);

#endif
