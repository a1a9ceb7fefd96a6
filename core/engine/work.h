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

/* Since when all that its conditions rest on reads as it does; INSTANT_NONE:
 * they rest on nothing measured. */
int64_t edge_since(const struct engine *, int32_t phase, const struct day *);
/* Has everything of a source that is owed been measured from `since` on (by
 * the instant at which it began), and its gate answered for that? */
bool source_measured(const struct engine *, const struct source *,
    int64_t since);
/* Asks for what hasn't been. */
void source_want(struct engine *, const struct source *, int64_t since);
/* Is one of the checks of a source a stale one? Its index, or NONE. */
int32_t source_stale(const struct engine *, const struct source *,
    const struct now *);
/* Measures again what is stale; `waits`, for what will be. */
void want_stale(struct engine *, const struct source *, struct day *waits);
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
/* The end of its last try, by us or by an outside run; INSTANT_NONE: there
 * was none. */
int64_t tried_until(const struct engine *, int32_t phase,
    const struct day *);
void closed_add(struct closed *, enum why, int32_t subject, int32_t detail);
void closed_until(struct closed *, enum why, int32_t subject, int64_t at);
/* Not now, and everything that is closed. */
void reply_closed(struct effect *reply, const struct closed *,
    enum verdict edge);
enum verdict phase_edge(const struct engine *, int32_t phase,
    const struct day *, int64_t wall);
/* The earliest start by its own clock; INSTANT_NONE: none. */
int64_t phase_not_before(const struct engine *, int32_t phase,
    const struct day *);

/*------------------------------------------------------------ phase_table.c */

enum phase_event {
	PHASE_EVENT_START,      /* its intent is written */
	PHASE_EVENT_SIGNAL,     /* an outside run has begun */
	PHASE_EVENT_RUNS,       /* its process runs */
	PHASE_EVENT_ENDED,      /* it has ended and says that it succeeded */
	PHASE_EVENT_AGAIN,      /* this try is over; the plan goes on */
	PHASE_EVENT_GAVE_UP,    /* this try is over, and was the last */
	PHASE_EVENT_DOUBT,      /* the supervisor died meanwhile */
	PHASE_EVENT_DONE,       /* the evidence says that it is done */
	PHASE_EVENT_REFUTED,    /* the evidence says that it isn't */
	PHASE_EVENT_IDLE,       /* nothing is owed */
	PHASE_EVENT_OWED,       /* something is owed after all */
	PHASE_EVENT_REOPEN,     /* a person lets it try from the start */
	PHASE_EVENT_RERUN,      /* what it was made from has changed */
	PHASE_EVENTS
};

/* Does the table have this move? */
bool phase_may(enum phase_state, enum phase_event);
/* Moves the row, which the caller completes and writes. A move that the
 * table doesn't have is a programming error. */
struct phase_row *phase_move(struct engine *, int32_t phase, struct day *,
    enum phase_event);
void phase_write(struct engine *, int32_t phase, struct day *);

/*------------------------------------------------------------------- jump.c */

/* Somebody has set the clock, by so much. */
void clock_jumped(struct engine *, int64_t ms);
/* After a restart: it may have been set back since the rows were written. */
void clock_found(struct engine *);

/*----------------------------------------------------------------- phases.c */

/* The evidence has proved it: closes its try. */
void phase_is_done(struct engine *, int32_t phase, struct day *,
    uint32_t marks);
/* Its attempt is over and didn't bring it about: the plan goes on or
 * ends. */
void phase_try_failed(struct engine *, int32_t phase, struct day *,
    enum outcome);
/* A plan from its start: attempts are counted anew. */
void phase_episode(struct phase_row *);

/*----------------------------------------------------------------- starts.c */

struct asker {
	enum starter by;
	const char *actor;      /* may be NULL */
};

/* The only way to a start. Starts, or returns false with what is closed;
 * stale evidence is being measured again then. */
bool start_phase(struct engine *, int32_t phase, struct day *,
    const struct asker *, struct closed *ret);
/* Stale evidence of its edge is measured again. */
void want_edge(struct engine *, int32_t phase, struct day *);
/* Of an attempt that starts a phase. */
void phase_started(struct engine *, struct attempt_entry *, struct day *);
void phase_ended(struct engine *, struct attempt_entry *, struct day *);

/*----------------------------------------------------------------- bypass.c */

enum arrival {
	ARRIVED,                /* done, and its edge was open */
	ARRIVED_OVERRIDDEN,     /* closed, but an operator had accepted that */
	ARRIVED_BYPASSED,       /* its edge was closed */
	ARRIVAL_UNSETTLED       /* being measured */
};

/* How a phase came to be done that we didn't start. */
enum arrival phase_arrival(struct engine *, int32_t phase, struct day *);

/*------------------------------------------------------------------ rerun.c */

