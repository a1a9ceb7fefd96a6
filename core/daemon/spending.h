/* SPDX-License-Identifier: BSD-2-Clause
 *
 * spending.h -- what checks may cost, where a database is paid by the bytes
 * that are read. For the supervisor and what is shown of it.
 */
#ifndef DAEMON_SPENDING_H
#define DAEMON_SPENDING_H

#include "daemon/inside.h"

enum spending {
	SPENDING_GO,            /* debited, durably; "budget_bytes" says it */
	SPENDING_WAIT,          /* until what is under way has answered */
	SPENDING_OVER,          /* nothing is left of the day */
	SPENDING_UNWRITTEN      /* the debit could not be written */
};

/* May this call be made now? Fills in the call's parameters; one that goes
 * has to come back with spending_leave. */
enum spending spending_enter(struct asked *, const struct instance *,
    json_t *input);
/* What the call has cost, and what it got and did not need. */
void spending_leave(struct asked *, const struct call_reply *);
/* Of one that waits: would it be answered otherwise now? */
bool spending_ready(const struct asked *);
/* Of SPENDING_OVER and SPENDING_UNWRITTEN: the sentence; owned (free()). */
char *spending_why(const struct asked *, enum spending);

/* The journal's rows; what was under way when the daemon ended has cost all
 * that it got. */
int spending_restore(struct supervisor *);

#endif
