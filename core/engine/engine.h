/* SPDX-License-Identifier: BSD-2-Clause
 *
 * engine.h -- the judgement of the supervisor, without hands or eyes.
 *
 *      engine_step(engine, event, now, effects)
 *
 * Pure: no system call, clock, random source, log or allocation. Memory is
 * one block handed in. The same engine runs in the daemon, in simulation
 * and in tests; what it wants done is a list of effects, in order. The
 * caller makes the WRITEs of a list durable before it performs anything
 * else of that list.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/record.h"

/*----------------------------------------------------------------- events */

enum event_kind {
	EVENT_TICK,             /* a timer, or nothing in particular */
	EVENT_MEASURED,         /* answer to EFFECT_MEASURE */
	EVENT_VERDICT,          /* answer to EFFECT_EVALUATE */
	EVENT_STARTED,          /* the attempt's process runs */
	EVENT_ENDED,            /* it has ended */
	EVENT_FOUND,            /* after a restart: what became of an attempt */
	EVENT_COMMAND,          /* an operator, or an outside run */
	EVENT_CLOCK_JUMP,
	EVENT_DELIVERED,        /* a message was taken by the far end */
	EVENT_RESUMED           /* all rows are restored; go on */
};

/* What a check said, before judgement. */
struct measurement {
	bool told;              /* false: could not tell, or a fault */
	bool fault;
	int32_t stated;         /* result stated by what was asked (a Nagios
	                           plugin judges itself), or NONE; the worse
	                           of it and the limits holds */
	double value, expected; /* NaN: not told */
	int64_t missing, extra; /* exact counts; -1: not told */
	uint64_t items_hash;    /* of the missing items; 0: none */
	int64_t waived;         /* missing, and in no count: engine_waive() */
	uint32_t waivers_hit;   /* bit i: the i-th waiver of the check and */
	uint32_t waivers_idle;  /* date applies; none of its items is missing */
	int64_t anchor;         /* calendar checks; INSTANT_NONE */
	uint64_t id;            /* the supervisor's; evidence is named by it */
	struct now began;
};

struct gate_answer {
	bool told;              /* false: could not tell, or a fault */
	bool fault;
	enum verdict verdict;
	enum severity severity;
	int64_t next_change;    /* INSTANT_NONE */
	uint64_t revision;      /* as in the EFFECT_EVALUATE answered */
};

/* Commands. Each is answered by exactly one EFFECT_REPLY in the same step. */
enum command_kind {
	COMMAND_CHECK_RUN,      /* subject: check, or NONE: all of the date */
	COMMAND_RUN,            /* subject: phase; the same conditions hold */
	COMMAND_RECOVER,        /* subject: recovery; same budgets */
	COMMAND_CANCEL,         /* subject: attempt id in `id` */
	COMMAND_ACK,            /* id: incident; until */
	COMMAND_HOLD,           /* scope, subject, until */
	COMMAND_RELEASE,        /* id of a hold, or its scope and subject */
	COMMAND_OVERRIDE,       /* subject: phase; conditions as seen */
	COMMAND_UNDO,           /* id of an override or hold; of an incident:
	                           its label, else its ack */
	COMMAND_PERMIT,         /* subject: phase; run_id */
	COMMAND_SIGNAL_START, COMMAND_SIGNAL_DONE, COMMAND_SIGNAL_FAILED,
	COMMAND_REOPEN,         /* subject: recovery or phase that has ended:
	                           scope HOLD_RECOVERY or HOLD_PHASE */
	COMMAND_BACKFILL_START, /* pipeline; backfill */
	COMMAND_BACKFILL_PAUSE, COMMAND_BACKFILL_RESUME,        /* id */
	COMMAND_BACKFILL_CANCEL,
	COMMAND_WITHDRAW,       /* id: incident, whose root a reload takes
	                           away; the engine's last words */
	COMMAND_WAIVE,          /* subject: check; items, ahead, until */
	COMMAND_LABEL           /* id: incident; label; LABEL_NONE: a remark,
	                           the label stays as it is */
};

