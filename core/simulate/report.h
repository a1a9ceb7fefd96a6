/* SPDX-License-Identifier: BSD-2-Clause
 *
 * report.h -- what a simulation found, for people and for programs.
 */
#ifndef SIMULATE_REPORT_H
#define SIMULATE_REPORT_H

#include "base/text.h"
#include "simulate/story.h"

struct report {
	const struct story *story;
	const struct world *world;
	const char *config, *facts;     /* as they were named */
	size_t records;         /* of the facts */
	int64_t begin, until;
	int64_t took_ms;        /* real time; text only: JSON is the same for
	                           the same input */
};

/* The table of findings and the summary; owned (free()). */
char *report_text(const struct report *);

/* Every message in full, as the notifiers would have got it; owned. */
char *report_messages(const struct report *);

/* {"config", "facts", ..., "findings": [..], "messages": [..],
 * "phases": [..], "starts": [..], "assumed": [..], "journal": {..}};
 * owned. */
json_t *report_json(const struct report *);

/* One finding or message; owned. */
json_t *report_finding(const struct report *, const struct story_finding *);
json_t *report_message(const struct report *, const struct story_message *);
json_t *report_line(const struct conf *, const struct story_line *);

/* "2025-10-23 06:00:00  nba 2025-10-22  phase  predict: done\n" */
void report_line_text(struct text *, const struct conf *,
    const struct story_line *);

/*-------------------------------------------------------------- numbers.c */

struct number_phase {           /* of one phase: dates on which it was late */
	int32_t phase;
	int32_t dates, open;    /* open: still late at the end */
	int64_t total_ms, longest_ms;
};
/* In the order of the graph; `ret` has room for all phases. Returns how many
 * were late at all. */
int32_t number_phases(const struct report *, struct number_phase *ret);

struct number_starts {
	const char *name;       /* of the phase or recovery */
	bool recovery, modelled;
	int32_t attempts, dates;
	int32_t outcomes[OUTCOME_NOT_DONE + 1];
};
/* `ret` has room for all phases and recoveries. */
int32_t number_starts(const struct report *, struct number_starts *ret);

struct number_dates {
	int32_t dates, idle, unknown;
};
struct number_dates number_dates(const struct report *);

struct number_findings {
	int32_t all, by_severity[SEVERITY_CRITICAL + 1];
	int32_t dates;          /* with a finding */
	int32_t open;           /* at the end */
};
struct number_findings number_findings(const struct report *);

struct number_messages {
	int32_t all, by_kind[NOTICE_ADOPTED + 1];
	int32_t days;           /* with a message */
	int32_t most;           /* on one day */
	struct date most_on;
};
struct number_messages number_messages(const struct report *);

/* The zone in which instants are said. */
const struct zone *report_zone(const struct conf *, int32_t pipeline);

#endif
