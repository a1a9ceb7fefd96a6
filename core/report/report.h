/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report.h -- numbers and reports: a fold over the events of a journal.
 *
 * The fold is fed with events in their order, and with messages; it knows no
 * store, no file and no clock. What is asked of it afterwards is JSON, the
 * same for the control socket, the text, the Slack message and the page:
 * docs/guide.md, "Numbers and reports", describes its members.
 *
 *   fold = report_new(conf, as_of);
 *   for each event: report_event(fold, seq, event);
 *   for each message: report_message(fold, message);
 *   report = report_make(fold, &query);
 *
 * The configuration says what was due when, and what the targets are: it is
 * that of today, also where the journal is older.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <jansson.h>
#include <stdint.h>

#include "config/conf.h"
#include "journal/store.h"

struct report;

/* What happened after `as_of` (wall; INSTANT_NONE: the last event) is passed
 * over. `conf` is borrowed for its life, but not needed to free it. Returns
 * owned, never NULL. */
struct report *report_new(const struct conf *, int64_t as_of);
void report_free(struct report *);

/* In the order of the journal. What it doesn't know is passed over. */
void report_event(struct report *, uint64_t seq, const struct store_event *);

/* One per message and notifier, in any order, before or after the events. */
struct report_message {
	uint64_t id, incident;
	const char *notifier;
	int64_t queued_at, delivered_at;        /* INSTANT_NONE: not yet */
	const json_t *body;
};
void report_message(struct report *, const struct report_message *);

/* One line of `journal export`: an event or a message, other lines are
 * passed over. -EINVAL: not a line of an export. */
int report_line(struct report *, const json_t *line);

/* All has been fed; before anything is asked. */
void report_end(struct report *);
int64_t report_as_of(const struct report *);

/* Dates `from` to `to`, both inclusive, of one pipeline. */
struct report_query {
	int32_t pipeline;
	enum period period;     /* its name in the answer */
	struct date from, to;
	bool own;               /* nobody said: targets over their periods */
};

/* The period of that kind, own, which ends with (a month: contains) the
 * date. */
struct report_query report_period(int32_t pipeline, enum period,
    struct date);
/* The newest date that had ended by then. */
struct date report_last(const struct conf *, int32_t pipeline,
    int64_t as_of);
/* The period before it, of the same kind or length. */
struct report_query report_before(const struct report_query *);
/* Wall instant from which events matter to a query and the period before
 * it; what is older counts by its kind alone: report_always(). */
int64_t report_since(const struct conf *, const struct report_query *);
/* Kinds of events that are needed from the journal's beginning; NULL ends. */
const char *const *report_always(void);

/* The whole report; owned. */
json_t *report_make(const struct report *, const struct report_query *);

/* Metrics by name of a metric or of a target, NULL: all; with `terms` each
 * term is listed. {"from", "to", "as_of", "metrics": [...]}; owned. NULL:
 * there is no such name. */
json_t *report_metrics(const struct report *, const struct report_query *,
    const char *name, bool terms);
/* The nearest name that exists, or NULL. */
const char *report_nearest(const struct conf *, const char *name);

/* What people read, from the JSON alone; owned (free()). */
char *report_text(const json_t *report);
char *report_metrics_text(const json_t *metrics);
/* The same for a message: dates, targets, what is open; owned. */
char *report_brief(const json_t *report);
/* As Slack takes it: {"text", "blocks"}; owned. */
json_t *report_slack(const json_t *report);
/* "nba week 2026-01-13 .. 19: 1 gold, 2 silver, 3 failed"; owned. */
char *report_title(const json_t *report);

#endif