struct command {
	enum command_kind kind;
	int32_t pipeline;
	bool dated;
	struct date date;
	int32_t subject;
	enum hold_scope scope;
	uint64_t id;
	int64_t until;          /* INSTANT_NONE: the default */
	const char *run_id;     /* may be NULL */
	const char *items;      /* waive: "a,b"; NULL: the whole check */
	bool ahead;             /* waive: although nothing is missing */
	const char *actor, *reason;     /* may be NULL */
	/* Backfill start: range, phase, numbers, order, canary, severity. */
	const struct backfill_row *backfill;
	enum incident_label label;
	int32_t n_conditions;   /* override: what the operator was shown */
	struct condition conditions[CONDITIONS_MAX];
	uint64_t token;         /* comes back in the reply */
};

enum reply_code {
	REPLY_OK,
	REPLY_GRANTED,          /* permit */
	REPLY_NOT_NOW,          /* conditions are closed: see conditions */
	REPLY_NO_SUCH,          /* date, id, or object that isn't watched */
	REPLY_ALREADY,          /* nothing to do: it is so */
	REPLY_CONFLICT,         /* something in flight, another run's permit */
	REPLY_REFUSED           /* never: e.g. override of what is open */
};

struct event {
	enum event_kind kind;
	int32_t pipeline;       /* MEASURED, VERDICT */
	struct date date;
	int32_t subject;        /* check or gate */
	uint64_t attempt;       /* STARTED, ENDED, FOUND */
	union {
		struct measurement measured;
		struct gate_answer verdict;
		struct {
			bool ok;        /* ended: the action said done */
			enum failure failure;
			int64_t retry_after_ms;
		} ended;
		struct {
			bool running;
			enum probed { PROBE_NONE, PROBE_HAPPENED,
			    PROBE_NOT } probe;
		} found;
		struct command command;
		int64_t jump_ms;
		struct { uint64_t incident; uint64_t message; } delivered;
	} u;
};

/*---------------------------------------------------------------- effects */

enum effect_kind {
	EFFECT_WRITE,           /* journal this row */
	EFFECT_TOUCH,           /* measured again, unchanged: last_seen only */
	EFFECT_MEASURE,         /* call the check */
	EFFECT_EVALUATE,        /* call the gate with its inputs as they are */
	EFFECT_START,           /* attempt: start the action */
	EFFECT_CANCEL,          /* attempt: end it */
	EFFECT_NOTIFY,          /* put a message into the outbox */
	EFFECT_REPLY            /* answer a command */
};

enum notice_kind {
	NOTICE_OPENED, NOTICE_WORSE, NOTICE_GAVE_UP, NOTICE_REMINDER,
	NOTICE_RESOLVED, NOTICE_ADOPTED, /* the one summary of a first start */
	/* not the engine's: of who is told, and when */
	NOTICE_ESCALATED, NOTICE_FLAPPING, NOTICE_DIGEST
};

struct effect {
	enum effect_kind kind;
	int32_t pipeline;
	struct date date;
	int32_t subject;        /* check, gate */
	union {
		struct record record;           /* WRITE */
		struct { struct now seen; uint64_t measurement; } touch;
		struct { uint64_t revision; } evaluate;
		struct { uint64_t attempt; } start;     /* row was written */
		struct {
			uint64_t incident;
			enum notice_kind kind;
			enum severity severity;
			uint64_t message;       /* id, unique */
		} notify;
		struct {
			uint64_t token;
			enum reply_code code;
			enum verdict verdict;   /* of the phase's edge */
			uint64_t id;            /* of what was made */
			int64_t until;
			int32_t n;
			struct condition conditions[CONDITIONS_MAX];
		} reply;
	} u;
};

/* Filled by engine_step; `v` and `cap` are the caller's. When it is full,
 * the rest of the work waits: `more` is set and the caller steps again with
 * EVENT_TICK at once. cap >= EFFECTS_MIN. */
