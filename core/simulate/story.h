/* SPDX-License-Identifier: BSD-2-Clause
 *
 * story.h -- what happened in a simulation, as people would look back on it.
 */
#ifndef SIMULATE_STORY_H
#define SIMULATE_STORY_H

#include "simulate/world.h"

/* An incident: one root cause, mostly on one date. */
struct story_finding {
	struct record where;    /* pipeline and date */
	struct incident_row row;        /* as it was written last */
	char *title;            /* when it was told last as new or worse */
	json_t *cause;          /* list of readings, of the same time */
	const struct origin *rule;      /* may be NULL */
	int32_t told;           /* messages */
	int32_t follows;        /* breaches that hang under it */
};

struct story_message {
	int64_t at;
	uint64_t incident;
	enum notice_kind kind;
	enum severity severity;
	char *title;
	json_t *body;           /* as a notifier would get it */
	json_t *to;             /* names of notifiers, with their fallbacks */
};

struct story_breach {
	struct record where;
	struct breach_row row;
};

struct story_attempt {
	struct record where;
	struct attempt_row row;
};

struct story_date {
	int32_t pipeline;
	struct date date;
	int64_t owed;           /* -1: unknown */
};

/* One line of the time line; borrowed for the call. */
struct story_line {
	int64_t at;
	int32_t pipeline;       /* NONE */
	bool dated;
	struct date date;
	const char *kind;       /* "check", "phase", "told", ... */
	const char *text;
};
typedef void story_line_fn(void *arg, const struct story_line *);

struct story {
	const struct conf *conf;
	struct date from, to;   /* later dates are watched, not told of */
	story_line_fn *line;    /* NULL: no time line */
	void *line_arg;

	struct story_finding *findings;         /* by number */
	struct story_message *messages;         /* by time */
	struct story_breach *breaches;
	struct story_attempt *attempts;
	struct story_date *dates;
	size_t n_findings, n_messages, n_breaches, n_attempts, n_dates;
	size_t cap_findings, cap_messages, cap_breaches, cap_attempts,
	    cap_dates;
};

void story_init(struct story *, const struct conf *, struct date from,
    struct date to, story_line_fn *, void *arg);
void story_free(struct story *);

/* For world_watch. */
void story_step(void *story, const struct world *, const struct effects *);

/* NULL: no such incident. */
struct story_finding *story_finding(const struct story *, uint64_t number);

/* Is the date one that is told of? */
bool story_tells(const struct story *, const struct record *where);

#endif
