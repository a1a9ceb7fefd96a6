/* SPDX-License-Identifier: BSD-2-Clause
 *
 * message_private.h -- what message.c and message_fix.c share.
 */
#ifndef DAEMON_MESSAGE_PRIVATE_H
#define DAEMON_MESSAGE_PRIVATE_H

#include "base/text.h"
#include "daemon/view.h"

enum { CHECKS_MAX = 64 };

/* Of one incident, as they are gathered. */
struct facts {
	struct view v;
	const struct incident_row *row;
	struct record where;
	const struct zone *zone;
	int32_t checks[CHECKS_MAX];
	int32_t n_checks;
	struct text title, since, lasted, why, rule, tried, last, deadline,
	    held, fix;
};

/* Does a recovery repair one of the incident's checks? */
bool message_repairs(const struct facts *, const struct recovery_def *);
/* The command that a person would use, filled in. */
void message_fix(struct facts *);
/* Where a person reads on; NULL: nothing is named. Borrowed. */
const char *message_runbook(const struct facts *);

#endif
