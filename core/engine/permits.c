/* SPDX-License-Identifier: BSD-2-Clause
 *
 * permits.c -- the answer to "may this phase start?", for outside runs
 */
#include "engine/work.h"

static bool
permit_lives(const struct permit_row *p, int64_t wall)
{
	return p->state == PERMIT_STARTED ||
	    (p->state == PERMIT_GRANTED && wall < p->valid_until);
}

struct permit_entry *
permit_live(const struct engine *e, int32_t phase, const struct day *d,
    int64_t wall)
{
	int32_t i;

	for (i = e->permits.n - 1; i >= 0; i--) {
		struct permit_entry *x = table_at(&e->permits, i);

		if (x->row.phase == phase && permit_lives(&x->row, wall) &&
		    where_is(&x->at, e->graph->phases[phase].pipeline, d))
			return x;
	}
	return NULL;
}
