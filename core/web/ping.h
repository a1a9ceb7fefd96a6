/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ping.h -- one report over HTTP: what was asked, and what to answer.
 */
#ifndef WEB_PING_H
#define WEB_PING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "web/rate.h"

enum { PING_BODY_MAX = 4096 };

struct ping_site {
	const char *socket;     /* of the daemon */
	const char *tokens;     /* file */
	struct rate *rate;
};

/* As it came; NULL where it didn't. Everything is somebody else's text. */
struct ping {
	const char *path;       /* decoded: "/ping/backup/start" */
	const char *authorization;      /* header */
	const char *token, *run, *date; /* of the query */
	const char *body;
	size_t body_len;        /* the first PING_BODY_MAX of it */
};

struct ping_answer {
	unsigned int status;
	int64_t retry_after;    /* seconds; 0: none */
	struct text text;       /* a line */
	char name[64];          /* that was asked for, when it may be known */
};

/* Asks the daemon, which takes five seconds at most. The text is to be
 * freed. */
void ping_take(const struct ping_site *, const struct ping *, int64_t now,
    struct ping_answer *ret);

#endif
