/* SPDX-License-Identifier: BSD-2-Clause
 *
 * phases.c -- the phases of a date
 */
#include "engine/state.h"

void
settle_phases(struct engine *e, int32_t pipeline, struct day *d)
{
	(void)e; (void)pipeline; (void)d;
}
