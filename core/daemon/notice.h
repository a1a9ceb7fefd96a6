/* SPDX-License-Identifier: BSD-2-Clause
 *
 * notice.h -- a message, from facts to text. Pure.
 */
#ifndef DAEMON_NOTICE_H
#define DAEMON_NOTICE_H

#include <jansson.h>
#include <stdint.h>

#include "engine/engine.h"

/* Everything is text already, in the pipeline's zone; NULL or "": nothing to
 * say. Borrowed. */
struct notice {
	uint64_t id;            /* of the message */
	enum notice_kind kind;
	enum severity severity;
	const char *pipeline;
	const char *date;       /* NULL: of no date */
	uint64_t incident;
	const char *title;      /* "publish will miss 09:00" */
	const char *since;      /* "06:12" */
	const char *lasted;     /* resolved: "1 h 20 min" */
	const char *why;        /* lines, separated by newlines */
	const char *rule;       /* "shop.conf:15" */
	const char *tried, *held, *fix;
	const char *last_start; /* part of `tried`, too */
	const char *deadline;   /* "publish is due 09:00, in 1h 22m" */
	const char *runbook;    /* where a person reads on */
	bool watching;          /* mode observe: it only watches */
};

/* The whole message, plain, at most about 80 columns. Owned (free()). */
char *notice_text(const struct notice *);

/* What a notifier gets: {"id", "kind", "severity", "pipeline", "date",
 * "incident", "title", "text", "why", "tried", "last_start", "deadline",
 * "held", "fix", "runbook", "look", "quiet", "since"}, all text; owned. */
json_t *notice_body(const struct notice *);

#endif
