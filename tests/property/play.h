/* SPDX-License-Identifier: BSD-2-Clause
 *
 * play.h -- a random world around the whole engine.
 *
 * A play is one seed: a random graph, a random mix of faults, and what may
 * happen to supervisors that share a store. The store is rows folded by key;
 * it outlives every engine. What the oracles know of the world (last answers,
 * what gates were shown, which processes run) is kept here, from the events
 * that were delivered, and never asked of an engine.
 *
 * Objects have two numbers. The whole is every object that the seed may ever
 * configure, and its numbers never change: rows on the shelf, the world and
 * the oracles use them. A view is one configuration, numbered densely as an
 * engine wants it; `here` and `whole` lead from one to the other.
 */
#ifndef TESTS_PROPERTY_PLAY_H
#define TESTS_PROPERTY_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "tape.h"

enum { P_CHECKS = 32, P_GATES = 8, P_PHASES = 8, P_ACTIONS = 4,
	P_RECOVERIES = 4, P_BREAKERS = 2, P_LIST = 6, P_OBJECTS = 32,
	P_SLOTS = 16, P_CALLS = 1024, P_RUNS = 64, P_ASKS = 8, P_ROWS = 8192,
	P_SUPS = 3, P_BUCKETS = 4096, P_QUEUE = 64, P_ZONES = 8,
	P_EFFECTS = 64, P_FAILED = 512, P_ENDS = 256 };

#define MINUTE INT64_C(60000)
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

enum of { OF_CHECK, OF_GATE, OF_PHASE, OF_ACTION, OF_RECOVERY, OF_KINDS };

/*------------------------------------------------------------------- hook */

/* What became true, one by one and in order: what a journal, and the world
 * beside it, would have seen. Numbers of checks, gates, phases, actions and
 * recoveries are those of `graph`; they are stable for a whole seed, over
 * reloads too. Everything is borrowed for the call. */
enum told_kind {
	TOLD_GRAPH,             /* a configuration works from now on */
	TOLD_TAKEN,             /* a supervisor took the store: a new epoch */
	TOLD_ROW,               /* committed: `row`; `was`: what it replaced */
	TOLD_MESSAGE,           /* committed: `effect` is the NOTIFY */
	TOLD_START,             /* performed: `effect` is the START */
	TOLD_ENDED,             /* in the world, the run of `attempt` is over */
	TOLD_DELIVERED,         /* `attempt` is the id of a message: the far
	                           end has it */
	TOLD_OVER               /* the seed has been played to its end */
};

struct told {
	enum told_kind kind;
	uint64_t seed, epoch, commit;   /* commit: the same for all of one */
	int32_t supervisor;
	struct now now;                 /* its clocks */
	const struct graph *graph;
	const struct event *event;      /* that the step answered, or NULL */
	const struct record *row, *was; /* NULL */
	const struct effect *effect;    /* NULL */
	uint64_t attempt;
};

typedef void told_fn(void *arg, const struct told *);

/*-------------------------------------------------------------- the world */

/* The last answer about a check and date that the engine took. */
struct answer {
	bool known, told;
	double value;
	enum result raw;        /* by the oracles' own judgement */
	int64_t waived;         /* of what is missing */
	bool nothing_left;      /* all that was expected is waived */
	int32_t in_row;
	int64_t began_wall, began_boot;
	uint64_t boot_id;
};

/* What a gate was shown, and what it said. */
struct shown {
	bool answered, opens;
	struct { bool known, told, due, excused; enum result raw;
	    double value; } in[P_LIST];
};

/* What the last start of a phase could read. */
struct reliance {
	uint64_t id;            /* of the attempt, or the permit */
	bool outside;
	bool told[P_CHECKS];
	double value[P_CHECKS];
};

/* One date: the data as it is, and what was told of it. */
struct slot {
	int32_t day;
	int64_t owed;                   /* what the calendar would say */
	int64_t anchor;                 /* INSTANT_NONE */
	double truth[P_CHECKS], expected[P_CHECKS];
	struct answer answers[P_CHECKS];
	uint64_t in_flight[P_CHECKS];   /* the life that asked; 0: nobody */
	struct shown shown[P_GATES][P_ASKS];
	int32_t n_shown[P_GATES];
	uint64_t shown_life[P_GATES];
	struct reliance relied[P_PHASES];       /* reruns-oracle.c */
};

