/* SPDX-License-Identifier: BSD-2-Clause
 *
 * attempts.c -- what became of an attempt
 */
#include "engine/state.h"

void
attempt_event(struct engine *e, const struct event *ev)
{
	(void)e; (void)ev;
}
