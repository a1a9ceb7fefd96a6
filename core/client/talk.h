/* SPDX-License-Identifier: BSD-2-Clause
 *
 * talk.h -- conversations with the daemon: one call, or several.
 */
#ifndef CLIENT_TALK_H
#define CLIENT_TALK_H

#include <stdint.h>
#include <stdio.h>

#include "client/line.h"
#include "client/out.h"
#include "client/rpc.h"

struct talk {
	const struct line *line;        /* borrowed */
	const char *path;               /* of the socket; borrowed */
	struct rpc *rpc;                /* NULL: not connected */
};

/* Chooses the socket; connects with the first call. */
void talk_open(struct talk *, const struct line *);
void talk_close(struct talk *);

/* EXIT_OPEN, or another exit code after a sentence on standard error. */
int talk_connect(struct talk *);

/* Calls and waits; takes `params`. *ret_result is owned when it returns
 * EXIT_OPEN; else it has complained. Notifications meanwhile are dropped. */
int talk_call(struct talk *, const char *verb, json_t *params,
    json_t **ret_result);

/* The refusal in an answer, as a sentence on standard error (and as JSON on
 * standard output with --json). Returns its exit code. */
int talk_refused(const struct talk *, const json_t *error);
/* What rpc_next() returned instead of an object. */
int talk_lost(const struct talk *, int error, int64_t timeout_ms);

/* How long the answer to a verb may take. */
int64_t talk_timeout(const struct verb *, const json_t *params);

/* The screen of a result, or its JSON. Returns an exit code. */
int talk_show(struct talk *, const struct verb *, json_t *result,
    const json_t *params);

int talk_follow(const struct line *);   /* follow.c: events --follow */
int talk_export(const struct line *);   /* export.c: journal export */
int talk_export_to(const struct line *, FILE *);
int talk_twice(const struct line *);    /* twice.c: override */
/* Asks at the terminal (twice.c). */
bool talk_says_yes(const char *question);

/* "gatewarden: ..." on standard error. */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Writes what was collected; `code`, or EXIT_SERVER when that failed. */
int out_end(struct out *, int code);
/* One line of JSON on standard output, indented on a terminal. */
int print_json(const json_t *, int code);

#define CLEANUP_TALK __attribute__((cleanup(talk_close)))

#endif
