/* SPDX-License-Identifier: BSD-2-Clause
 *
 * state.h -- the pool's objects, for its own files only.
 *
 *      pool    has libraries, instances, workers, and calls that wait
 *      library a plugin's file: workers that have it loaded, instances that
 *              are ready to be served
 *      instance a configured use: its waiting calls and its health
 *      worker  one process; serves one call at a time
 *      call    from pool_call to `done`
 *
 * A call is in exactly one place: its instance's list (waiting), the pool's
 * `fresh` list (waiting for a process of its own), the pool's `settled`
 * list (answer known, `done` not called yet), or a worker's.
 */
#ifndef WORKER_STATE_H
#define WORKER_STATE_H

#include <sys/queue.h>

#include "worker/fault.h"
#include "worker/output.h"
#include "worker/pool.h"
#include "worker/spawn.h"

enum {
	OPEN_MAX = 32,          /* instances open in one worker */
	FRESH_MAX = 64,         /* processes of fresh calls at once */
	LOST_MS = 1000          /* from a closed link to TERM */
};

struct instance {
	struct pool *pool;
	char *kind, *name;      /* owned */
	struct library *library;
	uint64_t identity;
	TAILQ_HEAD(, call) calls;       /* waiting */
	TAILQ_ENTRY(instance) ready;
	bool is_ready, is_busy;
	uint64_t kept;          /* the last pool_keep that named it */
	size_t outstanding;     /* calls, waiting or served */

	uint64_t n_calls, n_faults;
	int64_t total_ms;       /* of answered calls */
	uint64_t n_answered;
	char *last_fault;       /* owned; NULL: none */
	int64_t last_fault_at;
	int32_t in_row;         /* faults since the last answer */
	int32_t crashes;        /* of them, other than missed deadlines */
	int64_t backoff_until;  /* real monotonic ms */
	bool quarantined;
};

struct library {
	char *path;             /* owned */
	TAILQ_HEAD(, instance) ready;   /* have calls, aren't busy */
	int32_t n_workers;      /* pooled, not ending */
	int32_t in_row;         /* failures to load or greet */
	int64_t backoff_until;
	bool quarantined;
	char *last_failure;     /* owned */
	TAILQ_ENTRY(library) link;
};

struct call {
	struct instance *instance;
	json_t *options, *input;        /* references */
	struct masks masks;
	int64_t timeout_ms;
	uint64_t id, identity;
	bool fresh, probe, cancelled, begun;
	char *attempt_file;     /* owned */
	void (*started)(void *, pid_t);
	void (*done)(void *, const struct call_reply *);
	void *arg;
	struct worker *worker;  /* that serves it, or NULL */
	/* settled without a worker */
	enum call_status status;
	char *why;              /* owned */
	TAILQ_ENTRY(call) link;
};

TAILQ_HEAD(call_list, call);

enum worker_state {
	WORKER_GREETING,        /* spawned, no hello yet */
	WORKER_IDLE,
	WORKER_OPENING,
	WORKER_CALLING,
	WORKER_QUITTING,        /* told to quit, or its answer is complete */
	WORKER_TERMINATING,     /* TERM was sent */
	WORKER_KILLED,          /* KILL was sent */
	WORKER_SWEEPING,        /* reaped; what it left behind is ending */
	WORKER_STUCK            /* doesn't end even after KILL */
};

struct opened {
	struct instance *instance;      /* NULL: free */
	uint64_t identity;
	int64_t number;         /* on the wire */
	int64_t used_at;
};

struct worker {
	struct pool *pool;
	struct library *library;
	enum worker_state state;
	bool fresh;
	bool retire;            /* ends once idle */
	struct spawned process;
	bool reaped;
	struct ending ending;   /* once reaped */
	struct output output;
	struct opened opened[OPEN_MAX];
	int64_t next_number;
	uint64_t n_calls;

