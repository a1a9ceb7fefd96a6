/* SPDX-License-Identifier: BSD-2-Clause
 *
 * recoveries.c -- the recoveries of a date
 */
#include "engine/state.h"

void
settle_recoveries(struct engine *e, int32_t pipeline, struct day *d)
{
	(void)e; (void)pipeline; (void)d;
}
