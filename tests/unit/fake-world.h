/* SPDX-License-Identifier: BSD-2-Clause
 *
 * fake-world.h -- a supervisor's surroundings, made of what a test says: one
 * small configuration, and plugins that are functions of the test.
 *
 * Stands in for core/config (conf_load and its kin) and core/worker (the
 * pool); everything else is the real thing: engine, journal, outbox, socket.
 */
#ifndef FAKE_WORLD_H
#define FAKE_WORLD_H

#include "daemon/supervisor.h"

/* Objects of the one pipeline "shop": */
enum { CHECK_RAW, CHECK_MARTS, CHECKS };        /* "raw", "marts" */
enum { PHASE_LOAD, PHASE_PUBLISH, PHASES };     /* "load", "publish" */
/* gate "ready" over both checks; action "etl" starts "publish", whose done is
 * "marts"; action "mend" by recovery "mend" repairs "raw"; notifier "team". */

struct fake_call {
	struct fake_call *next;
	const char *kind, *name;
	const json_t *input;
	bool probe;
	const char *attempt_file;
	/* the rest is the fake's own */
	struct call_request r;
	bool cancelled;
	char kind_[16], name_[32], file_[256];
};

struct fake {
	/* What a plugin answers: owned; NULL: it hangs until asked again. The
	 * test may set *ret_fault (static) instead. */
	json_t *(*answer)(struct fake *, const struct fake_call *,
	    const char **ret_fault);
	const char *output;     /* of each call that is answered */
	void *arg;

	/* the configuration, changed before a load */
	bool broken;            /* refused, with one finding */
	const char *raw_name;   /* of the check; default "raw" */
	bool was_raw;           /* ... which was "raw" */
	bool no_recovery;       /* ... is configured any more */
	bool swapped;           /* the checks have each other's numbers */
	double clock_speed;     /* 0: the real clock */
	int64_t clock_start;
	char dir[64];           /* state_dir */
	char socket[96];

	/* what was seen */
	struct supervisor *s;
	int calls[4];           /* checks, gates, actions, notifiers */
	int probes, cancels, loads;
	bool busy;              /* processes of attempts are alive */
	struct pool *pool;
};

/* In a fresh directory; the one that the functions stand on. */
void fake_begin(struct fake *);
/* Removes the directory. */
void fake_end(struct fake *);

/* Starts a supervisor in it, asserting success. */
struct supervisor *fake_start(struct fake *);
/* As `gatewarden reload` does. */
int fake_reload(struct fake *, struct diag *);
/* Runs it until `done` says so, which is asked all the time; asserts that
 * it does so within ten seconds. The supervisor has been stopped then, and
 * can be looked at until it is freed. */
void fake_run(struct fake *, bool (*done)(struct fake *));

/* {"status": "ok", "value": v, "expected": e}; owned. */
json_t *fake_value(double v, double e);

/* The last data of a row in the journal; owned, NULL: none. */
json_t *fake_row(struct fake *, const char *key);

#endif
