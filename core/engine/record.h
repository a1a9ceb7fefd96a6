/* SPDX-License-Identifier: BSD-2-Clause
 *
 * record.h -- what the engine knows, as rows.
 *
 * The engine's whole memory is made of these rows. Each change of a row is
 * an effect (EFFECT_WRITE) that the supervisor journals; at start the rows
 * are handed back (engine_restore) and the engine is where it was. So the
 * state is the fold of the journal, by construction.
 *
 * Objects are numbers of the running graph; the supervisor writes names.
 * Instants are UTC ms, INSTANT_NONE when unset.
 */
#ifndef ENGINE_RECORD_H
#define ENGINE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "engine/graph.h"

enum phase_state {
	PHASE_PENDING, PHASE_STARTING, PHASE_RUNNING, PHASE_VERIFYING,
	PHASE_IN_DOUBT, PHASE_DONE, PHASE_FAILED, PHASE_SKIPPED,
	PHASE_STATES
};

/* Marks of a phase; bits. */
enum {
	MARK_DEGRADED = 1 << 0,
	MARK_OVERRIDDEN = 1 << 1,
	MARK_BYPASSED = 1 << 2,
	MARK_STALE = 1 << 3,
	MARK_OUTSIDE = 1 << 4,          /* done, but not started by us */
};

enum outcome {
	OUTCOME_NONE, OUTCOME_RECOVERED, OUTCOME_IMPROVED, OUTCOME_NO_EFFECT,
	OUTCOME_WORSE, OUTCOME_UNPROVEN,
	OUTCOME_DONE, OUTCOME_NOT_DONE          /* starts of phases */
};

enum failure {          /* GW_F_* of gatewarden/plugin.h */
	FAILURE_NONE, FAILURE_TRANSIENT, FAILURE_NOT_YET, FAILURE_PERMANENT,
	FAILURE_CONFIG, FAILURE_FAULT /* of the worker: crash, deadline */
};

enum attempt_state {
	ATTEMPT_INTENT,         /* durable, not yet started */
	ATTEMPT_RUNNING,
	ATTEMPT_IN_DOUBT,       /* the daemon died meanwhile */
	ATTEMPT_VERIFYING,      /* ended; the proof is awaited */
	ATTEMPT_CLOSED,
	ATTEMPT_HELD            /* in doubt, undecidable: a person decides */
};

/* Why automation stopped, or why something doesn't start. Also the words
 * of `explain`; why_name() in explain.h. */
enum why {
	WHY_NOTHING,
	WHY_UPSTREAM,           /* subject: phase that isn't done */
	WHY_GATE,               /* subject: gate, with its verdict */
	WHY_CHECK,              /* subject: check, with its result */
	WHY_CALENDAR,           /* what the date owes is unknown */
	WHY_NOT_BEFORE,         /* `at` is in the future */
	WHY_NOT_ENDED,          /* the date has not ended */
	WHY_HELD,               /* subject: hold id */
	WHY_MODE,               /* pipeline, gate or recovery doesn't enforce */
	WHY_ADOPTED,            /* the date ended before we came */
	WHY_TOO_OLD,            /* older than act_within */
	WHY_STALE_EVIDENCE,     /* being measured again; subject: check */
	WHY_IN_FLIGHT,          /* subject: attempt that runs */
	WHY_PERMIT,             /* another run has the permit */
	WHY_BACKOFF,            /* until `at` */
	WHY_BUDGET_DATE, WHY_BUDGET_ACTION, WHY_BUDGET_GLOBAL,
	WHY_ATTEMPTS,           /* no attempt left */
	WHY_NO_EFFECT,          /* no_effect_limit reached */
	WHY_WORSE,
	WHY_PERMANENT,          /* the action said so */
	WHY_UNPROVEN,           /* waits for a measurement */
	WHY_IN_DOUBT,
	WHY_UNKNOWN,            /* not confirmed, or could not tell */
	WHY_NO_START,           /* someone else starts it */
	WHY_OBSERVED,           /* done from outside */
	WHY_RETIRED,            /* its source is out of use on this date */
	WHY_EXTERNAL,           /* leaves the house: a backfill asks first */
	WHY_BUDGET_BACKFILL,    /* starts of the backfill within the hour */
	WHY_BREAKER,            /* of its target: open, or one probes it */
	WHY_DISABLED,           /* it has made these checks worse */
	WHY_BUDGET_ITEM,        /* what fails has had its share of repairs */
	WHY_PERSON,             /* the last step: a person is asked */
	WHY_NO_RETURN,          /* the last start that makes it is near */
	WHY_EARLY,              /* less than usual at this time */
	WHY_COUNT
};

