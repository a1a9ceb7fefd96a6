/* SPDX-License-Identifier: BSD-2-Clause
 *
 * wire.c -- packets between daemon and host.
 *
 * Only the envelope: bytes to JSON and back, and the length. What a message
 * means is known to the two ends, core/worker and core/host. Nothing here
 * trusts the sender: a packet may be any bytes.
 *
 * Memory: one packet, bounded by WIRE_MAX; running out of it ends the
 * program as everywhere in base/.
 */
#include "base/wire.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"

json_t *
wire_message(const char *name, json_t *body)
{
	json_t *m = json_object();

	if (m == NULL || json_object_set_new(m, name, body) < 0)
		abort();
	return m;
}

int
wire_encode(const json_t *message, char **ret, size_t *ret_len)
{
	CLEANUP_FREE char *s = json_dumps(message, JSON_COMPACT);

	if (s == NULL)
		abort();
	*ret_len = strlen(s);
	if (*ret_len > WIRE_MAX)
		return -EMSGSIZE;
	*ret = TAKE(s);
	return 0;
}

int
wire_send(int fd, const json_t *message)
{
	CLEANUP_FREE char *s = NULL;
	size_t len;
	int r = wire_encode(message, &s, &len);

	if (r < 0)
		return r;
	do
		r = send(fd, s, len, MSG_NOSIGNAL) < 0 ? -errno : 0;
	while (r == -EINTR);
	return r;
}

int
wire_receive(int fd, char *buf, size_t *ret_len)
{
	struct iovec iov = { buf, WIRE_MAX };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	do
		n = recvmsg(fd, &msg, MSG_TRUNC | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	*ret_len = (size_t)n;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	assert(n <= WIRE_MAX);
	buf[n] = '\0';
	return (int)n;
}

const char *
wire_open(const json_t *message, json_t **ret_body)
{
	void *it;

	if (json_object_size(message) != 1)
		return NULL;
	it = json_object_iter((json_t *)(uintptr_t)message);
	*ret_body = json_object_iter_value(it);
	return json_is_object(*ret_body) ? json_object_iter_key(it) : NULL;
}
