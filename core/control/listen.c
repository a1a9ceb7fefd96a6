/* SPDX-License-Identifier: BSD-2-Clause
 *
 * listen.c -- binding the control socket.
 *
 * The file must never exist with a wider mode than it should have, so the
 * umask is set around bind() instead of a chmod() after it; the daemon has
 * one thread, nobody else makes a file meanwhile. Who may do what is decided
 * at accept, not by the mode: the mode only keeps strangers from knocking.
 *
 * A left-over of a dead instance is known by its refusing a connection. The
 * caller holds the instance lock of its state directory, but another
 * instance with another state directory could use the same path, and is
 * found by its answering.
 */
#include "control/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"

static int
refuse(char **ret_why, const char *path, const char *what, int error)
{
	CLEANUP_TEXT struct text t = { 0 };

	text_addf(&t, "socket '%s': %s", path, what);
	if (error != 0)
		text_addf(&t, " (%s)", strerror(error));
	*ret_why = text_take(&t);
	return error ? -error : -EINVAL;
}

static int
stale(const struct sockaddr_un *sun)
{
	CLEANUP_CLOSE int fd = socket(AF_UNIX,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)sun, sizeof *sun) == 0 ||
	    errno == EAGAIN)
		return 0;
	return errno == ECONNREFUSED ? 1 : -errno;
}

/* Makes room for the socket. */
static int
clear_place(const struct sockaddr_un *sun, char **ret_why)
{
	struct stat st;
	int r;

	if (lstat(sun->sun_path, &st) < 0)
		return errno == ENOENT ? 0 :
		    refuse(ret_why, sun->sun_path, "can't look at it", errno);
	if (!S_ISSOCK(st.st_mode))
		return refuse(ret_why, sun->sun_path,
		    "something that is no socket is in its place", EEXIST);
	r = stale(sun);
	if (r == 0)
		return refuse(ret_why, sun->sun_path,
		    "another instance answers on it", EADDRINUSE);
	if (r < 0)
		return refuse(ret_why, sun->sun_path, "can't try it", -r);
	if (unlink(sun->sun_path) < 0)
		return refuse(ret_why, sun->sun_path, "can't remove it",
		    errno);
	return 0;
}

/* The directory, if there is none yet: any may look into it, as the mode of
 * the socket decides. After a boot /run is empty. */
static int
make_directory(const struct sockaddr_un *sun)
{
	char dir[sizeof sun->sun_path];
	char *slash;
	mode_t old;
	int r;

	memcpy(dir, sun->sun_path, sizeof dir);
	slash = strrchr(dir, '/');
	if (slash == NULL || slash == dir)
		return 0;
	*slash = '\0';
	old = umask(022);
	r = file_mkdirs(dir, 0755);
	(void)umask(old);
	return r;
}

static int
bind_masked(int fd, const struct sockaddr_un *sun, mode_t mask)
{
	mode_t old = umask(mask);
	int r = bind(fd, (const struct sockaddr *)sun, sizeof *sun);
	int error = errno;

	(void)umask(old);
	return r < 0 ? -error : 0;
}

int
listen_bind(const char *path, gid_t group, int everyone, char **ret_why)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	CLEANUP_CLOSE int fd = -1;
	size_t len = strlen(path);
	int r;

	if (len == 0 || len >= sizeof sun.sun_path)
		return refuse(ret_why, path,
		    "the path must have 1 to 107 bytes", ENAMETOOLONG);
	memcpy(sun.sun_path, path, len + 1);
	r = clear_place(&sun, ret_why);
	if (r < 0)
		return r;
	r = make_directory(&sun);
	if (r < 0)
		return refuse(ret_why, path, "can't make its directory", -r);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return refuse(ret_why, path, "no socket to be had", errno);
	r = bind_masked(fd, &sun, everyone ? 0111 : 0117);
	if (r < 0)
		return refuse(ret_why, path, "can't bind it", -r);
	if (group != (gid_t)-1 && chown(path, (uid_t)-1, group) < 0) {
		r = errno;
		(void)unlink(path);
		return refuse(ret_why, path, "can't give it to its group", r);
	}
	r = fd;
	fd = -1;
	return r;
}
