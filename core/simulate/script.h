/* SPDX-License-Identifier: BSD-2-Clause
 *
 * script.h -- the events of a scenario, when their time comes.
 */
#ifndef SIMULATE_SCRIPT_H
#define SIMULATE_SCRIPT_H

#include "simulate/scenario.h"

struct script;

/* All is borrowed. What lies before `begin` happens there. Returns owned,
 * never NULL. */
struct script *script_new(const struct conf *, const struct scenario *,
    int64_t begin);
void script_free(struct script *);

/* When the next event is due; INSTANT_NONE: never. */
int64_t script_next(const struct script *);

enum script_take {
	SCRIPT_NOTHING,         /* none is due yet */
	SCRIPT_COMMAND,         /* step the engine with *ret_event */
	SCRIPT_MODEL,           /* from now on *ret_model holds */
	SCRIPT_DONE             /* there is nothing to do for it */
};
enum script_take script_take(struct script *, const struct engine *,
    const struct now *, struct event *ret_event,
    const struct scenario_action **ret_model);

/* The engine's answer to a command (EFFECT_REPLY). */
void script_replied(struct script *, const struct effect *, int64_t at);
/* The last answer to one; false: none yet. */
bool script_reply(const struct script *, int32_t event,
    enum reply_code *ret);

#endif
