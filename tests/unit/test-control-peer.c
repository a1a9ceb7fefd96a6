/* SPDX-License-Identifier: BSD-2-Clause
 *
 * test-control-peer.c -- who may connect to the control socket: the peer's
 * level, the places, and the file itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "control-help.h"

enum { CLIENTS = 70 };

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
	const struct peer_rules rules = { .owner = 100, .operate = 77,
		.report = 66, .observe = 88 };
	const struct peer_rules none = { .owner = 100,
		.operate = (gid_t)-1, .report = (gid_t)-1,
		.observe = (gid_t)-1 };
	struct peer p = { .uid = 0 };

	(void)state;
	assert_int_equal(peer_level(&p, &rules), LEVEL_ADMIN);
	p.uid = 100;
	assert_int_equal(peer_level(&p, &rules), LEVEL_ADMIN);
	p.uid = 101;
	assert_int_equal(peer_level(&p, &rules), LEVEL_NONE);
	p.gid = 88;
	assert_int_equal(peer_level(&p, &rules), LEVEL_OBSERVE);
	p.n_groups = 1;
	p.groups[0] = 66;
	assert_int_equal(peer_level(&p, &rules), LEVEL_REPORT);
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

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, control_setup, \
    control_teardown)
	const struct CMUnitTest tests[] = {
		T(places_are_counted),
		T(strangers_get_one_line),
		T(levels_follow_the_peer),
		T(groups_are_read_without_nss),
		T(kernel_tells_the_peer),
		T(socket_file_is_safe),
		T(socket_has_a_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
