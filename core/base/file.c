/* SPDX-License-Identifier: BSD-2-Clause
 *
 * file.c -- bounded reads and atomic writes.
 *
 * Opens without blocking and looks at what it got before it reads: a FIFO
 * or a device in the place of a file must not hang the caller, and a file of
 * a gigabyte must not be read to learn that it is too large.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

int
file_read(const char *path, size_t max, char **ret_bytes, size_t *ret_len)
{
	int fd CLEANUP_CLOSE = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY);
	char *buf CLEANUP_FREE = NULL;
	struct stat st;
	size_t len = 0;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((uintmax_t)st.st_size > max)
		return -EFBIG;
	buf = malloc((size_t)st.st_size + 2);
	if (buf == NULL)
		return -ENOMEM;
	while ((n = read(fd, buf + len, (size_t)st.st_size + 1 - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (len > (size_t)st.st_size)
			return -EAGAIN; /* it grew while we read */
	}
	buf[len] = '\0';
	*ret_len = len;
	*ret_bytes = TAKE(buf);
	return 0;
}

static int
write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int
file_write(const char *path, const void *bytes, size_t len, mode_t mode)
{
	int fd CLEANUP_CLOSE = -1;
	char tmp[4096];
	int r;

	if (snprintf(tmp, sizeof tmp, "%s.new", path) >= (int)sizeof tmp)
		return -ENAMETOOLONG;
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    mode);
	if (fd < 0)
		return -errno;
	r = write_all(fd, bytes, len);
	if (r == 0 && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(tmp);
	return r;
}

int
file_absolute(const char *path, char **ret)
{
	char *cwd CLEANUP_FREE = *path == '/' ? NULL : getcwd(NULL, 0);
	struct text t = { 0 };

	if (*path != '/' && cwd == NULL)
		return -errno;
	if (cwd)
		text_addf(&t, "%s/", cwd);
	text_add(&t, path);
	*ret = text_take(&t);
	return 0;
}

int
file_mkdirs(const char *path, mode_t mode)
{
	char buf[4096];
	char *p;

	if (snprintf(buf, sizeof buf, "%s", path) >= (int)sizeof buf)
		return -ENAMETOOLONG;
	for (p = buf + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(buf, mode) < 0 && errno != EEXIST)
			return -errno;
		*p = '/';
	}
	return mkdir(buf, mode) < 0 && errno != EEXIST ? -errno : 0;
}
