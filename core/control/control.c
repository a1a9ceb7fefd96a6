/* SPDX-License-Identifier: BSD-2-Clause
 *
 * control.c -- the control socket: who is served, and by which handler.
 *
 * Accepts, decides the level once per connection, reads requests, checks
 * them against the verb table and hands them to the bound handlers; carries
 * answers, notifications and the event stream back. It knows no verb's
 * meaning and blocks nowhere.
 *
 * A request lives from its line to its answer, or to its client's end,
 * whichever comes first: it is in its client's list, and leaves it in
 * exactly one of forget() and on_gone(). Places are counted per connection
 * that is served; who is turned away gets one error line and the end.
 *
 * Ends in two steps, as libuv's handles do: control_free() cuts everything
 * off, and the last closed handle frees the memory.
 */
#include "control/control.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"
#include "control/client.h"
#include "control/listen.h"
#include "control/peer.h"
#include "control/request.h"

enum { VERBS_MAX = 64, BACKLOG = 128, LINE_MS = 30000, IDLE_MS = 300000 };

struct control {
	uv_pipe_t listener;
	struct binding bindings[VERBS_MAX];
	struct client_owner owner;
	struct peer_rules rules;
	int (*peer)(void *arg, int fd, struct peer *ret);
	void *peer_arg;
	struct client *clients;
	int served;
	int handles;            /* the listener and each client */
	char *path;
	dev_t dev;              /* of the socket file that we made */
	ino_t ino;
	void *arg;
	void (*free_arg)(void *);
};

static void
unref(struct control *ctl)
{
	if (--ctl->handles > 0)
		return;
	free(ctl->path);
	free(ctl);
}

static size_t
index_of(const char *verb)
{
	size_t i;

	for (i = 0; verb_at(i); i++)
		if (strcmp(verb_at(i)->name, verb) == 0)
			return i;
	assert(!"verb is in the table");
	return 0;
}

static void
on_line(void *arg, struct client *c, char *line, size_t len)
{
	struct control *ctl = arg;

	if (len > 0)
		request_read(c, line, len, ctl->bindings);
}

static void
on_overlong(void *arg, struct client *c)
{
	(void)arg;
	request_error(c, RPC_INVALID,
	    "a request is one line of at most 1 MiB, finished within the "
	    "time allowed");
}

static void
on_gone(void *arg, struct client *c)
{
	struct control *ctl = arg;
	struct client **at;

	requests_drop(c);
	for (at = &ctl->clients; *at; at = &(*at)->next)
		if (*at == c) {
			*at = c->next;
			break;
		}
	if (c->counted)
		ctl->served--;
}

static void
on_drained(void *arg, struct client *c)
{
	(void)arg;
	requests_feed(c);
}

static void
on_freed(void *arg, struct client *c)
{
	(void)c;
	unref(arg);
}

static void
greet(struct control *ctl, struct client *c)
{
	struct peer peer = { 0 };
	uv_os_fd_t fd = -1;

	if (uv_fileno((const uv_handle_t *)&c->pipe, &fd) < 0 ||
	    ctl->peer(ctl->peer_arg, fd, &peer) < 0) {
		client_cut(c);
		return;
	}
	c->level = peer_level(&peer, &ctl->rules);
	(void)snprintf(c->actor, sizeof c->actor, "uid %u", peer.uid);
	if (c->level == LEVEL_NONE) {
		request_error(c, RPC_FORBIDDEN,
		    "you are in no group that may ask");
		client_finish(c);
	} else if (ctl->served >= CONTROL_CLIENTS +
	    (c->level == LEVEL_ADMIN ? 1 : 0)) {
		request_error(c, RPC_BUSY, "too many clients, try later");
		client_finish(c);
	} else {
		c->counted = true;
		ctl->served++;
		client_start(c);
	}
}

static void
on_connection(uv_stream_t *listener, int status)
{
	struct control *ctl = listener->data;
	struct client *c;

	if (status < 0)
		return;
	ctl->handles++;
	c = client_accept(listener, &ctl->owner);
	if (c == NULL)
		return;
	c->next = ctl->clients;
	ctl->clients = c;
	greet(ctl, c);
}

static int
real_peer(void *arg, int fd, struct peer *ret)
{
	(void)arg;
	return peer_read(fd, ret);
}

static int
find_group(const struct control_options *o, const char *name, gid_t *ret,
    char **ret_why)
{
	const char *file = o->group_file ? o->group_file : "/etc/group";
	CLEANUP_TEXT struct text t = { 0 };
	int r;

	*ret = (gid_t)-1;
	if (name == NULL)
		return 0;
	r = group_find(file, name, ret);
	if (r < 0) {
		text_addf(&t, "group '%s' can't be found in '%s' (%s)", name,
		    file, strerror(-r));
		*ret_why = text_take(&t);
	}
	return r;
}

