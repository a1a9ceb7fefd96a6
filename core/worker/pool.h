/* SPDX-License-Identifier: BSD-2-Clause
 *
 * pool.h -- calling plugins in processes of their own.
 *
 * A pool of gatewarden-host processes per plugin library, grown on demand,
 * one call at a time per worker, instances opened lazily. Actions and
 * notifications get a fresh process. Faults, backoff and quarantine belong
 * to the instance; only failures to load or to greet belong to the library.
 * Deadlines are real time, whatever the daemon's clock says.
 *
 * After a second fault in a row an instance backs off (1 s, 4 s, 15 s, 60 s);
 * a fifth crash or protocol error in a row quarantines it until pool_reset()
 * or another identity. Missing a deadline backs off but never quarantines:
 * what it waited for may come back. An answer forgives everything. A fresh
 * call has its caller's retry plan and is always tried.
 *
 * All children of this process belong to the pool while there is one: what
 * escapes from a worker is adopted by this process, and is known by being a
 * child that is no worker. Whoever else spawns must have reaped before the
 * loop runs again.
 */
#ifndef WORKER_POOL_H
#define WORKER_POOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct pool;

struct pool_options {
	uv_loop_t *loop;        /* borrowed */
	const char *host_path;  /* gatewarden-host */
	int32_t workers;        /* processes at once, actions apart */
	int32_t max_calls;      /* recycle after so many; 0: 1000 */
	int64_t max_idle_ms;    /* 0: 60 s */
	const char *user;       /* run workers as, or NULL */
	int64_t grace_ms;       /* from TERM to KILL; 0: 2 s */
	int64_t backoff_ms;     /* the first wait; 0: 1 s */
	/* An instance has gone into quarantine, or come out of it, so that
	 * it can be remembered. Strings are valid during the call; it must
	 * not call the pool. May be NULL. */
	void (*quarantine)(void *arg, const char *kind, const char *name,
	    uint64_t identity, bool on, const char *fault);
	void *quarantine_arg;
};

/* Becomes the subreaper of this process. Returns 0 or -errno. */
int pool_new(const struct pool_options *, struct pool **ret);

/* Ends all workers (TERM, a short grace, KILL, sweep), synchronously. NULL
 * is fine. Calls under way are dropped without an answer. The loop must run
 * once more before it is closed. Not from within a callback. */
void pool_free(struct pool *);

/* An instance, as a caller names it. Strings are copied when needed. */
struct pool_instance {
	const char *kind;       /* "check", "gate", "action", "notifier" */
	const char *name;
	const char *path;       /* of the shared object */
	const json_t *options;  /* secrets resolved; a reference is kept, so it
	                           must not be changed afterwards */
	uint64_t identity;      /* changes when options or file change */
	/* Values to be masked in output, faults and results, such as resolved
	 * secrets; borrowed for pool_call. Shorter than 4 bytes: not masked. */
	const char *const *secrets;
	size_t n_secrets;
};

enum call_status {
	CALL_ANSWERED,          /* the plugin's reply is in `result` */
	CALL_FAULT,             /* crash, hang, protocol error: see `fault` */
	CALL_REFUSED,           /* `open` said no: the instance's own sentence;
	                           or quarantined, or backing off */
	CALL_CANCELLED
};

/* Valid during the callback only.
 *
 * `result` of a check: {"status": "ok"|"unknown", "value": n, "expected": n,
 *   "missing": [..], "missing_count": n, "extra": [..], "extra_count": n,
 *   "stated": "pass", "anchor": ms, "kind": "...", "remark": "...",
 *   "evidence": {key: text}}      (members that weren't told are absent)
 * of a gate: {"status", "verdict": "open", "severity": "none", "reasons":
 *   [..], "opens_with": [..], "next_change": ms, "remark"}
 * of an action or notifier: {"status": "ok"|"unknown"|"failed", "failure":
 *   "transient", "retry_after_ms": n, "remark"}; of a notifier "receipt",
 *   too */
struct call_reply {
	enum call_status status;
	const json_t *result;   /* CALL_ANSWERED */
	const char *fault;      /* one sentence: "killed by signal 11 (SIGSEGV)
	                           after 12 ms"; NULL when answered */
	bool begun;             /* the plugin was given the call: what it did
	                           before it died may be there */
	int exit_code;          /* of a process that ended; -1: none */
	int signal;             /* that ended it; 0: none */
	int64_t elapsed_ms;
	/* What it wrote: the first 16 KiB and the last 48 KiB, secrets masked,
	 * and how much there was. */
	const char *output;
	size_t output_len;
	uint64_t output_total;
};

struct call;

struct call_request {
	struct pool_instance instance;
	/* {"date", "now", "now_ms", "anchor", "pipeline", "params": {..
	 * strings and lists of strings ..}, "inputs": [gate inputs]}, see
	 * base/wire.h; a reference is kept as of the options. */
	const json_t *input;
	int64_t timeout_ms;     /* real; what the plugin sees. A little later
	                           (a tenth, at most 500 ms) TERM, then KILL */
	bool fresh;             /* a process of its own, for this call only */
	bool probe;             /* ask `probe` instead of `call` */
	/* A file that every process below an attempt keeps locked (shared
	 * flock on an inherited descriptor); NULL: none. Fresh calls only. */
	const char *attempt_file;
	void (*started)(void *arg, pid_t pid);  /* may be NULL */
	void (*done)(void *arg, const struct call_reply *);
	void *arg;
};

/* Queues a call; `done` is called exactly once, never from within
 * pool_call, unless the pool is freed. The handle is valid until then. */
struct call *pool_call(struct pool *, const struct call_request *);

/* TERM now, KILL later; `done` follows with CALL_CANCELLED. */
void pool_cancel(struct pool *, struct call *);

/* Is any process that belongs to an attempt still alive? */
bool attempt_file_busy(const char *attempt_file);

/* As `quarantine` told an earlier process: the instance isn't called until
 * it is reset or changed. Doesn't tell again. */
void pool_quarantine(struct pool *, const struct pool_instance *,
    const char *fault);

/* Drops quarantine and backoff of an instance; false: it had none. */
bool pool_reset(struct pool *, const char *kind, const char *name);

/* Workers of instances whose identity is not among these are ended once
 * idle: after a reload. */
void pool_keep(struct pool *, const struct pool_instance *, size_t n);

/* For `plugins`: an array of {"kind", "name", "path", "calls", "faults",
 * "last_fault", "last_fault_ms_ago", "quarantined", "backoff_ms", "workers",
 * "average_ms"}; returns owned. */
json_t *pool_report(const struct pool *);

/* Number of calls queued or running. */
size_t pool_outstanding(const struct pool *);

/* Runs `gatewarden-host --describe path` and waits (5 s of real time at
 * most): the JSON of conf.h's plugin_finder, owned. For start, reload and
 * the command line, before or beside the loop. Returns 0, or -errno with a
 * sentence in *ret_why (owned, free()). */
int plugin_describe(const char *host_path, const char *path, json_t **ret,
    char **ret_why);

#endif
