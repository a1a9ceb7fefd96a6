/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresight.h -- what the past says about today. Private to core/engine.
 */
#ifndef ENGINE_FORESIGHT_H
#define ENGINE_FORESIGHT_H

#include "engine/state.h"

/*------------------------------------------------------------------ runs.c */

enum { RUNS_KEPT = 20 };

struct run {
	int64_t closed_at;
	int32_t action_ms, proof_ms;
};

/* The latest, ascending by when they were closed. */
struct runs {
	int32_t n;
	struct run v[RUNS_KEPT];
};

/* Of an attempt that is closed: when it has just been, or when its row is
 * handed back. False: it isn't one that counts. */
bool durations_add(struct engine *, const struct attempt_row *);
/* The smallest of n > 0, sorted, of which so many percent are at most. */
int32_t nearest_rank(const int32_t *sorted, int32_t n, int32_t percent);
/* Puts one more among n that are sorted. */
void sort_in(int32_t *v, int32_t n, int32_t one);

/*------------------------------------------------------------- no_return.c */

/* Does the last start that still makes it come near, or has it passed, while
 * nothing works on what keeps the phase from being done? */
bool no_return_near(struct engine *, int32_t phase, struct day *,
    const struct trace *upstream);
/* What was found for the signs of a date holds until something else of it is
 * settled. */
void finishes_forget(const struct day *);
/* Of its breach in an incident (0: its own), when it would be `own` alone. */
enum severity no_return_severity(const struct engine *, uint64_t incident,
    enum severity own);

/*-------------------------------------------------------------- arrivals.c */

enum { ARRIVALS_KEPT = 96 };

struct arrival_entry {
	struct date date;
	struct arrival_row row;
};

/* Of one check, the latest dates, ascending. */
struct arrivals {
	int32_t n;
	struct arrival_entry v[ARRIVALS_KEPT];
};

/* Does it compare its dates at all? */
bool looks_back(const struct check_def *);
/* NULL: it doesn't. */
struct arrivals *arrivals_of(const struct engine *, int32_t check);
const struct arrival_row *arrival_of(const struct arrivals *, struct date);
void arrival_restore(struct engine *, const struct record *);
/* It has just been measured: what of that belongs to its date's row. */
void arrival_note(struct engine *, int32_t check, struct day *);
/* Is the date neither adopted nor held? */
bool is_open_date(const struct engine *, int32_t check, const struct day *);
int32_t day_class(const struct day *);
/* Is it history for a date, known by now? */
bool arrival_is_past(const struct arrival_entry *, const struct day *,
    int64_t wall);
/* How complete it was so many minutes after its due time; -1: not known. */
int32_t arrival_part_at(const struct arrival_row *, int32_t at_min);
/* An instant as minutes after the due time, on the grid. */
int32_t arrival_min(const struct arrival_row *, int64_t at);

/*---------------------------------------------- early.c, band.c and trend.c */

/* It has just been measured, and its row is noted. */
void early_note(struct engine *, int32_t check, struct day *);
void settle_early(struct engine *, int32_t check, struct day *);
/* WARN where the value isn't like those of past dates, else PASS. */
enum result band_result(const struct engine *, int32_t check,
    const struct day *, double value);
/* WARN where the line through past dates crosses a limit soon, else PASS. */
enum result trend_result(const struct engine *, int32_t check,
    const struct day *, double value, double expected);

#endif
