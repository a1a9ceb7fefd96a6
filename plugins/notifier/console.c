/* SPDX-License-Identifier: BSD-2-Clause
 *
 * console.c -- notifier `console`: writes messages to its own output.
 *
 * Which the daemon puts into its log. A message is delivered when all of it
 * has been written: this is the last resort, which needs nothing but a
 * descriptor.
 */
#include <errno.h>
#include <poll.h>

#include "lib/call.h"

static bool
write_all(const struct call *c, int fd, const char *s, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, s, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			(void)poll(&p, 1, call_left_int(c, 100));
			n = 0;
		}
		if (n < 0)
			return false;
		s += n;
		len -= (size_t)n;
		if (len > 0 && call_left(c) == 0) {
			errno = ETIMEDOUT;
			return false;
		}
	}
	return true;
}

static int32_t
console_call(struct gw_ctx *ctx, void *self)
{
	struct call c = call_begin(self, ctx);
	int fd = strcmp(option_or(c.host, ctx, "stream", "stderr"),
	    "stdout") == 0 ? STDOUT_FILENO : STDERR_FILENO;
	const char *text = c.host->param(ctx, "text");
	struct buf b CLEANUP_BUF = { 0 };
	struct buf why CLEANUP_BUF = { 0 };

	buf_add(&b, text ? text : "(a message without text)");
	if (b.len == 0 || b.s[b.len - 1] != '\n')
		buf_add(&b, "\n");
	if (write_all(&c, fd, b.s, b.len))
		return GW_OK;
	buf_addf(&why, "could not write: %s", strerror(errno));
	return call_failed(&c, GW_F_TRANSIENT, 0, &why);
}

static int32_t
console_open(struct gw_ctx *ctx, const struct gw_host *host,
    void **ret_self)
{
	(void)ctx;
	*ret_self = (void *)(uintptr_t)host;
	return GW_OK;
}

static const char *const streams[] = { "stderr", "stdout", NULL };

static const struct gw_option options[] = {
	{ .name = "stream", .type = GW_T_ENUM, .choices = streams,
	  .fallback = "\"stderr\"", .help = "where to" },
	{ .name = NULL }
};

GW_PLUGIN(
	.kind = GW_NOTIFIER, .name = "console", .version = "1",
	.summary = "writes messages to its own output",
	.options = options, .open = console_open, .call = console_call
);
