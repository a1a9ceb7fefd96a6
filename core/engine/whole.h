/* SPDX-License-Identifier: BSD-2-Clause
 *
 * whole.h -- everything at once, for the tests of the engine.
 *
 * A step settles what its event has touched. To settle all the rest, too,
 * must change nothing: that is what tests/property asks after its steps.
 * Private to core/engine and its tests.
 */
#ifndef ENGINE_WHOLE_H
#define ENGINE_WHOLE_H

#include "engine/engine.h"

/* The next step settles every object of every date. */
void engine_touch_all(struct engine *);

#endif