/* The check's value has been changed by a proven repair: what was started
 * on the old one is stale. */
void rerun_after_proof(struct engine *, int32_t pipeline, struct day *,
    int32_t check);
/* The phase has been made again: what was made from it before is stale. */
void rerun_after_done(struct engine *, int32_t phase, struct day *);
/* Is it stale, and to be made again unasked? */
bool rerun_unasked(const struct engine *, int32_t phase, const struct day *);

/*----------------------------------------------------------------- damage.c */

/* So many checks of a recovery have a bit in its attempts. */
enum { REPAIRS_MAX = 16 };

static inline int32_t
repairs_of(const struct recovery_def *r)
{
	return r->n_repairs < REPAIRS_MAX ? r->n_repairs : REPAIRS_MAX;
}

static inline bool
in_list(const int32_t *list, int32_t n, int32_t check)
{
	int32_t i;

	for (i = 0; i < n; i++)
		if (list[i] == check)
			return true;
	return false;
}

/* What of a recovery's checks asks for a repair. */
struct damage {
	uint32_t failing, passing;      /* bit i: repairs[i] */
	bool unconfirmed, unknown;
	int32_t stale;          /* a check to be measured first, or NONE */
	bool met_too_late;      /* all that fails: a backfill repairs it */
	const struct backfill_row *by;  /* the one that does, or NULL */
};

/* Is there something that this recovery is for, and is it its turn? A person
 * takes no turns. */
enum why damage_closed(const struct engine *, int32_t recovery,
    const struct day *, const struct now *, enum starter,
    struct damage *ret);

/*------------------------------------------------------------------ rungs.c */

/* Has a recovery come to its end for this check, so that the next one's turn
 * has come? */
bool rung_over(const struct engine *, int32_t recovery, int32_t check,
    const struct day *);
/* Takes away what it may repair no more; where nothing is left, why. */
enum why rung_closed(const struct engine *, int32_t recovery,
    const struct day *, uint32_t *failing);

/*--------------------------------------------------------------- breakers.c */

/* NONE: its action has none. */
static inline int32_t
breaker_of(const struct engine *e, int32_t action)
{
	return e->graph->n_breakers == 0 || action == NONE ? NONE :
	    e->graph->actions[action].breaker;
}

/* WHY_NOTHING, or WHY_BREAKER and when time alone changes that, or
 * INSTANT_NONE; what becomes of other attempts does, too. */
enum why breaker_closed(const struct engine *, int32_t action,
    int64_t wall, enum starter, int64_t *ret_until);
/* In front of the intent of a start that it let through. */
void breaker_intent(struct engine *, int32_t action, enum starter);
/* An attempt has closed; `held`: it had been for a person to decide. */
void breaker_saw(struct engine *, const struct attempt_row *, bool held);
/* When all rows are restored. */
void breakers_count(struct engine *);
/* Half-opens those whose time has come, or whose cause is gone. */
void breakers_settle(struct engine *, int64_t *ret_wake);

/*----------------------------------------------------------------- tracks.c */

/* Has it brought about what it was for, or a part of that? */
bool attempt_succeeded(const struct attempt_row *);
void track_saw(struct engine *, const struct attempt_row *);
/* It has made worse what it was to repair. */
void recovery_disable(struct engine *, const struct attempt_row *);
/* False: it wasn't disabled. */
bool recovery_enable(struct engine *, int32_t recovery, const char *actor);
/* The incidents of actions that never succeed, or do harm. */
void tracks_settle(struct engine *, int64_t *ret_wake);

/*------------------------------------------------------------- recoveries.c */

/* Why a recovery doesn't start; WHY_NOTHING: it would. */
enum why recovery_closed(const struct engine *, int32_t recovery,
    const struct day *, const struct now *, enum starter,
    struct damage *ret, int64_t *ret_at);
/* Starts it, or says why not. */
enum why start_recovery(struct engine *, int32_t recovery, struct day *,
    const struct asker *, int64_t *ret_at);
/* Its attempt has ended, or nothing of it was found: now it is proved, in
 * the state VERIFYING or IN_DOUBT. */
void recovery_ended(struct engine *, struct attempt_entry *, struct day *,
    enum attempt_state);
void recovery_write(struct engine *, int32_t recovery, struct day *);
/* A plan from its start. */
void recovery_episode(struct recovery_row *);

/*------------------------------------------------------------------ proof.c */

/* How much of a check is short; NaN: can't be told. */
double shortfall(const struct engine *, int32_t check, const struct day *);
/* The same, and what of it is waived. */
double lacking(const struct engine *, int32_t check, const struct day *);
/* Proves what was tried on this date. */
void settle_proofs(struct engine *, int32_t pipeline, struct day *);
/* Its outcome is known: the plan goes on or ends. */
void recovery_proved(struct engine *, struct attempt_entry *, struct day *,
    enum outcome);

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
/* Forgets those that have been closed: not while they are walked. */
void attempts_settle(struct engine *);
/* When all rows are restored. */
void attempts_index(struct engine *);
/* Starts of an action (NONE: of any) within the last hour, by a backfill (0:
 * by none). */
