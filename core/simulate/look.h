/* SPDX-License-Identifier: BSD-2-Clause
 *
 * look.h -- a simulated world as the daemon's words see it.
 */
#ifndef SIMULATE_LOOK_H
#define SIMULATE_LOOK_H

#include "daemon/view.h"
#include "simulate/world.h"

/* As it is now; valid as long as `*w` is, and until its next step. */
struct view world_look(const struct world **w);

/* The answer that `gatewarden status` would get (daemon/status.h), but for
 * what a daemon says of itself. `told`: when a message was delivered last;
 * INSTANT_NONE. Owned. */
json_t *world_screen(const struct world *, int64_t told);

#endif