struct call {
	bool gate, delivered;   /* delivered: a duplicate may follow */
	int32_t subject;
	struct date date;
	uint64_t revision;
	int64_t hangs_until;    /* boot; 0: doesn't */
	struct shown shown;
	struct now began;
};

/* A process that an attempt started, or something that it left behind. */
struct run {
	uint64_t attempt;
	struct date date;
	int32_t action, phase, recovery;
	bool begun, over;       /* over: the process has ended */
	uint64_t process;       /* of the supervisor that is its parent */
	bool watched;           /* by a later one */
	int64_t takes_until;    /* boot: it goes on so long */
	int64_t effect_at;      /* boot; 0: none comes later */
};

/* Of an incident: what people were told. */
struct conversation {
	enum severity told;
	bool known, opened, gave_up, resolved;
	int32_t open_breaches;
	int64_t last_at;
};

/* A configuration. */
struct view {
	struct pipeline_def pipeline;
	struct check_def checks[P_CHECKS];
	struct gate_def gates[P_GATES];
	struct phase_def phases[P_PHASES];
	struct action_def actions[P_ACTIONS];
	struct recovery_def recoveries[P_RECOVERIES];
	int32_t inputs[P_GATES][P_LIST], done[P_PHASES][P_LIST],
	    guards[P_PHASES][P_LIST], repairs[P_RECOVERIES][P_LIST];
	struct edge_def edges[P_PHASES][P_LIST];
	struct graph graph;
	struct engine_limits limits;
	/* NONE: isn't configured */
	int32_t here[OF_KINDS][P_OBJECTS], whole[OF_KINDS][P_OBJECTS];
};

/* A process of the supervisor. */
struct sup {
	int32_t number;
	bool up, frozen;        /* frozen: it is there, and does nothing */
	bool mute;              /* its journal failed */
	bool unlocked;          /* it saw that the lock was lost */
	uint64_t epoch, process;
	uint64_t lock_file;     /* the one that it holds */
	uint64_t life;          /* of its engine: one more for each reload */
	int64_t drift;          /* wall - mono, as it saw it last */
	int64_t pulse_at;       /* mono */
	int64_t mute_since;     /* boot */
	bool stepping;
	struct event queue[P_QUEUE];
	int32_t n_queue;
	int64_t wake;
	void *memory;
	size_t memory_size;
	struct engine *engine;
	struct view v;
	struct call calls[P_CALLS];
	int32_t n_calls;
};

/*-------------------------------------------------------------- the store */

struct row {
	struct record r;
	int32_t next_hash, next_kind, prev_kind;
};

struct shelf {
	struct row rows[P_ROWS];
	int32_t n_rows, n_live, free_list;
	int32_t bucket[P_BUCKETS], first[RECORD_KINDS];
	struct engine_ids ids;          /* highest of each, ever */
	uint64_t epoch, commits, hash;
	uint64_t lock_file;     /* which file lies there now */
	int32_t holder;         /* who holds the lock on it; NONE */
	bool absent;            /* no write works, no open */
};

/* Which faults a seed has: bits. */
enum fault {
	F_CRASH = 1 << 0, F_REBOOT = 1 << 1, F_COMMIT_FAILS = 1 << 2,
	F_COMMIT_AMBIGUOUS = 1 << 3, F_STORE_ABSENT = 1 << 4,
	F_STORE_SLOW = 1 << 5, F_LOCK_LOST = 1 << 6, F_FREEZE = 1 << 7,
	F_JUMP = 1 << 8, F_DRIFT = 1 << 9, F_SUSPEND = 1 << 10,
	F_DARK = 1 << 11, F_NUMBERS = 1 << 12, F_HANG = 1 << 13,
	F_FAULT = 1 << 14, F_TWICE = 1 << 15, F_REVISION = 1 << 16,
	F_LIES = 1 << 17, F_LATE_EFFECT = 1 << 18, F_WORSE = 1 << 19,
	F_STUCK = 1 << 20, F_OPERATOR = 1 << 21, F_OUTSIDE = 1 << 22,
	F_RELOAD = 1 << 23, F_NOTIFIER = 1 << 24, F_SWIZZLE = 1 << 25,
	F_RETENTION = 1 << 26, F_ALL = (1 << 27) - 1
};

struct mail;                    /* mail.h: the outbox and its far ends */

