/* SPDX-License-Identifier: BSD-2-Clause
 *
 * attempt.c -- does anything of an attempt still run?
 *
 * Every process below an attempt inherits one open file description with a
 * shared flock on it. The kernel drops the lock when the last of them has
 * ended or closed it, whoever their parent is by then and whatever became of
 * the daemon that started them; so the question needs no pids.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "worker/pool.h"

bool
attempt_file_busy(const char *attempt_file)
{
	CLEANUP_CLOSE int fd = open(attempt_file, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return false;
	return flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}