static int
bind_and_listen(struct control *ctl, const struct control_options *o,
    char **ret_why)
{
	const gid_t groups[] = { ctl->rules.operate, ctl->rules.report,
		ctl->rules.observe };
	gid_t group = (gid_t)-1;
	bool several = false;
	size_t i;
	struct stat st;
	int fd, r;

	/* A file has one group: with several, anyone may knock. */
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (groups[i] == (gid_t)-1)
			continue;
		several |= group != (gid_t)-1 && group != groups[i];
		group = group == (gid_t)-1 ? groups[i] : group;
	}
	fd = listen_bind(o->path, group, several, ret_why);
	if (fd < 0)
		return fd;
	if (lstat(o->path, &st) == 0) {
		ctl->dev = st.st_dev;
		ctl->ino = st.st_ino;
	}
	r = uv_pipe_open(&ctl->listener, fd);
	if (r < 0)
		(void)close(fd);
	else
		r = uv_listen((uv_stream_t *)&ctl->listener, BACKLOG,
		    on_connection);
	if (r < 0)
		*ret_why = strdup(uv_strerror(r));
	return r;
}

int
control_new(const struct control_options *o, struct control **ret,
    char **ret_why)
{
	struct control *ctl = calloc(1, sizeof *ctl);
	int r;

	*ret_why = NULL;
	if (ctl == NULL)
		return -ENOMEM;
	ctl->owner = (struct client_owner){ ctl, on_line, on_overlong,
		on_drained, on_gone, on_freed,
		o->line_ms ? o->line_ms : LINE_MS,
		o->idle_ms ? o->idle_ms : IDLE_MS };
	ctl->peer = o->peer ? o->peer : real_peer;
	ctl->peer_arg = o->peer_arg;
	ctl->rules.owner = geteuid();
	ctl->path = strdup(o->path);
	(void)uv_pipe_init(o->loop, &ctl->listener, 0);
	ctl->listener.data = ctl;
	ctl->handles = 1;
	r = find_group(o, o->operate_group, &ctl->rules.operate, ret_why);
	if (r == 0)
		r = find_group(o, o->report_group, &ctl->rules.report,
		    ret_why);
	if (r == 0)
		r = find_group(o, o->observe_group, &ctl->rules.observe,
		    ret_why);
	if (r == 0)
		r = bind_and_listen(ctl, o, ret_why);
	if (r < 0)
		control_free(TAKE(ctl));
	*ret = ctl;
	return r;
}

static void
on_listener_closed(uv_handle_t *h)
{
	unref(h->data);
}

void
control_free(struct control *ctl)
{
	struct stat st;

	if (ctl == NULL)
		return;
	while (ctl->clients)
		client_cut(ctl->clients);
	if (ctl->free_arg)
		ctl->free_arg(ctl->arg);
	if (ctl->ino != 0 && lstat(ctl->path, &st) == 0 &&
	    st.st_ino == ctl->ino && st.st_dev == ctl->dev)
		(void)unlink(ctl->path);
	uv_close((uv_handle_t *)&ctl->listener, on_listener_closed);
}

void
control_own(struct control *ctl, void *arg, void (*free_arg)(void *))
{
	assert(ctl->free_arg == NULL);
	ctl->arg = arg;
	ctl->free_arg = free_arg;
}

void
control_bind(struct control *ctl, const char *verb, handler_fn *fn, void *arg)
{
	size_t i = index_of(verb);

	assert(i < VERBS_MAX && ctl->bindings[i].fn == NULL);
	ctl->bindings[i] = (struct binding){ fn, arg };
}

bool
control_complete(const struct control *ctl)
{
	size_t i;

	for (i = 0; verb_at(i); i++)
		if ((verb_at(i)->flags & VERB_LOCAL) == 0 &&
		    ctl->bindings[i].fn == NULL)
			return false;
	return true;
}

void
control_publish(struct control *ctl, uint64_t seq, const json_t *event)
{
	CLEANUP_JSON json_t *note = request_note("event", json_object());
	json_t *params = json_object_get(note, "params");
	CLEANUP_FREE char *line = NULL;
	struct client *c, *next;

	json_put_int(params, "seq", (int64_t)seq);
	(void)json_object_update_missing(params, (json_t *)event);
	for (c = ctl->clients; c; c = next) {
		next = c->next;
		if (!c->streaming)
			continue;
		if (line == NULL)
			line = json_line(note);
		client_send(c, strdup(line));
	}
}
