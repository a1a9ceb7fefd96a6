/* SPDX-License-Identifier: BSD-2-Clause
 *
 * engine-world.h -- a world for the pure engine: a clock, facts that arrive
 * at instants, gates that are computed, actions that take a while, and a
 * journal that can be folded into a new engine.
 */
#ifndef TESTS_UNIT_ENGINE_WORLD_H
#define TESTS_UNIT_ENGINE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

#define MINUTE INT64_C(60000)
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

enum { W_CHECKS = 400, W_GATES = 12, W_PHASES = 40, W_ACTIONS = 8,
	W_RECOVERIES = 8, W_LIST = 16, W_FACTS = 1024, W_STARTS = 512,
	W_QUEUE = 16384 };

/* How the world answers a gate. */
struct world_gate {
	enum gate_kind { ALL_OF, ANY_OF, QUORUM, LADDER } kind;
	int32_t need, require[4], n_require;    /* QUORUM */
	struct { int64_t after; double below; enum severity severity; }
	    step[4];                            /* LADDER, percent */
	int32_t n_steps;
	enum severity blocked, degraded;        /* of alarms */
	bool fault;
};

struct world_fact {
	int32_t check;
	struct date date;
	int64_t at;             /* read so from then on */
	bool told, fault;
	double value, expected;
};

struct world_start {
	uint64_t attempt;
	int64_t at;             /* when it was asked for */
	int32_t step;           /* ... and in which step */
	int64_t ends;           /* INT64_MAX: runs on */
	bool begun, over;
	struct attempt_row row; /* as it was then */
	struct date date;
};

/* A message, and what it was about then. */
struct world_told {
	uint64_t message, incident;
	enum notice_kind kind;
	enum severity severity;
	int64_t at;
	enum root_kind root_kind;
	int32_t root;
	struct date date;
};

struct world;

/* An action runs to its end: what it does to the facts, and what it says. */
typedef void world_act_fn(struct world *, const struct world_start *,
    struct event *ended);

struct world {
	struct pipeline_def pipeline;
	struct check_def checks[W_CHECKS];
	struct gate_def gates[W_GATES];
	struct phase_def phases[W_PHASES];
	struct action_def actions[W_ACTIONS];
	struct recovery_def recoveries[W_RECOVERIES];
	struct breaker_def breakers[2];
	struct world_gate answers[W_GATES];
	int32_t lists[64][W_LIST];      /* inputs, guards, repairs */
	struct edge_def edges[W_PHASES][4];
	int32_t n_lists;
	struct graph graph;

	struct engine_limits limits;
	void *memory;
	struct engine *engine;
	struct now now;
	struct effects out;
	int64_t wake;

	struct world_fact facts[W_FACTS];
	int32_t n_facts;
	/* without a fact: the value, 0, and of coverage the expected, 1 */
	double unsaid[W_CHECKS], expected;
	struct world_start starts[W_STARTS];
	int32_t n_starts;
	world_act_fn *act[W_ACTIONS];
	int64_t takes[W_ACTIONS];       /* ms; default 30 s */
	int64_t measuring_takes;        /* ms, of each check */

	struct record *rows;            /* the journal */
	size_t n_rows, cap_rows;
	struct effect *queue;           /* measure, evaluate: unanswered */
	int64_t *queued_at;
	size_t head, tail;
	uint64_t measurements;

	struct effect reply;            /* to the last command */
	int32_t n_replies;
	struct world_told told[W_STARTS];
	int32_t n_told;
	int32_t steps, die_at;          /* world_die() after that step */
	void *arg;                      /* the test's own */
	/* Each EFFECT_START, in the step that it comes from; may be NULL. */
	void (*on_start)(struct world *, const struct effect *);
};

/* An empty world, 2026-01-13 04:00 UTC, one pipeline "nba" that enforces,
 * whose dates end at 04:00. Objects are added, then world_begin() builds the
 * engine; it isn't resumed yet. */