struct play {
	told_fn *told;          /* the hook; NULL: nobody listens. Set once,
	                           before the first seed */
	void *told_arg;
	struct tape *tape;      /* of all choices; borrowed, may be NULL */
	bool checks30;          /* the fixed profile, of which speed is told */
	bool trace;
	struct zone zones[P_ZONES];     /* read once, by the runner */
	const char *zone_names[P_ZONES];
	char *zone_bytes[P_ZONES];      /* owned; their times lie in them */
	int32_t n_zones;
	struct mail *mail;      /* NULL: messages aren't followed outside */

	/* all below is of one seed */
	uint64_t seed, rng;
	int32_t step;
	bool deep;              /* deep.c */
	bool waives;            /* waived.c */
	bool failed;
	bool quiet;             /* only honest events from now on */
	char flaw[512];

	/* the whole; what isn't alive isn't configured now */
	struct pipeline_def pipeline;
	struct check_def checks[P_CHECKS];
	struct gate_def gates[P_GATES];
	struct phase_def phases[P_PHASES];
	struct action_def actions[P_ACTIONS];
	struct recovery_def recoveries[P_RECOVERIES];
	int32_t inputs[P_GATES][P_LIST], done[P_PHASES][P_LIST],
	    guards[P_PHASES][P_LIST], repairs[P_RECOVERIES][P_LIST];
	struct edge_def edges[P_PHASES][P_LIST];
	struct breaker_def breakers[P_BREAKERS];
	struct graph graph;
	uint32_t alive[OF_KINDS];
	char names[OF_KINDS][P_OBJECTS][24];

	uint32_t faults;
	int32_t crash_ppm;      /* per step, once before and once after */
	int32_t days;           /* to be played */

	struct now now;
	int64_t begin;          /* wall */
	int64_t elapsed;        /* ms that passed, whatever clocks say */
	struct { uint64_t id; int64_t elapsed; } ends[P_ENDS];  /* of attempts,
	                           by their numbers; by the rows */
	int64_t lost_ms, drift_ppm;     /* of the wall clock */
	struct slot slots[P_SLOTS];
	bool dark[P_CHECKS];    /* its probe fails */
	bool target_dark;       /* so do all on the database */
	struct run runs[P_RUNS];
	int32_t n_runs;

	struct sup sups[P_SUPS];
	int32_t n_sups;
	struct sup *s;          /* whose step is being judged */
	uint64_t lives, processes;
	struct shelf shelf;
	const struct record *sorted[P_ROWS];
	struct effects out;
	struct effects whole;   /* of whole-oracle.c */
	struct event event;     /* of this step, in whole numbers */
	struct answer before;   /* the one that this step's event replaced */

	struct backfill_row asked;      /* by the last command for one */
	uint64_t failed_here[P_FAILED]; /* ids of attempts, by their ends */
	int64_t vain[P_ACTIONS];        /* ends in a row without success */
	uint32_t harmed[P_RECOVERIES];  /* bit i: repairs[i] made worse */
	uint64_t last_message, measurements;
	struct conversation *talks;     /* by incident number */
	size_t n_talks;
	uint64_t touched[64];   /* incidents whose rows this step wrote */
	int32_t n_touched;

	struct {
		int64_t starts, messages, crashes, done, bypasses, takeovers,
		    reloads, failed_commits, lost_locks, commands, resolved;
	} count;
};

/* make.c: choices, the dullest one first, and graphs */
int32_t upto(struct play *, int32_t n);         /* 0 .. n - 1 */
bool chance(struct play *, int32_t percent);
void make_graph(struct play *);

/* deep.c: what every other seed has beside */
void make_deep(struct play *);
void say_deep(struct play *, struct sup *);

/* waived.c: a measurement as the world tells it, and as it is handed in */
void missing_told(const struct play *, struct measurement *);
void waive_here(struct play *, struct sup *, struct event *here);
void ask_to_waive(struct play *, struct sup *, struct command *);
/* By the rows: how many of its missing; all of a check; and is there nothing
 * that anybody asks of it? */
int64_t waived_count(struct play *, int32_t check, struct date,
    const struct measurement *);
bool waived_whole(struct play *, int32_t check, struct date);
bool excused(struct play *, int32_t check, struct date);

/* edit.c: a change of the configuration; always one that loads */
void edit_graph(struct play *);

/* numbers.c */
bool alive(const struct play *, enum of, int32_t whole);
void view_build(const struct play *, struct view *);
/* Between the numbers of a view and those of the whole; record_here: false:
 * an object of it is gone. */