	struct call *call;      /* being served, or NULL */
	struct opened *current; /* its instance */
	enum stage stage;       /* what it was at, for the sentence */
	int64_t stage_at;       /* when that began */
	int64_t call_at;        /* when the call was given to it */
	int64_t deadline;       /* of the call */
	/* The call's answer, if there is one; given away once the process
	 * has ended (fresh) or at once. */
	bool answered;
	enum call_status status;
	json_t *result;         /* owned */
	char *why;              /* owned: refusal */
	int64_t answered_at;
	/* What is known of its end beyond the kernel's word. */
	char *fault;            /* owned: the cause; NULL: as it ended */
	bool timed_out, late, lost, killed, counted;

	uv_poll_t on_link, on_output, on_end;
	uv_timer_t timer;
	int n_handles;          /* not yet closed */
	int sweeps;
	LIST_ENTRY(worker) link;
};

struct pool {
	struct pool_options o;
	char *host_path, *user; /* owned */
	void *instances;        /* tsearch tree */
	TAILQ_HEAD(, library) libraries;
	LIST_HEAD(, worker) workers;
	struct call_list fresh, settled;
	int32_t n_pooled;       /* not ending */
	int32_t n_fresh;
	size_t outstanding;
	uint64_t last_id, keeps;
	uv_timer_t kick;        /* dispatches from the loop */
	pid_t *strangers;       /* children that were there before */
	size_t n_strangers;
	bool has_stale;
	char *buf;              /* for one packet or one read; owned */
};

/*------------------------------------------------------- health.c, find.c */

/* Finds or makes; never NULL. */
struct instance *instance_get(struct pool *, const struct pool_instance *);
struct instance *instance_find(const struct pool *, const char *kind,
    const char *name);
void instance_each(const struct pool *, void (*)(struct instance *, void *),
    void *arg);
void instance_drop(struct pool *, struct instance *);
void instances_free(struct pool *);

/* Why a pooled call may not be tried now; owned, NULL: it may. */
char *instance_refusal(const struct instance *);
void instance_answered(struct instance *, int64_t ms);
/* Counts a fault; the second one charges it too. */
void instance_note(struct instance *, const char *why);
void instance_faulted(struct pool *, struct instance *, const char *why,
    bool timed_out);
bool instance_forgive(struct instance *);
void library_failed(struct pool *, struct library *, const char *why);
void library_greeted(struct library *);

/*---------------------------------------- worker.c: what a process is at */

/* Starts a process for a call. Returns false when it can't: settled. */
bool worker_start(struct pool *, struct call *);
/* Gives a call to an idle worker. */
void worker_serve(struct worker *, struct call *);
bool worker_has_open(const struct worker *, const struct call *);
/* From the link: a packet, or what was wrong with it (error < 0). */
void worker_packet(struct worker *, const char *bytes, size_t len, int error);
void worker_lost(struct worker *);      /* the link was closed */
void worker_timeout(struct worker *);

/*--------------------------------------------- ending.c: how it comes to end */

void worker_quit(struct worker *);      /* in peace, then KILL */
void worker_terminate(struct worker *); /* TERM, then KILL */
/* KILL, for a cause; takes `fault`, NULL: as it ended. */
void worker_kill(struct worker *, char *fault);
void worker_reaped(struct worker *);
void worker_swept(struct worker *);     /* another round */
void worker_stuck(struct worker *);
/* Gives the call's answer away, or its fault if there is none. */
void worker_reply(struct worker *);
/* Of pool_free: ends all, synchronously. */
void workers_end(struct pool *);

/*--------------------------------------------------- io.c: handles and bytes */

int worker_watch(struct worker *);      /* starts */
void worker_arm(struct worker *, int64_t ms);   /* the one timer */
int worker_send(struct worker *, const char *name, json_t *body);
void worker_drain(struct worker *);     /* output that is there already */
void worker_drain_link(struct worker *);
void worker_free(struct worker *);      /* once its handles are closed */

/*----------------------------------------------------------------- pool.c */

/* Something changed: calls may be served. From the loop, soon. */
void pool_kick(struct pool *);
/* A worker's call is over: the instance is free again. */
void call_finish(struct call *, const struct call_reply *);
/* An answer without a worker; takes `why`. */
void call_settle(struct pool *, struct call *, enum call_status, char *why);

/*----------------------------------------------------------------- keep.c */

/* Forgets instances that the last pool_keep didn't name, once nothing uses
 * them. */
void keep_drop_stale(struct pool *);

#endif
