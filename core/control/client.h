/* SPDX-License-Identifier: BSD-2-Clause
 *
 * client.h -- one connection: lines in, lines out, within budgets.
 */
#ifndef CONTROL_CLIENT_H
#define CONTROL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "control/verbs.h"

struct client;
struct request;

struct client_owner {
	void *arg;
	/* A whole line, without its newline; may be changed; valid during
	 * the call. */
	void (*line)(void *arg, struct client *, char *line, size_t len);
	/* A line was longer than allowed, or took too long: say so. */
	void (*overlong)(void *arg, struct client *);
	/* All that was sent has left. */
	void (*drained)(void *arg, struct client *);
	/* The connection has ended; nothing may be sent any more. */
	void (*gone)(void *arg, struct client *);
	/* Its memory is about to go. */
	void (*freed)(void *arg, struct client *);
	int64_t line_ms, idle_ms;
};

struct client {
	/* for the owner */
	struct client *next;
	enum level level;
	char actor[32];
	bool counted;           /* has one of the places */
	bool streaming;         /* never idle */
	int calls;              /* unanswered */
	struct request *requests;

	/* its own */
	const struct client_owner *owner;
	uv_pipe_t pipe;
	uv_timer_t timer;
	int handles;
	bool closing, draining, doomed;
	bool line_begun;        /* the timer is that of a line */
	char *in;
	size_t in_len, in_cap;
};

/* Accepts from the listener; returns owned until `freed`, or NULL. */
struct client *client_accept(uv_stream_t *listener,
    const struct client_owner *);

/* Starts reading. */
void client_start(struct client *);

/* One line, newline added; takes `line` (free()). A reader too far behind is
 * cut off at the loop's next turn. */
void client_send(struct client *, char *line);

/* Nothing more is read; ends once all has left, or soon. */
void client_finish(struct client *);

/* Ends at once. */
void client_cut(struct client *);

/* Calls or streaming changed: is it idle now? */
void client_watch(struct client *);

size_t client_behind(const struct client *);

#endif