struct effects {
	struct effect *v;
	size_t n, cap;
	bool more;
	int64_t wake;           /* wall: step no later; INSTANT_NONE: never */
};

enum { EFFECTS_MIN = 256 };

/*----------------------------------------------------------------- engine */

struct engine;

struct engine_limits {
	int32_t dates;          /* open dates per pipeline */
	int32_t attempts;       /* attempts kept for budgets and `explain` */
	int32_t incidents, breaches, holds, overrides, permits;
};

/* Generous defaults for a graph. */
void engine_limits_default(const struct graph *, struct engine_limits *ret);

/* Bytes that engine_init needs. */
size_t engine_size(const struct graph *, const struct engine_limits *);

/* Builds an engine in `memory` (aligned for any type, engine_size bytes,
 * borrowed). The graph is borrowed for the engine's life. */
struct engine *engine_init(void *memory, const struct graph *,
    const struct engine_limits *);

/* Hands back a row of the journal's fold before EVENT_RESUMED: in the order
 * of record kinds, dates ascending within a pipeline. A row whose object is
 * gone is the caller's to drop. */
void engine_restore(struct engine *, const struct record *);

/* Ids up to these are taken, also by rows that are not handed back because
 * an object of theirs is gone: before EVENT_RESUMED. */
struct engine_ids {
	uint64_t attempt, incident, message, hold, override, permit,
	    backfill, waiver;
};
void engine_taken(struct engine *, const struct engine_ids *);

/* Numbers for what isn't the engine's: a message that somebody else says, a
 * silence (from the numbers that people say). Each is taken by that; it must
 * come back by engine_taken. */
uint64_t engine_take_message(struct engine *);
uint64_t engine_take_number(struct engine *);

/* One event. `out` starts empty. */
void engine_step(struct engine *, const struct event *, const struct now *,
    struct effects *out);

/*---------------------------------------------------------------- reading */

/* Rows as they are, for the supervisor's inputs and for `explain`. NULL
 * where there is none. Valid until the next step. */
const struct date_row *engine_date(const struct engine *, int32_t pipeline,
    struct date);
const struct check_row *engine_check(const struct engine *, int32_t check,
    struct date);
const struct gate_row *engine_gate(const struct engine *, int32_t gate,
    struct date);
const struct phase_row *engine_phase(const struct engine *, int32_t phase,
    struct date);
const struct recovery_row *engine_recovery(const struct engine *,
    int32_t recovery, struct date);
const struct attempt_row *engine_attempt(const struct engine *,
    uint64_t attempt);

const struct pipeline_row *engine_pipeline(const struct engine *,
    int32_t pipeline);
/* When a check, gate or phase (RECORD_MET_*) was met; false: not yet. */
bool engine_met(const struct engine *, enum record_kind, int32_t subject,
    struct met_row *ret);

/* Of a target, an action, a recovery; never NULL. */
const struct breaker_row *engine_breaker(const struct engine *,
    int32_t breaker);
const struct track_row *engine_track(const struct engine *, int32_t action);
const struct disabled_row *engine_disabled(const struct engine *,
    int32_t recovery);

/* The open dates of a pipeline, ascending; the number of them. */
int32_t engine_dates(const struct engine *, int32_t pipeline,
    struct date *ret, int32_t cap);

/* Walks rows that have ids; i from 0; NULL ends. `ret_where` (may be NULL)
 * gets pipeline and date. */
const struct incident_row *engine_incident_at(const struct engine *,
    int32_t i, struct record *ret_where);
const struct breach_row *engine_breach_at(const struct engine *, int32_t i,
    struct record *ret_where);
const struct attempt_row *engine_attempt_at(const struct engine *, int32_t i,
    struct record *ret_where);
const struct hold_row *engine_hold_at(const struct engine *, int32_t i,
    struct record *ret_where);
const struct override_row *engine_override_at(const struct engine *,
    int32_t i, struct record *ret_where);