struct world *world_new(void);
void world_begin(struct world *);
/* world_begin() and the first step. */
void world_go(struct world *);
void world_free(struct world *);
/* Frees the one that is the state of a cmocka test. */
int world_teardown(void **state);

/* Each returns the number of the new object; defaults: the check wants a
 * value of 1 at least, every 10 min, confirmed by 2. */
int32_t world_check(struct world *, const char *name);
int32_t world_coverage(struct world *, const char *name);
int32_t world_gate(struct world *, const char *name, enum gate_kind kind,
    const int32_t *inputs, int32_t n);
int32_t world_phase(struct world *, const char *name, int32_t after);
void world_done_checks(struct world *, int32_t phase, const int32_t *checks,
    int32_t n);
void world_done_gate(struct world *, int32_t phase, int32_t gate);
void world_guard(struct world *, int32_t phase, int32_t gate);
int32_t world_action(struct world *, const char *name, world_act_fn *);
int32_t world_recovery(struct world *, const char *name, int32_t action,
    const int32_t *repairs, int32_t n);

/* Reads so from `at` on. expected NAN: none. */
void world_fact(struct world *, int32_t check, struct date, int64_t at,
    double value, double expected);
void world_untold(struct world *, int32_t check, struct date, int64_t at,
    bool fault);

/* The first step. */
void world_resume(struct world *);
/* Time passes: every timer, answer and end in between happens. */
void world_pass(struct world *, int64_t ms);
void world_until(struct world *, int64_t wall);
/* One event, and all that follows without time. */
void world_event(struct world *, const struct event *);
/* The reply is returned too. */
const struct effect *world_command(struct world *, const struct command *);
struct command world_about(enum command_kind, int32_t subject, struct date);

/* The daemon dies, and another one folds the journal; what was unanswered
 * is lost. Actions go on. It isn't resumed yet. */
void world_crash(struct world *);
/* The supervisor says what it has found of an attempt in doubt. */
void world_found(struct world *, uint64_t attempt, bool running,
    enum probed);
/* All that runs is killed, the daemon first: another one resumes, and finds
 * nothing of any attempt. */
void world_die(struct world *);

/* Attempts of a recovery or phase (the other one NONE) for a date. */
int32_t world_attempts(const struct world *, int32_t phase,
    int32_t recovery, struct date);
/* The n-th of them (from 0) as it is now, or NULL. */
const struct attempt_row *world_attempt(const struct world *,
    int32_t phase, int32_t recovery, struct date, int32_t n);
enum phase_state world_state(const struct world *, int32_t phase,
    struct date);
uint32_t world_marks(const struct world *, int32_t phase, struct date);
struct phase_reading world_reading(const struct world *, int32_t phase,
    struct date);
/* The n-th message about a kind of root, and its subject (NONE: any), on a
 * date. */
const struct world_told *world_told(const struct world *, enum root_kind,
    int32_t root, struct date, int32_t n);
int32_t world_told_count(const struct world *, enum root_kind, int32_t root,
    struct date);
const struct incident_row *world_incident(const struct world *,
    enum root_kind, int32_t root, struct date);
const struct breach_row *world_breach(const struct world *, enum root_kind,
    int32_t subject, struct date);
int32_t world_open_incidents(const struct world *);
/* Place in the journal of the last row that `fits`; SIZE_MAX: none. */
size_t world_row(const struct world *, bool fits(const struct record *,
    const void *), const void *);

/* What a gate says now, to EFFECT_EVALUATE. */
struct event world_evaluated(struct world *, const struct effect *);

static const struct date jan13 = { 20466 };

/* An instant of January 2026, UTC. */
static inline int64_t
jan(int32_t day, int32_t h, int32_t m)
{
	return INT64_C(1768262400000) + (day - 13) * DAY + h * HOUR +
	    m * MINUTE;
}

static inline struct due
next_day_at(int32_t hour)
{
	return (struct due){ .kind = DUE_WALL, .days = 1,
		.time_s = hour * 3600 };
}

static inline struct date
january(int32_t day)
{
	return (struct date){ jan13.day + day - 13 };
}

#endif
