/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-control.c -- the control socket, from both ends in one thread.
 *
 * The server runs on a loop that each test turns by hand until what it
 * waits for has come, at most WAIT_TURNS times; the peer's identity comes
 * from a hook, so that levels can be tested without other users.
 */
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
#include "base/file.h"
#include "base/json.h"
#include "control/control.h"
#include "control/peer.h"

enum { WAIT_TURNS = 2000, CLIENTS = 70 };

struct world {
	uv_loop_t loop;
	struct control *control;
	char dir[64], path[96], groups[96];
	struct peer peer;       /* who connects next */
	struct request *waiting;
	int gone, fed, owned_freed;
};

static int
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

static void
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
}

static int
setup(void **state)
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
	control_own(w->control, w, count_freed);
	*state = w;
	return 0;
}

static int
teardown(void **state)
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

static int
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

/* One turn of the loop that doesn't wait for ever. */
static void
turn(struct world *w)
{
	(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	(void)usleep(200);      /* on purpose: the caller looks again */
}

static void
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

static void
say(struct world *w, int fd, const char *line)
{
	send_all(w, fd, line, strlen(line));
	send_all(w, fd, "\n", 1);
}

/* One line as JSON, owned; NULL when the connection has ended. */
static json_t *
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

static void
expect_error(struct world *w, int fd, int code)
{
	CLEANUP_JSON json_t *o = hear(w, fd);

	assert_non_null(o);
	assert_int_equal(json_int(json_object_get(o, "error"), "code", 0),
	    code);
}

static void
expect_end(struct world *w, int fd)
{
	CLEANUP_JSON json_t *o = hear(w, fd);

	assert_null(o);
}

static void
answers_calls(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	CLEANUP_JSON json_t *o = NULL;

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"status\","
	    "\"params\":{\"pipeline\":\"nba\"}}");
	o = hear(w, fd);
	assert_int_equal(json_int(o, "id", 0), 7);
	assert_string_equal(json_text(json_object_get(o, "result"),
	    "pipeline", ""), "nba");
}

static void
refuses_what_is_wrong(void **state)
{
	static const struct {
		const char *line;
		int code;
	} wrong[] = {
		{ "{", RPC_PARSE }, { "hello", RPC_PARSE },
		{ "{\"a\":1,\"a\":2}", RPC_PARSE },
		{ "\"\\u0000\"", RPC_PARSE }, { "\xff\xfe", RPC_PARSE },
		{ "[]", RPC_INVALID }, { "7", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"method\":\"status\"}", RPC_INVALID },
		{ "{\"id\":1,\"method\":\"status\"}", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"status\"}",
		    RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":3}", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\","
		    "\"parms\":{}}", RPC_INVALID },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"statsu\"}",
		    RPC_NO_METHOD },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"help\"}",
		    RPC_NO_METHOD },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\","
		    "\"params\":[1]}", RPC_PARAMS },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"run\"}",
		    RPC_PARAMS },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"run\","
		    "\"params\":{\"phase\":1,\"date\":\"last\"}}", RPC_PARAMS }
	};
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		say(w, fd, wrong[i].line);
		expect_error(w, fd, wrong[i].code);
	}
	/* and it still serves */
	answers_calls(state);
	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"statsu\"}");
	{
		CLEANUP_JSON json_t *o = hear(w, fd);
		json_t *e = json_object_get(o, "error");

		assert_string_equal(json_text(json_object_get(e, "data"),
		    "nearest", ""), "status");
	}
}

static void
deep_nesting_is_harmless(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	size_t len = 500000;
	CLEANUP_FREE char *deep = malloc(len + 1);

	memset(deep, '[', len);
	deep[len] = '\0';
	say(w, fd, deep);
	expect_error(w, fd, RPC_PARSE);
}

static void
pipelined_calls_are_all_answered(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	char line[128];
	int i;

	for (i = 1; i <= 200; i++) {
		(void)snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\","
		    "\"id\":%d,\"method\":\"shutdown\"}", i);
		say(w, fd, line);
	}
	for (i = 1; i <= 200; i++) {
		CLEANUP_JSON json_t *o = hear(w, fd);

		assert_int_equal(json_int(o, "id", 0), i);
	}
}

