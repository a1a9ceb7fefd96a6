/* SPDX-License-Identifier: BSD-2-Clause
 *
 * signals.h -- what jobs and phases report: words in, parameters of a
 * heartbeat's call out.
 */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

#include <jansson.h>
#include <stdbool.h>

#include "config/conf.h"
#include "engine/engine.h"

struct supervisor;

enum signal_event { SIGNAL_START, SIGNAL_DONE, SIGNAL_FAILED };

enum { SIGNAL_REMARK_MAX = 4096 };

struct signal_word {
	bool phase;
	int32_t subject;        /* phase, or check that hears */
	struct date date;
	enum signal_event event;
	const char *run;        /* "": none */
	const char *remark;     /* may be NULL */
	const char *actor;
};

static inline const char *
signal_event_name(enum signal_event e)
{
	return e == SIGNAL_START ? "start" : e == SIGNAL_DONE ? "done" :
	    "failed";
}

/* Is the check one that measures what is reported? */
bool hears(const struct conf *, int32_t check);
/* The phase whose signals it hears; NONE: those of its own name. */
int32_t heard_phase(const struct conf *, int32_t check);
/* Is a signal without a date of the date that goes on, not of the last one
 * that has ended? */
bool hears_current(const struct conf *, int32_t check);

/* Durable when it returns. 0; 1: it was so already; -EIO. *ret_row (borrowed,
 * until the next one): what is known of the date now. */
int supervisor_signal(struct supervisor *, const struct signal_word *,
    json_t **ret_row);

/* What a heartbeat is told with its call: signal_event, signal_at,
 * signal_run, signal_actor, signal_remark of the last word;
 * signal_started_at, signal_done_at, signal_failed_at, signal_duration_ms,
 * signal_starts, signal_reports, signal_failures; signal_before (the last
 * "done" of an earlier date), date_begins, date_ends. Instants are ms. */
void signals_put(struct supervisor *, int32_t check, struct date,
    json_t *input);

int signals_restore(struct supervisor *);

#endif
