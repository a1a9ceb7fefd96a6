/* SPDX-License-Identifier: BSD-2-Clause
 *
 * laws.h -- what can't happen, judged on facts.
 *
 * One judge for every kind of witness: `journal check` feeds it what a
 * journal or an export says (rules.c), the simulator what its supervisors
 * have committed. Facts are neutral: numbers, instants, states. Who feeds
 * them gives every name a number, the same number for the same thing, and
 * things of different kinds different numbers: of a check, a gate, a phase
 * with its pipeline, a recovery, an action, a notifier, a breaker, a
 * pipeline. 0 is no name.
 *
 * Facts come in the order of the journal. What isn't known is left out (0,
 * NULL, or as the member says), and a law whose input is missing says
 * nothing: a journal of an older program is not a broken one.
 *
 * What is kept is what is live: rows of dates that are closed are dropped.
 */
#ifndef JOURNAL_LAWS_H
#define JOURNAL_LAWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* The words of the journal, in its order. */
enum law_result { LAW_PASS, LAW_WARN, LAW_FAIL, LAW_UNKNOWN, LAW_SKIP,
	LAW_NOT_DUE, LAW_RESULTS };
enum law_verdict { LAW_OPEN, LAW_DEGRADED, LAW_WAITING, LAW_NO_VERDICT,
	LAW_BLOCKED, LAW_VERDICTS };
enum law_phase_state { LAW_PENDING, LAW_STARTING, LAW_PHASE_RUNS,
	LAW_PHASE_VERIFYING, LAW_PHASE_IN_DOUBT, LAW_DONE, LAW_FAILED,
	LAW_SKIPPED, LAW_PHASE_STATES };
enum law_attempt_state { LAW_INTENT, LAW_RUNNING, LAW_IN_DOUBT,
	LAW_VERIFYING, LAW_CLOSED, LAW_HELD, LAW_ATTEMPT_STATES };
enum law_outcome { LAW_NO_OUTCOME, LAW_RECOVERED, LAW_IMPROVED,
	LAW_NO_EFFECT, LAW_WORSE, LAW_UNPROVEN, LAW_PROVED_DONE,
	LAW_NOT_DONE, LAW_OUTCOMES };
enum law_root { LAW_ROOT_PHASE, LAW_ROOT_ALARM, LAW_ROOT_PROBE,
	LAW_ROOT_BYPASS, LAW_ROOT_ATTEMPT, LAW_ROOT_ADOPTION, LAW_ROOT_ACTION,
	LAW_ROOT_EARLY, LAW_ROOTS };
enum law_scope { LAW_HOLD_ALL, LAW_HOLD_PIPELINE, LAW_HOLD_PHASE,
	LAW_HOLD_RECOVERY, LAW_SCOPES };
enum law_permit_state { LAW_GRANTED, LAW_STARTED, LAW_PERMIT_CLOSED,
	LAW_EXPIRED, LAW_PERMIT_STATES };
enum law_breaker_state { LAW_BREAKER_CLOSED, LAW_BREAKER_OPEN,
	LAW_BREAKER_HALF_OPEN, LAW_BREAKER_STATES };
enum law_notice { LAW_OPENED, LAW_WORSENED, LAW_GAVE_UP, LAW_REMINDER,
	LAW_RESOLVED, LAW_ADOPTED, LAW_TEST, LAW_NOTICES };

/*------------------------------------------------------------ definitions */

struct law_names {
	int32_t n;
	const uint32_t *v;
};

struct law_pipeline_def {
	bool enforces;
	int64_t act_within_ms;
	int64_t remind_ms;      /* 0: no reminders; -1: not known */
};

struct law_check_def {
	int32_t confirm;
	bool allow_empty;       /* 0 of 0 is well */
	bool calendar;          /* measures what is owed */
};

struct law_gate_def {
	struct law_names inputs;
	bool watches;           /* and closes nothing */
	int64_t unknown_opens_until;    /* INSTANT_NONE: unknown is closed */
};

/* `after`: of its date; `before`: of the date before that owes something. */
struct law_phase_def {
	struct law_names after, before, guards, done;
	uint32_t done_gate;     /* then `done` are its inputs */
	bool done_by_exit;
	int32_t plan;           /* starts at most; 0: not known */
};

struct law_recovery_def {
	struct law_names repairs;
	int32_t plan, per_date; /* at most; 0: not known */
	int32_t per_item;       /* of those, for one check; 0: no limit */
	int32_t no_effect_limit;        /* in a row; 0: not known */
	int32_t order;          /* the lowest has its turn first */
	bool enforces;
	bool retires;           /* its source: from that day on */
	int32_t retired_from;
};