static void
half_a_line_may_come_in_pieces(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	CLEANUP_JSON json_t *o = NULL;
	const char *half = "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"meth";
	int i;

	send_all(w, fd, half, strlen(half));
	for (i = 0; i < 5; i++)
		turn(w);
	say(w, fd, "od\":\"due\"}");
	o = hear(w, fd);
	assert_string_equal(json_text(o, "id", ""), "x");
}

static void
half_a_line_for_ever_is_cut_off(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);

	send_all(w, fd, "{\"json", 7);
	expect_error(w, fd, RPC_INVALID);
	expect_end(w, fd);
}

static void
overlong_line_is_cut_off(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	size_t len = CONTROL_LINE_MAX + 1;
	CLEANUP_FREE char *line = malloc(len + 1);

	memset(line, ' ', len);
	line[len] = '\0';
	send_all(w, fd, line, len);
	expect_error(w, fd, RPC_INVALID);
	expect_end(w, fd);
}

static void
line_of_the_full_size_is_read(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	const char *call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"due\"}";
	size_t len = CONTROL_LINE_MAX;
	CLEANUP_FREE char *line = malloc(len + 1);
	CLEANUP_JSON json_t *o = NULL;

	memset(line, ' ', len);
	memcpy(line, call, strlen(call));
	line[len] = '\0';
	say(w, fd, line);
	o = hear(w, fd);
	assert_non_null(json_object_get(o, "result"));
}

static void
slow_reader_is_cut_off(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	CLEANUP_CLOSE int other = connect_to(w->path);
	CLEANUP_JSON json_t *event = json_object();
	CLEANUP_JSON json_t *first = NULL;
	char pad[4096];
	uint64_t seq;

	memset(pad, 'x', sizeof pad - 1);
	pad[sizeof pad - 1] = '\0';
	json_put(event, "kind", pad);
	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"events\"}");
	first = hear(w, fd);
	assert_non_null(json_object_get(first, "result"));
	for (seq = 1; seq <= 2000; seq++) {
		control_publish(w->control, seq, event);
		(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	}
	/* others are served, and this one ends after what had left */
	say(w, other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"due\"}");
	json_decref(hear(w, other));
	for (seq = 1;; seq++) {
		CLEANUP_JSON json_t *o = hear(w, fd);

		if (o == NULL)
			break;
		assert_int_equal(json_int(json_object_get(o, "params"), "seq",
		    0), seq);
	}
	assert_in_range(seq, 10, 1000);
}

static void
answer_over_the_queue_is_refused(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"plugins\"}");
	expect_error(w, fd, RPC_REFUSED);
	answers_calls(state);
}

static void
long_answer_comes_at_the_readers_pace(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	int i;

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,"
	    "\"method\":\"journal export\"}");
	for (i = 0; i < 200; i++)
		turn(w);
	/* nobody read: it waits with at most what a socket holds */
	assert_in_range(w->fed, 200, 1200);
	for (i = 0; i < 4000; i++) {
		CLEANUP_JSON json_t *o = hear(w, fd);

		assert_string_equal(json_text(o, "method", ""), "line");
	}
	{
		CLEANUP_JSON json_t *o = hear(w, fd);

		assert_int_equal(json_int(o, "result", 0), 4000);
	}
}

static void
waiting_call_hears_that_its_client_left(void **state)
{
	struct world *w = *state;
	int fd = connect_to(w->path), i;

	say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"gate wait\","
	    "\"params\":{\"phase\":\"p\",\"date\":\"last\",\"for\":\"r\"}}");
	for (i = 0; i < WAIT_TURNS && w->waiting == NULL; i++)
		turn(w);
	assert_non_null(w->waiting);
	assert_int_equal(strncmp(request_actor(w->waiting), "uid ", 4), 0);
	assert_int_equal(request_level(w->waiting), LEVEL_ADMIN);
	(void)close(fd);
	for (i = 0; i < WAIT_TURNS && w->gone == 0; i++)
		turn(w);
	assert_int_equal(w->gone, 1);
}

