/* SPDX-License-Identifier: BSD-2-Clause
 *
 * incident-world.h -- a pipeline of sports statistics around the pure engine,
 * with facts that arrive at instants, attempts that run, and a supervisor
 * that can be killed between any two steps.
 *
 * The world is UTC; a date ends at 04:00. Its rows and messages outlive the
 * engine, as a journal and an outbox would.
 */
#ifndef TESTS_INCIDENT_WORLD_H
#define TESTS_INCIDENT_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

enum check_index { GAMES, BOX, BOOKS, SUMMARY, PDC, PCF, MLFS, PREDICTED,
	GRADED, CHECKS };
enum gate_index { SOURCES, QUORUM, LADDER, PHASE4, GATES };
enum phase_index { RAW, ANALYTICS, PRECOMPUTE, PREDICT, GRADE, PHASES };
enum action_index { SCRAPE, PROCESS, MAKE, ACTIONS };
enum recovery_index { BDL_RETRY, BACKFILL, RECOVERIES };

enum { MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* 2026-01-13 04:00 UTC, and the date that begins to run then. */
#define START 1768276800000
#define JAN(n) ((struct date){ 20466 - 13 + (n) })
/* HH:MM on January n */
#define AT(n, h, m) (START + (int64_t)((n) - 13) * DAY + ((h) - 4) * \
    (int64_t)HOUR + (m) * (int64_t)MINUTE)

/* From `at` on the check reads so for the date. */
struct fact {
	int32_t check;
	struct date date;
	int64_t at;
	double value;           /* NaN: the probe can't tell */
};

struct told {
	uint64_t message, incident;
	enum notice_kind kind;
	enum severity severity;
	int64_t at;
	enum root_kind root_kind;       /* of the incident then */
	int32_t root;
	struct date date;
};

struct world {
	struct pipeline_def pipeline;
	struct check_def checks[CHECKS];
	struct gate_def gates[GATES];
	struct phase_def phases[PHASES];
	struct action_def actions[ACTIONS];
	struct recovery_def recoveries[RECOVERIES];
	struct edge_def after[PHASES];
	struct graph graph;
	struct engine_limits limits;

	void *memory;
	struct engine *engine;
	struct now now;
	struct effects out;
	struct effect *queue;
	size_t head, tail;

	struct fact facts[512];
	int32_t n_facts;
	double games;           /* of a date without a fact */
	int32_t blink;          /* this check's next answer is none; NONE */
	/* an attempt has ended well: it may add facts */
	void (*ended)(struct world *, const struct attempt_row *,
	    struct date);

	struct record *rows;
	size_t n_rows;
	struct told told[512];
	int32_t n_told;
	int32_t steps, crash_at, starts, measures;
	int32_t started_at;     /* the step of the first start */
	struct effect reply;
};

/* incident-graph.c */
void world_define(struct world *);

struct world *world_new(void);
void world_free(struct world *);
/* The engine anew, after changes of the definitions or limits. */
void world_build(struct world *);
void world_resume(struct world *);
/* Time passes, from wake to wake. */
void world_until(struct world *, int64_t wall);
/* The engine is gone; a new one gets the rows. */
void world_crash(struct world *);
void world_command(struct world *, const struct command *);

void world_fact(struct world *, int32_t check, struct date, int64_t at,
    double value);
/* Everything of a date is whole from `at` on. */
void world_whole(struct world *, struct date, int64_t at);

/* The n-th message about a kind of root, and its subject, on a date. */
const struct told *world_told(const struct world *, enum root_kind,
    int32_t root, struct date, int32_t n);
int32_t world_told_count(const struct world *, enum root_kind, int32_t root,
    struct date);
const struct incident_row *world_incident(const struct world *,
    enum root_kind, int32_t root, struct date);
const struct breach_row *world_breach(const struct world *, enum root_kind,
    int32_t subject, struct date);
int32_t world_open_incidents(const struct world *);

#endif
