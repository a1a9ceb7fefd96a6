/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notify.c -- tells the service manager how things are.
 *
 * The protocol is small and stable: one datagram of NAME=VALUE lines to the
 * socket that NOTIFY_SOCKET names (a leading '@' is an abstract one). A
 * library for it would be the daemon's only reason to link systemd.
 *
 * Nothing here fails loudly: a manager that doesn't listen is none.
 */
#include "daemon/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

struct notify {
	int fd;                 /* -1: nobody listens */
	struct sockaddr_un to;
	socklen_t len;
	int64_t watchdog_ms;
};

static bool
address(struct notify *n, const char *path)
{
	size_t len = strlen(path);

	if ((path[0] != '/' && path[0] != '@') || len < 2 ||
	    len >= sizeof n->to.sun_path)
		return false;
	n->to.sun_family = AF_UNIX;
	memcpy(n->to.sun_path, path, len);
	if (path[0] == '@')
		n->to.sun_path[0] = '\0';
	n->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	return true;
}

/* WATCHDOG_USEC counts only for the process that WATCHDOG_PID names. */
static int64_t
watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	char *end;
	long long v;

	if (usec == NULL || (pid && strtoll(pid, &end, 10) != getpid()))
		return 0;
	v = strtoll(usec, &end, 10);
	return v > 0 && *end == '\0' ? v / 1000 / 2 : 0;
}

struct notify *
notify_open(void)
{
	struct notify *n = calloc(1, sizeof *n);
	const char *path = getenv("NOTIFY_SOCKET");

	if (n == NULL)
		abort();
	n->fd = -1;
	if (path && address(n, path)) {
		n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC |
		    SOCK_NONBLOCK, 0);
		n->watchdog_ms = watchdog_ms();
	}
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
	return n;
}

static void
tell(struct notify *n, struct text *t)
{
	if (n->fd >= 0)
		(void)sendto(n->fd, text_str(t), t->len, MSG_NOSIGNAL,
		    (const struct sockaddr *)&n->to, n->len);
	text_free(t);
}

/* One line: what follows a newline would be another variable. */
static void
add_status(struct text *t, const char *status)
{
	text_add(t, "STATUS=");
	text_add_clean(t, status, strlen(status));
	text_add(t, "\n");
}

void
notify_ready(struct notify *n, const char *status)
{
	struct text t = { 0 };

	text_add(&t, "READY=1\n");
	add_status(&t, status);
	tell(n, &t);
}

void
notify_reloading(struct notify *n)
{
	struct text t = { 0 };
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	text_addf(&t, "RELOADING=1\nMONOTONIC_USEC=%lld\n",
	    (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	tell(n, &t);
}

void
notify_stopping(struct notify *n)
{
	struct text t = { 0 };

	text_add(&t, "STOPPING=1\n");
	tell(n, &t);
}

void
notify_alive(struct notify *n)
{
	struct text t = { 0 };

	text_add(&t, "WATCHDOG=1\n");
	tell(n, &t);
}

void
notify_status(struct notify *n, const char *status)
{
	struct text t = { 0 };

	add_status(&t, status);
	tell(n, &t);
}

int64_t
notify_watchdog_ms(const struct notify *n)
{
	return n->fd >= 0 ? n->watchdog_ms : 0;
}

void
notify_close(struct notify *n)
{
	if (n == NULL)
		return;
	if (n->fd >= 0)
		(void)close(n->fd);
	free(n);
}