struct law_action_def {
	bool idempotent, exclusive;
	int32_t per_hour;       /* 0: no limit */
	uint32_t target;        /* that attempts exclude each other on; 0:
	                           it is its own */
	uint32_t breaker;       /* 0: none */
};

/* A generation begins: what was defined before is no more. */
struct law_generation {
	int32_t starts_per_hour;        /* 0: no limit */
};

/*------------------------------------------------------------------ facts */

/* Whoever writes from now on: a start, a reload, an end. */
struct law_daemon {
	uint64_t epoch;
	bool starts;            /* what was in flight is in doubt */
};

struct law_date {
	int64_t owed;           /* units; -1: unknown */
	bool adopted, closed;
};

struct law_check {
	enum law_result raw;
	bool measured, fault;
	double value, expected; /* NaN: none */
	int64_t extra;          /* -1: not told */
	int64_t waived;         /* expected, and asked for by nobody */
	uint64_t measurement;
	int64_t began, ended;
	int32_t in_row;
};

struct law_gate {
	enum law_verdict verdict;
	uint64_t revision;
};

struct law_phase {
	enum law_phase_state state;
	bool bypassed;
	uint64_t attempt;       /* 0: none */
	int32_t attempts, episode;
	bool outside;           /* a run of somebody else has it */
	int64_t next_at;        /* no try before; INSTANT_NONE */
};

struct law_recovery {
	int32_t attempts, episode;
	bool ended;
	int64_t next_at;        /* no try before; INSTANT_NONE */
};

/* What was known of a check when something was decided. */
struct law_reading {
	uint32_t check;
	int32_t day;
	enum law_result result;
	bool measured;
	double value, expected; /* NaN: none */
	int64_t began;          /* wall; INSTANT_NONE: not known */
	int64_t age_ms, fresh_ms;       /* -1: not known */
	int64_t due;            /* INSTANT_NONE: not known */
};

struct law_basis {
	int64_t date_ended;     /* INSTANT_NONE: not known */
	int32_t n_readings;
	const struct law_reading *readings;
};

struct law_attempt {
	uint64_t id;
	bool repairs;           /* the fact's name is a recovery, or a phase */
	uint32_t action;
	int32_t number;
	enum law_attempt_state state;
	enum law_outcome outcome;
	bool failed;            /* it said so, or it never ran */
	bool for_good;          /* and nothing will change that */
	int64_t intent_at, ended_at;    /* INSTANT_NONE: not yet */
	bool by_person;
	struct law_names failing;
	const struct law_basis *basis;  /* of an intent; NULL: not known */
	int32_t n_proof;        /* what its outcome rests on; -1: not known */
	const struct law_reading *proof;
	uint64_t backfill;      /* that made it; 0: none */
};

struct law_incident {
	uint64_t number;
	enum law_root kind;
	bool open;
	int32_t severity, told; /* 0: none; -1: not known */
	bool gave_up;
	uint64_t message;       /* the last; 0: none, or not known */
	int64_t told_at, acked_until;   /* INSTANT_NONE */
};

struct law_breach {
	uint64_t incident;      /* 0: of an adopted date */
	enum law_root kind;
	bool open;
};

struct law_hold {
	uint64_t id;
	enum law_scope scope;
	bool any_date, live;
	int64_t until;          /* INSTANT_NONE: until released */
};

struct law_override {
	uint64_t id;
	bool live;
	int64_t until;
};

struct law_permit {
	uint64_t id;
	enum law_permit_state state;
	enum law_verdict verdict;
	int64_t valid_until;
	const struct law_basis *basis;  /* of a grant; NULL: not known */
};

/* The fact's name is the breaker's. */
struct law_breaker {
	enum law_breaker_state state;
	uint64_t probe_from;    /* attempts from this one on */
};

/* Of a recovery: what it repairs no more. */
struct law_disabled {
	bool live;
	struct law_names checks;
};

/* What a check owes no more on a date. */
struct law_waiver {
	uint64_t id;
	bool live, whole;
};

struct law_backfill {
	uint64_t id;
	bool runs;              /* neither paused nor over */
	bool canary, proven;
	int32_t from;           /* day */
	int32_t at_most, per_hour;
	const char *dates;      /* a letter each; borrowed */
};

/* Each slot of a schedule that was used or decided. */
struct law_slot {
	int64_t instant;
};

/* A message as it is now; the last fact about it counts. Its notifier is
 * the fact's name. */
struct law_message {
	uint64_t id, incident;  /* incident 0: of none */
	enum law_notice kind;
	int32_t tries;
	int64_t queued_at;
	int64_t delivered_at, gave_up_at;       /* INSTANT_NONE: not */
};

/* In the world, not in the journal: the process of an attempt has begun. */
struct law_begun {
	uint64_t attempt;
};

