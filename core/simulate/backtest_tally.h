/* SPDX-License-Identifier: BSD-2-Clause
 *
 * backtest_tally.h -- what a backtest counts while it lives through history.
 */
#ifndef SIMULATE_BACKTEST_TALLY_H
#define SIMULATE_BACKTEST_TALLY_H

#include "simulate/story.h"

/* A rule that was true of a date, whether or not people were told. */
struct firing {
	struct record where;
	enum root_kind kind;
	int32_t subject;
	enum severity severity; /* the worst it came to */
	int32_t times;          /* it was true, and true again */
	bool open;              /* at the end */
	int64_t at;             /* when it was first found true */
	int64_t violated;       /* since when it could have been;
	                           INSTANT_NONE: nobody can say */
	json_t *cause;          /* list of readings, of that time; owned */
};

/* A phase that evidence, or the lack of it, kept from starting. */
struct block {
	int32_t phase;
	struct date date;
	int64_t since, until;
	bool open;              /* until the end */
};

struct tally {
	struct story story;
	struct firing *firings;
	struct block *blocks;
	size_t n_firings, n_blocks, cap_firings, cap_blocks;
	int64_t *closed;        /* [phase][date]: since when; INSTANT_NONE */
	int32_t n_dates;
	struct doubt {          /* closed just now: looked at again */
		int32_t phase;
		struct date date;
	} *doubts;
	size_t n_doubts, cap_doubts;
	int64_t doubts_at;      /* when the first of them came */
};

void tally_init(struct tally *, const struct conf *, struct date from,
    struct date to);
void tally_free(struct tally *);

/* For world_watch. */
void tally_step(void *tally, const struct world *, const struct effects *);
/* What lasts to the end, ends there. */
void tally_end(struct tally *, int64_t until);

/* Of an incident's root; NULL: it has none. */
const struct firing *tally_firing(const struct tally *, enum root_kind,
    int32_t subject, const struct record *where);

#endif
