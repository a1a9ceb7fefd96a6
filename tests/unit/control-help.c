/* SPDX-License-Identifier: BSD-2-Clause
 *
 * control-help.c -- see control-help.h.
 */
#include "control-help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "control/verbs.h"

/*------------------------------------------------------------------- server */

int
told_peer(void *arg, int fd, struct peer *ret)
{
	struct world *w = arg;

	(void)fd;
	*ret = w->peer;
	return 0;
}

static void
echo(void *arg, struct request *r, const json_t *params)
{
	(void)arg;
	request_answer(r, json_deep_copy(params));
}

static void
on_gone(void *arg)
{
	struct world *w = arg;

	w->gone++;
	w->waiting = NULL;
}

static void
answer_later(void *arg, struct request *r, const json_t *params)
{
	struct world *w = arg;

	(void)params;
	w->waiting = r;
	request_on_gone(r, on_gone, w);
}

static void
answer_big(void *arg, struct request *r, const json_t *params)
{
	char *big = malloc(CONTROL_QUEUE_MAX + 1);

	(void)arg;
	(void)params;
	assert_non_null(big);
	memset(big, 'x', CONTROL_QUEUE_MAX);
	big[CONTROL_QUEUE_MAX] = '\0';
	request_answer(r, json_string(big));
	free(big);
}

static void
subscribe(void *arg, struct request *r, const json_t *params)
{
	(void)arg;
	(void)params;
	request_subscribe(r, json_object());
}

static void
feed(void *arg, struct request *r)
{
	struct world *w = arg;
	char chunk[1024];
	int i;

	memset(chunk, 'x', sizeof chunk - 1);
	chunk[sizeof chunk - 1] = '\0';
	for (i = 0; i < 200 && w->fed < 4000; i++, w->fed++)
		request_notify(r, "line", json_string(chunk));
	if (w->fed == 4000)
		request_answer(r, json_integer(w->fed));
}

static void
answer_long(void *arg, struct request *r, const json_t *params)
{
	(void)params;
	request_feed(r, feed, arg);
}

static void
count_freed(void *arg)
{
	((struct world *)arg)->owned_freed++;
}

void
bind_all(struct world *w)
{
	static const struct {
		const char *verb;
		handler_fn *fn;
	} special[] = {
		{ "gate wait", answer_later }, { "plugins", answer_big },
		{ "events", subscribe }, { "journal export", answer_long }
	};
	const struct verb *v;
	size_t i, k;

	for (i = 0; (v = verb_at(i)); i++) {
		handler_fn *fn = echo;

		for (k = 0; k < ARRAY_SIZE(special); k++)
			if (strcmp(special[k].verb, v->name) == 0)
				fn = special[k].fn;
		if ((v->flags & VERB_LOCAL) == 0) {
			assert_false(control_complete(w->control));
			control_bind(w->control, v->name, fn, w);
		}
	}
	assert_true(control_complete(w->control));
	control_own(w->control, w, count_freed);
}

int
control_setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char *why = NULL;
	struct control_options o;

	assert_non_null(w);
	(void)snprintf(w->dir, sizeof w->dir, "/tmp/gw-control-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->path, sizeof w->path, "%s/sock", w->dir);
	(void)snprintf(w->groups, sizeof w->groups, "%s/group", w->dir);
	assert_int_equal(uv_loop_init(&w->loop), 0);
	o = (struct control_options){ .loop = &w->loop, .path = w->path,
		.peer = told_peer, .peer_arg = w, .line_ms = 150,
		.idle_ms = 60000 };
	w->peer.uid = geteuid();
	assert_int_equal(control_new(&o, &w->control, &why), 0);
	bind_all(w);
	*state = w;
	return 0;
}

int
control_teardown(void **state)
{
	struct world *w = *state;
	struct stat st;

	control_free(w->control);
	assert_int_equal(w->owned_freed, 1);
	(void)uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	assert_int_equal(lstat(w->path, &st), -1);
	(void)unlink(w->groups);
	assert_int_equal(rmdir(w->dir), 0);
	free(w);
	return 0;
}

/*------------------------------------------------------------------- client */

int
connect_to(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	(void)snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	assert_true(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	return fd;
}

void
turn(struct world *w)
{
	(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	(void)usleep(200);      /* on purpose: the caller looks again */
}

void
send_all(struct world *w, int fd, const char *s, size_t len)
{
	int turns;
	ssize_t n;

	for (turns = 0; len > 0 && turns < WAIT_TURNS; turns++) {
		n = send(fd, s, len, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			return;         /* cut off: what the test looks at */
		if (n > 0) {
			s += n;
			len -= (size_t)n;
		}
		turn(w);
	}
	assert_int_equal(len, 0);
}

void
say(struct world *w, int fd, const char *line)
{
	send_all(w, fd, line, strlen(line));
	send_all(w, fd, "\n", 1);
}

json_t *
hear(struct world *w, int fd)
{
	CLEANUP_FREE char *line = calloc(1, 4 << 20);
	size_t len = 0;
	int turns;

	for (turns = 0; turns < WAIT_TURNS;) {
		ssize_t n = recv(fd, line + len, 1, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN))
			return NULL;
		if (n < 0) {
			turn(w);
			turns++;
		} else if (line[len++] == '\n') {
			return json_loadb(line, len, JSON_DECODE_ANY, NULL);
		}
	}
	fail_msg("nothing was said in time, after '%.80s'", line);
	return NULL;
}

void
expect_error(struct world *w, int fd, int code)
{
	CLEANUP_JSON json_t *o = hear(w, fd);

	assert_non_null(o);
	assert_int_equal(json_int(json_object_get(o, "error"), "code", 0),
	    code);
}

void
expect_end(struct world *w, int fd)
{
	CLEANUP_JSON json_t *o = hear(w, fd);

	assert_null(o);
}