static void
unanswered_calls_are_bounded(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = connect_to(w->path);
	int i;

	for (i = 0; i <= CONTROL_CALLS; i++)
		say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,"
		    "\"method\":\"gate wait\",\"params\":{\"phase\":\"p\","
		    "\"date\":\"last\",\"for\":\"r\"}}");
	expect_error(w, fd, RPC_BUSY);
}

static void
places_are_counted(void **state)
{
	struct world *w = *state;
	int fds[CLIENTS], i, busy = 0, served = 0;

	w->peer.uid = 4321;     /* an operator, not the owner */
	w->peer.gid = 77;
	control_free(w->control);
	(void)uv_run(&w->loop, UV_RUN_DEFAULT);
	w->owned_freed = 0;
	{
		char *why = NULL;
		struct control_options o = { .loop = &w->loop,
			.path = w->path, .peer = told_peer, .peer_arg = w,
			.operate_group = "ops", .group_file = w->groups };

		assert_int_equal(file_write(w->groups, "x:x:5:\nops:x:77:a\n",
		    18, 0600), 0);
		if (control_new(&o, &w->control, &why) < 0) {
			/* can't give the file to a group that isn't ours */
			free(why);
			o.operate_group = NULL;
			assert_int_equal(control_new(&o, &w->control, &why),
			    0);
			w->peer.uid = geteuid();
		}
	}
	bind_all(w);
	control_own(w->control, w, count_freed);
	for (i = 0; i < CLIENTS; i++) {
		fds[i] = connect_to(w->path);
		turn(w);
	}
	for (i = 0; i < CLIENTS; i++) {
		CLEANUP_JSON json_t *o = NULL;

		say(w, fds[i], "{\"jsonrpc\":\"2.0\",\"id\":1,"
		    "\"method\":\"due\"}");
		o = hear(w, fds[i]);
		if (json_object_get(o, "result"))
			served++;
		else
			busy++;
	}
	assert_int_equal(served, CONTROL_CLIENTS +
	    (w->peer.uid == geteuid() ? 1 : 0));
	assert_int_equal(busy, CLIENTS - served);
	if (w->peer.uid != geteuid()) {
		int fd;

		w->peer.uid = 0;        /* the reserved place */
		fd = connect_to(w->path);
		say(w, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,"
		    "\"method\":\"due\"}");
		json_decref(hear(w, fd));
		(void)close(fd);
	}
	for (i = 0; i < CLIENTS; i++)
		(void)close(fds[i]);
}

static void
strangers_get_one_line(void **state)
{
	struct world *w = *state;
	int fd;

	w->peer.uid = 4321;
	w->peer.gid = 4321;
	fd = connect_to(w->path);
	expect_error(w, fd, RPC_FORBIDDEN);
	expect_end(w, fd);
	(void)close(fd);
}

static void
levels_follow_the_peer(void **state)
{
	const struct peer_rules rules = { 100, 77, 88 };
	const struct peer_rules none = { 100, (gid_t)-1, (gid_t)-1 };
	struct peer p = { .uid = 0 };

	(void)state;
	assert_int_equal(peer_level(&p, &rules), LEVEL_ADMIN);
	p.uid = 100;
	assert_int_equal(peer_level(&p, &rules), LEVEL_ADMIN);
	p.uid = 101;
	assert_int_equal(peer_level(&p, &rules), LEVEL_NONE);
	p.gid = 88;
	assert_int_equal(peer_level(&p, &rules), LEVEL_OBSERVE);
	p.n_groups = 2;
	p.groups[1] = 77;
	assert_int_equal(peer_level(&p, &rules), LEVEL_OPERATE);
	assert_int_equal(peer_level(&p, &none), LEVEL_NONE);
	p.groups[0] = (gid_t)-1;
	assert_int_equal(peer_level(&p, &none), LEVEL_NONE);
}

static void
groups_are_read_without_nss(void **state)
{
	static const char text[] = "root:x:0:\nops2:x:7:\nops:x:77:a,b\n"
	    "bad:x:9x:\nshort:x\nlast:x:88:";
	struct world *w = *state;
	gid_t gid = 0;

	assert_int_equal(file_write(w->groups, text, sizeof text - 1, 0600),
	    0);
	assert_int_equal(group_find(w->groups, "ops", &gid), 0);
	assert_int_equal(gid, 77);
	assert_int_equal(group_find(w->groups, "last", &gid), 0);
	assert_int_equal(gid, 88);
	assert_int_equal(group_find(w->groups, "op", &gid), -ENOENT);
	assert_int_equal(group_find(w->groups, "bad", &gid), -ENOENT);
	assert_int_equal(group_find(w->groups, "short", &gid), -ENOENT);
}

