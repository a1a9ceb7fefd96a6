/* SPDX-License-Identifier: BSD-2-Clause
 *
 * control-help.h -- the control socket, from both ends in one thread.
 *
 * The server runs on a loop that each test turns by hand until what it
 * waits for has come, at most WAIT_TURNS times; the peer's identity comes
 * from a hook, so that levels can be tested without other users.
 *
 * Most verbs answer with their parameters; "gate wait" doesn't answer,
 * "plugins" answers more than fits, "events" subscribes, "journal export"
 * sends 4000 lines.
 */
#ifndef TESTS_UNIT_CONTROL_HELP_H
#define TESTS_UNIT_CONTROL_HELP_H

#include "control/control.h"
#include "control/peer.h"

enum { WAIT_TURNS = 2000 };

struct world {
	uv_loop_t loop;
	struct control *control;
	char dir[64], path[96], groups[96];
	struct peer peer;       /* who connects next */
	struct request *waiting;
	int gone, fed, owned_freed;
};

/* For cmocka; the state is the world. */
int control_setup(void **state);
int control_teardown(void **state);
/* The world's peer; for control_options. */
int told_peer(void *world, int fd, struct peer *ret);
/* Gives the world's server its verbs. */
void bind_all(struct world *);

/* One turn of the loop that doesn't wait for ever. */
void turn(struct world *);
int connect_to(const char *path);
void send_all(struct world *, int fd, const char *, size_t len);
void say(struct world *, int fd, const char *line);
/* One line as JSON, owned; NULL when the connection has ended. */
json_t *hear(struct world *, int fd);
void expect_error(struct world *, int fd, int code);
void expect_end(struct world *, int fd);

#endif
