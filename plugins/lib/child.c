/* SPDX-License-Identifier: BSD-2-Clause
 *
 * child.c -- running a program, without a shell, until its end or ours.
 *
 * Two ways. A check's program is captured: it runs in a process group of its
 * own, its output is kept up to a bound and read to the end beyond that (a
 * full pipe would stop it), and nothing of the group is left when it is
 * over. An action's program stays in our group and writes where we write, so
 * that whoever watches this process sees its output, reaches it with signals
 * and knows whether it still lives; descriptors that we inherited pass on.
 *
 * Where the words of an action's program matter, they pass through here, and
 * nothing else changes.
 *
 * At the deadline: TERM, half of the time that is kept back for it, KILL; a
 * call that is cancelled earlier leaves more time, and one that is over
 * already starts nothing. What the program left
 * behind holding the pipes open is not waited for.
 *
 * Input goes through a file in memory and not through a pipe: there is no
 * reader to wait for and no SIGPIPE.
 */
#define _GNU_SOURCE     /* memfd_create, pipe2, POSIX_SPAWN_SETSIGMASK */
#include "lib/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

enum { SLICE_MS = 250, CANCEL_GRACE_MS = 1500, GROUP_GRACE_MS = 200 };

struct running {
	const struct call *call;
	const struct child_spec *spec;
	struct child_end *end;
	pid_t pid;
	int pidfd;
	int out, err;           /* -1: closed, or not captured */
};

/*--------------------------------------------------------------- beginning */