static void
kernel_tells_the_peer(void **state)
{
	int pair[2];
	struct peer p;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(peer_read(pair[0], &p), 0);
	assert_int_equal(p.uid, geteuid());
	assert_int_equal(p.gid, getegid());
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void
expect_no_bind(struct world *w, const char *path, int error)
{
	struct control_options o = { .loop = &w->loop, .path = path };
	struct control *ctl = NULL;
	char *why = NULL;

	assert_int_equal(control_new(&o, &ctl, &why), -error);
	assert_null(ctl);
	assert_non_null(why);
	free(why);
	(void)uv_run(&w->loop, UV_RUN_NOWAIT);
}

static void
socket_file_is_safe(void **state)
{
	struct world *w = *state;
	char path[128], longest[200];
	struct control_options o = { .loop = &w->loop, .path = path };
	struct control *ctl = NULL;
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct stat st;
	char *why = NULL;
	int fd;

	assert_int_equal(lstat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);

	/* one that answers is somebody's */
	expect_no_bind(w, w->path, EADDRINUSE);

	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	expect_no_bind(w, longest, ENAMETOOLONG);

	(void)snprintf(path, sizeof path, "%s/file", w->dir);
	assert_int_equal(file_write(path, "x", 1, 0600), 0);
	expect_no_bind(w, path, EEXIST);
	assert_int_equal(unlink(path), 0);

	/* not through a symbolic link */
	assert_int_equal(symlink(w->path, path), 0);
	expect_no_bind(w, path, EEXIST);
	assert_int_equal(unlink(path), 0);

	/* a left-over is replaced */
	(void)snprintf(sun.sun_path, sizeof sun.sun_path, "%.100s", path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	(void)close(fd);
	assert_int_equal(control_new(&o, &ctl, &why), 0);
	control_free(ctl);
	(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(lstat(path, &st), -1);
}

/* It is made, and is for all to look into; what can't be made is named. */
static void
socket_has_a_directory(void **state)
{
	struct world *w = *state;
	char file[128], dir[128], path[140];
	struct control_options o = { .loop = &w->loop, .path = path };
	struct control *ctl = NULL;
	struct stat st;
	char *why = NULL;
	mode_t old = umask(077);

	(void)snprintf(dir, sizeof dir, "%s/new", w->dir);
	(void)snprintf(path, sizeof path, "%s/sock", dir);
	assert_int_equal(control_new(&o, &ctl, &why), 0);
	assert_int_equal(umask(old), 077);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	control_free(ctl);
	(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(rmdir(dir), 0);

	(void)snprintf(file, sizeof file, "%s/file", w->dir);
	assert_int_equal(file_write(file, "x", 1, 0600), 0);
	(void)snprintf(path, sizeof path, "%s/below/sock", file);
	expect_no_bind(w, path, ENOTDIR);
	assert_int_equal(unlink(file), 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_calls), TEST(refuses_what_is_wrong),
		TEST(deep_nesting_is_harmless),
		TEST(pipelined_calls_are_all_answered),
		TEST(half_a_line_may_come_in_pieces),
		TEST(half_a_line_for_ever_is_cut_off),
		TEST(overlong_line_is_cut_off),
		TEST(line_of_the_full_size_is_read),
		TEST(slow_reader_is_cut_off),
		TEST(answer_over_the_queue_is_refused),
		TEST(long_answer_comes_at_the_readers_pace),
		TEST(waiting_call_hears_that_its_client_left),
		TEST(unanswered_calls_are_bounded), TEST(places_are_counted),
		TEST(strangers_get_one_line), TEST(levels_follow_the_peer),
		TEST(groups_are_read_without_nss),
		TEST(kernel_tells_the_peer), TEST(socket_file_is_safe),
		TEST(socket_has_a_directory)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
