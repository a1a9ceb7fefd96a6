/* SPDX-License-Identifier: BSD-2-Clause
 *
 * describe.c -- asking a plugin what it is, before there is a loop.
 *
 * The file is loaded in a gatewarden-host of its own, whose constructors may
 * crash, exit, print or hang: the caller gets the description, or one
 * sentence on why there is none. Waits with poll() on the process and both
 * of its pipes; what it prints is bounded.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/wire.h"
#include "worker/fault.h"
#include "worker/pool.h"
#include "worker/spawn.h"

enum { DESCRIBE_MS = 5000, OUTPUT_MAX = 1 << 20, WHY_MAX = 400 };

static bool
read_some(int fd, struct text *t)
{
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof buf);

	if (n > 0 && t->len < OUTPUT_MAX)
		text_addn(t, buf, (size_t)n);
	return n > 0;
}

/* Until the process has ended. Returns false at the deadline. */
static bool
collect(const struct spawned *s, struct text *out, struct text *err,
    struct ending *ret)
{
	struct pollfd v[] = { { s->pidfd, POLLIN, 0 },
		{ s->output, POLLIN, 0 }, { s->link, POLLIN, 0 } };
	struct text *const to[] = { NULL, out, err };
	int64_t until = clock_real_ms() + DESCRIBE_MS, left;
	size_t i;

	while ((left = until - clock_real_ms()) > 0) {
		if (poll(v, ARRAY_SIZE(v), (int)left) < 0 && errno != EINTR)
			return false;
		for (i = 1; i < ARRAY_SIZE(v); i++)
			if (v[i].revents && !read_some(v[i].fd, to[i]))
				v[i].fd = -1;
		if (v[0].revents == 0 || ending_wait(s->pidfd, ret) == 0)
			continue;
		while (read_some(s->output, out) || read_some(s->link, err))
			;
		return true;
	}
	return false;
}

/* Its own complaint (after "FILE: "), or how it ended. */
static char *
complaint(const char *path, const struct ending *e, const struct text *err)
{
	CLEANUP_TEXT struct text t = { 0 };
	const char *s = text_str(err);
	size_t n = strlen(path);

	if (e->exit_code != WIRE_UNFIT_EXIT)
		return ending_sentence(e, STAGE_LOAD, 0);
	s = strncmp(s, path, n) == 0 && s[n] == ':' ? s + n + 2 : s;
	n = strcspn(s, "\n");
	text_add_clean(&t, s, n < WHY_MAX ? n : WHY_MAX);
	return text_take(&t);
}

static char *
said(const char *what, const char *why)
{
	struct text t = { 0 };

	text_addf(&t, "%s%s", what, why);
	return text_take(&t);
}

static void
spawned_close(struct spawned *s)
{
	cleanup_close(&s->pidfd);
	cleanup_close(&s->link);
	cleanup_close(&s->output);
}

int
plugin_describe(const char *host_path, const char *path, json_t **ret,
    char **ret_why)
{
	CLEANUP_TEXT struct text out = { 0 };
	CLEANUP_TEXT struct text err = { 0 };
	CLEANUP(spawned_close) struct spawned s = { -1, -1, -1, -1 };
	struct ending e = { -1, 0 };
	const char *what;
	int r = spawn_describe(host_path, path, &s, &what);

	if (r < 0) {
		CLEANUP_FREE char *place = said(what, ": ");

		*ret_why = said(place, strerror(-r));
		return r;
	}
	if (!collect(&s, &out, &err, &e)) {
		(void)kill(-s.pid, SIGKILL);
		while (ending_wait(s.pidfd, &e) == 0)
			(void)poll(&(struct pollfd){ s.pidfd, POLLIN, 0 }, 1,
			    DESCRIBE_MS);
		*ret_why = said("it didn't describe itself within 5 s",
		    "; something in it blocks while it is loaded");
		return -ETIMEDOUT;
	}
	*ret = e.exit_code == 0 ? json_loadb(text_str(&out), out.len, 0,
	    NULL) : NULL;
	if (*ret)
		return 0;
	*ret_why = complaint(path, &e, &err);
	return -EINVAL;
}
