/* SPDX-License-Identifier: BSD-2-Clause
 *
 * play.h -- one date lived through by the engine, with checks that read what
 * they are told to.
 */
#ifndef PROVE_PLAY_H
#define PROVE_PLAY_H

#include "prove/prover.h"

struct play_setup {
	struct prover *prover;
	int32_t pipeline;
	const bool *fails;      /* by check: it fails on the date; NULL: none */
	int32_t healer;         /* recovery: the end of its run heals; NONE */
	int64_t from, until;    /* wall; from: not before the date begins */
};

struct played_phase {
	int64_t late_at, done_at;       /* INSTANT_NONE */
	enum severity severity;         /* when late */
};

struct played_recovery {
	int32_t starts;
	int64_t began_at, recovered_at; /* the first; INSTANT_NONE */
	enum why why;           /* why it didn't start, at the end */
	enum why ended;         /* what ended its plan */
};

/* What happened on the date; freed with play_free(). */
struct play {
	struct played_phase *phases;            /* by phase */
	struct played_recovery *recoveries;     /* by recovery */
	int64_t *alarms;        /* by gate: since when it stood */
};

/* False: there is too much of it, and what happened is not known. */
bool play(struct play *, const struct play_setup *);
void play_free(struct play *);

/* When each check of a pipeline is due on the stage's date, as the engine
 * has it: into prover->checks. */
void play_dues(struct prover *, int32_t pipeline);

#endif