/* FACT_MET has no more than its name, a phase, and its day: dates up to it
 * had ended when it was met. FACT_LATE: a gate has answered for an older
 * revision. FACT_OTHER only has an epoch. */
enum law_kind {
	FACT_GENERATION, FACT_DEFINE_PIPELINE, FACT_DEFINE_CHECK,
	FACT_DEFINE_GATE, FACT_DEFINE_PHASE, FACT_DEFINE_RECOVERY,
	FACT_DEFINE_ACTION,
	FACT_DAEMON, FACT_CLOCK_JUMP, FACT_DATE, FACT_MET, FACT_CHECK,
	FACT_LATE, FACT_GATE, FACT_PHASE, FACT_RECOVERY, FACT_ATTEMPT,
	FACT_INCIDENT, FACT_BREACH, FACT_HOLD, FACT_OVERRIDE, FACT_PERMIT,
	FACT_BREAKER, FACT_DISABLED,
	FACT_WAIVER,
	FACT_BACKFILL,
	FACT_SLOT, FACT_MESSAGE, FACT_BEGUN, FACT_OTHER, FACT_KINDS
};

struct law_fact {
	enum law_kind kind;
	uint64_t seq;           /* of its event; for findings */
	int64_t at;             /* wall */
	uint64_t epoch;         /* of its writer; 0: not known */
	uint32_t pipeline, name;
	bool dated;
	int32_t day;
	union {
		struct law_generation generation;
		struct law_pipeline_def pipeline_def;
		struct law_check_def check_def;
		struct law_gate_def gate_def;
		struct law_phase_def phase_def;
		struct law_recovery_def recovery_def;
		struct law_action_def action_def;
		struct law_daemon daemon;
		struct law_date date;
		struct law_check check;
		struct law_gate gate;
		struct law_phase phase;
		struct law_recovery recovery;
		struct law_attempt attempt;
		struct law_incident incident;
		struct law_breach breach;
		struct law_hold hold;
		struct law_override override;
		struct law_permit permit;
		struct law_breaker breaker;
		struct law_disabled disabled;
		struct law_waiver waiver;
		struct law_backfill backfill;
		struct law_slot slot;
		struct law_message message;
		struct law_begun begun;
	} u;
};

/*------------------------------------------------------------------- laws */

enum law {
	LAW_INTENT_FIRST, LAW_INTENT_ONCE, LAW_FORWARD, LAW_BEGUN_ONCE,
	LAW_ALONE, LAW_APART, LAW_DOUBT, LAW_DECIDED_AFTER, LAW_NOT_REPEATED,
	LAW_ONE_STARTER, LAW_EDGE_OPEN, LAW_ENFORCED, LAW_PERMIT_OPEN,
	LAW_REVISION, LAW_NO_TIMER, LAW_REPAIRS_FAILING, LAW_NOTHING_PASSES,
	LAW_WORDS, LAW_IDLE, LAW_PROVED, LAW_PROVED_BY_LATER, LAW_ENDED_STAYS,
	LAW_TURN, LAW_NUMBERED, LAW_PLANNED, LAW_BACKOFF, LAW_BUDGET,
	LAW_NO_REFUND, LAW_OPENS_ONCE, LAW_SEVERITY_GROWS, LAW_TOLD_AGAIN,
	LAW_ENDS_WHOLE, LAW_RESOLVED_LAST, LAW_END_TOLD, LAW_TRIED,
	LAW_IN_ORDER, LAW_OF_INCIDENT, LAW_EPOCH, LAW_SLOT_ONCE, LAW_FRESH,
	LAW_NOT_HELD, LAW_FOUND, LAW_REACH, LAW_UNIQUE, LAW_BACKFILL,
	LAW_BACKFILL_ROOM, LAW_BREAKER, LAW_DISABLED, LAW_RETIRED,
	LAWS
};

/* A word for it, the guarantee of the design that it stands for, and what
 * it says. */
const char *law_name(enum law);
int law_guarantee(enum law);
const char *law_says(enum law);

struct law_finding {
	enum law law;
	uint64_t seq;
	const char *sentence;   /* valid for the call */
};

struct laws_options {
	void *arg;
	void (*found)(void *arg, const struct law_finding *);
	/* For sentences; valid until the next call but three. May be NULL. */
	const char *(*name)(void *arg, uint32_t name);
	uint64_t without;       /* laws that are not judged; bits */
};

struct laws;

/* Returns owned, never NULL. Options are copied. */
struct laws *laws_new(const struct laws_options *);

/* The fact is borrowed for the call. */
void laws_see(struct laws *, const struct law_fact *);

/* What could only be judged with everything seen. */
void laws_end(struct laws *);

/* NULL is fine. */
void laws_free(struct laws *);

#endif