void record_whole(const struct play *, const struct view *, struct record *);
bool record_here(const struct play *, const struct view *, struct record *);
void effect_whole(const struct play *, const struct view *, struct effect *);
bool event_here(const struct play *, const struct view *, struct event *);
/* Of the engine whose step is judged. */
int32_t here(const struct play *, enum of, int32_t whole);

/* play.c: one seed to its end; false: an oracle found a flaw. `steps`: no
 * more than so many before the quiet time. */
bool play(struct play *, uint64_t seed, int32_t steps);
/* Tells whoever listens; clocks, epoch and event are filled in. */
void tell(struct play *, struct told);

/* zones.c: of the system, once */
void zones_read(struct play *);
void zones_free(struct play *);

/* clocks.c */
void clocks_pass(struct play *, int64_t ms);
void clocks_suspend(struct play *, int64_t ms);
void clocks_reboot(struct play *);

/* life.c: of supervisors */
struct sup *owner(struct play *);       /* who holds the lock; NULL */
/* One event, in whole numbers, and what follows at once. */
void sup_step(struct play *, struct sup *, const struct event *);
/* Its journal failed: it looks on, and does nothing any more. */
void sup_mute(struct play *, struct sup *);
void sup_die(struct play *, struct sup *);
bool sup_start(struct play *, struct sup *);    /* false: the lock is taken */
void sup_reload(struct play *, struct sup *);
bool sup_able(const struct sup *);
void lives_free(struct play *);

/* faults.c */
bool has(const struct play *, enum fault);
bool rarely(struct play *, int32_t ppm);
void faults_make(struct play *);
void fault_happens(struct play *);      /* something breaks, or is mended */
void faults_end(struct play *);

/* world.c */
struct slot *slot_of(struct play *, struct date);       /* NULL: too far */
void world_changes(struct play *);
void answer_one(struct play *, struct sup *, int32_t call);
/* When the engine is about to get it. */
void take_answer(struct play *, struct sup *, const struct event *measured);
void say_something(struct play *, struct sup *);
bool some_date(struct play *, struct sup *, struct date *ret);

/* visits.c: runs from outside */
void visit(struct play *, struct sup *);

/* deeds.c: what actions do */
void run_begin(struct play *, struct sup *, const struct record *attempt);
bool run_any(struct play *);            /* false: nothing runs */
void runs_pass(struct play *);          /* what comes late, comes */
void run_cancel(struct play *, struct sup *, uint64_t attempt);
struct run *run_of(struct play *, uint64_t attempt);

/* shelf.c */
void shelf_clear(struct shelf *);
struct record *row_find(struct play *, enum record_kind, struct date,
    int32_t subject);
struct record *row_of_id(struct play *, enum record_kind, uint64_t id);
/* The row that this one replaces, or NULL. */
struct record *row_same_key(struct play *, const struct record *);
/* Those of a kind: NULL ends. */
struct record *row_first(struct play *, enum record_kind);
struct record *row_next(struct play *, const struct record *);
void row_fold(struct play *, const struct record *);
void row_drop(struct play *, struct record *);
/* Into a new engine, in a random order where any is promised to do. */
void rows_restore(struct play *, struct sup *);
/* What was met of objects that are gone is forgotten. */
void rows_forget(struct play *);
/* Retention: what is over, of dates that are closed. */
void rows_retire(struct play *);
void hash_bytes(struct play *, const void *, size_t);

/* trace.c: in words, to standard output */
void trace_graph(const struct play *);
void trace_step(const struct play *);

/* oracle.c: the step's effects, in order, before anything is performed; then
 * what must hold between steps, and at the end of a quiet time. */
void oracle_step(struct play *);
void oracle_end(struct play *);
/* whole-oracle.c: did the step settle all that it has touched? */
void oracle_whole(struct play *);
void flaw(struct play *, const char *guarantee, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* evidence-oracle.c: would this phase's start rest on good evidence? NULL,
 * or what is wrong. */
const struct answer *answer_of(struct play *, int32_t check, struct date);
enum result judge_here(const struct play *, int32_t check,
    const struct measurement *, int64_t waived);
/* All that its `done` rests on is excused. */
bool owes_nothing(struct play *, int32_t phase, struct date);
const char *bad_evidence(struct play *, int32_t phase, struct date);
bool gate_supported(struct play *, int32_t gate, struct date);
bool answer_fresh(struct play *, int32_t check, struct date);
bool done_refuted(struct play *, int32_t phase, struct date);
struct date date_before(struct play *, struct date, bool *ret_any);
void show(struct play *, int32_t gate, struct date, struct shown *);

#endif
