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

enum level { LEVEL_NONE, LEVEL_OBSERVE, LEVEL_REPORT, LEVEL_OPERATE,
	LEVEL_ADMIN };

struct control;
struct request;         /* one call of one client, until answered */

struct control_options {
	uv_loop_t *loop;        /* borrowed */
	const char *path;       /* of the socket */
	const char *operate_group, *observe_group;      /* NULL: none */
};

/* Binds and listens; a stale socket is replaced only by whoever holds the
 * instance lock, which the caller does. Returns 0, or -errno with a
 * sentence in *ret_why (owned). */
int control_new(const struct control_options *, struct control **ret,
    char **ret_why);
/* Cuts all clients off and removes the socket; NULL is fine. */
void control_free(struct control *);

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

/* Makes this client a subscriber of the event stream; answers the call. */
void request_subscribe(struct request *, json_t *result);
/* To all subscribers: {"jsonrpc","method":"event","params":{"seq",...}}; a
 * slow one is cut off, never waited for. Borrows. */
void control_publish(struct control *, uint64_t seq, const json_t *event);

#endif
