/* SPDX-License-Identifier: BSD-2-Clause
 *
 * measured.h -- a check's answer in the engine's terms.
 */
#ifndef DAEMON_MEASURED_H
#define DAEMON_MEASURED_H

#include <jansson.h>

#include "engine/engine.h"

/* Of what a worker said (pool.h); `fault`: it said nothing. Without id and
 * beginning. */
struct measurement measurement_read(const json_t *answer, bool fault);

#endif
