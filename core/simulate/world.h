/* SPDX-License-Identifier: BSD-2-Clause
 *
 * world.h -- the engine in a world of recorded facts, under a virtual clock.
 *
 * The same engine as the daemon's, with nothing around it: no process, no
 * file, no wall clock. What it asks is answered from facts, what it starts
 * ends as the scenario says, what it would tell is collected by whoever
 * watches.
 */
#ifndef SIMULATE_WORLD_H
#define SIMULATE_WORLD_H

#include "engine/engine.h"
#include "simulate/facts.h"

struct world;

struct world_setup {
	const struct conf *conf;        /* all borrowed */
	const struct scenario *scenario;
	const struct facts *facts;
	struct date from;       /* the first date that is watched */
	int64_t begin;          /* wall: where the clock starts, at the
	                           earliest when that date begins;
	                           INSTANT_NONE: there */
	int64_t until;          /* wall: where it ends */
};

/* Returns owned, or NULL after an error in `diag`. */
struct world *world_new(const struct world_setup *, struct diag *);
void world_free(struct world *);

/* Who looks on. */
struct world_watch {
	void *arg;
	/* After each step: its effects in order; the engine is as they left
	 * it. */
	void (*step)(void *arg, const struct world *,
	    const struct effects *);
	/* At each of the instants `stops`, ascending, between steps; may be
	 * NULL. */
	void (*stop)(void *arg, const struct world *, int64_t at);
	const int64_t *stops;
	size_t n_stops;
	/* Now and then, for a progress bar; may be NULL. */
	void (*time)(void *time_arg, int64_t wall);
	void *time_arg;
};

/* From the beginning of `from` to `until`. */
void world_run(struct world *, const struct world_watch *);

const struct conf *world_conf(const struct world *);
const struct engine *world_engine(const struct world *);
const struct now *world_now(const struct world *);
/* What a gate said last about a date ("reasons", ...); borrowed, or NULL. */
const json_t *world_said(const struct world *, int32_t gate, struct date);
/* Is the action's effect a model, or only assumed to be none? */
bool world_models(const struct world *, int32_t action);

/* The answer to an event of the scenario that is a command; false: it hasn't
 * been given. */
bool world_reply(const struct world *, int32_t event, enum reply_code *ret);

struct world_counts {
	uint64_t steps, measurements, evaluations, starts;
	uint64_t events, hash;  /* of the journal that this would have made */
	int32_t gates_unknown;
};
void world_counts(const struct world *, struct world_counts *ret);
/* Answers of a check that were assumed. */
uint64_t world_assumed(const struct world *, int32_t check);

#define CLEANUP_WORLD __attribute__((cleanup(cleanup_world)))

static inline void
cleanup_world(struct world **w)
{
	world_free(*w);
}

#endif
