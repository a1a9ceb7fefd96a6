/* SPDX-License-Identifier: BSD-2-Clause
 *
 * file.c -- notifier `file`: appends messages to a file.
 *
 * A message is one write to a file opened for appending, under a lock that
 * writers of this kind share, and is delivered when it has reached the disk.
 * One that could be written in part only (a full disk) is taken back, so
 * that its repetition doesn't stand behind half of itself. A new file is
 * readable by its owner alone.
 *
 * As text each message is followed by an empty line; as json it is one line
 * with all that is known of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/call.h"
#include "lib/message.h"

enum { LOCK_TRY_MS = 20 };

static void
add_text(const struct call *c, struct buf *b)
{
	const char *text = c->host->param(c->ctx, "text");

	buf_add(b, text ? text : "(a message without text)\n");
	if (b->len == 0 || b->s[b->len - 1] != '\n')
		buf_add(b, "\n");
	buf_add(b, "\n");
}

static void
add_json(const struct call *c, struct buf *b)
{
	json_t *o = message_json(c);
	char *text CLEANUP_FREE = NULL;

	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (text == NULL)
		abort();
	buf_add(b, text);
	buf_add(b, "\n");
}

/* Makes the name of a new file last, too. */
static void
sync_directory(const char *path)
{
	struct buf dir CLEANUP_BUF = { 0 };
	const char *slash = strrchr(path, '/');
	int fd;

	buf_addn(&dir, path, slash > path ? (size_t)(slash - path) : 1);
	fd = open(buf_str(&dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

static int
open_log(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NOCTTY | O_NONBLOCK, 0600);
	if (fd >= 0)
		sync_directory(path);
	return fd;
}

static bool
lock(const struct call *c, int fd)
{
	struct timespec pause = { .tv_nsec = LOCK_TRY_MS * 1000000L };

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		if (call_left(c) == 0) {
			errno = ETIMEDOUT;
			return false;
		}
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

/* Returns 0 or an errno. */
static int
append(int fd, const struct buf *b)
{
	struct stat st;
	ssize_t n;
	int e;

	if (fstat(fd, &st) < 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	n = write(fd, b->s, b->len);
	if (n == (ssize_t)b->len)
		return fsync(fd) < 0 ? errno : 0;
	e = n < 0 ? errno : ENOSPC;
	if (n > 0)
		(void)(ftruncate(fd, st.st_size) + 0);
	return e;
}

static int32_t
class_of(int e)
{
	switch (e) {
	case EACCES:
	case EPERM:
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EINVAL:
	case EROFS:
	case ELOOP:
	case ENXIO:
		return GW_F_CONFIG;
	default:
		return GW_F_TRANSIENT;
	}
}

static int32_t
file_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	const char *path = c.host->text(ctx, "path");
	struct buf b CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };
	int fd CLEANUP_CLOSE = open_log(path);
	int e;

	if (strcmp(option_or(c.host, ctx, "format", "text"), "json") == 0)
		add_json(&c, &b);
	else
		add_text(&c, &b);
	e = fd < 0 || !lock(&c, fd) ? errno : append(fd, &b);
	if (e == 0)
		return GW_OK;
	buf_addf(&why, "%s: %s", path, e == EINVAL ? "is not a regular file" :
	    strerror(e));
	return call_failed(&c, class_of(e), 0, &why);
}

static int32_t
file_open(struct gw_ctx *ctx, const struct gw_host *host, void **ret_self)
{
	struct buf why CLEANUP_BUF = { 0 };

	if (*option_or(host, ctx, "path", "") != '/') {
		buf_add(&why, "path: expected an absolute path");
		return open_failed(host, ctx, &why);
	}
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const char *const formats[] = { "text", "json", NULL };

static const struct gw_option options[] = {
	{ .name = "path", .type = GW_T_STRING, .flags = GW_REQUIRED,
	  .help = "the file, absolute; made with mode 0600 if it is not "
	      "there" },
	{ .name = "format", .type = GW_T_ENUM, .choices = formats,
	  .fallback = "\"text\"",
	  .help = "the message as people read it, or a JSON object a line" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "file", .version = "1",
	.summary = "appends messages to a file",
	.options = options, .open = file_open, .call = file_call
);
