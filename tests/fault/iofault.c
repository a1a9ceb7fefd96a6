/* SPDX-License-Identifier: BSD-2-Clause
 *
 * iofault.c -- makes the Nth change to a directory go wrong.
 *
 * Preloaded into a program, it counts the calls that change files below
 * GW_FAULT_DIR (write, pwrite, fsync, fdatasync, ftruncate, unlink, rename)
 * and does what GW_FAULT="N:mode" says at the Nth: kill-before or kill-after
 * the call, torn (half of a write, then killed), eio or enospc (the call
 * fails, once). All others pass. When it acts it writes "F" to descriptor
 * GW_FAULT_FD, and "R" whenever a file is synced again after a sync of it
 * has failed: the kernel may have dropped the pages, so that the second one
 * would lie.
 *
 * A program armed before main, or one that sets the variables before its
 * first such call (a test that forks), are both fine: they are read when
 * they first exist. Enumerating N until nothing happens any more visits
 * every state in which a crash or an error can leave the directory.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum mode { PASS, COUNT, KILL_BEFORE, KILL_AFTER, TORN, FAIL_EIO, FAIL_ENOSPC };

static const char *const mode_names[] = { "pass", "count",
	"kill-before", "kill-after", "torn", "eio", "enospc" };

static struct {
	int armed;
	long left;              /* calls until it acts */
	enum mode mode;
	char dir[PATH_MAX];
	int report;             /* descriptor, or -1 */
	int sync_failed;
	dev_t dev;
	ino_t ino;
} fault;

static void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

#define REAL(name) ((__typeof__(&name))real(#name))

static void
say(char c)
{
	if (fault.report >= 0)
		(void)REAL(write)(fault.report, &c, 1);
}

static void
arm(void)
{
	const char *spec = getenv("GW_FAULT"), *dir = getenv("GW_FAULT_DIR");
	const char *fd = getenv("GW_FAULT_FD");
	size_t i;
	char *end;

	if (fault.armed || spec == NULL || dir == NULL)
		return;
	fault.armed = 1;
	fault.left = strtol(spec, &end, 10);
	for (i = 0; i < sizeof mode_names / sizeof mode_names[0]; i++)
		if (*end == ':' && strcmp(end + 1, mode_names[i]) == 0)
			fault.mode = (enum mode)i;
	(void)snprintf(fault.dir, sizeof fault.dir, "%s/", dir);
	fault.report = fd ? (int)strtol(fd, NULL, 10) : -1;
}

/* What is to happen at this call on this path. */
static enum mode
next_mode(const char *path)
{
	arm();
	if (!fault.armed || strncmp(path, fault.dir, strlen(fault.dir)) != 0)
		return PASS;
	if (fault.mode == COUNT)
		return COUNT;
	if (fault.left <= 0 || --fault.left > 0)
		return PASS;
	say('F');
	return fault.mode;
}

static enum mode
next_mode_fd(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	arm();
	if (!fault.armed)
		return PASS;
	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n < 0)
		return PASS;
	path[n] = '\0';
	return next_mode(path);
}

static void
die(void)
{
	(void)kill(getpid(), SIGKILL);
	for (;;)
		(void)pause();
}

/* True: the call is to fail, errno is set. */
static int
before(enum mode m)
{
	if (m == KILL_BEFORE || m == TORN)
		die();
	if (m == FAIL_EIO || m == FAIL_ENOSPC)
		errno = m == FAIL_EIO ? EIO : ENOSPC;
	return m == FAIL_EIO || m == FAIL_ENOSPC;
}

static void
after(enum mode m)
{
	if (m == KILL_AFTER)
		die();
}

/*------------------------------------------------------------------ calls */

ssize_t
write(int fd, const void *p, size_t len)
{
	enum mode m = next_mode_fd(fd);
	ssize_t n;

	if (m == TORN)
		(void)REAL(write)(fd, p, len / 2);
	if (before(m))
		return -1;
	n = REAL(write)(fd, p, len);
	after(m);
	return n;
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t at)
{
	enum mode m = next_mode_fd(fd);
	ssize_t n;

	if (m == TORN)
		(void)REAL(pwrite)(fd, p, len / 2, at);
	if (before(m))
		return -1;
	n = REAL(pwrite)(fd, p, len, at);
	after(m);
	return n;
}

ssize_t
pwrite64(int fd, const void *p, size_t len, off64_t at)
{
	return pwrite(fd, p, len, at);
}

/* Notes a failing sync, and tells of one that follows it. */
static void
watch_sync(int fd, enum mode m)
{
	struct stat st;

	if (m == COUNT)
		say('S');
	if (fault.armed == 0 || fstat(fd, &st) < 0)
		return;
	if (fault.sync_failed && st.st_dev == fault.dev &&
	    st.st_ino == fault.ino)
		say('R');
	if (m != FAIL_EIO && m != FAIL_ENOSPC)
		return;
	fault.sync_failed = 1;
	fault.dev = st.st_dev;
	fault.ino = st.st_ino;
}

int
fsync(int fd)
{
	enum mode m = next_mode_fd(fd);
	int r;

	watch_sync(fd, m);
	if (before(m))
		return -1;
	r = REAL(fsync)(fd);
	after(m);
	return r;
}

int
fdatasync(int fd)
{
	enum mode m = next_mode_fd(fd);
	int r;

	watch_sync(fd, m);
	if (before(m))
		return -1;
	r = REAL(fdatasync)(fd);
	after(m);
	return r;
}

int
ftruncate(int fd, off_t len)
{
	enum mode m = next_mode_fd(fd);
	int r;

	if (before(m))
		return -1;
	r = REAL(ftruncate)(fd, len);
	after(m);
	return r;
}

int
ftruncate64(int fd, off64_t len)
{
	return ftruncate(fd, len);
}

int
unlink(const char *path)
{
	enum mode m = next_mode(path);
	int r;

	if (before(m))
		return -1;
	r = REAL(unlink)(path);
	after(m);
	return r;
}

int
rename(const char *from, const char *to)
{
	enum mode m = next_mode(to);
	int r;

	if (before(m))
		return -1;
	r = REAL(rename)(from, to);
	after(m);
	return r;
}
