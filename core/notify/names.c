/* SPDX-License-Identifier: BSD-2-Clause
 *
 * names.c -- the words for stages and outcomes. They stand in the journal
 * and in what people read, so they only ever grow in number.
 */
#include <assert.h>

#include "notify/notify.h"

const char *
notify_stage_name(enum notify_stage stage)
{
	static const char *const names[STAGES] = {
		[STAGE_ROUTE] = "route", [STAGE_NEWS] = "news",
		[STAGE_MAINTENANCE] = "maintenance",
		[STAGE_SILENCE] = "silence", [STAGE_FLAPPING] = "flapping",
		[STAGE_QUIET] = "quiet", [STAGE_BURST] = "burst",
		[STAGE_DIGEST] = "digest", [STAGE_CAP] = "cap",
	};

	assert(stage < STAGES);
	return names[stage];
}

const char *
notify_outcome_name(enum notify_outcome outcome)
{
	static const char *const names[] = { [NOTIFY_NOW] = "now",
		[NOTIFY_HELD] = "held", [NOTIFY_COLLECTED] = "collected",
		[NOTIFY_NOTHING] = "nothing" };

	assert(outcome <= NOTIFY_NOTHING);
	return names[outcome];
}