const struct waiver_row *engine_waiver_at(const struct engine *, int32_t i,
    struct record *ret_where);
const struct permit_row *engine_permit_at(const struct engine *, int32_t i,
    struct record *ret_where);

const struct backfill_row *engine_backfill_at(const struct engine *,
    int32_t i, struct record *ret_where);

/* What a check comes to now: its judged row seen with the calendar, warm-up
 * and due time. */
enum result engine_result(const struct engine *, int32_t check, struct date,
    const struct now *);
/* Its due instant for the date (own, or its phase's); INSTANT_NONE. */
int64_t engine_check_due(const struct engine *, int32_t check, struct date);
/* Is its evidence fresh enough to start something on it? */
bool engine_fresh(const struct engine *, int32_t check, struct date,
    const struct now *);
/* For how long it counts as fresh, by the age of the date; 0: not watched. */
int64_t engine_fresh_ms(const struct engine *, int32_t check, struct date);
int64_t engine_check_next(const struct engine *, int32_t check, struct date);
/* How long it has been asked without an answer; -1: it isn't being asked. */
int64_t engine_check_waits_ms(const struct engine *, int32_t check,
    struct date, const struct now *);
/* What may be relied on: the verdict of the current revision, else unknown;
 * on_unknown = "open" counts. */
enum verdict engine_verdict(const struct engine *, int32_t gate,
    struct date, const struct now *);
int64_t engine_anchor(const struct engine *, int32_t pipeline, struct date);

/*---------------------------------------------------------------- history */

/* How long the latest runs that brought about what they were for have taken:
 * from intent to the end of the action, and from there to the proof. ms; 0
 * where n is. */
enum runs_of { RUNS_PHASE, RUNS_RECOVERY, RUNS_ACTION, RUNS_KINDS };

struct durations {
	int32_t n;
	int64_t action_median, action_p90, proof_median, proof_p90;
};

/* `subject`: a phase, recovery or action. */
void engine_durations(const struct engine *, enum runs_of, int32_t subject,
    struct durations *ret);

/* The last start that still makes it, by the 90th percentile of what it and
 * its proof take, and of what must run after it. */
struct no_return {
	int64_t last_start;     /* INSTANT_NONE: no deadline, or not known */
	int64_t deadline;       /* INSTANT_NONE: none; of deadline_phase */
	int32_t deadline_phase;
	int64_t takes_ms, chain_ms;     /* itself; what runs after it */
	int64_t lead_ms;        /* who is to be told is told so long before */
	bool startable;         /* by a start or a recovery */
	int32_t runs, wanted;   /* known of it, and how many it takes */
	int32_t unknown;        /* phases after it that count as nothing,
	                           because too few runs of them are known */
};

/* False where the phase is done, skipped or not watched. */
bool engine_no_return(const struct engine *, int32_t phase, struct date,
    struct no_return *ret);

/* Takes what is waived out of a measurement before it is handed in: of the
 * missing items (`complete`: all of them are among these), each of which is
 * told by ret_waived[i]. Items NULL, n 0: only counts are known, and what is
 * waived is assumed to be among what is missing. */
void engine_waive(const struct engine *, int32_t check, struct date,
    const char *const *missing, size_t n, bool complete, bool *ret_waived,
    struct measurement *);
/* The live waiver of the whole check on a date, or NULL. */
const struct waiver_row *engine_waived(const struct engine *, int32_t check,
    struct date);

/* What a check reads beside what it read at that time on past dates of the
 * class. Parts are in thousandths, minutes after its due time. */
struct early_reading {
	int32_t dates, wanted;  /* known, and how many it takes */
	int32_t at_min;         /* now, less one period: what was read then
	                           on past dates */
	int32_t part;           /* now */
	int32_t usual, low;     /* median and lowest tenth, at that time */
	int32_t arrives_min;    /* nine of ten that came in time had
	                           come by then */
	int32_t such, such_missed;      /* dates as low as this one */
	int64_t due;
	bool leaves;            /* it has left the band */
};

