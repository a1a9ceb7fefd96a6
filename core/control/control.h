/* SPDX-License-Identifier: BSD-2-Clause
 *
 * control.h -- the control socket: JSON-RPC 2.0, one object per line.
 *
 * Knows sockets, peers, levels and the verb table. Does not know what a verb
 * does: the daemon binds a handler to each.
 */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "control/codes.h"
#include "control/verbs.h"

struct control;
struct peer;
struct request;         /* one call of one client, until answered */

enum {
	CONTROL_LINE_MAX = 1 << 20,     /* bytes of a request */
	CONTROL_QUEUE_MAX = 1 << 20,    /* bytes that a reader is behind */
	CONTROL_CLIENTS = 64,           /* and one more for an admin */
	CONTROL_CALLS = 32              /* unanswered, per client */
};

struct control_options {
	uv_loop_t *loop;        /* borrowed */
	const char *path;       /* of the socket; borrowed for the call */
	const char *operate_group, *report_group;       /* NULL: none */
	const char *observe_group;
	const char *group_file; /* NULL: /etc/group */
	/* Who is at the other end; NULL: the kernel says. For tests. */
	int (*peer)(void *arg, int fd, struct peer *ret);
	void *peer_arg;
	int64_t line_ms, idle_ms;       /* 0: 30 s to finish a line, 5 min */
};

/* Binds and listens; a stale socket is replaced only by whoever holds the
 * instance lock, which the caller does. Returns 0, or -errno with a
 * sentence in *ret_why (owned). */
int control_new(const struct control_options *, struct control **ret,
    char **ret_why);
/* Cuts all clients off and removes the socket; NULL is fine. The loop has to
 * run until its handles are closed: only then is the memory free. */
void control_free(struct control *);
/* Freed with the control, after its clients have gone. One. */
void control_own(struct control *, void *arg, void (*free_arg)(void *));

/* A handler answers now or later, exactly once. `params` has been checked
 * against the verb table and is valid until it is answered. */
typedef void handler_fn(void *arg, struct request *, const json_t *params);
void control_bind(struct control *, const char *verb, handler_fn *,
    void *arg);
/* Every verb of the table has a handler? Asserted at start. */
bool control_complete(const struct control *);

/* Takes `result`. */
void request_answer(struct request *, json_t *result);
/* JSON-RPC error; `data` may be NULL, taken. */
void request_refuse(struct request *, int code, const char *message,
    json_t *data);
/* "uid 1000 (name looked up without NSS: the number)". */
const char *request_actor(const struct request *);
enum level request_level(const struct request *);
/* Called when the client has gone before it was answered; the request is
 * dead after that. */
void request_on_gone(struct request *, void (*gone)(void *arg), void *arg);

/* Called with the answer before it goes out, to add to it. One. */
void request_on_answer(struct request *, void (*answered)(void *arg,
    struct request *, json_t *result), void *arg);
/* Is there one? */
bool request_watched(const struct request *);
/* As they were checked; borrowed. */
const json_t *request_params(const struct request *);

/* Makes this client a subscriber of the event stream; answers the call. */
void request_subscribe(struct request *, json_t *result);
/* To all subscribers: {"jsonrpc","method":"event","params":{"seq",...}}; a
 * slow one is cut off, never waited for. Borrows. */
void control_publish(struct control *, uint64_t seq, const json_t *event);

/* A long answer at the reader's pace: `feed` is called each time that
 * nothing is waiting to be read, and sends some notifications with
 * request_notify (256 KiB at most), or answers. */
void request_feed(struct request *, void (*feed)(void *arg,
    struct request *), void *arg);
/* {"jsonrpc","method":METHOD,"params":PARAMS}; takes `params`. */
void request_notify(struct request *, const char *method, json_t *params);

#endif
