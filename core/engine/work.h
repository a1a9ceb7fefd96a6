/* SPDX-License-Identifier: BSD-2-Clause
 *
 * work.h -- what the parts that start, prove and command share. Private to
 * core/engine.
 */
#ifndef ENGINE_WORK_H
#define ENGINE_WORK_H

#include "engine/state.h"

/*------------------------------------------------------------- evidence.c */

/* Checks that a condition rests on, and the date that they are read for. */
struct source {
	const struct day *day;          /* NULL: not watched */
	const int32_t *checks;
	int32_t n;
	int32_t gate;                   /* that combines them, or NONE */
};

/* What a phase's `done` rests on. */
void source_of_done(const struct engine *, int32_t phase,
    const struct day *, struct source *ret);
/* What its k-th condition rests on: upstreams first, then guards. False
 * beyond the last. */
bool source_of_edge(const struct engine *, int32_t phase,
    const struct day *, int32_t k, struct source *ret);

/* A phase's `done`, as the evidence has it now. */
struct done {
	enum verdict verdict;
	bool holds;             /* open or degraded */
	bool skip;              /* nothing of it is owed */
};
struct done phase_done(const struct engine *, int32_t phase,
    const struct day *, int64_t wall);

/* The verdict of k-th condition; of an edge whose upstream is done, what the
 * evidence of that says now. */
enum verdict edge_verdict(const struct engine *, int32_t phase,
    const struct day *, int32_t k, int64_t wall);
int32_t edge_count(const struct engine *, int32_t phase);
/* Marks that a start or an end inherits from its conditions. */
uint32_t edge_marks(const struct engine *, int32_t phase,
    const struct day *, int64_t wall);

/* Has everything of a source that is owed been measured from `since` on (by
 * the instant at which it began), and its gate answered for that? */
bool source_measured(const struct engine *, const struct source *,
    int64_t since);
/* Asks for what hasn't been. */
void source_want(struct engine *, const struct source *, int64_t since);
/* Is one of the checks of a source a stale one? Its index, or NONE. */
int32_t source_stale(const struct engine *, const struct source *,
    const struct now *);
bool source_has(const struct source *, int32_t check);

/* What a start relies on: the values of all of its conditions. */
uint64_t evidence_hash(const struct engine *, int32_t phase,
    const struct day *);
/* Do the phase's own conditions rest on this check (of its date)? */
bool edge_uses(const struct engine *, int32_t phase, const struct day *,
    int32_t check);
bool done_uses(const struct engine *, int32_t phase, const struct day *,
    int32_t check);

/*------------------------------------------------------------- conditions.c */

/* Who would start it. A person isn't bound by adoption, age and what has
 * been tried; an outside run by nothing that is about our own starts. */
enum starter { BY_ENGINE, BY_PERSON, BY_RUN };

struct closed {
	int32_t n;
	bool more;              /* there were more than fit */
	int64_t first_at, last_at;      /* of those that time opens */
	struct condition v[CONDITIONS_MAX];     /* worst first */
};

/* All that is closed, but for stale evidence. */
void phase_conditions(const struct engine *, int32_t phase,
    const struct day *, const struct now *, enum starter,
    struct closed *ret);
/* Adds the evidence that would have to be measured first. */
void phase_stale(const struct engine *, int32_t phase, const struct day *,
    const struct now *, enum starter, struct closed *ret);
void closed_add(struct closed *, enum why, int32_t subject, int32_t detail);
void closed_until(struct closed *, enum why, int32_t subject, int64_t at);
/* Of everything that is closed: what the asker is told. */
enum verdict closed_verdict(const struct closed *, enum verdict edge);
enum verdict phase_edge(const struct engine *, int32_t phase,
    const struct day *, int64_t wall);
/* The earliest start by its own clock; INSTANT_NONE: none. */
int64_t phase_not_before(const struct engine *, int32_t phase,
    const struct day *);

/*--------------------------------------------------------------- attempts.c */

enum { HOUR_MS = 3600000 };

static inline bool
in_flight(const struct attempt_row *a)
{
	return a->state != ATTEMPT_CLOSED;
}

struct attempt_entry *attempt_find(const struct engine *, uint64_t id);
/* Walks the attempts that are in flight: from *i = 0 on; NULL ends. */
struct attempt_entry *attempt_live(const struct engine *, int32_t *i);
/* Starts of an action (NONE: of any) within the last hour. */
int32_t attempts_in_hour(const struct engine *, int32_t action,
    int64_t wall, int64_t *ret_first);
int32_t attempts_of_recovery(const struct engine *, int32_t recovery,
    const struct day *);
/* WHY_NOTHING, or the budget that is spent and until when. */
enum why budget_spent(const struct engine *, int32_t action, int64_t wall,
    int64_t *ret_until);
/* An attempt in flight that excludes a start of this action, or 0. */
uint64_t target_busy(const struct engine *, int32_t action);

/*------------------------------------------------------------------ holds.c */

/* The id of a live hold, or 0. */
uint64_t held_by(const struct engine *, enum hold_scope, int32_t subject,
    int32_t pipeline, const struct day *, int64_t wall);

/*---------------------------------------------------------------- permits.c */

/* The permit that a run has, granted or started, for a phase; NULL: none. */
struct permit_entry *permit_live(const struct engine *, int32_t phase,
    const struct day *, int64_t wall);

#endif