/* What one date owes. subject: NONE. */
struct date_row {
	int64_t owed;           /* units; -1 unknown */
	int64_t anchor;         /* reported by the calendar, or INSTANT_NONE */
	bool adopted;           /* ended before we came: nothing unattended */
	bool closed;            /* beyond the watch; a summary only */
};

/* Judged measurement of one check for one date. */
struct check_row {
	enum result raw;        /* PASS, WARN, FAIL, UNKNOWN by the limits */
	bool measured;          /* value and expected mean something */
	double value;           /* NaN: none */
	double expected;        /* NaN: none */
	int64_t missing, extra; /* exact counts; -1: not told */
	uint64_t items_hash;    /* of the missing items */
	uint64_t measurement;   /* id given by the supervisor */
	int64_t changed_at;     /* wall: since when it reads so */
	int64_t since;          /* wall: since when the result is what it is */
	int64_t began_wall, ended_wall;
	int64_t began_boot;     /* its age counts from when it began to read */
	uint64_t boot_id;
	int32_t in_row;         /* measurements in a row with this result */
	bool fault;             /* unknown because of a worker fault */
	int64_t waived;         /* missing items that nobody asks for: they
	                           are in none of the counts above */
};

/* How a check's data came in on a date: kept where past dates are compared.
 * Minutes count from the due time. */
enum { ARRIVAL_STEPS = 24 };

struct arrival_row {
	int32_t day_class;
	bool counts;            /* as history for later dates */
	int64_t owed;           /* units of the date */
	int64_t due;            /* as it was */
	int64_t arrived_at;     /* when it first passed; INSTANT_NONE */
	double value, expected; /* as last read, until a day after */
	int32_t n;
	struct arrival_step {
		int32_t at_min, permille;
	} steps[ARRIVAL_STEPS];         /* how complete it was from then on */
};

struct gate_row {
	enum verdict verdict;
	enum severity severity;
	uint64_t revision;      /* of the inputs that it was computed from */
	int64_t at;             /* wall */
	int64_t next_change;
	bool fault;
};

struct phase_row {
	enum phase_state state;
	uint32_t marks;
	uint64_t attempt;       /* the running or last start; 0: none */
	int32_t attempts;       /* starts so far in this episode */
	int32_t episode;        /* counts re-runs */
	int64_t since;
	int64_t done_at, ended_at;
	int64_t retry_at;
	uint64_t relied;        /* hash of the evidence that its start used */
	enum why failed_why;
	uint64_t definition;    /* as of a recovery */
	char run_id[64];        /* of the outside run that has it; "" none */
};

struct attempt_row {
	uint64_t id;            /* unique over all time, ascending */
	int32_t action, phase, recovery;        /* phase or recovery is NONE */
	int32_t number;         /* of the plan, from 1 */
	enum attempt_state state;
	enum outcome outcome;
	enum failure failure;
	int64_t intent_at, started_at, ended_at, closed_at;
	int64_t ended_boot;
	int64_t verify_until;
	int64_t retry_after_ms; /* asked by the far end; 0: did not */
	uint32_t failing;       /* bit i: repairs[i] failed at intent */
	uint32_t passing;
	double before[16];      /* what repairs[i] lacked at intent, what is
	                           waived included; NaN */
	bool by_person;
	char actor[32];
	uint64_t backfill;      /* that made it; 0: none. Such a one counts in
	                           no budget but its backfill's, nor in what is
	                           said about the service */
};

struct recovery_row {
	int32_t attempts;       /* in this episode, charged at intent */
	int32_t no_effect;      /* in a row */
	int32_t episode;
	enum why ended;         /* WHY_NOTHING: still alive */
	uint64_t definition;    /* of its action, when that said "permanent";
	                           another one begins a new episode */
	int64_t next_at;        /* earliest next start, or INSTANT_NONE */
	int64_t since;          /* of the episode */
	enum outcome last;
};

/* What an incident is rooted at. An action, of no date: it never succeeds, or
 * has made something worse. */
enum root_kind { ROOT_PHASE, ROOT_ALARM, ROOT_PROBE, ROOT_BYPASS,
	ROOT_ATTEMPT, ROOT_ADOPTION, ROOT_ACTION, ROOT_EARLY };

/* What a person says of an incident afterwards. */
enum incident_label {
	LABEL_NONE,             /* nobody said: unknown, not true */
	LABEL_FALSE,            /* nothing was wrong */
	LABEL_TRUE
};

