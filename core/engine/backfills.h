/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backfills.h -- ranges of past dates that are acted upon after all. Private
 * to core/engine.
 */
#ifndef ENGINE_BACKFILLS_H
#define ENGINE_BACKFILLS_H

#include "engine/work.h"

/*------------------------------------------------------------ backfills.c */

/* NULL: there is none with that id. */
struct backfill_entry *backfill_of(const struct engine *, uint64_t id);
/* The one that lets us act on a date now; NULL: none does. Valid for the
 * step. */
const struct backfill_row *backfill_acting(const struct engine *,
    const struct day *);
void backfill_write(struct engine *, const struct backfill_entry *);
/* It begins, stands still, goes on or ends: its dates are looked at. */
void backfill_turn(struct engine *, struct backfill_entry *,
    enum backfill_state, enum backfill_stop);
void backfill_command(struct engine *, const struct command *,
    struct effect *);
void backfill_room(struct engine *);
/* When all rows are restored: marks the dates again. */
void backfills_index(struct engine *);

/* May we act on it unasked: is it young and not merely met, or does a
 * backfill let us? That one in *ret_by, else NULL: as on any other date. */
enum why phase_reach(const struct engine *, int32_t phase,
    const struct day *, int64_t wall, const struct backfill_row **ret_by);
enum why recovery_reach(const struct engine *, int32_t recovery,
    const struct day *, int64_t wall, const struct backfill_row **ret_by);
/* Is the date one that only a backfill would act upon? Live dates go before
 * it. */
bool day_is_past(const struct engine *, const struct day *);
/* As bad as it may be told of a date. */
enum severity told_within(const struct engine *, const struct day *,
    enum severity);

/*------------------------------------------------------- backfill_dates.c */

/* Looks at the active dates, ends and begins them; when again, at the latest,
 * or WAKE_NEVER. */
int64_t settle_backfills(struct engine *);

/* What is to be expected of a date that a backfill has made active. */
enum outlook {
	OUTLOOK_WORKING,        /* something runs, or will */
	OUTLOOK_UNTOLD,         /* it can't be told yet */
	OUTLOOK_STUCK,          /* nothing more will happen; `why` */
	OUTLOOK_EXTERNAL,       /* whole, but for what leaves the house */
	OUTLOOK_WHOLE
};

/*-------------------------------------------------------------- outlook.c */

enum outlook backfill_outlook(struct engine *, const struct backfill_row *,
    struct day *, enum why *ret_why);
/* Is the phase one that the backfill is for? */
bool backfill_covers(const struct backfill_row *, int32_t phase);
/* Does the recovery repair what it is for? */
bool backfill_serves(const struct engine *, const struct backfill_row *,
    int32_t recovery, const struct day *);

#endif
