/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lock.c -- the instance lock, in a file of its own.
 *
 * Never on the database: a process that opens and closes any descriptor of
 * a file drops all its POSIX locks on it, and then two writers each lose
 * commits while the integrity check says ok. An OFD lock belongs to the open
 * file, so nothing else in the process can drop it; it goes when the process
 * dies, whatever way. The file is never removed: a lock on a removed file
 * excludes nobody.
 *
 * The text has fixed columns, so that a write torn by a crash still reads as
 * a mixture of an old and a new stamp and not as nonsense. Its epoch is the
 * memory of a journal that has gone: where it says one existed, none is
 * silently created again.
 */
#include "config.h" /* OFD locks */

#include "journal/lock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { STAMP_MAX = 256, TAKE_TRIES = 10 };

static int
explain(char **ret_why, int r, const char *what, const char *path)
{
	struct text t CLEANUP_TEXT = { 0 };

	text_addf(&t, "cannot %s '%s': %s", what, path, strerror(-r));
	*ret_why = text_take(&t);
	return r;
}

static void
read_boot(char *buf, size_t size)
{
	FILE *f CLEANUP_FCLOSE = fopen("/proc/sys/kernel/random/boot_id", "re");

	buf[0] = '\0';
	if (f && fgets(buf, (int)size, f))
		buf[strcspn(buf, "\n")] = '\0';
}

static void
read_stamp(int fd, long *ret_pid, uint64_t *ret_epoch)
{
	char buf[STAMP_MAX];
	ssize_t n = pread(fd, buf, sizeof buf - 1, 0);
	const char *epoch;

	*ret_pid = 0;
	*ret_epoch = 0;
	if (n <= 0)
		return;
	buf[n] = '\0';
	(void)sscanf(buf, "pid %ld", ret_pid);
	epoch = strstr(buf, "\nepoch ");
	if (epoch)
		(void)sscanf(epoch, "\nepoch %" SCNu64, ret_epoch);
}

/* Who has it: the daemon by its stamp, or readers. */
static int
busy(int fd, const char *dir, char **ret_why)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct text t CLEANUP_TEXT = { 0 };
	uint64_t epoch;
	long pid;

	read_stamp(fd, &pid, &epoch);
	if (fcntl(fd, F_OFD_GETLK, &fl) == 0 && fl.l_type == F_RDLCK)
		text_addf(&t, "'%s' is being read by a journal check; try "
		    "again when it has ended", dir);
	else
		text_addf(&t, "'%s' is in use by the gatewardend with pid %ld",
		    dir, pid);
	*ret_why = text_take(&t);
	return -EBUSY;
}

/* 1: what we locked is no longer what is there. */
static int
lock_file(int fd, const char *path, short type)
{
	struct flock fl = { .l_type = type, .l_whence = SEEK_SET };
	struct stat held, there;

	if (fcntl(fd, F_OFD_SETLK, &fl) < 0)
		return errno == EACCES ? -EAGAIN : -errno;
	if (fstat(fd, &held) < 0)
		return -errno;
	if (stat(path, &there) < 0)
		return errno == ENOENT ? 1 : -errno;
	return held.st_dev != there.st_dev || held.st_ino != there.st_ino;
}

static char *
lock_path(const char *dir)
{
	struct text t CLEANUP_TEXT = { 0 };

	text_addf(&t, "%s/lock", dir);
	return text_take(&t);
}

int
lock_take(const char *dir, struct instance_lock *ret, char **ret_why)
{
	char *path CLEANUP_FREE = lock_path(dir);
	int fd CLEANUP_CLOSE = -1;
	int i, r = 1;
	long pid;

	*ret = (struct instance_lock){ .fd = -1 };
	for (i = 0; r == 1 && i < TAKE_TRIES; i++) {
		cleanup_close(&fd);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
		    O_NONBLOCK, 0600);
		if (fd < 0)
			return explain(ret_why, -errno, "open", path);
		r = lock_file(fd, path, F_WRLCK);
	}
	if (r == -EAGAIN)
		return busy(fd, dir, ret_why);
	if (r != 0)
		return explain(ret_why, r < 0 ? r : -ESTALE, "lock", path);
	ret->fd = fd;
	ret->path = TAKE(path);
	fd = -1;
	read_stamp(ret->fd, &pid, &ret->epoch);
	r = lock_stamp(ret, ret->epoch);
	if (r == 0)
		return 0;
	(void)explain(ret_why, r, "write", ret->path);
	lock_release(ret);
	return r;
}

int
lock_share(const char *dir, struct instance_lock *ret, char **ret_why)
{
	char *path CLEANUP_FREE = lock_path(dir);
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int r;

	*ret = (struct instance_lock){ .fd = -1 };
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return explain(ret_why, -errno, "open", path);
	r = lock_file(fd, path, F_RDLCK);
	if (r == -EAGAIN)
		return busy(fd, dir, ret_why);
	if (r != 0)
		return explain(ret_why, r < 0 ? r : -ESTALE, "lock", path);
	ret->fd = fd;
	ret->path = TAKE(path);
	fd = -1;
	return 0;
}

int
lock_stamp(struct instance_lock *l, uint64_t epoch)
{
	char boot[64], buf[STAMP_MAX];
	ssize_t n;
	int len;

	assert(l->fd >= 0);
	read_boot(boot, sizeof boot);
	len = snprintf(buf, sizeof buf, "pid %-10ld\nboot %-36.36s\n"
	    "epoch %-20" PRIu64 "\n", (long)getpid(), boot, epoch);
	n = pwrite(l->fd, buf, (size_t)len, 0);
	if (n < 0)
		return -errno;
	return n == len ? 0 : -ENOSPC;
}

bool
lock_lost(const struct instance_lock *l)
{
	struct stat held, there;

	if (l->fd < 0)
		return false;
	if (fstat(l->fd, &held) < 0 || stat(l->path, &there) < 0)
		return true;
	return held.st_dev != there.st_dev || held.st_ino != there.st_ino;
}

void
lock_release(struct instance_lock *l)
{
	cleanup_close(&l->fd);
	free(l->path);
	*l = (struct instance_lock){ .fd = -1 };
}