/* Fewer such dates say nothing about a probability. */
enum { EARLY_SUCH_MIN = 5 };

/* False: it isn't compared, or nothing is known of the date. */
bool engine_early(const struct engine *, int32_t check, struct date,
    const struct now *, struct early_reading *ret);

/* A value beside those of past dates of the class; per unit where it is
 * compared so. */
struct band_reading {
	int32_t dates, wanted;
	bool known;             /* enough of them: the rest means something */
	double value, median, mad, low, high;
	bool outside;
};

/* False: it has no band, or no value. */
bool engine_band(const struct engine *, int32_t check, struct date,
    const struct now *, struct band_reading *ret);

/* Where a value goes, by the line through past dates. */
struct trend_reading {
	int32_t dates, wanted;  /* known, and how many it takes */
	int32_t within;
	bool known;             /* enough of them: slope and now mean
	                           something */
	bool moves;             /* towards a limit, beyond chance: what follows
	                           means something */
	double slope, now;      /* per date; the line's height on this one */
	struct limit limit;     /* a percentage: so are slope and now */
	int32_t in_dates;       /* until it crosses; 3650: at least */
	bool crosses;           /* within so many dates as are asked for */
};

/* False: it has no trend, or no value. */
bool engine_trend(const struct engine *, int32_t check, struct date,
    const struct now *, struct trend_reading *ret);

/*---------------------------------------------------------------- explain */

/* What a phase is, as people read it: the stored state, or one derived. */
enum phase_view {
	VIEW_PENDING, VIEW_WAITING, VIEW_GATED, VIEW_BLOCKED, VIEW_UNKNOWN,
	VIEW_READY, VIEW_STARTING, VIEW_RUNNING, VIEW_VERIFYING,
	VIEW_IN_DOUBT, VIEW_DONE, VIEW_FAILED, VIEW_SKIPPED
};

const char *phase_view_name(enum phase_view);

struct phase_reading {
	enum phase_view view;
	enum verdict edge;              /* worst of its conditions */
	bool done_holds;                /* its own `done`, now */
	enum verdict done;              /* of `done`: open, degraded, ... */
	bool held, late;                /* late: past its due and not done */
	int64_t due, at, next_try;      /* INSTANT_NONE */
	int32_t n;                      /* closed conditions, worst first */
	struct condition closed[CONDITIONS_MAX];
};

/* False where the date isn't watched. */
bool engine_read_phase(const struct engine *, int32_t phase, struct date,
    const struct now *, struct phase_reading *ret);

/* Why the recovery doesn't start now, WHY_NOTHING if it would. `ret_at`
 * (may be NULL): when that changes by time alone. */
enum why engine_read_recovery(const struct engine *, int32_t recovery,
    struct date, const struct now *, int64_t *ret_at);

/* Start times of a plan, relative to the end of each attempt before: the
 * delay in front of attempt n (from 1; the first is 0). Seed: for jitter. */
int64_t retry_delay(const struct retry *, int32_t attempt, uint64_t seed);
/* Of the plan that a phase or recovery has for a date in an episode: what the
 * key and the row of it say, so that every restart waits as was printed. */
uint64_t retry_seed(const char *name, struct date, int32_t episode);

/* Can an override accept a condition of this kind? */
bool engine_overridable(enum why);

const char *why_name(enum why);
const char *label_name(enum incident_label);
const char *breaker_state_name(enum breaker_state);
const char *phase_state_name(enum phase_state);
const char *attempt_state_name(enum attempt_state);
const char *outcome_name(enum outcome);
const char *failure_name(enum failure);
const char *root_kind_name(enum root_kind);
const char *notice_kind_name(enum notice_kind);
const char *permit_state_name(enum permit_state);
const char *backfill_state_name(enum backfill_state);
const char *waiver_state_name(enum waiver_state);
const char *backfill_stop_name(enum backfill_stop);

#endif