struct incident_row {
	uint64_t number;        /* what people say; from 1 */
	enum root_kind kind;
	int32_t root;           /* phase, gate, or check of a probe */
	bool open;
	bool gave_up;           /* automation has stopped */
	bool clearing;          /* the root is proven; see settle_ms */
	enum severity severity; /* worst so far in this episode */
	enum severity told;     /* severity of the last message; NONE: none */
	int64_t opened_at, closed_at, clear_since;
	int64_t told_at;
	int32_t told_count;     /* messages so far */
	uint64_t message;       /* id of the last message; 0: none */
	int64_t acked_until;
	char acked_by[32];
	enum incident_label label;
	int64_t labelled_at;
	char labelled_by[32], label_reason[128];
	bool withdrawn;         /* closed because its root is configured no
	                           more */
};

/* A breach that hangs under an incident, or stands in it as its cause. Of an
 * adopted date it is kept without one: the hole is counted and shown, but
 * nobody is told. */
struct breach_row {
	enum root_kind kind;
	int32_t subject;        /* phase, gate, check, attempt's phase */
	uint64_t incident;      /* 0: of an adopted date */
	bool child;             /* follows from the root */
	bool open;
	enum severity severity;
	enum why why;
	int64_t since, until;
};

enum hold_scope { HOLD_ALL, HOLD_PIPELINE, HOLD_PHASE, HOLD_RECOVERY };

struct hold_row {
	uint64_t id;
	enum hold_scope scope;
	int32_t subject;        /* pipeline, phase or recovery; NONE for all */
	bool any_date;
	bool live;
	int64_t until;          /* INSTANT_NONE: until released */
	char actor[32], reason[128];
};

/* One closed condition, as the operator saw it. */
struct condition {
	enum why why;
	int32_t subject;
	int32_t detail;         /* verdict or result */
	/* What a verdict came from: which inputs don't pass (bit i % 62),
	 * and how much they lack in all. */
	uint64_t bad;
	double lacking;
};

enum { CONDITIONS_MAX = 12 };

struct override_row {
	uint64_t id;
	int32_t phase;
	bool live;
	int32_t n;
	struct condition accepted[CONDITIONS_MAX];
	int64_t at, until;
	char actor[32], reason[128];
};

struct permit_row {
	uint64_t id;
	int32_t phase;
	char run_id[64];
	enum permit_state { PERMIT_GRANTED, PERMIT_STARTED, PERMIT_CLOSED,
		PERMIT_EXPIRED } state;
	enum verdict verdict;
	int64_t at, valid_until;
	char actor[32];
};

enum backfill_state {
	BACKFILL_RUNNING, BACKFILL_PAUSED,
	BACKFILL_DONE,          /* each date that it was for is whole */
	BACKFILL_FAILED,        /* at its end, and some are not */
	BACKFILL_CANCELLED
};

/* Why it stands still. */
enum backfill_stop {
	STOP_NONE, STOP_PERSON,
	STOP_CANARY,            /* the first date did not become whole */
	STOP_IN_ROW             /* nor did several, one after the other */
};

enum {
	BACKFILL_DATES = 366,   /* at most, in one */
	BACKFILL_AT_ONCE = 16
};

/* What has become of a date: a letter in backfill_row.dates. */
enum backfill_date {
	BACKFILL_WAITS = '.',
	BACKFILL_ACTIVE = 'a',
	BACKFILL_WAS_WHOLE = 'w',       /* nothing was missing */
	BACKFILL_REPAIRED = 'd',        /* whole now */
	BACKFILL_EXTERNAL = 'x',        /* but for what leaves the house */
	BACKFILL_IDLE = 'i',            /* owes nothing */
	BACKFILL_GAVE_UP = 'g'
};

/* A range of past dates that may be acted upon, whatever their age. */
struct backfill_row {
	uint64_t id;
	struct date from, to;
	int32_t phase;          /* this one alone; NONE: all */
	int32_t at_most;        /* dates at once */
	int32_t starts_per_hour;
	bool newest_first;
	bool external;          /* what leaves the house, too */
	bool canary, proven;    /* one date first; and it became whole */
	int32_t first;          /* index of that date; NONE: the first that
	                           lacks something */
	enum severity severity; /* nothing of its dates is told higher */
	enum backfill_state state;
	enum backfill_stop stop;
	enum why why;           /* of the last date that was given up */
	int32_t in_row;         /* given up, one after the other */
	int64_t at, changed_at, ended_at;
	char dates[BACKFILL_DATES + 1]; /* one letter each, from `from` on */
	char actor[32], reason[128];
};

enum { WAIVER_ITEMS = 384 };

/* What a check owes no more on a date: some items, or all of it. While it
 * lives it is looked at anew with each measurement. */
