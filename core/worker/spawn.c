/* SPDX-License-Identifier: BSD-2-Clause
 *
 * spawn.c -- posix_spawn of a gatewarden-host, and what it inherits.
 *
 * No fork: the daemon may be large, and between fork and exec nothing of it
 * may run. All that has to happen there happens in the host's own main().
 *
 * The child gets standard input from nowhere, standard output and error into
 * one pipe, the link on WIRE_FD, an attempt's locked file on
 * WIRE_ATTEMPT_FD, and nothing else: a process group of its own, no blocked
 * and no ignored signals, and an environment made here of a few variables,
 * so that tokens in the daemon's environment stay there.
 */
#include "config.h" /* posix_spawn_file_actions_addclosefrom_np */

#include "worker/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/wire.h"

enum { ENV_MAX = 12, ARGS_MAX = 12, FD_LOW = 16, PID_TEXT = 16 };

struct child {
	int in[5];              /* by number in the child; -1: none */
	char *argv[ARGS_MAX];   /* borrowed */
};

/* Copies of these pass from the daemon's environment, if set. */
static const char *const passed[] = { "HOME", "USER", "LOGNAME", "PATH", "TZ",
	"TMPDIR" };
#define DEFAULT_PATH "PATH=/usr/local/bin:/usr/bin:/bin"

/* env[ENV_MAX]; entries from 1 on are owned. */
static void
make_environment(char **env, char *lang)
{
	size_t i, n = 0;
	const char *v;

	env[n++] = lang;
	if (getenv("PATH") == NULL) {
		env[n++] = strdup(DEFAULT_PATH);
		if (env[n - 1] == NULL)
			abort();
	}
	for (i = 0; i < ARRAY_SIZE(passed); i++) {
		v = getenv(passed[i]);
		if (v == NULL)
			continue;
		if (asprintf(&env[n++], "%s=%s", passed[i], v) < 0)
			abort();
	}
	env[n] = NULL;
}

static void
free_environment(char **env)
{
	size_t i;

	for (i = 1; env[i]; i++)
		free(env[i]);
}

/* Moves a descriptor above those that are given away. */
static int
raise_fd(int *fd)
{
	int high = fcntl(*fd, F_DUPFD_CLOEXEC, FD_LOW);

	if (high < 0)
		return -errno;
	(void)close(*fd);
	*fd = high;
	return 0;
}

static int
add_files(posix_spawn_file_actions_t *fa, const struct child *c)
{
	size_t i;
	int r = posix_spawn_file_actions_addopen(fa, STDIN_FILENO,
	    "/dev/null", O_RDONLY, 0);

	for (i = 1; r == 0 && i < ARRAY_SIZE(c->in); i++)
		if (c->in[i] >= 0)
			r = posix_spawn_file_actions_adddup2(fa, c->in[i],
			    (int)i);
		else
			r = posix_spawn_file_actions_addclose(fa, (int)i);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np(fa,
		    (int)ARRAY_SIZE(c->in));
	return -r;
}

static int
add_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;
	int r;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	r = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP |
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (r == 0)
		r = posix_spawnattr_setpgroup(attr, 0);
	if (r == 0)
		r = posix_spawnattr_setsigmask(attr, &none);
	if (r == 0)
		r = posix_spawnattr_setsigdefault(attr, &all);
	return -r;
}

static int
spawn(const struct child *c, pid_t *ret_pid)
{
	char *env[ENV_MAX], lang[] = "LANG=C.UTF-8";
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	int r;

	if (posix_spawn_file_actions_init(&fa) != 0 ||
	    posix_spawnattr_init(&attr) != 0)
		abort();
	make_environment(env, lang);
	r = add_files(&fa, c);
	if (r == 0)
		r = add_attributes(&attr);
	if (r == 0)
		r = -posix_spawn(ret_pid, c->argv[0], &fa, &attr, c->argv,
		    env);
	free_environment(env);
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)posix_spawnattr_destroy(&attr);
	return r;
}

