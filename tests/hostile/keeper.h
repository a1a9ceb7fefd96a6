/* SPDX-License-Identifier: BSD-2-Clause
 *
 * keeper.h -- a loop with a pool, and what its calls answered.
 */
#ifndef HOSTILE_KEEPER_H
#define HOSTILE_KEEPER_H

#include "worker/pool.h"

enum { KEEP_MAX = 64 };

/* One answer, copied. */
struct seen {
	bool done;
	enum call_status status;
	char *fault, *output;   /* owned */
	json_t *result;         /* owned */
	int exit_code, signal;
	uint64_t output_total;
	int64_t elapsed_ms;
	pid_t pid;              /* that started it */
	int64_t stall_ms;
	int order;              /* counted over all answers */
	struct keeper *keeper;
};

struct keeper {
	uv_loop_t loop;
	uv_timer_t alarm;
	struct pool *pool;
	struct seen seen[KEEP_MAX];
	int n, n_done;
	bool late;
	char dir[64];           /* for files, removed at the end */
};

/* grace_ms of the pool is 300: what ignores TERM costs tests little.
 * backoff_ms 0: waits as in earnest; idle is a hundred of it. */
void keeper_open(struct keeper *, int workers, int64_t backoff_ms);
void keeper_close(struct keeper *);

/* What is asked for; zeroed members are the usual. */
struct ask {
	const char *kind;       /* NULL: "check" */
	const char *name;       /* NULL: "it" */
	const char *plugin;     /* NULL: "zoo_check", "zoo_action" */
	const char *how, *file;
	int64_t wait_ms;
	int64_t timeout_ms;     /* 0: 5 s */
	uint64_t identity;
	bool fresh, probe;
	const char *attempt_file;
	const char *secret;
	int64_t stall_ms;       /* the loop stands still when it's done */
};

/* Queues; the answer comes in seen[the returned index]. */
int keeper_ask(struct keeper *, const struct ask *, struct call **ret_call);
/* Runs the loop until all are answered; fails the test after 30 s. */
void keeper_run(struct keeper *);
/* Until so many are answered. */
void keeper_run_until(struct keeper *, int n_done);
/* Asks, runs, and returns the answer. */
const struct seen *keeper_call(struct keeper *, const struct ask *);

/* Drops all answers; none may be outstanding. */
void keeper_forget(struct keeper *);

/* Fails unless the fault or refusal contains the text. */
void assert_says(const struct seen *, enum call_status, const char *text);
/* Fails unless a check answered ok with this value. */
void assert_value(const struct seen *, double value);

/* The number in a file, 0: none yet. */
int keeper_read(struct keeper *, const char *name);
const char *keeper_path(struct keeper *, const char *name, char buf[128]);

#endif
