/* SPDX-License-Identifier: BSD-2-Clause
 *
 * request.h -- one JSON-RPC call, from its line to its answer. Private to
 * control/; the public half stands in control.h.
 */
#ifndef CONTROL_REQUEST_H
#define CONTROL_REQUEST_H

#include "control/client.h"
#include "control/control.h"

struct binding {
	handler_fn *fn;
	void *arg;
};

/* Reads a line and calls the handler bound to its verb (bindings are in the
 * table's order), or answers with what is wrong with it. */
void request_read(struct client *, const char *line, size_t len,
    const struct binding *bindings);

/* An error that belongs to no call: id null. */
void request_error(struct client *, int code, const char *message);

/* The client has gone: tells whoever waits, frees all. */
void requests_drop(struct client *);

/* Nothing waits to be read: goes on with long answers. */
void requests_feed(struct client *);

/* A notification, owned; takes `params`. */
json_t *request_note(const char *method, json_t *params);

#endif
