/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rpc.c -- the daemon's control socket, seen from the other end.
 *
 * One connection, one call at a time; lines of JSON in both directions.
 * Every wait has a deadline and every line a bound: a daemon that hangs, or
 * something else that listens there, costs this program its time and
 * nothing more. Whether an object is the answer or a notification is for
 * the caller to see; a rpc lives as long as its connection and is never
 * used again after an error.
 */
#define _GNU_SOURCE     /* SOCK_CLOEXEC */
#include "client/rpc.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 4 << 20, READ_BYTES = 64 << 10,
	CONNECT_MS = 5000, SEND_MS = 10000 };

struct rpc {
	int fd;
	char *in;
	size_t len, cap;
	size_t taken;           /* bytes of lines that were handed out */
	int64_t id;
};

/* Until the descriptor is ready; 0 or -errno. deadline < 0: none. */
static int
wait_ready(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline < 0 ? -1 :
		    deadline - clock_real_ms();
		int n;

		if (deadline >= 0 && left < 0)
			left = 0;
		n = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0 && deadline >= 0)
			return -ETIMEDOUT;
	}
}

/*----------------------------------------------------------------- connect */

static void
explain_errno(struct text *t, const char *path, int error)
{
	switch (error) {
	case ENOENT:
		text_addf(t, "no daemon at %s: there is no such socket; "
		    "start gatewardend, or name its socket with --socket or "
		    "GATEWARDEN_SOCKET", path);
		break;
	case ECONNREFUSED:
		text_addf(t, "no daemon at %s: nobody listens there any "
		    "more; start gatewardend, or name its socket with "
		    "--socket or GATEWARDEN_SOCKET", path);
		break;
	case EACCES:
	case EPERM:
		text_addf(t, "no access to %s: permission denied; join the "
		    "daemon's operate_group, report_group or observe_group, or "
		    "ask as its user", path);
		break;
	case ENAMETOOLONG:
		text_addf(t, "no daemon at %s: the path of a socket has at "
		    "most %zu bytes", path,
		    sizeof((struct sockaddr_un *)0)->sun_path - 1);
		break;
	case ETIMEDOUT:
	case EAGAIN:
		text_addf(t, "the daemon at %s doesn't take connections: it "
		    "hangs, or too many wait; see its log", path);
		break;
	default:
		text_addf(t, "no daemon at %s: %s; name its socket with "
		    "--socket or GATEWARDEN_SOCKET", path, strerror(error));
	}
}

/* A full backlog gives EAGAIN, and nothing to poll for: try for a while. */
static int
connect_within(int fd, const struct sockaddr_un *sa, int64_t deadline)
{
	struct pollfd none = { .fd = -1 };

	while (connect(fd, (const struct sockaddr *)sa, sizeof *sa) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (clock_real_ms() >= deadline)
			return -EAGAIN;
		(void)poll(&none, 1, 20);
	}
	return 0;
}

static int
open_socket(const char *path, int *ret_fd)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	CLEANUP_CLOSE int fd = -1;
	int r;

	if (strlen(path) >= sizeof sa.sun_path)
		return -ENAMETOOLONG;
	memcpy(sa.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = connect_within(fd, &sa, clock_real_ms() + CONNECT_MS);
	if (r == 0) {
		*ret_fd = fd;
		fd = -1;
	}
	return r;
}

int
rpc_connect(const char *path, struct rpc **ret, char **ret_why)
{
	CLEANUP_TEXT struct text t = { 0 };
	struct rpc *c;
	int fd = -1, r;

	*ret = NULL;
	*ret_why = NULL;
	r = open_socket(path, &fd);
	if (r < 0) {
		explain_errno(&t, path, -r);
		*ret_why = text_take(&t);
		return r;
	}
	c = calloc(1, sizeof *c);
	if (c == NULL)
		abort();
	c->fd = fd;
	c->cap = READ_BYTES;
	c->in = malloc(c->cap);
	if (c->in == NULL)
		abort();
	*ret = c;
	return 0;
}

void
rpc_free(struct rpc **at)
{
	struct rpc *c = *at;

	if (c == NULL)
		return;
	(void)close(c->fd);
	free(c->in);
	free(c);
	*at = NULL;
}

/*-------------------------------------------------------------------- send */

static int
send_all(int fd, const char *s, size_t len)
{
	int64_t deadline = clock_real_ms() + SEND_MS;

	while (len > 0) {
		ssize_t n = send(fd, s, len, MSG_NOSIGNAL);
		int r;

		if (n >= 0) {
			s += n;
			len -= (size_t)n;
			continue;
		}
		if (errno == EPIPE || errno == ECONNRESET)
			return -ECONNRESET;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		r = wait_ready(fd, POLLOUT, deadline);
		if (r < 0)
			return r;
	}
	return 0;
}

int
rpc_send(struct rpc *c, const char *method, json_t *params)
{
	CLEANUP_JSON json_t *o = json_object();
	CLEANUP_TEXT struct text t = { 0 };
	CLEANUP_FREE char *line = NULL;

	json_put(o, "jsonrpc", "2.0");
	json_put_int(o, "id", ++c->id);
	json_put(o, "method", method);
	if (params)
		(void)json_object_set_new(o, "params", params);
	line = json_line(o);
	text_addf(&t, "%s\n", line);
	return send_all(c->fd, text_str(&t), t.len);
}

/*----------------------------------------------------------------- receive */

static int
fill(struct rpc *c)
{
	ssize_t n;

	if (c->taken > 0) {
		memmove(c->in, c->in + c->taken, c->len - c->taken);
		c->len -= c->taken;
		c->taken = 0;
	}
	if (c->cap - c->len < READ_BYTES / 2) {
		c->cap = c->cap * 2;
		c->in = realloc(c->in, c->cap);
		if (c->in == NULL)
			abort();
	}
	n = recv(c->fd, c->in + c->len, c->cap - c->len, 0);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return -ECONNRESET;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	c->len += (size_t)n;
	return 0;
}

static int
parse(const char *line, size_t len, json_t **ret)
{
	json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(o)) {
		json_decref(o);
		return -EPROTO;
	}
	*ret = o;
	return 0;
}

int
rpc_next(struct rpc *c, int64_t timeout_ms, json_t **ret)
{
	int64_t deadline = timeout_ms < 0 ? -1 :
	    clock_real_ms() + timeout_ms;
	size_t seen = 0;

	for (;;) {
		const char *line = c->in + c->taken, *end = NULL;
		size_t have = c->len - c->taken;
		int r;

		if (have > seen)
			end = memchr(line + seen, '\n', have - seen);
		if (end) {
			c->taken += (size_t)(end - line) + 1;
			return parse(line, (size_t)(end - line), ret);
		}
		if (have > LINE_MAX_BYTES)
			return -EPROTO;
		seen = have;
		r = wait_ready(c->fd, POLLIN, deadline);
		if (r == 0)
			r = fill(c);
		if (r < 0)
			return r;
	}
}
