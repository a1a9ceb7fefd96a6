/* SPDX-License-Identifier: BSD-2-Clause
 *
 * run.c -- another program of ours, run for what it prints.
 *
 * Blocks until the program has ended; for programs that a person waits for,
 * never for the daemon's loop. What it inherits is what we have; the pipe is
 * the only thing that is made for it.
 */
#include "config.h"

#include "base/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

extern char **environ;

static int
start(const char *const *argv, pid_t *ret_pid, int *ret_fd)
{
	posix_spawn_file_actions_t actions;
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	r = posix_spawn_file_actions_init(&actions);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, fds[1],
		    STDOUT_FILENO);
	if (r == 0)
		r = posix_spawn(ret_pid, argv[0], &actions, NULL,
		    (char *const *)argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	if (r != 0)
		(void)close(fds[0]);
	*ret_fd = r == 0 ? fds[0] : -1;
	return -r;
}

/* All of it; false: it takes too long, or says too much. */
static bool
read_all(int fd, int64_t ms, size_t most, struct text *t)
{
	int64_t until = clock_real_ms() + ms, left;
	struct pollfd p = { fd, POLLIN, 0 };
	char buf[65536];
	ssize_t n;

	while ((left = until - clock_real_ms()) > 0 && t->len < most) {
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = read(fd, buf, sizeof buf);
		if (n == 0 || (n < 0 && errno != EINTR))
			return n == 0;
		if (n > 0)
			text_addn(t, buf, (size_t)n);
	}
	return false;
}

int
run_output(const char *const *argv, int64_t ms, size_t most,
    struct text *ret, int *ret_status)
{
	CLEANUP_CLOSE int fd = -1;
	pid_t pid = -1;
	int r = start(argv, &pid, &fd);

	*ret_status = 0;
	if (r < 0)
		return r;
	if (!read_all(fd, ms, most, ret))
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
		;
	return 0;
}