/* A descriptor to read the input from; -1 with errno. */
static int
input_file(const struct child_spec *spec)
{
	int fd;
	size_t done = 0;
	ssize_t n;

	if (spec->input == NULL)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	while (fd >= 0 && done < spec->input_len) {
		n = write(fd, spec->input + done, spec->input_len - done);
		if (n <= 0) {
			(void)close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
	return fd;
}

static void
set_signals(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawnattr_setsigmask(attr, &none);
	(void)posix_spawnattr_setsigdefault(attr, &all);
}

/* Returns 0 or an errno. */
static int
spawn(const struct child_spec *spec, int in, int out, int err, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	int r;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawnattr_init(&attr);
	set_signals(&attr);
	(void)posix_spawn_file_actions_adddup2(&actions, in, 0);
	if (out >= 0) {
		(void)posix_spawn_file_actions_adddup2(&actions, out, 1);
		(void)posix_spawn_file_actions_adddup2(&actions, err, 2);
	}
	if (spec->capture) {
		(void)posix_spawn_file_actions_addclosefrom_np(&actions, 3);
		(void)posix_spawnattr_setpgroup(&attr, 0);
		flags |= POSIX_SPAWN_SETPGROUP;
	}
	(void)posix_spawnattr_setflags(&attr, flags);
	r = posix_spawnp(ret, spec->argv[0], &actions, &attr, spec->argv,
	    spec->envp);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int
begin(struct running *r)
{
	int in CLEANUP_CLOSE = input_file(r->spec);
	int out[2] = { -1, -1 }, err[2] = { -1, -1 };
	bool piped = r->spec->capture || r->spec->tee;
	int e;

	if (in < 0)
		return errno;
	if (piped && (pipe2(out, O_CLOEXEC | O_NONBLOCK) < 0 ||
	    pipe2(err, O_CLOEXEC | O_NONBLOCK) < 0)) {
		e = errno;
	} else {
		/* ours may not block, the program's end should */
		if (piped)
			(void)(fcntl(out[1], F_SETFL, 0) + fcntl(err[1],
			    F_SETFL, 0));
		e = spawn(r->spec, in, out[1], err[1], &r->pid);
	}
	cleanup_close(&out[1]);
	cleanup_close(&err[1]);
	if (e != 0) {
		cleanup_close(&out[0]);
		cleanup_close(&err[0]);
		return e;
	}
	r->out = out[0];
	r->err = err[0];
	r->pidfd = pidfd_open(r->pid, 0);
	return 0;
}

/*----------------------------------------------------------------- running */

/* Whoever reads us sees it as it comes. */
static void
pass_on(int fd, const char *s, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, s, len);
		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			(void)poll(&p, 1, SLICE_MS);
			continue;
		}
		if (n < 0 && errno != EINTR)
			return;
		s += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

/* Reads what is there; closes at the end. */
static void
drain(struct running *r, int *fd, struct buf *b, int ours)
{
	char bytes[8192];
	size_t room;
	ssize_t n;

	while (*fd >= 0) {
		n = read(*fd, bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			cleanup_close(fd);
			*fd = -1;
			return;
		}
		if (r->spec->tee)
			pass_on(ours, bytes, (size_t)n);
		room = r->spec->most - b->len;
		r->end->cut |= (size_t)n > room;
		buf_addn(b, bytes, (size_t)n < room ? (size_t)n : room);
	}
}

static void
drain_both(struct running *r)
{
	drain(r, &r->out, &r->end->out, STDOUT_FILENO);
	drain(r, &r->err, &r->end->err, STDERR_FILENO);
}

static bool
has_ended(const struct running *r)
{
	siginfo_t si = { 0 };

	return waitid(P_PID, (id_t)r->pid, &si,
	    WEXITED | WNOHANG | WNOWAIT) < 0 || si.si_pid != 0;
}

/* Waits for output or the end, `ms` at most. True: it has ended. */
static bool
wait_a_while(struct running *r, int ms)
{
	struct pollfd p[3] = {
		{ .fd = r->pidfd, .events = POLLIN },
		{ .fd = r->out, .events = POLLIN },
		{ .fd = r->err, .events = POLLIN }
	};

	(void)poll(p, 3, ms);
	drain_both(r);
	return has_ended(r);
}

static void
signal_it(const struct running *r, int sig)
{
	(void)kill(r->spec->capture ? -r->pid : r->pid, sig);
}

/* The call is over: TERM, then KILL. */
static void
stop(struct running *r)
{
	int64_t now = monotonic_ms(), until = now + (now < r->call->ends ?
	    CANCEL_GRACE_MS : r->call->margin_ms / 2);

	r->end->stopped = true;
	signal_it(r, SIGTERM);
	while (monotonic_ms() < until)
		if (wait_a_while(r, 10))
			return;
	signal_it(r, SIGKILL);
	while (!wait_a_while(r, SLICE_MS))
		;
}

/* What is left of its group. The number stays taken until it is reaped. */
static void
end_group(const struct running *r)
{
	int64_t until = monotonic_ms() + GROUP_GRACE_MS;

	(void)kill(-r->pid, SIGKILL);
	while (monotonic_ms() < until) {
		pid_t p = waitpid(-r->pid, NULL, WNOHANG);

		if (p < 0 && errno != EINTR)
			return;         /* none of it is ours */
		if (p == 0)
			(void)poll(NULL, 0, 2);
	}
}

static void
reap(struct running *r)
{
	siginfo_t si = { 0 };

	while (waitid(P_PID, (id_t)r->pid, &si, WEXITED |
	    (r->spec->capture ? WNOWAIT : 0)) < 0 && errno == EINTR)
		;
	if (r->spec->capture)
		end_group(r);
	if (si.si_code == CLD_EXITED)
		r->end->exit_code = si.si_status;
	else
		r->end->signal = si.si_status;
}

void
child_run(const struct call *c, const struct child_spec *spec,
    struct child_end *ret)
{
	struct running r = { .call = c, .spec = spec, .end = ret,
		.pidfd = -1, .out = -1, .err = -1 };
	int64_t began = monotonic_ms();

	*ret = (struct child_end){ .exit_code = -1 };
	ret->stopped = call_left(c) == 0;
	if (ret->stopped)
		return;         /* before it had begun */
	ret->spawn_errno = begin(&r);
	if (ret->spawn_errno != 0)
		return;
	while (!wait_a_while(&r, call_left_int(c, SLICE_MS)))
		if (call_left(c) == 0) {
			stop(&r);
			break;
		}
	drain_both(&r);
	reap(&r);
	cleanup_close(&r.out);
	cleanup_close(&r.err);
	cleanup_close(&r.pidfd);
	ret->elapsed_ms = monotonic_ms() - began;
}

void
child_end_free(struct child_end *e)
{
	buf_free(&e->out);
	buf_free(&e->err);
}

void
child_end_words(const struct call *c, const struct child_end *e,
    const char *program, struct buf *b)
{
	buf_addf(b, "%s: ", program);
	if (e->spawn_errno != 0)
		buf_addf(b, "could not be started: %s",
		    strerror(e->spawn_errno));
	else if (e->stopped)
		buf_add(b, call_ended_why(c));
	else if (e->exit_code < 0)
		buf_addf(b, "killed by signal %d (%s)", e->signal,
		    strsignal(e->signal));
	else
		buf_addf(b, "exit %d", e->exit_code);
	if (e->spawn_errno == 0)
		buf_addf(b, " after %.1f s", (double)e->elapsed_ms / 1000);
}

/*------------------------------------------------------------- environment */

static bool
same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* Ours, and what somebody else left under the same names. */
static bool
is_replaced(const char *entry, const char *const *more)
{
	size_t i;

	for (i = 0; more && more[i]; i++)
		if (same_name(more[i], entry))
			return true;
	return strncmp(entry, "GATEWARDEN_", 11) == 0;
}

char **
child_environment(const struct call *c, const char *const *more)
{
	static const struct { const char *variable, *param; } ours[] = {
		{ "GATEWARDEN_DATE", "date" }, { "GATEWARDEN_NOW", "now" },
		{ "GATEWARDEN_PIPELINE", "pipeline" },
		{ "GATEWARDEN_INSTANCE", "instance" },
		{ "GATEWARDEN_PHASE", "phase" },
		{ "GATEWARDEN_OPERATION", "operation" },
		{ "GATEWARDEN_ATTEMPT", "attempt" },
	};
	char **list = NULL;
	size_t n = 0, i;

	for (i = 0; environ && environ[i]; i++)
		if (!is_replaced(environ[i], more))
			strings_add(&list, &n, environ[i]);
	for (i = 0; i < ARRAY_SIZE(ours); i++) {
		const char *s = c->host->param(c->ctx, ours[i].param);
		struct buf b CLEANUP_BUF = { 0 };

		if (s == NULL)
			continue;
		buf_addf(&b, "%s=%s", ours[i].variable, s);
		strings_add(&list, &n, buf_str(&b));
	}
	for (i = 0; more && more[i]; i++)
		strings_add(&list, &n, more[i]);
	return list;
}
