/* SPDX-License-Identifier: BSD-2-Clause
 *
 * bench-http.c -- a thousand HTTP checks through warm workers, beside curl's
 * own --parallel and beside the monitoring plugins' check_http, a process for
 * each.
 *
 * All three ask one server on loopback, which is part of this program and
 * whose time isn't counted, with as many requests at once, in alternating
 * rounds. The CPU time of a side counts its processes; that of our side has
 * the start of the workers and the opening of the thousand instances in it.
 * A side whose program isn't there is left out.
 *
 * Usage: bench-http HOST PLUGIN.so CHECK_HTTP
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "timing.h"
#include "worker/pool.h"

enum { CHECKS = 1000, ROUNDS = 3, AT_ONCE = 8, LINKS = 128 };

extern char **environ;

/*-------------------------------------------------------------- the server */

static void
answer(struct pollfd *p)
{
	static const char reply[] = "HTTP/1.1 200 OK\r\n"
	    "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n"
	    "{\"rows\": 1000}";
	char request[4096];
	ssize_t n = read(p->fd, request, sizeof request - 1);

	request[n > 0 ? n : 0] = '\0';
	if (n > 0 && write(p->fd, reply, sizeof reply - 1) > 0 &&
	    strstr(request, "Connection: close") == NULL)
		return;
	(void)close(p->fd);
	p->fd = -1;
}

static void
let_in(struct pollfd *p, int listener)
{
	int fd = accept(listener, NULL, NULL), i;

	for (i = 1; i < LINKS; i++)
		if (fd >= 0 && p[i].fd < 0) {
			p[i] = (struct pollfd){ fd, POLLIN, 0 };
			return;
		}
	if (fd >= 0)
		(void)close(fd);
}

static void
serve(int listener)
{
	struct pollfd p[LINKS];
	int i;

	for (i = 0; i < LINKS; i++)
		p[i] = (struct pollfd){ i == 0 ? listener : -1, POLLIN, 0 };
	while (poll(p, LINKS, -1) > 0) {
		for (i = 1; i < LINKS; i++)
			if (p[i].fd >= 0 && p[i].revents)
				answer(&p[i]);
		if (p[0].revents)
			let_in(p, listener);
	}
}

/* Returns its port. */
static int
start_server(pid_t *ret_pid)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) < 0 ||
	    listen(fd, LINKS) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		abort();
	*ret_pid = fork();
	if (*ret_pid == 0) {
		(void)signal(SIGPIPE, SIG_IGN);
		serve(fd);
		_exit(0);
	}
	(void)close(fd);
	return ntohs(a.sin_port);
}

/*---------------------------------------------------------------- our side */

struct side {
	struct pool *pool;
	uv_loop_t *loop;
	const char *path;
	json_t *input, *options;
	int next, under_way;
};

static void call_one(struct side *);

static void
answered(void *arg, const struct call_reply *r)
{
	struct side *s = arg;
	const char *status = json_string_value(json_object_get(r->result,
	    "status"));

	if (r->status != CALL_ANSWERED || status == NULL ||
	    strcmp(status, "ok") != 0) {
		fprintf(stderr, "bench-http: %s\n", r->fault ? r->fault :
		    "a check could not tell");
		abort();
	}
	s->under_way--;
	call_one(s);
}

static void
call_one(struct side *s)
{
	char name[24];
	struct call_request q = {
		.instance = { .kind = "check", .name = name,
			.path = s->path, .options = s->options,
			.identity = (uint64_t)s->next + 1 },
		.input = s->input, .timeout_ms = 20000, .done = answered,
		.arg = s
	};

	if (s->next == CHECKS)
		return;
	(void)snprintf(name, sizeof name, "check%d", s->next++);
	s->under_way++;
	(void)pool_call(s->pool, &q);
}

static double
checks(struct side *s)
{
	double began = seconds();
	int i;

	s->next = 0;
	for (i = 0; i < AT_ONCE; i++)
		call_one(s);
	while (s->under_way > 0)
		(void)uv_run(s->loop, UV_RUN_ONCE);
	return seconds() - began;
}

/*-------------------------------------------------------------- the others */

static pid_t
start(const char *const *argv)
{
	posix_spawn_file_actions_t quiet;
	pid_t pid;
	int r;

	(void)posix_spawn_file_actions_init(&quiet);
	(void)posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&quiet, 1, 2);
	r = posix_spawnp(&pid, argv[0], &quiet, NULL,
	    (char *const *)argv, environ);
	(void)posix_spawn_file_actions_destroy(&quiet);
	return r == 0 ? pid : -1;
}

