/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bench-worker.c -- a call through a warm worker against fork and exec of
 * `true`, in one run.
 *
 * Both sides are driven one at a time and in alternating rounds; the CPU
 * time counts everybody: this process, its workers, the programs that it
 * started. Usage: bench-worker HOST PLUGIN.so
 */
#include <assert.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "timing.h"
#include "worker/pool.h"

enum { ROUNDS = 5, CALLS = 4000, SPAWNS = 300, AT_ONCE = 16 };

extern char **environ;

struct slot {
	struct bench *b;
	int i;
};

struct bench {
	struct pool *pool;
	struct slot slots[AT_ONCE];
	uv_loop_t *loop;
	json_t *input, *options;
	const char *path;
	char names[AT_ONCE][16];
	int left, under_way;
	double spawn_cpu;
};

static void call_one(struct bench *, int slot);

static void
answered(void *arg, const struct call_reply *r)
{
	struct slot *s = arg;

	if (r->status != CALL_ANSWERED) {
		fprintf(stderr, "bench-worker: %s\n", r->fault);
		abort();
	}
	s->b->under_way--;
	call_one(s->b, s->i);
}

static void
call_one(struct bench *b, int slot)
{
	struct call_request q = {
		.instance = { .kind = "check", .name = b->names[slot],
			.path = b->path, .options = b->options,
			.identity = (uint64_t)slot + 1 },
		.input = b->input, .timeout_ms = 5000,
		.done = answered, .arg = &b->slots[slot],
	};

	if (b->left == 0)
		return;
	b->left--;
	b->under_way++;
	(void)pool_call(b->pool, &q);
}

static void
calls(struct bench *b, int n, int at_once)
{
	int i;

	b->left = n;
	for (i = 0; i < at_once; i++)
		call_one(b, i);
	while (b->left > 0 || b->under_way > 0)
		(void)uv_run(b->loop, UV_RUN_ONCE);
}

static void
spawns(int n)
{
	char name[] = "true", *argv[] = { name, NULL };
	int i, status, r;
	pid_t pid;

	for (i = 0; i < n; i++) {
		r = posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ);
		assert(r == 0);
		r = waitpid(pid, &status, 0);
		assert(r == pid && status == 0);
		(void)r;
	}
}

static void
compare(struct bench *b)
{
	double warm = 0, wide = 0, cold = 0, cpu = 0, t, c;
	int i;

	calls(b, AT_ONCE * 4, AT_ONCE);         /* all workers are warm */
	for (i = 0; i < ROUNDS; i++) {
		t = seconds();
		calls(b, CALLS, 1);
		warm += seconds() - t;
		t = seconds();
		calls(b, CALLS, AT_ONCE);
		wide += seconds() - t;
		t = seconds();
		c = cpu_seconds();
		spawns(SPAWNS);
		cold += seconds() - t;
		cpu += cpu_seconds() - c;
	}
	b->spawn_cpu = cpu;
	figure("warm call, one at a time", ROUNDS * CALLS / warm, "1/s");
	figure("warm call, 16 at once", ROUNDS * CALLS / wide, "1/s");
	figure("fork and exec of true", ROUNDS * SPAWNS / cold, "1/s");
	figure("CPU of fork and exec of true",
	    cpu / (ROUNDS * SPAWNS) * 1e6, "us");
}

int
main(int argc, char **argv)
{
	struct bench b = { .loop = uv_default_loop() };
	struct pool_options o = { .loop = b.loop, .workers = 2 };
	int i;

	if (argc != 3) {
		fprintf(stderr, "usage: bench-worker HOST PLUGIN.so\n");
		return 2;
	}
	o.host_path = argv[1];
	b.path = argv[2];
	b.options = json_object();
	b.input = json_pack("{s:s, s:s, s:I, s:I, s:s, s:{}}", "date",
	    "2026-01-16", "now", "2026-01-17T08:00:00Z", "now_ms",
	    (json_int_t)1768636800000, "anchor", (json_int_t)1768636800000,
	    "pipeline", "bench", "params");
	for (i = 0; i < AT_ONCE; i++) {
		(void)snprintf(b.names[i], sizeof b.names[i], "n%d", i);
		b.slots[i] = (struct slot){ &b, i };
	}
	if (pool_new(&o, &b.pool) != 0)
		return 1;
	compare(&b);
	pool_free(b.pool);
	(void)uv_run(b.loop, UV_RUN_DEFAULT);
	json_decref(b.input);
	json_decref(b.options);
	/* the workers have been waited for: their time is in it now */
	figure("CPU of a warm call",
	    (cpu_seconds() - b.spawn_cpu) / (ROUNDS * CALLS * 2) * 1e6,
	    "us");
	return 0;
}