int32_t attempts_in_hour(const struct engine *, int32_t action,
    uint64_t backfill, int64_t wall, int64_t *ret_first);
int32_t attempts_of_recovery(const struct engine *, int32_t recovery,
    const struct day *, uint64_t backfill);
/* WHY_NOTHING, or the budget that is spent and until when. */
enum why budget_spent(const struct engine *, int32_t action,
    const struct backfill_row *, int64_t wall, int64_t *ret_until);
/* A place for one more; NULL: every one is still needed. */
struct attempt_entry *attempt_add(struct engine *, int32_t pipeline,
    const struct day *);
/* While rows are restored: what is closed makes room. */
void attempt_room(struct engine *);
void attempt_write(struct engine *, const struct attempt_entry *);
void attempt_close(struct engine *, struct attempt_entry *, enum outcome);
struct day *attempt_day(const struct engine *, const struct attempt_entry *);
void copy_text(char *to, size_t size, const char *from);
bool same_text(const char *, const char *);
/* After a restart: what was in flight is in doubt. */
void doubt_attempts(struct engine *);

/* Do they exclude each other? */
bool same_action_target(const struct engine *, int32_t action,
    int32_t other);
/* An attempt in flight that excludes a start of this action, or 0. */
uint64_t target_busy(const struct engine *, int32_t action);

/*------------------------------------------------------------------ holds.c */

/* The id of a live hold, or 0. */
uint64_t held_by(const struct engine *, enum hold_scope, int32_t subject,
    int32_t pipeline, const struct day *, int64_t wall);
/* Holds and overrides whose time is over; their next end in *ret_wake. */
void expire_holds(struct engine *, int64_t *ret_wake);
void hold_command(struct engine *, const struct command *, struct effect *);
void release_command(struct engine *, const struct command *,
    struct effect *);
bool release_hold(struct engine *, uint64_t id);
/* A place in a full table, if what is over leaves one. Entries move. */
void hold_room(struct engine *);
void holds_count(struct engine *);

/*------------------------------------------------------------- overrides.c */

void expire_overrides(struct engine *, int64_t *ret_wake);

struct override_entry *override_live(const struct engine *, int32_t phase,
    const struct day *, int64_t wall);
/* Does it accept everything that is closed? */
bool override_accepts(const struct override_entry *, const struct closed *);
void override_room(struct engine *);
void overrides_count(struct engine *);
void override_spend(struct engine *, struct override_entry *);
void override_command(struct engine *, const struct command *,
    struct day *, struct effect *);
bool override_undo(struct engine *, uint64_t id);

/*---------------------------------------------------------------- orphans.c */

void orphan_restore(struct engine *, const struct attempt_row *);
/* Starts within the last hour, action NONE: of any, by a backfill (0: by
 * none); *ret_first is lowered to the first of them. */
int32_t orphans_in_hour(const struct engine *, int32_t action,
    uint64_t backfill, int64_t wall, int64_t *ret_first);
/* One that still runs on the same target, or 0. */
uint64_t orphan_busy(const struct engine *, int32_t action);
/* False: there is none of this id. */
bool orphan_event(struct engine *, const struct event *);

/*---------------------------------------------------------------- waivers.c */

void waiver_room(struct engine *);
void waivers_count(struct engine *);
void expire_waivers(struct engine *, int64_t *ret_wake);
void waive_command(struct engine *, const struct command *, struct day *,
    struct effect *);
bool waiver_undo(struct engine *, uint64_t id);
/* Has one of its waivers ended since then? */
bool waiver_ended(const struct engine *, int32_t check, const struct day *,
    int64_t since);
/* Is the whole check waived? */
bool check_waived(const struct engine *, int32_t check, const struct day *);
/* A measurement has been judged: what of its waivers has arrived after
 * all? */
void waivers_measured(struct engine *, int32_t check, struct day *,
    const struct measurement *, const struct check_row *);

/*---------------------------------------------------------------- permits.c */

void permit_room(struct engine *);
/* How many aren't over: whenever that may have changed. */
void permits_count(struct engine *);
void expire_permits(struct engine *, int64_t *ret_wake);
void permit_command(struct engine *, const struct command *, struct day *,
    struct effect *);
void signal_command(struct engine *, const struct command *, struct day *,
    struct effect *);
/* Its phase is done, or a person has taken it back. */
void permit_close(struct engine *, struct permit_entry *);

/* The permit that a run has, granted or started, for a phase; NULL: none. */
struct permit_entry *permit_live(const struct engine *, int32_t phase,
    const struct day *, int64_t wall);

#endif
