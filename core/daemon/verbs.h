/* SPDX-License-Identifier: BSD-2-Clause
 *
 * verbs.h -- a handler for each verb of the table.
 */
#ifndef DAEMON_VERBS_H
#define DAEMON_VERBS_H

#include "control/control.h"
#include "daemon/supervisor.h"

/* Binds all verbs and becomes the supervisor's watcher; lives until the
 * control is freed, which must come before the supervisor's end. */
void verbs_bind(struct supervisor *, struct control *);

#endif
