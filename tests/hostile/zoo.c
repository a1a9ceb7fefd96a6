/* SPDX-License-Identifier: BSD-2-Clause
 *
 * zoo.c -- a plugin that does what it should not, as its option says.
 *
 * Built as a check and as an action (ZOO_KIND), without sanitizers: it has
 * to crash as a stranger's plugin would. It knows the number of the host's
 * link, as an attacker would.
 */
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewarden/plugin.h"

enum { LINK = 3, OVERSIZED = 70000, LINES = 100000, MANY = 1000000 };

static const struct gw_host *host;
static int calls;

static void
sleep_on(int seconds)
{
	while ((seconds = (int)sleep((unsigned)seconds)) > 0)
		;
}

static void
wait_for_ever(void)
{
	for (;;)
		(void)pause();
}

static void
segfault(struct gw_ctx *c)
{
	(void)c;
	(void)raise(SIGSEGV);
}

static void
write_null(struct gw_ctx *c)
{
	volatile int *volatile p = NULL;

	(void)c;
	*p = 1;
}

static void
overflow_stack(struct gw_ctx *c)
{
	volatile char big[65536];

	big[0] = big[65535] = 1;
	overflow_stack(c);
	big[1] = big[0];
}

static void
die_by_abort(struct gw_ctx *c)
{
	(void)c;
	abort();
}

static void
hang(struct gw_ctx *c)
{
	(void)c;
	wait_for_ever();
}

static void
stubborn(struct gw_ctx *c)
{
	(void)c;
	(void)signal(SIGTERM, SIG_IGN);
	wait_for_ever();
}

static void
late(struct gw_ctx *c)
{
	(void)sleep(1000);      /* the signal ends it */
	host->value(c, 1);
}

static void
stop_itself(struct gw_ctx *c)
{
	(void)c;
	(void)raise(SIGSTOP);
}

static void
exit_well(struct gw_ctx *c)
{
	(void)c;
	exit(0);
}

static void
send_junk(struct gw_ctx *c)
{
	(void)c;
	(void)send(LINK, "\1junk", 5, MSG_NOSIGNAL);
	sleep_on(1000);
}

static void
send_oversized(struct gw_ctx *c)
{
	char *big = calloc(1, OVERSIZED);

	(void)c;
	(void)send(LINK, big, OVERSIZED, MSG_NOSIGNAL);
	free(big);
	sleep_on(1000);
}

static void
send_forged(struct gw_ctx *c)
{
	static const char forged[] = "{\"done\":{\"id\":999999999,"
	    "\"result\":{\"status\":\"ok\",\"value\":1}}}";

	(void)c;
	(void)send(LINK, forged, sizeof forged - 1, MSG_NOSIGNAL);
	sleep_on(1000);
}

static void
flood(struct gw_ctx *c)
{
	int i;

	host->log(c, GW_L_INFO, "the first line");
	for (i = 0; i < LINES; i++)
		host->log(c, GW_L_INFO, "line %d of a flood", i);
	host->log(c, GW_L_INFO, "the last line");
	host->value(c, 1);
}

static void
flood_for_ever(struct gw_ctx *c)
{
	for (;;)
		host->log(c, GW_L_ERROR, "and on it goes");
}

static void
write_pid(struct gw_ctx *c, pid_t pid)
{
	FILE *f = fopen(host->text(c, "file"), "w");

	if (f) {
		(void)fprintf(f, "%d\n", (int)pid);
		(void)fclose(f);
	}
}

/* Leaves group, session, descriptors and parents behind; returns when that
 * is done. */
static void
escape(struct gw_ctx *c)
{
	int fd[2];
	char byte;
	pid_t pid;

	if (pipe(fd) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		(void)setsid();
		if (fork() != 0)
			_exit(0);
		(void)signal(SIGTERM, SIG_IGN);
		write_pid(c, getpid());
		(void)clearenv();
		closefrom(0);
		wait_for_ever();
	}
	(void)close(fd[1]);
	(void)waitpid(pid, NULL, 0);
	while (read(fd[0], &byte, 1) < 0)
		;
	(void)close(fd[0]);
	host->value(c, 1);
}

static void
escape_and_crash(struct gw_ctx *c)
{
	escape(c);
	abort();
}

static void
close_all(struct gw_ctx *c)
{
	closefrom(0);
	host->value(c, 1);
}

static void
close_all_and_hang(struct gw_ctx *c)
{
	(void)c;
	closefrom(0);
	wait_for_ever();
}

static void
tell_nan(struct gw_ctx *c)
{
	host->value(c, (double)NAN);
}

static void
tell_infinite(struct gw_ctx *c)
{
	host->value(c, 1);
	host->expected(c, (double)INFINITY);
}

static void
tell_nothing(struct gw_ctx *c)
{
	(void)c;
}

