/* SPDX-License-Identifier: BSD-2-Clause
 *
 * rpc.h -- the daemon's control socket, seen from the other end.
 */
#ifndef CLIENT_RPC_H
#define CLIENT_RPC_H

#include <jansson.h>
#include <stdint.h>

struct rpc;

/* Connects. Returns 0, or -errno with a sentence in *ret_why (owned, free())
 * that says which socket, what is wrong, and what to do. */
int rpc_connect(const char *path, struct rpc **ret, char **ret_why);
/* NULL is fine. */
void rpc_free(struct rpc **);

/* Sends a call; takes `params`, which may be NULL. Returns 0 or -errno. */
int rpc_send(struct rpc *, const char *method, json_t *params);

/* The next object from the daemon: an answer or a notification. Returned
 * owned. timeout_ms < 0: none. Returns 0 or -ETIMEDOUT, -ECONNRESET (the
 * daemon went away), -EPROTO (not a line of JSON, or a line too long). */
int rpc_next(struct rpc *, int64_t timeout_ms, json_t **ret);

#define CLEANUP_RPC __attribute__((cleanup(rpc_free)))

#endif
