/* SPDX-License-Identifier: BSD-2-Clause
 *
 * play.h -- a random world around the whole engine.
 *
 * A play is one seed: a random graph, and a random sequence of what may
 * happen to a supervisor. Its journal is the list of rows that were written,
 * folded by key; it outlives the engine. What the oracles know of the world
 * (last answers, snapshots of what gates were shown) is kept here, from the
 * events that were delivered, and never asked of the engine.
 */
#ifndef TESTS_PROPERTY_PLAY_H
#define TESTS_PROPERTY_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

enum { P_CHECKS = 12, P_GATES = 6, P_PHASES = 6, P_ACTIONS = 4,
	P_RECOVERIES = 3, P_LIST = 4, P_DAYS = 24, P_CALLS = 2048,
	P_RUNS = 256, P_ASKS = 8, P_ROWS = 8192 };

#define MINUTE INT64_C(60000)
#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

/* 2026-01-13 04:00 UTC */
#define BEGIN INT64_C(1768276800000)
enum { BEGIN_DAY = 20466, FIRST_DAY = BEGIN_DAY - 8 };

/* The last answer about a check and date that the engine took. */
struct answer {
	bool known, told;
	double value;
	enum result raw;        /* by the oracles' own judgement */
	int32_t in_row;
	int64_t began_wall, began_boot;
	uint64_t boot_id;
};

/* What a gate was shown, and what it said. */
struct shown {
	bool asked, answered, opens;
	struct { bool known, told, due; double value; } in[P_LIST];
	uint64_t revision;
};

struct call {
	struct effect x;
	struct shown shown;     /* EVALUATE */
	struct now began;
	bool delivered;         /* a duplicate may follow */
};

struct run {
	uint64_t attempt;
	struct date date;
	int32_t action, phase, recovery;
	bool begun, over;       /* over: the process has ended */
};

/* Of an incident: what people were told. */
struct conversation {
	uint64_t number;
	enum severity told;
	bool opened, gave_up, resolved;
	int64_t last_at;
};

struct play {
	uint64_t seed, rng;
	int32_t step;
	bool failed, trace;
	bool quiet;             /* only honest events from now on */
	char flaw[512];

	struct pipeline_def pipeline;
	struct check_def checks[P_CHECKS];
	struct gate_def gates[P_GATES];
	struct phase_def phases[P_PHASES];
	struct action_def actions[P_ACTIONS];
	struct recovery_def recoveries[P_RECOVERIES];
	int32_t inputs[P_GATES][P_LIST], done[P_PHASES][P_LIST],
	    guards[P_PHASES][P_LIST], repairs[P_RECOVERIES][P_LIST];
	struct edge_def edges[P_PHASES][P_LIST];
	char names[64][24];
	struct graph graph;
	struct engine_limits limits;

	void *memory;
	struct engine *engine;
	struct now now;
	struct effects out;
	struct effects whole;   /* of whole-oracle.c */
	struct event event;     /* of this step */

	double truth[P_CHECKS][P_DAYS];
	bool dark[P_CHECKS];    /* its probe fails */
	struct answer answers[P_CHECKS][P_DAYS];
	struct answer before;   /* the one that this step's event replaced */
	bool in_flight[P_CHECKS][P_DAYS];
	struct shown shown[P_GATES][P_DAYS][P_ASKS];
	int32_t n_shown[P_GATES][P_DAYS];
	struct call calls[P_CALLS];
	int32_t n_calls;
	struct run runs[P_RUNS];
	int32_t n_runs;

	struct record rows[P_ROWS];
	int32_t n_rows;
	uint64_t last_message, measurements;
	struct conversation talks[512];
	int32_t n_talks;
	int32_t intents, messages, crashes, done_phases, bypasses;
};

/* make.c: dice and graphs */
uint64_t dice(struct play *);
int32_t upto(struct play *, int32_t n);         /* 0 .. n - 1 */
bool chance(struct play *, int32_t percent);
void make_graph(struct play *);

/* play.c: one seed to its end; false: an oracle found a flaw. */
bool play(struct play *, uint64_t seed, int32_t steps);
/* One event and what follows at once; or the supervisor is killed. */
void step(struct play *, const struct event *);

/* world.c */
void answer_one(struct play *, int32_t call);
void run_one(struct play *, int32_t run);
void say_something(struct play *);
struct date some_date(struct play *);

/* evidence-oracle.c */
int32_t day_slot(struct date);
const struct answer *answer_of(const struct play *, int32_t check,
    struct date);

/* trace.c: in words, to standard output */
void trace_graph(const struct play *);
void trace_step(const struct play *);

/* journal.c */
struct record *row_find(struct play *, enum record_kind, struct date,
    int32_t subject);
struct record *row_of_id(struct play *, enum record_kind, uint64_t id);
/* The row that this one replaces, or NULL. */
struct record *row_same_key(struct play *, const struct record *);
void row_fold(struct play *, const struct record *);
/* Into a new engine, in a random order where any is promised to do. */
void rows_restore(struct play *);

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
const char *bad_evidence(struct play *, int32_t phase, struct date);
bool gate_supported(const struct play *, int32_t gate, struct date);
bool answer_fresh(const struct play *, int32_t check, struct date);
bool done_refuted(const struct play *, int32_t phase, struct date);
struct date date_before(struct play *, struct date, bool *ret_any);
void show(const struct play *, int32_t gate, struct date, struct shown *);

#endif