struct waiver_row {
	uint64_t id;
	int32_t check;
	enum waiver_state { WAIVER_LIVE, WAIVER_EXPIRED, WAIVER_UNDONE,
		WAIVER_NEEDLESS /* it has arrived after all */ } state;
	bool seen;              /* it was missing, when measured since */
	int64_t at, until, ended_at;
	char items[WAIVER_ITEMS];       /* "a,b"; "": the whole check */
	char actor[32], reason[128];
};

/* First met: dates that had ended by then are adopted. */
struct pipeline_row {
	bool known;
	struct date adopted_through;
	bool summary_told;      /* of the last meeting */
	int32_t meeting;        /* 1: the first; one more for each reload that
	                           brought a new part */
};

/* When a check, gate or phase was first met: see met.c. */
struct met_row {
	struct date through;    /* dates up to this one had ended by then */
	int32_t meeting;
};

/* What stands between a target and more of the same: see breakers.c. */
struct breaker_row {
	enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN,
		BREAKER_HALF_OPEN } state;
	int64_t since;
	int64_t until;          /* open: half-opens then, or on evidence */
	int64_t open_ms;        /* so long it is, or was, open */
	uint64_t probe_from;    /* attempts from this one on are probes, or
	                           those of the ramp after closing */
	int32_t good;           /* probes in a row that succeeded */
	int32_t ramp;           /* so many at once, after closing; 0: any */
	int32_t n;              /* failures, the oldest first */
	struct breaker_failure {
		int64_t at;
		uint64_t attempt;
	} failed[BREAKER_FAILURES_MAX];
};

/* What became of an action's attempts, over all dates and for good. */
struct track_row {
	int64_t tries, succeeded;
	int32_t in_vain;        /* in a row, since the last success */
	int64_t vain_since;     /* INSTANT_NONE: the last one succeeded */
	int64_t succeeded_at;
	uint64_t incident;      /* that tells of it; 0: none */
};

/* A recovery that made its checks worse repairs them no more, on any date,
 * until a person re-opens it. */
struct disabled_row {
	bool live;
	uint32_t checks;        /* bit i: repairs[i] */
	uint64_t attempt;       /* the last that did */
	int64_t at;
	char reopened_by[32];
};

/* Things that happened without changing a row: read by people. */
enum note_kind {
	NOTE_WOULD_START,       /* mode observe or advise */
	NOTE_CLOCK_JUMP,        /* detail: ms */
	NOTE_MISSED_SLOT,
	NOTE_LATE_VERDICT,      /* for an older revision */
	NOTE_PLAN_ENDS,
	NOTE_STARTED_BY_OUTSIDE,
	NOTE_CHECK_OVERDUE
};

struct note_row {
	enum note_kind kind;
	int32_t subject;
	int64_t detail;
	enum why why;
};

enum record_kind {
	RECORD_PIPELINE, RECORD_MET_CHECK, RECORD_MET_GATE, RECORD_MET_PHASE,
	RECORD_DATE, RECORD_CHECK, RECORD_GATE,
	RECORD_PHASE, RECORD_ATTEMPT, RECORD_RECOVERY, RECORD_INCIDENT,
	RECORD_BREACH, RECORD_HOLD, RECORD_OVERRIDE, RECORD_PERMIT,
	RECORD_BACKFILL, RECORD_WAIVER,
	RECORD_BREAKER, RECORD_TRACK, RECORD_DISABLED, RECORD_ARRIVAL,
	RECORD_NOTE, RECORD_KINDS
};

const char *record_kind_name(enum record_kind);

/* Key: kind, pipeline, date, subject; rows with an id of their own (attempt,
 * incident, hold, override, permit, backfill, waiver) are keyed by it; a
 * breach by pipeline, date, incident, kind and subject. A note has no key and
 * no fold. */
struct record {
	enum record_kind kind;
	int32_t pipeline;       /* NONE: of no pipeline */
	bool dated;
	struct date date;
	int32_t subject;        /* check, gate, phase, recovery, breaker,
	                           action; else NONE */
	union {
		struct pipeline_row pipeline_row;
		struct met_row met;
		struct date_row date_row;
		struct check_row check;
		struct arrival_row arrival;
		struct gate_row gate;
		struct phase_row phase;
		struct attempt_row attempt;
		struct recovery_row recovery;
		struct incident_row incident;
		struct breach_row breach;
		struct hold_row hold;
		struct override_row override;
		struct permit_row permit;
		struct backfill_row backfill;
		struct waiver_row waiver;
		struct breaker_row breaker;
		struct track_row track;
		struct disabled_row disabled;
		struct note_row note;
	} u;
};

#endif