static void
wait_one(pid_t pid)
{
	int status;

	pid = waitpid(pid, &status, 0);
	if (pid < 0 || status != 0) {
		fprintf(stderr, "bench-http: a client failed\n");
		abort();
	}
}

/* Negative: there is no such program. */
static double
curl(int port, double *cpu)
{
	char url[64], most[16];
	const char *const argv[] = { "curl", "-q", "-s", "-f", "--parallel",
		"--parallel-max", most, "-o", "/dev/null", url, NULL };
	double began = seconds(), used = cpu_of(RUSAGE_CHILDREN);
	pid_t pid;

	(void)snprintf(url, sizeof url, "http://127.0.0.1:%d/[1-%d]", port,
	    CHECKS);
	(void)snprintf(most, sizeof most, "%d", AT_ONCE);
	pid = start(argv);
	if (pid < 0)
		return -1;
	wait_one(pid);
	*cpu += cpu_of(RUSAGE_CHILDREN) - used;
	return seconds() - began;
}

static double
check_http(const char *program, int port, double *cpu)
{
	char p[16];
	const char *const argv[] = { program, "-I", "127.0.0.1", "-p", p,
		"-u", "/", NULL };
	double began = seconds(), used = cpu_of(RUSAGE_CHILDREN);
	pid_t pids[AT_ONCE];
	int i;

	if (access(program, X_OK) < 0)
		return -1;
	(void)snprintf(p, sizeof p, "%d", port);
	for (i = 0; i < CHECKS; i++) {
		if (i >= AT_ONCE)
			wait_one(pids[i % AT_ONCE]);
		pids[i % AT_ONCE] = start(argv);
	}
	for (i = 0; i < AT_ONCE; i++)
		wait_one(pids[i]);
	*cpu += cpu_of(RUSAGE_CHILDREN) - used;
	return seconds() - began;
}

static void
tell(const char *who, double wall, double cpu, int rounds)
{
	char name[80];

	if (wall < 0)
		return;
	(void)snprintf(name, sizeof name, "1 000 %s", who);
	figure(name, wall / ROUNDS, "s");
	(void)snprintf(name, sizeof name, "CPU of 1 000 %s", who);
	figure(name, cpu / rounds, "s");
}

static void
compare(struct side *s, const char *program, int port)
{
	double ours = 0, curls = 0, forks = 0, curl_cpu = 0, fork_cpu = 0;
	double all = cpu_seconds(), first;
	int i;

	first = checks(s);
	for (i = 0; i < ROUNDS; i++) {
		ours += checks(s);
		curls += curl(port, &curl_cpu);
		forks += check_http(program, port, &fork_cpu);
	}
	pool_free(s->pool);     /* whose processes have been waited for then */
	figure("1 000 HTTP checks, first round", first, "s");
	tell("HTTP checks", ours, cpu_seconds() - all - curl_cpu - fork_cpu,
	    ROUNDS + 1);
	tell("requests of curl --parallel", curls, curl_cpu, ROUNDS);
	tell("check_http, a process each", forks, fork_cpu, ROUNDS);
}

int
main(int argc, char **argv)
{
	struct side s = { .loop = uv_default_loop() };
	struct pool_options o = { .loop = s.loop, .workers = AT_ONCE };
	char url[64];
	pid_t server;
	int port;

	if (argc != 4) {
		fprintf(stderr, "usage: bench-http HOST PLUGIN.so "
		    "CHECK_HTTP\n");
		return 2;
	}
	port = start_server(&server);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%d/x", port);
	o.host_path = argv[1];
	s.path = argv[2];
	s.options = json_pack("{s:s}", "url", url);
	s.input = json_pack("{s:s, s:s, s:I, s:I, s:s, s:{}}", "date",
	    "2026-01-16", "now", "2026-01-17T08:00:00Z", "now_ms",
	    (json_int_t)1768636800000, "anchor", (json_int_t)1768636800000,
	    "pipeline", "bench", "params");
	if (pool_new(&o, &s.pool) != 0)
		return 1;
	compare(&s, argv[3], port);
	(void)uv_run(s.loop, UV_RUN_DEFAULT);
	(void)kill(server, SIGKILL);
	(void)waitpid(server, NULL, 0);
	json_decref(s.input);
	json_decref(s.options);
	return 0;
}