static void
tell_many(struct gw_ctx *c)
{
	char item[64];
	int i;

	host->value(c, 0);
	host->expected(c, MANY);
	for (i = 0; i < MANY; i++) {
		(void)snprintf(item, sizeof item, "\1item \"%d\" \\ \xff", i);
		host->missing(c, item);
		host->extra(c, item);
	}
	for (i = 0; i < 1000; i++)
		host->evidence(c, item, item);
	host->remark(c, "%0*d", 100000, 0);
}

static void
tell_secret(struct gw_ctx *c)
{
	(void)printf("password=%s.\n", host->text(c, "file"));
	(void)fflush(stdout);
	host->remark(c, "tried with %s", host->text(c, "file"));
	host->value(c, 1);
}

/* What confinement must refuse; the value counts what it didn't. */
static void
attack(struct gw_ctx *c)
{
	pid_t parent = getppid();
	int got = 0;

	got += kill(parent, SIGKILL) == 0;
	got += kill(-1, SIGCONT) == 0;
	got += kill(-getpgid(parent), SIGCONT) == 0;
	got += ptrace(PTRACE_ATTACH, parent, NULL, NULL) == 0;
	got += prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) == 0;
	got += unshare(CLONE_NEWUSER) == 0;
	got += syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) >= 0;
	/* what is allowed: counted when it isn't */
	got += prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0;
	got += kill(getpid(), 0) != 0;
	host->value(c, got);
	host->remark(c, "%d went wrong", got);
}

static void
be_well(struct gw_ctx *c)
{
	host->value(c, ++calls);
	host->expected(c, 9);
	host->remark(c, "call %d of this process, for %s", calls,
	    host->param(c, "date"));
}

static void
crash_second(struct gw_ctx *c)
{
	if (++calls == 2)
		abort();
	host->value(c, calls);
}

/* Starts a program: plugins may. The program inherits what it should. */
static void
run_program(struct gw_ctx *c)
{
	host->value(c, system("test -e /proc/self/fd/4") == 0 ? 1 : 0);
}

static const struct animal {
	const char *how;
	void (*does)(struct gw_ctx *);
} animals[] = {
	{ "abort", die_by_abort }, { "attack", attack }, { "close", close_all },
	{ "close_and_hang", close_all_and_hang }, { "escape", escape },
	{ "escape_and_crash", escape_and_crash }, { "exit", exit_well },
	{ "flood", flood }, { "flood_for_ever", flood_for_ever },
	{ "forged", send_forged }, { "hang", hang },
	{ "infinite", tell_infinite }, { "junk", send_junk },
	{ "late", late }, { "many", tell_many }, { "nan", tell_nan },
	{ "nothing", tell_nothing }, { "null", write_null }, { "ok", be_well },
	{ "oversized", send_oversized }, { "program", run_program },
	{ "second", crash_second }, { "secret", tell_secret },
	{ "segfault", segfault },
	{ "stack", overflow_stack }, { "stop", stop_itself },
	{ "stubborn", stubborn },
};

static const struct gw_option options[] = {
	{ .name = "how", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "What it does." },
	{ .name = "file", .type = GW_T_STRING, .help = "Where it writes." },
	{ .name = "wait", .type = GW_T_DURATION, .fallback = "0",
	  .help = "How long it takes." },
	{ .name = NULL }
};

static int32_t
zoo_open(struct gw_ctx *c, const struct gw_host *h, void **ret_self)
{
	const char *how = h->text(c, "how");

	host = h;
	*ret_self = NULL;
	if (how == NULL || strcmp(how, "refuse") == 0) {
		h->remark(c, "this one stays outside");
		return GW_FAILED;
	}
	if (strcmp(how, "open_crash") == 0)
		abort();
	if (strcmp(how, "open_hang") == 0)
		wait_for_ever();
	return GW_OK;
}

static int32_t
zoo_call(struct gw_ctx *c, void *self)
{
	const char *how = host->text(c, "how");
	size_t i;

	(void)self;
	if (host->integer(c, "wait") > 0)
		(void)usleep((useconds_t)host->integer(c, "wait") * 1000);
	if (strcmp(how, "wild") == 0)
		return 42;
	for (i = 0; i < sizeof animals / sizeof animals[0]; i++)
		if (strcmp(animals[i].how, how) == 0) {
			animals[i].does(c);
			return GW_OK;
		}
	host->remark(c, "no animal is called %s", how);
	return GW_UNKNOWN;
}

static void
zoo_close(struct gw_ctx *c, void *self)
{
	(void)c;
	(void)self;
}

GW_PLUGIN(
	.kind = ZOO_KIND,
	.name = "zoo",
	.version = "1",
	.summary = "Does what it should not.",
	.options = options,
	.open = zoo_open,
	.call = zoo_call,
	.close = zoo_close,
);
