/* SPDX-License-Identifier: BSD-2-Clause
 *
 * holds.c -- what operators hold back, and what they accept.
 */
#include "engine/work.h"

static bool
hold_covers(const struct hold_entry *x, enum hold_scope scope,
    int32_t subject, int32_t pipeline, const struct day *d)
{
	if (!x->row.any_date && x->at.date.day != d->date.day)
		return false;
	switch (x->row.scope) {
	case HOLD_ALL:
		return true;
	case HOLD_PIPELINE:
		return x->row.subject == pipeline;
	case HOLD_PHASE:
	case HOLD_RECOVERY:
		break;
	}
	return x->row.scope == scope && x->row.subject == subject;
}

uint64_t
held_by(const struct engine *e, enum hold_scope scope, int32_t subject,
    int32_t pipeline, const struct day *d, int64_t wall)
{
	int32_t i;

	for (i = 0; i < e->holds.n; i++) {
		const struct hold_entry *x = table_at(&e->holds, i);

		if (x->row.live && (x->row.until == INSTANT_NONE ||
		    wall < x->row.until) &&
		    hold_covers(x, scope, subject, pipeline, d))
			return x->row.id;
	}
	return 0;
}