/* pid and pidfd, or neither. */
static int
start(const struct child *c, struct spawned *ret)
{
	int r = spawn(c, &ret->pid);

	if (r < 0)
		return r;
	ret->pidfd = (int)syscall(SYS_pidfd_open, ret->pid, 0);
	if (ret->pidfd >= 0)
		return 0;
	r = -errno;
	(void)kill(-ret->pid, SIGKILL);
	return r;               /* reaped by the sweep */
}

/* A pipe whose reading end doesn't block. */
static int
make_pipe(int *ret_read, int *ret_write)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) < 0)
		return -errno;
	*ret_read = fd[0];
	*ret_write = fd[1];
	if (fcntl(fd[0], F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return raise_fd(ret_write);
}

static int
make_link(int *ret_ours, int *ret_theirs)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0)
		return -errno;
	*ret_ours = fd[0];
	*ret_theirs = fd[1];
	if (fcntl(fd[0], F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return raise_fd(ret_theirs);
}

int
attempt_lock(const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int ret;

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) < 0)
		return -errno;
	ret = fd;
	fd = -1;
	return ret;
}

static void
fill_argv(const struct spawn_options *o, char **argv, char *pid)
{
	const char *v[ARGS_MAX] = { o->host_path, "--parent", pid, "--kind",
		o->kind };
	size_t n = 5;

	if (o->user) {
		v[n++] = "--user";
		v[n++] = o->user;
	}
	v[n++] = o->path;
	memcpy(argv, v, sizeof v);
}

static void
spawned_close(struct spawned *s)
{
	cleanup_close(&s->pidfd);
	cleanup_close(&s->link);
	cleanup_close(&s->output);
}

int
spawn_host(const struct spawn_options *o, struct spawned *ret,
    const char **ret_what)
{
	CLEANUP_CLOSE int link = -1;
	CLEANUP_CLOSE int out = -1;
	CLEANUP_CLOSE int attempt = -1;
	struct child c = { .in = { -1, -1, -1, -1, -1 } };
	char pid[PID_TEXT];
	int r;

	*ret = (struct spawned){ -1, -1, -1, -1 };
	(void)snprintf(pid, sizeof pid, "%d", (int)getpid());
	*ret_what = "descriptors";
	r = make_link(&ret->link, &link);
	if (r == 0)
		r = make_pipe(&ret->output, &out);
	if (r == 0 && o->attempt_file) {
		*ret_what = o->attempt_file;
		r = attempt = attempt_lock(o->attempt_file);
		if (r >= 0)
			r = raise_fd(&attempt);
	}
	if (r == 0) {
		*ret_what = o->host_path;
		c.in[STDOUT_FILENO] = c.in[STDERR_FILENO] = out;
		c.in[WIRE_FD] = link;
		c.in[WIRE_ATTEMPT_FD] = attempt;
		fill_argv(o, c.argv, pid);
		r = start(&c, ret);
	}
	if (r < 0)
		spawned_close(ret);
	return r;
}

int
spawn_describe(const char *host_path, const char *path, struct spawned *ret,
    const char **ret_what)
{
	CLEANUP_CLOSE int out = -1;
	CLEANUP_CLOSE int err = -1;
	struct child c = { .in = { -1, -1, -1, -1, -1 } };
	const char *v[ARGS_MAX] = { host_path, "--describe", path };
	int r;

	*ret = (struct spawned){ -1, -1, -1, -1 };
	*ret_what = "descriptors";
	r = make_pipe(&ret->output, &out);
	if (r == 0)
		r = make_pipe(&ret->link, &err);
	if (r == 0) {
		*ret_what = host_path;
		c.in[STDOUT_FILENO] = out;
		c.in[STDERR_FILENO] = err;
		memcpy(c.argv, v, sizeof v);
		r = start(&c, ret);
	}
	if (r < 0)
		spawned_close(ret);
	return r;
}
